package importer

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func fromOrb(p orb.Point) (geo.Point, error) { return geo.NewPoint(p.Lat(), p.Lon()) }

// placeInside puts a building's address at a point inside its largest part, with the outline as footprint.
func placeInside(parts orb.MultiPolygon) (*placed, error) {
	var largest orb.Polygon
	best := -1.0
	for _, part := range parts {
		if len(part) == 0 || len(part[0]) < 4 {
			continue
		}
		if area := math.Abs(planar.Area(part)); area > best {
			largest, best = part, area
		}
	}
	if largest == nil {
		return nil, invalid("geometry", "the outline has fewer than three corners")
	}
	footprint := make([]geo.Point, 0, len(largest[0]))
	for _, corner := range largest[0] {
		p, err := fromOrb(corner)
		if err != nil {
			return nil, err
		}
		if len(footprint) == 0 || footprint[len(footprint)-1] != p {
			footprint = append(footprint, p)
		}
	}
	if len(footprint) > 1 && footprint[0] == footprint[len(footprint)-1] {
		footprint = footprint[:len(footprint)-1] // geo's rings are open
	}
	if len(footprint) < 3 || len(footprint) > registry.MaxFootprint {
		footprint = nil // it only guides codes that spill
	}
	point, err := fromOrb(interiorPoint(largest))
	if err != nil {
		return nil, err
	}
	return &placed{point: point, ptype: registry.PositionBuilding, footprint: footprint}, nil
}

// interiorPoint is the centroid where it lies inside, else the middle of the widest stretch inside the polygon on the
// horizontal line through the middle of its height. A polygon without area gives its first corner.
func interiorPoint(p orb.Polygon) orb.Point {
	centroid, area := planar.CentroidArea(p)
	if area == 0 || !finite(centroid) {
		return p[0][0]
	}
	if planar.PolygonContains(p, centroid) {
		return centroid
	}
	bound := p[0].Bound()
	// A line through a corner counts it twice or not at all, so look for a line that meets none.
	for _, share := range []float64{0.5, 0.47, 0.53, 0.41, 0.59, 0.3, 0.7} {
		y := bound.Min.Y() + share*(bound.Max.Y()-bound.Min.Y())
		if x, ok := widestStretch(p, y); ok {
			if point := (orb.Point{x, y}); planar.PolygonContains(p, point) {
				return point
			}
		}
	}
	return p[0][0]
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

func widestStretch(p orb.Polygon, y float64) (x float64, ok bool) {
	var xs []float64
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a.Y() > y) != (b.Y() > y) {
				xs = append(xs, a.X()+(y-a.Y())/(b.Y()-a.Y())*(b.X()-a.X()))
			}
		}
	}
	slices.Sort(xs)
	widest := 0.0
	for i := 1; i < len(xs); i += 2 {
		if w := xs[i] - xs[i-1]; w > widest {
			widest, x, ok = w, (xs[i]+xs[i-1])/2, true
		}
	}
	return x, ok
}

// joinRings puts lines together at their ends to closed rings; what does not close is left out.
func joinRings(lines []orb.LineString) []orb.Ring {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l orb.LineString) bool { return len(l) < 2 })
	var rings []orb.Ring
	for len(lines) > 0 {
		ring := slices.Clone(lines[0])
		lines = lines[1:]
		for ring[0] != ring[len(ring)-1] {
			end := ring[len(ring)-1]
			i := slices.IndexFunc(lines, func(l orb.LineString) bool { return l[0] == end || l[len(l)-1] == end })
			if i < 0 {
				break
			}
			next := slices.Clone(lines[i])
			lines = slices.Delete(lines, i, i+1)
			if next[0] != end {
				slices.Reverse(next)
			}
			ring = append(ring, next[1:]...)
		}
		if len(ring) >= 4 && ring[0] == ring[len(ring)-1] {
			rings = append(rings, orb.Ring(ring))
		}
	}
	return rings
}
