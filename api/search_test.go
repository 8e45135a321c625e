package api

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry"
)

// scripted is a Geocoder that remembers what it was asked and answers what it was told.
type scripted struct {
	Geocoder
	query   geocode.Query
	request geocode.ValidateRequest
	results geocode.Results
	verdict geocode.Verdict
}

func (g *scripted) Search(_ context.Context, q geocode.Query) (*geocode.Results, error) {
	g.query = q
	return &g.results, nil
}

func (g *scripted) Autocomplete(ctx context.Context, q geocode.Query) (*geocode.Results, error) {
	return g.Search(ctx, q)
}

func (g *scripted) Validate(_ context.Context, r geocode.ValidateRequest) (*geocode.Verdict, error) {
	g.request = r
	return &g.verdict, nil
}

// newScripted is a client of a server whose geocoder is scripted, and the divisions it speaks of.
func newScripted(t *testing.T, log io.Writer) (client, *scripted, *geo.Divisions) {
	t.Helper()
	svc := newService(t)
	g := &scripted{}
	s := newServer(t, svc, testConfig(), log)
	s.geocoder = g
	return client{t, s}, g, svc.Divisions()
}

func division(t *testing.T, ds *geo.Divisions, code string, at geo.Date) *geo.Division {
	t.Helper()
	level, _ := geo.LevelOf(code)
	d, err := ds.Get(level, code, at)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSearchHandsOnWhatWasAsked(t *testing.T) {
	c, g, _ := newScripted(t, io.Discard)
	near := geo.Point{LatE7: 21_0000000, LonE7: 105_0000000}
	box := geo.Box{SouthWest: geo.Point{LatE7: 20_0000000, LonE7: 104_0000000}, NorthEast: geo.Point{LatE7: 22_0000000, LonE7: 106_0000000}}
	check := func(name string) {
		t.Helper()
		q := g.query
		if q.Text != "12 Hàng Khay" || q.Limit != 3 || q.Near == nil || *q.Near != near || q.Box == nil || *q.Box != box ||
			q.Commune != "00070" || q.Province != "01" || q.At != 2025_06_30 {
			t.Errorf("%s: asked %+v", name, q)
		}
		g.query = geocode.Query{}
	}
	const query = "?q=12+H%C3%A0ng+Khay&limit=3&lat=21&lng=105&bbox=104,20,106,22&commune=00070&province=01&at=2025-06-30"
	for _, path := range []string{"/v1/search", "/v1/autocomplete"} {
		a := c.get(path + query).want(200).object()
		check(path)
		wantAt(t, a, map[string]any{"type": "FeatureCollection", "geocoding.query": "12 Hàng Khay"})
	}
	a := c.post("/v1/search", `{"q": "12 Hàng Khay", "limit": 3, "lat": 21, "lon": 105, "bbox": [104, 20, 106, 22],
		"commune": "00070", "province": "01", "at": "2025-06-30"}`).want(200)
	check("POST")
	if strings.Contains(a.Body.String(), "Khay") {
		t.Errorf("the answer repeats private text: %s", a.Body)
	}

	c.get("/v1/search?q=x").want(200)
	if q := g.query; q.Limit != 5 || q.Near != nil || q.Box != nil || q.At == 0 {
		t.Errorf("defaults: %+v", q)
	}
}

func TestSearchTakesAnyText(t *testing.T) {
	c := newClient(t)
	for name, text := range map[string]string{
		"ten thousand characters": strings.Repeat("ngõ ", 2500),
		"control characters":      "12\x00\x07 Hàng\tKhay\n Hà Nội",
		"right to left":           "\u202e12 Hàng Khay\u202c \u200b\u200d",
		"brackets":                "((((12 Hàng Khay [[[ {",
		"spaces":                  "    ",
		"no letters":              "!!! ... ,,, ///",
		"emoji":                   "🏠 12 Hàng Khay",
	} {
		t.Run(name, func(t *testing.T) {
			c := client{t, c.server}
			body := struct {
				Q string `json:"q"`
			}{text}
			a := c.post("/v1/search", string(encoded(t, body))).want(200).object()
			if features := a["features"].([]any); len(features) == 0 && at(a, "geocoding.reason") == nil {
				t.Errorf("nothing found and no reason: %v", a)
			}
			c.post("/v1/validate", string(encoded(t, map[string]string{"address": text}))).want(200 + validateStatus(text))
			if len(text) <= 1000 {
				c.get("/v1/search?q=" + url.QueryEscape(text)).want(200)
				c.get("/v1/autocomplete?q=" + url.QueryEscape(text)).want(200)
			}
		})
	}
}

// validateStatus is 200 more for a text of spaces only, which is no address to judge.
func validateStatus(text string) int {
	if strings.TrimSpace(text) == "" {
		return 200
	}
	return 0
}

func TestSearchRefuses(t *testing.T) {
	c := newClient(t)
	for query, field := range map[string]string{
		"":                               "q",
		"q=":                             "q",
		"q=" + strings.Repeat("x", 1001): "q",
		"q=%ff":                          "q",
		"q=x&limit=0":                    "limit",
		"q=x&limit=51":                   "limit",
		"q=x&lat=21":                     "lon",
		"q=x&lon=105":                    "lat",
		"q=x&lat=91&lon=200":             "lon",
		"q=x&bbox=1,2,3":                 "bbox",
		"q=x&bbox=1.2.3,2,3,4":           "bbox",
		"q=x&bbox=106,20,104,22":         "bbox",
		"q=x&bbox=104,22,106,20":         "bbox",
		"q=x&bbox=104,20,106,95":         "bbox",
		"q=x&commune=70":                 "commune",
		"q=x&province=001":               "province",
		"q=x&at=2025-02-30":              "at",
		"q=x&at=now":                     "at",
		"q=x&colour=red":                 "colour",
		"q=x&q=y":                        "q",
	} {
		for _, path := range []string{"/v1/search?", "/v1/autocomplete?"} {
			p := c.get(path+query).problem(400, ProblemCodeInvalid)
			if got := at(p, "errors[0].field"); got != field {
				t.Errorf("%s%s: field %v, want %s", path, query, got, field)
			}
		}
	}
	for body, field := range map[string]string{
		`{}`:        "q",
		`{"q": ""}`: "q",
		`{"q": "` + strings.Repeat("x", 10_001) + `"}`: "q",
		`{"q": "x", "lat": 21}`:                        "lon",
		`{"q": "x", "bbox": [1, 2, 3]}`:                "bbox",
		`{"q": "x", "bbox": [4, 3, 2, 1]}`:             "bbox",
		`{"q": "x", "at": "2025-02-30"}`:               "at",
		`{"q": 1}`:                                     "q",
	} {
		p := c.post("/v1/search", body).problem(400, ProblemCodeInvalid)
		if got := at(p, "errors[0].field"); got != field {
			t.Errorf("%.40s: field %v, want %s", body, got, field)
		}
	}
}

func TestSearchTellsAResult(t *testing.T) {
	c, g, ds := newScripted(t, io.Discard)
	today := geo.Today()
	commune, old := division(t, ds, "00070", today), division(t, ds, "00076", lastOldDay)
	g.results = geocode.Results{Results: []geocode.Result{{
		Type: geocode.TypeStreet, Label: "Phố Hàng Khay, Phường Hoàn Kiếm, Thành phố Hà Nội", Score: 0.87654, MatchLevel: geocode.MatchStreet,
		Point: geo.Point{LatE7: 21_0250000, LonE7: 105_8500000}, CoordinateLevel: geocode.CoordinateStreet, AccuracyM: 120.04,
		Components: registry.Components{Street: "Phố Hàng Khay"}, Commune: commune, Count: 7,
		Reading:         geocode.Reading{Commune: old},
		ComponentStatus: map[string]geocode.Status{"street": geocode.Confirmed, "commune": geocode.Replaced},
		Unmatched:       []geocode.Span{{Text: "gì đó"}},
	}, {
		Type: geocode.TypeDistrict, Division: division(t, ds, "002", lastOldDay), MatchLevel: geocode.MatchDistrict, CoordinateLevel: geocode.CoordinateDistrict,
	}, {
		Type: geocode.TypeProvince, Division: division(t, ds, "01", today), MatchLevel: geocode.MatchProvince, CoordinateLevel: geocode.CoordinateProvince,
	}}}
	a := c.get("/v1/search?q=x&lat=21.025&lon=105.851").want(200).object()
	wantAt(t, a, map[string]any{
		"features[0].geometry.coordinates[0]":           105.85,
		"features[0].properties.code":                   nil,
		"features[0].properties.score":                  0.877,
		"features[0].properties.accuracy_m":             120,
		"features[0].properties.distance_m":             104,
		"features[0].properties.count":                  7,
		"features[0].properties.division.commune.code":  "00070",
		"features[0].properties.former.commune.code":    old.Code,
		"features[0].properties.former.district.name":   "Hoàn Kiếm",
		"features[0].properties.statuses.commune":       "replaced",
		"features[0].properties.unmatched[0]":           "gì đó",
		"features[1].properties.division.district.code": "002",
		"features[1].properties.division.province.code": "01",
		"features[2].properties.division.province.name": "Hà Nội",
	})
}

// The log never holds the text that was searched for, however it was sent.
func TestSearchKeepsTextOutOfTheLog(t *testing.T) {
	var log bytes.Buffer
	c := client{t, newServer(t, newService(t), testConfig(), &log)}
	c.get("/v1/search?q=Khay+bimat").want(200)
	c.get("/v1/autocomplete?q=Khay+bimat").want(200)
	c.post("/v1/search", `{"q": "Khay bimat"}`).want(200)
	c.post("/v1/validate", `{"address": "Khay bimat"}`).want(200)
	c.get("/metrics")
	if strings.Contains(log.String(), "Khay") || strings.Contains(log.String(), "bimat") {
		t.Errorf("the log holds the text: %s", log.String())
	}
	if body := c.get("/metrics").Body.String(); strings.Contains(body, "bimat") {
		t.Error("the metrics hold the text")
	}
}
