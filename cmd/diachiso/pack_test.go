package main

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/exporter"
	"github.com/diachiso/diachiso/pack"
)

func TestPackCommand(t *testing.T) {
	c := newCLI(t)
	var key, auditor keyView
	c.json(&key, "key", "create", "--role", "courier")
	c.json(&auditor, "key", "create", "--role", "auditor")
	var houses [3]addressView
	for i := range houses {
		c.json(&houses[i], "assign", "--lat", []string{"21.0287", "21.0288", "21.0289"}[i], "--lon", "105.8526", "--house-number", []string{"1", "3", "5"}[i], "--street", "Phố Thử")
	}
	for _, args := range [][]string{
		{"pack", "--province", "01", "--for", auditor.Prefix, "-o", "x.db"},
		{"pack", "--province", "01", "--for", "NOBODY00", "-o", "x.db"},
		{"pack", "--province", "01", "--commune", "00070", "--for", key.Prefix, "-o", "x.db"},
		{"pack", "--province", "01", "-o", "x.db"},
		{"pack", "--province", "01", "--for", key.Prefix},
	} {
		if status, _, errs := c.run(args...); status == exitOK || errs == "" {
			t.Errorf("%v: exit status %d, %s", args, status, errs)
		}
	}
	var made pack.Manifest
	c.json(&made, "pack", "--province", "01", "--for", key.Prefix, "-o", "hanoi.pack.db")
	_, verifier, _ := c.run("audit", "key")
	verifier = strings.TrimSpace(verifier)
	if made.Verifier != verifier || made.Key != key.Prefix {
		t.Errorf("%+v, verifier %q", made, verifier)
	}
	ask := func(args ...string) (int, string, string) {
		return c.run(append([]string{"--db", "hanoi.pack.db", "--pack-key", verifier}, args...)...)
	}
	for _, args := range [][]string{
		{"resolve", houses[0].Code}, {"resolve", "21.0287,105.8524"}, {"search", "3 Phố Thử, Hà Nội"}, {"validate", "3 Phố Thử, Hà Nội"}, {"locate", "21.0287", "105.8524"},
	} {
		if status, out, errs := ask(args...); status != exitOK || out == "" || errs != "" {
			t.Errorf("%v: exit status %d, %s%s", args, status, out, errs)
		}
	}
	c.in = "id,địa chỉ,mã địa chỉ,lat,lon\n1,\"3 Phố Thử, Hà Nội\",,,\n2,," + houses[0].Code + ",,\n3,,,21.0287,105.8526\n4,\"9999 Phố Không Có, Hà Nội\",,,\n"
	status, out, _ := ask("geocode", "-")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if status != exitOK || err != nil || len(rows) != 5 {
		t.Fatalf("geocode with a pack: exit status %d, %v, %s", status, err, out)
	}
	found := slices.Index(rows[0], "result_code")
	for i, want := range []string{houses[1].Code, houses[0].Code, houses[0].Code, ""} {
		if got := rows[i+1][found]; got != want {
			t.Errorf("geocode with a pack: row %d is %q, want %q", i+1, got, want)
		}
	}
	if _, _, errs := c.run("--db", "hanoi.pack.db", "resolve", houses[0].Code); !strings.Contains(errs, "--pack-key") {
		t.Errorf("nobody is told that the key was not pinned: %q", errs)
	}
	for _, args := range [][]string{{"assign", "--lat", "21.0287", "--lon", "105.8524"}, {"serve"}} {
		if status, _, errs := ask(args...); status == exitOK {
			t.Errorf("%v writes to a pack: %s", args, errs)
		}
	}
	if status, _, errs := c.run("--pack-key", verifier, "--db", defaultDB, "resolve", houses[0].Code); status == exitOK {
		t.Errorf("a registry was taken for a pack: %s", errs)
	}
	var matches []packMatch
	c.json(&matches, "pack", "trace", "hanoi.pack.db")
	if len(matches) != 1 || matches[0].Key != key.Prefix || matches[0].Canaries == 0 {
		t.Errorf("traced to %+v", matches)
	}
	whole, err := os.ReadFile("hanoi.pack.db")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"cut": whole[:len(whole)-400], "changed": append([]byte("x"), whole[1:]...)} {
		if err := os.WriteFile("hanoi.pack.db", file, 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _, errs := ask("resolve", houses[0].Code); status == exitOK || errs == "" {
			t.Errorf("%s: %d %s", name, status, errs)
		}
	}
}

func TestExportAndCoverageCommands(t *testing.T) {
	c := newCLI(t)
	for i, number := range []string{"1", "3"} {
		if status, _, errs := c.run("assign", "--lat", []string{"21.0287", "21.0288"}[i], "--lon", "105.8526", "--house-number", number, "--street", "Phố Thử"); status != exitOK {
			t.Fatal(errs)
		}
	}
	status, out, errs := c.run("export", "--commune", "00070")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if status != exitOK || err != nil || len(rows) != 3 || len(rows[0]) != len(exporter.Columns()) {
		t.Fatalf("export: %d %q %s %v", status, out, errs, err)
	}
	for _, format := range []string{"ndjson", "geojson"} {
		if status, _, errs := c.run("export", "--format", format, "-o", "all."+format); status != exitOK {
			t.Errorf("%s: %s", format, errs)
		}
	}
	for _, args := range [][]string{{"export", "--format", "xls"}, {"export", "--commune", "99999"}, {"export", "--commune", "00070", "--province", "01"}, {"coverage", "--level", "hamlet"}} {
		if status, _, _ := c.run(args...); status == exitOK {
			t.Errorf("%v is taken", args)
		}
	}
	for name, text := range map[string]string{
		"unknown commune": "commune_code,households\n99999,3\n", "no count": "commune_code,households\n00070,many\n", "no header": "", "twice": "commune_code,households\n00070,1\n70,2\n",
	} {
		c.in = text
		if status, _, errs := c.run("coverage", "import", "-"); status == exitOK {
			t.Errorf("%s is taken: %s", name, errs)
		}
	}
	c.in = "\ufeffcommune_code,households,source,date\n70,8,UBND,2026-04-01\n"
	if status, _, errs := c.run("coverage", "import", "-"); status != exitOK {
		t.Fatal(errs)
	}
	var v coverageView
	c.json(&v, "coverage", "--province", "01")
	if len(v.SurveyNext) == 0 || v.SurveyNext[0].Code != "00070" || v.SurveyNext[0].Reasons[0].Count != 6 {
		t.Errorf("%+v", v.SurveyNext)
	}
	if status, out, errs := c.run("coverage"); status != exitOK || !strings.Contains(out, "25.0 %") {
		t.Errorf("coverage: %s%s", out, errs)
	}
}
