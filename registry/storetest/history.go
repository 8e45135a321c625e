package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/diachiso/diachiso/registry"
)

var historyTests = []test{
	{"history tells each state before and after", history},
	{"history outlives a removed address", historyOfRemoved},
	{"an event that tells too little is refused", eventRules},
}

// wantHistory compares events but for Seq, which must only ascend.
func wantHistory(t *testing.T, s registry.Store, want []registry.Event) {
	t.Helper()
	view(t, s, func(r registry.Reader) error {
		got, err := r.Events(want[0].Code)
		if err != nil || len(got) != len(want) {
			t.Errorf("%d events, %v; want %d", len(got), err, len(want))
			return nil
		}
		for i := range got {
			if i > 0 && got[i].Seq <= got[i-1].Seq {
				t.Errorf("event %d has seq %d after %d", i, got[i].Seq, got[i-1].Seq)
			}
			wantAddress(t, want[i].Action+" before", got[i].Before, want[i].Before)
			wantAddress(t, want[i].Action+" after", got[i].After, want[i].After)
			got[i].Seq, got[i].Before, got[i].After = want[i].Seq, want[i].Before, want[i].After
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("event %d:\n got %+v\nwant %+v", i, got[i], want[i])
			}
		}
		return nil
	})
}

func history(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	state := Address(codes[0])
	other := Address(codes[1])
	insert(t, s, 1, state, other)
	want := []registry.Event{created(state)}
	wantHistory(t, s, want)
	otherWant := []registry.Event{created(other)}
	// Every variant is once a state before and once a state after, so that events keep every field too.
	for i, v := range variants {
		action := []string{"merged", "updated", "retired", "rederived"}[i%4]
		after := next(Address(codes[0]), v.change)
		after.Version = state.Version + 1
		e := changed(action, state, after)
		e.Actor, e.At = "người "+action, issued.Add(time.Duration(i)*time.Millisecond)
		update(t, s, func(w registry.Writer) error {
			if err := w.Replace(after, 1); err != nil {
				return err
			}
			return w.AppendEvent(e)
		})
		want, state = append(want, e), after
		if i%5 == 0 { // the histories of two addresses do not mix
			after := next(other, func(*registry.Address) {})
			e := changed("updated", other, after)
			update(t, s, func(w registry.Writer) error {
				if err := w.Replace(after, 1); err != nil {
					return err
				}
				return w.AppendEvent(e)
			})
			otherWant, other = append(otherWant, e), after
		}
	}
	wantHistory(t, s, want)
	wantHistory(t, s, otherWant)
}

func historyOfRemoved(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	b := next(a, func(x *registry.Address) { x.Components.HouseNumber = "14" })
	removed := registry.Event{Code: a.Code, Version: 3, Action: "removed", Actor: "test", At: issued, Before: b}
	insert(t, s, 1, a)
	update(t, s, func(w registry.Writer) error {
		if err := w.Replace(b, 1); err != nil {
			return err
		}
		if err := w.AppendEvent(changed("updated", a, b)); err != nil {
			return err
		}
		if err := w.AppendEvent(removed); err != nil {
			return err
		}
		return w.Remove(a.Code)
	})
	want := []registry.Event{created(a), changed("updated", a, b), removed}
	wantHistory(t, s, want)
	c := Address(a.Code)
	c.Components.HouseNumber = "another life"
	insert(t, s, 1, c)
	wantHistory(t, s, append(want, created(c)))
}

func eventRules(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	insert(t, s, 1, a)
	for _, c := range []struct {
		name string
		e    registry.Event
	}{
		{"unknown action", registry.Event{Code: a.Code, Version: 2, Action: "painted", At: issued, Before: a}},
		{"no action", registry.Event{Code: a.Code, Version: 2, At: issued, Before: a}},
		{"update without before", registry.Event{Code: a.Code, Version: 2, Action: "updated", At: issued}},
		{"creation with before", registry.Event{Code: a.Code, Version: 1, Action: "created", At: issued, Before: a}},
	} {
		err := s.Update(t.Context(), func(w registry.Writer) error { return w.AppendEvent(c.e) })
		wantCode(t, c.name, err, registry.CodeInvalid)
	}
	wantHistory(t, s, []registry.Event{created(a)})
}
