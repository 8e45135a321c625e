package geo

import (
	"cmp"
	"math"
)

// proximity is how near a point is to the border of a commune.
type proximity struct {
	commune uint32
	metres  float64
	land    bool // the nearest edge is no coast
}

// nearest returns the commune whose border is nearest to p, at most limitM metres away, among those that want accepts (nil: all).
// At the same distance the lowest code comes first, then coast before land border.
func (g *grid) nearest(p Point, limitM float64, want func(commune uint32) bool) (proximity, bool) {
	s := scaleAt(p)
	squareM := squareSize * min(s.x, s.y)
	best := proximity{metres: math.Inf(1)}
	bestSquare := limitM * limitM
	found := false
	column, row := g.square(p)
	// All of the squares in the ring at distance k are at least k-1 squares away.
	for k := int64(0); float64(k-1)*squareM <= math.Sqrt(bestSquare); k++ {
		g.eachInRing(column, row, k, func(run edgeRun) {
			commune, ok := g.firstWanted(run, want)
			if !ok {
				return
			}
			square := s.squareToChain(p, g.boundaries.vertices[run.first:run.last+1])
			if square > bestSquare {
				return
			}
			candidate := proximity{commune, math.Sqrt(square), g.boundaries.arcs[run.arc].land}
			if !found || square < bestSquare || candidate.before(best) {
				best, bestSquare, found = candidate, square, true
			}
		})
	}
	return best, found
}

// before decides between borders at the same distance.
func (a proximity) before(b proximity) bool {
	if order := cmp.Compare(a.commune, b.commune); order != 0 {
		return order < 0
	}
	return !a.land && b.land
}

// firstWanted returns the first commune of a run's arc that want accepts.
func (g *grid) firstWanted(run edgeRun, want func(commune uint32) bool) (uint32, bool) {
	for _, commune := range g.sets.members(g.arcSets[run.arc]) {
		if want == nil || want(commune) {
			return commune, true
		}
	}
	return 0, false
}

// eachInRing calls do for the runs of the squares at Chebyshev distance k from a square.
func (g *grid) eachInRing(column, row, k int64, do func(edgeRun)) {
	for r := max(row-k, 0); r <= min(row+k, g.rows-1); r++ {
		step := int64(1)
		if r != row-k && r != row+k {
			step = max(2*k, 1) // only the two ends of the rows between
		}
		for c := column - k; c <= column+k; c += step {
			if c < 0 || c >= g.columns {
				continue
			}
			if square := g.squares[r*g.columns+c]; square&isMixed != 0 {
				for _, run := range g.runsOf(square &^ isMixed) {
					do(run)
				}
			}
		}
	}
}
