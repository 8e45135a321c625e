package registry_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// newMint is a service that issues numbers.
func newMint(t *testing.T) (*registry.Service, registry.Store) {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "registry.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return registry.NewService(store, data.Divisions, data.Locator, registry.WithMinting()), store
}

func numberOf(a *registry.Address) string {
	for _, id := range a.ExternalIDs {
		if id.Scheme == registry.SchemeQD392 {
			return id.Value
		}
	}
	return ""
}

// entries are the actions of the journal that are no changes of addresses.
func entries(t *testing.T, store registry.Store) map[string]int {
	t.Helper()
	actions := map[string]int{}
	err := store.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Entry != nil {
				actions[l.Entry.Action]++
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return actions
}

func TestNumbersAreNotMintedUnlessAsked(t *testing.T) {
	svc := newService(t)
	if a := mustAssign(t, svc, house(hoGuom, "1")); numberOf(a) != "" {
		t.Errorf("a number came by itself: %s", numberOf(a))
	}
}

func TestMint(t *testing.T) {
	svc, store := newMint(t)
	r := house(hoGuom, "1")
	r.IdempotencyKey = "once"
	a := mustAssign(t, svc, r)
	number := numberOf(a)
	info := svc.DivisionOf(a, 0)
	if len(number) != 10 || !strings.HasPrefix(number, info.PostalCode) || info.PostalCode == "" {
		t.Fatalf("number %q in the area of %q", number, info.PostalCode)
	}
	if id := a.ExternalIDs[0]; id.Source != registry.SourceMinted || id.ValidFrom == 0 {
		t.Errorf("the number is kept as %+v", id)
	}
	if again := mustAssign(t, svc, r); again.Code != a.Code || numberOf(again) != number || len(again.ExternalIDs) != 1 {
		t.Errorf("the same request gave %s %v after %s %s", again.Code, again.ExternalIDs, a.Code, number)
	}
	kept, err := svc.Address(t.Context(), a.Code)
	if err != nil || numberOf(kept) != number {
		t.Errorf("kept: %v, %v", kept, err)
	}

	own := house(hoGuom, "2")
	own.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: "1151502853"}}
	if b := mustAssign(t, svc, own); len(b.ExternalIDs) != 1 || numberOf(b) != "1151502853" {
		t.Errorf("an address with its number got %v", b.ExternalIDs)
	}
	demo := house(hoGuom, "3")
	demo.Provenance.Dataset = registry.DemoDataset
	if d := mustAssign(t, svc, demo); numberOf(d) != "" {
		t.Errorf("a demonstration house got %s", numberOf(d))
	}
	if got := entries(t, store); len(got) != 0 {
		t.Errorf("journal: %v", got)
	}
}

// fill reserves all numbers of an area but the given ones, as if they had been imported.
func fill(t *testing.T, store registry.Store, area string, but map[int]bool) {
	t.Helper()
	code, err := addresscode.ParseStrict("5FJBC-2NJV-T33")
	if err != nil {
		t.Fatal(err)
	}
	for first := 0; first < registry.NumbersPerArea; first += 10_000 {
		err := store.Update(t.Context(), func(w registry.Writer) error {
			for own := first; own < first+10_000; own++ {
				n, _ := registry.ParseNumber(fmt.Sprintf("%s%05d", area, own))
				if but[own] {
					continue
				}
				if err := w.MintNumber(n, code); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAreaFull(t *testing.T) {
	svc, store := newMint(t)
	first := mustAssign(t, svc, house(hoGuom, "1"))
	area := numberOf(first)[:5]
	var own int
	fmt.Sscanf(numberOf(first)[5:], "%d", &own)
	free := map[int]bool{own: true, (own + 1) % 1e5: true, (own + 50_000) % 1e5: true}
	fill(t, store, area, free)

	got := map[string]bool{}
	for n := range 2 {
		number := numberOf(mustAssign(t, svc, house(moved(hoGuom, 0, float64(n*40)), fmt.Sprint("A", n))))
		got[number] = true
	}
	for own := range free {
		if n := fmt.Sprintf("%s%05d", area, own); n != numberOf(first) && !got[n] {
			t.Errorf("%s was free and not given: %v", n, got)
		}
	}
	last := mustAssign(t, svc, house(moved(hoGuom, 60, 0), "B"))
	if numberOf(last) != "" || last.Code.IsZero() {
		t.Errorf("a full area gave %s", numberOf(last))
	}
	if got := entries(t, store); got["number.area_full"] != 1 || len(got) != 1 {
		t.Errorf("journal: %v", got)
	}
	err := store.View(t.Context(), func(r registry.Reader) error {
		head, _, err := r.JournalHead()
		if err != nil {
			return err
		}
		return r.Journal(head-1, func(l registry.JournalLine) bool {
			if l.Entry == nil || l.Entry.Subject != last.Code.String() || l.Entry.Detail != fmt.Sprintf(`{"area":%q}`, area) {
				t.Errorf("the entry is %+v", l.Entry)
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Many at once get a number each, and nobody the same; what was imported meanwhile is not made again.
func TestMintConcurrently(t *testing.T) {
	svc, store := newMint(t)
	first := mustAssign(t, svc, house(hoGuom, "1"))
	area := numberOf(first)[:5]
	free := map[int]bool{}
	for own := range 300 { // a nearly full area: the draws would meet
		free[own*331] = true
	}
	var own int
	fmt.Sscanf(numberOf(first)[5:], "%d", &own)
	free[own] = true // it is issued already: fill must leave it
	fill(t, store, area, free)

	const houses = 120
	numbers := make([]string, houses)
	var wg sync.WaitGroup
	for n := range houses {
		wg.Go(func() {
			r := house(moved(hoGuom, 0, float64(n)/2), fmt.Sprint("C", n))
			if n%3 == 0 {
				r.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: fmt.Sprintf("%s%05d", area, (n*331)%100_000)}}
			}
			answer, err := svc.Assign(context.Background(), registry.Actor{Name: "test"}, r)
			switch {
			case err != nil:
				t.Error(err)
			case answer.Outcome == registry.OutcomeCreated: // else its number had been made for another, which it is taken for
				numbers[n] = numberOf(answer.Address)
			}
		})
	}
	wg.Wait()
	seen := map[string]int{}
	for n, number := range numbers {
		if number == "" {
			continue
		}
		var own int
		if fmt.Sscanf(number[5:], "%d", &own); !free[own] {
			t.Errorf("house %d has %s, which was not free", n, number)
		}
		if before, twice := seen[number]; twice {
			t.Errorf("houses %d and %d both have %s", before, n, number)
		}
		seen[number] = n
	}
}

// A number stays given when its address is retired or gone.
func TestNumbersAreNeverGivenAgain(t *testing.T) {
	svc, store := newMint(t)
	minted := mustAssign(t, svc, house(hoGuom, "1"))
	demo := house(moved(hoGuom, 50, 0), "2")
	demo.Provenance.Dataset = registry.DemoDataset
	demo.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: "1100000001"}}
	mustAssign(t, svc, demo)
	if _, err := svc.RemoveDataset(t.Context(), registry.Actor{Name: "test"}, registry.DemoDataset); err != nil {
		t.Fatal(err)
	}
	removed, _ := registry.ParseNumber("1100000001")
	err := store.Update(t.Context(), func(w registry.Writer) error {
		if _, made, err := w.IssuedNumber(removed); err != nil || made {
			t.Errorf("the number of a removed address: minted %v, %v", made, err)
		}
		return w.MintNumber(removed, minted.Code)
	})
	wantCode(t, err, registry.CodeVersionConflict)

	// An address that lost its minted number leaves it to nobody else.
	bare := *minted
	bare.ExternalIDs, bare.Version = nil, minted.Version+1
	if err := store.Update(t.Context(), func(w registry.Writer) error { return w.Replace(&bare, 0) }); err != nil {
		t.Fatal(err)
	}
	other := house(moved(hoGuom, 90, 0), "3")
	other.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: numberOf(minted)}}
	_, err = svc.Assign(t.Context(), registry.Actor{Name: "test"}, other)
	wantCode(t, err, registry.CodeExternalIDConflict)
	target := mustAssign(t, svc, house(moved(hoGuom, 130, 0), "4"))
	_, err = svc.Change(t.Context(), registry.Actor{Name: "test"}, target.Code, target.Version, registry.ChangeRequest{ExternalIDs: &other.ExternalIDs})
	wantCode(t, err, registry.CodeExternalIDConflict)
	own := target.ExternalIDs // its own number may be sent again
	_, err = svc.Change(t.Context(), registry.Actor{Name: "test"}, target.Code, target.Version, registry.ChangeRequest{ExternalIDs: &own, Kind: registry.KindBusiness})
	wantCode(t, err, "")
	// An imported one may come in again: the import says whose it is.
	other.ExternalIDs[0].Value = "1100000001"
	mustAssign(t, svc, other)
}

func wantCode(t *testing.T, err error, code registry.ErrorCode) {
	t.Helper()
	if got := registry.CodeOf(err); got != code {
		t.Errorf("error %v has the code %q, want %q", err, got, code)
	}
}

func TestNumberOfNoProvince(t *testing.T) {
	svc := newService(t)
	for number, ok := range map[string]bool{"1151502853": true, "9430703500": true, "0500000001": true, "0012345678": false, "9912345678": false, "2800000000": false} {
		r := house(hoGuom, number)
		r.ExternalIDs = []registry.ExternalID{{Scheme: "shop", Value: number}, {Scheme: "qd392", Value: number}}
		_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
		if ok && err != nil {
			t.Errorf("%s: %v", number, err)
		}
		if !ok {
			wantError(t, err, registry.CodeInvalid, "external_ids[1].value")
		}
	}
}

func TestResolveNumberAsksForConfirmation(t *testing.T) {
	svc := newService(t)
	for number, parts := range map[string]registry.Components{
		"1151502853": {HouseNumber: "5", Street: "Phố Hàng Khay", Quarter: "Tổ 3"},
		"1151502854": {HouseNumber: "7", Hamlet: "Thôn Đông"},
		"1151502855": {},
	} {
		r := registry.AssignRequest{Positions: entrance(hoGuom), Components: parts, ExternalIDs: []registry.ExternalID{{Scheme: "qd392", Value: number}, {Scheme: "shop", Value: number}}}
		mustAssign(t, svc, r)
		street := parts.Street + parts.Hamlet
		for _, q := range []string{number, "qd392:" + number} {
			res, err := svc.Resolve(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			c := res.Candidates[0].Confirm
			if c == nil || c.Commune != "Phường Hoàn Kiếm" || c.Street != street {
				t.Errorf("%s is to be confirmed by %+v, want Phường Hoàn Kiếm and %q", q, c, street)
			}
		}
		res, err := svc.Resolve(t.Context(), "shop:"+number)
		if err != nil || res.Candidates[0].Confirm != nil {
			t.Errorf("another id is to be confirmed too: %v, %v", res, err)
		}
	}
}
