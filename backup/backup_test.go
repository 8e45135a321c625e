package backup

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/pressly/goose/v3"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/registry/storetest"
)

var instant = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

func clock() time.Time { return instant }

func pass(context.Context, string) error { return nil }

// key is a pair.
func key(t *testing.T) *age.X25519Identity {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// database makes one with n addresses and closes it.
func database(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "diachiso.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(w registry.Writer) error {
		for i, code := range storetest.Codes(t, n) {
			a := storetest.Address(code)
			a.ExternalIDs = nil
			if err := w.Insert(a, uint64(i)); err != nil {
				return err
			}
			if err := w.AppendEvent(registry.Event{Code: code, Version: 1, Action: "created", Actor: "cli", At: a.CreatedAt, After: a}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func create(t *testing.T, db, to string, r age.Recipient) Report {
	t.Helper()
	report, err := Create(t.Context(), Request{Database: db, To: to, Recipients: Recipients{r}, Program: "test", By: "cli", Verify: pass, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestThereAndBack(t *testing.T) {
	db, k, folder := database(t, 500), key(t), t.TempDir()
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	report := create(t, db, folder, k.Recipient())
	if want := filepath.Join(folder, "diachiso-20261122T050000Z.db.age"); report.File != want {
		t.Errorf("file %s, want %s", report.File, want)
	}
	info, err := os.Stat(report.File)
	if err != nil || info.Size() != report.Size || info.Mode().Perm() != 0o600 || info.Size() > int64(len(before))/2 {
		t.Errorf("%v %v, reported %d bytes of a database of %d", info, err, report.Size, len(before))
	}
	m := report.Manifest
	if m.Rows["address"] != 500 || m.Rows["event"] != 500 || m.Schema != sqlite.SchemaVersion || m.Program != "test" || !m.Created.Equal(instant) {
		t.Errorf("manifest %+v", m)
	}
	for _, name := range files(t, filepath.Dir(db)) { // SQLite's own -wal and -shm may be there
		if strings.Contains(name, "partial") {
			t.Errorf("left beside the database: %s", name)
		}
	}
	to := filepath.Join(t.TempDir(), "new", "new.db")
	restored, err := Restore(t.Context(), Restoration{File: report.File, To: to, Identities: Identities{k}, By: "cli", Verify: pass, Now: clock})
	if err != nil || restored.Manifest.SHA256 != m.SHA256 || len(restored.Aside) != 0 {
		t.Fatalf("%+v %v", restored, err)
	}
	if beside := files(t, filepath.Dir(to)); !slices.Equal(beside, []string{"new.db"}) {
		t.Errorf("left beside the restored database: %v", beside)
	}
	s, err := sqlite.Open(t.Context(), to, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	// What was taken and what was put back are lines of the journals.
	for path, action := range map[string]string{db: "database.backed_up", to: "database.restored"} {
		if last := lastEntry(t, path); last.Action != action || last.Subject != m.SHA256 || last.Actor != "cli" {
			t.Errorf("%s ends with %+v", path, last)
		}
	}
}

// lastEntry is the end of a journal.
func lastEntry(t *testing.T, path string) (last registry.Entry) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Entry != nil {
				last = *l.Entry
			}
			return true
		})
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return last
}

// A backup of an older schema, made by the newer program before the upgrade, leaves the database as it is; restoring it brings
// the copy up to date.
func TestOlderSchema(t *testing.T) {
	k, db := key(t), filepath.Join(t.TempDir(), "old.db")
	old, err := sql.Open("sqlite3", db+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	migrations, err := goose.NewProvider(goose.DialectSQLite3, old, os.DirFS("../registry/sqlite/migrations"))
	if err == nil {
		_, err = migrations.UpTo(t.Context(), 3)
	}
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	report := create(t, db, filepath.Join(t.TempDir(), "b.age"), k.Recipient())
	if contents, err := sqlite.Inspect(t.Context(), db, false); err != nil || contents.Schema != 3 || report.Manifest.Schema != 3 {
		t.Fatalf("schema %d, backup of %d, %v", contents.Schema, report.Manifest.Schema, err)
	}
	to := filepath.Join(t.TempDir(), "new.db")
	// What a killed restoration has left is in nobody's way.
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.WriteFile(to+".restore.partial"+suffix, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Restore(t.Context(), Restoration{File: report.File, To: to, Identities: Identities{k}, By: "cli", Verify: pass, Now: clock}); err != nil {
		t.Fatal(err)
	}
	if left := files(t, filepath.Dir(to)); !slices.Equal(left, []string{"new.db"}) {
		t.Errorf("left behind: %v", left)
	}
	if contents, err := sqlite.Inspect(t.Context(), to, true); err != nil || contents.Schema != sqlite.SchemaVersion {
		t.Errorf("%+v %v", contents, err)
	}
}

// What the package comment promises: the backup is readable with age and zstd alone.
func TestReadableWithoutThisProgram(t *testing.T) {
	if _, err := exec.LookPath("zstd"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("zstd is needed to see that a backup is readable without this program: %v", err)
		}
		t.Skip("zstd is not installed")
	}
	k := key(t)
	report := create(t, database(t, 50), filepath.Join(t.TempDir(), "b.age"), k.Recipient())
	file, err := os.Open(report.File)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := age.Decrypt(file, k)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "tail -n +3 | zstd -d")
	cmd.Stdin = plain
	out, err := cmd.Output()
	if err != nil || !bytes.HasPrefix(out, []byte("SQLite format 3\x00")) || int64(len(out)) != report.Manifest.Bytes {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

func TestPassphrase(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"right": "một câu dài để mở bản sao lưu\n", "wrong": "một câu dài khác để thử mở xem\n", "short": "ngắn\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	recipients, err := PassphraseRecipient(filepath.Join(folder, "right"))
	if err != nil {
		t.Fatal(err)
	}
	recipients[0].(*age.ScryptRecipient).SetWorkFactor(10) // the default is slow on purpose
	report := create(t, database(t, 5), filepath.Join(folder, "b.age"), recipients[0])
	wrong, err := PassphraseIdentity(filepath.Join(folder, "wrong"))
	if err != nil {
		t.Fatal(err)
	}
	right, err := PassphraseIdentity(filepath.Join(folder, "right"))
	if err != nil {
		t.Fatal(err)
	}
	r := Restoration{File: report.File, To: filepath.Join(folder, "new.db"), Identities: wrong, By: "cli", Verify: pass, Now: clock}
	if _, err := Restore(t.Context(), r); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("wrong passphrase: %v", err)
	}
	r.Identities = right
	if _, err := Restore(t.Context(), r); err != nil {
		t.Error(err)
	}
	if _, err := PassphraseRecipient(filepath.Join(folder, "short")); err == nil {
		t.Error("a short passphrase was accepted")
	}
}

func TestRestoreRefuses(t *testing.T) {
	k, folder := key(t), t.TempDir()
	report := create(t, database(t, 200), filepath.Join(folder, "good.age"), k.Recipient())
	good, err := os.ReadFile(report.File)
	if err != nil {
		t.Fatal(err)
	}
	flipped := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x10
		return b
	}
	sealed := func(m Manifest, database string) []byte {
		var b bytes.Buffer
		if err := encode(&b, m, strings.NewReader(database), Recipients{k.Recipient()}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	newer := report.Manifest
	newer.Schema = sqlite.SchemaVersion + 1
	short := report.Manifest
	short.Bytes = 5
	var foreign bytes.Buffer
	w, err := age.Encrypt(&foreign, k.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "thư tình")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		with age.Identity
		says string
	}{
		"another key":          {good, key(t), "does not open"},
		"cut in the header":    {good[:60], k, "cut off"},
		"cut in the middle":    {good[:len(good)/2], k, "cut off or damaged"},
		"cut by one byte":      {good[:len(good)-1], k, "cut off or damaged"},
		"one bit, at the end":  {flipped(len(good) - 1), k, "cut off or damaged"},
		"one bit, in between":  {flipped(len(good) / 2), k, "cut off or damaged"},
		"something appended":   {append(bytes.Clone(good), 'x'), k, "cut off or damaged"},
		"empty":                {nil, k, "no backup of this program"},
		"a photograph":         {bytes.Repeat([]byte{0xff, 0xd8, 0}, 1000), k, "no backup of this program"},
		"another file of age":  {foreign.Bytes(), k, "no backup of this program"},
		"newer schema":         {sealed(newer, ""), k, fmt.Sprintf("schema version %d", newer.Schema)},
		"longer than it says":  {sealed(short, "123456"), k, "cut off or damaged"},
		"shorter than it says": {sealed(short, "1234"), k, "cut off or damaged"},
		"other than it says":   {sealed(short, "12345"), k, "cut off or damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, "b.age")
			if err := os.WriteFile(file, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Restore(t.Context(), Restoration{File: file, To: filepath.Join(folder, "new.db"), Identities: Identities{c.with}, By: "cli", Verify: pass, Now: clock})
			e, ok := errors.AsType[*registry.Error](err)
			if !ok || e.Code != registry.CodeInvalid || e.Hint == "" || !strings.Contains(e.Message, c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if left := files(t, folder); !slices.Equal(left, []string{"b.age"}) {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A database that its backup's manifest does not fit, or whose journal does not verify, is not put in place.
func TestRestoreChecksTheDatabase(t *testing.T) {
	k := key(t)
	report := create(t, database(t, 20), filepath.Join(t.TempDir(), "good.age"), k.Recipient())
	to := filepath.Join(t.TempDir(), "new.db")
	r := Restoration{File: report.File, To: to, Identities: Identities{k}, By: "cli", Now: clock,
		Verify: func(context.Context, string) error { return errors.New("line 7 was changed") }}
	if _, err := Restore(t.Context(), r); err == nil || !strings.Contains(err.Error(), "line 7 was changed") {
		t.Errorf("journal: %v", err)
	}
	plain := filepath.Join(t.TempDir(), "plain.db")
	r.To, r.Verify = plain, pass
	if _, err := Restore(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	m := report.Manifest
	m.Rows = map[string]int64{"address": 21}
	var b bytes.Buffer
	if err := encode(&b, m, bytes.NewReader(text), Recipients{k.Recipient()}); err != nil {
		t.Fatal(err)
	}
	forged := filepath.Join(t.TempDir(), "forged.age")
	if err := os.WriteFile(forged, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r.File, r.To = forged, to
	if _, err := Restore(t.Context(), r); err == nil {
		t.Error("a manifest with other rows was accepted")
	}
	if left := files(t, filepath.Dir(to)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRestoreKeepsWhatWasThere(t *testing.T) {
	k, db := key(t), database(t, 20)
	report := create(t, db, filepath.Join(t.TempDir(), "b.age"), k.Recipient())
	r := Restoration{File: report.File, To: db, Identities: Identities{k}, By: "cli", Verify: pass, Now: clock}
	if _, err := Restore(t.Context(), r); err == nil || !strings.Contains(err.Error(), "already a database") {
		t.Errorf("an existing database: %v", err)
	}
	r.Force = true
	s, err := sqlite.Open(t.Context(), db, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), r); registry.CodeOf(err) != registry.CodeBusy {
		t.Errorf("a database in use: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	restored, err := Restore(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	before := db + ".replaced-20261122T050000Z"
	if !slices.Equal(restored.Aside, []string{before}) {
		t.Errorf("aside %v, want %s", restored.Aside, before)
	}
	if _, err := sqlite.Inspect(t.Context(), before, true); err != nil {
		t.Errorf("the database before: %v", err)
	}
	// The log of a database that is gone would be taken for that of the restored one.
	if err := errors.Join(os.Remove(db), os.WriteFile(db+"-wal", []byte("log"), 0o600)); err != nil {
		t.Fatal(err)
	}
	r.Force, r.Now = false, func() time.Time { return instant.Add(time.Minute) }
	if restored, err = Restore(t.Context(), r); err != nil || !slices.Equal(restored.Aside, []string{db + ".replaced-20261122T050100Z-wal"}) {
		t.Errorf("aside %v, %v", restored.Aside, err)
	}
	if _, err := sqlite.Inspect(t.Context(), db, false); err != nil {
		t.Errorf("the restored database: %v", err)
	}
}

func TestKeep(t *testing.T) {
	k, db, folder := key(t), database(t, 5), t.TempDir()
	now := instant
	request := Request{Database: db, To: folder, Recipients: Recipients{k.Recipient()}, Keep: 3, By: "cli", Verify: pass, Now: func() time.Time { return now }}
	others := []string{"diachiso-20200101T000000Z.db.age.sha256", "diachiso-2020.db.age", "notes.txt", "other-20200101T000000Z.db.age"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What a killed backup leaves is cleared away.
	if err := os.WriteFile(filepath.Join(folder, "diachiso-20260101T000000Z.db.age.partial"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 12 { // all in one second
		if _, err := Create(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Second)
	report, err := Create(t.Context(), request)
	if err != nil || !slices.Equal(report.Removed, []string{"diachiso-20261122T050000Z-10.db.age"}) {
		t.Fatalf("removed %v, %v", report.Removed, err)
	}
	want := append([]string{"diachiso-20261122T050000Z-11.db.age", "diachiso-20261122T050000Z-12.db.age", "diachiso-20261122T050001Z.db.age"}, others...)
	slices.Sort(want)
	if have := files(t, folder); !slices.Equal(have, want) {
		t.Errorf("have %v\nwant %v", have, want)
	}
	// A backup that fails removes nothing.
	now = now.Add(time.Second)
	request.Verify = func(context.Context, string) error { return errors.New("damaged") }
	if _, err := Create(t.Context(), request); err == nil {
		t.Error("a damaged copy was backed up")
	}
	if have := files(t, folder); !slices.Equal(have, want) {
		t.Errorf("after a failure: %v", have)
	}
}

func TestCreateRefuses(t *testing.T) {
	k, db, folder := key(t), database(t, 5), t.TempDir()
	taken := filepath.Join(folder, "taken.age")
	if err := os.WriteFile(taken, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ db, to, says string }{
		"a file that is there": {db, taken, "already a file"},
		"no folder":            {db, filepath.Join(folder, "none", "b.age"), "no folder"},
		"no folder of it":      {filepath.Join(folder, "none", "none.db"), filepath.Join(folder, "b.age"), "no database"},
		"no database":          {filepath.Join(folder, "none.db"), filepath.Join(folder, "b.age"), "no database"},
	} {
		_, err := Create(t.Context(), Request{Database: c.db, To: c.to, Recipients: Recipients{k.Recipient()}, By: "cli", Verify: pass, Now: clock})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Two at a time would write one copy.
	busy, err := openScratch(db + ".backup.partial")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Create(t.Context(), Request{Database: db, To: folder, Recipients: Recipients{k.Recipient()}, By: "cli", Verify: pass, Now: clock})
	if registry.CodeOf(err) != registry.CodeBusy {
		t.Errorf("a second backup: %v", err)
	}
	if err := busy.discard(); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Create(ended, Request{Database: db, To: folder, Recipients: Recipients{k.Recipient()}, By: "cli", Verify: pass, Now: clock}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	if have := files(t, folder); !slices.Equal(have, []string{"taken.age"}) {
		t.Errorf("left behind: %v", have)
	}
}

// A disk that is full anywhere on the way is an error, so that nothing gets the final name.
func TestNoRoom(t *testing.T) {
	k := key(t)
	noise := io.LimitReader(rand.NewChaCha8([32]byte{7}), 1<<20)
	for room := 0; room < 1<<20; room += 99_991 {
		if err := encode(&full{room: room}, Manifest{}, noise, Recipients{k.Recipient()}); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
		noise.(*io.LimitedReader).N = 1 << 20
	}
}

var errFull = errors.New("no space left on device")

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestKeys(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "key.txt")
	recipient, err := NewKey(path, instant)
	if err != nil || !strings.HasPrefix(recipient, "age1") {
		t.Fatal(recipient, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := NewKey(path, instant); err == nil {
		t.Error("a key was overwritten")
	}
	if _, err := ParseRecipients(recipient); err != nil {
		t.Error(err)
	}
	if ids, err := ReadIdentities(path); err != nil || len(ids) != 1 {
		t.Error(ids, err)
	}
	list := filepath.Join(folder, "list.txt")
	if err := os.WriteFile(list, []byte("# hai người\n"+recipient+"\n"+key(t).Recipient().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rs, err := ReadRecipients(list); err != nil || len(rs) != 2 {
		t.Error(rs, err)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"no recipient":            second(ParseRecipients("someone")),
		"a secret as a recipient": second(ParseRecipients(strings.Split(string(secret), "\n")[2])),
		"a list as an identity":   second(ReadIdentities(list)),
		"no file":                 second(ReadIdentities(filepath.Join(folder, "none"))),
	} {
		e, ok := errors.AsType[*registry.Error](err)
		if !ok || e.Hint == "" || strings.Contains(err.Error(), "AGE-SECRET-KEY-1Q") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// FuzzDecode: no file makes the decoder panic, and whatever it accepts is what the manifest names.
func FuzzDecode(f *testing.F) {
	k, err := age.GenerateX25519Identity()
	if err != nil {
		f.Fatal(err)
	}
	head, err := json.Marshal(Manifest{Bytes: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(magic + string(head) + "\n\x28\xb5\x2f\xfd\x20\x03\x19\x00\x00abc"))
	f.Add([]byte(magic + "{}\n"))
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, k.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		d, err := decode(&b, Identities{k})
		if err == nil {
			defer d.close()
			n, rerr := io.Copy(io.Discard, io.LimitReader(d, 1<<20))
			if rerr == nil && n < 1<<20 && n != d.Manifest.Bytes {
				t.Errorf("%d bytes were read, the manifest names %d", n, d.Manifest.Bytes)
			}
			err = rerr
		}
		if err != nil && registry.CodeOf(err) != registry.CodeInvalid {
			t.Errorf("%v", err)
		}
	})
}
