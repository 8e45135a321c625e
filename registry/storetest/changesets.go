package storetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

var changesetTests = []test{
	{"a change set is kept and found by its events", changesets},
}

func changesets(t *testing.T, s registry.Store) {
	codes := Codes(t, 5)
	slices.SortFunc(codes, addresscode.Code.Compare)
	set := &registry.Changeset{ID: "QJ3K5X7A2BCDEFGHIJKLMNOPQR", Kind: registry.ChangesetRename, Actor: "key:7F2KQ9BX", StartedAt: issued,
		Report: registry.ChangesetReport{From: "Phố A", To: "Phố Đ", Communes: []string{"00070"}, Looked: 9, Changed: 4, Skipped: 1, ByPlace: map[string]int64{"00070": 4}}}
	view(t, s, func(r registry.Reader) error {
		if _, err := r.Changeset(set.ID); registry.CodeOf(err) != registry.CodeNotFound {
			t.Errorf("one that is not there: %v", err)
		}
		return nil
	})
	update(t, s, func(w registry.Writer) error {
		if err := w.PutChangeset(set); err != nil {
			return err
		}
		for i, code := range codes {
			a := Address(code)
			e := created(a)
			if i != 2 {
				e.Changeset = set.ID
			}
			if err := errors.Join(w.Insert(a, 1), w.AppendEvent(e)); err != nil {
				return err
			}
		}
		return nil
	})
	set.Done, set.Report.UndoneBy = true, "another"
	update(t, s, func(w registry.Writer) error { return w.PutChangeset(set) })
	view(t, s, func(r registry.Reader) error {
		got, err := r.Changeset(set.ID)
		if err != nil || !reflect.DeepEqual(got, set) {
			t.Errorf("%+v, %v; want %+v", got, err, set)
		}
		first, err := r.ChangesetCodes(set.ID, 0, 3)
		if err != nil || !slices.Equal(first, []addresscode.Code{codes[0], codes[1], codes[3]}) {
			t.Errorf("the first: %v, %v", first, err)
		}
		rest, err := r.ChangesetCodes(set.ID, codes[3].Key(), 3)
		if err != nil || !slices.Equal(rest, codes[4:]) {
			t.Errorf("the rest: %v, %v", rest, err)
		}
		events, err := r.Events(codes[0])
		if err != nil || len(events) != 1 || events[0].Changeset != set.ID {
			t.Errorf("events %+v, %v", events, err)
		}
		return err
	})
	lines(t, s)
}
