package registry_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// manyHouses assigns n houses of a street, and one in an alley of it, one protected, one on another street, one retired.
func manyHouses(t *testing.T, svc *registry.Service, n int) (on []*registry.Address, other *registry.Address) {
	t.Helper()
	at := func(i int) registry.AssignRequest {
		return registry.AssignRequest{Positions: entrance(moved(khamThien, float64(i/40)*9, float64(i%40)*9)), Components: registry.Components{HouseNumber: fmt.Sprint(i + 1), Street: "Phố Khâm Thiên"}}
	}
	for i := range n {
		on = append(on, mustAssign(t, svc, at(i)))
	}
	r := at(n)
	r.Components.Street = "Ngõ 12 Phố Khâm Thiên"
	on = append(on, mustAssign(t, svc, r))
	hidden := mustAssign(t, svc, at(n+1))
	if _, err := svc.Protect(t.Context(), tester, hidden.Code, true); err != nil {
		t.Fatal(err)
	}
	on = append(on, mustGet(t, svc, hidden.Code))
	r = at(n + 2)
	r.Components.Street = "Phố Khâm Thiên Mới"
	other = mustAssign(t, svc, r)
	gone := mustAssign(t, svc, at(n+3))
	if _, err := svc.Retire(t.Context(), tester, gone.Code, 1, nil, ""); err != nil {
		t.Fatal(err)
	}
	return on, other
}

func TestRenameStreetAndUndo(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	on, other := manyHouses(t, svc, 1100) // more than two batches
	commune := on[0].Commune
	request := registry.RenameRequest{Communes: []string{commune}, From: "đường khâm thiên", To: "Phố Nguyễn Văn Cừ", DryRun: true}
	dry, err := svc.RenameStreet(ctx, tester, request, nil)
	if err != nil || dry.ID != "" || dry.Report.Changed == 0 {
		t.Fatalf("%+v, %v", dry, err)
	}
	if got := mustGet(t, svc, on[0].Code); got.Version != 1 {
		t.Errorf("a dry run changed %+v", got)
	}
	request.DryRun = false
	set, err := svc.RenameStreet(ctx, registrarOf(commune), request, nil)
	if err != nil || set.ID == "" || !set.Done || set.Report.Changed != dry.Report.Changed || set.Report.ByPlace[commune] != set.Report.Changed {
		t.Fatalf("%+v, %v; a dry run counted %d", set, err, dry.Report.Changed)
	}
	renamed := int64(0)
	for _, a := range on {
		if a.Commune != commune { // the street goes on there
			continue
		}
		renamed++
		got, want := mustGet(t, svc, a.Code), "Phố Nguyễn Văn Cừ"
		if a.Components.Street == "Ngõ 12 Phố Khâm Thiên" {
			want = "Ngõ 12 " + want
		}
		if got.Components.Street != want || got.Components.HouseNumber != a.Components.HouseNumber || got.Version != a.Version+1 {
			t.Fatalf("%+v, want %q", got, want)
		}
	}
	if renamed != set.Report.Changed {
		t.Errorf("%d renamed, the report says %d", renamed, set.Report.Changed)
	}
	if got := mustGet(t, svc, other.Code); got.Version != 1 {
		t.Errorf("another street was renamed: %+v", got)
	}
	if again, err := svc.RenameStreet(ctx, tester, request, nil); err != nil || again.Report.Changed != 0 || again.ID != "" {
		t.Errorf("again: %+v, %v", again, err)
	}
	// the chain covers what belongs to it
	inChain, entries := int64(0), 0
	if err := store.View(ctx, func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Event != nil && l.Event.Changeset == set.ID {
				inChain++
			}
			if l.Entry != nil && l.Entry.Subject == "changeset:"+set.ID {
				entries++
			}
			return true
		})
	}); err != nil || inChain != set.Report.Changed || entries != 2 {
		t.Errorf("%d events and %d entries in the journal, %v", inChain, entries, err)
	}

	// what was changed since stays
	if _, err := svc.Change(ctx, tester, on[5].Code, registry.AnyVersion, registry.ChangeRequest{Kind: registry.KindBusiness}); err != nil {
		t.Fatal(err)
	}
	_, err = svc.Undo(ctx, registrarOf("99999"), set.ID, nil)
	wantError(t, err, registry.CodeNotFound, "")
	undo, err := svc.Undo(ctx, registrarOf(commune), set.ID, nil)
	if err != nil || undo.Report.Changed != set.Report.Changed-1 || undo.Report.Skipped != 1 || undo.Report.Undoes != set.ID {
		t.Fatalf("%+v, %v", undo, err)
	}
	for i, a := range on {
		if got := mustGet(t, svc, a.Code); a.Commune == commune && (got.Components.Street == a.Components.Street) == (i == 5) {
			t.Fatalf("%d: %+v", i, got)
		}
	}
	if kept, err := svc.Changeset(ctx, tester, set.ID); err != nil || kept.Report.UndoneBy != undo.ID || kept.Report.From != request.From {
		t.Errorf("%+v, %v", kept, err)
	}
	_, err = svc.Undo(ctx, tester, set.ID, nil)
	wantError(t, err, registry.CodeVersionConflict, "")
	if redo, err := svc.Undo(ctx, tester, undo.ID, nil); err != nil || redo.Report.Changed != undo.Report.Changed {
		t.Errorf("undoing the undoing: %+v, %v", redo, err)
	}
}

func TestRenameStreetRefuses(t *testing.T) {
	svc := newService(t)
	ok := registry.RenameRequest{Communes: []string{"00070"}, From: "Phố A", To: "Phố B"}
	for _, c := range []struct {
		change func(*registry.RenameRequest)
		code   registry.ErrorCode
		field  string
	}{
		{func(r *registry.RenameRequest) { r.Communes = nil }, registry.CodeInvalid, "communes"},
		{func(r *registry.RenameRequest) { r.Communes = []string{"00070", "00070"} }, registry.CodeInvalid, "communes[1]"},
		{func(r *registry.RenameRequest) { r.Communes = []string{"99999"} }, registry.CodeInvalid, "communes[0]"},
		{func(r *registry.RenameRequest) { r.Communes = []string{"00082"} }, registry.CodeForbidden, ""},
		{func(r *registry.RenameRequest) { r.From = " " }, registry.CodeInvalid, "from"},
		{func(r *registry.RenameRequest) { r.To = "..." }, registry.CodeInvalid, "to"},
		{func(r *registry.RenameRequest) { r.To = "Ngõ 5 Phố B" }, registry.CodeInvalid, "to"},
		{func(r *registry.RenameRequest) { r.To = "Phố\x00B" }, registry.CodeInvalid, "to"},
		{func(r *registry.RenameRequest) { r.To = "Phố A" }, registry.CodeInvalid, "to"},
	} {
		r := ok
		c.change(&r)
		_, err := svc.RenameStreet(t.Context(), registrarOf("00070"), r, nil)
		wantError(t, err, c.code, c.field)
	}
	_, err := svc.Changeset(t.Context(), tester, "AAAAAAAAAAAAAAAAAAAAAAAAAA")
	wantError(t, err, registry.CodeNotFound, "")
}

// TestRenameCutShort: a run that ends in the middle is told of, is completed by the next, and each part can be undone.
func TestRenameCutShort(t *testing.T) {
	svc := newService(t)
	on, _ := manyHouses(t, svc, 1100)
	request := registry.RenameRequest{Communes: []string{on[0].Commune}, From: "Khâm Thiên", To: "Phố B"}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := svc.RenameStreet(ctx, tester, request, func(int64) { cancel() }); err == nil {
		t.Fatal("it was not cut short")
	}
	rest, err := svc.RenameStreet(t.Context(), tester, request, nil)
	if err != nil || rest.Report.Changed == 0 {
		t.Fatalf("%+v, %v", rest, err)
	}
	cutShort := ""
	for _, a := range on {
		events, err := svc.History(t.Context(), a.Code)
		if err != nil {
			t.Fatal(err)
		}
		if id := events[len(events)-1].Changeset; id != rest.ID && id != "" {
			cutShort = id
		}
	}
	first, err := svc.Changeset(t.Context(), tester, cutShort)
	if err != nil || first.Done || first.Report.Changed != 500 {
		t.Errorf("%+v, %v", first, err)
	}
	if undo, err := svc.Undo(t.Context(), tester, first.ID, nil); err != nil || undo.Report.Changed != 500 {
		t.Errorf("%+v, %v", undo, err)
	}
}

// TestUndoRetiresWhatWasCreated: and lets the ids in again.
func TestUndoRetiresWhatWasCreated(t *testing.T) {
	svc, store := newServiceAndStore(t)
	ctx := t.Context()
	set := &registry.Changeset{ID: "TESTTESTTESTTESTTESTTEST", Kind: registry.ChangesetRederive, Actor: "test"}
	if err := store.Update(ctx, func(w registry.Writer) error { return w.PutChangeset(set) }); err != nil {
		t.Fatal(err)
	}
	r := house(khamThien, "1")
	r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	answer, err := svc.Assign(ctx, registry.Actor{Name: "test", Changeset: set.ID}, r)
	if err != nil {
		t.Fatal(err)
	}
	if undo, err := svc.Undo(ctx, tester, set.ID, nil); err != nil || undo.Report.Changed != 1 {
		t.Fatalf("%+v, %v", undo, err)
	}
	if got := mustGet(t, svc, answer.Address.Code); got.Status != registry.StatusRetired || len(got.ExternalIDs) != 0 {
		t.Errorf("%+v", got)
	}
	if again := mustAssign(t, svc, r); again.Code == answer.Address.Code {
		t.Error("a code is given twice")
	}
}

// TestRenameWhileOthersWrite: nobody's change is lost.
func TestRenameWhileOthersWrite(t *testing.T) {
	svc := newService(t)
	on, _ := manyHouses(t, svc, 300)
	var wait sync.WaitGroup
	wait.Go(func() {
		for _, a := range on[:300] {
			if _, err := svc.Change(context.Background(), tester, a.Code, registry.AnyVersion, registry.ChangeRequest{Kind: registry.KindBusiness}); err != nil {
				t.Errorf("Change: %v", err)
			}
		}
	})
	if _, err := svc.RenameStreet(t.Context(), tester, registry.RenameRequest{Communes: []string{on[0].Commune}, From: "Khâm Thiên", To: "Phố B"}, nil); err != nil {
		t.Error(err)
	}
	wait.Wait()
	var codes []addresscode.Code
	for _, a := range on[:300] {
		got := mustGet(t, svc, a.Code)
		if got.Kind != registry.KindBusiness || a.Commune == on[0].Commune && got.Components.Street != "Phố B" {
			codes = append(codes, a.Code)
		}
	}
	if len(codes) > 0 {
		t.Errorf("%d changes are lost", len(codes))
	}
}
