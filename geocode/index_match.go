package geocode

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/registry"
)

// nameHit is a name that a text can mean.
type nameHit struct {
	name       int32
	similarity float32 // 0..1
}

const (
	squashedSimilarity = 0.97 // spaces in other places
	initialsSimilarity = 0.72 // nothing but first letters
	leastSimilarity    = 0.66
	maxFuzzyNames      = 40 // compared letter by letter
	maxPlaceWords      = 12
)

// exactNames are the names that a text is, but for the word in front, spaces and the ways to write numerals.
func (ix *index) exactNames(kind registry.PlaceKind, text string) []nameHit {
	var hits []nameHit
	add := func(name int32, similarity float32) {
		if !slices.ContainsFunc(hits, func(h nameHit) bool { return h.name == name }) {
			hits = append(hits, nameHit{name, similarity})
		}
	}
	forms := canonicalNames(kind, text)
	for i, form := range forms {
		if n, ok := ix.nameOf[form]; ok {
			add(n, 1-0.01*float32(i))
		}
	}
	for _, form := range forms {
		glued := strings.ReplaceAll(form, " ", "")
		if n, ok := ix.nameOf[glued]; ok {
			add(n, squashedSimilarity)
		}
		for _, n := range ix.squashed[glued] {
			add(n, squashedSimilarity)
		}
	}
	return hits
}

// similarNames are the names like a text, best first: typing errors, words left out or too many, initials for words.
func (ix *index) similarNames(kind registry.PlaceKind, text string) []nameHit {
	hits := ix.exactNames(kind, text)
	for i, form := range canonicalNames(kind, text) {
		ix.addSimilar(&hits, form)
		if rest := withoutMisspeltType(form); i == 0 && rest != form {
			ix.addSimilar(&hits, rest)
		}
	}
	slices.SortStableFunc(hits, func(a, b nameHit) int { return cmp.Compare(b.similarity, a.similarity) })
	return hits
}

// withoutMisspeltType takes a word like "duong" or "pho" off the front, and writes one like "quoc lo" as roads are called.
func withoutMisspeltType(form string) string {
	words := strings.Fields(form)
	if len(words) >= 3 {
		glued := words[0] + words[1]
		for _, c := range [...]struct{ long, short string }{{"quoclo", "ql"}, {"tinhlo", "tl"}, {"huonglo", "hl"}} {
			if isDigit(words[2][0]) && editDistance(glued, c.long, 2) <= 2 {
				return c.short + " " + strings.Join(words[2:], " ")
			}
		}
	}
	if len(words) < 2 {
		return form
	}
	for _, w := range [...]string{"duong", "pho"} {
		if _, like := typoCost(words[0], w); like {
			return strings.Join(words[1:], " ")
		}
	}
	return form
}

// namesIn are the names of places in a commune that are a few letters away from a text, wherever its spaces are.
func (ix *index) namesIn(commune int32, kind registry.PlaceKind, text string) []nameHit {
	var hits []nameHit
	forms := canonicalNames(kind, text)
	if len(forms) > 0 {
		if rest := withoutMisspeltType(forms[0]); rest != forms[0] {
			forms = append(forms, rest)
		}
	}
	for i := range forms {
		forms[i] = strings.ReplaceAll(forms[i], " ", "")
	}
	for _, n := range ix.inCommune[commune] {
		name := ix.names[n].glued
		for _, form := range forms {
			most := min(3, min(len(form), len(name))/4)
			if most == 0 || !sameDigits(form, name) {
				continue
			}
			if edits := editDistance(form, name, most); edits <= most {
				hits = append(hits, nameHit{n, 0.97 - 0.06*float32(edits)})
				break
			}
		}
	}
	return hits
}

// sameDigits reports whether two names have the same numbers in them: those are never taken for typing errors.
func sameDigits(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && !isDigit(a[i]) {
			i++
		}
		for j < len(b) && !isDigit(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i, j = i+1, j+1
	}
}

func (ix *index) addSimilar(hits *[]nameHit, form string) {
	words := strings.Fields(form)
	if len(words) == 0 || len(words) > maxPlaceWords || isNumeral(strings.TrimPrefix(form, "so ")) {
		return // Đường số 1 is like no other road with a 1
	}
	add := func(name int32, similarity float32) {
		for i := range *hits {
			if h := &(*hits)[i]; h.name == name {
				h.similarity = max(h.similarity, similarity)
				return
			}
		}
		*hits = append(*hits, nameHit{name, similarity})
	}
	if glued := strings.Join(words, ""); len(glued) >= 2 && len(glued) <= 5 && !strings.ContainsAny(glued, "0123456789") {
		for _, n := range ix.initials[glued] {
			add(n, initialsSimilarity)
		}
	}
	for _, n := range ix.sharingWords(words) {
		if similarity := ix.similarity(words, n); similarity >= leastSimilarity {
			add(n, similarity)
		}
	}
}

// sharingWords are the names that share most with the words, rare words counting more; at most maxFuzzyNames.
func (ix *index) sharingWords(words []string) []int32 {
	shared := ix.weights.Get().(*weights)
	defer ix.weights.Put(shared)
	shared.reset(len(ix.names))
	for _, w := range words {
		for _, like := range ix.syllables.similar(w) {
			names := ix.syllables.words[like.word].names
			weight := (1 - 2*like.cost) * float32(math.Log(1+float64(len(ix.names))/float64(len(names))))
			for _, n := range names {
				shared.add(n, weight)
			}
		}
	}
	top := shared.top[:0]
	for _, n := range shared.names {
		w := shared.of[n]
		if name := &ix.names[n]; len(name.docs) == 0 && len(name.bare) == 0 {
			continue
		}
		// names with many more words than asked for share little of theirs
		if extra := len(ix.names[n].words) - len(words); extra > 0 {
			w *= 1 - 0.08*float32(min(extra, 8))
		}
		top = offerWeighed(top, weighed{n, w})
	}
	shared.top = top
	names := make([]int32, len(top))
	for i, t := range top {
		names[i] = t.name
	}
	return names
}

// weights adds up what names share with a text. It is used again, for there are many more names than a text has anything to do with.
type weights struct {
	of    []float32 // by name; 0 for those not in names
	names []int32
	top   []weighed
}

type weighed struct {
	name   int32
	weight float32
}

func (w *weights) reset(names int) {
	for _, n := range w.names {
		w.of[n] = 0
	}
	w.names = w.names[:0]
	if len(w.of) < names {
		w.of = make([]float32, names)
	}
}

func (w *weights) add(name int32, weight float32) {
	if w.of[name] == 0 {
		w.names = append(w.names, name)
	}
	w.of[name] += weight
}

// offerWeighed keeps the maxFuzzyNames heaviest, the heaviest first and those of one weight by their numbers.
func offerWeighed(top []weighed, n weighed) []weighed {
	before := func(have weighed) bool {
		return have.weight > n.weight || have.weight == n.weight && have.name < n.name
	}
	switch {
	case len(top) < maxFuzzyNames:
		top = append(top, n)
	case before(top[len(top)-1]):
		return top
	}
	at := len(top) - 1
	for ; at > 0 && !before(top[at-1]); at-- {
		top[at] = top[at-1]
	}
	top[at] = n
	return top
}

// What words of a text and of a name cost that do not stand against each other, as a share of all.
const (
	missingWord    = 1.0  // the text leaves it out
	additionalWord = 1.25 // the name does not have it
	initialWord    = 0.12 // a first letter for a word
	gluedWords     = 0.03
	costWeight     = 0.45
)

// similarity compares words with a name: the cheapest way to lay them side by side.
func (ix *index) similarity(words []string, name int32) float32 {
	target := ix.names[name].words
	n, m := len(target), len(words)
	if n > maxPlaceWords || m > maxPlaceWords {
		return 0
	}
	text := func(j int) string { return ix.syllables.words[target[j]].text }
	const inf = float32(1e9)
	var cost [maxPlaceWords + 1][maxPlaceWords + 1]float32
	missing, additional := float32(missingWord)/float32(n), float32(additionalWord)/float32(m)
	for i := 0; i <= m; i++ {
		for j := 0; j <= n; j++ {
			best := inf
			if i == 0 && j == 0 {
				best = 0
			}
			if i > 0 {
				best = min(best, cost[i-1][j]+additional)
			}
			if j > 0 {
				best = min(best, cost[i][j-1]+missing)
			}
			if i > 0 && j > 0 {
				if c, ok := wordCost(words[i-1], text(j-1)); ok {
					best = min(best, cost[i-1][j-1]+c)
				}
			}
			if i > 0 && j > 1 { // one word of the text for two of the name
				w, a, b := words[i-1], text(j-2), text(j-1)
				switch {
				case len(w) == len(a)+len(b) && strings.HasPrefix(w, a) && strings.HasSuffix(w, b):
					best = min(best, cost[i-1][j-2]+gluedWords)
				case len(w) == 2 && w[0] == a[0] && w[1] == b[0]:
					best = min(best, cost[i-1][j-2]+2*initialWord)
				}
			}
			if i > 1 && j > 0 { // two for one
				w, a, b := text(j-1), words[i-2], words[i-1]
				if len(w) == len(a)+len(b) && strings.HasPrefix(w, a) && strings.HasSuffix(w, b) {
					best = min(best, cost[i-2][j-1]+gluedWords)
				}
			}
			cost[i][j] = best
		}
	}
	return 1 - costWeight*cost[m][n]
}

func wordCost(a, b string) (float32, bool) {
	if a == b {
		return 0, true
	}
	if len(a) == 1 && a[0] == b[0] && !isDigit(a[0]) {
		return initialWord, true
	}
	return typoCost(a, b)
}
