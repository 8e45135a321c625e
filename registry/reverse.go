package registry

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Neighbour is an address near a point.
type Neighbour struct {
	Address   *Address
	DistanceM float64 // from the point to the position that gave the code
}

// Bounds of Reverse.
const (
	MaxReverseRadius = 2000.0 // metres
	MaxReverseLimit  = 100
)

// A search begins within firstReachM metres and grows by growth until enough was found; its last step is the whole radius.
const (
	firstReachM = 30.0
	growth      = 4.0
)

// Reverse returns the nearest active addresses within radius metres (at most MaxReverseRadius), nearest first, equally
// near ones by code. limit is 1 to MaxReverseLimit. Errors: *Error CodeInvalid, CodePosition….
func (s *Service) Reverse(ctx context.Context, p geo.Point, radiusM float64, limit int) ([]Neighbour, error) {
	const op = "reverse"
	if !(radiusM > 0 && radiusM <= MaxReverseRadius) {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "radius", Message: "is no usable radius", Hint: fmt.Sprintf("give metres, more than 0 and at most %.0f", MaxReverseRadius)}
	}
	if limit < 1 || limit > MaxReverseLimit {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "limit", Message: "is no usable limit", Hint: fmt.Sprintf("give a number from 1 to %d", MaxReverseLimit)}
	}
	if _, err := p.Cell(); err != nil {
		return nil, domainError(op, err)
	}
	var found []Neighbour
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		found, err = nearest(r, p, radiusM, limit)
		return err
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return found, nil
}

// spot is an address seen by its place only.
type spot struct {
	key    uint64
	metres float64
}

// nearest searches circles that grow until one holds enough addresses.
func nearest(r Reader, p geo.Point, radiusM float64, limit int) ([]Neighbour, error) {
	var spots []spot
	for reach := min(firstReachM, radiusM); ; reach = nextReach(reach, radiusM) {
		var err error
		if spots, err = spotsWithin(r, spots[:0], p, reach); err != nil {
			return nil, err
		}
		if len(spots) >= limit || reach == radiusM {
			break
		}
	}
	slices.SortFunc(spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.key, b.key))
	})
	spots = spots[:min(limit, len(spots))]
	neighbours := make([]Neighbour, len(spots))
	for i, spot := range spots {
		code, err := addresscode.FromKey(spot.key)
		if err != nil {
			return nil, err
		}
		a, err := r.Address(code)
		if err != nil {
			return nil, err
		}
		neighbours[i] = Neighbour{a, spot.metres}
	}
	return neighbours, nil
}

func nextReach(reach, radiusM float64) float64 {
	if reach *= growth; reach*1.5 > radiusM {
		return radiusM // a small last step would search nearly the same circle twice
	}
	return reach
}

// spotsWithin appends the active addresses within metres of p.
func spotsWithin(r Reader, spots []spot, p geo.Point, metres float64) ([]spot, error) {
	southWest, northEast := boxAround(p, metres)
	err := r.PositionsWithin(southWest, northEast, func(key uint64, at geo.Point) bool {
		if d := geo.Distance(p, at); d <= metres {
			spots = append(spots, spot{key, d})
		}
		return true
	})
	return spots, err
}

// boxAround returns the corners of a box that holds the circle of metres around p. The circle must not reach a pole or
// the 180th meridian, which no place in the area served does.
func boxAround(p geo.Point, metres float64) (southWest, northEast geo.Point) {
	lat := int32(metres/110_500*1e7) + 1 // a degree of latitude is at least 110.5 km
	lon := int32(float64(lat)/math.Cos(p.Lat()*math.Pi/180)*1.01) + 1
	return geo.Point{LatE7: p.LatE7 - lat, LonE7: p.LonE7 - lon}, geo.Point{LatE7: p.LatE7 + lat, LonE7: p.LonE7 + lon}
}
