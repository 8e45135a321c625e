package tiles

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// ground is a source with a map of its own.
type ground struct {
	Source
	streets  []registry.Street
	outlines []registry.Outline
	upTo     registry.StreetKind // that was asked for last
}

func (g *ground) Streets(_ context.Context, _ geo.Box, upTo registry.StreetKind, limit int) ([]registry.Street, error) {
	g.upTo = upTo
	return g.streets[:min(limit, len(g.streets))], nil
}

func (g *ground) Outlines(_ context.Context, _ geo.Box, limit int) ([]registry.Outline, error) {
	return g.outlines[:min(limit, len(g.outlines))], nil
}

// square is a building of so many metres, with a courtyard where there is one.
func square(at geo.Point, metres, court float64) registry.Outline {
	ring := func(half float64, clockwise bool) []geo.Point {
		n, e := int32(half*90.2), int32(half*96.5)
		corners := []geo.Point{{LatE7: at.LatE7 - n, LonE7: at.LonE7 - e}, {LatE7: at.LatE7 - n, LonE7: at.LonE7 + e}, {LatE7: at.LatE7 + n, LonE7: at.LonE7 + e}, {LatE7: at.LatE7 + n, LonE7: at.LonE7 - e}}
		if clockwise {
			corners[1], corners[3] = corners[3], corners[1]
		}
		return corners
	}
	o := registry.Outline{Rings: [][]geo.Point{ring(metres/2, false)}}
	if court > 0 {
		o.Rings = append(o.Rings, ring(court/2, true))
	}
	return o
}

func TestStreetsAndBuildings(t *testing.T) {
	s, svc := newTestService(t)
	at := point(t, 21.0287, 105.8524)
	tower := square(at, 40, 20)
	tower.Name, tower.Number = "Chung cư X", "12"
	source := &ground{Source: svc, outlines: []registry.Outline{tower, square(east(at, 60), 0.2, 0)}, streets: []registry.Street{
		{Name: "Phố Hàng Khay", Kind: registry.StreetPrimary, Lines: [][]geo.Point{{east(at, -300), at}}},
		{Name: "Phố Hàng Khay", Kind: registry.StreetPrimary, Lines: [][]geo.Point{{at, east(at, 300)}}},
		{Name: "Ngõ 1", Kind: registry.StreetService, Lines: [][]geo.Point{{at, east(at, 0.3)}}},
	}}
	s.source = source
	layers := layersOf(t, mustTile(t, s, publicSight, tileAt(at, 17)))
	streets := layers[LayerStreet]
	if len(streets) != 1 || streets[0].Properties["name"] != "Phố Hàng Khay" || streets[0].Properties["kind"] != "primary" || len(streets[0].Geometry.(orb.MultiLineString)) != 2 {
		t.Errorf("streets %+v", streets)
	}
	buildings := layers[LayerBuilding]
	if len(buildings) != 1 || buildings[0].Properties["name"] != "Chung cư X" || buildings[0].Properties["number"] != "12" {
		t.Fatalf("buildings %+v", buildings)
	}
	if shape := buildings[0].Geometry.(orb.Polygon); len(shape) != 2 || shape[0].Orientation() != orb.CCW || shape[1].Orientation() != orb.CW {
		t.Errorf("the tower is drawn as %v", shape)
	}
	for zoom, want := range map[uint32]registry.StreetKind{8: registry.StreetTrunk, 10: registry.StreetPrimary, 13: registry.StreetTertiary, 14: registry.StreetResidential, 16: registry.StreetPath} {
		mustTile(t, s, publicSight, tileAt(at, zoom))
		if source.upTo != want {
			t.Errorf("zoom %d: streets up to %s", zoom, source.upTo)
		}
	}
}

// A new map is seen after a minute, not before: it has no line in the journal for each street.
func TestNewMapIsSeen(t *testing.T) {
	s, svc := newTestService(t)
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return now }
	source := &ground{Source: svc}
	s.source = source
	at := point(t, 21.0287, 105.8524)
	for _, zoom := range []uint32{10, 16} {
		source.streets = nil
		now = now.Add(time.Hour)
		seen := func() int { return len(layersOf(t, mustTile(t, s, publicSight, tileAt(at, zoom)))[LayerStreet]) }
		if seen() != 0 {
			t.Fatal("a street is drawn")
		}
		source.streets = []registry.Street{{Name: "Phố Hàng Khay", Kind: registry.StreetPrimary, Lines: [][]geo.Point{{at, east(at, 5000)}}}}
		if now = now.Add(streetAge / 2); seen() != 0 {
			t.Error("the tile was not kept")
		}
		if now = now.Add(streetAge / 2); seen() != 1 {
			t.Error("the new street is not drawn")
		}
	}
}

// However much a map has, a tile stays within its bound, and what is left out is the smaller.
func TestCrowdedMap(t *testing.T) {
	s, svc := newTestService(t)
	rng := rand.New(rand.NewPCG(3, 3))
	at := point(t, 21.0287, 105.8524)
	source := &ground{Source: svc}
	for n := range 9000 {
		p := geo.Point{LatE7: at.LatE7 + rng.Int32N(20_000) - 10_000, LonE7: at.LonE7 + rng.Int32N(20_000) - 10_000}
		o := square(p, 3+rng.Float64()*10, 0)
		o.Source, o.Name, o.Number = fmt.Sprint("way/", n), fmt.Sprint("Toà nhà số ", n), fmt.Sprint(n)
		source.outlines = append(source.outlines, o)
		var line []geo.Point
		for i := range 40 {
			line = append(line, geo.Point{LatE7: p.LatE7 + rng.Int32N(2000), LonE7: p.LonE7 + int32(i)*300})
		}
		source.streets = append(source.streets, registry.Street{Name: fmt.Sprint("Đường số ", n), Kind: registry.StreetPath, Lines: [][]geo.Point{line}})
	}
	s.source = source
	for _, zoom := range []uint32{14, 16, 17, 18} {
		tile := mustTile(t, s, publicSight, tileAt(at, zoom))
		layers := layersOf(t, tile)
		if len(tile.Body) > maxTileBytes || len(layers[LayerBuilding]) > maxBuildings || len(layers[LayerDivision]) == 0 {
			t.Errorf("zoom %d: %d bytes, %d buildings", zoom, len(tile.Body), len(layers[LayerBuilding]))
		}
		if len(layers[LayerStreet]) == 0 {
			t.Errorf("zoom %d: no street is left", zoom)
		}
	}
}
