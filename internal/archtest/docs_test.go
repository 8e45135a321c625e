package archtest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A promise names the test that holds it; the test is there.
func TestPromisesNameRealTests(t *testing.T) {
	out, err := exec.Command("sh", "-c", "cd ../.. && git ls-files --cached --others --exclude-standard '*_test.go'").Output()
	if err != nil {
		t.Skipf("no checkout: %v", err)
	}
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for file := range strings.FieldsSeq(string(out)) {
		text, err := os.ReadFile("../../" + file)
		if os.IsNotExist(err) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			there[found[1]] = true
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	for _, file := range []string{"SECURITY.md", "docs/privacy.md", "docs/reliability.md", "docs/operations.md", "docs/access.md", "docs/audit.md"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, found := range named.FindAllStringSubmatch(string(text), -1) {
			if !there[found[1]] {
				t.Errorf("%s names %s, which is no test", file, found[1])
			}
		}
	}
}
