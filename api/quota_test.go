package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
)

// from asks from an address on the network.
func (g *gate) from(remote, target string, headers ...string) answer {
	g.t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.RemoteAddr = remote
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return g.send(r)
}

const someReverse = "/v1/reverse?lat=21.0287&lon=105.8524"

// left is how many requests of a kind remain.
func left(a answer) int {
	n, err := strconv.Atoi(a.Header().Get("RateLimit-Remaining"))
	if err != nil {
		a.t.Errorf("RateLimit-Remaining %q", a.Header().Get("RateLimit-Remaining"))
	}
	return n
}

func TestQuota(t *testing.T) {
	g := newGate(t, nil)
	a := g.from("198.51.100.1:5", someReverse).want(http.StatusOK)
	limit, err := strconv.Atoi(a.Header().Get("RateLimit-Limit"))
	if err != nil || left(a) != limit-1 || a.Header().Get("RateLimit-Reset") == "" {
		t.Fatalf("headers %v", a.Header())
	}
	var refused answer
	for range limit + 50 {
		if refused = g.from("198.51.100.1:6", someReverse); refused.Code != http.StatusOK {
			break
		}
	}
	refused.problem(http.StatusTooManyRequests, ProblemCodeTooManyRequests)
	if s, err := strconv.Atoi(refused.Header().Get("Retry-After")); err != nil || s < 1 || left(refused) != 0 {
		t.Errorf("refused with %v", refused.Header())
	}
	if e := g.heard.last(); e.Action != audit.ActionRateLimited || e.Operation != "reverse" || e.Client != netip.MustParseAddr("198.51.100.1") {
		t.Errorf("the monitoring centre is told %+v", e)
	}
	g.from("198.51.100.2:5", someReverse).want(http.StatusOK)                                     // another client
	g.from("198.51.100.1:5", "/v1/divisions/locate?lat=21.0287&lon=105.8524").want(http.StatusOK) // another kind
	g.from("198.51.100.1:5", someReverse, g.roles[access.RoleCourier]...).want(http.StatusOK)     // a key has its own
	g.from("198.51.100.1:5", "/healthz").want(http.StatusOK)                                      // no quota
	if n := left(g.from("[2001:db8:1:2::1]:5", someReverse)) - left(g.from("[2001:db8:1:2:ffff::9]:5", someReverse)); n < 1 {
		t.Error("two addresses of one /64 have a quota each")
	}
	if left(g.from("[2001:db8:1:3::1]:5", someReverse)) != limit-1 {
		t.Error("another /64 has no quota of its own")
	}
}

// A list costs by its length, before it is converted.
func TestQuotaOfLists(t *testing.T) {
	g := newGate(t, nil)
	list := func(n int) answer {
		return g.post("/v1/divisions/convert", `{"items": [`+strings.TrimSuffix(strings.Repeat(`{"code": "00082"},`, n), ",")+`]}`, g.roles[access.RoleAdmin]...).want(http.StatusOK)
	}
	start := left(list(1))
	for _, c := range []struct{ items, cost int }{{1, 1}, {100, 1}, {101, 2}, {1000, 10}} {
		after := left(list(c.items))
		if cost := start - after; cost < c.cost-1 || cost > c.cost { // some of it may have come back meanwhile
			t.Errorf("%d items cost %d, want %d", c.items, cost, c.cost)
		}
		start = after
	}
}

// Whose word about a client's address counts.
func TestClientAddress(t *testing.T) {
	open := newGate(t, nil)
	behind := newGate(t, func(c *Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	})
	for _, c := range []struct {
		name      string
		g         *gate
		remote    string
		forwarded []string
		want      string
	}{
		{"no proxy, nothing said", open, "198.51.100.1:5", nil, "198.51.100.1"},
		{"no proxy, a lie", open, "198.51.100.1:5", []string{"203.0.113.9"}, "198.51.100.1"},
		{"no proxy, a lie from loopback", open, "127.0.0.1:5", []string{"203.0.113.9"}, "127.0.0.1"},
		{"not through the proxy", behind, "198.51.100.1:5", []string{"203.0.113.9"}, "198.51.100.1"},
		{"not through the proxy, from a private network", behind, "192.168.1.1:5", []string{"203.0.113.9"}, "192.168.1.1"},
		{"through the proxy", behind, "10.0.0.1:5", []string{"203.0.113.9"}, "203.0.113.9"},
		{"the client lied to the proxy", behind, "10.0.0.1:5", []string{"198.51.100.77, 203.0.113.9"}, "203.0.113.9"},
		{"the client lied in a header of its own", behind, "10.0.0.1:5", []string{"198.51.100.77", "203.0.113.9"}, "203.0.113.9"},
		{"the client names a trusted address", behind, "10.0.0.1:5", []string{"10.1.1.1, 203.0.113.9"}, "203.0.113.9"},
		{"through two proxies", behind, "10.0.0.1:5", []string{"198.51.100.77, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"rubbish", behind, "10.0.0.1:5", []string{"<script>"}, "10.0.0.1"},
		{"over IPv6", behind, "[2001:db8:ffff::1]:5", []string{"2001:db8:1::9"}, "2001:db8:1::9"},
		{"nothing said by the proxy", behind, "10.0.0.1:5", nil, "10.0.0.1"},
	} {
		var headers []string
		for _, f := range c.forwarded {
			headers = append(headers, "X-Forwarded-For", f)
		}
		c.g.from(c.remote, "/v1/session", append(headers, "Authorization", "Bearer dcs_wrong", "X-Real-Ip", "192.0.2.99", "Forwarded", "for=192.0.2.98")...)
		if got := c.g.heard.last().Client.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Who looks at more places than its work explains is reported.
func TestHarvestIsReported(t *testing.T) {
	g := newGate(t, nil)
	g.server.quotas = nil
	for i := range 210 {
		lat := 20.6 + float64(i)*0.01 // 1.1 km, more than a zone
		g.register(fmt.Sprintf(`{"position": {"lat": %.4f, "lon": 105.5}, "components": {"house_number": "%d", "street": "Quốc lộ"}}`, lat, i))
		g.get(fmt.Sprintf("/v1/reverse?lat=%.4f&lon=105.5&radius=50", lat))
	}
	for _, e := range g.heard.events {
		if e.Action == audit.ActionHarvesting {
			return
		}
	}
	t.Error("nobody is told of a client that asked about 210 zones")
}

// What is private is in the journal before it is sent; what is public never.
func TestReadsAreJournalled(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(everything)
	before := len(g.journal())
	for _, headers := range [][]string{nil, g.roles[access.RoleHousehold]} {
		for request, ask := range lookups(code) {
			if ask(g.client, headers); len(g.journal()) != before {
				t.Fatalf("%s wrote %+v", request, g.journal()[0])
			}
		}
	}
	courier := g.roles[access.RoleCourier]
	name := "key:" + courier[1][len("Bearer dcs_"):][:8]
	for request, ask := range lookups(code) {
		if request == "resolve an evn id" {
			continue // not for couriers
		}
		before := len(g.journal())
		ask(g.client, courier)
		lines := g.journal()
		if strings.Contains(request, "complete a building") || strings.Contains(request, "search a building") || strings.Contains(request, "search near") || strings.Contains(request, "validate a building") {
			if len(lines) > before+1 {
				t.Errorf("%s wrote %d lines", request, len(lines)-before)
			}
			continue // the building, or the street, may be the answer
		}
		if len(lines) != before+1 {
			t.Errorf("%s wrote %d lines", request, len(lines)-before)
			continue
		}
		if e := lines[0]; e.Action != "address.read" || e.Actor != name || !strings.Contains(e.Subject, code) || !strings.Contains(e.Detail, `"operation":"`) {
			t.Errorf("%s wrote %+v", request, e)
		}
	}
	etag := g.get("/v1/addresses/"+code, courier...).Header().Get("ETag")
	before = len(g.journal())
	g.get("/v1/addresses/"+code, append([]string{"If-None-Match", etag}, courier...)...).want(http.StatusNotModified)
	if len(g.journal()) != before+1 {
		t.Error("that it is still so was not written")
	}
	g.get("/v1/reviews", g.roles[access.RoleAuditor]...).want(http.StatusOK)
	if e := g.journal()[0]; e.Action != "answer.read" || e.Subject != "listReviews" {
		t.Errorf("an answer that is private as a whole wrote %+v", e)
	}
	for n := range 30 {
		g.register(fmt.Sprintf(`{"position": {"lat": 21.01, "lon": 105.84}, "components": {"house_number": "%d", "street": "Phố Khâm Thiên"}}`, n+1))
	}
	g.get("/v1/reverse?lat=21.01&lon=105.84&limit=100", courier...)
	if e := g.journal()[0]; len(strings.Fields(e.Subject)) != maxSubjects || !strings.Contains(e.Detail, `"count":30`) {
		t.Errorf("a list wrote %+v", e)
	}
	g.post("/v1/addresses", `{"position": {"lat": 21.01, "lon": 105.84}, "components": {"house_number": "1", "street": "Phố Khâm Thiên"}}`, g.roles[access.RoleAdmin]...).problem(http.StatusConflict, ProblemCodeDuplicate)
	if e := g.journal()[0]; e.Action != "address.read" || !strings.Contains(e.Detail, "assignAddress") {
		t.Errorf("a refusal that shows an address wrote %+v", e)
	}
}

func TestSecurityHeaders(t *testing.T) {
	g := newGate(t, nil)
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "",
	}
	for _, target := range []string{"/v1/addresses/5FJBC-2NJV-T33", "/v1/codes/5FJBC-2NJV-T33", "/nothing", "/docs", "/docs/docs.js", "/openapi.yaml", "/metrics", "/healthz"} {
		h := g.get(target).Header()
		for name, value := range want {
			if h.Get(name) != value {
				t.Errorf("%s: %s is %q, want %q", target, name, h.Get(name), value)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe-eval") || len(h["Content-Security-Policy"]) != 1 {
			t.Errorf("%s: policy %q", target, policy)
		}
		if scripts := strings.Contains(policy, "script-src 'self'"); scripts != strings.HasPrefix(target, "/docs") || strings.Contains(policy, "script-src 'self' 'unsafe") {
			t.Errorf("%s: policy %q", target, policy)
		}
		if !strings.Contains(h.Get("Permissions-Policy"), "geolocation=()") {
			t.Errorf("%s: Permissions-Policy %q", target, h.Get("Permissions-Policy"))
		}
	}
}
