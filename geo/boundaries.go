package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// vertexStep is the grid of the vertices, 1e-5 degrees, in whole 1e-7 degrees: the resolution of the source.
const vertexStep = 100

// Boundaries are the drawn boundaries of the communes (since 2025-07-01), shared edges once.
//
// They are a topology: an arc is a chain of vertices between junctions, stored once, and a ring is a closed walk over arcs. The inside
// of a commune is what an odd number of its rings goes around, so holes, islands in holes and touching parts need no special care.
// Boundaries are immutable and safe for concurrent use.
type Boundaries struct {
	codes    []string // of the communes, ascending
	vertices []Point  // of all arcs, one after the other; whole multiples of vertexStep
	arcs     []arc
	walks    []walk // of all rings, one after the other

	// Where each one's parts begin, with one entry more than there are parts' owners.
	ringWalks       []uint32 // ring → first walk
	polygonRings    []uint32 // polygon → first ring, the outer one; the others are holes
	communePolygons []uint32 // commune → first polygon
}

// arc is a chain of vertices shared by the rings that walk over it.
type arc struct {
	first, end uint32 // its vertices
	land       bool   // not a coast: the land border of the country, or the edge of a gap between communes
}

// walk is one step of a ring: an arc, forwards or backwards.
type walk struct {
	arc     uint32
	reverse bool
}

// CommuneShape is the boundary of a commune as its source draws it.
type CommuneShape struct {
	Code  string
	Shape orb.MultiPolygon
}

// Codes returns the codes of the communes that are drawn, ascending.
func (b *Boundaries) Codes() []string { return slices.Clone(b.codes) }

// MultiPolygon returns a commune's boundary: closed rings, outer rings counter-clockwise, holes clockwise.
func (b *Boundaries) MultiPolygon(code string) (orb.MultiPolygon, bool) {
	commune, ok := b.commune(code)
	if !ok {
		return nil, false
	}
	shape := make(orb.MultiPolygon, 0, b.communePolygons[commune+1]-b.communePolygons[commune])
	for polygon := b.communePolygons[commune]; polygon < b.communePolygons[commune+1]; polygon++ {
		rings := make(orb.Polygon, 0, b.polygonRings[polygon+1]-b.polygonRings[polygon])
		for ring := b.polygonRings[polygon]; ring < b.polygonRings[polygon+1]; ring++ {
			rings = append(rings, b.orbRing(ring))
		}
		shape = append(shape, rings)
	}
	return shape, true
}

func (b *Boundaries) orbRing(ring uint32) orb.Ring {
	walks := b.walks[b.ringWalks[ring]:b.ringWalks[ring+1]]
	size := 1
	for _, w := range walks {
		size += int(b.arcs[w.arc].end-b.arcs[w.arc].first) - 1
	}
	points := make(orb.Ring, 0, size)
	for _, w := range walks {
		vertices := b.arcVertices(w.arc)
		for i := 1; i < len(vertices); i++ { // the last vertex of a walk is the first of the next
			v := vertices[i-1]
			if w.reverse {
				v = vertices[len(vertices)-i]
			}
			points = append(points, orb.Point{v.Lon(), v.Lat()})
		}
	}
	return append(points, points[0])
}

func (b *Boundaries) arcVertices(arc uint32) []Point {
	return b.vertices[b.arcs[arc].first:b.arcs[arc].end]
}

// commune returns the index of a commune.
func (b *Boundaries) commune(code string) (uint32, bool) {
	i, ok := slices.BinarySearch(b.codes, code)
	return uint32(i), ok
}

// communeWalks returns the walks of all rings of a commune.
func (b *Boundaries) communeWalks(commune uint32) []walk {
	first := b.polygonRings[b.communePolygons[commune]]
	end := b.polygonRings[b.communePolygons[commune+1]]
	return b.walks[b.ringWalks[first]:b.ringWalks[end]]
}
