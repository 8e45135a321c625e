package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text typed for an input method that was off holds its keystrokes: Telex "ddwowngf", VNI "d9u7o72ng" for đường. A word of
// them is put right when it is no syllable as it stands and is one when the keys are carried out.

// evidence says how surely a word is keystrokes.
type evidence uint8

const (
	noKeys     evidence = iota
	weakKeys            // it could be a foreign word: bar, tax, town
	strongKeys          // nothing else is written so: đ as dd, tones as f or j, digits inside
)

// keyed is a syllable while its keys are carried out.
type keyed struct {
	letters []rune
	tone    int
	vowel   bool
	found   evidence
}

// maxKeys bounds a keystroke word, in bytes: nghieeengsx would be long.
const maxKeys = 14

// fromTelex carries out the Telex keys in a word. It returns "" when the word is no keystrokes.
func fromTelex(word string) (string, evidence) {
	if len(word) < 2 || len(word) > maxKeys {
		return "", noKeys
	}
	var room [maxKeys]rune
	k := keyed{letters: room[:0]}
	for _, r := range word {
		r = unicode.ToLower(r)
		switch n := len(k.letters); {
		case r == 'd' && n == 1 && k.letters[0] == 'd':
			k.letters[0] = 'đ'
			k.found = strongKeys
		case (r == 'a' || r == 'e' || r == 'o') && n > 0 && k.letters[n-1] == r:
			k.letters[n-1] = circumflex(r)
			k.found = max(k.found, weakKeys)
		case r == 'w':
			k.horn()
			k.found = max(k.found, weakKeys)
		case k.vowel && telexTone(r) != toneNone:
			if k.tone != toneNone {
				return "", noKeys
			}
			k.tone = telexTone(r)
			k.found = max(k.found, weakKeys)
			if r == 'f' || r == 'j' {
				k.found = strongKeys
			}
		case unicode.IsLetter(r):
			k.add(r)
		default:
			return "", noKeys
		}
	}
	return k.finish(word)
}

func telexTone(r rune) int {
	switch r {
	case 'f':
		return toneGrave
	case 's':
		return toneAcute
	case 'r':
		return toneHook
	case 'x':
		return toneTilde
	case 'j':
		return toneDot
	}
	return toneNone
}

// fromVNI carries out the VNI keys in a word that begins with a letter. Digits only at its end are weak: quan1 is quận 1.
func fromVNI(word string) (string, evidence) {
	if len(word) < 3 || len(word) > maxKeys {
		return "", noKeys
	}
	if !strings.ContainsAny(word, "123456789") {
		return "", noKeys
	}
	var room [maxKeys]rune
	k := keyed{letters: room[:0]}
	digitBefore := false
	for _, r := range word {
		r = unicode.ToLower(r)
		switch n := len(k.letters); {
		case unicode.IsLetter(r):
			if digitBefore {
				k.found = strongKeys
			}
			k.add(r)
		case n == 0:
			return "", noKeys
		case r >= '1' && r <= '5' && k.vowel && k.tone == toneNone:
			k.tone = [...]int{toneAcute, toneGrave, toneHook, toneTilde, toneDot}[r-'1']
		case r == '6' && k.change(circumflex), r == '7' && k.hornVowel(), r == '8' && k.change(breve):
		case r == '9' && k.letters[0] == 'd':
			k.letters[0] = 'đ'
		default:
			return "", noKeys
		}
		digitBefore = r <= '9'
		if digitBefore {
			k.found = max(k.found, weakKeys)
		}
	}
	return k.finish(word)
}

// holdsVNI reports whether a text has words with VNI digits inside, so that digits behind words may be tones as well.
func holdsVNI(clean string) bool {
	if !strings.ContainsAny(clean, "0123456789") {
		return false
	}
	for word := range strings.FieldsFuncSeq(clean, func(r rune) bool { return !unicode.IsLetter(r) && (r < '0' || r > '9') }) {
		if _, how := fromVNI(word); how == strongKeys || how == weakKeys && marksAndTones(word) {
			return true
		}
	}
	return false
}

// isTone reports whether digits at the end of a run are VNI keys: after a vowel's mark (pho61), or a tone in a text that has
// other VNI words, or has its diacritics (Sài Gon2) and the word is not one that numbers follow (quan1).
func (z *tokenizer) isTone(run string) bool {
	letters := strings.TrimRight(run, "0123456789")
	digits := run[len(letters):]
	folded := Fold(letters)
	switch {
	case len(folded) != len(letters): // it has diacritics already
		return false
	case z.vni: // quận is qua6n5 there
		return true
	case isGluedWord(folded):
		return false
	case len(digits) > 1:
		return marksAndTones(run)
	case !z.accented || digits[0] > '5' || len(letters) < 3:
		return false
	}
	switch folded {
	case "long", "minh", "trung", "nam", "giang", "thanh", "phong", "dong", "tam", "lan", "hoa", "phu", "tan", "son", "xuan", "trang", "nhon", "binh":
		return false // names that are numbered, and that may have lost their diacritics
	}
	return true
}

// marksAndTones reports a word with the VNI keys of a mark and of a tone behind it: pho61.
func marksAndTones(word string) bool {
	letters := strings.TrimRight(word, "0123456789")
	digits := word[len(letters):]
	return len(digits) == 2 && digits[0] >= '6' && digits[1] <= '5' && !isGluedWord(Fold(letters))
}

func (k *keyed) add(r rune) {
	k.vowel = k.vowel || isVowel(r)
	k.letters = append(k.letters, r)
}

// change applies f to the last vowel that it changes.
func (k *keyed) change(f func(rune) rune) bool {
	for i := len(k.letters) - 1; i >= 0; i-- {
		if to := f(k.letters[i]); to != k.letters[i] {
			k.letters[i] = to
			return true
		}
	}
	return false
}

// horn is the key w: a horn or a breve on the vowel before it, or ư by itself.
func (k *keyed) horn() {
	if k.hornVowel() || k.change(breve) {
		return
	}
	k.letters = append(k.letters, 'ư')
	k.vowel = true
}

// hornVowel puts the horn on the last o or u, and on both of uo; in ưo it completes ươ.
func (k *keyed) hornVowel() bool {
	for i := len(k.letters) - 1; i >= 0; i-- {
		switch k.letters[i] {
		case 'o':
			k.letters[i] = 'ơ'
			if i > 0 && k.letters[i-1] == 'u' && (i == 1 || k.letters[i-2] != 'q') {
				k.letters[i-1] = 'ư' // where no consonant follows, finish makes it uơ
			}
			return true
		case 'u':
			if i > 0 && k.letters[i-1] == 'q' {
				continue
			}
			k.letters[i] = 'ư'
			return true
		case 'a':
			return false // aw is ă
		}
	}
	return false
}

func circumflex(r rune) rune {
	switch r {
	case 'a':
		return 'â'
	case 'e':
		return 'ê'
	case 'o':
		return 'ô'
	}
	return r
}

func breve(r rune) rune {
	if r == 'a' {
		return 'ă'
	}
	return r
}

// finish returns the syllable in the case of the word it was typed as.
func (k *keyed) finish(word string) (string, evidence) {
	if k.found == noKeys {
		return "", noKeys
	}
	letters := string(k.letters)
	if strings.HasSuffix(letters, "ươ") {
		letters = strings.TrimSuffix(letters, "ươ") + "uơ" // huơ, thuở
	}
	if !isSyllable(letters, k.tone) {
		return "", noKeys
	}
	text := putTone(letters, k.tone)
	switch first, size := utf8.DecodeRuneInString(word); {
	case !unicode.IsUpper(first):
	case len(word) > size && strings.ToUpper(word) == word:
		text = strings.ToUpper(text)
	default:
		r, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(r)) + text[size:]
	}
	return text, k.found
}

// isForeignWord lists common words, and a commune (Xã Uar), that would be Telex for something else.
func isForeignWord(folded string) bool {
	switch folded {
	case "bar", "bars", "bus", "gas", "box", "max", "mix", "tax", "six", "car", "cars", "far", "air", "or", "our", "four", "of", "off",
		"as", "is", "us", "its", "has", "his", "her", "moon", "queen", "room", "tree", "bee", "tee", "seen", "keen", "teen", "noon", "boon",
		"how", "low", "now", "tow", "town", "down", "new", "lux", "bis", "ter", "mars", "lens", "pos", "gym", "sir", "mr", "ms", "for",
		"per", "pax", "fax", "tex", "rex", "hair", "guns", "pass", "bass", "see", "too", "zoo", "lee", "law", "los", "las", "des", "les",
		"sos", "ios", "tours", "tour", "uar":
		return true
	}
	return false
}

// isHighlandWord lists words that begin names in the languages of the highlands, whose next word isn't Vietnamese.
func isHighlandWord(text string) bool {
	switch strings.ToLower(text) {
	case "ea", "ia", "ya", "dak", "đăk", "đắk", "dac", "đắc", "chu", "chư", "cu", "cư", "krong", "krông", "kon", "plei", "buon", "buôn", "bon", "m", "h", "ro", "xa":
		return true
	}
	return false
}
