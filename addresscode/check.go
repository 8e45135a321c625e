package addresscode

// The check is Reed-Solomon over GF(27) with the generator g(z) = (z−α)(z−α²)(z−α³) = z³ + 22z² + 4z + 26.
// A word is a polynomial of degree 11: the first symbol is the coefficient of z¹¹, the last one the constant term.
// It is valid when g divides it, that is when it is 0 at α, α² and α³. Any two valid words differ in at least 4 symbols.

const (
	dataSymbols  = 9
	checkSymbols = 3
	wordSymbols  = dataSymbols + checkSymbols
)

// word is the values of the twelve symbols, first symbol first.
type word [wordSymbols]uint8

// power is the exponent of z whose coefficient stands at place i of the word, and the inverse of itself.
func power(i int) int { return wordSymbols - 1 - i }

// syndromes are the values of a word at α, α² and α³; all are 0 for a valid word.
type syndromes [checkSymbols]uint8

func (s syndromes) zero() bool { return s == syndromes{} }

func (w *word) syndromes() syndromes {
	var s1, s2, s3 uint8
	for k := range uint(wordSymbols) {
		l := logOf(w[wordSymbols-1-k])
		s1 = add(s1, alphaTo(l+k))
		s2 = add(s2, alphaTo(l+2*k))
		s3 = add(s3, alphaTo(l+3*k))
	}
	return syndromes{s1, s2, s3}
}

// without removes from the syndromes whatever an error at x = α^power contributes to them. One syndrome is used up.
func (s syndromes) without(x uint8) syndromes {
	return syndromes{sub(s[1], mul(x, s[0])), sub(s[2], mul(x, s[1]))}
}

// locator is α^power for place i of the word.
func locator(i int) uint8 { return alphaTo(uint(power(i))) }

// solve fills in the values at up to three places, and returns false when no values there make the word valid.
func (w *word) solve(places []int) bool {
	for _, p := range places {
		w[p] = 0
	}
	all := w.syndromes()
	for _, p := range places {
		// With a 0 in place of v the syndromes are −v·x, −v·x², −v·x³ plus what the other places contribute.
		s, x := all, locator(p)
		factor := x
		for _, q := range places {
			if q != p {
				s = s.without(locator(q))
				factor = mul(factor, sub(x, locator(q)))
			}
		}
		w[p] = neg(div(s[0], factor))
	}
	return w.syndromes().zero()
}

// placeOf finds the place of a single error from two of its syndromes that follow each other.
func placeOf(s0, s1 uint8) (place int, ok bool) {
	if s0 == 0 || s1 == 0 {
		return 0, false
	}
	k := int(logOf(div(s1, s0)))
	return power(k), k < wordSymbols
}

// check returns the three check symbols that follow the data symbols: minus the remainder of data·z³ divided by g.
// Data symbols that are missing at the front count as 0.
func check(data []uint8) [checkSymbols]uint8 {
	var r2, r1, r0 uint8 // the remainder so far
	for _, d := range data {
		f := neg(add(d, r2))
		r2, r1, r0 = add(r1, mul(22, f)), add(r0, mul(4, f)), mul(26, f)
	}
	return [checkSymbols]uint8{neg(r2), neg(r1), neg(r0)}
}
