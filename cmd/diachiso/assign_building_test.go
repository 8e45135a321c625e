package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

const towerOutline = `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[105.8521,21.0284],[105.8527,21.0284],[105.8527,21.0290],[105.8521,21.0290],[105.8521,21.0284]]]}}`

func TestAssignBuilding(t *testing.T) {
	c := newCLI(t)
	if err := os.WriteFile("tower.geojson", []byte(towerOutline), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"assign", "building", "--outline", "tower.geojson", "--floors", "1-5", "--units-per-floor", "10", "--skip-floors", "4,13",
		"--building", "Toà nhà Sen", "--house-number", "88", "--street", "Phố Láng Hạ", "--external-id", "osm:way/1"}
	var plan, first, again buildingView
	c.json(&plan, append(args, "--dry-run")...)
	if !plan.DryRun || plan.Created != 50 || len(plan.Flats) != 50 || plan.Flats[30].Unit != "03A01" || plan.Flats[30].Floor != "3A" || plan.Flats[30].Code == "" {
		t.Fatalf("plan: %+v", plan)
	}
	c.json(&first, args...)
	if first.DryRun || first.Created != 50 {
		t.Fatalf("first: %+v", first)
	}
	for i, f := range first.Flats {
		if f != plan.Flats[i] {
			t.Errorf("planned %+v, assigned %+v", plan.Flats[i], f)
		}
	}
	c.json(&again, args...)
	if again.Created != 0 || again.Existing != 50 || again.Flats[7].Code != first.Flats[7].Code {
		t.Errorf("again: %+v", again)
	}
	var got resolutionView
	c.json(&got, "resolve", "osm:way/1#3A/03A01")
	if a := got.Candidates[0].Address; a == nil || a.Code != first.Flats[30].Code || a.Components.Unit != "03A01" {
		t.Errorf("a flat by its id: %+v", got)
	}

	// without the id they are duplicates, and all are named
	status, out, errs := c.run(append(slices.Clip(args[:len(args)-2]), "--json")...)
	var refused buildingView
	if err := json.Unmarshal([]byte(out), &refused); err != nil || status != exitRefused || refused.Refused != 50 || refused.Created != 0 ||
		refused.Flats[49].Reason != registry.CodeDuplicate || !strings.Contains(errs, "50 of 50") {
		t.Errorf("duplicates: status %d, %v\n%.300s\n%s", status, err, out, errs)
	}
	status, out, _ = c.run(append(args, "--dry-run")...)
	if status != exitOK || !strings.Contains(out, "03A01") || !strings.Contains(out, "preview") {
		t.Errorf("status %d\n%.300s", status, out)
	}
}

func TestAssignBuildingRefusesNonsense(t *testing.T) {
	c := newCLI(t)
	base := []string{"assign", "building", "--floors", "1-2", "--units-per-floor", "2"}
	place := []string{"--lat", "21.0287", "--lon", "105.8524"}
	for name, tc := range map[string]struct {
		in   string
		args []string
		want string
	}{
		"nothing":           {"", []string{"assign", "building"}, "--floors and --units-per-floor"},
		"half a position":   {"", append(slices.Clip(base), "--lat", "21"), "only one"},
		"nowhere":           {"", base, "neither an entrance nor an outline"},
		"a bad pattern":     {"", append(append(slices.Clip(base), place...), "--unit-pattern", "{floor:02}{unit"), "{ at character 11 is not closed"},
		"a bad id":          {"", append(append(slices.Clip(base), place...), "--external-id", "7"), "SCHEME:VALUE"},
		"no JSON":           {"<kml/>", append(slices.Clip(base), "--outline", "-"), "no JSON"},
		"a point":           {`{"type":"Point","coordinates":[105,21]}`, append(slices.Clip(base), "--outline", "-"), "not one polygon"},
		"two polygons":      {`{"type":"MultiPolygon","coordinates":[[],[]]}`, append(slices.Clip(base), "--outline", "-"), "not one polygon"},
		"lat before lon":    {`{"type":"Polygon","coordinates":[[[21.0284,105.8521],[21.0284,105.8527],[21.0290,105.8527],[21.0284,105.8521]]]}`, append(slices.Clip(base), "--outline", "-"), "lon"},
		"both outlines":     {"{}", append(slices.Clip(base), "--outline", "-", "--corner", "21,105"), "exclude each other"},
		"no such file":      {"", append(slices.Clip(base), "--outline", "none.geojson"), "open the outline"},
		"an endless file":   {strings.Repeat(" ", maxOutlineFile+1), append(slices.Clip(base), "--outline", "-"), "1 MiB"},
		"too many for once": {"", append([]string{"assign", "building", "--floors", "1-51", "--units-per-floor", "100"}, place...), "5100 flats"},
	} {
		t.Run(name, func(t *testing.T) {
			c.in = tc.in
			status, _, errs := c.run(tc.args...)
			if status == exitOK || !strings.Contains(errs, tc.want) {
				t.Errorf("status %d: %s", status, errs)
			}
		})
	}
}

func TestCornersInPlaceOfAFile(t *testing.T) {
	c := newCLI(t)
	var v buildingView
	c.json(&v, "assign", "building", "--floors", "G,1", "--units-per-floor", "3", "--unit-pattern", "{floor}-{unit}", "--building", "B",
		"--corner", "21.0284,105.8521", "--corner", "21.0284,105.8527", "--corner", "21.0290,105.8527", "--corner", "21.0290,105.8521")
	if v.Created != 6 || v.Flats[0].Unit != "G-1" || v.Flats[5].Unit != "1-3" {
		t.Errorf("%+v", v)
	}
}

func TestMintedNumbers(t *testing.T) {
	c := newCLI(t, "DIACHISO_NUMBERS=mint")
	var a addressView
	c.json(&a, "assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "5", "--street", "Phố Hàng Khay")
	if len(a.ExternalIDs) != 1 || a.ExternalIDs[0].Scheme != registry.SchemeQD392 {
		t.Fatalf("%+v", a.ExternalIDs)
	}
	var got resolutionView
	c.json(&got, "resolve", a.ExternalIDs[0].Value)
	if conf := got.Candidates[0].Confirm; conf == nil || conf.Commune != "Phường Hoàn Kiếm" || conf.Street != "Phố Hàng Khay" {
		t.Errorf("%+v", got.Candidates[0])
	}
	if _, out, _ := c.run("resolve", a.ExternalIDs[0].Value); !strings.Contains(out, "Phố Hàng Khay, Phường Hoàn Kiếm?") {
		t.Error(out)
	}
	c.env = []string{"DIACHISO_NUMBERS=maybe"}
	if status, _, errs := c.run("config", "print"); status != exitUsage || !strings.Contains(errs, "neither off nor mint") {
		t.Errorf("status %d: %s", status, errs)
	}
	if err := os.WriteFile("diachiso.yaml", []byte("numbers: off\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.env = nil
	if status, out, errs := c.run("config", "print"); status != exitOK || !strings.Contains(out, "file diachiso.yaml") {
		t.Errorf("status %d: %s %s", status, out, errs)
	}
}
