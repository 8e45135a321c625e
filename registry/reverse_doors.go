package registry

import (
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Door is an address seen by its code only, or several that have one door.
type Door struct {
	Key     uint64 // of the address; the lowest of the flats in one cell
	Active  bool
	Commune string
	Flats   string // what all flats behind the door have in common; "" for a single address
}

// doorName tells doors of flats apart; the commune is part of it.
func (d *Door) doorName() string { return d.Commune + "\n" + d.Flats }

// doors searches circles that grow until one holds enough doors, or addresses for a sight that is told of flats. It looks at codes, not
// at positions: the place that a code names by itself is the public one.
func (n *neighbourhood) doors(wants func(commune string) bool) ([]Neighbour, error) {
	for reach := min(firstReachM, n.radiusM); ; reach = nextReach(reach, n.radiusM) {
		spots, err := n.doorsWithin(reach, wants)
		if err != nil {
			return nil, err
		}
		if len(spots) < n.limit && reach < n.radiusM {
			continue
		}
		found, err := n.readDoors(spots)
		if err != nil || len(found) == n.limit || reach == n.radiusM {
			return found, err
		}
	}
}

// doorsWithin are the doors whose cells' centres lie within metres, nearest first.
func (n *neighbourhood) doorsWithin(metres float64, wants func(commune string) bool) ([]spot, error) {
	cells, err := geo.CellsWithin(n.p, metres, coverResolution(metres))
	if err != nil {
		return nil, err
	}
	var spots []spot
	flats := map[string]int{} // the nearest spot of each door of flats
	for _, cell := range cells {
		lo, hi, err := addresscode.KeyRange(uint64(cell))
		if err != nil {
			continue // beyond the area served there are no addresses
		}
		var refused error
		err = n.r.DoorsInRange(lo, hi, !n.sight.Doors, func(d Door) bool {
			if !d.Active || !wants(d.Commune) {
				return true
			}
			var code addresscode.Code
			if code, refused = addresscode.FromKey(d.Key); refused != nil {
				return false
			}
			at := spot{d.Key, geo.Distance(n.p, geo.CodeCenter(code))}
			if at.metres > metres {
				return true
			}
			if d.Flats != "" {
				if i, ok := flats[d.doorName()]; ok {
					if at.metres < spots[i].metres {
						spots[i] = at
					}
					return true
				}
				flats[d.doorName()] = len(spots)
			}
			spots = append(spots, at)
			return true
		})
		if err == nil {
			err = refused
		}
		if err != nil {
			return nil, err
		}
	}
	sortSpots(spots)
	return spots, nil
}

// coverResolution is the resolution of which few cells cover a circle.
func coverResolution(metres float64) int {
	switch {
	case metres <= 45:
		return 11
	case metres <= 180:
		return 10
	case metres <= 700:
		return 9
	}
	return zoneResolution
}

// readDoors reads the nearest doors. Flats behind the door of an address that is no flat are part of it.
func (n *neighbourhood) readDoors(spots []spot) ([]Neighbour, error) {
	var found []Neighbour
	byDoor := map[string]int{}
	for _, spot := range spots {
		if len(found) == n.limit {
			break
		}
		a, err := n.read(spot.key)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		known, ok := byDoor[a.door()]
		switch shown := n.sight.List(a); {
		case !ok || !n.sight.Doors || !a.isFlat() && !found[known].Address.Code.IsZero():
			byDoor[a.door()] = len(found)
			found = append(found, Neighbour{shown, spot.metres})
		case !a.isFlat():
			found[known] = Neighbour{shown, spot.metres}
		}
	}
	return n.first(found), nil
}
