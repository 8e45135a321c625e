package geocode

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// told is a parser that has been told what texts mean.
type told map[string][]Hypothesis

func (t told) Parse(text string) []Hypothesis { return t[text] }

// fixture is an engine over a small registry.
type fixture struct {
	*Engine
	data  *seed.Data
	svc   *registry.Service
	store *sqlite.Store
	told  told
	codes map[string]*registry.Address // by "number street" and commune
}

const (
	hoanKiem = "00070"
	cuaNam   = "00082"
	baDinh   = "00004"
)

func newFixture(t testing.TB, houses ...registry.AssignRequest) *fixture {
	t.Helper()
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{data: data, store: store, svc: registry.NewService(store, data.Divisions, data.Locator), told: told{}, codes: map[string]*registry.Address{}}
	f.register(t, houses...)
	if f.Engine, err = NewEngine(t.Context(), f.svc, store); err != nil {
		t.Fatal(err)
	}
	f.parser = f.told
	return f
}

func (f *fixture) register(t testing.TB, houses ...registry.AssignRequest) {
	t.Helper()
	for i := range houses {
		houses[i].OnDuplicate = registry.AllowDuplicate
	}
	answers, err := f.svc.AssignMany(t.Context(), registry.Actor{Name: "test"}, houses)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		c := a.Address.Components
		f.codes[fmt.Sprintf("%s %s %s", c.HouseNumber, c.Street+c.Hamlet+c.Building+c.Unit, a.Address.Commune)] = a.Address
	}
}

// in is a request for an address in a commune, n steps of a few metres from its middle.
func (f *fixture) in(commune string, n int, c registry.Components) registry.AssignRequest {
	p, _, _ := f.data.Boundaries.Representative(commune)
	p.LatE7 += int32(n/20) * 900
	p.LonE7 += int32(n%20) * 900
	position := registry.TypedPosition{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceGPS, AccuracyM: 5}}
	return registry.AssignRequest{Positions: []registry.TypedPosition{position}, Components: c}
}

func (f *fixture) reading(communes ...string) Reading {
	r := Reading{Score: 1}
	for _, code := range communes {
		d, _ := f.data.Divisions.Get(geo.LevelCommune, code, geo.Today())
		r.Commune, r.CommuneStatus = d, Confirmed
		r.Communes = append(r.Communes, CommuneCandidate{Commune: d, Weight: 1})
	}
	return r
}

// ask searches for a hand-made hypothesis.
func (f *fixture) ask(t testing.TB, q Query, hs ...Hypothesis) *Results {
	t.Helper()
	if q.Text == "" {
		q.Text = "hand-made"
	}
	f.told[q.Text] = hs
	res, err := f.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func hanoi(t testing.TB) *fixture {
	f := newFixture(t)
	var rs []registry.AssignRequest
	n := 0
	add := func(commune string, c registry.Components) { rs, n = append(rs, f.in(commune, n, c)), n+1 }
	for _, number := range []string{"2", "4", "8", "9", "12", "12/34", "12/34/5", "12/34/9", "12/40", "12A", "20", "21", "99"} {
		add(hoanKiem, registry.Components{HouseNumber: number, Street: "Phố Khâm Thiên"})
	}
	add(cuaNam, registry.Components{HouseNumber: "7", Street: "Phố Hàng Bông"})
	add(hoanKiem, registry.Components{HouseNumber: "7", Street: "Phố Hàng Bồ"})
	add(hoanKiem, registry.Components{HouseNumber: "5", Street: "Đường 3 Tháng 2"})
	add(baDinh, registry.Components{HouseNumber: "10", Street: "Phố Nguyễn Thị Minh Khai"})
	add(hoanKiem, registry.Components{HouseNumber: "10", Street: "Phố Nguyễn Thị Minh Khai"})
	for _, unit := range []string{"1205", "1206", "P301"} {
		add(cuaNam, registry.Components{HouseNumber: "88", Street: "Phố Láng Hạ", Building: "Chung cư Sky City", Unit: unit})
	}
	for i := range 5 {
		add(baDinh, registry.Components{Hamlet: "Thôn Đông", Quarter: fmt.Sprint("Tổ ", i)})
	}
	f.register(t, rs...)
	return f
}

func TestSearchHouse(t *testing.T) {
	f := hanoi(t)
	type c = registry.Components
	tests := []struct {
		name       string
		components c
		communes   []string
		want       string // of fixture.codes
		match      string
		most       float64 // score at most
		least      float64
	}{
		{"exact", c{HouseNumber: "12/34/5", Street: "Khâm Thiên"}, []string{hoanKiem}, "12/34/5 Phố Khâm Thiên 00070", MatchHouse, 1, 0.98},
		{"alleys beside", c{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "phố khâm thiên"}, []string{hoanKiem}, "12/34/5 Phố Khâm Thiên 00070", MatchHouse, 1, 0.98},
		{"no diacritics", c{HouseNumber: "12a", Street: "kham thien"}, []string{hoanKiem}, "12A Phố Khâm Thiên 00070", MatchHouse, 1, 0.98},
		{"no commune", c{HouseNumber: "99", Street: "kham thien"}, nil, "99 Phố Khâm Thiên 00070", MatchHouse, 0.95, 0.85},
		{"commune next door", c{HouseNumber: "99", Street: "kham thien"}, []string{cuaNam}, "99 Phố Khâm Thiên 00070", MatchHouse, 0.82, 0.7},
		{"one typo", c{HouseNumber: "99", Street: "Khâm Thien"}, []string{hoanKiem}, "99 Phố Khâm Thiên 00070", MatchHouse, 1, 0.9},
		{"letter wrong", c{HouseNumber: "99", Street: "khaam thiem"}, []string{hoanKiem}, "99 Phố Khâm Thiên 00070", MatchHouse, 0.95, 0.8},
		{"letters exchanged", c{HouseNumber: "99", Street: "kham tihen"}, []string{hoanKiem}, "99 Phố Khâm Thiên 00070", MatchHouse, 0.96, 0.85},
		{"glued", c{HouseNumber: "99", Street: "khamthien"}, []string{hoanKiem}, "99 Phố Khâm Thiên 00070", MatchHouse, 0.98, 0.9},
		{"date with slash", c{HouseNumber: "5", Street: "3/2"}, []string{hoanKiem}, "5 Đường 3 Tháng 2 00070", MatchHouse, 1, 0.95},
		{"initials", c{HouseNumber: "10", Street: "NT Minh Khai"}, []string{baDinh}, "10 Phố Nguyễn Thị Minh Khai 00004", MatchHouse, 0.97, 0.8},
		{"words left out", c{HouseNumber: "10", Street: "Minh Khai"}, []string{baDinh}, "10 Phố Nguyễn Thị Minh Khai 00004", MatchHouse, 0.9, 0.6},
		{"diacritics decide", c{HouseNumber: "7", Street: "Hàng Bồ"}, nil, "7 Phố Hàng Bồ 00070", MatchHouse, 1, 0.9},
		{"outer alley", c{HouseNumber: "12/34/77", Street: "Khâm Thiên"}, []string{hoanKiem}, "12/34/9 Phố Khâm Thiên 00070", MatchAlley, 0.85, 0.7},
		{"alley unknown", c{HouseNumber: "20/7", Street: "Khâm Thiên"}, []string{hoanKiem}, "20 Phố Khâm Thiên 00070", MatchAlley, 0.85, 0.7},
		{"nearest on the same side", c{HouseNumber: "22", Street: "Khâm Thiên"}, []string{hoanKiem}, "20 Phố Khâm Thiên 00070", MatchNearestNumber, 0.7, 0.5},
		{"odd stays odd", c{HouseNumber: "23", Street: "Khâm Thiên"}, []string{hoanKiem}, "21 Phố Khâm Thiên 00070", MatchNearestNumber, 0.7, 0.5},
		{"unit", c{HouseNumber: "88", Street: "Láng Hạ", Unit: "Căn hộ 1206"}, []string{cuaNam}, "88 Phố Láng HạChung cư Sky City1206 00082", MatchHouse, 1, 0.95},
		{"unit in building", c{Building: "sky city", Unit: "P301"}, nil, "88 Phố Láng HạChung cư Sky CityP301 00082", MatchHouse, 1, 0.85},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(tt.communes...), Components: tt.components, Score: 1})
			if len(res.Results) == 0 {
				t.Fatalf("nothing found: %s", res.Reason)
			}
			best := res.Results[0]
			if best.Address == nil {
				t.Fatalf("found %s %q, no house", best.Type, best.Label)
			}
			if want := f.codes[tt.want]; want == nil || best.Address.Code != want.Code {
				t.Errorf("found %q, want %q (%v)", best.Label, tt.want, want)
			}
			if best.MatchLevel != tt.match || best.Score > tt.most || best.Score < tt.least {
				t.Errorf("match %s with score %v, want %s with %v-%v", best.MatchLevel, best.Score, tt.match, tt.least, tt.most)
			}
			if (best.MatchLevel == MatchHouse) != (best.CoordinateLevel == CoordinateEntrance) {
				t.Errorf("coordinates of the %s for a match at the %s", best.CoordinateLevel, best.MatchLevel)
			}
		})
	}
}

func TestSearchTies(t *testing.T) {
	f := hanoi(t)
	res := f.ask(t, Query{}, Hypothesis{Components: registry.Components{HouseNumber: "10", Street: "Nguyen Thi Minh Khai"}, Score: 1})
	if len(res.Results) < 2 || res.Results[0].Score != res.Results[1].Score {
		t.Fatalf("one street and number in two communes is no tie: %+v", res.Results)
	}
	near := f.codes["10 Phố Nguyễn Thị Minh Khai 00004"].Point()
	res = f.ask(t, Query{Near: &near}, Hypothesis{Components: registry.Components{HouseNumber: "10", Street: "Nguyen Thi Minh Khai"}, Score: 1})
	if res.Results[0].Address.Commune != baDinh || res.Results[0].Score <= res.Results[1].Score {
		t.Errorf("what is near does not come first: %q", res.Results[0].Label)
	}
	res = f.ask(t, Query{Commune: hoanKiem}, Hypothesis{Components: registry.Components{HouseNumber: "10", Street: "Nguyen Thi Minh Khai"}, Score: 1})
	if len(res.Results) == 0 || res.Results[0].Address.Commune != hoanKiem {
		t.Errorf("the filter by commune is not kept: %+v", res.Results)
	}
	for _, r := range res.Results {
		if r.Commune.Code != hoanKiem {
			t.Errorf("%q lies elsewhere", r.Label)
		}
	}
}

func TestSearchWithoutHouse(t *testing.T) {
	f := hanoi(t)
	t.Run("street", func(t *testing.T) {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(hoanKiem), Components: registry.Components{Street: "Khâm Thiên"}, Score: 1})
		if best := res.Results[0]; best.Type != TypeStreet || best.MatchLevel != MatchStreet || best.Count != 13 || best.Score < 0.95 {
			t.Errorf("%+v", best)
		}
	})
	t.Run("hamlet and houses, none decided", func(t *testing.T) {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(baDinh), Components: registry.Components{Hamlet: "thon dong"}, Score: 1})
		if best := res.Results[0]; best.Type != TypeHamlet || best.Address != nil || best.Count != 5 {
			t.Fatalf("%+v", best)
		}
		if len(res.Results) != 6 || res.Results[1].Score != res.Results[5].Score || res.Results[1].Score > 0.6 {
			t.Errorf("%d results, the houses with scores from %v", len(res.Results), res.Results[1].Score)
		}
	})
	t.Run("commune without the street", func(t *testing.T) {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(hoanKiem), Components: registry.Components{HouseNumber: "5", Street: "Xyzzy Qwerty"}, Score: 1})
		best := res.Results[0]
		if best.Type != TypeCommune || best.MatchLevel != MatchCommune || best.CoordinateLevel != CoordinateCommune || best.Score > 0.5 {
			t.Errorf("%+v", best)
		}
		if best.ComponentStatus["street"] != Unconfirmed || best.ComponentStatus["commune"] != Confirmed {
			t.Errorf("%v", best.ComponentStatus)
		}
		if loc, err := f.data.Locator.Locate(best.Point, 0); err != nil || loc.Commune.Code != hoanKiem {
			t.Errorf("its point lies in %v", loc.Commune)
		}
	})
	t.Run("commune alone", func(t *testing.T) {
		res := f.ask(t, Query{}, Hypothesis{Reading: f.reading(hoanKiem), Score: 1})
		if best := res.Results[0]; best.Type != TypeCommune || best.Score < 0.95 || best.Label != "Phường Hoàn Kiếm, Thành phố Hà Nội" {
			t.Errorf("%+v", best)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		res := f.ask(t, Query{}, Hypothesis{Components: registry.Components{Street: "Xyzzy Qwerty"}, Score: 1})
		if len(res.Results) != 0 || res.Reason != ReasonNoMatch {
			t.Errorf("%v %+v", res.Reason, res.Results)
		}
		if res := f.ask(t, Query{Text: " ., "}); res.Reason != ReasonEmpty {
			t.Errorf("empty text: %v", res.Reason)
		}
		res = f.ask(t, Query{Province: "79"}, Hypothesis{Components: registry.Components{Street: "Khâm Thiên"}, Score: 1})
		if len(res.Results) != 0 || res.Reason != ReasonFiltered {
			t.Errorf("elsewhere: %v %+v", res.Reason, res.Results)
		}
	})
}

func TestSearchByCode(t *testing.T) {
	f := hanoi(t)
	a := f.codes["99 Phố Khâm Thiên 00070"]
	for _, text := range []string{a.Code.String(), a.Code.String()[6:] + ", phường Hoàn Kiếm"} {
		h := Hypothesis{Score: 1}
		if text == a.Code.String() {
			h.Codes = append(h.Codes, a.Code)
		}
		res := f.ask(t, Query{Text: text}, h)
		if len(res.Results) == 0 || res.Results[0].Address == nil || res.Results[0].Address.Code != a.Code {
			t.Errorf("%s: %+v", text, res)
		}
	}
	res := f.ask(t, Query{Text: "1151502853"}, Hypothesis{ExternalID: "qd392:1151502853", Score: 1})
	if len(res.Results) != 0 || res.Reason != ReasonUnknownCode {
		t.Errorf("an identifier that nobody has: %+v", res)
	}
}

// A search sees what was committed before it, whatever it was.
func TestSearchFollowsCommits(t *testing.T) {
	f := hanoi(t)
	ask := func() *Results {
		return f.ask(t, Query{}, Hypothesis{Reading: f.reading(cuaNam), Components: registry.Components{HouseNumber: "1", Street: "Phố Mới Mở"}, Score: 1})
	}
	if res := ask(); len(res.Results) != 0 && res.Results[0].Address != nil {
		t.Fatalf("found before it was registered: %+v", res.Results[0])
	}
	f.register(t, f.in(cuaNam, 300, registry.Components{HouseNumber: "1", Street: "Phố Mới Mở"}))
	if res := ask(); len(res.Results) == 0 || res.Results[0].MatchLevel != MatchHouse {
		t.Fatalf("not found after it was registered: %+v", res)
	}
	if err := f.svc.RebuildIndex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if res := ask(); len(res.Results) == 0 || res.Results[0].MatchLevel != MatchHouse {
		t.Fatalf("not found after the index was rebuilt: %+v", res)
	}
}

// Any text at all is answered, within the limits and in order.
func TestSearchHostileText(t *testing.T) {
	f := hanoi(t)
	f.parser = NewParser(f.gazetteer)
	long := strings.Repeat("12/34/5 Phố Khâm Thiên, ", 500)
	for _, text := range []string{
		long, strings.Repeat("a", 10_000), strings.Repeat("nguyen ", 2000), strings.Repeat("1/", 5000), strings.Repeat("(", 300), "\x00\xff\u200b\u202e12 kham thien",
		"ngõ ngách hẻm kiệt", "số", "/", "đường đường đường", "999999999999999999999999 Khâm Thiên", "12//34///5 Khâm Thiên", "' OR 1=1 --", "%s%n",
	} {
		res, err := f.Search(t.Context(), Query{Text: text, Limit: 1000})
		if err != nil {
			t.Errorf("%.40q: %v", text, err)
			continue
		}
		if len(res.Results) > MaxLimit || (len(res.Results) == 0) != (res.Reason != "") {
			t.Errorf("%.40q: %d results with reason %q", text, len(res.Results), res.Reason)
		}
		for i, r := range res.Results {
			if r.Score < 0 || r.Score > 1 || i > 0 && r.Score > res.Results[i-1].Score || r.Label == "" || r.Type == "" || r.MatchLevel == "" {
				t.Errorf("%.40q: result %d is %+v", text, i, r)
			}
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Search(ended, Query{Text: "12 Khâm Thiên"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search whose caller has gone: %v", err)
	}
}
