package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.key")
	if err := WriteNew(path, "one"); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(path, "two"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	has := func(want string) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil || string(text) != want {
			t.Errorf("%q, %v, want %q", text, err, want)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
			t.Errorf("%v stand in the folder, %v", names, err)
		}
	}
	has("one")
	if err := Write(path, "three"); err != nil {
		t.Fatal(err)
	}
	has("three")
	if err := Rename(filepath.Join(dir, "nothing"), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("renaming what is not there: %v", err)
	}
	has("three")
	if err := Write(filepath.Join(dir, "no", "a.key"), "x"); err == nil {
		t.Error("a folder that is not there")
	}
}
