package geo

import (
	"math"
	"slices"
)

// scanLines is how many parallels a commune is looked at along for its representative point.
const scanLines = 15

// Representative returns a point well inside a commune as it is drawn, and the metres from it within which the whole commune
// lies; false for a commune that is not drawn. The point is the middle of the widest stretch of land along a few parallels,
// those near the middle preferred; unlike a centroid it never lies outside, nor in a hole.
func (b *Boundaries) Representative(code string) (p Point, radiusM float64, ok bool) {
	commune, ok := b.commune(code)
	if !ok {
		return Point{}, 0, false
	}
	walks := b.communeWalks(commune)
	south, north := int32(math.MaxInt32), int32(math.MinInt32)
	for _, w := range walks {
		for _, v := range b.arcVertices(w.arc) {
			south, north = min(south, v.LatE7), max(north, v.LatE7)
		}
	}
	best := -1.0
	for i := range scanLines {
		share := (float64(i) + 0.5) / scanLines
		// off the grid of the vertices, so that the parallel meets none
		lat := south + int32(share*float64(int64(north)-int64(south)))/vertexStep*vertexStep + vertexStep/2
		crossings := b.crossings(walks, lat)
		for c := 0; c+1 < len(crossings); c += 2 {
			width := crossings[c+1] - crossings[c]
			if weighed := width * (1 - math.Abs(share-0.5)); weighed > best {
				best, p = weighed, Point{LatE7: lat, LonE7: int32((crossings[c] + crossings[c+1]) / 2)}
			}
		}
	}
	if best < 0 {
		return Point{}, 0, false
	}
	for _, w := range walks {
		for _, v := range b.arcVertices(w.arc) {
			radiusM = max(radiusM, Distance(p, v))
		}
	}
	return p, radiusM, true
}

// crossings are the longitudes, in 1e-7 degrees and ascending, at which rings cross a parallel that holds no vertex.
func (b *Boundaries) crossings(walks []walk, lat int32) []float64 {
	var at []float64
	for _, w := range walks {
		vertices := b.arcVertices(w.arc)
		for i := 1; i < len(vertices); i++ {
			a, c := vertices[i-1], vertices[i]
			if (a.LatE7 < lat) == (c.LatE7 < lat) {
				continue
			}
			share := float64(int64(lat)-int64(a.LatE7)) / float64(int64(c.LatE7)-int64(a.LatE7))
			at = append(at, float64(a.LonE7)+share*float64(int64(c.LonE7)-int64(a.LonE7)))
		}
	}
	slices.Sort(at)
	return at
}

// Neighbours returns, for each drawn commune, the codes of those that share a piece of its border, ascending.
func (b *Boundaries) Neighbours() map[string][]string {
	sides := make([][]uint32, len(b.arcs)) // arc → communes with it
	for commune := range uint32(len(b.codes)) {
		for _, w := range b.communeWalks(commune) {
			if !slices.Contains(sides[w.arc], commune) {
				sides[w.arc] = append(sides[w.arc], commune)
			}
		}
	}
	neighbours := make(map[string][]string, len(b.codes))
	for _, communes := range sides {
		for _, c := range communes {
			for _, o := range communes {
				if o != c && !slices.Contains(neighbours[b.codes[c]], b.codes[o]) {
					neighbours[b.codes[c]] = append(neighbours[b.codes[c]], b.codes[o])
				}
			}
		}
	}
	for _, codes := range neighbours {
		slices.Sort(codes)
	}
	return neighbours
}
