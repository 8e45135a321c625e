package tiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/seed"
)

var testActor = registry.Actor{Name: "test"}

// house registers a house.
func house(t testing.TB, svc *registry.Service, p geo.Point, c registry.Components) *registry.Address {
	t.Helper()
	a, err := svc.Assign(t.Context(), testActor, registry.AssignRequest{
		Positions:  []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}},
		Components: c,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.Address
}

func east(p geo.Point, metres float64) geo.Point {
	return geo.Point{LatE7: p.LatE7, LonE7: p.LonE7 + int32(metres*96.5)}
}

// Everybody sees addresses at the centres of their cells, no protected one, and of flats the door; those who may see more see it.
func TestAddressesAsTheyMayBeSeen(t *testing.T) {
	s, svc := newTestService(t)
	at := point(t, 21.0199, 105.8372)
	plain := house(t, svc, at, registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên"})
	flat := house(t, svc, east(at, 30), registry.Components{Building: "Chung cư X", Unit: "1203", Floor: "12"})
	hidden := house(t, svc, east(at, 50), registry.Components{HouseNumber: "9", Street: "Phố Khâm Thiên"})
	if _, err := svc.Protect(t.Context(), testActor, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	for zoom := range uint32(MaxZoom + 1) {
		for _, a := range []*registry.Address{plain, flat, hidden} {
			id := tileAt(geo.CodeCenter(a.Code), zoom)
			public := mustTile(t, s, publicSight, id)
			addresses := layersOf(t, public)[LayerAddress]
			if zoom < AddressesFrom {
				if len(addresses) > 0 || len(public.Zones) > 0 {
					t.Errorf("zoom %d has addresses", zoom)
				}
				continue
			}
			numbers, codes := texts(addresses, "number"), texts(addresses, "code")
			if codes[flat.Code.String()]+codes[hidden.Code.String()]+numbers["9"] > 0 || len(public.Told) > 0 {
				t.Errorf("zoom %d: the public sees %v %v", zoom, codes, numbers)
			}
			if a == plain && (codes[plain.Code.String()] != 1 || numbers["12/34/5"] != 1 || !slices.Contains(public.Zones, plain.Code.Zone())) {
				t.Errorf("zoom %d: the public sees %v %v", zoom, codes, numbers)
			}
			if a == flat && codes[""] != 1 {
				t.Errorf("zoom %d: the door of the flat is not there once: %v", zoom, codes)
			}
			f := newFrame(id)
			for _, mark := range addresses {
				if text, _ := mark.Properties["code"].(string); text == plain.Code.String() {
					if want := f.at(spotOf(geo.CodeCenter(plain.Code))); mark.Geometry != want || mark.ID != float64(plain.Code.Key()) {
						t.Errorf("zoom %d: %s stands at %v with id %v, want the centre of its cell %v", zoom, text, mark.Geometry, mark.ID, want)
					}
				}
			}
		}
	}
	id := tileAt(hidden.Point(), 17)
	keeper := mustTile(t, s, registry.Sight{}, id)
	codes := texts(layersOf(t, keeper)[LayerAddress], "code")
	if codes[hidden.Code.String()] != 1 || codes[flat.Code.String()] != 1 || len(keeper.Told) != len(codes) {
		t.Errorf("who sees everything sees %v, told of %d", codes, len(keeper.Told))
	}
	for _, mark := range layersOf(t, keeper)[LayerAddress] {
		if mark.Properties["code"] == hidden.Code.String() && mark.Geometry != newFrame(id).at(spotOf(hidden.Point())) {
			t.Error("who sees positions is shown something else")
		}
	}
	if again := mustTile(t, s, publicSight, id); bytes.Equal(again.Body, keeper.Body) || texts(layersOf(t, again)[LayerAddress], "code")[hidden.Code.String()] > 0 {
		t.Error("what one was shown is shown to everybody")
	}
}

// The addresses of a tile are those whose shown place lies in it or in its margin.
func TestAddressesAreInTheirTiles(t *testing.T) {
	s, svc := newTestService(t)
	rng := rand.New(rand.NewPCG(6, 6))
	middle := point(t, 10.7725, 106.698)
	var codes []addresscode.Code
	for n := range 150 {
		p := geo.Point{LatE7: middle.LatE7 + int32(rng.NormFloat64()*20_000), LonE7: middle.LonE7 + int32(rng.NormFloat64()*20_000)}
		codes = append(codes, house(t, svc, p, registry.Components{HouseNumber: fmt.Sprint(n + 1), Street: "Lê Lợi"}).Code)
	}
	for _, zoom := range []uint32{16, 17, 18} {
		tiles := map[ID]bool{}
		for _, code := range codes {
			tiles[tileAt(geo.CodeCenter(code), zoom)] = true
		}
		for id := range tiles {
			got := texts(layersOf(t, mustTile(t, s, publicSight, id))[LayerAddress], "code")
			for _, code := range codes {
				at := newFrame(id).at(spotOf(geo.CodeCenter(code)))
				inside := bounds.Contains(at)
				edge := !bounds.Pad(-2).Contains(at) && bounds.Pad(2).Contains(at)
				if !edge && (got[code.String()] == 1) != inside {
					t.Errorf("%v: %s at %v is drawn %d times", id, code, at, got[code.String()])
				}
			}
		}
	}
}

// No tile is larger than this, in bytes as they are sent without compression.
const maxTileBytes = 500_000

// Tiles stay small and can be read, everywhere and at every zoom, with the demonstration quarter and a crowded one.
func TestTilesStaySmall(t *testing.T) {
	s, svc := newTestService(t)
	if _, err := seed.LoadDemo(t.Context(), svc); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(6, 7))
	crowded := point(t, 21.0287, 105.8524)
	var batch []registry.AssignRequest
	for n := range 6000 {
		p := geo.Point{LatE7: crowded.LatE7 + rng.Int32N(30_000) - 15_000, LonE7: crowded.LonE7 + rng.Int32N(30_000) - 15_000}
		batch = append(batch, registry.AssignRequest{
			Positions:  []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}},
			Components: registry.Components{HouseNumber: fmt.Sprint(n), Street: "Phố Đông"},
		})
	}
	if _, err := svc.AssignMany(t.Context(), testActor, batch); err != nil {
		t.Fatal(err)
	}
	largest := 0
	check := func(id ID) {
		tile := mustTile(t, s, publicSight, id)
		features := layersOf(t, tile)
		if largest = max(largest, len(tile.Body)); len(tile.Body) > maxTileBytes {
			t.Errorf("%v has %d bytes", id, len(tile.Body))
		}
		for name, f := range features {
			if len(f) > 3000 {
				t.Errorf("%v has %d features in %s", id, len(f), name)
			}
		}
		if n := len(features[LayerAddress]); n > maxMarks {
			t.Errorf("%v has %d addresses", id, n)
		}
	}
	for zoom := range uint32(MaxZoom + 1) {
		for _, p := range []geo.Point{crowded, point(t, 21.0154, 105.8441), point(t, 20.4, 106.2)} { // the delta has the smallest communes
			check(tileAt(p, zoom))
		}
		for range 6 {
			check(tileAt(point(t, 8+rng.Float64()*15.5, 102+rng.Float64()*16), zoom))
		}
	}
	if n := len(layersOf(t, mustTile(t, s, publicSight, tileAt(crowded, AddressesFrom)))[LayerAddress]); n != maxMarks {
		t.Errorf("the crowded tile has %d addresses, want it full", n)
	}
	t.Logf("the largest has %d bytes", largest)
}

// The body and its compressed form are one; the tag tells contents apart.
func TestCompressedForm(t *testing.T) {
	s, _ := newTestService(t)
	tile := mustTile(t, s, publicSight, ID{5, 25, 14})
	r, err := gzip.NewReader(bytes.NewReader(tile.Zipped))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(body, tile.Body) {
		t.Errorf("another body of %d bytes, %v", len(body), err)
	}
	if other := mustTile(t, s, publicSight, ID{5, 25, 15}); other.Tag == tile.Tag || len(tile.Tag) != 2*tagBytes {
		t.Errorf("tags %q and %q", tile.Tag, other.Tag)
	}
}

// A tile in memory is not shown when something in it changed, and is when something elsewhere did.
func TestChangesAreSeenAtOnce(t *testing.T) {
	s, svc := newTestService(t)
	counted := &countingSource{Source: svc}
	s.source = counted
	at := point(t, 21.0199, 105.8372)
	a := house(t, svc, at, registry.Components{HouseNumber: "1", Street: "Phố Khâm Thiên"})
	id := tileAt(geo.CodeCenter(a.Code), 17)
	codes := func() map[string]int {
		return texts(layersOf(t, mustTile(t, s, publicSight, id))[LayerAddress], "code")
	}
	if codes()[a.Code.String()] != 1 {
		t.Fatal("the house is not there")
	}
	read := counted.marks.Load()
	house(t, svc, point(t, 10.7725, 106.698), registry.Components{HouseNumber: "1", Street: "Lê Lợi"})
	if codes(); counted.marks.Load() != read {
		t.Error("a change elsewhere has the tile drawn anew")
	}
	if _, err := svc.Protect(t.Context(), testActor, a.Code, true); err != nil {
		t.Fatal(err)
	}
	if codes()[a.Code.String()] != 0 {
		t.Error("a house that is protected now is shown")
	}
	if _, err := svc.Protect(t.Context(), testActor, a.Code, false); err != nil {
		t.Fatal(err)
	}
	if codes()[a.Code.String()] != 1 {
		t.Error("a house that is protected no more is not shown")
	}
	read = counted.marks.Load()
	if codes(); counted.marks.Load() != read {
		t.Error("nothing changed, and the tile is drawn anew")
	}
}

type countingSource struct {
	Source
	marks atomic.Int64
	fail  error
}

func (c *countingSource) MarksFor(ctx context.Context, sight registry.Sight, box geo.Box, most int) ([]registry.Mark, error) {
	c.marks.Add(1)
	if c.fail != nil {
		return nil, c.fail
	}
	return c.Source.MarksFor(ctx, sight, box, most)
}

// A tile that could not be drawn is no tile, and the next one who asks has another try.
func TestFailuresAreNotKept(t *testing.T) {
	s, svc := newTestService(t)
	counted := &countingSource{Source: svc, fail: errors.New("no")}
	s.source = counted
	id := tileAt(point(t, 21.0199, 105.8372), 17)
	if _, err := s.Tile(t.Context(), publicSight, id); !errors.Is(err, counted.fail) {
		t.Errorf("%v", err)
	}
	counted.fail = nil
	mustTile(t, s, publicSight, id)
}

// Many who ask at once get the same, whatever changes meanwhile.
func TestManyAtOnce(t *testing.T) {
	s, svc := newTestService(t)
	at := point(t, 21.0199, 105.8372)
	first := house(t, svc, at, registry.Components{HouseNumber: "1", Street: "Phố Khâm Thiên"})
	id := tileAt(geo.CodeCenter(first.Code), 18)
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for range 10 {
				tile, err := s.Tile(t.Context(), publicSight, id)
				if err != nil || texts(layersOf(t, tile)[LayerAddress], "code")[first.Code.String()] != 1 {
					t.Errorf("%v", err)
					return
				}
			}
		})
		house(t, svc, east(at, float64(n*4)), registry.Components{HouseNumber: fmt.Sprint(n + 2), Street: "Phố Khâm Thiên"})
	}
	group.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	const most = 100_000
	c, err := newCache(most)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	held := map[tileKey]int{}
	for n := range 2000 {
		key := tileKey{id: ID{18, uint32(rng.IntN(300)), 0}}
		entry := &cached{tile: &Tile{Body: make([]byte, rng.IntN(5000)), Zipped: make([]byte, rng.IntN(2000))}}
		c.put(key, entry)
		held[key] = entry.bytes()
		sum := 0
		for _, key := range c.recent.Keys() {
			sum += held[key]
		}
		if sum != c.bytes || c.bytes > most {
			t.Fatalf("after %d: %d bytes, counted as %d, at most %d", n, sum, c.bytes, most)
		}
	}
	last, _, _ := c.recent.GetOldest()
	if _, ok := c.get(last); !ok {
		t.Error("what is held is not found")
	}
	huge := tileKey{id: ID{1, 1, 1}}
	c.put(huge, &cached{tile: &Tile{Body: make([]byte, most+1)}})
	if _, ok := c.get(huge); ok || c.bytes != 0 {
		t.Errorf("%d bytes are held", c.bytes)
	}
}

// Zones and cells are where they are, each once, wherever codes can be given.
func TestZonesAndCells(t *testing.T) {
	s, _ := newTestService(t)
	rng := rand.New(rand.NewPCG(6, 8))
	for name, at := range map[string]geo.Point{
		"Hà Nội": point(t, 21.0287, 105.8524), "Hoàng Sa": point(t, 16.5, 111.6), "border": point(t, 22.85, 105.0), "coast": point(t, 20.95, 107.05),
	} {
		for _, zoom := range []uint32{11, 13, 15, 18} {
			id := tileAt(at, zoom)
			layers := layersOf(t, mustTile(t, s, publicSight, id))
			if zoom < cellsFrom && layers[LayerCell] != nil {
				t.Errorf("zoom %d has cells", zoom)
			}
			for layer, key := range map[string]string{LayerZone: "zone", LayerCell: "cell"} {
				for text, n := range texts(layers[layer], key) {
					if n > 1 {
						t.Errorf("%s %d: %s is drawn %d times", name, zoom, text, n)
					}
				}
			}
			for range 200 {
				in := orb.Point{float64(rng.IntN(extent)), float64(rng.IntN(extent))}
				p := placeIn(id, in)
				cell, err := p.Cell()
				if err != nil {
					continue
				}
				if _, err := s.source.Locator().Locate(p, 0); err != nil {
					continue
				}
				zone, err := addresscode.ZoneOf(uint64(cell))
				if err != nil {
					t.Fatal(err)
				}
				if texts(layers[LayerZone], "zone")[zone.String()] != 1 {
					t.Errorf("%s %d: zone %s is not drawn where a code can be given", name, zoom, zone)
				}
				if zoom >= cellsFrom && texts(layers[LayerCell], "cell")[cell.String()] != 1 {
					t.Errorf("%s %d: cell %s is not drawn", name, zoom, cell)
				}
			}
		}
	}
}

// Any tile there is can be drawn and read.
func FuzzTile(f *testing.F) {
	s, _ := newTestService(f)
	f.Add(uint32(0), uint32(0), uint32(0))
	f.Add(uint32(18), uint32(208151), uint32(115403))
	f.Add(uint32(18), uint32(1<<18-1), uint32(1<<18-1))
	f.Add(uint32(7), uint32(101), uint32(56))
	f.Fuzz(func(t *testing.T, z, x, y uint32) {
		id := ID{z % (MaxZoom + 1), x, y}
		id.X, id.Y = x%(1<<id.Z), y%(1<<id.Z)
		if !id.Valid() || (ID{z, x, y}).Valid() && (ID{z, x, y}) != id {
			t.Fatalf("%v", id)
		}
		tile, err := s.Tile(context.Background(), publicSight, id)
		if err != nil {
			t.Fatalf("%v: %v", id, err)
		}
		layersOf(t, tile)
		if len(tile.Body) > maxTileBytes || (len(tile.Body) == 0) != (tile.Tag == "") {
			t.Fatalf("%v: %d bytes, tag %q", id, len(tile.Body), tile.Tag)
		}
	})
}
