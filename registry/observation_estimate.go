package registry

import (
	"cmp"
	"math"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// estimate is where the observers of an address agree that its entrance is.
type estimate struct {
	point     geo.Point
	accuracyM float64 // radius that holds the true place in about 19 of 20 cases
	observers int     // that agree
}

func (e estimate) position() geo.Position {
	return geo.Position{Point: e.point, Source: geo.SourceGPS, AccuracyM: e.accuracyM}
}

// Parameters of the estimate, in metres.
const (
	bestEstimateM   = 5.0  // phones between houses are off together, so that more of them do not help
	usualAccuracyM  = 20.0 // for devices that do not say theirs
	alwaysInlierM   = 15.0 // nobody is an outlier who is as near as that …
	neverInlierM    = 30.0 // … nor an inlier who is farther
	outlierMedians  = 3.0  // between, three times the median distance
	mostScatterM    = 12.0 // median distance of those who agree; two groups at two doors do not
	medianTo95      = 2.4  // 95 % radius of the centre of one observer, in median distances: 2.45 × 1.13 / 1.18 of normal errors
	fullWeightM     = 10.0 // accuracy from which on an observer has its full weight
	smallestWeight  = 0.6
	weiszfeldRounds = 100
	weiszfeldStopM  = 0.01
)

// estimateOf is the geometric median of the votes, weighted by accuracy, outliers cut off; ok is false unless at least three
// observers and at least two of three agree, on at least three days together.
//
// The geometric median stays near the others while less than half of the weight is hostile, wherever the hostile part is. An
// accuracy is its sender's word, so weights lie between 0.6 and 1: of three observers two always outweigh the third.
func estimateOf(origin geo.Point, votes []vote) (e estimate, ok bool) {
	if len(votes) < minObservers {
		return estimate{}, false
	}
	plane := newPlane(origin)
	marks := make([]mark, len(votes))
	for i, v := range votes {
		marks[i] = plane.mark(v.point, weightOf(v.accuracyM))
	}
	centre := geometricMedian(marks)
	cut := outlierMedians * median(distances(marks, centre))
	cut = min(max(cut, alwaysInlierM), neverInlierM)
	var inliers []mark
	var days []geo.Date
	var claimed []float64
	for i, p := range marks {
		if p.distance(centre) <= cut {
			inliers = append(inliers, p)
			days = append(days, votes[i].days...)
			claimed = append(claimed, cmp.Or(votes[i].accuracyM, usualAccuracyM))
		}
	}
	slices.Sort(days)
	if len(inliers) < minObservers || 3*len(inliers) < 2*len(votes) || len(slices.Compact(days)) < minObservers {
		return estimate{}, false
	}
	centre = geometricMedian(inliers)
	scatter := median(distances(inliers, centre))
	if scatter > mostScatterM {
		return estimate{}, false
	}
	spread := max(medianTo95*scatter, median(claimed)) / math.Sqrt(float64(len(inliers)))
	return estimate{
		point:     plane.point(centre),
		accuracyM: math.Ceil(max(spread, bestEstimateM)*10) / 10,
		observers: len(inliers),
	}, true
}

// voteOf takes the deliveries of one observer together.
func voteOf(delivered []*Observation) vote {
	plane := newPlane(delivered[0].Position.Point)
	marks := make([]mark, len(delivered))
	accuracies := make([]float64, len(delivered))
	var v vote
	for i, o := range delivered {
		marks[i] = plane.mark(o.Position.Point, 1)
		accuracies[i] = o.Position.AccuracyM
		v.days = append(v.days, o.Day)
	}
	v.point, v.accuracyM = plane.point(geometricMedian(marks)), median(accuracies)
	return v
}

func weightOf(accuracyM float64) float64 {
	if accuracyM == 0 {
		return smallestWeight
	}
	return min(max(fullWeightM/accuracyM, smallestWeight), 1)
}

// mark is a point on a plane, in metres, with a weight.
type mark struct{ x, y, weight float64 }

func (a mark) distance(b mark) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// plane is the surroundings of an origin laid flat: within 5 km it is right to a decimetre.
type plane struct {
	origin geo.Point
	x, y   float64 // metres per 1e-7 degrees
}

func newPlane(origin geo.Point) plane {
	const step = 10_000 // about 100 m
	east := geo.Point{LatE7: origin.LatE7, LonE7: origin.LonE7 + step}
	north := geo.Point{LatE7: origin.LatE7 + step, LonE7: origin.LonE7}
	return plane{origin, geo.Distance(origin, east) / step, geo.Distance(origin, north) / step}
}

func (l plane) mark(p geo.Point, weight float64) mark {
	return mark{float64(p.LonE7-l.origin.LonE7) * l.x, float64(p.LatE7-l.origin.LatE7) * l.y, weight}
}

func (l plane) point(p mark) geo.Point {
	return geo.Point{
		LatE7: l.origin.LatE7 + int32(math.Round(p.y/l.y)),
		LonE7: l.origin.LonE7 + int32(math.Round(p.x/l.x)),
	}
}

// geometricMedian is the place with the smallest sum of weighted distances, found by Weiszfeld's iteration from the
// coordinate-wise median.
func geometricMedian(marks []mark) mark {
	xs, ys := make([]float64, len(marks)), make([]float64, len(marks))
	for i, p := range marks {
		xs[i], ys[i] = p.x, p.y
	}
	at := mark{x: median(xs), y: median(ys)}
	for range weiszfeldRounds {
		var sum mark
		for _, p := range marks {
			w := p.weight / max(p.distance(at), weiszfeldStopM) // a mark at the place itself pulls hard, not infinitely
			sum.x, sum.y, sum.weight = sum.x+w*p.x, sum.y+w*p.y, sum.weight+w
		}
		next := mark{x: sum.x / sum.weight, y: sum.y / sum.weight}
		if next.distance(at) < weiszfeldStopM {
			return next
		}
		at = next
	}
	return at
}

func distances(marks []mark, from mark) []float64 {
	out := make([]float64, len(marks))
	for i, p := range marks {
		out[i] = p.distance(from)
	}
	return out
}

// median of at least one value; the mean of the middle two for an even number.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
