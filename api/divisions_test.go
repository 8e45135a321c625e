package api

import (
	"net/url"
	"testing"
)

func TestListDivisions(t *testing.T) {
	c := newClient(t)
	list := func(query string) []any {
		return c.get("/v1/divisions?" + query).want(200).object()["divisions"].([]any)
	}
	for query, want := range map[string]int{
		"":                             34,
		"level=province&at=2025-06-30": 63,
		"level=district&at=2025-06-30&limit=1000": 696,
		"level=district":                           0,
		"parent=01&limit=1000":                     126,
		"parent=01&at=2025-06-30&limit=1000":       30,
		"parent=002&at=2025-06-30":                 18,
		"q=" + url.QueryEscape("Phường Hoàn Kiếm"): 1,
	} {
		if got := len(list(query)); got != want {
			t.Errorf("%s: %d divisions, want %d", query, got, want)
		}
	}
	wantAt(t, list("q=hoan+kiem")[0], map[string]any{
		"code": "00070", "name": "Hoàn Kiếm", "type": "Phường", "level": "commune", "parent": "01", "province.name": "Hà Nội", "valid_from": "2025-07-01",
	})

	t.Run("pages make up the whole, each unit once", func(t *testing.T) {
		seen, after := map[any]bool{}, ""
		for range 10 {
			page := c.get("/v1/divisions?level=commune&limit=500" + after).want(200).object()
			for _, d := range page["divisions"].([]any) {
				if code := at(d, "code"); seen[code] {
					t.Errorf("%v comes twice", code)
				} else {
					seen[code] = true
				}
			}
			next, more := page["next"].(string)
			if !more {
				break
			}
			after = "&after=" + next
		}
		if len(seen) != 3321 {
			t.Errorf("%d communes, want 3321", len(seen))
		}
	})
	for _, query := range []string{"level=village", "parent=x", "at=2025-02-30", "at=yesterday", "at=2025-7-1", "limit=1001", "after=99999", "q=", "q=%00"} {
		c.get("/v1/divisions?"+query).problem(400, ProblemCodeInvalid)
	}
	c.get("/v1/divisions?parent=99").problem(404, ProblemCodeNotFound)
	c.get("/v1/divisions?parent=002").problem(404, ProblemCodeNotFound)
}

func TestGetDivision(t *testing.T) {
	c := newClient(t)
	now := c.get("/v1/divisions/00070").want(200).object()
	wantAt(t, now, map[string]any{
		"level": "commune", "code": "00070", "full_name": "Phường Hoàn Kiếm", "province.code": "01",
		"valid_from": "2025-07-01", "predecessors[0].level": "commune", "successors[0]": nil,
	})
	before := c.get("/v1/divisions/00082?at=2025-06-30").want(200).object()
	after := c.get("/v1/divisions/00082?at=2025-07-01&level=commune").want(200).object()
	wantAt(t, before, map[string]any{"full_name": "Phường Trần Hưng Đạo", "valid_to": "2025-07-01"})
	wantAt(t, after, map[string]any{"full_name": "Phường Cửa Nam"})
	if at(before, "successors[0].code") == nil {
		t.Errorf("no successors: %v", before)
	}
	wantAt(t, c.get("/v1/divisions/01").want(200).object(), map[string]any{"level": "province", "full_name": "Thành phố Hà Nội", "parent": nil, "province": nil})
	wantAt(t, c.get("/v1/divisions/002?at=2025-06-30").want(200).object(), map[string]any{"level": "district", "full_name": "Quận Hoàn Kiếm"})

	p := c.get("/v1/divisions/002").problem(404, ProblemCodeNotFound)
	if hint, _ := p["hint"].(string); hint == "" {
		t.Errorf("no hint that the code was a district once: %v", p)
	}
	c.get("/v1/divisions/99999").problem(404, ProblemCodeNotFound)
	c.get("/v1/divisions/00070?level=province").problem(404, ProblemCodeNotFound)
	for _, target := range []string{"1", "0007", "000700", "abcde", "%20", "00070?at=1", "00070?level=x"} {
		c.get("/v1/divisions/"+target).problem(400, ProblemCodeInvalid)
	}
}

func TestLocateDivision(t *testing.T) {
	c := newClient(t)
	for target, want := range map[string]map[string]any{
		"lat=21.0287&lon=105.8524":               {"commune.code": "00070", "commune.type": "Phường", "province.name": "Hà Nội", "match": "inside", "offset_m": nil},
		"lat=10.7725&lng=106.6980":               {"commune.code": "26743", "province.code": "79"},
		"lat=8.65&lon=111.92":                    {"commune.code": "22736", "commune.type": "Đặc khu"},
		"lat=16.5&lon=111.6":                     {"commune.code": "20333"},
		"lat=21.0287&lon=105.8524&at=2025-06-30": {"commune": nil, "province.name": "Hà Nội", "at": "2025-06-30", "candidates[0].level": "commune"},
	} {
		wantAt(t, c.get("/v1/divisions/locate?"+target).want(200).object(), want)
	}
	c.get("/v1/divisions/locate?lat=17.5&lon=109.5").problem(422, ProblemCodePositionOutside)
	c.get("/v1/divisions/locate?lat=105.85&lon=21.03").problem(422, ProblemCodePositionSwapped)
	c.get("/v1/divisions/locate?lat=21&lon=105&at=1900-01-01").want(200)
	c.get("/v1/divisions/locate?lat=21").problem(400, ProblemCodeInvalid)
	c.get("/v1/divisions/locate").problem(400, ProblemCodeInvalid)
}

func TestDivisionBoundary(t *testing.T) {
	c := newClient(t)
	a := c.get("/v1/divisions/00070/boundary").want(200)
	wantAt(t, a.object(), map[string]any{"type": "Feature", "id": "00070", "geometry.type": "MultiPolygon", "properties.full_name": "Phường Hoàn Kiếm"})
	etag := a.Header().Get("ETag")
	c.get("/v1/divisions/00070/boundary", "If-None-Match", etag).want(304)
	c.get("/v1/divisions/99999/boundary").problem(404, ProblemCodeNotFound)
	province := c.get("/v1/divisions/01/boundary").want(200)
	wantAt(t, province.object(), map[string]any{"id": "01", "geometry.type": "MultiPolygon", "properties.full_name": "Thành phố Hà Nội"})
	if tag := province.Header().Get("ETag"); tag == etag {
		t.Errorf("two boundaries with the ETag %s", tag)
	} else {
		c.get("/v1/divisions/01/boundary", "If-None-Match", tag).want(304)
	}
	for _, old := range []string{"001", "02", "00001"} { // a district, a province and a ward before 2025-07-01
		c.get("/v1/divisions/"+old+"/boundary").problem(404, ProblemCodeNotFound)
	}
	c.get("/v1/divisions/x/boundary").problem(400, ProblemCodeInvalid)
}
