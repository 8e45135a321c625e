package api

import (
	"fmt"
	"strings"
	"testing"
)

const towerBody = `{"outline": %s, "floors": "1-5", "units_per_floor": 8, "skip_floors": [4, 13],
	"components": {"house_number": "88", "street": "Phố Hàng Khay", "building": "Toà nhà Sen"}%s}`

const (
	towerCorners = `[{"lat": 21.0284, "lon": 105.8521}, {"lat": 21.0284, "lon": 105.8527}, {"lat": 21.0290, "lon": 105.8527}, {"lat": 21.0290, "lon": 105.8521}]`
	towerPolygon = `{"type": "Polygon", "coordinates": [[[105.8521, 21.0284], [105.8527, 21.0284], [105.8527, 21.0290], [105.8521, 21.0290], [105.8521, 21.0284]]]}`
)

func TestAssignBuilding(t *testing.T) {
	c := newClient(t)
	plan := c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, `, "dry_run": true`)).want(200).object()
	wantAt(t, plan, map[string]any{"dry_run": true, "created": 40, "existing": 0, "refused": 0})
	wantAt(t, flatAt(plan, 24), map[string]any{"floor": "3A", "unit": "03A01", "outcome": "created"})
	made := c.post("/v1/buildings", fmt.Sprintf(towerBody, towerPolygon, ""), "Idempotency-Key", "t").want(201).object()
	wantAt(t, made, map[string]any{"dry_run": false, "created": 40})
	again := c.post("/v1/buildings", fmt.Sprintf(towerBody, towerPolygon, ""), "Idempotency-Key", "t").want(200).object()
	wantAt(t, again, map[string]any{"created": 0, "existing": 40})
	for i := range 40 {
		want := map[string]any{"code": at(flatAt(plan, i), "code")}
		wantAt(t, flatAt(made, i), want)
		wantAt(t, flatAt(again, i), want)
	}
	code := at(flatAt(made, 24), "code").(string)
	wantAt(t, c.get("/v1/addresses/"+code).want(200).object(), map[string]any{"components.unit": "03A01", "components.floor": "3A", "components.building": "Toà nhà Sen"})

	p := c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, "")).problem(409, ProblemCodeDuplicate)
	faults := p["errors"].([]any)
	if len(faults) != 40 {
		t.Fatalf("%d errors", len(faults))
	}
	wantAt(t, faults[24], map[string]any{"field": "flats[24]"})
	if detail := at(faults[24], "detail").(string); !strings.Contains(detail, code) || !strings.Contains(detail, "03A01") {
		t.Error(detail)
	}
	c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, ""), "Idempotency-Key", "t").want(200) // the same outline in another form
	c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, `, "kind": "business"`), "Idempotency-Key", "t").problem(422, ProblemCodeIdempotencyMismatch)
	refused := c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, `, "dry_run": true`)).want(200).object()
	wantAt(t, refused, map[string]any{"refused": 40, "created": 0, "flats[0].outcome": "refused", "flats[0].reason": "duplicate"})
	c.post("/v1/buildings", fmt.Sprintf(towerBody, towerCorners, `, "external_id": {"scheme": "osm", "value": "way/1"}, "allow_duplicate": true`)).want(201)
}

func flatAt(building map[string]any, i int) any { return building["flats"].([]any)[i] }

func TestBuildingsThatAreRefused(t *testing.T) {
	c := newClient(t)
	for body, field := range map[string]string{
		`{"floors": "1-5", "units_per_floor": 8}`:                                                                             "position",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "5-1", "units_per_floor": 8}`:                              "floors",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "1-5", "units_per_floor": 0}`:                              "units_per_floor",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "1-5", "units_per_floor": 8, "unit_pattern": "{floor}"}`:   "unit_pattern",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "1-200", "units_per_floor": 500}`:                          "floors",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "1-5", "units_per_floor": 8, "skip_floors": [1]}`:          "skip_floors[0]",
		`{"position": {"lat": 21.0287, "lon": 105.8524}, "floors": "1-5", "units_per_floor": 8, "components": {"unit": "1"}}`: "components.unit",
		`{"outline": [{"lat": 21.0287, "lon": 105.8524}], "floors": "1-5", "units_per_floor": 8}`:                             "outline",
		`{"outline": {"type": "Point", "coordinates": [105, 21]}, "floors": "1-5", "units_per_floor": 8}`:                     "outline",
	} {
		p := c.post("/v1/buildings", body).problem(400, ProblemCodeInvalid)
		if got, _ := at(p, "errors[0].field").(string); !strings.HasPrefix(got, field) {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	c.post("/v1/buildings", `{"position": {"lat": 48.85, "lon": 2.35}, "floors": "1-5", "units_per_floor": 8}`).problem(422, ProblemCodePositionOutside)
	c.post("/v1/buildings", `{"outline": [{"lat": 21.0284, "lon": 105.8521}, {"lat": 21.0285, "lon": 105.8521}, {"lat": 21.0285, "lon": 105.8522}],
		"floors": "1-50", "units_per_floor": 8}`).problem(409, ProblemCodeCellFull)
}
