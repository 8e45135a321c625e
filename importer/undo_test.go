package importer

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func mustPoint(t *testing.T, lat, lon float64) geo.Point {
	t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func assigned(t *testing.T, r *real, number, id string, lat float64) registry.Assignment {
	t.Helper()
	req := registry.AssignRequest{
		Positions:   []registry.TypedPosition{{Type: registry.PositionBuilding, Position: geo.Position{Point: mustPoint(t, lat, 105.8524)}}},
		Components:  registry.Components{HouseNumber: number, Street: "Phố A"},
		OnDuplicate: registry.MergeDuplicate,
	}
	if id != "" {
		req.ExternalIDs = []registry.ExternalID{{Scheme: "other", Value: id}}
	}
	a, err := r.Assign(context.Background(), registry.Actor{Name: "registrar"}, req)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestUndoImport(t *testing.T) {
	ctx := context.Background()
	by := registry.Actor{Name: "import"}
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	before := assigned(t, r, "1", "x1", 21.0287).Address // there before the import, which adds an id to it
	text := "lat,lon,id,house_number,street\n" +
		"21.0287,105.8524,a,1,Phố A\n" + // merged with before
		"21.0297,105.8524,b,2,Phố A\n" +
		"21.0307,105.8524,c,3,Phố A\n" + // changed by a registrar since
		"21.0317,105.8524,d,4,Phố A\n" +
		"21.0317,105.8524,e,4,Phố A\n" + // merged with the row above by the import itself
		"21.0327,105.8524,,5,Phố A\n" // without an id
	report := r.load(t, text)
	if report.Added != 4 || report.Merged != 2 {
		t.Fatalf("%+v", report)
	}
	codeOf := func(id string) *registry.Address {
		a := registered(t, r, "f:"+id)
		if a == nil {
			t.Fatalf("nothing has the id %s", id)
		}
		return a
	}
	b, c, d := codeOf("b"), codeOf("c"), codeOf("d")
	if changed := assigned(t, r, "3", "y3", 21.0307); changed.Outcome != registry.OutcomeMerged {
		t.Fatalf("%+v", changed)
	}
	got, err := r.UndoImport(ctx, by, report.Import, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Retired != 3 || got.Reverted != 1 || got.Left != 1 || len(got.LeftList) != 1 || got.LeftList[0].Code != c.Code.String() || got.LeftList[0].Actor != "registrar" {
		t.Errorf("%+v", got)
	}
	for _, code := range []*registry.Address{b, d} {
		a, err := r.Address(ctx, code.Code)
		if err != nil || a.Status != registry.StatusRetired || len(a.ExternalIDs) != 0 {
			t.Errorf("%s: %+v, %v", code.Code, a, err)
		}
	}
	if a, err := r.Address(ctx, c.Code); err != nil || a.Status != registry.StatusActive || len(a.ExternalIDs) != 2 {
		t.Errorf("what a registrar changed: %+v, %v", a, err)
	}
	if a, err := r.Address(ctx, before.Code); err != nil || a.Status != registry.StatusActive || len(a.ExternalIDs) != 1 || a.ExternalIDs[0].Value != "x1" {
		t.Errorf("what was there before: %+v, %v", a, err)
	}
	if _, err := r.UndoImport(ctx, by, report.Import, nil); registry.CodeOf(err) != registry.CodeVersionConflict {
		t.Errorf("undone twice: %v", err)
	}
	if _, err := r.UndoImport(ctx, by, 99, nil); registry.CodeOf(err) != registry.CodeNotFound {
		t.Errorf("an import that never was: %v", err)
	}
	// The file can be imported again, and gets other codes: those given stay given.
	again := r.load(t, text)
	if again.Import == report.Import || again.Added != 3 || again.Existing != 1 || again.Merged != 2 {
		t.Errorf("again: %+v", again)
	}
	if a := codeOf("b"); a.Code == b.Code || a.Status != registry.StatusActive {
		t.Errorf("again: %+v", a)
	}
}

// An undo that was cut short is completed by the next, with the same report.
func TestUndoImportGoesOn(t *testing.T) {
	by := registry.Actor{Name: "import"}
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	report := r.load(t, households(1000))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	part, err := r.UndoImport(ctx, by, report.Import, func(done int64) {
		if done >= 300 {
			cancel()
		}
	})
	if err == nil || part.Retired == 0 || part.Retired == report.Added {
		t.Fatalf("%+v, %v", part, err)
	}
	// Nothing goes on with an import that is being undone: the same file begins another one.
	if i, err := r.StartImport(context.Background(), by, r.options(households(1000)).File, true); err != nil || i.ID == report.Import {
		t.Errorf("%+v, %v", i, err)
	}
	whole, err := r.UndoImport(context.Background(), by, report.Import, nil)
	if err != nil || whole.Retired != report.Added || whole.Left != 0 {
		t.Errorf("%+v, %v; %d were added", whole, err, report.Added)
	}
	if active, retired := r.counts(t); active != 0 || retired != report.Added {
		t.Errorf("%d active, %d retired", active, retired)
	}
}

// An unfinished import is undone too, and is not gone on with.
func TestUndoUnfinishedImport(t *testing.T) {
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	text := households(500)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := r.options(text)
	o.Progress = func(Report, int64, int64) { cancel() }
	report, _ := Run(ctx, r, r.reader(t, text), o)
	undone, err := r.UndoImport(context.Background(), o.Actor, report.Import, nil)
	if err != nil || undone.Retired != report.Added || report.Added == 0 {
		t.Fatalf("%+v, %v; %+v", undone, err, report)
	}
	if again := r.load(t, text); again.Import == report.Import || again.Resumed != 0 || again.Read != 500 {
		t.Errorf("%+v", again)
	}
	if !strings.Contains(text, "Hàng Khay") {
		t.Error("the table changed")
	}
}
