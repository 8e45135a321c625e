package sqlite

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/storetest"
)

// oldDatabase makes a database of schema 3 with the addresses and events of another.
// formerColumns are those that a table of addresses had from the beginning.
var formerColumns = strings.TrimSuffix(recordColumns, ", successors")

func oldDatabase(t *testing.T, from string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // ATTACH is of one connection
	migrations, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		fmt.Sprintf("ATTACH %q AS new", from),
		"INSERT INTO address (" + formerColumns + ", likeness) SELECT " + formerColumns + ", likeness FROM new.address",
		"INSERT INTO event SELECT seq, key, version, action, actor, at, before FROM new.event",
	} {
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	return path
}

// journalOf returns the links of all lines after recomputing them.
func journalOf(t *testing.T, s *Store) []registry.Link {
	t.Helper()
	var links []registry.Link
	var chain registry.Chain
	err := s.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Event != nil {
				chain.AddEvent(l.Event)
			} else {
				chain.AddEntry(l.Entry)
			}
			if l.Damage != "" || l.Seq != chain.Seq || l.Link != chain.Link {
				t.Errorf("line %d (seq %d) is not linked; damage: %q", chain.Seq, l.Seq, l.Damage)
				return false
			}
			links = append(links, l.Link)
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return links
}

// writeHistory creates an address for each code, changes every third and removes every seventh.
func writeHistory(t *testing.T, s *Store, codes []addresscode.Code) {
	t.Helper()
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	err := s.Update(t.Context(), func(w registry.Writer) error {
		for i, code := range codes {
			a := storetest.Address(code)
			if err := w.Insert(a, 1); err != nil {
				return err
			}
			if err := w.AppendEvent(registry.Event{Code: code, Version: 1, Action: "created", Actor: "test", At: at, After: a}); err != nil {
				return err
			}
			if i%3 == 0 {
				b := *a
				b.Version, b.Components.HouseNumber = 2, "14"
				if err := w.Replace(&b, 1); err != nil {
					return err
				}
				if err := w.AppendEvent(registry.Event{Code: code, Version: 2, Action: "updated", Actor: "test", At: at, Before: a, After: &b}); err != nil {
					return err
				}
				a = &b
			}
			if i%7 == 0 {
				if err := w.Remove(code); err != nil {
					return err
				}
				if err := w.AppendEvent(registry.Event{Code: code, Version: a.Version + 1, Action: "removed", Actor: "test", At: at, Before: a}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestEventsBeforeTheChainAreLinked: a database of before gets the chain that it would have had.
func TestEventsBeforeTheChainAreLinked(t *testing.T) {
	s := newStore(t)
	codes := storetest.Codes(t, 60)
	writeHistory(t, s, codes[:50])
	want := journalOf(t, s)
	path := oldDatabase(t, s.path)
	old := reopen(t, path)
	got := journalOf(t, old)
	if len(got) != len(want) || got[len(got)-1] != want[len(want)-1] {
		t.Fatalf("%d lines, want %d with the same links", len(got), len(want))
	}
	writeHistory(t, old, codes[50:]) // and goes on from there
	if more := journalOf(t, old); len(more) <= len(got) {
		t.Errorf("%d lines after writing more, %d before", len(more), len(got))
	}
}

// TestLinkingGoesOnWhereItWasCutShort undoes a part of it, as if the program had been killed between two batches.
func TestLinkingGoesOnWhereItWasCutShort(t *testing.T) {
	s := newStore(t)
	writeHistory(t, s, storetest.Codes(t, 50))
	want := journalOf(t, s)
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		for _, query := range []string{"DROP TRIGGER event_is_never_changed", "UPDATE event SET link = NULL WHERE seq > 20"} {
			if err := w.(*writer).c.each(query, 0, nil); err != nil {
				return err
			}
		}
		return w.SetMeta(metaChain, "20")
	}); err != nil {
		t.Fatal(err)
	}
	for _, most := range []int64{1, 7, 7} {
		if err := s.Update(t.Context(), func(w registry.Writer) error {
			done, err := w.(*writer).linkEvents(int(most))
			if done != most {
				t.Errorf("%d lines, want %d", done, most)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.completeJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := journalOf(t, s); len(got) != len(want) || got[len(got)-1] != want[len(want)-1] {
		t.Errorf("%d lines, want %d with the same links", len(got), len(want))
	}
}

// TestAnotherProcessMayWriteBetween: the end of the chain is looked up in every transaction.
func TestAnotherProcessMayWriteBetween(t *testing.T) {
	s := newStore(t)
	other := reopen(t, s.path)
	codes := storetest.Codes(t, 40)
	for i := range 4 {
		writeHistory(t, []*Store{s, other}[i%2], codes[i*10:(i+1)*10])
	}
	journalOf(t, s)
}

func TestJournalIsAppendOnly(t *testing.T) {
	s := newStore(t)
	writeHistory(t, s, storetest.Codes(t, 3))
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		return w.AppendEntry(registry.Entry{Actor: "cli", Action: "key.created"})
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		return w.(*writer).c.each("INSERT INTO checkpoint (lines, at, note) VALUES (1, 1, 'x')", 0, nil)
	}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		"UPDATE event SET link = zeroblob(32)", "UPDATE event SET link = NULL", "UPDATE event SET actor = 'x'", "DELETE FROM event",
		"UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry", "UPDATE checkpoint SET note = ''", "DELETE FROM checkpoint",
	} {
		if err := s.Update(t.Context(), func(w registry.Writer) error { return w.(*writer).c.each(query, 0, nil) }); err == nil {
			t.Errorf("%s was carried out", query)
		}
	}
}

// BenchmarkAppendEvent compares creating addresses with and without the chain, in the same run.
func BenchmarkAppendEvent(b *testing.B) {
	const rows = 20_000
	codes := storetest.Codes(b, rows)
	for _, chained := range []bool{false, true} {
		b.Run(fmt.Sprintf("chained=%v", chained), func(b *testing.B) {
			before := cpu()
			for b.Loop() {
				b.StopTimer()
				s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				err = s.Update(b.Context(), func(w registry.Writer) error {
					own := w.(*writer)
					var none registry.Link
					for i, code := range codes {
						a := storetest.Address(code)
						if err := w.Insert(a, uint64(i)); err != nil {
							return err
						}
						e := registry.Event{Code: code, Version: 1, Action: "created", Actor: "cli", At: a.CreatedAt, After: a}
						if !chained {
							err = own.c.exec(stmtInsertEvent, int64(i+1), int64(code.Key()), e.Version, int64(actionCreated), e.Actor, e.At.UnixMilli(), nil, none[:])
						} else {
							err = w.AppendEvent(e)
						}
						if err != nil {
							return err
						}
					}
					return nil
				})
				b.StopTimer()
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(rows*b.N), "cpu-ns/row")
		})
	}
}

// cpu is the processor time that the process has used: beside others, wall time says little of two versions of one loop.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkReadJournal is what a verification costs: reading each line with the state after it, and its link.
func BenchmarkReadJournal(b *testing.B) {
	const rows = 20_000
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(b.Context(), func(w registry.Writer) error {
		for i, code := range storetest.Codes(b, rows) {
			a := storetest.Address(code)
			if err := w.Insert(a, uint64(i)); err != nil {
				return err
			}
			if err := w.AppendEvent(registry.Event{Code: code, Version: 1, Action: "created", Actor: "cli", At: a.CreatedAt, After: a}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var chain registry.Chain
		if err := s.View(b.Context(), func(r registry.Reader) error {
			return r.Journal(0, func(l registry.JournalLine) bool {
				chain.AddEvent(l.Event)
				return l.Link == chain.Link
			})
		}); err != nil || chain.Seq != rows {
			b.Fatal(chain.Seq, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "lines/s")
}
