package registry

import (
	"cmp"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

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
	if geo.Distance(geo.CodeCenter(a.Code), to.Point) > maxMoveM {
		return invalid("position", "is more than 60 m from the cell of the code", "farther away it is another address: keep this one, and assign that")
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
