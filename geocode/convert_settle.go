package geocode

import (
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// nearBorderM is how far outside a candidate's drawn boundary a position may lie and still settle for it, in metres:
// boundaries are generalised and positions have errors.
const nearBorderM = 100

// settle decides between the candidates, by the strongest evidence first, and puts the one decided for in front.
func (c *Converter) settle(item *Conversion, unit *geo.Division, back bool, req ConvertRequest) {
	if item.By != "" {
		return
	}
	if req.At != nil && c.locator != nil && !back && c.byPosition(item, *req.At) {
		return
	}
	if len(item.Candidates) == 1 {
		item.By = SettledOnlySuccessor
		if back {
			item.By = SettledOnlyPredecessor
		}
		return
	}
	if back || item.Candidates[0].Commune == nil {
		return // streets and positions tell today's commune, not the old one
	}
	if c.byStreet(item, req) {
		return
	}
	if unit.Level == geo.LevelCommune && inhabited(item.Candidates) == 1 {
		item.By = SettledAllPopulation
	}
}

// inhabited counts the candidates that inhabitants went to; the first is one of them.
func inhabited(candidates []Transfer) int {
	n := 0
	for _, t := range candidates {
		switch t.Kind {
		case geo.RelationAllPopulation:
			return 1
		case geo.RelationAreaOnly:
		default:
			n++
		}
	}
	return n
}

// byPosition settles by the commune at a position, and reports whether the position says all there is to say.
func (c *Converter) byPosition(item *Conversion, at geo.Point) bool {
	location, err := c.locator.Locate(at, 0)
	if err != nil {
		item.Contradicted, item.PositionM = true, c.nearest(item.Candidates, at)
		return true
	}
	for i, t := range item.Candidates {
		if t.Commune == location.Commune || t.Commune == nil && t.Province == location.Province {
			item.decide(i, SettledPosition)
			return true
		}
	}
	near := -1
	for i, t := range item.Candidates {
		if t.Commune == nil {
			continue
		}
		if d, err := c.locator.CommuneDistance(at, t.Commune.Code); err == nil && d <= nearBorderM {
			if near >= 0 {
				return false // within the error of two: the position can't tell
			}
			near = i
		}
	}
	if near >= 0 {
		item.decide(near, SettledPosition)
		return true
	}
	item.Contradicted, item.PositionM = true, c.nearest(item.Candidates, at)
	return true
}

// nearest is the distance from a position to the nearest candidate in metres, 0 when none is drawn.
func (c *Converter) nearest(candidates []Transfer, at geo.Point) float64 {
	least := 0.0
	found := false
	for _, t := range candidates {
		if t.Commune == nil {
			continue
		}
		if d, err := c.locator.CommuneDistance(at, t.Commune.Code); err == nil && (!found || d < least) {
			least, found = d, true
		}
	}
	return least
}

// byStreet settles by the one candidate that has the house, or else the street, registered.
func (c *Converter) byStreet(item *Conversion, req ConvertRequest) bool {
	if c.streets == nil || req.Street == "" {
		return false
	}
	codes := make([]string, 0, len(item.Candidates))
	for _, t := range item.Candidates {
		codes = append(codes, t.Commune.Code)
	}
	if req.House != "" {
		if have := c.streets.HouseCommunes(req.House, req.Street, codes); len(have) == 1 && slices.Contains(codes, have[0]) {
			item.decide(slices.Index(codes, have[0]), SettledHouse)
			return true
		}
	}
	if have := c.streets.StreetCommunes(req.Street, codes); len(have) == 1 && slices.Contains(codes, have[0]) {
		item.decide(slices.Index(codes, have[0]), SettledStreet)
		return true
	}
	return false
}

// decide puts a candidate in front.
func (item *Conversion) decide(i int, by SettledBy) {
	chosen := item.Candidates[i]
	item.Candidates = slices.Insert(slices.Delete(item.Candidates, i, i+1), 0, chosen)
	item.By = by
}
