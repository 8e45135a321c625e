package geocode

import (
	"sync"

	"github.com/diachiso/diachiso/geo"
)

// communeTable numbers today's communes and knows what lies around them.
type communeTable struct {
	divisions  *geo.Divisions
	boundaries *geo.Boundaries
	communes   []*geo.Division
	byCode     map[string]int32
	inProvince map[string][]int32
	neighbours func() [][]int32 // by commune
	centres    sync.Map         // *geo.Division → centre
	parts      sync.Map         // *geo.Division → []int32, numbers of its communes
}

// centre is a point inside a division and how far the division reaches from it.
type centre struct {
	point   geo.Point
	radiusM float64
	ok      bool
}

func newCommuneTable(ds *geo.Divisions, b *geo.Boundaries) *communeTable {
	t := &communeTable{divisions: ds, boundaries: b, byCode: map[string]int32{}, inProvince: map[string][]int32{}}
	t.neighbours = sync.OnceValue(t.findNeighbours)
	for _, d := range ds.All(geo.LevelCommune, geo.Today()) {
		t.byCode[d.Code] = int32(len(t.communes))
		t.inProvince[d.Province] = append(t.inProvince[d.Province], int32(len(t.communes)))
		t.communes = append(t.communes, d)
	}
	return t
}

func (t *communeTable) findNeighbours() [][]int32 {
	all := make([][]int32, len(t.communes))
	for code, around := range t.boundaries.Neighbours() {
		n, ok := t.byCode[code]
		if !ok {
			continue
		}
		for _, c := range around {
			if i, ok := t.byCode[c]; ok {
				all[n] = append(all[n], i)
			}
		}
	}
	return all
}

// numbersOf are the numbers of today's communes of a division of any level and epoch; worked out when first asked for.
func (t *communeTable) numbersOf(d *geo.Division) []int32 {
	if n, ok := t.parts.Load(d); ok {
		return n.([]int32)
	}
	numbers := []int32{}
	for _, c := range t.communesOf(d) {
		if n, ok := t.byCode[c.Code]; ok {
			numbers = append(numbers, n)
		}
	}
	t.parts.Store(d, numbers)
	return numbers
}

// centre of a division of any level and epoch; worked out when first asked for.
func (t *communeTable) centre(d *geo.Division) centre {
	if c, ok := t.centres.Load(d); ok {
		return c.(centre)
	}
	var c centre
	if d.Level == geo.LevelCommune && d.ExistsAt(geo.Today()) {
		c.point, c.radiusM, c.ok = t.boundaries.Representative(d.Code)
	} else {
		c = t.middle(t.communesOf(d))
	}
	t.centres.Store(d, c)
	return c
}

// middle is the centre of the commune nearest to the middle of several, and how far they reach from there.
func (t *communeTable) middle(communes []*geo.Division) centre {
	var lat, lon, n int64
	for _, d := range communes {
		if c := t.centre(d); c.ok {
			lat, lon, n = lat+int64(c.point.LatE7), lon+int64(c.point.LonE7), n+1
		}
	}
	if n == 0 {
		return centre{}
	}
	middle := geo.Point{LatE7: int32(lat / n), LonE7: int32(lon / n)}
	var best centre
	nearest := 0.0
	for _, d := range communes {
		c := t.centre(d)
		if metres := geo.Distance(middle, c.point); c.ok && (!best.ok || metres < nearest) {
			best, nearest = c, metres
		}
	}
	for _, d := range communes {
		if c := t.centre(d); c.ok {
			best.radiusM = max(best.radiusM, geo.Distance(best.point, c.point)+c.radiusM)
		}
	}
	return best
}

// communesOf are today's communes of a division of any level and epoch.
func (t *communeTable) communesOf(d *geo.Division) []*geo.Division {
	today := geo.Today()
	switch {
	case d.Level == geo.LevelCommune && d.ExistsAt(today):
		return []*geo.Division{d}
	case d.Level == geo.LevelProvince && d.ExistsAt(today):
		return t.divisions.Children(d)
	}
	var communes []*geo.Division
	for _, r := range t.divisions.Successors(d) {
		if r.To.Level == geo.LevelCommune {
			communes = append(communes, r.To)
		}
	}
	if d.Level == geo.LevelProvince { // communes of its districts
		for _, child := range t.divisions.Children(d) {
			communes = append(communes, t.communesOf(child)...)
		}
	}
	return communes
}
