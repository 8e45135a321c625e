package registry

import (
	"context"

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
		place.Addresses = nil
		return r.AddressesInRange(lo, hi, func(a *Address) bool {
			place.Addresses = append(place.Addresses, a)
			return true
		})
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
