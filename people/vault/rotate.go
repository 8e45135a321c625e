package vault

import (
	"context"
	"database/sql"
	"fmt"
)

// Rotate makes a new master key, wraps everything anew with it in one transaction and retires the old one. out is the file
// for the new one; "" is the file it came from. Every earlier copy of the file of keys is useless afterwards.
//
// Cut short at any moment, the file of keys is of the old or of the new master key, and the file of the master key holds
// that one. Rotations of several processes wait for each other. It returns how many keys it wrapped.
func (v *Vault) Rotate(ctx context.Context, out string) (wrapped int, err error) {
	if out == "" {
		out = v.from().File
	}
	var next *master
	err = v.change(ctx, func(tx *sql.Tx) error {
		m, err := v.masterOf(ctx, tx)
		if err != nil {
			return err
		}
		if next, err = m.next(); err != nil {
			return err
		}
		if err := writeMaster(out, next.handle); err != nil { // with the old one: either may be needed
			return err
		}
		wrapped, err = rewrap(ctx, tx, m, next)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("rotate the master key: %w", err)
	}
	v.mu.Lock()
	v.source, v.master = MasterSource{File: out}, next
	v.mu.Unlock()
	return wrapped, v.retireRest(ctx)
}

// retireRest removes all keys from the master key's file that wrap nothing. Where the master key is text, that is for
// whoever keeps it.
func (v *Vault) retireRest(ctx context.Context) error {
	if v.from().Text != "" || v.current().handle.Len() == 1 {
		return nil
	}
	return v.change(ctx, func(tx *sql.Tx) error { // nobody rotates meanwhile
		m, err := v.masterOf(ctx, tx)
		if err != nil {
			return err
		}
		alone, err := m.alone()
		if err != nil {
			return err
		}
		if err := writeMaster(v.from().File, alone); err != nil {
			return err
		}
		return v.load(ctx, tx)
	})
}

// rewrap wraps the hasher and every key anew, a thousand at a time so that memory stays small.
func rewrap(ctx context.Context, tx *sql.Tx, old, next *master) (n int, err error) {
	var hasher []byte
	if err := tx.QueryRowContext(ctx, "SELECT hasher FROM setting").Scan(&hasher); err != nil {
		return 0, err
	}
	if hasher, err = old.rewrapped(hasher, hasherData, next); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE setting SET master_id = ?, hasher = ?", int64(next.id), hasher); err != nil {
		return 0, err
	}
	for after := ""; ; {
		page, err := keysAfter(ctx, tx, after)
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, k := range page {
			wrapped, err := old.rewrapped(k.wrapped, k.id, next)
			if err != nil {
				return n, fmt.Errorf("key of household %s: %w", k.id, err)
			}
			if _, err := tx.ExecContext(ctx, "UPDATE household_key SET wrapped = ? WHERE id = ?", wrapped, k.id); err != nil {
				return n, err
			}
			n++
		}
		after = page[len(page)-1].id
	}
}

func (m *master) rewrapped(wrapped []byte, data string, next *master) ([]byte, error) {
	h, err := m.unwrap(wrapped, data)
	if err != nil {
		return nil, err
	}
	return next.wrap(h, data)
}

type wrappedKey struct {
	id      string
	wrapped []byte
}

func keysAfter(ctx context.Context, tx *sql.Tx, after string) (page []wrappedKey, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, wrapped FROM household_key WHERE id > ? ORDER BY id LIMIT 1000", after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k wrappedKey
		if err := rows.Scan(&k.id, &k.wrapped); err != nil {
			return nil, err
		}
		page = append(page, k)
	}
	return page, rows.Err()
}
