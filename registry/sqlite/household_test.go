package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func aHousehold(id string) *people.Household {
	return &people.Household{ID: id, Code: home, From: noon, Sealed: []byte{1, 2}, Version: 1, UpdatedAt: noon}
}

const (
	firstID  = "AAAAAAAAAAAAAAAA"
	secondID = "BBBBBBBBBBBBBBBB"
)

func TestHouseholdRows(t *testing.T) {
	inPeople(t, func(w people.Writer) {
		h := aHousehold(firstID)
		ok(t, w.InsertHousehold(h, [32]byte{1}))
		for name, read := range map[string]func() (*people.Household, error){
			"by id":      func() (*people.Household, error) { return w.Household(firstID) },
			"by token":   func() (*people.Household, error) { return w.HouseholdByToken([32]byte{1}) },
			"by address": func() (*people.Household, error) { return w.CurrentHousehold(home) },
		} {
			got, err := read()
			ok(t, err)
			same(t, name, got, h)
		}
		for name, read := range map[string]func() (*people.Household, error){
			"another id":      func() (*people.Household, error) { return w.Household(secondID) },
			"another token":   func() (*people.Household, error) { return w.HouseholdByToken([32]byte{2}) },
			"another address": func() (*people.Household, error) { return w.CurrentHousehold(addresscode.Code{}) },
		} {
			if _, err := read(); registry.CodeOf(err) != registry.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}

		if err := w.InsertHousehold(aHousehold(secondID), [32]byte{2}); registry.CodeOf(err) != registry.CodeDuplicate {
			t.Errorf("two households hold an address: %v", err)
		}
		h.To, h.Restricted, h.Sealed, h.Version = noon.Add(time.Hour), noon, nil, 2
		ok(t, w.UpdateHousehold(h))
		got, err := w.Household(firstID)
		ok(t, err)
		same(t, "changed", got, h)
		if err := w.UpdateHousehold(h); registry.CodeOf(err) != registry.CodeVersionConflict {
			t.Errorf("changed twice from one version: %v", err)
		}
		ok(t, w.InsertHousehold(aHousehold(secondID), [32]byte{2}))
		ok(t, w.SetToken(firstID, [32]byte{3}))
		if _, err := w.HouseholdByToken([32]byte{1}); registry.CodeOf(err) != registry.CodeNotFound {
			t.Errorf("the token before works: %v", err)
		}
		for at, want := range map[time.Time][]string{h.To: nil, h.To.Add(time.Millisecond): {firstID}} {
			ids, err := w.EndedBefore(at)
			ok(t, err)
			same(t, "ended", ids, want)
		}
	})
}

func TestRequestRows(t *testing.T) {
	inPeople(t, func(w people.Writer) {
		ok(t, w.InsertHousehold(aHousehold(firstID), [32]byte{1}))
		var all []people.Request
		for i := range 3 {
			r := people.Request{ID: fmt.Sprint("R", i), Household: firstID, Code: home, Kind: people.RequestView, Status: people.RequestOpen, SealedNote: []byte{9},
				ReceivedAt: noon.Add(time.Duration(i)), AcknowledgeBy: noon.Add(time.Hour), DueAt: noon.Add(2 * time.Hour)}
			r.ReceivedAt = r.ReceivedAt.Truncate(time.Millisecond)
			ok(t, w.InsertRequest(&r))
			all = append(all, r)
		}
		own, err := w.Requests(firstID)
		ok(t, err)
		same(t, "of the household", own, all)
		page, err := w.OpenRequests(time.Time{}, "", 2)
		ok(t, err)
		same(t, "first page", page, all[:2])
		page, err = w.OpenRequests(page[1].DueAt, page[1].ID, 2)
		ok(t, err)
		same(t, "second page", page, all[2:])
		all[0].Status, all[0].SealedAnswer, all[0].AnsweredAt = people.RequestFulfilled, []byte{8}, noon
		ok(t, w.UpdateRequest(&all[0]))
		got, err := w.Request("R0")
		ok(t, err)
		same(t, "answered", got, &all[0])
		for now, want := range map[time.Time][2]int{noon: {2, 0}, noon.Add(2 * time.Hour): {2, 0}, noon.Add(3 * time.Hour): {2, 2}} {
			open, overdue, err := w.CountOpenRequests(now)
			ok(t, err)
			same(t, "counts", [2]int{open, overdue}, want)
		}
	})
}

// A new table of people that DestroyHousehold forgets fails here.
func TestNothingOfADestroyedHouseholdStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.db")
	s := open(t, path, sqlite.Options{})
	tables := func() (found []string) {
		db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
		ok(t, err)
		defer db.Close()
		for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'") {
			columns := texts(t, db, "SELECT name FROM pragma_table_info('"+table+"')")
			where := "CAST(" + strings.Join(columns, " AS TEXT) = '"+firstID+"' OR CAST(") + " AS TEXT) = '" + firstID + "'"
			if len(texts(t, db, "SELECT '' FROM "+table+" WHERE "+where)) > 0 {
				found = append(found, table)
			}
		}
		slices.Sort(found)
		return found
	}
	ok(t, s.UpdatePeople(t.Context(), func(w people.Writer) error {
		ok(t, w.InsertHousehold(aHousehold(firstID), [32]byte{1}))
		ok(t, w.AppendConsent(firstID, people.ConsentChange{Purpose: people.PurposeEmergency, Granted: true, TextVersion: 1, At: noon, By: "x"}))
		ok(t, w.InsertRequest(&people.Request{ID: "R", Household: firstID, Kind: people.RequestView, Status: people.RequestOpen, ReceivedAt: noon, AcknowledgeBy: noon, DueAt: noon.Add(1e9)}))
		ok(t, w.InsertAlias(&people.Alias{ID: "A", Household: firstID, Hash: []byte{1}, Sealed: []byte{1}, Role: "courier", ValidFrom: noon, ValidTo: noon.Add(1e9), CreatedAt: noon}))
		for i, c := range []people.Claim{{Holder: firstID}, {Mover: firstID}, {Household: firstID}} {
			c.ID, c.Code, c.Status, c.CreatedAt, c.DecideAfter = fmt.Sprint("C", i), home, people.ClaimPending, noon, noon
			ok(t, w.InsertClaim(&c))
		}
		return w.AppendEntry(registry.Entry{Actor: "x", Action: "household.read", Subject: firstID})
	}))
	same(t, "before", tables(), []string{"alias", "claim", "consent", "data_request", "household", "journal_entry"})
	ok(t, s.UpdatePeople(t.Context(), func(w people.Writer) error { return w.DestroyHousehold(firstID, noon) }))
	same(t, "after", tables(), []string{"household_tombstone", "journal_entry"})
	ok(t, s.ViewPeople(t.Context(), func(r people.Reader) error {
		ids, err := r.Tombstones()
		same(t, "tombstones", ids, []string{firstID})
		return err
	}))
}

func texts(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		ok(t, rows.Scan(&text))
		out = append(out, text)
	}
	ok(t, rows.Err())
	return out
}
