package addresscode

import "slices"

// ExpandShort returns the codes that the short form, 2NJV-T33, can mean in the given zones: those whose check holds,
// in the order of the zones. A short form detects errors and does not correct them, so an empty answer means that
// the zones are the wrong ones or a character is wrong. Each further zone has a chance of 1 in 19,683 to fit by accident.
//
// Errors are *Error: ErrSymbol, ErrLength, ErrUnreadable, and ErrReserved when no zone can have such a code.
func ExpandShort(short string, zones []Zone) ([]Code, error) {
	var r reading
	if err := r.readExactly(short, shortSymbols, "a short code"); err != nil {
		return nil, err
	}
	const householdSymbols = dataSymbols - zoneSymbols
	household := joinKey(r.symbols[:householdSymbols])
	if household >= households {
		return nil, reservedError()
	}
	// The check is linear: a code is valid when the check of its zone followed by zeros is the difference between the
	// check symbols given and the check of its household.
	want := [checkSymbols]uint8(r.symbols[householdSymbols:shortSymbols])
	for i, c := range check(r.symbols[:householdSymbols]) {
		want[i] = sub(want[i], c)
	}
	var codes []Code
	for _, z := range zones {
		var data [dataSymbols]uint8
		splitKey(data[:zoneSymbols], uint64(z.n))
		if check(data[:]) != want {
			continue
		}
		code, err := FromKey(uint64(z.n)*householdSpan + household)
		if err == nil && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes, nil
}
