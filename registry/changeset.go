package registry

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
)

// ChangesetKind is what was done to many addresses.
type ChangesetKind string

const (
	ChangesetRename   ChangesetKind = "rename_street"
	ChangesetRederive ChangesetKind = "rederive"
	ChangesetUndo     ChangesetKind = "undo"
)

// Changeset is a change of many addresses in many transactions. Its id stands in the events (Event.Changeset), so that the journal's
// chain covers what belongs to it.
type Changeset struct {
	ID        string // "" for a dry run, and for one that had nothing to do
	Kind      ChangesetKind
	Actor     string
	StartedAt time.Time
	Done      bool // false while it runs, and for good when it was cut short
	Report    ChangesetReport
}

// ChangesetReport counts what was done so far.
type ChangesetReport struct {
	From     string           `json:"from,omitempty"` // names of a renamed street
	To       string           `json:"to,omitempty"`
	Communes []string         `json:"communes,omitempty"` // that it was meant for
	Undoes   string           `json:"undoes,omitempty"`
	UndoneBy string           `json:"undone_by,omitempty"`
	Looked   int64            `json:"looked"`
	Changed  int64            `json:"changed"`
	Skipped  int64            `json:"skipped"`              // changed by others meanwhile, or not the actor's
	ByPlace  map[string]int64 `json:"by_commune,omitempty"` // changed addresses by the commune they have now
}

// mayKeepAll refuses an actor who may not change addresses in all communes of a set.
func (c *Changeset) mayKeepAll(by Actor) error {
	communes := slices.Clone(c.Report.Communes)
	for commune := range c.Report.ByPlace {
		communes = append(communes, commune)
	}
	if len(communes) == 0 && by.Area != nil && c.Actor != by.Name {
		return by.may("")
	}
	return by.may(communes...)
}

// Changeset tells of a change of many addresses. One that is not all in the actor's area is CodeNotFound.
func (s *Service) Changeset(ctx context.Context, by Actor, id string) (*Changeset, error) {
	var set *Changeset
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		set, err = changeset(r, by, id)
		return err
	})
	if err != nil {
		return nil, domainError("read change set", err)
	}
	return set, nil
}

func changeset(r Reader, by Actor, id string) (*Changeset, error) {
	set, err := r.Changeset(id)
	if isNotFound(err) || err == nil && set.mayKeepAll(by) != nil {
		return nil, &Error{Code: CodeNotFound, Message: "there is no such change set", Hint: "compare the id with the answer that told it"}
	}
	return set, err
}

// newChangeset begins a change of many addresses. It is in the store with the first address that it changes.
func (s *Service) newChangeset(by Actor, kind ChangesetKind, report ChangesetReport) *Changeset {
	report.ByPlace = map[string]int64{}
	return &Changeset{ID: rand.Text(), Kind: kind, Actor: by.Name, StartedAt: s.clock(), Report: report}
}

// changeMany changes addresses in one transaction, with the report so far. change returns nil for an address to be left alone.
func (s *Service) changeMany(ctx context.Context, by Actor, set *Changeset, codes []addresscode.Code, change func(w Writer, by Actor, before *Address) (after *Address, err error)) error {
	by.Changeset = set.ID
	var report ChangesetReport
	err := s.store.Update(ctx, func(w Writer) error {
		report = set.Report
		report.ByPlace = make(map[string]int64, len(set.Report.ByPlace))
		for commune, n := range set.Report.ByPlace {
			report.ByPlace[commune] = n
		}
		written := int64(0)
		for _, code := range codes {
			before, err := w.Address(code) // read again: it may have changed since it was found
			if isNotFound(err) {
				continue
			}
			if err != nil {
				return err
			}
			after, err := change(w, by, before)
			switch {
			case CodeOf(err) == CodeForbidden, CodeOf(err) == CodeVersionConflict, CodeOf(err) == CodeExternalIDConflict:
				report.Skipped++
			case err != nil:
				return err
			case after != nil:
				written++
				report.ByPlace[after.Commune]++
			}
		}
		if written == 0 && report.Changed == 0 {
			return nil // not worth an id yet
		}
		begins := report.Changed == 0
		report.Changed += written
		kept := *set
		kept.Report = report
		if err := w.PutChangeset(&kept); err != nil || !begins {
			return err
		}
		return w.AppendEntry(Entry{At: set.StartedAt, Actor: by.Name, Action: "changeset.started", Subject: set.subject(), Detail: detail("kind", set.Kind)})
	})
	if err == nil {
		set.Report = report
	}
	return err
}

func (c *Changeset) subject() string { return "changeset:" + c.ID }

// finish marks a set as done and writes so to the journal. One that changed nothing is forgotten.
func (s *Service) finish(ctx context.Context, by Actor, set *Changeset) error {
	set.Done = true
	if set.Report.Changed == 0 {
		set.ID = ""
		return nil
	}
	return s.store.Update(ctx, func(w Writer) error {
		if err := w.PutChangeset(set); err != nil {
			return err
		}
		return w.AppendEntry(Entry{At: s.clock(), Actor: by.Name, Action: "changeset.made", Subject: set.subject(),
			Detail: detail("kind", set.Kind, "changed", set.Report.Changed, "skipped", set.Report.Skipped)})
	})
}

// Undo puts back every address of a change set that nothing else has changed since; the others are counted as skipped. An address that
// the set created is retired, for a code that was given is never given again. The undoing is a change set itself. One that was cut short
// is completed by undoing again.
//
// Errors are *Error: CodeNotFound, CodeVersionConflict when it is undone already, CodeBusy, CodeInternal; or the context's.
func (s *Service) Undo(ctx context.Context, by Actor, id string, progress func(done int64)) (*Changeset, error) {
	const op = "undo change set"
	undone, err := s.Changeset(ctx, by, id)
	if err != nil {
		return nil, domainError(op, err)
	}
	if undone.Report.UndoneBy != "" {
		if earlier, err := s.Changeset(ctx, by, undone.Report.UndoneBy); err != nil || earlier.Done {
			return nil, domainError(op, cmpError(err, &Error{Code: CodeVersionConflict, Message: "it is undone already", Hint: "undo the change set that undid it to have it again"}))
		}
	}
	set := s.newChangeset(by, ChangesetUndo, ChangesetReport{Undoes: id, Communes: undone.Report.Communes})
	var after uint64
	for {
		var codes []addresscode.Code
		if err := s.store.View(ctx, func(r Reader) (err error) {
			codes, err = r.ChangesetCodes(id, after, batchSize)
			return err
		}); err != nil {
			return nil, domainError(op, err)
		}
		if len(codes) == 0 {
			break
		}
		after = codes[len(codes)-1].Key()
		set.Report.Looked += int64(len(codes))
		if err := s.changeMany(ctx, by, set, codes, func(w Writer, by Actor, before *Address) (*Address, error) {
			return s.putBack(w, by, id, before)
		}); err != nil {
			return nil, domainError(op, err)
		}
		if err := s.linkUndo(ctx, undone, set); err != nil {
			return nil, domainError(op, err)
		}
		if progress != nil {
			progress(set.Report.Looked)
		}
	}
	return set, domainError(op, s.finish(ctx, by, set))
}

// cmpError is err unless it is nil.
func cmpError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// linkUndo tells in the set that is undone by which one, once there is something undone.
func (s *Service) linkUndo(ctx context.Context, undone, by *Changeset) error {
	if by.Report.Changed == 0 || undone.Report.UndoneBy == by.ID {
		return nil
	}
	undone.Report.UndoneBy = by.ID
	return s.store.Update(ctx, func(w Writer) error { return w.PutChangeset(undone) })
}

// putBack makes an address what it was before the events of a set, when these are its last ones.
func (s *Service) putBack(w Writer, by Actor, id string, now *Address) (*Address, error) {
	events, err := w.Events(now.Code)
	if err != nil {
		return nil, err
	}
	first := len(events)
	for first > 0 && events[first-1].Changeset == id {
		first--
	}
	if first == len(events) {
		return nil, &Error{Code: CodeVersionConflict, Message: "the address was changed since"}
	}
	before := events[first].Before
	if before == nil {
		after := now.clone()
		after.ExternalIDs = nil // so that what they name can come in again
		return after, s.retire(w, by, now, after, nil, retireUndone)
	}
	after := before.clone()
	return after, s.replace(w, by, ActionUpdated, now, after)
}
