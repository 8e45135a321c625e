package vntext

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the search form of Vietnamese text: lower case, no diacritics, đ → d, anything that is neither
// letter nor digit to single spaces, none at the ends. Composed and decomposed input give the same result.
func Fold(s string) string {
	i := foldedPrefix(s)
	if i == len(s) {
		return s
	}
	if !isClean(s) && !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s) // else a letter and its combining parts would be read one by one
		i = foldedPrefix(s)
	}
	out := make([]byte, i, len(s))
	copy(out, s)
	gap := false // a separator was read and not yet written
	if i > 0 && out[i-1] == ' ' {
		out, gap = out[:i-1], true
	}
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			if c = foldASCII[c]; c == 0 {
				gap = true
				continue
			}
			out, gap = appendGap(out, gap), false
			out = append(out, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if c := vietnameseBase(r); c != 0 {
			out, gap = append(appendGap(out, gap), c), false
			i += size
			continue
		}
		switch {
		case r == utf8.RuneError && size == 1:
			gap = true
		case invisible(r) || unicode.Is(unicode.Mn, r):
		default:
			out, gap = appendFolded(out, gap, s[i:i+size], r)
		}
		i += size
	}
	return string(out)
}

// foldedPrefix returns how many leading bytes of s are in folded form already: lower-case letters, digits and
// single spaces between them.
func foldedPrefix(s string) int {
	space := true // a space may not come first
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ' ':
			if space {
				return i
			}
			space = true
		case c != 0 && c < utf8.RuneSelf && foldASCII[c] == c:
			space = false
		default:
			return i
		}
	}
	if space && len(s) > 0 {
		return len(s) - 1
	}
	return len(s)
}

// foldASCII maps ASCII letters and digits to their folded byte and everything else to 0.
var foldASCII = [utf8.RuneSelf]byte{
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
	'a': 'a', 'b': 'b', 'c': 'c', 'd': 'd', 'e': 'e', 'f': 'f', 'g': 'g', 'h': 'h', 'i': 'i', 'j': 'j',
	'k': 'k', 'l': 'l', 'm': 'm', 'n': 'n', 'o': 'o', 'p': 'p', 'q': 'q', 'r': 'r', 's': 's', 't': 't',
	'u': 'u', 'v': 'v', 'w': 'w', 'x': 'x', 'y': 'y', 'z': 'z',
	'A': 'a', 'B': 'b', 'C': 'c', 'D': 'd', 'E': 'e', 'F': 'f', 'G': 'g', 'H': 'h', 'I': 'i', 'J': 'j',
	'K': 'k', 'L': 'l', 'M': 'm', 'N': 'n', 'O': 'o', 'P': 'p', 'Q': 'q', 'R': 'r', 'S': 's', 'T': 't',
	'U': 'u', 'V': 'v', 'W': 'w', 'X': 'x', 'Y': 'y', 'Z': 'z',
}

func appendGap(out []byte, gap bool) []byte {
	if gap && len(out) > 0 {
		return append(out, ' ')
	}
	return out
}

// appendFolded folds one non-ASCII character, given as text and as rune, through its compatibility decomposition.
func appendFolded(out []byte, gap bool, text string, r rune) ([]byte, bool) {
	decomposed := norm.NFKD.PropertiesString(text).Decomposition()
	if decomposed == nil {
		return appendPlain(out, gap, r)
	}
	for len(decomposed) > 0 {
		part, size := utf8.DecodeRune(decomposed)
		decomposed = decomposed[size:]
		out, gap = appendPlain(out, gap, part)
	}
	return out, gap
}

// appendPlain folds one character that has no further decomposition.
func appendPlain(out []byte, gap bool, r rune) ([]byte, bool) {
	if r < utf8.RuneSelf {
		c := foldASCII[r]
		if c == 0 {
			return out, true
		}
		return append(appendGap(out, gap), c), false
	}
	switch {
	case unicode.Is(unicode.Mn, r) || invisible(r):
		return out, gap
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return utf8.AppendRune(appendGap(out, gap), unicode.ToLower(r)), false
	}
	return out, true
}

// invisible reports whether r is a format character without width, such as a zero-width space, a soft hyphen,
// a byte-order mark or a direction mark; copied text is full of them.
func invisible(r rune) bool {
	return r >= 0xAD && unicode.Is(unicode.Cf, r)
}
