package geo

import (
	"cmp"
	"slices"
)

// Walk is one step of a ring: an arc from its first vertex to its last, or backwards.
type Walk struct {
	Arc     int
	Reverse bool
}

// Arcs returns the chains of vertices, two or more each, that the boundaries are made of. An edge between two communes is in one of
// them, once, so what is drawn of an arc is drawn alike on both sides. Callers must not change them.
func (b *Boundaries) Arcs() [][]Point {
	arcs := make([][]Point, len(b.arcs))
	for i := range arcs {
		arcs[i] = b.arcVertices(uint32(i))
	}
	return arcs
}

// Walks returns the boundary of a commune, or of several taken together, as polygons of rings of walks, in the forms of MultiPolygon
// and Union: the first ring of a polygon counter-clockwise around it, the others clockwise around its holes. A walk ends where the
// next one begins, the last one where the first does. ok is false when there are no codes, or one is not drawn.
func (b *Boundaries) Walks(codes ...string) (polygons [][][]Walk, ok bool) {
	if len(codes) != 1 {
		shape, ok := b.union(codes)
		for _, polygon := range shape {
			var rings [][]Walk
			for _, ring := range polygon {
				rings = append(rings, walksOf(ring))
			}
			polygons = append(polygons, rings)
		}
		return polygons, ok
	}
	commune, ok := b.commune(codes[0])
	if !ok {
		return nil, false
	}
	for polygon := b.communePolygons[commune]; polygon < b.communePolygons[commune+1]; polygon++ {
		var rings [][]Walk
		for ring := b.polygonRings[polygon]; ring < b.polygonRings[polygon+1]; ring++ {
			rings = append(rings, walksOf(b.walks[b.ringWalks[ring]:b.ringWalks[ring+1]]))
		}
		polygons = append(polygons, rings)
	}
	return polygons, true
}

func walksOf(ring []walk) []Walk {
	walks := make([]Walk, len(ring))
	for i, w := range ring {
		walks[i] = Walk{int(w.arc), w.reverse}
	}
	return walks
}

// union is Union in walks.
func (b *Boundaries) union(codes []string) (shape [][][]walk, ok bool) {
	var walks []walk
	for _, code := range codes {
		commune, ok := b.commune(code)
		if !ok {
			return nil, false
		}
		walks = append(walks, b.communeWalks(commune)...)
	}
	type drawn struct {
		walks []walk
		ring  []Point
		area  int64
	}
	var outer, holes []drawn
	for _, walks := range b.chain(oneSided(walks)) {
		ring := b.ringOf(walks)
		switch area := ringArea(ring); {
		case area > 0:
			outer = append(outer, drawn{walks, ring, area})
		case area < 0:
			holes = append(holes, drawn{walks, ring, area})
		}
	}
	slices.SortStableFunc(outer, func(a, b drawn) int { return cmp.Compare(b.area, a.area) })
	shape = make([][][]walk, len(outer))
	for i, around := range outer {
		shape[i] = [][]walk{around.walks}
	}
	for _, hole := range holes {
		for i, around := range slices.Backward(outer) { // the smallest that goes around it
			if goesAround(around.ring, hole.ring) {
				shape[i] = append(shape[i], hole.walks)
				break
			}
		}
	}
	return shape, len(shape) > 0
}
