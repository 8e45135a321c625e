package audit_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func newKey(t *testing.T) *audit.Key {
	t.Helper()
	key, created, err := audit.OpenKey(filepath.Join(t.TempDir(), "audit.key"))
	if err != nil || !created {
		t.Fatal(created, err)
	}
	return key
}

func note(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		for range n {
			if err := w.AppendEntry(registry.Entry{Actor: "test", Action: "test.noted"}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestCheckpointsAreMadeWhenDue(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	defer closeStore(t, s)
	now := start
	service := audit.NewService(s, audit.Options{Key: newKey(t), Now: func() time.Time { return now }})
	if _, err := service.Newest(t.Context()); registry.CodeOf(err) != registry.CodeNotFound {
		t.Errorf("the newest of none: %v", err)
	}
	want := func(what string, lines int64) {
		t.Helper()
		if err := service.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c, err := service.Newest(t.Context()); lines == 0 && registry.CodeOf(err) != registry.CodeNotFound || lines != 0 && (err != nil || c.Lines != lines) {
			t.Errorf("%s: %+v, %v; want one of %d lines", what, c, err, lines)
		}
	}
	now = now.Add(time.Hour)
	want("an empty journal", 0)
	note(t, s, 1)
	want("after a quiet hour", 1)
	note(t, s, 9_999)
	now = now.Add(9 * time.Minute)
	want("too early, too few", 1)
	note(t, s, 1)
	want("10,000 lines", 10_001)
	note(t, s, 1)
	want("too early again", 10_001)
	now = now.Add(-time.Hour)
	want("the clock was set back", 10_002)
	note(t, s, 1)
	now = now.Add(10 * time.Minute)
	want("ten minutes", 10_003)
	now = now.Add(time.Hour)
	want("nothing new", 10_003)
	if c, err := service.Checkpoint(t.Context()); err != nil || c.Lines != 10_003 {
		t.Errorf("by command, nothing new: %+v, %v", c, err)
	}
}

type reports struct {
	mu     sync.Mutex
	events []audit.Event
	then   func(n int) // after each; may be nil
}

func (r *reports) Report(_ context.Context, e audit.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	if r.then != nil {
		r.then(len(r.events))
	}
}

// TestKeysAndBackupsAreTold: what commands did while no server ran is told when one starts, and only that.
func TestKeysAndBackupsAreTold(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	defer closeStore(t, s)
	key := newKey(t)
	act := func(action, subject string) {
		if err := s.Update(t.Context(), func(w registry.Writer) error {
			return w.AppendEntry(registry.Entry{At: start, Actor: "cli", Action: action, Subject: subject})
		}); err != nil {
			t.Fatal(err)
		}
	}
	act("key.created", "OLD")
	if _, err := audit.NewService(s, audit.Options{Key: key}).Checkpoint(t.Context()); err != nil { // as at a clean stop
		t.Fatal(err)
	}
	for _, action := range []string{"key.created", "address.read", "key.rotated", "key.revoked", "database.backed_up", "database.restored"} {
		act(action, "NEW")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := reports{then: func(n int) {
		if n == 5 {
			cancel()
		}
	}}
	audit.NewService(s, audit.Options{Key: key, Security: &told}).Run(ctx)
	want := []audit.Action{audit.ActionKeyCreated, audit.ActionKeyRotated, audit.ActionKeyRevoked, audit.ActionBackupMade, audit.ActionRestored}
	for i, e := range told.events {
		if i >= len(want) || e != (audit.Event{Action: want[i], At: start, User: "cli", Subject: "NEW"}) {
			t.Errorf("told %d: %+v", i, e)
		}
	}
}

// TestATamperedJournalIsNotSigned: a signature over a chain that was written anew would make it the true one.
func TestATamperedJournalIsNotSigned(t *testing.T) {
	j := newJournal(t)
	path := j.tampered(t, "UPDATE journal_entry SET actor = 'x' WHERE seq = 2")
	rewriteChain(t, path)
	s := openStore(t, path)
	defer closeStore(t, s)
	var told reports
	service := audit.NewService(s, audit.Options{Key: j.key, Security: &told})
	if _, err := service.Checkpoint(t.Context()); registry.CodeOf(err) != registry.CodeInternal {
		t.Errorf("it was signed: %v", err)
	}
	if len(told.events) != 1 || told.events[0].Action != audit.ActionJournalFault {
		t.Errorf("told the monitoring centre %+v", told.events)
	}
}

// TestAnAnchorCatchesUp: what could not be written while it was away is written with the next checkpoint.
func TestAnAnchorCatchesUp(t *testing.T) {
	for _, kind := range []string{"file", "folder"} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, filepath.Join(dir, "a.db"))
			defer closeStore(t, s)
			anchor := filepath.Join(dir, "mount", "anchor")
			key := newKey(t)
			var told reports
			service := audit.NewService(s, audit.Options{Key: key, Anchor: anchor, Security: &told})
			for range 2 {
				note(t, s, 3)
				if _, err := service.Checkpoint(t.Context()); err == nil {
					t.Error("an anchor that is not there was written")
				}
			}
			if len(told.events) != 2 {
				t.Errorf("%d reports, want 2", len(told.events))
			}
			folder := filepath.Dir(anchor)
			if kind == "folder" {
				folder = anchor
			}
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				note(t, s, 3)
				service = audit.NewService(s, audit.Options{Key: key, Anchor: anchor}) // as after a restart
				if _, err := service.Checkpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			report, err := audit.Verify(t.Context(), s, audit.VerifyOptions{Keys: []string{key.Verifier}, Anchor: anchor})
			if err != nil || report.Fault != nil || report.Anchored != 4 || report.Checkpoints != 4 || report.Unsigned != 0 {
				t.Errorf("%+v, %v", report, err)
			}
		})
	}
}

func TestAnAnchorThatWasCutShortIsRead(t *testing.T) {
	j := newJournal(t)
	text, err := os.ReadFile(j.anchor)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "anchor")
	first, _, _ := strings.Cut(string(text), "\n\n— ")
	if err := os.WriteFile(path, append([]byte(first+"\n\n— diachiso-jou"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := audit.ReadAnchor(path)
	if err != nil || len(kept) != 2 {
		t.Errorf("%d checkpoints, %v; want 2", len(kept), err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.key")
	if _, err := audit.ReadKey(path); err == nil {
		t.Error("a key that is not there was read")
	}
	key, created, err := audit.OpenKey(path)
	if err != nil || !created || !strings.HasPrefix(key.Verifier, audit.Origin+"+") {
		t.Fatalf("%+v, %v, %v", key, created, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, created, err := audit.OpenKey(path)
	if err != nil || created || again.Verifier != key.Verifier {
		t.Errorf("opened again: %+v, created %v, %v", again, created, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.ReadKey(path); registry.CodeOf(err) != registry.CodeInvalid {
		t.Errorf("a key that others may read: %v", err)
	}
	for _, text := range []string{"", "x", "PRIVATE+KEY+x", strings.Repeat("a", 200)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := audit.ReadKey(path); registry.CodeOf(err) != registry.CodeInvalid || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("a file that is no key: %v", err)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left beside the key: %v, %v", entries, err)
	}
}
