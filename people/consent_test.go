package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

func (w *world) given(id string) (purposes []people.Purpose) {
	w.t.Helper()
	consents, err := w.people.Consents(w.t.Context(), self(id), id)
	must(w.t, err)
	for _, c := range consents {
		if c.Granted {
			purposes = append(purposes, c.Purpose)
		}
	}
	return purposes
}

func TestNothingIsConsentedToBefore(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	consents, err := w.people.Consents(t.Context(), self(id), id)
	must(t, err)
	if len(consents) != len(people.Purposes()) {
		t.Errorf("%d consents", len(consents))
	}
	for _, c := range consents {
		if c.Granted || len(c.History) > 0 {
			t.Errorf("%s is given", c.Purpose)
		}
	}
}

func TestTextsSayWhatTheLawAsks(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	consents, err := w.people.Consents(t.Context(), self(id), id)
	must(t, err)
	for _, c := range consents {
		if c.Text.Version < 1 || len(c.Text.Data) == 0 {
			t.Errorf("%s: %+v", c.Purpose, c.Text)
		}
		// the controller, that it is voluntary, that silence is none, the rights, the withdrawal
		for _, word := range []string{"Bên kiểm soát", "không bắt buộc", "im lặng", "rút lại", "sửa", "xoá", "hạn chế", "phản đối"} {
			if !strings.Contains(c.Text.Vi, word) {
				t.Errorf("%s: the text does not say %q", c.Purpose, word)
			}
		}
		for _, word := range []string{"controller", "need not", "silence", "withdraw", "correct", "delete", "restrict", "object"} {
			if !strings.Contains(c.Text.En, word) {
				t.Errorf("%s: the text does not say %q", c.Purpose, word)
			}
		}
		if slices.Contains(c.Text.Data, "position") != (strings.Contains(c.Text.Vi, "NHẠY CẢM") && strings.Contains(c.Text.En, "SENSITIVE")) {
			t.Errorf("%s: a position is sensitive, and nothing else here is", c.Purpose)
		}
	}
}

func TestConsentIsGivenAndWithdrawnAtOnce(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	set := func(p people.Purpose, granted bool, text int) (people.Consent, error) {
		w.wait(1e9)
		return w.people.SetConsent(t.Context(), self(id), id, p, granted, text)
	}
	c, err := set(people.PurposeDeliveryContact, true, 1)
	if err != nil || !c.Granted || len(c.History) != 1 || c.History[0].TextVersion != 1 || c.History[0].By != "household:"+id || !c.History[0].At.Equal(w.now) {
		t.Errorf("%+v %v", c, err)
	}
	if c, err = set(people.PurposeDeliveryContact, true, 1); err != nil || len(c.History) != 1 {
		t.Errorf("given twice: %+v %v", c, err)
	}
	if got := w.given(id); !slices.Equal(got, []people.Purpose{people.PurposeDeliveryContact}) {
		t.Errorf("one purpose gave %v", got)
	}
	if c, err = set(people.PurposeDeliveryContact, false, 0); err != nil || c.Granted || len(c.History) != 2 {
		t.Errorf("%+v %v", c, err)
	}
	if c, err = set(people.PurposeDeliveryContact, false, 1); err != nil || len(c.History) != 2 {
		t.Errorf("withdrawn twice: %+v %v", c, err)
	}
	if got := w.given(id); len(got) > 0 {
		t.Errorf("withdrawn, yet %v", got)
	}
	for name, tt := range map[string]struct {
		purpose people.Purpose
		text    int
		code    registry.ErrorCode
	}{
		"without a text": {people.PurposeEmergency, 0, registry.CodeInvalid},
		"another text":   {people.PurposeEmergency, 2, registry.CodeVersionConflict},
		"no purpose":     {"everything", 1, registry.CodeInvalid},
	} {
		if _, err := set(tt.purpose, true, tt.text); registry.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.people.SetConsent(t.Context(), self("NOSUCHHOUSEHOLD0"), "NOSUCHHOUSEHOLD0", people.PurposeEmergency, true, 1)
	wantCode(t, err, registry.CodeNotFound)
}

// What the courier is told follows the consent from the next request on.
func TestWithdrawalCountsFromTheNextRequest(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	alias, err := w.people.CreateAlias(t.Context(), self(id), id, people.AliasLimits{Days: 30})
	must(t, err)
	recipients := func() int {
		t.Helper()
		d, err := w.people.ResolveAlias(t.Context(), registry.Actor{Name: "key:COURIER0"}, people.Caller{Role: "courier", Key: "COURIER0"}, alias.Text)
		must(t, err)
		return len(d.People)
	}
	for _, granted := range []bool{false, true, false, true} {
		_, err := w.people.SetConsent(t.Context(), self(id), id, people.PurposeDeliveryContact, granted, 1)
		must(t, err)
		if got := recipients(); (got == 1) != granted {
			t.Errorf("granted is %v and the courier sees %d people", granted, got)
		}
	}
	_, err = w.people.SetConsent(t.Context(), self(id), id, people.PurposeAliasDelivery, false, 0)
	must(t, err)
	_, err = w.people.ResolveAlias(t.Context(), registry.Actor{Name: "key:COURIER0"}, people.Caller{Role: "courier", Key: "COURIER0"}, alias.Text)
	wantCode(t, err, registry.CodeNotFound)
}

func TestRequestsThatNeedNobodysDecision(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	give := func() {
		t.Helper()
		for _, p := range []people.Purpose{people.PurposeDeliveryContact, people.PurposeEmergency} {
			_, err := w.people.SetConsent(t.Context(), self(id), id, p, true, 1)
			must(t, err)
		}
		if len(w.given(id)) != 2 {
			t.Fatal("not given")
		}
	}
	give()
	r, err := w.people.Ask(t.Context(), self(id), id, people.RequestWithdraw, "")
	if err != nil || r.Status != people.RequestFulfilled || len(w.given(id)) > 0 {
		t.Errorf("withdraw: %+v %v", r, err)
	}
	for _, kind := range []people.RequestKind{people.RequestRestrict, people.RequestObject} {
		give()
		r, err = w.people.Ask(t.Context(), self(id), id, kind, "")
		if err != nil || r.Status != people.RequestOpen || len(w.given(id)) > 0 {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
		_, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestRefused, "luật buộc lưu")
		must(t, err)
		if len(w.given(id)) != 2 {
			t.Errorf("%s was refused, and the restriction stays", kind)
		}
		_, err = w.people.Ask(t.Context(), self(id), id, kind, "")
		must(t, err)
		_, err = w.people.SetConsent(t.Context(), self(id), id, people.PurposeEmergency, true, 1)
		must(t, err)
		if !slices.Contains(w.given(id), people.PurposeEmergency) {
			t.Error("a consent given after the restriction is not in force")
		}
	}
}
