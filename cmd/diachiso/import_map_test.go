package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
)

func TestImportLayers(t *testing.T) {
	c := newCLI(t)
	writeFile(t, "x.osm.pbf", "no map")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"import", "osm", "x.osm.pbf", "--layers", "rivers"}, "rivers"},
		{[]string{"import", "osm", "x.osm.pbf", "--layers", ""}, "none"},
		{[]string{"import", "osm", "x.osm.pbf", "--layers", "streets"}, "PBF"},
		{[]string{"import", "osm", "-"}, "standard input"},
		{[]string{"import", "osm", "-", "--layers", "outlines"}, "standard input"},
		{[]string{"import", "csv", "x.csv", "--layers", "streets"}, "layers"},
	} {
		status, _, errs := c.run(tt.args...)
		if status == 0 || !strings.Contains(errs, tt.want) {
			t.Errorf("%v: %d %s", tt.args, status, errs)
		}
	}
}

// TestImportOSMExtract imports a real extract with its map, on trial, for good, again, and takes it back.
func TestImportOSMExtract(t *testing.T) {
	shared := os.Getenv("DIACHISO_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	extract, err := filepath.Abs(filepath.Join(shared, "data/osm/hanoi_quoctugiam_2023-12.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(extract); err != nil {
		t.Skipf("source data not there (set DIACHISO_SHARED): %v", err)
	}
	c := newCLI(t)
	var dry, first, again, streets importer.Report
	c.json(&dry, "import", "osm", extract, "--dry-run")
	if _, err := os.Stat("diachiso.db"); !os.IsNotExist(err) {
		t.Errorf("a trial left a database: %v", err)
	}
	c.json(&first, "import", "osm", extract, "--report", "report.json")
	if want := (registry.MapCounts{Added: 202}); first.Streets != want || dry.Streets != want || first.Outlines.Added != 497 || dry.Outlines != first.Outlines || first.Read != 253 {
		t.Errorf("dry %+v\nfirst %+v", dry, first)
	}
	c.json(&again, "import", "osm", extract)
	if want := (registry.MapCounts{Existing: 202}); again.Streets != want || again.Outlines.Existing != 497 || again.Existing != 253 {
		t.Errorf("again %+v", again)
	}
	c.json(&streets, "import", "osm", extract, "--layers", "streets")
	if streets.Read != 0 || streets.Streets.Existing != 202 || streets.Outlines.Read() != 0 {
		t.Errorf("streets only %+v", streets)
	}
	text, err := os.ReadFile("report.json")
	if err != nil || !strings.Contains(string(text), `"outlines": {`) {
		t.Errorf("%s %v", text, err)
	}
	status, out, errs := c.run("import", "undo", "1")
	if status != 0 || !strings.Contains(out, "497") || !strings.Contains(out, "202") {
		t.Errorf("undo: %d %s %s", status, out, errs)
	}
}
