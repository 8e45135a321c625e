package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Options of a Service. The zero value of what is not set means the default named here.
type Options struct {
	Dir      string           // of the files, made when it is not there; nobody else's
	Now      func() time.Time // time.Now
	Keep     time.Duration    // how long a job is kept after it was handed in; 7 days
	Workers  int              // jobs under way at a time; 1
	PerOwner int              // jobs of one owner that are not done; 8
}

const (
	defaultKeep     = 7 * 24 * time.Hour
	defaultPerOwner = 8
)

// Service takes jobs in and has them done. Safe for concurrent use; one process at a time for a folder.
//
// Errors are *registry.Error: not_found also for jobs of others, idempotency_mismatch, too_many_requests, read_only where the disk
// is full, those of the store otherwise.
type Service struct {
	store Store
	files folder
	o     Options
	log   *slog.Logger
	wake  chan struct{} // a job was handed in
	rows  atomic.Int64  // done since the start

	mu      sync.Mutex
	running map[string]*run
}

// Open makes the folder and the service. Nothing is done before Run.
func Open(store Store, o Options, log *slog.Logger) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Keep == 0 {
		o.Keep = defaultKeep
	}
	o.Workers, o.PerOwner = max(o.Workers, 1), max(o.PerOwner, 0)
	if o.PerOwner == 0 {
		o.PerOwner = defaultPerOwner
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of jobs: %w", err)
	}
	return &Service{store: store, files: folder(o.Dir), o: o, log: log, wake: make(chan struct{}, 1), running: map[string]*run{}}, nil
}

func (s *Service) clock() time.Time { return s.o.Now().UTC().Truncate(time.Millisecond) }

// Create takes a file in and returns once file and job are on disk. created is false for a file that was handed in before under the
// same key. An error of reading body is returned as it is.
func (s *Service) Create(ctx context.Context, owner, key, options string, body io.Reader) (job Job, created bool, err error) {
	const op = "create job"
	now := s.clock()
	job = Job{ID: rand.Text(), Owner: owner, Key: key, Options: options, State: StatePending, CreatedAt: now, ExpiresAt: now.Add(s.o.Keep)}
	if job.Bytes, job.SHA256, err = s.spool(job.ID, body); err != nil {
		return Job{}, false, err
	}
	var before *Job
	err = s.store.UpdateJobs(ctx, func(w Writer) error {
		before = nil
		if key != "" {
			same, err := w.JobByKey(owner, key)
			switch {
			case err == nil && same.SHA256 == job.SHA256 && same.Options == options:
				before = &same
				return nil
			case err == nil:
				return &registry.Error{Code: registry.CodeIdempotency, Message: "another file was handed in with this key", Hint: "take a new key for a new file"}
			case registry.CodeOf(err) != registry.CodeNotFound:
				return err
			}
		}
		waiting, err := w.CountPendingJobs(owner)
		if err != nil {
			return err
		}
		if waiting >= s.o.PerOwner {
			return &registry.Error{Code: registry.CodeTooMany, Message: "as many files as may wait are waiting", Hint: "wait until one is done, or delete one"}
		}
		if err := w.InsertJob(job); err != nil {
			return err
		}
		return w.AppendEntry(entry(now, owner, "job.created", job.ID, map[string]any{"bytes": job.Bytes}))
	})
	if err != nil || before != nil {
		s.files.remove(job.ID)
		if err != nil {
			return Job{}, false, named(op, err)
		}
		return s.live(*before), false, nil
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return job, true, nil
}

// spool brings a file to disk under its name.
func (s *Service) spool(id string, body io.Reader) (n int64, sum [32]byte, err error) {
	f, err := s.files.create(id + partSuffix)
	if err != nil {
		return 0, sum, err
	}
	hash := sha256.New()
	source := &faultyReader{Reader: body}
	n, err = io.Copy(io.MultiWriter(f, hash), source)
	if source.err != nil {
		err = source.err
	} else {
		err = diskError("create job", errors.Join(err, f.Sync()))
	}
	err = errors.Join(err, diskError("create job", f.Close()))
	if err == nil {
		err = s.files.rename(id+partSuffix, id+inSuffix)
	}
	if err != nil {
		s.files.remove(id)
		return 0, sum, err
	}
	return n, [32]byte(hash.Sum(nil)), nil
}

// faultyReader tells faults of reading from those of writing.
type faultyReader struct {
	io.Reader
	err error
}

func (r *faultyReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// Get is a job of an owner, with how far it is.
func (s *Service) Get(ctx context.Context, owner, id string) (Job, error) {
	j, err := s.store.Job(ctx, id)
	if err == nil && (j.Owner != owner || !s.clock().Before(j.ExpiresAt)) {
		err = noJob()
	}
	if err != nil {
		return Job{}, named("read job", err)
	}
	return s.live(j), nil
}

// live adds how far a job under way is.
func (s *Service) live(j Job) Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.running[j.ID]; r != nil && j.State == StatePending {
		j.Running, j.Rows, j.BytesRun = true, r.rows.Load(), r.bytes.Load()
	}
	return j
}

// Counts are the jobs that are kept, by how they stand, and the rows done since this process began.
type Counts struct {
	Waiting, Running, Succeeded, Failed int64
	Rows                                int64
}

// Count tells how many jobs there are.
func (s *Service) Count(ctx context.Context) (Counts, error) {
	states, err := s.store.CountJobs(ctx)
	if err != nil {
		return Counts{}, named("count jobs", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	running := min(int64(len(s.running)), states[StatePending]) // one may have been done since they were counted
	return Counts{
		Waiting: states[StatePending] - running, Running: running, Succeeded: states[StateSucceeded], Failed: states[StateFailed], Rows: s.rows.Load(),
	}, nil
}

// Result opens the result of a job that succeeded; the caller closes it. Of another it returns the job and no file.
func (s *Service) Result(ctx context.Context, owner, id string) (*os.File, Job, error) {
	j, err := s.Get(ctx, owner, id)
	if err != nil || j.State != StateSucceeded {
		return nil, j, err
	}
	f, err := os.Open(s.files.path(id + outSuffix))
	if err != nil {
		return nil, j, diskError("read result", err)
	}
	return f, j, nil
}

// Delete stops a job and removes it with its files.
func (s *Service) Delete(ctx context.Context, owner, id string) error {
	err := s.store.UpdateJobs(ctx, func(w Writer) error {
		j, err := w.Job(id)
		if err != nil {
			return err
		}
		if j.Owner != owner {
			return noJob()
		}
		if err := w.RemoveJob(id); err != nil {
			return err
		}
		return w.AppendEntry(entry(s.clock(), owner, "job.deleted", id, nil))
	})
	if err != nil {
		return named("delete job", err)
	}
	s.stop(id)
	return nil
}

// stop ends a job that is under way, which removes its files itself, or removes them.
func (s *Service) stop(id string) {
	s.mu.Lock()
	r := s.running[id]
	s.mu.Unlock()
	if r != nil {
		r.deleted.Store(true)
		r.cancel()
		return
	}
	s.files.remove(id)
}

const purgeBatch = 100

// Purge removes the jobs that have expired, and counts them.
func (s *Service) Purge(ctx context.Context) (int, error) {
	total := 0
	for {
		var ids []string
		err := s.store.UpdateJobs(ctx, func(w Writer) (err error) {
			if ids, err = w.ExpiredJobs(s.clock(), purgeBatch); err != nil {
				return err
			}
			for _, id := range ids {
				if err := w.RemoveJob(id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return total, named("purge jobs", err)
		}
		for _, id := range ids {
			s.stop(id)
		}
		if total += len(ids); len(ids) < purgeBatch {
			return total, nil
		}
	}
}

func noJob() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "there is no such job", Hint: "a job is kept for 7 days, and only the key that made it sees it"}
}

// entry is a line of the journal about a job.
func entry(at time.Time, owner, action, id string, detail map[string]any) registry.Entry {
	e := registry.Entry{At: at, Actor: owner, Action: action, Subject: id}
	if len(detail) > 0 {
		if text, err := json.Marshal(detail); err == nil { // numbers and words can be encoded
			e.Detail = string(text)
		}
	}
	return e
}

// named puts the operation in front of an error of the domain; of one that is not there it says what that means.
func named(op string, err error) error {
	e, ok := errors.AsType[*registry.Error](err)
	if !ok {
		return err
	}
	if e.Code == registry.CodeNotFound {
		e, _ = errors.AsType[*registry.Error](noJob())
	}
	copied := *e
	copied.Op = op
	return &copied
}
