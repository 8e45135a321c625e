package audit

import (
	"context"

	"github.com/diachiso/diachiso/registry"
)

// Store is what the audit needs of the database; registry/sqlite has it.
type Store interface {
	View(ctx context.Context, fn func(registry.Reader) error) error
	// Checkpoints calls yield for the checkpoints of more than so many lines, in order, until it returns false.
	Checkpoints(ctx context.Context, after int64, yield func(Checkpoint) bool) error
	// NewestCheckpoint is the one of the most lines, nil when there is none.
	NewestCheckpoint(ctx context.Context) (*Checkpoint, error)
	// Entries calls yield for the entries of the journal, without the events of addresses, after the given number, in order,
	// until it returns false.
	Entries(ctx context.Context, after int64, yield func(registry.Entry) bool) error
	// AddCheckpoint keeps a checkpoint; one of as many lines stays as it is.
	AddCheckpoint(ctx context.Context, c Checkpoint) error
}
