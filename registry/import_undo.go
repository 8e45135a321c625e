package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
)

// ImportUndo tells what became of the addresses that an import wrote, when it was undone.
type ImportUndo struct {
	Import   int64      `json:"import"`
	Retired  int64      `json:"retired"`   // registered by the import, and changed by nobody since
	Reverted int64      `json:"reverted"`  // got external ids from the import, which they lost again
	Left     int64      `json:"left"`      // changed by others since: they stay as they are
	LeftList []LeftOver `json:"left_list"` // the first MaxLeftListed of them
	// Streets and outlines of the map that the import was the last to change are gone; what they replaced does not come back.
	Streets  int64 `json:"streets,omitempty"`
	Outlines int64 `json:"outlines,omitempty"`
}

// LeftOver is an address that an undo left as it is.
type LeftOver struct {
	Code    string `json:"code"`
	Why     string `json:"why"` // "changed" or "retired"
	Version int64  `json:"version"`
	Actor   string `json:"actor"` // who changed it last
}

// MaxLeftListed bounds ImportUndo.LeftList.
const MaxLeftListed = 1000

// UndoImport takes an import back, a finished or an unfinished one: what it registered is retired, for a code that was given stays
// given; external ids that it added to other addresses are taken off. What anybody else changed since stays as it is, and is
// listed. The external ids and idempotency keys of what is retired become free, so that the corrected file can be imported.
//
// Each batch is a transaction of its own; an undo that was cut short is completed by the next. progress may be nil.
//
// Errors are *Error: CodeNotFound, CodeForbidden, CodeVersionConflict when it is undone already, CodeBusy, CodeInternal; or the context's.
func (s *Service) UndoImport(ctx context.Context, by Actor, id int64, progress func(done int64)) (ImportUndo, error) {
	const op = "undo import"
	u := undo{s: s, by: by, report: ImportUndo{Import: id, LeftList: []LeftOver{}}, added: map[uint64][]int64{}}
	err := s.store.Update(ctx, func(w Writer) error { return u.open(w, id) })
	if err == nil {
		err = u.run(ctx, id, progress)
	}
	if err == nil {
		err = u.removeMap(ctx, id)
	}
	if err == nil {
		err = s.store.Update(ctx, func(w Writer) error { return u.close(w, id) })
	}
	return u.report, domainError(op, err)
}

type undo struct {
	s      *Service
	by     Actor
	report ImportUndo
	added  map[uint64][]int64 // by key: versions at which the import added external ids
}

// open ends the import, so that nothing goes on with it.
func (u *undo) open(w Writer, id int64) error {
	i, err := w.Import(id)
	if err != nil {
		return err
	}
	if i.Status == ImportUndone {
		return &Error{Code: CodeVersionConflict, Message: fmt.Sprintf("import %d is undone already", id), Hint: "list the imports"}
	}
	if i.Status == ImportUndoing {
		return nil
	}
	i.Status = ImportUndoing
	if err := w.ReplaceImport(i); err != nil {
		return err
	}
	return w.AppendEntry(Entry{At: u.s.clock(), Actor: u.by.Name, Action: "import.undo_started", Subject: importSubject(id)})
}

func (u *undo) close(w Writer, id int64) error {
	i, err := w.Import(id)
	if err != nil {
		return err
	}
	i.Status, i.UndoneAt = ImportUndone, u.s.clock()
	if err := w.ReplaceImport(i); err != nil {
		return err
	}
	return w.AppendEntry(Entry{At: i.UndoneAt, Actor: u.by.Name, Action: "import.undone", Subject: importSubject(id),
		Detail: detail("retired", u.report.Retired, "reverted", u.report.Reverted, "left", u.report.Left, "streets", u.report.Streets, "outlines", u.report.Outlines)})
}

// run goes over what the import wrote twice: first for the versions at which it added ids, which are few, then to take each
// address back.
func (u *undo) run(ctx context.Context, id int64, progress func(done int64)) error {
	created := map[uint64]bool{} // of the addresses in added
	err := u.s.store.View(ctx, func(r Reader) error {
		u.added = map[uint64][]int64{}
		return r.ImportBatches(id, 0, func(_ int64, batch []Touched) bool {
			for _, t := range batch {
				if t.Version > 1 {
					u.added[t.Code.Key()] = append(u.added[t.Code.Key()], t.Version)
				}
			}
			return true
		})
	})
	if err != nil {
		return err
	}
	var at, done int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var touched []Touched
		err := u.s.store.View(ctx, func(r Reader) error {
			touched = nil
			return r.ImportBatches(id, at, func(position int64, batch []Touched) bool {
				at, touched = position, batch
				return false
			})
		})
		if err != nil || len(touched) == 0 {
			return err
		}
		for part := range slices.Chunk(touched, batchSize) {
			if err := u.takeBack(ctx, id, part, created); err != nil {
				return err
			}
			done += int64(len(part))
			if progress != nil {
				progress(done)
			}
		}
	}
}

// takeBack undoes what the import did to some addresses, in one transaction.
func (u *undo) takeBack(ctx context.Context, id int64, part []Touched, created map[uint64]bool) error {
	var report ImportUndo
	var codes []uint64
	err := u.s.store.Update(ctx, func(w Writer) error {
		report, codes = u.report, nil
		report.LeftList = slices.Clone(u.report.LeftList)
		for _, t := range part {
			key := t.Code.Key()
			if t.Version > 1 && (created[key] || slices.Contains(codes, key) || u.added[key][0] != t.Version) {
				continue // done with the first one
			}
			codes = append(codes, key)
			if err := u.one(w, id, t, &report); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	u.report = report
	for _, key := range codes {
		if len(u.added[key]) > 0 {
			created[key] = true
		}
	}
	return nil
}

func (u *undo) one(w Writer, id int64, t Touched, report *ImportUndo) error {
	a, err := w.Address(t.Code)
	if isNotFound(err) {
		return nil // demonstration data that was removed
	}
	if err != nil {
		return err
	}
	last := t.Version
	if later := u.added[t.Code.Key()]; len(later) > 0 {
		last = max(last, later[len(later)-1])
	}
	switch ours := u.unbroken(t, last); {
	case a.Version == last+1:
		if done, err := u.undoneBefore(w, t.Code, id); err != nil {
			return err
		} else if done { // by a run that was cut short
			if t.Version == 1 {
				report.Retired++
			} else {
				report.Reverted++
			}
			return nil
		}
		return u.leave(w, a, report)
	case a.Version != last || !ours || a.Status != StatusActive:
		return u.leave(w, a, report)
	}
	by := u.by
	by.Changeset = undoOf(id)
	if t.Version == 1 {
		report.Retired++
		after := a.clone()
		after.ExternalIDs = slices.DeleteFunc(after.ExternalIDs, func(id ExternalID) bool { return id.Source != SourceMinted })
		if err := u.s.retire(w, by, a, after, nil, retireUndone); err != nil {
			return err
		}
		return w.ForgetIdempotency(a.Code)
	}
	before, err := stateBefore(w, t)
	if err != nil {
		return err
	}
	report.Reverted++
	after := a.clone()
	after.ExternalIDs = before.ExternalIDs
	return u.s.replace(w, by, ActionUpdated, a, after)
}

// unbroken reports whether every version from the import's first one to its last is the import's own.
func (u *undo) unbroken(t Touched, last int64) bool {
	own := int64(len(u.added[t.Code.Key()]))
	if t.Version == 1 {
		own++
	}
	return last-t.Version+1 == own
}

func undoOf(id int64) string { return fmt.Sprintf("import:%d:undo", id) }

// undoneBefore reports whether the last change of an address was the undo of the import.
func (u *undo) undoneBefore(r Reader, code addresscode.Code, id int64) (bool, error) {
	events, err := r.Events(code)
	if err != nil || len(events) == 0 {
		return false, err
	}
	return events[len(events)-1].Changeset == undoOf(id), nil
}

func (u *undo) leave(r Reader, a *Address, report *ImportUndo) error {
	report.Left++
	if len(report.LeftList) >= MaxLeftListed {
		return nil
	}
	events, err := r.Events(a.Code)
	if err != nil {
		return err
	}
	left := LeftOver{Code: a.Code.String(), Why: "changed", Version: a.Version}
	if a.Status != StatusActive {
		left.Why = "retired"
	}
	if len(events) > 0 {
		left.Actor = events[len(events)-1].Actor
	}
	report.LeftList = append(report.LeftList, left)
	return nil
}

// stateBefore is an address as it was before the version that the import made.
func stateBefore(r Reader, t Touched) (*Address, error) {
	events, err := r.Events(t.Code)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Version == t.Version && e.Before != nil {
			return e.Before, nil
		}
	}
	return nil, fmt.Errorf("the journal has no version %d of %s", t.Version, t.Code)
}
