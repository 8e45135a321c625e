package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var streetTests = []test{
	{"every field of a street and an outline survives", everyMapField},
	{"the streets and outlines in a box are those that a look at each finds", mapInBoxes},
	{"a street is put in place of itself, and only when it has changed", putAgain},
	{"an import's streets and outlines are removed, others stay", removeMap},
	{"a street is a named place of its communes while a way of it is there", streetPlaces},
	{"a street with houses stays a place without the map, and the other way round", streetsWithHouses},
	{"streets of an update that failed are not there", failedStreets},
}

// way is a street of one line through one commune.
func way(source, name, commune string, at ...geo.Point) registry.Street {
	return registry.Street{Dataset: "osm", Source: source, Name: name, Kind: registry.StreetResidential, Lines: [][]geo.Point{at},
		Stretches: []registry.Stretch{{Commune: commune, Point: at[len(at)/2], Box: geo.BoxAround(at...), LengthM: 100}}}
}

func house(source string, at ...geo.Point) registry.Outline {
	return registry.Outline{Dataset: "osm", Source: source, Rings: [][]geo.Point{at}}
}

func at(lat, lon int32) geo.Point {
	return geo.Point{LatE7: 210_000_000 + lat, LonE7: 1_058_000_000 + lon}
}

var everywhere = geo.Box{SouthWest: geo.Point{LatE7: -900_000_000, LonE7: -1_800_000_000}, NorthEast: geo.Point{LatE7: 900_000_000, LonE7: 1_800_000_000}}

func putStreets(t testing.TB, s registry.Store, importID int64, streets ...registry.Street) (outcomes []registry.MapOutcome) {
	t.Helper()
	update(t, s, func(w registry.Writer) (err error) {
		outcomes, err = w.PutStreets(importID, streets)
		return err
	})
	return outcomes
}

func putOutlines(t testing.TB, s registry.Store, importID int64, outlines ...registry.Outline) (outcomes []registry.MapOutcome) {
	t.Helper()
	update(t, s, func(w registry.Writer) (err error) {
		outcomes, err = w.PutOutlines(importID, outlines)
		return err
	})
	return outcomes
}

func streetsIn(t testing.TB, s registry.Store, box geo.Box, upTo registry.StreetKind, limit int) (found []registry.Street) {
	t.Helper()
	view(t, s, func(r registry.Reader) (err error) {
		found, err = r.Streets(box, upTo, limit)
		return err
	})
	return found
}

func outlinesIn(t testing.TB, s registry.Store, box geo.Box, limit int) (found []registry.Outline) {
	t.Helper()
	view(t, s, func(r registry.Reader) (err error) {
		found, err = r.Outlines(box, limit)
		return err
	})
	return found
}

func everyMapField(t *testing.T, s registry.Store) {
	st := registry.Street{Dataset: "osm", Source: "way/1", Name: "Phố Huế", Kind: registry.StreetPrimary,
		Lines:     [][]geo.Point{{at(0, 0), at(100, -50), at(2_000_000, 7)}, {{LatE7: -900_000_000, LonE7: 1_800_000_000}, {LatE7: 900_000_000, LonE7: -1_800_000_000}}},
		Stretches: []registry.Stretch{{Commune: "00070", Point: at(0, 0), Box: geo.BoxAround(at(0, 0), at(100, -50)), LengthM: 12}}}
	o := registry.Outline{Dataset: "osm", Source: "relation/2", Name: "Toà Sen", Number: "12A",
		Rings: [][]geo.Point{{at(0, 0), at(0, 100), at(100, 100)}, {at(10, 20), at(20, 30), at(10, 30)}}}
	plain := house("way/2", at(500, 500), at(500, 600), at(600, 600))
	putStreets(t, s, 1, st)
	putOutlines(t, s, 1, o, plain)
	view(t, s, func(r registry.Reader) error {
		for after, want := range map[string]bool{"": true, "way/0": true, "way/1": false} {
			found := false
			if err := r.StreetsAfter("osm", after, func(importID int64, got *registry.Street) bool {
				found = importID == 1 && reflect.DeepEqual(*got, st)
				return true
			}); err != nil || found != want {
				t.Errorf("after %q: %v, %v", after, found, err)
			}
		}
		return nil
	})
	st.Stretches = nil // not read with the lines
	if got := streetsIn(t, s, everywhere, "", 10); !reflect.DeepEqual(got, []registry.Street{st}) {
		t.Errorf("%+v, want %+v", got, st)
	}
	got := outlinesIn(t, s, everywhere, 10)
	slices.SortFunc(got, func(a, b registry.Outline) int { return len(a.Source) - len(b.Source) })
	if !reflect.DeepEqual(got, []registry.Outline{plain, o}) {
		t.Errorf("%+v", got)
	}
}

func mapInBoxes(t *testing.T, s registry.Store) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const n, width = 300, 100_000
	var streets []registry.Street
	var outlines []registry.Outline
	for i := range n {
		a := at(rnd.Int32N(width), rnd.Int32N(width))
		b := geo.Point{LatE7: a.LatE7 + rnd.Int32N(5000), LonE7: a.LonE7 - rnd.Int32N(5000)}
		st := way(fmt.Sprintf("way/%d", i), fmt.Sprintf("Đường số %d", i), "00070", a, b)
		st.Kind = registry.StreetKinds[rnd.IntN(len(registry.StreetKinds))]
		streets = append(streets, st)
		outlines = append(outlines, house(st.Source, a, b, geo.Point{LatE7: a.LatE7, LonE7: b.LonE7}))
	}
	putStreets(t, s, 1, streets...)
	putOutlines(t, s, 1, outlines...)
	for range 100 {
		corner := at(rnd.Int32N(width), rnd.Int32N(width))
		box := geo.BoxAround(corner, geo.Point{LatE7: corner.LatE7 + rnd.Int32N(width/3), LonE7: corner.LonE7 + rnd.Int32N(width/3)})
		upTo := rnd.IntN(len(registry.StreetKinds))
		var wantStreets, wantOutlines, gotStreets, gotOutlines []string
		for i := range streets {
			if !geo.BoxAround(streets[i].Lines[0]...).Meets(box) {
				continue
			}
			wantOutlines = append(wantOutlines, outlines[i].Source)
			if slices.Index(registry.StreetKinds[:], streets[i].Kind) <= upTo {
				wantStreets = append(wantStreets, streets[i].Source)
			}
		}
		last := 0
		found := streetsIn(t, s, box, registry.StreetKinds[upTo], n)
		for _, st := range found {
			gotStreets = append(gotStreets, st.Source)
			kind := slices.Index(registry.StreetKinds[:], st.Kind)
			if kind < last {
				t.Fatalf("%s comes behind smaller ones", st.Kind)
			}
			last = kind
		}
		for _, o := range outlinesIn(t, s, box, n) {
			gotOutlines = append(gotOutlines, o.Source)
		}
		for _, list := range [][]string{wantStreets, gotStreets, wantOutlines, gotOutlines} {
			slices.Sort(list)
		}
		if !slices.Equal(wantStreets, gotStreets) || !slices.Equal(wantOutlines, gotOutlines) {
			t.Fatalf("box %v: streets %v, want %v; outlines %v, want %v", box, gotStreets, wantStreets, gotOutlines, wantOutlines)
		}
		if few := streetsIn(t, s, box, registry.StreetKinds[upTo], 3); !reflect.DeepEqual(few, found[:min(3, len(found))]) && len(few)+len(found) > 0 {
			t.Fatalf("the first three are %+v", few)
		}
		if len(outlinesIn(t, s, box, 3)) != min(3, len(gotOutlines)) {
			t.Fatal("the limit of outlines is not kept")
		}
	}
}

func putAgain(t *testing.T, s registry.Store) {
	st, o := way("way/1", "Phố Huế", "00070", at(0, 0), at(100, 100)), house("way/1", at(0, 0), at(0, 100), at(100, 100))
	for i, step := range []struct {
		change func()
		want   registry.MapOutcome
	}{
		{func() {}, registry.MapAdded},
		{func() {}, registry.MapExisting},
		{func() { st.Name, o.Name = "Phố Bà Triệu", "Nhà A" }, registry.MapReplaced},
		{func() { st.Kind, o.Number = registry.StreetPrimary, "7" }, registry.MapReplaced},
		{func() {
			st.Lines = [][]geo.Point{{at(9000, 0), at(9100, 100)}}
			o.Rings = [][]geo.Point{{at(9000, 0), at(9000, 100), at(9100, 100)}}
		}, registry.MapReplaced},
		{func() {}, registry.MapExisting},
	} {
		step.change()
		streets, outlines := putStreets(t, s, int64(i), st), putOutlines(t, s, int64(i), o)
		if streets[0] != step.want || outlines[0] != step.want {
			t.Errorf("step %d: %v and %v, want %v", i, streets, outlines, step.want)
		}
	}
	old := geo.BoxAround(at(0, 0), at(200, 200))
	if len(streetsIn(t, s, old, "", 9)) != 0 || len(outlinesIn(t, s, old, 9)) != 0 {
		t.Error("they are still where they were")
	}
	streets, outlines := streetsIn(t, s, everywhere, "", 9), outlinesIn(t, s, everywhere, 9)
	if len(streets) != 1 || len(outlines) != 1 || streets[0].Name != st.Name || !reflect.DeepEqual(outlines[0], o) {
		t.Errorf("%+v, %+v", streets, outlines)
	}
	// In another data set the same source is another thing.
	st.Dataset, o.Dataset = "city", "city"
	if streets, outlines := putStreets(t, s, 9, st), putOutlines(t, s, 9, o); streets[0] != registry.MapAdded || outlines[0] != registry.MapAdded {
		t.Errorf("%v, %v", streets, outlines)
	}
}

func removeMap(t *testing.T, s registry.Store) {
	for i := range 10 {
		source := fmt.Sprintf("way/%d", i)
		putStreets(t, s, int64(1+i%2), way(source, "Phố Huế", "00070", at(0, 0), at(100, 100)))
		putOutlines(t, s, int64(1+i%2), house(source, at(0, 0), at(0, 100), at(100, 100)))
	}
	putStreets(t, s, 2, way("way/0", "Phố khác", "00070", at(0, 0), at(100, 100))) // the import 2 was the last to change it
	for _, want := range []int{3, 1, 0} {
		update(t, s, func(w registry.Writer) error {
			n, err := w.RemoveStreets(1, 3)
			if n != want {
				t.Errorf("%d streets removed, want %d", n, want)
			}
			return err
		})
	}
	for _, want := range []int{4, 1, 0} {
		update(t, s, func(w registry.Writer) error {
			n, err := w.RemoveOutlines(1, 4)
			if n != want {
				t.Errorf("%d outlines removed, want %d", n, want)
			}
			return err
		})
	}
	if streets, outlines := streetsIn(t, s, everywhere, "", 20), outlinesIn(t, s, everywhere, 20); len(streets) != 6 || len(outlines) != 5 {
		t.Errorf("%d streets and %d outlines are left", len(streets), len(outlines))
	}
}

// mapped are the named places that the map has, with those that have houses, changed after a version.
func mapped(t testing.TB, s registry.Store, version int64) (places map[string]*registry.NamedPlace, newest int64) {
	t.Helper()
	places = map[string]*registry.NamedPlace{}
	view(t, s, func(r registry.Reader) (err error) {
		if newest, err = r.NamedPlacesVersion(); err != nil {
			return err
		}
		return r.NamedPlacesSince(version, func(p *registry.NamedPlace) bool {
			places[p.Commune+" "+p.Name] = p
			return true
		})
	})
	return places, newest
}

func streetPlaces(t *testing.T, s registry.Store) {
	first := way("way/1", "Phố Huế", "00070", at(0, 0), at(0, 1000))
	first.Stretches = append(first.Stretches, registry.Stretch{Commune: "00082", Point: at(0, 900), Box: geo.BoxAround(at(0, 800), at(0, 1000)), LengthM: 20})
	putStreets(t, s, 1, first, way("way/2", "phố huế", "00070", at(0, 1000), at(0, 9000), at(0, 90_000)), way("way/3", "!!", "00070", at(0, 0), at(9, 9)))
	places, version := mapped(t, s, 0)
	p := places["00070 Phố Huế"]
	if len(places) != 2 || p == nil || !p.OnMap || p.Count != 0 || p.MapPoint != at(0, 9000) || places["00082 Phố Huế"] == nil {
		t.Fatalf("%+v", places)
	}
	if want := geo.Distance(at(0, 9000), at(0, 90_000)); p.MapReachM != want {
		t.Errorf("it reaches %f m, want %f", p.MapReachM, want)
	}
	// The first way leaves both communes.
	putStreets(t, s, 1, way("way/1", "Phố Huế", "00091", at(0, 0), at(0, 1000)))
	places, next := mapped(t, s, version)
	if next != version+1 || len(places) != 3 || places["00082 Phố Huế"].OnMap || !places["00070 Phố Huế"].OnMap || !places["00091 Phố Huế"].OnMap {
		t.Errorf("%+v", places)
	}
	update(t, s, func(w registry.Writer) error {
		_, err := w.RemoveStreets(1, 100)
		return err
	})
	for name, p := range must(mapped(t, s, next)) {
		if p.OnMap {
			t.Errorf("%s is still on the map", name)
		}
	}
}

func must(places map[string]*registry.NamedPlace, _ int64) map[string]*registry.NamedPlace {
	return places
}

func streetsWithHouses(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0]) // Phố Hàng Bạc
	insert(t, s, 0, a)
	putStreets(t, s, 1, way("way/1", "phố hàng bạc", "00070", at(0, 0), at(0, 1000)))
	places, _ := mapped(t, s, 0)
	if p := places["00070 Phố Hàng Bạc"]; len(places) != 1 || p == nil || p.Count != 1 || !p.OnMap {
		t.Fatalf("%+v", places)
	}
	update(t, s, func(w registry.Writer) error { return w.Remove(a.Code) })
	if p := must(mapped(t, s, 0))["00070 Phố Hàng Bạc"]; p.Count != 0 || !p.OnMap {
		t.Errorf("without the house: %+v", p)
	}
	insert(t, s, 0, a)
	update(t, s, func(w registry.Writer) error {
		_, err := w.RemoveStreets(1, 100)
		return err
	})
	if p := must(mapped(t, s, 0))["00070 Phố Hàng Bạc"]; p.Count != 1 || p.OnMap || p.Centre != a.Point() {
		t.Errorf("without the map: %+v", p)
	}
	putStreets(t, s, 1, way("way/1", "phố hàng bạc", "00070", at(0, 0), at(0, 1000)))
	if err := s.RebuildNamedPlaces(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if p := must(mapped(t, s, 0))["00070 Phố Hàng Bạc"]; p.Count != 1 || !p.OnMap {
		t.Errorf("after a rebuild: %+v", p)
	}
}

func failedStreets(t *testing.T, s registry.Store) {
	no := errors.New("no")
	err := s.Update(t.Context(), func(w registry.Writer) error {
		if _, err := w.PutStreets(1, []registry.Street{way("way/1", "Phố Huế", "00070", at(0, 0), at(0, 1000))}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	if places, version := mapped(t, s, 0); len(places) != 0 || version != 0 || len(streetsIn(t, s, everywhere, "", 9)) != 0 {
		t.Errorf("%+v, version %d", places, version)
	}
	if got := putStreets(t, s, 1, way("way/1", "Phố Huế", "00070", at(0, 0), at(0, 1000))); got[0] != registry.MapAdded {
		t.Errorf("then %v", got)
	}
	if places, _ := mapped(t, s, 0); len(places) != 1 {
		t.Errorf("then %+v", places)
	}
}
