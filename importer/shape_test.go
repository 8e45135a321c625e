package importer

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func TestInteriorPoint(t *testing.T) {
	for name, p := range map[string]orb.Polygon{
		"square":    {{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}},
		"U":         {{{0, 0}, {3, 0}, {3, 3}, {2, 3}, {2, 1}, {1, 1}, {1, 3}, {0, 3}, {0, 0}}},
		"courtyard": {{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}, {{1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}},
		"clockwise": {{{0, 0}, {0, 2}, {2, 2}, {2, 0}, {0, 0}}},
	} {
		if at := interiorPoint(p); !planar.PolygonContains(p, at) {
			t.Errorf("%s: %v lies outside", name, at)
		}
	}
	flat := orb.Polygon{{{0, 0}, {1, 1}, {0, 0}, {0, 0}}}
	if at := interiorPoint(flat); at != (orb.Point{0, 0}) {
		t.Errorf("without area: %v", at)
	}
}

func TestInteriorPointOfRandomStars(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		ring := make(orb.Ring, 0, 13)
		for i := range 12 { // corners at rising angles: a star around the origin, often not convex
			dx, dy := [12]float64{1, .87, .5, 0, -.5, -.87, -1, -.87, -.5, 0, .5, .87}[i], [12]float64{0, .5, .87, 1, .87, .5, 0, -.5, -.87, -1, -.87, -.5}[i]
			r := 0.05 + rng.Float64()
			ring = append(ring, orb.Point{105 + r*dx*1e-4, 21 + r*dy*1e-4})
		}
		ring = append(ring, ring[0])
		if at := interiorPoint(orb.Polygon{ring}); !planar.RingContains(ring, at) {
			t.Fatalf("%v lies outside %v", at, ring)
		}
	}
}

func TestJoinRings(t *testing.T) {
	a, b, c, d := orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 1}
	for name, tt := range map[string]struct {
		lines []orb.LineString
		want  int
	}{
		"one closed":       {[]orb.LineString{{a, b, c, d, a}}, 1},
		"two halves":       {[]orb.LineString{{a, b, c}, {c, d, a}}, 1},
		"one turned round": {[]orb.LineString{{a, b, c}, {a, d, c}}, 1},
		"three in a row":   {[]orb.LineString{{a, b}, {c, d, a}, {c, b}}, 1},
		"open":             {[]orb.LineString{{a, b, c}}, 0},
		"two rings":        {[]orb.LineString{{a, b, c, a}, {a, c, d, a}}, 2},
		"nothing":          {[]orb.LineString{{a}}, 0},
	} {
		if got := joinRings(tt.lines); len(got) != tt.want {
			t.Errorf("%s: %d rings, want %d", name, len(got), tt.want)
		}
	}
}
