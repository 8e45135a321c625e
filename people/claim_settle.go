package people

import (
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// current is the household that holds an address, nil where none does.
func current(r Reader, code addresscode.Code) (*Household, error) {
	h, err := r.CurrentHousehold(code)
	if isNotFound(err) {
		return nil, nil
	}
	return h, err
}

// moveIn takes a household to the address of its claim, and ends what it did not tick. It stays the same household, with its
// key, its people and its journal: whoever lived at either address before or after learns nothing of it.
func moveIn(w Writer, by registry.Actor, now time.Time, c *Claim) error {
	h, err := w.Household(c.Mover)
	if isNotFound(err) || err == nil && !h.IsCurrent() {
		return &registry.Error{Code: registry.CodeVersionConflict, Message: "the household that wanted to move is no more", Hint: "refuse the claim"}
	}
	if err != nil {
		return err
	}
	if err := endAliases(w, by, now, h.ID, c.Carry.Aliases); err != nil {
		return err
	}
	if err := withdrawOthers(w, by, now, h.ID, c.Carry.Consents); err != nil {
		return err
	}
	h.Code, h.From, h.UpdatedAt = c.Code, now, now
	h.Version++
	if err := w.UpdateHousehold(h); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, "household.moved", h.ID))
}

// withdrawOthers withdraws the consents of a household but those it gives for its new home too.
func withdrawOthers(w Writer, by registry.Actor, now time.Time, household string, keep []Purpose) error {
	changes, err := w.Consents(household)
	if err != nil {
		return err
	}
	done := slices.Clone(keep)
	for _, c := range changes {
		if slices.Contains(done, c.Purpose) || !consented(changes, c.Purpose) {
			continue
		}
		done = append(done, c.Purpose)
		if err := w.AppendConsent(household, ConsentChange{Purpose: c.Purpose, At: now, By: by.Name}); err != nil {
			return err
		}
		if err := w.AppendEntry(entry(by, now, "consent.withdrawn", household, "purpose", string(c.Purpose))); err != nil {
			return err
		}
	}
	return nil
}

func errPeriodOver() error {
	return &registry.Error{Code: registry.CodeForbidden, Message: "another household holds the address since", Hint: "claim your present address"}
}

// consented reports whether a consent is in force after changes, oldest first.
func consented(changes []ConsentChange, purpose Purpose) bool {
	granted := false
	for _, c := range changes {
		if c.Purpose == purpose {
			granted = c.Granted
		}
	}
	return granted
}
