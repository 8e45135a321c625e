package exporter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/exporter"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

var builtIn = sync.OnceValues(seed.Load)

func newService(t *testing.T) *registry.Service {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return registry.NewService(store, data.Divisions, data.Locator)
}

// register fills a register with texts that a table finds hard.
func register(t *testing.T, svc *registry.Service, n int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	texts := []string{"Phố Khâm Thiên", `Ngõ "Cụt"`, "=1+1", "-12", "+84", "@x", "'quoted", "a, b; c", "Đường số 5", ""}
	some := func() string { return texts[rng.IntN(len(texts))] }
	for i := range n {
		p, err := geo.NewPoint(21.01+rng.Float64()*0.03, 105.83+rng.Float64()*0.03)
		if err != nil {
			t.Fatal(err)
		}
		r := registry.AssignRequest{
			Positions: []registry.TypedPosition{{Type: []registry.PositionType{registry.PositionEntrance, registry.PositionBuilding}[rng.IntN(2)],
				Position: geo.Position{Point: p, Source: []geo.Source{geo.SourceSurvey, geo.SourceGPS, geo.SourceUnknown}[rng.IntN(3)], AccuracyM: float64(rng.IntN(40)) / 4}}},
			Kind: []registry.Kind{registry.KindDwelling, registry.KindBusiness}[rng.IntN(2)],
			Components: registry.Components{HouseNumber: some(), Street: some(), Hamlet: some(), Quarter: some(), Building: some(), Block: some(), Floor: some(),
				Unit: fmt.Sprint(i)},
			ExternalIDs: []registry.ExternalID{{Scheme: "osm", Value: fmt.Sprintf("node/%d", i)}},
		}
		if rng.IntN(2) == 0 {
			r.Components.Alley = []string{"12", "34"}
		}
		if rng.IntN(2) == 0 {
			r.ExternalIDs = append(r.ExternalIDs, registry.ExternalID{Scheme: "survey", Value: fmt.Sprintf("a:b %d", i)})
		}
		if _, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r); err != nil {
			t.Fatal(err)
		}
	}
}

func export(t *testing.T, svc *registry.Service, f exporter.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := exporter.New(f, &b, func(a *registry.Address) ([]byte, error) {
		return json.Marshal(map[string]string{"code": a.Code.String()})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.Each(t.Context(), registry.Sight{}, &registry.Extent{}, w.Write); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contents is what has to come back, by the first id.
func contents(t *testing.T, svc *registry.Service) map[string]string {
	t.Helper()
	all := map[string]string{}
	if err := svc.Each(t.Context(), registry.Sight{}, &registry.Extent{}, func(a *registry.Address) error {
		var ids []string
		for _, id := range a.ExternalIDs {
			ids = append(ids, id.Scheme+":"+id.Value)
		}
		slices.Sort(ids)
		all[ids[0]] = fmt.Sprintf("%q %+v %+v %s %s", ids, a.Components, a.Positions, a.Kind, a.Commune)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestATableComesBack(t *testing.T) {
	from, to := newService(t), newService(t)
	register(t, from, 300)
	table := export(t, from, exporter.FormatCSV)
	for line := range strings.Lines(string(table)) {
		for cell := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Fatalf("a spreadsheet would run %q", cell)
			}
		}
	}
	reader, err := importer.NewCSV(bytes.NewReader(table), 0, importer.Source{Name: "export.csv", Dataset: "export", Scheme: "export"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := reader.Next(t.Context())
		if err != nil {
			break
		}
		rec = rec.Understood()
		if rec.Err != nil {
			t.Fatalf("%s: %v", rec.Ref, rec.Err)
		}
		if _, err := to.Assign(t.Context(), registry.Actor{Name: "test"}, rec.Request); err != nil {
			t.Fatalf("%s: %v", rec.Ref, err)
		}
	}
	got, want := contents(t, to), contents(t, from)
	for id, text := range want {
		if got[id] != text {
			t.Errorf("%s came back as\n%s, was\n%s", id, got[id], text)
		}
	}
	if len(got) != len(want) || len(want) != 300 {
		t.Errorf("%d came back of %d", len(got), len(want))
	}
	if !reflect.DeepEqual(exporter.Columns()[:2], []string{"id", "lat"}) {
		t.Error("the columns have another order")
	}
}

func TestJSONFormats(t *testing.T) {
	svc := newService(t)
	for _, n := range []int{0, 3} {
		register(t, svc, n)
		var collection struct {
			Type     string
			Features []struct {
				ID       string
				Geometry struct{ Coordinates [2]float64 }
			}
		}
		if err := json.Unmarshal(export(t, svc, exporter.FormatGeoJSON), &collection); err != nil || len(collection.Features) != n {
			t.Fatalf("%d features, %v; want %d", len(collection.Features), err, n)
		}
		lines := bytes.Count(export(t, svc, exporter.FormatNDJSON), []byte("\n"))
		if lines != n {
			t.Errorf("%d lines, want %d", lines, n)
		}
		for _, f := range collection.Features {
			if f.ID == "" || f.Geometry.Coordinates[0] < 100 || f.Geometry.Coordinates[1] > 30 {
				t.Errorf("%+v", f)
			}
		}
	}
	if _, err := exporter.New("xls", nil, nil); registry.CodeOf(err) != registry.CodeInvalid {
		t.Errorf("xls: %v", err)
	}
}
