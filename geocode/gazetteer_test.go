package geocode

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
	"github.com/diachiso/diachiso/vntext"
)

var builtin = sync.OnceValues(func() (*seed.Data, error) { return seed.Load() })

var builtinGazetteer = sync.OnceValue(func() *Gazetteer {
	data, err := builtin()
	if err != nil {
		return nil
	}
	return NewGazetteer(data.Divisions)
})

func testGazetteer(t testing.TB) *Gazetteer {
	t.Helper()
	g := builtinGazetteer()
	if g == nil {
		t.Fatal("the built-in data set does not load")
	}
	return g
}

func readText(g *Gazetteer, text string) []Reading {
	return g.Read(vntext.Tokenize(vntext.Clean(text)))
}

func describeReading(r Reading) string {
	name := func(d *geo.Division) string {
		if d == nil {
			return "-"
		}
		epoch := "new"
		if d.ValidTo != 0 {
			epoch = "old"
		}
		return d.Name(geo.Today()).FullName() + "(" + epoch + " " + d.Code + ")"
	}
	return fmt.Sprintf("%.3f %s | %s | %s | %d communes %s/%s/%s", r.Score, name(r.Commune), name(r.District), name(r.Province), len(r.Communes), r.CommuneStatus, r.DistrictStatus, r.ProvinceStatus)
}

func describeReadings(readings []Reading) string {
	out := ""
	for _, r := range readings {
		out += "\n\t" + describeReading(r)
	}
	return out
}

func shared(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("DIACHISO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path = filepath.Join(root, "data", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("source data is absent: %v", err)
	}
	return path
}

func readCSV(t testing.TB, path string, comma rune) []map[string]string {
	t.Helper()
	file, err := os.Open(shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = comma
	r.LazyQuotes = true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, field := range line {
			row[strings.TrimPrefix(all[0][i], "\ufeff")] = field
		}
		rows = append(rows, row)
	}
	return rows
}

// countReads writes every unit as text and counts how many read back, best first (top) or tied with the best (tied).
func countReads(t *testing.T, units []*geo.Division, write func(*geo.Division) string) (top, tied int) {
	g := testGazetteer(t)
	shown := 0
	for _, u := range units {
		text := write(u) // once: some writers draw lots
		readings := readText(g, text)
		if len(readings) > 0 && readings[0].Commune == u {
			top++
			continue
		}
		found := false
		for _, r := range readings {
			if r.Commune == u && r.Score > readings[0].Score-1e-9 {
				found = true
			}
		}
		if found {
			tied++
			continue
		}
		if shown++; shown <= 12 {
			t.Logf("%s (%s) reads as%s", text, u.Code, describeReadings(readings))
		}
	}
	return top, tied
}

func fullNames(t testing.TB, district bool) func(*geo.Division) string {
	data, _ := builtin()
	return func(d *geo.Division) string {
		day := geo.Today()
		if d.ValidTo != 0 {
			day = lastOldDay
		}
		province, err := data.Divisions.Get(geo.LevelProvince, d.Province, day)
		if err != nil {
			t.Fatal(err)
		}
		parts := []string{d.Name(day).FullName()}
		if district && d.ValidTo != 0 {
			parent, err := data.Divisions.Get(geo.LevelDistrict, d.Parent, day)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, parent.Name(day).FullName())
		}
		return strings.Join(append(parts, province.Name(day).FullName()), ", ")
	}
}

func TestEveryCommuneReadsBack(t *testing.T) {
	data, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	old, now := data.Divisions.All(geo.LevelCommune, lastOldDay), data.Divisions.All(geo.LevelCommune, geo.Today())
	full := fullNames(t, true)
	fold := func(d *geo.Division) string {
		parts := strings.Split(full(d), ", ")
		for i := range parts {
			parts[i] = vntext.Fold(parts[i])
		}
		return strings.Join(parts, ", ")
	}
	spaced := func(d *geo.Division) string { return vntext.Fold(full(d)) }
	tests := []struct {
		name  string
		units []*geo.Division
		write func(*geo.Division) string
		least float64 // share of top or tied
		exact bool    // every one must be the top
	}{
		{"old, in full", old, full, 1, true},
		{"today's, in full", now, full, 1, true},
		{"old, without diacritics", old, fold, 0.995, false},
		{"today's, without diacritics", now, fold, 0.995, false},
		{"old, without diacritics or commas", old, spaced, 0.99, false},
		{"today's, without diacritics or commas", now, spaced, 0.99, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, tied := countReads(t, tt.units, tt.write)
			t.Logf("%d units: %d read back, %d tied with another", len(tt.units), top, tied)
			if got := float64(top+tied) / float64(len(tt.units)); got < tt.least || tt.exact && top < len(tt.units) {
				t.Errorf("%d of %d read back, %d tied", top, len(tt.units), tied)
			}
		})
	}
}
