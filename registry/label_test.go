package registry_test

import (
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestLabel(t *testing.T) {
	svc := newService(t)
	type c = registry.Components
	const place = "Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội"
	tests := []struct {
		name       string
		components c
		want       string
	}{
		{"nothing", c{}, place},
		{"flat", c{Unit: "1205", Floor: "12", Block: "A", Building: "Chung cư X", HouseNumber: "12/34/5", Street: "Phố Khâm Thiên"},
			"Căn hộ 1205, Tầng 12, Tòa A, Chung cư X, Số 12/34/5 Phố Khâm Thiên, " + place},
		{"words are not doubled", c{Unit: "Căn hộ 5", Floor: "Tầng 3", Block: "Tòa B", Building: "CT2", HouseNumber: "Số 5", Street: "Đường Giải Phóng"},
			"Căn hộ 5, Tầng 3, Tòa B, Tòa nhà CT2, Số 5 Đường Giải Phóng, " + place},
		{"other words", c{Unit: "P1205", Floor: "Lầu 2", Block: "Block C", Building: "Keangnam"}, "P1205, Lầu 2, Block C, Keangnam, " + place},
		{"basement", c{Floor: "B1"}, "Tầng B1, " + place},
		{"alley path", c{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Khâm Thiên"}, "Số 12/34/5 Khâm Thiên, " + place},
		{"path given twice", c{HouseNumber: "12/34/5", Alley: []string{"12", "34"}, Street: "Khâm Thiên"}, "Số 12/34/5 Khâm Thiên, " + place},
		{"alleys with words", c{HouseNumber: "5", Alley: []string{"Ngõ 12", "Ngách 34"}, Street: "Phố Khâm Thiên"}, "Số 5 Ngách 34 Ngõ 12 Phố Khâm Thiên, " + place},
		{"alley without number", c{Alley: []string{"12", "34"}, Street: "Phố Huế"}, "Ngõ 12/34 Phố Huế, " + place},
		{"named alley", c{HouseNumber: "5", Alley: []string{"Thông Phong"}, Street: "Phố Huế"}, "Số 5 Ngõ Thông Phong Phố Huế, " + place},
		{"plot", c{HouseNumber: "Lô A5", Street: "Khu đô thị Y"}, "Lô A5 Khu đô thị Y, " + place},
		{"designation", c{HouseNumber: "LK12-08", Street: "QL1A"}, "LK12-08 QL1A, " + place},
		{"kilometre", c{HouseNumber: "Km 12+300", Street: "Quốc lộ 6"}, "Km 12+300 Quốc lộ 6, " + place},
		{"letter and number", c{HouseNumber: "A9", Street: "Ngõ Thông Phong"}, "Số A9 Ngõ Thông Phong, " + place},
		{"a surname is no alley", c{HouseNumber: "5", Street: "Ngô Quyền"}, "Số 5 Ngô Quyền, " + place},
		{"a surname is no street", c{HouseNumber: "5", Street: "Phó Đức Chính"}, "Số 5 Phó Đức Chính, " + place},
		{"nor is this one", c{HouseNumber: "5", Street: "Dương Đình Nghệ"}, "Số 5 Dương Đình Nghệ, " + place},
		{"without diacritics", c{HouseNumber: "5", Street: "Duong Lang"}, "Số 5 Duong Lang, " + place},
		{"number as name", c{HouseNumber: "5", Street: "3 Tháng 2"}, "Số 5 Đường 3 Tháng 2, " + place},
		{"letter as name", c{HouseNumber: "5", Street: "D2"}, "Số 5 Đường D2, " + place},
		{"abbreviated street", c{HouseNumber: "5", Street: "Đ. Láng"}, "Số 5 Đ. Láng, " + place},
		{"hamlet", c{HouseNumber: "5", Hamlet: "3", Quarter: "7"}, "Số 5, Thôn 3, Tổ 7, " + place},
		{"hamlet with name", c{Hamlet: "Xóm Đình", Quarter: "Tổ dân phố 7"}, "Xóm Đình, Tổ dân phố 7, " + place},
		{"street only", c{Street: "Phố Huế"}, "Phố Huế, " + place},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &registry.Address{Components: tt.components, Commune: "00226", Positions: entrance(point(21.0267, 105.8364))}
			if got := svc.Label(a, geo.Today()); got != tt.want {
				t.Errorf("Label = %q\n     want %q", got, tt.want)
			}
		})
	}
	t.Run("south", func(t *testing.T) {
		a := &registry.Address{Components: c{Alley: []string{"12"}, Street: "Lê Lợi"}, Commune: "26743", Positions: entrance(benThanh)}
		if got, want := svc.Label(a, geo.Today()), "Hẻm 12 Lê Lợi, Phường Bến Thành, Thành phố Hồ Chí Minh"; got != want {
			t.Errorf("Label = %q, want %q", got, want)
		}
	})
	t.Run("before the reorganisation, several old communes", func(t *testing.T) {
		a := &registry.Address{Components: c{HouseNumber: "5", Street: "Phố Huế"}, Commune: "00226", Positions: entrance(khamThien)}
		if got, want := svc.Label(a, 20250101), "Số 5 Phố Huế, nay thuộc "+place; got != want {
			t.Errorf("Label = %q, want %q", got, want)
		}
		info := svc.DivisionOf(a, 20250101)
		if info.Commune != nil || info.Province == nil || info.Province.Name(20250101).Name != "Hà Nội" {
			t.Errorf("DivisionOf = %+v", info)
		}
	})
	t.Run("before the reorganisation, one old commune", func(t *testing.T) {
		for _, d := range svc.Divisions().All(geo.LevelCommune, geo.Today()) {
			pred := svc.Divisions().Predecessors(d)
			if len(pred) != 1 || pred[0].From == nil || pred[0].From.Level != geo.LevelCommune {
				continue
			}
			old := pred[0].From
			district, err := svc.Divisions().Get(geo.LevelDistrict, old.Parent, 20250101)
			if err != nil {
				t.Fatal(err)
			}
			province, err := svc.Divisions().Get(geo.LevelProvince, old.Province, 20250101)
			if err != nil {
				t.Fatal(err)
			}
			want := old.Name(20250101).FullName() + ", " + district.Name(20250101).FullName() + ", " + province.Name(20250101).FullName()
			if got := svc.Label(&registry.Address{Commune: d.Code}, 20250101); got != want {
				t.Errorf("Label = %q, want %q", got, want)
			}
			return
		}
		t.Fatal("no commune with one predecessor")
	})
}

func TestWhatStandsOnAPlate(t *testing.T) {
	for _, test := range []struct {
		c      registry.Components
		number string
		lines  string
	}{
		{registry.Components{HouseNumber: "12A", Street: "Phố Hàng Khay"}, "12A", "Phố Hàng Khay"},
		{registry.Components{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên"}, "12/34/5", "Phố Khâm Thiên"},
		{registry.Components{HouseNumber: "12/5", Alley: []string{"12"}, Street: "Phố Khâm Thiên"}, "12/5", "Phố Khâm Thiên"},
		{registry.Components{HouseNumber: "5", Alley: []string{"Văn Chương"}, Street: "Phố Khâm Thiên"}, "5", "Ngõ Văn Chương Phố Khâm Thiên"},
		{registry.Components{Alley: []string{"12", "34"}, Street: "Phố Khâm Thiên"}, "", "Ngõ 12/34 Phố Khâm Thiên"},
		{registry.Components{HouseNumber: "7", Street: "3 Tháng 2"}, "7", "Đường 3 Tháng 2"},
		{registry.Components{Hamlet: "Thôn Đoài", Quarter: "4"}, "", "Thôn Đoài, Tổ 4"},
		{registry.Components{HouseNumber: "88", Street: "Phố Hàng Khay", Building: "Toà nhà Sen", Block: "B"}, "88", "Phố Hàng Khay, Tòa B, Toà nhà Sen"},
		{registry.Components{Street: "Phố Hàng Khay", Building: "Toà nhà Sen"}, "", "Toà nhà Sen, Phố Hàng Khay"},
		{registry.Components{Unit: "1205", Floor: "12", HouseNumber: "88", Street: "Phố Hàng Khay", Building: "Toà nhà Sen"}, "88", "Toà nhà Sen, Số 88 Phố Hàng Khay"},
		{registry.Components{}, "", ""},
	} {
		if got := test.c.PlateNumber(); got != test.number {
			t.Errorf("%+v: number %q, want %q", test.c, got, test.number)
		}
		if got := strings.Join(test.c.PlateLines("00070"), ", "); got != test.lines {
			t.Errorf("%+v: lines %q, want %q", test.c, got, test.lines)
		}
	}
}

func TestDivisionOf(t *testing.T) {
	svc := newService(t)
	info := svc.DivisionOf(&registry.Address{Commune: "00070"}, 20260101)
	if info.Commune == nil || info.Commune.Code != "00070" || info.Province == nil || info.Province.Code != "01" || len(info.PostalCode) != 5 || info.District != nil {
		t.Errorf("DivisionOf = %+v", info)
	}
	if info := svc.DivisionOf(&registry.Address{Commune: "99999"}, 20260101); info.Commune != nil || info.Province != nil {
		t.Errorf("DivisionOf an unknown commune = %+v", info)
	}
}

func TestFindDivisions(t *testing.T) {
	svc := newService(t)
	today := geo.Today()
	tests := []struct {
		name      string
		level     geo.Level
		parent, q string
		at        geo.Date
		first     string // code of the first answer, "" for none
		n         int    // number of answers, -1 for any
	}{
		{"all provinces", geo.LevelProvince, "", "", today, "01", 34},
		{"all communes", geo.LevelCommune, "", "", today, "00004", 3321},
		{"communes of a province", geo.LevelCommune, "01", "", today, "00004", 126},
		{"old districts", geo.LevelDistrict, "", "", 20250101, "001", 696},
		{"communes of an old district", geo.LevelCommune, "002", "", 20250101, "00037", -1},
		{"no districts today", geo.LevelDistrict, "", "", today, "", 0},
		{"exact before the rest", geo.LevelCommune, "", "hoan kiem", today, "00070", -1},
		{"with type", geo.LevelCommune, "", "Phường Hoàn Kiếm", today, "00070", -1},
		{"with diacritics before without", geo.LevelCommune, "", "Ba Tơ", today, "21484", -1},
		{"by code", geo.LevelCommune, "", "26743", today, "26743", 1},
		{"any level", "", "", "Hà Nội", today, "01", -1},
		{"nothing", geo.LevelCommune, "", "Atlantis", today, "", 0},
		{"punctuation only", geo.LevelCommune, "", "--", today, "", 0},
		{"elsewhere", geo.LevelCommune, "79", "hoan kiem", today, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := svc.FindDivisions(tt.level, tt.parent, tt.q, tt.at)
			if tt.n >= 0 && len(got) != tt.n {
				t.Errorf("%d divisions, want %d", len(got), tt.n)
			}
			switch {
			case tt.first == "" && len(got) == 0:
			case len(got) == 0:
				t.Error("nothing found")
			case got[0].Code != tt.first:
				t.Errorf("first is %s %s, want %s", got[0].Code, got[0].Name(tt.at).FullName(), tt.first)
			}
		})
	}
}
