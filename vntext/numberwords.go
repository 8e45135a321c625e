package vntext

import (
	"strconv"
	"strings"
)

// wordsToNumbers puts digits for numbers written in words behind words that want a number: số mười hai, quận Nhất. All of it
// must have its diacritics: phuong nam is the ward Phương Nam.
func wordsToNumbers(tokens []Token) []Token {
	for i := 0; i+1 < len(tokens); i++ {
		if !wantsNumber(&tokens[i]) || tokens[i+1].Break || tokens[i+1].Kind != Word {
			continue
		}
		n, value := numberTokens(tokens[i+1:])
		if n == 0 {
			continue
		}
		first, last := i+1, i+n
		if last+1 < len(tokens) && !tokens[last+1].Break && tokens[i].Fold != "so" && !wantsNumber(&tokens[last+1]) && !endsNumber(tokens[last+1].Fold) {
			continue // quận Ba Đình, phường Hai Bà Trưng
		}
		t := tokens[first]
		t.Text, t.Kind, t.Recovered = strconv.Itoa(value), Number, true
		t.Fold, t.End, t.Dot, t.Hyphen = t.Text, tokens[last].End, tokens[last].Dot, false
		tokens[first] = t
		tokens = append(tokens[:first+1], tokens[last+1:]...)
	}
	return tokens
}

func wantsNumber(t *Token) bool {
	switch t.Fold {
	case "so", "quan", "phuong":
	default:
		return false // needs no look at the diacritics
	}
	switch strings.ToLower(Normal(t.Text)) {
	case "số", "quận", "phường":
		return true
	}
	return false
}

// endsNumber lists the words that go on behind a numbered division.
func endsNumber(folded string) bool {
	switch folded {
	case "duong", "pho", "tp", "thanh", "tphcm", "q", "p", "ngo", "ngach", "hem", "kiet":
		return true
	}
	return false
}

// maxNumberWords is the length of the longest number below 100: chín mươi chín.
const maxNumberWords = 3

func numberTokens(tokens []Token) (n, value int) {
	var words [maxNumberWords]string
	k := 0
	for k < len(tokens) && k < maxNumberWords && (k == 0 || !tokens[k].Break) {
		if !isNumberWord(tokens[k].Text) {
			break
		}
		words[k] = tokens[k].Fold
		k++
	}
	return numberWords(words[:k])
}

func isNumberWord(text string) bool {
	switch strings.ToLower(Normal(text)) {
	case "một", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi", "mốt", "nhất":
		return true
	}
	return false
}
