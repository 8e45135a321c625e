package registry_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Every write of proposals, observations and reviews is in the journal, and nothing in it that is private.
func TestQualityIsJournalled(t *testing.T) {
	svc, store, clock := newTimedService(t)
	r := proposeAt(khamThien, "12A")
	p := mustPropose(t, svc, r)
	q := mustPropose(t, svc, r)
	mustPropose(t, svc, proposeAt(benThanh, "3"))
	by := registrarOf(p.Commune)
	a, err := svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.RefuseProposal(t.Context(), by, q.ID, "trùng nhà bên"); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		mustObserve(t, svc, courier(i), complaint(a.Code, registry.OutcomeNotFound))
	}
	if _, err := svc.CloseReview(t.Context(), by, reviews(t, svc, "")[0].ID, registry.ReviewKept, "nhà màu xanh"); err != nil {
		t.Fatal(err)
	}
	clock.pass(200 * day)
	if _, err := svc.Purge(t.Context(), clock.now()); err != nil {
		t.Fatal(err)
	}
	var lines []string
	err = store.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(l registry.JournalLine) bool {
			if l.Damage != "" {
				t.Errorf("line %d: %v", l.Seq, l.Damage)
			}
			if l.Entry == nil {
				lines = append(lines, l.Event.Actor+" "+l.Event.Action)
				return true
			}
			e := l.Entry
			lines = append(lines, e.Actor+" "+e.Action)
			if e.Subject == "" || e.Detail != "" && !json.Valid([]byte(e.Detail)) {
				t.Errorf("entry %+v", e)
			}
			for _, secret := range []string{p.ID, q.ID, "12A", "Khâm", "21.0", "105.8", "2101", "1058", "trùng", "xanh"} {
				if strings.Contains(e.Subject+e.Detail, secret) {
					t.Errorf("%s holds %q: %+v", e.Action, secret, e)
				}
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"public proposal.made", "public proposal.made", "public proposal.made",
		by.Name + " created", by.Name + " proposal.confirmed", by.Name + " proposal.refused",
		"key:COURIER0 observation.recorded", "key:COURIER1 observation.recorded", "observations review.raised", by.Name + " review.closed",
		"purge proposal.expired", "purge registry.purged",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("the journal holds\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestPurgeGoesOnInBatches(t *testing.T) {
	svc, store, clock := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "1"))
	const rows = 1203
	if err := store.Update(t.Context(), func(w registry.Writer) error {
		for i := range rows {
			more := *p
			more.ID = fmt.Sprintf("MOREMOREMOREMOREMORE%06d", i)
			if err := w.InsertProposal(&more); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if purged, err := svc.Purge(t.Context(), clock.now().Add(29*day)); err != nil || purged != (registry.Purged{}) {
		t.Errorf("too early: %+v, %v", purged, err)
	}
	clock.pass(30 * day)
	if purged, err := svc.Purge(t.Context(), clock.now()); err != nil || purged != (registry.Purged{Proposals: rows + 1}) {
		t.Errorf("purged %+v, %v", purged, err)
	}
	if purged, err := svc.Purge(t.Context(), clock.now()); err != nil || purged != (registry.Purged{}) {
		t.Errorf("again: %+v, %v", purged, err)
	}
}

func TestPurgeForgetsIdempotencyKeys(t *testing.T) {
	svc := newService(t)
	r := house(khamThien, "12")
	r.IdempotencyKey = "k"
	mustAssign(t, svc, r)
	// The store takes the time of a key from the system's clock.
	for _, c := range []struct{ days, want int }{{-60, 0}, {60, 1}} {
		purged, err := svc.Purge(t.Context(), time.Now().AddDate(0, 0, c.days))
		if err != nil || purged.IdempotencyKeys != c.want {
			t.Errorf("%d days on: purged %+v, %v", c.days, purged, err)
		}
	}
}
