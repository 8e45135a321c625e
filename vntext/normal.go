package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean returns text as it was written, in one Unicode form: NFC, full-width Latin forms in ordinary width,
// invisible format characters dropped, white space and control characters collapsed to single spaces, none at the ends.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	return clean(s)
}

// Normal returns Clean text with the tone mark of an open syllable in oa, oe, uy on the first vowel:
// hoà → hòa, khoẻ → khỏe, thuỷ → thủy. Both placements are correct Vietnamese and official lists mix them.
// Case and diacritics are kept.
func Normal(s string) string {
	if !isClean(s) {
		s = clean(s)
	}
	return moveTones(s)
}

// isClean reports text that is clean beyond doubt: printable ASCII and composed Vietnamese letters with single
// spaces between them. That is nearly all text; the rest takes the long way.
func isClean(s string) bool {
	space := true
	for _, r := range s {
		if r == ' ' {
			if space {
				return false
			}
			space = true
			continue
		}
		if r < ' ' || r >= 0x7F && vietnameseBase(r) == 0 {
			return false
		}
		space = false
	}
	return !space || s == ""
}

func clean(s string) string {
	if !norm.NFC.IsNormalString(s) || strings.ContainsFunc(s, needsCleaning) || hasLooseSpaces(s) {
		s = norm.NFC.String(tidy(s))
	}
	return s
}

// needsCleaning reports characters that tidy replaces, apart from plain spaces.
func needsCleaning(r rune) bool {
	return r != ' ' && (unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || fullWidth(r) || invisible(r))
}

func hasLooseSpaces(s string) bool {
	return strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") || strings.Contains(s, "  ")
}

func fullWidth(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }

// tidy does the character work of Clean before composition.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if fullWidth(r) {
			r -= 0xFEE0 // the block repeats ASCII from '!' to '~'
		}
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError:
			gap = true
			continue
		case invisible(r):
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// Vowels with each tone, in the order none, grave, acute, hook, tilde, dot. Three second vowels can carry a tone
// that belongs on the first; two first vowels can receive it.
const (
	tonesA = "aàáảãạ"
	tonesE = "eèéẻẽẹ"
	tonesY = "yỳýỷỹỵ"
	tonesO = "oòóỏõọ"
	tonesU = "uùúủũụ"
)

// moveTones expects NFC. It rewrites o+à → òa and the like where the pair ends a word; after q the u is no vowel (quý).
func moveTones(s string) string {
	if !hasMovable(s) {
		return s
	}
	runes := []rune(s)
	for i := 1; i < len(runes); i++ {
		if i+1 < len(runes) && (unicode.IsLetter(runes[i+1]) || unicode.Is(unicode.Mn, runes[i+1])) {
			continue
		}
		tone, bare := splitTone(runes[i])
		if tone == 0 {
			continue
		}
		var table string
		switch first := unicode.ToLower(runes[i-1]); {
		case first == 'o' && (bare == 'a' || bare == 'e'):
			table = tonesO
		case first == 'u' && bare == 'y' && (i < 2 || unicode.ToLower(runes[i-2]) != 'q'):
			table = tonesU
		default:
			continue
		}
		runes[i-1] = sameCase(runes[i-1], runeAt(table, tone))
		runes[i] = sameCase(runes[i], bare)
	}
	return string(runes)
}

// hasMovable reports whether an o or u stands before a toned a, e or y, ending a word or not.
func hasMovable(s string) bool {
	var prev rune
	for _, r := range s {
		if r >= utf8.RuneSelf && (prev == 'o' || prev == 'u' || prev == 'O' || prev == 'U') {
			if tone, _ := splitTone(r); tone > 0 {
				return true
			}
		}
		prev = r
	}
	return false
}

// splitTone returns the tone (1..5) and the bare lower-case vowel of a toned a, e or y; 0 for anything else.
func splitTone(r rune) (int, rune) {
	r = unicode.ToLower(r)
	for _, table := range [...]string{tonesA, tonesE, tonesY} {
		tone := 0
		for _, v := range table {
			if v == r {
				return tone, rune(table[0])
			}
			tone++
		}
	}
	return 0, r
}

func runeAt(table string, n int) rune {
	for _, r := range table {
		if n == 0 {
			return r
		}
		n--
	}
	return utf8.RuneError
}

func sameCase(like, r rune) rune {
	if unicode.IsUpper(like) {
		return unicode.ToUpper(r)
	}
	return r
}
