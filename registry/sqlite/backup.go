package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"

	"github.com/mattn/go-sqlite3"

	"github.com/diachiso/diachiso/registry"
)

const (
	copyStepPages  = 4096 // 16 MiB between two looks at the context
	copyCacheKiB   = 4 << 10
	checkCacheKiB  = 64 << 10
	probeTimeoutMS = 200
)

// Contents is what a database file holds.
type Contents struct {
	Schema  int64            `json:"schema"`
	Rows    map[string]int64 `json:"rows"` // by table
	Journal JournalEnd       `json:"journal"`
}

// JournalEnd is where the journal ends; the zero value is that of a database without one.
type JournalEnd struct {
	Line       int64  `json:"line"`       // number of the last line
	Link       string `json:"link"`       // its link in the chain, hexadecimal
	Checkpoint string `json:"checkpoint"` // the newest signed checkpoint, a note, or ""
}

// Copy writes the state of the database at from into the file to, which must be empty or absent. It is one consistent state,
// that of the moment when it begins; other connections and processes keep writing meanwhile, and their write-ahead log grows
// until the copy is done. The copy has no write-ahead log and is not synced: it is for being read once and stored elsewhere.
func Copy(ctx context.Context, from, to string) (err error) {
	const op = "copy database"
	if err := prepareFile(from, true); err != nil {
		return err
	}
	source, err := connect(Options{ReadOnly: true}.dsn(from, copyCacheKiB))
	if err != nil {
		return failure(op, err)
	}
	defer func() { err = errors.Join(err, failure(op, source.close())) }()
	if err := recognise(source, op, from); err != nil {
		return err
	}
	// A snapshot that is open already is what the copy reads; otherwise it would start over with every commit of others.
	if err := source.each("BEGIN", 0, nil); err != nil {
		return failure(op, err)
	}
	if err := source.each("SELECT count(*) FROM sqlite_schema", 1, nil); err != nil {
		return failure(op, err)
	}
	target, err := connect(copyDSN(to))
	if err != nil {
		return failure(op, err)
	}
	defer func() { err = errors.Join(err, failure(op, target.close())) }()
	return failure(op, copyPages(ctx, target, source))
}

func copyDSN(path string) string {
	q := url.Values{}
	q.Set("mode", "rwc")
	q.Set("_journal_mode", "OFF")
	q.Set("_synchronous", "OFF")
	q.Set("_mutex", "no")
	return "file:" + escapePath(path) + "?" + q.Encode()
}

func copyPages(ctx context.Context, target, source *conn) (err error) {
	pages, err := target.raw.Backup("main", source.raw, "main")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pages.Finish()) }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		left := pages.Remaining()
		done, err := pages.Step(copyStepPages)
		if err != nil || done {
			return err
		}
		if left > 0 && pages.Remaining() == left { // busy, which two connections of our own cannot be
			return errors.New("the copy does not advance")
		}
	}
}

// Inspect reads the whole database file at path: SQLite's integrity check, the number of rows of each table and, when the
// schema is that of this program, the store's own invariants. A newer schema is refused, an older one is not.
// still promises that nobody writes the file; it is then read without locks and without files beside it.
func Inspect(ctx context.Context, path string, still bool) (contents Contents, err error) {
	const op = "check database"
	if err := prepareFile(path, true); err != nil {
		return contents, err
	}
	c, err := connect(Options{ReadOnly: true, Still: still}.dsn(path, checkCacheKiB))
	if err != nil {
		return contents, failure(op, err)
	}
	defer func() { err = errors.Join(err, failure(op, c.close())) }()
	if err := recognise(c, op, path); err != nil {
		return contents, err
	}
	if err := c.each("BEGIN", 0, nil); err != nil {
		return contents, failure(op, err)
	}
	if contents, err = readContents(c); err != nil {
		return contents, failure(op, err)
	}
	if contents.Schema > SchemaVersion {
		return contents, newerSchema(op, path, contents.Schema)
	}
	if err := checkIntegrity(ctx, c); err != nil {
		return contents, failure(op, err)
	}
	if contents.Schema == SchemaVersion {
		err = checkInvariants(ctx, c)
	}
	return contents, failure(op, err)
}

// recognise refuses a file that is no database, or that of another program.
func recognise(c *conn, op, path string) error {
	id, err := c.pragma("application_id")
	if err != nil {
		return failure(op, err)
	}
	if id != int64(applicationID) {
		return &registry.Error{Code: registry.CodeInvalid, Op: op,
			Message: fmt.Sprintf("%s is no database of this program", path), Hint: "name the database of this program"}
	}
	return nil
}

func readContents(c *conn) (contents Contents, err error) {
	if err := c.each("SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied", 1, func(v []driver.Value) error {
		contents.Schema, _ = v[0].(int64)
		return nil
	}); err != nil {
		return contents, err
	}
	var tables []string
	if err := c.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", 1,
		func(v []driver.Value) error {
			name, _ := v[0].(string)
			tables = append(tables, name)
			return nil
		}); err != nil {
		return contents, err
	}
	contents.Rows = make(map[string]int64, len(tables))
	for _, name := range tables {
		if err := c.each(`SELECT count(*) FROM "`+name+`"`, 1, func(v []driver.Value) error {
			contents.Rows[name], _ = v[0].(int64)
			return nil
		}); err != nil {
			return contents, err
		}
	}
	if _, ok := contents.Rows["journal_entry"]; ok {
		contents.Journal, err = readJournalEnd(c)
	}
	return contents, err
}

func readJournalEnd(c *conn) (end JournalEnd, err error) {
	for _, query := range []string{"SELECT seq, link FROM event ORDER BY seq DESC LIMIT 1", "SELECT seq, link FROM journal_entry ORDER BY seq DESC LIMIT 1"} {
		if err := c.each(query, 2, func(v []driver.Value) error {
			line, _ := v[0].(int64)
			link, _ := v[1].([]byte)
			if line > end.Line {
				end.Line, end.Link = line, hex.EncodeToString(link)
			}
			return nil
		}); err != nil {
			return end, err
		}
	}
	err = c.each("SELECT note FROM checkpoint ORDER BY lines DESC LIMIT 1", 1, func(v []driver.Value) error {
		end.Checkpoint, _ = v[0].(string)
		return nil
	})
	return end, err
}

// InUse reports whether another process, or another connection, has the database at path open. A damaged or absent
// database is not in use.
func InUse(path string) bool {
	q := url.Values{}
	q.Set("mode", "rw")
	q.Set("_busy_timeout", fmt.Sprint(probeTimeoutMS))
	q.Set("_locking_mode", "EXCLUSIVE") // then the first read of a WAL database wants the file for itself
	c, err := connect("file:" + escapePath(path) + "?" + q.Encode())
	if err == nil {
		err = errors.Join(c.each("SELECT count(*) FROM sqlite_schema", 1, nil), c.close())
	}
	cause, ok := errors.AsType[sqlite3.Error](err)
	return ok && (cause.Code == sqlite3.ErrBusy || cause.Code == sqlite3.ErrLocked)
}
