package tiles

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is the built-in data set, decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// drawn is the country, prepared once for all tests.
var drawn = sync.OnceValues(func() (*country, error) {
	data, err := builtIn()
	if err != nil {
		return nil, err
	}
	return newCountry(data.Locator.Boundaries(), data.Divisions, geo.Today())
})

// newTestService draws from a new register.
func newTestService(t testing.TB) (*Service, *registry.Service) {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	svc := registry.NewService(store, data.Divisions, data.Locator)
	s, err := New(svc, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.country = drawn
	return s, svc
}

// tileAt is the tile of a zoom that holds a place.
func tileAt(p geo.Point, zoom uint32) ID {
	at := maptile.At(orb.Point{p.Lon(), p.Lat()}, maptile.Zoom(zoom))
	return ID{zoom, at.X, at.Y}
}

func point(t testing.TB, lat, lon float64) geo.Point {
	t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// layersOf decodes a tile again.
func layersOf(t testing.TB, tile *Tile) map[string][]*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(tile.Body)
	if err != nil {
		t.Fatalf("the tile cannot be read: %v", err)
	}
	features := map[string][]*geojson.Feature{}
	for _, l := range layers {
		if l.Extent != extent || l.Version != 2 || len(l.Features) == 0 || features[l.Name] != nil {
			t.Fatalf("layer %s has extent %d, version %d, %d features", l.Name, l.Extent, l.Version, len(l.Features))
		}
		features[l.Name] = l.Features
	}
	return features
}

func mustTile(t testing.TB, s *Service, sight registry.Sight, id ID) *Tile {
	t.Helper()
	tile, err := s.Tile(t.Context(), sight, id)
	if err != nil {
		t.Fatalf("tile %v: %v", id, err)
	}
	return tile
}

// texts are a property of features.
func texts(features []*geojson.Feature, name string) map[string]int {
	found := map[string]int{}
	for _, f := range features {
		text, _ := f.Properties[name].(string)
		found[text]++
	}
	return found
}
