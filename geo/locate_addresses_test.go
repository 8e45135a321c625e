package geo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

// Real addresses lie in the commune that their source names.
func TestLocateRealAddresses(t *testing.T) {
	folder := os.Getenv("DIACHISO_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(folder, "data", "addresses", "osm_addresses_hn_hcm.csv"))
	if err != nil {
		t.Skipf("the source data is not there (set DIACHISO_SHARED): %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	locator, different := builtin(t).Locator, 0
	for i, row := range rows[1:] {
		p, err := geo.ParsePoint(row[column["lat"]] + "," + row[column["lon"]])
		if err != nil {
			t.Fatal(err)
		}
		got, err := locator.Locate(p, after)
		if err != nil {
			t.Fatalf("line %d: %v", i+2, err)
		}
		if want := row[column["new_ward_code"]]; got.Commune.Code != want {
			different++
			t.Logf("line %d: commune %s instead of %s, whose border is %v m away", i+2, got.Commune.Code, want, got.BorderM)
		}
	}
	if allowed := len(rows) / 500; different > allowed { // the built-in boundaries are generalised
		t.Errorf("%d of %d addresses lie in another commune, at most %d may", different, len(rows)-1, allowed)
	}
}
