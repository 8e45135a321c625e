package registry

import (
	"context"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Place is what a position says by itself, without writing.
type Place struct {
	Point     geo.Point
	Cell      geo.Cell // resolution 13
	Zone      addresscode.Zone
	Location  *geo.Location // nil outside, then LocateErr says why
	LocateErr error         // *Error
	Addresses []*Address    // codes already given in this cell, retired ones too, by ordinal
}

// Place tells cell, zone, commune and the codes already given at a point. Outside Vietnam and at sea there are still a cell
// and a zone; beyond the area served it is an *Error CodePosition….
func (s *Service) Place(ctx context.Context, p geo.Point) (*Place, error) {
	return s.PlaceFor(ctx, Sight{}, p)
}

// PlaceFor is Place for a sight. One that is not told of flats gets doors, each once.
func (s *Service) PlaceFor(ctx context.Context, sight Sight, p geo.Point) (*Place, error) {
	const op = "look at place"
	cell, err := p.Cell()
	if err != nil {
		return nil, domainError(op, err)
	}
	lo, hi, err := addresscode.KeyRange(uint64(cell))
	if err != nil {
		return nil, domainError(op, err)
	}
	place := &Place{Point: p, Cell: cell}
	if place.Zone, err = addresscode.ZoneOf(uint64(cell)); err != nil {
		return nil, domainError(op, err)
	}
	if loc, err := s.locator.Locate(p, geo.Today()); err != nil {
		place.LocateErr = domainError(op, err)
	} else {
		place.Location = &loc
	}
	err = s.store.View(ctx, func(r Reader) error {
		place.Addresses, err = sight.inRange(r, lo, hi)
		return err
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return place, nil
}

// locate returns the divisions at a point today, nil where there are none.
func (s *Service) locate(p geo.Point) *geo.Location {
	loc, err := s.locator.Locate(p, geo.Today())
	if err != nil {
		return nil
	}
	return &loc
}

// inRange lists the addresses with lo <= key <= hi that the sight may be told of, in order of their codes: single ones, or doors.
func (s Sight) inRange(r Reader, lo, hi uint64) ([]*Address, error) {
	var found []*Address
	if !s.blind() {
		err := r.AddressesInRange(lo, hi, func(a *Address) bool {
			if s.Sees(a) {
				found = append(found, s.List(a))
			}
			return true
		})
		return found, err
	}
	var keys []uint64
	if err := r.DoorsInRange(lo, hi, !s.Doors, func(d Door) bool {
		keys = append(keys, d.Key)
		return true
	}); err != nil {
		return nil, err
	}
	slices.Sort(keys)
	houses := map[string]bool{} // doors of addresses that are no flats: flats there are part of them
	for _, key := range keys {
		code, err := addresscode.FromKey(key)
		if err != nil {
			return nil, err
		}
		a, err := r.OpenAddress(code)
		if err != nil {
			return nil, err
		}
		houses[a.door()] = houses[a.door()] || !a.isFlat()
		found = append(found, a)
	}
	if s.Doors {
		found = slices.DeleteFunc(found, func(a *Address) bool { return a.isFlat() && houses[a.door()] })
	}
	for i, a := range found {
		found[i] = s.List(a)
	}
	return found, nil
}
