package tiles

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// placeIn is a place in units of a tile.
func placeIn(id ID, at orb.Point) geo.Point {
	f := newFrame(id)
	side := float64(int64(1) << f.shift)
	return spot{uint32(float64(f.west) + (at[0]+0.5)*side), uint32(float64(f.north) + (at[1]+0.5)*side)}.point()
}

// around asks for the units at a place of a tile and beside it: ok is false where a border is near, about which a simplified line may
// be wrong by half a point.
func around[T comparable](at orb.Point, reach float64, what func(orb.Point) T) (here T, ok bool) {
	here = what(at)
	for _, d := range [...]orb.Point{{reach, 0}, {-reach, 0}, {0, reach}, {0, -reach}, {reach, reach}, {reach, -reach}, {-reach, reach}, {-reach, -reach}} {
		if what(orb.Point{at[0] + d[0], at[1] + d[1]}) != here {
			return here, false
		}
	}
	return here, true
}

// unitsAt are the codes of the units of a level that a decoded tile has at a place, ascending.
func unitsAt(features []*geojson.Feature, level string, at orb.Point) string {
	var codes []string
	for _, f := range features {
		if f.Properties["level"] == level && geometryHolds(f.Geometry, at) {
			codes = append(codes, f.Properties["code"].(string))
		}
	}
	slices.Sort(codes)
	return fmt.Sprint(codes)
}

func geometryHolds(g orb.Geometry, at orb.Point) bool {
	switch g := g.(type) {
	case orb.Polygon:
		return planar.PolygonContains(g, at)
	case orb.MultiPolygon:
		return planar.MultiPolygonContains(g, at)
	}
	return false
}

// someTiles are tiles over the country: at famous places, and at random ones.
func someTiles(t *testing.T, rng *rand.Rand, zoom uint32) []ID {
	places := []geo.Point{
		point(t, 21.0287, 105.8524), point(t, 10.7725, 106.698), point(t, 16.06, 108.2), point(t, 20.95, 107.05), // a bay of islands
		point(t, 10.3, 104.0), point(t, 23.3, 105.3),
	}
	for range 6 {
		places = append(places, point(t, 8.5+rng.Float64()*14.5, 103+rng.Float64()*6))
	}
	var ids []ID
	for _, p := range places {
		if id := tileAt(p, zoom); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// What a tile draws at a place is what lies there.
func TestDivisionsAreWhereTheyAre(t *testing.T) {
	s, _ := newTestService(t)
	data, _ := builtIn()
	rng := rand.New(rand.NewPCG(6, 1))
	checked := 0
	for _, zoom := range []uint32{5, 7, 9, 11, 13, 15, 18} {
		for _, id := range someTiles(t, rng, zoom) {
			features := layersOf(t, mustTile(t, s, publicSight, id))[LayerDivision]
			for range 150 {
				at := orb.Point{rng.Float64()*(extent+2*buffer) - buffer, rng.Float64()*(extent+2*buffer) - buffer}
				at = orb.Point{float64(int(at[0])), float64(int(at[1]))}
				type units struct{ commune, province string }
				want, clear := around(at, 2*pixel, func(at orb.Point) units {
					l, err := data.Locator.Locate(placeIn(id, at), 0)
					if err != nil || l.Match != geo.MatchInside {
						return units{}
					}
					return units{l.Commune.Code, l.Province.Code}
				})
				if !clear || want.commune == "20333" || want.commune == "22736" {
					continue
				}
				checked++
				if want.commune == "" { // in the sea, or abroad; or on an island of less than a point
					continue
				}
				if got := unitsAt(features, "province", at); got != "["+want.province+"]" {
					t.Errorf("%v at %v: provinces %s, want %s", id, at, got, want.province)
				}
				if got := unitsAt(features, "commune", at); zoom >= communesFrom && got != "["+want.commune+"]" || zoom < communesFrom && got != "[]" {
					t.Errorf("%v at %v: communes %s, want %s", id, at, got, want.commune)
				}
			}
		}
	}
	if checked < 3000 {
		t.Errorf("only %d places are far enough from borders to be checked", checked)
	}
}

// Nothing is drawn where no division is.
func TestDivisionsDrawNothingElse(t *testing.T) {
	s, _ := newTestService(t)
	data, _ := builtIn()
	rng := rand.New(rand.NewPCG(6, 2))
	for _, zoom := range []uint32{6, 8, 10, 12, 14} {
		for _, id := range someTiles(t, rng, zoom) {
			features := layersOf(t, mustTile(t, s, publicSight, id))[LayerDivision]
			for _, f := range features {
				code := f.Properties["code"].(string)
				bound := f.Geometry.Bound()
				if !bounds.Contains(bound.Min) || !bounds.Contains(bound.Max) {
					t.Errorf("%v: %s is drawn at %v, beyond what a tile holds", id, code, bound)
				}
				for range 20 {
					at := orb.Point{bound.Min[0] + rng.Float64()*(bound.Max[0]-bound.Min[0]), bound.Min[1] + rng.Float64()*(bound.Max[1]-bound.Min[1])}
					if in, clear := around(at, 2*pixel, func(at orb.Point) bool { return geometryHolds(f.Geometry, at) }); !in || !clear {
						continue
					}
					// A tongue of another unit that is thinner than a point is not drawn, so a little beside is good enough.
					if _, clear := around(at, pixel, func(at orb.Point) bool {
						l, err := data.Locator.Locate(placeIn(id, at), 0)
						return err == nil && (l.Commune.Code == code || l.Province.Code == code)
					}); !clear {
						continue
					}
					if l, err := data.Locator.Locate(placeIn(id, at), 0); err != nil || l.Commune.Code != code && l.Province.Code != code {
						t.Errorf("%v: %s is drawn at %v, where %v lies", id, code, at, l.Commune)
					}
				}
			}
		}
	}
}

// On both sides of a seam the same is drawn.
func TestSeams(t *testing.T) {
	s, _ := newTestService(t)
	rng := rand.New(rand.NewPCG(6, 3))
	for _, zoom := range []uint32{6, 8, 10, 12, 14, 16} {
		for _, id := range someTiles(t, rng, zoom) {
			for _, step := range []ID{{0, 1, 0}, {0, 0, 1}} {
				next := ID{id.Z, id.X + step.X, id.Y + step.Y}
				a := layersOf(t, mustTile(t, s, publicSight, id))[LayerDivision]
				b := layersOf(t, mustTile(t, s, publicSight, next))[LayerDivision]
				for range 60 {
					across, along := rng.Float64()*(2*buffer-8)-(buffer-4), rng.Float64()*extent
					inA := orb.Point{extent + across, along}
					if step.Y == 1 {
						inA = orb.Point{along, extent + across}
					}
					inB := orb.Point{inA[0] - extent*float64(step.X), inA[1] - extent*float64(step.Y)}
					for _, level := range []string{"province", "commune"} {
						left, clear := around(inA, 2, func(at orb.Point) string { return unitsAt(a, level, at) })
						right, clearToo := around(inB, 2, func(at orb.Point) string { return unitsAt(b, level, at) })
						if clear && clearToo && left != right {
							t.Errorf("%v has %s at %v, %v has %s at %v", id, left, inA, next, right, inB)
						}
					}
				}
			}
		}
	}
}

// Rings run as the format wants it: around a polygon clockwise to the eye, around its holes the other way.
func TestRingsRunTheRightWay(t *testing.T) {
	s, _ := newTestService(t)
	rng := rand.New(rand.NewPCG(6, 4))
	for _, zoom := range []uint32{3, 7, 10, 12, 18} {
		for _, id := range someTiles(t, rng, zoom) {
			for name, features := range layersOf(t, mustTile(t, s, publicSight, id)) {
				for _, f := range features {
					var polygons orb.MultiPolygon
					switch g := f.Geometry.(type) {
					case orb.Polygon:
						polygons = orb.MultiPolygon{g}
					case orb.MultiPolygon:
						polygons = g
					}
					for _, p := range polygons {
						for i, r := range p {
							if !r.Closed() || (r.Orientation() == orb.CCW) != (i == 0) { // rows run downwards: what orb calls CCW is clockwise to the eye
								t.Errorf("%v %s %v: ring %d runs the wrong way", id, name, f.Properties, i)
							}
						}
					}
				}
			}
		}
	}
}

// The same data gives the same bytes.
func TestTilesAreDeterministic(t *testing.T) {
	s, _ := newTestService(t)
	data, _ := builtIn()
	other, _ := newTestService(t)
	fresh, err := newCountry(data.Locator.Boundaries(), data.Divisions, geo.Today())
	if err != nil {
		t.Fatal(err)
	}
	other.country = func() (*country, error) { return fresh, nil }
	for zoom := range uint32(MaxZoom + 1) {
		id := tileAt(point(t, 21.0287, 105.8524), zoom)
		a, b := mustTile(t, s, publicSight, id), mustTile(t, other, publicSight, id)
		if !bytes.Equal(a.Body, b.Body) || a.Tag != b.Tag || !bytes.Equal(a.Zipped, b.Zipped) {
			t.Errorf("%v differs", id)
		}
	}
}

// Whoever looks at Hoàng Sa or Trường Sa, from wherever, reads whose they are.
func TestArchipelagosAreNamed(t *testing.T) {
	s, _ := newTestService(t)
	c, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	for code, name := range map[string]string{"20333": "Quần đảo Hoàng Sa (Việt Nam)", "22736": "Quần đảo Trường Sa (Việt Nam)"} {
		for _, zoom := range []uint32{0, 4, 7, 8, 11, 14, 18} {
			for i, reef := range s.unit(t, code).polygons {
				if i%8 != 0 {
					continue
				}
				at := c.inside(reef).point()
				layers := layersOf(t, mustTile(t, s, publicSight, tileAt(at, zoom)))
				if texts(layers[LayerLabel], "name")[name] == 0 && zoom >= partNamesFrom {
					t.Errorf("zoom %d: the tile of the reef at %s does not name %s", zoom, at, name)
				}
				if texts(layers[LayerDivision], "code")[code] == 0 {
					t.Errorf("zoom %d: the reef at %s is not drawn", zoom, at)
				}
			}
		}
		u := s.unit(t, code)
		for zoom := range uint32(partNamesFrom) {
			id := tileAt(u.label.point(), zoom)
			found := false
			for _, f := range layersOf(t, mustTile(t, s, publicSight, id))[LayerLabel] {
				found = found || f.Properties["name"] == name && f.Properties["rank"].(float64) <= 2 && f.Properties["type"] == "Đặc khu"
			}
			if !found {
				t.Errorf("zoom %d: %s is not named", zoom, name)
			}
		}
	}
	if p := s.unit(t, "20333").division.Province; p != "48" {
		t.Errorf("Hoàng Sa belongs to %s", p)
	}
	if p := s.unit(t, "22736").division.Province; p != "56" {
		t.Errorf("Trường Sa belongs to %s", p)
	}
}

func (s *Service) unit(t *testing.T, code string) *unit {
	t.Helper()
	c, err := s.country()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.units, func(u *unit) bool { return u.division.Code == code })
	if i < 0 {
		t.Fatalf("no unit %s", code)
	}
	return c.units[i]
}

// Every name stands in what it names, and every division gets its name at some zoom, the larger earlier.
func TestNamesStandInTheirDivision(t *testing.T) {
	c, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	data, _ := builtIn()
	perZoom := map[uint32]int{}
	for i, u := range c.units {
		if u.rank != i+1 || u.labelFrom > communeNameLast {
			t.Errorf("%s has rank %d, and a name from zoom %d on", u.division.Code, u.rank, u.labelFrom)
		}
		perZoom[u.labelFrom]++
		if u.islands {
			continue
		}
		l, err := data.Locator.Locate(u.label.point(), 0)
		if err != nil || l.Commune.Code != u.division.Code && l.Province.Code != u.division.Code {
			t.Errorf("the name of %s stands at %v", u.division.Code, u.label.point())
		}
	}
	if len(c.units) != 34+3321 {
		t.Errorf("%d units", len(c.units))
	}
	first := c.units[:8]
	if !first[0].islands || !first[1].islands || first[2].division.Level != geo.LevelProvince || first[2].division.Name(geo.Today()).Type != "Thành phố" {
		t.Error("the first names are not those of the archipelagos and the cities")
	}
	if perZoom[0] != 2 || perZoom[4]+perZoom[3] < 6 {
		t.Errorf("names by zoom: %v", perZoom)
	}
}

// A tile of the whole country has every province and no commune but the archipelagos.
func TestWholeCountry(t *testing.T) {
	s, _ := newTestService(t)
	found := map[string]bool{}
	for _, id := range []ID{{5, 25, 13}, {5, 25, 14}, {5, 25, 15}, {5, 26, 14}, {5, 26, 15}, {5, 25, 16}, {5, 26, 13}} {
		for code := range texts(layersOf(t, mustTile(t, s, publicSight, id))[LayerDivision], "code") {
			found[code] = true
		}
	}
	if len(found) != 34+2 {
		t.Errorf("%d units at zoom 5", len(found))
	}
	if tile := mustTile(t, s, publicSight, ID{5, 0, 0}); len(tile.Body) != 0 || tile.Tag != "" {
		t.Error("something is drawn far away")
	}
	if tile := mustTile(t, s, registry.Sight{}, ID{18, 0, 0}); len(tile.Body) != 0 {
		t.Error("something is drawn far away, for those who see everything")
	}
}
