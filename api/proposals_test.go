package api

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// guardedClient is a client of a server with keys.
type guardedClient struct {
	client
	keys *access.Service
	svc  *registry.Service
}

func newGuardedClient(t testing.TB) guardedClient {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	svc := registry.NewService(store, data.Divisions, data.Locator)
	keys := access.NewService(store, data.Divisions, time.Now)
	s, err := New(Services{Registry: svc, Access: keys}, Config{Version: "test", DataVersion: "2026.11.22", SchemaVersion: "1"}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return guardedClient{client{t, s}, keys, svc}
}

// key makes a key and returns the headers that carry it.
func (c guardedClient) key(role access.Role, communes ...string) []string {
	c.t.Helper()
	secret, _, err := c.keys.CreateKey(c.t.Context(), "test", access.NewKey{Role: role, Name: "test", Communes: communes})
	if err != nil {
		c.t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + secret}
}

const proposalBody = `{"position":{"lat":21.0287,"lon":105.8524,"source":"gps","accuracy_m":8},"components":{"house_number":"12A","street":"Phố Hàng Khay"}}`

// proposalAt is a proposal in a cell of its own, n cells to the north.
func proposalAt(n int) string {
	return fmt.Sprintf(`{"position":{"lat":%.4f,"lon":105.8524},"components":{"house_number":"%d","street":"Phố Hàng Khay"}}`, 21.0287+float64(n)*0.0002, n)
}

func TestProposalFromRequestToCode(t *testing.T) {
	c := newGuardedClient(t)
	a := c.post("/v1/proposals", proposalBody).want(http.StatusCreated)
	made := a.object()
	id := made["id"].(string)
	if made["status"] != "open" || at(made, "position.lat") != 21.0287 || at(made, "components.house_number") != "12A" || made["code"] != nil {
		t.Errorf("made %s", a.Body)
	}
	if a.Header().Get("Location") != "/v1/proposals/"+id {
		t.Errorf("Location %q", a.Header().Get("Location"))
	}
	commune := at(made, "division.commune.code").(string)

	brief := c.get("/v1/proposals/" + id).want(http.StatusOK)
	if brief.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", brief.Header().Get("Cache-Control"))
	}
	if o := brief.object(); o["status"] != "open" || o["position"] != nil || o["components"] != nil || o["kind"] != nil || at(o, "division.commune.code") != commune {
		t.Errorf("whoever has the id sees %s", brief.Body)
	}
	elsewhere, registrar := c.key(access.RoleRegistrar, "00004"), c.key(access.RoleRegistrar, commune)
	if commune == "00004" {
		t.Fatal("the place lies in the commune that should be elsewhere")
	}
	c.get("/v1/proposals").problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	if items := c.get("/v1/proposals", elsewhere...).want(http.StatusOK).object()["items"].([]any); len(items) != 0 {
		t.Errorf("elsewhere %v are listed", items)
	}
	list := c.get("/v1/proposals", registrar...).want(http.StatusOK)
	if o := list.object(); at(o, "items[0].id") != id || at(o, "items[0].position.lat") != 21.0287 || at(o, "items[0].components.street") != "Phố Hàng Khay" || o["next"] != nil {
		t.Errorf("list %s", list.Body)
	}

	confirm := "/v1/proposals/" + id + "/confirm"
	c.post(confirm, `{}`).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.post(confirm, `{}`, c.key(access.RoleCourier)...).problem(http.StatusForbidden, ProblemCodeForbidden)
	c.post(confirm, `{}`, elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	given := c.post(confirm, `{"components":{"house_number":"12B","street":"Phố Hàng Khay"}}`, registrar...).want(http.StatusOK)
	code := given.object()["code"].(string)
	if at(given.object(), "components.house_number") != "12B" || at(given.object(), "position.accuracy_m") != 8.0 {
		t.Errorf("the address: %s", given.Body)
	}
	p := c.post(confirm, `{}`, append(registrar, "Accept-Language", "en")...).problem(http.StatusConflict, ProblemCodeVersionConflict)
	if !strings.Contains(p["hint"].(string), code) {
		t.Errorf("the second confirmation: %v", p)
	}
	c.post("/v1/proposals/"+id+"/refuse", `{"reason":"muộn"}`, registrar...).problem(http.StatusConflict, ProblemCodeVersionConflict)
	if o := c.get("/v1/proposals/" + id).want(http.StatusOK).object(); o["status"] != "confirmed" || o["code"] != code {
		t.Errorf("after the confirmation: %v", o)
	}
	if o := c.get("/v1/proposals?status=confirmed", registrar...).want(http.StatusOK).object(); at(o, "items[0].code") != code {
		t.Errorf("confirmed ones: %v", o)
	}
	c.get("/v1/addresses/" + code).want(http.StatusOK)
}

func TestRefuseProposal(t *testing.T) {
	c := newGuardedClient(t)
	made := c.post("/v1/proposals", proposalBody).want(http.StatusCreated).object()
	id, commune := made["id"].(string), at(made, "division.commune.code").(string)
	registrar := c.key(access.RoleRegistrar, commune)
	refuse := "/v1/proposals/" + id + "/refuse"
	c.post(refuse, `{}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	c.post(refuse, `{"reason":""}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	c.post(refuse, `{"reason":"gọi 0912345678"}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	c.post("/v1/proposals/NOBODY/refuse", `{"reason":"trùng"}`, registrar...).problem(http.StatusNotFound, ProblemCodeNotFound)
	if o := c.post(refuse, `{"reason":"đã có mã"}`, registrar...).want(http.StatusOK).object(); o["status"] != "refused" || o["reason"] != "đã có mã" {
		t.Errorf("refused: %v", o)
	}
	if o := c.get("/v1/proposals/" + id).want(http.StatusOK).object(); o["reason"] != "đã có mã" {
		t.Errorf("whoever asked sees: %v", o)
	}
}

func TestBadProposals(t *testing.T) {
	c := newClient(t) // without quotas, as the administrator
	for _, test := range []struct {
		name, body string
		status     int
		code       ProblemCode
		field      string
		says       string // in Vietnamese
	}{
		{"nothing", `{}`, 400, ProblemCodeInvalid, "position", ""},
		{"no latitude", `{"position":{"lon":105.8524}}`, 400, ProblemCodeInvalid, "position.lat", ""},
		{"swapped", `{"position":{"lat":105.8524,"lon":21.0287}}`, 422, ProblemCodePositionSwapped, "position", "đảo chỗ"},
		{"in Paris", `{"position":{"lat":48.85,"lon":2.35}}`, 422, ProblemCodePositionOutside, "position", "Việt Nam"},
		{"at sea", `{"position":{"lat":12,"lon":111}}`, 422, ProblemCodePositionOutside, "position", "Việt Nam"},
		{"texts", `{"position":{"lat":"21","lon":"105"}}`, 400, ProblemCodeInvalid, "position.lat", ""},
		{"a building", `{"position":{"lat":21.0287,"lon":105.8524,"type":"building"}}`, 400, ProblemCodeInvalid, "position.type", "lối vào"},
		{"a survey", `{"position":{"lat":21.0287,"lon":105.8524,"source":"survey"}}`, 400, ProblemCodeInvalid, "position.source", "survey"},
		{"an ordinal", `{"position":{"lat":21.0287,"lon":105.8524},"ordinal":3}`, 400, ProblemCodeInvalid, "ordinal", ""},
		{"a phone", `{"position":{"lat":21.0287,"lon":105.8524},"components":{"building":"Nhà chị Lan 0912.345.678"}}`, 400, ProblemCodeInvalid, "components.building", "số điện thoại"},
		{"a name's field", `{"position":{"lat":21.0287,"lon":105.8524},"name":"Lan"}`, 400, ProblemCodeInvalid, "name", ""},
		{"not JSON", `{`, 400, ProblemCodeInvalidBody, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := client{t, c.server}
			a := c.post("/v1/proposals", test.body, "Accept-Language", "vi")
			p := a.problem(test.status, test.code)
			if test.field != "" && at(p, "errors[0].field") != test.field {
				t.Errorf("field %v, want %s: %s", at(p, "errors[0].field"), test.field, a.Body)
			}
			if !strings.Contains(a.Body.String(), test.says) {
				t.Errorf("it does not say %q: %s", test.says, a.Body)
			}
			if strings.Contains(a.Body.String(), "345") || strings.Contains(a.Body.String(), "Lan") {
				t.Errorf("the answer quotes the input: %s", a.Body)
			}
		})
	}
	for _, id := range []string{"NOBODY", strings.Repeat("A", 64), "a-b_c"} {
		p := c.get("/v1/proposals/"+id).problem(http.StatusNotFound, ProblemCodeNotFound)
		if p["detail"] != "Không có đề nghị này" {
			t.Errorf("unknown id: %v", p)
		}
	}
	c.get("/v1/proposals/"+strings.Repeat("A", 65)).problem(http.StatusBadRequest, ProblemCodeInvalid)
	for _, query := range []string{"status=lost", "limit=0", "limit=201", "limit=x", "after=%20", "after=x", "after=00070.x.y"} {
		c.get("/v1/proposals?"+query).problem(http.StatusBadRequest, ProblemCodeInvalid)
	}
}

func TestTooManyProposals(t *testing.T) {
	c := newClient(t) // without quotas: the place has limits of its own
	for range registry.MaxOpenProposalsOfCell {
		c.post("/v1/proposals", proposalBody).want(http.StatusCreated)
	}
	a := c.post("/v1/proposals", proposalBody)
	p := a.problem(http.StatusTooManyRequests, ProblemCodeTooManyRequests)
	if a.Header().Get("Retry-After") != "3600" || p["detail"] != "Nơi này đang có đủ số đề nghị chờ xét" {
		t.Errorf("Retry-After %q, %v", a.Header().Get("Retry-After"), p)
	}
}

func TestProposalPages(t *testing.T) {
	c := newClient(t)
	want := map[string]bool{}
	for i := range 7 {
		want[c.post("/v1/proposals", proposalAt(i)).want(http.StatusCreated).object()["id"].(string)] = true
	}
	target, pages := "/v1/proposals?limit=3", 0
	for target != "" {
		o := c.get(target).want(http.StatusOK).object()
		for _, item := range o["items"].([]any) {
			id := at(item, "id").(string)
			if !want[id] {
				t.Errorf("%s is listed twice, or was never made", id)
			}
			delete(want, id)
		}
		next, _ := o["next"].(string)
		if target = ""; next != "" {
			target = "/v1/proposals?limit=3&after=" + next
		}
		pages++
	}
	if len(want) != 0 || pages != 3 {
		t.Errorf("%d pages, %d not listed", pages, len(want))
	}
}
