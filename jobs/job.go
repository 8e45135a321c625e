package jobs

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// State of a job as it is stored. That it is running is known only while it does.
type State string

const (
	StatePending   State = "pending"
	StateSucceeded State = "succeeded"
	StateFailed    State = "failed"
)

// Job is a file handed in and what became of it.
type Job struct {
	ID          string
	Owner       string   // registry.Actor.Name of whoever handed it in; nobody else sees it
	Key         string   // the owner's Idempotency-Key; "" for none
	Options     string   // what is to be done, in a form that is equal for equal wishes
	SHA256      [32]byte // of the file
	Bytes       int64    // of the file
	State       State
	Rows        int64            // of the result
	Counts      map[string]int64 // of rows by their status
	ResultBytes int64
	Failure     *Failure // why it failed; nil unless it did
	CreatedAt   time.Time
	FinishedAt  time.Time // zero until then
	ExpiresAt   time.Time

	Running  bool // of a job under way in this process, and how far it is
	BytesRun int64
}

// Failure is why a job failed. Code is a registry.ErrorCode, or FileFault; none of the words are text of the file. Those in Vietnamese
// are there where whoever did the work had them.
type Failure struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
	MessageVi string `json:"message_vi,omitempty"`
	HintVi    string `json:"hint_vi,omitempty"`
}

// FileFault is the Failure.Code of a file that cannot be read.
const FileFault = "invalid_file"

// Store keeps jobs; registry/sqlite has one. Not found is *registry.Error with CodeNotFound.
type Store interface {
	Job(ctx context.Context, id string) (Job, error)
	// PendingJobs are those not done, in order of creation.
	PendingJobs(ctx context.Context) ([]Job, error)
	// CountJobs are all of them by their state; those of a state without any may be left out.
	CountJobs(ctx context.Context) (map[State]int64, error)
	// JobIDs are all of them.
	JobIDs(ctx context.Context) ([]string, error)
	// UpdateJobs runs fn in a transaction and returns once it is durable.
	UpdateJobs(ctx context.Context, fn func(Writer) error) error
}

// Writer changes jobs in one transaction with the journal.
type Writer interface {
	Job(id string) (Job, error)
	JobByKey(owner, key string) (Job, error)
	CountPendingJobs(owner string) (int, error)
	InsertJob(j Job) error
	ReplaceJob(j Job) error // state, rows, counts, result, failure, time of finishing; CodeNotFound when it is gone
	RemoveJob(id string) error
	// ExpiredJobs are at most limit ids of jobs that expire not after t.
	ExpiredJobs(t time.Time, limit int) ([]string, error)
	AppendEntry(e registry.Entry) error
}
