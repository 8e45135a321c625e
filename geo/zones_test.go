package geo_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

func compareZones(a, b addresscode.Zone) int { return int(a.Number()) - int(b.Number()) }

// The zone of every point in a commune is among the commune's zones, near its border too.
func TestZonesHoldEveryPoint(t *testing.T) {
	data := builtin(t)
	zones := map[string][]addresscode.Zone{}
	check := func(p geo.Point) {
		location, err := data.Locator.Locate(p, after)
		if err != nil || location.Match != geo.MatchInside {
			return
		}
		commune := location.Commune.Code
		if zones[commune] == nil {
			if zones[commune], err = data.Locator.Zones(commune, false); err != nil {
				t.Fatal(err)
			}
			if !slices.IsSortedFunc(zones[commune], compareZones) {
				t.Fatalf("the zones of %s do not ascend", commune)
			}
		}
		code, err := geo.EncodeFirst(p)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(zones[commune], code.Zone()) {
			t.Fatalf("%s in commune %s has zone %s, which is not among its %d", p, commune, code.Zone(), len(zones[commune]))
		}
	}
	random := rand.New(rand.NewPCG(11, 12))
	for i, code := range data.Boundaries.Codes() {
		if i%10 != 0 {
			continue
		}
		shape, _ := data.Boundaries.MultiPolygon(code)
		for _, polygon := range shape {
			bound := polygon.Bound()
			for range 20 {
				check(point(t, bound.Min.Lat()+random.Float64()*(bound.Max.Lat()-bound.Min.Lat()), bound.Min.Lon()+random.Float64()*(bound.Max.Lon()-bound.Min.Lon())))
			}
			for j := 0; j < len(polygon[0]); j += 4 {
				check(point(t, polygon[0][j].Lat()+random.Float64()*2e-4-1e-4, polygon[0][j].Lon()+random.Float64()*2e-4-1e-4))
			}
		}
	}
}

func TestZonesWithBorder(t *testing.T) {
	data := builtin(t)
	inner, err := data.Locator.Zones("00070", false)
	if err != nil {
		t.Fatal(err)
	}
	outer, err := data.Locator.Zones("00070", true)
	if err != nil {
		t.Fatal(err)
	}
	if len(inner) < 3 || len(inner) > 20 || len(outer) <= len(inner) || len(outer) > 40 {
		t.Errorf("%d zones, %d with their neighbours", len(inner), len(outer))
	}
	for _, zone := range inner {
		if !slices.Contains(outer, zone) {
			t.Errorf("zone %s is lost among the neighbours", zone)
		}
		rings, err := geo.Cell(zone.Cell()).Rings(1)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range rings[1] {
			neighbour, err := addresscode.ZoneOf(uint64(cell))
			if err == nil && !slices.Contains(outer, neighbour) {
				t.Errorf("zone %s next to %s is missing", neighbour, zone)
			}
		}
	}
	if _, err := data.Locator.Zones("99999", true); !errors.Is(err, geo.ErrNoDivision) {
		t.Errorf("unknown commune: %v", err)
	}
}

// Few zones beside those that truly meet the commune.
func TestZonesAreFew(t *testing.T) {
	data := builtin(t)
	listed, met := 0, 0
	random := rand.New(rand.NewPCG(13, 14))
	codes := data.Boundaries.Codes()
	for range 40 {
		code := codes[random.IntN(len(codes))]
		zones, err := data.Locator.Zones(code, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, zone := range zones {
			listed++
			cell := geo.Cell(zone.Cell())
			corners := append(cell.Outline(), cell.Center())
			for _, p := range corners {
				if metres, err := data.Locator.CommuneDistance(p, code); err == nil && metres == 0 {
					met++
					break
				}
			}
		}
	}
	t.Logf("%d zones listed, %d of them with a corner or the centre in the commune", listed, met)
	if listed > met*5/4 {
		t.Errorf("%d zones listed, only %d of them meet the commune", listed, met)
	}
}

func TestZonesFromManyAtOnce(t *testing.T) {
	data := builtin(t)
	want, err := data.Locator.Zones("00070", true)
	if err != nil {
		t.Fatal(err)
	}
	fresh := builtin(t).Locator
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, err := fresh.Zones("00070", true)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
			slices.Reverse(got) // callers own what they get
		})
	}
	group.Wait()
}

// BenchmarkZones measures the first question for a commune, and later ones.
func BenchmarkZones(b *testing.B) {
	data := builtin(b)
	codes := data.Boundaries.Codes()
	ask := func(b *testing.B, l *geo.Locator, code string) {
		if _, err := l.Zones(code, true); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if i%len(codes) == 0 && i > 0 {
				b.StopTimer()
				data = builtin(b)
				b.StartTimer()
			}
			ask(b, data.Locator, codes[i*7%len(codes)])
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			ask(b, data.Locator, "00070")
		}
	})
}
