package people

import (
	"context"
	"reflect"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// NoticeKind is what a household should know without having asked.
type NoticeKind string

// The notices.
const (
	NoticeClaim      NoticeKind = "claim_pending"  // somebody else claims the address
	NoticeObjected   NoticeKind = "claim_objected" // and the household objected
	NoticeRefused    NoticeKind = "claim_refused"  // it stays with the household
	NoticeEnded      NoticeKind = "period_ended"   // another household holds the address
	NoticeRestricted NoticeKind = "restricted"     // the household restricts the use of its data

	NoticeRenamed   NoticeKind = "address_renamed"  // the address is written otherwise
	NoticeMoved     NoticeKind = "address_moved"    // its position was corrected
	NoticeCommune   NoticeKind = "address_commune"  // it belongs to another commune
	NoticeRetired   NoticeKind = "address_retired"  // its code is no longer in use
	NoticeTakenBack NoticeKind = "address_restored" // and is again
)

// maxAddressNotices is how many changes of its address a household is told of, the newest.
const maxAddressNotices = 20

// Notice is one thing that a household should know.
type Notice struct {
	Kind  NoticeKind
	At    time.Time
	Until time.Time // of a pending claim: when a registrar may decide; of an ended period: when the household is deleted

	Before, After *registry.Address // of a change of the address
}

// Notices returns what a household should know. Errors: CodeNotFound.
func (s *Service) Notices(ctx context.Context, h *Household) (notices []Notice, err error) {
	claims, err := s.ClaimsAgainst(ctx, h.ID)
	if isNotFound(err) {
		return nil, errNoHousehold()
	}
	if err != nil {
		return nil, err
	}
	var events []registry.Event
	if err := s.store.ViewPeople(ctx, func(r Reader) (err error) {
		events, err = r.Events(h.Code)
		return err
	}); err != nil {
		return nil, err
	}
	for _, c := range claims {
		switch {
		case c.Status == ClaimRefused:
			notices = append(notices, Notice{Kind: NoticeRefused, At: c.DecidedAt})
		case c.Status == ClaimPending && c.ObjectedAt.IsZero():
			notices = append(notices, Notice{Kind: NoticeClaim, At: c.CreatedAt, Until: c.DecideAfter})
		case c.Status == ClaimPending:
			notices = append(notices, Notice{Kind: NoticeObjected, At: c.ObjectedAt, Until: c.DecideAfter})
		}
	}
	if !h.Restricted.IsZero() {
		notices = append(notices, Notice{Kind: NoticeRestricted, At: h.Restricted})
	}
	if !h.IsCurrent() {
		notices = append(notices, Notice{Kind: NoticeEnded, At: h.To, Until: h.To.Add(EndedKept)})
	}
	return append(notices, addressNotices(h, events)...), nil
}

// addressNotices is what happened to the address of a household during its period: its journal says it, so no change can be without its
// notice, and nothing has to be kept or deleted for it.
func addressNotices(h *Household, events []registry.Event) (notices []Notice) {
	for _, e := range events {
		if e.Before == nil || e.After == nil || !e.At.After(h.From) || !h.IsCurrent() && e.At.After(h.To) {
			continue
		}
		add := func(kind NoticeKind) {
			notices = append(notices, Notice{Kind: kind, At: e.At, Before: e.Before, After: e.After})
		}
		switch was, is := e.Before.Status, e.After.Status; {
		case was != is && is == registry.StatusRetired:
			add(NoticeRetired)
			continue
		case was != is:
			add(NoticeTakenBack)
		}
		if !reflect.DeepEqual(e.Before.Components, e.After.Components) {
			add(NoticeRenamed)
		}
		if e.Before.Commune != e.After.Commune {
			add(NoticeCommune)
		}
		if e.Before.Point() != e.After.Point() {
			add(NoticeMoved)
		}
	}
	return notices[max(0, len(notices)-maxAddressNotices):]
}
