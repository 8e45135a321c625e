package geo_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

const (
	after  = geo.Date(2025_07_01)
	before = geo.Date(2025_06_30)
)

func point(t testing.TB, lat, lon float64) geo.Point {
	t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLocateKnownPlaces(t *testing.T) {
	data := builtin(t)
	tests := []struct {
		name     string
		lat, lon float64
		commune  string
		match    geo.Match
	}{
		{"Hồ Gươm", 21.0287, 105.8524, "00070", geo.MatchInside},
		{"Chợ Bến Thành", 10.7725, 106.6980, "26743", geo.MatchInside},
		{"Phú Quốc", 10.22, 103.96, "31078", geo.MatchInside},
		{"Trường Sa, on a drawn reef", 8.65, 111.92, "22736", geo.MatchInside},
		{"Trường Sa, at sea", 8.60, 111.70, "22736", geo.MatchSpecialWater},
		{"Hoàng Sa, 0.7 km off a reef", 16.5, 111.6, "20333", geo.MatchSpecialWater},
		{"Phú Lâm", 16.835, 112.339, "20333", geo.MatchSpecialWater},
		{"Hoàng Sa island", 16.533, 111.608, "20333", geo.MatchSpecialWater},
		{"off the beach of Đồ Sơn", 20.6870, 106.8010, "11455", geo.MatchOffCoast},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := data.Locator.Locate(point(t, test.lat, test.lon), after)
			if err != nil {
				t.Fatal(err)
			}
			if got.Commune.Code != test.commune || got.Match != test.match {
				t.Errorf("got %s %s, %v m off; want %s %s", got.Commune.Code, got.Match, got.OffsetM, test.commune, test.match)
			}
			if got.Province == nil || got.Province.Code != got.Commune.Province || got.District != nil || got.Candidates != nil {
				t.Errorf("province %v, district %v, candidates %v", got.Province, got.District, got.Candidates)
			}
			if inside := got.Match == geo.MatchInside; inside != (got.OffsetM == 0) {
				t.Errorf("match %s with offset %v m", got.Match, got.OffsetM)
			}
		})
	}
}

func TestLocateOutside(t *testing.T) {
	data := builtin(t)
	tests := []struct {
		name     string
		lat, lon float64
		code     string
		hint     string
	}{
		{"Pingxiang, China", 22.10, 106.76, geo.CodePositionOutside, "across the land border from"},
		{"Hekou, 1 km over the river from Lào Cai", 22.520, 103.975, geo.CodePositionOutside, "across the land border from"},
		{"Bavet, Cambodia", 11.07, 106.12, geo.CodePositionOutside, "across the land border from"},
		{"Densavan, Laos", 16.617, 106.58, geo.CodePositionOutside, "across the land border from"},
		{"10 km off Đà Nẵng", 16.06, 108.36, geo.CodePositionOutside, "off the coast of"},
		{"open sea between the special zones", 13.5, 112.5, geo.CodePositionOutside, "Check the coordinates"},
		{"Bangkok", 13.75, 100.5, geo.CodePositionOutside, "Check the coordinates"},
		{"Paris", 48.85, 2.35, geo.CodePositionOutside, "The area served"},
		{"nowhere", 0, 0, geo.CodePositionOutside, "no position was known"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := data.Locator.Locate(point(t, test.lat, test.lon), after)
			var refused *geo.PositionError
			if !errors.As(err, &refused) {
				t.Fatalf("got %+v, %v; want a PositionError", got, err)
			}
			if refused.Code != test.code || !strings.Contains(refused.Hint, test.hint) {
				t.Errorf("got %s: %s %s", refused.Code, refused.Message, refused.Hint)
			}
		})
	}
}

func TestLocateRefusesSwappedCoordinates(t *testing.T) {
	_, err := builtin(t).Locator.Locate(geo.Point{LatE7: 105_8524000, LonE7: 21_0287000}, after)
	var refused *geo.PositionError
	if !errors.As(err, &refused) || refused.Code != geo.CodePositionSwapped {
		t.Errorf("got %v, want position_swapped", err)
	}
}

// The land border runs from Móng Cái to Hà Tiên; everything else of the outline is coast.
func TestOutlineIsCoastOrLandBorder(t *testing.T) {
	data := builtin(t)
	tests := []struct {
		name     string
		lat, lon float64 // inside, near the outline
		dLat     float64 // the direction out, in degrees
		dLon     float64
		land     bool
	}{
		{"Hữu Nghị, to China", 21.95, 106.70, 0.0005, 0, true},
		{"Lào Cai, to China", 22.495, 103.965, 0.0005, 0, true},
		{"Lao Bảo, to Laos", 16.617, 106.60, 0, -0.0005, true},
		{"Mộc Bài, to Cambodia", 11.07, 106.19, 0, -0.0005, true},
		{"Hà Tiên, to Cambodia", 10.41, 104.47, 0.0005, 0, true},
		{"Móng Cái, to China", 21.52, 107.97, 0.0005, 0, true},
		{"Đồ Sơn", 20.70, 106.79, 0, 0.0005, false},
		{"Đà Nẵng", 16.06, 108.24, 0, 0.0005, false},
		{"Vũng Tàu", 10.35, 107.09, 0, 0.0005, false},
		{"Phú Quốc", 10.22, 103.96, 0, -0.0005, false},
		{"Cà Mau, to the gulf", 8.75, 104.95, 0, -0.0005, false},
		{"Lý Sơn", 15.38, 109.12, 0.0005, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lat, lon := test.lat, test.lon
			var edge geo.Location
			for range 2000 { // at most one degree
				got, err := data.Locator.Locate(point(t, lat, lon), after)
				if err != nil || got.Match != geo.MatchInside {
					edge = got
					break
				}
				lat, lon = lat+test.dLat, lon+test.dLon
			}
			t.Logf("the outline is crossed at %.4f,%.4f: %s, %.1f m off", lat, lon, edge.Match, edge.OffsetM)
			want := geo.MatchOffCoast
			if test.land {
				want = geo.MatchOffBorder
			}
			if edge.Match != want {
				t.Errorf("got %q, want %q", edge.Match, want)
			}
			_, err := data.Locator.Locate(point(t, lat+10*test.dLat, lon+10*test.dLon), after) // about 550 m further
			if (err != nil) != test.land {
				t.Errorf("550 m out: %v", err)
			}
		})
	}
}

// Distances to the border agree with the distances to other communes: the nearest other one is as far as the border, on inner borders.
func TestBorderDistance(t *testing.T) {
	data := builtin(t)
	near := 0
	for _, p := range landPoints(t, data.Locator, 30_000) {
		got, err := data.Locator.Locate(p, after)
		if err != nil {
			t.Fatal(err)
		}
		if got.BorderM != -1 && !(got.BorderM >= 0 && got.BorderM < 100) {
			t.Fatalf("%s: border at %v m", p, got.BorderM)
		}
		if got.BorderM < 0 {
			continue
		}
		near++
		if near > 60 {
			continue
		}
		least := math.Inf(1) // of the distances to all vertices and 20 points along each edge
		shape, _ := data.Boundaries.MultiPolygon(got.Commune.Code)
		for _, polygon := range shape {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					for k := range 21 {
						f := float64(k) / 20
						lat := ring[i-1].Lat()*(1-f) + ring[i].Lat()*f
						lon := ring[i-1].Lon()*(1-f) + ring[i].Lon()*f
						if math.Abs(lat-p.Lat()) < 0.01 && math.Abs(lon-p.Lon()) < 0.01 {
							least = min(least, geo.Distance(p, point(t, lat, lon)))
						}
					}
				}
			}
		}
		if least < got.BorderM-0.02 || least > got.BorderM+30 {
			t.Errorf("%s: border at %.2f m, samples of it at %.2f m", p, got.BorderM, least)
		}
	}
	if near == 0 {
		t.Error("no point was near a border")
	}
}

func TestLocateBefore2025(t *testing.T) {
	data := builtin(t)
	// Hoàn Kiếm ward of 2025 was made of several wards of the district of the same name.
	got, err := data.Locator.Locate(point(t, 21.0287, 105.8524), before)
	if err != nil {
		t.Fatal(err)
	}
	if got.Commune != nil || len(got.Candidates) < 2 || got.Province == nil || got.Province.Code != "01" {
		t.Errorf("got commune %v, %d candidates, province %v", got.Commune, len(got.Candidates), got.Province)
	}
	single, several := 0, 0
	for _, p := range landPoints(t, data.Locator, 3000) {
		got, err := data.Locator.Locate(p, before)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(got.Candidates) == 1:
			t.Fatalf("%s: a single candidate is an answer", p)
		case len(got.Candidates) > 1:
			several++
			if got.Commune != nil {
				t.Fatalf("%s: both a commune and candidates", p)
			}
			for _, candidate := range got.Candidates {
				if candidate.From != nil && got.Province != nil && candidate.From.Province != got.Province.Code {
					t.Fatalf("%s: candidate %s lies in province %s, not %s", p, candidate.FromName, candidate.From.Province, got.Province.Code)
				}
			}
		default:
			single++
			if got.Commune != nil && (!got.Commune.ExistsAt(before) || got.District == nil || got.District.Code != got.Commune.Parent) {
				t.Fatalf("%s: commune %v of district %v", p, got.Commune, got.District)
			}
		}
	}
	if single == 0 || several == 0 {
		t.Errorf("%d points with one old commune, %d with several; both occur", single, several)
	}
}

func TestCommuneDistance(t *testing.T) {
	data := builtin(t)
	hoGuom := point(t, 21.0287, 105.8524)
	for _, test := range []struct {
		commune  string
		min, max float64
	}{
		{"00070", 0, 0},
		{"00082", 100, 3_000},           // Cửa Nam, next to it
		{"26743", 1_130_000, 1_150_000}, // Bến Thành, in the south
	} {
		got, err := data.Locator.CommuneDistance(hoGuom, test.commune)
		if err != nil || got < test.min || got > test.max {
			t.Errorf("distance from Hồ Gươm to %s is %v m, %v; want %v to %v", test.commune, got, err, test.min, test.max)
		}
	}
	if _, err := data.Locator.CommuneDistance(hoGuom, "99999"); !errors.Is(err, geo.ErrNoDivision) {
		t.Errorf("unknown commune: %v", err)
	}
}
