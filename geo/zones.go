package geo

import (
	"cmp"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/diachiso/diachiso/addresscode"
)

// zoneResolution is the H3 resolution of zones.
const zoneResolution = 8

// Zones returns the zones that meet a commune, ascending, and with border also the zones next to those, for short codes.
//
// A zone is taken to meet a commune when any of its resolution-13 cells can, which reach a little beyond its outline; so zones that come
// within about 120 m of the commune are there too. Errors: ErrNoDivision if the commune has no boundary.
func (l *Locator) Zones(commune string, border bool) ([]addresscode.Zone, error) {
	index, ok := l.boundaries.commune(commune)
	if !ok {
		return nil, fmt.Errorf("zones of commune: %w: %q has no boundary", ErrNoDivision, commune)
	}
	known := &l.zones[index].inner
	if border {
		known = &l.zones[index].withBorder
	}
	if zones := known.Load(); zones != nil {
		return slices.Clone(*zones), nil
	}
	zones, err := l.findZones(index, border)
	if err != nil {
		return nil, fmt.Errorf("zones of commune %s: %w", commune, err)
	}
	known.Store(&zones)
	return slices.Clone(zones), nil
}

// communeZones remembers the zones of a commune once they were asked for: 4 MB if all are.
type communeZones struct {
	inner, withBorder atomic.Pointer[[]addresscode.Zone]
}

func (l *Locator) findZones(commune uint32, border bool) ([]addresscode.Zone, error) {
	cells, err := l.meeting(commune)
	if err != nil {
		return nil, err
	}
	if border {
		if cells, err = withNeighbours(cells); err != nil {
			return nil, err
		}
	}
	zones := make([]addresscode.Zone, 0, len(cells))
	for cell := range cells {
		if zone, err := addresscode.ZoneOf(uint64(cell)); err == nil { // else outside the area served, where no codes are
			zones = append(zones, zone)
		}
	}
	slices.SortFunc(zones, func(a, b addresscode.Zone) int { return cmp.Compare(a.Number(), b.Number()) })
	return zones, nil
}

// meeting returns the zone cells that meet a commune. It spreads from the vertices of each ring over all neighbours that meet it.
func (l *Locator) meeting(commune uint32) (map[Cell]bool, error) {
	meets := map[Cell]bool{} // false: looked at, and does not
	var open []Cell
	for _, w := range l.boundaries.communeWalks(commune) {
		cell, err := CellAt(l.boundaries.arcVertices(w.arc)[0], zoneResolution)
		if err != nil {
			return nil, err
		}
		open = append(open, cell)
	}
	for len(open) > 0 {
		cell := open[len(open)-1]
		open = open[:len(open)-1]
		if _, seen := meets[cell]; seen {
			continue
		}
		meets[cell] = l.communeDistance(cell.Center(), commune) <= descendantReach*cell.circumradius()
		if !meets[cell] {
			continue
		}
		rings, err := cell.Rings(1)
		if err != nil {
			return nil, err
		}
		open = append(open, rings[1]...)
	}
	for cell, yes := range meets {
		if !yes {
			delete(meets, cell)
		}
	}
	return meets, nil
}

// withNeighbours adds the cells next to those given.
func withNeighbours(cells map[Cell]bool) (map[Cell]bool, error) {
	all := map[Cell]bool{}
	for cell := range cells {
		rings, err := cell.Rings(1)
		if err != nil {
			return nil, err
		}
		all[cell] = true
		for _, neighbour := range rings[1] {
			all[neighbour] = true
		}
	}
	return all, nil
}
