package people

import (
	"context"
	"time"
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
)

// Notice is one thing that a household should know.
type Notice struct {
	Kind  NoticeKind
	At    time.Time
	Until time.Time // of a pending claim: when a registrar may decide; of an ended period: when the household is deleted
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
	for _, c := range claims {
		switch {
		case c.Status == ClaimRefused:
			notices = append(notices, Notice{NoticeRefused, c.DecidedAt, time.Time{}})
		case c.Status == ClaimPending && c.ObjectedAt.IsZero():
			notices = append(notices, Notice{NoticeClaim, c.CreatedAt, c.DecideAfter})
		case c.Status == ClaimPending:
			notices = append(notices, Notice{NoticeObjected, c.ObjectedAt, c.DecideAfter})
		}
	}
	if !h.Restricted.IsZero() {
		notices = append(notices, Notice{NoticeRestricted, h.Restricted, time.Time{}})
	}
	if !h.IsCurrent() {
		notices = append(notices, Notice{NoticeEnded, h.To, h.To.Add(EndedKept)})
	}
	return notices, nil
}
