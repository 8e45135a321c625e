package registry

import (
	"context"
	"encoding/json"
	"time"
	"unicode/utf8"
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

// Validate says what an entry lacks; *Error CodeInvalid.
func (e *Entry) Validate() error {
	const hint = "this is a mistake of the program"
	switch {
	case e.Actor == "":
		return invalid("actor", "an entry of the journal needs an actor", hint)
	case e.Action == "":
		return invalid("action", "an entry of the journal needs an action", hint)
	case e.Detail != "" && (e.Detail[0] != '{' || !json.Valid([]byte(e.Detail))):
		return invalid("detail", "the detail of an entry is no JSON object", hint)
	case !utf8.ValidString(e.Actor) || !utf8.ValidString(e.Action) || !utf8.ValidString(e.Subject) || !utf8.ValidString(e.Detail):
		return invalid("detail", "an entry of the journal is no valid UTF-8", hint)
	}
	return nil
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
