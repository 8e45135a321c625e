package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

func open(t testing.TB, path string, o sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	for name, o := range map[string]sqlite.Options{"grouped commits": {}, "a commit per request": {CommitPerRequest: true}} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) registry.Store {
				return open(t, filepath.Join(t.TempDir(), "store.db"), o)
			})
		})
	}
}
