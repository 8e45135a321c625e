package registry

import (
	"fmt"
	"slices"
	"sync"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// MaxRings is how many rings around a full cell its addresses may spill into.
const MaxRings = 8

// codeRequest looks for the next free code of a position. It belongs to one request; all it keeps between tries is
// computed from the request alone.
type codeRequest struct {
	cell      geo.Cell
	point     geo.Point
	footprint []geo.Point
	rings     [][]geo.Cell // nil until the own cell was found full
	sorted    uint         // bit k is set when ring k is in order of issue
	foundFull []geo.Cell   // seen full in the last try; true for good once its transaction is durable
}

// take returns the free code with the lowest ordinal in the nearest cell with room, and whether that is another cell
// than the position's own. known tells cells that are full for good.
func (q *codeRequest) take(r Reader, known *fullCells) (code addresscode.Code, spilled bool, err error) {
	q.foundFull = q.foundFull[:0]
	if code, err = q.takeIn(r, q.cell, known); err != nil || !code.IsZero() {
		return code, false, err
	}
	for ring := 1; ring <= MaxRings; ring++ {
		cells, err := q.ring(ring, known)
		if err != nil {
			return addresscode.Code{}, false, err
		}
		for _, cell := range cells {
			if code, err = q.takeIn(r, cell, known); err != nil || !code.IsZero() {
				return code, true, err
			}
		}
	}
	return addresscode.Code{}, false, q.fullError()
}

func (q *codeRequest) fullError() error {
	if len(q.footprint) > 0 {
		return &Error{Code: CodeCellFull, Field: "position",
			Message: "every code within the building's outline is given",
			Hint:    "widen the outline, leave it out, or give the place of another entrance"}
	}
	return &Error{Code: CodeCellFull, Field: "position",
		Message: fmt.Sprintf("every code within %d rings of cells around the position is given", MaxRings),
		Hint:    "give the place of another entrance, or of each block or staircase"}
}

// takeIn returns the lowest free code of one cell, or none.
func (q *codeRequest) takeIn(r Reader, cell geo.Cell, known *fullCells) (addresscode.Code, error) {
	if known.has(cell) {
		return addresscode.Code{}, nil
	}
	lo, hi, err := addresscode.KeyRange(uint64(cell))
	if err != nil {
		return addresscode.Code{}, nil // a neighbour beyond the area served
	}
	used, err := r.KeysInRange(lo, hi)
	if err != nil {
		return addresscode.Code{}, err
	}
	for ordinal := range addresscode.Ordinals {
		if len(used) > 0 && used[0] == lo+uint64(ordinal) {
			used = used[1:]
			continue
		}
		code, err := addresscode.New(uint64(cell), ordinal)
		if err == nil {
			return code, nil
		} // else a code of digits only, which is never issued
	}
	q.foundFull = append(q.foundFull, cell)
	return addresscode.Code{}, nil
}

// ring returns the cells at a grid distance in the order in which they are filled: nearest to the position first, equally
// near ones by index; only those inside the outline where one is given; none when all are known to be full.
func (q *codeRequest) ring(k int, known *fullCells) ([]geo.Cell, error) {
	if q.rings == nil {
		rings, err := q.cell.Rings(MaxRings)
		if err != nil {
			return nil, err
		}
		q.rings = rings
	}
	if q.sorted&(1<<k) == 0 {
		if known.hasAll(q.rings[k]) {
			return nil, nil
		}
		q.rings[k] = byDistance(q.rings[k], q.point, q.footprint)
		q.sorted |= 1 << k
	}
	return q.rings[k], nil
}

func byDistance(cells []geo.Cell, from geo.Point, footprint []geo.Point) []geo.Cell {
	type entry struct {
		cell   geo.Cell
		metres float64
	}
	entries := make([]entry, 0, len(cells))
	for _, cell := range cells {
		center := cell.Center()
		if len(footprint) == 0 || insideOutline(center, footprint) {
			entries = append(entries, entry{cell, geo.Distance(from, center)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		switch {
		case a.metres < b.metres, a.metres == b.metres && a.cell < b.cell:
			return -1
		}
		return 1
	})
	cells = cells[:0]
	for _, e := range entries {
		cells = append(cells, e.cell)
	}
	return cells
}

// insideOutline reports whether p lies inside a ring of points, open or closed, by the even-odd rule.
func insideOutline(p geo.Point, ring []geo.Point) bool {
	inside := false
	lat, lon := float64(p.LatE7), float64(p.LonE7)
	for i := range ring {
		a, b := ring[i], ring[(i+len(ring)-1)%len(ring)]
		latA, lonA, latB, lonB := float64(a.LatE7), float64(a.LonE7), float64(b.LatE7), float64(b.LonE7)
		// does the edge cross p's latitude, and do so east of p?
		if (latA > lat) != (latB > lat) && lon < lonA+(lat-latA)/(latB-latA)*(lonB-lonA) {
			inside = !inside
		}
	}
	return inside
}

// fullCells remembers cells in which every ordinal was issued. Codes are never given back, so a cell that a durable
// transaction saw full stays full; only removing demonstration data frees codes, and forgets everything here. It spares
// a tower of thousands the look into every full cell around it. Another process that removes demonstration data goes
// unnoticed; then freed codes wait until the next start.
type fullCells struct {
	mu         sync.RWMutex
	cells      map[geo.Cell]struct{}
	generation uint64 // grows with every forget
}

// maxFullCells bounds the memory; what is dropped is looked up again.
const maxFullCells = 1 << 16

func (f *fullCells) has(cell geo.Cell) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	_, ok := f.cells[cell]
	return ok
}

func (f *fullCells) hasAll(cells []geo.Cell) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, cell := range cells {
		if _, ok := f.cells[cell]; !ok {
			return false
		}
	}
	return true
}

// now is handed to learn later: facts seen before a forget are not learned after it.
func (f *fullCells) now() uint64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.generation
}

func (f *fullCells) learn(cells []geo.Cell, seen uint64) {
	if len(cells) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.generation != seen {
		return
	}
	if f.cells == nil || len(f.cells)+len(cells) > maxFullCells {
		f.cells = make(map[geo.Cell]struct{}, len(cells))
	}
	for _, cell := range cells {
		f.cells[cell] = struct{}{}
	}
}

func (f *fullCells) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cells = nil
	f.generation++
}
