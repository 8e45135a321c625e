package geocode

import "github.com/diachiso/diachiso/geo"

// mention is a place in the text that may name a unit.
type mention struct {
	unit     int32
	from, to int // words, with the type word; to exclusive
	name     int // word where the name itself begins
	quality  float64
	status   Status
	types    typeSet // the type word's, 0 without one
}

// prefix is what stands in front of a word.
type prefix struct {
	types typeSet // a type word ends right before
	from  int     // its first word
	other bool    // a street word, "chợ" or the like, or a house number stands right before
	abbr  bool    // the type word is an abbreviation, which can mean something else
	tight bool    // nothing, a break or a type word stands right before: a name can begin here
}

// scratch holds what one call of Read needs; it is reused.
type scratch struct {
	words    []word
	prefixes []prefix
	ends     []bool // a name can end before this word
	key      []byte
	plain    []byte
	reach    []int // by word: where the longest name that begins there ends
	recent   recentTexts
	marked   bool         // the text has diacritics somewhere
	broken   bool         // the text has commas or the like
	mentions [3][]mention // by rank of level
	readings []ranked
	spans    []Span // texts of what the readings name
	tail     int    // words before the country and postcode at the end
}

const (
	rankProvince = iota
	rankDistrict
	rankCommune
)

func rankOf(level geo.Level) int {
	switch level {
	case geo.LevelProvince:
		return rankProvince
	case geo.LevelDistrict:
		return rankDistrict
	}
	return rankCommune
}

const maxNameWords = 9

// findPrefixes marks type words, the words of other parts, and where names can begin and end.
func (s *scratch) findPrefixes() {
	n := len(s.words)
	s.prefixes = append(s.prefixes[:0], make([]prefix, n+1)...)
	s.ends = append(s.ends[:0], make([]bool, n+1)...)
	s.ends[n] = true
	for i := range n {
		w := s.words[i]
		if w.marked != "" {
			s.marked = true
		}
		s.broken = s.broken || i > 0 && w.breakLeft
		p := &s.prefixes[i+1]
		if p.types == 0 {
			if t, ok := typeWords[w.fold]; ok && (prefixed(w, t.marked) || t.marked != "" && (i == 0 || w.breakLeft)) {
				*p = prefix{types: t.types, from: i, abbr: len(w.fold) <= 2 || !prefixed(w, t.marked)}
			}
		}
		if i+1 < n && !s.words[i+1].breakLeft {
			s.key = append(append(s.key[:0], w.fold...), s.words[i+1].fold...)
			if t, ok := typePairs[string(s.key)]; ok && pairFits(s.words[i:i+2], t.marked) {
				s.prefixes[i+2] = prefix{types: t.types, from: i, abbr: len(s.key) == 2}
			}
		}
		if p.types == 0 {
			marked, ok := otherParts[w.fold]
			p.other = ok && prefixed(w, marked) || (w.number || w.house) && s.prefixes[i].types == 0 // "quận 3" is no house number
		}
	}
	for i := range n + 1 {
		p := &s.prefixes[i]
		broken := i < n && s.words[i].breakLeft
		if broken { // "12, Hà Nội": what stands before the comma is no prefix; a type word may be cut off by "P., 4"
			*p = prefix{tight: true}
		}
		p.tight = p.tight || i == 0 || p.types != 0
		if p.types != 0 {
			s.ends[p.from] = true
		}
		s.ends[i] = s.ends[i] || broken
	}
}

func pairFits(words []word, marked string) bool {
	if marked == "" {
		return true
	}
	conflicts, _ := compareMarks(words, marked)
	return conflicts == 0
}

// findMentions collects everything that may name a unit, from the text's end to its beginning: a name that ends where a
// found one begins is as good as one that ends at a comma.
func (g *Gazetteer) findMentions(s *scratch) {
	for level := range s.mentions {
		s.mentions[level] = s.mentions[level][:0]
	}
	for i := len(s.words) - 1; i >= 0; i-- {
		p := s.prefixes[i]
		s.key, s.plain = s.key[:0], s.plain[:0]
		begins := false
		broken, cut := false, false    // by any break, by one that is no dash
		begun, hash := true, uint64(0) // a name begins with the words so far
		for j := i; j < len(s.words) && j < i+maxNameWords; j++ {
			if j > i && s.words[j].breakLeft {
				broken, cut = true, cut || !s.words[j].dashLeft
			}
			if j > i && s.words[j].number && !broken && len(s.words[j].fold) > 2 {
				break
			}
			before := len(s.key)
			s.key = appendKey(s.key, s.words[j].fold)
			s.plain = append(s.plain, s.words[j].fold...)
			if len(s.key) > g.names.longest+1 {
				break
			}
			exact := false
			if begun {
				hash = beginningOf(hash, s.key[before:])
				begun = g.names.begins.mayBe(hash)
			}
			if begun {
				if key, ok := g.names.byKey[string(s.key)]; ok {
					for _, e := range g.names.of(key) {
						if g.mention(s, e, i, j+1, 0, broken) {
							exact = true
							begins = begins || s.ends[j+1] && (j > i || p.types != 0 || e.kind == nameSpoken) && !s.words[i].number
						}
					}
				}
			} else if cut || s.words[i].number {
				break
			}
			if cut || (exact && p.types == 0) || s.words[i].number {
				continue
			}
			if !p.tight && !s.ends[j+1] {
				continue // neither side says that a name could stand here
			}
			for _, key := range g.near(s) {
				for _, e := range g.names.of(key) {
					if e.kind != nameInitials {
						g.mention(s, e, i, j+1, 1, broken)
					}
				}
			}
		}
		if begins && p.types == 0 {
			s.ends[i] = true
		}
	}
}

// weakenParts lowers bare mentions that are but a part of a longer name: "Trang" in "Nha Trang".
func (s *scratch) weakenParts() {
	s.reach = append(s.reach[:0], make([]int, len(s.words)+1)...)
	for rank := range s.mentions {
		for i := range s.mentions[rank] {
			if m := &s.mentions[rank][i]; m.status == Confirmed && s.ends[m.to] {
				s.reach[m.name] = max(s.reach[m.name], m.to)
			}
		}
	}
	for rank := range s.mentions {
		for i := range s.mentions[rank] {
			m := &s.mentions[rank][i]
			if m.types != 0 {
				continue
			}
			for k := max(0, m.name-maxNameWords); k <= m.name; k++ {
				if s.reach[k] >= m.to && s.reach[k]-k > m.to-m.name {
					m.quality *= partOfName
					break
				}
			}
		}
	}
}
