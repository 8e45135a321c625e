package registry

// Actor is who makes a change, and where that is allowed.
type Actor struct {
	Name string // as events and the journal keep it: "cli", "seed", "key:7F2KQ9BX" …; no line break, no personal data
	Area Area   // nil is everywhere
	// Changeset names the change of many addresses that the events are part of, "" for none.
	Changeset string
}

// Area is a part of the country by communes of today.
type Area interface {
	Holds(commune string) bool
}

// may refuses a change of an address that lies, or would lie, outside the actor's area. Every write of the service asks it
// inside its transaction.
func (by Actor) may(communes ...string) error {
	if by.Area == nil {
		return nil
	}
	for _, commune := range communes {
		if !by.Area.Holds(commune) {
			return &Error{Code: CodeForbidden, Message: "the place lies outside the communes of this key",
				Hint: "ask the registrar of that commune, or a key for it"}
		}
	}
	return nil
}

// mayKeep is may for an address that is there. Of a protected one outside the actor's area it says that there is none.
func (by Actor) mayKeep(op string, a *Address) error {
	err := by.may(a.Commune)
	if err != nil && a.HasFlag(FlagProtected) {
		return notRegistered(op, a.Code)
	}
	return err
}
