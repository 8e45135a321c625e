package registry

import (
	"context"
	"time"
)

// Entry is a line of the journal that is no change of an address: who read what of private data, a key that was made, a
// consent that was withdrawn. It shares sequence and chain with the events of addresses.
type Entry struct {
	Seq     int64 // given by the store
	At      time.Time
	Actor   string // Actor.Name
	Action  string // "address.read", "key.created", "household.consented" …: subject, dot, past tense
	Subject string // what it was done to: a code, a key's prefix, a household's id
	Detail  string // JSON object or "": never a name, phone, address text or exact position
}

// Record writes entries to the journal and returns when they are on disk: whoever shows private data calls it first.
func (s *Service) Record(ctx context.Context, entries ...Entry) error {
	return domainError("write journal", s.store.Update(ctx, func(w Writer) error {
		for _, e := range entries {
			if err := w.AppendEntry(e); err != nil {
				return err
			}
		}
		return nil
	}))
}
