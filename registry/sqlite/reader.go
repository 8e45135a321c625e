package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// reader reads inside one transaction on one connection. Its conn is taken away at the end, so a kept reader fails.
type reader struct {
	ctx context.Context
	c   *conn
}

// Scans look at the context once in so many rows.
const rowsPerContextCheck = 256

func (r *reader) Address(code addresscode.Code) (*registry.Address, error) {
	rec, err := r.record(int64(code.Key()))
	if err != nil {
		return nil, failure("read address", err)
	}
	if rec == nil {
		return nil, notFound("read address", "no address has this code")
	}
	return rec.address()
}

func (r *reader) OpenAddress(code addresscode.Code) (*registry.Address, error) {
	ok, err := r.c.one(stmtOpenAddress, numRecordColumns, int64(code.Key()))
	if err != nil {
		return nil, failure("read address", err)
	}
	if !ok {
		return nil, notFound("read address", "no address has this code")
	}
	var rec record
	rec.scan(r.c.dest[:])
	return rec.address()
}

// record returns nil where there is no row.
func (r *reader) record(key int64) (*record, error) {
	ok, err := r.c.one(stmtAddress, numRecordColumns, key)
	if err != nil || !ok {
		return nil, err
	}
	var rec record
	rec.scan(r.c.dest[:])
	return &rec, nil
}

func (r *reader) AddressesInRange(lo, hi uint64, yield func(*registry.Address) bool) error {
	return r.addresses(stmtAddressRange, yield, keyBound(lo), keyBound(hi))
}

func (r *reader) ByLikeness(likeness uint64) ([]*registry.Address, error) {
	var found []*registry.Address
	err := r.addresses(stmtAddressLikeness, func(a *registry.Address) bool {
		found = append(found, a)
		return true
	}, int64(likeness))
	return found, err
}

func (r *reader) addresses(id statement, yield func(*registry.Address) bool, args ...driver.Value) error {
	var rec record
	return r.scan(id, numRecordColumns, func() (bool, error) {
		rec = record{}
		rec.scan(r.c.dest[:])
		a, err := rec.address()
		if err != nil {
			return false, err
		}
		return yield(a), nil
	}, args...)
}

// stripUnits is the height of the strips of latitude in the indexes of places, in 1e-7 degrees: about 111 m.
const stripUnits = 10_000

// PositionsWithin looks into four strips at a time: most boxes have no more.
func (r *reader) PositionsWithin(southWest, northEast geo.Point, protected bool, yield func(uint64, geo.Point) bool) error {
	more, err := r.positions(stmtPositions, southWest, northEast, yield)
	if err == nil && more && protected {
		_, err = r.positions(stmtProtectedPositions, southWest, northEast, yield)
	}
	return err
}

// positions reports whether yield wants more.
func (r *reader) positions(id statement, southWest, northEast geo.Point, yield func(uint64, geo.Point) bool) (more bool, err error) {
	if southWest.LatE7 > northEast.LatE7 || southWest.LonE7 > northEast.LonE7 {
		return true, nil
	}
	first, last := int64(southWest.LatE7/stripUnits), int64(northEast.LatE7/stripUnits)
	more = true
	for ; first <= last && more; first += 4 {
		err := r.scan(id, 3, func() (bool, error) {
			row := r.c.dest
			more = yield(uint64(row[0].(int64)), geo.Point{LatE7: int32(row[1].(int64)), LonE7: int32(row[2].(int64))})
			return more, nil
		}, first, min(first+1, last), min(first+2, last), min(first+3, last),
			int64(southWest.LonE7), int64(northEast.LonE7), int64(southWest.LatE7), int64(northEast.LatE7))
		if err != nil {
			return false, err
		}
	}
	return more, nil
}

func (r *reader) DoorsInRange(lo, hi uint64, single bool, yield func(registry.Door) bool) error {
	id := stmtDoors
	if single {
		id = stmtSingleDoors
	}
	return r.scan(id, 4, func() (bool, error) {
		row := r.c.dest
		key, _ := row[0].(int64)
		d := registry.Door{Key: uint64(key), Active: row[1] == int64(statusActive), Commune: communeText(intOrNil(row[2]))}
		d.Flats, _ = row[3].(string)
		return yield(d), nil
	}, keyBound(lo), keyBound(hi))
}

func (r *reader) KeysInRange(lo, hi uint64) ([]uint64, error) {
	var keys []uint64
	err := r.scan(stmtKeyRange, 1, func() (bool, error) {
		keys = append(keys, uint64(r.c.dest[0].(int64)))
		return true, nil
	}, keyBound(lo), keyBound(hi))
	return keys, err
}

// scan calls row for every row of a statement, with the row in conn.dest, until it returns false.
func (r *reader) scan(id statement, columns int, row func() (bool, error), args ...driver.Value) (err error) {
	cur, err := r.c.query(id, columns, args...)
	if err != nil {
		return failure("read", err)
	}
	defer func() {
		if cerr := cur.close(); err == nil {
			err = failure("read", cerr)
		}
	}()
	for n := 1; ; n++ {
		if n%rowsPerContextCheck == 0 {
			if err := r.ctx.Err(); err != nil {
				return failure("read", err)
			}
		}
		ok, err := cur.next()
		if err != nil {
			return failure("read", err)
		}
		if !ok {
			return nil
		}
		if more, err := row(); err != nil || !more {
			return err
		}
	}
}

func (r *reader) ByExternalID(scheme, value string) (addresscode.Code, error) {
	ok, err := r.c.one(stmtExternalID, 1, scheme, value)
	if err != nil {
		return addresscode.Code{}, failure("find external id", err)
	}
	if !ok {
		return addresscode.Code{}, notFound("find external id", "no address has this external id")
	}
	return r.code(r.c.dest[0].(int64))
}

func (r *reader) code(key int64) (addresscode.Code, error) {
	code, err := addresscode.FromKey(uint64(key))
	if err != nil {
		return addresscode.Code{}, damaged("read code", fmt.Sprintf("key %d is no code: %v", key, err))
	}
	return code, nil
}

func (r *reader) Idempotency(key string) (hash [32]byte, code addresscode.Code, err error) {
	ok, err := r.c.one(stmtIdempotency, 2, key)
	if err != nil {
		return hash, code, failure("find idempotency key", err)
	}
	if !ok {
		return hash, code, notFound("find idempotency key", "no request had this key")
	}
	copy(hash[:], r.c.dest[0].([]byte))
	code, err = r.code(r.c.dest[1].(int64))
	return hash, code, err
}

func (r *reader) Count() (active, retired int64, err error) {
	err = r.scan(stmtTally, 2, func() (bool, error) {
		n := r.c.dest[1].(int64)
		if r.c.dest[0].(int64) == statusActive {
			active = n
		} else {
			retired = n
		}
		return true, nil
	})
	return active, retired, err
}

func (r *reader) Meta(key string) (string, error) {
	ok, err := r.c.one(stmtMeta, 1, key)
	if err != nil || !ok {
		return "", failure("read meta", err)
	}
	return r.c.dest[0].(string), nil
}

// keyBound clips to what a signed column can hold; no code's key comes near it.
func keyBound(key uint64) int64 {
	const most = 1<<63 - 1
	return int64(min(key, most))
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
