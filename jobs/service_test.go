package jobs_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

const owner = "key:7F2KQ9BX"

// bench is a service over a database file that can be opened again, as after a crash.
type bench struct {
	*testing.T
	dir   string
	now   time.Time
	store *sqlite.Store
	svc   *jobs.Service
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, dir: t.TempDir(), now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	b.open()
	t.Cleanup(func() { b.store.Close() })
	return b
}

func (b *bench) open() {
	b.Helper()
	store, err := sqlite.Open(b.Context(), filepath.Join(b.dir, "test.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.store = store
	b.svc, err = jobs.Open(store, jobs.Options{Dir: filepath.Join(b.dir, "jobs"), Now: func() time.Time { return b.now }}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
}

// upper is the work: it answers a file in capitals.
func upper(_ context.Context, _ jobs.Job, in io.Reader, out io.Writer, progress func(int64)) (jobs.Outcome, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return jobs.Outcome{}, err
	}
	if string(text) == "no table" {
		return jobs.Outcome{}, &jobs.Failure{Code: jobs.FileFault, Message: "this is no table"}
	}
	progress(1)
	_, err = io.WriteString(out, strings.ToUpper(string(text)))
	return jobs.Outcome{Rows: 1, Counts: map[string]int64{"matched": 1}}, err
}

func (b *bench) hand(key, text string) jobs.Job {
	b.Helper()
	j, _, err := b.svc.Create(b.Context(), owner, key, "{}", strings.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	return j
}

// done runs the service until a job is no longer pending.
func (b *bench) done(id string, work jobs.Work) jobs.Job {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- b.svc.Run(ctx, work) }()
	for {
		j, err := b.svc.Get(b.Context(), owner, id)
		if err != nil {
			b.Fatal(err)
		}
		if j.State != jobs.StatePending {
			cancel()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
			return j
		}
		select {
		case err := <-ended:
			b.Fatal("it stopped:", err)
		default:
		}
	}
}

func (b *bench) result(id string) string {
	b.Helper()
	f, _, err := b.svc.Result(b.Context(), owner, id)
	if err != nil || f == nil {
		b.Fatal("no result:", err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

func (b *bench) files() []string {
	b.Helper()
	list, err := os.ReadDir(filepath.Join(b.dir, "jobs"))
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func want(t *testing.T, err error, code registry.ErrorCode) {
	t.Helper()
	if registry.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestJob(t *testing.T) {
	b := newBench(t)
	j := b.hand("", "số 1")
	if j.State != jobs.StatePending || j.Bytes != 6 {
		t.Errorf("handed in: %+v", j)
	}
	if f, _, err := b.svc.Result(t.Context(), owner, j.ID); f != nil || err != nil {
		t.Errorf("a result before there is one: %v", err)
	}
	j = b.done(j.ID, upper)
	if j.State != jobs.StateSucceeded || j.Rows != 1 || j.Counts["matched"] != 1 || b.result(j.ID) != "SỐ 1" {
		t.Errorf("done: %+v", j)
	}
	if names := b.files(); len(names) != 1 || names[0] != j.ID+".out" {
		t.Errorf("files: %v", names)
	}
	// Only its own key sees it.
	_, err := b.svc.Get(t.Context(), "key:OTHER", j.ID)
	want(t, err, registry.CodeNotFound)
	want(t, b.svc.Delete(t.Context(), "key:OTHER", j.ID), registry.CodeNotFound)
	if err := b.svc.Delete(t.Context(), owner, j.ID); err != nil {
		t.Fatal(err)
	}
	_, err = b.svc.Get(t.Context(), owner, j.ID)
	want(t, err, registry.CodeNotFound)
	if names := b.files(); len(names) != 0 {
		t.Errorf("files of a job that is deleted: %v", names)
	}
}

func TestJobThatCannotBeDone(t *testing.T) {
	b := newBench(t)
	j := b.done(b.hand("", "no table").ID, upper)
	if j.State != jobs.StateFailed || j.Failure == nil || j.Failure.Code != jobs.FileFault || len(b.files()) != 0 {
		t.Errorf("%+v, files %v", j, b.files())
	}
	full := func(context.Context, jobs.Job, io.Reader, io.Writer, func(int64)) (jobs.Outcome, error) {
		return jobs.Outcome{}, &registry.Error{Code: registry.CodeReadOnly, Message: "no room left for files", Err: syscall.ENOSPC}
	}
	if j = b.done(b.hand("", "x").ID, full); j.Failure == nil || j.Failure.Code != string(registry.CodeReadOnly) {
		t.Errorf("disk full: %+v", j.Failure)
	}
	broken := func(context.Context, jobs.Job, io.Reader, io.Writer, func(int64)) (jobs.Outcome, error) {
		return jobs.Outcome{}, errors.New("address text")
	}
	if j = b.done(b.hand("", "x").ID, broken); j.Failure == nil || j.Failure.Code != string(registry.CodeInternal) || strings.Contains(j.Failure.Message, "address text") {
		t.Errorf("a fault of ours: %+v", j.Failure)
	}
}

func TestSameKey(t *testing.T) {
	b := newBench(t)
	j := b.hand("k", "one")
	again, created, err := b.svc.Create(t.Context(), owner, "k", "{}", strings.NewReader("one"))
	if err != nil || created || again.ID != j.ID {
		t.Errorf("the same file: %+v, %v, %v", again, created, err)
	}
	_, _, err = b.svc.Create(t.Context(), owner, "k", "{}", strings.NewReader("two"))
	want(t, err, registry.CodeIdempotency)
	_, _, err = b.svc.Create(t.Context(), owner, "k", `{"sort":true}`, strings.NewReader("one"))
	want(t, err, registry.CodeIdempotency)
	if other, created, err := b.svc.Create(t.Context(), "key:OTHER", "k", "{}", strings.NewReader("one")); err != nil || !created || other.ID == j.ID {
		t.Errorf("another owner: %+v, %v, %v", other, created, err)
	}
	if len(b.files()) != 2 {
		t.Errorf("files: %v", b.files())
	}
	for range 7 {
		b.hand("", "more")
	}
	_, _, err = b.svc.Create(t.Context(), owner, "", "{}", strings.NewReader("too much"))
	want(t, err, registry.CodeTooMany)
}

// A process that ends in the middle of a job leaves the file and a row: the next one does the job.
func TestRestartInTheMiddle(t *testing.T) {
	b := newBench(t)
	j := b.hand("k", "số 2")
	begun := make(chan struct{})
	ctx, kill := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.svc.Run(ctx, func(ctx context.Context, _ jobs.Job, in io.Reader, out io.Writer, progress func(int64)) (jobs.Outcome, error) {
			_, _ = io.CopyN(out, in, 3)
			progress(7)
			close(begun)
			<-ctx.Done()
			return jobs.Outcome{}, ctx.Err()
		})
	}()
	<-begun
	if now, err := b.svc.Get(t.Context(), owner, j.ID); err != nil || !now.Running || now.Rows != 7 || now.BytesRun != 3 {
		t.Errorf("under way: %+v, %v", now, err)
	}
	kill()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	// What a killed process leaves: half a result, half a file, a file that no job knows.
	for _, name := range []string{j.ID + ".out.part", "AAAAAAAAAAAAAAAAAAAAAAAAAA.part", "BBBBBBBBBBBBBBBBBBBBBBBBBB.in"} {
		if err := os.WriteFile(filepath.Join(b.dir, "jobs", name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.open()
	if again, created, err := b.svc.Create(t.Context(), owner, "k", "{}", strings.NewReader("số 2")); err != nil || created || again.ID != j.ID {
		t.Errorf("sent again after the restart: %+v, %v", again, err)
	}
	if j = b.done(j.ID, upper); j.State != jobs.StateSucceeded || b.result(j.ID) != "SỐ 2" {
		t.Errorf("after the restart: %+v", j)
	}
	if names := b.files(); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestDeletingWhatIsUnderWay(t *testing.T) {
	b := newBench(t)
	j := b.hand("", "x")
	begun, stopped := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- b.svc.Run(ctx, func(ctx context.Context, _ jobs.Job, _ io.Reader, _ io.Writer, _ func(int64)) (jobs.Outcome, error) {
			close(begun)
			<-ctx.Done()
			close(stopped)
			return jobs.Outcome{}, ctx.Err()
		})
	}()
	<-begun
	if err := b.svc.Delete(t.Context(), owner, j.ID); err != nil {
		t.Fatal(err)
	}
	<-stopped
	cancel()
	if err := <-ended; err != nil || len(b.files()) != 0 {
		t.Errorf("%v, files %v", err, b.files())
	}
}

func TestExpiry(t *testing.T) {
	b := newBench(t)
	old := b.done(b.hand("k", "x").ID, upper)
	b.now = b.now.Add(24 * time.Hour)
	young := b.hand("", "y")
	b.now = old.ExpiresAt
	_, err := b.svc.Get(t.Context(), owner, old.ID)
	want(t, err, registry.CodeNotFound)
	if n, err := b.svc.Purge(t.Context()); n != 1 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	if _, err := b.svc.Get(t.Context(), owner, young.ID); err != nil {
		t.Error(err)
	}
	if names := b.files(); len(names) != 1 || names[0] != young.ID+".in" {
		t.Errorf("files: %v", names)
	}
}

// A file that breaks off is no job, and its error stays what it is.
func TestBrokenOff(t *testing.T) {
	b := newBench(t)
	broken := errors.New("gone")
	_, _, err := b.svc.Create(t.Context(), owner, "", "{}", io.MultiReader(strings.NewReader("half"), errReader{broken}))
	if !errors.Is(err, broken) || len(b.files()) != 0 {
		t.Errorf("%v, files %v", err, b.files())
	}
}

type errReader struct{ error }

func (r errReader) Read([]byte) (int, error) { return 0, r.error }

// Count tells of every job once, and of the rows that this process did.
func TestCount(t *testing.T) {
	b := newBench(t)
	b.done(b.hand("", "x").ID, upper)
	b.done(b.hand("", "no table").ID, upper)
	b.hand("", "y")
	got, err := b.svc.Count(t.Context())
	if want := (jobs.Counts{Waiting: 1, Succeeded: 1, Failed: 1, Rows: 1}); err != nil || got != want {
		t.Errorf("%+v, want %+v, %v", got, want, err)
	}
}
