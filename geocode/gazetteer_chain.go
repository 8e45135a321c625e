package geocode

import (
	"cmp"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// ranked is a reading in the making: mentions of a commune, a district and a province, nil where none.
type ranked struct {
	commune, district, province *mention
	score                       float64
}

// maxReadings is how many readings a text can have.
const maxReadings = 8

// Weights of the levels named, summing to the score of a chain in which each mention has quality 1.
const (
	weakMention   = 0.40 // a mention of this quality adds nothing to a chain, a weaker one takes away
	skippedLevel  = 0.15 // a reading passes over a district that the text plainly names
	leastScore    = 0.05 // of a reading worth telling
	skippedBare   = 0.05 // the same for a district without its type word
	skippedNumber = 0.35 // the same for a numbered ward, which means nothing without its district
	withDistrict  = 0.82 // one of today's communes beside a district: people who name districts name old communes
	gapWord       = 0.02 // for each word between the mentions of a chain
	mostGap       = 0.12
	tailWord      = 0.008 // for each word after the last mention
	mostTail      = 0.08
	reversedOrder = 0.02 // province first
	mixedOrder    = 0.10
	alsoDistrict  = 0.50 // a bare name of a district is one first, even when a commune bears it today
	formerParent  = 0.55 // an old province beside one of today's communes
	laterParent   = 0.97 // a current province beside an old unit
	laterOther    = 0.65 // the same, though the old unit has no type word and lay in another province: more likely today's unit of that name
)

func strength(m *mention) float64 {
	if m == nil {
		return 0
	}
	return (m.quality - weakMention) / (1 - weakMention)
}

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

// offer scores a chain and keeps it when it holds together and is among the best.
func (g *Gazetteer) offer(s *scratch, commune, district, province *mention) {
	if province != nil && (commune != nil && overlap(commune, province) || district != nil && overlap(district, province)) {
		return
	}
	fit := 1.0
	if province != nil {
		if fit = g.provinceFit(commune, district, province); fit == 0 {
			return
		}
	}
	c, d, p := strength(commune), strength(district), strength(province)*fit
	old := commune != nil && g.names.units[commune.unit].old
	if commune != nil && commune.types == 0 && district == nil && g.isDistrictToo(s, commune) {
		c *= alsoDistrict
	}
	var score float64
	switch {
	case commune != nil && district != nil && province != nil:
		score = 0.50*c + 0.25*d + 0.25*p
		if !old {
			score *= withDistrict
		}
	case commune != nil && district != nil:
		score = 0.52*c + 0.33*d
		if !old {
			score *= withDistrict
		}
	case commune != nil && province != nil && old:
		score = 0.60*c + 0.31*p
	case commune != nil && province != nil:
		score = 0.64*c + 0.35*p
	case commune != nil && old:
		score = 0.57 * c
	case commune != nil:
		score = 0.60 * c
	case district != nil && province != nil:
		score = 0.38*d + 0.34*p
	case district != nil:
		score = 0.42 * d
	case g.names.units[province.unit].old:
		score = 0.37 * p
	default:
		score = 0.38 * p
	}
	score -= g.layout(s, commune, district, province)
	if score < leastScore {
		return
	}
	s.keep(ranked{commune, district, province, score})
}

// isDistrictToo reports whether the same words name a district.
func (g *Gazetteer) isDistrictToo(s *scratch, commune *mention) bool {
	for i := range s.mentions[rankDistrict] {
		if d := &s.mentions[rankDistrict][i]; d.name == commune.name && d.to == commune.to && d.quality >= commune.quality {
			return true
		}
	}
	return false
}

// provinceFit says how well a province goes with the smaller units of a chain: 0 not at all.
func (g *Gazetteer) provinceFit(commune, district, province *mention) float64 {
	smaller := commune
	if district != nil && (commune == nil || !g.names.units[commune.unit].old) {
		smaller = district
	}
	if smaller == nil {
		return 1
	}
	u, p := &g.names.units[smaller.unit], &g.names.units[province.unit]
	switch {
	case u.province == province.unit:
		return 1
	case u.old && !p.old:
		for _, r := range g.ds.Successors(u.Division) {
			if r.To.Province != p.Code {
				continue
			}
			if smaller.types == 0 && p.plain != g.names.units[u.province].plain {
				return laterOther
			}
			return laterParent
		}
	case !u.old && p.old:
		for _, r := range g.ds.Predecessors(u.Division) {
			if r.From != nil && r.From.Province == p.Code {
				return formerParent
			}
		}
	}
	return 0
}

// layout is what a chain loses by how its mentions stand in the text.
func (g *Gazetteer) layout(s *scratch, commune, district, province *mention) float64 {
	chain := [3]*mention{}
	n := 0
	for _, m := range [...]*mention{commune, district, province} {
		if m != nil {
			chain[n] = m
			n++
		}
	}
	last, first := chain[0], chain[0]
	rising, falling := true, true
	for i := 1; i < n; i++ {
		rising = rising && chain[i].from >= chain[i-1].to
		falling = falling && chain[i].to <= chain[i-1].from
	}
	taken := 0
	for _, m := range chain[:n] {
		taken += m.to - m.from
		if m.to > last.to {
			last = m
		}
		if m.from < first.from {
			first = m
		}
	}
	loss := 0.0
	switch {
	case rising:
	case falling:
		loss = reversedOrder
	default:
		loss = mixedOrder
	}
	loss += min(mostGap, gapWord*float64(last.to-first.from-taken))
	loss += min(mostTail, tailWord*float64(s.tail-last.to))
	for i := range s.mentions[rankProvince] {
		if m := &s.mentions[rankProvince][i]; province != nil && m.from >= last.to && m.quality >= noProvinceWord {
			loss += skippedBare // "Cao Bằng, Cao Bằng": the last one is the province
			break
		}
	}
	if district == nil && commune != nil {
		loss += g.skipped(s, commune, province)
	}
	return loss
}

// skipped is the loss of a chain that has no district, though the text names one between commune and province.
func (g *Gazetteer) skipped(s *scratch, commune, province *mention) float64 {
	loss := 0.0
	for i := range s.mentions[rankDistrict] {
		d := &s.mentions[rankDistrict][i]
		if d.from < commune.to || province != nil && d.to > province.from {
			continue
		}
		switch {
		case d.types != 0 && d.quality >= 0.6:
			if commune.to == commune.name+1 && s.words[commune.name].number {
				return skippedNumber
			}
			loss = skippedLevel
		case d.quality >= noDistrictWord*formerName, !s.broken && d.quality >= noDistrictWord*midText*formerName:
			loss = max(loss, skippedBare)
		}
	}
	return loss
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
	const room = 3 * maxReadings
	switch {
	case len(s.readings) < room:
		s.readings = append(s.readings, r)
	case r.score > s.readings[room-1].score:
		s.readings[room-1] = r
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

// reading turns a chain into its answer.
func (g *Gazetteer) reading(s *scratch, text func(from, to int) Span, r ranked) Reading {
	out := Reading{Score: min(1, max(0, r.score))}
	if m := r.commune; m != nil {
		out.Commune, out.CommuneSpan, out.CommuneStatus = g.names.units[m.unit].Division, text(m.from, m.to), m.status
	}
	if m := r.district; m != nil {
		out.District, out.DistrictSpan, out.DistrictStatus = g.names.units[m.unit].Division, text(m.from, m.to), m.status
	}
	if m := r.province; m != nil {
		out.Province, out.ProvinceSpan, out.ProvinceStatus = g.names.units[m.unit].Division, text(m.from, m.to), m.status
		if c := out.Commune; c != nil && c.ValidTo == 0 && out.Province.ValidTo != 0 && out.District == nil {
			out.Province, out.ProvinceStatus = g.names.units[g.names.units[r.commune.unit].province].Division, Replaced
		}
	}
	out.Communes = g.communesOf(out)
	return out
}

// communesOf lists today's communes that a reading can mean.
func (g *Gazetteer) communesOf(r Reading) []CommuneCandidate {
	switch {
	case r.Commune != nil && r.Commune.ValidTo == 0:
		return []CommuneCandidate{{Commune: r.Commune, Weight: 1}}
	case r.Commune != nil:
		return weigh(g.ds.Successors(r.Commune), r.Province)
	case r.District != nil:
		candidates := weigh(g.ds.Successors(r.District), r.Province)
		for i := range candidates {
			candidates[i].Relation = nil
		}
		return candidates
	}
	return nil
}

// weigh turns relations into candidates, most likely first. A current province leaves only those that lie in it.
func weigh(relations []geo.Relation, province *geo.Division) []CommuneCandidate {
	out := make([]CommuneCandidate, 0, len(relations))
	sum := 0.0
	for i := range relations {
		r := &relations[i]
		if province != nil && province.ValidTo == 0 && r.To.Province != province.Code {
			continue
		}
		w := kindWeight(r.Kind)
		sum += w
		out = append(out, CommuneCandidate{Commune: r.To, Relation: r, Weight: w})
	}
	if slices.ContainsFunc(out, func(c CommuneCandidate) bool {
		return c.Relation.Kind == geo.RelationAllPopulation || c.Relation.Kind == geo.RelationFull
	}) {
		sum = 0
		for i := range out { // who lives there went to one unit: the rest got land, and posts on it at most
			if k := out[i].Relation.Kind; k == geo.RelationPart {
				out[i].Weight = kindWeight(geo.RelationAreaOnly)
			}
			sum += out[i].Weight
		}
	}
	for i := range out {
		out[i].Weight /= sum
	}
	slices.SortStableFunc(out, func(a, b CommuneCandidate) int { return cmp.Compare(b.Weight, a.Weight) })
	return out
}

// kindWeight is how likely an address of a unit went that way, against the other ways.
func kindWeight(kind geo.RelationKind) float64 {
	switch kind {
	case geo.RelationFull, geo.RelationAllPopulation:
		return 1
	case geo.RelationPart:
		return 0.5
	}
	return 0.02
}
