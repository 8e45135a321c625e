package geo

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// checkUnion holds the union of communes against the communes one by one.
func checkUnion(t *testing.T, b *Boundaries, codes []string, points []Point) {
	t.Helper()
	shape, ok := b.Union(codes...)
	if !ok {
		t.Fatalf("no union of %v", codes)
	}
	var want int64
	members := map[uint32]bool{}
	for _, code := range codes {
		one, _ := b.MultiPolygon(code)
		for _, ring := range ringsOf(one) {
			want += ringArea(ring)
		}
		commune, _ := b.commune(code)
		members[commune] = true
	}
	var area int64
	for _, polygon := range shape {
		for i, ring := range ringsOf(orb.MultiPolygon{polygon}) {
			if (ringArea(ring) > 0) != (i == 0) {
				t.Fatalf("union of %v: ring %d of a polygon runs the wrong way", codes, i)
			}
			if open := ring[1:]; ring[0] != ring[len(ring)-1] || len(open) != distinct(open) {
				t.Fatalf("union of %v: a ring is not closed, or comes through a vertex twice: %v", codes, ring)
			}
			if i > 0 && !goesAround(quantised(polygon[0]), ring) {
				t.Fatalf("union of %v: a hole lies outside its polygon", codes)
			}
			area += ringArea(ring)
		}
	}
	if area != want {
		t.Errorf("union of %v: twice the area is %d, its communes have %d", codes, area, want)
	}
	for _, p := range points {
		in := slices.ContainsFunc(bruteForce(b, p), func(commune uint32) bool { return members[commune] })
		if got := slices.ContainsFunc(shape, func(polygon orb.Polygon) bool { return polygonHolds(polygon, p) }); got != in {
			t.Fatalf("union of %v: %s inside: %v, want %v", codes, p, got, in)
		}
	}
}

func ringsOf(shape orb.MultiPolygon) (rings [][]Point) {
	for _, polygon := range shape {
		for _, ring := range polygon {
			rings = append(rings, quantised(ring))
		}
	}
	return rings
}

func quantised(ring orb.Ring) []Point {
	points := make([]Point, len(ring))
	for i, at := range ring {
		points[i] = pointFromDegrees(at.Lat(), at.Lon())
	}
	return points
}

func distinct(ring []Point) int {
	seen := map[Point]bool{}
	for _, v := range ring {
		seen[v] = true
	}
	return len(seen)
}

// polygonHolds counts the edges above p in all rings, as bruteForce does.
func polygonHolds(polygon orb.Polygon, p Point) bool {
	odd := false
	for _, ring := range polygon {
		vertices := quantised(ring)
		for i := 1; i < len(vertices); i++ {
			west, east := vertices[i-1], vertices[i]
			if west.LonE7 > east.LonE7 {
				west, east = east, west
			}
			if west.LonE7 <= p.LonE7 && p.LonE7 < east.LonE7 &&
				int64(east.LonE7-west.LonE7)*int64(p.LatE7-west.LatE7) < int64(east.LatE7-west.LatE7)*int64(p.LonE7-west.LonE7) {
				odd = !odd
			}
		}
	}
	return odd
}

func TestUnionOfTheDrawing(t *testing.T) {
	b := encoded(t, drawing(), LandBorder{})
	var points []Point
	for x := int32(-200000); x < 2600000; x += 99_990 {
		for y := int32(-200000); y < 1200000; y += 99_970 {
			points = append(points, Point{10_0000000 + y, 105_0000000 + x})
		}
	}
	for set := 1; set < 1<<len(b.codes); set++ {
		var codes []string
		for i, code := range b.codes {
			if set>>i&1 == 1 {
				codes = append(codes, code)
			}
		}
		checkUnion(t, b, codes, points)
	}
	both, _ := b.Union("00001", "00002")
	if len(both) != 1 || len(both[0]) != 2 {
		t.Errorf("a ring, half of its hole and the part next door should be one polygon with one hole: %v", both)
	}
}

func TestUnionOfQuilts(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		b := encoded(t, quilt(random, 7, 5, 0.01), LandBorder{})
		points := make([]Point, 500)
		for i := range points {
			points[i] = Point{10_0000000 - 10_000 + random.Int32N(900_000), 105_0000000 - 10_000 + random.Int32N(900_000)}
		}
		codes := b.Codes()
		checkUnion(t, b, codes[:1+random.IntN(len(codes))], points)
	}
}

func TestUnionRefuses(t *testing.T) {
	b := encoded(t, drawing(), LandBorder{})
	if shape, ok := b.Union(); ok {
		t.Errorf("a union of nothing: %v", shape)
	}
	if shape, ok := b.Union("00001", "00006"); ok {
		t.Errorf("a union with a commune that is not drawn: %v", shape)
	}
	if _, ok := b.GeoJSON(); ok {
		t.Error("the GeoJSON of nothing")
	}
}
