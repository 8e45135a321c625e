package geo

// Box is an area between a south-west and a north-east corner, both included. It does not cross the date line.
type Box struct{ SouthWest, NorthEast Point }

// BoxAround is the smallest box that holds all points; with none it holds nothing.
func BoxAround(points ...Point) Box {
	b := Box{SouthWest: Point{maxLatE7, maxLonE7}, NorthEast: Point{-maxLatE7, -maxLonE7}}
	for _, p := range points {
		b = b.With(p)
	}
	return b
}

// With is the box made as large as it takes to hold p too.
func (b Box) With(p Point) Box {
	return Box{
		SouthWest: Point{min(b.SouthWest.LatE7, p.LatE7), min(b.SouthWest.LonE7, p.LonE7)},
		NorthEast: Point{max(b.NorthEast.LatE7, p.LatE7), max(b.NorthEast.LonE7, p.LonE7)},
	}
}

// Contains reports whether p lies in the box.
func (b Box) Contains(p Point) bool {
	return p.LatE7 >= b.SouthWest.LatE7 && p.LatE7 <= b.NorthEast.LatE7 && p.LonE7 >= b.SouthWest.LonE7 && p.LonE7 <= b.NorthEast.LonE7
}

// Meets reports whether the boxes have a point in common.
func (b Box) Meets(o Box) bool {
	return b.SouthWest.LatE7 <= o.NorthEast.LatE7 && o.SouthWest.LatE7 <= b.NorthEast.LatE7 &&
		b.SouthWest.LonE7 <= o.NorthEast.LonE7 && o.SouthWest.LonE7 <= b.NorthEast.LonE7
}

// Middle is the point halfway between the corners.
func (b Box) Middle() Point {
	return Point{
		LatE7: int32((int64(b.SouthWest.LatE7) + int64(b.NorthEast.LatE7)) / 2),
		LonE7: int32((int64(b.SouthWest.LonE7) + int64(b.NorthEast.LonE7)) / 2),
	}
}
