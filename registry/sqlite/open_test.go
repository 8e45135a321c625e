package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

// execute changes a database behind the store's back.
func execute(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	created := func(t *testing.T, path string) {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, path string) string // returns the path to open
		o       sqlite.Options
		code    registry.ErrorCode
		words   []string // in the message
	}{
		{"no path", func(*testing.T, string) string { return "" }, sqlite.Options{}, registry.CodeInvalid, []string{"needs a file"}},
		{"memory", func(*testing.T, string) string { return ":memory:" }, sqlite.Options{}, registry.CodeInvalid, []string{"needs a file"}},
		{"folder", func(t *testing.T, path string) string { return filepath.Dir(path) }, sqlite.Options{}, registry.CodeInvalid, []string{"is a folder"}},
		{"missing parent", func(t *testing.T, path string) string { return filepath.Join(path, "none", "a.db") }, sqlite.Options{}, registry.CodeInvalid, []string{"no folder", "none"}},
		{"missing file read-only", func(t *testing.T, path string) string { return path }, sqlite.Options{ReadOnly: true}, registry.CodeInvalid, []string{"no database at"}},
		{"empty file read-only", func(t *testing.T, path string) string {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, sqlite.Options{ReadOnly: true}, registry.CodeInvalid, []string{"schema version 0", fmt.Sprintf("needs version %d", sqlite.SchemaVersion)}},
		{"no database", func(t *testing.T, path string) string {
			if err := os.WriteFile(path, []byte(strings.Repeat("số nhà,đường,phường\n", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, sqlite.Options{}, registry.CodeInternal, []string{"not a database"}},
		{"another program's", func(t *testing.T, path string) string {
			execute(t, path, "CREATE TABLE address (a)")
			return path
		}, sqlite.Options{}, registry.CodeInvalid, []string{"another program"}},
		{"another program's id", func(t *testing.T, path string) string {
			execute(t, path, "PRAGMA application_id = 7")
			return path
		}, sqlite.Options{}, registry.CodeInvalid, []string{"another program"}},
		{"newer", func(t *testing.T, path string) string {
			created(t, path)
			execute(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
			return path
		}, sqlite.Options{}, registry.CodeInvalid, []string{"version 99", fmt.Sprintf("up to %d", sqlite.SchemaVersion)}},
		{"newer read-only", func(t *testing.T, path string) string {
			created(t, path)
			execute(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
			return path
		}, sqlite.Options{ReadOnly: true}, registry.CodeInvalid, []string{"version 99", fmt.Sprintf("up to %d", sqlite.SchemaVersion)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.prepare(t, filepath.Join(t.TempDir(), "a.db"))
			s, err := sqlite.Open(t.Context(), path, c.o)
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			var e *registry.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Hint == "" {
				t.Fatalf("got %#v, want code %s and a hint", err, c.code)
			}
			for _, word := range c.words {
				if !strings.Contains(e.Message, word) {
					t.Errorf("message %q does not say %q", e.Message, word)
				}
			}
		})
	}
}

func TestSchemaVersionIsTheLastMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var have int
	if err := db.QueryRow("SELECT max(version_id) FROM goose_db_version").Scan(&have); err != nil || have != sqlite.SchemaVersion {
		t.Errorf("a new database has schema version %d (%v), SchemaVersion is %d", have, err, sqlite.SchemaVersion)
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tên có dấu? 100% #1.db")
	a := storetest.Address(storetest.Codes(t, 1)[0])
	for round := range 3 {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			if err := s.Update(t.Context(), func(w registry.Writer) error { return w.Insert(a, 1) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.View(t.Context(), func(r registry.Reader) error { _, err := r.Address(a.Code); return err }); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("round %d: a closed database leaves its log: %v", round, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		t.Errorf("mode %v: others can read the database", info.Mode())
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := storetest.Address(storetest.Codes(t, 1)[0])
	w := open(t, path, sqlite.Options{})
	r := open(t, path, sqlite.Options{ReadOnly: true}) // while another has it open
	if err := w.Update(t.Context(), func(w registry.Writer) error { return w.Insert(a, 1) }); err != nil {
		t.Fatal(err)
	}
	if err := r.View(t.Context(), func(r registry.Reader) error { _, err := r.Address(a.Code); return err }); err != nil {
		t.Error(err)
	}
	err := r.Update(t.Context(), func(w registry.Writer) error { t.Error("called"); return nil })
	if registry.CodeOf(err) != registry.CodeInvalid {
		t.Errorf("update: %v", err)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, damage, words string
	}{
		{"sound", "", ""},
		{"tally", "UPDATE tally SET n = 7 WHERE status = 1", "tally"},
		{"external id without address", "INSERT INTO external_id VALUES ('x', 'y', 12345)", "point to no address"},
		{"external id not in the index", "DELETE FROM external_id", "index of external ids"},
		{"no event", "DROP TRIGGER event_is_never_deleted; DELETE FROM event", "without the event"},
		{"index misses a row", "PRAGMA writable_schema = on; DELETE FROM sqlite_schema WHERE name = 'address_likeness'", "integrity check"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Update(t.Context(), func(w registry.Writer) error {
				for n, code := range storetest.Codes(t, 50) {
					if err := assign(w, household(code, n), uint64(n)); err != nil {
						return err
					}
				}
				return nil
			})
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			if c.damage != "" {
				execute(t, path, c.damage)
			}
			err = open(t, path, sqlite.Options{ReadOnly: true}).Check(t.Context())
			if (err == nil) != (c.words == "") || !strings.Contains(fmt.Sprint(err), c.words) {
				t.Errorf("got %v, want %q", err, c.words)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := open(t, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{}).Check(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// Events are kept by the database itself, not only by the absence of a method to change them.
func TestEventsAreAppendOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path, sqlite.Options{})
	if err := s.Update(t.Context(), func(w registry.Writer) error { return assign(w, household(storetest.Codes(t, 1)[0], 1), 1) }); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{"DELETE FROM event", "UPDATE event SET actor = 'x'"} {
		if _, err := db.Exec(query); err == nil {
			t.Errorf("%s succeeded", query)
		}
	}
}
