package registry

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// ObservationOutcome is what a courier met with at an address.
type ObservationOutcome string

const (
	OutcomeDelivered  ObservationOutcome = "delivered"
	OutcomeNotFound   ObservationOutcome = "not_found"   // nothing there that could be it
	OutcomeWrongPlace ObservationOutcome = "wrong_place" // it is somewhere else
)

// Observations are kept for ObservationLife. They may be sent up to MaxObservationDelay late: couriers lose their network.
const (
	ObservationLife     = 180 * 24 * time.Hour
	MaxObservationDelay = 7 * 24 * time.Hour
)

// maxClockAhead is how far the clock of a courier's device may run ahead.
const maxClockAhead = 5 * time.Minute

// maxDeliveredM is how far from its code an address can have been delivered to; whoever is farther away took a wrong code.
const maxDeliveredM = 1000.0

// Observation is what one courier told of an address on one day. It is never public.
type Observation struct {
	Code       addresscode.Code
	Observer   string   // Actor.Name
	Day        geo.Date // on which it came in: whoever sends it cannot choose the day
	Outcome    ObservationOutcome
	Position   *geo.Position // nil when none was given; the source is gps
	ObservedAt time.Time     // by the courier's device
	RecordedAt time.Time
}

// ObserveRequest tells of an address.
type ObserveRequest struct {
	Code       addresscode.Code
	Outcome    ObservationOutcome
	Point      *geo.Point // where the courier stood; nil when not known
	AccuracyM  float64    // radius that the device says, 0 means unknown
	ObservedAt time.Time  // zero means now
}

// Observe keeps an observation, one for each observer, address and day: a later one of the day replaces it. Together with
// those of others it can move the entrance a little or raise a review, see weigh. Durable when it returns. An address that the
// sight may not be told of is not registered.
//
// Errors are *Error: CodeInvalid, CodePosition…, CodeNotRegistered, CodeBusy, CodeInternal; or the context's.
func (s *Service) Observe(ctx context.Context, by Actor, sight Sight, r ObserveRequest) (*Observation, error) {
	const op = "observe"
	now := s.clock()
	o, err := s.observation(by, r, now)
	if err != nil {
		return nil, domainError(op, err)
	}
	err = s.store.Update(ctx, func(w Writer) error {
		a, err := sight.Read(w, o.Code)
		if isNotFound(err) {
			return notRegistered(op, o.Code)
		}
		if err != nil {
			return err
		}
		if a.Status != StatusActive {
			return invalid("code", "the address is retired", "tell of the address that is there now")
		}
		if err := w.PutObservation(o); err != nil {
			return err
		}
		if err := w.AppendEntry(Entry{At: now, Actor: by.Name, Action: "observation.recorded", Subject: o.Code.String(), Detail: detail("outcome", o.Outcome)}); err != nil {
			return err
		}
		return s.weigh(w, a, now)
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return o, nil
}

// observation checks a request.
func (s *Service) observation(by Actor, r ObserveRequest, now time.Time) (*Observation, error) {
	if r.Code.IsZero() {
		return nil, &Error{Code: CodeInvalidCode, Message: "there is no code", Hint: "give one"}
	}
	switch r.Outcome {
	case OutcomeDelivered, OutcomeNotFound, OutcomeWrongPlace:
	default:
		return nil, invalid("outcome", "is no known outcome", "give delivered, not_found or wrong_place")
	}
	o := &Observation{
		Code: r.Code, Observer: by.Name, Day: geo.DateOf(now), Outcome: r.Outcome,
		ObservedAt: now, RecordedAt: now,
	}
	if !r.ObservedAt.IsZero() {
		o.ObservedAt = r.ObservedAt.UTC().Truncate(time.Millisecond)
	}
	if o.ObservedAt.After(now.Add(maxClockAhead)) {
		return nil, invalid("observed_at", "lies in the future", "set the clock of the device, or leave it out")
	}
	if o.ObservedAt.Before(now.Add(-MaxObservationDelay)) {
		return nil, invalid("observed_at", "is too long ago", "send observations within 7 days")
	}
	if r.Point == nil {
		if r.AccuracyM != 0 {
			return nil, invalid("accuracy_m", "belongs to no position", "give the position as well, or leave it out")
		}
		return o, nil
	}
	position := geo.Position{Point: *r.Point, Source: geo.SourceGPS, AccuracyM: r.AccuracyM}
	if err := validatePosition("position", position); err != nil {
		if e := err.(*Error); e.Field == "position.accuracy_m" {
			e.Field = "accuracy_m"
		}
		return nil, err
	}
	if _, err := s.locator.Locate(position.Point, geo.Today()); err != nil {
		return nil, err
	}
	if metres := geo.Distance(position.Point, geo.CodeCenter(o.Code)); o.Outcome == OutcomeDelivered && metres > maxDeliveredM {
		return nil, invalid("position", fmt.Sprintf("is %s away from the code", roundMetres(metres)),
			"look at the code again; if the code points to the wrong place, tell wrong_place")
	}
	o.Position = &position
	return o, nil
}

// Observations lists what was told of an address, newest first. Errors: CodeInvalid, CodeNotRegistered, CodeForbidden
// outside the actor's area.
func (s *Service) Observations(ctx context.Context, by Actor, code addresscode.Code, page Page) (items []*Observation, next string, err error) {
	const op = "list observations"
	limit, err := page.limit()
	if err != nil {
		return nil, "", domainError(op, err)
	}
	after, err := parseCursor(page.After)
	if err != nil {
		return nil, "", domainError(op, err)
	}
	oldest := s.clock().Add(-ObservationLife)
	err = s.store.View(ctx, func(r Reader) error {
		a, err := r.Address(code)
		if isNotFound(err) {
			return notRegistered(op, code)
		}
		if err != nil {
			return err
		}
		if err := by.may(a.Commune); err != nil {
			return err
		}
		return r.Observations(code, after, func(o *Observation) bool {
			if !o.RecordedAt.After(oldest) {
				return false
			}
			if len(items) == limit {
				last := items[limit-1]
				next = Cursor{At: last.RecordedAt, ID: last.Observer}.String()
				return false
			}
			items = append(items, o)
			return true
		})
	})
	if err != nil {
		return nil, "", domainError(op, err)
	}
	return items, next, nil
}

// The bounds within which observations count.
const (
	maxObservationsWeighed = 400 // the newest ones; more say nothing new
	minObservers           = 3   // that agree, on as many days: with two, nobody can say which is wrong
	minComplaints          = 2   // distinct observers, for a review
)

// evidence is what the observers of an address say together. Each observer has one voice, however often it spoke.
type evidence struct {
	votes      []vote
	outcomes   map[string]ObservationOutcome // the last word of each observer
	delivered  int                           // observers by their last word
	notFound   int
	wrongPlace int
}

// vote is where one observer delivered to, all its observations taken together.
type vote struct {
	point     geo.Point
	accuracyM float64 // 0 unknown
	days      []geo.Date
}

// evidenceOf reads the observations since a time.
func evidenceOf(r Reader, code addresscode.Code, since time.Time) (evidence, error) {
	e := evidence{outcomes: map[string]ObservationOutcome{}}
	delivered := map[string][]*Observation{}
	var observers []string // in order of their last word, so that the same rows always give the same estimate
	n := 0
	err := r.Observations(code, Cursor{}, func(o *Observation) bool {
		if n++; n > maxObservationsWeighed || !o.RecordedAt.After(since) {
			return false
		}
		if _, known := e.outcomes[o.Observer]; !known {
			e.outcomes[o.Observer] = o.Outcome
		}
		if o.Outcome == OutcomeDelivered && o.Position != nil {
			if len(delivered[o.Observer]) == 0 {
				observers = append(observers, o.Observer)
			}
			delivered[o.Observer] = append(delivered[o.Observer], o)
		}
		return true
	})
	if err != nil {
		return evidence{}, err
	}
	for _, outcome := range e.outcomes {
		switch outcome {
		case OutcomeDelivered:
			e.delivered++
		case OutcomeNotFound:
			e.notFound++
		case OutcomeWrongPlace:
			e.wrongPlace++
		}
	}
	for _, observer := range observers {
		e.votes = append(e.votes, voteOf(delivered[observer]))
	}
	return e, nil
}

// weigh looks at all that is observed of an address and moves its entrance, raises a review, or does nothing.
//
// Observers are keys, and some may be hostile or broken. So: each has one voice; three that agree on three days are needed
// to say where something is; the entrance moves only to what is known clearly better, never farther from where a person or
// an import put it than the accuracy of that allowed, and only where its code still means it. All else is for a registrar:
// one review is open at a time, nothing moves while it is, and what the registrar has looked at counts no more.
func (s *Service) weigh(w Writer, a *Address, now time.Time) error {
	since := now.Add(-ObservationLife)
	switch last, err := w.LastReview(a.Code); {
	case isNotFound(err):
	case err != nil:
		return err
	case last.Status == ReviewOpen:
		return nil
	case last.ClosedAt.After(since):
		since = last.ClosedAt
	}
	e, err := evidenceOf(w, a.Code, since)
	if err != nil {
		return err
	}
	review := newReview(a, e, now)
	if at, known := estimateOf(geo.CodeCenter(a.Code), e.votes); known {
		moved, doubtful, err := s.improve(w, a, at)
		if err != nil || moved {
			return err
		}
		review.suggest(a, at, doubtful)
	}
	if review.Kind == "" {
		return nil
	}
	return s.raise(w, review)
}

// unknownAccuracyM is the accuracy that a position of unknown accuracy is taken to have: about the width of a plot, so that
// what was right does not become wrong.
const unknownAccuracyM = 15.0

// clearlyBetter is how much smaller the radius of an estimate must be than that of what is known.
const clearlyBetter = 0.75

// improve moves the entrance to an estimate if it may, and else tells whether the estimate makes the position doubtful.
func (s *Service) improve(w Writer, a *Address, at estimate) (moved, doubtful bool, err error) {
	first := a.Positions[0]
	metres := geo.Distance(first.Point, at.point)
	contradicts := metres > cmp.Or(first.AccuracyM, unknownAccuracyM)+at.accuracyM
	switch {
	case first.Type != PositionEntrance:
		return false, metres > maxMoveM, nil // the middle of a building is not its door
	case first.Source == geo.SourceSurvey && first.AccuracyM == 0:
		return false, contradicts, nil
	case first.AccuracyM != 0 && at.accuracyM > clearlyBetter*first.AccuracyM:
		return false, contradicts, nil
	}
	anchor, err := anchorOf(w, a)
	if err != nil {
		return false, false, err
	}
	if geo.Distance(anchor.Point, at.point) > cmp.Or(anchor.AccuracyM, unknownAccuracyM) {
		return false, true, nil
	}
	err = s.moveEntrance(w, Actor{Name: observationsActor}, a, at.position())
	if CodeOf(err) == CodeInvalid {
		return false, true, nil
	}
	return err == nil, false, err
}

// observationsActor is who moves entrances and raises reviews by observations.
const observationsActor = "observations"

// anchorOf is the entrance as it was last set by anything but observations. However often these move it, they are measured
// from there, so that many small moves do not add up.
func anchorOf(r Reader, a *Address) (geo.Position, error) {
	events, err := r.Events(a.Code)
	if err != nil {
		return geo.Position{}, err
	}
	anchor := a.Positions[0].Position
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		if e.After == nil || e.Before != nil && e.After.Positions[0].Position == e.Before.Positions[0].Position {
			continue
		}
		anchor = e.After.Positions[0].Position
		if e.Actor != observationsActor {
			break
		}
	}
	return anchor, nil
}

// maxMoveM is how far from the centre of its code's cell an entrance may come to lie: the code must still mean it.
const maxMoveM = 60.0

// moveEntrance gives an address another position for its entrance; the code stays. CodeInvalid when it may not lie there.
func (s *Service) moveEntrance(w Writer, by Actor, a *Address, to geo.Position) error {
	if metres := geo.Distance(geo.CodeCenter(a.Code), to.Point); metres > maxMoveM {
		return invalid("position", fmt.Sprintf("is %s from the cell of the code", roundMetres(metres)),
			fmt.Sprintf("an entrance stays within %.0f m of it; farther away it is another address", maxMoveM))
	}
	after := a.clone()
	after.Positions[0].Position = to
	elsewhere, err := s.rederived(after, geo.Today())
	if err != nil {
		return err
	}
	if elsewhere != nil {
		return invalid("position", "lies in another commune", "an address stays in its commune")
	}
	return s.replace(w, by, ActionUpdated, a, after)
}
