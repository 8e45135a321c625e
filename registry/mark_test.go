package registry_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func boxOf(middle geo.Point, halfM float64) geo.Box {
	return geo.Box{SouthWest: moved(middle, -halfM, -halfM), NorthEast: moved(middle, halfM, halfM)}
}

// What a box of marks has is what a look at every address finds, for every sight.
func TestMarksAgreeWithBruteForce(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	rng := rand.New(rand.NewPCG(9, 1))
	var batch []registry.AssignRequest
	for n := range 600 {
		batch = append(batch, house(moved(khamThien, rng.NormFloat64()*250, rng.NormFloat64()*250), fmt.Sprint(n)))
	}
	tower := moved(khamThien, 80, 40)
	for n := range 300 { // its codes spill over several rings
		batch = append(batch, flat(tower, n))
	}
	answers, err := svc.AssignMany(ctx, testActor, batch)
	if err != nil {
		t.Fatal(err)
	}
	var all []*registry.Address
	communes := map[string]bool{}
	for i, answer := range answers {
		if answer.Err != nil {
			t.Fatal(answer.Err)
		}
		a := answer.Address
		switch {
		case i%9 == 4:
			if a, err = svc.Retire(ctx, testActor, a.Code, a.Version, nil, registry.RetireDemolished); err != nil {
				t.Fatal(err)
			}
		case i%9 == 7:
			if a, err = svc.Protect(ctx, testActor, a.Code, true); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, a)
		communes[a.Commune] = true
	}
	if len(communes) < 2 {
		t.Fatal("the addresses lie in one commune")
	}
	home := all[0].Commune
	courier := registry.Sight{Protected: registry.Nowhere{}}
	for name, sight := range map[string]registry.Sight{"street": street, "counter": counter, "keeper": keeper(home), "courier": courier, "all": {}} {
		for range 60 {
			box := boxOf(moved(khamThien, rng.NormFloat64()*300, rng.NormFloat64()*300), []float64{20, 75, 300, 1000}[rng.IntN(4)])
			got, err := svc.MarksFor(ctx, sight, box, 10_000)
			if err != nil {
				t.Fatal(err)
			}
			if want := bruteMarks(sight, all, box); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s in %v: %d marks, want %d\n got %+v\nwant %+v", name, box, len(got), len(want), got[:min(3, len(got))], want[:min(3, len(want))])
			}
			for _, m := range got {
				checkMark(t, sight, m)
			}
		}
	}
}

// bruteMarks applies the rule of MarksFor address by address.
func bruteMarks(sight registry.Sight, all []*registry.Address, box geo.Box) []registry.Mark {
	holds := func(area registry.Area, commune string) bool { return area == nil || area.Holds(commune) }
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b *registry.Address) int { return a.Code.Compare(b.Code) })
	marks := []registry.Mark{}
	doors := map[string]bool{}
	for _, a := range sorted {
		exact := holds(sight.Positions, a.Commune)
		m := registry.Mark{Code: a.Code, Zone: a.Code.Zone(), Status: a.Status, Number: a.Components.HouseNumber, Point: a.Point(), Exact: exact}
		if !exact {
			m.Point = geo.CodeCenter(a.Code)
		}
		protected := a.HasFlag(registry.FlagProtected)
		if !box.Contains(m.Point) || !exact && (a.Status != registry.StatusActive || protected) || protected && !holds(sight.Protected, a.Commune) {
			continue
		}
		if !exact && a.Components.Unit != "" {
			if doors[registry.DoorOf(a.Commune, a.Components)] {
				continue
			}
			doors[registry.DoorOf(a.Commune, a.Components)] = true
			m.Code = addresscode.Code{}
		}
		marks = append(marks, m)
	}
	return marks
}

func checkMark(t *testing.T, sight registry.Sight, m registry.Mark) {
	t.Helper()
	if m.Exact {
		return
	}
	cell, err := m.Point.Cell()
	if err != nil || m.Point != cell.Center() {
		t.Fatalf("the public is told of %v, which is no centre of a cell", m.Point)
	}
	if m.Status != registry.StatusActive {
		t.Fatalf("the public is told of a retired address")
	}
}

// A house with flats is one door: the house.
func TestMarkOfAHouseWithFlats(t *testing.T) {
	svc := newService(t)
	whole := house(khamThien, "7")
	a := mustAssign(t, svc, whole)
	for n := range 3 {
		r := house(khamThien, "7")
		r.Components.Unit = fmt.Sprint(n + 1)
		mustAssign(t, svc, r)
	}
	box := boxOf(khamThien, 50)
	marks, err := svc.MarksFor(t.Context(), street, box, 10)
	if err != nil || len(marks) != 1 || marks[0].Code != a.Code || marks[0].Number != "7" {
		t.Errorf("the public sees %+v, %v", marks, err)
	}
	if marks, err = svc.MarksFor(t.Context(), registry.Sight{}, box, 10); err != nil || len(marks) != 4 {
		t.Errorf("who sees everything sees %d, %v", len(marks), err)
	}
}

// What is left out of a box is left out of every box around it.
func TestMarksBeyondTheMost(t *testing.T) {
	svc := newService(t)
	rng := rand.New(rand.NewPCG(9, 2))
	var batch []registry.AssignRequest
	for n := range 400 {
		batch = append(batch, house(moved(khamThien, rng.Float64()*300-150, rng.Float64()*300-150), fmt.Sprint(n)))
	}
	if _, err := svc.AssignMany(t.Context(), testActor, batch); err != nil {
		t.Fatal(err)
	}
	read := func(box geo.Box, most int) map[addresscode.Code]bool {
		marks, err := svc.MarksFor(t.Context(), street, box, most)
		if err != nil || len(marks) > most {
			t.Fatalf("%d marks, %v", len(marks), err)
		}
		codes := map[addresscode.Code]bool{}
		for i, m := range marks {
			codes[m.Code] = true
			if i > 0 && marks[i-1].Code.Compare(m.Code) >= 0 {
				t.Fatal("they are not in order")
			}
		}
		return codes
	}
	large := read(boxOf(khamThien, 200), 100)
	if len(large) != 100 {
		t.Fatalf("%d of 100", len(large))
	}
	east := 0
	for _, quarter := range []geo.Point{moved(khamThien, 100, 100), moved(khamThien, 100, -100), moved(khamThien, -100, 100), moved(khamThien, -100, -100)} {
		box := boxOf(quarter, 100)
		part := read(box, 100)
		here := 0
		for code := range large {
			if box.Contains(geo.CodeCenter(code)) {
				here++
				if !part[code] {
					t.Errorf("%s is drawn in the box and not in its quarter", code)
				}
			}
		}
		if here < 10 {
			t.Errorf("only %d of 100 are in a quarter: they are not spread like what is there", here)
		}
		east += here
	}
	if east < 100 {
		t.Errorf("%d of 100 are in a quarter", east)
	}
	for _, box := range []geo.Box{boxOf(khamThien, 5000), {SouthWest: moved(khamThien, 10, 10), NorthEast: khamThien}} {
		_, err := svc.MarksFor(t.Context(), street, box, 10)
		wantError(t, err, registry.CodeInvalid, "box")
	}
}

func TestPlateNumber(t *testing.T) {
	for name, test := range map[string]struct {
		c    registry.Components
		want string
	}{
		"plain":                 {registry.Components{HouseNumber: "12A"}, "12A"},
		"in an alley":           {registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}}, "12/34/5"},
		"with the path itself":  {registry.Components{HouseNumber: "12/34/5", Alley: []string{"12", "34"}}, "12/34/5"},
		"in an alley with name": {registry.Components{HouseNumber: "5", Alley: []string{"Văn Chương"}}, "5"},
		"an alley alone":        {registry.Components{Alley: []string{"12"}}, ""},
		"none":                  {registry.Components{Building: "Chùa"}, ""},
	} {
		if got := test.c.PlateNumber(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Touched tells which zones changed since a line, and when that is not worth telling.
func TestTouched(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	if _, head, all, err := svc.Touched(ctx, 0); err != nil || head != 0 || all {
		t.Fatalf("an empty register: head %d, all %v, %v", head, all, err)
	}
	a := mustAssign(t, svc, house(khamThien, "1"))
	_, head, all, err := svc.Touched(ctx, 0)
	if err != nil || head != 1 || !all {
		t.Fatalf("asked for the first time: head %d, all %v, %v", head, all, err)
	}
	b := mustAssign(t, svc, house(benThanh, "1"))
	if _, err := svc.Protect(ctx, testActor, b.Code, true); err != nil {
		t.Fatal(err)
	}
	zones, next, all, err := svc.Touched(ctx, head)
	if err != nil || all || !slices.Equal(zones, []addresscode.Zone{b.Code.Zone()}) || slices.Contains(zones, a.Code.Zone()) {
		t.Errorf("zones %v, all %v, %v", zones, all, err)
	}
	if zones, again, all, err := svc.Touched(ctx, next); err != nil || again != next || all || len(zones) != 0 {
		t.Errorf("nothing happened: zones %v, head %d, all %v, %v", zones, again, all, err)
	}
	if _, _, all, err := svc.Touched(ctx, next+5); err != nil || !all {
		t.Errorf("a register that was restored: all %v, %v", all, err)
	}
}
