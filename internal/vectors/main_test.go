package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var testdata = filepath.Join("..", "..", "addresscode", "testdata")

func TestVectorsAreUpToDate(t *testing.T) {
	var out strings.Builder
	if err := run(&out, testdata, 0, true); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestWriteAndCheck(t *testing.T) {
	dir := t.TempDir()
	if err := run(io.Discard, dir, 0, true); err == nil {
		t.Error("missing files pass the check")
	}
	if err := run(io.Discard, dir, 0, false); err != nil {
		t.Fatal(err)
	}
	if err := run(io.Discard, dir, 0, true); err != nil {
		t.Errorf("just written: %v", err)
	}
	path := filepath.Join(dir, "encode.csv")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(content, []byte("5FJBC"), []byte("5FJBB"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(&out, dir, 0, true); err == nil || !strings.Contains(out.String(), "encode.csv is out of date") {
		t.Errorf("a changed file passes: %v, %q", err, out.String())
	}
}

func TestDrawGivesOtherRows(t *testing.T) {
	for _, f := range files {
		own, rows, err := f.generate(0)
		if err != nil {
			t.Fatal(err)
		}
		other, others, err := f.generate(1)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(own, other) || others < rows*9/10 {
			t.Errorf("%s: another draw has %d rows beside %d, the same: %t", f.name, others, rows, bytes.Equal(own, other))
		}
	}
}
