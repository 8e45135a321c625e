package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
)

func TestAssignThenResolve(t *testing.T) {
	c := newCLI(t)
	var first, again addressView
	args := []string{"assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "12A", "--alley", "34/5", "--street", "Phố Hàng Khay",
		"--external-id", "osm:node/1", "--external-id", "qd392:1151502853"}
	c.json(&first, args...)
	if first.Code != "5FJBC-2NJV-T33" || first.Outcome != registry.OutcomeCreated || first.Division.Commune.Code != "00070" || len(first.ExternalIDs) != 2 {
		t.Fatalf("%+v", first)
	}
	if got := strings.Join(first.Components.Alley, "/"); got != "34/5" {
		t.Errorf("alley %s", got)
	}
	c.json(&again, args...)
	if again.Code != first.Code || again.Outcome != registry.OutcomeExisting || again.Version != first.Version {
		t.Errorf("%+v", again)
	}
	for _, query := range []string{"5fjbc 2njv t33", "5FJBC-2NJV-T35", "2NJV-T33, phường Hoàn Kiếm", "osm:node/1", "qd392:1151502853", "8d415cb4e426bbf", "21.0287,105.8524"} {
		var got resolutionView
		c.json(&got, "resolve", query)
		found := false
		for _, candidate := range got.Candidates {
			found = found || candidate.Registered && candidate.Address.Code == first.Code
		}
		if !found {
			t.Errorf("resolve %q: %+v", query, got)
		}
	}
}

func TestImportIsRepeatable(t *testing.T) {
	c := newCLI(t)
	const text = "vi_do;kinh_do;so_nha;duong;ghi_chu\n" +
		"21,03;105,85;1;Phố A;\n" + // decimal commas
		"21,03;105,85;1;Phố A;\n" + // the same again
		"21,0301;105,85;;;\n" + // a house without number
		"21,03;xx;3;Phố A;\n"
	if err := os.WriteFile("hộ dân.csv", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var report importer.Report
	c.json(&report, "import", "csv", "hộ dân.csv", "--rejects", "rejected.csv")
	if report.Read != 4 || report.Added != 2 || report.Rejected != 1 || report.Existing+report.Merged != 1 {
		t.Errorf("first run: %+v", report)
	}
	rejected, err := os.ReadFile("rejected.csv")
	if err != nil || !strings.Contains(string(rejected), "line 5,invalid,lon,") {
		t.Errorf("rejected.csv: %v %s", err, rejected)
	}
	var zipped bytes.Buffer
	zw := gzip.NewWriter(&zipped)
	if _, err := zw.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	c.in = zipped.String() // the same text, compressed, from standard input
	report = importer.Report{}
	c.json(&report, "import", "csv", "-")
	if report.Read != 4 || report.Added != 0 || report.Rejected != 1 {
		t.Errorf("second run: %+v", report)
	}
	c.in = zipped.String()[:zipped.Len()-12]
	status, out, errs := c.run("import", "csv", "-", "--json")
	if status != exitFailure || !strings.Contains(errs, "unexpected EOF") {
		t.Errorf("cut off: exit status %d, %s", status, errs)
	}
	if err := json.Unmarshal([]byte(strings.TrimSpace(out)), &report); err != nil {
		t.Errorf("cut off: %v in %q", err, out)
	}
}

func TestImportReportIsOneExactLine(t *testing.T) {
	c := newCLI(t)
	c.in = `{"type":"Feature","geometry":{"type":"Point","coordinates":[105.8524,21.0287]},"properties":{"house_number":"1"}}`
	_, out, errs := c.run("import", "geojson", "-", "--json")
	if out != `{"import":1,"read":1,"added":1,"existing":0,"merged":0,"set_aside":0,"rejected":0}`+"\n" || errs != "" {
		t.Errorf("%q; standard error, which should be empty: %q", out, errs)
	}
}

func TestImportOfNothingButRejections(t *testing.T) {
	c := newCLI(t)
	c.in = "lat,lon\n105.85,21.03\n"
	status, _, errs := c.run("import", "csv", "-")
	if status != exitInvalid || !strings.Contains(errs, "line 2") || !strings.Contains(errs, "every record was rejected") {
		t.Errorf("exit status %d, %s", status, errs)
	}
}

func TestSchemeOfFileName(t *testing.T) {
	for name, want := range map[string]string{
		"households.csv": "households", "Hộ dân 2026.csv": "h-d-n-2026", "2026.csv.gz": "file-2026", "địa chỉ": "a-ch", "???": "file",
		strings.Repeat("x", 50) + ".csv": strings.Repeat("x", registry.MaxExternalScheme),
	} {
		got := schemeOf(name)
		if got != want || !registry.ValidScheme(got) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestSeedAndDemo(t *testing.T) {
	c := newCLI(t)
	var seeded struct {
		From, To  string
		Addresses int64
	}
	c.json(&seeded, "seed")
	if seeded.From != "" || seeded.To == "" || seeded.Addresses != 0 {
		t.Errorf("first: %+v", seeded)
	}
	c.json(&seeded, "seed")
	if seeded.From != seeded.To || seeded.Addresses != 0 {
		t.Errorf("second: %+v", seeded)
	}
	var loaded struct{ Added, Removed int }
	c.json(&loaded, "demo", "load")
	if loaded.Added < 200 {
		t.Errorf("demo load: %+v", loaded)
	}
	c.json(&loaded, "demo", "load")
	if loaded.Added != 0 {
		t.Errorf("demo load again: %+v", loaded)
	}
	c.json(&loaded, "demo", "remove")
	if loaded.Removed < 200 {
		t.Errorf("demo remove: %+v", loaded)
	}
}
