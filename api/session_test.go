package api

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
)

// signIn makes a session and returns its cookie and token against forgery.
func (g *gate) signIn(key string, headers ...string) (cookie *http.Cookie, csrf string) {
	g.t.Helper()
	a := g.post("/v1/session", `{"key": "`+key+`"}`, headers...).want(http.StatusCreated)
	cookies := a.Result().Cookies()
	if len(cookies) != 1 {
		g.t.Fatalf("%d cookies", len(cookies))
	}
	return cookies[0], a.object()["csrf_token"].(string)
}

func TestSession(t *testing.T) {
	g := newGate(t, nil)
	key := g.newKey(access.RoleRegistrar)
	cookie, csrf := g.signIn(key)
	if cookie.Name != "diachiso" || !cookie.HttpOnly || cookie.Secure || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.MaxAge <= 0 || cookie.Domain != "" {
		t.Errorf("cookie %+v", cookie)
	}
	session := "diachiso=" + cookie.Value
	a := g.get("/v1/session", "Cookie", session).want(http.StatusOK)
	wantAt(t, a.object(), map[string]any{"role": "registrar", "id": key[4:12], "csrf_token": csrf})
	if got := a.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	wantAt(t, g.get("/v1/session").object(), map[string]any{"role": "public", "csrf_token": nil})

	const house = `{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "1", "street": "Phố Hàng Khay"}}`
	for name, headers := range map[string][]string{
		"no token":               {"Sec-Fetch-Site", "same-origin"},
		"wrong token":            {"X-CSRF-Token", csrf + "x", "Sec-Fetch-Site", "same-origin"},
		"empty token":            {"X-CSRF-Token", "", "Sec-Fetch-Site", "same-origin"},
		"no origin":              {"X-CSRF-Token", csrf},
		"another site":           {"X-CSRF-Token", csrf, "Sec-Fetch-Site", "cross-site"},
		"the site's other hosts": {"X-CSRF-Token", csrf, "Sec-Fetch-Site", "same-site"},
		"another origin":         {"X-CSRF-Token", csrf, "Origin", "https://evil.example"},
		"another port":           {"X-CSRF-Token", csrf, "Origin", "http://example.com:81"},
		"another scheme":         {"X-CSRF-Token", csrf, "Origin", "https://example.com"},
		"an opaque origin":       {"X-CSRF-Token", csrf, "Origin", "null"},
		"a lying origin":         {"X-CSRF-Token", csrf, "Origin", "http://example.com", "Sec-Fetch-Site", "cross-site"},
	} {
		a := g.post("/v1/addresses", house, append([]string{"Cookie", session}, headers...)...)
		if a.Code != http.StatusForbidden {
			t.Errorf("%s: %d: %s", name, a.Code, a.Body)
		}
	}
	made := g.post("/v1/addresses", house, "Cookie", session, "X-CSRF-Token", csrf, "Origin", "http://example.com").want(http.StatusCreated).object()
	g.post("/v1/addresses", house, "Cookie", session, "X-CSRF-Token", csrf, "Sec-Fetch-Site", "same-origin").problem(http.StatusConflict, ProblemCodeDuplicate)
	// Reading needs none, and a key in Authorization goes before the cookie.
	g.get("/v1/addresses/"+made["code"].(string)+"/history", "Cookie", session).want(http.StatusOK)
	g.get("/v1/addresses/"+made["code"].(string)+"/history", append([]string{"Cookie", session}, g.roles[access.RoleMerchant]...)...).want(http.StatusForbidden)

	out := g.do(http.MethodDelete, "/v1/session", "", "Cookie", session, "X-CSRF-Token", csrf, "Sec-Fetch-Site", "same-origin").want(http.StatusNoContent)
	if c := out.Result().Cookies()[0]; c.Value != "" || c.MaxAge >= 0 {
		t.Errorf("signed out with %+v", c)
	}
	ended := g.get("/v1/session", "Cookie", session)
	ended.problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	if c := ended.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie of a session that has ended stays: %v", c)
	}
	g.signIn(key, "Cookie", session) // signing in again does not stumble over it
}

func TestSignInIsRefused(t *testing.T) {
	g := newGate(t, nil)
	key := g.newKey(access.RoleRegistrar)
	g.post("/v1/session", `{"key": "dcs_7F2KQ9BX_wrong"}`).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	g.post("/v1/session", `{"key": "`+strings.TrimPrefix(g.roles[access.RoleHousehold][1], "Bearer ")+`"}`).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	g.post("/v1/session", `{"key": "`+key+`"}`, "Sec-Fetch-Site", "cross-site").problem(http.StatusForbidden, ProblemCodeForbidden)
	cookie, _ := g.signIn(key)
	if _, err := g.keys.RevokeKey(t.Context(), "test", key[4:12]); err != nil {
		t.Fatal(err)
	}
	g.get("/v1/session", "Cookie", "diachiso="+cookie.Value).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
}

// Over TLS, to the server or to a trusted proxy, only the cookie counts that browsers take over TLS alone.
func TestSessionOverTLS(t *testing.T) {
	g := newGate(t, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	key := g.newKey(access.RoleRegistrar)
	cookie, csrf := g.signIn(key, "X-Forwarded-Proto", "https") // from 192.0.2.1
	if cookie.Name != "__Host-diachiso" || !cookie.Secure || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie %+v", cookie)
	}
	wantAt(t, g.get("/v1/session", "Cookie", "__Host-diachiso="+cookie.Value, "X-Forwarded-Proto", "https").object(), map[string]any{"role": "registrar"})
	wantAt(t, g.get("/v1/session", "Cookie", "diachiso="+cookie.Value, "X-Forwarded-Proto", "https").object(), map[string]any{"role": "public"})
	wantAt(t, g.get("/v1/session", "Cookie", "__Host-diachiso="+cookie.Value).object(), map[string]any{"role": "public"})
	end := []string{"Cookie", "__Host-diachiso=" + cookie.Value, "X-CSRF-Token", csrf, "X-Forwarded-Proto", "https"}
	g.do(http.MethodDelete, "/v1/session", "", append(end, "Origin", "http://example.com")...).want(http.StatusForbidden)
	g.do(http.MethodDelete, "/v1/session", "", append(end, "Origin", "https://example.com")...).want(http.StatusNoContent)

	for name, r := range map[string]func(*http.Request){
		"TLS":             func(r *http.Request) { r.TLS = &tls.ConnectionState{} },
		"a trusted proxy": func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") },
	} {
		request := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r(request)
		if got := g.send(request).Header().Get("Strict-Transport-Security"); got == "" {
			t.Errorf("%s: no HSTS", name)
		}
	}
	liar := httptest.NewRequest(http.MethodGet, "/healthz", nil)
	liar.RemoteAddr = "198.51.100.7:1234"
	liar.Header.Set("X-Forwarded-Proto", "https")
	if got := g.send(liar).Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("anybody says https: %q", got)
	}
}
