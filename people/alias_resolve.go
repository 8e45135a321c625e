package people

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// Caller is who asks where an alias leads.
type Caller struct {
	Role string // access.Role
	Key  string // prefix of its key
}

// Delivery is what a courier learns of an alias.
type Delivery struct {
	Alias    addresscode.Alias
	Address  *registry.Address
	People   []Person // nobody without the consent to PurposeDeliveryContact
	UsesLeft int      // -1 is no limit
}

// ResolveAlias leads a courier to the door, counts a use, and writes who asked into the journal of the household, all before
// it returns. Of two that ask at once for the last use one gets it.
//
// Errors: CodeNotFound, one answer for what is unknown, revoked, expired, used up, not yet valid or not for this caller.
func (s *Service) ResolveAlias(ctx context.Context, by registry.Actor, caller Caller, alias addresscode.Alias) (*Delivery, error) {
	hash, err := s.vault.Hash(hashAlias, alias.String())
	if err != nil {
		return nil, err
	}
	d := &Delivery{Alias: alias}
	var h *Household
	contact := false
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		now := s.now()
		l, err := lead(w, hash, now)
		if err != nil {
			return err
		}
		if !l.allows(caller) {
			return errNoAlias()
		}
		l.alias.Used++
		if err := w.UpdateAlias(l.alias); err != nil {
			return err
		}
		h, contact, d.UsesLeft = l.household, l.household.allows(l.consents, PurposeDeliveryContact), l.usesLeft()
		return w.AppendEntry(entry(by, now, "alias.resolved", h.ID, "alias", l.alias.ID))
	})
	if err != nil {
		return nil, sameAnswer(err)
	}
	if d.Address, err = s.destination(ctx, h); err != nil {
		return nil, sameAnswer(err)
	}
	if contact {
		if err := s.unseal(ctx, h.ID, fieldPeople, h.Sealed, &d.People); err != nil {
			return nil, sameAnswer(err)
		}
	}
	return d, nil
}

// CheckAlias returns the address that an alias leads to, of which a shop is told the commune only. It is no use of the alias, and
// whose it is and for whom does not matter. The household finds it in its journal. Errors: CodeNotFound as ResolveAlias.
func (s *Service) CheckAlias(ctx context.Context, by registry.Actor, alias addresscode.Alias) (*registry.Address, error) {
	hash, err := s.vault.Hash(hashAlias, alias.String())
	if err != nil {
		return nil, err
	}
	var h *Household
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		now := s.now()
		l, err := lead(w, hash, now)
		if err != nil {
			return err
		}
		h = l.household
		return w.AppendEntry(entry(by, now, "alias.checked", h.ID, "alias", l.alias.ID))
	})
	if err != nil {
		return nil, sameAnswer(err)
	}
	a, err := s.destination(ctx, h)
	return a, sameAnswer(err)
}

// destination is the address of a household whose key is not destroyed: a backup that was put back may have rows of one that is.
// No alias leads to a protected address.
func (s *Service) destination(ctx context.Context, h *Household) (*registry.Address, error) {
	if _, err := s.key(ctx, h.ID); err != nil {
		return nil, err
	}
	a, err := s.addresses.AddressFor(ctx, registry.Sight{Protected: registry.Nowhere{}}, h.Code)
	if err == nil && a.Status != registry.StatusActive {
		return nil, errNoAlias()
	}
	return a, err
}

// aliasLead is where an alias leads.
type aliasLead struct {
	alias     *Alias
	household *Household
	consents  []ConsentChange
}

// lead looks an alias up that is usable now.
func lead(r Reader, hash []byte, now time.Time) (*aliasLead, error) {
	a, err := r.AliasByHash(hash)
	if err != nil {
		return nil, err
	}
	if !a.usable(now) {
		return nil, errNoAlias()
	}
	l := &aliasLead{alias: a}
	if l.household, err = r.Household(a.Household); err != nil {
		return nil, err
	}
	if l.consents, err = r.Consents(a.Household); err != nil {
		return nil, err
	}
	if !l.household.IsCurrent() || !l.household.Restricted.IsZero() || withdrawn(l.consents, PurposeAliasDelivery) {
		return nil, errNoAlias()
	}
	return l, nil
}

func (l *aliasLead) allows(c Caller) bool {
	return l.alias.Role == c.Role && (l.alias.Key == "" || l.alias.Key == c.Key)
}

func (l *aliasLead) usesLeft() int {
	if l.alias.Uses == 0 {
		return -1
	}
	return l.alias.Uses - l.alias.Used
}

func errNoAlias() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "the alias leads nowhere: it is unknown, no longer valid, used up, or not for this key",
		Hint: "ask the customer for another"}
}

// sameAnswer makes one of all that was not found.
func sameAnswer(err error) error {
	switch registry.CodeOf(err) {
	case registry.CodeNotFound, registry.CodeNotRegistered:
		return errNoAlias()
	}
	return err
}
