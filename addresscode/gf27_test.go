package addresscode

import "testing"

// slowAdd and slowMul work with the polynomials themselves, as docs/address-code.md defines them.
func slowAdd(a, b uint8) uint8 {
	return (a%3+b%3)%3 + (a/3%3+b/3%3)%3*3 + (a/9+b/9)%3*9
}

func slowMul(a, b uint8) uint8 {
	x := [3]uint8{a % 3, a / 3 % 3, a / 9}
	y := [3]uint8{b % 3, b / 3 % 3, b / 9}
	var p [5]uint8
	for i := range x {
		for j := range y {
			p[i+j] += x[i] * y[j]
		}
	}
	for d := 4; d >= 3; d-- { // x³ = −2x − 1 = x + 2
		p[d-2] += p[d] % 3
		p[d-3] += 2 * (p[d] % 3)
	}
	return p[0]%3 + p[1]%3*3 + p[2]%3*9
}

func TestFieldTables(t *testing.T) {
	for a := range uint8(fieldOrder) {
		if add(a, neg(a)) != 0 {
			t.Errorf("%d + −%d is not 0", a, a)
		}
		for b := range uint8(fieldOrder) {
			if got, want := add(a, b), slowAdd(a, b); got != want {
				t.Errorf("%d + %d = %d, want %d", a, b, got, want)
			}
			if got, want := mul(a, b), slowMul(a, b); got != want {
				t.Errorf("%d · %d = %d, want %d", a, b, got, want)
			}
			if b != 0 && slowMul(div(a, b), b) != a {
				t.Errorf("%d / %d = %d", a, b, div(a, b))
			}
			if slowAdd(sub(a, b), b) != a {
				t.Errorf("%d − %d = %d", a, b, sub(a, b))
			}
		}
	}
	v := uint8(1)
	for k := range uint(zeroLog) {
		if alphaTo(k) != v {
			t.Errorf("α^%d = %d, want %d", k, alphaTo(k), v)
		}
		v = slowMul(v, 3)
	}
	for k := uint(zeroLog); k < uint(len(expTable)); k++ {
		if alphaTo(k) != 0 {
			t.Errorf("α^%d = %d, want 0 from %d on", k, alphaTo(k), zeroLog)
		}
	}
}

// slowSyndromes evaluates the word at α, α² and α³ by Horner's rule.
func slowSyndromes(w *word) syndromes {
	var s syndromes
	at := uint8(1)
	for j := range s {
		at = slowMul(at, 3)
		for _, v := range w {
			s[j] = slowAdd(slowMul(s[j], at), v)
		}
	}
	return s
}

func TestGenerator(t *testing.T) {
	// (z−α)(z−α²)(z−α³)
	g := []uint8{1}
	for k := uint(1); k <= checkSymbols; k++ {
		next := make([]uint8, len(g)+1)
		for i, c := range g {
			next[i] = slowAdd(next[i], c)
			next[i+1] = slowAdd(next[i+1], slowMul(c, neg(alphaTo(k))))
		}
		g = next
	}
	for i, want := range []uint8{1, 22, 4, 26} {
		if g[i] != want {
			t.Errorf("coefficient %d of g is %d, want %d", i, g[i], want)
		}
	}
}

func TestSyndromes(t *testing.T) {
	rng := newRand(1)
	for range 20_000 {
		var w word
		for i := range w {
			w[i] = uint8(rng.IntN(fieldOrder))
		}
		if got, want := w.syndromes(), slowSyndromes(&w); got != want {
			t.Fatalf("%v: syndromes %v, want %v", w, got, want)
		}
		sum := check(w[:dataSymbols])
		copy(w[dataSymbols:], sum[:])
		if s := slowSyndromes(&w); !s.zero() {
			t.Fatalf("%v: syndromes %v after check", w, s)
		}
	}
}

// The code is linear, so what an error does depends on the error alone: these loops are a proof for all codes.

func TestDistance(t *testing.T) {
	each := func(places []int, visit func(w *word)) {
		var w word
		var fill func(i int)
		fill = func(i int) {
			if i == len(places) {
				visit(&w)
				return
			}
			for v := uint8(1); v < fieldOrder; v++ {
				w[places[i]] = v
				fill(i + 1)
			}
			w[places[i]] = 0
		}
		fill(0)
	}
	patterns := 0
	for a := range wordSymbols {
		each([]int{a}, func(w *word) {
			patterns++
			if w.syndromes().zero() {
				t.Fatalf("error %v is not noticed", w)
			}
		})
		for b := a + 1; b < wordSymbols; b++ {
			each([]int{a, b}, func(w *word) {
				patterns++
				s := w.syndromes()
				if s.zero() {
					t.Fatalf("error %v is not noticed", w)
				}
				p, ok := placeOf(s[0], s[1])
				if q, ok2 := placeOf(s[1], s[2]); ok && ok2 && p == q {
					t.Fatalf("error %v looks like one substitution", w)
				}
			})
			for c := b + 1; c < wordSymbols; c++ {
				each([]int{a, b, c}, func(w *word) {
					patterns++
					if w.syndromes().zero() {
						t.Fatalf("error %v is not noticed", w)
					}
				})
			}
		}
	}
	if want := 12*26 + 66*26*26 + 220*26*26*26; patterns != want {
		t.Fatalf("looked at %d patterns, want %d", patterns, want)
	}
}
