package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

var modelTests = []test{{"random updates agree with a model in memory", randomUpdates}}

type entry struct {
	address  *registry.Address
	likeness uint64
}

// model is what the store should hold, in the plainest form.
type model struct {
	entries map[uint64]entry // by key
	events  map[uint64][]registry.Event
}

func (m model) clone() model {
	c := model{map[uint64]entry{}, map[uint64][]registry.Event{}}
	for k, v := range m.entries {
		c.entries[k] = v
	}
	for k, v := range m.events {
		c.events[k] = slices.Clip(v)
	}
	return c
}

// owner returns the key of the address with an external id, or 0.
func (m model) owner(scheme, value string) uint64 {
	for key, e := range m.entries {
		for _, id := range e.address.ExternalIDs {
			if id.Scheme == scheme && id.Value == value {
				return key
			}
		}
	}
	return 0
}

func (m model) taken(a *registry.Address) bool {
	return slices.ContainsFunc(a.ExternalIDs, func(id registry.ExternalID) bool {
		owner := m.owner(id.Scheme, id.Value)
		return owner != 0 && owner != a.Code.Key()
	})
}

func randomUpdates(t *testing.T, s registry.Store) {
	const transactions, operations, values = 100, 8, 25
	rnd := rand.New(rand.NewPCG(1, 2))
	codes := Codes(t, 40)
	now := model{map[uint64]entry{}, map[uint64][]registry.Event{}}
	for range transactions {
		after := now.clone()
		fail := rnd.IntN(4) == 0
		err := s.Update(t.Context(), func(w registry.Writer) error {
			for range rnd.IntN(operations) + 1 {
				a := Address(codes[rnd.IntN(len(codes))])
				variants[rnd.IntN(len(variants))].change(a)
				if len(a.ExternalIDs) > 0 {
					a.ExternalIDs = nil
					for range rnd.IntN(4) {
						a.ExternalIDs = append(a.ExternalIDs, registry.ExternalID{Scheme: "n", Value: fmt.Sprint(rnd.IntN(values))})
					}
				}
				if err := oneWrite(t, rnd, w, after, a, uint64(rnd.IntN(5))); err != nil {
					return err
				}
			}
			if fail {
				return errGaveUp
			}
			return nil
		})
		if fail != errors.Is(err, errGaveUp) || (!fail && err != nil) {
			t.Fatalf("update: %v", err)
		}
		if !fail {
			now = after
		}
		view(t, s, func(r registry.Reader) error { return now.compare(t, r, values) })
		if t.Failed() {
			return
		}
	}
}

// oneWrite does the same to the store and to the model, refusals included.
func oneWrite(t *testing.T, rnd *rand.Rand, w registry.Writer, m model, a *registry.Address, likeness uint64) error {
	key := a.Code.Key()
	old, exists := m.entries[key]
	switch rnd.IntN(6) {
	case 0: // remove
		err := w.Remove(a.Code)
		if !exists {
			wantCode(t, "remove of nothing", err, registry.CodeNotFound)
			return nil
		}
		if err != nil {
			return err
		}
		delete(m.entries, key)
		e := registry.Event{Code: a.Code, Version: old.address.Version + 1, Action: "removed", At: issued, Before: old.address}
		m.events[key] = append(m.events[key], e)
		return w.AppendEvent(e)
	case 1, 2: // insert
		err := w.Insert(a, likeness)
		switch {
		case exists && m.taken(a):
			if err == nil {
				t.Error("insert of a given code with a given external id succeeded")
			}
			return nil
		case exists:
			wantCode(t, "insert of a given code", err, registry.CodeVersionConflict)
			return nil
		case m.taken(a):
			wantCode(t, "insert with another's id", err, registry.CodeExternalIDConflict)
			return nil
		case err != nil:
			return err
		}
		m.entries[key] = entry{a, likeness}
		m.events[key] = append(m.events[key], created(a))
		return w.AppendEvent(created(a))
	default: // replace
		if exists {
			a.Version = old.address.Version + 1
		}
		err := w.Replace(a, likeness)
		switch {
		case !exists:
			wantCode(t, "replace of nothing", err, registry.CodeNotFound)
			return nil
		case m.taken(a):
			wantCode(t, "replace with another's id", err, registry.CodeExternalIDConflict)
			return nil
		case err != nil:
			return err
		}
		m.entries[key] = entry{a, likeness}
		e := changed("updated", old.address, a)
		m.events[key] = append(m.events[key], e)
		return w.AppendEvent(e)
	}
}

func (m model) compare(t *testing.T, r registry.Reader, values int) error {
	var keys []uint64
	var active, retired int64
	alike := map[uint64]int{}
	for key, e := range m.entries {
		keys = append(keys, key)
		alike[e.likeness]++
		if e.address.Status == registry.StatusActive {
			active++
		} else {
			retired++
		}
	}
	slices.Sort(keys)
	wantCount(t, r, active, retired)
	got, err := r.KeysInRange(0, 1<<62)
	if err != nil || !slices.Equal(got, keys) {
		t.Errorf("keys: got %v, %v; want %v", got, err, keys)
	}
	if err := r.AddressesInRange(0, 1<<62, func(a *registry.Address) bool {
		wantAddress(t, "model", a, m.entries[a.Code.Key()].address)
		return true
	}); err != nil {
		return err
	}
	for likeness := range uint64(5) {
		if found, err := r.ByLikeness(likeness); err != nil || len(found) != alike[likeness] {
			t.Errorf("likeness %d: %d addresses, %v; want %d", likeness, len(found), err, alike[likeness])
		}
	}
	for i := range values {
		value := fmt.Sprint(i)
		code, err := r.ByExternalID("n", value)
		if owner := m.owner("n", value); owner == 0 {
			wantCode(t, "external id", err, registry.CodeNotFound)
		} else if err != nil || code.Key() != owner {
			t.Errorf("external id %s: %v, %v; want key %d", value, code, err, owner)
		}
	}
	for _, want := range m.events {
		events, err := r.Events(want[0].Code)
		if err != nil || len(events) != len(want) {
			t.Errorf("%d events, %v; want %d", len(events), err, len(want))
			continue
		}
		for i, e := range events {
			wantAddress(t, "before", e.Before, want[i].Before)
			wantAddress(t, "after", e.After, want[i].After)
		}
	}
	return nil
}
