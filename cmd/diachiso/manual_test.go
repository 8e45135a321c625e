package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// What the manuals tell people to type exists: commands, subcommands and flags.
func TestManualsNameRealCommands(t *testing.T) {
	line := regexp.MustCompile("(?m)(?:^ {4}(?:sudo -u diachiso )?|^ExecStart=.*?|`|bin/)diachiso ([a-z][^`\n|>#;]*)")
	for _, file := range []string{"operations.md", "audit.md", "access.md", "privacy.md", "../SECURITY.md", "../README.md"} {
		text, err := os.ReadFile("../../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range line.FindAllStringSubmatch(string(text), -1) {
			words := strings.Fields(strings.ReplaceAll(found[1], `"`, ""))
			cmd, rest, err := (&Main{}).rootCommand().Find(words)
			if err != nil || !cmd.HasParent() || cmd.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && !cmd.Runnable() {
				t.Errorf("%s: diachiso %s: %v", file, found[1], err)
				continue
			}
			for _, word := range rest {
				name, isFlag := strings.CutPrefix(word, "--")
				if !isFlag {
					continue
				}
				name, _, _ = strings.Cut(strings.TrimRight(name, ".,:)"), "=")
				known := false
				for _, set := range []*pflag.FlagSet{cmd.Flags(), cmd.InheritedFlags(), cmd.Root().PersistentFlags()} {
					known = known || set.Lookup(name) != nil
				}
				if !known {
					t.Errorf("%s: diachiso %s has no flag --%s", file, cmd.CommandPath(), name)
				}
			}
		}
	}
}

// The manual lists every setting, and none that is not there.
func TestManualListsEverySetting(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| setting | default |")
	if !found {
		t.Fatal("there is no table of settings")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	listed := map[string]bool{}
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		if len(cells) < 3 {
			continue
		}
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			listed[name[1]] = true
		}
	}
	for _, s := range settings() {
		if !listed[s.key] {
			t.Errorf("docs/operations.md does not list the setting %s", s.key)
		}
		delete(listed, s.key)
	}
	for name := range listed {
		t.Errorf("docs/operations.md lists the setting %s, which is none", name)
	}
}
