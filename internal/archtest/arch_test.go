// Package archtest holds the test that keeps the rooms of the house apart.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/diachiso/diachiso"

// allowed says which of our own packages each package may import. A package that is not listed may not exist.
// Test files are free: they may reach for the real store and the real data.
var allowed = map[string][]string{
	"addresscode":            {},
	"vntext":                 {},
	"geo":                    {"addresscode"},
	"registry":               {"vntext", "geo", "addresscode"},
	"access":                 {"registry", "vntext", "geo", "addresscode"},
	"audit":                  {"internal/durable", "registry", "vntext", "geo", "addresscode"},
	"people":                 {"people/vault", "registry", "vntext", "geo", "addresscode"},
	"people/vault":           {"internal/durable"},
	"registry/sqlite":        {"internal/durable", "jobs", "access", "audit", "people", "registry", "vntext", "geo", "addresscode"},
	"exporter":               {"registry", "geo", "addresscode"},
	"pack":                   {"internal/durable", "audit", "registry/sqlite", "access", "registry", "vntext", "geo", "addresscode"},
	"backup":                 {"internal/durable", "registry/sqlite", "registry", "vntext", "geo", "addresscode"},
	"registry/storetest":     {"registry", "vntext", "geo", "addresscode"},
	"seed":                   {"registry", "vntext", "geo", "addresscode"},
	"seed/internal/generate": {"seed", "vntext", "geo", "addresscode"},
	"geocode":                {"registry", "vntext", "geo", "addresscode"},
	"importer":               {"internal/textfile", "geocode", "registry", "vntext", "geo", "addresscode"},
	"tiles":                  {"registry", "vntext", "geo", "addresscode"},
	"web":                    {},
	"plate":                  {"vntext"},
	"api":                    {".", "tiles", "web", "plate", "bulk", "jobs", "internal/textfile", "exporter", "access", "audit", "people", "geocode", "importer", "seed", "registry", "vntext", "geo", "addresscode"},
	"cmd/diachiso":           {"*"},
	"jobs":                   {"internal/durable", "registry", "vntext", "geo", "addresscode"},
	"bulk":                   {"internal/textfile", "geocode", "registry", "vntext", "geo", "addresscode"},
	"internal/child":         {},
	"internal/durable":       {},
	"internal/textfile":      {},
	"internal/vectors":       {"geo", "addresscode"},
	"internal/loadtest":      {"*"},
	"internal/loadtest/load": {"internal/child", "geo"},
	"internal/eval":          {"*"},
	"internal/bench":         {"importer", "registry/sqlite", "seed", "registry", "geo", "internal/synth", "internal/loadtest/load"},
	"internal/synth":         {"registry", "seed", "vntext", "geo", "addresscode"},
	"internal/e2e":           {"*"},
	"internal/faulttest":     {"*"},
	"internal/archtest":      {},
	".":                      {}, // embeds openapi.yaml
}

// exclusive names the only packages that may import a library (or anything below it).
var exclusive = map[string][]string{
	"github.com/uber/h3-go/v4":        {"geo"},
	"github.com/paulmach/orb":         {"geo", "importer", "tiles", "seed/internal/generate"},
	"github.com/paulmach/osm":         {"importer"},
	"github.com/hashicorp/golang-lru": {"tiles"},
	"github.com/labstack/echo/v4":     {"api", "internal/loadtest"},
	"github.com/getkin/kin-openapi":   {"api"},
	"github.com/mattn/go-sqlite3":     {"registry/sqlite", "people/vault", "internal/loadtest", "internal/eval"},
	"github.com/pressly/goose/v3":     {"registry/sqlite"},
	"github.com/spf13/cobra":          {"cmd/diachiso"},
	"github.com/knadh/koanf":          {"cmd/diachiso"},
	"github.com/prometheus":           {"api"},
	"github.com/schollz/progressbar":  {"cmd/diachiso"},
	"database/sql":                    {"registry/sqlite", "people/vault", "internal/loadtest", "internal/eval", "addresscode"}, // addresscode: sql/driver.Valuer only
	"C":                               {},
	"github.com/swaggest/swgui":       {"api"},
	"github.com/oapi-codegen/runtime": {"api"},
	"golang.org/x/time":               {"access"},
	"golang.org/x/text":               {"vntext", "api", "importer", "internal/eval"},
	"golang.org/x/mod":                {"audit"},
	"github.com/klauspost/compress":   {"backup"},
	"filippo.io/age":                  {"backup"},
	"codeberg.org/go-pdf/fpdf":        {"plate"},
	"github.com/boombuler/barcode":    {"plate"},
	"golang.org/x/image":              {"plate"},
}

// standardOnly lists the packages that may import nothing but the standard library.
var standardOnly = []string{"addresscode"}

type listed struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
	Doc        string
}

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles,Doc", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}

func room(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

func within(importPath, library string) bool {
	return importPath == library || strings.HasPrefix(importPath, library+"/")
}

func contains(list []string, name string) bool {
	for _, s := range list {
		if s == name || s == "*" {
			return true
		}
	}
	return false
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, p := range list(t) {
		name := room(p.ImportPath)
		may, known := allowed[name]
		if !known {
			t.Errorf("package %s is not in the house's plan: add it to docs/architecture.md and to this test", name)
			continue
		}
		for _, imp := range p.Imports {
			if within(imp, module) && !contains(may, room(imp)) {
				t.Errorf("%s must not import %s", name, room(imp))
			}
			for library, only := range exclusive {
				if within(imp, library) && !contains(only, name) {
					t.Errorf("%s must not import %s: only %v may", name, imp, only)
				}
			}
			if contains(standardOnly, name) && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
				t.Errorf("%s must import the standard library only, not %s", name, imp)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range list(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", room(p.ImportPath))
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	const most = 500
	for _, p := range list(t) {
		for _, f := range p.GoFiles {
			if strings.HasSuffix(f, ".gen.go") {
				continue
			}
			data, err := os.ReadFile(path.Join(p.Dir, f))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(data), "\n"); n > most {
				t.Errorf("%s/%s has %d lines, more than %d: likely two concepts", room(p.ImportPath), f, n, most)
			}
		}
	}
}
