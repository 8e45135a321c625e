package people_test

import (
	"slices"
	"testing"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

// mover is a household with two aliases and two consents.
func (w *world) mover() (id string, aliases [2]*people.ShownAlias) {
	w.t.Helper()
	id = w.household(hoGuom, people.Person{Name: "Lê Thị Dời", Phone: "0987 654 321"})
	for _, p := range []people.Purpose{people.PurposeDeliveryContact, people.PurposeEmergency} {
		_, err := w.people.SetConsent(w.t.Context(), self(id), id, p, true, 1)
		must(w.t, err)
	}
	for i := range aliases {
		var err error
		aliases[i], err = w.people.CreateAlias(w.t.Context(), self(id), id, people.AliasLimits{Days: 300})
		must(w.t, err)
	}
	return id, aliases
}

func TestMoveKeepsOnlyWhatIsTickedAgain(t *testing.T) {
	w := newWorld(t)
	id, aliases := w.mover()
	old, _, err := w.people.Household(t.Context(), self(id), id)
	must(t, err)
	home := w.address(khamThien).Code
	_, err = w.people.Move(t.Context(), self(id), id, home, wrong(t), people.Carry{})
	wantCode(t, err, registry.CodeClaimRefused)
	secret := w.invite(home)
	for field, carry := range map[string]people.Carry{
		"aliases":  {Aliases: []string{"NOSUCHALIASATALL"}},
		"consents": {Consents: []people.Purpose{people.PurposeStatistics}},
	} {
		_, err = w.people.Move(t.Context(), self(id), id, home, secret, carry)
		wantCode(t, err, registry.CodeInvalid)
		if w.count(home.String(), "claim.failed") != 1 {
			t.Errorf("a slip in %s costs a try", field)
		}
	}
	moved, err := w.people.Move(t.Context(), self(id), id, home, secret, people.Carry{
		Aliases: []string{aliases[0].ID}, Consents: []people.Purpose{people.PurposeDeliveryContact},
	})
	must(t, err)
	if moved.Status != people.ClaimSucceeded {
		t.Fatalf("the move is %s", moved.Status)
	}
	if who, err := w.people.Authenticate(t.Context(), moved.Token); err != nil || who != id {
		t.Errorf("the new token is of %q, %v", who, err)
	}
	h, persons, err := w.people.Household(t.Context(), self(id), id)
	if err != nil || h.Code != home || !h.From.Equal(w.now) || len(persons) != 1 {
		t.Errorf("%+v %v %v", h, persons, err)
	}
	if got := w.given(id); !slices.Equal(got, []people.Purpose{people.PurposeDeliveryContact}) {
		t.Errorf("the consents are %v", got)
	}
	d, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, aliases[0].Text)
	if err != nil || d.Address.Code != home {
		t.Errorf("the ticked alias leads to %+v, %v", d, err)
	}
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, aliases[1].Text)
	wantCode(t, err, registry.CodeNotFound)
	if w.count(id, "household.moved") != 1 {
		t.Errorf("the journal has %v", w.actions(id))
	}
	// The old home is free at once.
	w.claim(old.Code)
}

func TestMoveEndsTheOldToken(t *testing.T) {
	w := newWorld(t)
	id, token := w.claim(w.address(hoGuom).Code)
	home := w.address(khamThien).Code
	_, err := w.people.Move(t.Context(), self(id), id, home, w.invite(home), people.Carry{})
	must(t, err)
	_, err = w.people.Authenticate(t.Context(), token)
	wantCode(t, err, registry.CodeUnauthorized)
	_, err = w.people.Move(t.Context(), self(id), id, home, "x", people.Carry{})
	wantCode(t, err, registry.CodeInvalid) // it lives there
}

// Into a home that another holds one moves when the registrar confirms; until then nothing changes.
func TestMoveIntoAHeldHomeWaits(t *testing.T) {
	w := newWorld(t)
	id, aliases := w.mover()
	home := w.address(khamThien).Code
	holder, _ := w.claim(home)
	claim, err := w.people.Move(t.Context(), self(id), id, home, w.invite(home), people.Carry{Aliases: []string{aliases[1].ID}})
	must(t, err)
	if claim.Status != people.ClaimPending || claim.Token != "" {
		t.Fatalf("%+v", claim)
	}
	d, err := w.people.ResolveAlias(t.Context(), courier, anyCourier, aliases[0].Text)
	if err != nil || d.Address.Code == home {
		t.Errorf("%+v %v", d, err)
	}
	w.wait(people.ClaimWait)
	_, err = w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	must(t, err)
	d, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, aliases[1].Text)
	if err != nil || d.Address.Code != home || len(d.People) != 0 {
		t.Errorf("%+v %v", d, err)
	}
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, aliases[0].Text)
	wantCode(t, err, registry.CodeNotFound)
	if h, _, err := w.people.Household(t.Context(), self(holder), holder); err != nil || h.IsCurrent() {
		t.Errorf("%+v %v", h, err)
	}
	collected, err := w.people.CollectClaim(t.Context(), public, claim.ID, claim.Receipt)
	must(t, err)
	if who, err := w.people.Authenticate(t.Context(), collected.Token); err != nil || who != id {
		t.Errorf("%q %v", who, err)
	}
}

func TestMoverThatIsGone(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	home := w.address(khamThien).Code
	w.claim(home)
	claim, err := w.people.Move(t.Context(), self(id), id, home, w.invite(home), people.Carry{})
	must(t, err)
	_, err = w.people.Delete(t.Context(), self(id), id, people.ReasonOwnWish)
	must(t, err)
	w.wait(people.ClaimWait)
	_, err = w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	wantCode(t, err, registry.CodeNotFound)
}
