package geo

import "slices"

// CellsMeeting returns every cell of a resolution that can hold a point of a box, ascending: no fewer, and few more. The box is smaller
// than the country and holds a point at least. Errors are those of CellsWithin.
func CellsMeeting(box Box, res int) ([]Cell, error) {
	middle := box.Middle()
	cells, err := CellsWithin(middle, max(Distance(middle, box.SouthWest), Distance(middle, box.NorthEast)), res)
	if err != nil || len(cells) == 0 {
		return nil, err
	}
	reach := descendantReach * cells[len(cells)/2].circumradius() * 1.01 // which differs little between neighbours
	return slices.DeleteFunc(cells, func(c Cell) bool {
		at := c.Center()
		nearest := Point{
			min(max(at.LatE7, box.SouthWest.LatE7), box.NorthEast.LatE7),
			min(max(at.LonE7, box.SouthWest.LonE7), box.NorthEast.LonE7),
		}
		return Distance(at, nearest) > reach
	}), nil
}
