package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FoldCode folds a short designation such as a number, a block or a flat. There đ is a letter of its own: block Đ
// stands beside block D. In words it folds to d as anywhere.
func FoldCode(text string) string {
	if strings.IndexByte(text, "đ"[0]) < 0 || !strings.ContainsAny(text, "đĐ") {
		return Fold(text)
	}
	words := strings.FieldsFunc(Clean(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
	for i, w := range words {
		folded := Fold(w)
		if strings.ContainsAny(w, "đĐ") && (len(folded) == 1 || strings.ContainsAny(folded, "0123456789")) {
			parts := strings.Split(strings.ReplaceAll(w, "Đ", "đ"), "đ")
			for j := range parts {
				parts[j] = Fold(parts[j])
			}
			folded = strings.Join(parts, "đ")
		}
		words[i] = folded
	}
	return strings.Join(words, " ")
}

// NumberKey is the normal form of one number without the words in front of it: "Số nhà 12 Bis" → "12bis". Words with
// letters keep their spaces ("lo a5").
func NumberKey(text string) string {
	folded := DropWords(FoldCode(text), "so nha", "nha so", "so", "nha", "sn", "s", "no")
	words := strings.Fields(folded)
	var b strings.Builder
	for i, w := range words {
		// "12 a" and "12 bis" are written together as often as apart
		if i > 0 && !(endsWithDigit(words[i-1]) && isNumberSuffix(w)) && !(StartsWithDigit(words[i-1]) && (w == "bis" || w == "ter")) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// DropWords takes the first of the words that text begins with off it, unless nothing would be left.
func DropWords(text string, words ...string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(text, w); ok && len(rest) > 1 && rest[0] == ' ' {
			return rest[1:]
		}
	}
	return text
}

// SplitAlley takes a numbered alley off the front of a street: "Ngõ 879 La Thành" is alley 879 of La Thành.
// An alley with a name is a street of its own.
func SplitAlley(street string) (alley, rest string) {
	if !hasNumberedWord(street) { // most have none
		return "", street
	}
	words := strings.Fields(street)
	if len(words) < 3 || !StartsWithDigit(words[1]) {
		return "", street
	}
	if isAlleyWord(Fold(words[0])) {
		return words[1], strings.Join(words[2:], " ")
	}
	return "", street
}

// hasNumberedWord reports a word after the first that begins with a digit.
func hasNumberedWord(text string) bool {
	space := false
	for _, r := range text {
		if space && unicode.IsDigit(r) {
			return true
		}
		space = unicode.IsSpace(r)
	}
	return false
}

// AlleyPath is the alley path in normal form, from the street inwards, of levels that may be written with words
// ("ngõ 12") or several at once with slashes ("12/34").
func AlleyPath(levels ...string) []string {
	var path []string
	for _, level := range levels {
		for part := range strings.SplitSeq(level, "/") {
			part = DropWords(LevelKey(part), "ngo", "ngach", "hem", "kiet")
			if part = strings.TrimSpace(part); part != "" {
				path = append(path, part)
			}
		}
	}
	return path
}

func isAlleyWord(folded string) bool {
	switch folded {
	case "ngo", "ngach", "hem", "kiet":
		return true
	}
	return false
}

func endsWithDigit(s string) bool { return s != "" && isDigit(s[len(s)-1]) }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// StartsWithDigit reports whether the first character of s is a digit.
func StartsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// isNumberSuffix reports whether a folded word can stand behind a number and belong to it: one letter, bis or ter.
func isNumberSuffix(word string) bool {
	return word == "bis" || word == "ter" || utf8.RuneCountInString(word) == 1 && !StartsWithDigit(word)
}
