package api

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
)

// everything is an address that has all there is, in words that stand nowhere else.
const everything = `{
	"position": {"lat": 21.0287123, "lon": 105.8524321, "type": "building", "source": "survey", "accuracy_m": 1.625},
	"positions": [{"lat": 21.0287654, "lon": 105.8524765, "type": "delivery"}],
	"components": {"house_number": "12A", "street": "Phố Hàng Khay", "building": "Tòa nhà Kim Cương", "block": "B", "floor": "Q98", "unit": "QX1203"},
	"external_ids": [{"scheme": "osm", "value": "node/987654"}, {"scheme": "evn", "value": "PE01998877"}]
}`

// lookups are requests whose answers show that address.
func lookups(code string) map[string]func(client, []string) answer {
	get := func(target string) func(client, []string) answer {
		return func(c client, headers []string) answer { return c.get(target, headers...) }
	}
	post := func(target, body string) func(client, []string) answer {
		return func(c client, headers []string) answer { return c.post(target, body, headers...) }
	}
	return map[string]func(client, []string) answer{
		"get":                   get("/v1/addresses/" + code),
		"resolve a code":        get("/v1/resolve?q=" + code),
		"resolve a short code":  get("/v1/resolve?q=" + url.QueryEscape(code[5:]+", phường Hoàn Kiếm")),
		"resolve a position":    get("/v1/resolve?q=21.0287,105.8524"),
		"resolve privately":     post("/v1/resolve", fmt.Sprintf(`{"q": %q}`, code)),
		"resolve a damaged one": get("/v1/resolve?q=" + code[:13] + "?"),
		"reverse":               get("/v1/reverse?lat=21.0287&lon=105.8524&radius=2000&limit=100"),
		"codes":                 get("/v1/codes?lat=21.02873&lon=105.85244"),
		"search":                get("/v1/search?q=" + url.QueryEscape("12A Hàng Khay, Hoàn Kiếm, Hà Nội")),
		"search a building":     get("/v1/search?q=" + url.QueryEscape("Tòa nhà Kim Cương, Hoàn Kiếm, Hà Nội")),
		"search near":           get("/v1/search?lat=21.02&lon=105.85&q=" + url.QueryEscape("Hàng Khay")),
		"search a code":         get("/v1/search?q=" + code),
		"autocomplete":          get("/v1/autocomplete?q=" + url.QueryEscape("12A hang kh")),
		"complete a building":   get("/v1/autocomplete?q=" + url.QueryEscape("kim cuo")),
		"validate text":         post("/v1/validate", `{"address": "12A Hàng Khay, Hoàn Kiếm, Hà Nội"}`),
		"validate a building":   post("/v1/validate", `{"address": "Tòa nhà Kim Cương, 12A Hàng Khay, Hoàn Kiếm, Hà Nội"}`),
		"validate a code":       post("/v1/validate", fmt.Sprintf(`{"code": %q}`, code)),
		"validate both":         post("/v1/validate", fmt.Sprintf(`{"address": "12A Hàng Khay, Hà Nội", "code": %q}`, code)),
		"validate a position":   post("/v1/validate", `{"address": "12A Hàng Khay, Hà Nội", "position": {"lat": 21.02, "lon": 105.85}}`),
		"resolve an osm id":     get("/v1/resolve?q=osm:node/987654"),
		"resolve an evn id":     get("/v1/resolve?q=evn:PE01998877"),
	}
}

// traces are what in an answer tells of a field.
var traces = []struct {
	field access.Field
	re    *regexp.Regexp
}{
	{access.FieldUnit, regexp.MustCompile(`(?i)Q98|QX1203|"unit":|"floor":|"count":`)},
	{access.FieldPosition, regexp.MustCompile(`21\.0287123|105\.8524321|21\.0287654|1\.625|"survey"|"delivery"|"positions"`)},
	{access.FieldHistory, regexp.MustCompile(`"(version|created_at|updated_at|provenance|commune_at_issue)":\s*[^"s]|"(created_at|provenance)"`)},
	{access.FieldFlags, regexp.MustCompile(`"flags"`)},
	{access.FieldExternalIDs, regexp.MustCompile(`"external_ids"|987654|PE01998877`)},
}

// TestNoAnswerTellsMoreThanTheMatrix walks every role through every answer that shows an address, and looks into its bytes.
func TestNoAnswerTellsMoreThanTheMatrix(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(everything)
	commune := "00070"
	callers := map[string]struct {
		headers []string
		role    access.Role
		home    bool
	}{
		"registrar here":  {withKey(g.newKey(access.RoleRegistrar, commune)), access.RoleRegistrar, true},
		"registrar there": {withKey(g.newKey(access.RoleRegistrar, "00004")), access.RoleRegistrar, false},
	}
	for _, role := range access.Roles() {
		callers[string(role)] = struct {
			headers []string
			role    access.Role
			home    bool
		}{g.roles[role], role, role == access.RoleRegistrar} // without communes: the whole country
	}
	for name, who := range callers {
		p := access.Principal{Role: who.role}
		for request, ask := range lookups(code) {
			a := ask(g.client, who.headers)
			scheme := ""
			switch request {
			case "resolve an osm id":
				scheme = "osm"
			case "resolve an evn id":
				scheme = "evn"
			}
			if scheme != "" && !access.SeesScheme(p, scheme, who.home) {
				a.problem(http.StatusNotFound, ProblemCodeNotFound)
				continue
			}
			if a.Code != http.StatusOK {
				t.Errorf("%s as %s: %d: %s", request, name, a.Code, a.Body)
				continue
			}
			for _, trace := range traces {
				if access.Sees(p, trace.field, who.home) {
					continue
				}
				body := a.Body.String()
				if trace.field == access.FieldHistory {
					body = strings.ReplaceAll(body, `"geocoding":{"version":"0.1.0"`, "")
				}
				if found := trace.re.FindString(body); found != "" {
					t.Errorf("%s as %s tells %s by %q: %s", request, name, trace.field, found, a.Body)
				}
			}
			if found := strings.Contains(a.Body.String(), "PE01998877"); found && !access.SeesScheme(p, "evn", who.home) {
				t.Errorf("%s as %s tells an id: %s", request, name, a.Body)
			}
			if a.Header().Get("Vary") == "" || !strings.Contains(strings.Join(a.Header()["Vary"], ","), "Authorization") {
				t.Errorf("%s: Vary is %q", request, a.Header()["Vary"])
			}
			if private := strings.Contains(a.Header().Get("Cache-Control"), "private"); private == (who.role == access.RolePublic) {
				t.Errorf("%s as %s: Cache-Control %q", request, name, a.Header().Get("Cache-Control"))
			}
		}
		// What the matrix gives is there.
		o := g.get("/v1/addresses/"+code, who.headers...).object()
		for field, path := range map[access.Field]string{access.FieldUnit: "components.unit", access.FieldPosition: "positions[1].lat", access.FieldHistory: "version", access.FieldFlags: "flags"} {
			if there := at(o, path) != nil; there != access.Sees(p, field, who.home) {
				t.Errorf("%s: %s is there: %t", name, path, there)
			}
		}
		ids, _ := at(o, "external_ids").([]any)
		want := 0
		for _, scheme := range []string{"osm", "evn"} {
			if access.SeesScheme(p, scheme, who.home) {
				want++
			}
		}
		if len(ids) != want {
			t.Errorf("%s: %d external ids, want %d", name, len(ids), want)
		}
		if !access.Sees(p, access.FieldPosition, who.home) {
			wantAt(t, o, map[string]any{"position.type": "cell", "position.source": "derived", "position.accuracy_m": 5})
		}
	}
}

// Distances and radiuses must not tell what positions do not: they are those of the position shown.
func TestDistancesArePublicToo(t *testing.T) {
	g := newGate(t, nil)
	code, err := addresscode.Parse(g.register(everything))
	if err != nil {
		t.Fatal(err)
	}
	o := g.get("/v1/addresses/" + code.String()).object()
	lat, lon := at(o, "position.lat").(float64), at(o, "position.lon").(float64)
	near := g.get(fmt.Sprintf("/v1/reverse?lat=%v&lon=%v&radius=1", lat, lon)).object()
	if d := at(near, "features[0].properties.distance_m"); d != 0.0 {
		t.Errorf("from the centre of the cell it is %v m away", d)
	}
	exact := g.get("/v1/reverse?lat=21.0287123&lon=105.8524321&radius=1").object()
	if at(exact, "features[0]") != nil {
		t.Errorf("found within 1 m of the entrance, which is further from the centre: %v", exact)
	}
	if d := at(g.get("/v1/reverse?lat=21.0287123&lon=105.8524321&radius=1", g.roles[access.RoleCourier]...).object(), "features[0].properties.distance_m"); d != 0.0 {
		t.Errorf("a courier is told %v m", d)
	}
	box := fmt.Sprintf("/v1/search?q=%s&bbox=%v,%v,%v,%v", url.QueryEscape("12A Hàng Khay, Hà Nội"), 105.8524320, 21.0287122, 105.8524322, 21.0287124)
	if found := g.get(box).object(); at(found, "features[0]") != nil {
		t.Errorf("a box around the entrance finds it: %v", found)
	}
}

// Flats are one door, however many: in lists, in searches, and in what is said about an address.
func TestFlatsAreADoor(t *testing.T) {
	g := newGate(t, nil)
	flat := func(unit string) string {
		return fmt.Sprintf(`{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "7", "street": "Phố Hàng Khay", "building": "Chung cư Sông Đà", "unit": %q}}`, unit)
	}
	codes := []string{g.register(flat("101"))}
	requests := []string{"/v1/reverse?lat=21.0287&lon=105.8524&limit=100", "/v1/codes?lat=21.0287&lon=105.8524", "/v1/resolve?q=21.0287,105.8524"}
	for _, q := range []string{"7 Hàng Khay, Hà Nội", "Chung cư Sông Đà", "căn hộ 101, 7 Hàng Khay, Hà Nội", "chung cu song"} {
		for _, path := range []string{"/v1/search?q=", "/v1/autocomplete?q="} {
			requests = append(requests, path+url.QueryEscape(q))
		}
	}
	one := map[string]string{}
	for _, r := range requests {
		a := g.get(r).want(http.StatusOK)
		one[r] = a.Body.String()
		if strings.Contains(one[r], codes[0]) {
			t.Errorf("%s gives the code of a flat: %s", r, one[r])
		}
	}
	for n := range 12 {
		codes = append(codes, g.register(flat(fmt.Sprint(201+n))))
	}
	for _, r := range requests {
		if body := g.get(r).Body.String(); body != one[r] {
			t.Errorf("%s tells one flat from many:\n%s\n%s", r, one[r], body)
		}
	}
	if n := len(at(g.get(requests[0]).object(), "features").([]any)); n != 1 {
		t.Errorf("%d doors", n)
	}
	if n := len(at(g.get(requests[0], g.roles[access.RoleMerchant]...).object(), "features").([]any)); n != len(codes) {
		t.Errorf("a shop sees %d flats", n)
	}
}

// A verdict is no oracle: of a flat that is registered and of one that is not it says the same.
func TestVerdictsDoNotTellFlats(t *testing.T) {
	g := newGate(t, nil)
	for _, unit := range []string{"1203", "1204"} {
		g.register(fmt.Sprintf(`{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "7", "street": "Phố Hàng Khay", "building": "Chung cư Sông Đà", "floor": "12", "unit": %q}}`, unit))
	}
	for _, form := range []string{
		`{"address": "căn hộ %s, 7 Hàng Khay, Hoàn Kiếm, Hà Nội"}`,
		`{"address": "căn hộ %s, tầng 12, chung cư Sông Đà, Hoàn Kiếm, Hà Nội"}`,
		`{"address": "P%s chung cư Sông Đà, 7 Hàng Khay, Hoàn Kiếm, Hà Nội"}`,
		`{"components": {"unit": "%s", "floor": "12", "house_number": "7", "street": "Phố Hàng Khay"}, "commune": "Hoàn Kiếm", "province": "Hà Nội"}`,
		`{"components": {"unit": "%s", "building": "Chung cư Sông Đà"}, "commune": "Hoàn Kiếm", "province": "Hà Nội"}`,
	} {
		says := func(unit string, headers []string) string {
			body := g.post("/v1/validate", fmt.Sprintf(form, unit), headers...).want(http.StatusOK).Body.String()
			return strings.ReplaceAll(body, unit, "N")
		}
		if there, not := says("1203", nil), says("1777", nil); there != not {
			t.Errorf("%s: the verdicts differ:\n%s\n%s", form, there, not)
		}
		if there, not := says("1203", g.roles[access.RoleMerchant]), says("1777", g.roles[access.RoleMerchant]); there == not {
			t.Errorf("%s: a shop is not told either:\n%s", form, there)
		}
	}
	o := g.post("/v1/validate", `{"address": "7 Hàng Khay, phường Hoàn Kiếm, Hà Nội"}`).object()
	if at(o, "verdict.next_action") != "add_unit" || at(o, "code") != nil {
		t.Errorf("without a flat: %v", o)
	}
}

// The ETag is that of what is seen, and tells of no change that is not.
func TestETagIsThatOfTheView(t *testing.T) {
	g := newGate(t, nil)
	code := g.register(everything)
	target := "/v1/addresses/" + code
	public, courier := g.get(target).Header().Get("ETag"), g.get(target, g.roles[access.RoleCourier]...).Header().Get("ETag")
	if public == courier || public == "" {
		t.Errorf("the same ETag in two views: %s", public)
	}
	g.get(target, "If-None-Match", public).want(http.StatusNotModified)
	g.get(target, append([]string{"If-None-Match", public}, g.roles[access.RoleCourier]...)...).want(http.StatusOK)
	g.post("/v1/addresses", strings.Replace(everything, `"external_ids": [`, `"external_ids": [{"scheme": "new", "value": "1"}, `, 1), g.roles[access.RoleAdmin]...).want(http.StatusOK)
	if now := g.get(target).Header().Get("ETag"); now != public {
		t.Errorf("an id that is not shown changed the ETag from %s to %s", public, now)
	}
	if v := at(g.get(target, g.roles[access.RoleAdmin]...).object(), "version"); v != 2.0 {
		t.Fatalf("version %v: nothing was changed", v)
	}
}
