package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
)

const mixedFile = "id,lat,lon,address\n" +
	"1,21.0255,105.8540,\"12 Phố Hàng Khay, phường Hoàn Kiếm, Hà Nội\"\n" +
	"2,21.0256,105.8541,\"14 Hàng Khay, P. Tràng Tiền, Q. Hoàn Kiếm, Hà Nội\"\n" +
	"3,21.0256,105.8541,\"14 Hàng Khay, P. Tràng Tiền, Q. Hoàn Kiếm, Hà Nội\"\n" +
	"4,21.0257,105.8542,\"16 Hàng Khay, phường Bến Thành, TP Hồ Chí Minh\"\n" +
	"5,x,105.8542,\"18 Hàng Khay\"\n"

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestImportDryRun(t *testing.T) {
	c := newCLI(t)
	writeFile(t, "h.csv", mixedFile)
	for _, state := range []string{"without a database", "with one"} {
		var dry importer.Report
		c.json(&dry, "import", "csv", "h.csv", "--dry-run")
		left, err := filepath.Glob(".diachiso-dry-run-*")
		if err != nil || len(left) != 0 {
			t.Errorf("%s: left behind: %v, %v", state, left, err)
		}
		if state == "without a database" {
			if _, err := os.Stat("diachiso.db"); !os.IsNotExist(err) {
				t.Errorf("there is a database: %v", err)
			}
		}
		var real importer.Report
		c.json(&real, "import", "csv", "h.csv")
		if !dry.DryRun || dry.Import != 0 {
			t.Errorf("%s: %+v", state, dry)
		}
		dry.DryRun, real.Import = false, 0
		if !reflect.DeepEqual(dry, real) || real.Read != 5 || real.SetAside != 1 || real.Rejected != 1 {
			t.Errorf("%s: dry %+v\nreal %+v", state, dry, real)
		}
	}
}

func TestImportReportListReviewsUndo(t *testing.T) {
	c := newCLI(t)
	writeFile(t, "h.csv", mixedFile)
	var first importer.Report
	c.json(&first, "import", "csv", "h.csv", "--report", "report.json")
	if first.Import != 1 || first.Added != 2 || first.Merged != 1 || first.SetAside != 1 || first.Rejected != 1 {
		t.Fatalf("%+v", first)
	}
	text, err := os.ReadFile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Added   int64
		Status  string
		Reasons []registry.ImportReason
		File    struct{ Name, SHA256 string }
	}
	if err := json.Unmarshal(text, &report); err != nil || report.Status != "finished" || report.Added != 2 || len(report.File.SHA256) != 64 || len(report.Reasons) != 3 {
		t.Errorf("%+v, %v", report, err)
	}
	for _, secret := range []string{"Hàng Khay", "105.85", "Bến Thành"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the report holds %q", secret)
		}
	}

	var listed importView
	c.json(&listed, "import", "list")
	if listed.Import != 1 || listed.Status != registry.ImportFinished || listed.Read != 5 || listed.SHA256 != report.File.SHA256 || listed.FinishedAt == nil {
		t.Errorf("%+v", listed)
	}

	_, table, _ := c.run("import", "reviews", "1")
	if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "line 5,commune_mismatch,00070,") || !strings.Contains(lines[1], "Bến Thành") {
		t.Errorf("%s", table)
	}
	// As it is it is set aside again; with the commune put right it is registered.
	writeFile(t, "review.csv", table)
	var again importer.Report
	c.json(&again, "import", "csv", "review.csv")
	if again.SetAside != 1 || again.Added != 0 {
		t.Errorf("as it is: %+v", again)
	}
	writeFile(t, "review.csv", strings.Replace(table, "\"Phường Bến Thành, Thành phố Hồ Chí Minh\"", "00070", 1))
	c.json(&again, "import", "csv", "review.csv")
	if again.Added != 1 {
		t.Errorf("put right: %+v", again)
	}
	var collection struct {
		Type     string
		Features []struct {
			Geometry   struct{ Coordinates [2]float64 }
			Properties struct{ Reason, Named string }
		}
	}
	_, out, _ := c.run("import", "reviews", "1", "--format", "geojson")
	if err := json.Unmarshal([]byte(out), &collection); err != nil || len(collection.Features) != 1 || collection.Features[0].Geometry.Coordinates != [2]float64{105.8542, 21.0257} {
		t.Errorf("%v: %s", err, out)
	}

	var undone registry.ImportUndo
	c.json(&undone, "import", "undo", "1")
	if undone.Retired != 2 || undone.Left != 0 {
		t.Errorf("%+v", undone)
	}
	if status, _, errs := c.run("import", "undo", "1"); status != exitRefused {
		t.Errorf("undone twice: %d %s", status, errs)
	}
	for _, args := range []string{"import undo 77", "import reviews 77"} {
		if status, _, errs := c.run(strings.Fields(args)...); status != exitNotFound || !strings.Contains(errs, "77") {
			t.Errorf("%s: %d %s", args, status, errs)
		}
	}
	if status, _, _ := c.run("import", "undo", "x"); status != exitUsage {
		t.Errorf("undo x: %d", status)
	}
	if status, _, errs := c.run("audit", "verify"); status != exitOK {
		t.Errorf("the journal: %s", errs)
	}
}

func TestImportOfFilesThatAreNone(t *testing.T) {
	c := newCLI(t)
	for name, tt := range map[string]struct{ text, says string }{
		"empty":           {"", "empty"},
		"header only":     {"lat,lon,so_nha\n", ""},
		"UTF-16":          {"\xff\xfel\x00a\x00t\x00", "UTF-16"},
		"windows-1258":    {"lat,lon,duong\n21,105,Ph\xf4\xec\n", "not UTF-8"},
		"a spreadsheet":   {"PK\x03\x04....", "spreadsheet"},
		"a PDF":           {"%PDF-1.7 ....", "PDF"},
		"binary":          {"lat\x00\x01\x02,lon\n", "not text"},
		"no positions":    {"a,b\n1,2\n", `no column "lat"`},
		"a quote left":    {"lat,lon\n\"" + strings.Repeat("x", 17<<20), "longer than 16 MB"},
		"a huge record":   {"lat,lon\n21.0287,105.8524," + strings.Repeat("y", 17<<20), "longer than 16 MB"},
		"a column, twice": {"lat,latitude,lon\n", "mean the same"},
	} {
		t.Run(name, func(t *testing.T) {
			writeFile(t, "f.csv", tt.text)
			status, _, errs := c.run("import", "csv", "f.csv", "--json")
			want := exitFailure
			if tt.says == "" {
				want = exitOK
			}
			if status != want || !strings.Contains(errs, tt.says) || want == exitFailure && !strings.Contains(errs, "f.csv") {
				t.Errorf("exit status %d, %s", status, errs)
			}
		})
	}
}
