package geocode

import (
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

// scope says for every commune of today how well it agrees with a reading; 0 shuts it out.
type scope struct {
	agrees []float32
	named  bool // the reading names a commune or a district
}

// fill computes the scope of a reading. commune and province are codes that shut out the rest, "" for none.
func (s *scope) fill(t *communeTable, reading *Reading, commune, province string) {
	if s.agrees == nil {
		s.agrees = make([]float32, len(t.communes))
	}
	s.named = len(reading.Communes) > 0
	rest := float32(agreesUnnamed)
	if s.named || reading.Province != nil {
		rest = agreesElsewhere
	}
	for i := range s.agrees {
		s.agrees[i] = rest
	}
	if p := reading.Province; p != nil {
		s.provinces(t, p, reading.Commune != nil && reading.District != nil)
	} else if s.named { // the province of what is named
		last := ""
		for _, c := range reading.Communes {
			if c.Commune.Province != last {
				last = c.Commune.Province
				s.raiseProvince(t, last, agreesWider)
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
			s.agrees[i] = 0
		}
	}
}

func (s *scope) raise(t *communeTable, code string, agrees float32) {
	if i, ok := t.byCode[code]; ok {
		s.agrees[i] = max(s.agrees[i], agrees)
	}
}

func (s *scope) raiseProvince(t *communeTable, province string, agrees float32) {
	for _, i := range t.inProvince[province] {
		s.agrees[i] = max(s.agrees[i], agrees)
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
		s.raiseProvince(t, p.Code, inside)
		return
	}
	for _, r := range t.divisions.Successors(p) {
		s.raiseProvince(t, r.To.Code, around)
	}
	for _, d := range t.communesOf(p) {
		s.raise(t, d.Code, inside)
	}
}

func (s *scope) communes(t *communeTable, reading *Reading) {
	if c := reading.Commune; c != nil && c.Level == geo.LevelCommune && !c.ExistsAt(geo.Today()) {
		if district, err := t.divisions.Get(geo.LevelDistrict, c.Parent, c.ValidTo-1); err == nil {
			for _, d := range t.communesOf(district) {
				s.raise(t, d.Code, agreesDistrict)
			}
		}
	}
	if d := reading.District; d != nil {
		for _, c := range t.communesOf(d) {
			s.raise(t, c.Code, agreesDistrict)
		}
	}
	neighbours := t.neighbours()
	most := 0.0
	for _, c := range reading.Communes {
		most = max(most, c.Weight)
		for _, code := range neighbours[c.Commune.Code] {
			s.raise(t, code, agreesNeighbour)
		}
	}
	for _, c := range reading.Communes {
		agrees := float32(agreesNamed)
		if most > 0 && c.Relation != nil { // the bigger share of a divided ward first; one that got fields only is hardly meant
			less := float32(1 - c.Weight/most)
			agrees -= 0.1 * less * less
		}
		s.raise(t, c.Commune.Code, agrees)
	}
}
