package sqlite

import (
	"database/sql/driver"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// The kinds of places as the migrations number them: index = stored value.
var placeKindNumbers = []registry.PlaceKind{"", registry.PlaceStreet, registry.PlaceHamlet, registry.PlaceQuarter, registry.PlaceBuilding}

func (r *reader) NamedPlacesVersion() (int64, error) {
	if _, err := r.c.one(stmtPlaceVersion, 1); err != nil {
		return 0, failure("read named places", err)
	}
	version, _ := r.c.dest[0].(int64) // NULL while there is none
	return version, nil
}

func (r *reader) NamedPlacesSince(version int64, yield func(*registry.NamedPlace) bool) error {
	return r.scan(stmtPlacesSince, 15, func() (bool, error) {
		row := r.c.dest
		var n [12]int64
		for i := range n {
			n[i], _ = row[i].(int64)
		}
		if !within(placeKindNumbers, n[1]) {
			return false, damaged("read named places", fmt.Sprintf("the row of %d has a kind that this version does not know", n[0]))
		}
		p := &registry.NamedPlace{ID: n[0], Kind: placeKindNumbers[n[1]], Commune: communeText(&n[2]), Count: n[4], Version: n[11]}
		p.Name, _ = row[3].(string)
		if p.Count > 0 {
			p.Centre = geo.Point{LatE7: int32(n[5] / p.Count), LonE7: int32(n[6] / p.Count)}
			p.SouthWest = geo.Point{LatE7: int32(n[7]), LonE7: int32(n[8])}
			p.NorthEast = geo.Point{LatE7: int32(n[9]), LonE7: int32(n[10])}
		}
		if lat, ok := row[12].(int64); ok {
			lon, _ := row[13].(int64)
			p.OnMap, p.MapPoint = true, geo.Point{LatE7: int32(lat), LonE7: int32(lon)}
			p.MapReachM, _ = row[14].(float64)
		}
		return yield(p), nil
	}, version)
}

func (r *reader) NamedPlaceKeys(place int64, from, to string, descending bool, yield func(string, uint64) bool) error {
	id := stmtPlaceAddresses
	if descending {
		id = stmtPlaceAddressesDown
	}
	if to == "" {
		to = string(utf8.MaxRune) // no text sorts after it
	}
	return r.scan(id, 2, func() (bool, error) {
		house, _ := r.c.dest[0].(string)
		key, _ := r.c.dest[1].(int64)
		return yield(house, uint64(key)), nil
	}, place, from, to)
}

// placeIdentity is the unique key of a named place.
type placeIdentity struct {
	commune, kind int64
	key           string
}

// placeChange is what updates did to a named place.
type placeChange struct {
	n, latSum, lonSum        int64
	south, west, north, east int64
}

func (c *placeChange) add(o placeChange) {
	c.n, c.latSum, c.lonSum = c.n+o.n, c.latSum+o.latSum, c.lonSum+o.lonSum
	c.south, c.west = min(c.south, o.south), min(c.west, o.west)
	c.north, c.east = max(c.north, o.north), max(c.east, o.east)
}

// noChange has the corners the wrong way round, as a place without addresses.
var noChange = placeChange{south: 900_000_000, west: 1_800_000_000, north: -900_000_000, east: -1_800_000_000}

// placeBook gathers what a transaction does to named places, so that a place is written once for all of its addresses.
// Only writeLoop uses it.
type placeBook struct {
	ids     map[placeIdentity]int64 // known to be in the table
	fresh   []placeIdentity         // of ids: put there by the running update
	update  map[int64]placeChange   // by the running update
	pending map[int64]placeChange   // by the updates before it in the transaction

	// Addresses with keys above done are not yet in the tables: a build is to take them in.
	done, doneBeforeUpdate, doneBeforeGroup int64
	emptied                                 bool // the running update emptied the tables
}

// maxPlaceIDs bounds the memory of a long load; forgetting costs a seek per place.
const maxPlaceIDs = 1 << 16

func (b *placeBook) begin() {
	if b.ids == nil || len(b.ids) > maxPlaceIDs {
		b.ids = map[placeIdentity]int64{}
	}
	if b.update == nil {
		b.update, b.pending = map[int64]placeChange{}, map[int64]placeChange{}
	}
	clear(b.update)
	clear(b.pending)
	b.fresh = b.fresh[:0]
	b.doneBeforeGroup, b.doneBeforeUpdate = b.done, b.done
}

// endUpdate keeps what the running update did, or drops it when it was rolled back.
func (b *placeBook) endUpdate(kept bool) {
	if kept && b.emptied {
		clear(b.pending) // of addresses that the build will take in
	}
	b.emptied = false
	if !kept {
		b.done = b.doneBeforeUpdate
	}
	b.doneBeforeUpdate = b.done
	for id, c := range b.update {
		if kept {
			b.change(b.pending, id, c)
		}
	}
	clear(b.update)
	for _, identity := range b.fresh {
		if !kept {
			delete(b.ids, identity)
		}
	}
	b.fresh = b.fresh[:0]
}

func (b *placeBook) change(to map[int64]placeChange, id int64, c placeChange) {
	have, ok := to[id]
	if !ok {
		have = noChange
	}
	have.add(c)
	to[id] = have
}

// forget is for a transaction that was lost: places it put into the table are not there.
func (b *placeBook) forget() {
	clear(b.ids)
	clear(b.update)
	clear(b.pending)
	b.done = b.doneBeforeGroup
}

// flush writes the changes of a transaction, under the next version.
func (b *placeBook) flush(c *conn) error {
	if len(b.pending) == 0 {
		return nil
	}
	if _, err := c.one(stmtPlaceVersion, 1); err != nil {
		return err
	}
	version, _ := c.dest[0].(int64)
	version++
	for _, id := range slices.Sorted(maps.Keys(b.pending)) {
		p := b.pending[id]
		if err := c.exec(stmtChangePlace, id, p.n, p.latSum, p.lonSum, p.south, p.west, p.north, p.east, version); err != nil {
			return err
		}
	}
	clear(b.pending)
	return nil
}

// enterPlaces puts an address into its named places, unless a build that has not come to it will.
func (w *writer) enterPlaces(a *registry.Address, key int64) error {
	if key > w.places.done {
		return nil
	}
	return w.eachPlace(a, func(place int64, house string) error {
		p := a.Point()
		lat, lon := int64(p.LatE7), int64(p.LonE7)
		w.places.change(w.places.update, place, placeChange{n: 1, latSum: lat, lonSum: lon, south: lat, west: lon, north: lat, east: lon})
		return w.c.exec(stmtInsertPlaceAddress, place, house, key)
	})
}

// leavePlaces takes an address out of its named places.
func (w *writer) leavePlaces(a *registry.Address, key int64) error {
	if key > w.places.done {
		return nil
	}
	return w.eachPlace(a, func(place int64, house string) error {
		p, c := a.Point(), noChange
		c.n, c.latSum, c.lonSum = -1, -int64(p.LatE7), -int64(p.LonE7)
		w.places.change(w.places.update, place, c)
		return w.c.exec(stmtDeletePlaceAddress, place, house, key)
	})
}

func (w *writer) movePlaces(before, after *registry.Address, key int64) error {
	if before.Commune == after.Commune && before.Point() == after.Point() &&
		slices.Equal(registry.PlaceRefs(before), registry.PlaceRefs(after)) {
		return nil
	}
	if err := w.leavePlaces(before, key); err != nil {
		return err
	}
	return w.enterPlaces(after, key)
}

// eachPlace calls fn with the named places of an address, which get their rows when they have none.
func (w *writer) eachPlace(a *registry.Address, fn func(place int64, house string) error) error {
	refs := registry.PlaceRefs(a)
	if len(refs) == 0 {
		return nil
	}
	commune, err := strconv.ParseInt(a.Commune, 10, 64)
	if err != nil {
		return refuse("commune", fmt.Sprintf("%q is not a commune code of five digits", a.Commune))
	}
	for _, ref := range refs {
		kind, err := number("kind", placeKindNumbers, ref.Kind)
		if err != nil {
			return err
		}
		id, err := w.placeID(placeIdentity{commune, kind, ref.Key}, ref.Name)
		if err != nil {
			return err
		}
		if err := fn(id, ref.House); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) placeID(identity placeIdentity, name string) (int64, error) {
	if id, ok := w.places.ids[identity]; ok {
		return id, nil
	}
	args := []driver.Value{identity.commune, identity.kind, identity.key}
	found, err := w.c.one(stmtPlaceID, 1, args...)
	if err != nil {
		return 0, err
	}
	if !found {
		if _, err := w.c.one(stmtInsertPlace, 1, append(args, name)...); err != nil {
			return 0, err
		}
		w.places.fresh = append(w.places.fresh, identity)
	}
	id := w.c.dest[0].(int64)
	w.places.ids[identity] = id
	return id, nil
}
