package sqlite

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

func TestLogIsEmptiedWhenItHasGrown(t *testing.T) {
	s := newStore(t)
	logSize := func() int64 {
		t.Helper()
		info, err := os.Stat(s.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	n := 0
	commits := func(more int) {
		t.Helper()
		for range more {
			n++ // SQLite writes nothing where nothing changes
			big := strings.Repeat(strconv.Itoa(n%10), 32<<10)
			if err := s.Update(t.Context(), func(w registry.Writer) error { return w.SetMeta("big", big) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	commits(1) // the writer has taken its look after opening, and takes the next one at commitsPerLook
	s.maxLog = 1 << 20
	// A view that has begun to read holds the log: it grows, but writing goes on.
	err := s.View(t.Context(), func(r registry.Reader) error {
		if _, err := r.Meta("big"); err != nil {
			return err
		}
		commits(commitsPerLook + 1) // one more, to come after the look at the log
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	grown := logSize()
	if grown <= s.maxLog {
		t.Fatalf("the log has only %d bytes under a view that holds it", grown)
	}
	if s.trimAt <= grown {
		t.Errorf("next attempt at %d bytes, want more than the %d there are", s.trimAt, grown)
	}
	// Without it the next attempt empties the log.
	for range 10 {
		commits(commitsPerLook)
		if s := logSize(); s < grown {
			return
		}
	}
	t.Errorf("the log has still %d bytes", logSize())
}
