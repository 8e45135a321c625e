package access_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// bench is a service over a real store, with a clock that stands still until it is moved.
type bench struct {
	*access.Service
	path  string
	store *sqlite.Store
	clock *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// morning is 2026-11-22 in Viet Nam.
var morning = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

func newBench(t testing.TB) *bench {
	t.Helper()
	path := filepath.Join(t.TempDir(), "access.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &clock{now: morning}
	return &bench{Service: access.NewService(store, someDivisions(t), c.Now), path: path, store: store, clock: c}
}

const reform = geo.Date(2025_07_01)

// someDivisions has the province 01, its communes 00070 and 00082, and 00001, which ended with the reform.
func someDivisions(t testing.TB) *geo.Divisions {
	t.Helper()
	unit := func(level geo.Level, code, parent string, from, to geo.Date) *geo.Division {
		return &geo.Division{Level: level, Code: code, Parent: parent, Province: "01", ValidFrom: from, ValidTo: to,
			Names: []geo.DatedName{{From: from, Name: code, Type: "Xã"}}}
	}
	divisions, err := geo.NewDivisions([]*geo.Division{
		unit(geo.LevelProvince, "01", "", 0, reform), unit(geo.LevelDistrict, "001", "01", 0, reform), unit(geo.LevelCommune, "00001", "001", 0, reform),
		unit(geo.LevelProvince, "01", "", reform, 0), unit(geo.LevelCommune, "00070", "01", reform, 0), unit(geo.LevelCommune, "00082", "01", reform, 0),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return divisions
}

// create makes a key that must be accepted.
func (b *bench) create(t testing.TB, n access.NewKey) (secret string, key access.Key) {
	t.Helper()
	secret, key, err := b.CreateKey(t.Context(), "cli", n)
	if err != nil {
		t.Fatal(err)
	}
	return secret, key
}

// entries are the journal's entries so far.
func (b *bench) entries(t testing.TB) []registry.Entry {
	t.Helper()
	var entries []registry.Entry
	err := b.store.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Entry != nil {
				entries = append(entries, *l.Entry)
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func (b *bench) actions(t testing.TB) []string {
	t.Helper()
	var actions []string
	for _, e := range b.entries(t) {
		actions = append(actions, e.Action)
	}
	return actions
}

// wantCode checks the code, and the field where one is given, of an error.
func wantCode(t testing.TB, err error, code registry.ErrorCode, field string) {
	t.Helper()
	e, ok := errors.AsType[*registry.Error](err)
	if !ok || e.Code != code || e.Field != field {
		t.Errorf("error %v, want %s of %q", err, code, field)
	}
}
