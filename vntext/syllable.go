package vntext

import (
	"strings"
	"unicode/utf8"
)

// isPlainSyllable reports whether a folded word can be a Vietnamese syllable without its diacritics.
func isPlainSyllable(folded string) bool {
	if len(folded) > 7 {
		return false // nghieng is the longest
	}
	return anySplit(folded, isPlainRime)
}

// isSyllable reports whether a lower-case word without its tone, but with ă â ê ô ơ ư đ, is a Vietnamese syllable that can
// carry that tone: those that end in a stop have only sắc and nặng.
func isSyllable(letters string, tone int) bool {
	if !anySplit(letters, isRime) {
		return false
	}
	switch letters[len(letters)-1] {
	case 'p', 't', 'c', 'k':
		return tone == toneAcute || tone == toneDot
	case 'h':
		return !strings.HasSuffix(letters, "ch") || tone == toneAcute || tone == toneDot
	}
	return true
}

// anySplit reports whether word is an initial consonant followed by a rime that fits behind it.
func anySplit(word string, rime func(string) bool) bool {
	for size := 0; size <= 3 && size < len(word); size++ {
		if size < len(word) && !utf8.RuneStart(word[size]) {
			continue
		}
		if initial := word[:size]; isInitial(initial) && fits(initial, word[size:]) && rime(word[size:]) {
			return true
		}
	}
	return false
}

func isInitial(s string) bool {
	switch s {
	case "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "r", "s",
		"t", "th", "tr", "v", "x":
		return true
	}
	return false
}

// fits reports whether the spelling of an initial goes with the vowel behind it: k, gh and ngh before e, ê, i and y only.
func fits(initial, rime string) bool {
	front := false
	switch r, _ := utf8.DecodeRuneInString(rime); r {
	case 'e', 'ê', 'i', 'y':
		front = true
	}
	switch initial {
	case "k", "gh", "ngh":
		return front
	case "c", "ng":
		return !front
	case "g":
		return !front || rime[0] == 'i'
	case "qu":
		return rime[0] != 'u' && rime[0] != 'o'
	}
	return true
}

// isRime lists the rimes of Vietnamese, without tones.
func isRime(s string) bool {
	switch s {
	case "a", "ac", "ach", "ai", "ak", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay",
		"ăc", "ăk", "ăm", "ăn", "ăng", "ăp", "ăt",
		"âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây",
		"e", "ec", "em", "en", "eng", "eo", "ep", "et",
		"ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu",
		"i", "ia", "ich", "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "im", "in", "inh", "ip", "it", "iu",
		"o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oat", "oay", "oăc", "oăm", "oăn", "oăng", "oăt",
		"oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot",
		"ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt",
		"ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
		"u", "ua", "uân", "uâng", "uât", "uây", "uc", "uê", "uêch", "uênh", "ui", "um", "un", "ung", "uôc", "uôi", "uôm", "uôn", "uông",
		"uôt", "uơ", "up", "ut", "uy", "uya", "uych", "uyên", "uyêt", "uynh", "uyp", "uyt", "uyu",
		"ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu", "ưt", "ưu",
		"y", "yêm", "yên", "yêng", "yêt", "yêu":
		return true
	}
	return false
}

// isPlainRime lists the rimes without any diacritics.
func isPlainRime(s string) bool {
	switch s {
	case "iec", "iem", "ien", "ieng", "iep", "iet", "ieu", "ech", "eu", "enh", "uan", "uang", "uat", "uay", "ue", "uech", "uenh",
		"uoc", "uoi", "uom", "uon", "uong", "uot", "uop", "uou", "uo", "uyen", "uyet", "yem", "yen", "yeng", "yet", "yeu", "uu":
		return true
	}
	return isRime(s)
}

// The tones, in the order in which the tables of vowels list them.
const (
	toneNone = iota
	toneGrave
	toneAcute
	toneHook
	toneTilde
	toneDot
)

// putTone places a tone on a syllable of lower-case letters, as Normal does: on the vowel with a diacritic of its own, else
// on the vowel before a final consonant, else on the first of two and the middle of three vowels; qu and gi are consonants.
func putTone(letters string, tone int) string {
	if tone == toneNone {
		return letters
	}
	runes := []rune(letters)
	first := 0
	if strings.HasPrefix(letters, "qu") || strings.HasPrefix(letters, "gi") && len(runes) > 2 && isVowel(runes[2]) {
		first = 2
	}
	from, to, at := -1, -1, -1
	for i := first; i < len(runes); i++ {
		if !isVowel(runes[i]) {
			continue
		}
		if from < 0 {
			from = i
		}
		to = i
		if runes[i] >= utf8.RuneSelf {
			at = i
		}
	}
	switch {
	case from < 0:
		return letters
	case at >= 0:
	case to < len(runes)-1: // a consonant follows
		at = to
	case to-from == 2:
		at = from + 1
	default:
		at = from
	}
	runes[at] = toned(runes[at], tone)
	return string(runes)
}

func isVowel(r rune) bool {
	switch r {
	case 'a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y':
		return true
	}
	return false
}

func toned(r rune, tone int) rune {
	for _, table := range [...]string{tonesA, "ăằắẳẵặ", "âầấẩẫậ", tonesE, "êềếểễệ", "iìíỉĩị", tonesO, "ôồốổỗộ", "ơờớởỡợ", tonesU, "ưừứửữự", tonesY} {
		if first, _ := utf8.DecodeRuneInString(table); first == r {
			return runeAt(table, tone)
		}
	}
	return r
}
