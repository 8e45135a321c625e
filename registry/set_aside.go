package registry

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/geo"
)

// SetAsideStatus is what became of a record that an import set aside.
type SetAsideStatus string

const (
	SetAsideOpen      SetAsideStatus = "open"
	SetAsideConfirmed SetAsideStatus = "confirmed" // registered, as it was or corrected
	SetAsideRefused   SetAsideStatus = "refused"
)

// ID names the record among those of all imports: the number of its import and its own, "7-12".
func (v *ImportReview) ID() string { return fmt.Sprintf("%d-%d", v.Import, v.Row) }

func (v *ImportReview) subject() string { return fmt.Sprintf("import:%d#%d", v.Import, v.Row) }

// parseSetAsideID reads what ImportReview.ID wrote.
func parseSetAsideID(id string) (imported, row int64, ok bool) {
	before, after, found := strings.Cut(id, "-")
	imported, err := strconv.ParseInt(before, 10, 64)
	if err != nil || !found {
		return 0, 0, false
	}
	row, err = strconv.ParseInt(after, 10, 64)
	return imported, row, err == nil && imported > 0 && row > 0 && id == fmt.Sprintf("%d-%d", imported, row)
}

// SetAside lists the records that imports set aside and nobody decided on, by the communes of the actor's area in which their positions
// lie; not those of imports that were taken back.
func (s *Service) SetAside(ctx context.Context, by Actor, page Page) (items []*ImportReview, next string, err error) {
	const op = "list what was set aside"
	err = s.store.View(ctx, func(r Reader) error {
		items, next, err = listInArea(s, by, page, list[*ImportReview]{
			rows: func(after Cursor, yield func(*ImportReview) bool) error {
				imported, row, ok := parseSetAsideID(after.ID)
				if after.ID != "" && !ok {
					return invalid("after", "is no place in this list", "give what the page before had as next, or leave it out")
				}
				return r.OpenImportReviews(after.Commune, imported, row, yield)
			},
			cursor: func(v *ImportReview) Cursor { return Cursor{v.Commune, time.UnixMilli(0).UTC(), v.ID()} },
			pick:   func(v *ImportReview) (*ImportReview, bool) { return v, true },
		})
		return err
	})
	return items, next, domainError(op, err)
}

// ConfirmSetAside registers a record that an import set aside, by the rules of Assign and in one transaction with the decision. What a
// corrected position or commune contradicts still refuses it.
//
// Errors are those of Assign, CodeNotFound, CodeForbidden, and CodeVersionConflict when it is decided already.
func (s *Service) ConfirmSetAside(ctx context.Context, by Actor, id string, c Corrections) (*Address, error) {
	const op = "confirm a record that was set aside"
	var aside *ImportReview
	err := s.store.View(ctx, func(r Reader) (err error) {
		aside, err = s.undecided(r, by, id)
		return err
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	request, err := s.prepare(by, aside.request(c)) // the record never changes
	if err != nil {
		return nil, domainError(op, proposedField(err))
	}
	answer, err := s.assignWithin(ctx, by, request, func(w Writer, assign func() (*Address, error)) error {
		return s.decideSetAside(w, by, id, func(v *ImportReview) (Entry, error) {
			a, err := assign()
			if err != nil {
				return Entry{}, err
			}
			v.Status, v.Code = SetAsideConfirmed, a.Code
			return Entry{Action: "import.record_confirmed", Detail: detail("code", a.Code.String())}, nil
		})
	})
	return answer.Address, domainError(op, err)
}

// RefuseSetAside decides that a record that was set aside is not registered, and why: 1 to 500 characters. Errors: CodeInvalid,
// CodeNotFound, CodeForbidden, and CodeVersionConflict when it is decided already.
func (s *Service) RefuseSetAside(ctx context.Context, by Actor, id, reason string) (*ImportReview, error) {
	const op = "refuse a record that was set aside"
	reason, err := checkRemark("reason", reason, true)
	if err != nil {
		return nil, domainError(op, err)
	}
	var refused *ImportReview
	err = s.store.Update(ctx, func(w Writer) error {
		return s.decideSetAside(w, by, id, func(v *ImportReview) (Entry, error) {
			v.Status, v.Remark = SetAsideRefused, reason
			refused = v
			return Entry{Action: "import.record_refused"}, nil
		})
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return refused, nil
}

func (s *Service) decideSetAside(w Writer, by Actor, id string, decide func(v *ImportReview) (Entry, error)) error {
	v, err := s.undecided(w, by, id)
	if err != nil {
		return err
	}
	entry, err := decide(v)
	if err != nil {
		return err
	}
	v.DecidedAt = s.clock()
	if err := w.DecideImportReview(v); err != nil {
		return err
	}
	entry.At, entry.Actor, entry.Subject = v.DecidedAt, by.Name, v.subject()
	return w.AppendEntry(entry)
}

// undecided is an open record of the actor's area.
func (s *Service) undecided(r Reader, by Actor, id string) (*ImportReview, error) {
	imported, row, ok := parseSetAsideID(id)
	if !ok {
		return nil, &Error{Code: CodeNotFound, Message: "there is no such record", Hint: "ids are those of the list of what was set aside"}
	}
	v, err := r.ImportReview(imported, row)
	if err != nil {
		return nil, err
	}
	if err := by.may(v.Commune); err != nil {
		return nil, err
	}
	switch v.Status {
	case SetAsideConfirmed:
		return nil, &Error{Code: CodeVersionConflict, Message: "the record is confirmed already", Hint: fmt.Sprintf("its code is %s", v.Code)}
	case SetAsideRefused:
		return nil, &Error{Code: CodeVersionConflict, Message: "the record is refused already", Hint: "import it again if that was wrong"}
	}
	i, err := r.Import(imported)
	if err == nil && (i.Status == ImportUndoing || i.Status == ImportUndone) {
		err = &Error{Code: CodeVersionConflict, Message: fmt.Sprintf("import %d was taken back", imported), Hint: "import the record again"}
	}
	return v, err
}

// request is the assignment that a record asks for.
func (v *ImportReview) request(c Corrections) AssignRequest {
	position := TypedPosition{Type: cmp.Or(v.Record.Type, PositionEntrance), Position: geo.Position{
		Point: v.Point, Source: cmp.Or(v.Record.Source, geo.SourceImport), AccuracyM: v.Record.AccuracyM}}
	r := AssignRequest{
		Positions: []TypedPosition{position}, Kind: cmp.Or(c.Kind, v.Record.Kind), Components: v.Record.Components,
		CommuneCode: c.CommuneCode, Provenance: Provenance{Dataset: "import", Detail: v.subject()},
	}
	if c.Position != nil {
		r.Positions[0] = TypedPosition{Type: PositionEntrance, Position: *c.Position}
	} else { // an outline belongs to the place where the record has it
		for _, corner := range v.Record.Footprint {
			if p, err := geo.NewPoint(corner[0], corner[1]); err == nil {
				r.Footprint = append(r.Footprint, p)
			}
		}
	}
	if c.Components != nil {
		r.Components = *c.Components
	}
	for _, text := range v.Record.ExternalIDs {
		if scheme, value, ok := strings.Cut(text, ":"); ok {
			r.ExternalIDs = append(r.ExternalIDs, ExternalID{Scheme: scheme, Value: value})
		}
	}
	if c.AllowDuplicate {
		r.OnDuplicate = AllowDuplicate
	}
	return r
}
