package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// homes is a client of a server with keys and people, whose clock of people the test moves.
type homes struct {
	client
	keys     *access.Service
	svc      *registry.Service
	store    *sqlite.Store
	security *securityEvents

	registrar, courier, merchant []string // headers with their keys

	mu  sync.Mutex
	now time.Time
}

// securityEvents keeps what the monitoring centre is told.
type securityEvents struct {
	mu     sync.Mutex
	events []audit.Event
}

func (s *securityEvents) Report(_ context.Context, e audit.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *securityEvents) count(action audit.Action) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Action == action {
			n++
		}
	}
	return n
}

func newHomes(t testing.TB) *homes {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	h := &homes{security: &securityEvents{}, now: time.Now().UTC().Truncate(time.Millisecond)}
	if h.store, err = sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(t.Context(), filepath.Join(dir, "keys.db"), vault.MasterSource{File: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := keys.Close(); err != nil {
			t.Errorf("close vault: %v", err)
		}
		if err := h.store.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	h.svc = registry.NewService(h.store, data.Divisions, data.Locator)
	h.keys = access.NewService(h.store, data.Divisions, time.Now)
	s, err := New(Services{Registry: h.svc, Access: h.keys, People: people.NewService(h.store, keys, h.svc, h.clock)},
		Config{Version: "test", DataVersion: "2026.11.22", SchemaVersion: "1", Security: h.security}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h.client = client{t, s}
	h.registrar, h.courier, h.merchant = h.key(access.RoleRegistrar), h.key(access.RoleCourier), h.key(access.RoleMerchant)
	return h
}

func (h *homes) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *homes) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// key makes a key and returns the headers that carry it.
func (h *homes) key(role access.Role, communes ...string) []string {
	h.t.Helper()
	secret, _, err := h.keys.CreateKey(h.t.Context(), "test", access.NewKey{Role: role, Name: "test", Communes: communes})
	if err != nil {
		h.t.Fatal(err)
	}
	return bearer(secret)
}

func bearer(secret string) []string { return []string{"Authorization", "Bearer " + secret} }

// address registers one at a place and returns its code.
func (h *homes) address(lat, lon float64) string {
	h.t.Helper()
	body := fmt.Sprintf(`{"position":{"lat":%v,"lon":%v},"components":{"house_number":"12A","street":"Phố Hàng Khay","unit":"P.302"}}`, lat, lon)
	return h.post("/v1/addresses", body, h.registrar...).want(http.StatusCreated).object()["code"].(string)
}

func (h *homes) invite(code string) string {
	h.t.Helper()
	return h.post("/v1/addresses/"+code+"/invitations", "", h.registrar...).want(http.StatusCreated).object()["secret"].(string)
}

func (h *homes) claim(code, secret string) answer {
	h.t.Helper()
	return h.post("/v1/claims", fmt.Sprintf(`{"code":%q,"secret":%q}`, code, secret))
}

// household claims an address and returns the headers with its token.
func (h *homes) household(code string) []string {
	h.t.Helper()
	return bearer(h.claim(code, h.invite(code)).want(http.StatusCreated).object()["token"].(string))
}

const wellFormedSecret = "4K7M2-PQ9RB-0XHT8-CVCSG"

func TestClaimOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	invitation := h.post("/v1/addresses/"+code+"/invitations", "", h.registrar...).want(http.StatusCreated).object()
	if invitation["code"] != code || invitation["tries"] != 5.0 || len(invitation["secret"].(string)) != 23 {
		t.Errorf("%v", invitation)
	}
	got := h.claim(strings.ToLower(code), strings.ToLower(invitation["secret"].(string))).want(http.StatusCreated).object()
	if got["status"] != "succeeded" || got["code"] != code || !strings.HasPrefix(got["token"].(string), "dch_") || got["receipt"] != nil {
		t.Errorf("%v", got)
	}
	home := h.get("/v1/household", bearer(got["token"].(string))...).want(http.StatusOK).object()
	if home["code"] != code || len(home["notices"].([]any)) != 0 {
		t.Errorf("%v", home)
	}
}

// A refusal is the same, byte for byte but for the request id, whatever was wrong.
func TestRefusedClaimsAreAlike(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	secret := h.invite(code)
	used := h.address(21.0199, 105.8372)
	usedSecret := h.invite(used)
	h.claim(used, usedSecret).want(http.StatusCreated)
	protected := h.address(21.031, 105.85)
	protectedSecret := h.invite(protected)
	h.do(http.MethodPut, "/v1/addresses/"+protected+"/protection", "", h.registrar...).want(http.StatusOK)
	registered, err := addresscode.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	unregistered, err := addresscode.New(registered.Cell(), 30)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for name, tt := range map[string][2]string{
		"wrong":      {code, wellFormedSecret},
		"slip":       {code, "00000-00000-00000-00001"},
		"nonsense":   {code, "hello"},
		"no address": {unregistered.String(), secret},
		"used":       {used, usedSecret},
		"protected":  {protected, protectedSecret},
	} {
		a := h.claim(tt[0], tt[1])
		p := a.problem(http.StatusForbidden, ProblemCodeClaimRefused)
		bodies[strings.ReplaceAll(a.Body.String(), p["request_id"].(string), "")] = name
	}
	if len(bodies) != 1 {
		t.Errorf("the answers differ: %v", bodies)
	}
	if h.security.count(audit.ActionClaimFailed) != 6 {
		t.Errorf("the monitoring centre is told of %d refused claims", h.security.count(audit.ActionClaimFailed))
	}
	h.claim("5FJBC-2NJV-T34", secret).problem(http.StatusBadRequest, ProblemCodeInvalidCode) // no code at all
	h.claim(code, secret).want(http.StatusCreated)
}

func TestFiveWrongTriesOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	secret := h.invite(code)
	for range 5 {
		h.claim(code, wellFormedSecret).problem(http.StatusForbidden, ProblemCodeClaimRefused)
	}
	h.claim(code, secret).problem(http.StatusForbidden, ProblemCodeClaimRefused)
	h.claim(code, h.invite(code)).want(http.StatusCreated)
}

func TestContestedAddressOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	holder := h.household(code)
	second := h.claim(code, h.invite(code)).want(http.StatusAccepted).object()
	if second["status"] != "pending" || second["token"] != nil || second["receipt"] == nil || second["decide_after"] == nil {
		t.Fatalf("%v", second)
	}
	id, receipt := second["id"].(string), fmt.Sprintf(`{"receipt":%q}`, second["receipt"])
	if h.security.count(audit.ActionClaimContested) != 1 {
		t.Error("the monitoring centre is not told")
	}
	if notices := h.get("/v1/household", holder...).want(http.StatusOK).object()["notices"].([]any); len(notices) != 1 {
		t.Errorf("the holder is told %v", notices)
	}
	early := h.post("/v1/claims/"+id+"/confirm", "", h.registrar...).problem(http.StatusConflict, ProblemCodeTooEarly)
	if !strings.Contains(early["detail"].(string), h.clock().Add(7*24*time.Hour).In(time.FixedZone("", 7*60*60)).Format("02/01/2006")) {
		t.Errorf("the refusal does not name the date: %v", early["detail"])
	}
	h.post("/v1/household/objection", `{"note":"chúng tôi vẫn ở đây"}`, holder...).want(http.StatusOK)
	list := h.get("/v1/claims", h.registrar...).want(http.StatusOK).object()["items"].([]any)
	if len(list) != 1 || at(list[0], "id") != id || at(list[0], "objected") != true || at(list[0], "objection") != "chúng tôi vẫn ở đây" || at(list[0], "receipt") != nil {
		t.Errorf("the registrar sees %v", list)
	}
	h.wait(7 * 24 * time.Hour)
	h.post("/v1/claims/"+id+"/confirm", "", h.registrar...).want(http.StatusOK)
	h.post("/v1/claims/"+id+"/confirm", "", h.registrar...).problem(http.StatusConflict, ProblemCodeVersionConflict)
	h.post("/v1/claims/"+id, `{"receipt":"dcr_NO"}`).problem(http.StatusNotFound, ProblemCodeNotFound)
	token := h.post("/v1/claims/"+id, receipt).want(http.StatusOK).object()["token"].(string)
	if again := h.post("/v1/claims/"+id, receipt).want(http.StatusOK).object(); again["token"] != nil || again["status"] != "succeeded" {
		t.Errorf("the second time %v is answered", again)
	}
	home := h.get("/v1/household", bearer(token)...).want(http.StatusOK).object()
	if home["code"] != code || len(home["notices"].([]any)) != 0 || len(home["people"].([]any)) != 0 {
		t.Errorf("%v", home)
	}
	if aliases := h.get("/v1/household/aliases", bearer(token)...).want(http.StatusOK).object()["items"].([]any); len(aliases) != 0 {
		t.Errorf("%v", aliases)
	}
	h.post("/v1/household/aliases", `{}`, holder...).problem(http.StatusForbidden, ProblemCodeForbidden)
}

func TestRefusedContestOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	h.household(code)
	second := h.claim(code, h.invite(code)).want(http.StatusAccepted).object()
	id := second["id"].(string)
	h.post("/v1/claims/"+id+"/refuse", `{"reason":"hộ cũ vẫn ở"}`, h.registrar...).want(http.StatusOK)
	told := h.post("/v1/claims/"+id, fmt.Sprintf(`{"receipt":%q}`, second["receipt"])).want(http.StatusOK).object()
	if told["status"] != "refused" || told["reason"] != "hộ cũ vẫn ở" || told["token"] != nil {
		t.Errorf("%v", told)
	}
	h.post("/v1/claims/NOSUCHCLAIM/refuse", `{"reason":"x"}`, h.registrar...).problem(http.StatusNotFound, ProblemCodeNotFound)
}

// A registrar invites and decides in its own communes only.
func TestClaimsOfAnArea(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	commune := at(h.get("/v1/addresses/"+code).want(http.StatusOK).object(), "division.commune.code").(string)
	here, elsewhere := h.key(access.RoleRegistrar, commune), h.key(access.RoleRegistrar, "26740")
	h.post("/v1/addresses/"+code+"/invitations", "", elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	h.post("/v1/addresses/"+code+"/invitations", "", h.courier...).problem(http.StatusForbidden, ProblemCodeForbidden)
	h.post("/v1/addresses/"+code+"/invitations", "").problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	h.post("/v1/addresses/"+code+"/invitations", "", here...).want(http.StatusCreated)
	h.household(code)
	id := h.claim(code, h.invite(code)).want(http.StatusAccepted).object()["id"].(string)
	h.wait(7 * 24 * time.Hour)
	if list := h.get("/v1/claims", elsewhere...).want(http.StatusOK).object()["items"].([]any); len(list) != 0 {
		t.Errorf("a registrar elsewhere sees %v", list)
	}
	h.post("/v1/claims/"+id+"/confirm", "", elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	h.post("/v1/claims/"+id+"/refuse", `{"reason":"x"}`, elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	h.post("/v1/claims/"+id+"/confirm", "", here...).want(http.StatusOK)
}

func TestMoveOverHTTP(t *testing.T) {
	h := newHomes(t)
	old, home := h.address(21.0287, 105.8524), h.address(21.0199, 105.8372)
	token := h.household(old)
	kept := h.post("/v1/household/aliases", `{}`, token...).want(http.StatusCreated).object()
	left := h.post("/v1/household/aliases", `{}`, token...).want(http.StatusCreated).object()
	move := func(secret, aliases string) answer {
		return h.post("/v1/household/move", fmt.Sprintf(`{"code":%q,"secret":%q,"aliases":[%s]}`, home, secret, aliases), token...)
	}
	secret := h.invite(home)
	move(wellFormedSecret, "").problem(http.StatusForbidden, ProblemCodeClaimRefused)
	move(secret, `"NOSUCHALIAS"`).problem(http.StatusBadRequest, ProblemCodeInvalid)
	moved := move(secret, fmt.Sprintf("%q", kept["id"])).want(http.StatusCreated).object()
	h.get("/v1/household", token...).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	token = bearer(moved["token"].(string))
	if got := h.get("/v1/household", token...).want(http.StatusOK).object(); got["code"] != home {
		t.Errorf("%v", got)
	}
	h.resolveAlias(kept["alias"].(string), h.courier).want(http.StatusOK)
	h.resolveAlias(left["alias"].(string), h.courier).problem(http.StatusNotFound, ProblemCodeNotFound)
	h.household(old)
}
