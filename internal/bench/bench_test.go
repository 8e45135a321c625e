package bench

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

func TestWhatIsGeneratedIsLoaded(t *testing.T) {
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	const households = 3000
	dir := t.TempDir()
	table, db := filepath.Join(dir, "t.csv"), filepath.Join(dir, "t.db")
	if err := generateFile(t.Context(), data, households, 1, table); err != nil {
		t.Fatal(err)
	}
	set, refused, err := firstLoad(t.Context(), data, table, db, households)
	if err != nil || refused != 0 {
		t.Fatalf("%d refused (%v)", refused, err)
	}
	if len(set.Codes) != households || len(set.Points) != households || len(set.Texts) != households {
		t.Fatalf("%d codes, %d points, %d texts of %d households", len(set.Codes), len(set.Points), len(set.Texts), households)
	}
	store, err := sqlite.Open(t.Context(), db, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := store.View(t.Context(), func(r registry.Reader) error {
		active, _, err := r.Count()
		if active != households {
			t.Errorf("%d addresses", active)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestGenerateHasAHeaderAndARowForEach(t *testing.T) {
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Generate(t.Context(), data, 10, 1, &b); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 11 {
		t.Errorf("%d lines", n)
	}
}
