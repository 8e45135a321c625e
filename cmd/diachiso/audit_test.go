package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/audit"
)

// journalled is a directory with a database of three addresses and a signed journal.
func journalledCLI(t *testing.T, env ...string) *cli {
	t.Helper()
	c := newCLI(t, env...)
	for _, lat := range []string{"21.0287", "21.0297", "21.0307"} {
		var made addressView
		c.json(&made, "assign", "--lat", lat, "--lon", "105.8524", "--house-number", "12A", "--street", "Phố Hàng Khay")
	}
	if status, _, stderr := c.run("audit", "checkpoint"); status != 0 {
		t.Fatalf("checkpoint: status %d: %s", status, stderr)
	}
	return c
}

func tamper(t *testing.T, queries ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", defaultDB)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range queries {
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
}

func TestAuditVerify(t *testing.T) {
	c := journalledCLI(t)
	_, verifier, _ := c.run("audit", "key")
	verifier = strings.TrimSpace(verifier)
	other, _, err := audit.OpenKey(filepath.Join(t.TempDir(), "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--key", verifier}, {"--key", verifier, "--key", other.Verifier}} {
		var r auditReport
		c.json(&r, append([]string{"audit", "verify"}, args...)...)
		// three addresses and the making of the key
		if !r.Intact || r.Lines < 4 || r.Checkpoints != 1 || r.NewestCheckpoint == nil || r.NewestCheckpoint.Lines != r.Lines || r.Unsigned != 0 || r.KeysGiven != (args != nil) {
			t.Errorf("verify %v: %+v", args, r)
		}
	}
	if status, stdout, stderr := c.run("audit", "verify"); status != exitOK || !strings.Contains(stdout, "intact") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if status, _, stderr := c.run("audit", "verify", "--key", "x"); status != exitInvalid || !strings.Contains(stderr, "audit key") {
		t.Errorf("a key that is none: status %d: %s", status, stderr)
	}
	if status, _, stderr := c.run("audit", "verify", "--anchor", "nowhere"); status != exitInvalid || !strings.Contains(stderr, "anchor") {
		t.Errorf("an anchor that is not there: status %d: %s", status, stderr)
	}

	tamper(t, "UPDATE address SET house_number = '13' WHERE key = (SELECT key FROM event WHERE seq = 1)")
	status, stdout, stderr := c.run("audit", "verify", "--json", "--key", verifier)
	var r auditReport
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || status != exitTampered || r.Intact || r.Fault.Line != 1 || r.Fault.What != audit.WhatChanged {
		t.Errorf("status %d, %v: %s%s", status, err, stdout, stderr)
	}
	if !strings.Contains(stderr, "docs/audit.md") {
		t.Errorf("no word of what to do: %s", stderr)
	}
	if status, stdout, _ := c.run("audit", "export"); status != exitFailure || stdout != "" {
		t.Errorf("an export of a journal that does not verify: status %d: %s", status, stdout)
	}
}

// TestAuditVerifyNeedsAKey: a database elsewhere, such as a restored one, has no key beside it.
func TestAuditVerifyNeedsAKey(t *testing.T) {
	c := journalledCLI(t)
	if err := os.Rename("data/audit.key", "kept.key"); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := c.run("audit", "verify"); status != exitFailure || !strings.Contains(stderr, "--key") {
		t.Errorf("status %d: %s", status, stderr)
	}
	if status, _, stderr := c.run("audit", "verify", "--key", "x"); status != exitInvalid {
		t.Errorf("status %d: %s", status, stderr)
	}
}

// TestBackupIsSigned: with a key, a backup begins with a checkpoint; without one it goes on all the same.
func TestBackupIsSigned(t *testing.T) {
	c := journalledCLI(t)
	var made addressView
	c.json(&made, "assign", "--lat", "21.0317", "--lon", "105.8524", "--house-number", "12A", "--street", "Phố Hàng Khay")
	if err := os.WriteFile("passphrase", []byte("một câu đủ dài để làm mật khẩu\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"signed.age", "unsigned.age"} {
		var before, after auditReport
		c.json(&before, "audit", "verify")
		_, verifier, _ := c.run("audit", "key")
		if i == 1 {
			if err := os.Rename("data/audit.key", "kept.key"); err != nil {
				t.Fatal(err)
			}
		}
		if status, _, stderr := c.run("backup", "--to", name, "--passphrase-file", "passphrase"); status != exitOK {
			t.Fatalf("status %d: %s", status, stderr)
		}
		c.json(&after, "audit", "verify", "--key", strings.TrimSpace(verifier))
		if signed := after.Checkpoints > before.Checkpoints; signed != (i == 0) || !after.Intact {
			t.Errorf("%s: before %+v, after %+v", name, before, after)
		}
	}
}

func TestAuditAnchor(t *testing.T) {
	anchor := filepath.Join(t.TempDir(), "anchor")
	c := journalledCLI(t, "DIACHISO_ANCHOR="+anchor)
	var r auditReport
	if c.json(&r, "audit", "verify"); !r.Intact || r.Anchored != 1 {
		t.Errorf("%+v", r)
	}
	tamper(t, "DROP TRIGGER event_is_never_deleted", "DROP TRIGGER journal_entry_is_never_deleted", "DROP TRIGGER checkpoint_is_never_deleted",
		"DELETE FROM journal_entry WHERE seq = (SELECT max(seq) FROM journal_entry)", "DELETE FROM checkpoint")
	if status, stdout, _ := c.run("audit", "verify", "--json"); status != exitTampered || !strings.Contains(stdout, `"cut"`) {
		t.Errorf("status %d: %s", status, stdout)
	}
	c.env = nil
	if status, stdout, _ := c.run("audit", "verify", "--json"); status != exitOK {
		t.Errorf("without the anchor it cannot be seen, but status %d: %s", status, stdout)
	}
	if status, stdout, _ := c.run("audit", "verify", "--json", "--anchor", anchor); status != exitTampered {
		t.Errorf("with the flag: status %d: %s", status, stdout)
	}
}

func TestAuditExport(t *testing.T) {
	c := journalledCLI(t)
	_, all, _ := c.run("audit", "export")
	lines := strings.Split(strings.TrimSpace(all), "\n")
	if len(lines) < 5 || !strings.HasPrefix(lines[0], `{"seq":1,`) || !strings.HasPrefix(lines[len(lines)-1], `{"checkpoint":"diachiso-journal\n`) || strings.Contains(all, "Hàng Khay") {
		t.Errorf("%s", all)
	}
	if _, text, _ := c.run("audit", "export", "--states"); !strings.Contains(text, "Hàng Khay") {
		t.Errorf("no states: %s", text)
	}
	_, part, _ := c.run("audit", "export", "--since", "2", "--until", "2", "--format", "ndjson")
	if lines := strings.Split(strings.TrimSpace(part), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], `{"after":1,`) || !strings.HasPrefix(lines[1], `{"seq":2,`) {
		t.Errorf("%s", part)
	}
	for _, wrong := range [][]string{{"--format", "csv"}, {"--since", "-1"}, {"--since", "3", "--until", "2"}} {
		if status, _, stderr := c.run(append([]string{"audit", "export"}, wrong...)...); status != exitUsage {
			t.Errorf("%v: status %d: %s", wrong, status, stderr)
		}
	}
	if status, _, stderr := c.run("audit", "export", "--since", "999"); status != exitNotFound {
		t.Errorf("lines that are not there: status %d: %s", status, stderr)
	}
}

func TestAuditKeyAndCheckpoint(t *testing.T) {
	c := newCLI(t)
	for _, command := range []string{"verify", "export", "checkpoint"} {
		if status, _, stderr := c.run("audit", command); status != exitFailure || !strings.Contains(stderr, "no database") {
			t.Errorf("%s without a database: status %d: %s", command, status, stderr)
		}
	}
	if status, _, _ := c.run("audit", "key"); status != exitNotFound {
		t.Errorf("key before there is one: status %d", status)
	}
	c = journalledCLI(t, "DIACHISO_AUDIT_KEY=signing.key")
	if info, err := os.Stat("signing.key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	var key struct{ Key string }
	if c.json(&key, "audit", "key"); !strings.HasPrefix(key.Key, audit.Origin+"+") {
		t.Errorf("%+v", key)
	}
	var signed struct {
		Lines      int64
		At         time.Time
		Checkpoint string
	}
	if c.json(&signed, "audit", "checkpoint"); signed.Lines < 4 || time.Since(signed.At) > time.Minute || !strings.HasPrefix(signed.Checkpoint, audit.Origin+"\n") {
		t.Errorf("%+v", signed)
	}
}
