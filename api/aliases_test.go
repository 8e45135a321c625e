package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
)

func (h *homes) resolveAlias(alias string, by []string) answer {
	h.t.Helper()
	return h.post("/v1/aliases/resolve", fmt.Sprintf(`{"alias":%q}`, alias), by...)
}

func (h *homes) checkAlias(alias string, by []string) answer {
	h.t.Helper()
	return h.post("/v1/aliases/check", fmt.Sprintf(`{"alias":%q}`, alias), by...)
}

func TestAliasOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	h.do(http.MethodPut, "/v1/household", `{"people":[{"name":"Phạm Thị Nhận","phone":"0912 345 678"}]}`, token...).want(http.StatusOK)
	made := h.post("/v1/household/aliases", `{"uses":2,"valid_days":30}`, token...).want(http.StatusCreated).object()
	alias := made["alias"].(string)
	if !strings.HasPrefix(alias, "Z") || len(alias) != 21 || made["uses_left"] != 2.0 || made["status"] != "active" || made["role"] != "courier" {
		t.Errorf("%v", made)
	}
	d := h.resolveAlias(strings.ToLower(strings.ReplaceAll(alias, "-", " ")), h.courier).want(http.StatusOK).object()
	if at(d, "address.code") != code || at(d, "address.components.unit") != "P.302" || len(d["recipients"].([]any)) != 0 || d["uses_left"] != 1.0 || d["alias"] != alias {
		t.Errorf("the courier is told %v", d)
	}
	h.do(http.MethodPut, "/v1/household/consents/delivery_contact", `{"granted":true,"text_version":1}`, token...).want(http.StatusOK)
	d = h.resolveAlias(alias, h.courier).want(http.StatusOK).object()
	if at(d, "recipients[0].name") != "Phạm Thị Nhận" || d["uses_left"] != 0.0 {
		t.Errorf("the courier is told %v", d)
	}
	h.resolveAlias(alias, h.courier).problem(http.StatusNotFound, ProblemCodeNotFound)
	items := h.get("/v1/household/aliases", token...).want(http.StatusOK).object()["items"].([]any)
	if at(items[0], "status") != "used_up" || at(items[0], "used") != 2.0 || at(items[0], "alias") != alias {
		t.Errorf("the household sees %v", items)
	}
	var resolved []any
	for _, line := range h.get("/v1/household/journal?limit=100", token...).want(http.StatusOK).object()["items"].([]any) {
		if at(line, "action") == "alias.resolved" {
			resolved = append(resolved, at(line, "role"))
		}
	}
	if len(resolved) != 2 || resolved[0] != "courier" {
		t.Errorf("the journal of the household tells of %v", resolved)
	}
}

// Whoever is no courier, or not the courier that was meant, learns nothing; what an alias leads to is not in what a shop is told.
func TestWhoLearnsWhatOfAnAlias(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	prefix := strings.SplitN(h.key(access.RoleCourier)[1], "_", 3)[1]
	alias := h.post("/v1/household/aliases", fmt.Sprintf(`{"uses":1,"key":%q}`, prefix), token...).want(http.StatusCreated).object()["alias"].(string)
	h.resolveAlias(alias, nil).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	for _, by := range [][]string{h.merchant, h.registrar, token} {
		h.resolveAlias(alias, by).problem(http.StatusForbidden, ProblemCodeForbidden)
	}
	h.resolveAlias(alias, h.courier).problem(http.StatusNotFound, ProblemCodeNotFound) // another courier's
	for range 3 {
		a := h.checkAlias(alias, h.merchant).want(http.StatusOK)
		got := a.object()
		if got["valid"] != true || got["alias"] != alias || at(got, "division.commune.name") == nil || at(got, "division.province.name") == nil || len(got) != 3 {
			t.Errorf("the shop is told %v", got)
		}
		for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), "Hàng Khay", "P.302", "12A", "lat"} {
			if strings.Contains(a.Body.String(), secret) {
				t.Errorf("the shop is told %q: %s", secret, a.Body)
			}
		}
	}
	items := h.get("/v1/household/aliases", token...).want(http.StatusOK).object()["items"].([]any)
	if at(items[0], "uses_left") != 1.0 || at(items[0], "used") != 0.0 {
		t.Errorf("a check counts as a use: %v", items)
	}
}

// What leads nowhere gets one answer, byte for byte but for the request id, and a check one of its own.
func TestAliasesThatLeadNowhereAreAlike(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	make := func(body string) map[string]any {
		return h.post("/v1/household/aliases", body, token...).want(http.StatusCreated).object()
	}
	revoked := make(`{}`)
	if gone := h.do(http.MethodDelete, "/v1/household/aliases/"+revoked["id"].(string), "", token...).want(http.StatusOK).object(); gone["status"] != "revoked" {
		t.Errorf("%v", gone)
	}
	used := make(`{"uses":1}`)
	h.resolveAlias(used["alias"].(string), h.courier).want(http.StatusOK)
	other := make(`{"key":"0000BCFG"}`)
	bodies := map[string]string{}
	for name, alias := range map[string]string{
		"unknown": "Z4K7M-2PQ9R-B0XHT-57J", "revoked": revoked["alias"].(string), "used up": used["alias"].(string), "another's": other["alias"].(string),
	} {
		a := h.resolveAlias(alias, h.courier)
		p := a.problem(http.StatusNotFound, ProblemCodeNotFound)
		bodies[strings.ReplaceAll(a.Body.String(), p["request_id"].(string), "")] = name
		if name == "another's" {
			continue // it leads somewhere, so a shop may know
		}
		if got := h.checkAlias(alias, h.merchant).want(http.StatusOK).object(); got["valid"] != false || len(got) != 2 {
			t.Errorf("%s: the shop is told %v", name, got)
		}
	}
	if len(bodies) != 1 {
		t.Errorf("the answers differ: %v", bodies)
	}
}

// A mistyped alias is told from one that leads nowhere without looking it up.
func TestMistypedAliasOverHTTP(t *testing.T) {
	h := newHomes(t)
	for _, text := range []string{"Z4K7M-2PQ9R-B0XHT-57K", "Z4K7M-2PQ9R", "5FJBC-2NJV-T33", "4Z7KM-2PQ9R-B0XHT-57J", "Z4K7M-2PQ9R-B0XHT-57?", "xin chào"} {
		p := h.resolveAlias(text, h.courier).problem(http.StatusBadRequest, ProblemCodeInvalid)
		if at(p, "errors[0].field") != "alias" || !strings.Contains(p["hint"].(string), "So lại") {
			t.Errorf("%s: %v", text, p)
		}
		h.checkAlias(text, h.merchant).problem(http.StatusBadRequest, ProblemCodeInvalid)
	}
}

func TestAliasInputOverHTTP(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	for _, body := range []string{`{"uses":0}`, `{"uses":1001}`, `{"valid_days":0}`, `{"valid_days":367}`, `{"role":"merchant"}`, `{"key":"x"}`, `{"valid_from":"2020-01-01T00:00:00Z"}`, `{"name":"x"}`} {
		if p := h.post("/v1/household/aliases", body, token...).problem(http.StatusBadRequest, ProblemCodeInvalid); p["errors"] == nil {
			t.Errorf("%s: %v", body, p)
		}
	}
	all := h.post("/v1/household/aliases", `{"uses":1000,"valid_days":366,"key":"0000BCFG","role":"courier"}`, token...).want(http.StatusCreated).object()
	if all["key"] != "0000BCFG" || all["uses_left"] != 1000.0 {
		t.Errorf("%v", all)
	}
	if free := h.post("/v1/household/aliases", `{}`, token...).want(http.StatusCreated).object(); free["uses_left"] != nil {
		t.Errorf("%v", free)
	}
	h.do(http.MethodDelete, "/v1/household/aliases/NOSUCHALIAS", "", token...).problem(http.StatusNotFound, ProblemCodeNotFound)
	other := h.household(h.address(21.0199, 105.8372))
	h.do(http.MethodDelete, "/v1/household/aliases/"+all["id"].(string), "", other...).problem(http.StatusNotFound, ProblemCodeNotFound)
}
