package tiles

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// country is the boundaries made ready to be drawn at every zoom. It is immutable.
type country struct {
	spots  []spot
	detail []uint8 // of each spot, the zoom from which on it is drawn
	arcs   []arc
	units  []*unit // by rank
	around area
}

// arc is a piece of border.
type arc struct {
	first, end int // its spots
	around     area
}

// unit is a province or commune.
type unit struct {
	division  *geo.Division
	polygons  []polygon
	around    area
	size      float64 // in squared units of the world
	label     spot
	labelFrom uint32 // zoom
	rank      int    // of its name among all names: 1 is drawn first
	islands   bool   // Hoàng Sa, Trường Sa: drawn at every zoom
}

type polygon struct {
	rings  []ring // the first around it, the others around its holes
	around area
	label  spot // of a reef
}

type ring struct {
	walks []geo.Walk
	size  float64 // in squared units of the world
}

// islands are the names that maps give the archipelagos, by the special zones (đặc khu) of Đà Nẵng and Khánh Hòa that they are.
var islands = map[string]string{
	"20333": "Quần đảo Hoàng Sa (Việt Nam)",
	"22736": "Quần đảo Trường Sa (Việt Nam)",
}

// newCountry prepares the divisions that exist at a date.
func newCountry(b *geo.Boundaries, ds *geo.Divisions, at geo.Date) (*country, error) {
	c := &country{around: nothing}
	for _, chain := range b.Arcs() {
		a := arc{first: len(c.spots), around: nothing}
		for _, p := range chain {
			s := spotOf(p)
			c.spots = append(c.spots, s)
			a.around = a.around.with(s)
		}
		a.end = len(c.spots)
		c.arcs = append(c.arcs, a)
		c.detail = append(c.detail, details(c.spots[a.first:a.end])...)
	}
	for _, province := range ds.All(geo.LevelProvince, at) {
		var communes []string
		for _, d := range ds.Children(province) {
			if d.ExistsAt(at) {
				communes = append(communes, d.Code)
				if err := c.add(b, d, d.Code); err != nil {
					return nil, err
				}
			}
		}
		if err := c.add(b, province, communes...); err != nil {
			return nil, err
		}
	}
	c.rank(at)
	return c, nil
}

func (c *country) add(b *geo.Boundaries, d *geo.Division, communes ...string) error {
	shape, ok := b.Walks(communes...)
	if !ok {
		return fmt.Errorf("prepare map: %s %s has no boundary", d.Level, d.Code)
	}
	u := &unit{division: d, around: nothing, islands: islands[d.Code] != "" && d.Level == geo.LevelCommune}
	var largest float64
	for _, rings := range shape {
		p := polygon{around: nothing}
		for i, walks := range rings {
			r := ring{walks: walks, size: c.size(walks)}
			if i > 0 {
				u.size -= r.size
			} else {
				u.size += r.size
				for _, w := range walks {
					p.around = p.around.and(c.arcs[w.Arc].around)
				}
			}
			p.rings = append(p.rings, r)
		}
		u.around = u.around.and(p.around)
		if size := p.rings[0].size; size > largest || u.islands {
			largest, u.label = size, c.inside(p)
			p.label = u.label
		}
		u.polygons = append(u.polygons, p)
	}
	if u.islands {
		u.label = u.around.middle()
	}
	c.around = c.around.and(u.around)
	c.units = append(c.units, u)
	return nil
}

// eachSpot calls do for the spots of a ring in order, the first not again at the end: those that are drawn at a zoom, and the ends of arcs.
func (c *country) eachSpot(walks []geo.Walk, zoom uint32, do func(spot)) {
	for _, w := range walks {
		a := c.arcs[w.Arc]
		c.eachOfArc(a, w.Reverse, zoom, do)
	}
}

// eachOfArc leaves out the last spot of the walk, with which the next one begins.
func (c *country) eachOfArc(a arc, reverse bool, zoom uint32, do func(spot)) {
	if reverse {
		for i := a.end - 1; i > a.first; i-- {
			if i == a.end-1 || uint32(c.detail[i]) <= zoom {
				do(c.spots[i])
			}
		}
		return
	}
	for i := a.first; i < a.end-1; i++ {
		if i == a.first || uint32(c.detail[i]) <= zoom {
			do(c.spots[i])
		}
	}
}

// size is the area that a ring goes around, in squared units of the world.
func (c *country) size(walks []geo.Walk) float64 {
	first, prev := true, spot{}
	var origin spot
	var sum float64
	c.eachSpot(walks, MaxZoom, func(s spot) {
		if first {
			first, origin = false, s
		} else {
			sum += cross(origin, prev, s)
		}
		prev = s
	})
	return math.Abs(sum) / 2
}

// cross is twice the signed area of a triangle.
func cross(o, a, b spot) float64 {
	ax, ay := float64(a.x)-float64(o.x), float64(a.y)-float64(o.y)
	bx, by := float64(b.x)-float64(o.x), float64(b.y)-float64(o.y)
	return ax*by - bx*ay
}

const (
	scanLines  = 15 // parallels that a polygon is looked at along for the place of its name
	scanDetail = 12 // zoom that is exact enough for it
)

// inside is the middle of the widest stretch of a polygon along a few parallels, those near its middle preferred: it lies neither
// outside nor in a hole.
func (c *country) inside(p polygon) spot {
	best, at := -1.0, p.around.middle()
	for i := range scanLines {
		share := (float64(i) + 0.5) / scanLines
		y := float64(p.around.north) + share*float64(p.around.south-p.around.north) + 0.5
		var crossings []float64
		for _, r := range p.rings {
			var first, prev spot
			begun := false
			edge := func(a, b spot) {
				if ya, yb := float64(a.y), float64(b.y); ya < y != (yb < y) {
					crossings = append(crossings, float64(a.x)+(y-ya)/(yb-ya)*(float64(b.x)-float64(a.x)))
				}
			}
			c.eachSpot(r.walks, scanDetail, func(s spot) {
				if begun {
					edge(prev, s)
				} else {
					begun, first = true, s
				}
				prev = s
			})
			edge(prev, first)
		}
		slices.Sort(crossings)
		for k := 0; k+1 < len(crossings); k += 2 {
			width := crossings[k+1] - crossings[k]
			if weighed := width * (1 - math.Abs(share-0.5)); weighed > best {
				best, at = weighed, spot{uint32((crossings[k] + crossings[k+1]) / 2), uint32(y)}
			}
		}
	}
	return at
}

// Names of a unit are drawn from the zoom on at which it covers so many points of the map, within limits.
const (
	provinceNameSize, provinceNameFirst, provinceNameLast = 400, 3, 6
	communeNameSize, communeNameFirst, communeNameLast    = 900, 8, 14
	cityNameLast                                          = 4
)

// rank orders the names: the archipelagos, the cities that are provinces, the other provinces, the communes; the larger before the
// smaller.
func (c *country) rank(at geo.Date) {
	class := func(u *unit) int {
		switch {
		case u.islands:
			return 0
		case u.division.Level == geo.LevelCommune:
			return 3
		case u.division.Name(at).Type == "Thành phố":
			return 1
		}
		return 2
	}
	slices.SortFunc(c.units, func(a, b *unit) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(b.size, a.size), cmp.Compare(a.division.Code, b.division.Code))
	})
	for i, u := range c.units {
		u.rank = i + 1
		switch class(u) {
		case 0:
			u.labelFrom = 0
		case 3:
			u.labelFrom = firstZoom(u.size, communeNameSize, communeNameFirst, communeNameLast)
		case 1:
			u.labelFrom = firstZoom(u.size, provinceNameSize, provinceNameFirst, cityNameLast)
		default:
			u.labelFrom = firstZoom(u.size, provinceNameSize, provinceNameFirst, provinceNameLast)
		}
	}
}

// firstZoom is the first zoom at which an area covers so many points, within limits.
func firstZoom(size, points float64, first, last uint32) uint32 {
	for z := first; z < last; z++ {
		if newFrame(ID{Z: z}).pixels(size) >= points {
			return z
		}
	}
	return last
}
