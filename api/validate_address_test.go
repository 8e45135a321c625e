package api

import (
	"io"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
)

func TestIssueCodesAreThoseOfTheSpec(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	var described, known []string
	for _, code := range doc.Components.Schemas["IssueCode"].Value.Enum {
		described = append(described, code.(string))
	}
	for _, k := range geocode.IssueKinds() {
		known = append(known, string(k.Code))
		if k.Vi == "" || k.En == "" || k.Penalty < 0 || k.Penalty > 1 {
			t.Errorf("%s: incomplete row %+v", k.Code, k)
		}
	}
	slices.Sort(described)
	slices.Sort(known)
	if !slices.Equal(described, known) {
		t.Errorf("the spec names %v\nthe table %v", described, known)
	}
}

func TestValidateRefuses(t *testing.T) {
	c := newClient(t)
	for body, field := range map[string]string{
		`{}`:               "address",
		`{"address": " "}`: "address",
		`{"address": "x", "components": {"street": "y"}}`:                  "address",
		`{"address": "x", "province": "y"}`:                                "address",
		`{"postal_code": "11000"}`:                                         "address",
		`{"address": "x", "postal_code": "110"}`:                           "postal_code",
		`{"address": "x", "position": {"lat": 21}}`:                        "position.lon",
		`{"address": "x", "colour": "red"}`:                                "colour",
		`{"components": {"house_number": 5}}`:                              "components.house_number",
		`{"components": {"alley": ["1","2","3","4","5","6","7","8","9"]}}`: "components.alley",
	} {
		p := c.post("/v1/validate", body).problem(400, ProblemCodeInvalid)
		if got := at(p, "errors[0].field"); got != field {
			t.Errorf("%s: field %v, want %s", body, got, field)
		}
	}
	c.post("/v1/validate", `{"address": "x", "position": {"lat": 95, "lon": 105}}`).problem(400, ProblemCodePositionInvalid)
}

func TestValidateHandsOnWhatWasAsked(t *testing.T) {
	c, g, _ := newScripted(t, io.Discard)
	g.verdict = geocode.Verdict{Granularity: geocode.GranularityNone, NextAction: geocode.Fix}
	c.post("/v1/validate", `{"components": {"house_number": "5", "alley": ["12", "34"], "street": "Khâm Thiên"}, "commune": "Khâm Thiên",
		"district": "Đống Đa", "province": "Hà Nội", "postal_code": "11500", "code": "5FJBC-2NJV-T33", "position": {"lat": 21, "lon": 105}}`)
	r := g.request
	if r.Text != "" || r.Components.HouseNumber != "5" || len(r.Components.Alley) != 2 || r.Components.Street != "Khâm Thiên" || r.Commune != "Khâm Thiên" ||
		r.District != "Đống Đa" || r.Province != "Hà Nội" || r.Postcode != "11500" || r.Code != "5FJBC-2NJV-T33" || r.Position == nil || r.Position.Lat() != 21 {
		t.Errorf("asked %+v", r)
	}
}

func TestValidateTellsAVerdict(t *testing.T) {
	c, g, ds := newScripted(t, io.Discard)
	point := geo.Point{LatE7: 21_0250000, LonE7: 105_8500000}
	g.verdict = geocode.Verdict{
		Granularity: geocode.MatchStreet, NextAction: geocode.Fix, Score: 0.68, Current: "Phố Hàng Khay", Point: &point,
		Components: []geocode.JudgedComponent{{Name: "commune", Value: "Phường Hoàn Kiếm", Status: geocode.Replaced, Former: "Phường Tràng Tiền"}},
		Issues: []geocode.Issue{{
			IssueKind: geocode.IssueKinds()[0], Component: "commune",
			Candidates: []geocode.IssueCandidate{{Label: "x", Division: division(t, ds, "00070", geo.Today()), Relation: geo.RelationPart, DistanceM: -1}, {Label: "y", DistanceM: 12.34}},
		}},
		Unmatched: []string{"gì đó"},
	}
	a := c.post("/v1/validate", `{"address": "x"}`).want(200).object()
	wantAt(t, a, map[string]any{
		"verdict.granularity": "street", "verdict.complete": false, "verdict.next_action": "fix", "score": 0.68, "code": nil,
		"address.current": "Phố Hàng Khay", "position.lat": 21.025, "accuracy_m": 0,
		"components[0].former": "Phường Tràng Tiền", "components[0].status": "replaced",
		"issues[0].code": "ADMIN.old_name", "issues[0].component": "commune",
		"issues[0].candidates[0].division.code": "00070", "issues[0].candidates[0].kind": "part", "issues[0].candidates[0].distance_m": nil,
		"issues[0].candidates[1].distance_m": 12.3, "unmatched[0]": "gì đó",
	})
}

// What is resolved as an external id or a code, though it stands among the parts, is a place, and its verdict one of the spec's.
func TestVerdictOfAPlaceWithoutAHouse(t *testing.T) {
	c := newClient(t)
	c.assign(`{"position":{"lat":21.0216955,"lon":105.8626201},"components":{"quarter":"5"},"external_ids":[{"scheme":"osm","value":"node/1"}]}`)
	a := c.post("/v1/validate", `{"province":"osm:node/1"}`).want(200).object()
	wantAt(t, a, map[string]any{"verdict.granularity": "commune", "verdict.next_action": "fix"})
}
