package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

// A database can come without its named places (from before there were any), with those of other rules, or in the middle of
// a build; opening it completes them.
func TestOpenCompletesNamedPlaces(t *testing.T) {
	const rows = 25
	codes := storetest.Codes(t, rows)
	for _, c := range []struct{ name, damage string }{
		{"none", "DELETE FROM named_place; DELETE FROM named_place_address; DELETE FROM meta WHERE name = 'named_places'"},
		{"other rules", "UPDATE named_place SET n = n + 5; UPDATE meta SET value = 'older' WHERE name = 'named_places'"},
		{"unreadable state", "UPDATE meta SET value = value || '@x' WHERE name = 'named_places'"},
		{"emptied", "DELETE FROM named_place_address; UPDATE named_place SET n = 0, lat_sum = 0, lon_sum = 0; UPDATE meta SET value = value || '@0' WHERE name = 'named_places'"},
		{"half", `DELETE FROM named_place_address WHERE key > (SELECT key FROM address ORDER BY key LIMIT 1 OFFSET 9);
			UPDATE named_place SET n = 10, lat_sum = lat_sum * 10 / n, lon_sum = lon_sum * 10 / n;
			UPDATE meta SET value = value || '@' || (SELECT key FROM address ORDER BY key LIMIT 1 OFFSET 9) WHERE name = 'named_places'`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Update(t.Context(), func(w registry.Writer) error {
				for n, code := range codes {
					if err := assign(w, household(code, n), uint64(n)); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			execute(t, path, c.damage)
			s = open(t, path, sqlite.Options{})
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
			var count int64
			if err := s.View(t.Context(), func(r registry.Reader) error {
				return r.NamedPlacesSince(0, func(p *registry.NamedPlace) bool { count += p.Count; return true })
			}); err != nil {
				t.Error(err)
			}
			if count != rows {
				t.Errorf("%d addresses at named places, want %d", count, rows)
			}
		})
	}
}
