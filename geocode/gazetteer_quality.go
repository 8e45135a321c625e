package geocode

import "github.com/diachiso/diachiso/geo"

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

// mention adds what an entry can mean at words i to j, and reports whether it can mean anything. broken says that a comma or
// the like stands between the words, errors how many typing errors set them apart from the name.
func (g *Gazetteer) mention(s *scratch, e entry, i, j, errors int, broken bool) bool {
	u := &g.names.units[e.unit]
	m := mention{unit: e.unit, from: i, to: j, name: i, quality: 1, status: Confirmed}
	if !s.judgeFront(&m, e, u) || errors > 1 && m.types == 0 || broken && !e.dashed && m.types == 0 {
		return false
	}
	s.judgeEnd(&m)
	if broken && !e.dashed {
		m.quality *= breakInside
	}
	s.judgeName(&m, e, errors)
	if m.quality < leastQuality {
		return false
	}
	rank := rankOf(u.Level)
	s.mentions[rank] = append(s.mentions[rank], m)
	return true
}

// number reports whether a mention is a bare number, as that of a ward.
func (s *scratch) number(m *mention) bool { return m.to == m.name+1 && s.words[m.name].number }

// judgeFront judges a mention by its type word and by what else stands in front of it. It refuses types of another level,
// and what is too short to mean anything without a type word.
func (s *scratch) judgeFront(m *mention, e entry, u *unit) bool {
	p := s.prefixes[m.name]
	if p.types != 0 {
		fit := typeFit(p.types, e.types, u)
		switch {
		case fit == 1, fit > 0 && !s.number(m):
			m.types, m.from = p.types, p.from
			m.quality *= fit
			return true
		case fit > 0 || !p.abbr:
			return false
		}
		m.quality *= midText // "h", "t", "p" may be anything
	}
	last := m.to == len(s.words)
	switch {
	case s.number(m):
		return false
	case e.kind == nameInitials && (!last || u.Level != geo.LevelProvince || !p.tight):
		return false
	case len(s.key) <= 2 && !(s.ends[m.to] && (p.tight || last)):
		return false
	}
	m.quality *= noTypeWord(u.Level)
	switch {
	case p.other:
		m.quality *= afterOtherPart
	case !p.tight && s.broken:
		m.quality *= midPart
	case !p.tight:
		m.quality *= midText
	}
	return true
}

// judgeEnd judges a mention by what follows it.
func (s *scratch) judgeEnd(m *mention) {
	if !s.ends[m.to] {
		m.quality *= openEnd
	}
	if m.to < len(s.words) && s.words[m.to].number && !s.words[m.to].breakLeft && !s.number(m) {
		m.quality *= numberFollows
	}
}

// judgeName judges a mention by the kind of its name and by how the words spell it.
func (s *scratch) judgeName(m *mention, e entry, errors int) {
	switch e.kind {
	case nameInitials:
		m.quality *= initialsOnly
	case nameAlias:
		m.quality *= formerName
	case nameFormer:
		m.quality *= formerName
		m.status = Replaced
	case nameHead:
		m.quality *= headName
	}
	switch errors {
	case 0:
		conflicts, missing := compareMarks(s.words[m.name:m.to], e.marked)
		if conflicts > 0 {
			m.quality *= markConflict
			m.status = SpellCorrected
		}
		for range conflicts - 1 {
			m.quality *= moreConflicts
		}
		if missing > 0 && s.marked {
			m.quality *= markMissing
		}
		return
	case 1:
		m.quality *= oneTypingError
	default:
		m.quality *= twoTypingErrors
	}
	m.status = SpellCorrected
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
