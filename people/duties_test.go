package people_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/privacy.md promises that a test holds each duty.
func TestDutiesNameRealTests(t *testing.T) {
	text, err := os.ReadFile("../docs/privacy.md")
	must(t, err)
	folders := map[string]string{"people": ".", "vault": "vault", "api": "../api", "audit": "../audit", "sqlite": "../registry/sqlite", "main": "../cmd/diachiso"}
	named := regexp.MustCompile("`([a-z]+)\\.(Test[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 40 {
		t.Fatalf("only %d tests are named", len(named))
	}
	tests := map[string]string{}
	for name, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		must(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			must(t, err)
			tests[name] += string(content)
		}
	}
	for _, m := range named {
		if !strings.Contains(tests[m[1]], "\nfunc "+m[2]+"(t *testing.T) {") {
			t.Errorf("there is no test %s in %s", m[2], folders[m[1]])
		}
	}
}
