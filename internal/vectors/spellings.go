package main

import (
	"strings"
	"unicode"

	"github.com/diachiso/diachiso/addresscode"
)

// spellings are ways to write a code that are all read alike.
var spellings = []func(*generator, addresscode.Code) string{
	canonical,
	func(_ *generator, c addresscode.Code) string { return c.Compact() },
	func(_ *generator, c addresscode.Code) string { return strings.ToLower(c.String()) },
	func(_ *generator, c addresscode.Code) string { return strings.ToLower(c.Compact()) },
	func(_ *generator, c addresscode.Code) string { return strings.ReplaceAll(c.String(), "-", " ") },
	func(_ *generator, c addresscode.Code) string { return strings.ReplaceAll(c.String(), "-", ".") },
	separated, mixedCase, lookAlike, fullWidth, spelledOut, invisible,
}

func canonical(_ *generator, c addresscode.Code) string { return c.String() }

// separated has any of the dashes, dots and spaces between the groups.
func separated(g *generator, c addresscode.Code) string {
	separators := []string{"‐", "‑", "–", "—", "−", "·", "\u00a0", "\u3000", " - ", "--", "\t", "。"}
	return strings.ReplaceAll(c.String(), "-", separators[g.rng.IntN(len(separators))])
}

func mixedCase(g *generator, c addresscode.Code) string {
	return strings.Map(func(r rune) rune {
		if g.rng.IntN(2) == 0 {
			return unicode.ToLower(r)
		}
		return r
	}, c.String())
}

// lookAlike has letters in place of 0 and 1.
func lookAlike(g *generator, c addresscode.Code) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '0':
			return rune("0Oo"[g.rng.IntN(3)])
		case '1':
			return rune("1IiLl"[g.rng.IntN(5)])
		}
		return r
	}, c.String())
}

func fullWidth(_ *generator, c addresscode.Code) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, c.String())
}

func spelledOut(_ *generator, c addresscode.Code) string {
	return strings.Join(strings.Split(c.Compact(), ""), " ")
}

// invisible has characters around and inside it that show nothing.
func invisible(g *generator, c addresscode.Code) string {
	hidden := []string{"\u200b", "\u200d", "\u00ad", "\ufeff", "\u200e"}
	return "\ufeff" + strings.ReplaceAll(c.String(), "-", "-"+hidden[g.rng.IntN(len(hidden))]) + " "
}
