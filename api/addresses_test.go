package api

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const hoGuom = `{
	"position": {"lat": 21.0287, "lon": 105.8524, "source": "survey", "accuracy_m": 2},
	"components": {"house_number": "12A", "alley": ["34", "5"], "street": "Phố Hàng Khay"},
	"external_ids": [{"scheme": "osm", "value": "node/1"}]
}`

func TestAssign(t *testing.T) {
	c := newClient(t)
	a := c.post("/v1/addresses", hoGuom).want(http.StatusCreated)
	o := a.object()
	wantAt(t, o, map[string]any{
		"code": "5FJBC-2NJV-T33", "status": "active", "kind": "dwelling",
		"position.lat": 21.0287, "position.lon": 105.8524, "position.source": "survey", "position.accuracy_m": 2, "position.type": "entrance",
		"cell": "8d415cb4e426bbf", "zone": "5FJBC-",
		"components.house_number": "12A", "components.alley[1]": "5", "components.street": "Phố Hàng Khay",
		"division.commune.code": "00070", "division.commune.name": "Hoàn Kiếm", "division.commune.type": "Phường",
		"division.commune.full_name": "Phường Hoàn Kiếm",
		"division.province.code":     "01", "division.province.name": "Hà Nội", "division.province.type": "Thành phố",
		"external_ids[0].scheme": "osm", "external_ids[0].value": "node/1", "version": 1,
	})
	if label, _ := o["label"].(string); !strings.HasSuffix(label, "Phường Hoàn Kiếm, Thành phố Hà Nội") || !strings.Contains(label, "12A") {
		t.Errorf("label %q", label)
	}
	if postcode, _ := at(o, "division.postal_code").(string); len(postcode) != 5 {
		t.Errorf("postal_code %q", postcode)
	}
	if got := a.Header().Get("Location"); got != "/v1/addresses/5FJBC-2NJV-T33" {
		t.Errorf("Location %q", got)
	}
	got := c.get(a.Header().Get("Location")).want(http.StatusOK)
	if got.Body.String() != a.Body.String() || got.Header().Get("ETag") != a.Header().Get("ETag") {
		t.Errorf("resolved\n%s\nassigned\n%s", got.Body, a.Body)
	}
}

func TestAssignAgain(t *testing.T) {
	c := newClient(t)
	first := c.assign(hoGuom)

	t.Run("same external id", func(t *testing.T) {
		again := c.post("/v1/addresses", hoGuom).want(http.StatusOK)
		wantAt(t, again.object(), map[string]any{"code": first["code"], "version": 1})
	})
	t.Run("same idempotency key", func(t *testing.T) {
		body := `{"position": {"lat": 21.0312, "lon": 105.8499}, "components": {"house_number": "7"}}`
		one := c.post("/v1/addresses", body, "Idempotency-Key", "k-1").want(http.StatusCreated).object()
		two := c.post("/v1/addresses", body, "Idempotency-Key", "k-1").want(http.StatusOK).object()
		if one["code"] != two["code"] {
			t.Errorf("two codes for one key: %v, %v", one["code"], two["code"])
		}
		other := strings.Replace(body, `"7"`, `"8"`, 1)
		c.post("/v1/addresses", other, "Idempotency-Key", "k-1").problem(http.StatusUnprocessableEntity, ProblemCodeIdempotencyMismatch)
	})
	t.Run("likely duplicate", func(t *testing.T) {
		near := `{"position": {"lat": 21.02872, "lon": 105.85241}, "components": {"house_number": "12a", "alley": ["34", "5"], "street": "phố Hàng Khay"}}`
		p := c.post("/v1/addresses", near).problem(http.StatusConflict, ProblemCodeDuplicate)
		wantAt(t, p, map[string]any{"address.code": first["code"]})
		forced := strings.Replace(near, `{"position"`, `{"allow_duplicate": true, "position"`, 1)
		if code := c.assign(forced)["code"]; code == first["code"] {
			t.Errorf("the override gave the same code again: %v", code)
		}
	})
	t.Run("external ids of two addresses", func(t *testing.T) {
		c.assign(`{"position": {"lat": 21.0330, "lon": 105.8470}, "external_ids": [{"scheme": "osm", "value": "node/2"}]}`)
		c.post("/v1/addresses", `{"position": {"lat": 21.0340, "lon": 105.8470}, "external_ids": [{"scheme": "osm", "value": "node/1"}, {"scheme": "osm", "value": "node/2"}]}`).
			problem(http.StatusConflict, ProblemCodeExternalIDConflict)
	})
}

func TestAssignPositions(t *testing.T) {
	c := newClient(t)
	o := c.assign(`{
		"position": {"lat": 10.7725, "lon": 106.6980, "type": "building"},
		"positions": [{"type": "delivery", "lat": 10.7726, "lon": 106.6981, "source": "gps"}, {"type": "entrance", "lat": 10.77255, "lon": 106.69805}],
		"kind": "business",
		"footprint": [{"lat": 10.7720, "lon": 106.6975}, {"lat": 10.7720, "lon": 106.6985}, {"lat": 10.7730, "lon": 106.6985}, {"lat": 10.7730, "lon": 106.6975}]
	}`)
	wantAt(t, o, map[string]any{
		"kind": "business", "position.type": "entrance", "position.lat": 10.77255, "positions[2].type": "delivery", "positions[2].source": "gps",
		"division.commune.code": "26743",
	})
}

func TestAssignRefuses(t *testing.T) {
	c := newClient(t)
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	pos := `"position": {"lat": 21.0287, "lon": 105.8524}`
	tests := []struct {
		name, body string
		status     int
		code       ProblemCode
		field      string // of the first error, "" if none
		reason     FieldErrorCode
	}{
		{"an empty body", " ", 400, ProblemCodeInvalidBody, "", ""},
		{"an empty object", `{}`, 400, ProblemCodeInvalid, "position", FieldErrorCodeRequired},
		{"null", `null`, 400, ProblemCodeInvalid, "", FieldErrorCodeType},
		{"a list", `[]`, 400, ProblemCodeInvalid, "", FieldErrorCodeType},
		{"no longitude", `{"position": {"lat": 21}}`, 400, ProblemCodeInvalid, "position.lon", FieldErrorCodeRequired},
		{"text for a number", `{"position": {"lat": "21", "lon": 105}}`, 400, ProblemCodeInvalid, "position.lat", FieldErrorCodeType},
		{"an infinite number", `{"position": {"lat": 1e999, "lon": 105}}`, 400, ProblemCodeInvalidBody, "", ""},
		{"NaN", `{"position": {"lat": NaN, "lon": 105}}`, 400, ProblemCodeInvalidBody, "", ""},
		{"a latitude off the globe", `{"position": {"lat": 95, "lon": 105}}`, 400, ProblemCodePositionInvalid, "position", FieldErrorCodeRule},
		{"a longitude off the globe", `{"position": {"lat": 21, "lon": 1058524}}`, 400, ProblemCodeInvalid, "position.lon", FieldErrorCodeOutOfRange},
		{"exchanged coordinates", `{"position": {"lat": 105.8524, "lon": 21.0287}}`, 422, ProblemCodePositionSwapped, "position", FieldErrorCodeRule},
		{"Paris", `{"position": {"lat": 48.85, "lon": 2.35}}`, 422, ProblemCodePositionOutside, "position", FieldErrorCodeRule},
		{"the open sea", `{"position": {"lat": 17.5, "lon": 109.5}}`, 422, ProblemCodePositionOutside, "position", FieldErrorCodeRule},
		{"another commune", `{` + pos + `, "commune_code": "26743"}`, 422, ProblemCodeCommuneMismatch, "commune_code", FieldErrorCodeRule},
		{"no commune", `{` + pos + `, "commune_code": "99999"}`, 400, ProblemCodeInvalid, "commune_code", FieldErrorCodeRule},
		{"a malformed commune", `{` + pos + `, "commune_code": "abc"}`, 400, ProblemCodeInvalid, "commune_code", FieldErrorCodeFormat},
		{"an unknown field", `{` + pos + `, "adress": 1}`, 400, ProblemCodeInvalid, "adress", FieldErrorCodeUnknownField},
		{"an unknown field below", `{"position": {"lat": 21.0287, "lon": 105.8524, "LAT": 1}}`, 400, ProblemCodeInvalid, "position.LAT", FieldErrorCodeUnknownField},
		{"a repeated key", `{"position": {"lat": 21.0287, "lat": 10, "lon": 105.8524}}`, 400, ProblemCodeInvalid, "position.lat", FieldErrorCodeRepeated},
		{"an unknown kind", `{` + pos + `, "kind": "castle"}`, 400, ProblemCodeInvalid, "kind", FieldErrorCodeNotAllowed},
		{"a long street", `{` + pos + `, "components": {"street": "` + strings.Repeat("ố", 121) + `"}}`, 400, ProblemCodeInvalid, "components.street", FieldErrorCodeTooLong},
		{"a zero byte", `{` + pos + `, "components": {"street": "a\u0000b"}}`, 400, ProblemCodeInvalid, "components.street", FieldErrorCodeFormat},
		{"half a surrogate", `{` + pos + `, "components": {"street": "a\ud800"}}`, 400, ProblemCodeInvalid, "components.street", FieldErrorCodeFormat},
		{"text that runs backwards", `{` + pos + `, "components": {"street": "a\u202Eb"}}`, 400, ProblemCodeInvalid, "components.street", FieldErrorCodeFormat},
		{"an empty alley", `{` + pos + `, "components": {"alley": [""]}}`, 400, ProblemCodeInvalid, "components.alley[0]", FieldErrorCodeRule},
		{"nine alleys", `{` + pos + `, "components": {"alley": ["1","2","3","4","5","6","7","8","9"]}}`, 400, ProblemCodeInvalid, "components.alley", FieldErrorCodeTooLong},
		{"a scheme in capitals", `{` + pos + `, "external_ids": [{"scheme": "OSM", "value": "1"}]}`, 400, ProblemCodeInvalid, "external_ids[0].scheme", FieldErrorCodeFormat},
		{"an outline of two corners", `{` + pos + `, "footprint": [{"lat": 1, "lon": 1}, {"lat": 1, "lon": 1}]}`, 400, ProblemCodeInvalid, "footprint", FieldErrorCodeTooShort},
		{"an outline with a corner off the globe", `{` + pos + `, "footprint": [{"lat": 1, "lon": 1}, {"lat": 95, "lon": 1}, {"lat": 1, "lon": 1}]}`, 400, ProblemCodePositionInvalid, "footprint[1]", FieldErrorCodeRule},
		{"a further position off the globe", `{` + pos + `, "positions": [{"type": "delivery", "lat": 95, "lon": 1}]}`, 400, ProblemCodePositionInvalid, "positions[0]", FieldErrorCodeRule},
		{"a delivery point alone", `{"position": {"lat": 21.0287, "lon": 105.8524, "type": "delivery"}}`, 400, ProblemCodeInvalid, "positions", FieldErrorCodeRule},
		{"deep nesting", deep, 400, ProblemCodeInvalidBody, "", ""},
		{"something behind", `{` + pos + `} {}`, 400, ProblemCodeInvalidBody, "", ""},
		{"half an object", `{` + pos, 400, ProblemCodeInvalidBody, "", ""},
		{"Latin-1", "{\"components\": {\"street\": \"Ph\xf4\"}}", 400, ProblemCodeInvalidBody, "", ""},
		{"a huge body", `{"components": {"street": "` + strings.Repeat("a", 1<<20) + `"}}`, 413, ProblemCodeTooLarge, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := client{t, c.server}
			p := c.post("/v1/addresses", test.body).problem(test.status, test.code)
			wantAt(t, p, map[string]any{"status": test.status})
			if test.field != "" || test.reason != "" {
				wantAt(t, p, map[string]any{"errors[0].field": test.field, "errors[0].code": string(test.reason)})
			}
		})
	}
	t.Run("every field at fault is named", func(t *testing.T) {
		p := c.post("/v1/addresses", `{"position": {"lat": 999}, "kind": "x", "commune_code": "1"}`).problem(400, ProblemCodeInvalid)
		var fields []string
		for _, e := range p["errors"].([]any) {
			fields = append(fields, fmt.Sprint(at(e, "field")))
		}
		for _, want := range []string{"position.lat", "position.lon", "kind", "commune_code"} {
			if !strings.Contains(strings.Join(fields, " "), want) {
				t.Errorf("%s is not among %v", want, fields)
			}
		}
	})
	t.Run("a huge body of unknown length", func(t *testing.T) {
		r := request(http.MethodPost, "/v1/addresses", io.LimitReader(strings.NewReader(strings.Repeat(" ", 1<<20)), 1<<20))
		r.Header.Set("Content-Type", "application/json")
		if r.ContentLength != -1 {
			t.Fatalf("the length is known: %d", r.ContentLength)
		}
		client{t, c.server}.send(r).problem(413, ProblemCodeTooLarge)
	})
	t.Run("other content types", func(t *testing.T) {
		for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"} {
			c.post("/v1/addresses", hoGuom, "Content-Type", contentType).problem(415, ProblemCodeUnsupportedMediaType)
		}
		c.post("/v1/addresses", hoGuom, "Content-Encoding", "gzip").problem(415, ProblemCodeUnsupportedMediaType)
		c.post("/v1/addresses", hoGuom, "Content-Type", "application/json; charset=UTF-8").want(http.StatusCreated)
	})
	t.Run("a bad idempotency key", func(t *testing.T) {
		c.post("/v1/addresses", hoGuom, "Idempotency-Key", strings.Repeat("k", 129)).problem(400, ProblemCodeInvalid)
		c.post("/v1/addresses", hoGuom, "Idempotency-Key", "đ").problem(400, ProblemCodeInvalid)
	})
}

func TestResolveByPath(t *testing.T) {
	c := newClient(t)
	c.assign(hoGuom)
	for _, spelling := range []string{
		"5FJBC-2NJV-T33", "5FJBC2NJVT33", "5fjbc-2njv-t33", "5FJBC%202NJV%20T33", "5fjbc.2njv.t33", "%EF%BC%95FJBC-2NJV-T33", "5FJBC–2NJV–T33",
	} {
		wantAt(t, c.get("/v1/addresses/"+spelling).want(200).object(), map[string]any{"code": "5FJBC-2NJV-T33"})
	}

	t.Run("not registered", func(t *testing.T) {
		p := c.get("/v1/addresses/GV6PS-QZM2-KKP").problem(404, ProblemCodeNotRegistered)
		wantAt(t, p, map[string]any{
			"place.code": "GV6PS-QZM2-KKP", "place.cell": "8d65b5662b5dd3f", "place.zone": "GV6PS-",
			"place.division.commune.code": "26743", "place.division.province.name": "Hồ Chí Minh",
		})
	})
	t.Run("not registered, at sea", func(t *testing.T) {
		code := c.get("/v1/codes?lat=17.5&lon=109.5").want(200).object()
		if code["division"] != nil && at(code, "division.commune") != nil || code["outside"] == nil {
			t.Errorf("a point at sea: %v", code)
		}
	})
	t.Run("damaged", func(t *testing.T) {
		p := c.get("/v1/addresses/5FJBC-2NJV-T3X").problem(400, ProblemCodeInvalidCode)
		wantAt(t, p, map[string]any{
			"suggestions[0].code": "5FJBC-2NJV-T33", "suggestions[0].kind": "substitution", "suggestions[0].registered": true,
			"suggestions[0].changes[0].at": 11, "suggestions[0].changes[0].from": "X", "suggestions[0].changes[0].to": "3",
			"suggestions[0].redundancy": 1, "suggestions[0].verified": true,
		})
	})
	t.Run("swapped", func(t *testing.T) {
		p := c.get("/v1/addresses/5FJBC-2NVJ-T33").problem(400, ProblemCodeInvalidCode)
		wantAt(t, p, map[string]any{"suggestions[0].code": "5FJBC-2NJV-T33", "suggestions[0].kind": "swap"})
	})
	t.Run("garbage", func(t *testing.T) {
		for _, text := range []string{"xin%20ch%C3%A0o", "12345", "%25", "%2525", "a%2Fb", "%3F", "..", strings.Repeat("A", 200)} {
			c.get("/v1/addresses/"+text).problem(400, ProblemCodeInvalidCode)
		}
		for _, text := range []string{strings.Repeat("A", 10_000), "%00", "5FJBC%00", "%FF%FE", "%0A"} {
			c.get("/v1/addresses/"+text).problem(400, ProblemCodeInvalid)
		}
	})
	t.Run("a longer path", func(t *testing.T) {
		for _, path := range []string{"/v1/addresses/a/b", "/v1/addresses/5FJBC-2NJV-T33/", "/v1/addresses/5FJBC-2NJV-T33/nothing", "/v1/codes/a/b", "/docs/a/b"} {
			c.get(path).problem(404, ProblemCodeNotFound)
		}
		c.post("/v1/addresses/5FJBC-2NJV-T33", "{}").problem(405, ProblemCodeMethodNotAllowed)
	})
	t.Run("conditional", func(t *testing.T) {
		etag := c.get("/v1/addresses/5FJBC-2NJV-T33").want(200).Header().Get("ETag")
		for _, tags := range []string{etag, "W/" + etag, `"x", ` + etag, "*"} {
			a := c.get("/v1/addresses/5FJBC-2NJV-T33", "If-None-Match", tags).want(304)
			if a.Body.Len() != 0 || a.Header().Get("ETag") != etag {
				t.Errorf("If-None-Match %s: %d bytes, ETag %s", tags, a.Body.Len(), a.Header().Get("ETag"))
			}
		}
		c.get("/v1/addresses/5FJBC-2NJV-T33", "If-None-Match", `"x"`).want(200)
	})
}

func TestResolve(t *testing.T) {
	c := newClient(t)
	c.assign(hoGuom)
	c.assign(`{"position": {"lat": 21.0330, "lon": 105.8470}, "external_ids": [{"scheme": "qd392", "value": "1151502853"}]}`)
	const code = "5FJBC-2NJV-T33"
	tests := []struct {
		name, q string
		kind    QueryKind
		want    map[string]any
	}{
		{"a code", "5fjbc 2njv t33", QueryKindCode, map[string]any{"candidates[0].code": code, "candidates[0].registered": true, "candidates[0].address.code": code}},
		{"a code nobody has", "GV6PS-QZM2-KKP", QueryKindCode, map[string]any{"candidates[0].registered": false, "candidates[0].place.division.commune.code": "26743"}},
		{"a damaged code", "5FJBC-2NJV-T35", QueryKindCorrection, map[string]any{"candidates[0].code": code, "candidates[0].correction.kind": "substitution", "candidates[0].correction.registered": true}},
		{"an erasure", "5FJBC-2N?V-T33", QueryKindCorrection, map[string]any{"candidates[0].code": code, "candidates[0].correction.kind": "erasure"}},
		{"a short code", "2NJV-T33, phường Hoàn Kiếm", QueryKindShortCode, map[string]any{"candidates[0].code": code}},
		{"an external id", "osm:node/1", QueryKindExternalID, map[string]any{"candidates[0].code": code}},
		{"a number of QĐ 392", "qd392:1151502853", QueryKindExternalID, map[string]any{"candidates[0].registered": true, "candidates[0].confirm.commune": "Phường Hoàn Kiếm"}},
		{"a Plus Code", "7PH72VH2+FX", QueryKindPlusCode, map[string]any{}},
		{"an H3 index", "8d415cb4e426bbf", QueryKindH3, map[string]any{"candidates[0].code": code}},
		{"a position", "21.0287,105.8524", QueryKindPosition, map[string]any{"candidates[0].code": code, "position.lat": 21.0287}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := client{t, c.server}
			got := c.get("/v1/resolve?q=" + url.QueryEscape(test.q)).want(200)
			wantAt(t, got.object(), map[string]any{"kind": string(test.kind)})
			wantAt(t, got.object(), test.want)
			posted := c.post("/v1/resolve", fmt.Sprintf(`{"q": %q}`, test.q)).want(200)
			if posted.Body.String() != got.Body.String() {
				t.Errorf("POST says\n%s\nGET says\n%s", posted.Body, got.Body)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		c.get("/v1/resolve").problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q=").problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q=a&q=b").problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q=%zz").problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q="+strings.Repeat("x", 10_000)).problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q=xin+chao").problem(400, ProblemCodeInvalid)
		c.get("/v1/resolve?q=osm:node/404").problem(404, ProblemCodeNotFound)
		c.get("/v1/resolve?q=105.8524,21.0287").problem(422, ProblemCodePositionSwapped)
		c.post("/v1/resolve", `{"q": 1}`).problem(400, ProblemCodeInvalid)
		c.post("/v1/resolve", `{"q": "a", "x": 1}`).problem(400, ProblemCodeInvalid)
		c.post("/v1/resolve", "").problem(415, ProblemCodeUnsupportedMediaType)
	})
}

func TestReverse(t *testing.T) {
	c := newClient(t)
	for i, offset := range []float64{0, 0.0002, 0.0004, 0.002} {
		c.assign(fmt.Sprintf(`{"position": {"lat": %v, "lon": 105.8524}, "components": {"house_number": "%d"}}`, 21.0287+offset, i+1))
	}
	o := c.get("/v1/reverse?lat=21.0287&lon=105.8524").want(200).object()
	wantAt(t, o, map[string]any{
		"type": "FeatureCollection", "features[0].type": "Feature", "features[0].geometry.type": "Point",
		"features[0].geometry.coordinates[0]": 105.8524, "features[0].geometry.coordinates[1]": 21.0287,
		"features[0].properties.code": "5FJBC-2NJV-T33", "features[0].id": "5FJBC-2NJV-T33", "features[0].properties.distance_m": 0,
		"features[1].properties.distance_m": 22.1, "features[1].properties.components.house_number": "2",
		"features[2].properties.distance_m": 44.3, "features[0].properties.division.commune.code": "00070",
	})
	count := func(target string) int { return len(c.get(target).want(200).object()["features"].([]any)) }
	for target, want := range map[string]int{
		"/v1/reverse?lat=21.0287&lng=105.8524":                      3,
		"/v1/reverse?lat=21.0287&lon=105.8524&limit=2":              2,
		"/v1/reverse?lat=21.0287&lon=105.8524&radius=300":           4,
		"/v1/reverse?lat=21.0287&lon=105.8524&radius=300&limit=100": 4,
		"/v1/reverse?lat=10&lon=106":                                0,
	} {
		if got := count(target); got != want {
			t.Errorf("%s: %d features, want %d", target, got, want)
		}
	}
	for target, code := range map[string]ProblemCode{
		"/v1/reverse":                                            ProblemCodeInvalid,
		"/v1/reverse?lat=abc&lon=105":                            ProblemCodeInvalid,
		"/v1/reverse?lat=NaN&lon=105":                            ProblemCodeInvalid,
		"/v1/reverse?lat=Inf&lon=105":                            ProblemCodeInvalid,
		"/v1/reverse?lat=0x1p4&lon=105":                          ProblemCodeInvalid,
		"/v1/reverse?lat=1e999&lon=105":                          ProblemCodeInvalid,
		"/v1/reverse?lat=21,03&lon=105":                          ProblemCodeInvalid,
		"/v1/reverse?lat=&lon=105":                               ProblemCodeInvalid,
		"/v1/reverse?lat=21":                                     ProblemCodeInvalid,
		"/v1/reverse?lat=21&lat=22&lon=105":                      ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&lng=105":                     ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&raduis=5":                    ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&radius=0":                    ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&radius=2001":                 ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&limit=0":                     ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&limit=101":                   ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&limit=2.5":                   ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&limit=9999999999999999999":   ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105;x":                           ProblemCodeInvalid,
		"/v1/reverse?lat=-91&lon=-105":                           ProblemCodePositionInvalid,
		"/v1/reverse?lat=21&lon=105&%FF=1":                       ProblemCodeInvalid,
		"/v1/reverse?lat=21&lon=105&" + strings.Repeat("x", 999): ProblemCodeInvalid,
	} {
		c.get(target).problem(400, code)
	}
	c.get("/v1/reverse?lat=105.8524&lon=21.0287").problem(422, ProblemCodePositionSwapped)
}
