package api

import (
	"strings"
	"testing"
)

func TestInspectCode(t *testing.T) {
	c := newClient(t)
	tests := []struct {
		name, text string
		want       map[string]any
	}{
		{"a code", "5fjbc%202njv%20t33", map[string]any{
			"valid": true, "code": "5FJBC-2NJV-T33", "compact": "5FJBC2NJVT33", "short": "2NJV-T33", "ordinal": 0,
			"zone": "5FJBC-", "cell": "8d415cb4e426bbf", "outline.type": "Polygon", "reason": nil, "corrections[0]": nil,
		}},
		{"ordinal 30", "5FJBC-2NM0-487", map[string]any{"valid": true, "ordinal": 30, "cell": "8d415cb4e426bbf"}},
		{"a slip", "5FJBC-2NJV-T35", map[string]any{"valid": false, "code": nil, "corrections[0].code": "5FJBC-2NJV-T33", "corrections[0].kind": "substitution", "corrections[0].registered": nil}},
		{"one left out", "5FJBC-2NJ-T33", map[string]any{"valid": false, "corrections[0].code": "5FJBC-2NJV-T33", "corrections[0].kind": "missing"}},
		{"one too many", "5FJBC-2NJJV-T33", map[string]any{"valid": false, "corrections[0].code": "5FJBC-2NJV-T33", "corrections[0].kind": "extra"}},
		{"three unreadable", "5FJBC-2NJV-***", map[string]any{"valid": false, "corrections[0].code": "5FJBC-2NJV-T33", "corrections[0].redundancy": 0, "corrections[0].verified": false}},
		{"an erasure beside a slip", "5FJ*C-2NJV-T35", map[string]any{"valid": false, "corrections[0].code": "5FJBC-2NJV-T33", "corrections[0].kind": "substitution"}},
		{"no code at all", "xin", map[string]any{"valid": false, "corrections[0]": nil}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := client{t, c.server}.get("/v1/codes/" + test.text).want(200).object()
			wantAt(t, o, test.want)
			if o["valid"] == false && o["reason"] == nil {
				t.Error("no reason why it is invalid")
			}
		})
	}
	c.get("/v1/codes/"+strings.Repeat("5", 10_000)).problem(400, ProblemCodeInvalid)
	c.get("/v1/codes/%00").problem(400, ProblemCodeInvalid)
	c.get("/v1/codes/5FJBC-2NJV-T33?x=1").problem(400, ProblemCodeInvalid)
}

func TestCodesAtPosition(t *testing.T) {
	c := newClient(t)
	empty := c.get("/v1/codes?lat=21.0287&lon=105.8524").want(200).object()
	wantAt(t, empty, map[string]any{
		"cell": "8d415cb4e426bbf", "zone": "5FJBC-", "match": "inside", "codes[0]": nil,
		"division.commune.code": "00070", "division.province.name": "Hà Nội", "position.lat": 21.0287,
	})
	c.assign(hoGuom)
	taken := c.get("/v1/codes?lat=21.0287&lng=105.8524").want(200).object()
	wantAt(t, taken, map[string]any{"codes[0].code": "5FJBC-2NJV-T33", "codes[0].status": "active", "codes[1]": nil})

	c.get("/v1/codes").problem(400, ProblemCodeInvalid)
	c.get("/v1/codes?lat=95&lon=10").problem(400, ProblemCodePositionInvalid)
	c.get("/v1/codes?lat=48.85&lon=2.35").problem(422, ProblemCodePositionOutside)
	c.get("/v1/codes?lat=105.85&lon=21.03").problem(422, ProblemCodePositionSwapped)
}
