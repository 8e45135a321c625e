package geo_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

// builtin returns the built-in data set.
func builtin(t testing.TB) *seed.Data {
	t.Helper()
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// edge is an edge of a commune's ring in whole 1e-7 degrees, from west to east.
type edge struct {
	ax, ay, bx, by int64
	commune        int
}

// strips are all edges of all communes by the strips of longitude that they touch: a second way to find what contains a point that
// shares nothing with the locator but MultiPolygon.
type strips struct {
	codes []string
	west  int64
	edges [][]edge
	drawn []edge
}

const (
	unitsPerDegree = 10_000_000
	stripWidth     = 10_000
)

func newStrips(b *geo.Boundaries) *strips {
	s := &strips{codes: b.Codes(), west: 100_0000000, edges: make([][]edge, 20*unitsPerDegree/stripWidth)}
	for commune, code := range s.codes {
		shape, _ := b.MultiPolygon(code)
		for _, polygon := range shape {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					a, _ := geo.NewPoint(ring[i-1].Lat(), ring[i-1].Lon())
					b, _ := geo.NewPoint(ring[i].Lat(), ring[i].Lon())
					if a.LonE7 > b.LonE7 {
						a, b = b, a
					}
					e := edge{int64(a.LonE7), int64(a.LatE7), int64(b.LonE7), int64(b.LatE7), commune}
					s.drawn = append(s.drawn, e)
					for i := (e.ax - s.west) / stripWidth; i <= (e.bx-s.west)/stripWidth; i++ {
						s.edges[i] = append(s.edges[i], e)
					}
				}
			}
		}
	}
	return s
}

// containing counts the edges above p, per commune: an odd number means inside. An edge covers its western end but not its eastern.
func (s *strips) containing(p geo.Point, odd []bool) []string {
	x, y := int64(p.LonE7), int64(p.LatE7)
	var codes []string
	var touched []int
	for _, e := range s.edges[(x-s.west)/stripWidth] {
		if e.ax <= x && x < e.bx && (e.bx-e.ax)*(y-e.ay) < (e.by-e.ay)*(x-e.ax) {
			odd[e.commune] = !odd[e.commune]
			touched = append(touched, e.commune)
		}
	}
	slices.Sort(touched)
	for _, commune := range slices.Compact(touched) {
		if odd[commune] {
			codes = append(codes, s.codes[commune])
		}
		odd[commune] = false
	}
	return codes
}

func TestContainingAgreesWithBruteForce(t *testing.T) {
	data := builtin(t)
	s := newStrips(data.Boundaries)
	odd := make([]bool, len(s.codes))
	random := rand.New(rand.NewPCG(1, 2))
	var points []geo.Point
	add := func(p geo.Point) { points = append(points, p) }
	for range 1_000_000 { // the mainland's box: a quarter of it is land
		add(geo.Point{LatE7: 8_3000000 + random.Int32N(15_2000000), LonE7: 102_1000000 + random.Int32N(7_5000000)})
	}
	for i := 0; i < len(s.drawn); i += 20 {
		e := s.drawn[i]
		near := func(x, y int64) geo.Point { return geo.Point{LatE7: int32(y), LonE7: int32(x)} }
		at := random.Int64N(101)
		onX, onY := e.ax+(e.bx-e.ax)*at/100, e.ay+(e.by-e.ay)*at/100 // on the edge, but for rounding
		add(near(e.ax, e.ay))
		add(near(e.bx, e.ay))
		add(near(onX, onY))
		add(near(onX+random.Int64N(5)-2, onY+random.Int64N(5)-2))
		add(near(onX+random.Int64N(1001)-500, onY+random.Int64N(1001)-500)) // within 5 m or so
	}
	slices.SortFunc(points, func(a, b geo.Point) int { return int(a.LonE7) - int(b.LonE7) }) // strip by strip, for speed
	inside, overlapping := 0, 0
	for _, p := range points {
		got, want := data.Locator.Containing(p), s.containing(p, odd)
		if !slices.Equal(got, want) {
			t.Fatalf("communes at %s: got %v, brute force finds %v", p, got, want)
		}
		if len(got) > 0 {
			inside++
		}
		if len(got) > 1 {
			overlapping++
		}
	}
	t.Logf("%d points, %d inside, %d in overlaps", len(points), inside, overlapping)
}
