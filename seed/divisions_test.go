package seed

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

var builtInDivisions = sync.OnceValues(func() (*geo.Divisions, error) { return loadDivisions(divisionsTSV) })

func builtIn(t testing.TB) *geo.Divisions {
	t.Helper()
	ds, err := builtInDivisions()
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

const (
	before geo.Date = 2025_06_30
	reform geo.Date = 2025_07_01
	second geo.Date = 2026_04_30
	third  geo.Date = 2026_10_08
)

func TestCounts(t *testing.T) {
	ds := builtIn(t)
	for _, c := range []struct {
		level geo.Level
		at    geo.Date
		want  int
	}{
		{geo.LevelProvince, before, 63},
		{geo.LevelDistrict, before, 696},
		{geo.LevelCommune, before, 10_035},
		{geo.LevelProvince, reform, 34},
		{geo.LevelDistrict, reform, 0},
		{geo.LevelCommune, reform, 3_321},
		{geo.LevelProvince, third, 34},
		{geo.LevelCommune, third, 3_321},
	} {
		if got := len(ds.All(c.level, c.at)); got != c.want {
			t.Errorf("%d of level %s on %s, want %d", got, c.level, c.at, c.want)
		}
	}
}

func TestTypeCounts(t *testing.T) {
	ds := builtIn(t)
	for _, c := range []struct {
		level geo.Level
		at    geo.Date
		want  map[string]int
	}{
		{geo.LevelProvince, before, map[string]int{"Thành phố": 6, "Tỉnh": 57}},
		{geo.LevelDistrict, before, map[string]int{"Huyện": 508, "Thành phố": 87, "Thị xã": 52, "Quận": 49}},
		// Three wards that the list's own column of types calls something else than their name does.
		{geo.LevelCommune, before, map[string]int{"Xã": 7_692, "Phường": 1_726, "Thị trấn": 617}},
		{geo.LevelProvince, reform, map[string]int{"Thành phố": 6, "Tỉnh": 28}},
		{geo.LevelProvince, second, map[string]int{"Thành phố": 7, "Tỉnh": 27}},
		{geo.LevelProvince, third, map[string]int{"Thành phố": 9, "Tỉnh": 25}},
		{geo.LevelCommune, reform, map[string]int{"Phường": 687, "Xã": 2_621, "Đặc khu": 13}},
		{geo.LevelCommune, second - 1, map[string]int{"Phường": 687, "Xã": 2_621, "Đặc khu": 13}},
		{geo.LevelCommune, second, map[string]int{"Phường": 697, "Xã": 2_611, "Đặc khu": 13}},
	} {
		got := map[string]int{}
		for _, d := range ds.All(c.level, c.at) {
			got[d.Name(c.at).Type]++
		}
		if len(got) != len(c.want) {
			t.Errorf("%s on %s: %v, want %v", c.level, c.at, got, c.want)
		}
		for name, n := range c.want {
			if got[name] != n {
				t.Errorf("%s on %s: %d %s, want %d", c.level, c.at, got[name], name, n)
			}
		}
	}
}

func TestPostcodes(t *testing.T) {
	ds := builtIn(t)
	seen := map[string]string{}
	for _, d := range ds.All(geo.LevelCommune, third) {
		code := d.Postcode(third)
		if len(code) != 5 || strings.Trim(code, "0123456789") != "" {
			t.Errorf("commune %s has postcode %q", d.Code, code)
		}
		if other, taken := seen[code]; taken {
			t.Errorf("communes %s and %s share postcode %s", other, d.Code, code)
		}
		seen[code] = d.Code
		if d.Postcode(2025_08_23) != "" || d.Postcode(2025_08_24) != code {
			t.Errorf("postcode %s does not begin on the day of QĐ 2334", code)
		}
		province, err := ds.Get(geo.LevelProvince, d.Province, third)
		if err != nil || !slices.Contains(province.PostcodePrefixes, code[:2]) {
			t.Errorf("postcode %s of commune %s is outside the prefixes of province %s", code, d.Code, d.Province)
		}
	}
	prefixes := map[string]string{}
	for _, d := range ds.All(geo.LevelProvince, third) {
		for _, p := range d.PostcodePrefixes {
			if other, taken := prefixes[p]; taken {
				t.Errorf("provinces %s and %s share prefix %s", other, d.Code, p)
			}
			prefixes[p] = d.Code
		}
	}
	if len(seen) != 3_321 || len(prefixes) != 83 {
		t.Errorf("%d postcodes and %d prefixes, want 3321 and 83", len(seen), len(prefixes))
	}
	// The two misprints of the annex, put right.
	if seen["05127"] == "" || seen["15221"] == "" {
		t.Error("05127 (Nghi Dương) or 15221 (Tam Dương Bắc) is missing")
	}
}

func TestRelationCounts(t *testing.T) {
	ds := builtIn(t)
	kinds := map[geo.RelationKind]int{}
	rows, uncoded, fromDistricts := 0, 0, 0
	for _, d := range ds.All(geo.LevelCommune, reform) {
		rs := ds.Predecessors(d)
		if len(rs) == 0 {
			t.Errorf("commune %s comes from nowhere", d.Code)
		}
		for _, r := range rs {
			rows++
			kinds[r.Kind]++
			switch {
			case r.From == nil:
				uncoded++
			case r.From.Level == geo.LevelDistrict:
				fromDistricts++
			}
			if r.FromName == "" || r.Note == "" || r.To != d {
				t.Errorf("relation %+v", r)
			}
		}
	}
	want := map[geo.RelationKind]int{
		geo.RelationFull: 9_602, geo.RelationPart: 828, geo.RelationAreaOnly: 83, geo.RelationAllPopulation: 58,
	}
	for kind, n := range want {
		if kinds[kind] != n {
			t.Errorf("%d relations of kind %s, want %d", kinds[kind], kind, n)
		}
	}
	if rows != 10_571 || uncoded != 1 || fromDistricts != 5 {
		t.Errorf("%d relations, %d without a code, %d from districts; want 10571, 1, 5", rows, uncoded, fromDistricts)
	}
}

// TestSplits: the official table splits 440 communes. Counting its codes before three of them were put right
// (00553 for Đặng Xá 00556 and two more), or its five rows without code and name as one more unit, makes it 441.
func TestSplits(t *testing.T) {
	ds := builtIn(t)
	successors := map[int]int{}
	for _, d := range ds.All(geo.LevelCommune, before) {
		successors[len(ds.Successors(d))]++
	}
	for n, want := range map[int]int{1: 9_595, 2: 368, 3: 55, 4: 16, 5: 1} {
		if successors[n] != want {
			t.Errorf("%d communes went to %d successors, want %d", successors[n], n, want)
		}
	}
	if successors[0] != 0 {
		t.Errorf("%d communes have no successor", successors[0])
	}
}

func TestProvincesAndDistrictsHaveDerivedRelations(t *testing.T) {
	ds := builtIn(t)
	for _, d := range ds.All(geo.LevelProvince, before) {
		if rs := ds.Successors(d); len(rs) != 1 || rs[0].Kind != geo.RelationFull {
			t.Errorf("province %s went to %v, want one in full", d.Code, rs)
		}
	}
	for _, d := range ds.All(geo.LevelDistrict, before) {
		if len(ds.Successors(d)) == 0 {
			t.Errorf("district %s went nowhere", d.Code)
		}
	}
	// Codes that passed to another province name, and the islands.
	for _, c := range []struct{ level, code, before, since string }{
		{"province", "24", "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"},
		{"province", "15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"},
		{"province", "44", "Tỉnh Quảng Bình", "Tỉnh Quảng Trị"},
		{"province", "52", "Tỉnh Bình Định", "Tỉnh Gia Lai"},
		{"province", "80", "Tỉnh Long An", "Tỉnh Tây Ninh"},
		{"province", "82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"},
		{"province", "91", "Tỉnh Kiên Giang", "Tỉnh An Giang"},
		{"district", "498", "Huyện Hoàng Sa", "Đặc khu Hoàng Sa"},
		{"district", "318", "Huyện Bạch Long Vĩ", "Đặc khu Bạch Long Vĩ"},
	} {
		d, err := ds.Get(geo.Level(c.level), c.code, before)
		if err != nil || d.Name(before).FullName() != c.before {
			t.Errorf("%s %s was %v, %v, want %s", c.level, c.code, d, err, c.before)
			continue
		}
		if rs := ds.Successors(d); len(rs) != 1 || rs[0].To.Name(reform).FullName() != c.since {
			t.Errorf("%s went to %v, want %s", c.before, rs, c.since)
		}
	}
}

// TestTraps holds what a table of codes without dates gets wrong.
func TestTraps(t *testing.T) {
	ds := builtIn(t)
	for _, c := range []struct {
		code string
		at   geo.Date
		want string
	}{
		{"00082", before, "Phường Trần Hưng Đạo"},
		{"00082", reform, "Phường Cửa Nam"},
		{"00073", before, "Phường Cửa Nam"},
		{"00160", before, "Phường Nghĩa Tân"},
		{"00160", reform, "Phường Nghĩa Đô"},
		{"00157", before, "Phường Nghĩa Đô"},
		{"00070", reform, "Phường Hoàn Kiếm"},
		{"26743", reform, "Phường Bến Thành"},
		{"20333", reform, "Đặc khu Hoàng Sa"},
		{"22736", reform, "Đặc khu Trường Sa"},
		{"31078", reform, "Đặc khu Phú Quốc"},
		{"26248", second - 1, "Xã Trảng Bom"},
		{"26248", second, "Phường Trảng Bom"},
		{"00745", second - 1, "Xã Phó Bảng"},
		{"00745", second, "Xã Phố Bảng"},
		{"00175", second - 1, "Phường Yên Hòa"}, // Yên Hoà in the list of 2026: the same name
		{"00175", second, "Phường Yên Hòa"},
		{"15061", before, "Thị trấn Ngọc Lặc"}, // the list's column of types says Xã
		{"03727", before, "Xã Mường É"},
	} {
		d, err := ds.Get(geo.LevelCommune, c.code, c.at)
		if err != nil || d.Name(c.at).FullName() != c.want {
			t.Errorf("%s on %s is %v, %v, want %s", c.code, c.at, d, err, c.want)
		}
	}
	for _, code := range []string{"00073", "00157"} {
		if _, err := ds.Get(geo.LevelCommune, code, reform); !errors.Is(err, geo.ErrNoDivision) {
			t.Errorf("%s ended with the reform, got %v", code, err)
		}
	}
	for _, c := range []struct {
		code string
		at   geo.Date
		want string
	}{
		{"24", third - 1, "Tỉnh Bắc Ninh"}, {"24", third, "Thành phố Bắc Ninh"}, {"22", third, "Thành phố Quảng Ninh"},
		{"75", second - 1, "Tỉnh Đồng Nai"}, {"75", second, "Thành phố Đồng Nai"}, {"38", third, "Tỉnh Thanh Hóa"},
		{"17", before, "Tỉnh Hòa Bình"},
	} {
		d, err := ds.Get(geo.LevelProvince, c.code, c.at)
		if err != nil || d.Name(c.at).FullName() != c.want {
			t.Errorf("%s on %s is %v, %v, want %s", c.code, c.at, d, err, c.want)
		}
	}
}

func TestFormerNamesAndSpellings(t *testing.T) {
	ds := builtIn(t)
	former, aliases := 0, 0
	for _, level := range []geo.Level{geo.LevelProvince, geo.LevelDistrict, geo.LevelCommune} {
		for _, at := range []geo.Date{before, reform} {
			for _, d := range ds.All(level, at) {
				former += len(d.Former)
				aliases += len(d.Aliases)
			}
		}
	}
	if former != 727 {
		t.Errorf("%d former names, want 727", former)
	}
	if aliases < 727 {
		t.Errorf("%d aliases, want at least the former names", aliases)
	}
	d, err := ds.Get(geo.LevelCommune, "00004", before)
	if err != nil || !slices.Contains(d.Aliases, "Nguyễn Trung Trực") || d.Former[0].Code != "00010" {
		t.Errorf("Trúc Bạch %+v, %v, want Nguyễn Trung Trực (00010) in it", d, err)
	}
	d, err = ds.Get(geo.LevelDistrict, "602", before)
	if err != nil || !slices.Contains(d.Aliases, "Phú Quý") {
		t.Errorf("Phú Quí %+v, %v, want the spelling Phú Quý", d, err)
	}
}
