package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

var feedTests = []test{
	{"coverage reads active addresses in key order and the newest figures", survey},
	{"the feed gives every change after a line once", feed},
}

// survey looks at what coverage reads: active addresses in key order, within bounds, and the newest figure of each commune.
func survey(t *testing.T, s registry.Store) {
	codes := Codes(t, 5)
	slices.SortFunc(codes, addresscode.Code.Compare)
	var all []*registry.Address
	for i, code := range codes {
		a := Address(code)
		if i == 2 {
			a.Status = registry.StatusRetired
		}
		all = append(all, a)
	}
	insert(t, s, 7, all...)
	update(t, s, func(w registry.Writer) error {
		return errors.Join(
			w.PutExpectedHouseholds(registry.ExpectedHouseholds{Commune: "00082", Households: 5, Source: "a", On: 20250701}),
			w.PutExpectedHouseholds(registry.ExpectedHouseholds{Commune: "00070", Households: 1, Source: "b"}),
			w.PutExpectedHouseholds(registry.ExpectedHouseholds{Commune: "00070", Households: 9, Source: "c", On: 20260101}))
	})
	view(t, s, func(r registry.Reader) error {
		keys := func(lo, hi uint64, most int) (found []uint64) {
			if err := r.SurveyInRange(lo, hi, func(row registry.SurveyRow) bool {
				if row.Likeness != 7 || row.Commune != all[0].Commune || row.Point != all[0].Point() {
					t.Errorf("%+v", row)
				}
				found = append(found, row.Key)
				return len(found) < most
			}); err != nil {
				t.Error(err)
			}
			return found
		}
		if got, want := keys(codes[0].Key(), codes[4].Key(), 9), []uint64{codes[0].Key(), codes[1].Key(), codes[3].Key(), codes[4].Key()}; !slices.Equal(got, want) {
			t.Errorf("all: %v, want %v", got, want)
		}
		if got, want := keys(codes[1].Key(), codes[3].Key(), 1), []uint64{codes[1].Key()}; !slices.Equal(got, want) {
			t.Errorf("the first within bounds: %v, want %v", got, want)
		}
		figures, err := r.ExpectedHouseholds()
		if want := []registry.ExpectedHouseholds{{Commune: "00070", Households: 9, Source: "c", On: 20260101}, {Commune: "00082", Households: 5, Source: "a", On: 20250701}}; err != nil || !slices.Equal(figures, want) {
			t.Errorf("figures %+v, %v", figures, err)
		}
		return nil
	})
}

// feed reads the changes: every event after a line, in order, once; entries between them are not events.
func feed(t *testing.T, s registry.Store) {
	codes := Codes(t, 4)
	for i, code := range codes {
		insert(t, s, 1, Address(code))
		update(t, s, func(w registry.Writer) error { return w.AppendEntry(note(i)) })
	}
	view(t, s, func(r registry.Reader) error {
		read := func(since int64, most int) (events []registry.Event) {
			if err := r.Changes(since, func(e registry.Event) bool {
				events = append(events, e)
				return len(events) < most
			}); err != nil {
				t.Error(err)
			}
			return events
		}
		all := read(0, 99)
		if len(all) != len(codes) {
			t.Fatalf("%d changes of %d addresses", len(all), len(codes))
		}
		for i, e := range all {
			if e.Code != codes[i] || i > 0 && e.Seq <= all[i-1].Seq {
				t.Errorf("change %d: %+v", i, e)
			}
		}
		if rest := read(all[1].Seq, 1); len(rest) != 1 || rest[0].Seq != all[2].Seq {
			t.Errorf("after the second: %+v", rest)
		}
		if end := read(all[3].Seq, 9); len(end) != 0 {
			t.Errorf("after the last: %+v", end)
		}
		return nil
	})
}
