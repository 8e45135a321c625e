package addresscode

import (
	"slices"
	"testing"
)

// The oracle tries every repair of the specification by trying every symbol.
// It gives the redundancy left for each code.
func oracle(symbols []uint8) map[Code]int {
	found := map[Code]int{}
	propose := func(w []uint8, redundancy int) {
		sum := check(w[:dataSymbols])
		if !slices.Equal(sum[:], w[dataSymbols:]) {
			return
		}
		c, err := FromKey(joinKey(w[:dataSymbols]))
		if err != nil {
			return
		}
		if old, ok := found[c]; !ok || redundancy > old {
			found[c] = redundancy
		}
	}
	var fill func(w []uint8, redundancy int)
	fill = func(w []uint8, redundancy int) {
		at := slices.Index(w, erased)
		if at < 0 {
			propose(w, redundancy)
			return
		}
		w = slices.Clone(w)
		for v := range uint8(fieldOrder) {
			w[at] = v
			fill(w, redundancy)
		}
	}
	gaps := 0
	for _, s := range symbols {
		if s == erased {
			gaps++
		}
	}
	switch len(symbols) {
	case 12:
		if gaps > 3 {
			break
		}
		fill(symbols, 3-gaps)
		if len(found) > 0 || gaps > 1 {
			break
		}
		for at := range symbols {
			if symbols[at] == erased {
				continue
			}
			w := slices.Clone(symbols)
			for v := range uint8(fieldOrder) {
				w[at] = v
				fill(w, 1-gaps)
			}
		}
		if len(found) > 0 || gaps > 0 {
			break
		}
		for at := range 11 {
			w := slices.Clone(symbols)
			w[at], w[at+1] = w[at+1], w[at]
			propose(w, 1)
		}
	case 11:
		if gaps > 1 {
			break
		}
		for at := range 12 {
			fill(slices.Insert(slices.Clone(symbols), at, erased), 1-gaps)
		}
	case 13:
		for at := range 13 {
			w := slices.Delete(slices.Clone(symbols), at, at+1)
			left := 3
			for _, s := range w {
				if s == erased {
					left--
				}
			}
			if left >= 2 {
				fill(w, left)
			}
		}
	}
	return found
}

func TestCorrectAgreesWithOracle(t *testing.T) {
	rng := newRand(18)
	cases := 3000
	if testing.Short() {
		cases = 300
	}
	for range cases {
		// Codes with errors of any kind, and plain noise.
		symbols := slices.Clone(wordOf(randomCode(rng).key)[:])
		for range rng.IntN(3) {
			symbols[rng.IntN(len(symbols))] = uint8(rng.IntN(fieldOrder))
		}
		if rng.IntN(3) == 0 {
			at := rng.IntN(len(symbols) - 1)
			symbols[at], symbols[at+1] = symbols[at+1], symbols[at]
		}
		switch rng.IntN(3) {
		case 0:
			symbols = slices.Delete(symbols, 3, 4)
		case 1:
			symbols = slices.Insert(symbols, rng.IntN(len(symbols)+1), uint8(rng.IntN(fieldOrder)))
		}
		for range []int{0, 0, 1, 1, 2, 4}[rng.IntN(6)] {
			symbols[rng.IntN(len(symbols))] = erased
		}
		compareWithOracle(t, symbols)
	}
	// Three erasures: 27³ words to try.
	for range 5 {
		symbols := slices.Clone(wordOf(randomCode(rng).key)[:])
		symbols[1], symbols[4], symbols[10] = erased, erased, erased
		compareWithOracle(t, symbols)
	}
}

func compareWithOracle(t *testing.T, symbols []uint8) {
	t.Helper()
	text := damaged(symbols)
	got, err := Correct(text)
	if _, parseErr := Parse(text); parseErr == nil {
		if got != nil || err != nil {
			t.Fatalf("%s is valid: %v, %v", text, got, err)
		}
		return
	}
	want := oracle(symbols)
	if (err == nil) != (len(want) > 0) || len(got) != len(want) {
		t.Fatalf("%s: Correct = %v, %v; the oracle has %v", text, got, err, want)
	}
	for _, s := range got {
		checkSuggestion(t, text, s)
		if left, ok := want[s.Code]; !ok || left != s.Redundancy {
			t.Fatalf("%s: %+v; the oracle has %v", text, s, want)
		}
	}
}
