package registry_test

import (
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// mustSetAside imports a file whose records are all set aside.
func mustSetAside(tb testing.TB, svc *registry.Service, records ...registry.ImportReview) *registry.Import {
	tb.Helper()
	cli := registry.Actor{Name: "cli"}
	i, err := svc.StartImport(tb.Context(), cli, registry.Import{Name: "a.csv", Format: "csv", Dataset: "a"}, false)
	if err != nil {
		tb.Fatal(err)
	}
	step := func([]registry.Assignment) registry.ImportStep {
		return registry.ImportStep{Position: int64(len(records)), Counts: registry.ImportCounts{SetAside: int64(len(records))}, Reviews: records}
	}
	if _, err := svc.LoadBatch(tb.Context(), i.ID, 0, svc.Prepare(cli, nil), step); err != nil {
		tb.Fatal(err)
	}
	if i, err = svc.FinishImport(tb.Context(), cli, i.ID); err != nil {
		tb.Fatal(err)
	}
	return i
}

// doubtful is a record at a place that names another commune.
func doubtful(svc *registry.Service, p geo.Point, row int64, number string) registry.ImportReview {
	at, err := svc.Locator().Locate(p, geo.Today())
	if err != nil {
		panic(err)
	}
	return registry.ImportReview{
		Row: row, Ref: "line 2", Reason: "commune_mismatch", Named: "26743", Commune: at.Commune.Code, DistanceM: 1_100_000, Point: p,
		Record: registry.ImportRecord{Components: registry.Components{HouseNumber: number, Street: "Phố Khâm Thiên"}, ExternalIDs: []string{"shop:" + number}},
	}
}

func TestSetAside(t *testing.T) {
	svc, _, _ := newTimedService(t)
	first, second := doubtful(svc, khamThien, 1, "12"), doubtful(svc, moved(khamThien, 40, 0), 2, "14")
	mustSetAside(t, svc, first, second)
	by, elsewhere := registrarOf(first.Commune), registrarOf("00004")
	if items, _, err := svc.SetAside(t.Context(), elsewhere, registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("elsewhere: %v, %v", items, err)
	}
	items, next, err := svc.SetAside(t.Context(), by, registry.Page{Limit: 1})
	if err != nil || len(items) != 1 || items[0].ID() != "1-1" || next == "" {
		t.Fatalf("first page: %v, %q, %v", items, next, err)
	}
	if items, next, err = svc.SetAside(t.Context(), by, registry.Page{Limit: 1, After: next}); err != nil || len(items) != 1 || items[0].ID() != "1-2" || next != "" {
		t.Fatalf("second page: %v, %q, %v", items, next, err)
	}
	_, _, err = svc.SetAside(t.Context(), by, registry.Page{After: first.Commune + ".0.nonsense"})
	wantError(t, err, registry.CodeInvalid, "after")

	_, err = svc.ConfirmSetAside(t.Context(), elsewhere, "1-1", registry.Corrections{})
	wantError(t, err, registry.CodeForbidden, "")
	for _, id := range []string{"", "1", "1-9", "01-1", "1-1-1", "9-1", "-1-1"} {
		_, err = svc.ConfirmSetAside(t.Context(), by, id, registry.Corrections{})
		wantError(t, err, registry.CodeNotFound, "")
	}
	corrected := moved(khamThien, 15, 0)
	a, err := svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{Position: &geo.Position{Point: corrected, Source: geo.SourceSurvey}})
	if err != nil {
		t.Fatal(err)
	}
	if a.Point() != corrected || a.Components.HouseNumber != "12" || a.Commune != first.Commune || len(a.ExternalIDs) != 1 || a.ExternalIDs[0].Value != "12" {
		t.Errorf("address %+v", a)
	}
	_, err = svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{})
	if e := wantError(t, err, registry.CodeVersionConflict, ""); !contains(e.Hint, a.Code.String()) {
		t.Errorf("the second confirmation does not tell the code: %v", e)
	}

	_, err = svc.RefuseSetAside(t.Context(), by, "1-2", " ")
	wantError(t, err, registry.CodeInvalid, "reason")
	v, err := svc.RefuseSetAside(t.Context(), by, "1-2", "nhà đã phá dỡ")
	if err != nil || v.Status != registry.SetAsideRefused || v.Remark != "nhà đã phá dỡ" {
		t.Errorf("refused %+v, %v", v, err)
	}
	_, err = svc.ConfirmSetAside(t.Context(), by, "1-2", registry.Corrections{})
	wantError(t, err, registry.CodeVersionConflict, "")
	if items, _, err = svc.SetAside(t.Context(), registry.Actor{Name: "admin"}, registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("left: %v, %v", items, err)
	}
}

// TestSetAsideByTheRulesOfAssign shows that a confirmation that is refused decides nothing.
func TestSetAsideByTheRulesOfAssign(t *testing.T) {
	svc, _, _ := newTimedService(t)
	record := doubtful(svc, khamThien, 1, "12")
	mustAssign(t, svc, registry.AssignRequest{Positions: entrance(khamThien), Components: record.Record.Components})
	mustSetAside(t, svc, record)
	by := registrarOf(record.Commune)
	_, err := svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{Position: &geo.Position{Point: geo.Point{LatE7: 100000000, LonE7: 1000000000}}})
	wantError(t, err, registry.CodePositionOutside, "position")
	_, err = svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{})
	wantError(t, err, registry.CodeDuplicate, "")
	if items, _, err := svc.SetAside(t.Context(), by, registry.Page{}); err != nil || len(items) != 1 {
		t.Errorf("open: %v, %v", items, err)
	}
	a, err := svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{AllowDuplicate: true})
	if err != nil || a.Code == (addresscode.Code{}) {
		t.Errorf("allowed duplicate: %v", err)
	}
}

// TestSetAsideOfUndoneImport shows that what was taken back is nobody's work any more.
func TestSetAsideOfUndoneImport(t *testing.T) {
	svc, _, _ := newTimedService(t)
	record := doubtful(svc, khamThien, 1, "12")
	i := mustSetAside(t, svc, record)
	if _, err := svc.UndoImport(t.Context(), registry.Actor{Name: "cli"}, i.ID, nil); err != nil {
		t.Fatal(err)
	}
	by := registrarOf(record.Commune)
	if items, _, err := svc.SetAside(t.Context(), by, registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("open: %v, %v", items, err)
	}
	_, err := svc.ConfirmSetAside(t.Context(), by, "1-1", registry.Corrections{})
	wantError(t, err, registry.CodeVersionConflict, "")
}
