package sqlite

import (
	"cmp"
	"database/sql/driver"
	"slices"
	"strings"
)

// loadPlaces are the named places of a load. They stay in memory until the end, and are written once; their houses are written in
// sorted portions.
type loadPlaces struct {
	ids    map[placeIdentity]int64
	known  int64       // the ids up to this one are in the table already; only the map's streets can be
	places []loadPlace // by id, from known+1
	old    map[int64]placeChange
	houses []loadHouse
}

type loadPlace struct {
	placeIdentity
	name   string
	change placeChange
}

type loadHouse struct {
	place int64
	house string
	key   int64
}

// loadHouses is how many houses are sorted together.
const loadHouses = 100_000

func newLoadPlaces(c *conn) (*loadPlaces, error) {
	l := &loadPlaces{ids: map[placeIdentity]int64{}, old: map[int64]placeChange{}}
	return l, c.each("SELECT id, commune, kind, key FROM named_place", 4, func(row []driver.Value) error {
		id := row[0].(int64)
		l.ids[placeIdentity{row[1].(int64), row[2].(int64), row[3].(string)}] = id
		l.known = max(l.known, id)
		return nil
	})
}

// enter puts a house into its place.
func (l *loadPlaces) enter(ref *loadRef, key, lat, lon int64) {
	id, ok := l.ids[ref.placeIdentity]
	if !ok {
		id = l.known + int64(len(l.places)) + 1
		l.ids[ref.placeIdentity] = id
		l.places = append(l.places, loadPlace{ref.placeIdentity, ref.name, noChange})
	}
	change := placeChange{n: 1, latSum: lat, lonSum: lon, south: lat, west: lon, north: lat, east: lon}
	if id > l.known {
		l.places[id-l.known-1].change.add(change)
	} else {
		have, ok := l.old[id]
		if !ok {
			have = noChange
		}
		have.add(change)
		l.old[id] = have
	}
	l.houses = append(l.houses, loadHouse{id, ref.house, key})
}

// writeHouses writes the houses that came in since the last time.
func (l *loadPlaces) writeHouses(into *bulk) error {
	slices.SortFunc(l.houses, func(a, b loadHouse) int {
		if c := cmp.Compare(a.place, b.place); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.house, b.house), cmp.Compare(a.key, b.key))
	})
	values := make([]driver.NamedValue, 0, into.rows*into.columns)
	for i, h := range l.houses {
		values = appendValues(values, h.place, h.house, h.key)
		if len(values) == cap(values) || i == len(l.houses)-1 {
			if err := into.insert(values); err != nil {
				return err
			}
			values = values[:0]
		}
	}
	l.houses = l.houses[:0]
	return nil
}

// write writes the places, under the next version.
func (l *loadPlaces) write(c *conn, into *bulk) error {
	if _, err := c.one(stmtPlaceVersion, 1); err != nil {
		return err
	}
	version, _ := c.dest[0].(int64)
	version++
	for id, p := range l.old {
		if err := c.exec(stmtChangePlace, id, p.n, p.latSum, p.lonSum, p.south, p.west, p.north, p.east, version); err != nil {
			return err
		}
	}
	values := make([]driver.NamedValue, 0, into.rows*into.columns)
	for i := range l.places {
		p := &l.places[i]
		values = appendValues(values, l.known+int64(i)+1, p.commune, p.kind, p.key, p.name, p.change.n, p.change.latSum, p.change.lonSum,
			p.change.south, p.change.west, p.change.north, p.change.east, version)
		if len(values) == cap(values) || i == len(l.places)-1 {
			if err := into.insert(values); err != nil {
				return err
			}
			values = values[:0]
		}
	}
	return nil
}

const loadPlaceColumns = "id, commune, kind, key, name, n, lat_sum, lon_sum, south, west, north, east, version"
