package e2e

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
)

// TestKilledFirstLoad kills a first load that is under way: the database is as it was, and the load can be begun anew.
func TestKilledFirstLoad(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(binary, "import", "csv", "-", "--first")
	cmd.Dir, cmd.Env = dir, child.Environment()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if _, err := io.WriteString(in, "lat,lon,so_nha,duong\n"); err != nil {
		t.Fatal(err)
	}
	for i := range 30_000 { // more than the pipe and the program's buffers hold
		if _, err := io.WriteString(in, rowOf(i)); err != nil {
			t.Fatalf("row %d: %v, %s", i, err, p.Log())
		}
	}
	db := filepath.Join(dir, "data", "diachiso.db")
	if _, err := os.Stat(db + ".loading"); err != nil {
		t.Fatalf("no load is under way: %v", err)
	}
	p.Kill()
	_ = p.Wait() // killed
	table := filepath.Join(dir, "h.csv")
	var text strings.Builder
	text.WriteString("lat,lon,so_nha,duong\n")
	for i := range 100 {
		text.WriteString(rowOf(i))
	}
	if err := os.WriteFile(table, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var r report
	runJSON(t, &r, dir, "import", "csv", table, "--first") // refused where there are addresses
	if r.Added != 100 {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(db + ".loading"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the unfinished copy is still there: %v", err)
	}
	if out, err := exec.Command(binary, "check", "--db", db).CombinedOutput(); err != nil {
		t.Error(fmt.Errorf("%w: %s", err, out))
	}
}
