package archtest

import (
	"encoding/json"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of modules in NOTICE anew")

// direct are the modules that our own packages import, tests included. A new one is a decision: it is alive, pinned, worth its
// weight, and its reason stands here.
var direct = map[string]string{
	"codeberg.org/go-pdf/fpdf":                 "PDF of plates and labels",
	"filippo.io/age":                           "encryption of backups",
	"github.com/boombuler/barcode":             "QR codes",
	"github.com/getkin/kin-openapi":            "requests are held against openapi.yaml",
	"github.com/hashicorp/golang-lru/v2":       "tiles in memory",
	"github.com/klauspost/compress":            "zstd in backups",
	"github.com/knadh/koanf/parsers/yaml":      "configuration",
	"github.com/knadh/koanf/providers/confmap": "configuration",
	"github.com/knadh/koanf/providers/env/v2":  "configuration",
	"github.com/knadh/koanf/providers/file":    "configuration",
	"github.com/knadh/koanf/providers/posflag": "configuration",
	"github.com/knadh/koanf/v2":                "configuration",
	"github.com/labstack/echo/v4":              "routing",
	"github.com/makiuchi-d/gozxing":            "tests: QR codes are read by others than who wrote them",
	"github.com/mattn/go-sqlite3":              "the store",
	"github.com/oapi-codegen/runtime":          "the generated API",
	"github.com/paulmach/orb":                  "geometry",
	"github.com/paulmach/osm":                  "OpenStreetMap extracts",
	"github.com/pressly/goose/v3":              "migrations",
	"github.com/prometheus/client_golang":      "metrics",
	"github.com/schollz/progressbar/v3":        "imports at a terminal",
	"github.com/spf13/cobra":                   "commands",
	"github.com/spf13/pflag":                   "commands",
	"github.com/swaggest/swgui":                "the documentation page",
	"github.com/tink-crypto/tink-go/v2":        "encryption of households",
	"github.com/uber/h3-go/v4":                 "cells",
	"golang.org/x/image":                       "outlines of letters and pictures of plates",
	"golang.org/x/mod":                         "signed notes of checkpoints",
	"golang.org/x/sync":                        "single flight",
	"golang.org/x/term":                        "whether a terminal listens",
	"golang.org/x/text":                        "Unicode normal forms",
	"golang.org/x/time":                        "token buckets",
	"google.golang.org/protobuf":               "protocol buffers of OpenStreetMap",
}

// replaced are the modules that another one stands in for.
var replaced = map[string]string{"github.com/datadog/czlib": "./third_party/czlib"}

// licences that the program may be passed on under.
var welcomeLicences = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "MPL-2.0"}

type linked struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Module       *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path string }
	}
}

func packages(t *testing.T, args ...string) (pkgs []linked) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Module,Imports,TestImports,XTestImports"}, args...)...)
	cmd.Dir, cmd.Stderr = "../..", os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p linked
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

func TestDirectDependenciesAreChosen(t *testing.T) {
	pkgs := packages(t, "-test", "./...")
	moduleOf := map[string]string{}
	for _, p := range pkgs {
		if p.Module != nil && !p.Module.Main {
			moduleOf[p.ImportPath] = p.Module.Path
		}
	}
	used := map[string]bool{}
	for _, p := range pkgs {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if m, ok := moduleOf[imp]; ok {
				used[m] = true
			}
		}
	}
	for m := range used {
		if _, ok := direct[m]; !ok {
			t.Errorf("%s is imported without being among the chosen dependencies", m)
		}
	}
	for m := range direct {
		if !used[m] {
			t.Errorf("%s is a chosen dependency that nothing imports", m)
		}
	}
	mod := goMod(t)
	for _, r := range mod.Require {
		if used[r.Path] == r.Indirect {
			t.Errorf("go.mod says of %s: indirect %v", r.Path, r.Indirect)
		}
	}
	have := map[string]string{}
	for _, r := range mod.Replace {
		have[r.Old.Path] = r.New.Path
	}
	if !maps.Equal(have, replaced) {
		t.Errorf("go.mod replaces %v, known are %v", have, replaced)
	}
}

type modFile struct {
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Replace []struct{ Old, New struct{ Path string } }
}

func goMod(t *testing.T) (m modFile) {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// NOTICE lists every module in the program with its licence, found in the module itself.
func TestLicencesAreListed(t *testing.T) {
	modules := map[string]string{}
	for _, p := range packages(t, "./cmd/diachiso") {
		if p.Module == nil || p.Module.Main {
			continue
		}
		if p.Module.Replace != nil {
			continue // ours
		}
		modules[p.Module.Path] = p.Module.Dir
	}
	var b strings.Builder
	b.WriteString(noticeStart)
	for _, m := range slices.Sorted(maps.Keys(modules)) {
		licences := licencesOf(t, modules[m])
		if len(licences) == 0 {
			t.Errorf("%s has no licence that this test knows", m)
		}
		for _, l := range licences {
			if !slices.Contains(welcomeLicences, l) {
				t.Errorf("%s has licence %s", m, l)
			}
		}
		b.WriteString(m + strings.Repeat(" ", max(1, 48-len(m))) + strings.Join(licences, ", ") + "\n")
	}
	text, err := os.ReadFile("../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	before, have, found := strings.Cut(string(text), noticeStart)
	if *update {
		if !found {
			before = strings.TrimRight(before, "\n") + "\n\n"
		}
		if err := os.WriteFile("../../NOTICE", []byte(before+b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if noticeStart+have != b.String() {
		t.Errorf("the list of modules in NOTICE is not that of the program: go test ./internal/archtest -run Licences -update")
	}
}

const noticeStart = "Modules in the program, and their licences\n------------------------------------------\n"

// licencesOf recognises licences by sentences that no other has.
func licencesOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if !strings.HasPrefix(name, "licen") && !strings.HasPrefix(name, "copying") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(string(text)), " ")
		has := func(s string) bool { return strings.Contains(words, s) }
		var found []string // more than one where parts were taken from elsewhere
		for _, l := range []struct {
			name string
			is   bool
		}{
			{"BSD-3-Clause", has("Redistribution and use in source and binary forms") && has("endorse or promote")},
			{"BSD-2-Clause", has("Redistribution and use in source and binary forms") && !has("endorse or promote")},
			{"MIT", has("Permission is hereby granted, free of charge")},
			{"Apache-2.0", has("Apache License Version 2.0") || has("Apache License, Version 2.0")},
			{"MPL-2.0", has("Mozilla Public License Version 2.0") || has("Mozilla Public License, version 2.0")},
			{"ISC", has("Permission to use, copy, modify, and/or distribute this software") || has("Permission to use, copy, modify, and distribute this software")},
		} {
			if l.is {
				found = append(found, l.name)
			}
		}
		return found
	}
	return nil
}

// go.sum has a checksum for the contents of every module of the program, so that a build takes none on trust.
func TestGoSumIsComplete(t *testing.T) {
	text, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages(t, "-test", "./...") {
		if m := p.Module; m != nil && !m.Main && m.Replace == nil && !strings.Contains(string(text), "\n"+m.Path+" "+m.Version+" h1:") && !strings.HasPrefix(string(text), m.Path+" "+m.Version+" h1:") {
			t.Errorf("go.sum has no checksum of %s %s", m.Path, m.Version)
		}
	}
}
