package geo

import (
	"math"
	"slices"
)

// grid finds the communes that contain a point. It divides the bounding box into squares of 0.01 degrees. A square that no edge comes
// near knows its communes; any other lists the edges near it, and the communes that contain its reference point. The communes of a
// point in it follow by walking from the reference point to the point: crossing an edge toggles the communes of its arc.
//
// All decisions are exact: the coordinates are integers, and ties are broken as if all points that are not vertices were moved north by
// an amount smaller than any difference, and east by one smaller still. So a point on an edge is on one side of it, the same for all communes that share it.
type grid struct {
	boundaries  *Boundaries
	west, south int64 // 1e-7 degrees
	columns     int64
	rows        int64
	margin      int64    // at least borderShownM everywhere, in 1e-7 degrees
	squares     []uint32 // row by row: a set of communes, or isMixed and an index in mixed
	mixed       []mixedSquare
	runs        []edgeRun
	sets        *communeSets
	arcSets     []setID // arc → the communes that are on one side of it only
}

const (
	squareSize = unitsPerDegree / 100
	isMixed    = 1 << 31
	maxSpan    = 40 * unitsPerDegree // keeps the grid in memory and products of differences in 64 bits
)

// mixedSquare is a square with edges nearby.
type mixedSquare struct {
	firstRun  uint32 // the runs end where those of the next mixed square begin
	reference setID  // the communes that contain the reference point
}

// edgeRun is a row of consecutive edges of an arc: from vertex first to vertex last.
type edgeRun struct{ first, last, arc uint32 }

// square returns the column and row of a point, which may lie outside the grid.
func (g *grid) square(p Point) (column, row int64) {
	return floorDiv(int64(p.LonE7)-g.west, squareSize), floorDiv(int64(p.LatE7)-g.south, squareSize)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// reference returns the reference point of a square: on its western edge, on a parallel without vertices.
func (g *grid) reference(column, row int64) (x, y int64) {
	return g.west + column*squareSize, g.south + row*squareSize + squareSize/2 + vertexStep/2
}

func (g *grid) runsOf(mixed uint32) []edgeRun {
	return g.runs[g.mixed[mixed].firstRun:g.mixed[mixed+1].firstRun]
}

// communes returns the communes that contain p, ascending, and the edges near p's square. It may use the buffer for them.
func (g *grid) communes(p Point, buffer []uint32) (communes []uint32, runs []edgeRun) {
	column, row := g.square(p)
	if column < 0 || row < 0 || column >= g.columns || row >= g.rows {
		return nil, nil
	}
	square := g.squares[row*g.columns+column]
	if square&isMixed == 0 {
		return g.sets.members(setID(square)), nil
	}
	mixed := square &^ isMixed
	runs = g.runsOf(mixed)
	communes = append(buffer, g.sets.members(g.mixed[mixed].reference)...)
	x, y := g.reference(column, row)
	return g.cross(communes, runs, int64(p.LonE7), int64(p.LatE7), x, y), runs
}

// cross toggles the communes whose border lies between (x, y) and (qx, qy).
func (g *grid) cross(communes []uint32, runs []edgeRun, qx, qy, x, y int64) []uint32 {
	for _, run := range runs {
		if crossings(g.boundaries.vertices[run.first:run.last+1], qx, qy, x, y)%2 == 1 {
			communes = toggle(communes, g.sets.members(g.arcSets[run.arc]))
		}
	}
	return communes
}

// locate returns the commune that contains p, the one of the lowest code where several do, and the metres to its border if
// they are fewer than borderShownM.
func (g *grid) locate(p Point) (commune uint32, borderM float64, ok bool) {
	var buffer [8]uint32
	communes, runs := g.communes(p, buffer[:0])
	if len(communes) == 0 {
		return 0, 0, false
	}
	return communes[0], g.borderDistance(p, communes[0], runs), true
}

// contains reports whether a commune contains p.
func (g *grid) contains(p Point, commune uint32) bool {
	var buffer [8]uint32
	communes, _ := g.communes(p, buffer[:0])
	return slices.Contains(communes, commune)
}

// borderDistance returns the metres from p to a commune's border among the edges near p's square; borderShownM if they are that or more.
func (g *grid) borderDistance(p Point, commune uint32, runs []edgeRun) float64 {
	if len(runs) == 0 {
		return borderShownM
	}
	s, least := scaleAt(p), float64(borderShownM*borderShownM)
	qx, qy := int64(p.LonE7), int64(p.LatE7)
	for _, run := range runs {
		if !slices.Contains(g.sets.members(g.arcSets[run.arc]), commune) {
			continue
		}
		chain := g.boundaries.vertices[run.first : run.last+1]
		for i := 1; i < len(chain); i++ {
			a, b := chain[i-1], chain[i]
			if g.isNear(qx, int64(a.LonE7), int64(b.LonE7)) && g.isNear(qy, int64(a.LatE7), int64(b.LatE7)) {
				least = min(least, s.squareToChain(p, chain[i-1:i+1]))
			}
		}
	}
	return math.Sqrt(least)
}

// isNear reports whether q is within the margin of the range between a and b.
func (g *grid) isNear(q, a, b int64) bool {
	return min(a, b)-g.margin <= q && q <= max(a, b)+g.margin
}

// crossings counts how often a chain crosses the way from (qx, qy) along the meridian to the parallel y, and along that to (x, y).
// No vertex may lie on the parallel y.
func crossings(chain []Point, qx, qy, x, y int64) (count int) {
	ax, ay := int64(chain[0].LonE7), int64(chain[0].LatE7)
	for _, v := range chain[1:] {
		bx, by := int64(v.LonE7), int64(v.LatE7)
		if (ax <= qx) != (bx <= qx) && isNorth(ax, ay, bx, by, qx, qy) != isNorth(ax, ay, bx, by, qx, y) {
			count++
		}
		if (ay < y) != (by < y) && isEast(ax, ay, bx, by, qx, y) != isEast(ax, ay, bx, by, x, y) {
			count++
		}
		ax, ay = bx, by
	}
	return count
}

// isNorth reports whether (x, y) lies north of the line through a and b, which is not a meridian. On the line counts as north.
func isNorth(ax, ay, bx, by, x, y int64) bool {
	area := (bx-ax)*(y-ay) - (by-ay)*(x-ax)
	if bx < ax {
		area = -area
	}
	return area >= 0
}

// isEast reports whether (x, y) lies east of the line through a and b, which is not a parallel. On the line, what is north of it decides.
func isEast(ax, ay, bx, by, x, y int64) bool {
	dx, dy := bx-ax, by-ay
	area := dx*(y-ay) - dy*(x-ax)
	if dy < 0 {
		area, dx = -area, -dx
	}
	return area < 0 || area == 0 && dx <= 0
}
