package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
)

const shelter = `{
	"position": {"lat": 21.0287, "lon": 105.8524},
	"components": {"house_number": "99", "street": "Phố Trú Ẩn", "building": "Hầm Số Chín"},
	"external_ids": [{"scheme": "osm", "value": "node/99"}]
}`

// seen is an answer without what differs between any two.
func seen(a answer) string {
	h := a.Header().Clone()
	for _, name := range []string{"RateLimit-Remaining", "RateLimit-Reset"} {
		h.Del(name)
	}
	var lines []string
	for name, values := range h {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return fmt.Sprintf("%d\n%s\n%s", a.Code, strings.Join(lines, "\n"), a.Body)
}

// TestProtectedAddressIsNotThere asks for an address in every way before it exists and when it is protected. The answers are the same
// in every byte for all who must not know of it.
func TestProtectedAddressIsNotThere(t *testing.T) {
	scratch := newGate(t, nil)
	code := scratch.register(shelter) // the code that the place will get
	parsed, err := addresscode.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, nil)
	g.register(`{"position": {"lat": 21.0290, "lon": 105.8524}, "components": {"house_number": "1", "street": "Phố Hàng Khay"}}`)
	requests := map[string]func(headers []string) answer{}
	ask := func(method, target, body string) {
		requests[method+target+body] = func(headers []string) answer {
			return g.do(method, target, body, append([]string{headerRequestID, "same"}, headers...)...)
		}
	}
	get := func(target string) { ask(http.MethodGet, target, "") }
	post := func(target, body string) { ask(http.MethodPost, target, body) }
	get("/v1/addresses/" + code)
	get("/v1/addresses/" + strings.ToLower(parsed.Compact()))
	get("/v1/addresses/" + code[:13] + "?")
	get("/" + code)
	get("/" + code[:13] + "%3F")
	get("/v1/addresses/" + code + "/plate?format=png")
	post("/v1/labels", fmt.Sprintf(`{"codes": [%q]}`, code))
	for _, q := range []string{code, code[:13] + "?", code[5:] + ", phường Hoàn Kiếm", "osm:node/99", "21.0287,105.8524", "99 Phố Trú Ẩn"} {
		get("/v1/resolve?q=" + url.QueryEscape(q))
		post("/v1/resolve", fmt.Sprintf(`{"q": %q}`, q))
	}
	get("/v1/reverse?lat=21.0287&lon=105.8524&radius=1")
	get("/v1/reverse?lat=21.0287&lon=105.8524&radius=2000&limit=100")
	get("/v1/codes?lat=21.0287&lon=105.8524")
	for _, q := range []string{"99 Phố Trú Ẩn, Hà Nội", "Phố Trú Ẩn", "Hầm Số Chín, Hoàn Kiếm", code, "tru an", "osm:node/99"} {
		get("/v1/search?q=" + url.QueryEscape(q))
		get("/v1/autocomplete?q=" + url.QueryEscape(q))
		post("/v1/validate", fmt.Sprintf(`{"address": %q}`, q))
	}
	post("/v1/validate", fmt.Sprintf(`{"code": %q}`, code))
	post("/v1/validate", fmt.Sprintf(`{"address": "99 Phố Trú Ẩn, Hà Nội", "code": %q}`, code))

	callers := map[string][]string{
		"public": nil, "household": g.roles[access.RoleHousehold], "merchant": g.roles[access.RoleMerchant], "courier": g.roles[access.RoleCourier],
		"registrar elsewhere": withKey(g.newKey(access.RoleRegistrar, "00004")),
	}
	history := func(headers []string) answer { return g.get("/v1/addresses/"+code+"/history", headers...) }
	protect := func(headers []string) answer {
		return g.do(http.MethodPut, "/v1/addresses/"+code+"/protection", "", headers...)
	}
	unprotect := func(headers []string) answer {
		return g.do(http.MethodDelete, "/v1/addresses/"+code+"/protection", "", headers...)
	}
	get("/v1/addresses/" + code + "/history")
	get("/v1/addresses/" + code + "/observations")
	post("/v1/addresses/"+code+"/observations", `{"outcome": "delivered"}`)
	post("/v1/addresses/"+code+"/invitations", "")
	post("/v1/claims", fmt.Sprintf(`{"code": %q, "secret": "0000-0000-0000-0000-000"}`, code))
	ask(http.MethodPut, "/v1/addresses/"+code+"/protection", "")
	ask(http.MethodDelete, "/v1/addresses/"+code+"/protection", "")

	before := map[string]string{}
	for name, headers := range callers {
		for request, ask := range requests {
			before[name+request] = seen(ask(headers))
		}
	}
	if got := g.register(shelter); got != code {
		t.Fatalf("the code is %s, not %s", got, code)
	}
	if get := "GET/v1/addresses/" + code; seen(requests[get](nil)) == before["public"+get] {
		t.Fatal("an address that is not protected is not seen")
	}
	admin := g.roles[access.RoleAdmin]
	wantAt(t, protect(admin).want(http.StatusOK).object(), map[string]any{"code": code, "flags[0]": "protected", "version": 2})
	for name, headers := range callers {
		for request, ask := range requests {
			if after := seen(ask(headers)); after != before[name+request] {
				t.Errorf("%s as %s differs:\n%s\n%s", request, name, before[name+request], after)
			}
		}
	}
	here := withKey(g.newKey(access.RoleRegistrar, "00070"))
	for name, headers := range map[string][]string{"admin": admin, "auditor": g.roles[access.RoleAuditor], "its registrar": here} {
		for _, target := range []string{"/v1/addresses/" + code, "/v1/resolve?q=osm:node/99", "/v1/reverse?lat=21.0287&lon=105.8524", "/v1/codes?lat=21.0287&lon=105.8524"} {
			if a := g.get(target, headers...); !strings.Contains(a.Body.String(), code) {
				t.Errorf("%s does not see it: %s: %s", name, target, a.Body)
			}
		}
		if n := len(history(headers).want(http.StatusOK).object()["items"].([]any)); n != 2 {
			t.Errorf("%s: %d events", name, n)
		}
	}
	unprotect(here).want(http.StatusOK)
	if a := g.get("/v1/search?q=" + url.QueryEscape("99 Phố Trú Ẩn, Hà Nội")); !strings.Contains(a.Body.String(), code) {
		t.Errorf("no longer protected, it is not found: %s", a.Body)
	}
	g.do(http.MethodDelete, "/v1/addresses/"+code+"/protection", "", withKey(g.newKey(access.RoleRegistrar, "00004"))...).problem(http.StatusForbidden, ProblemCodeForbidden)
	g.do(http.MethodPut, "/v1/addresses/XXXX/protection", "", admin...).problem(http.StatusBadRequest, ProblemCodeInvalidCode)
}

// BenchmarkProtectedOrAbsent asks, without a key, for a protected address and for none: the two must take the same time.
func BenchmarkProtectedOrAbsent(b *testing.B) {
	g := newGate(b, nil)
	code := g.register(shelter)
	g.do(http.MethodPut, "/v1/addresses/"+code+"/protection", "", g.roles[access.RoleAdmin]...).want(http.StatusOK)
	parsed, err := addresscode.Parse(code)
	if err != nil {
		b.Fatal(err)
	}
	other, err := addresscode.New(parsed.Cell(), 17)
	if err != nil {
		b.Fatal(err)
	}
	g.server.quotas = nil
	for _, target := range []struct{ name, path string }{
		{"get/protected", "/v1/addresses/" + code}, {"get/absent", "/v1/addresses/" + other.String()},
		{"resolve/protected", "/v1/resolve?q=osm:node/99"}, {"resolve/absent", "/v1/resolve?q=osm:node/98"},
	} {
		b.Run(target.name, func(b *testing.B) {
			for b.Loop() {
				if a := g.raw(target.path); a != http.StatusNotFound {
					b.Fatal(a)
				}
			}
		})
	}
}
