package geo_test

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/diachiso/diachiso/geo"
)

// TestProvincesAreTheirCommunes joins the built-in communes of every province.
func TestProvincesAreTheirCommunes(t *testing.T) {
	data := builtin(t)
	provinces := data.Divisions.All(geo.LevelProvince, geo.Today())
	random := rand.New(rand.NewPCG(3, 4))
	for _, province := range provinces {
		var codes []string
		member := map[string]bool{}
		want := 0.0
		for _, commune := range data.Divisions.Children(province) {
			codes = append(codes, commune.Code)
			member[commune.Code] = true
			shape, _ := data.Boundaries.MultiPolygon(commune.Code)
			want += planar.Area(shape)
		}
		shape, ok := data.Boundaries.Union(codes...)
		if !ok {
			t.Fatalf("no boundary of %s", province.Code)
		}
		if got := planar.Area(shape); got/want < 1-1e-9 || got/want > 1+1e-9 {
			t.Errorf("%s: %.9f square degrees, its communes have %.9f", province.Code, got, want)
		}
		if text, ok := data.Boundaries.GeoJSON(codes...); !ok || len(text) > 1<<20 {
			t.Errorf("%s: %d bytes of GeoJSON, want at most 1 MiB", province.Code, len(text))
		}
		inside, bound := 0, shape.Bound()
		for range 400 {
			at := orb.Point{
				bound.Min.Lon() + random.Float64()*(bound.Max.Lon()-bound.Min.Lon()),
				bound.Min.Lat() + random.Float64()*(bound.Max.Lat()-bound.Min.Lat()),
			}
			p, err := geo.NewPoint(at.Lat(), at.Lon())
			if err != nil {
				t.Fatal(err)
			}
			in := planar.MultiPolygonContains(shape, orb.Point{p.Lon(), p.Lat()})
			if !in {
				for _, code := range data.Locator.Containing(p) {
					if member[code] {
						t.Fatalf("%s: %s lies in its commune %s but not in the province", province.Code, p, code)
					}
				}
				continue
			}
			inside++
			location, err := data.Locator.Locate(p, geo.Today())
			if err != nil {
				t.Fatalf("%s: %v", province.Code, err)
			}
			// Where communes overlap, the one with the lowest code has the point.
			if location.Province != province && len(data.Locator.Containing(p)) < 2 {
				t.Fatalf("%s lies in province %s, it is located in %s", p, province.Code, location.Province.Code)
			}
		}
		if inside == 0 && province.Code != "48" && province.Code != "56" { // mostly sea: Hoàng Sa, Trường Sa
			t.Errorf("%s: no point of the box is inside", province.Code)
		}
	}
}

func BenchmarkUnion(b *testing.B) {
	data := builtin(b)
	province, err := data.Divisions.Get(geo.LevelProvince, "22", geo.Today())
	if err != nil {
		b.Fatal(err)
	}
	var codes []string
	for _, commune := range data.Divisions.Children(province) {
		codes = append(codes, commune.Code)
	}
	for b.Loop() {
		if _, ok := data.Boundaries.GeoJSON(codes...); !ok {
			b.Fatal("no boundary")
		}
	}
}
