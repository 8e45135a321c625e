package geocode

import (
	"cmp"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// What a beginning of a name is worth.
const (
	worthBegins   = 0.95 // the name begins so
	worthInside   = 0.90 // a later word begins so
	worthMisspelt = 0.75 // one letter is wrong
)

// Bounds on completing.
const (
	maxCompletedNames = 24
	minMisspeltPrefix = 3
)

// completions are the names that a text can be the beginning of, best first. The last word may be unfinished.
func (ix *index) completions(kind registry.PlaceKind, text string) []nameHit {
	var hits []nameHit
	add := func(name int32, similarity float32) {
		if n := &ix.names[name]; len(n.docs) == 0 && len(n.bare) == 0 {
			return
		}
		for i := range hits {
			if h := &hits[i]; h.name == name {
				h.similarity = max(h.similarity, similarity)
				return
			}
		}
		hits = append(hits, nameHit{name, similarity})
	}
	for _, form := range canonicalNames(kind, text) {
		for _, n := range ix.beginning(form) {
			similarity := float32(worthBegins)
			if ix.names[n].form == form {
				similarity = 1
			}
			add(n, similarity)
		}
		words := strings.Fields(form)
		if len(words) > maxPlaceWords || len(hits) >= maxCompletedNames {
			continue
		}
		for _, n := range ix.holding(words, false) {
			add(n, worthInside)
		}
		if len(hits) < 3 {
			for _, n := range ix.holding(words, true) {
				add(n, worthMisspelt)
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b nameHit) int {
		return cmp.Or(cmp.Compare(b.similarity, a.similarity), cmp.Compare(ix.names[b.name].total, ix.names[a.name].total))
	})
	return hits[:min(len(hits), maxCompletedNames)]
}

// byForm are the names in order of their forms.
func (ix *index) byForm() []int32 {
	ix.sortMu.Lock()
	defer ix.sortMu.Unlock()
	if ix.sortedNames == nil {
		ix.sortedNames = make([]int32, len(ix.names))
		for i := range ix.sortedNames {
			ix.sortedNames[i] = int32(i)
		}
		slices.SortFunc(ix.sortedNames, func(a, b int32) int { return strings.Compare(ix.names[a].form, ix.names[b].form) })
	}
	return ix.sortedNames
}

// beginning are the names that begin with a text, those with most addresses, at most maxCompletedNames.
func (ix *index) beginning(form string) []int32 {
	sorted := ix.byForm()
	from, _ := slices.BinarySearchFunc(sorted, form, func(n int32, form string) int { return strings.Compare(ix.names[n].form, form) })
	var found []int32
	for _, n := range sorted[from:] {
		if !strings.HasPrefix(ix.names[n].form, form) {
			break
		}
		found = append(found, n)
	}
	return ix.most(found)
}

// most keeps the names with most addresses.
func (ix *index) most(names []int32) []int32 {
	slices.SortFunc(names, func(a, b int32) int { return cmp.Compare(ix.names[b].total, ix.names[a].total) })
	return names[:min(len(names), maxCompletedNames)]
}

// holding are the names that have the words in this order, the last one unfinished; one letter of each may be wrong.
func (ix *index) holding(words []string, misspelt bool) []int32 {
	last := words[len(words)-1]
	if len(last) < 2 && len(words) == 1 {
		return nil
	}
	begins := ix.syllables.beginning(last, misspelt)
	if len(words) == 1 {
		var found []int32
		for _, w := range begins {
			found = append(found, ix.syllables.words[w].names...)
		}
		slices.Sort(found)
		return ix.most(slices.Compact(found))
	}
	ends := map[int32]bool{}
	for _, w := range begins {
		ends[w] = true
	}
	// the rarest of the finished words has the fewest names to look at
	var fewest []int32
	for i, w := range words[:len(words)-1] {
		var names []int32
		for _, like := range ix.alike(w, misspelt) {
			names = append(names, ix.syllables.words[like].names...)
		}
		if i == 0 || len(names) < len(fewest) {
			fewest = names
		}
	}
	var found []int32
	for _, n := range fewest {
		if ix.hasInOrder(n, words[:len(words)-1], ends, misspelt) {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return ix.most(slices.Compact(found))
}

func (ix *index) alike(word string, misspelt bool) []int32 {
	if !misspelt {
		if n, ok := ix.syllables.number[word]; ok {
			return []int32{n}
		}
		return nil
	}
	var words []int32
	for _, like := range ix.syllables.similar(word) {
		if like.cost <= typoOneShort {
			words = append(words, like.word)
		}
	}
	return words
}

// hasInOrder reports a name with the words one after the other and one of ends behind them.
func (ix *index) hasInOrder(name int32, words []string, ends map[int32]bool, misspelt bool) bool {
	target := ix.names[name].words
	for start := 0; start+len(words) < len(target); start++ {
		fits := ends[target[start+len(words)]]
		for i := 0; fits && i < len(words); i++ {
			text := ix.syllables.words[target[start+i]].text
			fits = text == words[i]
			if !fits && misspelt {
				_, fits = typoCost(words[i], text)
			}
		}
		if fits {
			return true
		}
	}
	return false
}

// beginning are the words that begin with a text; with one letter wrong when misspelt is set and the text is long enough.
func (s *syllables) beginning(text string, misspelt bool) []int32 {
	misspelt = misspelt && len(text) >= minMisspeltPrefix
	var found []int32
	for n := range s.words {
		w := s.words[n].text
		switch {
		case strings.HasPrefix(w, text):
			found = append(found, int32(n))
		case misspelt && len(w) >= len(text)-1 && w[0] == text[0] && beginsNearly(w, text):
			found = append(found, int32(n))
		}
	}
	return found
}

// beginsNearly reports a word of which a beginning is one letter away from the text.
func beginsNearly(word, text string) bool {
	for length := max(len(text)-1, 1); length <= min(len(text)+1, len(word)); length++ {
		if editDistance(text, word[:length], 1) <= 1 {
			return true
		}
	}
	return false
}

// divisionName is a name by which a division can be typed.
type divisionName struct {
	folded   string
	division *geo.Division // of today
	former   bool          // it is a name of what became part of the division
	level    int           // 0 province, 1 commune: larger ones first
}

// divisionNames lists the names of today's divisions, with and without their type, and of those before 2025-07-01.
func divisionNames(t *communeTable) []divisionName {
	var names []divisionName
	add := func(d *geo.Division, at geo.Date, now *geo.Division, former bool) {
		level := 1
		if now.Level == geo.LevelProvince {
			level = 0
		}
		name := d.Name(at)
		for _, text := range [...]string{name.Name, name.FullName()} {
			names = append(names, divisionName{vntext.Fold(text), now, former, level})
		}
	}
	today := geo.Today()
	for _, level := range [...]geo.Level{geo.LevelProvince, geo.LevelCommune} {
		for _, d := range t.divisions.All(level, today) {
			add(d, today, d, false)
		}
		const lastOld = geo.Date(2025_06_30)
		for _, d := range t.divisions.All(level, lastOld) {
			for _, r := range t.divisions.Successors(d) {
				if r.To.Level == level && r.Kind != geo.RelationAreaOnly {
					add(d, lastOld, r.To, true)
				}
			}
		}
	}
	slices.SortFunc(names, func(a, b divisionName) int {
		return cmp.Or(strings.Compare(a.folded, b.folded), cmp.Compare(a.level, b.level), strings.Compare(a.division.Code, b.division.Code))
	})
	return slices.CompactFunc(names, func(a, b divisionName) bool { return a.folded == b.folded && a.division == b.division })
}

// divisionsBeginning calls yield for the names that begin with a folded text, until it returns false.
func (e *Engine) divisionsBeginning(folded string, yield func(*divisionName) bool) {
	from, _ := slices.BinarySearchFunc(e.divisions, folded, func(n divisionName, text string) int { return strings.Compare(n.folded, text) })
	for i := from; i < len(e.divisions) && strings.HasPrefix(e.divisions[i].folded, folded); i++ {
		if !yield(&e.divisions[i]) {
			return
		}
	}
}
