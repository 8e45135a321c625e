package sqlite_test

import (
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

var accessTime = time.UnixMilli(1_795_000_000_123).UTC()

func someKey(prefix string) access.KeyRecord {
	return access.KeyRecord{Hash: sha256.Sum256([]byte(prefix)), Key: access.Key{
		Prefix: prefix, Name: "UBND phường", Role: access.RoleRegistrar, Communes: []string{"00070", "00082"}, Provinces: []string{"01"},
		CreatedBy: "cli", CreatedAt: accessTime, IssuedAt: accessTime, ExpiresAt: accessTime.Add(time.Hour),
	}}
}

// change runs fn, which must succeed.
func change(t *testing.T, s *sqlite.Store, fn func(access.Writer) error) {
	t.Helper()
	if err := s.UpdateAccess(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestAccessKeysAreKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	plain := access.KeyRecord{Hash: sha256.Sum256([]byte("plain")), Key: access.Key{
		Prefix: "00000000", Role: access.RoleAdmin, CreatedBy: "cli", CreatedAt: accessTime.Add(-time.Hour), IssuedAt: accessTime, ExpiresAt: accessTime.Add(time.Hour),
	}}
	full := someKey("7F2KQ9BX")
	for _, k := range []access.KeyRecord{full, plain} {
		change(t, s, func(w access.Writer) error { return w.InsertAccessKey(k) })
	}
	full.OldHash, full.OldUntil, full.RevokedAt, full.LastUsed = sha256.Sum256([]byte("old")), accessTime.Add(time.Minute), accessTime.Add(2*time.Minute), geo.Date(20261122)
	full.Name = "tên khác"
	change(t, s, func(w access.Writer) error { return w.ReplaceAccessKey(full) })
	if got, err := s.AccessKey(t.Context(), full.Prefix); err != nil || !reflect.DeepEqual(got, full) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, full)
	}
	if got, err := s.AccessKeys(t.Context()); err != nil || !reflect.DeepEqual(got, []access.KeyRecord{plain, full}) {
		t.Errorf("got  %+v, %v", got, err)
	}
	for _, day := range []geo.Date{20261123, 20261101} {
		change(t, s, func(w access.Writer) error { return w.TouchAccessKey(full.Prefix, day) })
	}
	if got, err := s.AccessKey(t.Context(), full.Prefix); err != nil || got.LastUsed != 20261123 {
		t.Errorf("last used %s, %v", got.LastUsed, err)
	}
	_, err := s.AccessKey(t.Context(), "ZZZZZZZZ")
	wantAccessCode(t, err, registry.CodeNotFound)
	wantAccessCode(t, s.UpdateAccess(t.Context(), func(w access.Writer) error { return w.InsertAccessKey(plain) }), registry.CodeVersionConflict)
	wantAccessCode(t, s.UpdateAccess(t.Context(), func(w access.Writer) error { return w.ReplaceAccessKey(someKey("ZZZZZZZZ")) }), registry.CodeNotFound)
}

func wantAccessCode(t *testing.T, err error, want registry.ErrorCode) {
	t.Helper()
	if got := registry.CodeOf(err); got != want {
		t.Errorf("%v is %q, want %q", err, got, want)
	}
}

func TestAccessSessionsAreKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	k := someKey("7F2KQ9BX")
	change(t, s, func(w access.Writer) error { return w.InsertAccessKey(k) })
	session := func(name string, life time.Duration) access.SessionRecord {
		return access.SessionRecord{Hash: sha256.Sum256([]byte(name)), Key: k.Prefix, StartedAt: accessTime, SeenAt: accessTime, ExpiresAt: accessTime.Add(life)}
	}
	short, long := session("short", time.Minute), session("long", time.Hour)
	change(t, s, func(w access.Writer) error { return w.InsertAccessSession(short) })
	change(t, s, func(w access.Writer) error { return w.InsertAccessSession(long) })
	for _, at := range []time.Duration{time.Second, -time.Second} {
		change(t, s, func(w access.Writer) error { return w.TouchAccessSession(short.Hash, accessTime.Add(at)) })
	}
	short.SeenAt = accessTime.Add(time.Second)
	got, of, err := s.AccessSession(t.Context(), short.Hash)
	if err != nil || !reflect.DeepEqual(got, short) || !reflect.DeepEqual(of, k) {
		t.Errorf("%+v of %+v, %v", got, of, err)
	}
	change(t, s, func(w access.Writer) error { return w.DeleteAccessSessionsBefore(accessTime.Add(time.Minute)) })
	_, _, err = s.AccessSession(t.Context(), short.Hash)
	wantAccessCode(t, err, registry.CodeNotFound)
	change(t, s, func(w access.Writer) error {
		prefix, err := w.DeleteAccessSession(long.Hash)
		if prefix != k.Prefix {
			t.Errorf("the session of %q was deleted", prefix)
		}
		return err
	})
	wantAccessCode(t, s.UpdateAccess(t.Context(), func(w access.Writer) error {
		_, err := w.DeleteAccessSession(long.Hash)
		return err
	}), registry.CodeNotFound)
}

// TestRevocationReachesTheOtherProcess has the file open twice, as the server and the command line have it.
func TestRevocationReachesTheOtherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	server, command := open(t, path, sqlite.Options{}), open(t, path, sqlite.Options{})
	k := someKey("7F2KQ9BX")
	change(t, command, func(w access.Writer) error {
		if err := w.InsertAccessKey(k); err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{Actor: "cli", Action: "key.created", Subject: k.Prefix})
	})
	if _, err := server.AccessKey(t.Context(), k.Prefix); err != nil {
		t.Fatal(err)
	}
	change(t, server, func(w access.Writer) error {
		return w.AppendEntry(registry.Entry{Actor: "key:" + k.Prefix, Action: "session.started", Subject: k.Prefix})
	})
	k.RevokedAt = accessTime.Add(time.Minute)
	change(t, command, func(w access.Writer) error {
		if err := w.ReplaceAccessKey(k); err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{Actor: "cli", Action: "key.revoked", Subject: k.Prefix})
	})
	if got, err := server.AccessKey(t.Context(), k.Prefix); err != nil || !got.RevokedAt.Equal(k.RevokedAt) {
		t.Errorf("the server sees %+v, %v", got, err)
	}
	// The journal is one chain, whichever process wrote.
	var chain registry.Chain
	err := server.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			chain.AddEntry(l.Entry)
			if l.Link != chain.Link {
				t.Errorf("line %d (%s) is not linked to the one before", l.Seq, l.Entry.Action)
			}
			return true
		})
	})
	if err != nil || chain.Seq != 3 {
		t.Errorf("%d lines, %v", chain.Seq, err)
	}
}

func BenchmarkAccessKey(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "a.db"), sqlite.Options{})
	k := someKey("7F2KQ9BX")
	if err := s.UpdateAccess(b.Context(), func(w access.Writer) error { return w.InsertAccessKey(k) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.AccessKey(b.Context(), k.Prefix); err != nil {
			b.Fatal(err)
		}
	}
}
