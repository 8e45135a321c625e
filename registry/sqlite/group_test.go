package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/storetest"
)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestWriterMustBeDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	for setting, want := range map[string]bool{
		"_journal_mode=WAL&_synchronous=FULL":    true,
		"_journal_mode=WAL":                      false, // the driver's default is NORMAL
		"_journal_mode=WAL&_synchronous=OFF":     false,
		"_journal_mode=DELETE&_synchronous=FULL": false,
	} {
		c, err := connect("file:" + path + "?" + setting)
		if err != nil {
			t.Fatal(err)
		}
		if err := assertDurable(c); (err == nil) != want {
			t.Errorf("%s: %v", setting, err)
		}
		if err := c.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// held fills the queue with updates behind one that waits, lets it go, and returns what each got.
func held(t *testing.T, s *Store, first func(registry.Writer) error, rest ...func(registry.Writer) error) []error {
	t.Helper()
	begun, goOn := make(chan struct{}), make(chan struct{})
	errs := make([]error, 1+len(rest))
	var all sync.WaitGroup
	all.Go(func() {
		errs[0] = s.Update(context.Background(), func(w registry.Writer) error {
			close(begun)
			<-goOn
			return first(w)
		})
	})
	<-begun
	for i, fn := range rest {
		all.Go(func() { errs[i+1] = s.Update(context.Background(), fn) })
		for len(s.queue) <= i { // the order of the rest matters
			runtime.Gosched()
		}
	}
	close(goOn)
	all.Wait()
	return errs
}

// A full queue refuses at once; what it holds is carried out.
func TestFullQueueRefuses(t *testing.T) {
	s := newStore(t)
	refused := make(chan error, 1)
	rest := make([]func(registry.Writer) error, cap(s.queue))
	for i := range rest {
		rest[i] = setMeta("kept")
	}
	errs := held(t, s, func(w registry.Writer) error {
		for len(s.queue) < cap(s.queue) {
			runtime.Gosched()
		}
		refused <- s.Update(t.Context(), setMeta("refused"))
		return nil
	}, rest...)
	if err := <-refused; registry.CodeOf(err) != registry.CodeBusy {
		t.Errorf("an update beyond the queue: %v, want busy", err)
	}
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	wantMeta(t, s, map[string]bool{"kept": true, "refused": false})
}

func setMeta(key string) func(registry.Writer) error {
	return func(w registry.Writer) error { return w.SetMeta(key, "set") }
}

func wantMeta(t *testing.T, s *Store, want map[string]bool) {
	t.Helper()
	if err := s.View(t.Context(), func(r registry.Reader) error {
		for key, set := range want {
			if v, err := r.Meta(key); err != nil || (v != "") != set {
				t.Errorf("meta %s is %q, %v; want set: %v", key, v, err, set)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWaitingUpdatesShareACommit(t *testing.T) {
	s := newStore(t)
	errs := held(t, s, setMeta("a"), setMeta("b"), func(w registry.Writer) error {
		return errors.Join(w.SetMeta("c", "set"), errors.New("refused"))
	}, setMeta("d"))
	if errs[0] != nil || errs[1] != nil || errs[2] == nil || errs[3] != nil {
		t.Errorf("got %v", errs)
	}
	wantMeta(t, s, map[string]bool{"a": true, "b": true, "c": false, "d": true})
	if got := s.Stats(); got != (Stats{Commits: 1, Updates: 3}) {
		t.Errorf("stats %+v, want one commit of three updates", got)
	}
}

// failCommits makes SQLite refuse to commit.
func failCommits(s *Store, fail bool) {
	s.write.raw.RegisterCommitHook(func() int {
		if fail {
			return 1
		}
		return 0
	})
}

func TestFailedCommitFailsAll(t *testing.T) {
	s := newStore(t)
	a := storetest.Address(storetest.Codes(t, 1)[0])
	failCommits(s, true)
	errs := held(t, s, setMeta("a"), func(w registry.Writer) error { return w.Insert(a, 1) }, func(registry.Writer) error {
		return errors.New("refused because of what another of the group wrote")
	})
	for i, err := range errs {
		if registry.CodeOf(err) != registry.CodeInternal {
			t.Errorf("update %d: %v, want the failure of the commit", i, err)
		}
	}
	failCommits(s, false)
	if err := s.Update(t.Context(), setMeta("b")); err != nil {
		t.Fatal(err)
	}
	wantMeta(t, s, map[string]bool{"a": false, "b": true})
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFullDisk(t *testing.T) {
	s := newStore(t)
	if _, err := s.write.raw.Exec("PRAGMA max_page_count = 60", nil); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("x", 1<<20)
	errs := held(t, s, setMeta("a"), func(w registry.Writer) error { return w.SetMeta("big", big) }, setMeta("c"))
	var e *registry.Error
	if !errors.As(errs[1], &e) || e.Code != registry.CodeReadOnly || !strings.Contains(e.Message, "no room") || e.Hint == "" {
		t.Errorf("full disk: %v", errs[1])
	}
	if err := s.Update(t.Context(), setMeta("d")); err != nil {
		t.Errorf("after a full disk: %v", err)
	}
	// Whoever got no error is there, whoever got one is not.
	wantMeta(t, s, map[string]bool{"a": errs[0] == nil, "big": false, "c": errs[2] == nil, "d": true})
}

// testing.T.FailNow ends the goroutine it is called on, which is the writer's.
func TestEndedGoroutine(t *testing.T) {
	s := newStore(t)
	errs := held(t, s, setMeta("a"), func(w registry.Writer) error {
		if err := w.SetMeta("b", "set"); err != nil {
			return err
		}
		runtime.Goexit()
		return nil
	})
	for i, err := range errs {
		if registry.CodeOf(err) != registry.CodeInternal {
			t.Errorf("update %d: %v", i, err)
		}
	}
	if err := s.Update(t.Context(), setMeta("c")); err != nil {
		t.Fatal(err)
	}
	wantMeta(t, s, map[string]bool{"a": false, "b": false, "c": true})
}

func TestFailureByCode(t *testing.T) {
	for code, want := range map[sqlite3.ErrNo]registry.ErrorCode{
		sqlite3.ErrBusy:     registry.CodeBusy,
		sqlite3.ErrLocked:   registry.CodeBusy,
		sqlite3.ErrFull:     registry.CodeReadOnly,
		sqlite3.ErrReadonly: registry.CodeReadOnly,
		sqlite3.ErrCorrupt:  registry.CodeInternal,
		sqlite3.ErrNotADB:   registry.CodeInternal,
		sqlite3.ErrCantOpen: registry.CodeInternal,
		sqlite3.ErrIoErr:    registry.CodeInternal,
		sqlite3.ErrNomem:    registry.CodeInternal,
		sqlite3.ErrMisuse:   registry.CodeInternal,
	} {
		cause := sqlite3.Error{Code: code}
		err := failure("test", cause)
		if registry.CodeOf(err) != want || !errors.Is(err, cause) {
			t.Errorf("SQLite code %d became %v", code, err)
		}
	}
	for code, want := range map[sqlite3.ErrNoExtended]registry.ErrorCode{
		sqlite3.ErrIoErrWrite: registry.CodeReadOnly,
		sqlite3.ErrIoErrFsync: registry.CodeReadOnly,
		sqlite3.ErrIoErrRead:  registry.CodeInternal,
	} {
		if err := failure("test", sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: code}); registry.CodeOf(err) != want {
			t.Errorf("SQLite code %d became %v", code, err)
		}
	}
	if failure("test", nil) != nil {
		t.Error("no error became one")
	}
	own := &registry.Error{Code: registry.CodeDuplicate}
	if failure("test", own) != error(own) {
		t.Error("a domain error was changed")
	}
}

func TestBusyFile(t *testing.T) {
	s := newStore(t)
	other, err := connect("file:" + s.path + "?_busy_timeout=0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if _, err := s.write.raw.Exec("PRAGMA busy_timeout = 1", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := other.raw.Exec("BEGIN IMMEDIATE", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), setMeta("a")); registry.CodeOf(err) != registry.CodeBusy {
		t.Errorf("while another process writes: %v", err)
	}
	if _, err := other.raw.Exec("ROLLBACK", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), setMeta("a")); err != nil {
		t.Errorf("after another process wrote: %v", err)
	}
}
