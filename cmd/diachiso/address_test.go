package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// said decodes what a command printed that must succeed.
func said[T any](t *testing.T, c *cli, args ...string) (v T) {
	t.Helper()
	status, out, errs := c.run(append(args, "--json")...)
	if status != exitOK {
		t.Fatalf("%v: exit status %d: %s", args, status, errs)
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("%v: %v in %q", args, err, out)
	}
	return v
}

// The life of an address from the command line: moved, renamed with its street, taken back, retired, restored; its history tells.
func TestLifeOfAnAddress(t *testing.T) {
	c := newCLI(t)
	house := said[addressView](t, c, "assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "12", "--street", "Phố Hàng Khay")
	other := said[addressView](t, c, "assign", "--lat", "21.0297", "--lon", "105.8524", "--house-number", "14", "--street", "Phố Hàng Bài")
	if moved := said[addressView](t, c, "address", "move", house.Code, "21.02871", "105.85241", "--source", "survey"); moved.Code != house.Code {
		t.Errorf("a move of a metre: %+v", moved)
	}
	rename := []string{"street", "rename", "hàng khay", "Phố Tràng Thi", "--commune", "00070"}
	if dry := said[changesetView](t, c, append(rename, "--dry-run")...); dry.ID != "" || dry.Changed != 1 || !dry.DryRun {
		t.Errorf("dry: %+v", dry)
	}
	set := said[changesetView](t, c, rename...)
	if set.ID == "" || set.Changed != 1 || set.ByPlace["00070"] != 1 || !set.Done {
		t.Fatalf("renamed: %+v", set)
	}
	if shown := said[changesetView](t, c, "changeset", "show", set.ID); shown.Changed != 1 || shown.To != "Phố Tràng Thi" {
		t.Errorf("shown: %+v", shown)
	}
	if undone := said[changesetView](t, c, "changeset", "undo", set.ID); undone.Changed != 1 || undone.Undoes != set.ID {
		t.Errorf("undone: %+v", undone)
	}
	if retired := said[addressView](t, c, "address", "retire", house.Code, "--reason", "duplicate", "--successor", other.Code); retired.Status != "retired" {
		t.Errorf("retired: %+v", retired)
	}
	if status, _, errs := c.run("address", "retire", house.Code); status == exitOK || !strings.Contains(errs, "no longer in use") {
		t.Errorf("twice: %d, %s", status, errs)
	}
	if restored := said[addressView](t, c, "address", "restore", house.Code); restored.Status != "active" || !strings.Contains(restored.Label, "Hàng Khay") {
		t.Errorf("restored: %+v", restored)
	}
	status, out, errs := c.run("address", "history", house.Code)
	if status != exitOK || strings.Count(out, "\n") != 6 || !strings.Contains(out, "Tràng Thi") || !strings.Contains(out, "retired") {
		t.Errorf("history: %d, %s%s", status, out, errs)
	}
	for _, args := range [][]string{
		{"street", "rename", "a", "b"}, {"address", "move", house.Code, "x"}, {"address", "retire", "nonsense"}, {"changeset", "undo", "NOBODY"}, {"address"},
	} {
		if status, _, errs := c.run(args...); status == exitOK || !strings.Contains(errs, "Try: ") {
			t.Errorf("%v: exit status %d, %s", args, status, errs)
		}
	}
}
