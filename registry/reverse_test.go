package registry_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestReverseAgreesWithBruteForce(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	rng := rand.New(rand.NewPCG(1, 2))
	// a town, thin at its edges, and a tower whose codes spill over most of eight rings
	var all []*registry.Address
	batch := make([]registry.AssignRequest, 0, 3000)
	for n := range 1500 {
		batch = append(batch, flat(moved(khamThien, rng.NormFloat64()*300, rng.NormFloat64()*300), n))
	}
	tower := moved(khamThien, 150, 150)
	for n := range 1500 {
		batch = append(batch, flat(tower, 10_000+n))
	}
	answers, err := svc.AssignMany(ctx, registry.Actor{Name: "test"}, batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		if i%10 == 0 { // retired ones are not found
			after := *a.Address
			after.Status, after.Version = registry.StatusRetired, 2
			if err := store.Update(ctx, func(w registry.Writer) error {
				if err := w.Replace(&after, 0); err != nil {
					return err
				}
				return w.AppendEvent(registry.Event{Code: after.Code, Version: 2, Action: registry.ActionRetired, Actor: "test", At: after.UpdatedAt, Before: a.Address, After: &after})
			}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		all = append(all, a.Address)
	}
	for i := range 300 {
		from := moved(khamThien, rng.NormFloat64()*500, rng.NormFloat64()*500)
		if i%3 == 0 {
			from = moved(tower, rng.NormFloat64()*60, rng.NormFloat64()*60)
		}
		radius := []float64{1, 20, 100, 500, 2000}[rng.IntN(5)]
		limit := []int{1, 5, 100}[rng.IntN(3)]
		got, err := svc.Reverse(ctx, from, radius, limit)
		if err != nil {
			t.Fatal(err)
		}
		want := bruteForce(all, from, radius, limit)
		if len(got) != len(want) {
			t.Fatalf("Reverse(%v, %v, %d) gives %d addresses, want %d", from, radius, limit, len(got), len(want))
		}
		for k := range got {
			if got[k].Address.Code != want[k].Address.Code || got[k].DistanceM != want[k].DistanceM {
				t.Fatalf("Reverse(%v, %v, %d)[%d] is %s at %.2f m, want %s at %.2f m", from, radius, limit, k,
					got[k].Address.Code, got[k].DistanceM, want[k].Address.Code, want[k].DistanceM)
			}
		}
	}
}

func bruteForce(all []*registry.Address, from geo.Point, radius float64, limit int) []registry.Neighbour {
	var near []registry.Neighbour
	for _, a := range all {
		if d := geo.Distance(from, a.Point()); d <= radius {
			near = append(near, registry.Neighbour{Address: a, DistanceM: d})
		}
	}
	slices.SortFunc(near, func(a, b registry.Neighbour) int {
		return cmp.Or(cmp.Compare(a.DistanceM, b.DistanceM), a.Address.Code.Compare(b.Address.Code))
	})
	return near[:min(limit, len(near))]
}

func TestReverseRefuses(t *testing.T) {
	svc := newService(t)
	tests := []struct {
		name   string
		p      geo.Point
		radius float64
		limit  int
		code   registry.ErrorCode
	}{
		{"no radius", hoGuom, 0, 5, registry.CodeInvalid},
		{"wide radius", hoGuom, registry.MaxReverseRadius + 1, 5, registry.CodeInvalid},
		{"no limit", hoGuom, 100, 0, registry.CodeInvalid},
		{"large limit", hoGuom, 100, registry.MaxReverseLimit + 1, registry.CodeInvalid},
		{"elsewhere", outsideAll, 100, 5, registry.CodePositionOutside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := svc.Reverse(t.Context(), tt.p, tt.radius, tt.limit); registry.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %s", err, tt.code)
			}
		})
	}
	if near, err := svc.Reverse(t.Context(), openSea, 2000, 5); err != nil || len(near) != 0 {
		t.Errorf("at sea: %v, %v", near, err)
	}
}

func TestPlace(t *testing.T) {
	svc := newService(t)
	a := mustAssign(t, svc, flat(hoGuom, 1))
	b := mustAssign(t, svc, flat(hoGuom, 2))
	place, err := svc.Place(t.Context(), hoGuom)
	if err != nil {
		t.Fatal(err)
	}
	if place.Zone.String() != "5FJBC-" || place.Cell.String() != "8d415cb4e426bbf" || place.Location == nil || place.Location.Commune.Code != "00070" {
		t.Errorf("place %+v", place)
	}
	if len(place.Addresses) != 2 || place.Addresses[0].Code != a.Code || place.Addresses[1].Code != b.Code {
		t.Errorf("addresses %v", place.Addresses)
	}
	place, err = svc.Place(t.Context(), openSea)
	if err != nil || place.Location != nil || registry.CodeOf(place.LocateErr) != registry.CodePositionOutside || place.Cell == 0 {
		t.Errorf("at sea: %+v, %v", place, err)
	}
	if _, err := svc.Place(t.Context(), outsideAll); registry.CodeOf(err) != registry.CodePositionOutside {
		t.Errorf("elsewhere: %v", err)
	}
}

// town registers n houses around a point, about 20 m apart.
func town(b *testing.B, svc *registry.Service, n int) []geo.Point {
	b.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	spread := 0.5 * 20 * float64(intSqrt(n))
	points := make([]geo.Point, n)
	for done := 0; done < n; done += 2000 {
		batch := make([]registry.AssignRequest, 0, 2000)
		for k := done; k < min(done+2000, n); k++ {
			points[k] = moved(khamThien, (rng.Float64()*2-1)*spread, (rng.Float64()*2-1)*spread)
			batch = append(batch, house(points[k], fmt.Sprint(k)))
		}
		answers, err := svc.AssignMany(b.Context(), registry.Actor{Name: "test"}, batch)
		if err != nil {
			b.Fatal(err)
		}
		for _, a := range answers {
			if a.Err != nil {
				b.Fatal(a.Err)
			}
		}
	}
	return points
}

func intSqrt(n int) int {
	r := 0
	for r*r < n {
		r++
	}
	return r
}

func BenchmarkReverse(b *testing.B) {
	svc := newService(b)
	points := town(b, svc, 50_000)
	b.Run("100m-5", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := svc.Reverse(context.Background(), moved(points[i%len(points)], 7, 7), 100, 5); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("address", func(b *testing.B) { // the baseline: one read by primary key
		a, err := svc.Reverse(context.Background(), points[0], 100, 1)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := svc.Address(context.Background(), a[0].Address.Code); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAssign(b *testing.B) {
	svc := newService(b)
	rng := rand.New(rand.NewPCG(5, 6))
	requests := make([]registry.AssignRequest, 20_000)
	for i := range requests {
		requests[i] = house(moved(khamThien, rng.NormFloat64()*2000, rng.NormFloat64()*2000), "")
	}
	b.Run("durable-64", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			n := rand.Uint64()
			for pb.Next() {
				n++
				r := requests[n%uint64(len(requests))]
				r.Components.HouseNumber = fmt.Sprint(n)
				if _, err := svc.Assign(context.Background(), registry.Actor{Name: "test"}, r); err != nil && registry.CodeOf(err) != registry.CodeCellFull {
					b.Error(err)
					return
				}
			}
		})
	})
}
