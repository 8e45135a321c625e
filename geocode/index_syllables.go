package geocode

import "slices"

// syllables are the words of all names, each with the names it is in. Misspelt ones are found by the words that are left when
// letters are taken out: two words at most k edits apart meet when up to k letters of each are dropped.
type syllables struct {
	number  map[string]int32
	words   []syllable
	deletes map[string][]int32 // a word without one or two of its letters → words
}

type syllable struct {
	text  string
	names []int32 // ascending
}

func newSyllables() syllables {
	return syllables{number: map[string]int32{}, deletes: map[string][]int32{}}
}

// Words are looked for by deletion of at most two letters when they have letters only and are this long; a number with
// another digit is another number.
const (
	minFuzzyWord  = 2
	minTwoEdits   = 5
	maxFuzzyWord  = 12
	typoOne       = 0.12 // cost of one wrong letter in a word of four letters or more
	typoOneShort  = 0.20
	typoTwo       = 0.30
	maxWordNearby = 64
)

// enter notes that a name has a word.
func (s *syllables) enter(word string, name int32) int32 {
	n, ok := s.number[word]
	if !ok {
		n = int32(len(s.words))
		s.number[word] = n
		s.words = append(s.words, syllable{text: word})
		if fuzzyWord(word) {
			eachDeletion(word, editsAllowed(word), func(rest string) {
				if have := s.deletes[rest]; !slices.Contains(have, n) {
					s.deletes[rest] = append(have, n)
				}
			})
		}
	}
	w := &s.words[n]
	if len(w.names) == 0 || w.names[len(w.names)-1] != name {
		w.names = append(w.names, name)
	}
	return n
}

func fuzzyWord(w string) bool {
	if len(w) < minFuzzyWord || len(w) > maxFuzzyWord {
		return false
	}
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

func editsAllowed(w string) int {
	if len(w) >= minTwoEdits {
		return 2
	}
	return 1
}

// eachDeletion calls fn with word and what is left of it without up to k letters; some more than once.
func eachDeletion(word string, k int, fn func(string)) {
	fn(word)
	if k == 0 {
		return
	}
	for i := range len(word) {
		eachDeletion(word[:i]+word[i+1:], k-1, fn)
	}
}

// similarWord is a word near the one asked for.
type similarWord struct {
	word int32
	cost float32
}

// similar returns the words like one, itself first, then those one letter away, then those two away while there is room.
func (s *syllables) similar(word string) []similarWord {
	var found []similarWord
	if n, ok := s.number[word]; ok {
		found = append(found, similarWord{n, 0})
	}
	if !fuzzyWord(word) {
		return found
	}
	var room [2][maxFuzzyWord]byte // what is left without one letter and without two
	for k := 1; k <= editsAllowed(word); k++ {
		found = s.among(found, s.deletes[word], word, k)
		for i := range len(word) {
			one := append(append(room[0][:0], word[:i]...), word[i+1:]...)
			found = s.among(found, s.deletes[string(one)], word, k)
			for j := i; k > 1 && j < len(one); j++ { // two letters are taken out in one order
				two := append(append(room[1][:0], one[:j]...), one[j+1:]...)
				found = s.among(found, s.deletes[string(two)], word, k)
			}
		}
	}
	return found
}

// among appends those of some words that are k letters away at most.
func (s *syllables) among(found []similarWord, words []int32, word string, k int) []similarWord {
	for _, n := range words {
		if len(found) >= maxWordNearby {
			break
		}
		if slices.ContainsFunc(found, func(w similarWord) bool { return w.word == n }) {
			continue
		}
		if cost, ok := typoCost(word, s.words[n].text); ok && (k > 1 || cost < typoTwo) {
			found = append(found, similarWord{n, cost})
		}
	}
	return found
}

// typoCost is what it costs to take one word for another: one or two letters wrong, missing, too many or exchanged.
func typoCost(a, b string) (float32, bool) {
	if a == b {
		return 0, true
	}
	if !fuzzyWord(a) || !fuzzyWord(b) {
		return 0, false
	}
	most := min(editsAllowed(a), editsAllowed(b))
	switch edits := editDistance(a, b, most); {
	case edits > most:
		return 0, false
	case edits == 1 && min(len(a), len(b)) >= 4:
		return typoOne, true
	case edits == 1:
		return typoOneShort, true
	default:
		return typoTwo, true
	}
}

// maxEditWord bounds what editDistance compares, in bytes.
const maxEditWord = 64

// editDistance counts the letters that are wrong, missing, too many or exchanged with their neighbour; more than most is most+1.
func editDistance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || len(a) > maxEditWord || len(b) > maxEditWord {
		return most + 1
	}
	var rows [3][maxEditWord + 1]uint8
	before, last, this := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		this[0] = uint8(i)
		least := this[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, this[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			this[j] = d
			least = min(least, d)
		}
		if int(least) > most {
			return most + 1
		}
		before, last, this = last, this, before
	}
	return min(int(last[len(b)]), most+1)
}
