package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// ReviewStatus tells whether a review waits for a registrar.
type ReviewStatus string

const (
	ReviewOpen   ReviewStatus = "open"
	ReviewClosed ReviewStatus = "closed"
)

// ReviewKind is why an address should be looked at.
type ReviewKind string

const (
	ReviewPositionDoubtful ReviewKind = "position_doubtful" // observers agree on another place than the one that is registered
	ReviewNotFound         ReviewKind = "not_found"
	ReviewWrongPlace       ReviewKind = "wrong_place"
)

// ReviewOutcome is what a registrar did.
type ReviewOutcome string

const (
	ReviewKept  ReviewOutcome = "kept"  // all is right as it is
	ReviewMoved ReviewOutcome = "moved" // the entrance was moved to the estimate

	// ReviewRetired is of a review that ended by itself, because its address is no longer in use. Nobody gives it.
	ReviewRetired ReviewOutcome = "retired"
)

// ReviewLife is how long a closed review is kept: as long as the observations that it was about.
const ReviewLife = ObservationLife

// Review asks the registrar to look at an address. It holds the evidence as it was when it was raised.
type Review struct {
	ID         string
	Code       addresscode.Code
	Commune    string
	Kind       ReviewKind
	Status     ReviewStatus
	Observers  int // distinct ones whose observations raised it
	Delivered  int // observers by their last word
	NotFound   int
	WrongPlace int
	Estimate   *geo.Position // where observers agree that the entrance is; nil when they don't
	MoveM      float64       // metres from the position that was registered to the estimate
	Outcome    ReviewOutcome // "" while open
	Note       string
	CreatedAt  time.Time
	ClosedAt   time.Time // zero while open
}

// newReview is a review of what observers complain about; its kind is "" when there are too few.
func newReview(a *Address, e evidence, now time.Time) *Review {
	r := &Review{
		ID: rand.Text(), Code: a.Code, Commune: a.Commune, Status: ReviewOpen,
		Observers: e.notFound + e.wrongPlace, Delivered: e.delivered, NotFound: e.notFound, WrongPlace: e.wrongPlace, CreatedAt: now,
	}
	switch {
	case r.Observers < minComplaints:
	case e.wrongPlace > e.notFound:
		r.Kind = ReviewWrongPlace
	default:
		r.Kind = ReviewNotFound
	}
	return r
}

// suggest adds where observers agree that the entrance is, which may be the reason for the review.
func (r *Review) suggest(a *Address, at estimate, doubtful bool) {
	to := at.position()
	r.Estimate, r.MoveM = &to, geo.Distance(a.Point(), at.point)
	if doubtful {
		r.Kind, r.Observers = ReviewPositionDoubtful, at.observers
	}
}

// raise keeps a new review with its entry.
func (s *Service) raise(w Writer, r *Review) error {
	if err := w.InsertReview(r); err != nil {
		return err
	}
	return w.AppendEntry(Entry{At: r.CreatedAt, Actor: observationsActor, Action: "review.raised", Subject: r.Code.String(), Detail: detail("review", r.ID, "kind", r.Kind)})
}

// Reviews lists the reviews of a status ("" means open) in the actor's area, commune by commune, oldest first.
func (s *Service) Reviews(ctx context.Context, by Actor, status ReviewStatus, page Page) (items []*Review, next string, err error) {
	const op = "list reviews"
	status = cmp.Or(status, ReviewOpen)
	if status != ReviewOpen && status != ReviewClosed {
		return nil, "", domainError(op, invalid("status", "is no known status", "give open or closed"))
	}
	err = s.store.View(ctx, func(r Reader) error {
		items, next, err = listInArea(s, by, page, list[*Review]{
			rows:   func(after Cursor, yield func(*Review) bool) error { return r.Reviews(status, after, yield) },
			cursor: func(v *Review) Cursor { return Cursor{v.Commune, v.CreatedAt, v.ID} },
			pick:   func(v *Review) (*Review, bool) { return v, true },
		})
		return err
	})
	return items, next, domainError(op, err)
}

// CloseReview ends a review: the position is kept, or moved to the review's estimate with an event in the registrar's
// name. The note is optional, at most 500 characters. What was observed before raises no review again.
//
// Errors are *Error: CodeInvalid, CodeNotFound, CodeForbidden, CodeVersionConflict when it is closed already.
func (s *Service) CloseReview(ctx context.Context, by Actor, id string, outcome ReviewOutcome, note string) (*Review, error) {
	const op = "close review"
	if outcome != ReviewKept && outcome != ReviewMoved {
		return nil, domainError(op, invalid("outcome", "is no known outcome", "give kept or moved"))
	}
	note, err := checkRemark("note", note, false)
	if err != nil {
		return nil, domainError(op, err)
	}
	var closed *Review
	err = s.store.Update(ctx, func(w Writer) error {
		r, err := w.Review(id)
		if isNotFound(err) {
			return &Error{Code: CodeNotFound, Message: "there is no such review", Hint: "list the reviews of your communes"}
		}
		if err != nil {
			return err
		}
		if err := by.may(r.Commune); err != nil {
			return err
		}
		if r.Status == ReviewClosed {
			return &Error{Code: CodeVersionConflict, Message: "the review is closed already", Hint: "observations from now on can raise another"}
		}
		if outcome == ReviewMoved {
			if err := s.moveToEstimate(w, by, r); err != nil {
				return err
			}
		}
		r.Note, closed = note, r
		return r.close(w, by, outcome, s.clock())
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return closed, nil
}

func (r *Review) close(w Writer, by Actor, outcome ReviewOutcome, at time.Time) error {
	r.Status, r.Outcome, r.ClosedAt = ReviewClosed, outcome, at
	if err := w.ReplaceReview(r); err != nil {
		return err
	}
	return w.AppendEntry(Entry{At: at, Actor: by.Name, Action: "review.closed", Subject: r.Code.String(), Detail: detail("review", r.ID, "outcome", outcome)})
}

// endReview closes the open review of an address that is no longer in use, if there is one: nobody can act on it any more.
func endReview(w Writer, by Actor, retired *Address) error {
	last, err := w.LastReview(retired.Code)
	if isNotFound(err) || err == nil && last.Status != ReviewOpen {
		return nil
	}
	if err != nil {
		return err
	}
	return last.close(w, by, ReviewRetired, retired.UpdatedAt)
}

func (s *Service) moveToEstimate(w Writer, by Actor, r *Review) error {
	if r.Estimate == nil {
		return invalid("outcome", "there is no estimate to move to", "keep the position, or correct the address")
	}
	a, err := w.Address(r.Code)
	if err != nil {
		return err
	}
	if a.Status != StatusActive {
		return invalid("outcome", "the address is retired", "close the review with kept")
	}
	if a.Positions[0].Type != PositionEntrance {
		return invalid("outcome", "the address has no entrance, only the position of a building", "keep the position")
	}
	err = s.moveEntrance(w, by, a, *r.Estimate)
	if e, ok := errors.AsType[*Error](err); ok && e.Code == CodeInvalid {
		e.Field = "outcome" // the registrar gave no position
	}
	return err
}
