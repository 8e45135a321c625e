package bulk_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/internal/synth"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

const benchHouses = 50_000

// country is a registry of synthetic addresses, and a file of parcels for them as people write them.
func country(b *testing.B) (*registry.Service, *geocode.Engine, []byte) {
	b.Helper()
	data, err := builtIn()
	if err != nil {
		b.Fatal(err)
	}
	houses, err := synth.Generate(data, benchHouses, 7)
	if err != nil {
		b.Fatal(err)
	}
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	svc := registry.NewService(store, data.Divisions, data.Locator)
	var file bytes.Buffer
	file.WriteString("id,address\n")
	for len(houses) > 0 {
		n := min(len(houses), 5000)
		requests := make([]registry.AssignRequest, n)
		for i, h := range houses[:n] {
			requests[i] = registry.AssignRequest{
				Positions:  []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: h.Point}}},
				Components: h.Components, OnDuplicate: registry.AllowDuplicate,
			}
		}
		answers, err := svc.AssignMany(b.Context(), registry.Actor{Name: "bench"}, requests)
		if err != nil {
			b.Fatal(err)
		}
		for i, a := range answers {
			if a.Err == nil && i%5 == 0 {
				line := strings.ReplaceAll(svc.Label(a.Address, geo.Today()), "Phường ", "P. ")
				fmt.Fprintf(&file, "%d,%q\n", i, line)
			}
		}
		houses = houses[n:]
	}
	engine, err := geocode.NewEngine(b.Context(), svc, store)
	if err != nil {
		b.Fatal(err)
	}
	return svc, engine, file.Bytes()
}

// keyReader answers each row with one read of the registry by key: the least that looking up anything costs.
type keyReader struct {
	svc  *registry.Service
	code string
}

func (k keyReader) Validate(ctx context.Context, _ geocode.ValidateRequest) (*geocode.Verdict, error) {
	if _, err := k.svc.Resolve(ctx, k.code); err != nil {
		return nil, err
	}
	return &geocode.Verdict{Granularity: geocode.GranularityNone}, nil
}

// BenchmarkGeocode geocodes a file of parcels. The baseline handles the same file and reads one address by key for each row.
func BenchmarkGeocode(b *testing.B) {
	svc, engine, file := country(b)
	near, err := svc.Reverse(b.Context(), mustPoint(b, 21.03, 105.85), 2000, 1)
	if err != nil {
		b.Fatal(err)
	}
	code := "5FJBC-2NJV-T33"
	if len(near) > 0 {
		code = near[0].Address.Code.String()
	}
	for _, tt := range []struct {
		name   string
		engine bulk.Engine
	}{{"one key read a row (baseline)", keyReader{svc, code}}, {"addresses", engine}} {
		b.Run(tt.name, func(b *testing.B) {
			var rows int64
			before := processorTime()
			for b.Loop() {
				report, err := bulk.Geocode(b.Context(), tt.engine, svc, bytes.NewReader(file), io.Discard, bulk.Options{})
				if err != nil {
					b.Fatal(err)
				}
				rows += report.Rows
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64((processorTime()-before).Nanoseconds())/1e3/float64(rows), "processor-µs/row")
		})
	}
}

// processorTime is what this process used so far, of all processors. It tells more than the clock on a machine that does other work too.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func mustPoint(b *testing.B, lat, lon float64) geo.Point {
	b.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		b.Fatal(err)
	}
	return p
}
