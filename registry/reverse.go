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
	return s.ReverseFor(ctx, Sight{}, p, radiusM, limit)
}

// ReverseFor is Reverse for a sight. One that is not told of flats gets doors, each once. Where it is not told of positions, distances
// are to the centres of cells, so that no distance and no radius tells more than the position shown.
func (s *Service) ReverseFor(ctx context.Context, sight Sight, p geo.Point, radiusM float64, limit int) ([]Neighbour, error) {
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
		n := neighbourhood{r: r, sight: sight, p: p, radiusM: radiusM, limit: limit}
		var err error
		found, err = n.nearest(s.locate(p))
		return err
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return found, nil
}

// neighbourhood looks for what is near a point.
type neighbourhood struct {
	r       Reader
	sight   Sight
	p       geo.Point
	radiusM float64
	limit   int
}

// nearest measures from positions where the sight is told of them and from the centres of cells elsewhere. A sight that is told of
// positions in some communes only is told of them around points in those; around others it gets none, of its own communes either.
func (n *neighbourhood) nearest(at *geo.Location) ([]Neighbour, error) {
	exact := n.sight.Positions
	switch {
	case n.sight.Doors:
		return n.doors(func(string) bool { return true })
	case exact == nil:
		return n.addresses(func(*Address) bool { return true })
	case at == nil || at.Commune == nil || !exact.Holds(at.Commune.Code):
		return n.doors(func(string) bool { return true })
	}
	inside, err := n.addresses(func(a *Address) bool { return exact.Holds(a.Commune) })
	if err != nil {
		return nil, err
	}
	outside, err := n.doors(func(commune string) bool { return !exact.Holds(commune) })
	if err != nil {
		return nil, err
	}
	return n.first(append(inside, outside...)), nil
}

// first are the nearest, equally near ones by code.
func (n *neighbourhood) first(found []Neighbour) []Neighbour {
	slices.SortStableFunc(found, func(a, b Neighbour) int {
		return cmp.Or(cmp.Compare(a.DistanceM, b.DistanceM), a.Address.Code.Compare(b.Address.Code))
	})
	return found[:min(n.limit, len(found))]
}

// spot is an address seen by its place only.
type spot struct {
	key    uint64
	metres float64
}

func sortSpots(spots []spot) {
	slices.SortFunc(spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.key, b.key))
	})
}

// skipped is how many addresses more than asked for are read to find those that a sight is told of.
const skipped = 200

// addresses searches circles that grow until one holds enough addresses, and takes of them what it wants.
func (n *neighbourhood) addresses(wants func(*Address) bool) ([]Neighbour, error) {
	var spots []spot
	for reach := min(firstReachM, n.radiusM); ; reach = nextReach(reach, n.radiusM) {
		var err error
		if spots, err = n.spotsWithin(spots[:0], reach); err != nil {
			return nil, err
		}
		if len(spots) >= n.limit || reach == n.radiusM {
			break
		}
	}
	sortSpots(spots)
	neighbours := make([]Neighbour, 0, min(n.limit, len(spots)))
	for i, spot := range spots {
		if len(neighbours) == n.limit || i == n.limit+skipped {
			break
		}
		a, err := n.read(spot.key)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if wants(a) {
			neighbours = append(neighbours, Neighbour{n.sight.List(a), spot.metres})
		}
	}
	return neighbours, nil
}

func (n *neighbourhood) read(key uint64) (*Address, error) {
	code, err := addresscode.FromKey(key)
	if err != nil {
		return nil, err
	}
	return n.sight.Read(n.r, code)
}

func nextReach(reach, radiusM float64) float64 {
	if reach *= growth; reach*1.5 > radiusM {
		return radiusM // a small last step would search nearly the same circle twice
	}
	return reach
}

// spotsWithin appends the active addresses within metres of the point.
func (n *neighbourhood) spotsWithin(spots []spot, metres float64) ([]spot, error) {
	southWest, northEast := boxAround(n.p, metres)
	err := n.r.PositionsWithin(southWest, northEast, !n.sight.blind(), func(key uint64, at geo.Point) bool {
		if d := geo.Distance(n.p, at); d <= metres {
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
