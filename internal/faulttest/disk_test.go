package faulttest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// faultyDisk is a launch on a disk that fails when it is told to.
func faultyDisk(t *testing.T) (l launch, set func(fault byte)) {
	t.Helper()
	dir := t.TempDir()
	library, control := filepath.Join(dir, "disk.so"), filepath.Join(dir, "disk")
	if out, err := exec.Command("gcc", "-shared", "-fPIC", "-O1", "-o", library, "testdata/disk.c", "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("build the failing disk: %v: %s", err, out)
	}
	if err := os.WriteFile(control, []byte{'n'}, 0o600); err != nil {
		t.Fatal(err)
	}
	set = func(fault byte) {
		t.Helper()
		f, err := os.OpenFile(control, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteAt([]byte{fault}, 0)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return launch{env: []string{"LD_PRELOAD=" + library, "FAULTTEST_DISK=" + control}}, set
}

// TestFailingDisk lets the disk fail under load in every way, and work again: meanwhile writes are refused with words that say
// so, reads go on, and afterwards writes go on without a restart. In the end the server is killed.
func TestFailingDisk(t *testing.T) {
	l, set := faultyDisk(t)
	db := filepath.Join(t.TempDir(), "diachiso.db")
	s := l.start(t, db)
	c := newCrowd()
	faults := []struct {
		what  string
		fault byte
	}{{"full", 'f'}, {"full in the middle of a write", 'h'}, {"read-only", 'r'}, {"failing to write", 'e'}, {"failing to sync", 's'}}
	writes, reads := 0, 0
	for _, f := range faults {
		stop := make(chan struct{})
		<-c.work(s, 8, 100, stop)
		set(f.fault) // in the middle of the load
		for range 20 {
			writes++
			if a := s.do(http.MethodPost, "/v1/addresses", writeBody(writes)); !a.refused("read_only") {
				t.Fatalf("a write while the disk is %s: %v", f.what, a)
			}
		}
		close(stop)
		c.wg.Wait()
		for _, code := range c.codes {
			if reads++; !c.read(s, 0, code) {
				t.Fatalf("no answer to a read while the disk is %s", f.what)
			}
		}
		if a := s.get("/readyz"); a.status != http.StatusOK {
			t.Errorf("/readyz while the disk is %s: %v", f.what, a)
		}
		set('n')
		if !c.assign(s, c.fresh()) || c.refused == 0 {
			t.Fatalf("writing when the disk is no longer %s: %v\n%s", f.what, c.faults, s.process.Log())
		}
	}
	if log := s.process.Log(); !strings.Contains(log, "request failed") || strings.Contains(log, "Phố") {
		t.Errorf("the log should tell of the disk and of no address: %.2000s", log)
	}
	refused := c.refused + writes
	s.kill()
	s = launch{}.start(t, db)
	c.settle(t, s)
	s.stop()
	checkFile(t, db)
	t.Logf("%d faults of the disk: %d writes refused, %d reads answered meanwhile, %d acknowledged addresses, lost 0",
		len(faults), refused, reads, len(c.codes))
}

// writeBody is a request beside those of the crowd, far away from them. It is never acknowledged.
func writeBody(n int) string {
	return fmt.Sprintf(`{"position":{"lat":10.7,"lon":106.%d},"components":{"house_number":"%d"}}`, 600+n, n)
}

// TestFullDisk fills a real one: a small file system in a mount namespace of the server's own.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	mount := []string{"unshare", "--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o size=48m tmpfs "$0" && exec "$@"`, dir}
	if out, err := exec.Command(mount[0], append(mount[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here (%v: %s): only TestFailingDisk has seen a full disk", err, out)
	}
	s := launch{wrap: mount}.start(t, filepath.Join(dir, "diachiso.db"))
	inside := fmt.Sprintf("/proc/%d/root%s", s.process.PID(), dir)
	c := newCrowd()
	stop := make(chan struct{})
	<-c.work(s, 8, 200, stop)
	filler := filepath.Join(inside, "filler")
	if err := fill(filler); err != nil {
		t.Fatal(err)
	}
	// The log may have room in its last extent; soon it has none.
	if !eventually(10*time.Second, func() bool {
		return s.do(http.MethodPost, "/v1/addresses", writeBody(0)).refused("read_only")
	}) {
		t.Fatalf("writes go on when the disk is full\n%s", s.process.Log())
	}
	close(stop)
	c.wg.Wait()
	before := len(c.codes)
	for n, code := range c.codes {
		c.read(s, n, code)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	<-c.work(s, 8, 200, nil)
	s.stop() // the crowd leaves with it
	c.wg.Wait()
	if len(c.codes) < before+200 {
		t.Errorf("%d acknowledged before the disk was full, %d after", before, len(c.codes))
	}
	for _, fault := range c.faults {
		t.Error(fault)
	}
	t.Logf("a full disk: %d writes refused, %d acknowledged before and %d after, no restart", c.refused, before, len(c.codes)-before)
}

// fill writes a file until there is no room left, the last byte included.
func fill(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for size := 1 << 20; size > 0; size /= 2 {
		for err == nil {
			_, err = io.WriteString(f, strings.Repeat("x", size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return err
		}
		err = nil
	}
	return nil
}

// TestReadOnlyAtStart starts the server where its user may not write.
func TestReadOnlyAtStart(t *testing.T) {
	for _, c := range []struct {
		name         string
		file, folder fs.FileMode // 0 means that there is no file
		words        string
	}{
		{"file and folder", 0o444, 0o555, "cannot write"},
		{"file", 0o444, 0o755, "cannot write"},
		{"folder", 0o644, 0o555, "folder"},
		{"folder without a database", 0, 0o555, "cannot write"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			db := filepath.Join(dir, "data", "diachiso.db")
			if err := os.Mkdir(filepath.Dir(db), 0o755); err != nil {
				t.Fatal(err)
			}
			if c.file != 0 {
				launch{}.start(t, db).stop()
			}
			cmd := launch{}.command("serve", "--dev", "--db", db, "--listen", "127.0.0.1:0")
			if os.Getuid() == 0 { // whom no permission stops
				asNobody(t, cmd, dir)
			}
			if c.file != 0 {
				if err := os.Chmod(db, c.file); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(filepath.Dir(db), c.folder); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(filepath.Dir(db), 0o755) })
			_, errs, err := child.Run(cmd)
			if err == nil || cmd.ProcessState.ExitCode() <= 0 || cmd.ProcessState.ExitCode() > 6 {
				t.Fatalf("exit: %v\n%s", err, errs)
			}
			if !strings.Contains(errs, "Error: ") || !strings.Contains(errs, c.words) || !strings.Contains(errs, "Try: ") {
				t.Errorf("it says:\n%s", errs)
			}
		})
	}
}

// asNobody makes a command run as a user who owns the files in dir and nothing else.
func asNobody(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	cmd.Dir = dir
	for up := dir; len(up) > len(os.TempDir()); up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, nobody, nobody))
	}); err != nil {
		t.Fatal(err)
	}
}
