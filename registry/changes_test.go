package registry_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// courierSight is told of positions and flats everywhere, and of no protected address.
var courierSight = registry.Sight{Protected: registry.Nowhere{}}

// follow takes over a page of the feed and returns where to go on.
func follow(t *testing.T, svc *registry.Service, sight registry.Sight, have map[addresscode.Code]int64, since int64, limit int) (int64, bool) {
	t.Helper()
	changes, next, more, err := svc.ChangesFor(t.Context(), sight, since, limit)
	if err != nil {
		t.Fatal(err)
	}
	last := since
	for _, c := range changes {
		if c.Seq <= last {
			t.Fatalf("line %d comes after line %d", c.Seq, last)
		}
		last = c.Seq
		if c.Address == nil {
			if c.Version != 0 || c.Action != registry.ActionRemoved {
				t.Errorf("of an address that is gone it tells %q, version %d", c.Action, c.Version)
			}
			delete(have, c.Code)
			continue
		}
		have[c.Code] = c.Address.Version
	}
	if next < last {
		t.Fatalf("go on after %d, but %d was told", next, last)
	}
	return next, more
}

func visible(t *testing.T, svc *registry.Service, sight registry.Sight) map[addresscode.Code]int64 {
	t.Helper()
	all := map[addresscode.Code]int64{}
	if err := svc.Each(t.Context(), sight, &registry.Extent{}, func(a *registry.Address) error {
		all[a.Code] = a.Version
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func wantSame(t *testing.T, have, want map[addresscode.Code]int64) {
	t.Helper()
	for code, version := range want {
		if have[code] != version {
			t.Errorf("%s: the feed ends with version %d, the register has %d", code, have[code], version)
		}
	}
	for code := range have {
		if _, ok := want[code]; !ok {
			t.Errorf("%s: the feed still has it, the register has not", code)
		}
	}
}

// TestTheFeedEndsWhereTheRegisterIs: whatever is written meanwhile and wherever pages end, nothing is missed and nothing comes twice.
func TestTheFeedEndsWhereTheRegisterIs(t *testing.T) {
	svc := newService(t)
	by := registry.Actor{Name: "test"}
	var writers sync.WaitGroup
	var mu sync.Mutex
	var codes []addresscode.Code
	for w := range 3 {
		writers.Go(func() {
			rng := rand.New(rand.NewPCG(7, uint64(w)))
			for n := range 60 {
				mu.Lock()
				known := append([]addresscode.Code(nil), codes...)
				mu.Unlock()
				if len(known) > 5 && rng.IntN(3) == 0 {
					if _, err := svc.Protect(context.Background(), by, known[rng.IntN(len(known))], rng.IntN(2) == 0); err != nil {
						t.Error(err)
					}
					continue
				}
				a, err := svc.Assign(context.Background(), by, registry.AssignRequest{
					Positions:  entrance(moved(hoGuom, float64(w*500+n*7), float64(rng.IntN(300)))),
					Components: registry.Components{HouseNumber: fmt.Sprintf("%d", w*1000+n), Street: "Phố Thử"},
				})
				if err != nil {
					t.Error(err)
					continue
				}
				mu.Lock()
				codes = append(codes, a.Address.Code)
				mu.Unlock()
				if rng.IntN(4) == 0 {
					if err := svc.Record(context.Background(), registry.Entry{Actor: "test", Action: "test.noted"}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	rng := rand.New(rand.NewPCG(1, 1))
	courier, all := map[addresscode.Code]int64{}, map[addresscode.Code]int64{}
	var atCourier, atAll int64
	for ended := false; ; {
		select {
		case <-done:
			ended = true
		default:
		}
		var more, moreAll bool
		atCourier, more = follow(t, svc, courierSight, courier, atCourier, 1+rng.IntN(20))
		atAll, moreAll = follow(t, svc, registry.Sight{}, all, atAll, 1+rng.IntN(20))
		if ended && !more && !moreAll {
			break
		}
	}
	wantSame(t, courier, visible(t, svc, courierSight))
	wantSame(t, all, visible(t, svc, registry.Sight{}))
	if len(all) <= len(courier) || len(courier) == 0 {
		t.Errorf("%d addresses, %d of them not protected: the test tests nothing", len(all), len(courier))
	}
	again := map[addresscode.Code]int64{}
	for at, more := int64(0), true; more; {
		at, more = follow(t, svc, courierSight, again, at, 7)
	}
	wantSame(t, again, courier)
}

// TestTheFeedTellsLittleOfProtectedAddresses: that it went, once, and nothing of what it was before or has become since.
func TestTheFeedTellsLittleOfProtectedAddresses(t *testing.T) {
	svc := newService(t)
	ctx, by := t.Context(), registry.Actor{Name: "test"}
	a := mustAssign(t, svc, house(khamThien, "1"))
	if _, err := svc.Protect(ctx, by, a.Code, true); err != nil {
		t.Fatal(err)
	}
	request := house(khamThien, "1")
	request.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	request.OnDuplicate = registry.MergeDuplicate
	mustAssign(t, svc, request) // changes it while it is protected
	changes, _, _, err := svc.ChangesFor(ctx, courierSight, 0, 100)
	if err != nil || len(changes) != 1 || changes[0].Address != nil || changes[0].Version != 0 || changes[0].Action != registry.ActionRemoved {
		t.Errorf("%+v, %v; want one removal", changes, err)
	}
	if changes, _, _, err := svc.ChangesFor(ctx, registry.Sight{}, 0, 100); err != nil || len(changes) != 3 {
		t.Errorf("%d changes for who sees all, %v; want 3", len(changes), err)
	}
}

func TestChangesRefuses(t *testing.T) {
	svc := newService(t)
	mustAssign(t, svc, house(khamThien, "1"))
	for _, tt := range []struct {
		name  string
		since int64
		limit int
		field string
	}{
		{"before the first line", -1, 10, "since"},
		{"beyond the last line", 99, 10, "since"},
		{"no page", 0, 0, "limit"},
		{"too much", 0, registry.MaxChanges + 1, "limit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, _, err := svc.ChangesFor(t.Context(), registry.Sight{}, tt.since, tt.limit)
			wantError(t, err, registry.CodeInvalid, tt.field)
		})
	}
}

// TestExtentsHoldWhatLiesInTheirCommunes compares with a look at every address, those off the coast and on borders included.
func TestExtentsHoldWhatLiesInTheirCommunes(t *testing.T) {
	svc := newService(t)
	rng := rand.New(rand.NewPCG(3, 4))
	province := map[string]string{}
	byCommune, byProvince := map[string]int{}, map[string]int{}
	var requests []registry.AssignRequest
	for range 600 {
		p := point(20.95+rng.Float64()*0.15, 105.75+rng.Float64()*0.2)
		requests = append(requests, registry.AssignRequest{Positions: entrance(p)})
	}
	for _, p := range []geo.Point{hoangSa, benThanh, point(20.72, 107.2), point(10.32, 107.1), point(15.12, 108.95)} { // islands and waters
		requests = append(requests, registry.AssignRequest{Positions: entrance(p)})
	}
	answers, err := svc.AssignMany(t.Context(), registry.Actor{Name: "test"}, requests)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if a.Err != nil {
			continue // open water
		}
		commune := a.Address.Commune
		d, err := svc.Divisions().Get(geo.LevelCommune, commune, geo.Today())
		if err != nil {
			t.Fatal(err)
		}
		province[commune] = d.Province
		byCommune[commune]++
		byProvince[d.Province]++
	}
	count := func(code string) (n int) {
		e, err := svc.Extent(code)
		if err != nil {
			t.Fatal(err)
		}
		last := uint64(0)
		if err := svc.Each(t.Context(), registry.Sight{}, &e, func(a *registry.Address) error {
			if !e.Holds(a.Commune) || a.Code.Key() == last {
				t.Errorf("%s of commune %s is in %s", a.Code, a.Commune, code)
			}
			last = a.Code.Key()
			n++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for commune, want := range byCommune {
		if got := count(commune); got != want {
			t.Errorf("commune %s: %d addresses, want %d", commune, got, want)
		}
	}
	for code, want := range byProvince {
		if got := count(code); got != want {
			t.Errorf("province %s: %d addresses, want %d", code, got, want)
		}
	}
	if len(byCommune) < 20 {
		t.Errorf("only %d communes", len(byCommune))
	}
	for _, bad := range []string{"99", "1", "99999", "x"} {
		if _, err := svc.Extent(bad); registry.CodeOf(err) != registry.CodeInvalid {
			t.Errorf("Extent(%q): %v", bad, err)
		}
	}
}
