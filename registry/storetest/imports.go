package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var importTests = []test{
	{"every field of an import survives", everyImportField},
	{"what batches of an import wrote comes back in order", importBatches},
	{"what an import set aside comes back in order", importReviews},
	{"a forgotten idempotency key is free", forgetIdempotency},
}

// Import returns a small unfinished import.
func Import(name string) *registry.Import {
	return &registry.Import{Name: name, Format: "csv", Dataset: "survey", Scheme: "s", Size: 12, Actor: "import", Status: registry.ImportUnfinished, StartedAt: issued}
}

func insertImport(t testing.TB, s registry.Store, i *registry.Import) {
	t.Helper()
	update(t, s, func(w registry.Writer) (err error) {
		i.ID, err = w.InsertImport(i)
		return err
	})
}

func wantImports(t *testing.T, s registry.Store, want ...*registry.Import) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		var all []*registry.Import
		if err := r.Imports(func(i *registry.Import) bool {
			all = append(all, i)
			return true
		}); err != nil {
			return err
		}
		if len(all) != len(want) {
			t.Errorf("%d imports, want %d", len(all), len(want))
			return nil
		}
		for n, i := range all {
			one, err := r.Import(i.ID)
			if err != nil || !reflect.DeepEqual(i, want[n]) || !reflect.DeepEqual(one, i) {
				t.Errorf("import %d: %+v and %+v, %v\nwant %+v", n, i, one, err, want[n])
			}
		}
		return nil
	})
}

func everyImportField(t *testing.T, s registry.Store) {
	first, second := Import("a.csv"), Import("tệp b.csv")
	second.Digest = [32]byte{1, 2, 31: 3}
	insertImport(t, s, first)
	insertImport(t, s, second)
	if second.ID <= first.ID {
		t.Errorf("ids %d, %d", first.ID, second.ID)
	}
	wantImports(t, s, second, first)

	second.Status, second.FinishedAt, second.Position = registry.ImportFinished, issued.Add(time.Minute), 7
	second.Counts = registry.ImportCounts{Added: 1, Existing: 2, Merged: 1, SetAside: 1, Rejected: 2, Reasons: []registry.ImportReason{
		{Outcome: "rejected", Reason: "invalid:lat", Count: 2, Examples: []string{"line 2", "line 9"}},
	}}
	first.Status, first.UndoneAt = registry.ImportUndone, issued.Add(time.Hour)
	update(t, s, func(w registry.Writer) error {
		if err := w.ReplaceImport(first); err != nil {
			return err
		}
		return w.ReplaceImport(second)
	})
	wantImports(t, s, second, first)
	unknown := Import("c.csv")
	unknown.ID = second.ID + 1
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.ReplaceImport(unknown) })
	if registry.CodeOf(err) != registry.CodeNotFound {
		t.Errorf("an import that is not there: %v", err)
	}
}

func importBatches(t *testing.T, s registry.Store) {
	i := Import("a.csv")
	insertImport(t, s, i)
	codes := Codes(t, 5)
	want := [][]registry.Touched{{{Code: codes[3], Version: 1}, {Code: codes[0], Version: 1}}, {{Code: codes[0], Version: 2}, {Code: codes[4], Version: 300}}}
	update(t, s, func(w registry.Writer) error {
		if err := w.AppendImportBatch(i.ID, 40, want[1]); err != nil {
			return err
		}
		return w.AppendImportBatch(i.ID, 20, want[0])
	})
	view(t, s, func(r registry.Reader) error {
		for after, from := range map[int64]int{0: 0, 19: 0, 20: 1, 40: 2} {
			got := [][]registry.Touched{}
			if err := r.ImportBatches(i.ID, after, func(position int64, touched []registry.Touched) bool {
				if position != int64(20*(from+len(got)+1)) {
					t.Errorf("position %d", position)
				}
				got = append(got, touched)
				return true
			}); err != nil {
				return err
			}
			if !reflect.DeepEqual(got, want[from:]) {
				t.Errorf("after %d: %v, want %v", after, got, want[from:])
			}
		}
		return nil
	})
}

func importReviews(t *testing.T, s registry.Store) {
	i := Import("a.csv")
	insertImport(t, s, i)
	full := registry.ImportReview{
		Import: i.ID, Row: 9, Ref: "line 10", Reason: "commune_mismatch", Named: "26743", Commune: "00070", DistanceM: 1144.5,
		Point: geo.Point{LatE7: 210287000, LonE7: 1058524000},
		Record: registry.ImportRecord{
			Text: "số 5 ngõ \"12\"", Kind: registry.KindPublic, Components: registry.Components{HouseNumber: "5", Alley: []string{"12"}},
			ExternalIDs: []string{"osm:node/1"}, Type: registry.PositionEntrance, Source: geo.SourceGPS, AccuracyM: 2.5, Footprint: [][2]float64{{21, 105.5}},
		},
	}
	bare := registry.ImportReview{Import: i.ID, Row: 3, Ref: "line 4", Reason: "commune_unknown"}
	update(t, s, func(w registry.Writer) error {
		if err := w.InsertImportReview(&full); err != nil {
			return err
		}
		return w.InsertImportReview(&bare)
	})
	view(t, s, func(r registry.Reader) error {
		var got []registry.ImportReview
		if err := r.ImportReviews(i.ID, func(v *registry.ImportReview) bool {
			got = append(got, *v)
			return true
		}); err != nil {
			return err
		}
		bare.Status, full.Status = registry.SetAsideOpen, registry.SetAsideOpen
		if !reflect.DeepEqual(got, []registry.ImportReview{bare, full}) {
			t.Errorf("%+v", got)
		}
		if one, err := r.ImportReview(i.ID, 9); err != nil || !reflect.DeepEqual(*one, full) {
			t.Errorf("%+v %v", one, err)
		}
		if _, err := r.ImportReview(i.ID, 8); registry.CodeOf(err) != registry.CodeNotFound {
			t.Errorf("a record that is not there: %v", err)
		}
		return r.ImportReviews(i.ID+1, func(*registry.ImportReview) bool {
			t.Error("another import's")
			return false
		})
	})
	open := func(commune string, row int64) (rows []int64) {
		view(t, s, func(r registry.Reader) error {
			return r.OpenImportReviews(commune, i.ID, row, func(v *registry.ImportReview) bool {
				rows = append(rows, v.Row)
				return true
			})
		})
		return rows
	}
	if got := open("", 0); !slices.Equal(got, []int64{3, 9}) {
		t.Errorf("open: %v", got)
	}
	if got := open("", 3); !slices.Equal(got, []int64{9}) {
		t.Errorf("open behind the first: %v", got)
	}
	decided := full
	decided.Status, decided.Code, decided.Remark, decided.DecidedAt = registry.SetAsideConfirmed, Codes(t, 1)[0], "seen", issued
	update(t, s, func(w registry.Writer) error { return w.DecideImportReview(&decided) })
	view(t, s, func(r registry.Reader) error {
		if one, err := r.ImportReview(i.ID, 9); err != nil || !reflect.DeepEqual(*one, decided) {
			t.Errorf("%+v %v", one, err)
		}
		return nil
	})
	if got := open("", 0); !slices.Equal(got, []int64{3}) {
		t.Errorf("open after a decision: %v", got)
	}
	update(t, s, func(w registry.Writer) error {
		undone := *i
		undone.Status, undone.FinishedAt, undone.UndoneAt = registry.ImportUndone, issued, issued
		return w.ReplaceImport(&undone)
	})
	if got := open("", 0); len(got) != 0 {
		t.Errorf("open of an import that was taken back: %v", got)
	}
}

func forgetIdempotency(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	update(t, s, func(w registry.Writer) error {
		for n, code := range codes {
			if err := w.Insert(Address(code), uint64(n+1)); err != nil {
				return err
			}
			if err := w.AppendEvent(registry.Event{Code: code, Version: 1, Action: registry.ActionCreated, Actor: "test", At: issued, After: Address(code)}); err != nil {
				return err
			}
			if err := w.PutIdempotency(string(rune('a'+n)), [32]byte{1}, code); err != nil {
				return err
			}
		}
		return w.ForgetIdempotency(codes[0])
	})
	view(t, s, func(r registry.Reader) error {
		if _, _, err := r.Idempotency("a"); registry.CodeOf(err) != registry.CodeNotFound {
			t.Errorf("forgotten: %v", err)
		}
		if _, code, err := r.Idempotency("b"); err != nil || code != codes[1] {
			t.Errorf("kept: %v, %v", code, err)
		}
		return nil
	})
}
