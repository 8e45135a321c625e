package geocode

import (
	"cmp"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

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
