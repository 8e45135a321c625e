package people_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
)

// snapshot copies the files of a closed world into memory; restore puts some of them back.
type snapshot map[string][]byte

func (w *world) snapshot() snapshot {
	w.t.Helper()
	w.close()
	defer w.open()
	s := snapshot{}
	entries, err := os.ReadDir(w.dir)
	must(w.t, err)
	for _, e := range entries {
		s[e.Name()], err = os.ReadFile(filepath.Join(w.dir, e.Name()))
		must(w.t, err)
	}
	return s
}

func (w *world) restore(s snapshot, names ...string) {
	w.t.Helper()
	w.close()
	defer w.open()
	for _, name := range names {
		for _, beside := range []string{"-wal", "-shm", "-journal"} {
			if err := os.Remove(filepath.Join(w.dir, name+beside)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				w.t.Fatal(err)
			}
		}
		must(w.t, os.WriteFile(filepath.Join(w.dir, name), s[name], 0o600))
	}
}

func TestDeletionIsFinal(t *testing.T) {
	w := newWorld(t)
	a := w.address(hoGuom)
	id, token := w.claim(a.Code)
	_, _, err := w.people.ChangePeople(t.Context(), self(id), id, []people.Person{an})
	must(t, err)
	alias, err := w.people.CreateAlias(t.Context(), self(id), id, people.AliasLimits{Days: 30})
	must(t, err)
	_, err = w.people.Ask(t.Context(), self(id), id, people.RequestView, "ghi chú")
	must(t, err)

	at, err := w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	if err != nil || !at.Equal(w.now) {
		t.Fatal(at, err)
	}
	_, err = w.people.Authenticate(t.Context(), token)
	wantCode(t, err, registry.CodeUnauthorized)
	_, _, err = w.people.Household(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.Export(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.Requests(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.ResolveAlias(t.Context(), registry.Actor{Name: "key:COURIER0"}, people.Caller{Role: "courier", Key: "COURIER0"}, alias.Text)
	wantCode(t, err, registry.CodeNotFound)
	if hits, err := w.people.Search(t.Context(), registrar, an.Phone, ""); err != nil || len(hits) > 0 {
		t.Errorf("%v %v", hits, err)
	}
	if found, err := w.addr.Address(t.Context(), a.Code); err != nil || found.Status != registry.StatusActive {
		t.Errorf("the address went too: %v", err)
	}
	_, err = w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	wantCode(t, err, registry.CodeNotFound)
	if next, _ := w.claim(a.Code); next == id {
		t.Error("the id is used again")
	}
}

// Yesterday's backup of the registry is put back after a deletion.
func TestRestoredRegistryStaysUnreadable(t *testing.T) {
	w := newWorld(t)
	a := w.address(hoGuom)
	id, token := w.claim(a.Code)
	_, _, err := w.people.ChangePeople(t.Context(), self(id), id, []people.Person{an})
	must(t, err)
	alias, err := w.people.CreateAlias(t.Context(), self(id), id, people.AliasLimits{Days: 30})
	must(t, err)
	yesterday := w.snapshot()
	_, err = w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	must(t, err)

	w.restore(yesterday, "diachiso.db")
	_, err = w.people.Authenticate(t.Context(), token)
	wantCode(t, err, registry.CodeUnauthorized)
	_, _, err = w.people.Household(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.Export(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.ResolveAlias(t.Context(), registry.Actor{Name: "key:COURIER0"}, people.Caller{Role: "courier", Key: "COURIER0"}, alias.Text)
	wantCode(t, err, registry.CodeNotFound)
	for _, query := range [][2]string{{an.Phone, ""}, {"", an.Name}} {
		if hits, err := w.people.Search(t.Context(), registrar, query[0], query[1]); err != nil || len(hits) > 0 {
			t.Errorf("the keyed hashes came back: %v %v", hits, err)
		}
	}
	keyless, err := w.people.Keyless(t.Context())
	if err != nil || len(keyless) != 1 || keyless[0] != id {
		t.Fatalf("%v %v", keyless, err)
	}
	_, err = w.people.Delete(t.Context(), registrar, id, people.ReasonOrder)
	must(t, err)
	if keyless, err = w.people.Keyless(t.Context()); err != nil || len(keyless) > 0 {
		t.Errorf("%v %v", keyless, err)
	}
}

// Yesterday's copy of the keys is put back after a deletion: the tombstone in the registry is stronger.
func TestRestoredKeysAreDestroyedAgain(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	kept := w.household(khamThien, an)
	yesterday := w.snapshot()
	_, err := w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	must(t, err)
	w.restore(yesterday, "people-keys.db")
	if _, err := w.vault.Key(t.Context(), id); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("the key is back: %v", err)
	}
	if hits, err := w.people.Search(t.Context(), registrar, an.Phone, ""); err != nil || len(hits) != 1 || hits[0].ID != kept {
		t.Errorf("%v %v", hits, err)
	}
	if _, people, err := w.people.Household(t.Context(), self(kept), kept); err != nil || len(people) != 1 {
		t.Errorf("another household lost its key: %v", err)
	}
}

// Both backups put back know nothing of the deletion. What protects then: the copy of the keys may be 20 days old at most,
// a rotation of the master key makes it useless at once, and the journal kept elsewhere says whom to delete again.
func TestBothRestored(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	yesterday := w.snapshot()
	_, err := w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	must(t, err)

	w.restore(yesterday, "diachiso.db", "people-keys.db")
	if _, _, err := w.people.Household(t.Context(), self(id), id); err != nil {
		t.Fatalf("this is the case that no program can tell, yet %v", err)
	}
	_, err = w.people.Delete(t.Context(), registrar, id, people.ReasonOrder) // as the exported journal says
	must(t, err)
	_, _, err = w.people.Household(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)

	_, err = w.vault.Rotate(t.Context(), "")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(w.dir, "restored.db"), yesterday["people-keys.db"], 0o600))
	_, err = vault.Open(t.Context(), filepath.Join(w.dir, "restored.db"), vault.MasterSource{File: filepath.Join(w.dir, "master.key")})
	if !errors.Is(err, vault.ErrMaster) {
		t.Errorf("a copy from before the rotation opens: %v", err)
	}
}

// A crash between the tombstone and the key is carried through at the next start.
func TestDeletionSurvivesACrash(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	must(t, w.store.UpdatePeople(t.Context(), func(tx people.Writer) error { return tx.DestroyHousehold(id, w.now) }))
	if _, err := w.vault.Key(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if n, err := w.people.Start(t.Context()); err != nil || n != 1 {
		t.Errorf("%d destroyed, %v", n, err)
	}
	if _, err := w.vault.Key(t.Context(), id); !errors.Is(err, vault.ErrNoKey) {
		t.Errorf("%v", err)
	}
}

func TestOneHouseholdsCiphertextIsNotAnothers(t *testing.T) {
	w := newWorld(t)
	a, b := w.household(hoGuom, an), w.household(khamThien, people.Person{Name: "B"})
	must(t, w.store.UpdatePeople(t.Context(), func(tx people.Writer) error {
		from, err := tx.Household(a)
		if err != nil {
			return err
		}
		to, err := tx.Household(b)
		if err != nil {
			return err
		}
		to.Sealed = from.Sealed
		to.Version++
		return tx.UpdateHousehold(to)
	}))
	_, _, err := w.people.Household(t.Context(), self(b), b)
	wantCode(t, err, registry.CodeInternal)
}

func TestDeletionIsInTheJournalWithoutAPerson(t *testing.T) {
	w := newWorld(t)
	a := w.address(hoGuom)
	id, _ := w.claim(a.Code)
	_, err := w.people.Delete(t.Context(), registry.Actor{Name: "cli"}, id, people.ReasonOrder)
	must(t, err)
	var lines []registry.Entry
	must(t, w.store.ViewPeople(t.Context(), func(r people.Reader) error {
		lines, err = r.JournalOf(id, 0, 100)
		return err
	}))
	if len(lines) < 2 || lines[0].Action != "household.deleted" || lines[0].Actor != "cli" || !strings.Contains(lines[0].Detail, `"order"`) {
		t.Errorf("%+v", lines)
	}
	// Nothing that outlives the household says where it lived.
	for _, l := range lines {
		if text, err := json.Marshal(l); err != nil || strings.Contains(string(text), a.Code.String()) {
			t.Errorf("%s %v", text, err)
		}
	}
}

func TestKeysCopiesExpireInThePurge(t *testing.T) {
	w := newWorld(t)
	if _, err := w.vault.Backup(t.Context(), w.dir, w.now); err != nil {
		t.Fatal(err)
	}
	w.wait(vault.BackupExpiry)
	if _, expired, err := w.people.Purge(t.Context(), registrar); err != nil || expired != 0 {
		t.Errorf("%d %v", expired, err)
	}
	w.wait(time.Second)
	if _, expired, err := w.people.Purge(t.Context(), registrar); err != nil || expired != 1 {
		t.Errorf("%d %v", expired, err)
	}
}
