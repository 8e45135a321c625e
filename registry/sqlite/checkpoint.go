package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
)

var _ audit.Store = (*Store)(nil)

// errEnough ends a scan early; nobody sees it.
var errEnough = errors.New("enough")

// Checkpoints returns what the notes say; audit holds that against their signatures and against the rows' own columns, which
// are made to disagree with the note where they do.
func (s *Store) Checkpoints(ctx context.Context, after int64, yield func(audit.Checkpoint) bool) error {
	return s.View(ctx, func(r registry.Reader) error {
		err := r.(*reader).c.each("SELECT lines, at, note FROM checkpoint WHERE lines > ? ORDER BY lines", 3, func(row []driver.Value) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(checkpointOf(row)) {
				return errEnough
			}
			return nil
		}, after)
		if errors.Is(err, errEnough) {
			return nil
		}
		return failure("read checkpoints", err)
	})
}

func (s *Store) NewestCheckpoint(ctx context.Context) (newest *audit.Checkpoint, err error) {
	err = s.View(ctx, func(r registry.Reader) error {
		return failure("read checkpoint", r.(*reader).c.each("SELECT lines, at, note FROM checkpoint ORDER BY lines DESC LIMIT 1", 3, func(row []driver.Value) error {
			c := checkpointOf(row)
			newest = &c
			return nil
		}))
	})
	return newest, err
}

func checkpointOf(row []driver.Value) audit.Checkpoint {
	note, _ := row[2].(string)
	c, _ := audit.ReadCheckpoint(note) // what cannot be read does not verify either
	c.Lines, _ = row[0].(int64)
	at, _ := row[1].(int64)
	c.At = timeOf(at)
	return c
}

// Entries reads one table of the two; Journal reads both.
func (s *Store) Entries(ctx context.Context, after int64, yield func(registry.Entry) bool) error {
	return s.View(ctx, func(r registry.Reader) error {
		own := r.(*reader)
		return own.scan(stmtJournalEntries, numJournalEntryColumns, func() (bool, error) {
			return yield(*journalEntry(own.c.dest[:numJournalEntryColumns]).Entry), nil
		}, after)
	})
}

func (s *Store) AddCheckpoint(ctx context.Context, c audit.Checkpoint) error {
	return s.Update(ctx, func(w registry.Writer) error {
		return failure("keep checkpoint", w.(*writer).c.each("INSERT INTO checkpoint (lines, at, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", 0, nil,
			c.Lines, c.At.UnixMilli(), c.Note))
	})
}
