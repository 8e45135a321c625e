package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/importer"
)

// output is what a command that must succeed prints.
func (c *cli) output(args ...string) string {
	c.t.Helper()
	status, out, errs := c.run(args...)
	if status != exitOK {
		c.t.Fatalf("%v: exit status %d\n%s", args, status, errs)
	}
	return out
}

// registerFile has ids, numbers of QĐ 392, rows that come twice, likely duplicates, a contradiction and a row that cannot be read.
func registerFile(rows int) string {
	var b strings.Builder
	b.WriteString("id,lat,lon,so_nha,duong,commune_code\n")
	for i := range rows {
		id := ""
		switch {
		case i%3 == 0:
			id = fmt.Sprint(i)
		case i%50 == 1:
			id = fmt.Sprintf("qd392:11515%05d", i)
		}
		number := i - i%7/6 // every seventh is like the one before
		fmt.Fprintf(&b, "%s,%.6f,%.6f,%d,Phố Thử,\n", id, 21.02+float64(number%100)*1e-5, 105.84+float64(number/100)*1e-5, number)
	}
	b.WriteString("9999,21.02,105.84,7,Phố Thử,26740\n,x,105.84,7,Phố Thử,\n")
	return b.String()
}

// What a first load makes is what the import makes, and the same file again adds nothing.
func TestImportFirst(t *testing.T) {
	c := newCLI(t)
	writeFile(t, "h.csv", registerFile(1500))
	var slow, first, again importer.Report
	c.json(&slow, "import", "csv", "h.csv", "--db", "slow.db")
	c.json(&first, "import", "csv", "h.csv", "--first", "--db", "first.db")
	if fmt.Sprint(slow) != fmt.Sprint(first) || first.Added == 0 || first.Merged == 0 || first.Existing == 0 || first.SetAside != 1 || first.Rejected != 1 {
		t.Errorf("slow  %+v\nfirst %+v", slow, first)
	}
	c.json(&again, "import", "csv", "h.csv", "--db", "first.db", "--resume=false")
	if again.Added != 0 || again.Merged != 0 || again.Existing != first.Added+first.Merged+first.Existing {
		t.Errorf("again %+v", again)
	}
	times := regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)
	for _, want := range [][]string{
		{"import", "reviews", "1"},
		{"export", "--province", "01", "--format", "csv"},
	} {
		a := times.ReplaceAllString(c.output(append(slices.Clone(want), "--db", "slow.db")...), "")
		b := times.ReplaceAllString(c.output(append(slices.Clone(want), "--db", "first.db")...), "")
		if a != b || len(a) < 50 {
			t.Errorf("%v: %d and %d bytes that differ", want, len(a), len(b))
		}
	}
	c.output("check", "--db", "first.db")
	c.output("import", "undo", "1", "--db", "first.db")
}

func TestImportFirstIsRefusedWhereThereAreAddresses(t *testing.T) {
	c := newCLI(t)
	writeFile(t, "h.csv", registerFile(20))
	c.output("import", "csv", "h.csv")
	status, _, stderr := c.run("import", "csv", "h.csv", "--first")
	if status == exitOK || !strings.Contains(stderr, "has addresses already") {
		t.Errorf("status %d, %s", status, stderr)
	}
}

func TestImportFirstThatFailsLeavesTheDatabase(t *testing.T) {
	c := newCLI(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(registerFile(3000))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "h.csv.gz", packed.String()[:packed.Len()-100])
	status, _, stderr := c.run("import", "csv", "h.csv.gz", "--first")
	if status == exitOK || !strings.Contains(stderr, "as it was") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if _, err := os.Stat("data/diachiso.db.loading"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the unfinished copy is still there: %v", err)
	}
	var report importer.Report
	writeFile(t, "h.csv", registerFile(30))
	c.json(&report, "import", "csv", "h.csv", "--first")
	if report.Added == 0 {
		t.Errorf("%+v", report)
	}
}
