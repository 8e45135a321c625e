package faulttest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // looks at the file behind the store's back

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/internal/child"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
	"github.com/diachiso/diachiso/seed"
)

const pageSize = 4096

// filled is a closed database with the built-in data and the demonstration quarter, and its addresses.
func filled(t *testing.T) (file []byte, addresses map[uint64]*registry.Address) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.db")
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	svc := registry.NewService(store, data.Divisions, data.Locator)
	if _, err := seed.Apply(t.Context(), svc, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := seed.LoadDemo(t.Context(), svc); err != nil {
		t.Fatal(err)
	}
	if addresses, err = readAll(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return file, addresses
}

func readAll(ctx context.Context, store *sqlite.Store) (map[uint64]*registry.Address, error) {
	all := map[uint64]*registry.Address{}
	err := store.View(ctx, func(r registry.Reader) error {
		return r.AddressesInRange(0, math.MaxUint64, func(a *registry.Address) bool {
			all[a.Code.Key()] = a
			return true
		})
	})
	return all, err
}

// outcome is what became of a damaged file.
type outcome string

const (
	refusedAtStart outcome = "refused at the start"
	failedToRead   outcome = "told when reading"
	foundByCheck   outcome = "found by the check"
	foundByJournal outcome = "found by the journal" // whose chain holds every state of every address
	harmless       outcome = "harmless"             // nothing that the database holds is changed
	unnoticed      outcome = "unnoticed"
)

// try opens a damaged file, reads every address, asks for each, and checks it. Whatever is told with an error is told.
func try(t *testing.T, file []byte, addresses map[uint64]*registry.Address, contents string) outcome {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		var e *registry.Error
		if !errors.As(err, &e) || e.Message == "" || e.Hint == "" {
			t.Errorf("the start says: %v", err)
		}
		return refusedAtStart
	}
	defer store.Close() // may well fail
	checked := store.Check(t.Context())
	verified, verr := audit.Verify(t.Context(), store, audit.VerifyOptions{})
	if verr == nil && verified.Fault != nil {
		verr = errors.New(verified.Fault.Message)
	}
	all, err := readAll(t.Context(), store)
	for key := range addresses {
		code, cerr := addresscode.FromKey(key)
		if cerr != nil {
			t.Fatal(cerr)
		}
		if _, rerr := store.Address(t.Context(), code); registry.CodeOf(rerr) == registry.CodeInternal {
			err = rerr
		}
	}
	switch {
	case err != nil:
		if checked == nil && verr == nil {
			t.Errorf("reading says %v, and the check nothing", err)
		}
		return failedToRead
	case checked != nil:
		return foundByCheck
	case verr != nil:
		return foundByJournal
	case reflect.DeepEqual(all, addresses) && dump(t, path) == contents:
		return harmless
	}
	return unnoticed
}

// dump is a digest of all tables but what an opening changes.
func dump(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	hash := sha256.New()
	var names []string
	for _, row := range query(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name") {
		names = append(names, fmt.Sprint(row[0]))
	}
	for _, name := range names {
		for _, row := range query(t, db, `SELECT * FROM "`+strings.ReplaceAll(name, `"`, `""`)+`"`) {
			fmt.Fprintf(hash, "%s %v\n", name, row)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

func query(t *testing.T, db *sql.DB, text string) (all [][]any) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		return [][]any{{err.Error()}} // differs from the rows of a good file
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return [][]any{{err.Error()}}
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return [][]any{{err.Error()}}
	}
	return all
}

// TestDamagedPages destroys each page of the database in turn, with noise or with zeros, and none of that may go unnoticed. Of
// single bytes SQLite cannot tell all: it keeps no checksums of what stands in a row. It must only bear them.
func TestDamagedPages(t *testing.T) {
	file, addresses := filled(t)
	path := filepath.Join(t.TempDir(), "good.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	contents := dump(t, path)
	rng := rand.New(rand.NewPCG(7, 11))
	if got := try(t, file, addresses, contents); got != harmless {
		t.Fatalf("an undamaged file is %s", got)
	}

	pages := map[outcome]int{}
	n := len(file) / pageSize
	for page := range n {
		damaged := slices.Clone(file)
		at := damaged[page*pageSize : (page+1)*pageSize]
		clear(at)
		if page%2 == 0 {
			for i := range at {
				at[i] = byte(rng.Uint32())
			}
		}
		got := try(t, damaged, addresses, contents)
		if pages[got]++; got == unnoticed {
			t.Errorf("page %d of %d was destroyed unnoticed", page+1, n)
		}
	}
	bytes := map[outcome]int{}
	const flips = 200
	for range flips {
		damaged := slices.Clone(file)
		at := rng.IntN(len(damaged))
		damaged[at] ^= 1 << rng.IntN(8)
		got := try(t, damaged, addresses, contents)
		if bytes[got]++; got == unnoticed {
			t.Logf("the bit at byte %d of page %d was flipped unnoticed", at%pageSize, at/pageSize+1)
		}
	}
	t.Logf("%d destroyed pages: %s; %d flipped bits: %s", n, figures(pages), flips, figures(bytes))
}

func figures(counts map[outcome]int) string {
	var parts []string
	for _, o := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[o], o))
	}
	return strings.Join(parts, ", ")
}

// TestCheckNamesDamage asks the program about damaged files: it says what is wrong and what to do, and does not break down.
func TestCheckNamesDamage(t *testing.T) {
	file, _ := filled(t)
	for _, c := range []struct {
		name   string
		damage func(file []byte) []byte
		words  string
	}{
		{"header", func(f []byte) []byte { clear(f[:16]); return f }, "not a database"},
		{"another program's", func(f []byte) []byte { clear(f[68:72]); return f }, "no database of this program"},
		{"first page behind the header", func(f []byte) []byte { clear(f[100:pageSize]); return f }, "damaged"},
		{"half of the file", func(f []byte) []byte { return f[:len(f)/2] }, "damaged"},
		{"a page in the middle", func(f []byte) []byte { n := len(f) / pageSize / 2 * pageSize; clear(f[n : n+pageSize]); return f }, ""},
		{"empty", func([]byte) []byte { return nil }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "damaged.db")
			if err := os.WriteFile(path, c.damage(slices.Clone(file)), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := launch{}.command("check", "--db", path)
			cmd.Dir = t.TempDir()
			out, errs, err := child.Run(cmd)
			if status := cmd.ProcessState.ExitCode(); status < 1 || status > 6 {
				t.Errorf("exit: %v", err)
			}
			if text := out + errs; !strings.Contains(text, "Error: ") || !strings.Contains(text, c.words) || !strings.Contains(text, "Try: ") {
				t.Errorf("it says:\n%s", text)
			}
		})
	}
}

// TestDamagedLog cuts a write-ahead log off at many places, or overwrites a part of it. Every commit that stands before the
// damage must be there, and of the others none or a beginning: never one without those before it.
func TestDamagedLog(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	codes := storetest.Codes(t, 60)
	ends := make([]int64, len(codes)) // size of the log after each commit
	for i, code := range codes {
		a := storetest.Address(code)
		if err := store.Update(t.Context(), func(w registry.Writer) error {
			if err := w.Insert(a, uint64(i)); err != nil {
				return err
			}
			return w.AppendEvent(registry.Event{Code: code, Version: 1, Action: "created", Actor: "faulttest", At: a.CreatedAt, After: a})
		}); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		ends[i] = info.Size()
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 5))
	cuts, noises := 0, 0
	for i := range 240 {
		at := rng.IntN(len(log) + 1)
		if i < len(ends) {
			at = int(ends[i]) // cut exactly behind a commit
		}
		damaged := slices.Clone(log[:at])
		if i%2 == 1 {
			noises++
			damaged = slices.Clone(log)
			for j := at; j < min(at+1+rng.IntN(8*pageSize), len(damaged)); j++ {
				damaged[j] = byte(rng.Uint32())
			}
		} else {
			cuts++
		}
		checkCommits(t, file, damaged, codes, ends, int64(at))
	}
	t.Logf("a log of %d bytes with %d commits, cut off at %d places, overwritten at %d: every commit before the damage is there, lost 0",
		len(log), len(codes), cuts, noises)
}

func checkCommits(t *testing.T, file, log []byte, codes []addresscode.Code, ends []int64, damage int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.db")
	if err := errors.Join(os.WriteFile(path, file, 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		// Before the first commit there is the creation of the tables, and without its end the file is no database of ours yet.
		if damage >= ends[0] {
			t.Errorf("damage at %d: %v", damage, err)
		}
		return
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Errorf("damage at %d: close: %v", damage, err)
		}
	}()
	if err := store.Check(t.Context()); err != nil {
		t.Errorf("damage at %d: %v", damage, err)
	}
	all, err := readAll(t.Context(), store)
	if err != nil {
		t.Errorf("damage at %d: %v", damage, err)
	}
	survivors := 0
	for survivors < len(codes) && all[codes[survivors].Key()] != nil {
		survivors++
	}
	if len(all) != survivors {
		t.Errorf("damage at %d: %d addresses are there, but only the first %d without a gap", damage, len(all), survivors)
	}
	for i, end := range ends {
		if end <= damage && i >= survivors {
			t.Errorf("damage at %d: commit %d, which ended at %d, is lost", damage, i, end)
			return
		}
	}
}
