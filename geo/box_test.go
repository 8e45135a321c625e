package geo

import (
	"math/rand/v2"
	"testing"
)

// A box holds what it was made around, and nothing holds less; boxes meet when one of many points lies in both.
func TestBoxes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	point := func() Point { return Point{rnd.Int32N(20), rnd.Int32N(20)} }
	for range 2000 {
		a, b, c, d := point(), point(), point(), point()
		box, other := BoxAround(a, b), BoxAround(c, d)
		if !box.Contains(a) || !box.Contains(b) || !box.Contains(box.Middle()) {
			t.Fatalf("%v does not hold %v, %v and its middle", box, a, b)
		}
		if box.With(c) != BoxAround(a, b, c) {
			t.Fatalf("%v with %v is %v", box, c, box.With(c))
		}
		meet := false
		for lat := range int32(20) {
			for lon := range int32(20) {
				p := Point{lat, lon}
				meet = meet || box.Contains(p) && other.Contains(p)
				if box.Contains(p) && BoxAround(a, b, p) != box {
					t.Fatalf("%v holds %v, which makes it larger", box, p)
				}
			}
		}
		if box.Meets(other) != meet || other.Meets(box) != meet {
			t.Fatalf("%v and %v meet: %v, want %v", box, other, box.Meets(other), meet)
		}
	}
	if empty := BoxAround(); empty.Contains(Point{}) || empty.Meets(BoxAround(Point{}, Point{1, 1})) {
		t.Error("a box around nothing holds something")
	}
}
