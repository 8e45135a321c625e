package geocode

import "github.com/diachiso/diachiso/geo"

// ranked is a reading in the making: mentions of a commune, a district and a province, nil where none.
type ranked struct {
	commune, district, province *mention
	score                       float64
}

// maxReadings is how many readings a text can have.
const maxReadings = 8

// chains ranks the ways to join the mentions.
func (g *Gazetteer) chains(s *scratch) {
	s.readings = s.readings[:0]
	communes, districts, provinces := s.mentions[rankCommune], s.mentions[rankDistrict], s.mentions[rankProvince]
	for c := range communes {
		commune := &communes[c]
		g.offer(s, commune, nil, nil)
		for p := range provinces {
			g.offer(s, commune, nil, &provinces[p])
		}
		for d := range districts {
			if !g.joins(commune, &districts[d]) {
				continue
			}
			g.offer(s, commune, &districts[d], nil)
			for p := range provinces {
				g.offer(s, commune, &districts[d], &provinces[p])
			}
		}
	}
	for d := range districts {
		g.offer(s, nil, &districts[d], nil)
		for p := range provinces {
			g.offer(s, nil, &districts[d], &provinces[p])
		}
	}
	for p := range provinces {
		g.offer(s, nil, nil, &provinces[p])
	}
}

// joins reports whether a commune lies in a district, or lies today where the district was.
func (g *Gazetteer) joins(commune, district *mention) bool {
	if overlap(commune, district) {
		return false
	}
	c := &g.names.units[commune.unit]
	if c.old {
		return c.parent == district.unit
	}
	return g.leadsTo(g.names.units[district.unit].Division, c.Division)
}

func (g *Gazetteer) leadsTo(from, to *geo.Division) bool {
	for _, r := range g.ds.Successors(from) {
		if r.To == to {
			return true
		}
	}
	return false
}

func overlap(a, b *mention) bool { return a.from < b.to && b.from < a.to }

// roomForReadings is how many chains are held while they are ranked, more than are asked for.
const roomForReadings = 3 * maxReadings

// takes reports whether a chain of that score can be among the best.
func (s *scratch) takes(score float64) bool {
	return score >= leastScore && (len(s.readings) < roomForReadings || score > s.readings[roomForReadings-1].score)
}

// keep holds the best readings, more than are asked for, without those that another one makes needless.
func (s *scratch) keep(r ranked) {
	for i := range s.readings {
		have := &s.readings[i]
		switch {
		case have.score >= r.score && have.covers(r):
			return
		case r.score > have.score && r.covers(*have):
			*have = r
			s.up(i)
			return
		}
	}
	switch {
	case len(s.readings) < roomForReadings:
		s.readings = append(s.readings, r)
	case r.score > s.readings[roomForReadings-1].score:
		s.readings[roomForReadings-1] = r
	default:
		return
	}
	s.up(len(s.readings) - 1)
}

// covers reports whether a reading says all that another says: the same smallest unit by the same or by more levels.
// The epoch of a province makes no difference below it.
func (r ranked) covers(other ranked) bool {
	switch {
	case !sameUnit(r.commune, other.commune):
		return false
	case r.commune != nil:
		return (other.district == nil || sameUnit(r.district, other.district)) && sayNoMore(r.province, other.province)
	case !sameUnit(r.district, other.district):
		return false
	case r.district != nil:
		return sayNoMore(r.province, other.province)
	}
	return sameUnit(r.province, other.province)
}

// sayNoMore reports whether the second of two provinces of one commune or district is the first, or not named.
func sayNoMore(province, other *mention) bool {
	return other == nil || province != nil && (province.unit == other.unit || province.name == other.name)
}

// up moves a reading to its place.
func (s *scratch) up(i int) {
	for ; i > 0 && s.readings[i].score > s.readings[i-1].score; i-- {
		s.readings[i], s.readings[i-1] = s.readings[i-1], s.readings[i]
	}
}

func sameUnit(a, b *mention) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.unit == b.unit
}
