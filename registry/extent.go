package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Extent is a part of the register by communes of today: what is exported, packed or counted. The zero value is all of it.
type Extent struct {
	Level geo.Level // commune or province, "" for the whole country
	Code  string

	communes map[string]bool // nil is all
	ranges   []keyRange      // hold all but the addresses that lie beyond the boundaries
}

type keyRange struct{ lo, hi uint64 }

// Holds reports whether a commune is part of it; it makes an Extent an Area.
func (e *Extent) Holds(commune string) bool { return e.communes == nil || e.communes[commune] }

// Communes are the communes of it, ascending; nil for the whole country.
func (e *Extent) Communes() []string {
	var codes []string
	for code := range e.communes {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// Extent returns the extent of a commune (five digits) or a province (two) of today, and of the whole country for "".
// *Error CodeInvalid when there is no such unit.
func (s *Service) Extent(code string) (Extent, error) {
	if code == "" {
		return Extent{}, nil
	}
	today := geo.Today()
	e := Extent{Level: geo.LevelCommune, Code: code, communes: map[string]bool{}}
	if len(code) == geo.LevelProvince.CodeDigits() {
		e.Level = geo.LevelProvince
	}
	if _, err := s.divisions.Get(e.Level, code, today); err != nil {
		return Extent{}, invalid(string(e.Level), fmt.Sprintf("there is no %s %q today", e.Level, code),
			"give the code that it has since 2025-07-01; diachiso convert and GET /v1/divisions tell it")
	}
	if e.Level == geo.LevelCommune {
		e.communes[code] = true
	} else {
		for _, d := range s.FindDivisions(geo.LevelCommune, code, "", today) {
			e.communes[d.Code] = true
		}
	}
	var err error
	e.ranges, err = s.rangesOf(e.Communes())
	return e, err
}

// rangesOf are the keys of the zones that meet communes and of those next to them, ascending. The zones beside are there for what
// lies within 100 m of a commune that was given, and for codes that were issued in a cell nearby.
func (s *Service) rangesOf(communes []string) ([]keyRange, error) {
	zones := map[addresscode.Zone]bool{}
	for _, commune := range communes {
		near, err := s.locator.Zones(commune, true)
		if err != nil {
			return nil, domainError("find the zones of a commune", err)
		}
		for _, z := range near {
			zones[z] = true
		}
	}
	ranges := make([]keyRange, 0, len(zones))
	for z := range zones {
		lo, hi := z.KeyRange()
		ranges = append(ranges, keyRange{lo, hi})
	}
	slices.SortFunc(ranges, func(a, b keyRange) int { return cmp.Compare(a.lo, b.lo) })
	joined := ranges[:0]
	for _, r := range ranges {
		if n := len(joined); n > 0 && joined[n-1].hi+1 >= r.lo {
			joined[n-1].hi = max(joined[n-1].hi, r.hi)
			continue
		}
		joined = append(joined, r)
	}
	return joined, nil
}

func (e *Extent) covers(key uint64) bool {
	_, found := slices.BinarySearchFunc(e.ranges, key, func(r keyRange, key uint64) int {
		switch {
		case r.hi < key:
			return -1
		case r.lo > key:
			return 1
		}
		return 0
	})
	return found
}

// Each hands the addresses of an extent to fn as a sight may be told of them once their codes are known (Sight.Show), retired ones too:
// in order of place, those off the coast or the border of the country last. Each batch is read in a view of its own, so a run of hours holds up
// nobody: what is changed meanwhile behind the place it has reached is not seen, what is changed before it is. An error of fn ends it.
func (s *Service) Each(ctx context.Context, sight Sight, e *Extent, fn func(*Address) error) error {
	take := func(batch []*Address) error {
		for _, a := range batch {
			if e.Holds(a.Commune) && sight.Sees(a) {
				if err := fn(sight.Show(a)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if e.communes == nil {
		return s.inBatches(ctx, nil, take)
	}
	for _, r := range e.ranges {
		if err := s.inRange(ctx, r, take); err != nil {
			return domainError("read addresses", err)
		}
	}
	beyond, err := s.beyond(ctx, e)
	if err != nil {
		return err
	}
	for _, key := range beyond {
		if err := s.inRange(ctx, keyRange{key, key}, take); err != nil {
			return domainError("read addresses", err)
		}
	}
	return nil
}

// beyond are the keys of the addresses of an extent that lie outside its ranges, ascending.
func (s *Service) beyond(ctx context.Context, e *Extent) (keys []uint64, err error) {
	err = s.store.View(ctx, func(r Reader) error {
		keys = nil
		for commune := range e.communes {
			if err := r.KeysBeyond(commune, func(key uint64) bool {
				if !e.covers(key) {
					keys = append(keys, key)
				}
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(keys)
	return keys, domainError("read addresses", err)
}

// inRange is inBatches for a range of keys.
func (s *Service) inRange(ctx context.Context, in keyRange, fn func([]*Address) error) error {
	for next := in.lo; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []*Address
		err := s.store.View(ctx, func(r Reader) error {
			batch = nil
			return r.AddressesInRange(next, in.hi, func(a *Address) bool {
				batch = append(batch, a)
				return len(batch) < batchSize
			})
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := fn(batch); err != nil {
			return err
		}
		if len(batch) < batchSize {
			return nil
		}
		next = batch[len(batch)-1].Code.Key() + 1
	}
}
