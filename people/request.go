package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// RequestKind is a right of the data subject.
type RequestKind string

// The rights, as Law 91/2025/QH15 and Decree 356/2025 name them.
const (
	RequestView     RequestKind = "view"
	RequestCorrect  RequestKind = "correct"
	RequestProvide  RequestKind = "provide"
	RequestRestrict RequestKind = "restrict"
	RequestObject   RequestKind = "object"
	RequestWithdraw RequestKind = "withdraw"
	RequestDelete   RequestKind = "delete"
)

// RequestStatus is how far a request is.
type RequestStatus string

// The states. Fulfilled and refused are final.
const (
	RequestOpen      RequestStatus = "open"
	RequestExtended  RequestStatus = "extended"
	RequestFulfilled RequestStatus = "fulfilled"
	RequestRefused   RequestStatus = "refused"
)

// Request is what a household asks for under the law, with its deadlines.
type Request struct {
	ID            string
	Household     string
	Code          addresscode.Code // where the household lives now; the store looks it up
	Kind          RequestKind
	Status        RequestStatus
	SealedNote    []byte // encrypted with the key of the household; nil for none
	SealedAnswer  []byte
	ReceivedAt    time.Time
	AcknowledgeBy time.Time
	DueAt         time.Time
	AnsweredAt    time.Time // zero while it is open or extended

	Note, Answer string // decrypted by the service; stores do not keep them
}

// IsOpen reports whether the request waits for an answer.
func (r *Request) IsOpen() bool { return r.Status == RequestOpen || r.Status == RequestExtended }

// IsOverdue reports whether the answer is late at an instant.
func (r *Request) IsOverdue(now time.Time) bool { return r.IsOpen() && now.After(r.DueAt) }

const maxNote = 500 // characters

// Ask makes a request of a household. What needs nobody's decision is done at once: withdraw withdraws every consent and is
// fulfilled; restrict and object end every use of its data until a registrar refuses with a reason, or the household
// consents to something anew. by is the household itself. Errors: CodeInvalid, CodeNotFound.
func (s *Service) Ask(ctx context.Context, by registry.Actor, household string, kind RequestKind, note string) (*Request, error) {
	limits, ok := deadlineOf(kind)
	if !ok {
		return nil, invalid("kind", "there is no such kind of request", "give view, correct, provide, restrict, object, withdraw or delete")
	}
	now := s.now()
	r := &Request{ID: newID(), Household: household, Kind: kind, Status: RequestOpen, ReceivedAt: now,
		AcknowledgeBy: workingDays(now, acknowledgeDays), DueAt: days(now, limits.days)}
	var err error
	if r.Note, r.SealedNote, err = s.sealNote(ctx, household, fieldNote, note); err != nil {
		return nil, err
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		h, err := w.Household(household)
		if err != nil {
			return err
		}
		r.Code = h.Code
		switch kind {
		case RequestWithdraw:
			r.Status, r.AnsweredAt = RequestFulfilled, now
			err = withdrawAll(w, by, now, household)
		case RequestRestrict, RequestObject:
			err = restrict(w, by, now, h, true)
		}
		if err != nil {
			return err
		}
		if err := w.InsertRequest(r); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, now, "request.received", household, "kind", string(kind)))
	})
	if isNotFound(err) {
		err = errNoHousehold()
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Requests returns the requests of a household, newest first. by is the household itself.
func (s *Service) Requests(ctx context.Context, by registry.Actor, household string) ([]Request, error) {
	requests, err := s.requests(ctx, household)
	if err != nil {
		return nil, err
	}
	return requests, s.record(ctx, entry(by, s.now(), "household.requests_read", household))
}

func (s *Service) requests(ctx context.Context, household string) (requests []Request, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		if _, err := r.Household(household); err != nil {
			return err
		}
		requests, err = r.Requests(household)
		return err
	})
	if isNotFound(err) {
		err = errNoHousehold()
	}
	for i := range requests {
		if err == nil {
			err = s.openNotes(ctx, &requests[i])
		}
	}
	return requests, err
}

// Answer closes a request in the actor's area, or extends it once, with a note to the household. Fulfilling a request to
// delete deletes the household. Errors: CodeNotFound, CodeForbidden, CodeInvalid, CodeVersionConflict for one that is
// closed, or extended already.
func (s *Service) Answer(ctx context.Context, by registry.Actor, id string, outcome RequestStatus, note string) (*Request, error) {
	r, err := s.requestFor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if outcome != RequestFulfilled && outcome != RequestRefused && outcome != RequestExtended {
		return nil, invalid("outcome", "there is no such outcome", "give fulfilled, refused or extended")
	}
	words, sealed, err := s.sealNote(ctx, r.Household, fieldAnswer, note)
	if err != nil {
		return nil, err
	}
	if words == "" {
		return nil, invalid("note", "an answer needs words", "say what was done, or the reason")
	}
	now, deletes := s.now(), false
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if r, err = w.Request(id); err != nil {
			return err
		}
		if !r.IsOpen() || outcome == RequestExtended && r.Status == RequestExtended {
			return &registry.Error{Code: registry.CodeVersionConflict, Message: "the request is closed, or extended already",
				Hint: "a request is extended at most once, and answered once"}
		}
		r.Status, r.SealedAnswer = outcome, sealed
		if outcome == RequestExtended {
			limits, _ := deadlineOf(r.Kind)
			r.DueAt = days(r.ReceivedAt, limits.extended)
		} else {
			r.AnsweredAt = now
		}
		if err := w.AppendEntry(entry(by, now, "request."+string(outcome), r.Household, "kind", string(r.Kind))); err != nil {
			return err
		}
		if deletes = outcome == RequestFulfilled && r.Kind == RequestDelete; deletes {
			return destroy(w, by, now, r.Household, ReasonRequest)
		}
		if outcome == RequestRefused && (r.Kind == RequestRestrict || r.Kind == RequestObject) {
			h, err := w.Household(r.Household)
			if err != nil {
				return err
			}
			if err := restrict(w, by, now, h, false); err != nil {
				return err
			}
		}
		return w.UpdateRequest(r)
	})
	if err != nil {
		return nil, err
	}
	err = s.openNotes(ctx, r)
	if deletes { // even so
		err = errors.Join(err, s.vault.Destroy(context.WithoutCancel(ctx), r.Household))
	}
	return r, err
}

// requestFor is a request that the actor may see.
func (s *Service) requestFor(ctx context.Context, by registry.Actor, id string) (r *Request, err error) {
	err = s.store.ViewPeople(ctx, func(reader Reader) error {
		r, err = reader.Request(id)
		return err
	})
	if err == nil {
		_, err = s.addressFor(ctx, by, r.Code)
	}
	if code := registry.CodeOf(err); code == registry.CodeNotFound || code == registry.CodeNotRegistered {
		return nil, &registry.Error{Code: registry.CodeNotFound, Message: "there is no such request"}
	}
	return r, err
}

// sealNote cleans and encrypts the words of a request.
func (s *Service) sealNote(ctx context.Context, household, field, note string) (clean string, sealed []byte, err error) {
	clean = strings.TrimSpace(vntext.Clean(note))
	if clean == "" {
		return "", nil, nil
	}
	if len([]rune(clean)) > maxNote {
		return "", nil, invalid("note", "the note is too long", fmt.Sprintf("give at most %d characters", maxNote))
	}
	sealed, err = s.seal(ctx, household, field, clean)
	return clean, sealed, err
}

func (s *Service) openNotes(ctx context.Context, r *Request) error {
	if err := s.unseal(ctx, r.Household, fieldNote, r.SealedNote, &r.Note); err != nil {
		return err
	}
	return s.unseal(ctx, r.Household, fieldAnswer, r.SealedAnswer, &r.Answer)
}
