package people_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

var public = registry.Actor{Name: "public"}

const day = 24 * time.Hour

// invite makes a secret.
func (w *world) invite(code addresscode.Code) string {
	w.t.Helper()
	secret, _, err := w.people.Invite(w.t.Context(), registrar, code)
	must(w.t, err)
	return secret.Reveal()
}

// wrong is a secret that is well formed and not the one given.
func wrong(t testing.TB) string {
	t.Helper()
	secret, err := addresscode.NewSecret(zeros{})
	must(t, err)
	return secret.Reveal()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// contested is an address that a household holds and another claims.
func (w *world) contested() (code addresscode.Code, holder string, claim *people.ClaimOutcome) {
	w.t.Helper()
	code = w.address(hoGuom).Code
	holder, _ = w.claim(code)
	claim, err := w.people.Claim(w.t.Context(), public, code, w.invite(code))
	must(w.t, err)
	if claim.Status != people.ClaimPending || claim.Token != "" || claim.Receipt == "" {
		w.t.Fatalf("the second claim is %s, token %q, receipt %q", claim.Status, claim.Token, claim.Receipt)
	}
	return code, holder, claim
}

// actions are what the journal of a household says, oldest first.
func (w *world) actions(household string) []string {
	w.t.Helper()
	var actions []string
	must(w.t, w.store.ViewPeople(w.t.Context(), func(r people.Reader) error {
		entries, err := r.JournalOf(household, 0, 1000)
		for _, e := range entries {
			actions = append(actions, e.Action)
		}
		return err
	}))
	slices.Reverse(actions)
	return actions
}

func (w *world) count(subject, action string) (n int) {
	w.t.Helper()
	for _, a := range w.actions(subject) {
		if a == action {
			n++
		}
	}
	return n
}

func TestSecretIsKeptAsAHash(t *testing.T) {
	w := newWorld(t)
	code := w.address(hoGuom).Code
	secret, invitation, err := w.people.Invite(t.Context(), registrar, code)
	must(t, err)
	if invitation.TriesLeft != 5 || invitation.ExpiresAt.Sub(w.now) != 30*day {
		t.Errorf("%d tries, %s", invitation.TriesLeft, invitation.ExpiresAt.Sub(w.now))
	}
	if w.count(code.String(), "claim.invited") != 1 {
		t.Error("the invitation is not in the journal")
	}
	outcome, err := w.people.Claim(t.Context(), public, code, secret.Reveal())
	must(t, err)
	alias, err := w.people.CreateAlias(t.Context(), self(outcome.Household), outcome.Household, people.AliasLimits{Days: 30})
	must(t, err)
	for _, file := range []string{w.registryFile(), w.registryFile() + "-wal"} {
		content, err := os.ReadFile(file)
		must(t, err)
		for what, text := range map[string]string{"secret": secret.Reveal(), "token": outcome.Token, "alias": alias.Text.String()} {
			for _, form := range []string{text, strings.ReplaceAll(text, "-", ""), strings.TrimPrefix(text, people.TokenPrefix)} {
				if bytes.Contains(content, []byte(form)) {
					t.Errorf("the %s is in a file of the registry", what)
				}
			}
		}
	}
}

func TestClaimOpensAHousehold(t *testing.T) {
	w := newWorld(t)
	code := w.address(hoGuom).Code
	secret := w.invite(code)
	w.wait(30*day - time.Second) // the last moment
	spelled := strings.ToLower(strings.ReplaceAll(secret, "-", " ")) + "\n"
	outcome, err := w.people.Claim(t.Context(), public, code, spelled)
	must(t, err)
	if outcome.Status != people.ClaimSucceeded || !strings.HasPrefix(outcome.Token, people.TokenPrefix) {
		t.Fatalf("%+v", outcome)
	}
	id, err := w.people.Authenticate(t.Context(), outcome.Token)
	if err != nil || id != outcome.Household {
		t.Errorf("the token is of %q, %v", id, err)
	}
	if got := w.actions(id); !slices.Contains(got, "claim.succeeded") {
		t.Errorf("the journal has %v", got)
	}
}

// Whatever was wrong, the answer is one and the same, and each try is in the journal.
func TestOneAnswerForEveryRefusedClaim(t *testing.T) {
	w := newWorld(t)
	code := w.address(hoGuom).Code
	unregistered, err := addresscode.New(code.Cell(), 30)
	must(t, err)
	protected := w.address(khamThien).Code
	protectedSecret := w.invite(protected)
	_, err = w.addr.Protect(t.Context(), registrar, protected, true)
	must(t, err)
	used := w.address([2]float64{21.03, 105.85}).Code
	usedSecret := w.invite(used)
	_, err = w.people.Claim(t.Context(), public, used, usedSecret)
	must(t, err)
	replaced := w.address([2]float64{21.031, 105.85}).Code
	replacedSecret := w.invite(replaced)
	w.invite(replaced)
	dead := w.address([2]float64{21.032, 105.85}).Code
	deadSecret := w.invite(dead)
	for range 5 {
		_, err := w.people.Claim(t.Context(), public, dead, wrong(t))
		wantCode(t, err, registry.CodeClaimRefused)
	}
	expired := w.address([2]float64{21.033, 105.85}).Code
	expiredSecret := w.invite(expired)
	w.wait(30 * day)
	secret := w.invite(code)
	slip := []byte(secret)
	slip[0], slip[1] = slip[1], slip[0]
	if slip[0] == slip[1] {
		slip[0] = 'X'
	}

	var answers []string
	for _, tt := range []struct {
		name   string
		code   addresscode.Code
		secret string
	}{
		{"wrong", code, wrong(t)},
		{"slip", code, string(slip)},
		{"nothing like a secret", code, "mật khẩu"},
		{"unknown", unregistered, secret},
		{"of another address", replaced, secret},
		{"protected", protected, protectedSecret},
		{"used", used, usedSecret},
		{"replaced", replaced, replacedSecret},
		{"dead", dead, deadSecret},
		{"expired", expired, expiredSecret},
	} {
		before := w.count(tt.code.String(), "claim.failed")
		outcome, err := w.people.Claim(t.Context(), public, tt.code, tt.secret)
		wantCode(t, err, registry.CodeClaimRefused)
		if outcome != nil {
			t.Errorf("%s: something is answered", tt.name)
		}
		answers = append(answers, fmt.Sprint(err))
		if after := w.count(tt.code.String(), "claim.failed"); after != before+1 {
			t.Errorf("%s: %d entries in the journal before, %d after", tt.name, before, after)
		}
	}
	if len(slices.Compact(answers)) != 1 {
		t.Errorf("the answers differ: %q", answers)
	}
	_, err = w.people.Claim(t.Context(), public, code, secret)
	must(t, err)
}

func TestFiveWrongTriesKillASecret(t *testing.T) {
	w := newWorld(t)
	code := w.address(hoGuom).Code
	secret := w.invite(code)
	for range 4 {
		_, err := w.people.Claim(t.Context(), public, code, wrong(t))
		wantCode(t, err, registry.CodeClaimRefused)
	}
	_, err := w.people.Claim(t.Context(), public, code, secret)
	must(t, err)

	other := w.address(khamThien).Code
	secret = w.invite(other)
	for range 5 {
		_, err := w.people.Claim(t.Context(), public, other, wrong(t))
		wantCode(t, err, registry.CodeClaimRefused)
	}
	_, err = w.people.Claim(t.Context(), public, other, secret)
	wantCode(t, err, registry.CodeClaimRefused)
	_, err = w.people.Claim(t.Context(), public, other, w.invite(other)) // a new one lives again
	must(t, err)
}

func TestOneOfManyClaimsWithOneSecretWins(t *testing.T) {
	w := newWorld(t)
	code := w.address(hoGuom).Code
	secret := w.invite(code)
	const n = 8
	outcomes, errs := make([]*people.ClaimOutcome, n), make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { outcomes[i], errs[i] = w.people.Claim(t.Context(), public, code, secret) })
	}
	wait.Wait()
	won := 0
	for i := range n {
		if errs[i] == nil {
			won++
			if outcomes[i].Status != people.ClaimSucceeded {
				t.Errorf("a claim is %s", outcomes[i].Status)
			}
		} else {
			wantCode(t, errs[i], registry.CodeClaimRefused)
		}
	}
	if won != 1 || w.count(code.String(), "claim.failed") != n-1 {
		t.Errorf("%d claims won, %d failed", won, w.count(code.String(), "claim.failed"))
	}
	keyless, err := w.people.Keyless(t.Context())
	if err != nil || len(keyless) != 0 {
		t.Errorf("households without a key: %v %v", keyless, err)
	}
}

func TestInvitationsAreOfTheRegistrarsCommunes(t *testing.T) {
	w := newWorld(t)
	a := w.address(hoGuom)
	here, elsewhere := registrarOf(a.Commune), registrarOf(w.address(benThanh).Commune)
	_, _, err := w.people.Invite(t.Context(), here, a.Code)
	must(t, err)
	_, _, err = w.people.Invite(t.Context(), elsewhere, a.Code)
	wantCode(t, err, registry.CodeForbidden)

	unregistered, err := addresscode.New(a.Code.Cell(), 30)
	must(t, err)
	_, _, absent := w.people.Invite(t.Context(), elsewhere, unregistered)
	wantCode(t, absent, registry.CodeNotRegistered)
	_, err = w.addr.Protect(t.Context(), registrar, a.Code, true)
	must(t, err)
	_, _, hidden := w.people.Invite(t.Context(), elsewhere, a.Code)
	if strings.ReplaceAll(fmt.Sprint(hidden), a.Code.String(), unregistered.String()) != fmt.Sprint(absent) {
		t.Errorf("a protected address answers %v, an absent one %v", hidden, absent)
	}
	_, _, err = w.people.Invite(t.Context(), here, a.Code)
	wantCode(t, err, registry.CodeInvalid)
}

func TestSecondClaimWaitsForTheRegistrar(t *testing.T) {
	w := newWorld(t)
	code, holder, claim := w.contested()
	if got := claim.DecideAfter.Sub(w.now); got != 7*day {
		t.Errorf("it waits %s", got)
	}
	against, err := w.people.ClaimsAgainst(t.Context(), holder)
	if err != nil || len(against) != 1 || against[0].ID != claim.ID || !slices.Contains(w.actions(holder), "claim.pending") {
		t.Errorf("the holder is told of %v (%v) and reads %v", against, err, w.actions(holder))
	}
	w.wait(7*day - time.Second)
	early, err := w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	wantCode(t, err, registry.CodeTooEarly)
	if early == nil || !strings.Contains(err.Error(), early.DecideAfter.Format(time.RFC3339)) {
		t.Errorf("the refusal %v does not name the date", err)
	}
	_, err = w.people.ConfirmClaim(t.Context(), registrarOf(), claim.ID)
	wantCode(t, err, registry.CodeForbidden)
	waiting, err := w.people.CollectClaim(t.Context(), public, claim.ID, claim.Receipt)
	if err != nil || waiting.Status != people.ClaimPending || waiting.Token != "" {
		t.Errorf("%+v, %v", waiting, err)
	}

	w.wait(time.Second)
	confirmed, err := w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	must(t, err)
	if confirmed.Status != people.ClaimConfirmed || confirmed.Token != "" || confirmed.Receipt != "" {
		t.Errorf("the registrar is told %+v", confirmed)
	}
	_, err = w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	wantCode(t, err, registry.CodeVersionConflict)
	_, err = w.people.RefuseClaim(t.Context(), registrar, claim.ID, "")
	wantCode(t, err, registry.CodeVersionConflict)

	_, err = w.people.CollectClaim(t.Context(), public, claim.ID, "dcr_WRONG")
	wantCode(t, err, registry.CodeNotFound)
	_, err = w.people.CollectClaim(t.Context(), public, "nothing", claim.Receipt)
	wantCode(t, err, registry.CodeNotFound)
	tokens := 0
	var mu sync.Mutex
	var wait sync.WaitGroup
	var token string
	for range 6 {
		wait.Go(func() {
			c, err := w.people.CollectClaim(t.Context(), public, claim.ID, claim.Receipt)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || c.Status != people.ClaimSucceeded {
				t.Errorf("%+v, %v", c, err)
			} else if c.Token != "" {
				tokens++
				token = c.Token
			}
		})
	}
	wait.Wait()
	if tokens != 1 {
		t.Fatalf("the token was handed out %d times", tokens)
	}
	id, err := w.people.Authenticate(t.Context(), token)
	must(t, err)
	must(t, w.store.ViewPeople(t.Context(), func(r people.Reader) error {
		now, err := r.CurrentHousehold(code)
		if err != nil || now.ID != id || id == holder {
			t.Errorf("the address is held by %v, %v", now, err)
		}
		before, err := r.Household(holder)
		if err != nil || before.IsCurrent() {
			t.Errorf("the earlier household is %+v, %v", before, err)
		}
		return nil
	}))
}

// Names, consents, aliases and journal of the earlier household are nobody else's, and nothing of the new one is the earlier one's.
func TestWhoComesAfterSeesNothingOfBefore(t *testing.T) {
	w := newWorld(t)
	code, holder, claim := w.contested()
	_, _, err := w.people.ChangePeople(t.Context(), self(holder), holder, []people.Person{{Name: "Nguyễn Văn Trước", Phone: "0912 345 678"}})
	must(t, err)
	_, err = w.people.SetConsent(t.Context(), self(holder), holder, people.PurposeDeliveryContact, true, 1)
	must(t, err)
	alias, err := w.people.CreateAlias(t.Context(), self(holder), holder, people.AliasLimits{Days: 90})
	must(t, err)
	w.wait(7 * day)
	confirmed, err := w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	must(t, err)
	after := confirmed.Household
	h, persons, err := w.people.Household(t.Context(), self(after), after)
	if err != nil || len(persons) != 0 || !h.From.Equal(w.now) || h.Code != code {
		t.Errorf("%+v %v %v", h, persons, err)
	}
	consents, err := w.people.Consents(t.Context(), self(after), after)
	must(t, err)
	for _, c := range consents {
		if c.Granted || len(c.History) > 0 {
			t.Errorf("a consent of before is there: %+v", c)
		}
	}
	aliases, err := w.people.Aliases(t.Context(), self(after), after)
	if err != nil || len(aliases) != 0 {
		t.Errorf("%v %v", aliases, err)
	}
	_, err = w.people.ResolveAlias(t.Context(), courier, anyCourier, alias.Text)
	wantCode(t, err, registry.CodeNotFound)
	lines, _, err := w.people.Journal(t.Context(), self(after), after, "", 100)
	must(t, err)
	for _, l := range lines {
		if l.At.Before(w.now) || strings.Contains(l.Actor, holder) {
			t.Errorf("a line of before is there: %+v", l)
		}
	}
	_, _, err = w.people.ChangePeople(t.Context(), self(after), after, []people.Person{{Name: "Trần Thị Sau"}})
	must(t, err)
	if slices.Contains(w.actions(holder), "household.updated") && w.count(holder, "household.updated") != 1 {
		t.Error("the earlier household reads of the new one")
	}
	mine, err := w.people.Aliases(t.Context(), self(holder), holder)
	if err != nil || len(mine) != 1 || mine[0].Status != people.AliasEnded {
		t.Errorf("%+v %v", mine, err)
	}
	if _, err := w.people.CreateAlias(t.Context(), self(holder), holder, people.AliasLimits{Days: 1}); registry.CodeOf(err) != registry.CodeForbidden {
		t.Errorf("the earlier household makes an alias: %v", err)
	}
}

func TestHolderObjects(t *testing.T) {
	w := newWorld(t)
	code, holder, claim := w.contested()
	must(t, w.people.Object(t.Context(), self(holder), holder, "chúng tôi vẫn ở đây"))
	a, err := w.addr.Address(t.Context(), code)
	must(t, err)
	claims, next, err := w.people.Claims(t.Context(), registrarOf(a.Commune), "", 10)
	must(t, err)
	if len(claims) != 1 || next != "" || claims[0].Objection != "chúng tôi vẫn ở đây" || claims[0].ObjectedAt.IsZero() {
		t.Fatalf("the registrar sees %+v", claims)
	}
	if got := w.actions(holder); !slices.Contains(got, "claim.objected") || !slices.Contains(got, "objection.read") {
		t.Errorf("the holder's journal has %v", got)
	}
	refused, err := w.people.RefuseClaim(t.Context(), registrarOf(a.Commune), claim.ID, "chủ nhà vẫn ở đó")
	must(t, err)
	told, err := w.people.CollectClaim(t.Context(), public, claim.ID, claim.Receipt)
	if err != nil || told.Status != people.ClaimRefused || told.Reason != refused.Reason || told.Token != "" || told.Objection != "" {
		t.Errorf("the claimant is told %+v, %v", told, err)
	}
	wantCode(t, w.people.Object(t.Context(), self(holder), holder, ""), registry.CodeNotFound)
	other, _ := w.claim(w.address(khamThien).Code)
	wantCode(t, w.people.Object(t.Context(), self(other), other, ""), registry.CodeNotFound)
}

func TestClaimsAreListedByArea(t *testing.T) {
	w := newWorld(t)
	var ids []string
	var communes []string
	for i, at := range [][2]float64{hoGuom, khamThien, benThanh, {21.0289, 105.8526}, {10.7727, 106.6983}} {
		a := w.address(at)
		w.claim(a.Code)
		w.wait(time.Second)
		c, err := w.people.Claim(t.Context(), public, a.Code, w.invite(a.Code))
		must(t, err)
		ids, communes = append(ids, c.ID), append(communes, a.Commune)
		if i == 2 { // one that is decided
			_, err := w.people.RefuseClaim(t.Context(), registrar, c.ID, "")
			must(t, err)
		}
	}
	list := func(by registry.Actor, limit int) (got []string) {
		for after := ""; ; {
			page, next, err := w.people.Claims(t.Context(), by, after, limit)
			must(t, err)
			if len(page) > limit {
				t.Errorf("a page of %d has %d", limit, len(page))
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
			if next == "" {
				return got
			}
			after = next
		}
	}
	for limit := 1; limit <= 5; limit++ {
		if got, want := list(registrar, limit), []string{ids[0], ids[1], ids[3], ids[4]}; !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
		if got, want := list(registrarOf(communes[2]), limit), []string{ids[4]}; !slices.Equal(got, want) {
			t.Errorf("pages of %d in one commune: %v, want %v", limit, got, want)
		}
	}
	for _, after := range []string{"x", "1", ".", "x.y", "-5.a"} {
		_, _, err := w.people.Claims(t.Context(), registrar, after, 5)
		wantCode(t, err, registry.CodeInvalid)
	}
}

func TestNoWaitWhereTheHolderLeft(t *testing.T) {
	w := newWorld(t)
	_, holder, claim := w.contested()
	_, err := w.people.Delete(t.Context(), self(holder), holder, people.ReasonOwnWish)
	must(t, err)
	confirmed, err := w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	must(t, err)
	if confirmed.Status != people.ClaimConfirmed {
		t.Errorf("%+v", confirmed)
	}
}

func TestNoConfirmationAgainstWhoWasNotWarned(t *testing.T) {
	w := newWorld(t)
	code, holder, claim := w.contested()
	_, err := w.people.Delete(t.Context(), self(holder), holder, people.ReasonOwnWish)
	must(t, err)
	w.claim(code) // a third household
	w.wait(8 * day)
	_, err = w.people.ConfirmClaim(t.Context(), registrar, claim.ID)
	wantCode(t, err, registry.CodeVersionConflict)
}

func TestConfirmingOneClaimRefusesTheOthers(t *testing.T) {
	w := newWorld(t)
	code, _, first := w.contested()
	second, err := w.people.Claim(t.Context(), public, code, w.invite(code))
	must(t, err)
	w.wait(7 * day)
	_, err = w.people.ConfirmClaim(t.Context(), registrar, second.ID)
	must(t, err)
	told, err := w.people.CollectClaim(t.Context(), public, first.ID, first.Receipt)
	if err != nil || told.Status != people.ClaimRefused {
		t.Errorf("%+v %v", told, err)
	}
}

func TestOldClaimsAreForgotten(t *testing.T) {
	w := newWorld(t)
	code, _, claim := w.contested()
	_, err := w.people.RefuseClaim(t.Context(), registrar, claim.ID, "")
	must(t, err)
	w.wait(90*day + time.Second)
	w.invite(code)
	_, err = w.people.CollectClaim(t.Context(), public, claim.ID, claim.Receipt)
	wantCode(t, err, registry.CodeNotFound)
}
