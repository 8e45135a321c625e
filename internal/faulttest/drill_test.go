package faulttest

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// cli runs a command that must succeed and decodes what it prints.
func cli(t *testing.T, v any, args ...string) {
	t.Helper()
	cmd := launch{}.command(append(args, "--json")...)
	cmd.Dir = t.TempDir()
	out, errs, err := child.Run(cmd)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, errs)
	}
	if err := json.Unmarshal([]byte(out), v); err != nil {
		t.Fatalf("%v: %v in %q", args, err, out)
	}
}

// backupKey is a new pair of keys for backups.
func backupKey(t *testing.T) (recipient, file string) {
	t.Helper()
	var key struct{ Recipient, File string }
	file = filepath.Join(t.TempDir(), "key.txt")
	cli(t, &key, "backup", "keygen", "--to", file)
	return key.Recipient, file
}

// madeBackup is what the command reports.
type madeBackup struct {
	File     string
	Size     int64
	Manifest struct {
		Rows    map[string]int64
		Journal struct{ Line int64 }
	}
}

// TestDrill is the disaster: the server is killed under load and its database is gone. What was acknowledged before the last
// backup began is all there again, each address with the code it was given, and the journal verifies.
func TestDrill(t *testing.T) {
	recipient, key := backupKey(t)
	db, copies := filepath.Join(t.TempDir(), "diachiso.db"), t.TempDir()
	c := newCrowd()
	s := launch{}.start(t, db)
	<-c.work(s, 16, 2000, nil)
	c.mu.Lock()
	before := maps.Clone(c.codes)
	c.mu.Unlock()

	var made madeBackup
	began := time.Now()
	cli(t, &made, "backup", "--db", db, "--to", copies, "--recipient", recipient, "--keep", "3")
	took := time.Since(began)

	c.mu.Lock()
	during := len(c.codes) - len(before)
	c.mu.Unlock()
	if !eventually(30*time.Second, func() bool { // the server goes on
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.codes) > len(before)+during+100
	}) {
		t.Error("no address was given after the backup")
	}
	s.kill()
	c.wg.Wait()
	if during == 0 {
		t.Error("the backup was not made under load")
	}
	if sealed, err := os.ReadFile(made.File); err != nil || bytes.Contains(sealed, []byte("Phố Sự Cố")) || bytes.Contains(sealed, []byte("SQLite format")) {
		t.Errorf("the backup is readable: %v", err)
	}
	// The database is gone; its log, which belongs to nothing now, is not.
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}

	var restored struct{ Aside []string }
	cli(t, &restored, "restore", made.File, "--identity", key, "--to", db)
	cli(t, &struct{}{}, "check", "--db", db)
	plain, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"master.key", "audit.key"} { // no key travels with a backup
		secret, err := os.ReadFile(filepath.Join(filepath.Dir(db), name))
		if err != nil || bytes.Contains(plain, bytes.TrimSpace(secret)) {
			t.Errorf("the backup holds %s, or there is none: %v", name, err)
		}
	}
	s = launch{}.start(t, db)
	if registered := int64(s.metric(`diachiso_addresses{status="active"}`)); registered != made.Manifest.Rows["address"] || registered < int64(len(before)) {
		t.Errorf("%d addresses came back, %d were in the backup, %d had been acknowledged", registered, made.Manifest.Rows["address"], len(before))
	}
	after := newCrowd()
	after.codes, after.doubtful = before, c.doubtful
	for n := range c.codes {
		if _, ok := before[n]; !ok {
			after.doubtful[n] = true
		}
	}
	acknowledged := len(before)
	after.settle(t, s)
	s.stop()
	checkFile(t, db)
	t.Logf("%d addresses acknowledged before the backup, all there after kill, loss and restore; %d given while it ran (%s, %d KiB of %d journal lines)",
		acknowledged, during, took.Round(time.Millisecond), made.Size>>10, made.Manifest.Journal.Line)
}

// TestBackupKilled kills backups at any moment: whatever has the name of a backup can be restored, and what was begun is
// cleared away by the next one that succeeds.
func TestBackupKilled(t *testing.T) {
	kills := 40
	if testing.Short() {
		kills = 15
	}
	recipient, key := backupKey(t)
	dir := t.TempDir()
	db, copies := filepath.Join(dir, "diachiso.db"), t.TempDir()
	c := newCrowd()
	s := launch{}.start(t, db)
	stop := make(chan struct{})
	<-c.work(s, 8, 500, stop)
	defer c.wg.Wait()
	defer close(stop)
	var made madeBackup
	began := time.Now()
	cli(t, &made, "backup", "--db", db, "--to", copies, "--recipient", recipient)
	whole := time.Since(began)
	killed := 0
	for range kills {
		p, err := child.Start(launch{}.command("backup", "--db", db, "--to", copies, "--recipient", recipient))
		if err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(rand.N(whole*5/4), p.Kill)
		if p.Wait() != nil {
			killed++
		}
		timer.Stop()
	}
	left := names(t, copies)
	for _, name := range left {
		if strings.HasSuffix(name, ".partial") {
			continue
		}
		to := filepath.Join(t.TempDir(), "restored.db")
		cli(t, &struct{}{}, "restore", filepath.Join(copies, name), "--identity", key, "--to", to)
	}
	cli(t, &made, "backup", "--db", db, "--to", copies, "--recipient", recipient, "--keep", "1")
	if have := names(t, copies); len(have) != 1 {
		t.Errorf("after a backup that succeeded: %v", have)
	}
	for _, name := range names(t, dir) {
		if strings.Contains(name, ".partial") {
			t.Errorf("beside the database: %s", name)
		}
	}
	if killed == 0 {
		t.Error("no backup was killed")
	}
	t.Logf("%d of %d backups killed half-way, %d files left, none under a name of a whole backup that was not one", killed, kills, len(left))
}

// TestBackupOnAFullDisk has no room for the backup, and then none for the copy beside the database: each time nothing is left
// behind, and the words say why.
func TestBackupOnAFullDisk(t *testing.T) {
	recipient, _ := backupKey(t)
	db := filepath.Join(t.TempDir(), "diachiso.db")
	s := launch{}.start(t, db)
	c := newCrowd()
	<-c.work(s, 8, 1000, nil)
	s.stop()
	c.wg.Wait()
	disk := t.TempDir()
	mounted := func(size, script string) []string {
		return []string{"unshare", "--mount", "--map-root-user", "sh", "-c", "mount -t tmpfs -o size=" + size + ` tmpfs "$0" && ` + script, disk}
	}
	if out, err := exec.Command(mounted("1m", "true")[0], mounted("1m", "true")[1:]...).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v: %s", err, out)
	}
	for name, tt := range map[string]struct {
		wrap []string
		args []string
		left string // on the disk, afterwards
	}{
		"for the backup": {mounted("64k", `"$@"; status=$?; ls -A "$0"; exit $status`), []string{"--db", db, "--to", disk}, ""},
		"for the copy": {mounted("1m", `cp `+db+` "$0/a.db" && { head -c 2m /dev/zero >"$0/filler" 2>/dev/null; truncate -s -200K "$0/filler"; "$@"; status=$?; ls -A "$0" | grep -v -e -wal -e -shm; exit $status; }`),
			[]string{"--db", filepath.Join(disk, "a.db"), "--to", t.TempDir()}, "a.db\nfiller\n"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := launch{wrap: tt.wrap}.command(append([]string{"backup", "--recipient", recipient}, tt.args...)...)
			out, errs, err := child.Run(cmd)
			if err == nil || !strings.Contains(errs, "no space left") && !strings.Contains(errs, "no room left") {
				t.Errorf("%v: %s", err, errs)
			}
			if out != tt.left {
				t.Errorf("left on the disk: %q", out)
			}
		})
	}
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
