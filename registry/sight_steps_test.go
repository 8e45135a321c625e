package registry_test

import (
	"context"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// watched is a store that notes what is asked of it, and how much it answers.
type watched struct {
	registry.Store
	steps []string
}

func (w *watched) note(step string) { w.steps = append(w.steps, step) }

func (w *watched) Address(ctx context.Context, code addresscode.Code) (*registry.Address, error) {
	w.note("address")
	return w.Store.Address(ctx, code)
}

func (w *watched) OpenAddress(ctx context.Context, code addresscode.Code) (*registry.Address, error) {
	w.note("open address")
	return w.Store.OpenAddress(ctx, code)
}

func (w *watched) View(ctx context.Context, fn func(registry.Reader) error) error {
	w.note("view")
	return w.Store.View(ctx, func(r registry.Reader) error { return fn(watchedReader{r, w}) })
}

type watchedReader struct {
	registry.Reader
	w *watched
}

func (r watchedReader) Address(code addresscode.Code) (*registry.Address, error) {
	r.w.note("address")
	return r.Reader.Address(code)
}

func (r watchedReader) OpenAddress(code addresscode.Code) (*registry.Address, error) {
	r.w.note("open address")
	return r.Reader.OpenAddress(code)
}

func (r watchedReader) AddressesInRange(lo, hi uint64, yield func(*registry.Address) bool) error {
	r.w.note("range")
	return r.Reader.AddressesInRange(lo, hi, func(a *registry.Address) bool {
		r.w.note("an address")
		return yield(a)
	})
}

func (r watchedReader) DoorsInRange(lo, hi uint64, single bool, yield func(registry.Door) bool) error {
	r.w.note("doors")
	return r.Reader.DoorsInRange(lo, hi, single, func(d registry.Door) bool {
		r.w.note("a door")
		return yield(d)
	})
}

func (r watchedReader) PositionsWithin(southWest, northEast geo.Point, protected bool, yield func(uint64, geo.Point) bool) error {
	r.w.note("positions")
	return r.Reader.PositionsWithin(southWest, northEast, protected, func(key uint64, p geo.Point) bool {
		r.w.note("a position")
		return yield(key, p)
	})
}

func (r watchedReader) ByExternalID(scheme, value string) (addresscode.Code, error) {
	r.w.note("external id")
	return r.Reader.ByExternalID(scheme, value)
}

// TestProtectedTakesTheStepsOfAbsent holds what is done for an address that is protected against what was done before it existed: the
// time of an answer cannot tell what the steps to it do not.
func TestProtectedTakesTheStepsOfAbsent(t *testing.T) {
	_, store := newServiceAndStore(t)
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Store: store}
	svc := registry.NewService(w, data.Divisions, data.Locator)
	mustAssign(t, svc, house(moved(khamThien, 15, 0), "3"))
	request := house(khamThien, "5")
	request.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	code, err := geo.EncodeFirst(khamThien)
	if err != nil {
		t.Fatal(err)
	}
	maps := street
	maps.Scheme = func(string, string) bool { return true }
	courier := registry.Sight{Protected: registry.Nowhere{}}
	asks := map[string]func(registry.Sight) error{
		"get":  func(s registry.Sight) error { _, err := svc.AddressFor(t.Context(), s, code); return err },
		"code": func(s registry.Sight) error { _, err := svc.ResolveFor(t.Context(), s, code.String()); return err },
		"damaged": func(s registry.Sight) error {
			_, err := svc.ResolveFor(t.Context(), s, code.String()[:13]+"?")
			return err
		},
		"id":       func(s registry.Sight) error { _, err := svc.ResolveFor(t.Context(), s, "osm:node/1"); return err },
		"position": func(s registry.Sight) error { _, err := svc.ResolveFor(t.Context(), s, khamThien.String()); return err },
		"reverse":  func(s registry.Sight) error { _, err := svc.ReverseFor(t.Context(), s, khamThien, 500, 10); return err },
		"place":    func(s registry.Sight) error { _, err := svc.PlaceFor(t.Context(), s, khamThien); return err },
	}
	sights := map[string]registry.Sight{"street": street, "street with ids": maps, "counter": counter, "courier": courier}
	before := map[string][]string{}
	for name, ask := range asks {
		for who, sight := range sights {
			w.steps = nil
			_ = ask(sight)
			before[name+who] = w.steps
		}
	}
	a := mustAssign(t, svc, request)
	if a.Code != code {
		t.Fatalf("the code is %s, not %s", a.Code, code)
	}
	if _, err := svc.Protect(t.Context(), testActor, a.Code, true); err != nil {
		t.Fatal(err)
	}
	for name, ask := range asks {
		for who, sight := range sights {
			w.steps = nil
			_ = ask(sight)
			if len(w.steps) == 0 || !slices.Equal(w.steps, before[name+who]) {
				t.Errorf("%s for %s: %v for a protected address, %v before it existed", name, who, w.steps, before[name+who])
			}
		}
	}
}
