package faulttest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// TestClockGoesBack sets the clock two days back in the middle of everything that looks at it: nobody is locked out or let in, nothing
// that was revoked comes back, and the journal and its signatures go on.
func TestClockGoesBack(t *testing.T) {
	dir := t.TempDir()
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "clock.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := time.Now()
	clock := func() time.Time { return now }
	keys := access.NewService(store, data.Divisions, clock)
	signingKey, _, err := audit.OpenKey(filepath.Join(dir, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	journal := audit.NewService(store, audit.Options{Key: signingKey, Now: clock})
	quotas := access.NewQuotas()
	ask := func() access.Verdict { return quotas.Take("key:CLOCK", access.RoleCourier, access.ClassSearch, now) }

	secret, before, err := keys.CreateKey(t.Context(), "cli", access.NewKey{Role: access.RoleRegistrar})
	if err != nil {
		t.Fatal(err)
	}
	lostSecret, lost, err := keys.CreateKey(t.Context(), "cli", access.NewKey{Role: access.RoleCourier})
	if err == nil {
		_, err = keys.RevokeKey(t.Context(), "cli", lost.Prefix)
	}
	if err != nil {
		t.Fatal(err)
	}
	token, _, _, err := keys.StartSession(t.Context(), before.Principal())
	if err != nil {
		t.Fatal(err)
	}
	for ask().OK {
	}
	if _, err := journal.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}

	now = now.Add(-48 * time.Hour)

	if _, err := keys.Authenticate(t.Context(), secret); err != nil {
		t.Errorf("the key of before: %v", err)
	}
	if _, _, err := keys.Session(t.Context(), token); err != nil {
		t.Errorf("the session of before: %v", err)
	}
	if _, err := keys.Authenticate(t.Context(), lostSecret); err == nil {
		t.Error("a revoked key is valid again")
	}
	if _, after, err := keys.CreateKey(t.Context(), "cli", access.NewKey{Role: access.RoleCourier}); err != nil || after.Prefix == before.Prefix || after.Prefix == lost.Prefix {
		t.Errorf("a new key: %+v, %v", after, err)
	}
	v := ask()
	if v.OK || v.RetryAfter > time.Minute {
		t.Errorf("an empty quota after the jump: %+v", v)
	}
	now = now.Add(v.RetryAfter + time.Millisecond)
	if !ask().OK {
		t.Error("the quota does not fill again")
	}
	if err := registry.NewService(store, data.Divisions, data.Locator).Record(t.Context(), registry.Entry{At: now, Actor: "cli", Action: "clock.tested", Subject: "clock"}); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Checkpoint(t.Context()); err != nil {
		t.Errorf("signing after the jump: %v", err)
	}
	report, err := audit.Verify(t.Context(), store, audit.VerifyOptions{Keys: []string{signingKey.Verifier}})
	if err != nil || report.Fault != nil || report.Checkpoints != 2 || report.Unsigned != 0 {
		t.Errorf("the journal: %+v, %v", report, err)
	}
	t.Logf("the clock went two days back: key, session and quota of before go on, %d lines of the journal and %d checkpoints verify", report.Lines, report.Checkpoints)
}
