package main

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// cli runs commands in a folder of their own.
type cli struct {
	t   *testing.T
	env []string
	in  string
}

func newCLI(t *testing.T, env ...string) *cli {
	t.Helper()
	t.Chdir(t.TempDir())
	return &cli{t: t, env: env}
}

func (c *cli) run(args ...string) (status int, stdout, stderr string) {
	c.t.Helper()
	var out, errs bytes.Buffer
	m := &Main{Stdin: strings.NewReader(c.in), Stdout: &out, Stderr: &errs, Env: c.env, Data: builtIn}
	status = m.Run(context.Background(), args)
	return status, out.String(), errs.String()
}

// json runs a command that must succeed and decodes the last line it prints.
func (c *cli) json(v any, args ...string) {
	c.t.Helper()
	status, out, errs := c.run(append(args, "--json")...)
	if status != exitOK {
		c.t.Fatalf("%v: exit status %d\n%s", args, status, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), v); err != nil {
		c.t.Fatalf("%v: %v in %q", args, err, out)
	}
}

func TestExitStatuses(t *testing.T) {
	c := newCLI(t)
	if status, _, errs := c.run("assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "1"); status != exitOK {
		t.Fatal(errs)
	}
	for name, tt := range map[string]struct {
		args string
		want int
		says string // on standard error
	}{
		"help":                    {"--help", exitOK, ""},
		"nothing":                 {"", exitOK, ""},
		"unknown command":         {"fly", exitUsage, `unknown command "fly"`},
		"unknown flag":            {"encode 1 2 --fly", exitUsage, "unknown flag"},
		"group alone":             {"import", exitUsage, "needs a subcommand"},
		"group with nonsense":     {"demo dance", exitUsage, "dance"},
		"too few arguments":       {"encode", exitUsage, "latitude"},
		"too many arguments":      {"locate 1 2 3", exitUsage, "3 arguments"},
		"no number":               {"encode here there", exitInvalid, "Try: "},
		"a flag that is no value": {"encode 21 105 --ordinal x", exitUsage, "ordinal"},
		"south":                   {"encode -5 105", exitInvalid, "outside"},
		"negative in one":         {"encode -5,105", exitInvalid, "outside"},
		"negative flag value":     {"assign --lat -5 --lon 105", exitInvalid, ""},
		"swapped":                 {"encode 105.85 21.02", exitInvalid, "21.02,105.85"},
		"ordinal too high":        {"encode 21.0287 105.8524 --ordinal 31", exitInvalid, ""},
		"ordinal negative":        {"encode 21.0287 105.8524 --ordinal=-1", exitInvalid, ""},
		"at sea, encode":          {"encode 12 112", exitOK, ""},
		"at sea, locate":          {"locate 12 112", exitInvalid, "no commune"},
		"bad date":                {"locate 21 105.8 --at yesterday", exitUsage, "--at"},
		"damaged code":            {"decode 5FJBC-2NJV-T35", exitInvalid, "5FJBC-2NJV-T33"},
		"no code":                 {"decode hello", exitInvalid, ""},
		"correctable":             {"correct 5FJBC-2NJV-T35", exitOK, ""},
		"right already":           {"correct 5fjbc 2njv t33", exitOK, ""},
		"hopeless":                {"correct 00000-0000-ZZZ", exitInvalid, ""},
		"resolve registered":      {"resolve 5FJBC-2NJV-T33", exitOK, ""},
		"resolve damaged":         {"resolve 5FJBC-2NJV-T35", exitOK, ""},
		"resolve free":            {"resolve 5FJBC-2NM0-487", exitNotFound, "not registered"},
		"resolve unknown id":      {"resolve osm:node/5", exitNotFound, ""},
		"resolve a place":         {"resolve 21.5,105.5", exitOK, ""},
		"no database":             {"resolve 5FJBC-2NJV-T33 --db none.db", exitFailure, "no database"},
		"assign without position": {"assign --house-number 1", exitUsage, "--lat and --lon"},
		"assign a duplicate":      {"assign --lat 21.0287 --lon 105.8524 --house-number 1", exitRefused, "5FJBC-2NJV-T33"},
		"assign elsewhere":        {"assign --lat 21.0287 --lon 105.8524 --house-number 2 --commune-code 26743", exitRefused, "00070"},
		"assign bad kind":         {"assign --lat 21.0287 --lon 105.8524 --kind palace", exitInvalid, ""},
		"assign bad id":           {"assign --lat 21.0287 --lon 105.8524 --external-id osm", exitUsage, "SCHEME:VALUE"},
		"import nothing":          {"import csv none.csv", exitFailure, "no such file"},
		"import osm of stdin":     {"import osm -", exitUsage, "standard input"},
		"serve --dev, open":       {"serve --dev --listen 0.0.0.0:0", exitUsage, "loopback"},
		"serve nowhere":           {"serve --listen nowhere", exitUsage, "HOST:PORT"},
		"unknown log level":       {"version --log-level loud", exitUsage, "log_level"},
		"missing file":            {"version --config none.yaml", exitUsage, "none.yaml"},
		"completion":              {"completion bash", exitOK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			status, out, errs := c.run(strings.Fields(tt.args)...)
			if status != tt.want {
				t.Errorf("exit status %d, want %d\n%s%s", status, tt.want, out, errs)
			}
			if !strings.Contains(errs+out, tt.says) {
				t.Errorf("%q is not in %q", tt.says, errs)
			}
			if status != exitOK && !strings.HasPrefix(errs, "Error: ") {
				t.Errorf("standard error is %q", errs)
			}
		})
	}
}

func TestEveryErrorCodeHasAStatus(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "registry", "error.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		if !ok || kind.Name != "ErrorCode" {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		if _, known := statusOf[registry.ErrorCode(text)]; !known {
			t.Errorf("error code %q has no exit status", text)
		}
		return true
	})
	if found != len(statusOf) {
		t.Errorf("%d error codes, %d statuses", found, len(statusOf))
	}
}

func TestEveryCommandTeaches(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" {
			t.Errorf("%s says nothing", c.CommandPath())
		}
		if c.Runnable() && !c.HasSubCommands() && c.Example == "" {
			t.Errorf("%s shows no example", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&Main{}).rootCommand())
}

func TestConfigPrecedence(t *testing.T) {
	type printed struct {
		Settings []configValue `json:"settings"`
		Unused   []string      `json:"unused_environment"`
	}
	get := func(p printed, key string) (any, string) {
		for _, v := range p.Settings {
			if v.Key == key {
				return v.Value, v.Origin
			}
		}
		return nil, "missing"
	}
	c := newCLI(t, "DIACHISO_LISTEN=127.0.0.1:2", "DIACHISO_CORS_ORIGINS=https://a.vn, https://b.vn", "DIACHISO_PORT_80_TCP=x")
	if err := os.WriteFile("diachiso.yaml", []byte("db: file.db\nlisten: 127.0.0.1:1\nlog_format: json\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("other.yaml", []byte("db: other.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var p printed
	c.json(&p, "config", "print", "--db", "flag.db")
	for key, want := range map[string][2]string{
		"db":           {"flag.db", "flag --db"},
		"listen":       {"127.0.0.1:2", "environment DIACHISO_LISTEN"},
		"log_format":   {"json", "file diachiso.yaml"},
		"cors_origins": {"https://a.vn,https://b.vn", "environment DIACHISO_CORS_ORIGINS"},
		"demo":         {"false", "default"},
	} {
		if value, origin := get(p, key); configText(value) != want[0] || origin != want[1] {
			t.Errorf("%s = %v from %s, want %v", key, value, origin, want)
		}
	}
	if len(p.Unused) != 1 || p.Unused[0] != "DIACHISO_PORT_80_TCP" {
		t.Errorf("unused variables %v", p.Unused)
	}
	c.env = append(c.env, "DIACHISO_CONFIG=other.yaml")
	p = printed{}
	c.json(&p, "config", "print")
	if value, origin := get(p, "db"); value != "other.db" || origin != "file other.yaml" {
		t.Errorf("db = %v from %s", value, origin)
	}
}

func TestConfigTakesOriginsInEveryForm(t *testing.T) {
	for text, want := range map[string]string{
		"cors_origins: https://a.vn":                 "https://a.vn",
		"cors_origins: https://a.vn, https://b.vn":   "https://a.vn https://b.vn",
		"cors_origins: [https://a.vn, https://b.vn]": "https://a.vn https://b.vn",
		"cors_origins: []":                           "",
		"":                                           "",
	} {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("diachiso.yaml", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := loadConfig(nil, nil)
		if err != nil || strings.Join(config.CORSOrigins, " ") != want {
			t.Errorf("%q: %v %v", text, config.CORSOrigins, err)
		}
	}
}

func TestConfigRefusesFiles(t *testing.T) {
	for name, tt := range map[string]struct{ text, says string }{
		"unknown key": {"database: x\n", `there is no setting "database"`},
		"nested":      {"log:\n  level: info\n", `there is no setting "log.level"`},
		"no YAML":     {"db: [\n", "read configuration file"},
		"no boolean":  {"dev: perhaps\n", "neither true nor false"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCLI(t)
			if err := os.WriteFile("diachiso.yaml", []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, _, errs := c.run("config", "print"); status != exitUsage || !strings.Contains(errs, tt.says) {
				t.Errorf("exit status %d, %s", status, errs)
			}
		})
	}
}
