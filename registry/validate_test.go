package registry_test

import (
	"math"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestValidate(t *testing.T) {
	type request = registry.AssignRequest
	tests := []struct {
		name   string
		change func(*request)
		field  string // "" when the request is right
	}{
		{"house", func(r *request) {}, ""},
		{"no components", func(r *request) { r.Components = registry.Components{} }, ""},
		{"hamlet only", func(r *request) { r.Components = registry.Components{Hamlet: "Thôn 3"} }, ""},
		{"every kind", func(r *request) { r.Kind = registry.KindPublic }, ""},
		{"unknown kind", func(r *request) { r.Kind = "palace" }, "kind"},
		{"no position", func(r *request) { r.Positions = nil }, "positions"},
		{"delivery only", func(r *request) { r.Positions[0].Type = registry.PositionDelivery }, "positions"},
		{"building only", func(r *request) { r.Positions[0].Type = registry.PositionBuilding }, ""},
		{"unknown position type", func(r *request) { r.Positions[0].Type = "roof" }, "positions[0].type"},
		{"second position", func(r *request) {
			r.Positions = append(r.Positions, registry.TypedPosition{Type: registry.PositionDelivery, Position: geo.Position{AccuracyM: -1}})
		}, "positions[1].accuracy_m"},
		{"too many positions", func(r *request) {
			for range registry.MaxPositions {
				r.Positions = append(r.Positions, r.Positions[0])
			}
		}, "positions"},
		{"unknown source", func(r *request) { r.Positions[0].Source = "hearsay" }, "positions[0].source"},
		{"accuracy not finite", func(r *request) { r.Positions[0].AccuracyM = math.NaN() }, "positions[0].accuracy_m"},
		{"accuracy infinite", func(r *request) { r.Positions[0].AccuracyM = math.Inf(1) }, "positions[0].accuracy_m"},
		{"accuracy at its bound", func(r *request) { r.Positions[0].AccuracyM = registry.MaxAccuracyM }, ""},
		{"accuracy beyond", func(r *request) { r.Positions[0].AccuracyM = registry.MaxAccuracyM + 1 }, "positions[0].accuracy_m"},
		{"long number", func(r *request) { r.Components.HouseNumber = strings.Repeat("9", registry.MaxNumber+1) }, "components.house_number"},
		{"runes, not bytes", func(r *request) { r.Components.Street = strings.Repeat("ố", registry.MaxComponent) }, ""},
		{"long street", func(r *request) { r.Components.Street = strings.Repeat("ố", registry.MaxComponent+1) }, "components.street"},
		{"control character", func(r *request) { r.Components.Street = "Phố\nHuế" }, "components.street"},
		{"not UTF-8", func(r *request) { r.Components.Building = "a\xff" }, "components.building"},
		{"control in alley", func(r *request) { r.Components.Alley = []string{"12", "3\x00"} }, "components.alley[1]"},
		{"empty alley", func(r *request) { r.Components.Alley = []string{" "} }, "components.alley[0]"},
		{"deep alley", func(r *request) { r.Components.Alley = make([]string, registry.MaxAlley+1) }, "components.alley"},
		{"commune code", func(r *request) { r.CommuneCode = "7" }, "commune_code"},
		{"external id", func(r *request) { r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}} }, ""},
		{"scheme in capitals", func(r *request) { r.ExternalIDs = []registry.ExternalID{{Scheme: "OSM", Value: "1"}} }, "external_ids[0].scheme"},
		{"scheme too long", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: strings.Repeat("a", registry.MaxExternalScheme+1), Value: "1"}}
		}, "external_ids[0].scheme"},
		{"empty value", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "1"}, {Scheme: "osm", Value: " "}}
		}, "external_ids[1].value"},
		{"long value", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: strings.Repeat("1", registry.MaxExternalValue+1)}}
		}, "external_ids[0].value"},
		{"qd392", func(r *request) { r.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: "1151502853"}} }, ""},
		{"qd392 with nine digits", func(r *request) { r.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: "115150285"}} }, "external_ids[0].value"},
		{"same id twice", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "1"}, {Scheme: "osm", Value: "1"}}
		}, "external_ids[1]"},
		{"two ids of a scheme", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "1"}, {Scheme: "osm", Value: "2"}}
		}, ""},
		{"dates out of order", func(r *request) {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "1", ValidFrom: 20260101, ValidTo: 20250101}}
		}, "external_ids[0].valid_to"},
		{"idempotency key", func(r *request) { r.IdempotencyKey = strings.Repeat("k", registry.MaxIdempotencyKey+1) }, "idempotency_key"},
		{"outline of two corners", func(r *request) { r.Footprint = []geo.Point{hoGuom, hoGuom} }, "footprint"},
		{"dataset", func(r *request) { r.Provenance.Dataset = "a\tb" }, "provenance.dataset"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			r := house(hoGuom, "5")
			tt.change(&r)
			answer, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
			if tt.field == "" {
				if err != nil {
					t.Fatalf("Assign: %v", err)
				}
				if answer.Outcome != registry.OutcomeCreated || answer.Address.Code.IsZero() {
					t.Errorf("answer = %+v", answer)
				}
				return
			}
			if e := wantError(t, err, registry.CodeInvalid, tt.field); e.Hint == "" || e.Op != "assign" {
				t.Errorf("error %+v has no hint or another operation", e)
			}
		})
	}
}

func TestBadPositions(t *testing.T) {
	svc := newService(t)
	tests := []struct {
		name string
		p    geo.Point
		code registry.ErrorCode
	}{
		{"swapped", geo.Point{LatE7: hoGuom.LonE7, LonE7: hoGuom.LatE7}, registry.CodePositionInvalid},
		{"elsewhere", outsideAll, registry.CodePositionOutside},
		{"at sea", openSea, registry.CodePositionOutside},
		{"no position known", geo.Point{}, registry.CodePositionOutside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, house(tt.p, "5"))
			if code := registry.CodeOf(err); code != tt.code {
				t.Errorf("error %v has code %s, want %s", err, code, tt.code)
			}
		})
	}
}

func TestAddressIsKeptInOneForm(t *testing.T) {
	svc := newService(t)
	building, delivery, gate := moved(hoGuom, 10, 0), moved(hoGuom, -20, 0), moved(hoGuom, 5, 5)
	r := registry.AssignRequest{
		Positions: []registry.TypedPosition{
			{Type: registry.PositionDelivery, Position: geo.Position{Point: delivery}},
			{Type: registry.PositionBuilding, Position: geo.Position{Point: building}},
			{Type: registry.PositionEntrance, Position: geo.Position{Point: gate, Source: geo.SourceGPS, AccuracyM: 4.5}},
		},
		Components:  registry.Components{HouseNumber: " 12 / 34 ", Street: norm.NFD.String("Phố  Hàng Bạc"), Alley: []string{}},
		ExternalIDs: []registry.ExternalID{{Scheme: "shop", Value: " 77 "}},
	}
	a := mustAssign(t, svc, r)
	if want, _ := gate.Cell(); a.Code.Cell() != uint64(want) || a.Point() != gate {
		t.Errorf("the code is not that of the entrance")
	}
	if len(a.Positions) != 3 || a.Positions[1].Type != registry.PositionDelivery || a.Positions[1].Source != geo.SourceUnknown {
		t.Errorf("positions = %+v", a.Positions)
	}
	if a.Components.Street != "Phố Hàng Bạc" || a.Components.HouseNumber != "12 / 34" || a.ExternalIDs[0].Value != "77" {
		t.Errorf("texts are not clean: %+v %+v", a.Components, a.ExternalIDs)
	}
	if a.Kind != registry.KindDwelling || a.Status != registry.StatusActive || a.Version != 1 || a.Provenance.Dataset != "manual" {
		t.Errorf("defaults are missing: %+v", a)
	}
	if a.Commune != "00070" || a.CommuneAtIssue != "00070" {
		t.Errorf("commune %s, want 00070", a.Commune)
	}
	read, err := svc.Address(t.Context(), a.Code)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read.Components.Street, a.Components.Street; got != want || read.Point() != gate || !read.CreatedAt.Equal(a.CreatedAt) {
		t.Errorf("read back %+v, want %+v", read, a)
	}
	if r.Positions[0].Type != registry.PositionDelivery || r.Positions[0].Source != "" {
		t.Error("the caller's request was changed")
	}
}
