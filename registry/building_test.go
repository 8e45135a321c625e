package registry_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// square is the outline of a building around a point, with sides of so many metres.
func square(p geo.Point, side float64) []geo.Point {
	h := side / 2
	return []geo.Point{moved(p, -h, -h), moved(p, -h, h), moved(p, h, h), moved(p, h, -h)}
}

func tower(p geo.Point) registry.BuildingRequest {
	return registry.BuildingRequest{
		Outline: square(p, 50), Floors: "1-15", UnitsPerFloor: 12, SkipFloors: []int{4, 13},
		Components: registry.Components{HouseNumber: "88", Street: "Phố Láng Hạ", Building: "Toà nhà Sen"},
	}
}

func assignTower(t *testing.T, svc *registry.Service, r registry.BuildingRequest) []registry.Flat {
	t.Helper()
	flats, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	if err != nil {
		t.Fatal(err)
	}
	return flats
}

func outcomes(flats []registry.Flat) map[registry.Outcome]int {
	n := map[registry.Outcome]int{}
	for _, f := range flats {
		n[f.Outcome]++
	}
	return n
}

func TestBuilding(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	flats := assignTower(t, svc, r)
	if len(flats) != 180 {
		t.Fatalf("%d flats", len(flats))
	}
	for i, want := range map[int][2]string{0: {"1", "0101"}, 35: {"3", "0312"}, 36: {"3A", "03A01"}, 48: {"5", "0501"}, 144: {"12A", "12A01"}, 179: {"15", "1512"}} {
		if f := flats[i]; f.Floor != want[0] || f.Unit != want[1] {
			t.Errorf("flat %d is %s on floor %s, want %v", i, f.Unit, f.Floor, want)
		}
	}
	codes := map[addresscode.Code]bool{}
	cells := map[geo.Cell]int{}
	for _, f := range flats {
		a, err := svc.Address(t.Context(), f.Code)
		if err != nil {
			t.Fatal(err)
		}
		if codes[f.Code] || f.Outcome != registry.OutcomeCreated {
			t.Errorf("%s has %s, %s", f.Unit, f.Code, f.Outcome)
		}
		codes[f.Code] = true
		if a.Components.Floor != f.Floor || a.Components.Unit != f.Unit || a.Components.Building != "Toà nhà Sen" || a.Commune != "00070" {
			t.Errorf("%s is kept as %+v in %s", f.Unit, a.Components, a.Commune)
		}
		cell := geo.Cell(f.Code.Cell())
		cells[cell]++
		centre := cell.Center()
		if d := geo.Distance(centre, hoGuom); d > 36 { // half the diagonal
			t.Errorf("%s lies %.0f m from the middle", f.Code, d)
		}
	}
	if len(cells) != 6 { // 180 codes at 31 a cell: the nearest ones
		t.Errorf("the codes lie in %d cells: %v", len(cells), cells)
	}
}

func TestPlanBuilding(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	mustAssign(t, svc, house(hoGuom, "1")) // takes a code of the first cell
	plan, err := svc.PlanBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	if err != nil {
		t.Fatal(err)
	}
	if active, _, err := svc.Count(t.Context()); err != nil || active != 1 {
		t.Fatalf("planning left %d addresses, %v", active, err)
	}
	for i, f := range assignTower(t, svc, r) {
		if p := plan[i]; p.Code != f.Code || p.Unit != f.Unit || p.Floor != f.Floor || p.Outcome != f.Outcome || p.Err != nil {
			t.Errorf("planned %+v, assigned %+v", p, f)
		}
	}
}

// The same building again, by its id or by the key of the request, is the same flats; more floors are added by the id alone.
func TestBuildingAgain(t *testing.T) {
	svc := newService(t)
	by := registry.Actor{Name: "test"}
	r := tower(hoGuom)
	r.ExternalID = &registry.ExternalID{Scheme: "osm", Value: "way/7"}
	first := assignTower(t, svc, r)
	again := assignTower(t, svc, r)
	if n := outcomes(again); n[registry.OutcomeExisting] != 180 {
		t.Errorf("again: %v", n)
	}
	for i := range first {
		if first[i].Code != again[i].Code {
			t.Errorf("%s had %s, has %s", first[i].Unit, first[i].Code, again[i].Code)
		}
	}
	r.Floors = "1-16"
	if n := outcomes(assignTower(t, svc, r)); n[registry.OutcomeExisting] != 180 || n[registry.OutcomeCreated] != 12 {
		t.Errorf("with a floor more: %v", n)
	}
	if res, err := svc.Resolve(t.Context(), "osm:way/7#12A/12A05"); err != nil || res.Candidates[0].Address.Components.Unit != "12A05" {
		t.Errorf("a flat by its id: %v, %v", res, err)
	}

	k := tower(moved(hoGuom, 300, 0))
	k.IdempotencyKey = "tower"
	first = assignTower(t, svc, k)
	if n := outcomes(assignTower(t, svc, k)); n[registry.OutcomeExisting] != 180 {
		t.Errorf("by the key: %v", n)
	}
	k.Floors = "1-16"
	_, err := svc.AssignBuilding(t.Context(), by, k)
	wantError(t, err, registry.CodeIdempotency, "idempotency_key")
	other := house(hoGuom, "9")
	other.IdempotencyKey = "tower"
	_, err = svc.Assign(t.Context(), by, other)
	wantError(t, err, registry.CodeIdempotency, "idempotency_key")
	_ = first
}

// One flat that is there already refuses the whole building, and every such flat is told.
func TestBuildingIsAllOrNothing(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	for _, floor := range []string{"3", "3A"} {
		there := registry.AssignRequest{Positions: entrance(hoGuom), Components: r.Components}
		there.Components.Floor, there.Components.Unit = floor, strings.Replace("0"+floor+"05", "00", "0", 1)
		mustAssign(t, svc, there)
	}
	flats, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	e := wantError(t, err, registry.CodeDuplicate, "floors")
	cause, ok := errors.AsType[*registry.FlatsRefused](err)
	if flats != nil || !ok || !strings.Contains(e.Message, "2 of 180") {
		t.Fatalf("%v, %v", flats, err)
	}
	var refused []string
	for _, f := range cause.Flats {
		if f.Err != nil {
			refused = append(refused, f.Unit)
			if twin, ok := errors.AsType[*registry.Error](f.Err); !ok || twin.Address == nil || twin.Address.Components.Unit != f.Unit {
				t.Errorf("%s: %v", f.Unit, f.Err)
			}
		}
	}
	if fmt.Sprint(refused) != "[0305 03A05]" {
		t.Errorf("refused: %v", refused)
	}
	if active, _, _ := svc.Count(t.Context()); active != 2 {
		t.Errorf("%d addresses", active)
	}
	plan, err := svc.PlanBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	if err != nil || plan[28].Err == nil || plan[0].Err != nil {
		t.Errorf("the plan: %v", err)
	}
	r.AllowDuplicate = true
	if n := outcomes(assignTower(t, svc, r)); n[registry.OutcomeCreated] != 180 {
		t.Errorf("allowed: %v", n)
	}
}

func TestBuildingWithoutRoom(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	r.Outline = square(hoGuom, 12) // three or four cells
	_, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	e := wantError(t, err, registry.CodeCellFull, "outline")
	if !strings.Contains(e.Message, "of 180 flats") {
		t.Errorf("%v", e)
	}
	if active, _, _ := svc.Count(t.Context()); active != 0 {
		t.Errorf("%d addresses", active)
	}
	r.Outline, r.Entrance = nil, &geo.Position{Point: hoGuom}
	if n := outcomes(assignTower(t, svc, r)); n[registry.OutcomeCreated] != 180 {
		t.Errorf("around the entrance: %v", n)
	}
}

func TestLargestBuilding(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	r.Outline, r.Entrance = nil, &geo.Position{Point: hoGuom}
	r.Floors, r.UnitsPerFloor, r.SkipFloors = "1-50", 100, nil
	flats := assignTower(t, svc, r)
	if n := outcomes(flats); n[registry.OutcomeCreated] != registry.MaxFlats {
		t.Errorf("%v", n)
	}
	for _, f := range flats {
		if d := geo.Distance(geo.CodeCenter(f.Code), hoGuom); d > 66 {
			t.Fatalf("%s lies %.0f m away", f.Code, d)
		}
	}
	r.Floors = "1-51"
	_, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r)
	wantError(t, err, registry.CodeInvalid, "floors")
}

func TestBadBuildings(t *testing.T) {
	svc := newService(t)
	for name, c := range map[string]struct {
		change func(*registry.BuildingRequest)
		code   registry.ErrorCode
		field  string
	}{
		"nowhere":     {func(r *registry.BuildingRequest) { r.Outline = nil }, registry.CodeInvalid, "position"},
		"two corners": {func(r *registry.BuildingRequest) { r.Outline = r.Outline[:2] }, registry.CodeInvalid, "outline"},
		"a line": {func(r *registry.BuildingRequest) {
			r.Outline = []geo.Point{hoGuom, moved(hoGuom, 0, 9), moved(hoGuom, 0, 20)}
		}, registry.CodeInvalid, "outline"},
		"a town":                {func(r *registry.BuildingRequest) { r.Outline = square(hoGuom, 2000) }, registry.CodeInvalid, "outline"},
		"off the globe":         {func(r *registry.BuildingRequest) { r.Outline[1].LatE7 = 2e9 }, registry.CodePositionInvalid, "outline[1]"},
		"entrance elsewhere":    {func(r *registry.BuildingRequest) { r.Entrance = &geo.Position{Point: moved(hoGuom, 100, 0)} }, registry.CodeInvalid, "position"},
		"abroad":                {func(r *registry.BuildingRequest) { r.Outline = square(outsideAll, 50) }, registry.CodePositionOutside, "position"},
		"other commune":         {func(r *registry.BuildingRequest) { r.CommuneCode = "26740" }, registry.CodeCommuneMismatch, "commune_code"},
		"no units":              {func(r *registry.BuildingRequest) { r.UnitsPerFloor = 0 }, registry.CodeInvalid, "units_per_floor"},
		"no floors":             {func(r *registry.BuildingRequest) { r.Floors = "" }, registry.CodeInvalid, "floors"},
		"ambiguous numbers":     {func(r *registry.BuildingRequest) { r.UnitPattern = "{floor}{unit}" }, registry.CodeInvalid, "unit_pattern"},
		"a bad pattern":         {func(r *registry.BuildingRequest) { r.UnitPattern = "{floor" }, registry.CodeInvalid, "unit_pattern"},
		"a first floor skipped": {func(r *registry.BuildingRequest) { r.SkipFloors = []int{1} }, registry.CodeInvalid, "skip_floors"},
		"a first unit skipped":  {func(r *registry.BuildingRequest) { r.SkipUnits = []int{0} }, registry.CodeInvalid, "skip_units"},
		"a floor of its own":    {func(r *registry.BuildingRequest) { r.Components.Floor = "1" }, registry.CodeInvalid, "components.floor"},
		"a unit of its own":     {func(r *registry.BuildingRequest) { r.Components.Unit = "1" }, registry.CodeInvalid, "components.unit"},
		"a number as its id":    {func(r *registry.BuildingRequest) { r.ExternalID = &registry.ExternalID{Scheme: "qd392", Value: "1"} }, registry.CodeInvalid, "external_id.scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			r := tower(hoGuom)
			c.change(&r)
			_, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r)
			wantError(t, err, c.code, c.field)
		})
	}
	_, err := svc.AssignBuilding(t.Context(), registry.Actor{Name: "test", Area: registry.Nowhere{}}, tower(hoGuom))
	wantError(t, err, registry.CodeForbidden, "")
}

// Units that do not tell their floor are told apart by it.
func TestUnitsWithoutFloor(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	r.UnitPattern, r.Floors, r.SkipUnits = "A{unit}", "G,1-2", []int{4}
	flats := assignTower(t, svc, r)
	if len(flats) != 36 || flats[3].Unit != "A3A" || flats[12].Unit != "A1" || flats[12].Floor != "1" {
		t.Errorf("%+v", flats)
	}
}

// The middle of an outline lies inside it, also where its centroid does not.
func TestBuildingRoundACourt(t *testing.T) {
	svc := newService(t)
	r := tower(hoGuom)
	u := func(north, east float64) geo.Point { return moved(hoGuom, north, east) }
	r.Outline = []geo.Point{u(0, 0), u(60, 0), u(60, 12), u(12, 12), u(12, 48), u(60, 48), u(60, 60), u(0, 60)}
	r.Floors, r.UnitsPerFloor = "1-2", 4
	a := assignTower(t, svc, r)[0].Address
	p := a.Point()
	north, east := float64(p.LatE7-hoGuom.LatE7)/90.2, float64(p.LonE7-hoGuom.LonE7)/96.5
	if north < 0 || north > 60 || east < 0 || east > 60 || north > 12 && east > 12 && east < 48 {
		t.Errorf("the middle lies %.0f m north, %.0f m east", north, east)
	}
}

func TestBuildingsAtOnce(t *testing.T) {
	svc := newService(t)
	var wg sync.WaitGroup
	all := make([][]registry.Flat, 4)
	for i := range all {
		wg.Go(func() {
			r := tower(hoGuom)
			r.Outline, r.Entrance = nil, &geo.Position{Point: hoGuom}
			r.Components.Building = fmt.Sprint("Toà ", i)
			var err error
			if all[i], err = svc.AssignBuilding(t.Context(), registry.Actor{Name: "test"}, r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[addresscode.Code]bool{}
	for _, flats := range all {
		for _, f := range flats {
			if seen[f.Code] {
				t.Errorf("%s is given twice", f.Code)
			}
			seen[f.Code] = true
		}
	}
}
