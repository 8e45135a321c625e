package storetest

import (
	"math"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var rangeTests = []test{
	{"ranges are in key order with both ends inside", rangeOrder},
	{"a range stops when told and allows reading on the way", rangeStops},
	{"positions in a range are the active ones inside the box", positionsWithin},
	{"likeness finds all that share it", likeness},
	{"external ids find their address", externalIDs},
}

func rangeOrder(t *testing.T, s registry.Store) {
	codes := Codes(t, 60)
	var want []uint64
	as := make([]*registry.Address, len(codes))
	for i, c := range codes {
		as[i] = Address(c)
		want = append(want, c.Key())
		if i%5 == 0 {
			as[i].Status = registry.StatusRetired
		}
	}
	for i := range as { // 7 and 60 have no common divisor: every address once, in no order
		insert(t, s, 1, as[i*7%len(as)])
	}
	first, last := want[0], want[len(want)-1]
	for _, c := range []struct {
		name   string
		lo, hi uint64
		want   []uint64
	}{
		{"all", 0, math.MaxUint64, want},
		{"from first to last", first, last, want},
		{"without the ends", first + 1, last - 1, want[1 : len(want)-1]},
		{"one", want[3], want[3], want[3:4]},
		{"before", 0, first - 1, nil},
		{"behind", last + 1, math.MaxUint64, nil},
		{"empty: low above high", last, first, nil},
		{"highest", math.MaxUint64, math.MaxUint64, nil},
	} {
		view(t, s, func(r registry.Reader) error {
			keys, err := r.KeysInRange(c.lo, c.hi)
			if err != nil || !slices.Equal(keys, c.want) {
				t.Errorf("%s: KeysInRange gave %v, %v; want %v", c.name, keys, err, c.want)
			}
			var seen []uint64
			err = r.AddressesInRange(c.lo, c.hi, func(a *registry.Address) bool {
				i := len(seen)
				seen = append(seen, a.Code.Key())
				if i < len(c.want) {
					wantAddress(t, c.name, a, as[slices.Index(want, c.want[i])])
				}
				return true
			})
			if err != nil || !slices.Equal(seen, c.want) {
				t.Errorf("%s: AddressesInRange gave %v, %v; want %v", c.name, seen, err, c.want)
			}
			return nil
		})
	}
}

func rangeStops(t *testing.T, s registry.Store) {
	codes := Codes(t, 10)
	for _, c := range codes {
		insert(t, s, 1, Address(c))
	}
	read := func(r registry.Reader) error {
		var seen int
		err := r.AddressesInRange(0, math.MaxUint64, func(a *registry.Address) bool {
			seen++
			if b, err := r.Address(a.Code); err != nil || b.Code != a.Code {
				t.Errorf("read of one address inside a range: %v, %v", b, err)
			}
			var inner int
			if err := r.AddressesInRange(a.Code.Key(), math.MaxUint64, func(*registry.Address) bool {
				inner++
				return true
			}); err != nil || inner != len(codes)-seen+1 {
				t.Errorf("range inside a range: %d addresses, %v; want %d", inner, err, len(codes)-seen+1)
			}
			return seen < 4
		})
		if err != nil || seen != 4 {
			t.Errorf("stopped after %d addresses, %v; want 4", seen, err)
		}
		return nil
	}
	view(t, s, read)
	update(t, s, func(w registry.Writer) error { return read(w) })
}

func positionsWithin(t *testing.T, s registry.Store) {
	codes := Codes(t, 25)
	const lat, lon, step = 210287000, 1058524000, 10 // a grid of 5 × 5 points, 1e-6 degrees apart
	at := func(i int) geo.Point { return geo.Point{LatE7: lat + int32(i/5)*step, LonE7: lon + int32(i%5)*step} }
	as := make([]*registry.Address, len(codes))
	for i, c := range codes {
		as[i] = Address(c)
		as[i].Positions[0].Point = at(i)
		// A second position, far off, is not the one that counts.
		as[i].Positions = append(as[i].Positions, position(registry.PositionBuilding, lat+100*step, lon+100*step, geo.SourceGPS, 0))
		if i%7 == 3 {
			as[i].Status = registry.StatusRetired
		}
		if i%4 == 1 {
			as[i].Flags = []registry.Flag{registry.FlagProtected}
		}
	}
	for i := range as { // 7 and 25 have no common divisor: every address once, in no order
		insert(t, s, 1, as[i*7%len(as)])
	}
	all := [2]geo.Point{at(0), at(24)}
	for _, c := range []struct {
		name string
		box  [2]geo.Point // south-west, north-east
	}{
		{"all", all},
		{"the middle, edges included", [2]geo.Point{at(6), at(18)}},
		{"one point", [2]geo.Point{at(12), at(12)}},
		{"just short of the north-east edges", [2]geo.Point{at(0), {LatE7: at(24).LatE7 - 1, LonE7: at(24).LonE7 - 1}}},
		{"just past the south-west edges", [2]geo.Point{{LatE7: lat + 1, LonE7: lon + 1}, at(24)}},
		{"between the points", [2]geo.Point{{LatE7: lat + 1, LonE7: lon + 1}, {LatE7: lat + step - 1, LonE7: lon + step - 1}}},
		{"corners exchanged", [2]geo.Point{at(24), at(0)}},
		{"north and south exchanged", [2]geo.Point{{LatE7: at(24).LatE7, LonE7: at(0).LonE7}, {LatE7: at(0).LatE7, LonE7: at(24).LonE7}}},
		{"west and east exchanged", [2]geo.Point{{LatE7: at(0).LatE7, LonE7: at(24).LonE7}, {LatE7: at(24).LatE7, LonE7: at(0).LonE7}}},
		{"a country", [2]geo.Point{{LatE7: 5e7, LonE7: 100e7}, {LatE7: 25e7, LonE7: 120e7}}},
		{"across the equator", [2]geo.Point{{LatE7: -15_000, LonE7: lon}, {LatE7: 15_000, LonE7: lon}}},
	} {
		for _, protected := range []bool{true, false} {
			var want []int
			for i, a := range as {
				if a.HasFlag(registry.FlagProtected) && !protected {
					continue
				}
				p := a.Positions[0].Point
				if a.Status == registry.StatusActive &&
					c.box[0].LatE7 <= p.LatE7 && p.LatE7 <= c.box[1].LatE7 && c.box[0].LonE7 <= p.LonE7 && p.LonE7 <= c.box[1].LonE7 {
					want = append(want, i)
				}
			}
			for stop := range len(want) + 1 { // 0: never
				var got []int
				view(t, s, func(r registry.Reader) error {
					return r.PositionsWithin(c.box[0], c.box[1], protected, func(key uint64, p geo.Point) bool {
						i := slices.IndexFunc(codes, func(c addresscode.Code) bool { return c.Key() == key })
						if i < 0 || p != at(i) {
							t.Errorf("%s: key %d lies at %v", c.name, key, p)
						}
						got = append(got, i)
						return len(got) != stop
					})
				})
				slices.Sort(got)
				unique := slices.Compact(slices.Clone(got))
				switch {
				case stop == 0 && !slices.Equal(got, want):
					t.Errorf("%s: got %v, want %v", c.name, got, want)
				case stop > 0 && (len(got) != stop || len(unique) != stop):
					t.Errorf("%s, stopped after %d: got %v", c.name, stop, got)
				}
			}
		}
	}
	// A position that changes is found at its new place, and a retired address no more.
	moved := next(as[0], func(a *registry.Address) { a.Positions = slices.Clone(a.Positions); a.Positions[0].Point = at(12) })
	retired := next(as[12], func(a *registry.Address) { a.Status = registry.StatusRetired })
	update(t, s, func(w registry.Writer) error {
		if err := w.Replace(moved, 1); err != nil {
			return err
		}
		return w.Replace(retired, 1)
	})
	view(t, s, func(r registry.Reader) error {
		var keys []uint64
		err := r.PositionsWithin(at(12), at(12), true, func(key uint64, _ geo.Point) bool {
			keys = append(keys, key)
			return true
		})
		if !slices.Equal(keys, []uint64{codes[0].Key()}) {
			t.Errorf("after a move and a retirement: keys %v, want %d", keys, codes[0].Key())
		}
		return err
	})
}

func likeness(t *testing.T, s registry.Store) {
	codes := Codes(t, 6)
	values := []uint64{0, 0, math.MaxUint64, 1 << 63, 42, 42}
	for i := len(codes) - 1; i >= 0; i-- {
		insert(t, s, values[i], Address(codes[i]))
	}
	want := func(likeness uint64, want ...int) {
		t.Helper()
		view(t, s, func(r registry.Reader) error {
			found, err := r.ByLikeness(likeness)
			if err != nil || len(found) != len(want) {
				t.Errorf("likeness %d: %d addresses, %v; want %d", likeness, len(found), err, len(want))
				return nil
			}
			for i, a := range found {
				if a.Code != codes[want[i]] {
					t.Errorf("likeness %d: got %v at %d, want %v (order of place)", likeness, a.Code, i, codes[want[i]])
				}
			}
			return nil
		})
	}
	want(0, 0, 1)
	want(math.MaxUint64, 2)
	want(1<<63, 3)
	want(42, 4, 5)
	want(7)
	update(t, s, func(w registry.Writer) error {
		return w.Replace(next(Address(codes[4]), func(*registry.Address) {}), 7)
	})
	want(42, 5)
	want(7, 4)
	update(t, s, func(w registry.Writer) error { return w.Remove(codes[5]) })
	want(42)
}

func externalIDs(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	a, b := Address(codes[0]), Address(codes[1])
	a.ExternalIDs = []registry.ExternalID{
		{Scheme: "osm", Value: "node/1"}, {Scheme: "OSM", Value: "node/1"}, {Scheme: "osm", Value: "NODE/1"},
		{Scheme: "shop", Value: "Nguyễn"}, {Scheme: "shop", Value: "old", ValidFrom: 20200101, ValidTo: 20210101},
		{Scheme: "shop", Value: "old", ValidFrom: 20220101},
	}
	b.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/2"}, {Scheme: "shop", Value: "Nguyê\u0303n"}}
	insert(t, s, 1, a, b)
	want := func(scheme, value string, want *registry.Address) {
		t.Helper()
		view(t, s, func(r registry.Reader) error {
			code, err := r.ByExternalID(scheme, value)
			if want == nil {
				wantCode(t, scheme+":"+value, err, registry.CodeNotFound)
			} else if err != nil || code != want.Code {
				t.Errorf("%s:%s is %v, %v; want %v", scheme, value, code, err, want.Code)
			}
			return nil
		})
	}
	for _, x := range []*registry.Address{a, b} {
		for _, id := range x.ExternalIDs {
			want(id.Scheme, id.Value, x)
		}
	}
	want("osm", "node/3", nil)
	want("", "", nil)

	// An id of another address is refused, and nothing of the refused write stays, though the update goes on.
	c := Address(codes[2])
	c.ExternalIDs = []registry.ExternalID{{Scheme: "new", Value: "1"}, {Scheme: "osm", Value: "node/2"}, {Scheme: "new", Value: "2"}}
	a2 := next(a, func(x *registry.Address) { x.ExternalIDs = c.ExternalIDs })
	update(t, s, func(w registry.Writer) error {
		wantCode(t, "insert with another's id", w.Insert(c, 5), registry.CodeExternalIDConflict)
		wantCode(t, "replace with another's id", w.Replace(a2, 5), registry.CodeExternalIDConflict)
		twice := Address(codes[0])
		twice.ExternalIDs = []registry.ExternalID{{Scheme: "new", Value: "3"}}
		wantCode(t, "insert of a given code", w.Insert(twice, 5), registry.CodeVersionConflict)
		return w.SetMeta("went on", "yes")
	})
	want("new", "1", nil)
	want("new", "2", nil)
	want("new", "3", nil)
	view(t, s, func(r registry.Reader) error {
		_, err := r.Address(c.Code)
		wantCode(t, "the refused address", err, registry.CodeNotFound)
		if found, err := r.ByLikeness(5); err != nil || len(found) != 0 {
			t.Errorf("likeness of refused writes: %v, %v; want none", found, err)
		}
		wantCount(t, r, 2, 0)
		return nil
	})
	wantAddress(t, "the address whose change was refused", get(t, s, a.Code), a)

	// A replaced list frees what it no longer holds and keeps the rest.
	update(t, s, func(w registry.Writer) error {
		if err := w.Replace(next(b, func(x *registry.Address) {
			x.ExternalIDs = []registry.ExternalID{{Scheme: "shop", Value: "Nguyê\u0303n", Source: "now with a source"}, {Scheme: "new", Value: "1"}}
		}), 1); err != nil {
			return err
		}
		return w.Replace(next(a, func(x *registry.Address) { x.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/2"}} }), 1)
	})
	want("osm", "node/2", a)
	want("osm", "node/1", nil)
	want("shop", "Nguyê\u0303n", b)
	want("new", "1", b)
	update(t, s, func(w registry.Writer) error { return w.Remove(b.Code) })
	want("new", "1", nil)
	want("osm", "node/2", a)
}
