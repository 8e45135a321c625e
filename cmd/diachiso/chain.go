package main

import (
	"context"
	"errors"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// verifyChain holds the journal of a database file that nobody writes against itself and the addresses. Signatures are left to
// `audit verify`, which is given the keys that were kept elsewhere: a backup must not fail because a key was changed.
func (m *Main) verifyChain(ctx context.Context, path string) error {
	return m.verifyChainOf(ctx, path, sqlite.Options{ReadOnly: true, Still: true, Logger: m.logger()})
}

func (m *Main) verifyChainOf(ctx context.Context, path string, o sqlite.Options) (err error) {
	store, err := sqlite.Open(ctx, path, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	report, err := audit.Verify(ctx, unsigned{store}, audit.VerifyOptions{})
	if err != nil {
		return err
	}
	if f := report.Fault; f != nil {
		return &cliError{status: exitTampered, message: "the journal does not verify: " + f.Message,
			try: "keep a copy of the files before anything else, then see docs/audit.md"}
	}
	return nil
}

// unsigned is a store as if nothing in it were signed.
type unsigned struct{ *sqlite.Store }

func (unsigned) NewestCheckpoint(context.Context) (*audit.Checkpoint, error) { return nil, nil }

func (unsigned) Checkpoints(context.Context, int64, func(audit.Checkpoint) bool) error { return nil }
