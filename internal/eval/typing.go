package main

import (
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Marks of decomposed Vietnamese letters and what Telex and VNI type for them.
var (
	telexMarks = map[rune]string{'\u0302': "2", '\u0306': "w", '\u031b': "w"} // ^ doubles the letter
	vniMarks   = map[rune]string{'\u0302': "6", '\u0306': "8", '\u031b': "7"}
	telexTones = map[rune]string{'\u0301': "s", '\u0300': "f", '\u0309': "r", '\u0303': "x", '\u0323': "j"}
	vniTones   = map[rune]string{'\u0301': "1", '\u0300': "2", '\u0309': "3", '\u0303': "4", '\u0323': "5"}
)

// keystrokes is what the keys of a word are when the input method does not take them: Telex (đường → dduwowngf) or VNI
// (d9u7o7ng2). The tone is typed last, or right behind its vowel.
func keystrokes(word string, vni, toneLast bool) string {
	marks, tones := telexMarks, telexTones
	if vni {
		marks, tones = vniMarks, vniTones
	}
	var out strings.Builder
	tone := ""
	letters := []rune(norm.NFD.String(word))
	for i := 0; i < len(letters); {
		letter := letters[i]
		i++
		switch {
		case (letter == 'đ' || letter == 'Đ') && vni:
			out.WriteString(map[rune]string{'đ': "d9", 'Đ': "D9"}[letter])
			continue
		case letter == 'đ':
			out.WriteString("dd")
			continue
		case letter == 'Đ':
			out.WriteString("DD")
			continue
		}
		out.WriteRune(letter)
		here := ""
		for ; i < len(letters) && unicode.Is(unicode.Mn, letters[i]); i++ {
			mark := letters[i]
			switch {
			case tones[mark] != "":
				here = tones[mark]
			case marks[mark] == "2":
				out.WriteRune(unicode.ToLower(letter))
			default:
				out.WriteString(marks[mark])
			}
		}
		if toneLast {
			tone += here
		} else {
			out.WriteString(here)
		}
	}
	return out.String() + tone
}

// neighbours are keys beside a key on a QWERTY keyboard.
var neighbours = map[rune]string{
	'q': "wa", 'w': "qe", 'e': "wr", 'r': "et", 't': "ry", 'y': "tu", 'u': "yi", 'i': "uo", 'o': "ip", 'p': "o",
	'a': "qs", 's': "ad", 'd': "sf", 'f': "dg", 'g': "fh", 'h': "gj", 'j': "hk", 'k': "jl", 'l': "k",
	'z': "x", 'x': "zc", 'c': "xv", 'v': "cb", 'b': "vn", 'n': "bm", 'm': "n",
}

// mistype makes one slip in a word of letters: a letter dropped, doubled, beside the key, exchanged with the next, or another
// diacritic. The first letter stays in half of the cases, as people get it right more often.
func mistype(word string, rng *rand.Rand) string {
	letters := []rune(word)
	i := rng.IntN(len(letters))
	if i == 0 && rng.IntN(2) == 0 {
		i = 1 + rng.IntN(len(letters)-1)
	}
	switch rng.IntN(5) {
	case 0:
		return string(letters[:i]) + string(letters[i+1:])
	case 1:
		return string(letters[:i+1]) + string(letters[i:])
	case 2:
		if i+1 < len(letters) && letters[i] != letters[i+1] {
			letters[i], letters[i+1] = letters[i+1], letters[i]
			return string(letters)
		}
	}
	base := unicode.ToLower([]rune(norm.NFD.String(string(letters[i])))[0])
	if base == 'đ' {
		base = 'd'
	}
	beside := []rune(neighbours[base])
	if len(beside) == 0 {
		return string(letters[:i]) + string(letters[i+1:])
	}
	letters[i] = beside[rng.IntN(len(beside))]
	return string(letters)
}

// camel glues the words of a name: NguyenTrai.
func camel(name string) string { return strings.ReplaceAll(name, " ", "") }

// moveTone writes hoà for hòa.
var moveTone = strings.NewReplacer("òa", "oà", "óa", "oá", "ỏa", "oả", "õa", "oã", "ọa", "oạ", "òe", "oè", "óe", "oé", "ùy", "uỳ", "úy", "uý", "ủy", "uỷ", "ũy", "uỹ", "ụy", "uỵ")
