package registry_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func streetAlong(points ...geo.Point) *registry.Street {
	return &registry.Street{Dataset: "osm", Source: "way/1", Name: "Phố Thử", Kind: registry.StreetResidential, Lines: [][]geo.Point{points}}
}

// prepared is a street with its stretches.
func prepared(t *testing.T, svc *registry.Service, st *registry.Street) *registry.Street {
	t.Helper()
	records := []registry.MapRecord{{Ref: st.Source, Street: st}}
	if svc.PrepareMap(records); records[0].Err != nil {
		t.Fatal(records[0].Err)
	}
	return st
}

func communeOf(t *testing.T, svc *registry.Service, p geo.Point) string {
	t.Helper()
	l, err := svc.Locator().Locate(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return l.Commune.Code
}

// border is where the commune changes on the way east of a point.
func border(t *testing.T, svc *registry.Service, from geo.Point) geo.Point {
	t.Helper()
	here := communeOf(t, svc, from)
	far := from
	for communeOf(t, svc, far) == here {
		from, far = far, moved(far, 0, 100)
	}
	for far.LonE7-from.LonE7 > 10 {
		if middle := (geo.Point{LatE7: from.LatE7, LonE7: (from.LonE7 + far.LonE7) / 2}); communeOf(t, svc, middle) == here {
			from = middle
		} else {
			far = middle
		}
	}
	return from
}

func TestStreetsOfACommune(t *testing.T) {
	svc := newService(t)
	a, b := khamThien, moved(khamThien, 30, 200)
	st := prepared(t, svc, streetAlong(a, b))
	if len(st.Stretches) != 1 {
		t.Fatalf("%+v", st.Stretches)
	}
	s := st.Stretches[0]
	if s.Commune != communeOf(t, svc, a) || math.Abs(s.LengthM-geo.Distance(a, b)) > 0.1 || s.Box != geo.BoxAround(a, b) {
		t.Errorf("%+v", s)
	}
	if middle := geo.BoxAround(a, b).Middle(); geo.Distance(s.Point, middle) > 21 {
		t.Errorf("the point is %.0f m from the middle", geo.Distance(s.Point, middle))
	}
	if reach := s.ReachM(); reach < geo.Distance(a, b)/2 || reach > geo.Distance(a, b) {
		t.Errorf("it reaches %.0f m", reach)
	}
}

func TestStreetsCrossBorders(t *testing.T) {
	svc := newService(t)
	edge := border(t, svc, khamThien)
	west, east := moved(edge, 0, -300), moved(edge, 0, 150)
	st := prepared(t, svc, streetAlong(west, east))
	if len(st.Stretches) != 2 || st.Stretches[0].Commune != communeOf(t, svc, west) || st.Stretches[1].Commune != communeOf(t, svc, east) {
		t.Fatalf("%+v", st.Stretches)
	}
	for i, want := range []float64{300, 150} {
		s := st.Stretches[i]
		if math.Abs(s.LengthM-want) > 60 || communeOf(t, svc, s.Point) != s.Commune {
			t.Errorf("%+v", s)
		}
	}
	// A few metres across the border are no stretch: borders are drawn with less detail than streets.
	if st := prepared(t, svc, streetAlong(west, moved(edge, 0, 20))); len(st.Stretches) != 1 {
		t.Errorf("%+v", st.Stretches)
	}
}

// A street that runs along a border has its houses in both communes.
func TestStreetsAlongBorders(t *testing.T) {
	svc := newService(t)
	var line []geo.Point
	for i := range 6 {
		line = append(line, moved(border(t, svc, moved(khamThien, 20*float64(i), 0)), 0, -3))
	}
	for _, p := range line {
		if communeOf(t, svc, p) != communeOf(t, svc, khamThien) {
			t.Fatal("the line leaves the commune")
		}
	}
	st := prepared(t, svc, streetAlong(line...))
	var communes []string
	for _, s := range st.Stretches {
		communes = append(communes, s.Commune)
	}
	if !slices.Contains(communes, communeOf(t, svc, line[0])) || !slices.Contains(communes, communeOf(t, svc, moved(line[0], 0, 20))) {
		t.Errorf("%v", communes)
	}
}

func TestMapRecordsAreRefused(t *testing.T) {
	svc := newService(t)
	a, b, c := khamThien, moved(khamThien, 0, 50), moved(khamThien, 50, 50)
	street := func(change func(*registry.Street)) registry.MapRecord {
		st := streetAlong(a, b)
		change(st)
		return registry.MapRecord{Street: st}
	}
	outline := func(change func(*registry.Outline)) registry.MapRecord {
		o := &registry.Outline{Dataset: "osm", Source: "way/1", Rings: [][]geo.Point{{a, b, c}}}
		change(o)
		return registry.MapRecord{Outline: o}
	}
	for name, tt := range map[string]struct {
		record registry.MapRecord
		code   registry.ErrorCode
	}{
		"street":             {street(func(*registry.Street) {}), ""},
		"no name":            {street(func(s *registry.Street) { s.Name = " " }), registry.CodeInvalid},
		"long name":          {street(func(s *registry.Street) { s.Name = strings.Repeat("ố", registry.MaxComponent+1) }), registry.CodeInvalid},
		"no kind":            {street(func(s *registry.Street) { s.Kind = "canal" }), registry.CodeInvalid},
		"no line":            {street(func(s *registry.Street) { s.Lines = nil }), registry.CodeInvalid},
		"one point":          {street(func(s *registry.Street) { s.Lines = [][]geo.Point{{a}} }), registry.CodeInvalid},
		"endless":            {street(func(s *registry.Street) { s.Lines[0] = slices.Repeat(s.Lines[0], registry.MaxStreetPoints) }), registry.CodeInvalid},
		"abroad":             {street(func(s *registry.Street) { s.Lines[0] = []geo.Point{outsideAll, moved(outsideAll, 0, 99)} }), registry.CodePositionOutside},
		"off the globe":      {street(func(s *registry.Street) { s.Lines[0][1].LatE7 = 900_000_001 }), registry.CodePositionInvalid},
		"outline":            {outline(func(*registry.Outline) {}), ""},
		"two corners":        {outline(func(o *registry.Outline) { o.Rings[0] = o.Rings[0][:2] }), registry.CodeInvalid},
		"no ring":            {outline(func(o *registry.Outline) { o.Rings = nil }), registry.CodeInvalid},
		"control characters": {outline(func(o *registry.Outline) { o.Name = "a\nb" }), registry.CodeInvalid},
		"long number":        {outline(func(o *registry.Outline) { o.Number = strings.Repeat("1", registry.MaxNumber+1) }), registry.CodeInvalid},
		"outline abroad": {outline(func(o *registry.Outline) {
			o.Rings[0] = []geo.Point{outsideAll, moved(outsideAll, 0, 99), moved(outsideAll, 99, 0)}
		}), geo.CodePositionOutside},
	} {
		records := []registry.MapRecord{tt.record}
		svc.PrepareMap(records)
		var refused string
		switch err := records[0].Err.(type) {
		case nil:
		case *registry.Error:
			refused = string(err.Code)
		case *geo.PositionError:
			refused = string(err.Code)
		}
		if refused != string(tt.code) || (records[0].Err == nil) != (tt.code == "") {
			t.Errorf("%s: %v", name, records[0].Err)
		}
	}
}

// A run that is not where the import is stops, and leaves nothing.
func TestLoadMapKnowsItsPlace(t *testing.T) {
	svc := newService(t)
	by := registry.Actor{Name: "test"}
	i, err := svc.StartImport(t.Context(), by, registry.Import{Name: "a", Format: "osm", Dataset: "osm"}, false)
	if err != nil {
		t.Fatal(err)
	}
	records := []registry.MapRecord{{Ref: "way/1", Street: prepared(t, svc, streetAlong(khamThien, moved(khamThien, 0, 99)))}}
	if _, err := svc.LoadMap(t.Context(), i.ID, 1, records); registry.CodeOf(err) != registry.CodeVersionConflict {
		t.Errorf("ahead of the import: %v", err)
	}
	counts, err := svc.LoadMap(t.Context(), i.ID, 0, records)
	if err != nil || counts.Streets.Added != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
	if _, err := svc.LoadMap(t.Context(), i.ID, 0, records); registry.CodeOf(err) != registry.CodeVersionConflict {
		t.Errorf("the same again: %v", err)
	}
	if _, err := svc.FinishImport(t.Context(), by, i.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.LoadMap(t.Context(), i.ID, 1, records); registry.CodeOf(err) != registry.CodeVersionConflict {
		t.Errorf("after the end: %v", err)
	}
	if _, err := svc.Streets(t.Context(), geo.Box{}, "canal", 1); registry.CodeOf(err) != registry.CodeInvalid {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Streets that were cut by other boundaries come to the communes of today, and still belong to their import.
func TestRederiveStreets(t *testing.T) {
	svc, store := newServiceAndStore(t)
	right := prepared(t, svc, streetAlong(khamThien, moved(khamThien, 0, 150)))
	var stale []registry.Street
	for i := range 1100 { // more than two batches
		st := *right
		st.Source = fmt.Sprintf("way/%d", i)
		if i%2 == 0 {
			st.Stretches = []registry.Stretch{st.Stretches[0]}
			st.Stretches[0].Commune = "00070"
		}
		stale = append(stale, st)
	}
	if err := store.Update(t.Context(), func(w registry.Writer) error {
		_, err := w.PutStreets(7, stale)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Rederive(t.Context(), registry.Actor{Name: "seed"}, nil); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := store.View(t.Context(), func(r registry.Reader) error {
		return r.StreetsAfter("", "", func(importID int64, s *registry.Street) bool {
			n++
			if importID != 7 || len(s.Stretches) != 1 || s.Stretches[0].Commune != right.Stretches[0].Commune {
				t.Errorf("%s of import %d: %+v", s.Source, importID, s.Stretches)
			}
			return !t.Failed()
		})
	}); err != nil || n != len(stale) {
		t.Errorf("%d streets, %v", n, err)
	}
}
