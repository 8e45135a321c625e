package geo_test

import (
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"github.com/diachiso/diachiso/geo"
)

// trace follows walks over arcs to the rings that they are.
func trace(t *testing.T, b *geo.Boundaries, polygons [][][]geo.Walk) orb.MultiPolygon {
	t.Helper()
	arcs := b.Arcs()
	ends := func(w geo.Walk) (from, to geo.Point) {
		from, to = arcs[w.Arc][0], arcs[w.Arc][len(arcs[w.Arc])-1]
		if w.Reverse {
			from, to = to, from
		}
		return from, to
	}
	var shape orb.MultiPolygon
	for _, rings := range polygons {
		var polygon orb.Polygon
		for _, walks := range rings {
			var ring orb.Ring
			_, at := ends(walks[len(walks)-1])
			for _, w := range walks {
				from, to := ends(w)
				if from != at {
					t.Fatal("a walk does not begin where the one before ends")
				}
				at = to
				arc := arcs[w.Arc]
				for i := range len(arc) - 1 {
					v := arc[i]
					if w.Reverse {
						v = arc[len(arc)-1-i]
					}
					ring = append(ring, orb.Point{v.Lon(), v.Lat()})
				}
			}
			polygon = append(polygon, append(ring, ring[0]))
		}
		shape = append(shape, polygon)
	}
	return shape
}

// Walks are the boundaries themselves.
func TestWalks(t *testing.T) {
	b := builtin(t).Locator.Boundaries()
	for _, codes := range [][]string{{"00070"}, {"20333"}, {"22736"}, {"00070", "00256"}, {"00070", "20333"}, b.Codes()} {
		want, _ := b.Union(codes...)
		if len(codes) == 1 {
			want, _ = b.MultiPolygon(codes[0])
		}
		walks, ok := b.Walks(codes...)
		if got := trace(t, b, walks); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%d communes: %d polygons, want %d", len(codes), len(got), len(want))
		}
	}
	for _, codes := range [][]string{nil, {"99999"}, {"00070", "99999"}} {
		if walks, ok := b.Walks(codes...); ok || len(walks) > 0 {
			t.Errorf("%v has a boundary", codes)
		}
	}
}
