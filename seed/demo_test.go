package seed

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestDemoQuarterIsMarked(t *testing.T) {
	requests := demoQuarter()
	if len(requests) != 300 {
		t.Errorf("%d addresses, want 300", len(requests))
	}
	if !reflect.DeepEqual(requests, demoQuarter()) {
		t.Error("two calls make different quarters")
	}
	seen := map[string]bool{}
	kinds := map[registry.Kind]int{}
	for _, r := range requests {
		id := r.ExternalIDs[0]
		if id.Scheme != demoScheme || seen[id.Value] {
			t.Errorf("external id %+v is of another scheme or taken", id)
		}
		seen[id.Value] = true
		kinds[r.Kind]++
		if r.Provenance.Dataset != registry.DemoDataset {
			t.Errorf("%s comes from dataset %q", id.Value, r.Provenance.Dataset)
		}
		c := r.Components
		for _, name := range []string{c.Street, c.Hamlet, c.Building} {
			if name != "" && !strings.Contains(name, "(minh họa)") {
				t.Errorf("%s: %q does not say that it is made up", id.Value, name)
			}
		}
		if c.Street == "" && c.Hamlet == "" {
			t.Errorf("%s has neither street nor hamlet", id.Value)
		}
	}
	for kind, least := range map[registry.Kind]int{registry.KindDwelling: 280, registry.KindBusiness: 2, registry.KindPublic: 1, registry.KindOther: 1} {
		if kinds[kind] < least {
			t.Errorf("%d addresses of kind %s, want at least %d", kinds[kind], kind, least)
		}
	}
}

// TestDemoNumbering: Thông tư 08/2024/TT-BXD, odd on the left and even on the right of somebody who walks up the numbers.
func TestDemoNumbering(t *testing.T) {
	var street, alley, inner, flats, unnumbered int
	for _, r := range demoQuarter() {
		c, p := r.Components, r.Positions[0].Point
		n, err := strconv.Atoi(c.HouseNumber)
		switch {
		case c.Hamlet != "":
			unnumbered++
			if c.HouseNumber != "" || c.Street != "" {
				t.Errorf("a house of the hamlet has number %q", c.HouseNumber)
			}
		case c.Building == demoTower:
			flats++
			floor, _, isFlat := strings.Cut(c.Unit, "-0")
			if isFlat != (r.Kind == registry.KindDwelling) || isFlat && strings.TrimPrefix(floor, "0") != c.Floor {
				t.Errorf("flat %q on floor %q", c.Unit, c.Floor)
			}
			if c.Floor == "13" {
				t.Error("the thirteenth floor is called 12A")
			}
		case slices.Equal(c.Alley, []string{"12"}): // walking west: the left is south
			alley++
			if south := p.LatE7 < demoPark.at(0, -39_00).LatE7; south != (n%2 == 1) {
				t.Errorf("house %d of the alley is on the wrong side", n)
			}
		case slices.Equal(c.Alley, []string{"12", "34"}): // walking north: the left is west
			inner++
			if west := p.LonE7 < demoPark.at(-99_50, 0).LonE7; west != (n%2 == 1) {
				t.Errorf("house %d of the inner alley is on the wrong side", n)
			}
		case err == nil: // walking south: the left is east
			street++
			if east := p.LonE7 > demoPark.origin.LonE7; east != (n%2 == 1) {
				t.Errorf("house %d of the street is on the wrong side", n)
			}
		}
	}
	if street != 60 || alley != 40 || inner != 20 || flats != 4+12*8 || unnumbered != 77 {
		t.Errorf("street %d, alley %d, inner alley %d, tower %d, hamlet %d", street, alley, inner, flats, unnumbered)
	}
}

func TestLoadAndRemoveDemo(t *testing.T) {
	ctx, data := context.Background(), loaded(t)
	svc := registry.NewService(openStore(t), data.Divisions, data.Locator)
	own := assign(t, svc, point(t, 21.0287, 105.8524), "1")
	for _, want := range []int{300, 0} {
		if added, err := LoadDemo(ctx, svc); err != nil || added != want {
			t.Fatalf("LoadDemo added %d, %v, want %d", added, err, want)
		}
	}
	if active, _, err := svc.Count(ctx); err != nil || active != 301 {
		t.Errorf("%d addresses, %v, want 301", active, err)
	}
	communes := map[string]int{}
	cells := map[geo.Point]bool{}
	labels := map[string]string{}
	for _, r := range demoQuarter() {
		p := r.Positions[0].Point
		found, err := svc.Resolve(ctx, demoScheme+":"+r.ExternalIDs[0].Value)
		if err != nil || len(found.Candidates) != 1 || found.Candidates[0].Address == nil {
			t.Fatalf("%s does not resolve: %+v, %v", r.ExternalIDs[0].Value, found, err)
		}
		a := found.Candidates[0].Address
		communes[a.Commune]++
		if r.Components.Building == demoTower {
			cells[geo.CodeCenter(a.Code)] = true
		}
		if d := geo.Distance(geo.CodeCenter(a.Code), p); d > 60 {
			t.Errorf("%s has a code %.0f m away", r.ExternalIDs[0].Value, d)
		}
		labels[r.ExternalIDs[0].Value] = svc.Label(a, third)
	}
	if !reflect.DeepEqual(communes, map[string]int{"00256": 223, "23053": 77}) {
		t.Errorf("communes %v", communes)
	}
	if len(cells) != 4 {
		t.Errorf("the 100 households of the tower take %d cells, want 4 of 31", len(cells))
	}
	const hanoi = "Phường Hai Bà Trưng, Thành phố Hà Nội"
	for id, want := range map[string]string{
		"street-20A":     "Số 20A Phố Mẫu 1 (minh họa), " + hanoi,
		"street-12-34-5": "Số 12/34/5 Phố Mẫu 1 (minh họa), " + hanoi,
		"tower-12A-06":   "Căn hộ 12A-06, Tầng 12A, Tháp Mẫu (minh họa), Số 61 Phố Mẫu 1 (minh họa), " + hanoi,
		"tower-1-02":     "Ki-ốt 02, Tầng 1, Tháp Mẫu (minh họa), Số 61 Phố Mẫu 1 (minh họa), " + hanoi,
		"hamlet-7":       "Thôn Mẫu (minh họa), Xã Hòa Thắng, Tỉnh Lâm Đồng",
	} {
		if labels[id] != want {
			t.Errorf("label of %s is %q, want %q", id, labels[id], want)
		}
	}

	for _, want := range []int64{300, 0} {
		if removed, err := RemoveDemo(ctx, svc); err != nil || removed != want {
			t.Fatalf("RemoveDemo removed %d, %v, want %d", removed, err, want)
		}
	}
	if active, retired, err := svc.Count(ctx); err != nil || active != 1 || retired != 0 {
		t.Errorf("left: %d active, %d retired, %v, want the one of our own", active, retired, err)
	}
	if _, err := svc.Address(ctx, own.Code); err != nil {
		t.Error(err)
	}
	if added, err := LoadDemo(ctx, svc); err != nil || added != 300 {
		t.Errorf("loaded again it adds %d, %v", added, err)
	}
}
