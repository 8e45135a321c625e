package geo

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/uber/h3-go/v4"

	"github.com/diachiso/diachiso/addresscode"
)

var specExamples = []struct {
	name    string
	point   Point
	ordinal int
	cell    string
	code    string
}{
	{"Hồ Gươm", Point{210287000, 1058524000}, 0, "8d415cb4e426bbf", "5FJBC-2NJV-T33"},
	{"Hồ Gươm, last ordinal", Point{210287000, 1058524000}, 30, "8d415cb4e426bbf", "5FJBC-2NM0-487"},
	{"Chợ Bến Thành", Point{107725000, 1066980000}, 0, "8d65b5662b5dd3f", "GV6PS-QZM2-KKP"},
	{"Hoàng Sa", Point{165000000, 1116000000}, 0, "8d6921cb167307f", "KCXK3-76VH-K5B"},
	{"Trường Sa", Point{86500000, 1119200000}, 0, "8d69a8ac100a73f", "PPM1Z-0PS1-ZFK"},
	{"Phú Quốc", Point{102200000, 1039600000}, 0, "8d65ae496b1447f", "GP0G3-KHHP-R2C"},
	{"Lũng Cú", Point{233630000, 1053160000}, 0, "8d415a22495887f", "5B7X6-QJG7-KBK"},
	{"Đất Mũi", Point{86000000, 1047200000}, 30, "8d65a1d49dabc3f", "G9882-XNKC-8TZ"},
}

func TestSpecExamples(t *testing.T) {
	for _, test := range specExamples {
		t.Run(test.name, func(t *testing.T) {
			cell, err := test.point.Cell()
			if err != nil || cell.String() != test.cell {
				t.Errorf("cell %s, %v; want %s", cell, err, test.cell)
			}
			code, err := Encode(test.point, test.ordinal)
			if err != nil || code.String() != test.code {
				t.Fatalf("code %s, %v; want %s", code, err, test.code)
			}
			if m := Distance(CodeCenter(code), test.point); m > 4.6 {
				t.Errorf("the code's centre is %v m away, more than a cell's radius", m)
			}
		})
	}
}

func TestEncodeFirstTakesTheLowestIssuableOrdinal(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		p := Point{80000000 + random.Int32N(150000000), 1030000000 + random.Int32N(130000000)}
		code, err := EncodeFirst(p)
		if err != nil {
			t.Fatal(err)
		}
		for ordinal := range code.Ordinal() {
			if addresscode.Issuable(code.Cell(), ordinal) {
				t.Fatalf("%s: got ordinal %d, %d can be issued", p, code.Ordinal(), ordinal)
			}
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	var refused *PositionError
	if _, err := Encode(Point{}, 0); !errors.As(err, &refused) {
		t.Errorf("outside: got %v, want a PositionError", err)
	}
	if _, err := Encode(specExamples[0].point, 31); err == nil || errors.As(err, &refused) {
		t.Errorf("ordinal 31: got %v, want an error about the ordinal", err)
	}
	if got := CodeCenter(addresscode.Code{}); got != (Point{}) {
		t.Errorf("centre of no code is %v", got)
	}
}

func TestParseCell(t *testing.T) {
	for _, text := range []string{"8d415cb4e426bbf", "8D415CB4E426BBF", " 8d415cb4e426bbf\n"} {
		cell, err := ParseCell(text)
		if err != nil || cell.String() != "8d415cb4e426bbf" || cell.Resolution() != 13 {
			t.Errorf("ParseCell(%q) = %s at resolution %d, %v", text, cell, cell.Resolution(), err)
		}
	}
	for _, text := range []string{"", "0", "xyz", "8d415cb4e426bb0", "ffffffffffffffff", "8d415cb4e426bbf0", "-1"} {
		if cell, err := ParseCell(text); !errors.Is(err, ErrCell) {
			t.Errorf("ParseCell(%q) = %s, %v; want ErrCell", text, cell, err)
		}
	}
}

func TestCellGeometry(t *testing.T) {
	cell, err := specExamples[0].point.Cell()
	if err != nil {
		t.Fatal(err)
	}
	outline := cell.Outline()
	if len(outline) != 6 {
		t.Errorf("a hexagon with %d corners", len(outline))
	}
	if area := signedArea(outline); area <= 0 {
		t.Errorf("the outline runs clockwise (area %v)", area)
	}
	rings, err := cell.Rings(2)
	if err != nil || len(rings) != 3 || len(rings[0]) != 1 || rings[0][0] != cell || len(rings[1]) != 6 || len(rings[2]) != 12 {
		t.Errorf("rings %v, %v", rings, err)
	}
	parent, err := cell.Parent(8)
	if err != nil || parent.Resolution() != 8 {
		t.Errorf("parent %s, %v", parent, err)
	}
	if _, err := parent.Parent(9); !errors.Is(err, ErrCell) {
		t.Errorf("a parent finer than its child: %v", err)
	}
	for _, k := range []int{-1, maxRings + 1} {
		if _, err := cell.Rings(k); !errors.Is(err, ErrCell) {
			t.Errorf("Rings(%d): %v", k, err)
		}
	}
	if _, err := CellAt(specExamples[0].point, 16); !errors.Is(err, ErrCell) {
		t.Errorf("resolution 16: %v", err)
	}
}

func FuzzParseCell(f *testing.F) {
	for _, text := range []string{"8d415cb4e426bbf", "85283473fffffff", "8009fffffffffff", "0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell, err := ParseCell(text)
		if err != nil {
			return
		}
		if again, err := ParseCell(cell.String()); err != nil || again != cell {
			t.Fatalf("%q is %s, read as %s, %v", text, cell, again, err)
		}
		if at, err := CellAt(cell.Center(), cell.Resolution()); cell.Resolution() < 14 && (err != nil || at != cell) {
			t.Fatalf("the centre of %s lies in %s, %v", cell, at, err) // finer cells are of the size of the rounding
		}
		if n := len(cell.Outline()); n < 5 || n > 10 {
			t.Fatalf("%s has %d corners", cell, n)
		}
	})
}

func signedArea(ring []Point) (area float64) {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		area += float64(a.LonE7-ring[0].LonE7)*float64(b.LatE7-ring[0].LatE7) - float64(b.LonE7-ring[0].LonE7)*float64(a.LatE7-ring[0].LatE7)
	}
	return area
}

// Every point within the radius lies in a cell whose ancestor is listed, and not many cells are.
func TestCellsWithinHoldsEveryPoint(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, test := range []struct {
		res     int
		metres  float64
		atMost  int
		centres int
	}{
		{7, 500, 8, 60}, {8, 0, 4, 200}, {8, 500, 14, 100}, {9, 50, 5, 200}, {10, 100, 14, 200}, {11, 30, 8, 200}, {11, 100, 50, 60}, {13, 60, 320, 20},
	} {
		for range test.centres {
			p := Point{80000000 + random.Int32N(150000000), 1030000000 + random.Int32N(130000000)}
			cells, err := CellsWithin(p, test.metres, test.res)
			if err != nil {
				t.Fatal(err)
			}
			if len(cells) > test.atMost || !slices.IsSorted(cells) {
				t.Fatalf("resolution %d within %v m: %d cells, at most %d expected", test.res, test.metres, len(cells), test.atMost)
			}
			s := scaleAt(p)
			for range 300 {
				x, y := int32(test.metres/s.x)+1, int32(test.metres/s.y)+1
				q := Point{p.LatE7 + random.Int32N(2*y+1) - y, p.LonE7 + random.Int32N(2*x+1) - x}
				if Distance(p, q) > test.metres {
					continue
				}
				fine, err := q.Cell()
				if err != nil {
					t.Fatal(err)
				}
				ancestor, err := fine.Parent(test.res)
				if err != nil {
					t.Fatal(err)
				}
				if _, listed := slices.BinarySearch(cells, ancestor); !listed {
					t.Fatalf("%s, %v m from %s, is held by %s, which is not listed", q, Distance(p, q), p, ancestor)
				}
			}
		}
	}
}

func TestCellsWithinRefuses(t *testing.T) {
	p := specExamples[0].point
	for _, test := range []struct {
		metres float64
		res    int
	}{{-1, 9}, {1e9, 9}, {100, 16}, {100_000, 13}} {
		if _, err := CellsWithin(p, test.metres, test.res); !errors.Is(err, ErrCell) {
			t.Errorf("CellsWithin(%v m, resolution %d): %v", test.metres, test.res, err)
		}
	}
}

func randomServed(n int) []Point {
	random := rand.New(rand.NewPCG(9, 10))
	points := make([]Point, n)
	for i := range points {
		points[i] = Point{80000000 + random.Int32N(150000000), 1030000000 + random.Int32N(130000000)}
	}
	return points
}

// compare measures what do costs, in units of what baseline costs: batches of the two by turns, so that a busy machine slows both; it reports the medians.
func compare(b *testing.B, do, baseline func(i int)) {
	const batch = 256
	var ours, bare, ratios []float64
	for i := 0; b.Loop(); i += batch {
		start := time.Now()
		for k := range batch {
			do(i + k)
		}
		between := time.Now()
		for k := range batch {
			baseline(i + k)
		}
		took, baselineTook := float64(between.Sub(start))/batch, float64(time.Since(between))/batch
		ours, bare, ratios = append(ours, took), append(bare, baselineTook), append(ratios, took/baselineTook)
	}
	for unit, values := range map[string][]float64{"ours-ns": ours, "baseline-ns": bare, "x-baseline": ratios} {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], unit)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkEncode compares position → code with H3 alone. The promise: at most 1.3 times as long.
func BenchmarkEncode(b *testing.B) {
	points := randomServed(1024)
	at := make([]h3.LatLng, len(points))
	for i, p := range points {
		at[i] = h3.LatLng{Lat: p.Lat(), Lng: p.Lon()}
	}
	compare(b, func(i int) {
		if _, err := Encode(points[i%1024], 3); err != nil {
			b.Fatal(err)
		}
	}, func(i int) {
		if _, err := h3.LatLngToCell(at[i%1024], 13); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkCodeCenter compares code → centre with H3 alone. The promise: at most 1.3 times as long.
func BenchmarkCodeCenter(b *testing.B) {
	codes := make([]addresscode.Code, 1024)
	cells := make([]h3.Cell, 1024)
	for i, p := range randomServed(1024) {
		code, err := EncodeFirst(p)
		if err != nil {
			b.Fatal(err)
		}
		codes[i], cells[i] = code, h3.Cell(code.Cell())
	}
	compare(b, func(i int) {
		if CodeCenter(codes[i%1024]) == (Point{}) {
			b.Fatal("no centre")
		}
	}, func(i int) {
		if _, err := h3.CellToLatLng(cells[i%1024]); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkCellsWithin(b *testing.B) {
	points := randomServed(1024)
	for i := 0; b.Loop(); i++ {
		if _, err := CellsWithin(points[i%1024], 100, 10); err != nil {
			b.Fatal(err)
		}
	}
}
