package geo

import "testing"

func TestParseName(t *testing.T) {
	for full, want := range map[string]DatedName{
		"Phường Hoàn Kiếm":       {Name: "Hoàn Kiếm", Type: "Phường"},
		"Phường Phường Đúc":      {Name: "Phường Đúc", Type: "Phường"},
		"Thành phố Hồ Chí Minh":  {Name: "Hồ Chí Minh", Type: "Thành phố"},
		"Thị Trấn Ái Tử":         {Name: "Ái Tử", Type: "Thị trấn"},
		"Thị xã Sơn Tây":         {Name: "Sơn Tây", Type: "Thị xã"},
		"Đặc khu Hoàng Sa":       {Name: "Hoàng Sa", Type: "Đặc khu"},
		"Tỉnh Bà Rịa - Vũng Tàu": {Name: "Bà Rịa - Vũng Tàu", Type: "Tỉnh"},
		"Xã Ea H'đinh":           {Name: "Ea H'đinh", Type: "Xã"},
		"Quận 1":                 {Name: "1", Type: "Quận"},
		"Huyện Côn Đảo":          {Name: "Côn Đảo", Type: "Huyện"},
	} {
		got, ok := ParseName(full)
		if !ok || got != want {
			t.Errorf("ParseName(%q) = %+v, %v, want %+v", full, got, ok, want)
		}
	}
	for _, full := range []string{"", "Phường", "Phường ", "Hoàn Kiếm", "PhườngHoàn Kiếm", "Xa Ea Kly"} {
		if got, ok := ParseName(full); ok {
			t.Errorf("ParseName(%q) = %+v, want none", full, got)
		}
	}
}

func TestDatedFacts(t *testing.T) {
	d := Division{
		ValidFrom: 2025_07_01,
		Names: []DatedName{
			{From: 2025_07_01, Type: "Xã", Name: "Trảng Bom"},
			{From: 2026_04_30, Type: "Phường", Name: "Trảng Bom"},
		},
		Postcodes: []DatedText{{From: 2025_08_24, Text: "76306"}, {From: 2027_01_01, Text: "76307"}},
	}
	for _, c := range []struct {
		at             Date
		name, postcode string
	}{
		{2025_06_30, "Xã Trảng Bom", ""}, // before its time: the first name, no code
		{2025_07_01, "Xã Trảng Bom", ""},
		{2025_08_23, "Xã Trảng Bom", ""},
		{2025_08_24, "Xã Trảng Bom", "76306"},
		{2026_04_29, "Xã Trảng Bom", "76306"},
		{2026_04_30, "Phường Trảng Bom", "76306"},
		{2026_12_31, "Phường Trảng Bom", "76306"},
		{2027_01_01, "Phường Trảng Bom", "76307"},
	} {
		if got := d.Name(c.at).FullName(); got != c.name {
			t.Errorf("name on %s is %q, want %q", c.at, got, c.name)
		}
		if got := d.Postcode(c.at); got != c.postcode {
			t.Errorf("postcode on %s is %q, want %q", c.at, got, c.postcode)
		}
	}
}

func TestLevelOf(t *testing.T) {
	for code, want := range map[string]Level{"01": LevelProvince, "001": LevelDistrict, "00001": LevelCommune, "": "", "0001": ""} {
		if got, ok := LevelOf(code); got != want || ok != (want != "") {
			t.Errorf("LevelOf(%q) = %q, %v, want %q", code, got, ok, want)
		}
	}
}
