package people

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// Claim proves with a secret, in any spelling, that the caller receives the letters of an address, and makes a household there.
// Where another holds the address the claim is pending and the receipt collects its outcome.
//
// Errors: CodeClaimRefused, one answer whatever was wrong. Each wrong try is counted and in the journal.
func (s *Service) Claim(ctx context.Context, by registry.Actor, code addresscode.Code, secret string) (*ClaimOutcome, error) {
	return s.claim(ctx, by, code, secret, &Claim{})
}

// Move is Claim for a household that leaves its address for another. What it ticked goes along; every other alias ends and
// every other consent is withdrawn. Its token is replaced by the one that is answered.
//
// Errors are those of Claim, and CodeInvalid for what cannot be carried, before a try is spent.
func (s *Service) Move(ctx context.Context, by registry.Actor, household string, code addresscode.Code, secret string, carry Carry) (*ClaimOutcome, error) {
	err := s.store.ViewPeople(ctx, func(r Reader) error {
		h, err := r.Household(household)
		switch {
		case err != nil:
			return err
		case !h.IsCurrent():
			return errPeriodOver()
		case h.Code == code:
			return &registry.Error{Code: registry.CodeInvalid, Field: "code", Message: "the household lives there already", Hint: "give the code of the new home"}
		}
		return s.mayCarry(r, household, carry)
	})
	if err != nil {
		return nil, err
	}
	return s.claim(ctx, by, code, secret, &Claim{Mover: household, Carry: carry})
}

// mayCarry refuses what is not there to be carried: a household shall learn of a slip before it has moved.
func (s *Service) mayCarry(r Reader, household string, carry Carry) error {
	aliases, err := r.Aliases(household)
	if err != nil {
		return err
	}
	now := s.now()
	for _, id := range carry.Aliases {
		if !slices.ContainsFunc(aliases, func(a Alias) bool { return a.ID == id && a.Status(now) == AliasActive }) {
			return &registry.Error{Code: registry.CodeInvalid, Field: "aliases", Message: "one of them is no alias in use of this household", Hint: "give ids of its active aliases"}
		}
	}
	changes, err := r.Consents(household)
	if err != nil {
		return err
	}
	for _, purpose := range carry.Consents {
		if !consented(changes, purpose) {
			return &registry.Error{Code: registry.CodeInvalid, Field: "consents", Message: "the household has not given one of them", Hint: "give it first, or leave it out"}
		}
	}
	return nil
}

// claim carries out a claim, of which only Mover and Carry are given.
func (s *Service) claim(ctx context.Context, by registry.Actor, code addresscode.Code, text string, c *Claim) (*ClaimOutcome, error) {
	try, err := s.newTry(ctx, code, text)
	if err != nil {
		return nil, err
	}
	right, free, err := s.look(ctx, try)
	if err != nil {
		return nil, err
	}
	if right {
		outcome := &ClaimOutcome{Claim: *c}
		outcome.Code, outcome.CreatedAt = code, s.now()
		if free && c.Mover == "" {
			err = s.settleClaim(ctx, by, try, outcome)
		} else {
			err = s.moveOrWait(ctx, by, try, outcome)
		}
		switch {
		case err == nil:
			return outcome, nil
		case registry.CodeOf(err) != registry.CodeClaimRefused:
			return nil, err
		} // refused after all: another request was faster
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		i, err := invitation(w, code)
		if err != nil {
			return err
		}
		if i != nil && i.TriesLeft > 0 {
			i.TriesLeft--
			if err := w.PutInvitation(i); err != nil {
				return err
			}
		}
		return w.AppendEntry(entry(by, s.now(), "claim.failed", code.String()))
	})
	if err != nil {
		return nil, err
	}
	return nil, errClaimRefused()
}

// look tells whether a try is going to succeed, and whether nobody holds the address. It is asked again where it counts.
func (s *Service) look(ctx context.Context, t try) (right, free bool, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		i, err := invitation(r, t.code)
		if err != nil {
			return err
		}
		right = t.fits(i, s.now())
		holder, err := current(r, t.code)
		free = holder == nil
		return err
	})
	return right, free, err
}

// settleClaim makes the household of a claim that nobody stands against.
func (s *Service) settleClaim(ctx context.Context, by registry.Actor, t try, c *ClaimOutcome) error {
	h, token, err := s.settle(ctx, by, t.code, func(w Writer, h *Household) error {
		if err := t.redeem(w, s.now()); err != nil {
			return err
		}
		if holder, err := current(w, t.code); err != nil || holder != nil {
			return errors.Join(err, errChanging())
		}
		return w.AppendEntry(entry(by, s.now(), "claim.succeeded", h.ID))
	})
	if err != nil {
		return err
	}
	c.Status, c.Household, c.Token = ClaimSucceeded, h.ID, token
	return nil
}

// moveOrWait moves a household to an address that nobody holds, or keeps the claim until a registrar decides.
func (s *Service) moveOrWait(ctx context.Context, by registry.Actor, t try, c *ClaimOutcome) error {
	return s.store.UpdatePeople(ctx, func(w Writer) error {
		now := s.now()
		if err := t.redeem(w, now); err != nil {
			return err
		}
		holder, err := current(w, t.code)
		switch {
		case err != nil:
			return err
		case holder != nil:
			return s.contest(w, by, now, c, holder)
		case c.Mover == "": // the holder left this very moment
			return errChanging()
		}
		if err := moveIn(w, by, now, &c.Claim); err != nil {
			return err
		}
		token, hash := newToken()
		c.Status, c.Household, c.Token = ClaimSucceeded, c.Mover, token
		return w.SetToken(c.Mover, hash)
	})
}

// try is an attempt to claim an address.
type try struct {
	code     addresscode.Code
	hash     [32]byte
	possible bool // the text is a secret, and a household can claim the address
}

func (s *Service) newTry(ctx context.Context, code addresscode.Code, text string) (try, error) {
	secret, slip := addresscode.ParseSecret(text)
	t := try{code: code, hash: secretHash(code, secret)}
	a, err := s.addresses.AddressFor(ctx, registry.Sight{Protected: registry.Nowhere{}}, code)
	if err != nil && registry.CodeOf(err) != registry.CodeNotRegistered {
		return try{}, err
	}
	t.possible = slip == nil && err == nil && claimable(a)
	return t, nil
}

// fits reports whether the try would succeed with an invitation; nil is none.
func (t *try) fits(i *Invitation, now time.Time) bool {
	var hash [32]byte
	usable := false
	if i != nil {
		hash, usable = i.Hash, i.TriesLeft > 0 && now.Before(i.ExpiresAt)
	}
	same := subtle.ConstantTimeCompare(hash[:], t.hash[:]) == 1
	return same && usable && t.possible
}

// redeem uses up the invitation; CodeClaimRefused when the try does not fit it.
func (t *try) redeem(w Writer, now time.Time) error {
	i, err := invitation(w, t.code)
	if err != nil {
		return err
	}
	if !t.fits(i, now) {
		return errClaimRefused()
	}
	return w.DeleteInvitation(t.code)
}

// invitation is nil where there is none.
func invitation(r Reader, code addresscode.Code) (*Invitation, error) {
	i, err := r.Invitation(code)
	if isNotFound(err) {
		return nil, nil
	}
	return i, err
}

// contest keeps the claim of an address that another household holds until a registrar decides. The holder finds it among its
// notices and in its journal.
func (s *Service) contest(w Writer, by registry.Actor, now time.Time, c *ClaimOutcome, holder *Household) error {
	c.ID, c.Status, c.Holder, c.DecideAfter = newID(), ClaimPending, holder.ID, now.Add(ClaimWait)
	c.Receipt, c.ReceiptHash = newReceipt()
	if err := w.InsertClaim(&c.Claim); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, "claim.pending", holder.ID, "claim", c.ID))
}

// receiptPrefix begins every receipt of a claim.
const receiptPrefix = "dcr_"

func newReceipt() (receipt string, hash [32]byte) {
	token, _ := newToken()
	receipt = receiptPrefix + token[len(TokenPrefix):]
	return receipt, sha256.Sum256([]byte(receipt))
}

func errChanging() error {
	return &registry.Error{Code: registry.CodeBusy, Message: "the address is changing hands", Hint: "try again"}
}
