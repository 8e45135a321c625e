package addresscode

import "cmp"

// Zone is the place named by the first five symbols of a code: an H3 cell of resolution 8, about 0.8 km².
// The zero value is a zone like any other.
type Zone struct{ n uint32 }

// ZoneOf returns the zone of an H3 cell of resolution 8 or finer: the zone of its resolution-8 ancestor.
// Errors are *Error: ErrCell, ErrResolution, ErrRoot.
func ZoneOf(cell uint64) (Zone, error) {
	if err := checkCell(cell); err != nil {
		return Zone{}, err
	}
	if resolution(cell) < zoneRes {
		return Zone{}, resolutionError(cell, "8 to 15")
	}
	root, err := rootNumber(cell)
	if err != nil {
		return Zone{}, err
	}
	return Zone{uint32(digits(root, cell, 2, zoneRes))}, nil
}

// ParseZone reads a zone, "5FJBC-" or "5FJBC", as tolerantly as Parse. Errors are *Error: ErrLength, ErrSymbol,
// ErrUnreadable, ErrReserved. Nothing in a zone tells a wrong character.
func ParseZone(text string) (Zone, error) {
	var r reading
	if err := r.readExactly(text, zoneSymbols, "a zone"); err != nil {
		return Zone{}, err
	}
	n := joinKey(r.symbols[:zoneSymbols])
	if n >= zoneCount {
		return Zone{}, reservedError()
	}
	return Zone{uint32(n)}, nil
}

// String is the zone with its hyphen: "5FJBC-".
func (z Zone) String() string {
	var symbols [zoneSymbols]uint8
	splitKey(symbols[:], uint64(z.n))
	var buf [zoneSymbols + 1]byte
	return string(append(appendSymbols(buf[:0], symbols[:]), '-'))
}

// Cell is the H3 index of the zone's resolution-8 cell.
func (z Zone) Cell() uint64 { return zoneCell(uint64(z.n)) }

// Number is the zone's value, 0..10,706,058; zones sort by place.
func (z Zone) Number() uint32 { return z.n }

// Compare orders zones by number, and so by place.
func (z Zone) Compare(other Zone) int { return cmp.Compare(z.n, other.n) }

// KeyRange returns the smallest and the largest key (inclusive) that a code in the zone can have.
func (z Zone) KeyRange() (lo, hi uint64) {
	lo = uint64(z.n) * householdSpan
	return lo, lo + households - 1
}

// MarshalText gives the zone with its hyphen.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// UnmarshalText reads a zone as ParseZone does.
func (z *Zone) UnmarshalText(text []byte) error {
	zone, err := ParseZone(string(text))
	if err != nil {
		return err
	}
	*z = zone
	return nil
}

// KeyRange returns the smallest and the largest key (inclusive) that any code inside the H3 cell can have, for cells
// of resolution 1 to 13 inside the served roots: the codes whose cell has this one as its ancestor by its digits are
// exactly those with a key in the range. Errors are *Error: ErrCell, ErrResolution, ErrRoot.
func KeyRange(cell uint64) (lo, hi uint64, err error) {
	if err := checkCell(cell); err != nil {
		return 0, 0, err
	}
	res := resolution(cell)
	if res < 1 || res > codeRes {
		return 0, 0, resolutionError(cell, "1 to 13")
	}
	root, err := rootNumber(cell)
	if err != nil {
		return 0, 0, err
	}
	first := cell &^ unusedDigits(res)
	last := first
	for r := res + 1; r <= codeRes; r++ {
		last |= 6 << (baseCellShift - 3*r)
	}
	key := func(cell, ordinal uint64) uint64 {
		return digits(root, cell, 2, zoneRes)*householdSpan + digits(0, cell, zoneRes+1, codeRes)*Ordinals + ordinal
	}
	return key(first, 0), key(last, Ordinals-1), nil
}
