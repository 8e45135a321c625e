package registry_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var tester = registry.Actor{Name: "test"}

func mustGet(tb testing.TB, svc *registry.Service, code addresscode.Code) *registry.Address {
	tb.Helper()
	a, err := svc.Address(context.Background(), code)
	if err != nil {
		tb.Fatalf("Address: %v", err)
	}
	return a
}

func to(p geo.Point) registry.ChangeRequest { return registry.ChangeRequest{Positions: entrance(p)} }

func TestMoveWithinReachKeepsTheCode(t *testing.T) {
	svc := newService(t)
	centre := geo.CodeCenter(mustAssign(t, svc, house(khamThien, "1")).Code)
	for _, metres := range []float64{1, 20, 55, 59} {
		a := mustAssign(t, svc, house(moved(centre, 0, 100+metres), fmt.Sprint(100+metres)))
		answer, err := svc.Change(t.Context(), tester, a.Code, a.Version, to(moved(geo.CodeCenter(a.Code), metres, 0)))
		if err != nil || answer.Retired != nil || answer.Address.Code != a.Code || answer.Address.Version != 2 {
			t.Errorf("%.0f m: %+v, %v", metres, answer, err)
		}
	}
}

func TestLongerMoveRetiresTheCode(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	r := house(khamThien, "7")
	r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/7"}, {Scheme: "qd392", Value: "1151502853"}}
	a := mustAssign(t, svc, r)
	answer, err := svc.Change(ctx, tester, a.Code, 1, to(moved(geo.CodeCenter(a.Code), 62, 0)))
	if err != nil || answer.Retired == nil || answer.Address.Code == a.Code {
		t.Fatalf("%+v, %v", answer, err)
	}
	old, now := mustGet(t, svc, a.Code), mustGet(t, svc, answer.Address.Code)
	if old.Status != registry.StatusRetired || !slices.Equal(old.Successors, []addresscode.Code{now.Code}) || len(old.ExternalIDs) != 0 || old.Version != 2 {
		t.Errorf("the old one: %+v", old)
	}
	if now.Status != registry.StatusActive || len(now.ExternalIDs) != 2 || !equalComponents(now, a) || now.Version != 1 {
		t.Errorf("the new one: %+v", now)
	}
	res, err := svc.Resolve(ctx, "osm:node/7")
	if err != nil || len(res.Candidates) != 1 || res.Candidates[0].Code != now.Code {
		t.Errorf("the id leads to %+v, %v", res, err)
	}
	res, err = svc.Resolve(ctx, a.Code.String())
	if err != nil || len(res.Candidates) != 1 || res.Candidates[0].Code != now.Code || res.Candidates[0].Succeeds != a.Code {
		t.Errorf("the old code leads to %+v, %v", res, err)
	}
	near, err := svc.Reverse(ctx, a.Point(), 100, 10)
	if err != nil || slices.ContainsFunc(near, func(n registry.Neighbour) bool { return n.Address.Code == a.Code }) {
		t.Errorf("a retired address is found: %v", err)
	}
	// One transaction: both events stand side by side, with the entry that says why.
	var actions []string
	err = store.View(ctx, func(r registry.Reader) error {
		return r.Journal(1, func(l registry.JournalLine) bool {
			if l.Event != nil {
				actions = append(actions, l.Event.Action)
			} else {
				actions = append(actions, l.Entry.Action+l.Entry.Detail)
			}
			return true
		})
	})
	if want := []string{"retired", `address.retired{"reason":"moved"}`, "created"}; err != nil || !slices.Equal(actions, want) {
		t.Errorf("journal %q, %v; want %q", actions, err, want)
	}
}

func equalComponents(a, b *registry.Address) bool {
	return a.SameDoor(b) && a.Components.Unit == b.Components.Unit
}

// TestMoveAcrossTheBorder: a few metres into another commune are another address.
func TestMoveAcrossTheBorder(t *testing.T) {
	svc := newService(t)
	var inside, outside geo.Point
	for metres := 0.0; ; metres += 10 {
		p := moved(hoGuom, -metres, -300)
		loc, err := svc.Locator().Locate(p, geo.Today())
		if err != nil || metres > 3000 {
			t.Fatal("no border found", err)
		}
		if loc.Commune.Code == "00082" {
			outside = p
			break
		}
		inside = p
	}
	a := mustAssign(t, svc, house(inside, "1"))
	answer, err := svc.Change(t.Context(), tester, a.Code, 1, to(outside))
	if err != nil || answer.Retired == nil || answer.Address.Commune == a.Commune {
		t.Fatalf("%+v, %v", answer, err)
	}
	// and needs the right for both
	b := mustAssign(t, svc, house(inside, "2"))
	_, err = svc.Change(t.Context(), registrarOf(b.Commune), b.Code, 1, to(outside))
	wantError(t, err, registry.CodeForbidden, "")
	if got := mustGet(t, svc, b.Code); got.Version != 1 {
		t.Errorf("it was changed: %+v", got)
	}
}

func TestChange(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	a, b := mustAssign(t, svc, house(khamThien, "1")), mustAssign(t, svc, house(moved(khamThien, 5, 0), "2"))
	components := a.Components
	components.HouseNumber = "1A"
	answer, err := svc.Change(ctx, tester, a.Code, 1, registry.ChangeRequest{Components: &components, Kind: registry.KindBusiness})
	if err != nil || answer.Address.Components.HouseNumber != "1A" || answer.Address.Kind != registry.KindBusiness || answer.Address.Version != 2 || answer.Address.Point() != a.Point() {
		t.Fatalf("%+v, %v", answer, err)
	}
	if again, err := svc.Change(ctx, tester, a.Code, 2, registry.ChangeRequest{Components: &components}); err != nil || again.Address.Version != 2 {
		t.Errorf("nothing to change is a new version: %+v, %v", again.Address, err)
	}
	_, err = svc.Change(ctx, tester, a.Code, 1, registry.ChangeRequest{Kind: registry.KindOther})
	wantError(t, err, registry.CodeVersionConflict, "")
	components.HouseNumber = "2"
	_, err = svc.Change(ctx, tester, a.Code, 2, registry.ChangeRequest{Components: &components})
	if e := wantError(t, err, registry.CodeDuplicate, ""); e.Address.Code != b.Code {
		t.Errorf("a duplicate of %s", e.Address.Code)
	}
	if answer, err = svc.Change(ctx, tester, a.Code, 2, registry.ChangeRequest{Components: &components, AllowDuplicate: true}); err != nil || answer.Address.Version != 3 {
		t.Errorf("allowed: %v", err)
	}
	ids := []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	if answer, err = svc.Change(ctx, tester, a.Code, 3, registry.ChangeRequest{ExternalIDs: &ids}); err != nil || len(answer.Address.ExternalIDs) != 1 {
		t.Errorf("ids: %v", err)
	}
	_, err = svc.Change(ctx, tester, b.Code, 1, registry.ChangeRequest{ExternalIDs: &ids})
	wantError(t, err, registry.CodeExternalIDConflict, "external_ids[0]")
	_, err = svc.Change(ctx, registrarOf("99999"), a.Code, 4, registry.ChangeRequest{Kind: registry.KindPublic})
	wantError(t, err, registry.CodeForbidden, "")
	_, err = svc.Change(ctx, tester, a.Code, 4, registry.ChangeRequest{Kind: "castle"})
	wantError(t, err, registry.CodeInvalid, "kind")
	if _, err := svc.Retire(ctx, tester, a.Code, 4, nil, ""); err != nil {
		t.Fatal(err)
	}
	_, err = svc.Change(ctx, tester, a.Code, registry.AnyVersion, registry.ChangeRequest{Kind: registry.KindPublic})
	wantError(t, err, registry.CodeGone, "")
}

func TestRetireAndRestore(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	a, b, c := mustAssign(t, svc, house(khamThien, "1")), mustAssign(t, svc, house(khamThien, "2")), mustAssign(t, svc, house(khamThien, "3"))
	for _, bad := range []struct {
		codes []addresscode.Code
		field string
	}{
		{[]addresscode.Code{a.Code}, "successors[0]"}, {[]addresscode.Code{b.Code, b.Code}, "successors[1]"}, {[]addresscode.Code{{}}, "successors[0]"},
		{make([]addresscode.Code, registry.MaxSuccessors+1), "successors"}, {[]addresscode.Code{b.Code, unissued(t, svc)}, "successors[1]"},
	} {
		_, err := svc.Retire(ctx, tester, a.Code, 1, bad.codes, "")
		wantError(t, err, registry.CodeInvalid, bad.field)
	}
	_, err := svc.Retire(ctx, tester, a.Code, 1, nil, "moved")
	wantError(t, err, registry.CodeInvalid, "reason")
	_, err = svc.Retire(ctx, tester, unissued(t, svc), 1, nil, "")
	wantError(t, err, registry.CodeNotRegistered, "")
	_, err = svc.Retire(ctx, tester, a.Code, 2, nil, "")
	wantError(t, err, registry.CodeVersionConflict, "")
	_, err = svc.Retire(ctx, registrarOf("99999"), a.Code, 1, nil, "")
	wantError(t, err, registry.CodeForbidden, "")

	retired, err := svc.Retire(ctx, tester, a.Code, 1, []addresscode.Code{b.Code}, registry.RetireDemolished)
	if err != nil || retired.Status != registry.StatusRetired || retired.Version != 2 {
		t.Fatalf("%+v, %v", retired, err)
	}
	_, err = svc.Retire(ctx, tester, a.Code, 2, nil, "")
	wantError(t, err, registry.CodeGone, "")
	_, err = svc.Retire(ctx, tester, b.Code, 1, []addresscode.Code{a.Code}, "") // which would be a circle
	wantError(t, err, registry.CodeInvalid, "successors[0]")
	if _, err = svc.Retire(ctx, tester, b.Code, 1, []addresscode.Code{c.Code}, ""); err != nil {
		t.Fatal(err)
	}
	heirs, err := svc.Successors(ctx, registry.Sight{}, retired)
	if err != nil || len(heirs) != 1 || heirs[0].Code != c.Code {
		t.Errorf("the chain leads to %v, %v", heirs, err)
	}
	if active, gone, err := svc.Count(ctx); active != 1 || gone != 2 || err != nil {
		t.Errorf("%d active, %d retired, %v", active, gone, err)
	}
	_, err = svc.Restore(ctx, tester, c.Code, 1, false)
	wantError(t, err, registry.CodeInvalid, "code")
	back, err := svc.Restore(ctx, tester, a.Code, 2, false)
	if err != nil || back.Status != registry.StatusActive || len(back.Successors) != 0 || back.Code != a.Code || back.Version != 3 {
		t.Fatalf("%+v, %v", back, err)
	}
	twin := mustAssign(t, svc, house(moved(khamThien, 3, 0), "2")) // b is retired: no duplicate
	_, err = svc.Restore(ctx, tester, b.Code, 2, false)
	if e := wantError(t, err, registry.CodeDuplicate, ""); e.Address.Code != twin.Code {
		t.Errorf("a duplicate of %s", e.Address.Code)
	}
	if _, err = svc.Restore(ctx, tester, b.Code, 2, true); err != nil {
		t.Errorf("allowed: %v", err)
	}
}

// unissued is a code that no address has.
func unissued(tb testing.TB, svc *registry.Service) addresscode.Code {
	tb.Helper()
	cell, err := benThanh.Cell()
	if err != nil {
		tb.Fatal(err)
	}
	code, err := addresscode.New(uint64(cell), 0)
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

func units(a *registry.Address, names ...string) []registry.Part {
	parts := make([]registry.Part, len(names))
	for i, name := range names {
		parts[i].Components = a.Components
		parts[i].Components.Unit = name
	}
	return parts
}

func TestSplit(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	r := house(khamThien, "1")
	r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}, {Scheme: "qd392", Value: "1151502853"}}
	a := mustAssign(t, svc, r)
	parts := units(a, "A", "B", "C")
	parts[1].ExternalIDs = r.ExternalIDs[1:]
	made, retired, err := svc.Split(ctx, tester, a.Code, 1, parts, false)
	if err != nil || len(made) != 3 || retired == nil {
		t.Fatalf("%v, %v, %v", made, retired, err)
	}
	old := mustGet(t, svc, a.Code)
	if old.Status != registry.StatusRetired || len(old.Successors) != 3 || len(old.ExternalIDs) != 1 {
		t.Errorf("the old one: %+v", old)
	}
	for i, part := range made {
		got := mustGet(t, svc, part.Code)
		if got.Components.Unit != parts[i].Components.Unit || got.Point() != a.Point() || old.Successors[i] != got.Code || part.Code == a.Code {
			t.Errorf("part %d: %+v", i, got)
		}
	}
	if code := made[1].ExternalIDs; len(code) != 1 || code[0].Value != "1151502853" {
		t.Errorf("ids of the part: %v", code)
	}
	// Whoever may not be told of flats learns neither their codes nor how many they are.
	public := registry.Sight{Doors: true, Positions: registry.Nowhere{}, Protected: registry.Nowhere{}}
	heirs, err := svc.Successors(ctx, public, old)
	if err != nil || len(heirs) != 1 || !heirs[0].Code.IsZero() || heirs[0].Components.Unit != "" {
		t.Errorf("the public is told of %+v, %v", heirs, err)
	}
	res, err := svc.ResolveFor(ctx, public, a.Code.String())
	if err != nil || len(res.Candidates) != 1 || !res.Candidates[0].Code.IsZero() {
		t.Errorf("the public resolves %+v, %v", res, err)
	}

	b := mustAssign(t, svc, house(moved(khamThien, 40, 0), "2"))
	parts = units(b, "A", "B")
	parts[0].KeepsCode = true
	made, retired, err = svc.Split(ctx, tester, b.Code, 1, parts, false)
	if err != nil || retired != nil || made[0].Code != b.Code || made[0].Version != 2 || made[1].Code == b.Code {
		t.Errorf("with a part that keeps the code: %v, %v, %v", made, retired, err)
	}
}

func TestSplitRefuses(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	a := mustAssign(t, svc, house(khamThien, "1"))
	mustAssign(t, svc, registry.AssignRequest{Positions: entrance(khamThien), Components: units(a, "B")[0].Components})
	both, far := units(a, "X", "Y"), units(a, "X", "Y")
	both[0].KeepsCode, both[1].KeepsCode = true, true
	far[1].KeepsCode, far[1].Positions = true, entrance(moved(khamThien, 90, 0))
	for _, c := range []struct {
		name  string
		parts []registry.Part
		code  registry.ErrorCode
		field string
	}{
		{"one part", units(a, "A"), registry.CodeInvalid, "parts"},
		{"too many parts", units(a, make([]string, registry.MaxParts+1)...), registry.CodeInvalid, "parts"},
		{"two alike", units(a, "12", "căn hộ 12"), registry.CodeInvalid, "parts[1].components"},
		{"both keep the code", both, registry.CodeInvalid, "parts[1].keeps_code"},
		{"the code would be far away", far, registry.CodeInvalid, "parts[1].position"},
		{"one is there", units(a, "A", "B"), registry.CodeDuplicate, "parts[1]"},
		{"no text", units(a, "A", "\x00"), registry.CodeInvalid, "parts[1].components.unit"},
	} {
		_, _, err := svc.Split(ctx, tester, a.Code, 1, c.parts, false)
		wantError(t, err, c.code, c.field)
	}
	if got := mustGet(t, svc, a.Code); got.Version != 1 {
		t.Errorf("it was changed: %+v", got)
	}
	if active, retired, err := svc.Count(ctx); active != 2 || retired != 0 || err != nil {
		t.Errorf("%d, %d, %v", active, retired, err)
	}
}

func TestMerge(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	var all []*registry.Address
	for n := range 3 {
		r := house(moved(khamThien, float64(n), 0), fmt.Sprint(n))
		r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: fmt.Sprint("node/", n)}}
		all = append(all, mustAssign(t, svc, r))
	}
	survivor, retired, err := svc.Merge(ctx, tester, all[0].Code, 1, []addresscode.Code{all[1].Code, all[2].Code})
	if err != nil || survivor.Code != all[0].Code || len(survivor.ExternalIDs) != 3 || survivor.Version != 2 || len(retired) != 2 {
		t.Fatalf("%+v, %v, %v", survivor, retired, err)
	}
	for _, a := range all {
		res, err := svc.Resolve(ctx, "osm:"+a.ExternalIDs[0].Value)
		if err != nil || res.Candidates[0].Code != survivor.Code {
			t.Errorf("%v, %v", res, err)
		}
		if res, err = svc.Resolve(ctx, a.Code.String()); err != nil || len(res.Candidates) != 1 || res.Candidates[0].Code != survivor.Code {
			t.Errorf("%v, %v", res, err)
		}
	}
	_, _, err = svc.Merge(ctx, tester, survivor.Code, 2, []addresscode.Code{all[1].Code})
	wantError(t, err, registry.CodeGone, "codes[0]")
	_, _, err = svc.Merge(ctx, tester, survivor.Code, 2, nil)
	wantError(t, err, registry.CodeInvalid, "codes")
	_, _, err = svc.Merge(ctx, tester, survivor.Code, 2, []addresscode.Code{survivor.Code})
	wantError(t, err, registry.CodeInvalid, "codes[0]")
	hidden := mustAssign(t, svc, house(khamThien, "9"))
	if _, err := svc.Protect(ctx, tester, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	_, _, err = svc.Merge(ctx, tester, survivor.Code, 2, []addresscode.Code{hidden.Code})
	wantError(t, err, registry.CodeInvalid, "codes[0]")
}

// TestProtectedStaysInvisible: neither as one that is retired nor as a successor it is told of.
func TestProtectedStaysInvisible(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	a, hidden := mustAssign(t, svc, house(khamThien, "1")), mustAssign(t, svc, house(khamThien, "2"))
	if _, err := svc.Protect(ctx, tester, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	elsewhere := registrarOf("99999")
	_, err := svc.Retire(ctx, elsewhere, hidden.Code, registry.AnyVersion, nil, "")
	wantError(t, err, registry.CodeNotRegistered, "")
	_, _, err = svc.Merge(ctx, registrarOf(a.Commune), a.Code, 1, []addresscode.Code{unissued(t, svc)})
	wantError(t, err, registry.CodeNotRegistered, "codes[0]")
	old, err := svc.Retire(ctx, tester, a.Code, 1, []addresscode.Code{hidden.Code}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, blind := range []registry.Sight{{Protected: registry.Nowhere{}}, {Protected: communes{"99999"}}} {
		if heirs, err := svc.Successors(ctx, blind, old); err != nil || len(heirs) != 0 {
			t.Errorf("told of %v, %v", heirs, err)
		}
		res, err := svc.ResolveFor(ctx, blind, a.Code.String())
		if err != nil || len(res.Candidates) != 1 || res.Candidates[0].Code != a.Code {
			t.Errorf("resolved to %+v, %v", res, err)
		}
	}
	moved, err := svc.Change(ctx, tester, hidden.Code, registry.AnyVersion, to(moved(khamThien, 200, 0)))
	if err != nil || !moved.Address.HasFlag(registry.FlagProtected) || !moved.Retired.HasFlag(registry.FlagProtected) {
		t.Errorf("moved: %+v, %v", moved, err)
	}
	_, err = svc.AddressFor(ctx, registry.Sight{Protected: registry.Nowhere{}}, hidden.Code)
	wantError(t, err, registry.CodeNotRegistered, "")
}

// TestTwoMovers: of many who change the same version one does.
func TestTwoMovers(t *testing.T) {
	svc := newService(t)
	a := mustAssign(t, svc, house(khamThien, "1"))
	var wait sync.WaitGroup
	outcomes := make([]error, 16)
	for i := range outcomes {
		wait.Go(func() {
			_, outcomes[i] = svc.Change(context.Background(), tester, a.Code, 1, to(moved(khamThien, 100+float64(i)*20, 0)))
		})
	}
	wait.Wait()
	done := 0
	for _, err := range outcomes {
		switch registry.CodeOf(err) {
		case "":
			done++
		case registry.CodeVersionConflict:
		default:
			t.Errorf("%v", err)
		}
	}
	active, retired, err := svc.Count(t.Context())
	if done != 1 || active != 1 || retired != 1 || err != nil {
		t.Errorf("%d moved it; %d active, %d retired, %v", done, active, retired, err)
	}
}

// TestRandomLives: whatever is done, no code is given twice, and every chain of successors ends in addresses in use or nowhere.
func TestRandomLives(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	rnd := rand.New(rand.NewPCG(5, 10))
	var codes []addresscode.Code
	known := map[addresscode.Code]bool{}
	note := func(a *registry.Address) {
		if a != nil && a.Version == 1 && !known[a.Code] {
			known[a.Code] = true
			codes = append(codes, a.Code)
		}
	}
	pick := func() *registry.Address { return mustGet(t, svc, codes[rnd.IntN(len(codes))]) }
	near := func() geo.Point { return moved(khamThien, rnd.Float64()*12, rnd.Float64()*12) }
	did := map[string]int{}
	for step := range 1500 {
		var err error
		what := ""
		switch n := rnd.IntN(10); {
		case step < 20 || n < 2:
			what = "assign"
			r := house(near(), fmt.Sprint("số ", step))
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: fmt.Sprint(step)}}
			note(mustAssign(t, svc, r))
		case n < 4:
			what = "move"
			var c registry.Changed
			if c, err = svc.Change(ctx, tester, pick().Code, registry.AnyVersion, to(moved(near(), float64(rnd.IntN(3)*70), 0))); err == nil {
				note(c.Address)
			}
		case n < 5:
			what = "retire"
			var heirs []addresscode.Code
			for range rnd.IntN(3) {
				heirs = append(heirs, pick().Code)
			}
			_, err = svc.Retire(ctx, tester, pick().Code, registry.AnyVersion, heirs, "")
		case n < 7:
			what = "restore"
			_, err = svc.Restore(ctx, tester, pick().Code, registry.AnyVersion, rnd.IntN(2) == 0)
		case n < 8:
			what = "split"
			a := pick()
			parts := units(a, fmt.Sprint("A", step), fmt.Sprint("B", step))
			parts[0].KeepsCode = rnd.IntN(2) == 0
			var made []*registry.Address
			if made, _, err = svc.Split(ctx, tester, a.Code, a.Version, parts, false); err == nil {
				note(made[0])
				note(made[1])
			}
		default:
			what = "merge"
			_, _, err = svc.Merge(ctx, tester, pick().Code, registry.AnyVersion, []addresscode.Code{pick().Code})
		}
		var e *registry.Error
		if err != nil && (!errors.As(err, &e) || e.Code == registry.CodeInternal) {
			t.Fatalf("step %d, %s: %v", step, what, err)
		}
		if err == nil {
			did[what]++
		}
	}
	if len(did) != 6 {
		t.Errorf("not everything was done: %v", did)
	}
	created := map[addresscode.Code]int{}
	if err := store.View(ctx, func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Damage != "" {
				t.Errorf("line %d: %s", l.Seq, l.Damage)
			}
			if l.Event != nil && l.Event.Action == registry.ActionCreated {
				created[l.Event.Code]++
			}
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	if len(created) != len(codes) {
		t.Errorf("%d codes were given, %d are known", len(created), len(codes))
	}
	for code, n := range created {
		if n != 1 {
			t.Errorf("%s was given %d times", code, n)
		}
	}
	for _, code := range codes {
		followChain(t, svc, code, nil)
	}
}

// followChain fails for a circle, and for successors of an address in use.
func followChain(t *testing.T, svc *registry.Service, code addresscode.Code, path []addresscode.Code) {
	t.Helper()
	if slices.Contains(path, code) {
		t.Fatalf("a circle: %v, %s", path, code)
	}
	a := mustGet(t, svc, code)
	if a.Status == registry.StatusActive && len(a.Successors) > 0 {
		t.Errorf("%s is in use and has successors", code)
	}
	for _, next := range a.Successors {
		followChain(t, svc, next, append(slices.Clone(path), code))
	}
}
