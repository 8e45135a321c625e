package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// town is the n-th thousand of a town of houses of ten metres and streets of a hundred, 1000 of each in 1 km².
func town(n int) (streets []registry.Street, outlines []registry.Outline) {
	for i := range 1000 {
		a := geo.Point{LatE7: 210_000_000 + int32(n/100*100_000+i/32*3_000), LonE7: 1_050_000_000 + int32(n%100*100_000+i%32*3_000)}
		at := func(north, east int32) geo.Point { return geo.Point{LatE7: a.LatE7 + north, LonE7: a.LonE7 + east} }
		source := fmt.Sprintf("way/%d", n*1000+i)
		line := []geo.Point{a, at(300, 300), at(500, 600), at(700, 900)}
		streets = append(streets, registry.Street{Dataset: "osm", Source: source, Name: fmt.Sprintf("Đường số %d", i%97), Kind: registry.StreetResidential, Lines: [][]geo.Point{line},
			Stretches: []registry.Stretch{{Commune: fmt.Sprintf("%05d", n%1000), Point: line[1], Box: geo.BoxAround(line...), LengthM: 100}}})
		outlines = append(outlines, registry.Outline{Dataset: "osm", Source: source, Rings: [][]geo.Point{{a, at(0, 900), at(900, 900), at(900, 0)}}})
	}
	return streets, outlines
}

// BenchmarkPutMap keeps streets and outlines in transactions of a thousand.
func BenchmarkPutMap(b *testing.B) {
	for _, what := range []string{"streets", "outlines"} {
		b.Run(what, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "map.db")
			s := open(b, path, sqlite.Options{})
			n := 0
			for b.Loop() {
				streets, outlines := town(n)
				if err := s.Update(b.Context(), func(w registry.Writer) (err error) {
					if what == "streets" {
						_, err = w.PutStreets(1, streets)
					} else {
						_, err = w.PutOutlines(1, outlines)
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n)*1000/b.Elapsed().Seconds(), "objects/s")
			bytes := int64(0)
			for _, suffix := range []string{"", "-wal"} {
				if info, err := os.Stat(path + suffix); err == nil {
					bytes += info.Size()
				}
			}
			b.ReportMetric(float64(bytes)/float64(n*1000), "B/object")
		})
	}
}

// BenchmarkMapInBox reads what a tile of 600 m shows, of a town of 100,000 outlines and as many streets.
func BenchmarkMapInBox(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "map.db"), sqlite.Options{})
	for n := range 100 {
		if err := s.Update(b.Context(), func(w registry.Writer) error {
			streets, outlines := town(n)
			if _, err := w.PutStreets(1, streets); err != nil {
				return err
			}
			_, err := w.PutOutlines(1, outlines)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	box := geo.BoxAround(geo.Point{LatE7: 210_020_000, LonE7: 1_053_020_000}, geo.Point{LatE7: 210_070_000, LonE7: 1_053_080_000})
	b.Run("streets", func(b *testing.B) {
		readBox(b, s, func(r registry.Reader) (int, error) { found, err := r.Streets(box, "", 10_000); return len(found), err })
	})
	b.Run("outlines", func(b *testing.B) {
		readBox(b, s, func(r registry.Reader) (int, error) { found, err := r.Outlines(box, 10_000); return len(found), err })
	})
}

func readBox(b *testing.B, s registry.Store, read func(registry.Reader) (int, error)) {
	n := 0
	for b.Loop() {
		if err := s.View(b.Context(), func(r registry.Reader) (err error) {
			n, err = read(r)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n), "objects")
}
