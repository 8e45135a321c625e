package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitRun takes apart what was written without spaces: 12NguyenTrai, p12q3, quan1, NguyenTrai.
func (z *tokenizer) splitRun(start, end int) {
	run := z.text[start:end]
	if isWholeNumber(run) {
		z.push(start, end, Number)
		return
	}
	if text, how := fromVNI(run); how == strongKeys || how == weakKeys && z.isTone(run) {
		z.tokens = append(z.tokens, Token{Text: text, Fold: Fold(text), Start: start, End: end, Break: z.brk, Dash: z.dash, Recovered: true})
		z.brk, z.dash = false, false
		return
	}
	var from int // the piece in hand begins at start+from
	kind := Word
	inLetters := false
	letters := 0 // where the letters in hand begin
	for i := 0; i <= len(run); {
		r, size := rune(0), 1
		if i < len(run) {
			r, size = utf8.DecodeRuneInString(run[i:])
		}
		isLetter := i < len(run) && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
		switch {
		case isLetter && !inLetters:
			letters = i
		case !isLetter && inLetters && i < len(run) && letters == from && splitsBeforeDigit(run[from:i]):
			z.pushWords(start+from, start+i) // quan|1
			from, kind = i, Number
		case !isLetter && inLetters && letters > from && splitsAfterDigit(run[letters-1:i], run[i:], z.text[end:]):
			if suffixed(run[letters:i]) {
				letters++ // 12A|NguyenTrai
			}
			z.push(start+from, start+letters, kind) // 12|NguyenTrai, 12|q|3
			from, kind = letters, Word
			continue
		case !isLetter && kind == Word && inLetters && i < len(run):
			kind = Designation
		}
		if !isLetter && i < len(run) && from == i {
			kind = Number
		}
		inLetters = isLetter
		i += size
	}
	if kind == Word {
		z.pushWords(start+from, end)
		return
	}
	z.push(start+from, end, kind)
}

func isWholeNumber(run string) bool {
	for i := range len(run) {
		if c := run[i]; !isDigit(c) && c != '/' && c != '-' {
			return false
		}
	}
	return true
}

// isGluedWord lists the words and abbreviations that are written without a space before their number.
func isGluedWord(folded string) bool {
	switch folded {
	case "p", "q", "f", "ph", "phuong", "quan", "kp", "tdp", "to", "ap", "thon", "khom", "xom", "khu", "tang", "lau", "so", "ngo", "hem",
		"kiet", "ngach", "duong", "km", "sn", "can", "phong", "toa", "lo", "doi", "kv", "khoi", "tp", "khupho", "todanpho", "sonha",
		"canho", "tieukhu", "cum", "ch":
		return true
	}
	return false
}

// splitsBeforeDigit reports whether letters and the number behind them are two words: quan|1, NguyenTrai|12, but not LK|12.
func splitsBeforeDigit(letters string) bool {
	folded := Fold(letters)
	if isGluedWord(folded) {
		return true
	}
	return len(folded) >= 3 && (isPlainSyllable(folded) || len(segment(folded)) > 1 || camel(letters) > 0)
}

// splitsAfterDigit reports whether the letters behind a digit begin a word of their own. piece is the character before them
// and the letters, rest what follows in the run, next what follows the run.
func splitsAfterDigit(piece, rest, next string) bool {
	if !isDigit(piece[0]) {
		return false
	}
	letters := piece[1:]
	folded := Fold(letters)
	numberFollows := rest != "" && isDigit(rest[0]) || rest == "" && len(next) > 1 && next[0] == '.' && isDigit(next[1])
	if numberFollows && isGluedWord(folded) {
		return true
	}
	switch folded {
	case "", "bis", "ter":
		return false
	case "tphcm", "hcm", "tp", "ql", "kdt", "kdc", "kcn", "kp", "tdp", "vn", "hn", "sg":
		return true
	}
	if len(folded) < 2 {
		// 4Y Ngông: no house has the letter Y, some names of the highlands begin with it
		return letters == "Y" && len(next) > 1 && next[0] == ' ' && next[1] >= 'A' && next[1] <= 'Z'
	}
	return beginsWithY(letters) || isPlainSyllable(folded) || len(segment(folded)) > 1 || camel(letters) > 0 || suffixed(letters) || isCapitalised(letters)
}

// isCapitalised reports three letters or more of which only the first is a capital: Ama.
func isCapitalised(letters string) bool {
	n := 0
	for _, r := range letters {
		if unicode.IsUpper(r) != (n == 0) {
			return false
		}
		n++
	}
	return n >= 3
}

// suffixed reports letters that begin with the suffix of a house number, and go on with a name: AMacDinhChi.
func suffixed(letters string) bool {
	if letters[0] < 'A' || letters[0] > 'F' {
		return false
	}
	second, size := utf8.DecodeRuneInString(letters[1:])
	third, _ := utf8.DecodeRuneInString(letters[1+size:])
	return unicode.IsUpper(second) && unicode.IsLower(third) || beginsWithY(letters[1:])
}

// beginsWithY reports names of the highlands such as YNgông, which are two words.
func beginsWithY(letters string) bool {
	if len(letters) < 3 || letters[0] != 'Y' {
		return false
	}
	second, size := utf8.DecodeRuneInString(letters[1:])
	third, _ := utf8.DecodeRuneInString(letters[1+size:])
	return unicode.IsUpper(second) && unicode.IsLower(third)
}

// camel returns where a capital follows a small letter, 0 when none does. One small letter in front is a slip: aHng.
func camel(word string) int {
	lower := false
	_, first := utf8.DecodeRuneInString(word)
	for i, r := range word {
		if unicode.IsUpper(r) && lower && i > first {
			return i
		}
		lower = unicode.IsLower(r)
	}
	if beginsWithY(word) {
		return 1
	}
	return 0
}

// pushWords pushes letters as one word or, when they are glued, as several.
func (z *tokenizer) pushWords(start, end int) {
	for {
		i := camel(z.text[start:end])
		if i == 0 {
			break
		}
		z.pushSyllables(start, start+i)
		start += i
	}
	z.pushSyllables(start, end)
}

func (z *tokenizer) pushSyllables(start, end int) {
	word := z.text[start:end]
	folded := Fold(word)
	if len(folded) < 5 || isPlainSyllable(folded) || isOneWord(folded) {
		z.push(start, end, Word)
		return
	}
	sizes := segment(folded)
	if len(sizes) < 2 || utf8.RuneCountInString(word) != len(folded) {
		z.push(start, end, Word)
		return
	}
	if _, how := fromTelex(word); how == strongKeys || how == weakKeys && !isForeignWord(folded) || nearSyllable(folded) {
		z.push(start, end, Word)
		return
	}
	at := start
	for _, size := range sizes {
		from := at
		for range size {
			_, n := utf8.DecodeRuneInString(z.text[at:])
			at += n
		}
		z.push(from, at, Word)
	}
}

// nearSyllable reports a word that one wrong, missing, additional or exchanged letter tells from a long syllable: "nguyne" is
// a misspelt nguyen rather than nguy|ne.
func nearSyllable(folded string) bool {
	const long, most = 5, 7
	n := len(folded)
	if n < long-1 || n > most+1 {
		return false
	}
	word := make([]byte, 0, most+2)
	try := func() bool { return len(word) >= long && isPlainSyllable(string(word)) }
	for i := range n {
		if word = append(append(word[:0], folded[:i]...), folded[i+1:]...); try() {
			return true
		}
		word = append(word[:0], folded...)
		if i+1 < n {
			if word[i], word[i+1] = word[i+1], word[i]; try() {
				return true
			}
			word[i], word[i+1] = word[i+1], word[i]
		}
		for c := byte('a'); c <= 'y'; c++ {
			if word[i] = c; try() {
				return true
			}
		}
		for c := byte('a'); c <= 'y'; c++ {
			if word = append(append(append(word[:0], folded[:i]...), c), folded[i:]...); try() {
				return true
			}
		}
	}
	return false
}

// isOneWord lists words of other languages that could be read as several syllables.
func isOneWord(folded string) bool {
	switch folded {
	case "lenin", "vincom", "vinmec", "photo", "metro", "video", "combo", "online", "taxi", "hotline", "pasteur", "canon", "hilton", "bamboo", "nation":
		return true
	}
	return false
}

// maxGlued bounds words that are taken apart, in letters: five syllables are an address in one word.
const maxGlued = 40

// segment splits a folded word into the fewest syllables that it consists of, preferring a long first one. It returns their
// lengths, or nil when there is no such split or when all of them are so short that it may be a foreign word.
func segment(folded string) []int {
	n := len(folded)
	if n < 5 || n > maxGlued || strings.IndexFunc(folded, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
		return nil
	}
	var cheapest [maxGlued + 1]int // cost of the rest from a position on; 0 where there is no split
	var first [maxGlued + 1]int8   // length of its first syllable
	for at := n - 1; at >= 0; at-- {
		for size := min(7, n-at); size >= 1; size-- {
			next := at + size
			if next < n && (cheapest[next] == 0 || size <= 2 && isPlainVowel(folded[next])) || size == 1 || !isPlainSyllable(folded[at:next]) {
				continue
			}
			cost := cheapest[next] + 10
			if isPlainVowel(folded[at]) {
				cost += 3 // hanoi is ha|noi rather than han|oi
			}
			if cheapest[at] == 0 || cost < cheapest[at] {
				cheapest[at], first[at] = cost, int8(size)
			}
		}
	}
	if cheapest[0] == 0 || int(first[0]) == n {
		return nil
	}
	sizes := make([]int, 0, 4)
	long := false
	for at := 0; at < n; at += int(first[at]) {
		sizes = append(sizes, int(first[at]))
		long = long || first[at] >= 3
	}
	if !long {
		return nil
	}
	return sizes
}

func isPlainVowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }
