package people

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/registry"
)

const fieldObjection = "objection"

// claimsInBatch is how many pending claims are looked at together for those in a registrar's area.
const claimsInBatch = 200

// Claims returns the pending claims in the area of an actor in order of their time, and where the next page begins, "" for none.
// A note of a holder that is shown is in its journal first. Errors: CodeInvalid for an after that no page gave.
func (s *Service) Claims(ctx context.Context, by registry.Actor, after string, limit int) (claims []ClaimOutcome, next string, err error) {
	at, id, err := claimPlace(after)
	if err != nil {
		return nil, "", err
	}
	for {
		var batch []Claim
		err := s.store.ViewPeople(ctx, func(r Reader) error {
			var err error
			batch, err = r.PendingClaims(at, id, claimsInBatch)
			return err
		})
		if err != nil {
			return nil, "", err
		}
		for _, c := range batch {
			if _, err := s.addressFor(ctx, by, c.Code); err != nil {
				if code := registry.CodeOf(err); code != registry.CodeForbidden && code != registry.CodeNotRegistered {
					return nil, "", err
				}
				at, id = c.CreatedAt, c.ID
				continue
			}
			if len(claims) == limit {
				return s.withObjections(ctx, by, claims, claimAfter(at, id))
			}
			claims = append(claims, ClaimOutcome{Claim: c})
			at, id = c.CreatedAt, c.ID
		}
		if len(batch) < claimsInBatch {
			return s.withObjections(ctx, by, claims, "")
		}
	}
}

func claimAfter(at time.Time, id string) string {
	return strconv.FormatInt(at.UnixMilli(), 10) + "." + id
}

func claimPlace(after string) (at time.Time, id string, err error) {
	if after == "" {
		return time.Time{}, "", nil
	}
	ms, id, ok := strings.Cut(after, ".")
	n, err := strconv.ParseInt(ms, 10, 64)
	if !ok || err != nil || n < 0 {
		return time.Time{}, "", &registry.Error{Code: registry.CodeInvalid, Field: "after", Message: "is no place in this list",
			Hint: "give what the page before had as next, or leave it out"}
	}
	return time.UnixMilli(n), id, nil
}

// withObjections reads the notes of holders.
func (s *Service) withObjections(ctx context.Context, by registry.Actor, claims []ClaimOutcome, next string) ([]ClaimOutcome, string, error) {
	now := s.now()
	var read []registry.Entry
	for i := range claims {
		c := &claims[i]
		if len(c.SealedObjection) == 0 {
			continue
		}
		if err := s.unseal(ctx, c.Holder, fieldObjection, c.SealedObjection, &c.Objection); isNotFound(err) {
			continue // deleted with its household
		} else if err != nil {
			return nil, "", err
		}
		read = append(read, entry(by, now, "objection.read", c.Holder, "claim", c.ID))
	}
	if len(read) == 0 {
		return claims, next, nil
	}
	err := s.store.UpdatePeople(ctx, func(w Writer) error {
		for _, e := range read {
			if err := w.AppendEntry(e); err != nil {
				return err
			}
		}
		return nil
	})
	return claims, next, err
}

// ConfirmClaim gives the address to the claimant, who collects the token with the receipt. The period of the earlier household
// ends, and so do other claims of the address.
//
// Errors: CodeNotFound; CodeForbidden outside the actor's area; CodeTooEarly, with the claim, while the holder has time to object;
// CodeVersionConflict for a claim that is decided, or an address that changed hands meanwhile.
func (s *Service) ConfirmClaim(ctx context.Context, by registry.Actor, id string) (*ClaimOutcome, error) {
	c, err := s.pendingClaim(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if c.Mover == "" {
		_, _, err = s.settle(ctx, by, c.Code, func(w Writer, h *Household) error {
			return s.confirm(w, by, c, h.ID) // settle ends the period of the holder
		})
	} else {
		err = s.store.UpdatePeople(ctx, func(w Writer) error {
			if err := s.confirm(w, by, c, c.Mover); err != nil {
				return err
			}
			holder, err := current(w, c.Code)
			if err == nil && holder != nil {
				err = s.end(w, by, holder)
			}
			if err != nil {
				return err
			}
			return moveIn(w, by, s.now(), c)
		})
	}
	if err != nil && registry.CodeOf(err) != registry.CodeTooEarly {
		return nil, err
	}
	return &ClaimOutcome{Claim: *c}, err
}

// confirm decides a claim for a household, and against what else is pending for the address.
func (s *Service) confirm(w Writer, by registry.Actor, c *Claim, household string) error {
	now := s.now()
	stored, err := w.Claim(c.ID)
	if err != nil {
		return err
	}
	if *c = *stored; c.Status != ClaimPending {
		return errDecided(c)
	}
	if err := mayChangeHands(w, now, c); err != nil {
		return err
	}
	c.Status, c.Household, c.DecidedAt = ClaimConfirmed, household, now
	if err := w.UpdateClaim(c); err != nil {
		return err
	}
	if err := w.AppendEntry(entry(by, now, "claim.confirmed", household, "claim", c.ID)); err != nil {
		return err
	}
	others, err := w.PendingClaimsOf(c.Code)
	if err != nil {
		return err
	}
	for i := range others {
		if err := refuse(w, by, now, &others[i], ""); err != nil {
			return err
		}
	}
	return nil
}

// mayChangeHands lets the household that the claim is against keep its time to object. When it has left by itself there is
// nothing to wait for.
func mayChangeHands(w Writer, now time.Time, c *Claim) error {
	holder, err := current(w, c.Code)
	switch {
	case err != nil || holder == nil:
		return err
	case holder.ID != c.Holder:
		return &registry.Error{Code: registry.CodeVersionConflict, Message: "another household claimed the address meanwhile", Hint: "refuse the claim and invite anew"}
	case now.Before(c.DecideAfter):
		return &registry.Error{Code: registry.CodeTooEarly, Message: fmt.Sprintf("the holder may object until %s", c.DecideAfter.UTC().Format(time.RFC3339)),
			Hint: "confirm the claim after that time"}
	}
	return nil
}

func refuse(w Writer, by registry.Actor, now time.Time, c *Claim, reason string) error {
	c.Status, c.Reason, c.DecidedAt = ClaimRefused, reason, now
	if err := w.UpdateClaim(c); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, "claim.refused", c.Holder, "claim", c.ID))
}

// RefuseClaim leaves the address with its holder. The reason is told to the claimant. Errors: CodeNotFound, CodeForbidden,
// CodeVersionConflict for a claim that is decided.
func (s *Service) RefuseClaim(ctx context.Context, by registry.Actor, id, reason string) (*ClaimOutcome, error) {
	c, err := s.pendingClaim(ctx, by, id)
	if err != nil {
		return nil, err
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if c, err = w.Claim(id); err != nil {
			return err
		}
		if c.Status != ClaimPending {
			return errDecided(c)
		}
		return refuse(w, by, s.now(), c, reason)
	})
	if err != nil {
		return nil, err
	}
	return &ClaimOutcome{Claim: *c}, nil
}

// pendingClaim is a claim that the actor may decide. One at a protected address elsewhere is as if it were not there.
func (s *Service) pendingClaim(ctx context.Context, by registry.Actor, id string) (*Claim, error) {
	c, err := s.claimByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.addressFor(ctx, by, c.Code); registry.CodeOf(err) == registry.CodeNotRegistered {
		return nil, errNoClaim()
	} else if err != nil {
		return nil, err
	}
	if c.Status != ClaimPending {
		return nil, errDecided(c)
	}
	return c, nil
}

func (s *Service) claimByID(ctx context.Context, id string) (c *Claim, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		c, err = r.Claim(id)
		return err
	})
	if isNotFound(err) {
		err = errNoClaim()
	}
	return c, err
}

// CollectClaim tells what became of a claim to whoever has its receipt, and hands out the token of a confirmed one, once.
// Errors: CodeNotFound for an unknown claim and for another receipt alike.
func (s *Service) CollectClaim(ctx context.Context, by registry.Actor, id, receipt string) (*ClaimOutcome, error) {
	c, err := s.claimByID(ctx, id)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(receipt))
	if subtle.ConstantTimeCompare(hash[:], c.ReceiptHash[:]) != 1 {
		return nil, errNoClaim()
	}
	outcome := &ClaimOutcome{Claim: *c}
	if c.Status != ClaimConfirmed {
		return outcome, nil
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if c, err = w.Claim(id); err != nil {
			return err
		}
		if c.Status != ClaimConfirmed { // another request was faster
			outcome.Claim = *c
			return nil
		}
		token, hash := newToken()
		if err := w.SetToken(c.Household, hash); err != nil {
			return err
		}
		c.Status = ClaimSucceeded
		if err := w.UpdateClaim(c); err != nil {
			return err
		}
		outcome.Claim, outcome.Token = *c, token
		return w.AppendEntry(entry(by, s.now(), "claim.succeeded", c.Household, "claim", id))
	})
	if isNotFound(err) {
		return nil, errNoClaim()
	}
	if err != nil {
		return nil, err
	}
	return outcome, nil
}

// Object says for the holder that it has not left. The note is for the registrar; "" is none. Errors: CodeNotFound when
// nobody else claims the address.
func (s *Service) Object(ctx context.Context, by registry.Actor, household, note string) error {
	var sealed []byte
	if note != "" {
		var err error
		if sealed, err = s.seal(ctx, household, fieldObjection, note); err != nil {
			return err
		}
	}
	return s.store.UpdatePeople(ctx, func(w Writer) error {
		claims, err := w.ClaimsAgainst(household)
		if err != nil {
			return err
		}
		now, found := s.now(), false
		for i := range claims {
			c := &claims[i]
			if c.Status != ClaimPending {
				continue
			}
			found = true
			c.ObjectedAt, c.SealedObjection = now, sealed
			if err := w.UpdateClaim(c); err != nil {
				return err
			}
			if err := w.AppendEntry(entry(by, now, "claim.objected", household, "claim", c.ID)); err != nil {
				return err
			}
		}
		if !found {
			return &registry.Error{Code: registry.CodeNotFound, Message: "nobody else claims the address"}
		}
		return nil
	})
}

// ClaimsAgainst returns what the holder of an address is told of: the claims of others to its present address, oldest first.
func (s *Service) ClaimsAgainst(ctx context.Context, household string) (claims []Claim, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		h, err := r.Household(household)
		if err != nil {
			return err
		}
		all, err := r.ClaimsAgainst(household)
		for _, c := range all {
			if c.Code == h.Code {
				claims = append(claims, c)
			}
		}
		return err
	})
	return claims, err
}
