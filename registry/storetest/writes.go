package storetest

import (
	"bytes"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

var writeTests = []test{
	{"a code is given once", insertTwice},
	{"replace wants the version before", replaceVersions},
	{"remove frees code, ids and idempotency keys", remove},
	{"count follows every write", counts},
	{"idempotency keys are kept once", idempotency},
	{"meta", meta},
}

func insertTwice(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	insert(t, s, 1, a)
	b := Address(a.Code)
	b.Components.HouseNumber = "other"
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.Insert(b, 2) })
	wantCode(t, "second insert", err, registry.CodeVersionConflict)
	wantAddress(t, "the first", get(t, s, a.Code), a)
	update(t, s, func(w registry.Writer) error {
		retired := next(a, func(x *registry.Address) { x.Status = registry.StatusRetired })
		if err := w.Replace(retired, 1); err != nil {
			return err
		}
		wantCode(t, "insert over a retired address", w.Insert(b, 2), registry.CodeVersionConflict)
		return nil
	})
}

func replaceVersions(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	insert(t, s, 1, a)
	for _, version := range []int64{-1, 0, 1, 3, 100} {
		b := next(a, func(x *registry.Address) { x.Version = version; x.Components.HouseNumber = "lost" })
		err := s.Update(t.Context(), func(w registry.Writer) error { return w.Replace(b, 1) })
		wantCode(t, "replace by another version", err, registry.CodeVersionConflict)
	}
	wantAddress(t, "after refused changes", get(t, s, a.Code), a)
	b := next(a, func(x *registry.Address) { x.Components.HouseNumber = "14" })
	c := next(b, func(x *registry.Address) { x.Components.HouseNumber = "16" })
	update(t, s, func(w registry.Writer) error {
		if err := w.Replace(b, 1); err != nil {
			return err
		}
		return w.Replace(c, 1)
	})
	wantAddress(t, "after two changes", get(t, s, a.Code), c)
}

func remove(t *testing.T, s registry.Store) {
	a := Address(Codes(t, 1)[0])
	a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	hash := [32]byte(bytes.Repeat([]byte{1}, 32))
	insert(t, s, 9, a)
	update(t, s, func(w registry.Writer) error { return w.PutIdempotency("k", hash, a.Code) })
	update(t, s, func(w registry.Writer) error { return w.Remove(a.Code) })
	view(t, s, func(r registry.Reader) error {
		_, err := r.Address(a.Code)
		wantCode(t, "removed address", err, registry.CodeNotFound)
		_, err = r.ByExternalID("osm", "node/1")
		wantCode(t, "its external id", err, registry.CodeNotFound)
		_, _, err = r.Idempotency("k")
		wantCode(t, "its idempotency key", err, registry.CodeNotFound)
		if keys, err := r.KeysInRange(0, 1<<43); err != nil || len(keys) != 0 {
			t.Errorf("its key is still there: %v, %v", keys, err)
		}
		return nil
	})
	update(t, s, func(w registry.Writer) error {
		if err := w.Insert(a, 9); err != nil {
			return err
		}
		return w.PutIdempotency("k", hash, a.Code)
	})
	wantAddress(t, "given again", get(t, s, a.Code), a)
}

func counts(t *testing.T, s registry.Store) {
	codes := Codes(t, 4)
	want := func(active, retired int64) {
		t.Helper()
		view(t, s, func(r registry.Reader) error {
			wantCount(t, r, active, retired)
			return nil
		})
	}
	a := Address(codes[0])
	b := Address(codes[1])
	b.Status = registry.StatusRetired
	insert(t, s, 1, a, b, Address(codes[2]))
	want(2, 1)
	update(t, s, func(w registry.Writer) error {
		if err := w.Replace(next(a, func(x *registry.Address) { x.Status = registry.StatusRetired }), 1); err != nil {
			return err
		}
		wantCount(t, w, 1, 2)
		if err := w.Remove(b.Code); err != nil {
			return err
		}
		wantCount(t, w, 1, 1)
		if err := w.Insert(Address(codes[3]), 1); err != nil {
			return err
		}
		wantCount(t, w, 2, 1)
		return nil
	})
	want(2, 1)
	err := s.Update(t.Context(), func(w registry.Writer) error {
		if err := w.Remove(codes[3]); err != nil {
			return err
		}
		return errGaveUp
	})
	if err == nil {
		t.Error("the failing update succeeded")
	}
	want(2, 1)
}

func idempotency(t *testing.T, s registry.Store) {
	codes := Codes(t, 2)
	insert(t, s, 1, Address(codes[0]), Address(codes[1]))
	var hash [32]byte
	for i := range hash {
		hash[i] = byte(255 - i)
	}
	update(t, s, func(w registry.Writer) error {
		if err := w.PutIdempotency("đơn hàng 1", hash, codes[0]); err != nil {
			return err
		}
		return w.PutIdempotency("", [32]byte{}, codes[1])
	})
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.PutIdempotency("đơn hàng 1", [32]byte{}, codes[1]) })
	wantCode(t, "used key", err, registry.CodeIdempotency)
	view(t, s, func(r registry.Reader) error {
		h, code, err := r.Idempotency("đơn hàng 1")
		if err != nil || h != hash || code != codes[0] {
			t.Errorf("got %x, %v, %v; want %x, %v", h, code, err, hash, codes[0])
		}
		h, code, err = r.Idempotency("")
		if err != nil || h != [32]byte{} || code != codes[1] {
			t.Errorf("empty key: got %x, %v, %v", h, code, err)
		}
		return nil
	})
}

func meta(t *testing.T, s registry.Store) {
	update(t, s, func(w registry.Writer) error {
		for _, kv := range [][2]string{{"seed", "1"}, {"seed", "2"}, {"Seed", "x"}, {"dấu", "ữ\x00\n"}, {"empty", ""}} {
			if err := w.SetMeta(kv[0], kv[1]); err != nil {
				return err
			}
			if v, err := w.Meta(kv[0]); err != nil || v != kv[1] {
				t.Errorf("%s inside the update: %q, %v; want %q", kv[0], v, err, kv[1])
			}
		}
		return nil
	})
	view(t, s, func(r registry.Reader) error {
		for key, want := range map[string]string{"seed": "2", "Seed": "x", "dấu": "ữ\x00\n", "empty": "", "none": ""} {
			if v, err := r.Meta(key); err != nil || v != want {
				t.Errorf("%s: %q, %v; want %q", key, v, err, want)
			}
		}
		return nil
	})
}
