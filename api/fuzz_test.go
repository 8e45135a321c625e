package api

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
)

// FuzzRequests sends requests made from the spec, by any role, with some parts replaced by junk, and wants an answer that is no
// fault of ours and is as the spec says (client.send sees to the latter).
func FuzzRequests(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, "5FJBC-2NJV-T33", []byte(`{"position":{"lat":21.03,"lon":105.85}}`))
	}
	f.Add(uint64(1), "2NJV-T33, phường Hoàn Kiếm", []byte(`{"q":"\u0000"}`))
	f.Add(uint64(2), "\xff\x00%zz", []byte("{"))
	f.Add(uint64(3), "21.0287,105.8524", []byte(`[[[[[[[[[[[[[[[[[[[[`))

	doc, err := spec()
	if err != nil {
		f.Fatal(err)
	}
	g := newGate(f, nil)
	g.server.quotas = nil // they would answer most requests
	f.Fuzz(func(t *testing.T, seed uint64, text string, body []byte) {
		made := newGenerator(seed, text)
		if r := made.request(doc, body); r != nil { // nil: net/http itself would refuse it
			noFaultOfOurs(client{t, g.server}, g.asAnyone(made, r))
		}
	})
}

// TestRandomRequests sends what FuzzRequests sends, without a search for new paths: more of it in less time, and with what earlier
// answers told. Some of every kind of answer must be among them, or the requests are no test.
func TestRandomRequests(t *testing.T) {
	requests := 20_000
	if testing.Short() { // with the race detector
		requests = 4000
	}
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, nil)
	g.server.quotas = nil
	signingKey, _, err := audit.OpenKey(filepath.Join(t.TempDir(), "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	g.server.audit = audit.NewService(g.store, audit.Options{Key: signingKey})
	if _, err := g.server.audit.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	statuses, done := map[int]int{}, map[string]bool{}
	seen := answers{}
	for _, role := range access.Roles() {
		if headers := g.roles[role]; len(headers) == 2 {
			seen.keep("key", strings.TrimPrefix(headers[1], "Bearer "))
		}
	}
	sent := 0
	for seed := uint64(0); sent < requests; seed++ {
		junk := nasty[int(seed)%len(nasty)]
		made := newGenerator(seed, junk)
		made.seen = &seen
		r := made.request(doc, []byte(junk))
		if r == nil {
			continue
		}
		if sent++; sent%100 == 0 {
			g.moveIn(sent)
		}
		r = g.asAnyone(made, r)
		a := noFaultOfOurs(g.client, r)
		statuses[a.Code]++
		if a.Code < 300 {
			done[r.Method+" "+g.route(r)] = true
			seen.learn(g.route(r), a.Body.Bytes())
		}
	}
	for _, status := range []int{200, 201, 204, 400, 401, 403, 404, 405, 409, 415, 422} {
		if statuses[status] < 5 {
			t.Errorf("only %d answers with status %d: %v", statuses[status], status, statuses)
		}
	}
	var never []string
	operations := 0
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if operations++; !done[method+" "+path] {
				never = append(never, method+" "+path)
			}
		}
	}
	slices.Sort(never)
	if most := operations / 4; len(never) > most && !testing.Short() { // fewer requests reach less
		t.Errorf("of %d operations, these were never done: %v", operations, never)
	}
	t.Logf("%d random requests by every role, 0 faults: statuses %v; %d of %d operations done, not %v", sent, statuses, operations-len(never), operations, never)
}

// asAnyone lets a request come from a random role, unless it shows something already.
func (g *gate) asAnyone(made generator, r *http.Request) *http.Request {
	roles := append(access.Roles(), access.RoleRegistrar, access.RoleAdmin, access.RoleHousehold) // who may do the most comes more often
	if headers := g.roles[roles[made.IntN(len(roles))]]; len(headers) == 2 && r.Header.Get("Authorization") == "" {
		r.Header.Set(headers[0], headers[1])
	}
	return r
}

// moveIn makes a new household, for requests may delete theirs.
func (g *gate) moveIn(n int) {
	g.t.Helper()
	home := g.register(fmt.Sprintf(`{"position": {"lat": %.5f, "lon": 106.698}, "components": {"house_number": "%d", "street": "Lê Lợi"}}`, 10.7+float64(n)*1e-6, n))
	code, err := addresscode.Parse(home)
	if err != nil {
		g.t.Fatal(err)
	}
	by := registry.Actor{Name: "test"}
	secret, _, err := g.server.people.Invite(g.t.Context(), by, code)
	if err != nil {
		g.t.Fatal(err)
	}
	claim, err := g.server.people.Claim(g.t.Context(), by, code, secret.Reveal())
	if err != nil {
		g.t.Fatal(err)
	}
	g.roles[access.RoleHousehold] = withKey(claim.Token)
}

// route is the path of the spec that a request was routed to.
func (g *gate) route(r *http.Request) string {
	c := g.server.echo.NewContext(r, nil)
	g.server.echo.Router().Find(r.Method, echo.GetPath(r), c)
	return specPath(c.Path())
}

// noFaultOfOurs sends a request and wants anything but a failure of the server; to be busy is none.
func noFaultOfOurs(c client, r *http.Request) answer {
	c.t.Helper()
	a := c.send(r)
	if a.Code >= 500 && !(a.Code == http.StatusServiceUnavailable && strings.Contains(a.Body.String(), `"code":"busy"`)) {
		c.t.Fatalf("%s %s: %d %s", r.Method, r.URL, a.Code, a.Body)
	}
	for name := range a.Header() {
		if name == "X-Injected" || name == "X" {
			c.t.Fatalf("%s %s: a header was injected: %v", r.Method, r.URL, a.Header())
		}
	}
	return a
}
