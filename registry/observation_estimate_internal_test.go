package registry

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

var estimateOrigin = geo.Point{LatE7: 210287000, LonE7: 1058524000}

// votesAround are n votes of as many days around a point of the plane, with a normal error in metres.
func votesAround(rnd *rand.Rand, l plane, n int, x, y, sigma, accuracyM float64) []vote {
	votes := make([]vote, n)
	for i := range votes {
		p := l.point(mark{x: x + rnd.NormFloat64()*sigma, y: y + rnd.NormFloat64()*sigma})
		votes[i] = vote{p, accuracyM, []geo.Date{geo.Date(20261101 + rnd.IntN(3)*100 + i)}}
	}
	return votes
}

func TestEstimateOfHonestObservers(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	l := newPlane(estimateOrigin)
	const rounds = 2000
	within, made := 0, 0
	for range rounds {
		n := 3 + rnd.IntN(10)
		sigma := 1 + rnd.Float64()*7
		e, ok := estimateOf(estimateOrigin, votesAround(rnd, l, n, 12, -7, sigma, 2.4*sigma))
		if !ok {
			continue
		}
		made++
		if l.mark(e.point, 1).distance(mark{x: 12, y: -7}) <= e.accuracyM {
			within++
		}
	}
	if made < rounds*9/10 {
		t.Errorf("only %d of %d groups of honest observers made an estimate", made, rounds)
	}
	if float64(within) < 0.95*float64(made) {
		t.Errorf("%d of %d estimates hold the true place within their accuracy", within, made)
	}
}

func TestEstimateNeedsAgreement(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	l := newPlane(estimateOrigin)
	sameDay := votesAround(rnd, l, 5, 0, 0, 2, 5)
	for i := range sameDay {
		sameDay[i].days = []geo.Date{20261122}
	}
	halves := append(votesAround(rnd, l, 4, 0, 0, 2, 5), votesAround(rnd, l, 4, 60, 0, 2, 5)...)
	for _, c := range []struct {
		name  string
		votes []vote
		ok    bool
	}{
		{"none", nil, false},
		{"two", votesAround(rnd, l, 2, 0, 0, 1, 5), false},
		{"three", votesAround(rnd, l, 3, 0, 0, 1, 5), true},
		{"five of one day", sameDay, false},
		{"two and one elsewhere", append(votesAround(rnd, l, 2, 0, 0, 1, 5), votesAround(rnd, l, 1, 80, 0, 1, 5)...), false},
		{"three and one elsewhere", append(votesAround(rnd, l, 3, 0, 0, 1, 5), votesAround(rnd, l, 1, 80, 0, 1, 5)...), true},
		{"two halves", halves, false},
		{"everywhere", votesAround(rnd, l, 12, 0, 0, 200, 5), false},
		{"at one point", []vote{{estimateOrigin, 5, []geo.Date{1}}, {estimateOrigin, 5, []geo.Date{2}}, {estimateOrigin, 0, []geo.Date{3}}}, true},
	} {
		if e, ok := estimateOf(estimateOrigin, c.votes); ok != c.ok {
			t.Errorf("%s: %+v, %v", c.name, e, ok)
		}
	}
}

// Fewer than a third of the observers, together at one place of their choice and with any accuracy they like to tell, hardly shift
// an estimate: no more than the honest ones scatter.
func TestEstimateWithHostileObservers(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	l := newPlane(estimateOrigin)
	worst := 0.0
	for range 5000 {
		n := 4 + rnd.IntN(12)
		hostile := rnd.IntN((n + 2) / 3) // below n/3
		const sigma = 3.0
		votes := votesAround(rnd, l, n-hostile, 0, 0, sigma, 8+rnd.Float64()*30)
		angle, far := rnd.Float64()*2*math.Pi, rnd.Float64()*80
		votes = append(votes, votesAround(rnd, l, hostile, far*math.Cos(angle), far*math.Sin(angle), 0, rnd.Float64())...)
		rnd.Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
		if e, ok := estimateOf(estimateOrigin, votes); ok {
			worst = max(worst, l.mark(e.point, 1).distance(mark{}))
		}
	}
	if worst > 4*3.0 {
		t.Errorf("an estimate was shifted by %.1f m, four times the scatter of the honest is 12 m", worst)
	}
	t.Logf("worst shift %.1f m", worst)
}

func TestGeometricMedian(t *testing.T) {
	for _, c := range []struct {
		name  string
		marks []mark
		want  mark
	}{
		{"one", []mark{{3, 4, 1}}, mark{x: 3, y: 4}},
		{"a square", []mark{{0, 0, 1}, {2, 0, 1}, {2, 2, 1}, {0, 2, 1}}, mark{x: 1, y: 1}},
		{"an obtuse corner", []mark{{-10, 1, 1}, {10, 1, 1}, {0, 0, 1}}, mark{}},
		{"two in one place and one far", []mark{{0, 0, 1}, {0, 0, 1}, {1000, 0, 1}}, mark{}},
		{"half the weight is not outvoted", []mark{{0, 0, 0.6}, {0, 0, 0.6}, {50, 0, 1}}, mark{}},
	} {
		if got := geometricMedian(c.marks); got.distance(c.want) > 0.1 {
			t.Errorf("%s: got %.2f %.2f, want %.2f %.2f", c.name, got.x, got.y, c.want.x, c.want.y)
		}
	}
}

func TestPlane(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		origin := geo.Point{LatE7: 80000000 + rnd.Int32N(150000000), LonE7: 1020000000 + rnd.Int32N(80000000)}
		l := newPlane(origin)
		p := geo.Point{LatE7: origin.LatE7 + rnd.Int32N(20000) - 10000, LonE7: origin.LonE7 + rnd.Int32N(20000) - 10000}
		m := l.mark(p, 1)
		if l.point(m) != p {
			t.Fatalf("%v came back as %v", p, l.point(m))
		}
		if flat, round := math.Hypot(m.x, m.y), geo.Distance(origin, p); math.Abs(flat-round) > 0.1 {
			t.Fatalf("%.2f m on the plane, %.2f m on the ground", flat, round)
		}
	}
}

// FuzzEstimate: whatever is told, an estimate is finite, near most of those who agree, and no better than 5 m.
func FuzzEstimate(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		l := newPlane(estimateOrigin)
		var votes []vote
		for i := 0; i+3 <= len(data) && i < 300; i += 3 {
			p := l.point(mark{x: float64(data[i]) - 128, y: float64(data[i+1]) - 128})
			votes = append(votes, vote{p, float64(data[i+2]) / 4, []geo.Date{geo.Date(i)}})
		}
		e, ok := estimateOf(estimateOrigin, votes)
		if !ok {
			return
		}
		if e.accuracyM < bestEstimateM || math.IsNaN(e.accuracyM) || e.observers < minObservers || 3*e.observers < 2*len(votes) {
			t.Fatalf("estimate %+v of %d votes", e, len(votes))
		}
		near := 0
		for _, v := range votes {
			if l.mark(v.point, 1).distance(l.mark(e.point, 1)) <= 2*neverInlierM {
				near++
			}
		}
		if near < e.observers {
			t.Fatalf("estimate %+v, but only %d votes are near", e, near)
		}
	})
}
