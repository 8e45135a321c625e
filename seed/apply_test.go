package seed

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func openStore(t *testing.T) registry.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// olderService works on a data set in which the communes 00070 Hoàn Kiếm and 00082 Cửa Nam had each other's boundary.
func olderService(t *testing.T, store registry.Store) *registry.Service {
	t.Helper()
	data := loaded(t)
	var shapes []geo.CommuneShape
	for _, c := range []struct{ code, drawnAs string }{{"00070", "00082"}, {"00082", "00070"}, {"00256", "00256"}} {
		shape, ok := data.Boundaries.MultiPolygon(c.drawnAs)
		if !ok {
			t.Fatalf("no boundary of %s", c.drawnAs)
		}
		shapes = append(shapes, geo.CommuneShape{Code: c.code, Shape: shape})
	}
	encoded, err := geo.EncodeBoundaries(shapes, geo.VietnamLandBorder())
	if err != nil {
		t.Fatal(err)
	}
	boundaries, err := geo.ReadBoundaries(encoded)
	if err != nil {
		t.Fatal(err)
	}
	locator, err := geo.NewLocator(boundaries, data.Divisions)
	if err != nil {
		t.Fatal(err)
	}
	return registry.NewService(store, data.Divisions, locator)
}

func assign(t *testing.T, svc *registry.Service, p geo.Point, number string) *registry.Address {
	t.Helper()
	a, err := svc.Assign(context.Background(), registry.Actor{Name: "test"}, registry.AssignRequest{
		Positions:  []registry.TypedPosition{position(registry.PositionEntrance, p)},
		Components: registry.Components{HouseNumber: number, Street: "Phố Thử"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.Address
}

func TestApplyBringsADatabaseForward(t *testing.T) {
	ctx, store, data := context.Background(), openStore(t), loaded(t)
	older := olderService(t, store)
	report, err := apply(ctx, older, "2020.01.01", nil)
	if err != nil || report != (Report{To: "2020.01.01"}) {
		t.Fatalf("new database: %+v, %v", report, err)
	}
	lake := assign(t, older, point(t, 21.0287, 105.8524), "1")
	park := assign(t, older, point(t, 21.0145, 105.8437), "2")
	if lake.Commune != "00082" || park.Commune != "00256" {
		t.Fatalf("communes in the older data: %s, %s", lake.Commune, park.Commune)
	}

	current := registry.NewService(store, data.Divisions, data.Locator)
	var done int64
	report, err = Apply(ctx, current, func(n int64) { done = n })
	if err != nil || report.Changeset == "" || report != (Report{From: "2020.01.01", To: Version, Rederived: 1, Changeset: report.Changeset}) || done != 2 {
		t.Fatalf("upgrade: %+v, %v, looked at %d", report, err, done)
	}
	after, err := current.Address(ctx, lake.Code)
	if err != nil {
		t.Fatal(err)
	}
	if after.Commune != "00070" || after.CommuneAtIssue != "00082" || after.Code != lake.Code || after.Positions[0] != lake.Positions[0] {
		t.Errorf("after the upgrade: %+v", after)
	}
	if after.Version != lake.Version+1 {
		t.Errorf("version %d after %d", after.Version, lake.Version)
	}
	events, err := current.History(ctx, lake.Code)
	if err != nil || len(events) != 2 || events[1].Actor != actor.Name || events[1].Before.Commune != "00082" || events[1].After.Commune != "00070" {
		t.Errorf("events %+v, %v", events, err)
	}
	if untouched, err := current.Address(ctx, park.Code); err != nil || untouched.Version != park.Version {
		t.Errorf("an address that stayed where it was changed: %+v, %v", untouched, err)
	}

	for range 2 {
		report, err = Apply(ctx, current, nil)
		if err != nil || report != (Report{From: Version, To: Version}) {
			t.Errorf("once more: %+v, %v", report, err)
		}
	}
}

func TestApplyRefusesNewerData(t *testing.T) {
	ctx, store, data := context.Background(), openStore(t), loaded(t)
	svc := registry.NewService(store, data.Divisions, data.Locator)
	if _, err := apply(ctx, svc, "2099.01.01", nil); err != nil {
		t.Fatal(err)
	}
	report, err := Apply(ctx, svc, nil)
	if !errors.Is(err, ErrNewerData) || report.Rederived != 0 {
		t.Errorf("got %+v, %v, want ErrNewerData", report, err)
	}
	if version, err := svc.Meta(ctx, metaVersion); err != nil || version != "2099.01.01" {
		t.Errorf("the version is now %q, %v", version, err)
	}
}

// TestApplyRepeatsAnInterruptedRun: a run that was cut short leaves the old version, so the next one does it all.
func TestApplyRepeatsAnInterruptedRun(t *testing.T) {
	ctx, store, data := context.Background(), openStore(t), loaded(t)
	older := olderService(t, store)
	if _, err := apply(ctx, older, "2020.01.01", nil); err != nil {
		t.Fatal(err)
	}
	lake := assign(t, older, point(t, 21.0287, 105.8524), "1")
	current := registry.NewService(store, data.Divisions, data.Locator)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Apply(cancelled, current, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the cancellation", err)
	}
	report, err := Apply(ctx, current, nil)
	if err != nil || report.Rederived != 1 {
		t.Fatalf("got %+v, %v", report, err)
	}
	if after, err := current.Address(ctx, lake.Code); err != nil || after.Commune != "00070" {
		t.Errorf("after the upgrade: %+v, %v", after, err)
	}
}
