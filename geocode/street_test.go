package geocode

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// draw puts a street of 400 m from west to east on the map, across the middle of a commune.
func (f *fixture) draw(t testing.TB, importID int64, commune string, names ...string) geo.Point {
	t.Helper()
	p, _, _ := f.data.Boundaries.Representative(commune)
	records := make([]registry.MapRecord, len(names))
	streets := make([]registry.Street, len(names))
	for i, name := range names {
		line := []geo.Point{{LatE7: p.LatE7, LonE7: p.LonE7 - 20_000}, p, {LatE7: p.LatE7, LonE7: p.LonE7 + 20_000}}
		records[i].Street = &registry.Street{Dataset: "osm", Source: fmt.Sprintf("way/%s-%d-%d", commune, importID, i), Name: name, Kind: registry.StreetResidential, Lines: [][]geo.Point{line}}
	}
	f.svc.PrepareMap(records)
	for i, r := range records {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		streets[i] = *r.Street
	}
	if err := f.store.Update(t.Context(), func(w registry.Writer) error {
		_, err := w.PutStreets(importID, streets)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSearchStreetsOfTheMap: a street without a single house is found as a place, with errors in its name and while it is being typed.
func TestSearchStreetsOfTheMap(t *testing.T) {
	f := hanoi(t)
	middle := f.draw(t, 1, baDinh, "Phố Trần Huy Liệu")
	f.draw(t, 1, cuaNam, "Phố Trần Huy Liệu")
	type c = registry.Components
	for _, tt := range []struct {
		name       string
		components c
		communes   []string
		least      float64
		status     Status
	}{
		{"the street", c{Street: "Trần Huy Liệu"}, []string{baDinh}, 0.95, Confirmed},
		{"without diacritics", c{Street: "tran huy lieu"}, []string{baDinh}, 0.95, Confirmed},
		{"a letter wrong", c{Street: "tran huy leiu"}, []string{baDinh}, 0.8, SpellCorrected},
		{"with a number", c{HouseNumber: "12", Street: "Phố Trần Huy Liệu"}, []string{baDinh}, 0.5, Confirmed},
	} {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(tt.communes...), Components: tt.components, Score: 1})
		if len(res.Results) == 0 {
			t.Errorf("%s: nothing found", tt.name)
			continue
		}
		r := res.Results[0]
		if r.Type != TypeStreet || r.MatchLevel != MatchStreet || r.CoordinateLevel != CoordinateStreet || r.Address != nil || r.Count != 0 ||
			r.Commune == nil || r.Commune.Code != baDinh || r.Components.Street != "Phố Trần Huy Liệu" || r.Score < tt.least || r.ComponentStatus["street"] != tt.status {
			t.Errorf("%s: %+v", tt.name, r)
		}
		if geo.Distance(r.Point, middle) > 60 || r.AccuracyM < 150 || r.AccuracyM > 300 {
			t.Errorf("%s: %v, %.0f m", tt.name, r.Point, r.AccuracyM)
		}
	}
	res, err := f.Autocomplete(t.Context(), Query{Text: "trần huy l"})
	if err != nil || len(res.Results) != 2 || res.Results[0].Type != TypeStreet {
		t.Errorf("completed: %+v, %v", res, err)
	}
	res, err = f.Autocomplete(t.Context(), Query{Text: "tran huy", Commune: cuaNam})
	if err != nil || len(res.Results) != 1 || res.Results[0].Commune.Code != cuaNam {
		t.Errorf("completed in a commune: %+v, %v", res, err)
	}
	res = f.ask(t, Query{Province: "79"}, Hypothesis{Reading: f.reading(), Components: c{Street: "Trần Huy Liệu"}, Score: 1})
	if len(res.Results) != 0 || res.Reason != ReasonFiltered {
		t.Errorf("elsewhere: %+v", res)
	}
}

// TestSearchAlleysOfTheMap: an alley that the map has under its whole name is found by its number and its street.
func TestSearchAlleysOfTheMap(t *testing.T) {
	f := hanoi(t)
	f.draw(t, 1, baDinh, "Phố Cát Linh", "Ngõ 35 Cát Linh", "Ngách 1 Ngõ 168 Hào Nam", "Ngõ 168, Hào Nam")
	f.parser = NewParser(f.gazetteer)
	for text, want := range map[string]string{
		"Ngõ 35 Cát Linh, phường Ba Đình, Hà Nội":             "35 Cát Linh",
		"ngo 35 pho cat linh, phuong ba dinh, ha noi":         "35 Cát Linh",
		"hẻm 35 Cát Linh, P. Ba Đình, HN":                     "35 Cát Linh",
		"Ngõ 37 Cát Linh, phường Ba Đình, Hà Nội":             " Phố Cát Linh",
		"Ngõ 168 Hào Nam, phường Ba Đình, Hà Nội":             "168 Hào Nam",
		"Ngách 1 Ngõ 168 Phố Hào Nam, phường Ba Đình, Hà Nội": "168/1 Hào Nam",
		"số 9 Ngõ 35 Cát Linh, phường Ba Đình, Hà Nội":        "35 Cát Linh",
	} {
		res, err := f.Search(t.Context(), Query{Text: text})
		if err != nil || len(res.Results) == 0 {
			t.Errorf("%s: %+v, %v", text, res, err)
			continue
		}
		r := res.Results[0]
		if got := strings.Join(r.Components.Alley, "/") + " " + r.Components.Street; got != want || r.Type != TypeStreet || r.ComponentStatus["street"] != Confirmed {
			t.Errorf("%s: %q %s %s %v", text, got, r.Type, r.Label, r.ComponentStatus)
		}
	}
}

// TestSearchHousesBeforeStreetsOfTheMap: what the map has takes no place away from a house.
func TestSearchHousesBeforeStreetsOfTheMap(t *testing.T) {
	f := hanoi(t)
	asked := Hypothesis{Reading: f.reading(), Components: registry.Components{HouseNumber: "12", Street: "Khâm Thiên"}, Score: 1}
	before := f.ask(t, Query{}, asked)
	for i, d := range f.data.Divisions.All(geo.LevelCommune, geo.Today()) {
		if i%8 == 0 && d.Code != hoanKiem {
			f.draw(t, 1, d.Code, "Phố Khâm Thiên")
		}
	}
	after := f.ask(t, Query{}, asked)
	if len(before.Results) == 0 || before.Results[0].MatchLevel != MatchHouse || after.Results[0].Address.Code != before.Results[0].Address.Code || after.Results[0].Score != before.Results[0].Score {
		t.Errorf("%+v\n%+v", before.Results, after.Results)
	}
	// A number between registered ones is answered as before.
	asked.Reading, asked.Components.HouseNumber = f.reading(hoanKiem), "22"
	if res := f.ask(t, Query{}, asked); res.Results[0].MatchLevel != MatchNearestNumber || res.Results[0].Components.HouseNumber != "20" {
		t.Errorf("%+v", res.Results[0])
	}
}

// TestSearchStreetsComeAndGo: a street is told of once, whether the map has it, houses have it or both, and no longer when neither has.
func TestSearchStreetsComeAndGo(t *testing.T) {
	f := newFixture(t)
	street := func() []Result {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(hoanKiem), Components: registry.Components{Street: "Trần Huy Liệu"}, Score: 1})
		return slices.DeleteFunc(res.Results, func(r Result) bool { return r.Type != TypeStreet })
	}
	if got := street(); len(got) != 0 {
		t.Fatalf("before: %+v", got)
	}
	middle := f.draw(t, 1, hoanKiem, "Trần Huy Liệu")
	if got := street(); len(got) != 1 || got[0].Count != 0 {
		t.Fatalf("on the map: %+v", got)
	}
	f.register(t, f.in(hoanKiem, 45, registry.Components{HouseNumber: "3", Street: "Phố Trần Huy Liệu"}))
	if got := street(); len(got) != 1 || got[0].Count != 1 || geo.Distance(got[0].Point, middle) > 60 {
		t.Fatalf("with a house: %+v", got)
	}
	if err := f.store.Update(t.Context(), func(w registry.Writer) error {
		_, err := w.RemoveStreets(1, 10)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := street(); len(got) != 1 || got[0].Count != 1 || got[0].AccuracyM > 20 {
		t.Fatalf("with the house only: %+v", got)
	}
	for _, a := range f.codes {
		if err := f.store.Update(t.Context(), func(w registry.Writer) error { return w.Remove(a.Code) }); err != nil {
			t.Fatal(err)
		}
	}
	if got := street(); len(got) != 0 {
		t.Fatalf("at the end: %+v", got)
	}
}

// TestValidateStreetsOfTheMap: that the map has the street is evidence; the house is still not accepted.
func TestValidateStreetsOfTheMap(t *testing.T) {
	f := hanoi(t)
	f.draw(t, 1, hoanKiem, "Phố Trần Huy Liệu")
	f.parser = NewParser(f.gazetteer)
	v, err := f.Validate(t.Context(), ValidateRequest{Text: "15 Phố Trần Huy Liệu, P. Tràng Tiền, Q. Hoàn Kiếm, Hà Nội"})
	if err != nil {
		t.Fatal(err)
	}
	street := slices.IndexFunc(v.Components, func(c JudgedComponent) bool { return c.Name == "street" && c.Status == Confirmed })
	codes := issueCodes(v)
	if v.NextAction != Fix || v.Granularity != MatchStreet || street < 0 || !slices.Contains(codes, IssueNumberNotFound) || slices.Contains(codes, IssueStreetNotFound) {
		t.Errorf("%s at %s: %v %+v", v.NextAction, v.Granularity, codes, v.Components)
	}
}

// BenchmarkIndexOfStreets says how many bytes of memory a street of the map takes in one commune: 120,000 of them with 20,000 names, as
// many as the country has, about.
func BenchmarkIndexOfStreets(b *testing.B) {
	f := newFixture(b)
	communes := f.data.Divisions.All(geo.LevelCommune, geo.Today())
	const streets, names = 120_000, 20_000
	places := make([]registry.NamedPlace, streets)
	for i := range places {
		n := i % names
		places[i] = registry.NamedPlace{ID: int64(i + 1), Kind: registry.PlaceStreet, Commune: communes[i*7%len(communes)].Code, OnMap: true, MapReachM: 200,
			Name: fmt.Sprintf("Đường %s %s %d", surnames[n%len(surnames)], surnames[n/len(surnames)%len(surnames)], n)}
	}
	var kept *index
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		kept = newIndex(newCommuneTable(f.data.Divisions, f.data.Boundaries))
		if err := kept.fill(func(yield func(*registry.NamedPlace) bool) error {
			for i := range places {
				yield(&places[i])
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/streets, "B/street")
	}
	runtime.KeepAlive(kept)
}

var surnames = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"}
