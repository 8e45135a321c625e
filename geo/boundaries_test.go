package geo

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// rectangle is a closed counter-clockwise ring in hundredths of a degree east and north of 10° N, 105° E.
func rectangle(west, south, east, north float64) orb.Ring {
	at := func(x, y float64) orb.Point { return orb.Point{105 + x/100, 10 + y/100} }
	return orb.Ring{at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)}
}

// drawing has a hole, an island in the hole that fills it in part, parts that touch, an overlap, and a ring that runs the wrong way.
func drawing() []CommuneShape {
	clockwise := rectangle(20, 0, 24, 4)
	clockwise.Reverse()
	return []CommuneShape{
		{"00001", orb.MultiPolygon{{rectangle(0, 0, 10, 10), rectangle(2, 2, 8, 8)}}},
		{"00002", orb.MultiPolygon{{rectangle(2, 2, 5, 8)}, {rectangle(10, 0, 15, 10)}}},  // half of the hole; a part next door
		{"00003", orb.MultiPolygon{{rectangle(6, 4, 7, 5)}}},                              // an island in the other half
		{"00004", orb.MultiPolygon{{rectangle(14, 2, 18, 5)}, {rectangle(18, 2, 19, 5)}}}, // overlaps; its parts share an edge
		{"00005", orb.MultiPolygon{{clockwise, rectangle(21, 1, 22, 2), rectangle(22, 2, 23, 3)}}},
	}
}

func encoded(t testing.TB, shapes []CommuneShape, border LandBorder) *Boundaries {
	t.Helper()
	data, err := EncodeBoundaries(shapes, border)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadBoundaries(data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// canonical turns outer rings counter-clockwise and holes clockwise, and starts each at its smallest vertex, as whole units.
func canonical(t *testing.T, shape orb.MultiPolygon) [][][]Point {
	t.Helper()
	polygons, err := quantise(shape)
	if err != nil {
		t.Fatal(err)
	}
	for _, polygon := range polygons {
		for i, ring := range polygon {
			polygon[i] = (&sketch{}).rotate(ring)
		}
	}
	return polygons
}

func TestBoundariesRoundTrip(t *testing.T) {
	b := encoded(t, drawing(), LandBorder{})
	for _, commune := range drawing() {
		got, ok := b.MultiPolygon(commune.Code)
		if !ok {
			t.Fatalf("commune %s is lost", commune.Code)
		}
		if !reflect.DeepEqual(canonical(t, got), canonical(t, commune.Shape)) {
			t.Errorf("commune %s: got %v, want %v", commune.Code, got, commune.Shape)
		}
		for _, polygon := range got {
			for i, ring := range polygon {
				if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; ring.Orientation() != want {
					t.Errorf("commune %s: ring %d runs the wrong way", commune.Code, i)
				}
			}
		}
	}
	if _, ok := b.MultiPolygon("00006"); ok {
		t.Error("an unknown commune has a boundary")
	}
}

func TestSharedEdgesAreStoredOnce(t *testing.T) {
	b := encoded(t, []CommuneShape{
		{"1", orb.MultiPolygon{{rectangle(0, 0, 10, 10)}}},
		{"2", orb.MultiPolygon{{rectangle(10, 0, 20, 10)}}},
	}, LandBorder{})
	if len(b.arcs) != 3 || len(b.vertices) != 4+2+4 {
		t.Errorf("two squares side by side have %d arcs and %d vertices", len(b.arcs), len(b.vertices))
	}
}

func TestEncodingIsDeterministic(t *testing.T) {
	first, err := EncodeBoundaries(drawing(), VietnamLandBorder())
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, err := EncodeBoundaries(drawing(), VietnamLandBorder())
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("another run gave other bytes (%v)", err)
		}
	}
}

func TestEncodeBoundariesRefuses(t *testing.T) {
	square := orb.MultiPolygon{{rectangle(0, 0, 1, 1)}}
	tests := []struct {
		name   string
		shapes []CommuneShape
	}{
		{"codes out of order", []CommuneShape{{"2", square}, {"1", square}}},
		{"a code twice", []CommuneShape{{"1", square}, {"1", square}}},
		{"nothing drawn", []CommuneShape{{"1", nil}}},
		{"nothing left at the resolution", []CommuneShape{{"1", orb.MultiPolygon{{rectangle(0, 0, 0.0001, 0.0001)}}}}},
		{"not on the globe", []CommuneShape{{"1", orb.MultiPolygon{{rectangle(0, 0, 1, 20000)}}}}},
	}
	for _, test := range tests {
		if _, err := EncodeBoundaries(test.shapes, LandBorder{}); err == nil {
			t.Errorf("%s: accepted", test.name)
		}
	}
}

func TestLandBorderRunsCounterClockwise(t *testing.T) {
	corner := func(x, y float64) Point { return pointFromDegrees(10+y/100, 105+x/100) }
	shapes := []CommuneShape{
		{"1", orb.MultiPolygon{{rectangle(0, 0, 10, 10)}}},
		{"2", orb.MultiPolygon{{rectangle(10, 0, 20, 10)}}},
	}
	b := encoded(t, shapes, LandBorder{From: corner(20.1, 10.1), To: corner(-0.1, 9.9)}) // the north side
	land := 0
	for i, a := range b.arcs {
		if a.land {
			land++
			for _, v := range b.arcVertices(uint32(i)) {
				if v.LatE7 != corner(0, 10).LatE7 {
					t.Errorf("land border at %s, which is not on the north side", v)
				}
			}
		}
	}
	if land != 2 {
		t.Errorf("%d arcs of land border, want one per commune", land)
	}
}

func TestGapsAreNoCoast(t *testing.T) {
	b := encoded(t, []CommuneShape{{"1", orb.MultiPolygon{{rectangle(0, 0, 10, 10), rectangle(4, 4, 6, 6)}}}}, LandBorder{})
	for i, a := range b.arcs {
		inner := b.arcVertices(uint32(i))[0].LatE7 == pointFromDegrees(10.04, 0).LatE7
		if a.land != inner {
			t.Errorf("arc %d at %s: land %v", i, b.arcVertices(uint32(i))[0], a.land)
		}
	}
}

func TestReadBoundariesRefusesDamage(t *testing.T) {
	data, err := EncodeBoundaries(drawing(), LandBorder{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		damaged := slices.Clone(data)
		damaged[i] ^= 0x10
		if _, err := ReadBoundaries(damaged); !errors.Is(err, ErrBoundaries) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := ReadBoundaries(data[:i]); !errors.Is(err, ErrBoundaries) {
			t.Errorf("cut after %d bytes: %v", i, err)
		}
	}
	huge := append([]byte(boundariesMagic+"\x00\x00\x00\x00"), binary.AppendUvarint(nil, 1<<25)...)
	binary.LittleEndian.PutUint32(huge[len(boundariesMagic):], boundariesSum(huge))
	if _, err := ReadBoundaries(huge); !errors.Is(err, ErrBoundaries) {
		t.Errorf("an announced body of 32 MB: %v", err)
	}
}

// What decodes is sound: it encodes and decodes to the same again, and can be indexed.
func FuzzDecodeBody(f *testing.F) {
	for _, border := range []LandBorder{{}, VietnamLandBorder()} {
		data, err := EncodeBoundaries(drawing(), border)
		if err != nil {
			f.Fatal(err)
		}
		body, err := inflate(data[boundariesHeader:])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := decodeBody(body)
		if err != nil {
			return
		}
		data, err := b.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadBoundaries(data)
		if err != nil || !reflect.DeepEqual(again, b) {
			t.Fatalf("decoded boundaries do not survive another round: %v", err)
		}
		for _, code := range b.codes {
			if shape, ok := b.MultiPolygon(code); !ok || len(shape) == 0 {
				t.Fatalf("commune %q has no shape", code)
			}
		}
		g, err := newGrid(b)
		if err != nil || len(b.vertices) == 0 {
			return
		}
		if communes, _ := g.communes(Point{LatE7: int32(g.south), LonE7: int32(g.west)}, nil); len(communes) > 0 {
			t.Fatalf("the corner of the grid lies in %v", communes)
		}
	})
}

func TestBoundaryGeoJSON(t *testing.T) {
	b := encoded(t, drawing(), LandBorder{})
	text, ok := b.GeoJSON("00001")
	if !ok {
		t.Fatal("no boundary")
	}
	var geometry struct {
		Type        string
		Coordinates orb.MultiPolygon
	}
	if err := json.Unmarshal(text, &geometry); err != nil || geometry.Type != "MultiPolygon" {
		t.Fatalf("%s: %v", text, err)
	}
	if want, _ := b.MultiPolygon("00001"); !geometry.Coordinates.Equal(want) {
		t.Errorf("got %v, want %v", geometry.Coordinates, want)
	}
	if _, ok := b.GeoJSON("99999"); ok {
		t.Error("an unknown commune has a boundary")
	}
}

func TestOutlineGeoJSON(t *testing.T) {
	cell, err := specExamples[0].point.Cell()
	if err != nil {
		t.Fatal(err)
	}
	var geometry struct {
		Type        string
		Coordinates orb.Polygon
	}
	if err := json.Unmarshal(OutlineGeoJSON(cell), &geometry); err != nil || geometry.Type != "Polygon" {
		t.Fatal(geometry, err)
	}
	ring := geometry.Coordinates[0]
	if len(ring) != 7 || !ring.Closed() || ring.Orientation() != orb.CCW {
		t.Errorf("outline %v", ring)
	}
	if string(OutlineGeoJSON(0)) == "" {
		t.Error("no JSON for no cell")
	}
}

// bruteForce returns the communes with an odd number of edges above p; an edge covers its western end but not its eastern.
func bruteForce(b *Boundaries, p Point) []uint32 {
	var communes []uint32
	for commune := range b.codes {
		odd := false
		for _, w := range b.communeWalks(uint32(commune)) {
			vertices := b.arcVertices(w.arc)
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
		if odd {
			communes = append(communes, uint32(commune))
		}
	}
	return communes
}

func agree(t *testing.T, b *Boundaries, g *grid, p Point) {
	t.Helper()
	got, _ := g.communes(p, nil)
	if want := bruteForce(b, p); !slices.Equal(got, want) {
		t.Fatalf("communes at %s: got %v, brute force finds %v", p, got, want)
	}
}

// around calls do with p and points a few units and steps away from it.
func around(p Point, do func(Point)) {
	for _, dy := range []int32{-500, -100, -1, 0, 1, 100, 500} {
		for _, dx := range []int32{-500, -100, -1, 0, 1, 100, 500} {
			do(Point{p.LatE7 + dy, p.LonE7 + dx})
		}
	}
}

func TestGridAgreesWithBruteForceOnHolesAndIslands(t *testing.T) {
	b := encoded(t, drawing(), LandBorder{})
	g, err := newGrid(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range b.vertices {
		around(v, func(p Point) { agree(t, b, g, p) })
	}
	for x := int32(-200000); x < 2600000; x += 9_990 {
		for y := int32(-200000); y < 1200000; y += 9_970 {
			agree(t, b, g, Point{10_0000000 + y, 105_0000000 + x})
		}
	}
	for _, test := range []struct {
		name string
		x, y float64
		want []uint32
	}{
		{"the ring around the hole", 1, 1, []uint32{0}},
		{"the half of the hole that is filled", 3, 3, []uint32{1}},
		{"the half that is not", 7.5, 7, nil},
		{"the island in it", 6.5, 4.5, []uint32{2}},
		{"the part next door", 12, 5, []uint32{1}},
		{"the overlap", 14.5, 3, []uint32{1, 3}},
		{"on the edge that two parts share", 18, 3, []uint32{3}},
		{"a hole of a ring drawn the wrong way", 21.5, 1.5, nil},
		{"where two holes touch", 21.5, 2.5, []uint32{4}},
	} {
		if got, _ := g.communes(pointFromDegrees(10+test.y/100, 105+test.x/100), nil); !slices.Equal(got, test.want) {
			t.Errorf("%s: got communes %v, want %v", test.name, got, test.want)
		}
	}
}

// quilt divides a square into jittered quadrilaterals, each of which is a polygon of a random commune or of none.
func quilt(random *rand.Rand, size, communes int, step float64) []CommuneShape {
	corners := make([][]orb.Point, size+1)
	for y := range corners {
		for x := range size + 1 {
			jitter := func() float64 { return (random.Float64() - 0.5) * 0.6 * step }
			corners[y] = append(corners[y], orb.Point{105 + float64(x)*step + jitter(), 10 + float64(y)*step + jitter()})
		}
	}
	shapes := make([]CommuneShape, communes)
	for i := range shapes {
		shapes[i].Code = string(rune('A' + i))
	}
	for y := range size {
		for x := range size {
			i := random.IntN(communes + 1)
			if i == communes {
				continue
			}
			a, b, c, d := corners[y][x], corners[y][x+1], corners[y+1][x+1], corners[y+1][x]
			shapes[i].Shape = append(shapes[i].Shape, orb.Polygon{{a, b, c, d, a}})
		}
	}
	return slices.DeleteFunc(shapes, func(c CommuneShape) bool { return len(c.Shape) == 0 })
}

func TestGridAgreesWithBruteForceOnQuilts(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		step := []float64{0.0005, 0.004, 0.013, 0.05}[seed%4] // from many patches in a square of the grid to many squares in a patch
		b := encoded(t, quilt(random, 6, 4, step), LandBorder{})
		g, err := newGrid(b)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range b.vertices {
			around(v, func(p Point) { agree(t, b, g, p) })
			if i > 0 { // points on an edge, but for rounding
				before := b.vertices[i-1]
				agree(t, b, g, Point{(v.LatE7 + before.LatE7) / 2, v.LonE7/2 + before.LonE7/2})
			}
		}
		span := int32(step * 8 * unitsPerDegree)
		for range 2000 {
			agree(t, b, g, Point{10_0000000 - span/8 + random.Int32N(span), 105_0000000 - span/8 + random.Int32N(span)})
		}
	}
}

func TestNearestAgreesWithAllEdges(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	b := encoded(t, quilt(random, 6, 4, 0.02), LandBorder{})
	g, err := newGrid(b)
	if err != nil {
		t.Fatal(err)
	}
	l := &Locator{boundaries: b, grid: g}
	for range 3000 {
		p := Point{9_8000000 + random.Int32N(5000000), 104_8000000 + random.Int32N(5000000)}
		got, found := g.nearest(p, 20_000, nil)
		best, bestM := uint32(0), 20_000.0
		for commune := range uint32(len(b.codes)) {
			s := scaleAt(p)
			for _, w := range b.communeWalks(commune) {
				if g.arcSets[w.arc] == 0 {
					continue
				}
				if m := math.Sqrt(s.squareToChain(p, b.arcVertices(w.arc))); m < bestM {
					best, bestM = commune, m
				}
			}
		}
		if found != (bestM < 20_000) || found && (got.metres != bestM || got.commune != best) {
			t.Fatalf("nearest to %s: got %+v %v, all edges give %d at %v m", p, got, found, best, bestM)
		}
		if found && len(bruteForce(b, p)) == 0 && l.communeDistance(p, best) != bestM {
			t.Fatalf("%s is %v m from commune %d, %v by CommuneDistance", p, bestM, best, l.communeDistance(p, best))
		}
	}
}

func TestNewGridRefusesContinents(t *testing.T) {
	b := encoded(t, []CommuneShape{{"1", orb.MultiPolygon{{rectangle(0, 0, 4100, 10)}}}}, LandBorder{})
	if _, err := newGrid(b); err == nil {
		t.Error("41 degrees are accepted")
	}
}
