package addresscode

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// damaged writes symbols as text, with ? for erasures.
func damaged(symbols []uint8) string {
	var b strings.Builder
	for _, s := range symbols {
		if s == erased {
			b.WriteByte('?')
		} else {
			b.WriteByte(Alphabet[s])
		}
	}
	return b.String()
}

// only checks that text has one suggestion: this code with these kinds.
func only(t *testing.T, text string, want Code, redundancy int, kinds ...Kind) Suggestion {
	t.Helper()
	s, err := Correct(text)
	if err != nil || len(s) != 1 {
		t.Fatalf("%s: Correct(%s) = %v, %v", want, text, s, err)
	}
	checkSuggestion(t, text, s[0])
	if s[0].Code != want || !slices.Equal(s[0].Kinds, kinds) || s[0].Redundancy != redundancy {
		t.Fatalf("%s: Correct(%s) = %+v, want %v with %d left", want, text, s[0], kinds, redundancy)
	}
	return s[0]
}

// checkSuggestion checks what holds for every suggestion.
func checkSuggestion(t testing.TB, text string, s Suggestion) {
	t.Helper()
	if _, err := FromKey(s.Code.Key()); err != nil {
		t.Fatalf("%q: suggestion %v: %v", text, s.Code, err)
	}
	if s.Verified != (s.Redundancy > 0) || s.Redundancy < 0 || s.Redundancy > 3 || len(s.Kinds) == 0 || len(s.Kinds) != len(s.Changes) {
		t.Fatalf("%q: %+v", text, s)
	}
	// The changes, applied to the text from its end, give a text that reads as the code.
	fixed := text
	left := checkSymbols
	for i := len(s.Changes) - 1; i >= 0; i-- {
		ch := s.Changes[i]
		from := fixed[ch.Start:ch.End]
		left -= s.Kinds[i].cost()
		fixed = fixed[:ch.Start] + ch.To + fixed[ch.End:]
		if s.Kinds[i] == KindErasure && from != ch.From {
			t.Fatalf("%q: change %+v does not stand at %q", text, ch, from)
		}
		if want := s.Code.Compact(); s.Kinds[i] != KindExtra && want[ch.At:ch.At+len(ch.To)] != ch.To {
			t.Fatalf("%q: change %+v is not in %s", text, ch, want)
		}
	}
	if left != s.Redundancy {
		t.Fatalf("%q: redundancy %d, want %d", text, s.Redundancy, left)
	}
	if got, err := Parse(fixed); err != nil || got != s.Code {
		t.Fatalf("%q: with its changes it is %q, which reads as %v, %v", text, fixed, got, err)
	}
}

func TestEverySubstitutionIsPutRight(t *testing.T) {
	rng := newRand(10)
	for range 2000 {
		c := randomCode(rng)
		for at := range wordSymbols {
			w := wordOf(c.key)
			right := w[at]
			wrong := uint8(rng.IntN(fieldOrder - 1))
			if wrong >= right {
				wrong++
			}
			w[at] = wrong
			s := only(t, damaged(w[:]), c, 1, KindSubstitution)
			want := Change{At: at, From: Alphabet[wrong:][:1], To: Alphabet[right:][:1], Start: at, End: at + 1}
			if s.Changes[0] != want {
				t.Fatalf("%s: change %+v, want %+v", c, s.Changes[0], want)
			}
		}
	}
	// All 312 of one code.
	for _, e := range specExamples {
		c := mustParse(t, e.code)
		for at := range wordSymbols {
			for v := range uint8(fieldOrder) {
				w := wordOf(c.key)
				if w[at] != v {
					w[at] = v
					only(t, damaged(w[:]), c, 1, KindSubstitution)
				}
			}
		}
	}
}

func TestEverySwapIsPutRight(t *testing.T) {
	rng := newRand(11)
	swaps, ties := 0, 0
	for range 5000 {
		c := randomCode(rng)
		for at := range wordSymbols - 1 {
			w := wordOf(c.key)
			if w[at] == w[at+1] {
				continue
			}
			w[at], w[at+1] = w[at+1], w[at]
			text := damaged(w[:])
			s, err := Correct(text)
			if err != nil {
				t.Fatalf("%s: Correct(%s): %v", c, text, err)
			}
			swaps++
			if len(s) > 1 {
				ties++
			}
			i := slices.IndexFunc(s, func(s Suggestion) bool { return s.Code == c })
			if i < 0 {
				t.Fatalf("%s is not among the suggestions for %s", c, text)
			}
			for _, s := range s {
				checkSuggestion(t, text, s)
				if !slices.Equal(s.Kinds, []Kind{KindSwap}) || s.Redundancy != 1 {
					t.Fatalf("%s: %+v", text, s)
				}
			}
			if ch := s[i].Changes[0]; ch.At != at || ch.From != text[at:at+2] || ch.To != c.Compact()[at:at+2] || ch.End != at+2 {
				t.Fatalf("%s: change %+v", text, ch)
			}
		}
	}
	if ties*100 > swaps {
		t.Errorf("%d of %d swaps have more than one answer", ties, swaps)
	}
}

func TestErasuresAreFilledIn(t *testing.T) {
	rng := newRand(12)
	for range 300 {
		c := randomCode(rng)
		for a := range wordSymbols {
			for b := a; b < wordSymbols; b++ {
				for d := b; d < wordSymbols; d++ {
					w := wordOf(c.key)
					w[a], w[b], w[d] = erased, erased, erased
					n := strings.Count(damaged(w[:]), "?")
					s := only(t, damaged(w[:]), c, 3-n, slices.Repeat([]Kind{KindErasure}, n)...)
					if s.Verified != (n < 3) {
						t.Fatalf("%s with %d erasures: verified is %v", c, n, s.Verified)
					}
				}
			}
		}
	}
}

func TestSubstitutionBesideErasure(t *testing.T) {
	rng := newRand(13)
	for range 300 {
		c := randomCode(rng)
		for at := range wordSymbols {
			for gap := range wordSymbols {
				if at == gap {
					continue
				}
				w := wordOf(c.key)
				w[at] = (w[at] + 1 + uint8(rng.IntN(26))) % fieldOrder
				w[gap] = erased
				kinds := []Kind{KindSubstitution, KindErasure}
				if gap < at {
					slices.Reverse(kinds)
				}
				only(t, damaged(w[:]), c, 0, kinds...)
			}
		}
	}
}

// A typing slip may well hit a letter that is not a symbol: then the slip is an erasure.
func TestForeignLetterIsAnErasure(t *testing.T) {
	c := mustParse(t, "5FJBC-2NJV-T33")
	s := only(t, "5FJBC-2NYV-T33", c, 2, KindErasure)
	if want := (Change{At: 7, From: "Y", To: "J", Start: 8, End: 9}); s.Changes[0] != want {
		t.Errorf("change %+v, want %+v", s.Changes[0], want)
	}
}

func TestMissingSymbolIsFound(t *testing.T) {
	rng := newRand(14)
	total, alone := 0, 0
	for range 3000 {
		c := randomCode(rng)
		w := wordOf(c.key)
		for at := range wordSymbols {
			text := damaged(slices.Delete(slices.Clone(w[:]), at, at+1))
			s := amongst(t, text, c, 1, KindMissing)
			total++
			if len(s) == 1 {
				alone++
			}
		}
	}
	if share := float64(alone) / float64(total); share < 0.983 || share > 0.993 {
		t.Errorf("the answer is the only one in %.2f %%, the specification says 98.8 %%", 100*share)
	}
}

func TestExtraSymbolIsFound(t *testing.T) {
	rng := newRand(15)
	total, alone := 0, 0
	for range 3000 {
		c := randomCode(rng)
		w := wordOf(c.key)
		for at := range wordSymbols + 1 {
			text := damaged(slices.Insert(slices.Clone(w[:]), at, uint8(rng.IntN(fieldOrder))))
			s := amongst(t, text, c, 3, KindExtra)
			total++
			if len(s) == 1 {
				alone++
			}
		}
		for at := range wordSymbols { // a doubled symbol
			s := amongst(t, damaged(slices.Insert(slices.Clone(w[:]), at, w[at])), c, 3, KindExtra)
			if count(s, c) != 1 {
				t.Fatalf("%s is suggested twice: %v", c, s)
			}
		}
	}
	if share := float64(alone) / float64(total); share < 0.998 {
		t.Errorf("the answer is the only one in %.3f %%, the specification says 99.9 %%", 100*share)
	}
}

func count(s []Suggestion, c Code) (n int) {
	for _, s := range s {
		if s.Code == c {
			n++
		}
	}
	return n
}

// amongst checks that the suggestions for text hold this code once, with these kinds, and that all are in order.
func amongst(t *testing.T, text string, want Code, redundancy int, kinds ...Kind) []Suggestion {
	t.Helper()
	s, err := Correct(text)
	if err != nil {
		t.Fatalf("%s: Correct(%s): %v", want, text, err)
	}
	for i := range s {
		checkSuggestion(t, text, s[i])
		if i > 0 && s[i].Redundancy > s[i-1].Redundancy {
			t.Fatalf("%s: suggestions out of order: %+v", text, s)
		}
	}
	i := slices.IndexFunc(s, func(s Suggestion) bool { return s.Code == want })
	if i < 0 || count(s, want) != 1 {
		t.Fatalf("%s is not once among the suggestions for %s: %v", want, text, s)
	}
	if !slices.Equal(s[i].Kinds, kinds) || s[i].Redundancy != redundancy {
		t.Fatalf("%s: %+v, want %v with %d left", text, s[i], kinds, redundancy)
	}
	return s
}

func TestMissingOrExtraBesideErasure(t *testing.T) {
	rng := newRand(16)
	for range 500 {
		c := randomCode(rng)
		for at := range wordSymbols {
			w := wordOf(c.key)
			gap := (at + 1 + rng.IntN(wordSymbols-1)) % wordSymbols
			w[gap] = erased
			short := damaged(slices.Delete(slices.Clone(w[:]), at, at+1))
			kinds := []Kind{KindMissing, KindErasure}
			if gap < at {
				slices.Reverse(kinds)
			}
			// Other repairs give the same code only where neighbours are equal; then the kinds are in the other order.
			s, err := Correct(short)
			if err != nil || count(s, c) != 1 {
				t.Fatalf("%s: Correct(%s) = %v, %v", c, short, s, err)
			}
			for _, s := range s {
				checkSuggestion(t, short, s)
				if s.Redundancy != 0 || s.Verified {
					t.Fatalf("%s: %+v", short, s)
				}
			}
			long := damaged(slices.Insert(slices.Clone(w[:]), at, uint8(rng.IntN(fieldOrder))))
			if s, err = Correct(long); err != nil || count(s, c) != 1 {
				t.Fatalf("%s: Correct(%s) = %v, %v", c, long, s, err)
			}
			for _, s := range s {
				checkSuggestion(t, long, s)
			}
		}
	}
}

func TestPairsOfSubstitutions(t *testing.T) {
	pairs := 1_000_000
	if testing.Short() {
		pairs = 100_000
	}
	rng := newRand(17)
	swaps := 0
	for range pairs {
		c := randomCode(rng)
		w := wordOf(c.key)
		a := rng.IntN(wordSymbols)
		b := (a + 1 + rng.IntN(wordSymbols-1)) % wordSymbols
		w[a] = (w[a] + 1 + uint8(rng.IntN(26))) % fieldOrder
		w[b] = (w[b] + 1 + uint8(rng.IntN(26))) % fieldOrder
		s, err := Correct(string(appendSymbols(nil, w[:])))
		if err == nil && len(s) == 0 {
			t.Fatalf("%s with two wrong symbols is valid: %v", c, w)
		}
		if err != nil && !errors.Is(err, ErrCheck) {
			t.Fatalf("%s: %v", c, err)
		}
		for _, s := range s {
			if !slices.Equal(s.Kinds, []Kind{KindSwap}) {
				t.Fatalf("%s with two wrong symbols is corrected: %+v", c, s)
			}
		}
		if len(s) > 0 {
			swaps++
		}
	}
	if share := float64(swaps) / float64(pairs); share > 0.0006 || share < 0.0003 {
		t.Errorf("%.4f %% of pairs look like a swap, the specification says 1 in 2,200 and at most 0.06 %%", 100*share)
	}
}

func TestCorrectValid(t *testing.T) {
	for _, e := range specExamples {
		if s, err := Correct(strings.ToLower(e.code)); s != nil || err != nil {
			t.Errorf("Correct(%s) = %v, %v; a valid code needs no repair", e.code, s, err)
		}
	}
}

func TestCorrectErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       ErrorKind
	}{
		{"empty", "", ErrLength},
		{"10 symbols", "5FJBC-2NJV-T", ErrLength},
		{"14 symbols", "5FJBC-2NJV-T3333", ErrLength},
		{"long", strings.Repeat("5", 1000), ErrLength},
		{"comma", "5FJBC,2NJV", ErrSymbol},
		{"four unreadable", "5FJBC-????-T33", ErrUnreadable},
		{"all unreadable", "????????????", ErrUnreadable},
		{"two unreadable of eleven", "5FJBC-??JV-T3", ErrUnreadable},
		{"three unreadable of thirteen", "5FJBC-???V-T333", ErrUnreadable},
		{"two unreadable and one wrong", "5FJBC-??JV-T34", ErrUnreadable},
		{"two wrong", "5FJBC-2NJV-TT4", ErrCheck},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Correct(c.text)
			var e *Error
			if s != nil || !errors.Is(err, c.want) || !errors.As(err, &e) || e.Message == "" || e.Hint == "" {
				t.Errorf("Correct = %v, %v; want %v", s, err, c.want)
			}
		})
	}
}

func TestChangesPointIntoTheText(t *testing.T) {
	c := mustParse(t, "5FJBC-2NJV-T33")
	for _, tc := range []struct {
		text   string
		kind   Kind
		change Change
		fixed  string
	}{
		{" 5fjbc-2njv-t3x", KindSubstitution, Change{11, "X", "3", 14, 15}, " 5fjbc-2njv-t33"},
		{"5FJCB-2NJV-T33", KindSwap, Change{3, "CB", "BC", 3, 5}, "5FJBC-2NJV-T33"},
		{"5FJB-2NJV-T33", KindMissing, Change{4, "", "C", 4, 4}, "5FJBC-2NJV-T33"},
		{"5FJBC-NJV-T33", KindMissing, Change{5, "", "2", 6, 6}, "5FJBC-2NJV-T33"},
		{"FJBC-2NJV-T33", KindMissing, Change{0, "", "5", 0, 0}, "5FJBC-2NJV-T33"},
		{"5FJBC-2NJV-33", KindMissing, Change{9, "", "T", 11, 11}, "5FJBC-2NJV-T33"},
		{"5FJBCC-2NJV-T33", KindExtra, Change{4, "C", "", 4, 5}, "5FJBC-2NJV-T33"},
		{"5FJBC-2NJV-T33X", KindExtra, Change{12, "X", "", 14, 15}, "5FJBC-2NJV-T33"},
		{"５ＦＪＢ？２ＮＪＶＴ３３", KindErasure, Change{4, "？", "C", 12, 15}, "５ＦＪＢC２ＮＪＶＴ３３"},
	} {
		t.Run(fmt.Sprint(tc.kind, tc.change.At), func(t *testing.T) {
			s, err := Correct(tc.text)
			if err != nil || len(s) == 0 || s[0].Code != c || s[0].Kinds[0] != tc.kind {
				t.Fatalf("Correct(%q) = %+v, %v", tc.text, s, err)
			}
			if s[0].Changes[0] != tc.change {
				t.Errorf("change %+v, want %+v", s[0].Changes[0], tc.change)
			}
			ch := s[0].Changes[0]
			if got := tc.text[:ch.Start] + ch.To + tc.text[ch.End:]; got != tc.fixed {
				t.Errorf("put right it is %q, want %q", got, tc.fixed)
			}
		})
	}
}
