package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/backup"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func TestBackupAndRestore(t *testing.T) {
	c := newCLI(t)
	var given addressView
	c.json(&given, "assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "1")
	var key struct{ Recipient, File string }
	c.json(&key, "backup", "keygen", "--to", "key.txt")
	if err := os.Mkdir("copies", 0o700); err != nil {
		t.Fatal(err)
	}
	var made backup.Report
	c.json(&made, "backup", "--to", "copies", "--recipient", key.Recipient, "--keep", "1")
	c.json(&made, "backup", "--to", "copies", "--recipient", key.Recipient, "--keep", "1")
	if len(made.Removed) != 1 || made.Manifest.Rows["address"] != 1 || made.Manifest.Journal.Line == 0 || made.Manifest.Schema != sqlite.SchemaVersion {
		t.Errorf("%+v", made)
	}
	c.json(&given, "assign", "--lat", "21.0288", "--lon", "105.8524", "--house-number", "2") // after the backup
	for args, want := range map[string]struct {
		status int
		says   string
	}{
		"backup --to copies":                                  {exitUsage, "backup keygen"},
		"backup --recipient " + key.Recipient:                 {exitUsage, "--to"},
		"backup --to copies --recipient nobody":               {exitInvalid, "age1"},
		"backup --to none/x --recipient " + key.Recipient:     {exitInvalid, "no folder"},
		"backup --to copies --keep 0 --recipient x":           {exitUsage, "--keep"},
		"backup keygen --to key.txt":                          {exitInvalid, "already a file"},
		"restore " + made.File:                                {exitUsage, "--identity"},
		"restore " + made.File + " --identity key.txt":        {exitInvalid, "already a database"},
		"restore key.txt --identity key.txt --to x.db":        {exitInvalid, "no backup"},
		"restore none.age --identity key.txt --to x.db":       {exitInvalid, "cannot be read"},
		"restore " + made.File + " --identity none --to x.db": {exitInvalid, "cannot be read"},
		"check --db none.db":                                  {exitInvalid, "no database"},
		"check":                                               {exitOK, "sound"},
	} {
		fields := strings.Fields(args)
		if strings.Contains(args, "--keep 0") {
			fields[len(fields)-1] = key.Recipient
		}
		status, out, errs := c.run(fields...)
		if status != want.status || !strings.Contains(errs+out, want.says) {
			t.Errorf("%s: exit status %d, %s", args, status, errs)
		}
	}
	var restored backup.Restored
	c.json(&restored, "restore", made.File, "--identity", "key.txt", "--force")
	if len(restored.Aside) == 0 || restored.Manifest.Rows["address"] != 1 {
		t.Errorf("%+v", restored)
	}
	if status, _, errs := c.run("resolve", given.Code); status != exitNotFound {
		t.Errorf("what came after the backup: exit status %d, %s", status, errs)
	}
	c.json(&given, "assign", "--lat", "21.0288", "--lon", "105.8524", "--house-number", "2")
	var contents sqlite.Contents
	c.json(&contents, "check")
	if contents.Rows["address"] != 2 {
		t.Errorf("%+v", contents)
	}
}

// A database whose journal was changed behind the program's back is neither backed up nor restored.
func TestBackupVerifiesTheJournal(t *testing.T) {
	c := newCLI(t)
	var given addressView
	c.json(&given, "assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "1")
	text, err := os.ReadFile(defaultDB)
	if err != nil {
		t.Fatal(err)
	}
	// The actor of the only event, in the file itself.
	changed := bytes.Replace(text, []byte("cli"), []byte("clj"), -1)
	if bytes.Equal(text, changed) {
		t.Fatal("there is no event to change")
	}
	if err := os.WriteFile(defaultDB, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	var key struct{ Recipient string }
	c.json(&key, "backup", "keygen", "--to", "key.txt")
	for _, args := range [][]string{{"check"}, {"backup", "--to", "x.age", "--recipient", key.Recipient}} {
		status, _, errs := c.run(args...)
		if status != exitTampered || !strings.Contains(errs, "line 1") {
			t.Errorf("%v: exit status %d, %s", args, status, errs)
		}
	}
	if _, err := os.Stat("x.age"); err == nil {
		t.Error("there is a backup")
	}
}

func TestRejectedCellsAreInert(t *testing.T) {
	c := newCLI(t)
	c.in = "id,lat,lon\n=cmd|' /C calc'!A0,x,y\n"
	if status, _, errs := c.run("import", "csv", "-", "--rejects", "rejected.csv"); status != exitInvalid {
		t.Fatal(errs)
	}
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+84": "'+84", "-1": "'-1", "@a": "'@a", "\t=1": "'\t=1", "＝1": "'＝1", "Phố Huế": "Phố Huế", "": "", "12=3": "12=3",
	} {
		if got := inert(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
	}
	text, err := os.ReadFile("rejected.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		for _, cell := range strings.Split(line, ",") {
			if strings.HasPrefix(strings.Trim(cell, `"`), "=") {
				t.Errorf("rejected.csv has a formula: %s", line)
			}
		}
	}
}

// The server's own library names clients in its messages; the log does not, and takes none of their line breaks.
func TestServerLogNamesNobody(t *testing.T) {
	var out bytes.Buffer
	log := serverLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.Print("http: TLS handshake error from 203.0.113.7:4711: tls: first record does not look\nlevel=ERROR like")
	log.Print("http: Accept error: too many open files")
	text := out.String()
	if strings.Contains(text, "203.0.113.7") || strings.Count(text, "\n") != 2 || !strings.Contains(text, "level=DEBUG") || !strings.Contains(text, "level=WARN") {
		t.Error(text)
	}
}

func TestTLSSettings(t *testing.T) {
	c := newCLI(t)
	if err := errors.Join(os.WriteFile("cert.pem", []byte("no certificate"), 0o600), os.WriteFile("key.pem", []byte("no key"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for args, says := range map[string]string{
		"serve --tls-cert cert.pem":                       "tls_key",
		"serve --tls-key key.pem":                         "tls_cert",
		"serve --tls-cert none.pem --tls-key key.pem":     "none.pem cannot be read",
		"serve --tls-cert cert.pem --tls-key key.pem":     "do not fit together",
		"serve --tls-cert " + filepath.Dir(c.t.TempDir()): "tls_key",
	} {
		status, _, errs := c.run(append(strings.Fields(args), "--listen", "127.0.0.1:0")...)
		if status != exitUsage || !strings.Contains(errs, says) {
			t.Errorf("%s: exit status %d, %s", args, status, errs)
		}
	}
	if _, err := os.Stat(defaultDB); err == nil {
		t.Error("a server that cannot start made a database")
	}
}
