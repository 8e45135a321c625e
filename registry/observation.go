package registry

import (
	"context"
	"errors"
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
		if e, ok := errors.AsType[*Error](err); ok && e.Field == "position.accuracy_m" {
			e.Field = "accuracy_m"
		}
		return nil, err
	}
	if _, err := s.locator.Locate(position.Point, geo.Today()); err != nil {
		return nil, err
	}
	if o.Outcome == OutcomeDelivered && geo.Distance(position.Point, geo.CodeCenter(o.Code)) > maxDeliveredM {
		return nil, invalid("position", "is more than 1 km away from the code",
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
		if err := by.mayKeep(op, a); err != nil {
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
