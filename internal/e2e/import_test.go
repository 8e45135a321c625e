package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

type report struct{ Read, Added, Existing, Merged, Rejected int }

// TestImportExtract imports real house numbers twice and compares their communes with an independent list.
func TestImportExtract(t *testing.T) {
	shared := sharedData(t)
	dir := t.TempDir()
	db := filepath.Join(dir, "diachiso.db")
	extracts := map[string]int{"hanoi_quoctugiam_2023-12": 253, "hcmute_thuduc_2023-11": 58}
	for extract, numbers := range extracts {
		file := filepath.Join(shared, "data", "osm", extract+".osm.pbf")
		var first, second report
		runJSON(t, &first, dir, "import", "osm", file, "--db", db)
		if first.Read != numbers || first.Rejected != 0 || first.Existing != 0 || first.Added+first.Merged != numbers || first.Added < numbers*8/10 {
			t.Errorf("%s: %+v", extract, first)
		}
		runJSON(t, &second, dir, "import", "osm", file, "--db", db)
		if second != (report{Read: numbers, Existing: numbers}) {
			t.Errorf("%s, second run: %+v", extract, second)
		}
		t.Logf("%s: %+v", extract, first)
	}

	file, err := os.Open(filepath.Join(shared, "data", "addresses", "osm_addresses_hn_hcm.csv"))
	if err != nil {
		t.Skipf("source data not there: %v", err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, db)
	compared := 0
	for _, line := range lines[1:] {
		osmID, number, commune, extract := line[0]+"/"+line[1], line[4], line[12], line[15]
		if extracts[extract] == 0 {
			continue
		}
		compared++
		var r struct{ Candidates []struct{ Address address } }
		s.getJSON(&r, "/v1/resolve?q=osm:"+osmID)
		if len(r.Candidates) != 1 {
			t.Errorf("%s: %d candidates", osmID, len(r.Candidates))
			continue
		}
		a := r.Candidates[0].Address
		if a.Division.Commune.Code != commune || a.Components["house_number"] != number {
			t.Errorf("%s: number %v in %s, want %s in %s", osmID, a.Components["house_number"], a.Division.Commune.Code, number, commune)
		}
	}
	if compared < 300 {
		t.Errorf("only %d addresses compared", compared)
	}
}

// TestImportTable imports the list itself as a table: no external ids, so the second run goes by content.
func TestImportTable(t *testing.T) {
	shared := sharedData(t)
	dir := t.TempDir()
	table := filepath.Join(shared, "data", "addresses", "osm_addresses_hn_hcm.csv")
	var first, second report
	runJSON(t, &first, dir, "import", "csv", table)
	if first.Read != 667 || first.Rejected != 0 || first.Added < 500 {
		t.Errorf("%+v", first)
	}
	runJSON(t, &second, dir, "import", "csv", table)
	if second.Read != 667 || second.Added != 0 || second.Rejected != 0 {
		t.Errorf("second run: %+v", second)
	}
	t.Logf("%+v", first)
}
