package importer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/internal/child"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// real is a registry on disk.
type real struct {
	*registry.Service
	store *sqlite.Store
	names *Names
}

func openReal(tb testing.TB, path string) *real {
	tb.Helper()
	data, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { store.Close() })
	return &real{registry.NewService(store, data.Divisions, data.Locator), store, NewNames(data.Divisions, data.Locator)}
}

func (r *real) options(text string) Options {
	return Options{
		Actor: registry.Actor{Name: "import"}, OnDuplicate: registry.MergeDuplicate, Resume: true, Names: r.names, Batch: 100,
		File: registry.Import{Name: "f.csv", Format: "csv", Dataset: "csv", Scheme: "f", Size: int64(len(text)), Digest: sha256.Sum256([]byte(text))},
	}
}

func (r *real) reader(tb testing.TB, text string) Reader {
	tb.Helper()
	reader, err := NewCSV(strings.NewReader(text), int64(len(text)), Source{Name: "f.csv", Dataset: "csv", Scheme: "f", Names: r.names})
	if err != nil {
		tb.Fatal(err)
	}
	return reader
}

func (r *real) load(tb testing.TB, text string) Report {
	tb.Helper()
	report, err := Run(context.Background(), r, r.reader(tb, text), r.options(text))
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

func (r *real) counts(tb testing.TB) (active, retired int64) {
	tb.Helper()
	active, retired, err := r.Count(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return active, retired
}

func (r *real) reviews(tb testing.TB, id int64) (all []registry.ImportReview) {
	tb.Helper()
	if err := r.ImportReviews(context.Background(), id, func(v *registry.ImportReview) bool {
		all = append(all, *v)
		return true
	}); err != nil {
		tb.Fatal(err)
	}
	return all
}

// households is a table of n rows: some with ids, some alike, some wrong, some far from their commune.
func households(n int) string {
	var b strings.Builder
	b.WriteString("id,lat,lon,house_number,street,ward,district,province\n")
	for i := range n {
		id, lat, ward := fmt.Sprint(i), fmt.Sprintf("%.7f", 21.0270+float64(i%400)*0.00002), "Phường Hoàn Kiếm"
		switch {
		case i%10 == 1:
			id = ""
		case i%97 == 2:
			lat = "x"
		case i%89 == 3:
			ward = "Phường Bến Thành"
		}
		province := "Hà Nội"
		if ward == "Phường Bến Thành" {
			province = "TP Hồ Chí Minh"
		}
		fmt.Fprintf(&b, "%s,%s,%.7f,%d,Phố Hàng Khay,%s,,%s\n", id, lat, 105.8510+float64(i/400)*0.0003, i, ward, province)
	}
	return b.String()
}

func TestRunCountsByReason(t *testing.T) {
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	first := r.load(t, households(1000))
	if first.Read != 1000 || first.Read != first.Added+first.Existing+first.Merged+first.SetAside+first.Rejected {
		t.Errorf("first: %+v", first)
	}
	if first.SetAside == 0 || first.Rejected == 0 || first.Added < 900 {
		t.Errorf("first: %+v", first)
	}
	again := r.load(t, households(1000))
	if again.Import == first.Import || again.Added != 0 || again.Existing != first.Added || again.SetAside != first.SetAside || again.Rejected != first.Rejected {
		t.Errorf("again: %+v", again)
	}
	var sum int64
	for _, reason := range again.Reasons {
		if reason.Count < int64(len(reason.Examples)) || len(reason.Examples) == 0 || len(reason.Examples) > registry.MaxImportExamples {
			t.Errorf("reason %+v", reason)
		}
		sum += reason.Count
	}
	if sum != 1000 {
		t.Errorf("the reasons sum up to %d: %+v", sum, again.Reasons)
	}
	if i := slices.IndexFunc(again.Reasons, func(r registry.ImportReason) bool { return r.Reason == string(registry.MatchedExternalID) }); i < 0 {
		t.Errorf("no row was known by its id: %+v", again.Reasons)
	}
}

func TestRunGoesOnWhereItStopped(t *testing.T) {
	text := households(1000)
	whole := openReal(t, filepath.Join(t.TempDir(), "whole.db"))
	want := whole.load(t, text)

	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	for stop := range 3 { // interrupted three times, after other numbers of batches
		ctx, cancel := context.WithCancel(context.Background())
		o := r.options(text)
		batches := 0
		o.Progress = func(Report, int64, int64) {
			if batches++; batches > stop {
				cancel()
			}
		}
		report, err := Run(ctx, r, r.reader(t, text), o)
		cancel()
		if !errors.Is(err, context.Canceled) || report.Import != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
	}
	got := r.load(t, text)
	if got.Resumed != 600 {
		t.Errorf("resumed behind %d", got.Resumed)
	}
	got.Resumed, got.Rejections, want.Rejections = 0, nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("in parts: %+v\nat once:  %+v", got, want)
	}
	active, _ := r.counts(t)
	if wantActive, _ := whole.counts(t); active != wantActive || len(r.reviews(t, 1)) != int(want.SetAside) {
		t.Errorf("%d addresses, at once %d; %d reviews", active, wantActive, len(r.reviews(t, 1)))
	}
}

func TestRunWithoutResumeBeginsAnew(t *testing.T) {
	text := households(300)
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := r.options(text)
	o.Progress = func(Report, int64, int64) { cancel() }
	if _, err := Run(ctx, r, r.reader(t, text), o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	o = r.options(text)
	o.Resume = false
	report, err := Run(context.Background(), r, r.reader(t, text), o)
	if err != nil || report.Import != 2 || report.Resumed != 0 || report.Read != 300 {
		t.Errorf("%+v, %v", report, err)
	}
}

// Two runs of one import at once: the second is told, and nothing is twice.
func TestRunRefusesASecondRunOfTheSameImport(t *testing.T) {
	text := households(1000)
	r := openReal(t, filepath.Join(t.TempDir(), "r.db"))
	o := r.options(text)
	var inner error
	o.Progress = func(report Report, _, _ int64) {
		if report.Read == 300 {
			_, inner = Run(context.Background(), r, r.reader(t, text), r.options(text))
		}
	}
	report, err := Run(context.Background(), r, r.reader(t, text), o)
	if inner != nil || registry.CodeOf(err) != registry.CodeVersionConflict || report.Read != 300 {
		t.Errorf("inner run: %v; outer run: %+v, %v", inner, report, err)
	}
	if active, _ := r.counts(t); active == 0 || active > 1000 {
		t.Errorf("%d addresses", active)
	}
}

const killEnv = "IMPORTER_TEST_KILLED_CHILD"

// TestMain makes the test binary the child that TestKilledImport kills.
func TestMain(m *testing.M) {
	if path := os.Getenv(killEnv); path != "" {
		importUntilKilled(path)
		return
	}
	os.Exit(m.Run())
}

func importUntilKilled(path string) {
	data, err := builtIn()
	if err != nil {
		panic(err)
	}
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		panic(err)
	}
	r := &real{registry.NewService(store, data.Divisions, data.Locator), store, NewNames(data.Divisions, data.Locator)}
	text := households(3_000)
	reader, err := NewCSV(strings.NewReader(text), int64(len(text)), Source{Name: "f.csv", Dataset: "csv", Scheme: "f", Names: r.names})
	if err != nil {
		panic(err)
	}
	o := r.options(text)
	o.Progress = func(report Report, _, _ int64) { fmt.Println(report.Read) }
	if _, err := Run(context.Background(), r, reader, o); err != nil {
		panic(err)
	}
}

func TestKilledImport(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	text := households(3_000)
	whole := openReal(t, filepath.Join(t.TempDir(), "whole.db"))
	want := whole.load(t, text)

	path := filepath.Join(t.TempDir(), "killed.db")
	for _, lines := range []int{3, 8} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = child.Environment(killEnv + "=" + path)
		p, err := child.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		if err := p.Await("in the middle", child.Patience, func(output string) bool { return strings.Count(output, "\n") >= lines }); err != nil {
			t.Fatal(err)
		}
		p.Kill()
	}
	r := openReal(t, path)
	got := r.load(t, text)
	if got.Resumed < 1100 || got.Import != 1 {
		t.Errorf("resumed behind %d, import %d", got.Resumed, got.Import)
	}
	got.Resumed, got.Rejections, want.Rejections = 0, nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("in parts: %+v\nat once:  %+v", got, want)
	}
	if active, _ := r.counts(t); active != want.Added {
		t.Errorf("%d addresses, want %d", active, want.Added)
	}
	if n := len(r.reviews(t, 1)); n != int(want.SetAside) {
		t.Errorf("%d records set aside, want %d", n, want.SetAside)
	}
}
