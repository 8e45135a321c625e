package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// Household is who lives at an address during one period. Whoever comes after is another Household with another key.
type Household struct {
	ID        string // 80 random bits; says nothing
	Code      addresscode.Code
	From, To  time.Time // the period; To is zero while it lasts
	Sealed    []byte    // people, encrypted with the key of the household; nil for none
	Version   int64     // 1 at first
	UpdatedAt time.Time
	// Restricted is since when the household restricts what is done with its data, or objects to it; zero when it does not.
	// Only it itself reads its data then, and nothing it consented to is in force.
	Restricted time.Time
}

// IsCurrent reports whether the household holds its address now.
func (h *Household) IsCurrent() bool { return h.To.IsZero() }

// Person is one of a household. Both parts are optional.
type Person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// The limits of what is kept of a household.
const (
	maxPeople = 20
	maxName   = 120 // characters
	maxPhone  = 32
)

// Household returns a household with its people and writes into the journal who read it. by is the household itself.
// *registry.Error CodeNotFound.
func (s *Service) Household(ctx context.Context, by registry.Actor, id string) (*Household, []Person, error) {
	h, people, err := s.readHousehold(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	return h, people, s.record(ctx, entry(by, s.now(), "household.read", id))
}

// ChangePeople replaces the people of a household: what is left out is deleted. by is the household itself. Errors:
// CodeInvalid, CodeNotFound, CodeVersionConflict when it changed meanwhile.
func (s *Service) ChangePeople(ctx context.Context, by registry.Actor, id string, people []Person) (*Household, []Person, error) {
	people, err := cleanPeople(people)
	if err != nil {
		return nil, nil, err
	}
	lock := s.changing.of(id) // else an earlier change could set its hashes after a later one
	lock.Lock()
	defer lock.Unlock()
	h, before, err := s.readHousehold(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	h.Sealed = nil
	if len(people) > 0 {
		if h.Sealed, err = s.seal(ctx, id, fieldPeople, people); err != nil {
			return nil, nil, err
		}
	}
	// Found by the old and the new until the change is on disk, then by the new: a search looks at what is there anyway.
	if err := s.index(ctx, id, slices.Concat(before, people)); err != nil {
		return nil, nil, err
	}
	now := s.now()
	h.Version, h.UpdatedAt = h.Version+1, now
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if err := w.UpdateHousehold(h); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, now, "household.updated", id))
	})
	if err != nil {
		return nil, nil, errors.Join(err, s.index(context.WithoutCancel(ctx), id, before))
	}
	return h, people, s.index(context.WithoutCancel(ctx), id, people)
}

// readHousehold reads a household with its people; whoever shows them records it.
func (s *Service) readHousehold(ctx context.Context, id string) (*Household, []Person, error) {
	var h *Household
	err := s.store.ViewPeople(ctx, func(r Reader) (err error) {
		h, err = r.Household(id)
		return err
	})
	if isNotFound(err) {
		return nil, nil, errNoHousehold()
	}
	if err != nil {
		return nil, nil, err
	}
	var people []Person
	if err := s.unseal(ctx, id, fieldPeople, h.Sealed, &people); err != nil {
		return nil, nil, err
	}
	return h, people, nil
}

// cleanPeople brings names and phones to their form and leaves out who has neither.
func cleanPeople(people []Person) ([]Person, error) {
	if len(people) > maxPeople {
		return nil, invalid("people", "these are too many people", fmt.Sprintf("name at most %d, those who take deliveries", maxPeople))
	}
	var out []Person
	for i, p := range people {
		p.Name = vntext.Clean(p.Name)
		if utf8.RuneCountInString(p.Name) > maxName {
			return nil, invalid(fmt.Sprintf("people[%d].name", i), "the name is too long", fmt.Sprintf("give at most %d characters", maxName))
		}
		if p.Phone = strings.TrimSpace(p.Phone); p.Phone != "" {
			phone, ok := plainPhone(p.Phone)
			if !ok {
				return nil, invalid(fmt.Sprintf("people[%d].phone", i), "this is no telephone number", "give 8 to 15 digits, such as 0912 345 678 or +84 912 345 678")
			}
			p.Phone = phone
		}
		if p != (Person{}) {
			out = append(out, p)
		}
	}
	return out, nil
}

// plainPhone brings a telephone number to one form: digits, those of Viet Nam with a 0 in front, others as they are dialled,
// after a + where one was given.
func plainPhone(text string) (string, bool) {
	if len(text) > maxPhone || strings.Trim(text, "0123456789+(). -") != "" {
		return "", false
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	international := strings.HasPrefix(strings.TrimLeft(text, "( "), "+")
	if national, ok := strings.CutPrefix(digits, "84"); ok && (international || len(digits) >= 11) {
		digits, international = "0"+strings.TrimPrefix(national, "0"), false
	}
	if len(digits) < 8 || len(digits) > 15 { // 15 is the most of E.164
		return "", false
	}
	if international {
		return "+" + digits, true
	}
	return digits, true
}

func invalid(field, message, hint string) error {
	return &registry.Error{Code: registry.CodeInvalid, Field: field, Message: message, Hint: hint}
}
