package api

import (
	"net/url"
	"strings"
	"testing"
)

func TestConvert(t *testing.T) {
	c := newClient(t)
	for name, test := range map[string]struct {
		query string
		want  map[string]any
	}{
		"an old code": {"code=00082&from=2025-06-30", map[string]any{
			"status": "converted", "result.code": "00082", "result.full_name": "Phường Cửa Nam", "items[0].source.full_name": "Phường Trần Hưng Đạo",
			"items[0].source.division.district.code": "002",
		}},
		"the same code today": {"code=00082&from=2025-07-01", map[string]any{"status": "ambiguous", "items[0].source.full_name": "Phường Cửa Nam", "items[0].to": "2025-06-30"}},
		"a date on which it is the same": {"code=00082&from=2025-07-01&to=2025-08-01", map[string]any{
			"status": "unchanged", "result.full_name": "Phường Cửa Nam", "items[0].settled_by": "same_unit",
		}},
		"a name":     {"q=" + url.QueryEscape("Phường Trần Hưng Đạo, Quận Hoàn Kiếm, Hà Nội"), map[string]any{"status": "converted", "result.full_name": "Phường Cửa Nam", "result.division.province.code": "01"}},
		"a province": {"code=24&from=2025-06-30", map[string]any{"status": "converted", "result.level": "province", "result.code": "24", "items[0].source.full_name": "Tỉnh Bắc Giang"}},
	} {
		t.Run(name, func(t *testing.T) {
			wantAt(t, client{t, c.server}.get("/v1/divisions/convert?"+test.query).want(200).object(), test.want)
		})
	}

	t.Run("a divided ward", func(t *testing.T) {
		// Phường Giảng Võ (00028) of Ba Đình went to several.
		open := c.get("/v1/divisions/convert?code=00028&from=2025-06-30").want(200).object()
		if at(open, "status") != "ambiguous" {
			t.Fatalf("%v", open)
		}
		candidates := at(open, "items[0].candidates").([]any)
		if len(candidates) < 2 {
			t.Fatalf("candidates %v", candidates)
		}
		for _, candidate := range candidates {
			if kind := at(candidate, "kind"); kind == nil || at(candidate, "note") == nil {
				t.Errorf("a candidate without the official kind: %v", candidate)
			}
		}
	})
}

func TestConvertRefuses(t *testing.T) {
	c := newClient(t)
	for query, field := range map[string]string{
		"":                               "q",
		"q=x&code=00082":                 "q",
		"code=1":                         "code",
		"code=00082&from=2025-02-30":     "from",
		"code=00082&to=2025-02-30":       "to",
		"code=00082&lat=21":              "lon",
		"code=00082&street=":             "street",
		"q=" + strings.Repeat("x", 1001): "q",
	} {
		p := c.get("/v1/divisions/convert?"+query).problem(400, ProblemCodeInvalid)
		if got := at(p, "errors[0].field"); got != field {
			t.Errorf("%.60s: field %v, want %s", query, got, field)
		}
	}
	c.get("/v1/divisions/convert?code=99999").problem(404, ProblemCodeNotFound)
	c.get("/v1/divisions/convert?q=xyzzy").problem(404, ProblemCodeNotFound)
}

func TestConvertList(t *testing.T) {
	c := newClient(t)
	a := c.post("/v1/divisions/convert", `{"items": [
		{"code": "00082", "from": "2025-06-30"}, {"code": "99999"}, {"q": "Tỉnh Bắc Giang"}, {"q": "xyzzy"}
	]}`).want(200).object()
	wantAt(t, a, map[string]any{
		"results[0].status": "converted", "results[0].result.full_name": "Phường Cửa Nam",
		"results[1].status": "not_found", "results[2].result.code": "24", "results[3].status": "not_found",
	})
	if at(a, "results[1].detail") == nil {
		t.Errorf("no reason: %v", a)
	}
	p := c.post("/v1/divisions/convert", `{"items": [{"code": "00082"}, {"street": "Hàng Khay"}]}`).problem(400, ProblemCodeInvalid)
	if got := at(p, "errors[0].field"); got != "items[1].q" {
		t.Errorf("field %v", got)
	}
	c.post("/v1/divisions/convert", `{"items": []}`).problem(400, ProblemCodeInvalid)
	c.post("/v1/divisions/convert", `{"items": [`+strings.Repeat(`{"code": "00082"},`, 1000)+`{"code": "00082"}]}`).problem(400, ProblemCodeInvalid)
	c.post("/v1/divisions/convert", `{"items": [`+strings.Repeat(`{"code": "00082"},`, 999)+`{"code": "00082"}]}`).want(200)
}
