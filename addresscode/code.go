package addresscode

import (
	"cmp"
	"fmt"
)

// Ordinals is the number of ordinals in a cell: they run from 0 to 30.
const Ordinals = 31

// Code is an address code: a resolution-13 H3 cell and an ordinal in it, held as its nine data symbols
// packed in one 43-bit integer in order of place. A Code other than the zero value is always valid and issuable;
// the zero value means "no code".
type Code struct{ key uint64 }

// New returns the code of a resolution-13 H3 cell and an ordinal 0..30.
// Errors are *Error: ErrCell, ErrResolution, ErrRoot, ErrOrdinal, and ErrDigitsOnly for the few that are never issued.
func New(cell uint64, ordinal int) (Code, error) {
	if err := checkCell(cell); err != nil {
		return Code{}, err
	}
	if resolution(cell) != codeRes {
		return Code{}, resolutionError(cell, "13")
	}
	root, err := rootNumber(cell)
	if err != nil {
		return Code{}, err
	}
	if ordinal < 0 || ordinal >= Ordinals {
		return Code{}, &Error{Kind: ErrOrdinal, Message: fmt.Sprintf("the ordinal %d is outside 0..%d", ordinal, Ordinals-1),
			Hint: "give an ordinal in that range"}
	}
	zone := digits(root, cell, 2, zoneRes)
	household := digits(0, cell, zoneRes+1, codeRes)*Ordinals + uint64(ordinal)
	return FromKey(zone*householdSpan + household)
}

// Issuable reports whether (cell, ordinal) has a code that the registry may issue: New returns no error for it.
func Issuable(cell uint64, ordinal int) bool {
	_, err := New(cell, ordinal)
	return err == nil
}

// FromKey is the inverse of Code.Key. Errors are *Error: ErrReserved, and ErrDigitsOnly for codes never issued.
func FromKey(key uint64) (Code, error) {
	switch keyFault(key) {
	case ErrReserved:
		return Code{}, reservedError()
	case ErrDigitsOnly:
		return Code{}, digitsOnlyError()
	}
	return Code{key}, nil
}

// keyFault returns ErrReserved or ErrDigitsOnly for a key that is not that of a Code, and "" for one that is.
func keyFault(key uint64) ErrorKind {
	if key/householdSpan >= zoneCount || key%householdSpan >= households {
		return ErrReserved
	}
	if digitsOnlyKey(key) && wordOf(key).digitsOnly() {
		return ErrDigitsOnly
	}
	return ""
}

func reservedError() error {
	return &Error{Kind: ErrReserved, Message: "the code is well formed but has a value reserved for a later version of the scheme",
		Hint: "check the code against its source, or update this program"}
}

func digitsOnlyError() error {
	return &Error{Kind: ErrDigitsOnly, Message: "codes that consist of digits only are never issued",
		Hint: "check whether this is another number; to issue a code, take the next ordinal"}
}

// Key is the 43-bit integer of the nine data symbols, base 27; keys sort by place. It is 0 for no code.
func (c Code) Key() uint64 { return c.key }

// IsZero reports whether c is "no code".
func (c Code) IsZero() bool { return c.key == 0 }

// Compare orders codes by key, and so by place.
func (c Code) Compare(other Code) int { return cmp.Compare(c.key, other.key) }

// Zone is the code's zone. The zero Code has none; its answer means nothing.
func (c Code) Zone() Zone { return Zone{uint32(c.key / householdSpan)} }

// Cell is the H3 index of the code's resolution-13 cell, and 0 for no code.
func (c Code) Cell() uint64 {
	if c.IsZero() {
		return 0
	}
	cell := zoneCell(c.key/householdSpan) + (codeRes-zoneRes)<<resShift
	cell &^= unusedDigits(zoneRes) &^ unusedDigits(codeRes)
	return setDigits(cell, c.key%householdSpan/Ordinals, zoneRes+1, codeRes)
}

// Ordinal is the code's number in its cell, 0..30.
func (c Code) Ordinal() int { return int(c.key % householdSpan % Ordinals) }

// wordOf is the twelve symbols of a key.
func wordOf(key uint64) *word {
	var w word
	splitKey(w[:dataSymbols], key)
	sum := check(w[:dataSymbols])
	copy(w[dataSymbols:], sum[:])
	return &w
}

// splitKey writes n into symbols, base 27, most significant first.
func splitKey(symbols []uint8, n uint64) {
	for i := len(symbols) - 1; i >= 0; i-- {
		symbols[i] = uint8(n % fieldOrder)
		n /= fieldOrder
	}
}

// joinKey is the inverse of splitKey.
func joinKey(symbols []uint8) uint64 {
	var n uint64
	for _, s := range symbols {
		n = n*fieldOrder + uint64(s)
	}
	return n
}

// digitsOnlyKey reports whether the data symbols are digits; few are, which spares working out the check symbols.
func digitsOnlyKey(key uint64) bool {
	for range dataSymbols {
		if key%fieldOrder > 9 {
			return false
		}
		key /= fieldOrder
	}
	return true
}

func (w *word) digitsOnly() bool {
	for _, s := range w {
		if s > 9 {
			return false
		}
	}
	return true
}

// code returns the code of a word whose check holds, or keyFault's answer.
func (w *word) code() (Code, ErrorKind) {
	key := joinKey(w[:dataSymbols])
	if fault := keyFault(key); fault != "" {
		return Code{}, fault
	}
	return Code{key}, ""
}
