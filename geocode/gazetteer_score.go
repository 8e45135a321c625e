package geocode

import "slices"

// What a chain loses or a part of it is worth, found with the tests' addresses.
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
	oldProvince   = 0.97 // a province alone is rather today's
	alsoLarger    = 0.50 // a bare name of a larger unit is that first, even when a smaller one bears it too
	formerParent  = 0.55 // an old province beside one of today's communes
	laterParent   = 0.97 // a current province beside an old unit
	laterOther    = 0.65 // the same, though the old unit has no type word and lay in another province: more likely today's unit of that name
)

// strength is what a mention adds to its chain: 1 for a perfect one, below 0 for a weak one.
func strength(m *mention) float64 {
	if m == nil {
		return 0
	}
	return (m.quality - weakMention) / (1 - weakMention)
}

// offer scores a chain and keeps it when it holds together and is among the best.
func (g *Gazetteer) offer(s *scratch, commune, district, province *mention) {
	if province != nil && (commune != nil && overlap(commune, province) || district != nil && overlap(district, province)) {
		return
	}
	c, d, p := strength(commune), strength(district), strength(province)
	old := commune != nil && g.names.units[commune.unit].old
	w := weightsOf(commune != nil, district != nil, province != nil, old)
	if !s.takes(w.commune*max(c, 0) + w.district*max(d, 0) + w.province*max(p, 0)) {
		return // what follows only takes away
	}
	fit := 1.0
	if province != nil {
		if fit = g.provinceFit(commune, district, province); fit == 0 {
			return
		}
	}
	p *= fit
	if commune != nil && commune.types == 0 && (district == nil && s.namesAlso(commune, rankDistrict) || s.namesAlso(commune, rankProvince)) {
		c *= alsoLarger
	}
	if district != nil && district.types == 0 && province == nil && s.namesAlso(district, rankProvince) {
		d *= alsoLarger
	}
	score := w.commune*c + w.district*d + w.province*p
	if commune != nil && district != nil && !old {
		score *= withDistrict
	}
	if commune == nil && district == nil && g.names.units[province.unit].old {
		score *= oldProvince
	}
	score -= g.layout(s, commune, district, province)
	if score < leastScore {
		return
	}
	s.keep(ranked{commune, district, province, score})
}

// levelWeights are what the mentions of a chain are worth; a full chain of perfect mentions sums to 1.
type levelWeights struct{ commune, district, province float64 }

// weightsOf prefers chains that explain more of the text, and today's communes where only a district could tell them from
// old ones.
func weightsOf(commune, district, province, old bool) levelWeights {
	switch {
	case commune && district && province:
		return levelWeights{0.50, 0.25, 0.25}
	case commune && district:
		return levelWeights{0.52, 0.33, 0}
	case commune && province && old:
		return levelWeights{0.60, 0, 0.31}
	case commune && province:
		return levelWeights{0.64, 0, 0.35}
	case commune && old:
		return levelWeights{0.57, 0, 0}
	case commune:
		return levelWeights{0.60, 0, 0}
	case district && province:
		return levelWeights{0, 0.38, 0.34}
	case district:
		return levelWeights{0, 0.42, 0}
	}
	return levelWeights{0, 0, 0.38}
}

// namesAlso reports whether the words of a mention name a unit of another level as well.
func (s *scratch) namesAlso(m *mention, rank int) bool {
	for i := range s.mentions[rank] {
		if o := &s.mentions[rank][i]; o.name == m.name && o.to == m.to && o.quality >= m.quality {
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
	case u.old == p.old || !slices.Contains(u.related, province.unit):
	case p.old:
		return formerParent
	case smaller.types == 0 && p.plain != g.names.units[u.province].plain:
		return laterOther
	default:
		return laterParent
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
