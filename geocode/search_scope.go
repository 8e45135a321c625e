package geocode

import (
	mathbits "math/bits"

	"github.com/diachiso/diachiso/geo"
)

// How well a commune agrees with what a text says about divisions. People err in the ward most, and name one next door or the
// one that their street belonged to before; the district less, the province hardly ever.
const (
	agreesNamed     = 1.0
	agreesUnnamed   = 0.93 // the text names no division at all
	agreesProvince  = 0.96 // the province and nothing below it
	agreesNeighbour = 0.80 // next to the commune or district named
	agreesDistrict  = 0.76 // in the district of the old commune named, or beside it in the district named
	agreesWider     = 0.45 // elsewhere in the province named
	agreesMerged    = 0.70 // in the province that the named one is part of today
	agreesElsewhere = 0.30
)

// scope says for every commune of today how well it agrees with a reading; 0 shuts it out. Most communes agree like the rest:
// what a reading says of a few hundred costs no look at all of them.
type scope struct {
	rest   float32
	raised []uint64  // a bit for each commune that does not agree like the rest
	level  []float32 // by commune, where its bit is set
	named  bool      // the reading names a commune or a district
}

// fill computes the scope of a reading. commune and province are codes that shut out the rest, "" for none.
func (s *scope) fill(t *communeTable, reading *Reading, commune, province string) {
	if s.level == nil {
		s.level, s.raised = make([]float32, len(t.communes)), make([]uint64, (len(t.communes)+63)/64)
	}
	clear(s.raised)
	s.named = len(reading.Communes) > 0
	s.rest = agreesUnnamed
	if s.named || reading.Province != nil {
		s.rest = agreesElsewhere
	}
	if p := reading.Province; p != nil {
		s.provinces(t, p, reading.Commune != nil && reading.District != nil)
	} else if s.named { // the province of what is named
		last := ""
		for _, c := range reading.Communes {
			if c.Commune.Province != last {
				last = c.Commune.Province
				s.raiseAll(t.inProvince[last], agreesWider)
			}
		}
	}
	if s.named {
		s.communes(t, reading)
	}
	if commune == "" && province == "" {
		return
	}
	for i, d := range t.communes {
		if commune != "" && d.Code != commune || province != "" && d.Province != province {
			s.set(int32(i), 0)
		}
	}
}

// agrees is how well a commune agrees.
func (s *scope) agrees(commune int32) float32 {
	if s.raised[commune/64]&(1<<(commune%64)) == 0 {
		return s.rest
	}
	return s.level[commune]
}

func (s *scope) set(commune int32, agrees float32) {
	s.raised[commune/64] |= 1 << (commune % 64)
	s.level[commune] = agrees
}

func (s *scope) raise(commune int32, agrees float32) {
	if agrees > s.agrees(commune) {
		s.set(commune, agrees)
	}
}

func (s *scope) raiseAll(communes []int32, agrees float32) {
	for _, c := range communes {
		s.raise(c, agrees)
	}
}

// next is the first commune from one on that does not agree like the rest, -1 when there is none.
func (s *scope) next(commune int32) int32 {
	word := int(commune / 64)
	if word >= len(s.raised) {
		return -1
	}
	for bits := s.raised[word] >> (commune % 64) << (commune % 64); ; bits = s.raised[word] {
		if bits != 0 {
			return int32(word*64 + mathbits.TrailingZeros64(bits))
		}
		if word++; word == len(s.raised) {
			return -1
		}
	}
}

func (s *scope) provinces(t *communeTable, p *geo.Division, district bool) {
	inside, around := float32(agreesProvince), float32(agreesMerged)
	switch {
	case s.named && district:
		return // a commune and its district bear each other out: the province tells nothing more
	case s.named:
		inside, around = agreesWider, agreesWider
	}
	if p.ExistsAt(geo.Today()) {
		s.raiseAll(t.inProvince[p.Code], inside)
		return
	}
	for _, r := range t.divisions.Successors(p) {
		s.raiseAll(t.inProvince[r.To.Code], around)
	}
	s.raiseAll(t.numbersOf(p), inside)
}

func (s *scope) communes(t *communeTable, reading *Reading) {
	if c := reading.Commune; c != nil && c.Level == geo.LevelCommune && !c.ExistsAt(geo.Today()) {
		if district, err := t.divisions.Get(geo.LevelDistrict, c.Parent, c.ValidTo-1); err == nil {
			s.raiseAll(t.numbersOf(district), agreesDistrict)
		}
	}
	if d := reading.District; d != nil {
		s.raiseAll(t.numbersOf(d), agreesDistrict)
	}
	neighbours := t.neighbours()
	most := 0.0
	for _, c := range reading.Communes {
		most = max(most, c.Weight)
		if n, ok := t.byCode[c.Commune.Code]; ok {
			s.raiseAll(neighbours[n], agreesNeighbour)
		}
	}
	for _, c := range reading.Communes {
		agrees := float32(agreesNamed)
		if most > 0 && c.Relation != nil { // the bigger share of a divided ward first; one that got fields only is hardly meant
			less := float32(1 - c.Weight/most)
			agrees -= 0.1 * less * less
		}
		if n, ok := t.byCode[c.Commune.Code]; ok {
			s.raise(n, agrees)
		}
	}
}
