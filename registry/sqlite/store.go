package sqlite

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// Store is an open database. Safe for concurrent use; one process should have it open for writing.
type Store struct {
	path    string
	log     *slog.Logger
	readers *pool

	write     *conn // only writeLoop uses it; nil when opened read-only
	queue     chan *job
	maxGroup  int
	lastGroup int // updates in the last group
	tally     [3]int64
	places    placeBook
	journal   journal
	maxLog    int64 // maxLogBytes, less in a test
	trimAt    int64 // size of the write-ahead log at which to try again to empty it

	sending sync.RWMutex // held for reading while sending to queue, so that Close can close it
	closed  bool
	closing chan struct{}
	drained chan struct{} // closed when writeLoop has ended

	commits, updates atomic.Int64
}

var _ registry.Store = (*Store)(nil)

// View runs fn with one consistent state of the database. fn must not keep the Reader, and must not call View
// (the pool of readers may be empty) nor Update.
func (s *Store) View(ctx context.Context, fn func(registry.Reader) error) (err error) {
	const op = "read"
	c, err := s.readers.take(ctx, op, s.closing)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	if err := c.exec(stmtBeginRead); err != nil {
		return failure(op, err)
	}
	r := &reader{ctx: ctx, c: c}
	defer func() {
		r.c = nil
		if cerr := c.exec(stmtCommit); err == nil {
			err = failure(op, cerr)
		}
	}()
	return fn(r)
}

// Address reads one address. Its one statement is a transaction by itself; BEGIN and COMMIT would cost half as much again.
func (s *Store) Address(ctx context.Context, code addresscode.Code) (*registry.Address, error) {
	c, err := s.readers.take(ctx, "read address", s.closing)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	r := reader{ctx: ctx, c: c}
	return r.Address(code)
}

// OpenAddress reads one address that is not protected.
func (s *Store) OpenAddress(ctx context.Context, code addresscode.Code) (*registry.Address, error) {
	c, err := s.readers.take(ctx, "read address", s.closing)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	r := reader{ctx: ctx, c: c}
	return r.OpenAddress(code)
}

// Update runs fn in a write transaction and returns when it is durable, or rolled back with fn's error. fn runs on the
// store's own goroutine and may share its commit with others; it should be short, must not keep the Writer and must not call
// View or Update. It is refused as busy at once when 1,024 others wait. When ctx ends before fn has started, fn does not run; once started it is carried through.
// A panic in fn is rolled back and returned as an error.
func (s *Store) Update(ctx context.Context, fn func(registry.Writer) error) error {
	const op = "write"
	if err := ctx.Err(); err != nil {
		return failure(op, err)
	}
	j := &job{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := s.send(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.claim() {
			return failure(op, ctx.Err())
		}
		return <-j.done
	}
}

func (s *Store) send(j *job) error {
	const op = "write"
	s.sending.RLock()
	defer s.sending.RUnlock()
	if s.closed {
		return closedError(op)
	}
	if s.queue == nil {
		return &registry.Error{Code: registry.CodeInvalid, Op: op, Message: "the database is open for reading only", Hint: "open it for writing"}
	}
	select {
	case s.queue <- j:
		return nil
	default:
		return &registry.Error{Code: registry.CodeBusy, Op: op, Message: "too many writes are waiting", Hint: "try again in a moment"}
	}
}

// Ping reports whether the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.View(ctx, func(r registry.Reader) error {
		_, err := r.Meta("")
		return err
	})
}

// Stats counts since Open. Updates per commit tell how well commits are shared.
type Stats struct {
	Commits int64 // transactions committed, each synced to disk
	Updates int64 // updates in them that succeeded
}

func (s *Store) Stats() Stats {
	return Stats{Commits: s.commits.Load(), Updates: s.updates.Load()}
}

// Close carries out the queued updates, waits for views to end and closes the files. Later calls fail with "busy".
// Closing twice is no error.
func (s *Store) Close() error {
	s.sending.Lock()
	if s.closed {
		s.sending.Unlock()
		return nil
	}
	s.closed = true
	close(s.closing)
	if s.queue != nil {
		close(s.queue)
	}
	s.sending.Unlock()
	<-s.drained
	return failure("close database", s.disconnect(cap(s.readers.free)))
}

// disconnect closes n readers, waiting for them, and then the writer: the last to close empties the write-ahead log.
func (s *Store) disconnect(n int) error {
	var errs []error
	for range n {
		errs = append(errs, s.readers.wait().close())
	}
	if s.write != nil {
		errs = append(errs, s.write.close())
	}
	return errors.Join(errs...)
}
