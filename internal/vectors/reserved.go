package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
)

// Words that are no codes although their check holds can't be had from the codec, which never makes them. The check
// is linear: the sum, symbol by symbol, of two words whose check holds is another. So sums of codes lead there.

// sum adds the symbols of words in GF(27): each is three digits in base 3, added without carry.
func sum(a, b string) string {
	var out strings.Builder
	for i := range a {
		x, y := strings.IndexByte(addresscode.Alphabet, a[i]), strings.IndexByte(addresscode.Alphabet, b[i])
		v := (x+y)%3 + (x/3+y/3)%3*3 + (x/9+y/9)%3*9
		out.WriteByte(addresscode.Alphabet[v])
	}
	return out.String()
}

// reservedText is a word with a reserved zone, or with a reserved household.
func (g *generator) reservedText(zone bool) string {
	for {
		word := sum(g.code().Compact(), g.code().Compact())
		_, zoneErr := addresscode.ParseZone(word[:5])
		_, err := addresscode.Parse(word)
		if errors.Is(err, addresscode.ErrReserved) && (zoneErr != nil) == zone {
			return word
		}
	}
}

// digitsOnlyText is a word of digits whose check holds, found by trying all checks.
func (g *generator) digitsOnlyText() string {
	for {
		data := g.rng.IntN(1_000_000_000)
		for check := range 1000 {
			word := fmt.Sprintf("%09d%03d", data, check)
			if _, err := addresscode.Parse(word); errors.Is(err, addresscode.ErrDigitsOnly) {
				return word
			}
		}
	}
}
