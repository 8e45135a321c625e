package faulttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/internal/child"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func childCommand(t *testing.T, path string, callers, updates int, wrap ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	line := append(wrap, self)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), envDatabase+"="+path, fmt.Sprintf("%s=%d", envCallers, callers), fmt.Sprintf("%s=%d", envUpdates, updates))
	return cmd
}

// acknowledged is what children have told of each key.
type acknowledged map[uint64]state

type state struct {
	created bool  // an answer said so; a later change by another caller may be told of first
	version int64 // the highest
}

// read takes the lines of one child. The last line of a killed child may be cut off.
func (a acknowledged) read(output string) error {
	for line := range strings.Lines(output) {
		if !strings.HasSuffix(line, "\n") {
			break
		}
		var word string
		var key uint64
		version := int64(1)
		if got, err := fmt.Sscan(line, &word, &key, &version); got < 2 {
			return fmt.Errorf("line %q: %w", line, err)
		}
		of := a[key]
		if word == "created" && of.created {
			return fmt.Errorf("key %d was given twice", key)
		}
		a[key] = state{created: of.created || word == "created", version: max(of.version, version)}
	}
	return nil
}

// check looks for every acknowledged write, and with whole at everything else in the file too.
func (a acknowledged) check(t *testing.T, path string, whole bool) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Errorf("close after a kill: %v", err)
		}
	}()
	if whole {
		if err := s.Check(context.Background()); err != nil {
			t.Fatalf("check after a kill: %v", err)
		}
	}
	missing := 0
	err = s.View(t.Context(), func(r registry.Reader) error {
		for key, told := range a {
			code, err := addresscode.FromKey(key)
			if err != nil {
				return err
			}
			if got, err := r.Address(code); err != nil || got.Version < told.version {
				missing++
			}
		}
		return nil
	})
	if err != nil || missing > 0 {
		t.Fatalf("%d of %d acknowledged writes are lost, %v", missing, len(a), err)
	}
}

func TestStoreKilled(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 5
	}
	path := filepath.Join(t.TempDir(), "crash.db")
	all := acknowledged{}
	for n := range kills {
		p, err := child.Start(childCommand(t, path, 64, 0))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		// Most are killed while they write, every tenth while it opens the database, or soon after.
		moment := rand.N(120 * time.Millisecond)
		if n%10 == 9 {
			moment /= 2
		} else if err := p.Await("writing", child.Patience, func(output string) bool { return output != "" }); err != nil {
			t.Fatal(err)
		}
		select {
		case <-time.After(moment):
		case <-p.Ended(): // of itself: its complaint explains it
		}
		p.Kill()
		if err := all.read(p.Output()); err != nil || p.Log() != "" {
			t.Fatalf("kill %d: %v; the child said: %s", n, err, p.Log())
		}
		all.check(t, path, n%10 == 0 || n == kills-1)
	}
	if len(all) < kills {
		t.Fatalf("only %d writes were acknowledged in %d runs", len(all), kills)
	}
	t.Logf("%d acknowledged addresses survived %d kills", len(all), kills)
}
