package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
)

const (
	lifeHouse  = `{"position": {"lat": 21.0287, "lon": 105.8524, "source": "survey"}, "components": {"house_number": "1", "street": "Phố Hàng Khay"}, "external_ids": [{"scheme": "osm", "value": "node/1"}]}`
	lifeSecond = `{"position": {"lat": 21.0288, "lon": 105.8524, "source": "survey"}, "components": {"house_number": "2", "street": "Phố Hàng Khay"}}`
)

// etag is what the caller would send as If-Match.
func (g *gate) etag(code string, by []string) string {
	return g.do(http.MethodGet, "/v1/addresses/"+code, "", by...).Header().Get("ETag")
}

func body[T any](t *testing.T, a answer) (out T) {
	t.Helper()
	if err := json.Unmarshal(a.Body.Bytes(), &out); err != nil {
		t.Fatalf("%d %s: %v", a.Code, a.Body, err)
	}
	return out
}

func TestChangeAddress(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(lifeHouse)
	target := "/v1/addresses/" + code
	admin := g.roles[access.RoleAdmin]
	change := `{"components": {"house_number": "1A", "building": "Nhà Gỗ"}, "kind": "business"}`
	patch := func(etag, text string) answer {
		headers := admin
		if etag != "" {
			headers = append([]string{"If-Match", etag}, admin...)
		}
		return g.do(http.MethodPatch, target, text, headers...)
	}
	patch("", change).problem(http.StatusPreconditionRequired, "precondition_required")
	patch(`"else"`, change).problem(http.StatusPreconditionFailed, "precondition_failed")
	first := g.etag(code, admin)
	a := patch(first, change)
	got := body[Address](t, a)
	if a.Code != http.StatusOK || got.Code != code || got.Components.HouseNumber != "1A" || got.Components.Street != "Phố Hàng Khay" || got.Components.Building != "Nhà Gỗ" || got.Kind != KindBusiness || got.Version != 2 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	if again := a.Header().Get("ETag"); again != g.etag(code, admin) {
		t.Error("the answer has another ETag than reading it")
	}
	patch(first, change).problem(http.StatusPreconditionFailed, "precondition_failed")
	a = patch("*", `{"components": {"building": ""}}`)
	if got = body[Address](t, a); got.Components.Building != "" || got.Components.HouseNumber != "1A" {
		t.Errorf("%s", a.Body)
	}
	patch("*", `{"positions": [{"type": "delivery", "lat": 21, "lon": 105}]}`).problem(http.StatusBadRequest, "invalid")
	patch("*", `{"position": {"lat": 105.8, "lon": 21}}`).problem(http.StatusUnprocessableEntity, "position_swapped")

	// a move of a hundred metres
	a = patch("*", `{"position": {"lat": 21.0296, "lon": 105.8524, "source": "survey"}}`)
	moved := body[Address](t, a)
	if a.Code != http.StatusOK || moved.Code == code || len(moved.Replaces) != 1 || moved.Replaces[0] != code || a.Header().Get("Location") != "/v1/addresses/"+moved.Code || len(moved.ExternalIds) != 1 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	if a.Header().Get("ETag") != g.etag(moved.Code, admin) {
		t.Error("the answer to a move has another ETag than reading it")
	}
	for role, by := range g.roles {
		if role == access.RoleHousehold {
			continue
		}
		gone := g.do(http.MethodGet, target, "", by...)
		gone.problem(http.StatusGone, "gone")
		if p := body[Problem](t, gone); len(p.Successors) != 1 || p.Successors[0].Code != moved.Code {
			t.Errorf("%s is told %s", role, gone.Body)
		}
		if keeps := gone.Header().Get("ETag") != ""; keeps != (role == access.RoleAdmin || role == access.RoleAuditor || role == access.RoleRegistrar) {
			t.Errorf("%s gets an ETag: %v", role, keeps)
		}
	}
	res := body[Resolution](t, g.do(http.MethodGet, "/v1/resolve?q="+code, ""))
	if len(res.Candidates) != 1 || res.Candidates[0].Code != moved.Code || res.Candidates[0].Succeeds != code {
		t.Errorf("resolved to %+v", res)
	}
	v := g.do(http.MethodPost, "/v1/validate", fmt.Sprintf(`{"code": %q, "address": "1A Phố Hàng Khay"}`, code))
	if v.Code != http.StatusOK || !strings.Contains(v.Body.String(), "ADDRESS.retired") || !strings.Contains(v.Body.String(), moved.Code) {
		t.Errorf("judged %d %s", v.Code, v.Body)
	}
	patch("*", change).problem(http.StatusGone, "gone")
}

func TestRetireRestoreSplitMerge(t *testing.T) {
	g := newGate(t, nil)
	one, two := g.register(lifeHouse), g.register(lifeSecond)
	admin := g.roles[access.RoleAdmin]
	post := func(code, what, etag, text string) answer {
		return g.do(http.MethodPost, "/v1/addresses/"+code+"/"+what, text, append([]string{"If-Match", etag}, admin...)...)
	}
	for _, what := range []string{"retire", "restore", "split", "merge"} {
		text := map[string]string{"split": `{"parts": [{"components": {"unit": "A"}}, {"components": {"unit": "B"}}]}`, "merge": `{"codes": ["` + two + `"]}`}[what]
		if text == "" {
			text = "{}"
		}
		g.do(http.MethodPost, "/v1/addresses/"+one+"/"+what, text, admin...).problem(http.StatusPreconditionRequired, "precondition_required")
	}
	post(one, "retire", "*", `{"successors": ["XXXX"]}`).problem(http.StatusBadRequest, "invalid")
	retired := post(one, "retire", g.etag(one, admin), `{"reason": "demolished", "successors": ["`+two+`"]}`)
	if a := body[Address](t, retired); retired.Code != http.StatusOK || a.Status != StatusRetired {
		t.Fatalf("%d %s", retired.Code, retired.Body)
	}
	if retired.Header().Get("ETag") != g.etag(one, admin) {
		t.Error("the 410 has another ETag than the answer to retiring")
	}
	back := post(one, "restore", g.etag(one, admin), `{}`)
	if a := body[Address](t, back); back.Code != http.StatusOK || a.Status != StatusActive || a.Code != one {
		t.Fatalf("%d %s", back.Code, back.Body)
	}
	merged := post(two, "merge", g.etag(two, admin), `{"codes": ["`+one+`"]}`)
	if a := body[Address](t, merged); merged.Code != http.StatusOK || a.Code != two || len(a.Replaces) != 1 || a.Replaces[0] != one || len(a.ExternalIds) != 1 {
		t.Fatalf("%d %s", merged.Code, merged.Body)
	}
	split := post(two, "split", g.etag(two, admin), `{"parts": [{"components": {"unit": "A"}}, {"components": {"unit": "B"}, "external_ids": [{"scheme": "osm", "value": "node/1"}]}]}`)
	parts := body[AddressList](t, split)
	if split.Code != http.StatusOK || len(parts.Items) != 2 || parts.Items[1].Components.Unit != "B" || parts.Items[0].Components.HouseNumber != "2" || parts.Items[0].Replaces[0] != two || len(parts.Items[1].ExternalIds) != 1 {
		t.Fatalf("%d %s", split.Code, split.Body)
	}
	// through both, and the public learns of one door without a code
	gone := body[Problem](t, g.do(http.MethodGet, "/v1/addresses/"+one, "", admin...))
	if len(gone.Successors) != 2 {
		t.Errorf("%+v", gone)
	}
	public := body[Problem](t, g.do(http.MethodGet, "/v1/addresses/"+one, ""))
	if len(public.Successors) != 1 || public.Successors[0].Code != "" {
		t.Errorf("the public is told %+v", public.Successors)
	}
}

// TestLifeOfOthers: a registrar elsewhere changes nothing, and learns of a protected address nothing.
func TestLifeOfOthers(t *testing.T) {
	g := newGate(t, nil)
	code, hidden := g.register(lifeHouse), g.register(lifeSecond)
	if a := g.do(http.MethodPut, "/v1/addresses/"+hidden+"/protection", "", g.roles[access.RoleAdmin]...); a.Code != http.StatusOK {
		t.Fatal(a.Body)
	}
	elsewhere := []string{"Authorization", "Bearer " + g.newKey(access.RoleRegistrar, "00082"), "If-Match", "*"}
	for _, c := range []struct{ method, what, text string }{
		{http.MethodPatch, "", `{"kind": "other"}`}, {http.MethodPost, "/retire", `{}`}, {http.MethodPost, "/restore", `{}`},
		{http.MethodPost, "/split", `{"parts": [{"components": {"unit": "A"}}, {"components": {"unit": "B"}}]}`}, {http.MethodPost, "/merge", `{"codes": ["` + code + `"]}`},
	} {
		g.do(c.method, "/v1/addresses/"+code+c.what, c.text, elsewhere...).problem(http.StatusForbidden, "forbidden")
		g.do(c.method, "/v1/addresses/"+hidden+c.what, c.text, elsewhere...).problem(http.StatusNotFound, "not_registered")
	}
}

func TestRenameStreetOverHTTP(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(lifeHouse)
	admin := g.roles[access.RoleAdmin]
	commune := body[Address](t, g.do(http.MethodGet, "/v1/addresses/"+code, "", admin...)).Division.Commune.Code
	rename := func(dry bool, by []string) answer {
		return g.do(http.MethodPost, "/v1/streets/rename", fmt.Sprintf(`{"communes": [%q], "from": "hàng khay", "to": "Phố Tràng Thi", "dry_run": %v}`, commune, dry), by...)
	}
	if set := body[Changeset](t, rename(true, admin)); set.ID != "" || set.Changed != 1 || !set.DryRun {
		t.Errorf("%+v", set)
	}
	rename(false, []string{"Authorization", "Bearer " + g.newKey(access.RoleRegistrar, "00082")}).problem(http.StatusForbidden, "forbidden")
	set := body[Changeset](t, rename(false, admin))
	if set.ID == "" || set.Changed != 1 || len(set.ByCommune) != 1 || set.ByCommune[0].Commune != commune {
		t.Fatalf("%+v", set)
	}
	if a := body[Address](t, g.do(http.MethodGet, "/v1/addresses/"+code, "", admin...)); a.Components.Street != "Phố Tràng Thi" {
		t.Errorf("%+v", a)
	}
	if got := body[Changeset](t, g.do(http.MethodGet, "/v1/changesets/"+set.ID, "", admin...)); got.ID != set.ID || !got.Done || got.From != "hàng khay" {
		t.Errorf("%+v", got)
	}
	if undo := body[Changeset](t, g.do(http.MethodPost, "/v1/changesets/"+set.ID+"/undo", "", admin...)); undo.Changed != 1 || undo.Undoes != set.ID {
		t.Errorf("%+v", undo)
	}
	if a := body[Address](t, g.do(http.MethodGet, "/v1/addresses/"+code, "", admin...)); a.Components.Street != "Phố Hàng Khay" {
		t.Errorf("%+v", a)
	}
	g.do(http.MethodPost, "/v1/changesets/"+set.ID+"/undo", "", admin...).problem(http.StatusConflict, "version_conflict")
	g.do(http.MethodGet, "/v1/changesets/AAAAAAAAAAAAAAAAAAAAAAAAAA", "", admin...).problem(http.StatusNotFound, "not_found")
}
