package registry_test

import (
	"fmt"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestRederive(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	for n := range 1200 { // more than two batches
		mustAssign(t, svc, flat(moved(khamThien, float64(n/30)*3, float64(n%30)*3), n))
	}
	given := house(khamThien, "1")
	loc, err := svc.Locator().Locate(khamThien, geo.Today())
	if err != nil {
		t.Fatal(err)
	}
	given.CommuneCode = loc.Commune.Code
	mustAssign(t, svc, given)
	var looked int64
	set, err := svc.Rederive(ctx, registry.Actor{Name: "seed"}, func(done int64) { looked = done })
	if err != nil || set.Report.Changed != 0 || set.ID != "" || looked != 1201 || set.Report.Looked != 1201 {
		t.Fatalf("with nothing to do: %+v, %d looked at, %v", set, looked, err)
	}

	// make some as if they came from other data
	place, err := svc.Place(ctx, khamThien)
	if err != nil {
		t.Fatal(err)
	}
	stale := place.Addresses
	if len(stale) < 2 {
		t.Fatal("too few addresses in the cell")
	}
	for i, a := range stale {
		after := *a
		after.Version, after.Commune = 2, "00070"
		if i == 0 {
			after.Flags = []registry.Flag{registry.FlagCommuneGiven} // a given commune that is too far away now
		}
		err := store.Update(ctx, func(w registry.Writer) error {
			if err := w.Replace(&after, 0); err != nil {
				return err
			}
			return w.AppendEvent(registry.Event{Code: a.Code, Version: 2, Action: registry.ActionUpdated, Actor: "test", At: a.UpdatedAt, Before: a, After: &after})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set, err = svc.Rederive(ctx, registry.Actor{Name: "seed"}, nil)
	if err != nil || set.Report.Changed != int64(len(stale)) || set.ID == "" || !set.Done || set.Report.ByPlace[stale[0].Commune] == 0 {
		t.Fatalf("%+v, %v; want %d", set, err, len(stale))
	}
	for _, before := range stale {
		a, err := svc.Address(ctx, before.Code)
		if err != nil || a.Commune != before.Commune || a.Version != 3 || a.HasFlag(registry.FlagCommuneGiven) || a.Point() != before.Point() {
			t.Errorf("after: %+v, %v", a, err)
		}
		events, err := svc.History(ctx, before.Code)
		if err != nil || len(events) != 3 || events[2].Action != registry.ActionRederived || events[2].Actor != "seed" || events[2].Before.Commune != "00070" {
			t.Errorf("events %+v, %v", events, err)
		}
	}
	if set, err := svc.Rederive(ctx, registry.Actor{Name: "seed"}, nil); err != nil || set.Report.Changed != 0 {
		t.Errorf("the second run: %+v, %v", set, err)
	}
	// likeness is derived anew too: a duplicate is found again
	_, err = svc.Assign(ctx, registry.Actor{Name: "test"}, registry.AssignRequest{Positions: entrance(stale[0].Point()), Components: stale[0].Components})
	wantError(t, err, registry.CodeDuplicate, "")
}

func TestRederiveKeepsAGivenCommune(t *testing.T) {
	svc := newService(t)
	for metres := 0.0; metres < 3000; metres += 10 {
		p := moved(hoGuom, -metres, -300)
		loc, err := svc.Locator().Locate(p, geo.Today())
		if err != nil {
			t.Fatal(err)
		}
		if loc.Commune.Code != "00082" {
			continue
		}
		r := house(p, "1")
		r.CommuneCode = "00070"
		a := mustAssign(t, svc, r)
		if set, err := svc.Rederive(t.Context(), registry.Actor{Name: "seed"}, nil); err != nil || set.Report.Changed != 0 {
			t.Errorf("%+v, %v", set, err)
		}
		if b, err := svc.Address(t.Context(), a.Code); err != nil || b.Commune != "00070" {
			t.Errorf("after: %+v, %v", b, err)
		}
		return
	}
	t.Fatal("no border found")
}

func TestRemoveDataset(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	kept := mustAssign(t, svc, house(khamThien, "kept"))
	var demo []*registry.Address
	for n := range 700 {
		r := flat(khamThien, n)
		r.Provenance.Dataset = registry.DemoDataset
		r.ExternalIDs = []registry.ExternalID{{Scheme: "demo", Value: fmt.Sprint(n)}}
		r.IdempotencyKey = fmt.Sprint("demo ", n)
		demo = append(demo, mustAssign(t, svc, r))
	}
	for _, dataset := range []string{"", "manual", "osm"} {
		if _, err := svc.RemoveDataset(ctx, registry.Actor{Name: "test"}, dataset); registry.CodeOf(err) != registry.CodeInvalid {
			t.Errorf("RemoveDataset(%q): %v", dataset, err)
		}
	}
	removed, err := svc.RemoveDataset(ctx, registry.Actor{Name: "test"}, registry.DemoDataset)
	if err != nil || removed != 700 {
		t.Fatalf("removed %d, %v", removed, err)
	}
	if active, retired, err := svc.Count(ctx); active != 1 || retired != 0 || err != nil {
		t.Errorf("%d active, %d retired, %v", active, retired, err)
	}
	if _, err := svc.Address(ctx, kept.Code); err != nil {
		t.Errorf("another dataset's address is gone: %v", err)
	}
	if _, err := svc.Address(ctx, demo[0].Code); registry.CodeOf(err) != registry.CodeNotRegistered {
		t.Errorf("a removed address: %v", err)
	}
	events, err := svc.History(ctx, demo[0].Code)
	if err != nil || len(events) != 2 || events[1].Action != registry.ActionRemoved || events[1].After != nil {
		t.Errorf("events %+v, %v", events, err)
	}
	// codes of full cells that became free are issued again, lowest first
	again := flat(khamThien, 0)
	again.ExternalIDs = []registry.ExternalID{{Scheme: "demo", Value: "0"}}
	again.IdempotencyKey = "demo 0"
	if a := mustAssign(t, svc, again); a.Code != demo[0].Code {
		t.Errorf("%s was given, want %s again", a.Code, demo[0].Code)
	}
	if removed, err := svc.RemoveDataset(ctx, registry.Actor{Name: "test"}, registry.DemoDataset); removed != 0 || err != nil {
		t.Errorf("the second run: %d, %v", removed, err)
	}
}

func TestMeta(t *testing.T) {
	svc := newService(t)
	if v, err := svc.Meta(t.Context(), "k"); v != "" || err != nil {
		t.Errorf("Meta = %q, %v", v, err)
	}
	if err := svc.SetMeta(t.Context(), "k", "v"); err != nil {
		t.Fatal(err)
	}
	if v, err := svc.Meta(t.Context(), "k"); v != "v" || err != nil {
		t.Errorf("Meta = %q, %v", v, err)
	}
}
