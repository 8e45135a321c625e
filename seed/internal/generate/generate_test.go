package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
	"github.com/diachiso/diachiso/vntext"
)

// sourceFolder is where the source data lies, beside the checkout; without it the test is skipped.
func sourceFolder(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("DIACHISO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	folder := filepath.Join(shared, "data")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the source data is not there (set DIACHISO_SHARED): %v", err)
	}
	return folder
}

// TestCommittedDataIsFresh also shows that the same sources give the same bytes.
func TestCommittedDataIsFresh(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes all boundaries")
	}
	if err := run([]string{"-shared", sourceFolder(t), "-out", filepath.Join("..", "..", "data"), "-check"}, io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestCheckNoticesStaleData(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes all boundaries")
	}
	source, out := sourceFolder(t), t.TempDir()
	var said bytes.Buffer
	if err := run([]string{"-shared", source, "-out", out}, &said, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "divisions.tsv: ") || !strings.Contains(said.String(), "boundaries.bin: ") {
		t.Errorf("it said %q", &said)
	}
	path := filepath.Join(out, "divisions.tsv")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stale := bytes.Replace(data, []byte("Phường Hoàn Kiếm"), []byte("Phường Hoàn Kiêm"), 1)
	if err := os.WriteFile(path, stale, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-shared", source, "-out", out, "-check"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "stale") {
		t.Errorf("got %v, want an error that says stale", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, stale) {
		t.Errorf("-check wrote the file, or %v", err)
	}
}

func TestMissingSource(t *testing.T) {
	if err := run([]string{"-shared", t.TempDir()}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "read source") {
		t.Errorf("got %v, want an error that names the source", err)
	}
}

const (
	before geo.Date = 2025_06_30
	latest geo.Date = 2026_10_08
)

// sameName compares as the sources may differ: tone placement, apostrophes and the case of type words.
func sameName(a, b string) bool {
	form := func(s string) string { return strings.ToLower(vntext.Normal(strings.ReplaceAll(s, "’", "'"))) }
	return form(a) == form(b)
}

// TestEveryFactOfTheSourceIsInTheDataSet reads the sources again, by themselves, and asks the built-in data for each fact.
func TestEveryFactOfTheSourceIsInTheDataSet(t *testing.T) {
	source, err := readTables(sourceFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	ds := data.Divisions
	get := func(level geo.Level, code string, at geo.Date) *geo.Division {
		t.Helper()
		d, err := ds.Get(level, code, at)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	named := func(d *geo.Division, at geo.Date, want string) {
		t.Helper()
		if got := d.Name(at).FullName(); !sameName(got, want) {
			t.Errorf("%s on %s is %q, the source says %q", d.Code, at, got, want)
		}
	}

	for _, r := range source.provinces {
		d := get(geo.LevelProvince, r["code"], dayReform)
		named(d, dayReform, r["full_name_2025"])
		named(d, daySecond, r["full_name_2026"])
		if len(ds.Children(d)) != atoi(r["n_wards"]) {
			t.Errorf("province %s has %d communes, the source says %s", d.Code, len(ds.Children(d)), r["n_wards"])
		}
	}
	for _, r := range source.communes {
		d := get(geo.LevelCommune, r["code"], dayReform)
		named(d, dayReform, r["full_name_2025"])
		named(d, daySecond, r["full_name_2026"])
		if d.Province != r["province_code"] || d.Parent != r["province_code"] || d.Postcode(latest) != r["postal_code_2025"] {
			t.Errorf("commune %s: province %s, postcode %s", d.Code, d.Province, d.Postcode(latest))
		}
		if d.Name(daySecond).Type != r["type_2026"] {
			t.Errorf("commune %s is a %s, the source says %s", d.Code, d.Name(daySecond).Type, r["type_2026"])
		}
	}
	for _, r := range source.oldDistricts {
		d := get(geo.LevelDistrict, r["Mã"], before)
		named(d, before, r["Tên"])
		if d.Name(before).Type != r["Cấp"] || d.Province != r["Mã TP"] {
			t.Errorf("district %s: type %s, province %s", d.Code, d.Name(before).Type, d.Province)
		}
		named(get(geo.LevelProvince, r["Mã TP"], before), before, r["Tỉnh / Thành Phố"])
	}
	for _, r := range source.oldCommunes {
		d := get(geo.LevelCommune, r["code"], before)
		named(d, before, r["name"])
		if d.Parent != r["district_code"] || d.Province != r["province_code"] {
			t.Errorf("commune %s: district %s, province %s", d.Code, d.Parent, d.Province)
		}
	}
	for _, r := range source.postcodes {
		if d := get(geo.LevelCommune, r["ward_code"], dayPostcode); d.Postcode(dayPostcode) != r["postal_code"] {
			t.Errorf("commune %s has postcode %s, the source says %s", d.Code, d.Postcode(dayPostcode), r["postal_code"])
		}
	}
	for _, r := range source.postcodePrefixes {
		if d := get(geo.LevelProvince, r["province_code"], latest); strings.Join(d.PostcodePrefixes, " ") != r["prefixes"] {
			t.Errorf("province %s has prefixes %v, the source says %s", d.Code, d.PostcodePrefixes, r["prefixes"])
		}
	}
	for _, r := range source.variants {
		d := get(geo.LevelCommune, r["old_code"], before)
		named(d, before, r["name_gso"])
		if variant := r["name_nso_conversion_table"]; !known(d, variant) {
			t.Errorf("commune %s (%s, %v) does not know its spelling %q", d.Code, d.Names[0].FullName(), d.Aliases, variant)
		}
	}
	for _, r := range source.formerNames {
		d := get(geo.LevelCommune, r["code"], before)
		if !known(d, r["former_name"]) || !slices.ContainsFunc(d.Former, func(f geo.FormerUnit) bool {
			return f.Code == r["former_code"] && sameName(f.Name, r["former_name"])
		}) {
			t.Errorf("commune %s (%v, %v) does not know its former unit %s %q", d.Code, d.Aliases, d.Former, r["former_code"], r["former_name"])
		}
	}
	testRelations(t, ds, source.relations)
}

func testRelations(t *testing.T, ds *geo.Divisions, rows []row) {
	for _, r := range rows {
		to, err := ds.Get(geo.LevelCommune, r["new_code"], dayReform)
		if err != nil {
			t.Fatal(err)
		}
		note, _, _ := strings.Cut(r["note"], " [code in source")
		found := slices.ContainsFunc(ds.Predecessors(to), func(rel geo.Relation) bool {
			if string(rel.Kind) != r["kind"] || rel.Note != note {
				return false
			}
			switch {
			case r["old_code"] != "":
				return rel.From != nil && rel.From.Level == geo.LevelCommune && rel.From.Code == r["old_code"]
			case r["old_name"] != "":
				return rel.From == nil && rel.FromName == r["old_name"]
			default:
				return rel.From != nil && rel.From.Level == geo.LevelDistrict && rel.From.Code == r["old_district_code"]
			}
		})
		if !found {
			t.Errorf("the relation %v is missing", r)
		}
	}
}

// known reports whether a division has a text as a name, with or without type, or as an alias.
func known(d *geo.Division, text string) bool {
	// Two rows of the conversion table lack the type, one misspells it.
	text = strings.Replace(text, "Thi trấn ", "Thị trấn ", 1)
	bare := text
	if name, ok := geo.ParseName(text); ok && name.Type == d.Names[0].Type {
		bare = name.Name
	}
	for _, own := range append([]string{d.Names[0].Name, d.Names[0].FullName()}, d.Aliases...) {
		if sameName(own, text) || sameName(own, bare) {
			return true
		}
	}
	return false
}

func atoi(text string) (n int) {
	for _, digit := range text {
		n = n*10 + int(digit-'0')
	}
	return n
}

func TestSpell(t *testing.T) {
	for text, want := range map[string]string{
		"Phường Yên Hoà":   "Phường Yên Hòa",
		"Xã Đàm Thuỷ":      "Xã Đàm Thủy",
		"Xã Quý Hoà":       "Xã Quý Hòa",
		"Phường B’Lao":     "Phường B'Lao",
		"Phường Hoàn Kiếm": "Phường Hoàn Kiếm",
	} {
		if got := spell(text); got != want {
			t.Errorf("spell(%q) = %q, want %q", text, got, want)
		}
	}
}
