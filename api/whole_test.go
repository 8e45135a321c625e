package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// someHouses registers a few houses in Hoàn Kiếm (00070), one of them protected, and returns its code and that of the first.
func (g *gate) someHouses(n int) (first, protected string) {
	g.t.Helper()
	for i := range n {
		code := g.register(fmt.Sprintf(`{"position": {"lat": %.5f, "lon": %.5f, "source": "survey"}, "components": {"house_number": "%d", "street": "=Phố Thử"}, "external_ids": [{"scheme": "evn", "value": "PE%d"}]}`,
			21.0280+float64(i/40)*0.00005, 105.8520+float64(i%40)*0.00005, i+1, i))
		if i == 0 {
			first = code
		}
		protected = code
	}
	code, err := addresscode.Parse(protected)
	if err != nil {
		g.t.Fatal(err)
	}
	if _, err := g.svc.Protect(g.t.Context(), registry.Actor{Name: "test"}, code, true); err != nil {
		g.t.Fatal(err)
	}
	return first, protected
}

func TestExport(t *testing.T) {
	g := newGate(t, nil)
	const n = 1200 // several batches
	first, protected := g.someHouses(n)
	here, elsewhere := withKey(g.newKey(access.RoleRegistrar, "00070")), withKey(g.newKey(access.RoleRegistrar, "00004"))
	table := g.get("/v1/export?commune=00070", here...).want(http.StatusOK)
	rows, err := csv.NewReader(table.Body).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Fatalf("%d rows, %v; want %d and a header", len(rows), err, n)
	}
	text := fmt.Sprint(rows)
	for _, part := range []string{first, protected, "evn:PE0", "'=Phố Thử"} {
		if !strings.Contains(text, part) {
			t.Errorf("the table lacks %q", part)
		}
	}
	g.get("/v1/export?commune=00070", elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	g.get("/v1/export?province=01", here...).problem(http.StatusForbidden, ProblemCodeForbidden)
	g.get("/v1/export?commune=00070", g.roles[access.RoleCourier]...).problem(http.StatusForbidden, ProblemCodeForbidden)
	g.get("/v1/export?commune=00070").problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	auditor := g.roles[access.RoleAuditor]
	for _, bad := range []string{"", "?commune=00070&province=01", "?commune=99999", "?format=xls&commune=00070"} {
		g.get("/v1/export"+bad, auditor...).want(http.StatusBadRequest)
	}
	a := g.get("/v1/export?province=01&format=ndjson", auditor...).want(http.StatusOK)
	lines := 0
	for line := range bytes.Lines(a.Body.Bytes()) {
		var address Address
		if err := json.Unmarshal(line, &address); err != nil || address.Code == "" || address.Position.Source != "survey" {
			t.Fatalf("%v: %s", err, line)
		}
		lines++
	}
	if lines != n {
		t.Errorf("%d lines, want %d", lines, n)
	}
	collection := g.get("/v1/export?commune=00070&format=geojson", auditor...).want(http.StatusOK).object()
	if features, _ := collection["features"].([]any); len(features) != n {
		t.Errorf("%d features, want %d", len(features), n)
	}
	var subjects []string
	if err := g.store.Entries(t.Context(), 0, func(e registry.Entry) bool {
		if e.Action == "answer.read" {
			subjects = append(subjects, e.Subject)
		}
		return true
	}); err != nil || strings.Join(subjects, " ") != "00070 01 00070" {
		t.Errorf("the journal has exports of %v, %v", subjects, err)
	}
}

// TestAnExportGoesOnAsAFeed: what an export and the changes from its line give together is the register.
func TestChanges(t *testing.T) {
	g := newGate(t, nil)
	_, protected := g.someHouses(5)
	courier := g.roles[access.RoleCourier]
	have := map[string]bool{}
	since, pages := 0.0, 0
	for more := true; more; pages++ {
		page := g.get(fmt.Sprintf("/v1/changes?since=%.0f&limit=2", since), courier...).want(http.StatusOK).object()
		for _, item := range page["items"].([]any) {
			code := at(item, "code").(string)
			if at(item, "address") == nil {
				delete(have, code)
				continue
			}
			have[code] = true
			if at(item, "address.position.source") == nil || at(item, "address.external_ids[0].scheme") == "evn" {
				t.Errorf("not what a courier sees: %v", item)
			}
		}
		since, more = page["next"].(float64), page["more"].(bool)
	}
	if len(have) != 5 || have[protected] || pages < 3 { // four here and the one of the gate
		t.Errorf("%d addresses in %d pages", len(have), pages)
	}
	export := g.get("/v1/export?commune=00070", g.roles[access.RoleAuditor]...).want(http.StatusOK)
	later := g.register(`{"position": {"lat": 21.0290, "lon": 105.8530}, "components": {"house_number": "99"}}`)
	page := g.get("/v1/changes?since="+export.Header().Get("X-Diachiso-Seq"), courier...).want(http.StatusOK).object()
	wantAt(t, page, map[string]any{"items[0].code": later, "items[0].action": "created", "items[0].version": 1, "items[1]": nil, "more": false})
	g.get("/v1/changes?since=99999999", courier...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	g.get("/v1/changes").problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	g.get("/v1/changes", g.roles[access.RoleMerchant]...).problem(http.StatusForbidden, ProblemCodeForbidden)
}

func TestCoverage(t *testing.T) {
	g := newGate(t, nil)
	g.someHouses(10)
	if err := g.svc.SetExpected(t.Context(), registry.Actor{Name: "test"}, []registry.ExpectedHouseholds{{Commune: "00070", Households: 40, Source: "UBND", On: geo.Date(20260401)}}); err != nil {
		t.Fatal(err)
	}
	auditor := g.roles[access.RoleAuditor]
	page := g.get("/v1/coverage?level=commune&parent=01", auditor...).want(http.StatusOK).object()
	found := false
	for _, item := range page["items"].([]any) {
		if at(item, "code") != "00070" {
			continue
		}
		found = true
		wantAt(t, item, map[string]any{"dwellings": 10, "expected": 40, "share": 0.25, "surveyed": 10, "surveyed_share": 1, "source": "UBND", "date": "2026-04-01", "communes_expected": 1})
	}
	if !found {
		t.Error("00070 is not there")
	}
	wantAt(t, page, map[string]any{"survey_next[0].code": "00070", "survey_next[0].score": 30, "survey_next[0].reasons[0].reason": "missing_households", "survey_next[0].reasons[0].count": 30})
	g.register(`{"position": {"lat": 21.0290, "lon": 105.8530}, "components": {"house_number": "99"}}`)
	provinces := g.get("/v1/coverage", withKey(g.newKey(access.RoleRegistrar, "00070"))...).want(http.StatusOK).object()
	wantAt(t, provinces, map[string]any{"items[0].code": "01", "items[0].communes": 1, "items[0].expected": 40, "items[1]": nil})
	if n := at(provinces, "items[0].addresses"); n != 10.0 && n != 11.0 { // the figures may be those of a moment ago
		t.Errorf("%v addresses", n)
	}
	g.get("/v1/coverage?parent=99", auditor...).want(http.StatusBadRequest)
	g.get("/v1/coverage", g.roles[access.RoleCourier]...).problem(http.StatusForbidden, ProblemCodeForbidden)
}
