package addresscode

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// randomWords are the two kinds of random words as tests see them: texts.
var randomWords = []struct {
	name    string
	symbols int
	groups  []int
	make    func(io.Reader) (string, error)
	parse   func(string) (string, error)
}{
	{"alias", 18, []int{5, 5, 5, 3},
		func(r io.Reader) (string, error) { a, err := NewAlias(r); return a.String(), err },
		func(text string) (string, error) { a, err := ParseAlias(text); return a.String(), err }},
	{"secret", 20, []int{5, 5, 5, 5},
		func(r io.Reader) (string, error) { s, err := NewSecret(r); return s.Reveal(), err },
		func(text string) (string, error) { s, err := ParseSecret(text); return s.Reveal(), err }},
}

func compact(text string) string { return strings.ReplaceAll(text, "-", "") }

func made(t testing.TB, make func(io.Reader) (string, error)) string {
	t.Helper()
	text, err := make(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRandomWords(t *testing.T) {
	for _, w := range randomWords {
		t.Run(w.name, func(t *testing.T) {
			seen := map[string]bool{}
			var counts [fieldOrder]int
			const n = 5000
			for range n {
				text := made(t, w.make)
				if seen[text] {
					t.Fatal("the same word twice")
				}
				seen[text] = true
				groups := strings.Split(text, "-")
				if len(groups) != len(w.groups) {
					t.Fatalf("%d groups", len(groups))
				}
				for i, g := range groups {
					if len(g) != w.groups[i] {
						t.Fatalf("group %d has %d symbols", i, len(g))
					}
				}
				if w.name == "alias" && text[0] != 'Z' {
					t.Fatal("an alias does not start with Z")
				}
				for _, c := range compact(text)[1:] {
					counts[strings.IndexRune(Alphabet, c)]++
				}
				for _, form := range []string{text, compact(text), strings.ToLower(text), " " + strings.ReplaceAll(text, "-", " – "), strings.ReplaceAll(text, "0", "o"),
					strings.ReplaceAll(text, "1", "I"), strings.ReplaceAll(text, "1", "l"), strings.ReplaceAll(text, "-", "")[:9] + "\u200b.." + compact(text)[9:]} {
					if again, err := w.parse(form); err != nil || again != text {
						t.Fatalf("%q reads as %q, %v", form, again, err)
					}
				}
			}
			// Each symbol is as likely as any other: the mean of a count and five standard deviations.
			total := 0
			for _, c := range counts {
				total += c
			}
			mean := float64(total) / fieldOrder
			for v, c := range counts {
				if d := float64(c) - mean; d*d > 25*mean {
					t.Errorf("symbol %c came up %d times, the mean is %.0f", Alphabet[v], c, mean)
				}
			}
		})
	}
}

// Every slip in up to three symbols is found, and so is every swap of two symbols, neighbours or not.
func TestRandomWordSlips(t *testing.T) {
	for _, w := range randomWords {
		t.Run(w.name, func(t *testing.T) {
			refused := func(symbols []byte) {
				t.Helper()
				if text, err := w.parse(string(symbols)); err == nil {
					t.Fatalf("%s passes as %s", symbols, text)
				}
			}
			rng := mathrand.New(mathrand.NewPCG(1, 2))
			for range 20 {
				right := []byte(compact(made(t, w.make)))
				for i := range right {
					for _, c := range []byte(Alphabet) { // one wrong symbol, all of them
						if c != right[i] {
							wrong := bytes.Clone(right)
							wrong[i] = c
							refused(wrong)
						}
					}
					for j := range i { // two exchanged, all of them
						if right[i] != right[j] {
							wrong := bytes.Clone(right)
							wrong[i], wrong[j] = wrong[j], wrong[i]
							refused(wrong)
						}
					}
				}
				for range 2000 { // two and three wrong symbols, some of them
					wrong := bytes.Clone(right)
					for _, at := range rng.Perm(len(wrong))[:2+rng.IntN(2)] {
						wrong[at] = Alphabet[(strings.IndexByte(Alphabet, right[at])+1+rng.IntN(fieldOrder-1))%fieldOrder]
					}
					refused(wrong)
				}
			}
		})
	}
}

// What is wrong altogether passes once in 27³ = 19,683 times.
func TestRandomWordAccidents(t *testing.T) {
	rng := mathrand.New(mathrand.NewPCG(3, 4))
	const n = 400_000
	for _, w := range randomWords {
		t.Run(w.name, func(t *testing.T) {
			passed := 0
			text := make([]byte, w.symbols)
			for range n {
				for i := range text {
					text[i] = Alphabet[rng.IntN(fieldOrder)]
				}
				if w.name == "alias" {
					text[0] = 'Z'
				}
				if _, err := w.parse(string(text)); err == nil {
					passed++
				}
			}
			t.Logf("%d of %d random texts pass, expected %.1f", passed, n, n/19683.0)
			if passed < 5 || passed > 45 { // 20.3 expected, standard deviation 4.5
				t.Errorf("%d of %d random texts pass, expected about %.0f", passed, n, n/19683.0)
			}
		})
	}
}

func TestRandomWordErrors(t *testing.T) {
	const alias = "Z0000-00000-00000-3F2"
	tests := []struct {
		text string
		kind ErrorKind
		pos  int
	}{
		{"", ErrLength, 0},
		{"Z", ErrLength, 0},
		{"5FJBC-2NJV-T33", ErrLength, 0},
		{alias + "0", ErrLength, 0},
		{alias + "00", ErrLength, 0},
		{alias + strings.Repeat("0", 30), ErrLength, 0},
		{strings.Repeat(" ", 300), ErrLength, 0},
		{"Z0000/00000-00000-3F2", ErrSymbol, 6},
		{"ZE000-00000-00000-3F2", ErrUnreadable, 2},
		{"Z0000-00000-00000-3F?", ErrUnreadable, 21},
		{"Z0000-00000-00000-3FE", ErrUnreadable, 21},
		{"00000-00000-00000-000", ErrCheck, 0},
		{"Z0000-00000-00000-000", ErrCheck, 0},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			a, err := ParseAlias(test.text)
			var e *Error
			if !errors.As(err, &e) || e.Kind != test.kind || e.Pos != test.pos || !a.IsZero() {
				t.Fatalf("%v, %#v", a, err)
			}
			if !strings.Contains(e.Hint, "never repaired") || strings.Contains(e.Hint, "5FJBC") {
				t.Errorf("the hint is %q", e.Hint)
			}
		})
	}
}

// No code begins with Z, an alias is never read as a code, and no code is found inside a text with one, or with a secret.
func TestAliasIsNoCode(t *testing.T) {
	if last := (Zone{zoneCount - 1}).String(); last >= "R" {
		t.Errorf("the last zone is %s", last)
	}
	for _, w := range randomWords {
		for range 20_000 {
			text := made(t, w.make)
			if c, err := Parse(text); err == nil {
				t.Fatalf("a %s reads as the code %v", w.name, c)
			}
			for _, running := range []string{text, compact(text), strings.ReplaceAll(text, "-", " ")} {
				if found := Find("giao cho " + running + ", gọi trước"); len(found) > 0 {
					t.Fatalf("a code is found in the %s %s", w.name, running)
				}
			}
		}
	}
}

func TestNoRandomness(t *testing.T) {
	for _, w := range randomWords {
		if text, err := w.make(iotest.ErrReader(errors.New("dry"))); err == nil || text != "" {
			t.Errorf("%s %q, %v", w.name, text, err)
		}
	}
}

func TestSecretHides(t *testing.T) {
	s, err := NewSecret(rand.Reader)
	if err != nil || s.IsZero() {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%s"} {
		if text := fmt.Sprintf(verb, s); text != "(secret)" {
			t.Errorf("%s shows %q", verb, text)
		}
	}
}

func TestAliasText(t *testing.T) {
	a, err := NewAlias(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Alias{a, {}} {
		text, err := want.MarshalText()
		var got Alias
		if err != nil || got.UnmarshalText(text) != nil || got != want {
			t.Errorf("%v becomes %s and %v", want, text, got)
		}
	}
	if err := new(Alias).UnmarshalText([]byte("Z")); !errors.Is(err, ErrLength) {
		t.Error(err)
	}
}

func FuzzParseAlias(f *testing.F) {
	addSeeds(f)
	for _, w := range randomWords {
		text := made(f, w.make)
		f.Add(text)
		f.Add(strings.ToLower(compact(text)))
		f.Add(text[:len(text)-1])
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range randomWords {
			canonical, err := w.parse(text)
			if err != nil {
				var e *Error
				if canonical != "" || !errors.As(err, &e) || e.Message == "" || e.Hint == "" {
					t.Fatalf("%q: %q, %v", text, canonical, err)
				}
				if e.Pos < 0 || e.Offset < 0 || e.Pos > 0 && e.Offset >= len(text) {
					t.Fatalf("%q: position %d, offset %d", text, e.Pos, e.Offset)
				}
				continue
			}
			if len(compact(canonical)) != w.symbols || w.name == "alias" && canonical[0] != 'Z' {
				t.Fatalf("%q reads as %q", text, canonical)
			}
			for _, form := range []string{canonical, compact(canonical), strings.ToLower(canonical)} {
				if again, err := w.parse(form); err != nil || again != canonical {
					t.Fatalf("%q reads as %q, its form %q as %q, %v", text, canonical, form, again, err)
				}
			}
			if c, err := Parse(text); err == nil {
				t.Fatalf("%q is the code %v too", text, c)
			}
		}
	})
}
