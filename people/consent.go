package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Purpose is what a household consents to. Nothing is consented to before it says so, and each purpose is apart.
type Purpose string

// The purposes, a closed set.
const (
	PurposeDeliveryContact Purpose = "delivery_contact" // name and phone go to the courier of a delivery
	PurposeAliasDelivery   Purpose = "alias_delivery"   // an alias leads a courier to the door
	PurposeShopAddress     Purpose = "shop_address"     // a shop that has an alias learns the address
	PurposeEmergency       Purpose = "emergency"        // rescuers learn whom to call
	PurposeStatistics      Purpose = "statistics"       // counts in which nobody can be told apart
)

// Purposes are all purposes, in the order in which they are asked.
func Purposes() []Purpose {
	return []Purpose{PurposeDeliveryContact, PurposeAliasDelivery, PurposeShopAddress, PurposeEmergency, PurposeStatistics}
}

// ConsentChange is one time that a household gave or withdrew a consent.
type ConsentChange struct {
	Purpose     Purpose
	Granted     bool
	TextVersion int // of the text that the household read; 0 when withdrawn
	At          time.Time
	By          string // Actor.Name
}

// Consent is how things stand for one purpose: the proof of who consented to what, when, and to which text.
type Consent struct {
	Purpose Purpose
	Granted bool        // and in force
	Text    ConsentText // in force today
	History []ConsentChange
}

// Consents returns the state of every purpose. by is the household itself. *registry.Error CodeNotFound.
func (s *Service) Consents(ctx context.Context, by registry.Actor, household string) ([]Consent, error) {
	consents, err := s.consents(ctx, household)
	if err != nil {
		return nil, err
	}
	return consents, s.record(ctx, entry(by, s.now(), "household.consents_read", household))
}

func (s *Service) consents(ctx context.Context, household string) (consents []Consent, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		h, err := r.Household(household)
		if err != nil {
			return err
		}
		changes, err := r.Consents(household)
		if err != nil {
			return err
		}
		for _, p := range Purposes() {
			consents = append(consents, consentOf(h, p, changes))
		}
		return nil
	})
	if isNotFound(err) {
		err = errNoHousehold()
	}
	return consents, err
}

func consentOf(h *Household, purpose Purpose, changes []ConsentChange) Consent {
	c := Consent{Purpose: purpose, Granted: h.allows(changes, purpose), Text: textOf(purpose)}
	for _, change := range changes {
		if change.Purpose == purpose {
			c.History = append(c.History, change)
		}
	}
	return c
}

// allows reports whether a consent is in force: the household holds its address, gave it, did not withdraw it, and does not
// restrict the use of its data. Whoever uses data for a purpose asks in the transaction in which it reads them, so that a
// withdrawal counts from the next request on.
func (h *Household) allows(changes []ConsentChange, purpose Purpose) bool {
	return h.IsCurrent() && h.Restricted.IsZero() && consented(changes, purpose)
}

// SetConsent gives or withdraws a consent, at once. To give it, textVersion must be that of the text in force, which the
// household has read. Giving one ends a restriction. by is the household itself.
// Errors: CodeInvalid, CodeNotFound, CodeVersionConflict for a text that is no longer in force.
func (s *Service) SetConsent(ctx context.Context, by registry.Actor, household string, purpose Purpose, granted bool, textVersion int) (Consent, error) {
	if !slices.Contains(Purposes(), purpose) {
		return Consent{}, invalid("purpose", "there is no such purpose", "see the list of consents")
	}
	switch inForce := textOf(purpose).Version; {
	case granted && textVersion == 0:
		return Consent{}, invalid("text_version", "a consent names the version of the text that was read", fmt.Sprintf("give text_version %d", inForce))
	case granted && textVersion != inForce:
		return Consent{}, &registry.Error{Code: registry.CodeVersionConflict, Field: "text_version",
			Message: "another version of the text is in force", Hint: fmt.Sprintf("read it and give text_version %d", inForce)}
	case !granted:
		textVersion = 0
	}
	now := s.now()
	change := ConsentChange{Purpose: purpose, Granted: granted, TextVersion: textVersion, At: now, By: by.Name}
	var consent Consent
	err := s.store.UpdatePeople(ctx, func(w Writer) error {
		h, err := w.Household(household)
		if err != nil {
			return err
		}
		if granted && !h.IsCurrent() {
			return errPeriodOver()
		}
		if granted && !h.Restricted.IsZero() {
			if err := restrict(w, by, now, h, false); err != nil {
				return err
			}
		}
		changes, err := w.Consents(household)
		if err != nil {
			return err
		}
		last, said := lastOf(changes, purpose)
		if !said || last.Granted != granted || last.TextVersion != textVersion {
			if err := w.AppendConsent(household, change); err != nil {
				return err
			}
			changes = append(changes, change)
			if err := w.AppendEntry(consentEntry(by, now, household, change)); err != nil {
				return err
			}
		}
		consent = consentOf(h, purpose, changes)
		return nil
	})
	if isNotFound(err) {
		err = errNoHousehold()
	}
	return consent, err
}

// lastOf is what the household said last about a purpose, if it ever did. Saying no without having said yes counts too.
func lastOf(changes []ConsentChange, purpose Purpose) (last ConsentChange, said bool) {
	for _, c := range changes {
		if c.Purpose == purpose {
			last, said = c, true
		}
	}
	return last, said
}

// consentEntry keeps the proof in the journal too, which outlives the household.
func consentEntry(by registry.Actor, at time.Time, household string, c ConsentChange) registry.Entry {
	if !c.Granted {
		return entry(by, at, "consent.withdrawn", household, "purpose", string(c.Purpose))
	}
	return entry(by, at, "consent.granted", household, "purpose", string(c.Purpose)+" text "+strconv.Itoa(c.TextVersion))
}

// withdrawAll says no to every purpose.
func withdrawAll(w Writer, by registry.Actor, now time.Time, household string) error {
	changes, err := w.Consents(household)
	if err != nil {
		return err
	}
	for _, p := range Purposes() {
		if last, said := lastOf(changes, p); said && !last.Granted {
			continue
		}
		change := ConsentChange{Purpose: p, At: now, By: by.Name}
		if err := w.AppendConsent(household, change); err != nil {
			return err
		}
		if err := w.AppendEntry(consentEntry(by, now, household, change)); err != nil {
			return err
		}
	}
	return nil
}

// restrict begins or ends a restriction of what is done with a household's data.
func restrict(w Writer, by registry.Actor, now time.Time, h *Household, on bool) error {
	if h.Restricted.IsZero() != on {
		return nil
	}
	action := "household.unrestricted"
	h.Restricted = time.Time{}
	if on {
		h.Restricted, action = now, "household.restricted"
	}
	h.Version, h.UpdatedAt = h.Version+1, now
	if err := w.UpdateHousehold(h); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, action, h.ID))
}
