package seed

import (
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

const smallFile = `diachiso-divisions	1	2026.01.01
lifespan		2025-07-01
01		Tỉnh Một
001	01	Huyện Đông
003	01	Huyện Đảo
00001	001	Xã A	alias Á	former 00009 Á
00002	001	Phường 2
lifespan	2025-07-01	
01		Tỉnh Một	name 2026-04-30 Thành phố Một	prefix 09	prefix 19
00001	01	Xã A	post 2025-08-24 09123
00004	01	Đặc khu Đảo
relations	2025-07-01
	00001	full	name Bãi bồi
00001	00001	full	note Giữ nguyên
00002	00001	part
003	00004	full
`

func TestDecodeDivisions(t *testing.T) {
	d, err := decodeDivisions(smallFile)
	if err != nil {
		t.Fatal(err)
	}
	if d.version != "2026.01.01" || len(d.divisions) != 8 || len(d.relations) != 4 {
		t.Fatalf("version %s, %d divisions, %d relations", d.version, len(d.divisions), len(d.relations))
	}
	if got := string(EncodeDivisions(d.version, d.divisions, d.relations)); got != smallFile {
		t.Errorf("written again it reads\n%s", got)
	}
	ds, err := geo.NewDivisions(d.divisions, d.relations)
	if err != nil {
		t.Fatal(err)
	}
	old, err := ds.Get(geo.LevelCommune, "00001", 2025_06_30)
	if err != nil || old.Province != "01" || old.Aliases[0] != "Á" || old.Former[0] != (geo.FormerUnit{Code: "00009", Name: "Á"}) {
		t.Errorf("old commune %+v, %v", old, err)
	}
	if r := d.relations[1]; r.FromName != "Xã A" || r.Note != "Giữ nguyên" {
		t.Errorf("relation %+v", r)
	}
	if r := d.relations[2]; r.FromName != "Phường 2" || r.Note != "Nhập một phần" {
		t.Errorf("relation %+v", r)
	}
}

func TestDecodeDivisionsRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"other format", "diachiso-divisions", "something", "line 1"},
		{"other format version", "\t1\t2026", "\t2\t2026", "line 1"},
		{"no version", "\t2026.01.01", "\t", "line 1"},
		{"line before the first section", "lifespan\t\t2025-07-01\n", "", "line 2"},
		{"bad day of a lifespan", "lifespan\t\t2025-07-01", "lifespan\t\t2025-07-32", "line 2"},
		{"bad code", "00002\t001", "0002\t001", "line 7"},
		{"twice in a lifespan", "00002\t001", "00001\t001", "line 7"},
		{"parent unknown", "00002\t001", "00002\t009", "line 7"},
		{"no type", "Phường 2", "2", "line 7"},
		{"unknown field", "alias Á", "aka Á", "line 6"},
		{"former unit without a name", "former 00009 Á", "former 00009", "line 6"},
		{"dated name without a date", "name 2026-04-30", "name", "line 9"},
		{"dated name without a type", "Thành phố Một", "Một", "line 9"},
		{"postcode without a date", "post 2025-08-24", "post", "line 10"},
		{"relation to nothing", "00002\t00001\tpart", "00002\t00002\tpart", "line 15"},
		{"relation from nothing", "00002\t00001\tpart", "00003\t00001\tpart", "line 15"},
		{"relation of unknown kind", "part\n", "partly\n", "line 15"},
		{"name beside a code", "Giữ nguyên", "Giữ nguyên\tname Xã A", "line 14"},
		{"cut off", "full\n", "full", "line "},
		{"empty", smallFile, "", "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(smallFile, c.old, c.new, 1)
			if c.name == "cut off" {
				text = strings.TrimSuffix(smallFile, "\n")
			}
			if text == smallFile {
				t.Fatal("the damage changed nothing")
			}
			if _, err := decodeDivisions(text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestLoadRefusesAnotherVersion(t *testing.T) {
	if _, err := loadDivisions(smallFile); err == nil || !strings.Contains(err.Error(), "2026.01.01") {
		t.Errorf("got %v, want an error with the version", err)
	}
}

// FuzzDecodeDivisions: whatever is accepted is written and read again the same.
func FuzzDecodeDivisions(f *testing.F) {
	f.Add(smallFile)
	f.Add("diachiso-divisions\t1\tx\nlifespan\t\t\n")
	f.Add("diachiso-divisions\t1\tx\nrelations\t\n\t\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := decodeDivisions(text)
		if err != nil {
			return
		}
		written := string(EncodeDivisions(d.version, d.divisions, d.relations))
		again, err := decodeDivisions(written)
		if err != nil {
			t.Fatalf("written as\n%s\nand refused: %v", written, err)
		}
		if twice := string(EncodeDivisions(again.version, again.divisions, again.relations)); twice != written {
			t.Errorf("written as\n%s\nthen as\n%s", written, twice)
		}
	})
}

func BenchmarkLoadDivisions(b *testing.B) {
	b.SetBytes(int64(len(divisionsTSV)))
	for b.Loop() {
		if _, err := loadDivisions(divisionsTSV); err != nil {
			b.Fatal(err)
		}
	}
}
