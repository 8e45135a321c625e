package geocode

import (
	"errors"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// fakeStreets has one street in one commune and one house in another.
type fakeStreets struct{ street, house string }

func (f fakeStreets) StreetCommunes(name string, communes []string) []string {
	if name == "Phố Thử" && slices.Contains(communes, f.street) {
		return []string{f.street}
	}
	return nil
}

func (f fakeStreets) HouseCommunes(house, street string, communes []string) []string {
	if house == "7" && street == "Phố Thử" && slices.Contains(communes, f.house) {
		return []string{f.house}
	}
	return nil
}

func testConverter(t testing.TB, streets Thoroughfares) *Converter {
	t.Helper()
	data, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	return NewConverter(testGazetteer(t), nil, data.Locator, streets)
}

func TestConvert(t *testing.T) {
	const old, now = geo.Date(2025_06_30), geo.Date(2026_01_01)
	inBaDinh := &geo.Point{LatE7: 210370000, LonE7: 1058300000}
	tests := []struct {
		name    string
		req     ConvertRequest
		items   int
		to      string // full name of the first candidate
		of      int    // candidates
		by      SettledBy
		address string // of the first candidate, "" not compared
	}{
		{"a ward that went over as a whole", ConvertRequest{Text: "Phường Bến Thành, Quận 1, TP.HCM"}, 1, "Phường Bến Thành", 1, SettledOnlySuccessor, "Phường Bến Thành, Thành phố Hồ Chí Minh"},
		{"an address keeps its rest", ConvertRequest{Text: "Số 281, Quốc lộ 91, Thị Trấn Cái Dầu, Huyện Châu Phú, An Giang"}, 1, "Xã Châu Phú", 1, SettledOnlySuccessor, "Số 281, Quốc lộ 91, Xã Châu Phú, Tỉnh An Giang"},
		{"country and brackets", ConvertRequest{Text: "186 Trương Công Định, Phường 3, Thành phố Vũng Tàu, Bà Rịa - Vũng Tàu, Việt Nam"}, 1, "Phường Vũng Tàu", 1, SettledOnlySuccessor, "186 Trương Công Định, Phường Vũng Tàu, Thành phố Hồ Chí Minh"},
		{"a divided ward stays open", ConvertRequest{Text: "Phường Ngọc Hà, Quận Ba Đình, Hà Nội"}, 1, "Phường Ba Đình", 2, "", ""},
		{"a divided ward by position", ConvertRequest{Text: "Phường Ngọc Hà, Quận Ba Đình, Hà Nội", At: inBaDinh}, 1, "Phường Ba Đình", 2, SettledPosition, ""},
		{"a divided ward by street", ConvertRequest{Text: "Phường Ngọc Hà, Quận Ba Đình, Hà Nội", Street: "Phố Thử"}, 1, "Phường Ngọc Hà", 2, SettledStreet, ""},
		{"a divided ward by house", ConvertRequest{Text: "Phường Ngọc Hà, Quận Ba Đình, Hà Nội", Street: "Phố Thử", House: "7"}, 1, "Phường Ba Đình", 2, SettledHouse, ""},
		{"an old code", ConvertRequest{Code: "00082"}, 1, "Phường Cửa Nam", 1, SettledOnlySuccessor, ""},
		{"the same code today, back", ConvertRequest{Code: "00082", From: now, To: old}, 1, "Phường Cửa Nam", 0, "", ""},
		{"a province", ConvertRequest{Text: "tỉnh Bình Dương"}, 1, "Thành phố Hồ Chí Minh", 1, SettledOnlySuccessor, "Thành phố Hồ Chí Minh"},
		{"a province back", ConvertRequest{Code: "79", To: old, From: now}, 1, "", 3, "", ""},
		{"a district", ConvertRequest{Text: "Quận 4, TP.HCM"}, 1, "", 3, "", ""},
		{"today's commune, today", ConvertRequest{Text: "Phường Hồng Hà, Hà Nội", To: now}, 1, "Phường Hồng Hà", 1, SettledSame, ""},
		{"today's commune back", ConvertRequest{Text: "Phường Ba Đình, Hà Nội", To: old}, 1, "", 0, "", ""},
		{"a name of both epochs, asked as the old one", ConvertRequest{Text: "phường Dĩ An, Bình Dương", From: old, To: now}, 1, "Phường Dĩ An", 0, "", ""},
		{"several wards of one number", ConvertRequest{Text: "Phường 12, TP.HCM"}, 8, "", 0, "", ""},
		{"a former ward", ConvertRequest{Text: "12 Phạm Hùng, Phường 1, Quận 8, TP.HCM"}, 1, "Phường Chánh Hưng", 1, SettledOnlySuccessor, ""},
	}
	c := testConverter(t, fakeStreets{street: "00008", house: "00004"})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Convert(tt.req)
			if err != nil {
				t.Fatal(err)
			}
			first := got.Items[0]
			if len(got.Items) != tt.items {
				t.Errorf("%d meanings, want %d", len(got.Items), tt.items)
			}
			if tt.to != "" && first.Candidates[0].Name != tt.to && !(tt.by == "" && hasName(first.Candidates, tt.to)) {
				t.Errorf("leads to %q, want %q", first.Candidates[0].Name, tt.to)
			}
			if tt.of != 0 && len(first.Candidates) != tt.of {
				t.Errorf("%d candidates, want %d", len(first.Candidates), tt.of)
			}
			if tt.of != 0 && (first.By != tt.by || first.Settled != (tt.by != "")) {
				t.Errorf("settled %v by %q, want %q", first.Settled, first.By, tt.by)
			}
			if tt.address != "" && first.Candidates[0].Address != tt.address {
				t.Errorf("address %q, want %q", first.Candidates[0].Address, tt.address)
			}
			if first.By != SettledSame && len(first.Steps) == 0 {
				t.Error("no step names a decision")
			}
		})
	}
}

func hasName(candidates []Transfer, name string) bool {
	return slices.ContainsFunc(candidates, func(t Transfer) bool { return t.Name == name })
}

func TestConvertErrors(t *testing.T) {
	tests := []struct {
		name string
		req  ConvertRequest
		code registry.ErrorCode
	}{
		{"nothing", ConvertRequest{}, registry.CodeInvalid},
		{"only punctuation", ConvertRequest{Text: " ,. "}, registry.CodeInvalid},
		{"length of no code", ConvertRequest{Code: "1234"}, registry.CodeInvalid},
		{"unknown code", ConvertRequest{Code: "99999"}, registry.CodeNotFound},
		{"no division in the text", ConvertRequest{Text: "zzz qqq"}, registry.CodeNotFound},
	}
	c := testConverter(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Convert(tt.req)
			if registry.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %q", err, tt.code)
			}
		})
	}
}

// TestConvertEveryCommune leads every old commune to the successors of the official table and counts what settles them.
func TestConvertEveryCommune(t *testing.T) {
	data, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := testConverter(t, nil)
	count := map[SettledBy]int{}
	for _, d := range data.Divisions.All(geo.LevelCommune, lastOldDay) {
		got, err := c.Convert(ConvertRequest{Code: d.Code, From: lastOldDay, To: geo.Today()})
		if err != nil {
			t.Fatalf("%s: %v", d.Code, err)
		}
		item := got.Items[0]
		relations := data.Divisions.Successors(d)
		if len(item.Candidates) != len(relations) {
			t.Fatalf("%s: %d candidates of %d successors", d.Code, len(item.Candidates), len(relations))
		}
		weight := 0.0
		for _, candidate := range item.Candidates {
			weight += candidate.Weight
			if !slices.ContainsFunc(relations, func(r geo.Relation) bool { return r.To == candidate.Commune && r.Kind == candidate.Kind }) {
				t.Errorf("%s: %s is no successor", d.Code, candidate.Name)
			}
		}
		if weight < 0.999 || weight > 1.001 {
			t.Errorf("%s: weights sum to %v", d.Code, weight)
		}
		count[item.By]++
	}
	t.Logf("settled: %v", count)
	if count[SettledAllPopulation] < 58 || count[""] > 441-58 {
		t.Errorf("settled by all population: %d, open: %d", count[SettledAllPopulation], count[""])
	}
}

// TestConvertThereAndBack leads every commune of today to its predecessors and these to it.
func TestConvertThereAndBack(t *testing.T) {
	data, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := testConverter(t, nil)
	for _, d := range data.Divisions.All(geo.LevelCommune, geo.Today()) {
		back, err := c.Convert(ConvertRequest{Code: d.Code, From: geo.Today(), To: lastOldDay})
		if err != nil {
			t.Fatalf("%s: %v", d.Code, err)
		}
		for _, was := range back.Items[0].Candidates {
			old := smallest(was.Commune, was.District, was.Province)
			if old == nil {
				if was.Name == "" {
					t.Errorf("%s: a predecessor without a name", d.Code)
				}
				continue
			}
			there, err := c.Convert(ConvertRequest{Code: old.Code, From: lastOldDay, To: geo.Today()})
			if err != nil {
				t.Fatalf("%s: %v", old.Code, err)
			}
			if !slices.ContainsFunc(there.Items[0].Candidates, func(t Transfer) bool { return t.Commune == d }) {
				t.Errorf("%s came from %s, which does not lead back", d.Code, old.Code)
			}
		}
	}
}

func TestConvertContradictedPosition(t *testing.T) {
	c := testConverter(t, nil)
	got, err := c.Convert(ConvertRequest{Text: "Phường Ngọc Hà, Quận Ba Đình, Hà Nội", At: &geo.Point{LatE7: 107725000, LonE7: 1066980000}})
	if err != nil {
		t.Fatal(err)
	}
	if item := got.Items[0]; item.Settled || !item.Contradicted || item.PositionM < 1_000_000 {
		t.Errorf("settled %v, contradicted %v at %v m", item.Settled, item.Contradicted, item.PositionM)
	}
}

func TestConvertErrorsAreOfTheDomain(t *testing.T) {
	_, err := testConverter(t, nil).Convert(ConvertRequest{Code: "01", To: 1900_01_01, From: geo.Today()})
	var domain *registry.Error
	if err != nil && !errors.As(err, &domain) {
		t.Errorf("error %v is not of the domain", err)
	}
}
