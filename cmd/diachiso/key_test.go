package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
)

// holder tells who a key lets in, by a service of its own as a running server has.
func (c *cli) holder(secret string) (access.Principal, error) {
	c.t.Helper()
	m := &Main{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Data: builtIn, config: Config{DB: defaultDB}}
	db, _, err := m.openDatabase(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.store.Close()
	return db.keys().Authenticate(c.t.Context(), secret)
}

func TestKeyCommands(t *testing.T) {
	c := newCLI(t)
	status, out, errs := c.run("key", "create", "--role", "registrar", "--commune", "00070", "--province", "01,79", "--name", "UBND phường", "--expires", "90d")
	if status != exitOK || !strings.HasPrefix(out, "dcs_") || strings.Count(out, "\n") != 1 {
		t.Fatalf("create: %d %q\n%s", status, out, errs)
	}
	secret := strings.TrimSpace(out)
	prefix := secret[4:12]
	if strings.Contains(errs, secret) || !strings.Contains(errs, prefix) || !strings.Contains(errs, "registrar") || !strings.Contains(errs, "00070 01 79") {
		t.Errorf("standard error: %s", errs)
	}
	p, err := c.holder(secret)
	if err != nil || p.Role != access.RoleRegistrar || p.ID != prefix || strings.Join(p.Communes, " ") != "00070" || strings.Join(p.Provinces, " ") != "01 79" {
		t.Errorf("%+v %v", p, err)
	}

	var made keyView
	c.json(&made, "key", "create", "--role", "courier")
	if made.Role != access.RoleCourier || !strings.HasPrefix(made.Secret, "dcs_"+made.Prefix) || made.State != access.StateValid {
		t.Errorf("%+v", made)
	}
	if life := made.ExpiresAt.Sub(made.CreatedAt); life != 365*24*time.Hour {
		t.Errorf("lives for %s", life)
	}

	var rotated keyView
	c.json(&rotated, "key", "rotate", made.Prefix, "--overlap", "0")
	if _, err := c.holder(made.Secret); registry.CodeOf(err) != registry.CodeUnauthorized {
		t.Errorf("the old secret after an overlap of 0: %v", err)
	}
	if _, err := c.holder(rotated.Secret); err != nil || rotated.Prefix != made.Prefix {
		t.Errorf("the new secret of %s: %v", rotated.Prefix, err)
	}
	status, out, errs = c.run("key", "rotate", strings.ToLower(made.Prefix))
	if status != exitOK || !strings.Contains(errs, "old secret is valid until") {
		t.Errorf("rotate: %d %s", status, errs)
	}
	for _, usable := range []string{rotated.Secret, strings.TrimSpace(out)} {
		if _, err := c.holder(usable); err != nil {
			t.Errorf("within the overlap: %v", err)
		}
	}

	if status, out, errs := c.run("key", "revoke", prefix); status != exitOK || !strings.Contains(out, prefix) {
		t.Errorf("revoke: %d %s", status, errs)
	}
	if _, err := c.holder(secret); registry.CodeOf(err) != registry.CodeUnauthorized {
		t.Errorf("a revoked key: %v", err)
	}
	status, list, errs := c.run("key", "list")
	if status != exitOK || !strings.Contains(list, "UBND phường") || !strings.Contains(list, "revoked") || !strings.Contains(list, made.Prefix) {
		t.Errorf("list: %d %s%s", status, list, errs)
	}
	var all struct{ Keys []keyView }
	c.json(&all, "key", "list")
	if len(all.Keys) != 2 || all.Keys[0].Prefix != prefix || all.Keys[0].State != access.StateRevoked || all.Keys[0].LastUsed == "" || all.Keys[1].State != access.StateValid {
		t.Errorf("%+v", all.Keys)
	}
	listed, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{secret, made.Secret, rotated.Secret} {
		if strings.Contains(list+string(listed), secret[13:]) {
			t.Error("a secret is listed")
		}
	}
}

func TestKeyCommandsRefuse(t *testing.T) {
	c := newCLI(t)
	for name, tt := range map[string]struct {
		args string
		want int
		says string
	}{
		"no database":           {"key list", exitFailure, "no database"},
		"revoke, no database":   {"key revoke 7F2KQ9BX", exitFailure, "no database"},
		"no role":               {"key create", exitUsage, "registrar"},
		"unknown role":          {"key create --role king", exitInvalid, "king"},
		"registrar of nowhere":  {"key create --role registrar", exitUsage, "--everywhere"},
		"everywhere and there":  {"key create --role registrar --everywhere --commune 00070", exitUsage, "--everywhere"},
		"courier everywhere":    {"key create --role courier --everywhere", exitUsage, "--everywhere"},
		"unknown commune":       {"key create --role registrar --commune 99999", exitInvalid, "99999"},
		"abolished commune":     {"key create --role registrar --commune 00001", exitInvalid, "00001"},
		"merchant of a commune": {"key create --role merchant --commune 00070", exitInvalid, "registrar"},
		"no duration":           {"key create --role merchant --expires soon", exitUsage, "90d"},
		"for no time":           {"key create --role merchant --expires 0d", exitUsage, "90d"},
		"for ever":              {"key create --role merchant --expires 9999d", exitInvalid, "two years"},
		"bad overlap":           {"key rotate 7F2KQ9BX --overlap soon", exitUsage, "24h"},
		"long overlap":          {"key rotate 7F2KQ9BX --overlap 31d", exitInvalid, "30 days"},
		"no prefix":             {"key revoke", exitUsage, "1 arg"},
		"unknown prefix":        {"key revoke 7F2KQ9BX", exitNotFound, "7F2KQ9BX"},
		"bad prefix":            {"key revoke nonsense!", exitInvalid, "8 symbols"},
		"a whole key":           {"key revoke dcs_7F2KQ9BX_000", exitUsage, "history"},
	} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			if !strings.Contains(name, "no database") {
				if status, _, errs := c.run("seed"); status != exitOK {
					t.Fatal(errs)
				}
			}
			args := strings.Fields(tt.args)
			if strings.Contains(name, "no database") {
				args = append(args, "--db", "none.db")
			}
			status, out, errs := c.run(args...)
			if status != tt.want || !strings.Contains(errs, tt.says) || out != "" {
				t.Errorf("exit status %d, want %d\n%s%s", status, tt.want, out, errs)
			}
			if strings.Contains(errs, "7F2KQ9BX_000") {
				t.Error("the secret is repeated")
			}
		})
	}
}

func TestTheMonitoringCentreHearsOfKeys(t *testing.T) {
	c := newCLI(t, "DIACHISO_SECURITY_LOG=security.log")
	var made keyView
	c.json(&made, "key", "create", "--role", "courier", "--name", "Nguyễn Văn An")
	c.json(&made, "key", "rotate", made.Prefix)
	if status, _, errs := c.run("key", "revoke", made.Prefix); status != exitOK {
		t.Fatal(errs)
	}
	if status, _, _ := c.run("key", "revoke", "00000000"); status != exitNotFound {
		t.Fatal(status)
	}
	content, err := os.ReadFile("security.log")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines:\n%s", len(lines), content)
	}
	for i, action := range []audit.Action{audit.ActionKeyCreated, audit.ActionKeyRotated, audit.ActionKeyRevoked} {
		if !strings.Contains(lines[i], string(action)) || !strings.Contains(lines[i], "key:"+made.Prefix) || !strings.Contains(lines[i], "courier") {
			t.Errorf("want %s of %s: %s", action, made.Prefix, lines[i])
		}
	}
	if strings.Contains(string(content), "Nguyễn") || strings.Contains(string(content), made.Secret[13:]) {
		t.Errorf("a name or a secret is told:\n%s", content)
	}
	// What cannot be reported does not happen.
	c.env = []string{"DIACHISO_SECURITY_LOG=no/such/folder.log"}
	if status, _, errs := c.run("key", "create", "--role", "courier"); status == exitOK {
		t.Errorf("a key was made unreported: %s", errs)
	}
	c.env = nil
	var all struct{ Keys []keyView }
	if c.json(&all, "key", "list"); len(all.Keys) != 1 {
		t.Errorf("%+v", all.Keys)
	}
}

func TestEveryRegistrarEverywhere(t *testing.T) {
	c := newCLI(t)
	status, out, errs := c.run("key", "create", "--role", "registrar", "--everywhere")
	if status != exitOK || !strings.Contains(errs, "whole country") {
		t.Fatalf("%d %s", status, errs)
	}
	if p, err := c.holder(strings.TrimSpace(out)); err != nil || p.Actor(func(string) string { return "" }).Area != nil {
		t.Errorf("%+v %v", p, err)
	}
}

// firstStart does what serve does about the admin key, in a database of its own folder.
func firstStart(t *testing.T, folder string) (path, log string, err error) {
	t.Helper()
	var lines bytes.Buffer
	m := &Main{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Data: builtIn, config: Config{DB: filepath.Join(folder, "diachiso.db")}}
	db, _, err := m.openDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.store.Close()
	logger := slog.New(slog.NewTextHandler(&lines, nil))
	path, err = m.ensureAdminKey(t.Context(), db.keys(), audit.NewSecurityLog(logger, time.Now), logger)
	if secret, readErr := os.ReadFile(filepath.Join(folder, adminKeyFile)); readErr == nil && err == nil {
		text := strings.TrimSpace(string(secret))
		if strings.Contains(lines.String(), text[13:]) {
			t.Error("the admin key is in the log")
		}
		if p, err := db.keys().Authenticate(t.Context(), text); path != "" && (err != nil || p.Role != access.RoleAdmin) {
			t.Errorf("the file lets in %+v, %v", p, err)
		}
	}
	return path, lines.String(), err
}

func TestFirstStartMakesAnAdminKey(t *testing.T) {
	folder := t.TempDir()
	path, log, err := firstStart(t, folder)
	if err != nil || path != filepath.Join(folder, "admin.key") || !strings.Contains(log, path) {
		t.Fatalf("%q %v\n%s", path, err, log)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, log, err := firstStart(t, folder); again != "" || log != "" || err != nil {
		t.Errorf("the second start: %q %v\n%s", again, err, log)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the second start changed the file: %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v %v: want the database and the key", entries, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if again, _, err := firstStart(t, folder); again != "" || err != nil {
		t.Errorf("a key whose file was put away is made again: %q %v", again, err)
	}
}

// TestFirstStartTakesAKeyThatIsThere: one that a deployment brings, or that a start which was cut off left behind.
func TestFirstStartTakesAKeyThatIsThere(t *testing.T) {
	write := func(t *testing.T, text string, mode os.FileMode) (folder string) {
		t.Helper()
		folder = t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, adminKeyFile), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return folder
	}
	given := access.NewSecret()
	if path, _, err := firstStart(t, write(t, given+"\n", 0o600)); path == "" || err != nil {
		t.Errorf("%q %v", path, err)
	}
	for name, folder := range map[string]string{"readable by others": write(t, given, 0o644), "nonsense": write(t, "hello", 0o600), "empty": write(t, "", 0o600)} {
		if path, _, err := firstStart(t, folder); err == nil || !strings.Contains(err.Error(), adminKeyFile) {
			t.Errorf("%s: %q %v", name, path, err)
		}
	}
}

func TestAStartWithoutAValidAdminKeySaysSo(t *testing.T) {
	c := newCLI(t)
	var made keyView
	c.json(&made, "key", "create", "--role", "admin", "--db", "diachiso.db")
	if status, _, errs := c.run("key", "revoke", made.Prefix, "--db", "diachiso.db"); status != exitOK {
		t.Fatal(errs)
	}
	path, log, err := firstStart(t, ".")
	if path != "" || err != nil || !strings.Contains(log, "key create --role admin") {
		t.Errorf("%q %v\n%s", path, err, log)
	}
}

func TestParseLife(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "12h": 12 * time.Hour, "0": 0, "0d": 0, "1h30m": 90 * time.Minute} {
		if got, err := parseLife(text); err != nil || got != want {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "1.5d", "-1d", "99999d", "1y", "soon"} {
		if got, err := parseLife(text); err == nil {
			t.Errorf("%s: %s", text, got)
		}
	}
}
