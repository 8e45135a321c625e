package access

import (
	"fmt"
	"testing"
	"time"
)

func TestHarvestIsReportedOnceAnHour(t *testing.T) {
	var reports []Harvest
	w := NewHarvestWatch(func(h Harvest) { reports = append(reports, h) })
	ask := func(who string, role Role, zones int, at time.Time) {
		for i := range zones {
			w.Asked(who, role, uint64(i), at)
			w.Asked(who, role, uint64(i), at) // again: not distinct
		}
	}
	bound := zoneBound(RolePublic)
	ask("a", RolePublic, bound, noon)
	ask("courier", RoleCourier, 10*bound, noon)
	if len(reports) != 0 {
		t.Fatalf("reported within the bound: %+v", reports)
	}
	ask("a", RolePublic, bound+1, noon.Add(59*time.Minute))
	ask("a", RolePublic, 3*bound, noon.Add(59*time.Minute))
	want := Harvest{Who: "a", Role: RolePublic, Zones: bound + 1, Hour: noon}
	if len(reports) != 1 || reports[0] != want {
		t.Fatalf("%+v, want once %+v", reports, want)
	}
	ask("a", RolePublic, bound, noon.Add(time.Hour)) // the count begins anew
	if len(reports) != 1 {
		t.Errorf("%+v", reports[1:])
	}
	w.Asked("a", RolePublic, 1<<60, noon.Add(time.Hour))
	if len(reports) != 2 || !reports[1].Hour.Equal(noon.Add(time.Hour)) {
		t.Errorf("the next hour: %+v", reports)
	}
}

func TestMemoryOfTheWatchIsBounded(t *testing.T) {
	w := NewHarvestWatch(func(Harvest) {})
	for i := range maxWatched + 100 {
		w.Asked(fmt.Sprint(i), RolePublic, 1, noon)
	}
	if n := len(w.callers.entries); n != maxWatched {
		t.Errorf("%d callers are watched, want %d", n, maxWatched)
	}
	for zone := range uint64(100_000) {
		w.Asked("one", RoleAdmin, zone, noon)
	}
	if a, _ := w.callers.get("one"); len(a.zones) != 0 {
		t.Errorf("%d zones are kept of somebody who is reported", len(a.zones))
	}
}
