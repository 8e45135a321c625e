package geocode

import (
	"github.com/diachiso/diachiso/geo"
)

// mention is a place in the text that may name a unit.
type mention struct {
	unit     int32
	from, to int // words, with the type word; to exclusive
	name     int // word where the name itself begins
	quality  float64
	status   Status
	types    typeSet // the type word's, 0 without one
	kind     nameKind
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
	near     []int32
	marked   bool         // the text has diacritics somewhere
	broken   bool         // the text has commas or the like
	mentions [3][]mention // by rank of level
	readings []ranked
	tail     int // words before the country and postcode at the end
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
		broken, cut := false, false // by any break, by one that is no dash
		for j := i; j < len(s.words) && j < i+maxNameWords; j++ {
			if j > i && s.words[j].breakLeft {
				broken, cut = true, cut || !s.words[j].dashLeft
			}
			if j > i && s.words[j].number && !broken && len(s.words[j].fold) > 2 {
				break
			}
			s.key = appendKey(s.key, s.words[j].fold)
			s.plain = append(s.plain, s.words[j].fold...)
			if len(s.key) > g.names.longest+1 {
				break
			}
			exact := false
			if key, ok := g.names.byKey[string(s.key)]; ok {
				for _, e := range g.names.of(key) {
					if g.mention(s, e, i, j+1, 0, broken) {
						exact = true
						begins = begins || s.ends[j+1] && (j > i || p.types != 0 || e.kind == nameSpoken) && !s.words[i].number
					}
				}
			}
			if cut || (exact && p.types == 0) || s.words[i].number {
				continue
			}
			if !p.tight && !s.ends[j+1] {
				continue // neither side says that a name could stand here
			}
			s.near = g.deletes.near(s.near[:0], g.names.plain, s.plain)
			for _, key := range s.near {
				for _, e := range g.names.of(key) {
					g.mention(s, e, i, j+1, 1, broken)
				}
			}
		}
		if begins && !s.ends[i] && (p.types == 0) {
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

// Factors of a mention's quality, found with the tests' addresses. 1 is a name in full with its type, between commas.
const (
	leastQuality    = 0.3
	noCommuneWord   = 0.88 // a commune without its type word, and so on
	noDistrictWord  = 0.90
	noProvinceWord  = 0.96
	otherTypeNear   = 0.86 // a type that the unit may have had before: Huyện, now Thị xã
	otherTypeFar    = 0.60
	afterOtherPart  = 0.45 // "đường Hà Nội", "12 Trần Hưng Đạo"
	midText         = 0.88 // words in front, in a text without commas
	midPart         = 0.72 // words in front, though the text has commas
	partOfName      = 0.80 // a longer name holds it
	openEnd         = 0.70 // more words follow without a comma
	numberFollows   = 0.60 // "Trung Yên 6"
	oneTypingError  = 0.80
	twoTypingErrors = 0.66
	markConflict    = 0.80 // a letter whose diacritics differ
	moreConflicts   = 0.92 // each further one: "Hâụ" has the tone on the wrong letter
	markMissing     = 0.985
	breakInside     = 0.75
	formerName      = 0.96
	headName        = 0.90
	initialsOnly    = 0.90
)

// mention adds what an entry can mean at words i to j, and reports whether it can mean anything.
func (g *Gazetteer) mention(s *scratch, e entry, i, j, errors int, broken bool) bool {
	p := s.prefixes[i]
	u := &g.names.units[e.unit]
	m := mention{unit: e.unit, from: i, to: j, name: i, quality: 1, status: Confirmed, kind: e.kind}
	letters := len(s.key)
	digitsOnly := s.words[i].number && j == i+1
	if p.types != 0 {
		fit := typeFit(p.types, e.types, u)
		switch {
		case fit == 0 && p.abbr && !digitsOnly: // "h", "t", "p" may be anything
			m.quality *= noTypeWord(u.Level) * midText
		case fit == 0:
			return false
		case digitsOnly && fit < 1:
			return false
		default:
			m.types, m.from = p.types, p.from
			m.quality *= fit
		}
	}
	if m.types == 0 {
		switch {
		case digitsOnly:
			return false
		case e.kind == nameInitials && (j != len(s.words) || u.Level != geo.LevelProvince || !p.tight):
			return false
		case letters <= 2 && !(s.ends[j] && (p.tight || j == len(s.words))):
			return false
		}
		if p.types == 0 {
			m.quality *= noTypeWord(u.Level)
			if p.other {
				m.quality *= afterOtherPart
			} else if !p.tight && s.broken {
				m.quality *= midPart
			} else if !p.tight {
				m.quality *= midText
			}
		}
	}
	if !s.ends[j] {
		m.quality *= openEnd
	}
	if j < len(s.words) && s.words[j].number && !s.words[j].breakLeft && !digitsOnly {
		m.quality *= numberFollows
	}
	switch {
	case e.kind == nameInitials:
		m.quality *= initialsOnly
	case e.kind == nameAlias:
		m.quality *= formerName
	case e.kind == nameFormer:
		m.quality *= formerName
		m.status = Replaced
	case e.kind == nameHead:
		m.quality *= headName
	}
	if broken && !e.dashed {
		if m.types == 0 {
			return false
		}
		m.quality *= breakInside
	}
	switch errors {
	case 0:
		conflicts, missing := compareMarks(s.words[i:j], e.marked)
		for k := range conflicts {
			if k == 0 {
				m.quality *= markConflict
			} else {
				m.quality *= moreConflicts
			}
			m.status = SpellCorrected
		}
		if missing > 0 && s.marked {
			m.quality *= markMissing
		}
	case 1:
		if len(e.marked) < minFuzzyLetters || e.kind == nameInitials {
			return false
		}
		m.quality *= oneTypingError
		m.status = SpellCorrected
	default:
		m.quality *= twoTypingErrors
		m.status = SpellCorrected
	}
	if m.quality < leastQuality {
		return false
	}
	rank := rankOf(u.Level)
	s.mentions[rank] = append(s.mentions[rank], m)
	return true
}

// typeFit says how well a type word suits a unit: 1 its own, 0 not at all.
func typeFit(said, named typeSet, u *unit) float64 {
	if said&named != 0 {
		return 1
	}
	if said&u.types != 0 {
		return 0.97
	}
	switch u.Level {
	case geo.LevelProvince:
		if said&provinceTypes != 0 {
			return otherTypeFar
		}
	case geo.LevelDistrict:
		if said&districtTypes != 0 {
			return otherTypeNear
		}
	case geo.LevelCommune:
		if said&communeTypes != 0 {
			return otherTypeNear
		}
	}
	return 0
}

func noTypeWord(level geo.Level) float64 {
	switch level {
	case geo.LevelProvince:
		return noProvinceWord
	case geo.LevelDistrict:
		return noDistrictWord
	}
	return noCommuneWord
}
