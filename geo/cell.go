package geo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uber/h3-go/v4"

	"github.com/diachiso/diachiso/addresscode"
)

// CodeResolution is the H3 resolution of the cells that codes are made of: about 50 m².
const CodeResolution = 13

// ErrCell is wrapped by every error about H3 cells.
var ErrCell = errors.New("not a usable H3 cell")

// Cell is an H3 index. Only geo imports h3. Cells come from ParseCell, which validates, from positions and from codes; the methods of any
// other number do not panic, but what they return means nothing.
type Cell uint64

// ParseCell reads an H3 cell index in hexadecimal, in either case. Errors wrap ErrCell.
func ParseCell(text string) (Cell, error) {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseUint(text, 16, 64)
	if err != nil || !h3.Cell(n).IsValid() {
		return 0, fmt.Errorf("parse cell %.40q: %w: a cell is 15 hexadecimal digits such as 8d415cb4e426bbf", text, ErrCell)
	}
	return Cell(n), nil
}

// String is the H3 index in lower-case hexadecimal.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// Resolution is 0 (coarsest) to 15.
func (c Cell) Resolution() int { return int(c >> 52 & 15) }

// Center is the centre of the cell.
func (c Cell) Center() Point {
	at, err := h3.CellToLatLng(h3.Cell(c))
	if err != nil {
		return Point{}
	}
	return pointFromDegrees(at.Lat, at.Lng)
}

// Outline is the cell's corners as an open ring, counter-clockwise: six of them, a few more where the cell crosses an edge of H3's icosahedron.
func (c Cell) Outline() []Point {
	corners, err := h3.CellToBoundary(h3.Cell(c))
	if err != nil {
		return nil
	}
	outline := make([]Point, len(corners))
	for i, at := range corners {
		outline[i] = pointFromDegrees(at.Lat, at.Lng)
	}
	return outline
}

// Parent is the ancestor at a coarser (or the same) resolution. Errors wrap ErrCell.
func (c Cell) Parent(res int) (Cell, error) {
	parent, err := h3.Cell(c).Parent(res)
	if err != nil {
		return 0, fmt.Errorf("ancestor of cell %s at resolution %d: %w: %v", c, res, ErrCell, err)
	}
	return Cell(parent), nil
}

// maxRings keeps Rings below about 100,000 cells.
const maxRings = 180

// Rings returns the cells around c: Rings(k)[i] is the ring at grid distance i, in ascending order. k is 0 to 180. Errors wrap ErrCell.
func (c Cell) Rings(k int) ([][]Cell, error) {
	if k < 0 || k > maxRings {
		return nil, fmt.Errorf("rings around cell %s: %w: %d rings asked, possible are 0 to %d", c, ErrCell, k, maxRings)
	}
	disk, err := h3.GridDiskDistances(h3.Cell(c), k)
	if err != nil {
		return nil, fmt.Errorf("rings around cell %s: %w: %v", c, ErrCell, err)
	}
	rings := make([][]Cell, len(disk))
	for i, ring := range disk {
		rings[i] = make([]Cell, 0, len(ring))
		for _, cell := range ring {
			if cell != 0 { // H3 leaves gaps around pentagons
				rings[i] = append(rings[i], Cell(cell))
			}
		}
		slices.Sort(rings[i])
	}
	return rings, nil
}

// CellAt returns the cell of a resolution (0 to 15) that contains p, anywhere on the globe. Errors: *PositionError, or wrapping ErrCell.
func CellAt(p Point, res int) (Cell, error) {
	if !p.valid() {
		return 0, explainUnserved(p)
	}
	cell, err := h3.LatLngToCell(h3.LatLng{Lat: p.Lat(), Lng: p.Lon()}, res)
	if err != nil {
		return 0, fmt.Errorf("cell of resolution %d: %w: %v", res, ErrCell, err)
	}
	return Cell(cell), nil
}

// Cell returns the resolution-13 cell. Errors: *PositionError (position_swapped when lat and lon look exchanged, else
// position_outside) outside the served roots.
func (p Point) Cell() (Cell, error) {
	cell, err := CellAt(p, CodeResolution)
	if err != nil {
		return 0, err
	}
	if _, err := addresscode.ZoneOf(uint64(cell)); err != nil {
		return 0, explainUnserved(p)
	}
	return cell, nil
}

// served reports whether codes exist at p.
func (p Point) served() bool {
	if !p.valid() { // CellAt would ask served for its explanation
		return false
	}
	cell, err := CellAt(p, CodeResolution)
	if err != nil {
		return false
	}
	_, err = addresscode.ZoneOf(uint64(cell))
	return err == nil
}
