package api

import (
	"net/http"
	"testing"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestSetAside(t *testing.T) {
	c := newGuardedClient(t)
	p, err := geo.NewPoint(21.0287, 105.8524)
	if err != nil {
		t.Fatal(err)
	}
	at1, err := c.svc.Locator().Locate(p, geo.Today())
	if err != nil {
		t.Fatal(err)
	}
	commune, cli := at1.Commune.Code, registry.Actor{Name: "cli"}
	i, err := c.svc.StartImport(t.Context(), cli, registry.Import{Name: "a.csv", Format: "csv", Dataset: "a"}, false)
	if err != nil {
		t.Fatal(err)
	}
	var records []registry.ImportReview
	for row := range int64(2) {
		records = append(records, registry.ImportReview{Row: row + 1, Ref: "line 2", Reason: "commune_mismatch", Named: "26743", Commune: commune, DistanceM: 1144.5, Point: p,
			Record: registry.ImportRecord{Components: registry.Components{HouseNumber: "12", Street: "Phố Hàng Khay"}}})
	}
	step := func([]registry.Assignment) registry.ImportStep {
		return registry.ImportStep{Position: 2, Reviews: records}
	}
	if _, err := c.svc.LoadBatch(t.Context(), i.ID, 0, c.svc.Prepare(cli, nil), step); err != nil {
		t.Fatal(err)
	}

	registrar, elsewhere := c.key(access.RoleRegistrar, commune), c.key(access.RoleRegistrar, "00004")
	const list = "/v1/imports/set-aside"
	c.get(list).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.get(list, c.key(access.RoleCourier)...).problem(http.StatusForbidden, ProblemCodeForbidden)
	if items := c.get(list, elsewhere...).want(http.StatusOK).object()["items"].([]any); len(items) != 0 {
		t.Errorf("elsewhere %v", items)
	}
	o := c.get(list, registrar...).want(http.StatusOK).object()
	if at(o, "items[0].id") != "1-1" || at(o, "items[0].reason") != "commune_mismatch" || at(o, "items[0].named") != "26743" ||
		at(o, "items[0].division.commune.code") != commune || at(o, "items[0].components.house_number") != "12" || at(o, "items[1].id") != "1-2" {
		t.Fatalf("list %v", o)
	}
	confirm, refuse := list+"/1-1/confirm", list+"/1-2/refuse"
	c.post(confirm, `{}`).problem(http.StatusUnauthorized, ProblemCodeUnauthorized)
	c.post(confirm, `{}`, elsewhere...).problem(http.StatusForbidden, ProblemCodeForbidden)
	a := c.post(confirm, `{"position":{"lat":21.0288,"lon":105.8524,"source":"survey"}}`, registrar...).want(http.StatusOK).object()
	if at(a, "components.house_number") != "12" || at(a, "position.lat") != 21.0288 {
		t.Errorf("address %v", a)
	}
	c.post(confirm, `{}`, registrar...).problem(http.StatusConflict, ProblemCodeVersionConflict)
	c.post(refuse, `{}`, registrar...).problem(http.StatusBadRequest, ProblemCodeInvalid)
	if v := c.post(refuse, `{"reason":"trùng"}`, registrar...).want(http.StatusOK).object(); v["status"] != "refused" || v["remark"] != "trùng" {
		t.Errorf("refused %v", v)
	}
	c.post(list+"/1-9/refuse", `{"reason":"trùng"}`, registrar...).problem(http.StatusNotFound, ProblemCodeNotFound)
}
