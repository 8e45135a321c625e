package tiles

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"

	"github.com/diachiso/diachiso/geo"
)

// communesFrom is the zoom from which on communes are drawn, and partNamesFrom that from which on each reef of the archipelagos has
// the name: nobody who looks at one of them sees the middle of all.
const (
	communesFrom  = 7
	partNamesFrom = 8
)

// divisions draws the provinces and communes.
func (c *country) divisions(f frame, at geo.Date) []*geojson.Feature {
	var features []*geojson.Feature
	for _, u := range c.units {
		if !u.around.meets(f.shown) || u.division.Level == geo.LevelCommune && f.id.Z < communesFrom && !u.islands {
			continue
		}
		if shape := c.draw(f, u); len(shape) > 0 {
			features = append(features, feature(shape, geojson.Properties{
				"code": u.division.Code, "name": u.division.Name(at).Name, "level": string(u.division.Level),
			}))
		}
	}
	return features
}

// draw is what a tile shows of a unit. Parts and holes of less than a point are left out, but for reefs, which become a point.
func (c *country) draw(f frame, u *unit) orb.MultiPolygon {
	var shape orb.MultiPolygon
	dots := map[orb.Point]bool{}
	for i := range u.polygons {
		p := &u.polygons[i]
		if !p.around.meets(f.shown) {
			continue
		}
		if f.pixels(p.rings[0].size) < 1 {
			if dot, ok := f.dot(p.label); ok && u.islands && !dots[dot[0][0]] {
				dots[dot[0][0]] = true
				shape = append(shape, dot)
			}
			continue
		}
		var drawn orb.Polygon
		for i, r := range p.rings {
			if i > 0 && f.pixels(r.size) < 1 {
				continue
			}
			line := whole(clip.Ring(bounds, c.trace(f, r)))
			if len(line) > 0 {
				drawn = append(drawn, line)
			} else if i == 0 {
				break
			}
		}
		if len(drawn) > 0 {
			shape = append(shape, drawn)
		}
	}
	return shape
}

// trace is a ring in units of the tile, closed. Tiles have their rows downwards, which turns rings around; they must run clockwise to
// the eye around what they hold, so they are walked backwards. Of an arc that the tile does not show the ends are enough: the line
// between them is not in the tile either, and no place in the tile lies between the two.
func (c *country) trace(f frame, r ring) orb.Ring {
	var line orb.Ring
	add := func(s spot) {
		if at := f.at(s); len(line) == 0 || line[len(line)-1] != at {
			line = append(line, at)
		}
	}
	for _, w := range slices.Backward(r.walks) {
		a := c.arcs[w.Arc]
		switch {
		case a.around.meets(f.shown):
			c.eachOfArc(a, !w.Reverse, f.id.Z, add)
		case w.Reverse:
			add(c.spots[a.first])
		default:
			add(c.spots[a.end-1])
		}
	}
	if len(line) > 0 {
		line = append(line, line[0])
	}
	return line
}

// dot is a square of a point around a place, where the tile shows it.
func (f frame) dot(s spot) (orb.Polygon, bool) {
	if !f.shows(s) {
		return nil, false
	}
	at := f.at(s)
	const half = pixel / 2
	west, north := at[0]-half, at[1]-half
	return orb.Polygon{{{west, north}, {west + pixel, north}, {west + pixel, north + pixel}, {west, north + pixel}, {west, north}}}, true
}

func rounded(p orb.Point) orb.Point { return orb.Point{math.Round(p[0]), math.Round(p[1])} }

// whole rounds a closed ring to whole units; nil when nothing is left.
func whole(line orb.Ring) orb.Ring {
	kept := line[:0]
	for _, p := range line {
		p = rounded(p)
		if len(kept) == 0 || kept[len(kept)-1] != p {
			kept = append(kept, p)
		}
	}
	if len(kept) < 4 || kept.Orientation() == 0 {
		return nil
	}
	return kept
}

// labels are the names of divisions, at one place each.
func (c *country) labels(f frame, at geo.Date) []*geojson.Feature {
	var features []*geojson.Feature
	for _, u := range c.units {
		if f.id.Z < u.labelFrom || !u.around.meets(f.shown) {
			continue
		}
		name := u.division.Name(at)
		properties := geojson.Properties{"code": u.division.Code, "name": name.Name, "type": name.Type, "level": string(u.division.Level), "rank": u.rank}
		if u.islands {
			properties["name"] = islands[u.division.Code]
		}
		if f.shows(u.label) {
			features = append(features, feature(f.at(u.label), properties))
		}
		if u.islands && f.id.Z >= partNamesFrom {
			for i := range u.polygons {
				if s := u.polygons[i].label; f.shows(s) {
					features = append(features, feature(f.at(s), properties))
				}
			}
		}
	}
	return features
}

func feature(shape orb.Geometry, properties geojson.Properties) *geojson.Feature {
	return &geojson.Feature{Type: "Feature", Geometry: shape, Properties: properties}
}
