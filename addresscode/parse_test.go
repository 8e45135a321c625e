package addresscode

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTolerantly(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"canonical", "5FJBC-2NJV-T33", "5FJBC-2NJV-T33"},
		{"compact", "5FJBC2NJVT33", "5FJBC-2NJV-T33"},
		{"small letters", "5fjbc-2njv-t33", "5FJBC-2NJV-T33"},
		{"spaces", "  5FJBC 2NJV\tT33\r\n", "5FJBC-2NJV-T33"},
		{"dots", "5FJBC.2NJV.T33.", "5FJBC-2NJV-T33"},
		{"dashes", "5FJBC–2NJV—T33", "5FJBC-2NJV-T33"},
		{"minus and non-breaking hyphen", "5FJBC−2NJV‑T33", "5FJBC-2NJV-T33"},
		{"spelled out", "5 F J B C - 2 N J V - T 3 3", "5FJBC-2NJV-T33"},
		{"other groups", "5FJB C2NJ VT33", "5FJBC-2NJV-T33"},
		{"full width", "５ＦＪＢＣ－２ｎｊｖ－Ｔ３３", "5FJBC-2NJV-T33"},
		{"non-breaking and ideographic space", "5FJBC\u00a02NJV\u3000T33", "5FJBC-2NJV-T33"},
		{"zero-width", "\ufeff5FJBC\u200b2NJV\u00adT33\u200e", "5FJBC-2NJV-T33"},
		{"O for 0", "GPOG3-KHHP-R2C", "GP0G3-KHHP-R2C"},
		{"o for 0", "gpog3khhpr2c", "GP0G3-KHHP-R2C"},
		{"I for 1", "PPMIZ-0PSI-ZFK", "PPM1Z-0PS1-ZFK"},
		{"l for 1", "ppmlz-0psl-zfk", "PPM1Z-0PS1-ZFK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.text)
			if err != nil || got.String() != c.want {
				t.Errorf("Parse(%q) = %v, %v; want %s", c.text, got, err, c.want)
			}
			_, err = ParseStrict(c.text)
			if c.text == c.want && err != nil || c.text != c.want && !errors.Is(err, ErrNotCanonical) {
				t.Errorf("ParseStrict(%q): %v", c.text, err)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       ErrorKind
		pos        int
		offset     int
		says       string
	}{
		{"empty", "", ErrLength, 0, 0, "no code"},
		{"separators only", " - . ", ErrLength, 0, 0, "no code"},
		{"11 symbols", "5FJBC-2NJV-T3", ErrLength, 0, 0, "11 symbols"},
		{"13 symbols", "5FJBC-2NJV-T333", ErrLength, 0, 0, "13 symbols"},
		{"many symbols", strings.Repeat("5", 200), ErrLength, 0, 0, "200 symbols"},
		{"long text", strings.Repeat("5FJBC-2NJV-T33 ", 100), ErrLength, 0, 0, "1500 bytes"},
		{"long blank text", strings.Repeat(" ", 1<<20), ErrLength, 0, 0, "bytes"},
		{"question mark", "5FJBC-2N?V-T33", ErrUnreadable, 9, 8, `"?"`},
		{"star at the start", "*FJBC-2NJV-T33", ErrUnreadable, 1, 0, `"*"`},
		{"letter outside", "5FJBC-2NAV-T33", ErrUnreadable, 9, 8, `"A"`},
		{"đ", "5FJBC-2NJV-T3đ", ErrUnreadable, 14, 13, `"đ"`},
		{"composed letter", "5FỘBC-2NJV-T33", ErrUnreadable, 3, 2, `"Ộ"`},
		{"decomposed letter", "5FO\u0323\u0302BC-2NJV-T33", ErrUnreadable, 3, 2, "character 3"},
		{"behind a decomposed letter", "Ê\u0301FJBC-/", ErrSymbol, 7, 9, `"/"`},
		{"slash", "https://x/5FJBC-2NJV-T33", ErrSymbol, 6, 5, `":"`},
		{"comma", "2NJV-T33, Hoàn Kiếm", ErrSymbol, 9, 8, `","`},
		{"emoji", "5FJBC😀", ErrSymbol, 6, 5, "😀"},
		{"invalid UTF-8", "5FJ\xff", ErrSymbol, 4, 3, `"\xff"`},
		{"one wrong", "5FJBC-2NJV-T34", ErrCheck, 0, 0, "at least one"},
		{"swap", "5FJCB-2NJV-T33", ErrCheck, 0, 0, "at least one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, err := Parse(c.text)
			var e *Error
			if !code.IsZero() || !errors.Is(err, c.want) || !errors.As(err, &e) {
				t.Fatalf("Parse = %v, %v; want %v", code, err, c.want)
			}
			if e.Pos != c.pos || e.Offset != c.offset || !strings.Contains(e.Message, c.says) || e.Hint == "" {
				t.Errorf("the error is %+v; want position %d, offset %d and %q", e, c.pos, c.offset, c.says)
			}
			if !strings.HasPrefix(err.Error(), "address code: ") {
				t.Errorf("the error reads %q", err)
			}
		})
	}
}

func TestReservedValuesHaveTheirOwnReason(t *testing.T) {
	rng := newRand(7)
	for _, c := range []struct {
		name string
		key  uint64
	}{
		{"root 13", zoneCount*householdSpan + 5},
		{"root 16", (17*zonesPerRoot - 1) * householdSpan},
		{"beyond the roots", (17 * zonesPerRoot) * householdSpan},
		{"household", rng.Uint64N(zoneCount)*householdSpan + households},
		{"last household", rng.Uint64N(zoneCount)*householdSpan + householdSpan - 1},
	} {
		w := wordOf(c.key)
		text := string(appendSymbols(nil, w[:]))
		if _, err := Parse(text); !errors.Is(err, ErrReserved) {
			t.Errorf("%s: Parse(%s): %v", c.name, text, err)
		}
		if s, err := Correct(text); !errors.Is(err, ErrReserved) || s != nil {
			t.Errorf("%s: Correct(%s) = %v, %v", c.name, text, s, err)
		}
		if f := Find(text); f != nil {
			t.Errorf("%s: Find(%s) = %v", c.name, text, f)
		}
		if _, err := ParseZone(text[:5]); (err != nil) != (c.key/householdSpan >= zoneCount) || err != nil && !errors.Is(err, ErrReserved) {
			t.Errorf("%s: ParseZone: %v", c.name, err)
		}
	}
}

func TestMarkedLettersAreOneErasure(t *testing.T) {
	for _, c := range []struct{ name, nfc, nfd string }{
		{"circumflex and dot", "5FỘBC2NJVT33", "5FO\u0323\u0302BC2NJVT33"},
		{"horn and tone", "5FJBC2NJVTỮ3", "5FJBC2NJVTU\u031b\u03033"},
		{"a symbol with a tilde", "5FJBC2ÑJVT33", "5FJBC2N\u0303JVT33"},
		{"a cedilla", "5FJBÇ2NJVT33", "5FJBC\u03272NJVT33"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err1 := Correct(c.nfc)
			b, err2 := Correct(c.nfd)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if len(a) != 1 || len(b) != 1 || a[0].Code != b[0].Code || a[0].Redundancy != 2 {
				t.Errorf("suggestions %v and %v", a, b)
			}
			if got := a[0].Changes[0].From; got != string([]rune(c.nfc)[a[0].Changes[0].At]) {
				t.Errorf("From is %q", got)
			}
			ch := b[0].Changes[0]
			if ch.From != c.nfd[ch.Start:ch.End] || len([]rune(ch.From)) < 2 {
				t.Errorf("From is %q at %d..%d", ch.From, ch.Start, ch.End)
			}
		})
	}
	// A mark without a letter before it belongs to nothing.
	if c, err := Parse("\u03015FJBC-\u03022NJV-T33"); err != nil || c.String() != "5FJBC-2NJV-T33" {
		t.Errorf("stray marks: %v, %v", c, err)
	}
}

func TestParseZone(t *testing.T) {
	want := mustParse(t, "5FJBC-2NJV-T33").Zone()
	for _, text := range []string{"5FJBC-", "5FJBC", "5fjbc", " 5F JBC ", "５ＦＪＢＣ－"} {
		if z, err := ParseZone(text); err != nil || z != want {
			t.Errorf("ParseZone(%q) = %v, %v", text, z, err)
		}
	}
	for text, kind := range map[string]ErrorKind{
		"": ErrLength, "5FJB": ErrLength, "5FJBC2": ErrLength, "5FJBC-2NJV-T33": ErrLength,
		"5FJB?": ErrUnreadable, "5FJB/": ErrSymbol, "ZZZZZ": ErrReserved,
	} {
		if z, err := ParseZone(text); !errors.Is(err, kind) || z != (Zone{}) {
			t.Errorf("ParseZone(%q) = %v, %v; want %v", text, z, err, kind)
		}
	}
}

func mustParse(t testing.TB, text string) Code {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
