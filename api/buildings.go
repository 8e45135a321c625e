package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Buildings is what the handler of buildings needs of the domain; *registry.Service has it.
type Buildings interface {
	AssignBuilding(ctx context.Context, by registry.Actor, r registry.BuildingRequest) ([]registry.Flat, error)
	PlanBuilding(ctx context.Context, by registry.Actor, r registry.BuildingRequest) ([]registry.Flat, error)
}

// maxFlatFaults is how many refused flats an error names.
const maxFlatFaults = 100

// AssignBuilding gives all flats of a building their codes, or tells which they would be.
func (s *Server) AssignBuilding(ctx context.Context, r AssignBuildingRequestObject) (AssignBuildingResponseObject, error) {
	request, err := buildingRequest(r)
	if err != nil {
		return nil, err
	}
	do := s.registry.AssignBuilding
	if r.Body.DryRun {
		do = s.registry.PlanBuilding
	}
	flats, err := do(ctx, s.actorOf(ctx), request)
	if err != nil {
		return nil, s.withFlats(ctx, err)
	}
	c := callerOf(ctx)
	out := &buildingAnswer{status: http.StatusOK, body: Building{DryRun: r.Body.DryRun, Flats: make([]Flat, len(flats))}}
	for i, f := range flats {
		if f.Address != nil {
			c.note(f.Address)
		}
		flat := Flat{Floor: f.Floor, Unit: f.Unit, Code: codeText(f.Code), Outcome: FlatOutcome(f.Outcome)}
		switch {
		case f.Err != nil:
			flat.Outcome, flat.Reason = FlatOutcomeRefused, string(registry.CodeOf(f.Err))
			out.body.Refused++
		case f.Outcome == registry.OutcomeExisting:
			out.body.Existing++
		case f.Outcome == registry.OutcomeMerged:
			out.body.Merged++
		default:
			out.body.Created++
		}
		out.body.Flats[i] = flat
	}
	if out.body.Created > 0 && !r.Body.DryRun {
		out.status = http.StatusCreated
	}
	return out, nil
}

func buildingRequest(r AssignBuildingRequestObject) (registry.BuildingRequest, error) {
	b := r.Body
	out := registry.BuildingRequest{
		Floors: b.Floors, UnitsPerFloor: b.UnitsPerFloor, UnitPattern: b.UnitPattern, SkipFloors: b.SkipFloors, SkipUnits: b.SkipUnits,
		Kind: registry.Kind(b.Kind), Components: givenComponents(b.Components), CommuneCode: b.CommuneCode,
		IdempotencyKey: r.Params.IdempotencyKey, AllowDuplicate: b.AllowDuplicate,
		Provenance: registry.Provenance{Dataset: "manual", Detail: "api"},
	}
	if b.Position != (PositionInput{}) {
		entrance, err := entranceOf(b.Position)
		if err != nil {
			return out, err
		}
		out.Entrance = &entrance
	}
	var err error
	if out.Outline, err = outlineOf(b.Outline); err != nil {
		return out, err
	}
	if b.ExternalID != (ExternalIDInput{}) {
		out.ExternalID = &registry.ExternalID{Scheme: b.ExternalID.Scheme, Value: b.ExternalID.Value}
	}
	return out, nil
}

// outlineOf reads an outline in one of its two forms, which the schema has checked; the ring of a polygon is taken without the corner
// that closes it.
func outlineOf(text json.RawMessage) ([]geo.Point, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var corners []LatLon
	if text[0] == '{' {
		var polygon struct {
			Coordinates [][]LonLat `json:"coordinates"`
		}
		if err := json.Unmarshal(text, &polygon); err != nil || len(polygon.Coordinates) == 0 {
			return nil, invalidField("outline.coordinates", FieldErrorCodeFormat, words{"Không phải đa giác GeoJSON", "it is no GeoJSON polygon"})
		}
		for _, p := range polygon.Coordinates[0] {
			corners = append(corners, LatLon{Lat: p[1], Lon: p[0]})
		}
		if n := len(corners); n > 1 && corners[0] == corners[n-1] {
			corners = corners[:n-1]
		}
	} else if err := json.Unmarshal(text, &corners); err != nil {
		return nil, invalidField("outline", FieldErrorCodeFormat, words{"Không phải danh sách các góc", "it is no list of corners"})
	}
	var outline []geo.Point
	for i, p := range corners {
		point, err := geo.NewPoint(p.Lat, p.Lon)
		if err != nil {
			return nil, positionFault(fmt.Sprintf("outline[%d]", i), err)
		}
		outline = append(outline, point)
	}
	return outline, nil
}

// withFlats adds to the refusal of a building which flats are why.
func (s *Server) withFlats(ctx context.Context, err error) error {
	refused, ok := errors.AsType[*registry.FlatsRefused](err)
	if !ok {
		return err
	}
	p := s.problemOf(ctx, err)
	p.fields = nil
	p.detail.vi = fmt.Sprintf("%d trong %d căn không cấp được mã, nên chưa căn nào được cấp", countRefused(refused.Flats), len(refused.Flats))
	sight := viewOf(ctx).sight
	for i, f := range refused.Flats {
		if f.Err == nil {
			continue
		}
		if len(p.fields) == maxFlatFaults {
			break
		}
		e, _ := errors.AsType[*registry.Error](f.Err)
		detail := words{fmt.Sprintf("Căn %s, tầng %s: ", f.Unit, f.Floor), fmt.Sprintf("flat %s on floor %s: ", f.Unit, f.Floor)}
		if e != nil && e.Address != nil && sight.Sees(e.Address) && !sight.Doors {
			detail.vi += "có vẻ đã mang mã " + e.Address.Code.String()
			detail.en += "it seems to have the code " + e.Address.Code.String()
		} else if kind, known := kindOf(ProblemCode(registry.CodeOf(f.Err))); known {
			detail.vi += kind.title.vi
			detail.en += kind.title.en
		}
		p.fields = append(p.fields, fieldFault{field: fmt.Sprintf("flats[%d]", i), reason: FieldErrorCodeRule, detail: detail})
	}
	return p
}

func countRefused(flats []registry.Flat) (n int) {
	for _, f := range flats {
		if f.Err != nil {
			n++
		}
	}
	return n
}

// buildingAnswer is the answer of AssignBuilding. It names flats, so no cache keeps it.
type buildingAnswer struct {
	status int
	body   Building
}

// VisitAssignBuildingResponse makes buildingAnswer an answer of AssignBuilding.
func (a *buildingAnswer) VisitAssignBuildingResponse(w http.ResponseWriter) error {
	text, err := json.Marshal(a.body)
	if err != nil {
		return fmt.Errorf("encode building: %w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, a.status, func(b []byte) []byte { return append(b, text...) })
}
