package geo

import (
	"math"
	"testing"
)

// The expected lengths follow from the ellipsoid alone: the quarter meridian is 10,001,965.729 m, a degree of the equator π/180 times the
// semi-major axis.
func TestDistance(t *testing.T) {
	tests := []struct {
		name   string
		a, b   Point
		want   float64
		within float64 // relative
	}{
		{"same point", Point{210000000, 1050000000}, Point{210000000, 1050000000}, 0, 0},
		{"quarter meridian", Point{0, 0}, Point{900000000, 0}, 10_001_965.729, 0.006},
		{"pole to pole", Point{-900000000, 0}, Point{900000000, 0}, 20_003_931.459, 0.006},
		{"a degree along the equator", Point{0, 1050000000}, Point{0, 1060000000}, 111_319.491, 1e-6},
		{"a degree of latitude at the equator", Point{-5000000, 0}, Point{5000000, 0}, 110_574.276, 1e-6},
		{"across the date line", Point{0, 1799999999}, Point{0, -1799999999}, 2 * 0.0111319491, 1e-6},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, back := Distance(test.a, test.b), Distance(test.b, test.a)
			if math.Abs(got-test.want) > test.within*test.want {
				t.Errorf("got %v m, want %v", got, test.want)
			}
			if math.Abs(got-back) > 1e-9*got {
				t.Errorf("%v m there, %v m back", got, back)
			}
		})
	}
}

// Along meridians and parallels the length on the ellipsoid is an integral that can be summed.
func TestShortDistanceIsEllipsoidal(t *testing.T) {
	for lat := -80.0; lat <= 80; lat += 5 {
		m, n := radii(lat * math.Pi / 180)
		p := pointFromDegrees(lat, 105)
		north := Point{p.LatE7 + 10_000, p.LonE7}
		east := Point{p.LatE7, p.LonE7 + 10_000}
		wantNorth := m * 10_000 * radiansPerUnit
		wantEast := n * math.Cos(lat*math.Pi/180) * 10_000 * radiansPerUnit
		if got := Distance(p, north); math.Abs(got-wantNorth) > 0.001 {
			t.Errorf("north from %v°: %v m, want %v", lat, got, wantNorth)
		}
		if got := Distance(p, east); math.Abs(got-wantEast) > 0.001 {
			t.Errorf("east from %v°: %v m, want %v", lat, got, wantEast)
		}
	}
}

func TestSquareToSegment(t *testing.T) {
	tests := []struct {
		name           string
		ax, ay, bx, by float64
		want           float64
	}{
		{"beside", -1, 2, 1, 2, 4},
		{"beyond the first end", 3, 4, 6, 8, 25},
		{"beyond the last end", 6, 8, 3, 4, 25},
		{"a point", 3, 4, 3, 4, 25},
		{"through", -1, -1, 1, 1, 0},
	}
	for _, test := range tests {
		if got := squareToSegment(test.ax, test.ay, test.bx, test.by); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func BenchmarkDistance(b *testing.B) {
	p, q := Point{210287000, 1058524000}, Point{210290000, 1058530000}
	for b.Loop() {
		Distance(p, q)
	}
}
