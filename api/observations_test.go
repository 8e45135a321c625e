package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

const observedHouse = `{"position":{"lat":21.0287,"lon":105.8524,"source":"gps","accuracy_m":10},"components":{"house_number":"12A","street":"Phố Hàng Khay"}}`

func TestObserve(t *testing.T) {
	c := newGuardedClient(t)
	admin, courier := c.key(access.RoleAdmin), c.key(access.RoleCourier)
	house := c.post("/v1/addresses", observedHouse, admin...).want(http.StatusCreated).object()
	code, commune := house["code"].(string), at(house, "division.commune.code").(string)
	target := "/v1/addresses/" + code + "/observations"
	seen := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	body := fmt.Sprintf(`{"outcome":"delivered","position":{"lat":21.02871,"lon":105.85239},"accuracy_m":6,"observed_at":%q}`, seen)

	c.post(target, body).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.post(target, body, c.key(access.RoleMerchant)...).problem(http.StatusForbidden, ProblemCodeForbidden)
	if o := c.post(target, body, courier...).want(http.StatusAccepted).object(); o["code"] != code || o["outcome"] != "delivered" || o["recorded_at"] == nil {
		t.Errorf("receipt %v", o)
	}
	lower := "/v1/addresses/" + strings.ToLower(strings.ReplaceAll(code, "-", "")) + "/observations"
	c.post(lower, `{"outcome":"not_found"}`, courier...).want(http.StatusAccepted)
	c.get(target).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.get(target, courier...).problem(http.StatusForbidden, ProblemCodeForbidden)
	c.get(target, c.key(access.RoleRegistrar, "00004")...).problem(http.StatusForbidden, ProblemCodeForbidden)
	for _, headers := range [][]string{c.key(access.RoleRegistrar, commune), c.key(access.RoleAuditor), admin} {
		o := c.get(target, headers...).want(http.StatusOK).object()
		if items := o["items"].([]any); len(items) != 1 || at(items[0], "outcome") != "not_found" || at(items[0], "position") != nil || strings.Contains(at(items[0], "observer").(string), ":") {
			t.Errorf("observations %v", o)
		}
	}
	c.post(target, body, c.key(access.RoleCourier)...).want(http.StatusAccepted)
	if o := c.get(target+"?limit=1", admin...).want(http.StatusOK).object(); at(o, "items[0].position.lat") != 21.02871 || at(o, "items[0].accuracy_m") != 6.0 || at(o, "items[0].observed_at") != seen || o["next"] == nil {
		t.Errorf("observations %v", o)
	}
	if a := c.get("/v1/addresses/"+code, c.key(access.RoleMerchant)...); strings.Contains(a.Body.String(), "observ") {
		t.Errorf("the address tells of observations: %s", a.Body)
	}
}

func TestBadObservations(t *testing.T) {
	c := newClient(t)
	code := c.assign(observedHouse)["code"].(string)
	for _, test := range []struct {
		name, body string
		status     int
		code       ProblemCode
		field      string
		says       string
	}{
		{"nothing", `{}`, 400, ProblemCodeInvalid, "outcome", ""},
		{"outcome", `{"outcome":"eaten"}`, 400, ProblemCodeInvalid, "outcome", ""},
		{"swapped", `{"outcome":"delivered","position":{"lat":105.8524,"lon":21.0287}}`, 422, ProblemCodePositionSwapped, "position", "đảo chỗ"},
		{"in Paris", `{"outcome":"delivered","position":{"lat":48.85,"lon":2.35}}`, 422, ProblemCodePositionOutside, "position", "Việt Nam"},
		{"in another city", `{"outcome":"delivered","position":{"lat":10.7725,"lon":106.698}}`, 400, ProblemCodeInvalid, "position", "1 km"},
		{"half a position", `{"outcome":"delivered","position":{"lat":21.0287}}`, 400, ProblemCodeInvalid, "position.lon", ""},
		{"accuracy", `{"outcome":"delivered","position":{"lat":21.0287,"lon":105.8524},"accuracy_m":-1}`, 400, ProblemCodeInvalid, "accuracy_m", ""},
		{"accuracy of nothing", `{"outcome":"delivered","accuracy_m":5}`, 400, ProblemCodeInvalid, "accuracy_m", "không có vị trí"},
		{"tomorrow", fmt.Sprintf(`{"outcome":"delivered","observed_at":%q}`, time.Now().Add(24*time.Hour).Format(time.RFC3339)), 400, ProblemCodeInvalid, "observed_at", "tương lai"},
		{"last year", `{"outcome":"delivered","observed_at":"2020-01-01T00:00:00Z"}`, 400, ProblemCodeInvalid, "observed_at", "7 ngày"},
		{"no time", `{"outcome":"delivered","observed_at":"yesterday"}`, 400, ProblemCodeInvalid, "observed_at", ""},
		{"observer", `{"outcome":"delivered","observer":"key:OTHER"}`, 400, ProblemCodeInvalid, "observer", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := client{t, c.server}
			a := c.post("/v1/addresses/"+code+"/observations", test.body)
			p := a.problem(test.status, test.code)
			if at(p, "errors[0].field") != test.field || !strings.Contains(a.Body.String(), test.says) {
				t.Errorf("field %v, want %s; it should say %q: %s", at(p, "errors[0].field"), test.field, test.says, a.Body)
			}
		})
	}
	c.post("/v1/addresses/XXXX/observations", `{"outcome":"delivered"}`).problem(http.StatusBadRequest, ProblemCodeInvalidCode)
	elsewhere, err := geo.NewPoint(21.03, 105.8524)
	if err != nil {
		t.Fatal(err)
	}
	free, err := geo.EncodeFirst(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	c.post("/v1/addresses/"+free.String()+"/observations", `{"outcome":"delivered"}`).problem(http.StatusNotFound, ProblemCodeNotRegistered)
	c.get("/v1/addresses/"+free.String()+"/observations").problem(http.StatusNotFound, ProblemCodeNotRegistered)
	c.get("/v1/addresses/"+code+"/observations?after=x").problem(http.StatusBadRequest, ProblemCodeInvalid)
}

// Protected, absent: for a courier they are one.
func TestObserveProtected(t *testing.T) {
	c := newGuardedClient(t)
	admin, courier := c.key(access.RoleAdmin), c.key(access.RoleCourier)
	code := c.post("/v1/addresses", observedHouse, admin...).want(http.StatusCreated).object()["code"].(string)
	parsed, err := addresscode.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	absent, err := addresscode.New(parsed.Cell(), 7)
	if err != nil {
		t.Fatal(err)
	}
	c.do(http.MethodPut, "/v1/addresses/"+code+"/protection", "", admin...)
	if a := c.get("/v1/addresses/"+code, courier...); a.Code != http.StatusNotFound {
		t.Fatalf("the address is not protected: %d %s", a.Code, a.Body)
	}
	body := func(a answer) string { return a.object()["detail"].(string) + a.object()["code"].(string) }
	protected := c.post("/v1/addresses/"+code+"/observations", `{"outcome":"delivered"}`, courier...).want(http.StatusNotFound)
	nothing := c.post("/v1/addresses/"+absent.String()+"/observations", `{"outcome":"delivered"}`, courier...).want(http.StatusNotFound)
	if strings.ReplaceAll(body(protected), code, "") != strings.ReplaceAll(body(nothing), absent.String(), "") {
		t.Errorf("protected: %s\nabsent: %s", protected.Body, nothing.Body)
	}
}

func TestReviews(t *testing.T) {
	c := newGuardedClient(t)
	admin := c.key(access.RoleAdmin)
	house := c.post("/v1/addresses", observedHouse, admin...).want(http.StatusCreated).object()
	code, commune := house["code"].(string), at(house, "division.commune.code").(string)
	for range 2 {
		c.post("/v1/addresses/"+code+"/observations", `{"outcome":"not_found"}`, c.key(access.RoleCourier)...).want(http.StatusAccepted)
	}
	registrar, elsewhere := c.key(access.RoleRegistrar, commune), c.key(access.RoleRegistrar, "00004")
	c.get("/v1/reviews").problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.get("/v1/reviews", c.key(access.RoleCourier)...).problem(http.StatusForbidden, ProblemCodeForbidden)
	if items := c.get("/v1/reviews", elsewhere...).want(http.StatusOK).object()["items"].([]any); len(items) != 0 {
		t.Errorf("elsewhere %v", items)
	}
	list := c.get("/v1/reviews", registrar...).want(http.StatusOK)
	o := list.object()
	if at(o, "items[0].code") != code || at(o, "items[0].kind") != "not_found" || at(o, "items[0].observers") != 2.0 || at(o, "items[0].status") != "open" || at(o, "items[0].commune") != commune {
		t.Fatalf("reviews %s", list.Body)
	}
	id := at(o, "items[0].id").(string)
	shut := "/v1/reviews/" + id + "/close"
	c.post(shut, `{"outcome":"kept"}`).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.post(shut, `{"outcome":"kept"}`, elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	c.post(shut, `{"outcome":"burnt"}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	c.post(shut, `{}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	if a := c.post(shut, `{"outcome":"moved"}`, registrar...); !strings.Contains(a.Body.String(), "ước tính") {
		a.problem(http.StatusBadRequest, ProblemCodeInvalid)
		t.Errorf("moved to nothing: %s", a.Body)
	}
	if o := c.post(shut, `{"outcome":"kept","note":"đã khảo sát"}`, registrar...).want(http.StatusOK).object(); o["status"] != "closed" || o["outcome"] != "kept" || o["note"] != "đã khảo sát" || o["closed_at"] == nil {
		t.Errorf("closed %v", o)
	}
	c.post(shut, `{"outcome":"kept"}`, registrar...).problem(http.StatusConflict, ProblemCodeVersionConflict)
	c.post("/v1/reviews/NOBODY/close", `{"outcome":"kept"}`, registrar...).problem(http.StatusNotFound, ProblemCodeNotFound)
	if o := c.get("/v1/reviews?status=closed", registrar...).want(http.StatusOK).object(); at(o, "items[0].id") != id {
		t.Errorf("closed ones %v", o)
	}
	if items := c.get("/v1/reviews", registrar...).want(http.StatusOK).object()["items"].([]any); len(items) != 0 {
		t.Errorf("open ones %v", items)
	}
}
