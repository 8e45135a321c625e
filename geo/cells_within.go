package geo

import (
	"fmt"
	"math"
	"slices"
)

// descendantReach is how far from the centre of a cell its descendants of any finer resolution can lie, in circumradii of the cell.
// A child's centre lies 0.6547 circumradii from its parent's and each level is 1/√7 as large, so all lie within 0.6547/(1-1/√7) = 1.053;
// the rest allows for the cells' distortion.
const descendantReach = 1.07

// ringStep is a lower bound of the distance between the centres of cells, per step of grid distance, in circumradii: 1.5 for regular
// hexagons, at least 1.39 with the distortion of H3 in the area served.
const ringStep = 1.33

// maxCellsWithin bounds what CellsWithin searches.
const maxCellsWithin = 20_000

// CellsWithin returns every cell of a resolution that can hold a point within metres of p, ascending: no fewer, and few more. A cell
// is taken to hold what its finer descendants hold, which reach a little beyond its outline. Errors wrap ErrCell (resolution outside
// 0 to 15; more than about 20,000 cells: choose a coarser resolution) or are *PositionError.
func CellsWithin(p Point, metres float64, res int) ([]Cell, error) {
	origin, err := CellAt(p, res)
	if err != nil {
		return nil, err
	}
	if !(metres >= 0) {
		return nil, fmt.Errorf("cells within %v m: %w: the radius must be zero or more metres", metres, ErrCell)
	}
	radius := origin.circumradius()
	reach := metres + descendantReach*radius
	k := math.Floor((reach + Distance(p, origin.Center())) / (ringStep * radius))
	if !(3*k*(k+1) < maxCellsWithin) {
		return nil, fmt.Errorf("cells of resolution %d within %.0f m: %w: more than %d; choose a coarser resolution", res, metres, ErrCell, maxCellsWithin)
	}
	rings, err := origin.Rings(int(k))
	if err != nil {
		return nil, err
	}
	var cells []Cell
	for _, ring := range rings {
		for _, cell := range ring {
			if Distance(p, cell.Center()) <= reach {
				cells = append(cells, cell)
			}
		}
	}
	slices.Sort(cells)
	return cells, nil
}

// circumradius is the greatest distance from the centre to a corner, in metres.
func (c Cell) circumradius() float64 {
	center, radius := c.Center(), 0.0
	for _, corner := range c.Outline() {
		radius = max(radius, Distance(center, corner))
	}
	return radius
}
