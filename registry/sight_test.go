package registry_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// street is the sight of everybody; counter knows flats but neither positions nor protected addresses.
var (
	street  = registry.Sight{Doors: true, Positions: registry.Nowhere{}, Protected: registry.Nowhere{}, Scheme: func(string, string) bool { return false }}
	counter = registry.Sight{Positions: registry.Nowhere{}, Protected: registry.Nowhere{}}
)

// keeper sees everything in one commune.
func keeper(commune string) registry.Sight {
	return registry.Sight{Positions: only(commune), Protected: only(commune)}
}

type only string

func (o only) Holds(commune string) bool { return commune == string(o) }

var testActor = registry.Actor{Name: "test"}

func TestSightShow(t *testing.T) {
	svc := newService(t)
	request := flat(khamThien, 1203)
	request.Components.Floor, request.Components.Block = "12", "A"
	request.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	a := mustAssign(t, svc, request)
	whole := *a
	if got := (registry.Sight{}).Show(a); got != a {
		t.Error("who sees everything gets a copy")
	}
	shown := street.Show(a)
	if shown.Components.Unit+shown.Components.Floor != "" || shown.Components.Block != "A" || len(shown.ExternalIDs) != 0 || shown.Code != a.Code {
		t.Errorf("shown without a key: %+v", shown)
	}
	p := shown.Positions[0]
	if len(shown.Positions) != 1 || p.Point != geo.CodeCenter(a.Code) || p.Type != registry.PositionCell || p.Source != geo.SourceDerived || p.AccuracyM != registry.CellAccuracyM {
		t.Errorf("position %+v", p)
	}
	if d := geo.Distance(p.Point, a.Point()); d > registry.CellAccuracyM {
		t.Errorf("the position lies %.1f m from the centre, %d are promised", d, registry.CellAccuracyM)
	}
	if again := street.Show(shown); !reflect.DeepEqual(again, shown) {
		t.Error("shown twice is something else")
	}
	listed := street.List(a)
	if !listed.Code.IsZero() || listed.Point() != p.Point || !listed.SameDoor(a) {
		t.Errorf("listed without a key: %+v", listed)
	}
	if again := street.Show(listed); !reflect.DeepEqual(again, listed) {
		t.Error("a listed door, shown, is something else")
	}
	if got := counter.List(a); got.Code != a.Code || got.Components.Unit != "1203" || got.Point() != p.Point || len(got.ExternalIDs) != 1 {
		t.Errorf("who is told of flats but not of positions sees %+v", got)
	}
	if !reflect.DeepEqual(whole, *a) {
		t.Error("the address itself was changed")
	}
	house := mustAssign(t, svc, house(khamThien, "5"))
	if got := street.List(house); got.Code != house.Code {
		t.Error("a house lost its code")
	}
}

// CellAccuracyM holds all over the country.
func TestCellAccuracy(t *testing.T) {
	worst := 0.0
	for lat := 8.2; lat <= 23.5; lat += 0.31 {
		for lon := 102.1; lon <= 117.9; lon += 0.37 {
			cell, err := point(lat, lon).Cell()
			if err != nil {
				continue
			}
			for _, corner := range cell.Outline() {
				worst = max(worst, geo.Distance(cell.Center(), corner))
			}
		}
	}
	if worst > registry.CellAccuracyM || worst < registry.CellAccuracyM-1 {
		t.Errorf("the greatest circumradius is %.2f m, CellAccuracyM %d", worst, registry.CellAccuracyM)
	}
}

func TestProtect(t *testing.T) {
	svc := newService(t)
	a := mustAssign(t, svc, house(khamThien, "5"))
	ctx := t.Context()
	outside := registry.Actor{Name: "outside", Area: only("99999")}

	_, err := svc.Protect(ctx, outside, a.Code, true)
	wantError(t, err, registry.CodeForbidden, "")
	b, err := svc.Protect(ctx, testActor, a.Code, true)
	if err != nil || !b.HasFlag(registry.FlagProtected) || b.Version != 2 {
		t.Fatalf("protected: %+v, %v", b, err)
	}
	if b, err = svc.Protect(ctx, testActor, a.Code, true); err != nil || b.Version != 2 {
		t.Errorf("protected twice: version %d, %v", b.Version, err)
	}
	_, err = svc.Protect(ctx, outside, a.Code, false)
	forbidden := wantError(t, err, registry.CodeNotRegistered, "")
	_, err = svc.Protect(ctx, outside, absent(t, a.Code), false)
	if unknown := wantError(t, err, registry.CodeNotRegistered, ""); forbidden.Hint != unknown.Hint {
		t.Errorf("protected and absent differ: %v, %v", forbidden, unknown)
	}
	if _, err := svc.AddressFor(ctx, keeper(a.Commune), a.Code); err != nil {
		t.Errorf("its own registrar: %v", err)
	}
	for name, sight := range map[string]registry.Sight{"public": street, "counter": counter, "another registrar": keeper("99999")} {
		if _, err := svc.AddressFor(ctx, sight, a.Code); registry.CodeOf(err) != registry.CodeNotRegistered {
			t.Errorf("%s reads it: %v", name, err)
		}
	}
	// The flag survives that communes are derived anew, and so does its place among the others.
	if set, err := svc.Rederive(ctx, testActor, nil); err != nil || set.Report.Changed != 0 {
		t.Errorf("derived anew: %+v, %v", set, err)
	}
	if b, err = svc.Protect(ctx, testActor, a.Code, false); err != nil || b.HasFlag(registry.FlagProtected) || b.Version != 3 {
		t.Errorf("no longer protected: %+v, %v", b, err)
	}
	if got, err := svc.AddressFor(ctx, street, a.Code); err != nil || got.Components.HouseNumber != "5" {
		t.Errorf("read by everybody again: %+v, %v", got, err)
	}
	events, err := svc.History(ctx, a.Code)
	if err != nil || len(events) != 3 || events[1].Action != registry.ActionUpdated || events[1].Actor != "test" {
		t.Errorf("history %v, %v", events, err)
	}
}

// absent is a code of the same cell that nobody has.
func absent(t *testing.T, code addresscode.Code) addresscode.Code {
	t.Helper()
	other, err := addresscode.New(code.Cell(), 17)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// A registrar who gives a code next door to a protected address of another commune does not learn of it.
func TestProtectedIsNoDuplicateForWhoMayNotKnow(t *testing.T) {
	svc := newService(t)
	request := house(khamThien, "5")
	request.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	a := mustAssign(t, svc, request)
	if _, err := svc.Protect(t.Context(), testActor, a.Code, true); err != nil {
		t.Fatal(err)
	}
	_, err := svc.Assign(t.Context(), testActor, house(khamThien, "5"))
	wantError(t, err, registry.CodeDuplicate, "")
	// An area that holds the commune when the request is looked at, and not when the address is: as if it lay beyond the border.
	border := &fickle{holds: 1}
	got, err := svc.Assign(t.Context(), registry.Actor{Name: "next door", Area: border}, house(khamThien, "5"))
	if err != nil || got.Address.Code == a.Code {
		t.Errorf("assigned %+v, %v", got.Address, err)
	}
	border.holds = 1
	_, err = svc.Assign(t.Context(), registry.Actor{Name: "next door", Area: border}, request)
	if e := wantError(t, err, registry.CodeExternalIDConflict, "external_ids"); contains(e.Error(), a.Code.String()) || e.Address != nil {
		t.Errorf("the conflict names the address: %v", e)
	}
}

type fickle struct{ holds int }

func (f *fickle) Holds(string) bool {
	f.holds--
	return f.holds >= 0
}

func TestResolveForSight(t *testing.T) {
	svc := newService(t)
	open, hidden := house(khamThien, "5"), house(moved(khamThien, 20, 0), "7")
	open.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}, {Scheme: "evn", Value: "PA1"}}
	hidden.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/2"}}
	a, b := mustAssign(t, svc, open), mustAssign(t, svc, hidden)
	if _, err := svc.Protect(t.Context(), testActor, b.Code, true); err != nil {
		t.Fatal(err)
	}
	maps := street
	maps.Scheme = func(scheme, _ string) bool { return scheme == "osm" }
	for _, c := range []struct {
		name  string
		sight registry.Sight
		q     string
		found bool
	}{
		{"an id of a scheme that is told of", maps, "osm:node/1", true},
		{"an id that nobody has", maps, "osm:node/3", false},
		{"an id of a protected address", maps, "osm:node/2", false},
		{"an id of a scheme that is not told of", maps, "evn:PA1", false},
		{"an id of a scheme of which nothing is told", street, "osm:node/1", false},
		{"by who sees everything", registry.Sight{}, "osm:node/2", true},
		{"by its registrar", keeper(b.Commune), "osm:node/2", true},
	} {
		res, err := svc.ResolveFor(t.Context(), c.sight, c.q)
		if found := err == nil && len(res.Candidates) == 1; found != c.found || !found && registry.CodeOf(err) != registry.CodeNotFound {
			t.Errorf("%s: %+v, %v", c.name, res, err)
		}
	}
	res, err := svc.ResolveFor(t.Context(), street, b.Code.String())
	if err != nil || res.Candidates[0].Address != nil || res.Candidates[0].Point != geo.CodeCenter(b.Code) {
		t.Errorf("a protected code resolves to %+v, %v", res, err)
	}
	near, err := svc.ResolveFor(t.Context(), street, khamThien.String())
	if err != nil || len(near.Candidates) != 2 || near.Candidates[0].Address.Code != a.Code || near.Candidates[0].Point != geo.CodeCenter(a.Code) {
		t.Errorf("a place resolves to %+v, %v", near, err)
	}
}

func TestPlaceForSight(t *testing.T) {
	svc := newService(t)
	for n := range 5 {
		mustAssign(t, svc, flat(hoGuom, n))
	}
	single := mustAssign(t, svc, house(hoGuom, "1"))
	hidden := mustAssign(t, svc, house(hoGuom, "2"))
	if _, err := svc.Protect(t.Context(), testActor, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		sight registry.Sight
		want  int
	}{"everything": {registry.Sight{}, 7}, "counter": {counter, 6}, "street": {street, 2}, "its registrar": {keeper(single.Commune), 7}, "another": {keeper("99999"), 6}} {
		place, err := svc.PlaceFor(t.Context(), c.sight, hoGuom)
		if err != nil || len(place.Addresses) != c.want {
			t.Errorf("%s: %d addresses, %v; want %d", name, len(place.Addresses), err, c.want)
		}
	}
	mustAssign(t, svc, registry.AssignRequest{Positions: entrance(hoGuom), Components: registry.Components{Building: "Chung cư X"}})
	place, err := svc.PlaceFor(t.Context(), street, hoGuom)
	if err != nil || len(place.Addresses) != 2 || slices.ContainsFunc(place.Addresses, func(a *registry.Address) bool { return a.Code.IsZero() }) {
		t.Errorf("with the building itself: %+v, %v", place.Addresses, err)
	}
}

// What everybody is told of a neighbourhood, worked out in the plainest way.
func doorsByBruteForce(all []*registry.Address, sight registry.Sight, from geo.Point, radius float64, limit int) []registry.Neighbour {
	var near []registry.Neighbour
	best := map[string]int{}
	for _, a := range all { // in order of their codes: of equally near flats the first counts
		d := geo.Distance(from, geo.CodeCenter(a.Code))
		if d > radius || !sight.Sees(a) {
			continue
		}
		n := registry.Neighbour{Address: sight.List(a), DistanceM: d}
		if sight.Doors && n.Address.Code.IsZero() {
			door := registry.DoorOf(a.Commune, a.Components)
			if i, ok := best[door]; ok {
				if d < near[i].DistanceM {
					near[i] = n
				}
				continue
			}
			best[door] = len(near)
		}
		near = append(near, n)
	}
	slices.SortStableFunc(near, func(a, b registry.Neighbour) int {
		switch {
		case a.DistanceM < b.DistanceM:
			return -1
		case a.DistanceM > b.DistanceM:
			return 1
		}
		return a.Address.Code.Compare(b.Address.Code)
	})
	return near[:min(limit, len(near))]
}

func TestReverseForSightAgreesWithBruteForce(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	rng := rand.New(rand.NewPCG(3, 4))
	var batch []registry.AssignRequest
	for n := range 1200 {
		batch = append(batch, house(moved(khamThien, rng.NormFloat64()*250, rng.NormFloat64()*250), fmt.Sprint(n)))
	}
	tower := moved(khamThien, 150, 150)
	for n := range 900 {
		r := flat(tower, n)
		r.Components.Building = fmt.Sprintf("Tòa %d", n%3)
		batch = append(batch, r)
	}
	answers, err := svc.AssignMany(ctx, testActor, batch)
	if err != nil {
		t.Fatal(err)
	}
	var all []*registry.Address
	for i, a := range answers {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		if i%8 == 0 {
			if a.Address, err = svc.Protect(ctx, testActor, a.Address.Code, true); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, a.Address)
	}
	slices.SortFunc(all, func(a, b *registry.Address) int { return a.Code.Compare(b.Code) })
	for i := range 300 {
		from := moved(khamThien, rng.NormFloat64()*400, rng.NormFloat64()*400)
		if i%3 == 0 {
			from = moved(tower, rng.NormFloat64()*60, rng.NormFloat64()*60)
		}
		radius := []float64{1, 20, 100, 500, 2000}[rng.IntN(5)]
		limit := []int{1, 5, 100}[rng.IntN(3)]
		for name, sight := range map[string]registry.Sight{"street": street, "counter": counter} {
			got, err := svc.ReverseFor(ctx, sight, from, radius, limit)
			if err != nil {
				t.Fatal(err)
			}
			want := doorsByBruteForce(all, sight, from, radius, limit)
			if len(got) != len(want) {
				t.Fatalf("%s at %v, %v m, %d: %d addresses, want %d", name, from, radius, limit, len(got), len(want))
			}
			for k := range got {
				g, w := got[k].Address, want[k].Address
				sameDoor := g.Code.IsZero() && w.Code.IsZero() && g.SameDoor(w)
				if g.Code != w.Code && !sameDoor || g.Components.Unit != w.Components.Unit {
					t.Fatalf("%s at %v, %v m, %d: [%d] is %+v, want %+v", name, from, radius, limit, k, g, w)
				}
				if got[k].DistanceM != want[k].DistanceM {
					t.Fatalf("%s at %v, %v m, %d: [%d] at %.2f m, want %.2f", name, from, radius, limit, k, got[k].DistanceM, want[k].DistanceM)
				}
			}
		}
		if _, err := svc.ReverseFor(ctx, keeper(all[0].Commune), from, radius, limit); err != nil {
			t.Fatal(err)
		}
	}
}

// A registrar is told exactly of its own commune, and as everybody of the next one.
func TestReverseForARegistrar(t *testing.T) {
	svc := newService(t)
	a := mustAssign(t, svc, house(khamThien, "5"))
	hidden := mustAssign(t, svc, house(moved(khamThien, 12, 0), "7"))
	if _, err := svc.Protect(t.Context(), testActor, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	own, err := svc.ReverseFor(t.Context(), keeper(a.Commune), khamThien, 100, 5)
	if err != nil || len(own) != 2 || own[0].DistanceM != 0 || own[0].Address.Point() != a.Point() || own[1].Address.Code != hidden.Code {
		t.Errorf("in its commune: %+v, %v", own, err)
	}
	other, err := svc.ReverseFor(t.Context(), keeper("99999"), khamThien, 100, 5)
	if err != nil || len(other) != 1 || other[0].Address.Point() != geo.CodeCenter(a.Code) || other[0].DistanceM == 0 {
		t.Errorf("elsewhere: %+v, %v", other, err)
	}
}

// A protected address costs those who must not know of it as much as none: the same statements, and the same time within what
// can be measured.
func BenchmarkProtectedOrAbsent(b *testing.B) {
	svc, _ := newServiceAndStore(b)
	a := mustAssign(b, svc, house(khamThien, "5"))
	other, err := addresscode.New(a.Code.Cell(), 17)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := svc.Protect(context.Background(), testActor, a.Code, true); err != nil {
		b.Fatal(err)
	}
	for name, code := range map[string]addresscode.Code{"protected": a.Code, "absent": other} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := svc.AddressFor(context.Background(), street, code); err == nil {
					b.Fatal("found")
				}
			}
		})
	}
}
