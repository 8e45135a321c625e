package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// Options of Open; the zero value is what a server wants.
type Options struct {
	// ReadOnly opens an existing database for reading; Update fails.
	ReadOnly bool
	// Still promises that nobody writes the file: it is read without locks and without files beside it. It needs ReadOnly.
	Still bool
	// CommitPerRequest gives every update a commit and a sync of its own: the baseline against which
	// grouped commits are measured, slower and no safer.
	CommitPerRequest bool
	// Logger is told of migrations and of a log that cannot be emptied; nil means silence.
	Logger *slog.Logger
}

const (
	busyTimeoutMS   = 5000      // how long to wait for another process
	readersCacheKiB = 128 << 10 // of all readers together, taken as they read
	writerCacheKiB  = 32 << 10
	synchronousFull = 2
	queuedUpdates   = 1024 // that wait for the writer at most; more are refused
)

// Open opens the database file at path, creating it and bringing its schema, its journal and its named places up to date
// where needed. The folder must exist. Close the store to end it.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := prepareFile(path, o.ReadOnly); err != nil {
		return nil, err
	}
	if err := migrate(ctx, o.dsn(path, writerCacheKiB), path, o.ReadOnly, o.Logger); err != nil {
		return nil, err
	}
	s := &Store{
		path:    path,
		log:     o.Logger,
		closing: make(chan struct{}),
		drained: make(chan struct{}),
		readers: newPool(min(max(runtime.GOMAXPROCS(0), 4), 16)),
	}
	if err := s.connect(o); err != nil {
		return nil, errors.Join(err, s.disconnect(len(s.readers.free)))
	}
	if s.write == nil {
		close(s.drained)
		return s, nil
	}
	s.queue = make(chan *job, queuedUpdates)
	s.maxGroup, s.maxLog = maxGroup, maxLogBytes
	if o.CommitPerRequest {
		s.maxGroup = 1
	}
	if err := s.write.loadPlaceProgress(&s.places); err != nil {
		return nil, errors.Join(failure("open database", err), s.disconnect(cap(s.readers.free)))
	}
	go s.writeLoop()
	if err := errors.Join(s.completeJournal(ctx), s.completeNamedPlaces(ctx, nil)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.commits.Store(0) // Stats are of the updates since
	s.updates.Store(0)
	return s, nil
}

// prepareFile makes sure that path is a file that can be opened, with clearer words than SQLite has.
func prepareFile(path string, readOnly bool) error {
	refuse := func(message, hint string, err error) error {
		return &registry.Error{Code: registry.CodeInvalid, Op: "open database", Message: message, Hint: hint, Err: err}
	}
	if path == "" || path == ":memory:" {
		return refuse("a database needs a file", "name one, such as data/diachiso.db", nil)
	}
	info, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	switch {
	case err == nil && info.IsDir():
		return refuse(path+" is a folder", "name a file in it, such as "+filepath.Join(path, "diachiso.db"), nil)
	case isNew && readOnly:
		return refuse("there is no database at "+path, "check the path, or open it for writing once to create it", err)
	case err != nil && !isNew:
		return refuse("cannot look at "+path, "check the path and its permissions", err)
	}
	if isNew {
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return refuse("there is no folder "+filepath.Dir(path), "create it first", err)
		}
	}
	flag := os.O_RDWR | os.O_CREATE
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0o640)
	if err != nil {
		if readOnly {
			return refuse("cannot read "+path, "check the permissions of the file", err)
		}
		return refuse("cannot write "+path, "check the permissions of the file and of its folder, or open it read-only", err)
	}
	if err := f.Close(); err != nil {
		return refuse("cannot open "+path, "check the disk", err)
	}
	if !isNew {
		return nil
	}
	// A synced file in an unsynced folder can vanish with the power.
	if err := durable.SyncFolder(filepath.Dir(path)); err != nil {
		return refuse("cannot sync the folder of "+path, "check its permissions and the disk", err)
	}
	return nil
}

// dsn holds every setting: one that is executed later would reach one connection only.
func (o Options) dsn(path string, cacheKiB int) string {
	q := url.Values{}
	q.Set("_busy_timeout", fmt.Sprint(busyTimeoutMS))
	q.Set("_cache_size", fmt.Sprint(-cacheKiB))
	q.Set("_mutex", "no") // a conn is used by one goroutine at a time
	if o.ReadOnly {
		q.Set("mode", "ro")
		q.Set("_query_only", "true")
		if o.Still {
			q.Set("immutable", "1")
		}
	} else {
		q.Set("mode", "rw")
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
	}
	return "file:" + escapePath(path) + "?" + q.Encode()
}

// escapePath makes a path part of a URI file name of SQLite.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

func (s *Store) connect(o Options) error {
	const op = "open database"
	if !o.ReadOnly {
		w, err := connect(o.dsn(s.path, writerCacheKiB))
		if err != nil {
			return failure(op, err)
		}
		s.write = w
		for _, setting := range []string{
			fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", checkpointPages),
			fmt.Sprintf("PRAGMA journal_size_limit = %d", maxLogBytes),
			"PRAGMA secure_delete = ON", // what is deleted is overwritten: copies of the file must not hold it
		} {
			if _, err := w.raw.Exec(setting, nil); err != nil {
				return failure(op, err)
			}
		}
		if err := assertDurable(w); err != nil {
			return err
		}
	}
	most := cap(s.readers.free)
	for range most {
		c, err := connect(Options{ReadOnly: true, Still: o.Still}.dsn(s.path, readersCacheKiB/most))
		if err != nil {
			return failure(op, err)
		}
		s.readers.put(c)
	}
	return nil
}

// assertDurable reads back from the live connection what makes an acknowledged write survive a power failure.
func assertDurable(w *conn) error {
	synchronous, err := w.pragma("synchronous")
	if err != nil {
		return failure("open database", err)
	}
	journal, err := w.pragma("journal_mode")
	if err != nil {
		return failure("open database", err)
	}
	if synchronous != int64(synchronousFull) || journal != "wal" {
		return &registry.Error{Code: registry.CodeInternal, Op: "open database",
			Message: fmt.Sprintf("the writer has synchronous=%v and journal_mode=%v, it must have %d (FULL) and wal", synchronous, journal, synchronousFull),
			Hint:    "put the database on a local disk"}
	}
	return nil
}
