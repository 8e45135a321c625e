package addresscode

import "unicode"

// Alphabet is the 27 symbols in the order of their values 0..26. There is no vowel in it, no D and no W, so the
// Vietnamese input methods find nothing to put a mark on, and no L, which looks like 1.
const Alphabet = "0123456789BCFGHJKMNPQRSTVXZ"

// What a character means when a code is read. Values below fieldOrder are symbols.
const (
	classErased  = fieldOrder + iota // a letter or digit outside the alphabet, ? or *: a known place, an unknown value
	classSkipped                     // spaces, hyphens, dots, dashes, invisible characters
	classMark                        // a combining mark: it belongs to the letter before it
	classForeign                     // anything else has no place in a code
	classWide                        // not ASCII: ask classify
)

// asciiClass gives the class of each byte; TestASCIIClasses states it in words.
const asciiClass = "" +
	"\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1c\x1c\x1c\x1c\x1c\x1e\x1e" + // tab to carriage return
	"\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e" +
	"\x1c\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1e\x1b\x1e\x1e\x1c\x1c\x1e" + // space * - .
	"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x1e\x1e\x1e\x1e\x1e\x1b" + // 0-9 ?
	"\x1e\x1b\x0a\x0b\x1b\x1b\x0c\x0d\x0e\x01\x0f\x10\x01\x11\x12\x00" + // @ABC DEFG HIJK LMNO
	"\x13\x14\x15\x16\x17\x1b\x18\x1b\x19\x1b\x1a\x1e\x1e\x1e\x1e\x1e" + // PQRS TUVW XYZ
	"\x1e\x1b\x0a\x0b\x1b\x1b\x0c\x0d\x0e\x01\x0f\x10\x01\x11\x12\x00" + // the same in small letters
	"\x13\x14\x15\x16\x17\x1b\x18\x1b\x19\x1b\x1a\x1e\x1e\x1e\x1e\x1e" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" + // the bytes of longer characters
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f" +
	"\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f"

// classify gives the class of a character.
func classify(r rune) uint8 {
	switch {
	case r < 0x80:
		return asciiClass[uint8(r)]
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of the characters ! to ~
		return asciiClass[uint8(r-0xFF01+'!')]
	case r == unicode.ReplacementChar:
		return classForeign
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return classErased
	case unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Me, r):
		return classSkipped // they only change how a character is drawn
	case unicode.IsMark(r):
		return classMark
	case unicode.IsSpace(r) || unicode.In(r, unicode.Zs, unicode.Pd, unicode.Cf) || isDotOrDash(r):
		return classSkipped
	}
	return classForeign
}

// isDotOrDash tells dots, and dashes that Unicode does not count among its dashes (Pd).
func isDotOrDash(r rune) bool {
	switch r {
	case '\u00B7', '\u2022', '\u2024', '\u2027', '\u2219', '\u22C5', '\u3002', '\u30FB', '\uFF61', '\uFF65', // · • ․ ‧ ∙ ⋅ 。 ・ ｡ ･
		'\u2043', '\u2212': // ⁃ −
		return true
	}
	return false
}
