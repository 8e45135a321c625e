package audit_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// journalled is a closed database with a journal of lines of all kinds, two thirds of it signed, and the key that signed it.
type journalled struct {
	path, anchor string
	key          *audit.Key
	lines        int64
}

const (
	addresses    = 60
	signedEarly  = 20 // addresses before the first checkpoint
	signedLatest = 50 // before the newest
)

func openStore(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeStore(t testing.TB, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func newJournal(t testing.TB) journalled {
	t.Helper()
	dir := t.TempDir()
	j := journalled{path: filepath.Join(dir, "a.db"), anchor: filepath.Join(dir, "anchor")}
	key, _, err := audit.OpenKey(filepath.Join(dir, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	j.key = key
	s := openStore(t, j.path)
	defer closeStore(t, s)
	now := start
	service := audit.NewService(s, audit.Options{Key: key, Anchor: j.anchor, Now: func() time.Time { return now }})
	for i, code := range storetest.Codes(t, addresses) {
		if i == signedEarly || i == signedLatest {
			now = now.Add(time.Hour)
			if _, err := service.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Update(t.Context(), func(w registry.Writer) error { return live(w, i, storetest.Address(code)) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.View(t.Context(), func(r registry.Reader) (err error) {
		j.lines, _, err = r.JournalHead()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return j
}

// live is the life of one address: created; changed where i says so; removed now and then; read by somebody in between.
func live(w registry.Writer, i int, a *registry.Address) error {
	at := start.Add(time.Duration(i) * time.Minute)
	a.Components = registry.Components{HouseNumber: fmt.Sprint(i), Alley: []string{"12", "34"}, Street: "Phố Huế", Hamlet: "thôn 1", Quarter: "tổ 2",
		Building: "A", Block: "B", Floor: "3", Unit: "301"}
	a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: fmt.Sprint("node/", i)}}
	a.Provenance.Detail = "survey"
	a.Positions = append(a.Positions, a.Positions[0])
	a.Positions[1].Type = registry.PositionBuilding
	if err := w.Insert(a, uint64(i)); err != nil {
		return err
	}
	if err := w.AppendEvent(registry.Event{Code: a.Code, Version: 1, Action: registry.ActionCreated, Actor: "test", At: at, After: a}); err != nil {
		return err
	}
	if err := w.AppendEntry(registry.Entry{At: at, Actor: "key:7F2KQ9BX", Action: "address.read", Subject: a.Code.String(), Detail: fmt.Sprintf(`{"n":%d}`, i)}); err != nil {
		return err
	}
	for range i % 4 {
		b := *a
		b.Version++
		b.Components.HouseNumber += "A"
		b.UpdatedAt = at.Add(time.Duration(b.Version) * time.Second)
		if err := w.Replace(&b, uint64(i)); err != nil {
			return err
		}
		if err := w.AppendEvent(registry.Event{Code: b.Code, Version: b.Version, Action: registry.ActionUpdated, Actor: "test", At: b.UpdatedAt, Before: a, After: &b}); err != nil {
			return err
		}
		a = &b
	}
	if i%9 == 8 {
		if err := w.AppendEvent(registry.Event{Code: a.Code, Version: a.Version + 1, Action: registry.ActionRemoved, Actor: "test", At: at, Before: a}); err != nil {
			return err
		}
		return w.Remove(a.Code)
	}
	return nil
}

// tampered copies the database and changes the copy with SQL, without the triggers that would refuse it.
func (j journalled) tampered(t testing.TB, queries ...string) string {
	t.Helper()
	data, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path+"?_ignore_check_constraints=true")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"event", "journal_entry", "checkpoint"} {
		for _, what := range []string{"changed", "deleted"} {
			if _, err := db.Exec("DROP TRIGGER " + table + "_is_never_" + what); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, query := range queries {
		result, err := db.Exec(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows changed, %v", query, n, err)
		}
	}
	return path
}

func (j journalled) verify(t testing.TB, path string, change func(*audit.VerifyOptions)) *audit.Report {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	o := audit.VerifyOptions{Keys: []string{j.key.Verifier}}
	if change != nil {
		change(&o)
	}
	report, err := audit.Verify(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (j journalled) withAnchor(o *audit.VerifyOptions) { o.Anchor = j.anchor }

func TestASoundJournalVerifies(t *testing.T) {
	j := newJournal(t)
	for name, change := range map[string]func(*audit.VerifyOptions){"alone": nil, "with anchor": j.withAnchor} {
		t.Run(name, func(t *testing.T) {
			r := j.verify(t, j.path, change)
			if r.Fault != nil {
				t.Fatalf("fault: %+v", *r.Fault)
			}
			if r.Lines != j.lines || r.Lines < 200 || r.Checkpoints != 2 || r.Newest == nil || r.Newest.Lines+r.Unsigned != r.Lines || r.Unsigned < 20 {
				t.Errorf("%+v", *r)
			}
			if want := start.Add(signedLatest * time.Minute); !r.UnsignedSince.Equal(want) {
				t.Errorf("unsigned since %v, want %v", r.UnsignedSince, want)
			}
			if change != nil && r.Anchored != 2 {
				t.Errorf("%d checkpoints of the anchor, want 2", r.Anchored)
			}
		})
	}
	if r := j.verify(t, j.tampered(t), nil); r.Fault != nil {
		t.Errorf("a copy: %+v", *r.Fault)
	}
}

// columns of the tables that the journal protects, read from the database, so that a new one is not forgotten.
func columns(t *testing.T, path, table string) []string {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT name FROM pragma_table_info('" + table + "')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// mutations of a column, each of another value than the one before.
var mutations = map[string][]string{
	"event.seq": {"seq + 100000"}, "event.key": {"key + 1", "(SELECT max(key) FROM event)+1"},
	"event.version": {"version + 1"}, "event.action": {"action % 5 + 2"}, "event.actor": {"actor || 'x'", "''"}, "event.at": {"at + 1"},
	"event.before": {`json_set(before, '$.house_number', 'x')`, `json_set(before, '$.lat', json_extract(before, '$.lat') + 1)`,
		`json_set(before, '$.version', 99)`, `json_set(before, '$.key', json_extract(before, '$.key') + 1)`, "'{'"},
	"event.link": {"zeroblob(32)", "NULL"}, "event.changeset": {"'x'"}, "address.successors": {"'[' || key || ']'", "'['"},
	"journal_entry.seq": {"seq + 100000"}, "journal_entry.at": {"at - 1"}, "journal_entry.actor": {"'x'"}, "journal_entry.action": {"'x'"},
	"journal_entry.subject": {"'x'"}, "journal_entry.detail": {"''", `'{"n":-1}'`}, "journal_entry.link": {"zeroblob(32)"},
	"address.key": {"key + 700000"}, "address.status": {"3 - status"}, "address.kind": {"kind % 4 + 1"}, "address.version": {"version + 1"},
	"address.lat": {"lat + 1"}, "address.lon": {"lon - 1"}, "address.position_type": {"position_type % 3 + 1"},
	"address.position_source": {"(position_source + 1) % 6"}, "address.accuracy_m": {"accuracy_m + 0.5"},
	"address.more_positions": {"NULL", "'[]'", "'['", "'[[1,2,3,4,5]]'"}, "address.house_number": {"'x'", "NULL"}, "address.alley": {"NULL", `'["12","35"]'`},
	"address.street": {"'x'", "NULL"}, "address.hamlet": {"'x'"}, "address.quarter": {"'x'"}, "address.building": {"'x'"}, "address.block": {"'x'"},
	"address.floor": {"'x'"}, "address.unit": {"'x'", "NULL"}, "address.commune_at_issue": {"commune_at_issue + 1", "NULL"}, "address.commune": {"commune + 1", "NULL"},
	"address.external_ids": {"NULL", `'[["osm","node/0x"]]'`}, "address.dataset": {"'x'"}, "address.detail": {"NULL"}, "address.flags": {"flags + 1", "flags | 4096"},
	"address.created_at": {"created_at + 1"}, "address.updated_at": {"created_at + 1"},
}

// derived columns are indexes of others: Check compares them, the journal does not know them.
var derived = map[string]bool{"address.likeness": true}

// TestEveryChangeOfARowIsFound changes every column of rows all over the tables, one at a time.
func TestEveryChangeOfARowIsFound(t *testing.T) {
	j := newJournal(t)
	for _, table := range []string{"event", "journal_entry", "address"} {
		for _, column := range columns(t, j.path, table) {
			name := table + "." + column
			if derived[name] {
				continue
			}
			if len(mutations[name]) == 0 {
				t.Errorf("there is no mutation for the column %s", name)
			}
			for _, value := range mutations[name] {
				rows := fmt.Sprintf("SELECT rowid FROM %s WHERE %s IS NOT (%s)", table, column, value)
				if column == "before" {
					rows += " AND before IS NOT NULL"
				}
				for _, row := range []string{"LIMIT 1", "LIMIT 1 OFFSET 17", "ORDER BY rowid DESC LIMIT 1"} {
					path := j.tampered(t, fmt.Sprintf("UPDATE %s SET %s = %s WHERE rowid = (%s %s)", table, column, value, rows, row))
					if r := j.verify(t, path, nil); r.Fault == nil {
						t.Errorf("%s = %s (%s) is not found", name, value, row)
					}
				}
			}
		}
	}
}

// TestKindsOfTampering tells each kind by its name and its place.
func TestKindsOfTampering(t *testing.T) {
	j := newJournal(t)
	others := strings.Join(columns(t, j.path, "address")[1:], ",")
	for _, c := range []struct {
		name    string
		queries []string
		seq     int64
		what    audit.What
		words   string
	}{
		{"an event is deleted", []string{"DELETE FROM event WHERE seq = 3"}, 4, audit.WhatRemoved, "line 3"},
		{"entries are deleted", []string{"DELETE FROM journal_entry WHERE seq > 1 AND seq < 10"}, 0, audit.WhatRemoved, "missing"},
		{"the first line is deleted", []string{"DELETE FROM event WHERE seq = 1"}, 2, audit.WhatRemoved, "missing"},
		{"a line is deleted and the others close up", []string{
			"UPDATE journal_entry SET seq = -seq", "DELETE FROM journal_entry WHERE seq = -2", "UPDATE event SET seq = -seq",
			"UPDATE journal_entry SET seq = CASE WHEN seq < -2 THEN -seq - 1 ELSE -seq END", "UPDATE event SET seq = CASE WHEN seq < -2 THEN -seq - 1 ELSE -seq END",
		}, 2, audit.WhatChanged, ""},
		{"a line is put in", []string{
			"UPDATE journal_entry SET seq = -seq", "UPDATE event SET seq = -seq",
			"UPDATE journal_entry SET seq = CASE WHEN seq <= -5 THEN -seq + 1 ELSE -seq END", "UPDATE event SET seq = CASE WHEN seq <= -5 THEN -seq + 1 ELSE -seq END",
			"INSERT INTO journal_entry VALUES (5, 1, 'x', 'y', '', '', zeroblob(32))",
		}, 5, audit.WhatInserted, ""},
		{"a number twice", []string{"INSERT INTO journal_entry VALUES (1, 1, 'x', 'y', '', '', zeroblob(32))"}, 1, audit.WhatInserted, ""},
		{"a line at the end", []string{fmt.Sprintf("INSERT INTO journal_entry VALUES (%d, 1, 'x', 'y', '', '', zeroblob(32))", j.lines+1)}, j.lines + 1, audit.WhatChanged, ""},
		{"two neighbours change places", []string{
			"UPDATE event SET seq = -1 WHERE seq = 3", "UPDATE journal_entry SET seq = 3 WHERE seq = 4", "UPDATE event SET seq = 4 WHERE seq = -1"}, 3, audit.WhatReordered, "3 and 4"},
		{"signed lines are cut", cutFrom(t, signedLatest-5), 0, audit.WhatCut, "the database counted"},
		{"an address is deleted", []string{"DELETE FROM address WHERE key = (SELECT key FROM event WHERE seq = 1)"}, 1, audit.WhatAddress, "gone"},
		{"an address that was removed is back", []string{"INSERT INTO address SELECT (SELECT key FROM event WHERE action = 6 LIMIT 1)," + others + " FROM address LIMIT 1"}, 0, audit.WhatAddress, "is there"},
		{"an address from nowhere", []string{"INSERT INTO address SELECT key + 700000," + others + " FROM address LIMIT 1"}, 0, audit.WhatUnknownAddress, "nothing"},
		{"a checkpoint says something else", []string{"UPDATE checkpoint SET note = replace(note, '2026-', '2025-') WHERE lines = (SELECT min(lines) FROM checkpoint)"}, 0, audit.WhatSignature, "signature"},
		{"the row of a checkpoint says something else", []string{"UPDATE checkpoint SET lines = lines - 1 WHERE lines = (SELECT min(lines) FROM checkpoint)"}, 0, audit.WhatSignature, "row"},
		{"a checkpoint is no note", []string{"UPDATE checkpoint SET note = 'x'"}, 0, audit.WhatSignature, "note"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := j.verify(t, j.tampered(t, c.queries...), nil)
			if r.Fault == nil {
				t.Fatal("not found")
			}
			if r.Fault.What != c.what {
				t.Errorf("it is called %s, want %s: %s", r.Fault.What, c.what, r.Fault.Message)
			}
			if c.seq != 0 && r.Fault.Seq != c.seq {
				t.Errorf("it is found at line %d, want %d: %s", r.Fault.Seq, c.seq, r.Fault.Message)
			}
			if !strings.Contains(r.Fault.Message, c.words) {
				t.Errorf("the message %q does not say %q", r.Fault.Message, c.words)
			}
		})
	}
}

// cutFrom removes an address and all that came after it, as one would who knows the tables.
func cutFrom(t *testing.T, address int) []string {
	first := fmt.Sprintf("(SELECT min(seq) FROM event WHERE key = %d)", storetest.Codes(t, addresses)[address].Key())
	return []string{
		"DELETE FROM address WHERE key IN (SELECT key FROM event WHERE seq >= " + first + ")",
		"DELETE FROM journal_entry WHERE seq >= " + first,
		"DELETE FROM event WHERE seq >= " + first,
	}
}

// rewriteChain gives every line the link that its contents now have, as one would who has the database but not the key.
func rewriteChain(t *testing.T, path string) {
	t.Helper()
	s := openStore(t, path)
	var chain registry.Chain
	var queries []string
	if err := s.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			table := "journal_entry"
			if l.Event != nil {
				table = "event"
				chain.AddEvent(l.Event)
			} else {
				chain.AddEntry(l.Entry)
			}
			queries = append(queries, fmt.Sprintf("UPDATE %s SET link = x'%x' WHERE seq = %d", table, chain.Link, l.Seq))
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("BEGIN; " + strings.Join(queries, ";") + "; COMMIT"); err != nil {
		t.Fatal(err)
	}
}

// TestWithoutTheKeyNothingSignedCanBeChanged: whoever has the database can make a whole chain, but no checkpoints.
func TestWithoutTheKeyNothingSignedCanBeChanged(t *testing.T) {
	j := newJournal(t)
	newest := "(SELECT max(lines) FROM checkpoint)"
	for _, c := range []struct {
		name          string
		queries       []string
		alone, anchor audit.What // what is found without and with the anchor
	}{
		{"an early line", []string{"UPDATE journal_entry SET actor = 'x' WHERE seq = 2"}, audit.WhatRewritten, audit.WhatRewritten},
		{"the last signed line", []string{"UPDATE event SET actor = 'x' WHERE seq = (SELECT max(seq) FROM event WHERE seq <= " + newest + ")"},
			audit.WhatRewritten, audit.WhatRewritten},
		{"an address", []string{"UPDATE address SET house_number = 'x' WHERE key = (SELECT key FROM event WHERE seq = 1)"}, audit.WhatRewritten, audit.WhatRewritten},
		{"an early line, and the checkpoints are gone", []string{"UPDATE journal_entry SET actor = 'x' WHERE seq = 2", "DELETE FROM checkpoint"}, "", audit.WhatRewritten},
		{"the tail and its checkpoint are cut", append(cutFrom(t, signedLatest-5), "DELETE FROM checkpoint WHERE lines = "+newest), "", audit.WhatCut},
		{"everything is gone", append(cutFrom(t, 0), "DELETE FROM checkpoint"), "", audit.WhatCut},
		{"the lines after the last checkpoint are cut", cutFrom(t, signedLatest), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := j.tampered(t, c.queries...)
			rewriteChain(t, path)
			for _, with := range []struct {
				what   audit.What
				change func(*audit.VerifyOptions)
			}{{c.alone, nil}, {c.anchor, j.withAnchor}} {
				got := audit.What("")
				if r := j.verify(t, path, with.change); r.Fault != nil {
					got = r.Fault.What
				}
				if got != with.what {
					t.Errorf("anchor %v: found %q, want %q", with.change != nil, got, with.what)
				}
			}
		})
	}
	t.Run("another key", func(t *testing.T) {
		key, _, err := audit.OpenKey(filepath.Join(t.TempDir(), "audit.key"))
		if err != nil {
			t.Fatal(err)
		}
		path := j.tampered(t, "UPDATE journal_entry SET actor = 'x' WHERE seq = 2", "DELETE FROM checkpoint")
		rewriteChain(t, path)
		s := openStore(t, path)
		if _, err := audit.NewService(s, audit.Options{Key: key}).Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		closeStore(t, s)
		if r := j.verify(t, path, nil); r.Fault == nil || r.Fault.What != audit.WhatSignature {
			t.Errorf("%+v", r)
		}
		both := func(o *audit.VerifyOptions) { o.Keys = append(o.Keys, key.Verifier) } // as after a change of keys
		if r := j.verify(t, path, both); r.Fault != nil {
			t.Errorf("with both keys: %+v", *r.Fault)
		}
	})
}
