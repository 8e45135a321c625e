package addresscode

import (
	"errors"
	"strings"
	"testing"
)

func addSeeds(f *testing.F) {
	for _, s := range []string{
		"", "5FJBC-2NJV-T33", "5fjbc 2njv t33", "５ＦＪＢＣ－２ＮＪＶ－Ｔ３３", "5FJCB-2NJV-T33", "5FJBC-2N?V-T33", "5FJBC-2NJV-T3",
		"5FJBC-2NJV-T333", "5FO\u0323\u0302BC2NJVT33", "000000000000", "GPOG3-KHHP-R2C", "\xff\xfe", "https://x/5FJBC-2NJV-T33?q",
		"Mã 5FJBC-2NJV-T33, sđt 0912 345 678", "đ*?-?*Đ", strings.Repeat("5", 300),
	} {
		f.Add(s)
	}
}

func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			var e *Error
			if !c.IsZero() || !errors.As(err, &e) || e.Message == "" || e.Hint == "" {
				t.Fatalf("Parse(%q) = %v, %v", text, c, err)
			}
			if e.Pos < 0 || e.Offset < 0 || e.Pos > 0 && e.Offset >= len(text) {
				t.Fatalf("Parse(%q): position %d, offset %d", text, e.Pos, e.Offset)
			}
			if strict, err := ParseStrict(text); err == nil {
				t.Fatalf("ParseStrict(%q) = %v, but Parse fails", text, strict)
			}
			return
		}
		for _, form := range []string{c.String(), c.Compact(), strings.ToLower(c.String()), " " + c.Zone().String() + c.Short()} {
			if again, err := Parse(form); err != nil || again != c {
				t.Fatalf("%q reads as %v, its form %q as %v, %v", text, c, form, again, err)
			}
		}
		if _, err := ParseStrict(text); (err == nil) != (text == c.String()) {
			t.Fatalf("ParseStrict(%q): %v", text, err)
		}
		if made, err := New(c.Cell(), c.Ordinal()); err != nil || made != c {
			t.Fatalf("%q: New gives %v, %v", text, made, err)
		}
	})
}

func FuzzCorrect(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		suggestions, err := Correct(text)
		_, parseErr := Parse(text)
		if (parseErr == nil) != (err == nil && len(suggestions) == 0) {
			t.Fatalf("Parse(%q): %v; Correct: %v, %v", text, parseErr, suggestions, err)
		}
		if err != nil && len(suggestions) > 0 {
			t.Fatalf("Correct(%q) = %v and %v", text, suggestions, err)
		}
		seen := map[Code]bool{}
		for i, s := range suggestions {
			checkSuggestion(t, text, s)
			if seen[s.Code] {
				t.Fatalf("Correct(%q) suggests %v twice", text, s.Code)
			}
			seen[s.Code] = true
			if i > 0 && s.Redundancy > suggestions[i-1].Redundancy {
				t.Fatalf("Correct(%q) is out of order: %+v", text, suggestions)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range Find(text) {
			if found.Start < end || found.End <= found.Start || found.End > len(text) {
				t.Fatalf("Find(%q) gives %+v behind %d", text, found, end)
			}
			end = found.End
			if c, err := Parse(text[found.Start:found.End]); err != nil || c != found.Code {
				t.Fatalf("Find(%q) gives %v for %q, which reads as %v, %v", text, found.Code, text[found.Start:found.End], c, err)
			}
		}
		// A code put on a line of its own is found, whatever stands around it.
		const code = "5FJBC-2NJV-T33"
		before, after := Find(text), Find(text+"\n"+code+"\n"+text)
		if len(after) != 2*len(before)+1 || after[len(before)].Code.String() != code {
			t.Fatalf("Find(%q) gives %v alone and %v around a code", text, before, after)
		}
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(uint64(0x8d415cb4e426bbf), 0)
	f.Add(uint64(0x8d69a8ac100a73f), 30)
	f.Add(uint64(0), -1)
	f.Fuzz(func(t *testing.T, cell uint64, ordinal int) {
		c, err := New(cell, ordinal)
		if Issuable(cell, ordinal) != (err == nil) {
			t.Fatalf("Issuable(%x, %d) against %v", cell, ordinal, err)
		}
		if err != nil {
			var e *Error
			if !c.IsZero() || !errors.As(err, &e) {
				t.Fatalf("New(%x, %d) = %v, %v", cell, ordinal, c, err)
			}
			return
		}
		if c.Cell() != cell || c.Ordinal() != ordinal {
			t.Fatalf("New(%x, %d) is the code of %x, %d", cell, ordinal, c.Cell(), c.Ordinal())
		}
		checkRoundTrip(t, c)
		lo, hi, err := KeyRange(cell)
		if err != nil || c.Key() != lo+uint64(ordinal) || hi != lo+Ordinals-1 {
			t.Fatalf("%v: keys %d..%d, %v", c, lo, hi, err)
		}
	})
}

// FuzzKey draws keys, which reach a code far more often than random cells do.
func FuzzKey(f *testing.F) {
	f.Add(uint64(0))
	f.Add(uint64(5_000_000_000_000))
	f.Fuzz(func(t *testing.T, key uint64) {
		key %= 1 << 43
		c, err := FromKey(key)
		if err == nil {
			checkRoundTrip(t, c)
		} else if !errors.Is(err, ErrReserved) && !errors.Is(err, ErrDigitsOnly) {
			t.Fatalf("FromKey(%d): %v", key, err)
		}
	})
}

func FuzzExpandShort(f *testing.F) {
	f.Add("2NJV-T33", uint32(2_000_000))
	f.Add("zzzz-zzz", uint32(0))
	f.Fuzz(func(t *testing.T, short string, first uint32) {
		zones := make([]Zone, 50)
		for i := range zones {
			zones[i] = Zone{(first + uint32(i)) % zoneCount}
		}
		codes, err := ExpandShort(short, zones)
		if err != nil && codes != nil {
			t.Fatalf("ExpandShort(%q) = %v and %v", short, codes, err)
		}
		for _, c := range codes {
			if p, err := Parse(c.Zone().String() + short); err != nil || p != c {
				t.Fatalf("%s with %q reads as %v, %v", c.Zone(), short, p, err)
			}
		}
	})
}
