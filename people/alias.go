package people

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// The limits of aliases.
const (
	MaxAliasUses  = 1000
	MaxAliasDays  = 366 // from now on
	maxAliases    = 100 // in use, of a household
	aliasesKept   = 365 * 24 * time.Hour
	clockAccuracy = 5 * time.Minute // a valid_from of a clock that is slow is now
)

// AliasStatus is whether an alias leads anywhere.
type AliasStatus string

// The states.
const (
	AliasActive  AliasStatus = "active"
	AliasRevoked AliasStatus = "revoked"
	AliasExpired AliasStatus = "expired"
	AliasUsedUp  AliasStatus = "used_up"
	AliasEnded   AliasStatus = "ended" // the household left the address, and the alias did not go along
)

// Alias is what a household gives away in place of its code. Nothing kept of it tells which it is without the keys.
type Alias struct {
	ID        string
	Household string
	Hash      []byte // keyed hash, by which it is found
	Sealed    []byte // the alias, encrypted with the key of the household, which alone lists it
	Role      string // whose keys may resolve it
	Key       string // the one key that may; "" is every key of the role
	Uses      int    // how often; 0 is no limit
	Used      int
	ValidFrom time.Time
	ValidTo   time.Time
	CreatedAt time.Time
	EndedAt   time.Time   // zero while it was not ended
	Ended     AliasStatus // AliasRevoked or AliasEnded then
}

// Status is that at a time. One that is not yet valid is active.
func (a *Alias) Status(now time.Time) AliasStatus {
	switch {
	case !a.EndedAt.IsZero():
		return a.Ended
	case a.Uses > 0 && a.Used >= a.Uses:
		return AliasUsedUp
	case !now.Before(a.ValidTo):
		return AliasExpired
	}
	return AliasActive
}

// usable reports whether it leads somewhere now.
func (a *Alias) usable(now time.Time) bool {
	return a.Status(now) == AliasActive && !now.Before(a.ValidFrom)
}

// AliasRoleCourier is the role whose keys resolve aliases.
const AliasRoleCourier = "courier"

// AliasLimits are what a household allows.
type AliasLimits struct {
	Uses int       // 1 to MaxAliasUses; 0 is no limit
	From time.Time // zero is now
	Days int       // from then on; it ends at most MaxAliasDays from now
	Role string    // "" is AliasRoleCourier
	Key  string    // prefix of the one key that may resolve it; "" is every key of the role
}

// ShownAlias is an alias as its household sees it.
type ShownAlias struct {
	Alias
	Text   addresscode.Alias
	Status AliasStatus
}

// AliasReader reads aliases. Not found is *registry.Error with CodeNotFound.
type AliasReader interface {
	AliasByHash(hash []byte) (*Alias, error)
	// Aliases returns those of a household, newest first.
	Aliases(household string) ([]Alias, error)
}

// AliasWriter writes them.
type AliasWriter interface {
	InsertAlias(a *Alias) error
	// UpdateAlias changes how often it was used and whether it ended.
	UpdateAlias(a *Alias) error
	// ForgetAliases removes those of a household that were ended, or have expired, before a time.
	ForgetAliases(household string, before time.Time) error
}

const (
	hashAlias  = "alias"
	fieldAlias = "alias"
)

// CreateAlias makes an alias of a household that holds its address. Errors: CodeInvalid; CodeForbidden when its period is over,
// or when it withdrew PurposeAliasDelivery; CodeTooMany when it has too many.
func (s *Service) CreateAlias(ctx context.Context, by registry.Actor, household string, limits AliasLimits) (*ShownAlias, error) {
	now := s.now()
	a, err := limits.alias(now)
	if err != nil {
		return nil, err
	}
	a.ID, a.Household = newID(), household
	text, err := addresscode.NewAlias(rand.Reader)
	if err != nil {
		return nil, err
	}
	if a.Hash, err = s.vault.Hash(hashAlias, text.String()); err != nil {
		return nil, err
	}
	if a.Sealed, err = s.seal(ctx, household, fieldAlias, text); err != nil {
		return nil, err
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if err := mayAlias(w, household, now); err != nil {
			return err
		}
		if err := w.ForgetAliases(household, now.Add(-aliasesKept)); err != nil {
			return err
		}
		if err := w.InsertAlias(a); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, now, "alias.created", household, "alias", a.ID))
	})
	if err != nil {
		return nil, err
	}
	return &ShownAlias{Alias: *a, Text: text, Status: AliasActive}, nil
}

// alias checks the limits.
func (l AliasLimits) alias(now time.Time) (*Alias, error) {
	if l.From.IsZero() || l.From.Before(now) && now.Sub(l.From) <= clockAccuracy {
		l.From = now
	}
	a := &Alias{Role: AliasRoleCourier, Key: l.Key, Uses: l.Uses, ValidFrom: l.From, ValidTo: l.From.AddDate(0, 0, l.Days), CreatedAt: now}
	switch {
	case l.Uses < 0 || l.Uses > MaxAliasUses:
		return nil, invalid("uses", "is no usable number of uses", fmt.Sprintf("give 1 to %d, or leave it out for no limit", MaxAliasUses))
	case l.Days < 1 || l.Days > MaxAliasDays:
		return nil, invalid("valid_days", "is no usable number of days", fmt.Sprintf("give 1 to %d", MaxAliasDays))
	case l.From.Before(now):
		return nil, invalid("valid_from", "has passed", "leave it out for an alias that is valid at once")
	case a.ValidTo.After(now.AddDate(0, 0, MaxAliasDays)):
		return nil, invalid("valid_days", "the alias would last too long", fmt.Sprintf("let it end at most %d days from now", MaxAliasDays))
	case l.Role != "" && l.Role != AliasRoleCourier:
		return nil, invalid("role", "only couriers resolve aliases", "leave it out")
	}
	return a, nil
}

// mayAlias refuses what would be no use: an alias that leads nowhere.
func mayAlias(r Reader, household string, now time.Time) error {
	h, err := r.Household(household)
	if err != nil {
		return err
	}
	if !h.IsCurrent() {
		return errPeriodOver()
	}
	changes, err := r.Consents(household)
	if err != nil {
		return err
	}
	if withdrawn(changes, PurposeAliasDelivery) || !h.Restricted.IsZero() {
		return &registry.Error{Code: registry.CodeForbidden, Message: "the household does not let aliases lead to it",
			Hint: "it withdrew that consent, or restricts the use of its data: consent to alias_delivery first"}
	}
	all, err := r.Aliases(household)
	if err != nil {
		return err
	}
	inUse := 0
	for i := range all {
		if all[i].Status(now) == AliasActive {
			inUse++
		}
	}
	if inUse >= maxAliases {
		return &registry.Error{Code: registry.CodeTooMany, Message: "the household has as many aliases in use as it may have", Hint: fmt.Sprintf("revoke some of its %d", inUse)}
	}
	return nil
}

// withdrawn reports whether a household said no to a purpose. Who made an alias and never said anything consented by that,
// for as long and as far as the alias says.
func withdrawn(changes []ConsentChange, purpose Purpose) bool {
	said := slices.ContainsFunc(changes, func(c ConsentChange) bool { return c.Purpose == purpose })
	return said && !consented(changes, purpose)
}

// Aliases returns the aliases of a household, newest first, and writes that into its journal.
func (s *Service) Aliases(ctx context.Context, by registry.Actor, household string) ([]ShownAlias, error) {
	var all []Alias
	err := s.store.ViewPeople(ctx, func(r Reader) (err error) {
		all, err = r.Aliases(household)
		return err
	})
	if err != nil {
		return nil, err
	}
	shown := make([]ShownAlias, len(all))
	for i := range all {
		if shown[i], err = s.shown(ctx, all[i]); err != nil {
			return nil, err
		}
	}
	return shown, s.record(ctx, entry(by, s.now(), "alias.listed", household))
}

func (s *Service) shown(ctx context.Context, a Alias) (ShownAlias, error) {
	shown := ShownAlias{Alias: a, Status: a.Status(s.now())}
	return shown, s.unseal(ctx, a.Household, fieldAlias, a.Sealed, &shown.Text)
}

// RevokeAlias ends an alias at once. Revoking again is no error. Errors: CodeNotFound, for one of another household too.
func (s *Service) RevokeAlias(ctx context.Context, by registry.Actor, household, id string) (*ShownAlias, error) {
	var found *Alias
	err := s.store.UpdatePeople(ctx, func(w Writer) error {
		all, err := w.Aliases(household)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(a Alias) bool { return a.ID == id })
		if i < 0 {
			return &registry.Error{Code: registry.CodeNotFound, Message: "the household has no such alias"}
		}
		if found = &all[i]; !found.EndedAt.IsZero() {
			return nil
		}
		found.Ended, found.EndedAt = AliasRevoked, s.now()
		if err := w.UpdateAlias(found); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, found.EndedAt, "alias.revoked", household, "alias", id))
	})
	if err != nil {
		return nil, err
	}
	shown, err := s.shown(ctx, *found)
	return &shown, err
}

// endAliases ends the aliases of a household that leaves its address, but those it takes along.
func endAliases(w Writer, by registry.Actor, now time.Time, household string, keep []string) error {
	all, err := w.Aliases(household)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if a.Status(now) != AliasActive || slices.Contains(keep, a.ID) {
			continue
		}
		a.Ended, a.EndedAt = AliasEnded, now
		if err := w.UpdateAlias(a); err != nil {
			return err
		}
		if err := w.AppendEntry(entry(by, now, "alias.ended", household, "alias", a.ID)); err != nil {
			return err
		}
	}
	return nil
}
