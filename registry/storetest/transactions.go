package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

var transactionTests = []test{
	{"a failed update leaves nothing", atomic},
	{"an update sees its own writes", ownWrites},
	{"a view sees one state", snapshot},
	{"a panic in an update is contained", panics},
	{"a kept reader or writer fails", kept},
	{"an ended context stops", contexts},
	{"a waiting update can be given up", givenUp},
	{"a closed store says so", closed},
}

var errGaveUp = errors.New("gave up")

func atomic(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	a, b := Address(codes[0]), Address(codes[1])
	a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	insert(t, s, 1, a, b)
	err := s.Update(t.Context(), func(w registry.Writer) error {
		c := Address(codes[2])
		c.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/3"}}
		changed := next(a, func(x *registry.Address) { x.ExternalIDs = nil; x.Status = registry.StatusRetired })
		removed := registry.Event{Code: b.Code, Version: 2, Action: "removed", At: issued, Before: b}
		if err := errors.Join(w.Insert(c, 3), w.AppendEvent(created(c)), w.Replace(changed, 3), w.AppendEvent(removed), w.Remove(b.Code),
			w.SetMeta("k", "v"), w.PutIdempotency("k", [32]byte{}, c.Code)); err != nil {
			return err
		}
		return errGaveUp
	})
	if !errors.Is(err, errGaveUp) {
		t.Fatalf("got %v, want the update's own error", err)
	}
	wantAddress(t, "replaced", get(t, s, a.Code), a)
	wantAddress(t, "removed", get(t, s, b.Code), b)
	wantHistory(t, s, []registry.Event{created(a)})
	wantHistory(t, s, []registry.Event{created(b)})
	view(t, s, func(r registry.Reader) error {
		_, err := r.Address(codes[2])
		wantCode(t, "inserted", err, registry.CodeNotFound)
		_, err = r.ByExternalID("osm", "node/3")
		wantCode(t, "inserted external id", err, registry.CodeNotFound)
		if code, err := r.ByExternalID("osm", "node/1"); err != nil || code != a.Code {
			t.Errorf("dropped external id: %v, %v", code, err)
		}
		_, _, err = r.Idempotency("k")
		wantCode(t, "idempotency key", err, registry.CodeNotFound)
		if v, err := r.Meta("k"); err != nil || v != "" {
			t.Errorf("meta: %q, %v", v, err)
		}
		if events, err := r.Events(codes[2]); err != nil || len(events) != 0 {
			t.Errorf("events: %v, %v", events, err)
		}
		if found, err := r.ByLikeness(3); err != nil || len(found) != 0 {
			t.Errorf("likeness: %v, %v", found, err)
		}
		wantCount(t, r, 2, 0)
		return nil
	})
}

func ownWrites(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	update(t, s, func(w registry.Writer) error {
		if err := errors.Join(w.Insert(a, 7), w.AppendEvent(created(a)), w.PutIdempotency("k", [32]byte{1}, a.Code)); err != nil {
			return err
		}
		b, err := w.Address(a.Code)
		if err != nil {
			return err
		}
		wantAddress(t, "inside", b, a)
		if code, err := w.ByExternalID("osm", "node/1"); err != nil || code != a.Code {
			t.Errorf("external id: %v, %v", code, err)
		}
		if _, code, err := w.Idempotency("k"); err != nil || code != a.Code {
			t.Errorf("idempotency key: %v, %v", code, err)
		}
		if keys, err := w.KeysInRange(0, math.MaxUint64); err != nil || len(keys) != 1 {
			t.Errorf("keys: %v, %v", keys, err)
		}
		if found, err := w.ByLikeness(7); err != nil || len(found) != 1 {
			t.Errorf("likeness: %v, %v", found, err)
		}
		if events, err := w.Events(a.Code); err != nil || len(events) != 1 {
			t.Errorf("events: %v, %v", events, err)
		}
		wantCount(t, w, 1, 0)
		return nil
	})
}

func snapshot(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	a := Address(codes[0])
	insert(t, s, 1, a)
	write := func() {
		done := make(chan error)
		go func() {
			done <- s.Update(context.Background(), func(w registry.Writer) error {
				c := Address(codes[1])
				return errors.Join(w.Insert(c, 1), w.AppendEvent(created(c)), w.Remove(a.Code), w.SetMeta("k", "v"))
			})
		}()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, first := range []struct {
		name string
		read func(r registry.Reader) error
	}{
		{"a hit", func(r registry.Reader) error { _, err := r.Address(codes[0]); return err }},
		{"a miss", func(r registry.Reader) error { _, _ = r.Address(codes[2]); return nil }},
	} {
		view(t, s, func(r registry.Reader) error {
			if err := first.read(r); err != nil {
				return err
			}
			write()
			if _, err := r.Address(codes[0]); err != nil {
				t.Errorf("after %s: the removed address is gone from the view: %v", first.name, err)
			}
			_, err := r.Address(codes[1])
			wantCode(t, "after "+first.name+": the new address", err, registry.CodeNotFound)
			if v, err := r.Meta("k"); err != nil || v != "" {
				t.Errorf("after %s: meta is %q, %v", first.name, v, err)
			}
			wantCount(t, r, 1, 0)
			return nil
		})
		view(t, s, func(r registry.Reader) error {
			_, err := r.Address(codes[0])
			wantCode(t, "next view: the removed address", err, registry.CodeNotFound)
			if _, err := r.Address(codes[1]); err != nil {
				t.Errorf("next view: the new address: %v", err)
			}
			return nil
		})
		update(t, s, func(w registry.Writer) error { // as before
			return errors.Join(w.Remove(codes[1]), w.Insert(a, 1), w.SetMeta("k", ""))
		})
	}
}

func panics(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	err := s.Update(t.Context(), func(w registry.Writer) error {
		if err := w.Insert(a, 1); err != nil {
			return err
		}
		panic("oh no")
	})
	wantCode(t, "panic", err, registry.CodeInternal)
	view(t, s, func(r registry.Reader) error {
		wantCount(t, r, 0, 0)
		return nil
	})
	insert(t, s, 1, a)
	wantAddress(t, "after a panic", get(t, s, a.Code), a)
}

func kept(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	var r registry.Reader
	var w registry.Writer
	view(t, s, func(x registry.Reader) error { r = x; return nil })
	update(t, s, func(x registry.Writer) error { w = x; return nil })
	_, err := r.Address(a.Code)
	wantCode(t, "kept reader", err, registry.CodeInternal)
	wantCode(t, "kept writer", w.Insert(a, 1), registry.CodeInternal)
	wantCode(t, "kept reader's range", r.AddressesInRange(0, math.MaxUint64, func(*registry.Address) bool { return true }), registry.CodeInternal)
	view(t, s, func(r registry.Reader) error {
		wantCount(t, r, 0, 0)
		return nil
	})
}

func contexts(t *testing.T, s registry.Store) {
	const many = 2000
	codes := Codes(t, many)
	as := make([]*registry.Address, many)
	for i, c := range codes {
		as[i] = Address(c)
	}
	insert(t, s, 1, as...)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	never := func() error { t.Error("called with an ended context"); return nil }
	if err := s.View(ended, func(registry.Reader) error { return never() }); !errors.Is(err, context.Canceled) {
		t.Errorf("view: %v", err)
	}
	if err := s.Update(ended, func(registry.Writer) error { return never() }); !errors.Is(err, context.Canceled) {
		t.Errorf("update: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	err := s.View(ctx, func(r registry.Reader) error {
		return r.AddressesInRange(0, math.MaxUint64, func(*registry.Address) bool {
			seen++
			cancel()
			return true
		})
	})
	if !errors.Is(err, context.Canceled) || seen >= many {
		t.Errorf("a long range went on for %d of %d addresses after its context ended: %v", seen, many, err)
	}
	// Once it has begun, an update is carried through, so that its caller can trust the answer.
	ctx, cancel = context.WithCancel(t.Context())
	err = s.Update(ctx, func(w registry.Writer) error {
		cancel()
		return w.SetMeta("carried", "through")
	})
	if err != nil {
		t.Errorf("begun update: %v", err)
	}
	view(t, s, func(r registry.Reader) error {
		if v, err := r.Meta("carried"); err != nil || v != "through" {
			t.Errorf("begun update: %q, %v", v, err)
		}
		return nil
	})
}

func givenUp(t *testing.T, s registry.Store) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- s.Update(context.Background(), func(w registry.Writer) error {
			close(begun)
			<-goOn
			return w.SetMeta("first", "done")
		})
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() {
		second <- s.Update(ctx, func(registry.Writer) error { t.Error("ran after it was given up"); return nil })
	}()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) { // while the first still holds the writer
		t.Errorf("given up: %v", err)
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Errorf("first: %v", err)
	}
	update(t, s, func(w registry.Writer) error { return w.SetMeta("third", "done") })
}

func closed(t *testing.T, s registry.Store) {
	update(t, s, func(w registry.Writer) error { return w.SetMeta("k", "v") })
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	wantCode(t, "view", s.View(t.Context(), func(registry.Reader) error { return nil }), registry.CodeBusy)
	wantCode(t, "update", s.Update(t.Context(), func(registry.Writer) error { return nil }), registry.CodeBusy)
}
