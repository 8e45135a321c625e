package geo

import (
	"errors"
	"math"
)

// newGrid indexes boundaries.
func newGrid(b *Boundaries) (*grid, error) {
	g := &grid{boundaries: b, sets: newCommuneSets(len(b.codes))}
	if len(b.vertices) == 0 {
		return g, nil
	}
	if err := g.layOut(); err != nil {
		return nil, err
	}
	g.arcSets = g.ownArcs()
	g.placeRuns(g.collectRuns())
	g.sweep()
	return g, nil
}

// layOut puts the grid around the vertices, with a square that no edge comes near on every side.
func (g *grid) layOut() error {
	west, south, east, north := int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), int64(math.MinInt64)
	for _, v := range g.boundaries.vertices {
		x, y := int64(v.LonE7), int64(v.LatE7)
		west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
	}
	if east-west > maxSpan || north-south > maxSpan {
		return errors.New("they span more than 40 degrees; an index of one country cannot hold them")
	}
	poleward := max(north, -south)
	if poleward > 80*unitsPerDegree {
		return errors.New("they reach beyond 80 degrees of latitude, where the index has no metres")
	}
	s := scaleAt(Point{LatE7: int32(poleward)})
	g.margin = int64(1.01 * borderShownM / min(s.x, s.y)) // 1 % more, for the scale changes on the way
	border := g.margin + squareSize
	border -= border % vertexStep // keeps the parallels of the reference points free of vertices
	g.west, g.south = west-border, south-border
	g.columns = (east+border-g.west)/squareSize + 1
	g.rows = (north+border-g.south)/squareSize + 1
	return nil
}

// ownArcs returns for every arc the communes that lie on one side of it only.
func (g *grid) ownArcs() []setID {
	b := g.boundaries
	owners := make([]setID, len(b.arcs))
	var buffer [8]uint32
	for commune := range uint32(len(b.codes)) {
		for _, w := range b.communeWalks(commune) {
			members := append(buffer[:0], g.sets.members(owners[w.arc])...)
			owners[w.arc] = g.sets.id(toggle(members, []uint32{commune}))
		}
	}
	return owners
}

// placedRun is a run and the square that it is near.
type placedRun struct {
	square uint32
	edgeRun
}

// collectRuns lists the runs of edges near each square. On the way, squares holds for each square the number of its latest run, from 1.
func (g *grid) collectRuns() []placedRun {
	b := g.boundaries
	g.squares = make([]uint32, g.columns*g.rows)
	runs := make([]placedRun, 0, len(b.vertices)/3)
	for arc, a := range b.arcs {
		if g.arcSets[arc] == 0 {
			continue // it has the same communes on both sides
		}
		for i := a.first; i+1 < a.end; i++ {
			p, q := b.vertices[i], b.vertices[i+1]
			west := (int64(min(p.LonE7, q.LonE7)) - g.margin - g.west) / squareSize
			east := (int64(max(p.LonE7, q.LonE7)) + g.margin - g.west) / squareSize
			south := (int64(min(p.LatE7, q.LatE7)) - g.margin - g.south) / squareSize
			north := (int64(max(p.LatE7, q.LatE7)) + g.margin - g.south) / squareSize
			for row := south; row <= north; row++ {
				for column := west; column <= east; column++ {
					square := uint32(row*g.columns + column)
					if latest := g.squares[square]; latest > 0 && runs[latest-1].last == i && runs[latest-1].arc == uint32(arc) {
						runs[latest-1].last = i + 1
						continue
					}
					runs = append(runs, placedRun{square, edgeRun{first: i, last: i + 1, arc: uint32(arc)}})
					g.squares[square] = uint32(len(runs))
				}
			}
		}
	}
	return runs
}

// placeRuns numbers the squares that have runs, and sorts the runs by square.
func (g *grid) placeRuns(placed []placedRun) {
	for square, latest := range g.squares {
		if latest > 0 {
			g.squares[square] = isMixed | uint32(len(g.mixed))
			g.mixed = append(g.mixed, mixedSquare{})
		}
	}
	g.mixed = append(g.mixed, mixedSquare{}) // the end of the last one's runs
	// Counting sort: first the sizes, one place to the right, then the sums of those before, then the runs.
	for _, run := range placed {
		g.mixed[g.squares[run.square]&^isMixed+1].firstRun++
	}
	for i := 1; i < len(g.mixed); i++ {
		g.mixed[i].firstRun += g.mixed[i-1].firstRun
	}
	next := make([]uint32, len(g.mixed))
	for i := range next {
		next[i] = g.mixed[i].firstRun
	}
	g.runs = make([]edgeRun, len(placed))
	for _, run := range placed {
		mixed := g.squares[run.square] &^ isMixed
		g.runs[next[mixed]] = run.edgeRun
		next[mixed]++
	}
}

// sweep walks along the reference points of each row, from outside in the west, and notes the communes that contain them.
func (g *grid) sweep() {
	var communes []uint32
	for row := range g.rows {
		communes = communes[:0]
		at := setID(0)
		for column := range g.columns {
			square := &g.squares[row*g.columns+column]
			if *square&isMixed == 0 {
				*square = uint32(at)
				continue
			}
			mixed := *square &^ isMixed
			g.mixed[mixed].reference = at
			x, y := g.reference(column, row)
			communes = g.cross(communes, g.runsOf(mixed), x+squareSize, y, x, y)
			at = g.sets.id(communes)
		}
	}
}
