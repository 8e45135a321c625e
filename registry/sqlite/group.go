package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/diachiso/diachiso/registry"
)

const (
	maxGroup     = 512                   // updates that share a commit at most
	maxGroupTime = 20 * time.Millisecond // no update joins a group that is older
	siblingWait  = time.Millisecond      // how long a young group waits to become as large as the one before it
)

// job is a queued update.
type job struct {
	ctx     context.Context
	fn      func(registry.Writer) error
	err     error       // what fn returned
	fatal   bool        // it took the whole transaction along
	claimed atomic.Bool // by writeLoop, which then answers, or by a caller that gave up
	done    chan error
}

// claim reports whether the caller of claim is the first, and so decides what happens with the job.
func (j *job) claim() bool { return j.claimed.CompareAndSwap(false, true) }

// writeLoop owns the writer's connection. It ends when the queue is closed and empty.
func (s *Store) writeLoop() {
	ended := false
	defer func() {
		if ended {
			close(s.drained)
			return
		}
		go s.writeLoop() // an update called runtime.Goexit and took this goroutine along, as testing.T.FailNow does
	}()
	for first := range s.queue {
		if first.claim() {
			s.group(first)
			if err := s.trimLog(); err != nil {
				s.log.Warn("write-ahead log not emptied", "error", err)
			}
		}
	}
	ended = true
}

// group carries out first, and what else is queued, in one transaction.
func (s *Store) group(first *job) {
	const op = "write"
	group := []*job{first}
	failed := errors.New("an update in the same transaction ended its goroutine")
	defer func() {
		if failed != nil {
			s.abandon()
		}
		for _, j := range group {
			if failed != nil && (j.err == nil || !j.fatal) {
				j.err = failure(op, failed)
			}
			j.done <- j.err
		}
	}()
	s.tally = [3]int64{}
	s.places.begin()
	s.journal.forget()
	if err := s.write.exec(stmtBeginWrite); err != nil {
		failed = err
		return
	}
	began := time.Now()
	for j := first; j != nil; {
		if err := s.runInSavepoint(j); err != nil {
			failed = err
			return
		}
		if j = s.nextInGroup(len(group), began); j != nil {
			group = append(group, j)
		}
	}
	s.lastGroup = len(group)
	if err := s.commit(); err != nil {
		failed = err
		return
	}
	failed = nil
	s.commits.Add(1)
	for _, j := range group {
		if j.err == nil {
			s.updates.Add(1)
		}
	}
}

// nextInGroup returns a waiting job, or nil when it is time to commit.
func (s *Store) nextInGroup(size int, began time.Time) *job {
	for size < s.maxGroup && time.Since(began) < maxGroupTime {
		j := s.nextQueued(size, began)
		if j == nil || j.claim() {
			return j
		}
	}
	return nil
}

// nextQueued returns the next job in the queue, or nil. Callers that shared the last commit are likely on their way again,
// so a group that is smaller waits a moment for them; a lone caller waits for nobody.
func (s *Store) nextQueued(size int, began time.Time) *job {
	select {
	case j := <-s.queue: // nil when it is closed
		return j
	default:
	}
	wait := siblingWait - time.Since(began)
	if size >= s.lastGroup || wait <= 0 {
		return nil
	}
	select {
	case j := <-s.queue:
		return j
	case <-time.After(wait):
		return nil
	}
}

// runInSavepoint leaves the transaction with all of the job's writes or none of them, and the outcome in j.err.
// An error means that the whole transaction is lost.
func (s *Store) runInSavepoint(j *job) error {
	before := s.tally
	if err := s.write.exec(stmtSavepoint); err != nil {
		return err
	}
	j.err = s.call(j)
	s.places.endUpdate(j.err == nil)
	if s.write.raw.AutoCommit() {
		// SQLite rolls back by itself after some failures, such as a full disk. The others are told so in
		// words of their own: the update's error may be about the update.
		j.fatal = true
		code := registry.CodeInternal
		if registry.CodeOf(j.err) == registry.CodeReadOnly {
			code = registry.CodeReadOnly
		}
		return &registry.Error{Code: code, Op: "write", Message: "the database gave the transaction up",
			Hint: "try again; if it stays, look at the disk", Err: j.err}
	}
	if j.err != nil {
		s.tally = before
		s.journal.forget()
		if err := s.write.exec(stmtRollbackTo); err != nil {
			return err
		}
	}
	return s.write.exec(stmtRelease)
}

func (s *Store) call(j *job) (err error) {
	w := &writer{reader: reader{ctx: j.ctx, c: s.write}, tally: &s.tally, places: &s.places, journal: &s.journal}
	defer func() {
		w.c = nil
		if v := recover(); v != nil {
			err = &registry.Error{Code: registry.CodeInternal, Op: "write", Message: "the update panicked", Err: fmt.Errorf("panic: %v\n%s", v, debug.Stack())}
		}
	}()
	return j.fn(w)
}

// commit returns when the transaction is on disk.
func (s *Store) commit() error {
	for status, n := range s.tally {
		if n != 0 {
			if err := s.write.exec(stmtAddTally, n, int64(status)); err != nil {
				return err
			}
		}
	}
	if err := s.places.flush(s.write); err != nil {
		return err
	}
	return s.write.exec(stmtCommit)
}

// abandon rolls back what is left of a transaction. Its own failure adds nothing: the next BEGIN reports it.
func (s *Store) abandon() {
	s.places.forget()
	if !s.write.raw.AutoCommit() {
		_ = s.write.exec(stmtRollback)
	}
}
