package registry_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// timeline is a clock that stands still until it is moved.
type timeline struct {
	mu sync.Mutex
	at time.Time
}

func (c *timeline) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *timeline) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const day = 24 * time.Hour

func newTimedService(tb testing.TB) (*registry.Service, registry.Store, *timeline) {
	tb.Helper()
	plain, store := newServiceAndStore(tb)
	clock := &timeline{at: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	return registry.NewService(store, plain.Divisions(), plain.Locator(), registry.WithClock(clock.now)), store, clock
}

var public = registry.Actor{Name: "public"}

// communes is an area.
type communes []string

func (c communes) Holds(commune string) bool { return slices.Contains(c, commune) }

func registrarOf(c ...string) registry.Actor {
	return registry.Actor{Name: "key:REGISTRA", Area: communes(c)}
}

func proposeAt(p geo.Point, number string) registry.ProposeRequest {
	return registry.ProposeRequest{Point: p, Source: geo.SourceGPS, AccuracyM: 8, Components: registry.Components{HouseNumber: number, Street: "Phố Khâm Thiên"}}
}

func mustPropose(tb testing.TB, svc *registry.Service, r registry.ProposeRequest) *registry.Proposal {
	tb.Helper()
	p, err := svc.Propose(tb.Context(), public, r)
	if err != nil {
		tb.Fatalf("Propose: %v", err)
	}
	return p
}

func TestPropose(t *testing.T) {
	svc, store, clock := newTimedService(t)
	r := proposeAt(khamThien, " 12A  ")
	r.Components.Street = "Pho\u0302\u0301 Khâm Thiên"
	p := mustPropose(t, svc, r)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{26,64}$`).MatchString(p.ID) {
		t.Errorf("id %q is short or not fit for a URL", p.ID)
	}
	if p.Status != registry.ProposalOpen || !p.Code.IsZero() || p.Commune == "" || p.Kind != registry.KindDwelling {
		t.Errorf("got %+v", p)
	}
	if cell, _ := khamThien.Cell(); p.Cell != cell {
		t.Errorf("cell %s, want %s", p.Cell, cell)
	}
	if p.Components.HouseNumber != "12A" || p.Components.Street != "Phố Khâm Thiên" {
		t.Errorf("components are not in normal form: %+v", p.Components)
	}
	if !p.CreatedAt.Equal(clock.now()) || p.ExpiresAt.Sub(p.CreatedAt) != 30*day {
		t.Errorf("from %v to %v", p.CreatedAt, p.ExpiresAt)
	}
	if active, retired, err := svc.Count(t.Context()); active+retired != 0 || err != nil {
		t.Errorf("a proposal made %d addresses, %v", active+retired, err)
	}
	if other := mustPropose(t, svc, r); other.ID == p.ID {
		t.Error("two proposals have one id")
	}
	if err := store.View(t.Context(), func(r registry.Reader) error {
		lo, hi := uint64(0), uint64(1)<<62
		keys, err := r.KeysInRange(lo, hi)
		if len(keys) != 0 {
			t.Error("a proposal holds an ordinal")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestProposeRefuses(t *testing.T) {
	svc, _, _ := newTimedService(t)
	for _, c := range []struct {
		name   string
		change func(*registry.ProposeRequest)
		code   registry.ErrorCode
		field  string
	}{
		{"swapped", func(r *registry.ProposeRequest) { r.Point = geo.Point{LatE7: 1058372000, LonE7: 210199000} }, registry.CodePositionInvalid, "position"},
		{"in Paris", func(r *registry.ProposeRequest) { r.Point = outsideAll }, registry.CodePositionOutside, "position"},
		{"at sea", func(r *registry.ProposeRequest) { r.Point = openSea }, registry.CodePositionOutside, "position"},
		{"accuracy", func(r *registry.ProposeRequest) { r.AccuracyM = -1 }, registry.CodeInvalid, "position.accuracy_m"},
		{"source", func(r *registry.ProposeRequest) { r.Source = "dream" }, registry.CodeInvalid, "position.source"},
		{"survey", func(r *registry.ProposeRequest) { r.Source = geo.SourceSurvey }, registry.CodeInvalid, "position.source"},
		{"import", func(r *registry.ProposeRequest) { r.Source = geo.SourceImport }, registry.CodeInvalid, "position.source"},
		{"kind", func(r *registry.ProposeRequest) { r.Kind = "castle" }, registry.CodeInvalid, "kind"},
		{"long", func(r *registry.ProposeRequest) { r.Components.Street = strings.Repeat("x", 121) }, registry.CodeInvalid, "components.street"},
		{"two lines", func(r *registry.ProposeRequest) { r.Components.Street = "a\nb" }, registry.CodeInvalid, "components.street"},
		{"phone in the number", func(r *registry.ProposeRequest) { r.Components.HouseNumber = "12, 0912 345 678" }, registry.CodeInvalid, "components.house_number"},
		{"phone of an operator", func(r *registry.ProposeRequest) { r.Components.Building = "Nhà chị Lan +84 912.345.678" }, registry.CodeInvalid, "components.building"},
		{"phone in an alley", func(r *registry.ProposeRequest) { r.Components.Alley = []string{"12", "gọi 0912345678"} }, registry.CodeInvalid, "components.alley[1]"},
		{"landline", func(r *registry.ProposeRequest) { r.Components.Unit = "024 3825 3825" }, registry.CodeInvalid, "components.unit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := proposeAt(khamThien, "12")
			c.change(&r)
			_, err := svc.Propose(t.Context(), public, r)
			if c.name == "swapped" && registry.CodeOf(err) == registry.CodePositionSwapped {
				return
			}
			e := wantError(t, err, c.code, c.field)
			if contains(e.Error(), "345") {
				t.Errorf("the error quotes the input: %v", e)
			}
		})
	}
}

func TestProposalLimits(t *testing.T) {
	svc, store, clock := newTimedService(t)
	full := func(where string, r registry.ProposeRequest) {
		t.Helper()
		if _, err := svc.Propose(t.Context(), public, r); registry.CodeOf(err) != registry.CodeTooMany {
			t.Errorf("%s: got %v, want %s", where, err, registry.CodeTooMany)
		}
	}
	var made []*registry.Proposal
	for i := range registry.MaxOpenProposalsOfCell {
		made = append(made, mustPropose(t, svc, proposeAt(khamThien, fmt.Sprint(i))))
	}
	full("open in the cell", proposeAt(khamThien, "x"))
	for i := range registry.MaxDailyProposalsCell - registry.MaxOpenProposalsOfCell {
		if _, err := svc.RefuseProposal(t.Context(), registry.Actor{Name: "cli"}, made[i].ID, "trùng"); err != nil {
			t.Fatal(err)
		}
		mustPropose(t, svc, proposeAt(khamThien, "y"))
	}
	if _, err := svc.RefuseProposal(t.Context(), registry.Actor{Name: "cli"}, made[2].ID, "trùng"); err != nil {
		t.Fatal(err)
	}
	full("a day in the cell", proposeAt(khamThien, "z"))
	clock.pass(day)
	mustPropose(t, svc, proposeAt(khamThien, "z"))
	clock.pass(30 * day)
	mustPropose(t, svc, proposeAt(khamThien, "after the others expired"))

	// The limits of a commune and of all: rows straight into the store, elsewhere.
	fill := func(n int, commune string) {
		t.Helper()
		if err := store.Update(t.Context(), func(w registry.Writer) error {
			for i := range n {
				p := *made[0]
				p.ID, p.Commune, p.Cell = fmt.Sprintf("FILLFILLFILLFILL-%s-%06d", commune, i), commune, 1
				p.CreatedAt, p.ExpiresAt = clock.now(), clock.now().Add(30*day)
				if err := w.InsertProposal(&p); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	fill(registry.MaxDailyProposalsCommune-1, made[0].Commune) // one was made a moment ago
	full("a day in the commune", proposeAt(moved(khamThien, 30, 30), "1"))
	mustPropose(t, svc, proposeAt(benThanh, "1"))
	fill(registry.MaxDailyProposals, "99999")
	full("a day in all", proposeAt(benThanh, "1"))
	clock.pass(day)
	mustPropose(t, svc, proposeAt(benThanh, "1"))
}

func TestProposalExpires(t *testing.T) {
	svc, _, clock := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "1"))
	by := registrarOf(p.Commune)
	clock.pass(30*day - time.Millisecond)
	if got, err := svc.Proposal(t.Context(), p.ID); err != nil || got.Status != registry.ProposalOpen {
		t.Fatalf("just before: %+v, %v", got, err)
	}
	clock.pass(time.Millisecond)
	if got, err := svc.Proposal(t.Context(), p.ID); err != nil || got.Status != registry.ProposalExpired {
		t.Fatalf("just then: %+v, %v", got, err)
	}
	_, err := svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{})
	wantError(t, err, registry.CodeVersionConflict, "")
	_, err = svc.RefuseProposal(t.Context(), by, p.ID, "muộn")
	wantError(t, err, registry.CodeVersionConflict, "")
	if items, _, err := svc.Proposals(t.Context(), by, "", registry.Page{}); err != nil || len(items) != 0 {
		t.Errorf("open ones: %v, %v", items, err)
	}
	if items, _, err := svc.Proposals(t.Context(), by, registry.ProposalExpired, registry.Page{}); err != nil || len(items) != 1 {
		t.Errorf("expired ones: %v, %v", items, err)
	}
	purged, err := svc.Purge(t.Context(), clock.now())
	if err != nil || purged.Proposals != 1 {
		t.Fatalf("purged %+v, %v", purged, err)
	}
	_, err = svc.Proposal(t.Context(), p.ID)
	wantError(t, err, registry.CodeNotFound, "")
}

func TestDecidedProposalIsForgotten(t *testing.T) {
	svc, _, clock := newTimedService(t)
	p, q := mustPropose(t, svc, proposeAt(khamThien, "1")), mustPropose(t, svc, proposeAt(khamThien, "3"))
	clock.pass(20 * day)
	a, err := svc.ConfirmProposal(t.Context(), registrarOf(p.Commune), p.ID, registry.Corrections{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.RefuseProposal(t.Context(), registrarOf(p.Commune), q.ID, "trùng"); err != nil {
		t.Fatal(err)
	}
	clock.pass(30*day - time.Millisecond)
	for _, id := range []string{p.ID, q.ID} {
		if _, err := svc.Proposal(t.Context(), id); err != nil {
			t.Errorf("30 days after the decision: %v", err)
		}
	}
	clock.pass(time.Millisecond)
	for _, id := range []string{p.ID, q.ID} {
		_, err := svc.Proposal(t.Context(), id)
		wantError(t, err, registry.CodeNotFound, "")
	}
	if purged, err := svc.Purge(t.Context(), clock.now()); err != nil || purged.Proposals != 2 {
		t.Errorf("purged %+v, %v", purged, err)
	}
	if _, err := svc.Address(t.Context(), a.Code); err != nil {
		t.Errorf("the address went with its proposal: %v", err)
	}
}

func TestConfirmProposal(t *testing.T) {
	svc, _, _ := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "12"))
	by := registrarOf(p.Commune)
	_, err := svc.ConfirmProposal(t.Context(), registrarOf("99999"), p.ID, registry.Corrections{})
	wantError(t, err, registry.CodeForbidden, "")
	_, err = svc.ConfirmProposal(t.Context(), by, "NOBODYNOBODYNOBODYNOBODYNO", registry.Corrections{})
	wantError(t, err, registry.CodeNotFound, "")

	a, err := svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{
		Components: &registry.Components{HouseNumber: "12B", Street: "Phố Khâm Thiên"}, Kind: registry.KindBusiness,
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Components.HouseNumber != "12B" || a.Kind != registry.KindBusiness || a.Point() != khamThien || a.Positions[0].AccuracyM != 8 || a.Provenance.Dataset != "proposal" {
		t.Errorf("address %+v", a)
	}
	got, err := svc.Proposal(t.Context(), p.ID)
	if err != nil || got.Status != registry.ProposalConfirmed || got.Code != a.Code {
		t.Errorf("proposal %+v, %v", got, err)
	}
	if events, err := svc.History(t.Context(), a.Code); err != nil || len(events) != 1 || events[0].Actor != by.Name {
		t.Errorf("history %+v, %v", events, err)
	}
	_, err = svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{})
	if e := wantError(t, err, registry.CodeVersionConflict, ""); !contains(e.Hint, a.Code.String()) {
		t.Errorf("the second confirmation does not tell the code: %v", e)
	}
	_, err = svc.RefuseProposal(t.Context(), by, p.ID, "thôi")
	wantError(t, err, registry.CodeVersionConflict, "")
}

func TestConfirmByTheRulesOfAssign(t *testing.T) {
	svc, _, _ := newTimedService(t)
	first := mustAssign(t, svc, house(khamThien, "12"))
	p := mustPropose(t, svc, proposeAt(khamThien, "12"))
	by := registrarOf(p.Commune)
	_, err := svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{})
	if e := wantError(t, err, registry.CodeDuplicate, ""); e.Address.Code != first.Code {
		t.Errorf("duplicate of %s", e.Address.Code)
	}
	_, err = svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{Position: &geo.Position{Point: benThanh}})
	wantError(t, err, registry.CodeForbidden, "")
	_, err = svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{Position: &geo.Position{Point: khamThien, AccuracyM: -1}})
	wantError(t, err, registry.CodeInvalid, "position.accuracy_m")
	_, err = svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{CommuneCode: "32248"})
	wantError(t, err, registry.CodeCommuneMismatch, "commune_code")
	if got, err := svc.Proposal(t.Context(), p.ID); err != nil || got.Status != registry.ProposalOpen {
		t.Fatalf("a refused confirmation decided: %+v, %v", got, err)
	}
	at := geo.Position{Point: moved(khamThien, 4, 0), Source: geo.SourceSurvey, AccuracyM: 0.5}
	a, err := svc.ConfirmProposal(t.Context(), by, p.ID, registry.Corrections{Position: &at, AllowDuplicate: true})
	if err != nil || a.Positions[0].Position != at || a.Code == first.Code {
		t.Errorf("allowed duplicate: %+v, %v", a, err)
	}
}

func TestConfirmIsOnce(t *testing.T) {
	svc, _, _ := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "")) // nothing that would be a duplicate
	by := registrarOf(p.Commune)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes, conflicts, refusals := map[string]bool{}, 0, 0
	for i := range 40 {
		wg.Go(func() {
			if i%10 == 9 {
				if _, err := svc.RefuseProposal(context.Background(), by, p.ID, "trùng"); err == nil {
					mu.Lock()
					defer mu.Unlock()
					refusals++
				}
				return
			}
			a, err := svc.ConfirmProposal(context.Background(), by, p.ID, registry.Corrections{})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				codes[a.Code.String()] = true
			case registry.CodeOf(err) == registry.CodeVersionConflict:
				conflicts++
			default:
				t.Errorf("confirm: %v", err)
			}
		})
	}
	wg.Wait()
	active, _, err := svc.Count(t.Context())
	if err != nil || len(codes)+refusals != 1 || int(active) != len(codes) || conflicts < 35 {
		t.Errorf("%d codes, %d refusals, %d conflicts, %d addresses, %v; want one decision", len(codes), refusals, conflicts, active, err)
	}
}

func TestRefuseProposal(t *testing.T) {
	svc, _, clock := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "12"))
	by := registrarOf(p.Commune)
	for reason, field := range map[string]string{"": "reason", "  ": "reason", "a\x00b": "reason", strings.Repeat("x", 501): "reason", "gọi 0912345678": "reason"} {
		_, err := svc.RefuseProposal(t.Context(), by, p.ID, reason)
		wantError(t, err, registry.CodeInvalid, field)
	}
	_, err := svc.RefuseProposal(t.Context(), registrarOf("99999"), p.ID, "trùng")
	wantError(t, err, registry.CodeForbidden, "")
	clock.pass(time.Hour)
	got, err := svc.RefuseProposal(t.Context(), by, p.ID, " đã có  mã ")
	if err != nil || got.Status != registry.ProposalRefused || got.Reason != "đã có mã" || !got.DecidedAt.Equal(clock.now()) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestListProposals(t *testing.T) {
	svc, _, clock := newTimedService(t)
	want := map[string][]string{}
	for i := range 12 {
		here := []geo.Point{khamThien, benThanh, hoGuom}[i%3]
		p := mustPropose(t, svc, proposeAt(moved(here, float64(i/3*15), 0), fmt.Sprint(i)))
		want[p.Commune] = append(want[p.Commune], p.ID)
		clock.pass(time.Minute)
	}
	if len(want) < 2 {
		t.Fatalf("the places lie in %d communes", len(want))
	}
	read := func(by registry.Actor, limit int) (ids []string) {
		t.Helper()
		page := registry.Page{Limit: limit}
		for range 100 {
			items, next, err := svc.Proposals(t.Context(), by, "", page)
			if err != nil {
				t.Fatal(err)
			}
			if len(items) > limit || next != "" && len(items) < limit {
				t.Errorf("a page of %d, limit %d, next %q", len(items), limit, next)
			}
			for _, p := range items {
				ids = append(ids, p.ID)
			}
			if page.After = next; next == "" {
				return ids
			}
		}
		t.Fatal("the list does not end")
		return nil
	}
	var all []string
	for _, commune := range slices.Sorted(func(yield func(string) bool) {
		for c := range want {
			if !yield(c) {
				return
			}
		}
	}) {
		all = append(all, want[commune]...)
		if got := read(registrarOf(commune), 3); !slices.Equal(got, want[commune]) {
			t.Errorf("commune %s: got %v, want %v", commune, got, want[commune])
		}
	}
	for _, limit := range []int{1, 5, 12, 200} {
		if got := read(registry.Actor{Name: "key:ADMIN"}, limit); !slices.Equal(got, all) {
			t.Errorf("everywhere, %d a page: got %v, want %v", limit, got, all)
		}
	}
	if got := read(registrarOf("99999"), 50); len(got) != 0 {
		t.Errorf("a registrar of elsewhere sees %v", got)
	}
	for _, c := range []struct {
		name, field string
		status      registry.ProposalStatus
		page        registry.Page
	}{
		{"status", "status", "lost", registry.Page{}},
		{"limit", "limit", "", registry.Page{Limit: 201}},
		{"negative limit", "limit", "", registry.Page{Limit: -1}},
		{"cursor", "after", "", registry.Page{After: "x"}},
		{"cursor of words", "after", "", registry.Page{After: "a.b.c"}},
		{"cursor without id", "after", "", registry.Page{After: "00070.1."}},
	} {
		_, _, err := svc.Proposals(t.Context(), public, c.status, c.page)
		wantError(t, err, registry.CodeInvalid, c.field)
	}
}

func TestConfirmRollsBackWhole(t *testing.T) {
	svc, _, _ := newTimedService(t)
	p := mustPropose(t, svc, proposeAt(khamThien, "12"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := svc.ConfirmProposal(ctx, registrarOf(p.Commune), p.ID, registry.Corrections{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, err := svc.Proposal(t.Context(), p.ID); err != nil || got.Status != registry.ProposalOpen {
		t.Errorf("got %+v, %v", got, err)
	}
	if active, _, err := svc.Count(t.Context()); err != nil || active != 0 {
		t.Errorf("%d addresses, %v", active, err)
	}
}
