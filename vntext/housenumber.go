package vntext

import (
	"strings"
	"unicode/utf8"
)

// HouseNumber is a house number read into its levels. "Số 5 ngách 34 ngõ 12", "12/34/5" and "12 xẹt 34 xẹt 5" have one Key.
type HouseNumber struct {
	Verbatim string
	Path     []string // normal form of each level from the street inwards; the last one is the house
	Key      string   // Path joined by "/"

	// What the last level is made of, to find neighbours: 73B-75 has Number 73, Suffix "b", To 75.
	// 0 and "" where it has none (Lô A5: Prefix "lo a", Number 5).
	Prefix string
	Number int
	Suffix string
	To     int
}

// maxNumberText bounds a house number, in bytes; the longest real ones have about 40.
const maxNumberText = 200

// ParseHouseNumber reads a house number as people write it: 12A, 12-14, 12/34/5A, 73B/563B bis, Lô A5, LK 12-08, Km 12+300,
// S.5, K12/34 (kiệt 12), "Số nhà 5 ngách 34 ngõ 12". ok is false when there is no number in it.
func ParseHouseNumber(text string) (n HouseNumber, ok bool) {
	text = Clean(text)
	if text == "" || len(text) > maxNumberText {
		return HouseNumber{}, false
	}
	if allDigits(text) { // most are
		n = HouseNumber{Verbatim: text, Path: []string{trimZeros(text)}}
		n.finish()
		return n, true
	}
	path := numberPath(text)
	for range maxReadings { // what is left when words were dropped may begin with such words again
		key := strings.Join(path, "/")
		again := numberPath(key)
		if len(path) == 0 || strings.Join(again, "/") == key {
			break
		}
		path = again
	}
	if len(path) == 0 || !strings.ContainsAny(text, "0123456789") && !isPlot(path[len(path)-1]) {
		return HouseNumber{}, false
	}
	n = HouseNumber{Verbatim: text, Path: path}
	n.finish()
	return n, true
}

// maxReadings bounds how often the key of a number is read again until it stays as it is. Real ones do at once.
const maxReadings = 8

func numberPath(text string) []string {
	levels := splitLevels(text)
	path := make([]string, 0, len(levels))
	for i, level := range levels {
		key := LevelKey(level)
		if i < len(levels)-1 {
			key = dropAlleyLetter(key)
		}
		if key != "" {
			path = append(path, key)
		}
	}
	return path
}

// HouseNumberAt joins a number and the alley path written beside it, from the street inwards. A number that repeats the
// path ("12/34/5" in ngõ 12, ngách 34) is not doubled.
func HouseNumberAt(number string, alley []string) (n HouseNumber, ok bool) {
	if n, ok = ParseHouseNumber(number); !ok {
		return HouseNumber{}, false
	}
	path := AlleyPath(alley...)
	if len(path) > 0 && !hasPath(n.Path[:len(n.Path)-1], path) {
		n.Path = append(path, n.Path...)
		n.Key = strings.Join(n.Path, "/")
	}
	return n, true
}

func hasPath(path, prefix []string) bool {
	if len(path) < len(prefix) {
		return false
	}
	for i := range prefix {
		if path[i] != prefix[i] {
			return false
		}
	}
	return true
}

// LevelKey is the normal form of one level of a number: lower case, nothing between a number and its suffix, one hyphen in a
// range, designations without inner spaces or zeros in front: "Số nhà 05 Bis" → "5bis", "LK 12 - 08" → "lk12-8", "Lô A5" → "lo a5".
func LevelKey(text string) string {
	if isPlainKey(text) {
		return trimZeros(text)
	}
	text = strings.TrimLeft(text, " .,:-")
	var b strings.Builder
	for i, part := range strings.FieldsFunc(text, isRangeMark) {
		key := trimZeros(joinDesignation(NumberKey(part)))
		if key == "" {
			continue
		}
		if i > 0 && b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(key)
	}
	key := b.String()
	if i := strings.LastIndexByte(key, '-'); i > 0 && isNumberSuffix(key[i+1:]) && isDigit(key[i-1]) {
		key = key[:i] + key[i+1:] // 12-A is 12A
	}
	return key
}

// isPlainKey reports one word of small letters and digits, in which there is nothing to take out nor to put together.
func isPlainKey(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isDigit(c) && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func isRangeMark(r rune) bool { return r == '-' || r == '–' || r == '—' || r == '+' }

// joinDesignation takes the spaces out of designations such as "lk 12", "bt 3", "dt 743 c" and "a 5"; words of their own stay apart.
func joinDesignation(key string) string {
	words := strings.Fields(key)
	if len(words) < 2 {
		return key
	}
	var b strings.Builder
	for i, w := range words {
		if i > 0 && !(isPlotLetters(words[i-1]) && StartsWithDigit(w)) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return DropWords(b.String(), "lo so", "so")
}

// isPlotLetters reports letters that designate plots and are written with or without a space before the number.
func isPlotLetters(w string) bool {
	switch w {
	case "lk", "bt", "sh", "tt", "nv", "nt", "sl", "kg", "o":
		return true
	}
	return utf8.RuneCountInString(w) == 1 && !StartsWithDigit(w)
}

func isPlot(key string) bool {
	return strings.HasPrefix(key, "lo ") || strings.HasPrefix(key, "lk") || strings.HasPrefix(key, "bt")
}

// trimZeros takes zeros off the front of a plain number: house 08 is house 8.
func trimZeros(key string) string {
	if len(key) > 1 && key[0] == '0' {
		if rest := strings.TrimLeft(key, "0"); rest != "" && isDigit(rest[0]) {
			return rest
		}
	}
	return key
}

// dropAlleyLetter takes the word or letter that says that a level is an alley off it: kiệt 12 is also written K12, hẻm H12.
func dropAlleyLetter(key string) string {
	key = DropWords(key, "ngo", "ngach", "hem", "kiet", "xet", "xuyet")
	if len(key) > 1 && (key[0] == 'k' || key[0] == 'h') && allDigits(key[1:]) {
		return trimZeros(key[1:])
	}
	return key
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// splitLevels splits a number at slashes and at the words for them, and turns alley words around: what stands behind an
// alley word is nearer to the street than what stands before it ("5 ngách 34 ngõ 12"), unless the alleys come first
// ("ngõ 12 ngách 34 số 5").
func splitLevels(text string) []string {
	if !strings.Contains(text, " ") {
		return strings.Split(text, "/")
	}
	words := strings.Fields(text)
	var groups [][]string // each begins with its alley word, if it has one
	for _, w := range words {
		folded := Fold(w)
		switch {
		case isSlashWord(folded) && len(groups) > 0:
			last := &groups[len(groups)-1]
			*last = append(*last, "/")
		case len(groups) == 0 || isAlleyWord(folded) || folded == "so" && groups[len(groups)-1][0] != "":
			lead := ""
			if isAlleyWord(folded) {
				lead = folded
			}
			groups = append(groups, []string{lead})
			if lead == "" {
				last := &groups[len(groups)-1]
				*last = append(*last, w)
			}
		default:
			last := &groups[len(groups)-1]
			*last = append(*last, w)
		}
	}
	inward := groups[0][0] != "" // alleys first
	var levels []string
	for i := range groups {
		g := groups[i]
		if !inward {
			g = groups[len(groups)-1-i]
		}
		levels = append(levels, strings.Split(strings.Join(g[1:], " "), "/")...)
	}
	return levels
}

// isSlashWord reports words that stand for the slash where addresses are spoken.
func isSlashWord(folded string) bool {
	switch folded {
	case "xet", "xuyet", "tren", "sec", "xec", "suyet":
		return true
	}
	return false
}

// finish derives the key and the parts of the last level.
func (n *HouseNumber) finish() {
	n.Key = strings.Join(n.Path, "/")
	last := n.Path[len(n.Path)-1]
	i := 0
	for i < len(last) && !isDigit(last[i]) {
		i++
	}
	n.Prefix = last[:i]
	var rest string
	n.Number, rest = leadingNumber(last[i:])
	j := strings.IndexByte(rest, '-')
	if j < 0 {
		n.Suffix = rest
		return
	}
	n.Suffix = rest[:j]
	n.To, _ = leadingNumber(rest[j+1:])
}

// leadingNumber reads the digits in front; numbers beyond nine digits are cut there.
func leadingNumber(s string) (n int, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		if i < 9 {
			n = n*10 + int(s[i]-'0')
		}
		i++
	}
	return n, s[i:]
}
