package geocode

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// validateData is the built-in data set, decoded once.
var validateData = sync.OnceValues(seed.Load)

func validateService(t testing.TB) (*registry.Service, *sqlite.Store) {
	t.Helper()
	data, err := validateData()
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
	return registry.NewService(store, data.Divisions, data.Locator), store
}

// register gives an address its code.
func register(t testing.TB, svc *registry.Service, lat, lon float64, c registry.Components) *registry.Address {
	t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		t.Fatal(err)
	}
	got, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, registry.AssignRequest{
		Positions:  []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}},
		Kind:       registry.KindDwelling,
		Components: c, Provenance: registry.Provenance{Dataset: "test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return got.Address
}

// judged runs a validation over answers of a search that are given.
func judged(t *testing.T, svc *registry.Service, r ValidateRequest, results Results) *Verdict {
	t.Helper()
	v := &validation{
		svc: svc, request: r, today: geo.Today(), Verdict: &Verdict{Granularity: GranularityNone},
		search: func(context.Context, Query) (*Results, error) { return &results, nil },
	}
	if err := v.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.conclude()
	return v.Verdict
}

func issueCodes(v *Verdict) []IssueCode {
	var codes []IssueCode
	for _, i := range v.Issues {
		codes = append(codes, i.Code)
	}
	slices.Sort(codes)
	return codes
}

func statusOf(v *Verdict, component string) Status {
	for _, c := range v.Components {
		if c.Name == component {
			return c.Status
		}
	}
	return ""
}

// TestVerdicts judges one registered house, Số 12/34/5 Phố Hàng Khay in Phường Hoàn Kiếm, against texts understood in every way
// that matters.
func TestVerdicts(t *testing.T) {
	svc, _ := validateService(t)
	ds, today := svc.Divisions(), geo.Today()
	get := func(code string, at geo.Date) *geo.Division {
		level, _ := geo.LevelOf(code)
		d, err := ds.Get(level, code, at)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	commune, hanoi, district, old := get("00070", today), get("01", today), get("002", lastOldDay), get("00076", lastOldDay)
	other := get("00082", today)
	house := register(t, svc, 21.0287, 105.8524, registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Hàng Khay"})
	far := register(t, svc, 21.0250, 105.8470, registry.Components{HouseNumber: "9", Street: "Phố Hàng Khay"})
	flat := register(t, svc, 21.0300, 105.8530, registry.Components{HouseNumber: "1", Street: "Phố Hàng Khay", Building: "Tháp A", Unit: "1201"})
	flat2 := register(t, svc, 21.0300, 105.8530, registry.Components{HouseNumber: "1", Street: "Phố Hàng Khay", Building: "Tháp A", Unit: "1202"})

	now := Reading{Commune: commune, Province: hanoi, Communes: []CommuneCandidate{{Commune: commune, Weight: 1}}, CommuneStatus: Confirmed, ProvinceStatus: Confirmed, Score: 1}
	with := func(r Reading, change func(*Reading)) Reading { change(&r); return r }
	found := func(a *registry.Address, level string, r Reading) Result {
		return Result{
			Address: a, Type: TypeHouse, MatchLevel: level, Score: 0.9, Label: svc.Label(a, today), Point: a.Point(),
			Components: a.Components, Commune: commune, Reading: r,
		}
	}
	said := func(r Reading, c registry.Components) []Hypothesis {
		return []Hypothesis{{Reading: r, Components: c, Score: 1}}
	}
	full := registry.Components{HouseNumber: "12/34/5", Street: "Hàng Khay"}
	relation := ds.Successors(old)[0]
	wasOld := Reading{
		Commune: old, District: district, Province: hanoi, CommuneStatus: Replaced,
		Communes: []CommuneCandidate{{Commune: commune, Relation: &relation, Weight: 1}},
	}
	code := func(a *registry.Address) string { return a.Code.String() }

	tests := []struct {
		name        string
		request     ValidateRequest
		results     Results
		action      NextAction
		granularity string
		issues      []IssueCode
		statuses    map[string]Status
		code        string
	}{
		{
			"said as it is", ValidateRequest{Text: "x"}, Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Accept, MatchHouse, nil, map[string]Status{"house_number": Confirmed, "street": Confirmed, "commune": Confirmed, "province": Confirmed}, code(house),
		},
		{
			"old names", ValidateRequest{Text: "x"}, Results{Results: []Result{found(house, MatchHouse, wasOld)}, Hypotheses: said(wasOld, full)},
			Accept, MatchHouse, []IssueCode{IssueAdminOldName, IssueDistrictAbolish}, map[string]Status{"commune": Replaced, "district": Replaced}, code(house),
		},
		{
			"no commune", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchHouse, Reading{Province: hanoi})}, Hypotheses: said(Reading{Province: hanoi}, full)},
			Confirm, MatchHouse, []IssueCode{IssueAdminMissing}, map[string]Status{"commune": Inferred}, code(house),
		},
		{
			"no commune, but the code", ValidateRequest{Text: "x", Code: code(house)},
			Results{Results: []Result{found(house, MatchHouse, Reading{Province: hanoi})}, Hypotheses: said(Reading{Province: hanoi}, full)},
			Accept, MatchHouse, nil, map[string]Status{"commune": Inferred, "code": Confirmed}, code(house),
		},
		{
			"another commune", ValidateRequest{Text: "x"},
			Results{
				Results: []Result{found(house, MatchHouse, with(now, func(r *Reading) {
					r.Commune, r.Communes = other, []CommuneCandidate{{Commune: other}}
				}))},
				Hypotheses: said(now, full),
			},
			Confirm, MatchHouse, []IssueCode{IssueWardMismatch}, map[string]Status{"commune": Unexpected}, code(house),
		},
		{
			"misspelt commune", ValidateRequest{Text: "x"},
			Results{
				Results:    []Result{found(house, MatchHouse, with(now, func(r *Reading) { r.CommuneStatus = SpellCorrected; r.CommuneSpan.Text = "Hoàn Kím" }))},
				Hypotheses: said(now, full),
			},
			Confirm, MatchHouse, []IssueCode{IssueAdminSpelling}, map[string]Status{"commune": SpellCorrected}, code(house),
		},
		{
			"other diacritics in the street", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Hàng Kháy"})},
			Confirm, MatchHouse, []IssueCode{IssueStreetSpelling}, map[string]Status{"street": SpellCorrected, "house_number": Confirmed}, code(house),
		},
		{
			"no diacritics at all", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "12/34/5", Street: "pho hang khay"})},
			Accept, MatchHouse, nil, map[string]Status{"street": Confirmed}, code(house),
		},
		{
			"another number, whatever the engine says", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "12/34/7", Street: "Hàng Khay"})},
			Fix, MatchHouse, []IssueCode{IssueNumberNotFound}, map[string]Status{"house_number": Unexpected}, code(house),
		},
		{
			"only the alley", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchAlley, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "12/34/5/6", Street: "Hàng Khay"})},
			Confirm, MatchAlley, []IssueCode{IssueNumberPartial}, map[string]Status{"house_number": Unconfirmed}, "",
		},
		{
			"nearest number", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(far, MatchNearestNumber, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "11", Street: "Hàng Khay"})},
			Fix, MatchStreet, []IssueCode{IssueNumberNotFound}, map[string]Status{"house_number": Unconfirmed, "street": Confirmed}, "",
		},
		{
			"something unexplained", ValidateRequest{Text: "x"},
			Results{
				Results:    []Result{func() Result { r := found(house, MatchHouse, now); r.Unmatched = []Span{{Text: "gì đó"}}; return r }()},
				Hypotheses: said(now, full),
			},
			Confirm, MatchHouse, []IssueCode{IssueUnmatched}, nil, code(house),
		},
		{
			"a tie", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(house, MatchHouse, now), found(far, MatchHouse, now)}, Hypotheses: said(now, registry.Components{Street: "Hàng Khay"})},
			Confirm, MatchHouse, []IssueCode{IssueAmbiguous}, nil, "",
		},
		{
			"a tie that the position settles", ValidateRequest{Text: "x", Position: &geo.Point{LatE7: 21_0250100, LonE7: 105_8470000}},
			Results{Results: []Result{found(house, MatchHouse, now), found(far, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "9", Street: "Hàng Khay"})},
			Accept, MatchHouse, nil, map[string]Status{"position": Confirmed}, code(far),
		},
		{
			"a position elsewhere", ValidateRequest{Text: "x", Position: &geo.Point{LatE7: 21_0250100, LonE7: 105_8470000}},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Confirm, MatchHouse, []IssueCode{IssuePositionMismatch}, map[string]Status{"position": Unexpected}, code(house),
		},
		{
			"code and text disagree", ValidateRequest{Text: "x", Code: code(far)},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Confirm, MatchHouse, []IssueCode{IssueCodeMismatch}, map[string]Status{"code": Unexpected}, code(house),
		},
		{
			"damaged code", ValidateRequest{Text: "x", Code: code(house)[:13] + "X"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Confirm, MatchHouse, []IssueCode{IssueCodeInvalid}, nil, code(house),
		},
		{
			"code that nobody has", ValidateRequest{Text: "x", Code: "GV6PS-QZM2-KKP"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Confirm, MatchHouse, []IssueCode{IssueCodeUnregistered}, nil, code(house),
		},
		{"code alone", ValidateRequest{Code: code(house)}, Results{}, Accept, MatchHouse, nil, map[string]Status{"code": Confirmed}, code(house)},
		{
			"wrong postcode", ValidateRequest{Text: "x", Postcode: "99999"},
			Results{Results: []Result{found(house, MatchHouse, now)}, Hypotheses: said(now, full)},
			Accept, MatchHouse, []IssueCode{IssuePostcodeMismatch}, map[string]Status{"postal_code": Replaced}, code(house),
		},
		{
			"tower without flat", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(flat, MatchHouse, now), found(flat2, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "1", Street: "Hàng Khay"})},
			AddUnit, MatchHouse, []IssueCode{IssueUnitMissing}, nil, "",
		},
		{
			"tower with flat", ValidateRequest{Text: "x"},
			Results{Results: []Result{found(flat, MatchHouse, now)}, Hypotheses: said(now, registry.Components{HouseNumber: "1", Street: "Hàng Khay", Building: "Tháp A", Unit: "Căn hộ 1201"})},
			Accept, GranularityUnit, nil, map[string]Status{"unit": Confirmed, "building": Confirmed}, code(flat),
		},
		{
			"a flat that is not there", ValidateRequest{Text: "x"},
			Results{
				Results:    []Result{{Type: TypeBuilding, MatchLevel: MatchBuilding, Count: 2, Components: registry.Components{Building: "Tháp A"}, Commune: commune, Reading: now, Score: 0.8, Point: flat.Point()}},
				Hypotheses: said(now, registry.Components{Building: "Tháp A", Unit: "9999"}),
			},
			Fix, MatchBuilding, []IssueCode{IssueUnitNotFound}, map[string]Status{"unit": Unconfirmed}, "",
		},
		{
			"a street alone", ValidateRequest{Text: "x"},
			Results{
				Results:    []Result{{Type: TypeStreet, MatchLevel: MatchStreet, Components: registry.Components{Street: "Phố Hàng Khay"}, Commune: commune, Reading: now, Score: 0.8, Point: far.Point()}},
				Hypotheses: said(now, registry.Components{Street: "Hàng Khay"}),
			},
			Fix, MatchStreet, []IssueCode{IssueNumberMissing}, map[string]Status{"street": Confirmed}, "",
		},
		{
			"a street that is not there", ValidateRequest{Text: "x"},
			Results{
				Results:    []Result{{Type: TypeCommune, MatchLevel: MatchCommune, Division: commune, Commune: commune, Reading: now, Score: 0.5, Point: far.Point()}},
				Hypotheses: said(now, registry.Components{HouseNumber: "1", Street: "Hàng Gì"}),
			},
			Fix, MatchCommune, []IssueCode{IssueStreetNotFound}, map[string]Status{"street": Unconfirmed, "house_number": Unconfirmed}, "",
		},
		{"nothing", ValidateRequest{Text: "x"}, Results{Reason: ReasonNoMatch, Hypotheses: []Hypothesis{{}}}, Fix, GranularityNone, []IssueCode{IssueAdminNotFound}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := judged(t, svc, test.request, test.results)
			slices.Sort(test.issues)
			if v.NextAction != test.action || v.Granularity != test.granularity || !slices.Equal(issueCodes(v), test.issues) {
				t.Errorf("%s at %s with %v, want %s at %s with %v", v.NextAction, v.Granularity, issueCodes(v), test.action, test.granularity, test.issues)
			}
			for name, want := range test.statuses {
				if got := statusOf(v, name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			got := ""
			if v.Address != nil {
				got = v.Address.Code.String()
			}
			if got != test.code {
				t.Errorf("code %q, want %q", got, test.code)
			}
			if v.Score < 0 || v.Score > 1 || v.NextAction == Accept && (v.Address == nil || !v.Complete || v.Score < 0.9) {
				t.Errorf("inconsistent: %+v", v)
			}
		})
	}
}

func TestSameName(t *testing.T) {
	for _, test := range []struct {
		a, b           string
		same, contrary bool
	}{
		{"Hàng Khay", "Phố Hàng Khay", true, false},
		{"hang khay", "Phố Hàng Khay", true, false},
		{"Hàng Kháy", "Phố Hàng Khay", true, true},
		{"hàngkhay", "Phố Hàng Khay", true, false},
		{"Hàng Bài", "Phố Hàng Khay", false, false},
		{"Mẫu 1", "Phố Mẫu 1 (minh họa)", true, false},
		{"Im pe ria Garden", "Imperia Garden", true, false},
		{"KP.6", "Khu phố 6", true, false},
		{"KP6", "Khu phố 6", true, false},
		{"Tổ 6", "Khu phố 6", false, false},
		{"Thôn 6", "Ấp 6", false, false},
		{"6", "Ấp 6", true, false},
		{"Tòa nhà Hồ Gươm", "Chung cư Hồ Gươm", true, false},
		{"Hoà Bình", "Đường Hòa Bình", true, false},
	} {
		if same, contrary := sameName(test.a, test.b); same != test.same || contrary != test.contrary {
			t.Errorf("%s and %s: %t, %t", test.a, test.b, same, contrary)
		}
	}
}

func TestPartsAreWrittenAsOneLine(t *testing.T) {
	for want, r := range map[string]ValidateRequest{
		"12/34/5 Khâm Thiên, Đống Đa, Hà Nội":                 {Components: registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Khâm Thiên"}, District: "Đống Đa", Province: "Hà Nội"},
		"12/34/5 Phố Khâm Thiên":                              {Components: registry.Components{HouseNumber: "12/34/5", Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên"}},
		"Căn hộ 1205, Tầng 12, Block A, Chung cư X, Phường Y": {Components: registry.Components{Unit: "1205", Floor: "Tầng 12", Block: "A", Building: "Chung cư X"}, Commune: "Phường Y"},
		"Số 7, Tổ 3, Thôn Đông, Xã Z, 11000":                  {Components: registry.Components{HouseNumber: "7", Quarter: "Tổ 3", Hamlet: "Thôn Đông"}, Commune: "Xã Z", Postcode: "11000"},
	} {
		if got := r.partsText(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
