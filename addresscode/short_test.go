package addresscode

import (
	"errors"
	"slices"
	"testing"
)

func TestExpandShort(t *testing.T) {
	rng := newRand(30)
	zones := make([]Zone, 400)
	for range 300 {
		c := randomCode(rng)
		first := c.Zone().Number() / 1000 * 1000
		for i := range zones {
			zones[i] = Zone{first + uint32(i)}
		}
		zones[rng.IntN(len(zones))] = c.Zone()
		zones[rng.IntN(len(zones)-1)] = zones[len(zones)-1] // a zone may be given twice
		if !slices.Contains(zones, c.Zone()) {
			zones[7] = c.Zone()
		}
		got, err := ExpandShort(c.Short(), zones)
		if err != nil {
			t.Fatal(err)
		}
		// Brute force: put the zone before the short form and read it.
		var want []Code
		for _, z := range zones {
			if full, err := Parse(z.String() + c.Short()); err == nil && !slices.Contains(want, full) {
				want = append(want, full)
			}
		}
		if !slices.Equal(got, want) || !slices.Contains(got, c) {
			t.Fatalf("ExpandShort(%s) = %v, want %v", c.Short(), got, want)
		}
	}
}

// A zone fits a short form by accident with a chance of 1 in 27³.
func TestExpandShortTies(t *testing.T) {
	c := mustParse(t, "5FJBC-2NJV-T33")
	zones := make([]Zone, 27*27*27*10)
	for i := range zones {
		zones[i] = Zone{uint32(i)}
	}
	zones = append(zones, c.Zone())
	got, err := ExpandShort("2njv t33", zones)
	if err != nil || got[len(got)-1] != c {
		t.Fatalf("%v, %v", got, err)
	}
	if len(got) < 5 || len(got) > 20 {
		t.Errorf("%d codes fit, about 11 should", len(got))
	}
}

func TestExpandShortErrors(t *testing.T) {
	zones := []Zone{mustParse(t, "5FJBC-2NJV-T33").Zone()}
	for text, want := range map[string]ErrorKind{
		"": ErrLength, "2NJV-T3": ErrLength, "5FJBC-2NJV-T33": ErrLength, "2N?V-T33": ErrUnreadable, "2NJV/T33": ErrSymbol,
		"ZZZZ-T33": ErrReserved,
	} {
		if got, err := ExpandShort(text, zones); !errors.Is(err, want) || got != nil {
			t.Errorf("ExpandShort(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	// Detected, not corrected.
	if got, err := ExpandShort("2NJV-T34", zones); err != nil || got != nil {
		t.Errorf("a wrong short form gives %v, %v", got, err)
	}
	if got, err := ExpandShort("2NJV-T33", nil); err != nil || got != nil {
		t.Errorf("no zones give %v, %v", got, err)
	}
	// A code of digits only is none.
	digits := findDigitsOnly(newRand(31), 1)[0]
	z, err := ParseZone(digits[:5])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ExpandShort(digits[5:], []Zone{z}); err != nil || got != nil {
		t.Errorf("%s gives %v, %v", digits, got, err)
	}
}
