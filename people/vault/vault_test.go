package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

type home struct {
	t    testing.TB
	dir  string
	path string
}

func newHome(t testing.TB) home {
	dir := t.TempDir()
	return home{t, dir, filepath.Join(dir, "people-keys.db")}
}

func (h home) source() MasterSource { return MasterSource{File: filepath.Join(h.dir, "master.key")} }

func (h home) open(source MasterSource) *Vault {
	h.t.Helper()
	v, err := Open(context.Background(), h.path, source)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = v.Close() })
	return v
}

func (h home) text() string {
	h.t.Helper()
	text, err := os.ReadFile(h.source().File)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func seal(t testing.TB, v *Vault, id, text string) []byte {
	t.Helper()
	k, err := v.Key(context.Background(), id)
	must(t, err)
	sealed, err := k.Encrypt([]byte(text), []byte(id))
	must(t, err)
	return sealed
}

func unseal(v *Vault, id string, sealed []byte) (string, error) {
	k, err := v.Key(context.Background(), id)
	if err != nil {
		return "", err
	}
	text, err := k.Decrypt(sealed, []byte(id))
	return string(text), err
}

func wrappedOf(t testing.TB, v *Vault, id string) (wrapped []byte) {
	t.Helper()
	must(t, v.db.QueryRow("SELECT wrapped FROM household_key WHERE id = ?", id).Scan(&wrapped))
	return wrapped
}

// inFiles returns the files below a folder that hold some bytes.
func inFiles(t testing.TB, dir string, secret []byte) (found []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, secret) {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestKeysLastAndAreApart(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	must(t, v.NewKey(t.Context(), "b"))
	if err := v.NewKey(t.Context(), "a"); err == nil {
		t.Error("a second key for a")
	}
	sealed := seal(t, v, "a", "secret")
	must(t, v.Close())
	v = h.open(h.source())
	if text, err := unseal(v, "a", sealed); err != nil || text != "secret" {
		t.Errorf("%q %v", text, err)
	}
	b, err := v.Key(t.Context(), "b")
	must(t, err)
	if _, err := b.Decrypt(sealed, []byte("a")); err == nil {
		t.Error("b's key opens what is a's")
	}
	if _, err := v.db.Exec("UPDATE household_key SET wrapped = (SELECT wrapped FROM household_key WHERE id = 'a') WHERE id = 'b'"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Key(t.Context(), "b"); !errors.Is(err, ErrMaster) {
		t.Errorf("a's wrapped key works under b's name: %v", err)
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, os.Mkdir(filepath.Join(h.dir, "copies"), 0o700))
	copied, err := v.Backup(t.Context(), filepath.Join(h.dir, "copies"), time.Now())
	must(t, err)
	_, err = v.Rotate(t.Context(), "")
	must(t, err)
	for _, path := range []string{h.path, h.source().File, copied} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

func TestSettingsOfEveryConnection(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	for range connections {
		conn, err := v.db.Conn(t.Context())
		must(t, err)
		defer conn.Close()
		for name, want := range map[string]string{"secure_delete": "1", "journal_mode": "delete", "synchronous": "3", "temp_store": "2"} {
			var got string
			must(t, conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got))
			if got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	}
}

func TestDestroyedKeyIsInNoFile(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	const n = 400 // several levels of pages, split and merged
	id := func(i int) string { return fmt.Sprintf("%x", sum(i)) }
	wrapped, hashes := make([][]byte, n), make([][]byte, n)
	for i := range n {
		must(t, v.NewKey(t.Context(), id(i)))
		hash, err := v.Hash("phone", id(i))
		must(t, err)
		must(t, v.SetHashes(t.Context(), id(i), [][]byte{hash}))
		wrapped[i], hashes[i] = wrappedOf(t, v, id(i)), hash
	}
	if len(inFiles(t, h.dir, wrapped[0][20:])) != 1 || len(inFiles(t, h.dir, hashes[0])) != 1 {
		t.Fatal("the test does not see a key or hash that is there")
	}
	for i := 0; i < n; i += 3 {
		must(t, v.Destroy(t.Context(), id(i), "never was"))
	}
	for i := range n {
		// In ciphertext no 16 bytes are there by chance.
		found := append(inFiles(t, h.dir, wrapped[i][len(wrapped[i])-40:len(wrapped[i])-24]), inFiles(t, h.dir, hashes[i])...)
		_, err := v.Key(t.Context(), id(i))
		if i%3 == 0 && (len(found) > 0 || !errors.Is(err, ErrNoKey)) {
			t.Errorf("destroyed key %d is in %v; %v", i, found, err)
		}
		if i%3 != 0 && (len(found) == 0 || err != nil) {
			t.Errorf("key %d is gone: %v", i, err)
		}
	}
	if ids, err := v.Find(t.Context(), hashes[0], 10); err != nil || len(ids) > 0 {
		t.Errorf("destroyed household is found: %v %v", ids, err)
	}
}

func sum(i int) uint64 { return uint64(i+1) * 0x9E3779B97F4A7C15 }

func TestHashesAreOfThisVaultAndFoundExactly(t *testing.T) {
	h, other := newHome(t), newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	phone, err := v.Hash("phone", "84912000000")
	must(t, err)
	must(t, v.SetHashes(t.Context(), "a", [][]byte{phone, phone}))
	if ids, err := v.Find(t.Context(), phone, 10); err != nil || len(ids) != 1 || ids[0] != "a" {
		t.Errorf("%v %v", ids, err)
	}
	name, err := v.Hash("name", "84912000000")
	must(t, err)
	if ids, _ := v.Find(t.Context(), name, 10); len(ids) > 0 {
		t.Error("found as a name")
	}
	if elsewhere, err := other.open(other.source()).Hash("phone", "84912000000"); err != nil || bytes.Equal(elsewhere, phone) {
		t.Errorf("hashes are the same in another deployment: %v", err)
	}
	must(t, v.SetHashes(t.Context(), "a", nil))
	if ids, _ := v.Find(t.Context(), phone, 10); len(ids) > 0 {
		t.Error("found by what was taken away")
	}
	must(t, v.Destroy(t.Context(), "a"))
	if err := v.SetHashes(t.Context(), "a", [][]byte{phone}); !errors.Is(err, ErrNoKey) {
		t.Errorf("a destroyed household gets hashes: %v", err)
	}
}

func TestRotation(t *testing.T) {
	h := newHome(t)
	v, serving := h.open(h.source()), h.open(h.source())
	for i := range 5 {
		must(t, v.NewKey(t.Context(), fmt.Sprint(i)))
	}
	sealed, wrapped, before := seal(t, v, "3", "secret"), wrappedOf(t, v, "3"), h.text()
	hash, err := v.Hash("name", "an")
	must(t, err)
	n, err := v.Rotate(t.Context(), "")
	if err != nil || n != 5 {
		t.Fatalf("%d keys: %v", n, err)
	}
	if h.text() == before || len(inFiles(t, h.dir, wrapped)) > 0 {
		t.Error("the old master key, or what it wrapped, is still there")
	}
	for name, v := range map[string]*Vault{"the same": v, "another process": serving, "a new process": h.open(h.source())} {
		if text, err := unseal(v, "3", sealed); err != nil || text != "secret" {
			t.Errorf("%s: %q %v", name, text, err)
		}
		if again, err := v.Hash("name", "an"); err != nil || !bytes.Equal(again, hash) {
			t.Errorf("%s: another hash, %v", name, err)
		}
		must(t, v.NewKey(t.Context(), "new of "+name))
	}
	if _, err := Open(t.Context(), h.path, MasterSource{Text: before}); !errors.Is(err, ErrMaster) {
		t.Errorf("the old master key still opens: %v", err)
	}
}

func TestProcessThatMissedARotationMakesGoodKeys(t *testing.T) {
	h := newHome(t)
	v, serving := h.open(h.source()), h.open(h.source())
	_, err := v.Rotate(t.Context(), "")
	must(t, err)
	must(t, serving.NewKey(t.Context(), "a"))
	sealed := seal(t, serving, "a", "secret")
	if text, err := unseal(h.open(h.source()), "a", sealed); err != nil || text != "secret" {
		t.Errorf("%q %v", text, err)
	}
}

func TestRotationCutShort(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	sealed := seal(t, v, "a", "secret")
	next, err := v.current().next()
	must(t, err)
	must(t, writeMaster(h.source().File, next.handle)) // and the power goes before the commit
	for range 2 {
		again := h.open(h.source())
		if text, err := unseal(again, "a", sealed); err != nil || text != "secret" {
			t.Errorf("%q %v", text, err)
		}
		if again.current().handle.Len() != 1 {
			t.Error("the unused master key stays")
		}
		_, err := again.Rotate(t.Context(), "")
		must(t, err)
	}
}

func TestMasterKeyFromText(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	sealed := seal(t, v, "a", "secret")
	text := h.text()
	must(t, os.Remove(h.source().File))
	if _, err := Open(t.Context(), h.path, h.source()); !errors.Is(err, ErrMaster) {
		t.Errorf("a new master key was made for an old file: %v", err)
	}
	v = h.open(MasterSource{Text: text})
	if got, err := unseal(v, "a", sealed); err != nil || got != "secret" {
		t.Errorf("%q %v", got, err)
	}
	out := filepath.Join(h.dir, "next.key")
	_, err := v.Rotate(t.Context(), out)
	must(t, err)
	v = h.open(MasterSource{File: out})
	if got, err := unseal(v, "a", sealed); err != nil || got != "secret" {
		t.Errorf("%q %v", got, err)
	}
	for name, text := range map[string]string{"no base64": "!", "no keyset": "aGVsbG8=", "empty": "\n"} {
		if _, err := Open(t.Context(), h.path, MasterSource{Text: text}); !errors.Is(err, ErrMaster) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBackupsExpire(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	sealed := seal(t, v, "a", "secret")
	folder := filepath.Join(h.dir, "copies")
	must(t, os.Mkdir(folder, 0o700))
	must(t, os.WriteFile(filepath.Join(folder, "other.db"), nil, 0o600))
	start := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	first, err := v.Backup(t.Context(), folder, start)
	must(t, err)
	_, err = v.Backup(t.Context(), folder, start.Add(BackupExpiry))
	must(t, err)
	if _, err := os.Stat(first); err != nil {
		t.Errorf("removed too early: %v", err)
	}
	restored, err := Open(t.Context(), first, h.source())
	must(t, err)
	if text, err := unseal(restored, "a", sealed); err != nil || text != "secret" {
		t.Errorf("the copy does not work: %q %v", text, err)
	}
	must(t, restored.Close())
	n, err := v.Expire(t.Context(), start.Add(BackupExpiry+time.Second))
	if err != nil || n != 1 {
		t.Errorf("%d removed, %v", n, err)
	}
	if _, err := os.Stat(first); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an expired copy is still there: %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v %v", entries, err)
	}
	must(t, os.RemoveAll(folder))
	if _, err := v.Expire(t.Context(), start); err != nil {
		t.Errorf("a folder that is not mounted: %v", err)
	}
}

func TestRotationMakesBackupsUseless(t *testing.T) {
	h := newHome(t)
	v := h.open(h.source())
	must(t, v.NewKey(t.Context(), "a"))
	copied, err := v.Backup(t.Context(), h.dir, time.Now())
	must(t, err)
	_, err = v.Rotate(t.Context(), "")
	must(t, err)
	if _, err := Open(t.Context(), copied, h.source()); !errors.Is(err, ErrMaster) {
		t.Errorf("%v", err)
	}
}

func TestForeignFiles(t *testing.T) {
	h := newHome(t)
	must(t, os.WriteFile(h.path, bytes.Repeat([]byte("text "), 1000), 0o600))
	if _, err := Open(t.Context(), h.path, h.source()); err == nil {
		t.Error("a text file was taken for a file of keys")
	}
	if _, err := os.Stat(h.source().File); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a master key was made all the same: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	h := newHome(t)
	vaults := []*Vault{h.open(h.source()), h.open(h.source())}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			v, id := vaults[i%2], fmt.Sprint(i)
			if err := v.NewKey(t.Context(), id); err != nil {
				t.Errorf("new key: %v", err)
				return
			}
			k, err := v.Key(t.Context(), id)
			if err != nil {
				t.Errorf("key: %v", err)
				return
			}
			sealed, err := k.Encrypt([]byte(id), nil)
			if err != nil {
				t.Error(err)
			}
			if i%8 == 0 {
				if _, err := vaults[0].Rotate(t.Context(), ""); err != nil {
					t.Errorf("rotate: %v", err)
				}
			}
			if i%3 == 0 {
				if err := v.Destroy(t.Context(), id); err != nil {
					t.Errorf("destroy: %v", err)
				}
				if _, err := vaults[1].Key(t.Context(), id); !errors.Is(err, ErrNoKey) {
					t.Errorf("destroyed key: %v", err)
				}
				return
			}
			if k, err = vaults[1].Key(t.Context(), id); err != nil {
				t.Errorf("key later: %v", err)
				return
			}
			if text, err := k.Decrypt(sealed, nil); err != nil || string(text) != id {
				t.Errorf("%q %v", text, err)
			}
		})
	}
	wg.Wait()
}
