package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

// memory is a registry that knows ids and keys only.
type memory struct {
	record  registry.Import
	seen    map[string]bool
	batches []int
	refuse  func(registry.AssignRequest) error
	onBatch func()
	fail    error
}

func (m *memory) PrepareMap([]registry.MapRecord) {}

func (m *memory) LoadMap(context.Context, int64, int64, []registry.MapRecord) (registry.ImportCounts, error) {
	return registry.ImportCounts{}, nil
}

func (m *memory) StartImport(_ context.Context, _ registry.Actor, i registry.Import, resume bool) (*registry.Import, error) {
	if !resume || m.record.Status != registry.ImportUnfinished {
		m.record = i
		m.record.ID, m.record.Status = 1, registry.ImportUnfinished
	}
	copied := m.record
	return &copied, nil
}

func (m *memory) FinishImport(context.Context, registry.Actor, int64) (*registry.Import, error) {
	m.record.Status = registry.ImportFinished
	return &m.record, nil
}

func (m *memory) Prepare(_ registry.Actor, rs []registry.AssignRequest) *registry.Batch {
	return &registry.Batch{Requests: rs}
}

func (m *memory) LoadBatch(ctx context.Context, _, _ int64, b *registry.Batch, step func([]registry.Assignment) registry.ImportStep) ([]registry.Assignment, error) {
	answers, err := m.assign(ctx, b.Requests)
	if err != nil {
		return nil, err
	}
	next := step(answers)
	m.record.Position, m.record.Counts = next.Position, next.Counts
	return answers, nil
}

func (m *memory) assign(ctx context.Context, rs []registry.AssignRequest) ([]registry.Assignment, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if m.fail != nil {
		return nil, m.fail
	}
	m.batches = append(m.batches, len(rs))
	out := make([]registry.Assignment, len(rs))
	for i, r := range rs {
		if m.refuse != nil {
			if err := m.refuse(r); err != nil {
				out[i].Err = err
				continue
			}
		}
		key := r.IdempotencyKey
		if len(r.ExternalIDs) > 0 {
			key = r.ExternalIDs[0].Scheme + ":" + r.ExternalIDs[0].Value
		}
		if m.seen == nil {
			m.seen = map[string]bool{}
		}
		out[i].Outcome = registry.OutcomeCreated
		if m.seen[key] {
			out[i].Outcome = registry.OutcomeExisting
		}
		m.seen[key] = true
	}
	if m.onBatch != nil {
		m.onBatch()
	}
	return out, nil
}

func rows(n int) string {
	var b strings.Builder
	b.WriteString("lat,lon,house_number\n")
	for i := range n {
		fmt.Fprintf(&b, "21.%07d,105.85,%d\n", 281000+i, i)
	}
	return b.String()
}

func openCSV(t *testing.T, text string) *CSV {
	t.Helper()
	r, err := NewCSV(strings.NewReader(text), int64(len(text)), Source{Name: "test.csv", Dataset: "csv", Scheme: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunIsRepeatable(t *testing.T) {
	m := &memory{}
	text := rows(2500)
	first, err := Run(context.Background(), m, openCSV(t, text), Options{Batch: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if first.Read != 2500 || first.Added != 2500 {
		t.Fatalf("first run: %+v", first)
	}
	if fmt.Sprint(m.batches) != "[1000 1000 500]" {
		t.Errorf("batches %v", m.batches)
	}
	// A copy of the file under another name is the same file.
	again, err := NewCSV(strings.NewReader(text), 0, Source{Name: "copy.csv", Dataset: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Run(context.Background(), m, again, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if second.Added != 0 || second.Existing != 2500 {
		t.Fatalf("second run: %+v", second)
	}
}

func TestRunKeepsTheNameOfTheFile(t *testing.T) {
	m := &memory{refuse: func(r registry.AssignRequest) error {
		if r.Provenance != (registry.Provenance{Dataset: "csv", Detail: "test.csv"}) || r.IdempotencyKey == "" && len(r.ExternalIDs) == 0 {
			t.Errorf("provenance %+v, key %q", r.Provenance, r.IdempotencyKey)
		}
		return nil
	}}
	text := "lat,lon,id\n21.03,105.85,1\n21.04,105.85,\n" // with an id, and recognised by its content
	if report, err := Run(context.Background(), m, openCSV(t, text), Options{}); err != nil || report.Added != 2 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestRunKeepsSameRecordWithinABatch(t *testing.T) {
	text := "lat,lon,so_nha\n21.03,105.85,1\n21.03,105.85,1\n21.03,105.85,2\n"
	report, err := Run(context.Background(), &memory{}, openCSV(t, text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Added != 2 || report.Existing != 1 {
		t.Fatalf("%+v", report)
	}
}

func TestRunCountsRejections(t *testing.T) {
	m := &memory{refuse: func(r registry.AssignRequest) error {
		if r.Components.HouseNumber == "7" {
			return &registry.Error{Code: registry.CodeCellFull, Message: "the cell is full", Hint: "give a unit"}
		}
		return nil
	}}
	text := rows(10) + "x,105.85,11\n95,105,12\n21,105\n"
	var all []Rejection
	report, err := Run(context.Background(), m, openCSV(t, text), Options{OnReject: func(r Rejection) error { all = append(all, r); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if report.Read != 13 || report.Added != 9 || report.Rejected != 4 {
		t.Fatalf("%+v", report)
	}
	want := map[string]registry.ErrorCode{
		"line 12": registry.CodeInvalid, "line 13": registry.CodePositionInvalid, "line 14": registry.CodeInvalid, "line 9": registry.CodeCellFull,
	}
	for _, r := range all {
		if want[r.Ref] != r.Code || r.Message == "" {
			t.Errorf("unexpected rejection %+v", r)
		}
		delete(want, r.Ref)
	}
	if len(want) != 0 {
		t.Errorf("missing rejections: %v", want)
	}
}

func TestRunBoundsListedRejections(t *testing.T) {
	text := "lat,lon\n" + strings.Repeat("x,y\n", MaxListed+50)
	report, err := Run(context.Background(), &memory{}, openCSV(t, text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Rejected != MaxListed+50 || len(report.Rejections) != MaxListed {
		t.Fatalf("%d rejected, %d listed", report.Rejected, len(report.Rejections))
	}
}

func TestRunFinishesTheBatchWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := &memory{onBatch: cancel}
	report, err := Run(ctx, m, openCSV(t, rows(5000)), Options{Batch: 100})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if report.Read != 100 || report.Added != 100 {
		t.Fatalf("%+v", report)
	}
}

// brokenReader breaks off after n records.
type brokenReader struct{ n int }

func (b *brokenReader) Next(context.Context) (Record, error) {
	if b.n == 0 {
		return Record{}, &FileError{Where: "after byte 9", What: "the file is damaged", Err: io.ErrUnexpectedEOF}
	}
	b.n--
	return Record{Ref: fmt.Sprint(b.n), Request: registry.AssignRequest{IdempotencyKey: fmt.Sprint(b.n)}}, nil
}
func (b *brokenReader) Progress() (int64, int64) { return 0, 0 }
func (b *brokenReader) Notes() []string          { return nil }

func TestRunKeepsWhatWasReadBeforeABreak(t *testing.T) {
	report, err := Run(context.Background(), &memory{}, &brokenReader{n: 150}, Options{Batch: 100})
	var fe *FileError
	if !errors.As(err, &fe) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("error %v", err)
	}
	if report.Added != 150 {
		t.Fatalf("%+v", report)
	}
}

func TestRunReportsAFailedBatchAsNotDone(t *testing.T) {
	m := &memory{fail: errors.New("disk full")}
	report, err := Run(context.Background(), m, openCSV(t, rows(10)), Options{})
	if err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("error %v", err)
	}
	if report.Read != 0 || report.Added != 0 {
		t.Fatalf("%+v", report)
	}
}
