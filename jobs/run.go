package jobs

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Work does a job: it reads in and writes the result to out. progress is told of the rows done, now and then. A *Failure says why
// the job cannot be done; another error of the domain is told by its code.
type Work func(ctx context.Context, j Job, in io.Reader, out io.Writer, progress func(rows int64)) (Outcome, error)

// Outcome is what came of a job.
type Outcome struct {
	Rows   int64
	Counts map[string]int64
}

// Error implements error.
func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// run is a job under way.
type run struct {
	cancel      context.CancelFunc
	rows, bytes atomic.Int64
	deleted     atomic.Bool
}

// lookEvery is how often the store is asked for jobs without being told of one: after a fault it may have some.
const lookEvery = 30 * time.Second

// Run does jobs until ctx ends, those first that an earlier process left undone. It returns when none is under way.
func (s *Service) Run(ctx context.Context, work Work) error {
	ids, err := s.store.JobIDs(ctx)
	if err != nil {
		return named("list jobs", err)
	}
	if err := s.files.sweep(ids); err != nil {
		return err
	}
	var wait sync.WaitGroup
	for range s.o.Workers {
		wait.Go(func() { s.serve(ctx, work) })
	}
	wait.Wait()
	return nil
}

// serve does one job after another.
func (s *Service) serve(ctx context.Context, work Work) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		err := s.next(ctx, work)
		if err == nil {
			continue
		}
		if !errors.Is(err, errNone) && ctx.Err() == nil {
			s.log.Warn("a job was put off", "error", err)
		}
		select {
		case <-s.wake:
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

var errNone = errors.New("nothing to do")

// next does the oldest job that is waiting.
func (s *Service) next(ctx context.Context, work Work) error {
	pending, err := s.store.PendingJobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range pending {
		under, cancel := context.WithCancel(ctx)
		r := &run{cancel: cancel}
		s.mu.Lock()
		taken := s.running[j.ID] != nil
		if !taken {
			s.running[j.ID] = r
		}
		s.mu.Unlock()
		if taken {
			cancel()
			continue
		}
		err := s.do(under, ctx, j, r, work)
		cancel()
		return err
	}
	return errNone
}

// do does a job and records what came of it. ctx ends when the service stops or the job is deleted, stopping only when the service stops.
func (s *Service) do(ctx, stopping context.Context, j Job, r *run, work Work) error {
	defer func() {
		s.mu.Lock()
		delete(s.running, j.ID)
		s.mu.Unlock()
		if r.deleted.Load() {
			s.files.remove(j.ID)
		}
	}()
	out, size, err := s.produce(ctx, j, r, work)
	if ctx.Err() != nil { // stopped, to be done later, or deleted
		return nil
	}
	j.Rows, j.Counts, j.ResultBytes = out.Rows, out.Counts, size
	j.State, j.FinishedAt = StateSucceeded, s.clock()
	if err != nil {
		j.State, j.Failure = StateFailed, failureOf(err)
		if j.Failure.Code == string(registry.CodeInternal) {
			s.log.Error("a job failed", "job", j.ID, "error", err)
		}
	}
	err = s.store.UpdateJobs(stopping, func(w Writer) error {
		if err := w.ReplaceJob(j); err != nil {
			return err
		}
		return w.AppendEntry(entry(j.FinishedAt, j.Owner, "job.finished", j.ID, map[string]any{"state": j.State, "rows": j.Rows}))
	})
	switch {
	case registry.CodeOf(err) == registry.CodeNotFound:
		s.files.remove(j.ID)
		return nil
	case err != nil:
		return err
	}
	_ = os.Remove(s.files.path(j.ID + inSuffix)) // else the next start sweeps it away
	return nil
}

// produce makes the result, which has its name only when all of it is on disk.
func (s *Service) produce(ctx context.Context, j Job, r *run, work Work) (out Outcome, size int64, err error) {
	in, err := os.Open(s.files.path(j.ID + inSuffix))
	if err != nil {
		return out, 0, diskError("read file", err)
	}
	defer in.Close()
	f, err := s.files.create(j.ID + outPartSuffix)
	if err != nil {
		return out, 0, err
	}
	disk := &faultyWriter{Writer: f}
	result := bufio.NewWriterSize(disk, 1<<20)
	out, err = work(ctx, j, countingReader{in, &r.bytes}, result, func(rows int64) { s.advance(r, rows) })
	s.advance(r, max(out.Rows, r.rows.Load()))
	if err == nil {
		err = diskError("write result", errors.Join(result.Flush(), f.Sync()))
	}
	if disk.err != nil {
		err = diskError("write result", disk.err)
	}
	err = errors.Join(err, diskError("write result", f.Close()))
	if err == nil {
		size = disk.n
		err = s.files.rename(j.ID+outPartSuffix, j.ID+outSuffix)
	}
	if err != nil {
		_ = os.Remove(s.files.path(j.ID + outPartSuffix)) // else the next start sweeps it away
	}
	return out, size, err
}

// advance says that so many rows of a job are done.
func (s *Service) advance(r *run, rows int64) { s.rows.Add(rows - r.rows.Swap(rows)) }

// faultyWriter keeps the error of the disk, whatever is made of it further up.
type faultyWriter struct {
	io.Writer
	n   int64
	err error
}

func (w *faultyWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.n += int64(n)
	if err != nil {
		w.err = err
	}
	return n, err
}

type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (r countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n.Add(int64(n))
	return n, err
}

// failureOf is what is told of an error: nothing of its cause.
func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*registry.Error](err); ok && e.Code != registry.CodeInternal {
		return &Failure{Code: string(e.Code), Message: e.Message, Hint: e.Hint}
	}
	return &Failure{Code: string(registry.CodeInternal), Message: "something went wrong inside the system"}
}
