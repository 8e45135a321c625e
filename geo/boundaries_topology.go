package geo

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// LandBorder names the stretch of a country's outline that is a border with other countries and not a coast: counter-clockwise along
// the outer ring of the largest landmass, from the vertex nearest to From to the vertex nearest to To.
type LandBorder struct{ From, To Point }

// VietnamLandBorder runs from the mouth of the Bắc Luân river at Móng Cái, the easternmost drawn vertex of the Chinese border, around
// the mainland to the drawn corner north-west of Hà Tiên where the Cambodian border meets the gulf.
func VietnamLandBorder() LandBorder {
	return LandBorder{
		From: Point{LatE7: 21_5376300, LonE7: 108_0476500},
		To:   Point{LatE7: 10_4231800, LonE7: 104_4390500},
	}
}

// segment is a directed edge.
type segment struct{ a, b Point }

// sketch is a topology under construction.
type sketch struct {
	out      *Boundaries
	junction map[Point]bool
	arcAt    map[segment]walk // the first edge of each arc, in either direction
	land     map[segment]bool
}

// buildTopology cuts the rings of the communes into shared arcs.
func buildTopology(communes []CommuneShape, border LandBorder) (*Boundaries, error) {
	shapes := make([][][][]Point, len(communes)) // commune, polygon, ring: closed, at least four vertices
	for i, commune := range communes {
		if i > 0 && communes[i-1].Code >= commune.Code {
			return nil, fmt.Errorf("commune %q follows %q: codes must ascend", commune.Code, communes[i-1].Code)
		}
		shape, err := quantise(commune.Shape)
		if err != nil {
			return nil, fmt.Errorf("commune %s: %w", commune.Code, err)
		}
		shapes[i] = shape
	}
	s := &sketch{out: &Boundaries{}, arcAt: map[segment]walk{}}
	var err error
	if s.land, err = landEdges(shapes, border); err != nil {
		return nil, err
	}
	s.findJunctions(shapes)
	for i, shape := range shapes {
		s.out.codes = append(s.out.codes, communes[i].Code)
		s.out.communePolygons = append(s.out.communePolygons, uint32(len(s.out.polygonRings)))
		for _, polygon := range shape {
			s.out.polygonRings = append(s.out.polygonRings, uint32(len(s.out.ringWalks)))
			for _, ring := range polygon {
				s.out.ringWalks = append(s.out.ringWalks, uint32(len(s.out.walks)))
				s.cut(ring)
			}
		}
	}
	s.out.communePolygons = append(s.out.communePolygons, uint32(len(s.out.polygonRings)))
	s.out.polygonRings = append(s.out.polygonRings, uint32(len(s.out.ringWalks)))
	s.out.ringWalks = append(s.out.ringWalks, uint32(len(s.out.walks)))
	return s.out, nil
}

// quantise rounds a shape to the vertex grid, drops what vanishes by it, and turns outer rings counter-clockwise and holes clockwise.
func quantise(shape orb.MultiPolygon) ([][][]Point, error) {
	var polygons [][][]Point
	for _, source := range shape {
		var polygon [][]Point
		for i, sourceRing := range source {
			ring, err := quantiseRing(sourceRing)
			if err != nil {
				return nil, err
			}
			area := ringArea(ring)
			if area == 0 && i == 0 {
				break // a polygon without an outer ring is nothing
			}
			if area == 0 {
				continue
			}
			if outer := i == 0; area > 0 != outer {
				slices.Reverse(ring)
			}
			polygon = append(polygon, ring)
		}
		if len(polygon) > 0 {
			polygons = append(polygons, polygon)
		}
	}
	if len(polygons) == 0 {
		return nil, errors.New("no polygon is left at a resolution of 1e-5 degrees")
	}
	return polygons, nil
}

// quantiseRing returns a closed ring on the vertex grid, without repeated vertices.
func quantiseRing(source orb.Ring) ([]Point, error) {
	ring := make([]Point, 0, len(source)+1)
	for _, at := range source {
		if !(math.Abs(at.Lat()) <= 90 && math.Abs(at.Lon()) <= 180) {
			return nil, fmt.Errorf("vertex %v (lon, lat) is not on the globe", at)
		}
		v := Point{int32(math.Round(at.Lat()*1e5)) * vertexStep, int32(math.Round(at.Lon()*1e5)) * vertexStep}
		if len(ring) == 0 || ring[len(ring)-1] != v {
			ring = append(ring, v)
		}
	}
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring, nil
}

// ringArea is twice the signed area of a closed ring in squared vertex steps, positive when counter-clockwise.
func ringArea(ring []Point) int64 {
	var area int64
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		// Relative to the first vertex, so that the products stay small.
		ax, ay := (int64(a.LonE7)-int64(ring[0].LonE7))/vertexStep, (int64(a.LatE7)-int64(ring[0].LatE7))/vertexStep
		bx, by := (int64(b.LonE7)-int64(ring[0].LonE7))/vertexStep, (int64(b.LatE7)-int64(ring[0].LatE7))/vertexStep
		area += ax*by - bx*ay
	}
	return area
}

// landEdges returns the outer edges that are not coast: the land border, and the edges of gaps between communes.
func landEdges(shapes [][][][]Point, border LandBorder) (map[segment]bool, error) {
	land := map[segment]bool{}
	var mainland []Point
	var mainlandArea int64
	for _, ring := range outline(shapes) {
		area := ringArea(ring)
		if area < 0 {
			markEdges(land, ring)
		}
		if area > mainlandArea {
			mainland, mainlandArea = ring, area
		}
	}
	if border == (LandBorder{}) {
		return land, nil
	}
	if len(mainland) == 0 {
		return nil, fmt.Errorf("there is no outer ring for the land border to run along")
	}
	open := mainland[:len(mainland)-1]
	from, to := nearestVertex(open, border.From), nearestVertex(open, border.To)
	stretch := []Point{open[from]}
	for i := from; i != to; {
		i = (i + 1) % len(open)
		stretch = append(stretch, open[i])
	}
	markEdges(land, stretch)
	return land, nil
}

func markEdges(edges map[segment]bool, chain []Point) {
	for i := 1; i < len(chain); i++ {
		edges[segment{chain[i-1], chain[i]}] = true
	}
}

func nearestVertex(chain []Point, p Point) int {
	best, bestM := 0, math.Inf(1)
	for i, v := range chain {
		if m := Distance(p, v); m < bestM {
			best, bestM = i, m
		}
	}
	return best
}

// outline returns the closed rings of the edges that only one side is drawn of: land on the left.
func outline(shapes [][][][]Point) [][]Point {
	edges := map[segment]bool{}
	each(shapes, func(ring []Point) { markEdges(edges, ring) })
	next := map[Point][]Point{}
	var starts []Point // in the order of the source, so that the result is the same in every run
	each(shapes, func(ring []Point) {
		for i := 1; i < len(ring); i++ {
			if a, b := ring[i-1], ring[i]; !edges[segment{b, a}] {
				next[a] = append(next[a], b)
				starts = append(starts, a)
			}
		}
	})
	var rings [][]Point
	for _, start := range starts {
		for len(next[start]) > 0 {
			ring := []Point{start}
			for at := start; len(next[at]) > 0; {
				to := next[at][0]
				next[at] = next[at][1:]
				ring = append(ring, to)
				if at = to; at == start {
					break
				}
			}
			if ring[len(ring)-1] == start {
				rings = append(rings, ring)
			}
		}
	}
	return rings
}

func each(shapes [][][][]Point, do func(ring []Point)) {
	for _, shape := range shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				do(ring)
			}
		}
	}
}

// findJunctions marks the vertices where chains meet or the land border begins or ends: where not all rings pass between the same two neighbours.
func (s *sketch) findJunctions(shapes [][][][]Point) {
	s.junction = map[Point]bool{}
	neighbours := map[Point]segment{}
	each(shapes, func(ring []Point) {
		n := len(ring) - 1
		for i := range n {
			before, v, after := ring[(i+n-1)%n], ring[i], ring[i+1]
			if s.land[segment{before, v}] != s.land[segment{v, after}] {
				s.junction[v] = true
			}
			seen, ok := neighbours[v]
			switch {
			case !ok:
				neighbours[v] = segment{before, after}
			case seen != segment{before, after} && seen != segment{after, before}:
				s.junction[v] = true
			}
		}
	})
}

// cut splits a closed ring at its junctions and adds its walks, and the arcs that are new.
func (s *sketch) cut(ring []Point) {
	ring = s.rotate(ring)
	for first := 0; first < len(ring)-1; {
		last := first + 1
		for last < len(ring)-1 && !s.junction[ring[last]] {
			last++
		}
		s.walkOver(ring[first : last+1])
		first = last
	}
}

// rotate starts a closed ring at a junction, or at its smallest vertex when it has none, so that rings that coincide start alike.
func (s *sketch) rotate(ring []Point) []Point {
	open, start := ring[:len(ring)-1], 0
	for i, v := range open {
		if s.junction[v] {
			start = i
			break
		}
		if least := open[start]; v.LatE7 < least.LatE7 || v.LatE7 == least.LatE7 && v.LonE7 < least.LonE7 {
			start = i
		}
	}
	return append(append(slices.Clone(open[start:]), open[:start]...), open[start])
}

func (s *sketch) walkOver(chain []Point) {
	w, known := s.arcAt[segment{chain[0], chain[1]}]
	if !known {
		w = walk{arc: uint32(len(s.out.arcs))}
		first := uint32(len(s.out.vertices))
		s.out.vertices = append(s.out.vertices, chain...)
		s.out.arcs = append(s.out.arcs, arc{first, first + uint32(len(chain)), s.land[segment{chain[0], chain[1]}]})
		n := len(chain)
		s.arcAt[segment{chain[0], chain[1]}] = w
		s.arcAt[segment{chain[n-1], chain[n-2]}] = walk{w.arc, true}
	}
	s.out.walks = append(s.out.walks, w)
}
