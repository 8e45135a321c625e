package people_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

var (
	courier    = registry.Actor{Name: "key:COURIER1"}
	merchant   = registry.Actor{Name: "key:MERCHANT"}
	anyCourier = people.Caller{Role: "courier", Key: "COURIER1"}
)

func (w *world) alias(household string, limits people.AliasLimits) *people.ShownAlias {
	w.t.Helper()
	if limits.Days == 0 {
		limits.Days = 30
	}
	a, err := w.people.CreateAlias(w.t.Context(), self(household), household, limits)
	must(w.t, err)
	return a
}

func (w *world) used(household, id string) int {
	w.t.Helper()
	all, err := w.people.Aliases(w.t.Context(), self(household), household)
	must(w.t, err)
	for _, a := range all {
		if a.ID == id {
			return a.Used
		}
	}
	w.t.Fatalf("no alias %s", id)
	return 0
}

func TestAliasLimits(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	for name, tt := range map[string]struct {
		limits people.AliasLimits
		field  string
	}{
		"once, a day":               {people.AliasLimits{Uses: 1, Days: 1}, ""},
		"most":                      {people.AliasLimits{Uses: 1000, Days: 366}, ""},
		"no limit of uses":          {people.AliasLimits{Days: 30}, ""},
		"from tomorrow":             {people.AliasLimits{Days: 30, From: monday.Add(day)}, ""},
		"of a slow clock":           {people.AliasLimits{Days: 30, From: monday.Add(-time.Minute)}, ""},
		"a key":                     {people.AliasLimits{Days: 30, Key: "COURIER1"}, ""},
		"a role":                    {people.AliasLimits{Days: 30, Role: "courier"}, ""},
		"too often":                 {people.AliasLimits{Uses: 1001, Days: 1}, "uses"},
		"less than once":            {people.AliasLimits{Uses: -1, Days: 1}, "uses"},
		"no time":                   {people.AliasLimits{Uses: 1}, "valid_days"},
		"more than a year":          {people.AliasLimits{Days: 367}, "valid_days"},
		"more than a year from now": {people.AliasLimits{Days: 366, From: monday.Add(day)}, "valid_days"},
		"from yesterday":            {people.AliasLimits{Days: 30, From: monday.Add(-day)}, "valid_from"},
		"for a shop":                {people.AliasLimits{Days: 30, Role: "merchant"}, "role"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := w.people.CreateAlias(t.Context(), self(id), id, tt.limits)
			if tt.field == "" {
				must(t, err)
				if again, err := addresscode.ParseAlias(a.Text.String()); err != nil || again != a.Text || a.Status != people.AliasActive || a.Used != 0 || a.Role != "courier" {
					t.Errorf("%+v %v", a, err)
				}
				return
			}
			e, ok := err.(*registry.Error)
			if !ok || e.Code != registry.CodeInvalid || e.Field != tt.field {
				t.Errorf("error %v, want one of %s", err, tt.field)
			}
		})
	}
	shown, err := w.people.Aliases(t.Context(), self(id), id)
	if err != nil || len(shown) != 7 {
		t.Fatalf("%d aliases, %v", len(shown), err)
	}
	for _, a := range shown {
		if a.Text.IsZero() {
			t.Error("the household cannot read its own alias")
		}
	}
	for range 93 {
		w.alias(id, people.AliasLimits{})
	}
	_, err = w.people.CreateAlias(t.Context(), self(id), id, people.AliasLimits{Days: 1})
	wantCode(t, err, registry.CodeTooMany)
	_, err = w.people.RevokeAlias(t.Context(), self(id), id, shown[0].ID)
	must(t, err)
	w.alias(id, people.AliasLimits{})
}

func TestAliasLeadsACourierToTheDoor(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, people.Person{Name: "Phạm Thị Nhận", Phone: "0912 345 678"})
	h, _, err := w.people.Household(t.Context(), self(id), id)
	must(t, err)
	a := w.alias(id, people.AliasLimits{Uses: 3})
	resolve := func() *people.Delivery {
		t.Helper()
		d, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
		must(t, err)
		return d
	}
	if d := resolve(); d.Address.Code != h.Code || len(d.People) != 0 || d.UsesLeft != 2 {
		t.Errorf("without consent the courier learns %+v", d)
	}
	_, err = w.people.SetConsent(t.Context(), self(id), id, people.PurposeDeliveryContact, true, 1)
	must(t, err)
	if d := resolve(); len(d.People) != 1 || d.People[0].Phone != "0912345678" || d.UsesLeft != 1 {
		t.Errorf("with consent the courier learns %+v", d)
	}
	_, err = w.people.SetConsent(t.Context(), self(id), id, people.PurposeDeliveryContact, false, 0)
	must(t, err)
	if d := resolve(); len(d.People) != 0 || d.UsesLeft != 0 {
		t.Errorf("after its withdrawal the courier learns %+v", d)
	}
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
	wantCode(t, err, registry.CodeNotFound)
	lines, _, err := w.people.Journal(t.Context(), self(id), id, "", 100)
	must(t, err)
	n := 0
	for _, l := range lines {
		if l.Action == "alias.resolved" && l.Actor == courier.Name {
			n++
		}
	}
	if n != 3 {
		t.Errorf("the journal of the household has %d of 3 resolutions", n)
	}
	unlimited := w.alias(id, people.AliasLimits{})
	d, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, unlimited.Text)
	if err != nil || d.UsesLeft != -1 {
		t.Errorf("%+v %v", d, err)
	}
}

// Why an alias leads nowhere is not told, and no use of it is counted.
func TestOneAnswerForEveryAliasThatLeadsNowhere(t *testing.T) {
	unknown, err := addresscode.NewAlias(rand.Reader)
	must(t, err)
	var answers []string
	for name, spoil := range map[string]func(w *world, id string, a *people.ShownAlias) people.Caller{
		"unknown": func(_ *world, _ string, a *people.ShownAlias) people.Caller { a.Text = unknown; return anyCourier },
		"revoked": func(w *world, id string, a *people.ShownAlias) people.Caller {
			_, err := w.people.RevokeAlias(t.Context(), self(id), id, a.ID)
			must(t, err)
			return anyCourier
		},
		"expired": func(w *world, _ string, a *people.ShownAlias) people.Caller {
			w.now = a.ValidTo
			return anyCourier
		},
		"used up": func(w *world, _ string, a *people.ShownAlias) people.Caller {
			_, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
			must(t, err)
			return anyCourier
		},
		"not yet valid": func(w *world, id string, a *people.ShownAlias) people.Caller {
			*a = *w.alias(id, people.AliasLimits{From: w.now.Add(time.Hour)})
			return anyCourier
		},
		"for another key": func(w *world, id string, a *people.ShownAlias) people.Caller {
			*a = *w.alias(id, people.AliasLimits{Key: "COURIER2"})
			return anyCourier
		},
		"for a courier, not a shop": func(*world, string, *people.ShownAlias) people.Caller {
			return people.Caller{Role: "merchant", Key: "MERCHANT"}
		},
		"for a courier, not an admin": func(*world, string, *people.ShownAlias) people.Caller {
			return people.Caller{Role: "admin", Key: "ADMIN123"}
		},
		"consent withdrawn": func(w *world, id string, _ *people.ShownAlias) people.Caller {
			for _, granted := range []bool{true, false} {
				_, err := w.people.SetConsent(t.Context(), self(id), id, people.PurposeAliasDelivery, granted, 1)
				must(t, err)
			}
			return anyCourier
		},
		"restricted": func(w *world, id string, _ *people.ShownAlias) people.Caller {
			_, err := w.people.Ask(t.Context(), self(id), id, people.RequestRestrict, "")
			must(t, err)
			return anyCourier
		},
		"deleted": func(w *world, id string, _ *people.ShownAlias) people.Caller {
			_, err := w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
			must(t, err)
			return anyCourier
		},
		"key destroyed": func(w *world, id string, _ *people.ShownAlias) people.Caller {
			must(t, w.vault.Destroy(t.Context(), id))
			return anyCourier
		},
		"protected": func(w *world, id string, _ *people.ShownAlias) people.Caller {
			h, _, err := w.people.Household(t.Context(), self(id), id)
			must(t, err)
			_, err = w.addr.Protect(t.Context(), registrar, h.Code, true)
			must(t, err)
			return anyCourier
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.household(hoGuom, people.Person{Name: "Đỗ Văn Kín"})
			a := w.alias(id, people.AliasLimits{Uses: 1})
			caller := spoil(w, id, a)
			before := w.count(id, "alias.resolved")
			d, err := w.people.ResolveAlias(t.Context(), courier, caller, a.Text)
			wantCode(t, err, registry.CodeNotFound)
			if d != nil {
				t.Errorf("something is answered: %+v", d)
			}
			answers = append(answers, fmt.Sprint(err))
			if name != "key destroyed" && name != "protected" && w.count(id, "alias.resolved") != before {
				t.Error("a use is counted")
			}
		})
	}
	if len(slices.Compact(answers)) != 1 {
		t.Errorf("the answers differ: %q", answers)
	}
}

func TestOneOfManyGetsTheLastUse(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	a := w.alias(id, people.AliasLimits{Uses: 1})
	const n = 8
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { _, errs[i] = w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantCode(t, err, registry.CodeNotFound)
		}
	}
	if won != 1 || w.used(id, a.ID) != 1 || w.count(id, "alias.resolved") != 1 {
		t.Errorf("%d of %d won, used %d times, %d times in the journal", won, n, w.used(id, a.ID), w.count(id, "alias.resolved"))
	}
}

func TestAliasOfOneKey(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	a := w.alias(id, people.AliasLimits{Key: "COURIER2"})
	_, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.ResolveAlias(t.Context(), registry.Actor{Name: "key:COURIER2"}, people.Caller{Role: "courier", Key: "COURIER2"}, a.Text)
	must(t, err)
}

func TestCheckIsNoUse(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	a := w.alias(id, people.AliasLimits{Uses: 1, Key: "COURIER2"})
	for range 3 {
		address, err := w.people.CheckAlias(t.Context(), merchant, a.Text)
		if err != nil || address.Commune == "" {
			t.Fatalf("%+v %v", address, err)
		}
	}
	if w.used(id, a.ID) != 0 || w.count(id, "alias.checked") != 3 {
		t.Errorf("used %d times, %d checks in the journal", w.used(id, a.ID), w.count(id, "alias.checked"))
	}
	_, err := w.people.RevokeAlias(t.Context(), self(id), id, a.ID)
	must(t, err)
	_, err = w.people.CheckAlias(t.Context(), merchant, a.Text)
	wantCode(t, err, registry.CodeNotFound)
}

func TestRevoking(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	other, _ := w.claim(w.address(khamThien).Code)
	a := w.alias(id, people.AliasLimits{})
	_, err := w.people.RevokeAlias(t.Context(), self(other), other, a.ID)
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
	must(t, err)
	for range 2 {
		gone, err := w.people.RevokeAlias(t.Context(), self(id), id, a.ID)
		if err != nil || gone.Status != people.AliasRevoked || gone.Text != a.Text {
			t.Errorf("%+v %v", gone, err)
		}
	}
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, a.Text)
	wantCode(t, err, registry.CodeNotFound)
	if w.count(id, "alias.revoked") != 1 || w.count(id, "alias.created") != 1 {
		t.Errorf("the journal has %v", w.actions(id))
	}
}

func TestDeadAliasesAreForgotten(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	w.alias(id, people.AliasLimits{Days: 1})
	w.wait(366*day + time.Second)
	w.alias(id, people.AliasLimits{})
	all, err := w.people.Aliases(t.Context(), self(id), id)
	if err != nil || len(all) != 1 {
		t.Errorf("%d aliases, %v", len(all), err)
	}
}

// An alias says nothing by itself: of two of one household neither tells of the other, nor of the code.
func TestAliasesHaveNothingInCommon(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	a, b := w.alias(id, people.AliasLimits{}), w.alias(id, people.AliasLimits{})
	if a.Text == b.Text || slices.Equal(a.Hash, b.Hash) || slices.Equal(a.Sealed, b.Sealed) {
		t.Error("two aliases are alike")
	}
}
