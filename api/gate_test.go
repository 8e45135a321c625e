package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// gate is a client of a whole server that is not for development, with a key or token of every role.
type gate struct {
	client
	store *sqlite.Store
	svc   *registry.Service
	keys  *access.Service
	heard *heard
	roles map[access.Role][]string // headers
}

// heard keeps what the monitoring centre is told.
type heard struct {
	mu     sync.Mutex
	events []audit.Event
}

func (h *heard) Report(_ context.Context, e audit.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
}

func (h *heard) last() audit.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.events) == 0 {
		return audit.Event{}
	}
	return h.events[len(h.events)-1]
}

func newGate(t testing.TB, change func(*Config)) *gate {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := builtIn()
	must(err)
	dir := t.TempDir()
	g := &gate{heard: &heard{}, roles: map[access.Role][]string{access.RolePublic: nil}}
	g.store, err = sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), sqlite.Options{})
	must(err)
	v, err := vault.Open(t.Context(), filepath.Join(dir, "keys.db"), vault.MasterSource{File: filepath.Join(dir, "master.key")})
	must(err)
	t.Cleanup(func() {
		if err := g.store.Close(); err != nil {
			t.Error(err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	g.svc = registry.NewService(g.store, data.Divisions, data.Locator)
	g.keys = access.NewService(g.store, data.Divisions, time.Now)
	ctx := t.Context()
	geocoder := lazyGeocoder{sync.OnceValue(func() *geocode.Engine {
		engine, err := geocode.NewEngine(ctx, g.svc, g.store)
		if err != nil {
			panic(err)
		}
		return engine
	})}
	config := testConfig()
	config.Dev, config.Security = false, g.heard
	if change != nil {
		change(&config)
	}
	homes := people.NewService(g.store, v, g.svc, time.Now)
	s, err := New(Services{Registry: g.svc, Geocoder: geocoder, Access: g.keys, People: homes, Jobs: newJobs(t, g.store, dir)}, config, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(err)
	g.client = client{t, s}
	for _, role := range access.KeyRoles() {
		g.roles[role] = withKey(g.newKey(role))
	}
	home := g.register(`{"position": {"lat": 10.7725, "lon": 106.698}, "components": {"house_number": "1", "street": "Lê Lợi"}}`)
	code, err := addresscode.Parse(home)
	must(err)
	secret, _, err := homes.Invite(ctx, registry.Actor{Name: "test"}, code)
	must(err)
	claim, err := homes.Claim(ctx, registry.Actor{Name: "test"}, code, secret.Reveal())
	must(err)
	g.roles[access.RoleHousehold] = withKey(claim.Token)
	return g
}

func (g *gate) newKey(role access.Role, communes ...string) string {
	g.t.Helper()
	secret, _, err := g.keys.CreateKey(g.t.Context(), "test", access.NewKey{Role: role, Name: "test", Communes: communes})
	if err != nil {
		g.t.Fatal(err)
	}
	return secret
}

// register registers an address as an administrator and returns its code.
func (g *gate) register(body string) string {
	g.t.Helper()
	return g.post("/v1/addresses", body, g.roles[access.RoleAdmin]...).want(http.StatusCreated).object()["code"].(string)
}

func withKey(secret string) []string { return []string{"Authorization", "Bearer " + secret} }

// journal are the lines of the journal that are no changes of addresses, from the newest.
func (g *gate) journal() (entries []registry.Entry) {
	g.t.Helper()
	err := g.store.View(g.t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Entry != nil {
				entries = append([]registry.Entry{*l.Entry}, entries...)
			}
			return true
		})
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return entries
}

// anyRequest is a request of an operation that is good enough to be looked at, and does nothing when it is.
func anyRequest(path string) (target, body string) {
	target = strings.NewReplacer(
		"{code}/boundary", "00070/boundary", "/v1/divisions/{code}", "/v1/divisions/00070", "{code}", "5FJBC-2NJV-T33", "{id}", "0000000000000000",
		"{text}", "5FJBC-2NJV-T33", "{file}", "errors", "{purpose}", "contact", "{z}", "7", "{x}", "101", "{y}", "56",
	).Replace(path)
	switch path {
	case "/v1/resolve", "/v1/search", "/v1/autocomplete", "/v1/divisions/convert":
		target += "?q=5FJBC-2NJV-T33"
	case "/v1/reverse", "/v1/codes", "/v1/divisions/locate":
		target += "?lat=21.0287&lon=105.8524"
	}
	return target, "{}"
}

// TestMatrixOfRolesAndOperations holds what the server does against the matrix: every role at every operation.
func TestMatrixOfRolesAndOperations(t *testing.T) {
	g := newGate(t, nil)
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			op, ok := access.OperationOf(o.OperationID)
			if !ok {
				t.Errorf("%s has no row in the matrix", o.OperationID)
				continue
			}
			for _, role := range access.Roles() {
				target, body := anyRequest(path)
				if o.RequestBody == nil {
					body = ""
				}
				answer := g.do(method, target, body, g.roles[role]...)
				tried++
				name := fmt.Sprintf("%s %s as %s", method, path, role)
				switch {
				case op.Allows(role):
					if answer.Code == http.StatusUnauthorized || answer.Code == http.StatusForbidden {
						t.Errorf("%s: %d: %s", name, answer.Code, answer.Body)
					}
				case role == access.RolePublic:
					if answer.Code != http.StatusUnauthorized || answer.Header().Get("WWW-Authenticate") != "Bearer" {
						t.Errorf("%s: %d, %q; want 401 and how to sign in", name, answer.Code, answer.Header().Get("WWW-Authenticate"))
					}
				case answer.Code != http.StatusForbidden:
					t.Errorf("%s: %d, want 403: %s", name, answer.Code, answer.Body)
				}
				if !op.Allows(role) && at(answer.object(), "errors") != nil {
					t.Errorf("%s: who may not call it learns of its rules: %s", name, answer.Body)
				}
			}
		}
	}
	if want := len(access.Operations()) * len(access.Roles()); tried != want {
		t.Errorf("tried %d of %d", tried, want)
	}
	g.get("/v1/nothing").problem(http.StatusNotFound, ProblemCodeNotFound)
	g.get("/v1/nothing", withKey("dcs_wrong")...).problem(http.StatusNotFound, ProblemCodeNotFound)
}

// Nothing that cannot be used is passed over: not where everybody may ask, and not in any form.
func TestKeysThatCannotBeUsed(t *testing.T) {
	g := newGate(t, nil)
	revoked := g.newKey(access.RoleCourier)
	if _, err := g.keys.RevokeKey(t.Context(), "test", revoked[4:12]); err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{
		"unknown": "Bearer dcs_7F2KQ9BX_0000000000000000000000000000000000", "revoked": "Bearer " + revoked, "cut off": "Bearer " + revoked[:20],
		"empty": "Bearer ", "nothing": "", "basic": "Basic YTpi", "no scheme": revoked, "household": "Bearer dch_AAAA", "other": "Bearer abc",
	} {
		a := g.get("/v1/divisions/locate?lat=21.0287&lon=105.8524", "Authorization", header)
		a.problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
		if a.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: no way to sign in is told", name)
		}
		if g.heard.last().Action != audit.ActionLoginFailed {
			t.Errorf("%s: nobody is told", name)
		}
		if strings.Contains(a.Body.String(), revoked[13:20]) {
			t.Errorf("%s: the secret is in the answer", name)
		}
	}
	g.get("/v1/addresses/5FJBC-2NJV-T33", "Authorization", "bearer "+g.newKey(access.RoleCourier)).want(http.StatusNotFound)
	g.get("/healthz", "Authorization", "Bearer dcs_wrong").want(http.StatusOK)
	g.standstill()
	for range 30 {
		g.get("/v1/session", withKey("dcs_wrong")...)
	}
	a := g.get("/v1/session", withKey("dcs_wrong")...)
	a.problem(http.StatusTooManyRequests, ProblemCodeTooManyRequests)
}

func TestDevelopmentServer(t *testing.T) {
	g := newGate(t, func(c *Config) { c.Dev = true })
	before := len(g.journal())
	code := g.assign(hoGuom)["code"].(string)
	a := g.get("/v1/addresses/" + code).want(http.StatusOK)
	if a.object()["version"] != 1.0 || a.Header().Get("RateLimit-Limit") != "" {
		t.Errorf("not an administrator without quota: %s", a.Body)
	}
	if after := len(g.journal()); after != before {
		t.Errorf("%d reads are in the journal", after-before)
	}
	g.get("/v1/addresses/"+code, withKey("dcs_wrong")...).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	if v := g.get("/v1/addresses/"+code, g.roles[access.RoleCourier]...).object()["version"]; v != nil {
		t.Error("who shows a key is taken for an administrator")
	}
}

// raw asks without a key and without holding the answer against the spec, for benchmarks.
func (g *gate) raw(target string) (status int) {
	w := httptest.NewRecorder()
	g.server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w.Code
}
