package faulttest

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
)

// TestKilledUnderLoad kills the server with SIGKILL in the middle of assigning, repeating and reading, again and again.
func TestKilledUnderLoad(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 10
	}
	db := filepath.Join(t.TempDir(), "diachiso.db")
	c := newCrowd()
	for range kills {
		s := launch{}.start(t, db)
		<-c.work(s, 16, 1+rand.IntN(400), nil)
		s.kill()
		c.wg.Wait()
	}
	s := launch{}.start(t, db)
	c.settle(t, s)
	s.stop()
	checkFile(t, db)
	t.Logf("%d kills survived: %d requests, %d acknowledged addresses, %d requests without an answer, lost 0, given twice 0",
		kills, c.requests, len(c.codes), c.doubts)
}

// checkFile looks at everything in a database that nobody has open, the chain of its journal too.
func checkFile(t *testing.T, db string) {
	t.Helper()
	cmd := launch{}.command("check", "--db", db)
	cmd.Dir = t.TempDir()
	if out, errs, err := child.Run(cmd); err != nil {
		t.Errorf("check: %v\n%s%s", err, out, errs)
	}
}
