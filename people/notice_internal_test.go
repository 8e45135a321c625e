package people

import (
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// A household is told of what happened to its address in its own period, and of nothing before or after it.
func TestAddressNotices(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	state := func(change func(*registry.Address)) *registry.Address {
		a := &registry.Address{Status: registry.StatusActive, Commune: "00070", Components: registry.Components{Street: "Phố Hàng Khay", Alley: []string{"34"}},
			Positions: []registry.TypedPosition{{Position: geo.Position{Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}}}}}
		change(a)
		return a
	}
	same := func(*registry.Address) {}
	renamed := func(a *registry.Address) { a.Components.Street = "Phố Tràng Thi" }
	alley := func(a *registry.Address) { a.Components.Alley = []string{"34", "5"} }
	moved := func(a *registry.Address) { a.Positions[0].Point.LatE7 += 1000 }
	commune := func(a *registry.Address) { a.Commune = "00082" }
	retired := func(a *registry.Address) { a.Status = registry.StatusRetired }
	identified := func(a *registry.Address) {
		a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	}
	both := func(a *registry.Address) { renamed(a); moved(a) }
	event := func(n int, before, after func(*registry.Address)) registry.Event {
		return registry.Event{At: day(n), Before: state(before), After: state(after)}
	}
	living := &Household{From: day(10)}
	ended := &Household{From: day(10), To: day(20)}
	many := make([]registry.Event, 30)
	for i := range many {
		many[i] = event(12, same, moved)
	}
	for _, c := range []struct {
		name      string
		household *Household
		events    []registry.Event
		want      []NoticeKind
	}{
		{"renamed", living, []registry.Event{event(11, same, renamed)}, []NoticeKind{NoticeRenamed}},
		{"another alley", living, []registry.Event{event(11, same, alley)}, []NoticeKind{NoticeRenamed}},
		{"moved", living, []registry.Event{event(11, same, moved)}, []NoticeKind{NoticeMoved}},
		{"derived anew", living, []registry.Event{event(11, same, commune)}, []NoticeKind{NoticeCommune}},
		{"renamed and moved at once", living, []registry.Event{event(11, same, both)}, []NoticeKind{NoticeRenamed, NoticeMoved}},
		{"retired and restored", living, []registry.Event{event(11, same, retired), event(12, retired, same)}, []NoticeKind{NoticeRetired, NoticeTakenBack}},
		{"another id", living, []registry.Event{event(11, same, identified)}, nil},
		{"created and removed", living, []registry.Event{{At: day(11), After: state(same)}, {At: day(12), Before: state(same)}}, nil},
		{"before its period", living, []registry.Event{event(9, same, renamed), event(10, same, moved)}, nil},
		{"within an ended period", ended, []registry.Event{event(15, same, renamed)}, []NoticeKind{NoticeRenamed}},
		{"after its period", ended, []registry.Event{event(21, same, renamed), event(22, same, retired)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := addressNotices(c.household, c.events)
			if len(got) != len(c.want) {
				t.Fatalf("%+v", got)
			}
			for i, n := range got {
				if n.Kind != c.want[i] || n.Before == nil || n.After == nil || n.At.IsZero() {
					t.Errorf("%+v, want %s", n, c.want[i])
				}
			}
		})
	}
	if got := addressNotices(living, many); len(got) != maxAddressNotices {
		t.Errorf("%d notices", len(got))
	}
}
