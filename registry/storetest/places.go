package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var placeTests = []test{
	{"named places follow every write", placesFollow},
	{"a rolled back update leaves no named place changed", placesRollBack},
	{"house keys are in order of the numbers", houseKeyOrder},
	{"rebuilding named places changes nothing", placesRebuild},
}

// places are the named places that have addresses, by kind, commune and name.
func places(t testing.TB, s registry.Store) map[string]registry.NamedPlace {
	t.Helper()
	all := map[string]registry.NamedPlace{}
	view(t, s, func(r registry.Reader) error {
		version, err := r.NamedPlacesVersion()
		if err != nil {
			return err
		}
		return r.NamedPlacesSince(0, func(p *registry.NamedPlace) bool {
			if p.Version > version {
				t.Errorf("%s changed in version %d, the last is %d", p.Name, p.Version, version)
			}
			if p.Count > 0 {
				all[fmt.Sprintf("%s %s %s", p.Kind, p.Commune, p.Name)] = *p
			}
			return true
		})
	})
	return all
}

func wantCounts(t testing.TB, s registry.Store, want map[string]int64) {
	t.Helper()
	got := places(t, s)
	for name, n := range want {
		if got[name].Count != n {
			t.Errorf("%s has %d addresses, want %d", name, got[name].Count, n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d named places, want %d: %v", len(got), len(want), got)
	}
}

// houses are the house keys and codes of a place in a range.
func houses(t testing.TB, s registry.Store, place int64, from, to string, descending bool) (keys []string, codes []uint64) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		return r.NamedPlaceKeys(place, from, to, descending, func(house string, key uint64) bool {
			keys, codes = append(keys, house), append(codes, key)
			return true
		})
	})
	return keys, codes
}

func placesFollow(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	a, b, c := Address(codes[0]), Address(codes[1]), Address(codes[2])
	b.Components = registry.Components{HouseNumber: "14", Street: "đường Hàng Bạc", Quarter: "Tổ 3", Building: "Tháp A", Unit: "1205"}
	b.Positions = []registry.TypedPosition{position(registry.PositionEntrance, 210289000, 1058528000, geo.SourceGPS, 5)}
	c.Components = registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "HÀNG BẠC"}
	c.Commune = "00082"
	insert(t, s, 1, a, b, c)
	wantCounts(t, s, map[string]int64{
		"street 00070 Phố Hàng Bạc": 2, "quarter 00070 Tổ 3": 1, "building 00070 Tháp A": 1, "street 00082 HÀNG BẠC": 1,
	})
	street := places(t, s)["street 00070 Phố Hàng Bạc"]
	if want := (geo.Point{LatE7: 210288000, LonE7: 1058526000}); street.Centre != want {
		t.Errorf("centre %v, want %v", street.Centre, want)
	}
	if street.SouthWest != a.Point() || street.NorthEast != b.Point() {
		t.Errorf("corners %v %v", street.SouthWest, street.NorthEast)
	}
	keys, got := houses(t, s, street.ID, "", "", false)
	if !slices.Equal(keys, []string{"212a", "214!41205"}) || !slices.Equal(got, []uint64{a.Code.Key(), b.Code.Key()}) {
		t.Errorf("houses %v %v", keys, got)
	}
	seen := street.Version
	update(t, s, func(w registry.Writer) error {
		moved := next(b, func(x *registry.Address) {
			x.Components.Street = "Phố Hàng Bồ"
			x.Components.Building = ""
		})
		if err := w.Replace(moved, 1); err != nil {
			return err
		}
		retired := next(c, func(x *registry.Address) { x.Status = registry.StatusRetired })
		return w.Replace(retired, 1)
	})
	wantCounts(t, s, map[string]int64{"street 00070 Phố Hàng Bạc": 1, "street 00070 Phố Hàng Bồ": 1, "quarter 00070 Tổ 3": 1})
	changed := map[string]int64{}
	view(t, s, func(r registry.Reader) error {
		return r.NamedPlacesSince(seen, func(p *registry.NamedPlace) bool {
			changed[p.Commune+p.Name] = p.Count
			return true
		})
	})
	if n, told := changed["00082HÀNG BẠC"]; !told || n != 0 {
		t.Errorf("a place that lost its last address is not told of: %v", changed)
	}
	if _, told := changed["00070Tháp A"]; !told {
		t.Errorf("the building that lost its last address is not told of: %v", changed)
	}
	update(t, s, func(w registry.Writer) error { return w.Remove(a.Code) })
	wantCounts(t, s, map[string]int64{"street 00070 Phố Hàng Bồ": 1, "quarter 00070 Tổ 3": 1})
	if keys, _ := houses(t, s, street.ID, "", "", false); len(keys) != 0 {
		t.Errorf("the empty street still has %v", keys)
	}
}

func placesRollBack(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	insert(t, s, 1, Address(codes[0]))
	b := Address(codes[1])
	b.Components.Street = "Phố Hàng Đào"
	err := s.Update(t.Context(), func(w registry.Writer) error {
		if err := w.Insert(b, 1); err != nil {
			return err
		}
		return errGaveUp
	})
	if !errors.Is(err, errGaveUp) {
		t.Fatal(err)
	}
	wantCounts(t, s, map[string]int64{"street 00070 Phố Hàng Bạc": 1})
	insert(t, s, 1, b) // the street must be made anew
	wantCounts(t, s, map[string]int64{"street 00070 Phố Hàng Bạc": 1, "street 00070 Phố Hàng Đào": 1})
}

func houseKeyOrder(t *testing.T, s registry.Store) {
	numbers := []string{"", "2", "9", "10", "12", "12/3", "12/3/1", "12/34", "12A", "13", "100", "Lô A5", "Lô A12"}
	var as []*registry.Address
	for i, code := range Codes(t, len(numbers)) {
		a := Address(code)
		a.Components.HouseNumber = numbers[i]
		as = append(as, a)
	}
	insert(t, s, 1, as...)
	street := places(t, s)["street 00070 Phố Hàng Bạc"].ID
	_, got := houses(t, s, street, "", "", false)
	for i, key := range got {
		if key != as[i].Code.Key() {
			t.Errorf("%q is not at place %d", numbers[i], i)
		}
	}
	_, down := houses(t, s, street, "", "", true)
	slices.Reverse(down)
	if !slices.Equal(down, got) || len(got) != len(as) {
		t.Errorf("descending is not ascending turned round")
	}
	alley := registry.AlleyOf(registry.HousePathKey([]string{"12"}))
	keys, _ := houses(t, s, street, alley.From, alley.To, false)
	if want := []string{"212/13", "212/13/11", "212/234"}; !slices.Equal(keys, want) {
		t.Errorf("the alley of 12 is %v, want %v", keys, want)
	}
	stops := 0
	view(t, s, func(r registry.Reader) error {
		return r.NamedPlaceKeys(street, "", "", false, func(string, uint64) bool { stops++; return false })
	})
	if stops != 1 {
		t.Errorf("yield was called %d times after it said stop", stops-1)
	}
}

func placesRebuild(t *testing.T, s registry.Store) {
	var as []*registry.Address
	for i, code := range Codes(t, 50) {
		a := Address(code)
		variants[i%len(variants)].change(a)
		a.ExternalIDs = nil
		as = append(as, a)
	}
	insert(t, s, 1, as...)
	before := places(t, s)
	var done int64
	if err := s.RebuildNamedPlaces(t.Context(), func(n int64) { done = n }); err != nil {
		t.Fatal(err)
	}
	if done != int64(len(as)) {
		t.Errorf("told of %d addresses, want %d", done, len(as))
	}
	after := places(t, s)
	for name, p := range after {
		p.Version = before[name].Version
		if p != before[name] {
			t.Errorf("%s was %+v, is %+v", name, before[name], p)
		}
	}
	if len(after) != len(before) || len(after) == 0 {
		t.Errorf("%d places, %d before", len(after), len(before))
	}
}
