package access

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:generate go test . -run TestDocumentation -update

var update = flag.Bool("update", false, "write the tables of docs/access.md anew")

// TestDocumentation holds the tables in docs/access.md against the matrix. After a change: go test ./access -update.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "access.md")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old := string(content)
	text := old
	for name, table := range map[string]string{
		"operations": operationsTable(), "fields": fieldsTable(), "schemes": schemesTable(), "quotas": quotasTable(), "zones": zonesTable(),
	} {
		text = replaceBetween(t, text, "<!-- "+name+" -->\n", "<!-- end -->", table)
	}
	if text == old {
		return
	}
	if !*update {
		t.Fatal("docs/access.md is stale: go test ./access -run TestDocumentation -update")
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func replaceBetween(t *testing.T, text, begin, end, with string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, begin)
	if !ok {
		t.Fatalf("there is no %s in docs/access.md", begin)
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("nothing ends %s in docs/access.md", begin)
	}
	return before + begin + with + end + after
}

// markdown is a table with roles across.
func markdown(first []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(first)
	line(slices.Repeat([]string{"---"}, len(first)))
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

func withRoles(first ...string) []string {
	for _, r := range Roles() {
		first = append(first, string(r))
	}
	return first
}

func mark(yes bool) string {
	if yes {
		return "✓"
	}
	return ""
}

func (s sight) mark(r Role) string {
	switch {
	case s.allows(r, false):
		return "✓"
	case s.allows(r, true):
		return "home"
	}
	return ""
}

func operationsTable() string {
	var rows [][]string
	for _, o := range Operations() {
		row := []string{"`" + o.ID + "`"}
		for _, r := range Roles() {
			row = append(row, mark(o.Allows(r)))
		}
		rows = append(rows, append(row, string(o.Class), mark(o.Private)))
	}
	return markdown(append(withRoles("operation"), "quota", "journalled"), rows)
}

func fieldsTable() string {
	var rows [][]string
	for _, rule := range fieldRules {
		row := []string{"`" + string(rule.field) + "`", rule.what}
		for _, r := range Roles() {
			row = append(row, rule.mark(r))
		}
		rows = append(rows, row)
	}
	return markdown(withRoles("field", "what"), rows)
}

func schemesTable() string {
	var rows [][]string
	add := func(name string, s sight) {
		row := []string{name}
		for _, r := range Roles() {
			row = append(row, s.mark(r))
		}
		rows = append(rows, row)
	}
	for _, rule := range schemeRules {
		add("`"+rule.scheme+"`", rule.sight)
	}
	add("all others", otherSchemes)
	return markdown(withRoles("scheme"), rows)
}

func quotasTable() string {
	var rows [][]string
	for _, l := range limits {
		row := []string{string(l.class)}
		for _, r := range Roles() {
			row = append(row, fmt.Sprintf("%g, %d", l.of(r).perMinute, l.of(r).burst))
		}
		rows = append(rows, row)
	}
	return markdown(withRoles("class"), rows)
}

func zonesTable() string {
	row := []string{"zones an hour"}
	for _, r := range Roles() {
		row = append(row, fmt.Sprint(zoneBound(r)))
	}
	return markdown(withRoles(""), [][]string{row})
}
