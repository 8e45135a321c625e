package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Union returns the boundary of communes taken together, in the form of MultiPolygon and with the largest polygon first: of a
// province, the arcs that have it on one side only. Rings are simple; where two parts touch, they touch in a vertex. Gaps that the
// drawing leaves between communes are holes. ok is false when there are no codes, or one is not drawn.
func (b *Boundaries) Union(codes ...string) (shape orb.MultiPolygon, ok bool) {
	polygons, ok := b.union(codes)
	if !ok {
		return nil, false
	}
	shape = make(orb.MultiPolygon, len(polygons))
	for i, polygon := range polygons {
		for _, ring := range polygon {
			shape[i] = append(shape[i], orbRingOf(b.ringOf(ring)))
		}
	}
	return shape, true
}

// oneSided drops the walks that another one takes back, in order: what is left has the inside on its left and not on its right.
func oneSided(walks []walk) []walk {
	taken := make(map[walk]int, len(walks))
	for _, w := range walks {
		if back := (walk{w.arc, !w.reverse}); taken[back] > 0 {
			taken[back]--
		} else {
			taken[w]++
		}
	}
	return slices.DeleteFunc(walks, func(w walk) bool {
		taken[w]--
		return taken[w] < 0
	})
}

// chain joins walks to closed rings in which no vertex comes twice. As many walks must begin in a vertex as end there, which holds
// for those of closed rings.
func (b *Boundaries) chain(walks []walk) [][]walk {
	from := make(map[Point][]walk, len(walks))
	for _, w := range walks {
		at, _ := b.ends(w)
		from[at] = append(from[at], w)
	}
	var rings [][]walk
	for _, w := range walks {
		at, _ := b.ends(w)
		var path []walk
		passed := map[Point]int{} // vertex where a walk of the path begins → its place in the path
		for len(from[at]) > 0 {
			w := from[at][0]
			from[at] = from[at][1:]
			passed[at] = len(path)
			path = append(path, w)
			_, at = b.ends(w)
			first, again := passed[at]
			if !again {
				continue
			}
			rings = append(rings, slices.Clone(path[first:]))
			for _, w := range path[first:] {
				begin, _ := b.ends(w)
				delete(passed, begin)
			}
			path = path[:first]
		}
	}
	return rings
}

// ringOf returns the closed ring of vertices that walks go along.
func (b *Boundaries) ringOf(walks []walk) []Point {
	var ring []Point
	for _, w := range walks {
		vertices := b.arcVertices(w.arc)
		if w.reverse {
			vertices = slices.Clone(vertices)
			slices.Reverse(vertices)
		}
		ring = append(ring, vertices[:len(vertices)-1]...)
	}
	return append(ring, ring[0])
}

func orbRingOf(ring []Point) orb.Ring {
	points := make(orb.Ring, len(ring))
	for i, v := range ring {
		points[i] = orb.Point{v.Lon(), v.Lat()}
	}
	return points
}

// goesAround reports whether a closed ring encloses another that it may touch but shares no edge with: whether an odd number of
// edges lies east of the middle of one of the other's. Coordinates are doubled, so that the middle is whole.
func goesAround(ring, other []Point) bool {
	x, y := int64(other[0].LonE7)+int64(other[1].LonE7), int64(other[0].LatE7)+int64(other[1].LatE7)
	inside := false
	for i := 1; i < len(ring); i++ {
		ax, ay := 2*int64(ring[i-1].LonE7)-x, 2*int64(ring[i-1].LatE7)-y
		bx, by := 2*int64(ring[i].LonE7)-x, 2*int64(ring[i].LatE7)-y
		if ay > 0 == (by > 0) {
			continue
		}
		if left := ax*by - bx*ay; left > 0 == (by > ay) {
			inside = !inside
		}
	}
	return inside
}
