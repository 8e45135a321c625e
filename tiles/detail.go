package tiles

import "math"

// details says for each spot of an arc from which zoom on it is drawn, by Douglas and Peucker: a spot is left out where the line without
// it passes within half a point of the map. The ends of an arc are drawn at every zoom, so that arcs stay joined.
func details(chain []spot) []uint8 {
	zooms := make([]uint8, len(chain))
	type stretch struct {
		first, last int
		least       uint8 // the zoom from which on the stretch is divided at all
	}
	for open := []stretch{{0, len(chain) - 1, 0}}; len(open) > 0; {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		far, farthest := -1.0, 0
		for i := s.first + 1; i < s.last; i++ {
			if d := squareToEdge(chain[i], chain[s.first], chain[s.last]); d > far {
				far, farthest = d, i
			}
		}
		if far < 0 {
			continue
		}
		zoom := max(s.least, zoomFor(math.Sqrt(far)))
		zooms[farthest] = zoom
		open = append(open, stretch{s.first, farthest, zoom}, stretch{farthest, s.last, zoom})
	}
	return zooms
}

// zoomFor is the first zoom at which a distance in units of the world is more than half a point of the map.
func zoomFor(distance float64) uint8 {
	for z := range uint32(MaxZoom) {
		if distance > float64(int64(pixel/2)<<(worldBits-extentBits-z)) {
			return uint8(z)
		}
	}
	return MaxZoom // where everything is drawn
}

// squareToEdge is the squared distance from p to the edge from a to b.
func squareToEdge(p, a, b spot) float64 {
	px, py := float64(p.x)-float64(a.x), float64(p.y)-float64(a.y)
	bx, by := float64(b.x)-float64(a.x), float64(b.y)-float64(a.y)
	if length := bx*bx + by*by; length > 0 {
		t := min(max((px*bx+py*by)/length, 0), 1)
		px, py = px-t*bx, py-t*by
	}
	return px*px + py*py
}
