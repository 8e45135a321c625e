package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

func fill(t *testing.T, s *sqlite.Store, from, n int) {
	t.Helper()
	err := s.Update(t.Context(), func(w registry.Writer) error {
		for i, code := range storetest.Codes(t, from+n)[from:] {
			if err := assign(w, household(code, from+i), uint64(from+i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The copy is one state: updates of five addresses each go on while it is made, so it holds a multiple of five, and no
// fewer than were there when it began.
func TestCopyWhileWriting(t *testing.T) {
	const first, each, rounds = 3000, 5, 60
	dir := t.TempDir()
	from := filepath.Join(dir, "tên có dấu? 100% #1.db")
	s := open(t, from, sqlite.Options{})
	fill(t, s, 0, first)
	writing, done := make(chan struct{}), make(chan struct{})
	codes := storetest.Codes(t, first+each*rounds)
	go func() {
		defer close(done)
		for round := range rounds {
			err := s.Update(context.Background(), func(w registry.Writer) error {
				for i := range each {
					n := first + round*each + i
					if err := assign(w, household(codes[n], n), uint64(n)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if round == 2 {
				close(writing)
			}
		}
	}()
	<-writing
	to := filepath.Join(dir, "copy.db")
	if err := sqlite.Copy(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	<-done
	contents, err := sqlite.Inspect(t.Context(), to, true)
	if err != nil {
		t.Fatal(err)
	}
	n := contents.Rows["address"]
	if n%each != 0 || n < first+3*each || n != contents.Rows["event"] || contents.Schema != sqlite.SchemaVersion {
		t.Errorf("%d addresses, %d events, schema %d", n, contents.Rows["event"], contents.Schema)
	}
	for _, beside := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Stat(to + beside); err == nil {
			t.Errorf("the copy has a %s", beside)
		}
	}
	whole, err := sqlite.Inspect(t.Context(), from, false)
	if err != nil || whole.Rows["address"] != first+each*rounds {
		t.Errorf("the database itself: %v %v", whole, err)
	}
	// The copy is a database like any other.
	copied := open(t, to, sqlite.Options{})
	fill(t, copied, first+each*rounds, each)
}

func TestCopyRefuses(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	execute(t, other, "CREATE TABLE a (b)")
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{"none.db": "no database at", "other.db": "no database of this program", "text.db": "not a database"} {
		err := sqlite.Copy(t.Context(), filepath.Join(dir, name), filepath.Join(dir, "copy.db"))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := sqlite.Inspect(t.Context(), filepath.Join(dir, name), true); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("inspect %s: %v", name, err)
		}
	}
	path := filepath.Join(dir, "a.db")
	open(t, path, sqlite.Options{})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sqlite.Copy(ended, path, filepath.Join(dir, "late.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestInspectFindsDamage(t *testing.T) {
	for name, c := range map[string]struct{ damage, says string }{
		"older schema is read": {"DELETE FROM goose_db_version WHERE version_id > 3", ""},
		"newer schema":         {"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)", "version 99"},
		"tally":                {"UPDATE tally SET n = 7 WHERE status = 1", "tally"},
		"index misses a row":   {"PRAGMA writable_schema = on; DELETE FROM sqlite_schema WHERE name = 'address_likeness'", "integrity check"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			fill(t, s, 0, 20)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			execute(t, path, c.damage)
			contents, err := sqlite.Inspect(t.Context(), path, true)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if err == nil && contents.Rows["address"] != 20 {
				t.Errorf("contents %v", contents)
			}
		})
	}
}

func TestInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if sqlite.InUse(path) {
		t.Error("a file that is not there is in use")
	}
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 0, 5)
	if !sqlite.InUse(path) {
		t.Error("an open database is not in use")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if sqlite.InUse(path) {
		t.Error("a closed database is in use")
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("damaged ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if sqlite.InUse(path) {
		t.Error("a damaged file is in use")
	}
}
