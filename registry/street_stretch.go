package registry

import (
	"cmp"
	"math"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

const (
	stretchStepM = 40.0 // how far apart a street is looked at
	roadsideM    = 15.0 // where the houses of a street begin, from its middle: they decide which communes it belongs to
	// What a street needs in a commune to belong to it, unless it is half of the street: borders are drawn with less detail than streets.
	leastStretchM = 60.0
	metresPerUnit = 0.0111195 // of latitude, 1e-7 degrees; good to 0.6 %
)

// stretch is a Stretch in the making.
type stretch struct {
	Stretch
	samples []geo.Point
}

// stretchesOf follows lines and asks on both sides which commune it is, every 40 m. None are found abroad.
func (s *Service) stretchesOf(lines [][]geo.Point) []Stretch {
	found := map[string]*stretch{}
	total := 0.0
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			length := geo.Distance(a, b)
			total += length
			steps := max(1, int(math.Ceil(length/stretchStepM)))
			for step := range steps {
				from, middle, to := between(a, b, step*2, steps*2), between(a, b, step*2+1, steps*2), between(a, b, step*2+2, steps*2)
				for _, commune := range s.communesBeside(a, b, middle) {
					in := found[commune]
					if in == nil {
						in = &stretch{Stretch: Stretch{Commune: commune, Box: geo.BoxAround()}}
						found[commune] = in
					}
					in.LengthM += length / float64(steps)
					in.Box = in.Box.With(from).With(to)
					in.samples = append(in.samples, middle)
				}
			}
		}
	}
	stretches := make([]Stretch, 0, len(found))
	longest := 0.0
	for _, in := range found {
		longest = max(longest, in.LengthM)
	}
	for _, in := range found {
		if in.LengthM < min(leastStretchM, total/2, longest) {
			continue
		}
		middle := in.Box.Middle()
		in.Point = slices.MinFunc(in.samples, func(a, b geo.Point) int {
			return cmp.Or(cmp.Compare(geo.Distance(middle, a), geo.Distance(middle, b)), cmp.Compare(a.LatE7, b.LatE7), cmp.Compare(a.LonE7, b.LonE7))
		})
		stretches = append(stretches, in.Stretch)
	}
	slices.SortFunc(stretches, func(a, b Stretch) int {
		return cmp.Or(cmp.Compare(b.LengthM, a.LengthM), cmp.Compare(a.Commune, b.Commune))
	})
	return stretches
}

// communesBeside are those 15 m to the left and to the right of a point of a line from a to b.
func (s *Service) communesBeside(a, b, at geo.Point) []string {
	shrink := math.Cos(at.Lat() * math.Pi / 180)
	east, north := float64(int64(b.LonE7)-int64(a.LonE7))*shrink, float64(int64(b.LatE7)-int64(a.LatE7))
	if length := math.Hypot(east, north); length > 0 {
		east, north = east/length, north/length
	}
	const aside = roadsideM / metresPerUnit
	lat, lon := int32(math.Round(east*aside)), int32(math.Round(-north*aside/shrink))
	var communes []string
	for _, side := range [...]geo.Point{{LatE7: at.LatE7 + lat, LonE7: at.LonE7 + lon}, {LatE7: at.LatE7 - lat, LonE7: at.LonE7 - lon}} {
		l, err := s.locator.Locate(side, 0)
		if err == nil && l.Commune != nil && !slices.Contains(communes, l.Commune.Code) {
			communes = append(communes, l.Commune.Code)
		}
	}
	return communes
}

// between is the point n of m parts of the way from a to b.
func between(a, b geo.Point, n, m int) geo.Point {
	share := func(a, b int32) int32 {
		return int32(int64(a) + int64(math.Round(float64(int64(b)-int64(a))*float64(n)/float64(m))))
	}
	return geo.Point{LatE7: share(a.LatE7, b.LatE7), LonE7: share(a.LonE7, b.LonE7)}
}
