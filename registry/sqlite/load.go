package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"runtime"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

const (
	loadSuffix   = ".loading" // of the file that a load writes
	loadCacheKiB = 256 << 10
)

// Load fills a registry that has no addresses yet: fn gets a copy of the database at path, which takes the database's place once fn
// has returned, what it wrote is complete with all indexes, and the copy is on disk. Until then the database stays as it was,
// whatever happens, and nobody else can open it; a copy that was left behind is written anew. It is for millions of addresses: there
// are no shared commits, no write-ahead log and no syncs before the end, rows go in many at a time, and the indexes that come in no
// order are built after them.
//
// Updates of the store do not roll back: one that fails fails the load. They can register addresses and add external ids to them, but
// not move or remove any. All else that they read waits for what is on its way to the file, so they should read little.
//
// Errors are *registry.Error: CodeBusy when somebody has the database open, CodeInvalid when it has addresses; or fn's.
func Load(ctx context.Context, path string, log *slog.Logger, fn func(registry.Store) error) (err error) {
	const op = "load database"
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if err := prepareFile(path, false); err != nil {
		return err
	}
	if InUse(path) {
		return loadBusy(op, path, nil)
	}
	if err := migrate(ctx, Options{}.dsn(path, writerCacheKiB), path, false, log); err != nil {
		return err
	}
	held, err := holdAlone(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, failure(op, held.close())) }()
	if err := expectEmpty(held, op, path); err != nil {
		return err
	}
	copied := path + loadSuffix
	if err := removeFiles(copied, copied+"-journal"); err != nil {
		return failure(op, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, failure(op, removeFiles(copied, copied+"-journal")))
		}
	}()
	if err := fillCopy(ctx, held, copied, fn); err != nil {
		return failure(op, err)
	}
	if err := syncFile(copied); err != nil {
		return failure(op, err)
	}
	return failure(op, durable.Rename(copied, path))
}

func loadBusy(op, path string, err error) error {
	return &registry.Error{Code: registry.CodeBusy, Op: op, Message: path + " is in use", Hint: "stop the server first", Err: err}
}

// holdAlone opens the database so that nobody else can, and without a write-ahead log: one that stayed behind would be taken for
// that of the file that comes in its place.
func holdAlone(path string) (_ *conn, err error) {
	const op = "load database"
	q := url.Values{}
	q.Set("mode", "rw")
	q.Set("_busy_timeout", fmt.Sprint(probeTimeoutMS))
	q.Set("_mutex", "no")
	q.Set("_locking_mode", "EXCLUSIVE")
	c, err := connect("file:" + escapePath(path) + "?" + q.Encode())
	if err != nil {
		return nil, failure(op, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	mode, err := c.pragma("journal_mode = DELETE")
	if err != nil || mode != "delete" {
		return nil, loadBusy(op, path, err)
	}
	// In this locking mode the lock outlasts the transaction.
	for _, text := range []string{"BEGIN EXCLUSIVE", "COMMIT"} {
		if err := c.each(text, 0, nil); err != nil {
			return nil, loadBusy(op, path, err)
		}
	}
	return c, nil
}

// expectEmpty refuses a registry that ever had addresses.
func expectEmpty(c *conn, op, path string) error {
	filled := false
	err := c.each("SELECT EXISTS (SELECT 1 FROM address) OR EXISTS (SELECT 1 FROM event)", 1, func(row []driver.Value) error {
		filled = row[0] != int64(0)
		return nil
	})
	if err != nil {
		return failure(op, err)
	}
	if filled {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Message: path + " has addresses already",
			Hint: "import into it, or load into a new database"}
	}
	return nil
}

// fillCopy makes the copy at path whole, but leaves syncing it to the caller.
func fillCopy(ctx context.Context, from *conn, path string, fn func(registry.Store) error) (err error) {
	q := url.Values{}
	q.Set("mode", "rwc")
	q.Set("_journal_mode", "OFF")
	q.Set("_synchronous", "OFF")
	q.Set("_locking_mode", "EXCLUSIVE")
	q.Set("_mutex", "no")
	q.Set("_cache_size", fmt.Sprint(-loadCacheKiB))
	c, err := connect("file:" + escapePath(path) + "?" + q.Encode())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if err := copyPages(ctx, c, from); err != nil {
		return err
	}
	for _, setting := range []string{
		"PRAGMA ignore_check_constraints = ON",                    // each value comes from one of a closed set, or was checked; Check reads them all
		fmt.Sprintf("PRAGMA threads = %d", runtime.GOMAXPROCS(0)), // sort for the indexes
	} {
		if err := c.each(setting, 0, nil); err != nil {
			return err
		}
	}
	indexes, err := dropIndexes(c)
	if err != nil {
		return err
	}
	if err := fillRows(ctx, c, fn); err != nil {
		return err
	}
	for _, text := range indexes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.each(text, 0, nil); err != nil {
			return err
		}
	}
	return nil
}

// dropIndexes takes out the indexes that are cheaper to build over all rows at once, and returns their texts. SQLite sorts for that,
// instead of seeking once for each row.
func dropIndexes(c *conn) (texts []string, err error) {
	var names []string
	err = c.each("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('address', 'event', 'idempotency', 'named_place')", 2,
		func(row []driver.Value) error {
			names, texts = append(names, row[0].(string)), append(texts, row[1].(string))
			return nil
		})
	for _, name := range names {
		err = errors.Join(err, c.each("DROP INDEX "+name, 0, nil))
	}
	return texts, err
}

// fillRows is one transaction around fn.
func fillRows(ctx context.Context, c *conn, fn func(registry.Store) error) error {
	if err := c.exec(stmtBeginWrite); err != nil {
		return err
	}
	var tally [3]int64
	places := placeBook{done: allPlacesDone}
	places.begin()
	own := &conn{raw: c.raw}
	w, err := newLoader(writer{reader: reader{ctx: ctx, c: c}, tally: &tally, places: &places, journal: &journal{}}, own)
	if err != nil {
		return err
	}
	defer func() {
		w.q.close()
		w.c, c.before = nil, nil
		own.finalize()
	}()
	store := &loadStore{w: w}
	if err := fn(store); err != nil {
		return err
	}
	if store.failed != nil {
		return store.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return err
	}
	return c.exec(stmtCommit)
}

func removeFiles(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncFile forces a file, or the names in a folder, to disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
