package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestKilledUnderLoad kills the server with SIGKILL in the middle of assigning, again and again: every acknowledged code
// is there afterwards, and none was given twice. internal/crashtest does the same at the store, with power in mind.
func TestKilledUnderLoad(t *testing.T) {
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	db := filepath.Join(t.TempDir(), "diachiso.db")
	acknowledged := map[string]string{}
	rng := rand.New(rand.NewPCG(11, 13))
	for round := range rounds {
		s := start(t, db)
		l := newLoad(s, 16, fmt.Sprintf("round%d", round))
		l.until(1 + rng.Int64N(400))
		s.kill()
		l.wait()
		maps.Copy(acknowledged, l.codes)
	}
	s := start(t, db)
	checkCodes(t, s, acknowledged)
	t.Logf("%d acknowledged codes in %d rounds", len(acknowledged), rounds)
}
