package addresscode

import (
	"fmt"
	"io"
)

// The words that are random and say nothing of a place: an alias is Z, 14 random symbols (66.5 bits) and 3 check symbols;
// a secret is 17 random symbols (80.8 bits) and 3 check symbols. Both are written in groups of five, so that no groups of
// theirs that stand side by side have the twelve symbols of a code.
const (
	aliasMark    = fieldOrder - 1 // Z
	aliasRandom  = 14
	aliasSymbols = 1 + aliasRandom + checkSymbols

	secretRandom  = 17
	secretSymbols = secretRandom + checkSymbols

	randomGroup = 5
)

// Alias is what a household gives away in place of its code, such as Z4K7M-2PQ9R-B0XHT-57J. It is random: only the registry
// can tell whose it is, and only as long as the household wants. The zero value is no alias.
//
// Its check finds every slip in up to three symbols, every swap among them, and all but 1 in 19,683 of the worse ones. It
// is never used to repair: a repaired alias could be another household's.
type Alias struct{ text string }

// NewAlias makes an alias of a source of random bytes, which must be crypto/rand.Reader but in tests. Errors are the
// source's.
func NewAlias(random io.Reader) (Alias, error) {
	text, err := drawWord(random, []uint8{aliasMark}, aliasSymbols)
	return Alias{text}, err
}

// ParseAlias reads an alias as tolerantly as Parse reads a code, and never repairs it.
//
// Errors are *Error: ErrSymbol, ErrLength, ErrUnreadable, ErrCheck, looked for in this order.
func ParseAlias(text string) (Alias, error) {
	const what = "an alias"
	var r reading
	if err := r.readExactly(text, aliasSymbols, what); err != nil {
		return Alias{}, asRandom(err, what)
	}
	symbols := r.symbols[:aliasSymbols]
	if symbols[0] != aliasMark {
		return Alias{}, asRandom(&Error{Kind: ErrCheck, Message: "the first symbol is not Z: an alias starts with it"}, what)
	}
	canonical, err := checkedWord(symbols, what)
	return Alias{canonical}, err
}

// String is the canonical form, in groups of 5, 5, 5 and 3, and "" for no alias.
func (a Alias) String() string { return a.text }

// IsZero reports whether a is "no alias".
func (a Alias) IsZero() bool { return a.text == "" }

// MarshalText gives the canonical form, and an empty text for no alias.
func (a Alias) MarshalText() ([]byte, error) { return []byte(a.text), nil }

// UnmarshalText reads an alias as ParseAlias does; an empty text is no alias.
func (a *Alias) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Alias{}
		return nil
	}
	alias, err := ParseAlias(string(text))
	if err != nil {
		return err
	}
	*a = alias
	return nil
}

// drawWord writes a word of n symbols: those given first, random ones, and the check.
func drawWord(random io.Reader, first []uint8, n int) (string, error) {
	data := append(make([]uint8, 0, secretSymbols), first...)
	var pool [64]byte
	for left := pool[:0]; len(data) < n-checkSymbols; left = left[1:] {
		if len(left) == 0 {
			if _, err := io.ReadFull(random, pool[:]); err != nil {
				return "", fmt.Errorf("draw random symbols: %w", err)
			}
			left = pool[:]
		}
		// 243 is the largest multiple of 27 in a byte: beyond it the first symbols would come up more often.
		if b := left[0]; b < 243 {
			data = append(data, b%fieldOrder)
		}
	}
	sum := check(data)
	return grouped(append(data, sum[:]...)), nil
}

// checkedWord is the canonical form of a word whose check holds.
func checkedWord(symbols []uint8, what string) (string, error) {
	if sum := check(symbols[:len(symbols)-checkSymbols]); string(sum[:]) != string(symbols[len(symbols)-checkSymbols:]) {
		return "", asRandom(&Error{Kind: ErrCheck, Message: "the check symbols do not fit: at least one character is wrong"}, what)
	}
	return grouped(symbols), nil
}

// grouped writes symbols in groups of five with hyphens between.
func grouped(symbols []uint8) string {
	b := make([]byte, 0, len(symbols)+len(symbols)/randomGroup)
	for i := 0; i < len(symbols); i += randomGroup {
		if i > 0 {
			b = append(b, '-')
		}
		b = appendSymbols(b, symbols[i:min(i+randomGroup, len(symbols))])
	}
	return string(b)
}

// asRandom gives an error of reading the hint that fits what is never repaired.
func asRandom(err error, what string) error {
	if e, ok := err.(*Error); ok {
		e.Hint = fmt.Sprintf("compare it with its source, or ask for it anew; %s is never repaired", what)
	}
	return err
}
