package seed

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

var load = sync.OnceValues(Load)

func loaded(t testing.TB) *Data {
	t.Helper()
	data, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func point(t testing.TB, lat, lon float64) geo.Point {
	t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoad(t *testing.T) {
	data := loaded(t)
	if data.Version != Version || data.Locator.Boundaries() != data.Boundaries {
		t.Errorf("version %s, or the locator stands on other boundaries", data.Version)
	}
	for _, d := range data.Divisions.All(geo.LevelCommune, third) {
		if shape, ok := data.Boundaries.MultiPolygon(d.Code); !ok || len(shape) == 0 {
			t.Errorf("commune %s has no boundary", d.Code)
		}
	}
	if n := len(data.Boundaries.Codes()); n != 3_321 {
		t.Errorf("%d boundaries, want 3321", n)
	}
	if n := len(boundariesBin); n > 2_200_000 {
		t.Errorf("the boundaries take %d bytes in the binary, about 2 MB were meant", n)
	}
}

func TestKnownPoints(t *testing.T) {
	data := loaded(t)
	for _, c := range []struct {
		name     string
		lat, lon float64
		commune  string
		province string
		match    geo.Match
	}{
		{"Hồ Gươm", 21.0287, 105.8524, "00070", "01", geo.MatchInside},
		{"Chợ Bến Thành", 10.7725, 106.6980, "26743", "79", geo.MatchInside},
		{"Phú Quốc", 10.22, 103.96, "31078", "91", geo.MatchInside},
		{"Trường Sa", 8.65, 111.92, "22736", "56", geo.MatchInside},
		{"Hoàng Sa", 16.5, 111.6, "20333", "48", geo.MatchSpecialWater},
		{"Phú Lâm", 16.835, 112.339, "20333", "48", geo.MatchSpecialWater},
		{"đảo Hoàng Sa", 16.533, 111.608, "20333", "48", geo.MatchSpecialWater},
	} {
		location, err := data.Locator.Locate(point(t, c.lat, c.lon), third)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if location.Commune.Code != c.commune || location.Province.Code != c.province || location.Match != c.match {
			t.Errorf("%s lies in %s, %s (%s), want %s, %s (%s)", c.name,
				location.Commune.Code, location.Province.Code, location.Match, c.commune, c.province, c.match)
		}
	}
}

// TestLandPointsAgreeWithTheSource: at least 99.95 % of random land points lie in the commune that the source draws there.
func TestLandPointsAgreeWithTheSource(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole source geometry")
	}
	source, data := readSource(t), loaded(t)
	const want = 20_000
	rng := rand.New(rand.NewPCG(2025, 7))
	land, same := 0, 0
	for land < want {
		lat, lon := 8.3+rng.Float64()*15.2, 102.1+rng.Float64()*7.5
		p := point(t, lat, lon)
		commune := source.at(p.Lon(), p.Lat())
		if commune == "" {
			continue
		}
		land++
		location, err := data.Locator.Locate(p, third)
		if err == nil && location.Commune.Code == commune {
			same++
		}
	}
	share := float64(same) / float64(land) * 100
	t.Logf("%d of %d land points agree: %.3f %%", same, land, share)
	if share < 99.95 {
		t.Errorf("%.3f %% of the land points lie in the source's commune, want 99.95 %%", share)
	}
}

type sourceShape struct {
	code                           string
	polygons                       [][][][2]float64 // lon, lat
	minLon, minLat, maxLon, maxLat float64
}

type sourceShapes []sourceShape

// at is the commune the source draws at a point, by counting crossings ring by ring.
func (s sourceShapes) at(lon, lat float64) string {
	for _, shape := range s {
		if lon < shape.minLon || lon > shape.maxLon || lat < shape.minLat || lat > shape.maxLat {
			continue
		}
		for _, polygon := range shape.polygons {
			inside := false
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					a, b := ring[i-1], ring[i]
					if (a[1] > lat) != (b[1] > lat) && lon < (b[0]-a[0])*(lat-a[1])/(b[1]-a[1])+a[0] {
						inside = !inside
					}
				}
			}
			if inside {
				return shape.code
			}
		}
	}
	return ""
}

func readSource(t *testing.T) sourceShapes {
	t.Helper()
	shared := os.Getenv("DIACHISO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(shared, "data", "boundaries", "wards_simpl20.geojson.gz"))
	if err != nil {
		t.Skipf("the source data is not there (set DIACHISO_SHARED): %v", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var collection struct {
		Features []struct {
			Properties struct {
				Code string `json:"code"`
			} `json:"properties"`
			Geometry struct {
				Type        string           `json:"type"`
				Coordinates [][][][2]float64 `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.NewDecoder(unzipped).Decode(&collection); err != nil {
		t.Fatal(err)
	}
	var shapes sourceShapes
	for _, f := range collection.Features {
		shape := sourceShape{code: f.Properties.Code, polygons: f.Geometry.Coordinates,
			minLon: math.Inf(1), minLat: math.Inf(1), maxLon: math.Inf(-1), maxLat: math.Inf(-1)}
		for _, polygon := range shape.polygons {
			for _, v := range polygon[0] {
				shape.minLon, shape.maxLon = min(shape.minLon, v[0]), max(shape.maxLon, v[0])
				shape.minLat, shape.maxLat = min(shape.minLat, v[1]), max(shape.maxLat, v[1])
			}
		}
		shapes = append(shapes, shape)
	}
	return shapes
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
