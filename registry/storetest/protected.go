package storetest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

var protectedTests = []test{
	{"a protected address is not there for those who must not know of it", protectedAddress},
	{"a protected address is at no named place, and comes back to it", protectedPlaces},
	{"flats of one door are one door", doors},
	{"marks are all addresses in order, the protected ones for those who may know", marks},
}

func protectedAddress(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	open, hidden := Address(codes[0]), Address(codes[1])
	hidden.Flags = []registry.Flag{registry.FlagSpilled, registry.FlagProtected}
	insert(t, s, 1, open, hidden)
	wantAddress(t, "read by those who may know", get(t, s, codes[1]), hidden)
	for i, code := range codes {
		a, err := s.OpenAddress(t.Context(), code)
		view(t, s, func(r registry.Reader) error {
			b, viewErr := r.OpenAddress(code)
			if i == 0 {
				wantAddress(t, "open", a, open)
				wantAddress(t, "open, in a view", b, open)
				return viewErr
			}
			wantCode(t, fmt.Sprint("open ", i), err, registry.CodeNotFound)
			wantCode(t, fmt.Sprint("open, in a view, ", i), viewErr, registry.CodeNotFound)
			return nil
		})
	}
	if _, err := s.OpenAddress(t.Context(), codes[0]); err != nil {
		t.Error(err)
	}
}

// placesOf are the active addresses of all named places, by name.
func placesOf(t *testing.T, s registry.Store) map[string][]uint64 {
	t.Helper()
	found := map[string][]uint64{}
	view(t, s, func(r registry.Reader) error {
		return r.NamedPlacesSince(0, func(p *registry.NamedPlace) bool {
			var keys []uint64
			if err := r.NamedPlaceKeys(p.ID, "", "", false, func(_ string, key uint64) bool {
				keys = append(keys, key)
				return true
			}); err != nil {
				t.Error(err)
			}
			if int64(len(keys)) != p.Count {
				t.Errorf("%s counts %d and has %d", p.Name, p.Count, len(keys))
			}
			if p.Count > 0 {
				found[p.Name] = keys
			}
			return true
		})
	})
	return found
}

func protectedPlaces(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	a, b := Address(codes[0]), Address(codes[1])
	b.Components.Street = "Phố Hàng Đào"
	insert(t, s, 1, a, b)
	replace := func(a *registry.Address, flags ...registry.Flag) *registry.Address {
		t.Helper()
		after := next(a, func(a *registry.Address) { a.Flags = flags })
		update(t, s, func(w registry.Writer) error {
			if err := w.Replace(after, 1); err != nil {
				return err
			}
			return w.AppendEvent(changed("updated", a, after))
		})
		return after
	}
	want := func(when string, streets ...string) {
		t.Helper()
		found := placesOf(t, s)
		if len(found) != len(streets) {
			t.Errorf("%s: %v, want %v", when, found, streets)
		}
		for _, street := range streets {
			if len(found[street]) != 1 {
				t.Errorf("%s: %s has %v", when, street, found[street])
			}
		}
	}
	want("at first", "Phố Hàng Bạc", "Phố Hàng Đào")
	b = replace(b, registry.FlagProtected)
	want("protected", "Phố Hàng Bạc")
	if err := s.RebuildNamedPlaces(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want("protected, built anew", "Phố Hàng Bạc")
	b = replace(b, registry.FlagProtected, registry.FlagOffCoast)
	want("protected, changed", "Phố Hàng Bạc")
	replace(b)
	want("no longer protected", "Phố Hàng Bạc", "Phố Hàng Đào")
}

func doors(t *testing.T, s registry.Store) {
	codes := Codes(t, 10)
	as := make([]*registry.Address, len(codes))
	for i, code := range codes {
		as[i] = Address(code)
		as[i].Components.HouseNumber = fmt.Sprint(i)
	}
	tower := registry.Components{Building: "Chung cư X", Alley: []string{"1", "2"}, Block: "A"}
	for i, unit := range []string{"101", "102", "103"} { // 2, 3, 4 and 6 by floor
		as[2+i].Components = tower
		as[2+i].Components.Unit = unit
	}
	as[3].Kind = registry.KindBusiness
	as[6].Components = tower
	as[6].Components.Floor = "12"
	as[5].Components = tower // the house itself is an address of its own
	as[7].Components = tower
	as[7].Components.Unit, as[7].Components.Block = "101", "B"
	as[8].Components = tower
	as[8].Components.Unit, as[8].Flags = "104", []registry.Flag{registry.FlagProtected}
	as[4].Status = registry.StatusRetired
	insert(t, s, 1, as...)

	look := func(lo, hi int, single bool, stop int) []int {
		t.Helper()
		var got []int
		view(t, s, func(r registry.Reader) error {
			return r.DoorsInRange(codes[lo].Key(), codes[hi].Key(), single, func(d registry.Door) bool {
				i := slices.IndexFunc(as, func(a *registry.Address) bool { return a.Code.Key() == d.Key })
				if i < 0 {
					t.Fatalf("unknown key %d", d.Key)
				}
				a := as[i]
				if d.Active != (a.Status == registry.StatusActive) || d.Commune != a.Commune ||
					(d.Flats != "") != (!single && a.Components.Unit+a.Components.Floor != "") {
					t.Errorf("door %d is %+v", i, d)
				}
				got = append(got, i)
				return len(got) != stop
			})
		})
		slices.Sort(got)
		return got
	}
	for _, c := range []struct {
		lo, hi int
		single bool
		want   []int
	}{
		{0, 9, false, []int{0, 1, 2, 4, 5, 7, 9}}, // 2 stands for 3 and 6; 4 is retired; 8 is protected
		{3, 9, false, []int{3, 4, 5, 7, 9}},
		{6, 6, false, []int{6}},
		{8, 8, false, nil},
		{0, 9, true, []int{0, 1, 2, 3, 4, 5, 6, 7, 9}},
	} {
		if got := look(c.lo, c.hi, c.single, 0); !slices.Equal(got, c.want) {
			t.Errorf("doors from %d to %d, single %t: %v, want %v", c.lo, c.hi, c.single, got, c.want)
		}
	}
	if got := look(0, 9, false, 2); len(got) != 2 {
		t.Errorf("stopped after 2: %v", got)
	}
}

func marks(t *testing.T, s registry.Store) {
	codes := Codes(t, 4)
	var want []registry.MarkRow
	for i, code := range codes {
		a := Address(code)
		row := registry.MarkRow{Key: code.Key(), Status: a.Status, Point: a.Point()}
		switch i {
		case 0:
			a.Components = registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên", Hamlet: "h", Quarter: "q", Building: "b", Block: "A"}
			row.Components = a.Components
		case 1:
			a.Components = registry.Components{Building: "Chung cư X", Floor: "3"}
			row.Components, row.Flat = registry.Components{Building: "Chung cư X"}, true
		case 2:
			a.Flags = append(a.Flags, registry.FlagSpilled, registry.FlagProtected)
			row.Protected = true
		case 3:
			a.Status, a.Commune = registry.StatusRetired, ""
			row.Status = a.Status
		}
		if i > 1 {
			row.Components = a.Components
			row.Flat = a.Components.Unit+a.Components.Floor != ""
			row.Components.Unit, row.Components.Floor = "", ""
		}
		row.Commune = a.Commune
		want = append(want, row)
		insert(t, s, 1, a)
	}
	read := func(lo, hi uint64, protected bool) (rows []registry.MarkRow) {
		view(t, s, func(r registry.Reader) error {
			return r.MarksInRange(lo, hi, registry.MarkOrders, protected, func(m registry.MarkRow) bool {
				rows = append(rows, m)
				return true
			})
		})
		return rows
	}
	if got := read(0, math.MaxUint64, true); !reflect.DeepEqual(got, want) {
		t.Errorf("all: %+v\nwant %+v", got, want)
	}
	if got := read(0, math.MaxUint64, false); !reflect.DeepEqual(got, append(slices.Clone(want[:2]), want[3])) {
		t.Errorf("for those who must not know: %+v", got)
	}
	view(t, s, func(r registry.Reader) error {
		order := registry.MarkOrder(codes[2].Key())
		for _, below := range []int64{0, order, order + 1} {
			var rows []registry.MarkRow
			if err := r.MarksInRange(0, math.MaxUint64, below, true, func(m registry.MarkRow) bool {
				rows = append(rows, m)
				return true
			}); err != nil {
				return err
			}
			wanted := slices.DeleteFunc(slices.Clone(want), func(m registry.MarkRow) bool { return !m.Flat && registry.MarkOrder(m.Key) >= below })
			if !reflect.DeepEqual(rows, wanted) {
				t.Errorf("below %d: %+v", below, rows)
			}
		}
		for most, counted := range map[int]int{0: 0, 1: 1, 3: 3, 100: 4} {
			if n, err := r.CountKeys([][2]uint64{{0, codes[1].Key()}, {codes[1].Key() + 1, math.MaxUint64}}, most); err != nil || n != counted {
				t.Errorf("counted %d of at most %d, %v", n, most, err)
			}
		}
		return nil
	})
	if got := read(codes[1].Key(), codes[2].Key(), true); !reflect.DeepEqual(got, want[1:3]) {
		t.Errorf("a range: %+v", got)
	}
}
