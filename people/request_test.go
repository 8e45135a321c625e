package people_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

func TestRegistrarSeesRequestsOfItsAreaByDeadline(t *testing.T) {
	w := newWorld(t)
	here, there := w.household(hoGuom, an), w.household(benThanh, an)
	commune := w.address(hoGuom).Commune
	var want []string
	for _, kind := range []people.RequestKind{people.RequestDelete, people.RequestRestrict, people.RequestView, people.RequestView} {
		w.wait(time.Minute)
		r, err := w.people.Ask(t.Context(), self(here), here, kind, "ghi chú "+string(kind))
		must(t, err)
		want = append(want, r.ID)
	}
	want = []string{want[2], want[3], want[1], want[0]}
	elsewhere, err := w.people.Ask(t.Context(), self(there), there, people.RequestCorrect, "")
	must(t, err)
	if elsewhere.Household != there {
		t.Error(elsewhere)
	}
	var got []string
	for after, n := "", 0; ; n++ {
		page, next, err := w.people.OpenRequests(t.Context(), registrarOf(commune), after, 1)
		must(t, err)
		for _, r := range page {
			got = append(got, r.ID)
			if r.Note != "ghi chú "+string(r.Kind) {
				t.Errorf("note %q", r.Note)
			}
		}
		if after = next; next == "" || n > 10 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if all, next, err := w.people.OpenRequests(t.Context(), registrar, "", 200); err != nil || len(all) != 5 || next != "" {
		t.Errorf("%d %q %v", len(all), next, err)
	}
	_, err = w.people.Answer(t.Context(), registrarOf(commune), elsewhere.ID, people.RequestFulfilled, "đã sửa")
	wantCode(t, err, registry.CodeForbidden)
	_, err = w.people.Answer(t.Context(), registrar, "NOSUCH", people.RequestFulfilled, "đã sửa")
	wantCode(t, err, registry.CodeNotFound)
	for _, outcome := range []people.RequestStatus{people.RequestOpen, "", "done"} {
		_, err = w.people.Answer(t.Context(), registrar, elsewhere.ID, outcome, "đã sửa")
		wantCode(t, err, registry.CodeInvalid)
	}
	_, err = w.people.Answer(t.Context(), registrar, elsewhere.ID, people.RequestFulfilled, " ")
	wantCode(t, err, registry.CodeInvalid)
	for _, after := range []string{"x", "1", "1.", "x.y"} {
		_, _, err := w.people.OpenRequests(t.Context(), registrar, after, 10)
		wantCode(t, err, registry.CodeInvalid)
	}
	_, err = w.people.Answer(t.Context(), registrar, elsewhere.ID, people.RequestFulfilled, "đã sửa số điện thoại")
	must(t, err)
	own, err := w.people.Requests(t.Context(), self(there), there)
	if err != nil || len(own) != 1 || own[0].Answer != "đã sửa số điện thoại" || own[0].Status != people.RequestFulfilled {
		t.Errorf("%+v %v", own, err)
	}
}

func TestFulfillingADeletionDeletes(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	r, err := w.people.Ask(t.Context(), self(id), id, people.RequestDelete, "xin xoá hết")
	must(t, err)
	r, err = w.people.Answer(t.Context(), registrar, r.ID, people.RequestFulfilled, "đã xoá")
	if err != nil || r.Status != people.RequestFulfilled || r.Answer != "đã xoá" {
		t.Errorf("%+v %v", r, err)
	}
	_, _, err = w.people.Household(t.Context(), self(id), id)
	wantCode(t, err, registry.CodeNotFound)
}

func TestRequestsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	id, _ := w.claim(w.address(hoGuom).Code)
	_, err := w.people.Ask(t.Context(), self(id), id, "sue", "")
	wantCode(t, err, registry.CodeInvalid)
	_, err = w.people.Ask(t.Context(), self(id), id, people.RequestView, fmt.Sprintf("%501s", "x"))
	must(t, err) // spaces go before it is measured
	_, err = w.people.Ask(t.Context(), self(id), id, people.RequestView, fmt.Sprintf("%0501d", 1))
	wantCode(t, err, registry.CodeInvalid)
	_, err = w.people.Ask(t.Context(), self("NOSUCHHOUSEHOLD0"), "NOSUCHHOUSEHOLD0", people.RequestView, "")
	wantCode(t, err, registry.CodeNotFound)
}

func TestExportHasEverything(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	_, err := w.people.SetConsent(t.Context(), self(id), id, people.PurposeEmergency, true, 1)
	must(t, err)
	alias, err := w.people.CreateAlias(t.Context(), self(id), id, people.AliasLimits{Days: 30})
	must(t, err)
	_, err = w.people.Ask(t.Context(), self(id), id, people.RequestProvide, "xin bản sao")
	must(t, err)
	for range 205 { // more than a page of journal
		_, _, err = w.people.Household(t.Context(), self(id), id)
		must(t, err)
	}
	x, err := w.people.Export(t.Context(), self(id), id)
	must(t, err)
	if len(x.People) != 1 || x.People[0] != an || x.Household.ID != id || len(x.Aliases) != 1 || x.Aliases[0].Text != alias.Text ||
		len(x.Requests) != 1 || x.Requests[0].Note != "xin bản sao" || len(x.Consents) != 5 || !x.At.Equal(w.now) {
		t.Errorf("%+v", x)
	}
	seen := map[string]int{}
	for i, l := range x.Journal {
		seen[l.Action]++
		if i > 0 && l.Seq >= x.Journal[i-1].Seq {
			t.Fatal("not newest first")
		}
	}
	for action, least := range map[string]int{"household.created": 1, "household.updated": 1, "household.read": 205, "consent.granted": 1, "request.received": 1, "household.exported": 1} {
		if seen[action] < least {
			t.Errorf("%d lines of %s", seen[action], action)
		}
	}
}

func TestJournalTellsWhoLookedAndWhy(t *testing.T) {
	w := newWorld(t)
	id := w.household(hoGuom, an)
	other := w.household(khamThien, people.Person{Name: "B"})
	w.wait(time.Hour)
	_, err := w.people.Search(t.Context(), registrar, an.Phone, "")
	must(t, err)
	lines, next, err := w.people.Journal(t.Context(), self(id), id, "", 1)
	must(t, err)
	if len(lines) != 1 || lines[0].Actor != registrar.Name || lines[0].Action != "household.found" || lines[0].Purpose != "search by phone" || !lines[0].At.Equal(w.now) || next == "" {
		t.Errorf("%+v %q", lines, next)
	}
	all, end, err := w.people.Journal(t.Context(), self(id), id, next, 200)
	if err != nil || end != "" || len(all) == 0 || all[0].Seq >= lines[0].Seq {
		t.Errorf("%+v %q %v", all, end, err)
	}
	theirs, _, err := w.people.Journal(t.Context(), self(other), other, "", 200)
	must(t, err)
	for _, l := range theirs {
		if l.Action == "household.found" {
			t.Error("the journal of another household shows the search")
		}
	}
	_, _, err = w.people.Journal(t.Context(), self(id), id, "x", 10)
	wantCode(t, err, registry.CodeInvalid)
	_, _, err = w.people.Journal(t.Context(), self("NOSUCHHOUSEHOLD0"), "NOSUCHHOUSEHOLD0", "", 10)
	wantCode(t, err, registry.CodeNotFound)
}
