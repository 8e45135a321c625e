package tiles

import (
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/simplify"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// cpu reports the processor time of an operation, garbage collection included: what counts on a machine that others use too.
func cpu(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkDivisions draws a tile of communes that is not in memory. The baseline makes the same layer with orb alone, from the
// shapes of all communes: projected, simplified one by one, cut and encoded.
func BenchmarkDivisions(b *testing.B) {
	c, err := drawn()
	if err != nil {
		b.Fatal(err)
	}
	data, _ := builtIn()
	shapes := data.Locator.Boundaries()
	for _, id := range []ID{{7, 101, 56}, {9, 406, 225}, {13, 6504, 3606}} {
		b.Run(fmt.Sprintf("zoom %d", id.Z), func(b *testing.B) {
			defer cpu(b)()
			for b.Loop() {
				f := newFrame(id)
				if body, err := encode(layer{LayerDivision, c.divisions(f, geo.Today())}, layer{LayerLabel, c.labels(f, geo.Today())}); err != nil || len(body) == 0 {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("zoom %d, baseline orb alone", id.Z), func(b *testing.B) {
			defer cpu(b)()
			for b.Loop() {
				all := geojson.NewFeatureCollection()
				for _, code := range shapes.Codes() {
					shape, _ := shapes.MultiPolygon(code)
					all.Append(feature(shape, geojson.Properties{"code": code}))
				}
				l := mvt.NewLayer(LayerDivision, all)
				l.ProjectToTile(maptile.New(id.X, id.Y, maptile.Zoom(id.Z)))
				l.Clip(orb.Bound{Min: bounds.Min, Max: bounds.Max})
				l.Simplify(simplify.DouglasPeucker(pixel / 2))
				l.RemoveEmpty(pixel, pixel*pixel)
				if body, err := mvt.Marshal(mvt.Layers{l}); err != nil || len(body) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPrepare is what a server does once.
func BenchmarkPrepare(b *testing.B) {
	data, err := builtIn()
	if err != nil {
		b.Fatal(err)
	}
	defer cpu(b)()
	for b.Loop() {
		if _, err := newCountry(data.Locator.Boundaries(), data.Divisions, geo.Today()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAddresses draws tiles of a quarter with 25,000 households in a square kilometre. DATABASE names a register with a country
// around it, to which the quarter is added. The baseline draws the same tile from addresses that are in memory already: what
// projecting and encoding alone cost.
func BenchmarkAddresses(b *testing.B) {
	s, svc := newTestService(b)
	if path := os.Getenv("DATABASE"); path != "" {
		data, _ := builtIn()
		store, err := sqlite.Open(b.Context(), path, sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { store.Close() })
		svc = registry.NewService(store, data.Divisions, data.Locator)
		s.source = svc
	}
	rng := rand.New(rand.NewPCG(1, 1))
	middle := point(b, 21.0287, 105.8524)
	const quarter = 25_000
	for n := 0; n < quarter; {
		var batch []registry.AssignRequest
		for range 500 {
			p := geo.Point{LatE7: middle.LatE7 + rng.Int32N(90_200) - 45_100, LonE7: middle.LonE7 + rng.Int32N(96_500) - 48_250}
			batch = append(batch, registry.AssignRequest{
				Positions:      []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}},
				Components:     registry.Components{HouseNumber: fmt.Sprint(n), Street: "Phố Hàng Khay"},
				IdempotencyKey: fmt.Sprint("bench-", n),
			})
			n++
		}
		if _, err := svc.AssignMany(b.Context(), testActor, batch); err != nil {
			b.Fatal(err)
		}
	}
	active, _, err := svc.Count(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, zoom := range []uint32{16, 17, 18} {
		id := tileAt(middle, zoom)
		b.Run(fmt.Sprintf("zoom %d", zoom), func(b *testing.B) {
			key := tileKey{id: id, day: geo.Today()}
			defer cpu(b)()
			for b.Loop() {
				if _, err := s.drawFor(b.Context(), publicSight, key); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(active), "households")
		})
		b.Run(fmt.Sprintf("zoom %d, baseline addresses in memory", zoom), func(b *testing.B) {
			f := newFrame(id)
			marks, err := svc.MarksFor(b.Context(), publicSight, f.box(), maxMarks)
			if err != nil {
				b.Fatal(err)
			}
			defer cpu(b)()
			for b.Loop() {
				var features []*geojson.Feature
				for _, m := range marks {
					features = append(features, feature(orb.Point{m.Point.Lon(), m.Point.Lat()}, geojson.Properties{"code": m.Code.String(), "number": m.Number, "status": string(m.Status)}))
				}
				l := &mvt.Layer{Name: LayerAddress, Version: 2, Extent: extent, Features: features}
				l.ProjectToTile(maptile.New(id.X, id.Y, maptile.Zoom(id.Z)))
				if _, err := mvt.MarshalGzipped(mvt.Layers{l}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(marks)), "addresses")
		})
	}
	b.Run("in memory", func(b *testing.B) {
		id := tileAt(middle, 16)
		defer cpu(b)()
		for b.Loop() {
			if _, err := s.Tile(b.Context(), publicSight, id); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("communes in memory", func(b *testing.B) {
		s.now = func() time.Time { return time.Unix(1_800_000_000, 0) }
		defer cpu(b)()
		for b.Loop() {
			if _, err := s.Tile(b.Context(), publicSight, ID{9, 406, 225}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
