package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

var journalTests = []test{
	{"the journal is one chain over events and entries", journalChain},
	{"an update that fails leaves no gap in the journal", journalRollback},
	{"concurrent updates leave no gap in the journal", journalConcurrency},
	{"an entry that tells too little is refused", entryRules},
}

func note(n int) registry.Entry {
	return registry.Entry{At: issued.Add(time.Duration(n) * time.Millisecond), Actor: "key:7F2KQ9BX", Action: "address.read",
		Subject: fmt.Sprint("chủ thể ", n), Detail: `{"purpose":"delivery \"x\""}`}
}

// lines reads the whole journal and checks that nothing of it is missing or elsewhere.
func lines(t *testing.T, s registry.Store) []registry.JournalLine {
	t.Helper()
	var all []registry.JournalLine
	view(t, s, func(r registry.Reader) error {
		var chain registry.Chain
		if err := r.Journal(0, func(l registry.JournalLine) bool {
			all = append(all, l)
			if l.Event != nil {
				chain.AddEvent(l.Event)
			} else {
				chain.AddEntry(l.Entry)
			}
			if l.Damage != "" || l.Seq != chain.Seq || l.Link != chain.Link {
				t.Errorf("line %d: seq %d, link right: %v, damage %q", chain.Seq, l.Seq, l.Link == chain.Link, l.Damage)
				return false
			}
			return true
		}); err != nil {
			return err
		}
		seq, link, err := r.JournalHead()
		if seq != chain.Seq || link != chain.Link {
			t.Errorf("the journal ends at line %d, its head is %d; same link: %v", chain.Seq, seq, link == chain.Link)
		}
		return err
	})
	return all
}

func journalChain(t *testing.T, s registry.Store) {
	if got := lines(t, s); len(got) != 0 {
		t.Fatalf("a new store has %d lines", len(got))
	}
	codes := Codes(t, 2)
	state, other := Address(codes[0]), Address(codes[1])
	want := []registry.JournalLine{{Event: new(created(state))}, {Event: new(created(other))}}
	insert(t, s, 1, state, other)
	for i, v := range variants { // so that every field goes through the store and its state before
		after := next(Address(codes[0]), v.change)
		after.Version = state.Version + 1
		change, read := changed("updated", state, after), note(i)
		update(t, s, func(w registry.Writer) error {
			if err := errors.Join(w.AppendEntry(read), w.Replace(after, 1), w.AppendEvent(change)); err != nil {
				return err
			}
			seq, _, err := w.JournalHead()
			if seq != int64(len(want)+2) {
				t.Errorf("inside the update the journal has %d lines, want %d", seq, len(want)+2)
			}
			return err
		})
		want = append(want, registry.JournalLine{Entry: &read}, registry.JournalLine{Event: &change})
		state = after
	}
	removed := registry.Event{Code: other.Code, Version: 2, Action: "removed", Actor: "test", At: issued, Before: other}
	update(t, s, func(w registry.Writer) error { return errors.Join(w.AppendEvent(removed), w.Remove(other.Code)) })
	want = append(want, registry.JournalLine{Event: &removed})

	got := lines(t, s)
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i, l := range got {
		if want[i].Event != nil {
			wantAddress(t, fmt.Sprintf("line %d", i+1), l.Event.After, want[i].Event.After)
			e := *want[i].Event
			e.Seq, e.Before, e.After = l.Seq, nil, l.Event.After
			if *l.Event != e {
				t.Errorf("line %d:\n got %+v\nwant %+v", i+1, *l.Event, e)
			}
			continue
		}
		e := *want[i].Entry
		e.Seq = l.Seq
		if *l.Entry != e {
			t.Errorf("line %d:\n got %+v\nwant %+v", i+1, *l.Entry, e)
		}
	}
	view(t, s, func(r registry.Reader) error {
		for _, after := range []int64{0, 1, int64(len(got)) - 1, int64(len(got)), 1 << 40} {
			n := int64(0)
			if err := r.Journal(after, func(l registry.JournalLine) bool {
				if n++; l.Seq != after+n {
					t.Errorf("line %d after %d is %d", n, after, l.Seq)
				}
				return n < 3
			}); err != nil || n != min(max(int64(len(got))-after, 0), 3) {
				t.Errorf("%d lines after %d (%v)", n, after, err)
			}
		}
		return nil
	})
}

// journalRollback: what failed is not there, and what comes after it in the same transaction follows what came before it.
func journalRollback(t *testing.T, s registry.Store) {
	codes := Codes(t, 40)
	var wait sync.WaitGroup
	started, failed := make(chan struct{}), make(chan struct{})
	wait.Go(func() { // holds the writer until the others have queued up behind it
		update(t, s, func(w registry.Writer) error {
			close(started)
			<-failed
			return w.AppendEntry(note(0))
		})
	})
	<-started
	for i, code := range codes {
		a := Address(code)
		wait.Go(func() {
			err := s.Update(t.Context(), func(w registry.Writer) error {
				if err := errors.Join(w.AppendEntry(note(i)), w.Insert(a, 1), w.AppendEvent(created(a)), w.AppendEntry(note(i))); err != nil {
					return err
				}
				switch i % 4 {
				case 1:
					return errGaveUp
				case 2:
					panic("on purpose")
				case 3: // a line that is refused, after which the update goes on
					if err := w.AppendEvent(registry.Event{Code: code, Version: 2, Action: "painted"}); err == nil {
						t.Error("an unknown action was taken")
					}
					return w.AppendEntry(note(i))
				}
				return nil
			})
			if (err != nil) != (i%4 == 1 || i%4 == 2) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	close(failed)
	wait.Wait()
	if got, want := len(lines(t, s)), 1+10*3+10*4; got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}

func journalConcurrency(t *testing.T, s registry.Store) {
	const writers, each = 8, 25
	codes := Codes(t, writers*each)
	var wait sync.WaitGroup
	for n := range writers {
		wait.Go(func() {
			for i, code := range codes[n*each : (n+1)*each] {
				a := Address(code)
				if err := s.Update(t.Context(), func(w registry.Writer) error {
					if i%2 == 0 {
						return w.AppendEntry(note(i))
					}
					return errors.Join(w.Insert(a, 1), w.AppendEvent(created(a)))
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	all := lines(t, s)
	if len(all) != writers*each {
		t.Errorf("%d lines, want %d", len(all), writers*each)
	}
	if !slices.IsSortedFunc(all, func(a, b registry.JournalLine) int { return int(a.Seq - b.Seq) }) {
		t.Error("lines are out of order")
	}
	view(t, s, func(r registry.Reader) error {
		return r.AddressesWithoutEvent(func(code addresscode.Code) bool {
			t.Errorf("%s has no event", code)
			return true
		})
	})
}

func entryRules(t *testing.T, s registry.Store) {
	for _, c := range []struct {
		name   string
		change func(*registry.Entry)
	}{
		{"no actor", func(e *registry.Entry) { e.Actor = "" }},
		{"no action", func(e *registry.Entry) { e.Action = "" }},
		{"detail that is no JSON", func(e *registry.Entry) { e.Detail = "{" }},
		{"detail that is no object", func(e *registry.Entry) { e.Detail = "[1]" }},
		{"no UTF-8", func(e *registry.Entry) { e.Subject = "\xff" }},
	} {
		e := note(1)
		c.change(&e)
		wantCode(t, c.name, s.Update(t.Context(), func(w registry.Writer) error { return w.AppendEntry(e) }), registry.CodeInvalid)
	}
	update(t, s, func(w registry.Writer) error {
		return w.AppendEntry(registry.Entry{Actor: "cli", Action: "key.created"})
	})
	if all := lines(t, s); len(all) != 1 || time.Since(all[0].Entry.At) > time.Minute {
		t.Errorf("the entry without a time: %+v", all)
	}
}
