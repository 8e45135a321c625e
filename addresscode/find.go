package addresscode

import (
	"unicode"
	"unicode/utf8"
)

// Found is a code inside running text.
type Found struct {
	Code       Code
	Start, End int // byte offsets in the text
}

// maxGap is how many characters may separate two groups of a code in running text, as in "5FJBC - 2NJV".
const maxGap = 3

// Find returns the codes inside running text, in their order. It takes time proportional to the length of the text.
//
// A code there has its groups of 5, 4 and 3 symbols together or up to three spaces, hyphens, dots or dashes apart, or
// it is written in equal groups of 1, 2, 3, 4 or 6. It stands on one line, and is not part of a longer run of letters
// and digits. Its symbols are read as Parse reads them, and only a code whose check holds is found: text that merely
// looks like one passes with a chance of 1 in 20,000. Damaged codes are not found.
func Find(text string) []Found {
	var found []Found
	var groups [wordSymbols]group // the groups up to here that belong together, as far as a code reaches back
	n := 0
	for at := 0; ; {
		g, ok := nextGroup(text, at)
		if !ok {
			return found
		}
		at = g.end
		if !g.joined || g.n == 0 {
			n = 0
		}
		if g.n == 0 {
			continue
		}
		if n == len(groups) {
			copy(groups[:], groups[1:])
			n--
		}
		groups[n] = g
		n++
		if code, first := codeOf(groups[:n]); !code.IsZero() {
			found = append(found, Found{Code: code, Start: groups[first].start, End: g.end})
			n = 0
		}
	}
}

// group is a run of letters and digits.
type group struct {
	start, end int
	joined     bool // only a narrow gap separates it from the group before it
	n          int  // its symbols; 0 when it can't be part of a code
	symbols    [wordSymbols]uint8
}

// nextGroup returns the first group at or behind a byte of the text.
func nextGroup(text string, at int) (group, bool) {
	g := group{joined: true}
	for gap := 0; ; gap++ {
		if at >= len(text) {
			return group{}, false
		}
		class, size := classInText(text, at)
		if class < classSkipped || class == classMark {
			break
		}
		at += size
		if class == classForeign || gap == maxGap {
			g.joined = false
		}
	}
	g.start = at
	readable := true
	for at < len(text) {
		class, size := classInText(text, at)
		if class == classSkipped || class == classForeign {
			break
		}
		if class >= fieldOrder || g.n == len(g.symbols) {
			readable = false
		} else {
			g.symbols[g.n] = class
			g.n++
		}
		at += size
	}
	g.end = at
	if !readable {
		g.n = 0
	}
	return g, true
}

// classInText is the class of the character at a byte of running text, where ? and * are no letters and a code ends
// with its line.
func classInText(text string, at int) (class uint8, size int) {
	r, size := utf8.DecodeRuneInString(text[at:])
	class = classify(r)
	switch {
	case class == classErased && !unicode.IsLetter(r) && !unicode.IsNumber(r):
		class = classForeign
	case class == classSkipped && isLineBreak(r):
		class = classForeign
	}
	return class, size
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// codeOf returns the code that the last groups make up and the first of them, or no code.
func codeOf(groups []group) (Code, int) {
	first, total := len(groups), 0
	for total < wordSymbols && first > 0 {
		first--
		total += groups[first].n
	}
	if total != wordSymbols || !wellGrouped(groups[first:]) {
		return Code{}, 0
	}
	var w word
	rest := w[:]
	for i := range groups[first:] {
		g := &groups[first+i]
		rest = rest[copy(rest, g.symbols[:g.n]):]
	}
	if !w.syndromes().zero() {
		return Code{}, 0
	}
	code, _ := w.code()
	return code, first
}

// wellGrouped reports whether groups of twelve symbols are divided as codes are written: at the 5th and the 9th
// symbol at most, or in equal parts.
func wellGrouped(groups []group) bool {
	own, equal, total := true, true, 0
	for i := range groups {
		if total != 0 && total != zoneSymbols && total != dataSymbols {
			own = false
		}
		if groups[i].n != groups[0].n {
			equal = false
		}
		total += groups[i].n
	}
	return own || equal
}
