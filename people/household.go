package people

import (
	"time"

	"github.com/diachiso/diachiso/addresscode"
)

// Household is who lives at an address during one period. Whoever comes after is another Household with another key.
type Household struct {
	ID        string // 80 random bits; says nothing
	Code      addresscode.Code
	From, To  time.Time // the period; To is zero while it lasts
	Sealed    []byte    // people, encrypted with the key of the household; nil for none
	Version   int64     // 1 at first
	UpdatedAt time.Time
	// Restricted is when the household restricted or objected to what is done with its data; zero when it did not. Only it
	// itself reads its data then, and nothing it consented to is in force.
	Restricted time.Time
}

// IsCurrent reports whether the household holds its address now.
func (h *Household) IsCurrent() bool { return h.To.IsZero() }

// Person is one of a household. Both parts are optional.
type Person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}
