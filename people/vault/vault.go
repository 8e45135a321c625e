package vault

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/diachiso/diachiso/internal/durable"
)

// Errors of this package. Others are of the database or of the cipher.
var (
	ErrNoKey   = errors.New("there is no such key")
	ErrMaster  = errors.New("the master key is not that of this file of keys")
	ErrForeign = errors.New("the file is not a file of keys of this program")
)

// Vault is an open file of keys. Safe for concurrent use, by several processes too.
type Vault struct {
	db *sql.DB

	mu     sync.RWMutex
	source MasterSource
	master *master
	hasher tink.MAC
}

const schema = `
CREATE TABLE household_key (
    id      TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE hash (
    hash BLOB NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (hash, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hash_id ON hash (id);
-- One row: the master key that wraps everything here, and the key of the hashes.
CREATE TABLE setting (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    master_id  INTEGER NOT NULL,
    hasher     BLOB    NOT NULL
) STRICT;
-- Folders that hold copies, which expire.
CREATE TABLE backup_folder (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x4443534B;`

// applicationID is 'DCSK' in the header of the file.
const applicationID = 0x4443534B

// hasherData binds the wrapped key of the hashes to its use, as a household's id does for its key.
const hasherData = "hasher"

// Open opens the file of keys at path, creating it and its master key where neither exists. The folder must exist.
// Errors: ErrMaster, ErrForeign.
func Open(ctx context.Context, path string, source MasterSource) (*Vault, error) {
	if err := createPrivate(path); err != nil {
		return nil, fmt.Errorf("create the file of keys: %w", err)
	}
	v := &Vault{source: source, db: openDB(path)}
	err := v.prepare(ctx)
	if err == nil {
		err = v.retireRest(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, v.db.Close())
	}
	return v, nil
}

// createPrivate creates an empty file that only its owner can read, and leaves one that exists.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), durable.SyncFolder(filepath.Dir(path)))
}

// prepare makes the tables of a new file, and loads the master key.
func (v *Vault) prepare(ctx context.Context) error {
	return v.change(ctx, func(tx *sql.Tx) error {
		var id int64
		if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
			return err
		}
		switch id {
		case applicationID:
			return v.load(ctx, tx)
		case 0:
			return v.found(ctx, tx)
		}
		return ErrForeign
	})
}

// found begins a new file.
func (v *Vault) found(ctx context.Context, tx *sql.Tx) error {
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables > 0 {
		return errors.Join(err, ErrForeign)
	}
	m, err := v.from().first()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	handle, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return err
	}
	wrapped, err := m.wrap(handle, hasherData)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO setting (one, master_id, hasher) VALUES (1, ?, ?)", int64(m.id), wrapped); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.master = m
	v.hasher, err = mac.New(handle)
	return err
}

// load reads the master key anew and checks that it is that of the file.
func (v *Vault) load(ctx context.Context, q queryer) error {
	var id int64
	var wrapped []byte
	if err := q.QueryRowContext(ctx, "SELECT master_id, hasher FROM setting").Scan(&id, &wrapped); err != nil {
		return err
	}
	m, err := v.from().read(uint32(id))
	if err != nil {
		return err
	}
	handle, err := m.unwrap(wrapped, hasherData)
	if err != nil {
		return err
	}
	hasher, err := mac.New(handle)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.master, v.hasher = m, hasher
	return nil
}

// Close closes the file.
func (v *Vault) Close() error { return v.db.Close() }

func (v *Vault) current() *master {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.master
}

func (v *Vault) from() MasterSource {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.source
}

// NewKey makes and keeps the key of a household, which must have none.
func (v *Vault) NewKey(ctx context.Context, id string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	return v.change(ctx, func(tx *sql.Tx) error {
		m, err := v.masterOf(ctx, tx)
		if err != nil {
			return err
		}
		wrapped, err := m.wrap(handle, id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO household_key (id, wrapped) VALUES (?, ?)", id, wrapped)
		return err
	})
}

// masterOf is the master key that the file has now: another process may have rotated it.
func (v *Vault) masterOf(ctx context.Context, tx *sql.Tx) (*master, error) {
	var id int64
	if err := tx.QueryRowContext(ctx, "SELECT master_id FROM setting").Scan(&id); err != nil {
		return nil, err
	}
	if m := v.current(); m.id == uint32(id) {
		return m, nil
	}
	if err := v.load(ctx, tx); err != nil {
		return nil, err
	}
	return v.current(), nil
}

// Key returns the key of a household for use now; keep it no longer than a request. ErrNoKey when it is destroyed.
func (v *Vault) Key(ctx context.Context, id string) (tink.AEAD, error) {
	const tries = 5 // while others rotate the master key again and again
	var err error
	for range tries {
		var wrapped []byte
		var masterID int64
		err = v.db.QueryRowContext(ctx, "SELECT wrapped, master_id FROM household_key, setting WHERE id = ?", id).Scan(&wrapped, &masterID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrNoKey
		}
		if err != nil {
			return nil, err
		}
		if m := v.current(); m.id == uint32(masterID) {
			handle, err := m.unwrap(wrapped, id)
			if err != nil {
				return nil, err
			}
			return aead.New(handle)
		}
		err = v.load(ctx, v.db)
	}
	return nil, err
}

// Destroy destroys the keys and hashes of households for ever. Ids without a key are no error.
func (v *Vault) Destroy(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return v.change(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			for _, text := range []string{"DELETE FROM household_key WHERE id = ?", "DELETE FROM hash WHERE id = ?"} {
				if _, err := tx.ExecContext(ctx, text, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Holds returns which of the ids have a key.
func (v *Vault) Holds(ctx context.Context, ids ...string) (held []string, err error) {
	for _, id := range ids {
		var n int
		if err := v.db.QueryRowContext(ctx, "SELECT count(*) FROM household_key WHERE id = ?", id).Scan(&n); err != nil {
			return nil, err
		}
		if n > 0 {
			held = append(held, id)
		}
	}
	return held, nil
}

// Hash is the keyed hash of a text for searching; kind keeps hashes of different things apart.
func (v *Vault) Hash(kind, text string) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.hasher.ComputeMAC(bytes.Join([][]byte{[]byte(kind), []byte(text)}, []byte{0}))
}

// SetHashes makes a household found by these hashes and no others. ErrNoKey when its key is destroyed.
func (v *Vault) SetHashes(ctx context.Context, id string, hashes [][]byte) error {
	return v.change(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM household_key WHERE id = ?", id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNoKey
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM hash WHERE id = ?", id); err != nil {
			return err
		}
		for _, h := range hashes {
			if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO hash (hash, id) VALUES (?, ?)", h, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Find returns the households that have a hash, at most limit.
func (v *Vault) Find(ctx context.Context, hash []byte, limit int) (ids []string, err error) {
	return texts(ctx, v.db, "SELECT id FROM hash WHERE hash = ? ORDER BY id LIMIT ?", hash, limit)
}
