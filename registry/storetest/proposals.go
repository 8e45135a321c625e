package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var proposalTests = []test{
	{"every field of a proposal survives", everyProposalField},
	{"proposals that cannot be kept are refused", unkeepableProposals},
	{"proposals are listed by status, commune, time and id", listProposals},
	{"proposals are counted by cell, commune and time", countProposals},
	{"a decision replaces nothing else", replaceProposal},
	{"old proposals are found and removed", removeProposals},
	{"idempotency keys are purged by age", purgeIdempotency},
}

// proposalID is an id of a real one's length.
func proposalID(n int) string { return fmt.Sprintf("PROPOSALPROPOSALPROPOSA%03d", n) }

// Proposal returns a small open proposal.
func Proposal(n int) *registry.Proposal {
	return &registry.Proposal{
		ID: proposalID(n), Status: registry.ProposalOpen, Kind: registry.KindDwelling, Commune: "00070", Cell: 0x8D415CB0C3A04BF,
		Position:   geo.Position{Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}, Source: geo.SourceGPS, AccuracyM: 8.5},
		Components: registry.Components{HouseNumber: "12A", Street: "Phố Hàng Bạc"},
		CreatedAt:  issued, ExpiresAt: issued.Add(registry.ProposalLife),
	}
}

func confirmed(p *registry.Proposal, t testing.TB) {
	p.Status, p.Code, p.DecidedAt = registry.ProposalConfirmed, Codes(t, 1)[0], p.CreatedAt.Add(time.Hour)
}

func refused(p *registry.Proposal) {
	p.Status, p.Reason, p.DecidedAt = registry.ProposalRefused, "đã có mã", p.CreatedAt.Add(time.Hour)
}

func insertProposals(t testing.TB, s registry.Store, ps ...*registry.Proposal) {
	t.Helper()
	update(t, s, func(w registry.Writer) error {
		for _, p := range ps {
			if err := w.InsertProposal(p); err != nil {
				return err
			}
		}
		return nil
	})
}

func everyProposalField(t *testing.T, s registry.Store) {
	for i, change := range []func(*registry.Proposal){
		func(*registry.Proposal) {},
		func(p *registry.Proposal) { confirmed(p, t) },
		refused,
		func(p *registry.Proposal) { p.Components = registry.Components{} },
		func(p *registry.Proposal) {
			p.Components = registry.Components{
				HouseNumber: "12A/3 bis", Alley: []string{"12", "34/5", "\"<ngõ>"}, Street: "Đường Điện Biên Phủ", Hamlet: "Thôn Đoài",
				Quarter: "Tổ 7", Building: "Tòa S1.02", Block: "B", Floor: "12A", Unit: "1205",
			}
		},
		func(p *registry.Proposal) {
			p.Position = geo.Position{Point: geo.Point{LatE7: -900000000, LonE7: 1800000000}, Source: geo.SourceUnknown}
		},
		func(p *registry.Proposal) { p.Kind, p.Commune = registry.KindBusiness, "32248" },
	} {
		p := Proposal(i)
		change(p)
		insertProposals(t, s, p)
		view(t, s, func(r registry.Reader) error {
			got, err := r.Proposal(p.ID)
			if err != nil || !reflect.DeepEqual(got, p) {
				t.Errorf("proposal %d: %v\n got %+v\nwant %+v", i, err, got, p)
			}
			return nil
		})
	}
	view(t, s, func(r registry.Reader) error {
		_, err := r.Proposal("nobody's")
		wantCode(t, "unknown id", err, registry.CodeNotFound)
		return nil
	})
}

func unkeepableProposals(t *testing.T, s registry.Store) {
	for i, change := range []func(*registry.Proposal){
		func(p *registry.Proposal) { p.Status = registry.ProposalExpired },
		func(p *registry.Proposal) { p.Status = "" },
		func(p *registry.Proposal) { p.Kind = "castle" },
		func(p *registry.Proposal) { p.Position.Source = "dream" },
	} {
		p := Proposal(i)
		change(p)
		err := s.Update(t.Context(), func(w registry.Writer) error { return w.InsertProposal(p) })
		wantCode(t, fmt.Sprint("case ", i), err, registry.CodeInvalid)
	}
	insertProposals(t, s, Proposal(1))
	if err := s.Update(t.Context(), func(w registry.Writer) error { return w.InsertProposal(Proposal(1)) }); err == nil {
		t.Error("an id was given twice")
	}
}

func idsOf(t testing.TB, r registry.Reader, status registry.ProposalStatus, after registry.Cursor, most int) []string {
	t.Helper()
	var ids []string
	if err := r.Proposals(status, after, func(p *registry.Proposal) bool {
		ids = append(ids, p.ID)
		return len(ids) < most
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func listProposals(t *testing.T, s registry.Store) {
	var want []*registry.Proposal
	for i := range 30 {
		p := Proposal(i)
		p.Commune = []string{"00070", "00004", "32248"}[i%3]
		p.CreatedAt = issued.Add(time.Duration(i*7%5) * time.Millisecond)
		switch i % 7 {
		case 5:
			confirmed(p, t)
		case 6:
			refused(p)
		default:
			want = append(want, p)
		}
		insertProposals(t, s, p)
	}
	slices.SortFunc(want, func(a, b *registry.Proposal) int {
		x := a.Commune + a.CreatedAt.Format("05.000") + a.ID
		y := b.Commune + b.CreatedAt.Format("05.000") + b.ID
		if x < y {
			return -1
		}
		return 1
	})
	var ids []string
	for _, p := range want {
		ids = append(ids, p.ID)
	}
	view(t, s, func(r registry.Reader) error {
		if got := idsOf(t, r, registry.ProposalOpen, registry.Cursor{}, 100); !slices.Equal(got, ids) {
			t.Errorf("open:\n got %v\nwant %v", got, ids)
		}
		for i, p := range want {
			cursor := registry.Cursor{Commune: p.Commune, At: p.CreatedAt, ID: p.ID}
			if got := idsOf(t, r, registry.ProposalOpen, cursor, 3); !slices.Equal(got, ids[i+1:min(i+4, len(ids))]) {
				t.Errorf("after %d: got %v", i, got)
			}
		}
		if got := idsOf(t, r, registry.ProposalOpen, registry.Cursor{Commune: "00070"}, 1); len(got) != 1 || got[0] != ids[slices.IndexFunc(want, func(p *registry.Proposal) bool { return p.Commune == "00070" })] {
			t.Errorf("from a commune on: %v", got)
		}
		if c, f := idsOf(t, r, registry.ProposalConfirmed, registry.Cursor{}, 100), idsOf(t, r, registry.ProposalRefused, registry.Cursor{}, 100); len(c)+len(f)+len(ids) != 30 {
			t.Errorf("%d confirmed, %d refused, %d open; want 30 in all", len(c), len(f), len(ids))
		}
		return nil
	})
}

func countProposals(t *testing.T, s registry.Store) {
	since, now := issued.Add(-24*time.Hour), issued
	for i, change := range []func(*registry.Proposal){
		func(*registry.Proposal) {},
		func(p *registry.Proposal) { p.Cell++ },
		func(p *registry.Proposal) { p.Commune = "00004"; p.Cell++ },
		func(p *registry.Proposal) { p.CreatedAt = since },
		func(p *registry.Proposal) { p.CreatedAt = since.Add(time.Millisecond) },
		func(p *registry.Proposal) { p.ExpiresAt = now },
		refused,
	} {
		p := Proposal(i)
		change(p)
		insertProposals(t, s, p)
	}
	view(t, s, func(r registry.Reader) error {
		got, err := r.ProposalCounts(Proposal(0).Cell, "00070", since, now)
		if want := (registry.ProposalCounts{CellOpen: 3, Cell: 4, Commune: 5, All: 6}); err != nil || got != want {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
		got, err = r.ProposalCounts(1, "99999", issued, now)
		if err != nil || got != (registry.ProposalCounts{}) {
			t.Errorf("elsewhere and since now: got %+v, %v", got, err)
		}
		return nil
	})
}

func replaceProposal(t *testing.T, s registry.Store) {
	p := Proposal(1)
	insertProposals(t, s, p, Proposal(2))
	done := *p
	refused(&done)
	update(t, s, func(w registry.Writer) error { return w.ReplaceProposal(&done) })
	view(t, s, func(r registry.Reader) error {
		if got, err := r.Proposal(p.ID); err != nil || !reflect.DeepEqual(got, &done) {
			t.Errorf("%v\n got %+v\nwant %+v", err, got, &done)
		}
		if got, err := r.Proposal(proposalID(2)); err != nil || !reflect.DeepEqual(got, Proposal(2)) {
			t.Errorf("the other: %+v, %v", got, err)
		}
		return nil
	})
	err := s.Update(t.Context(), func(w registry.Writer) error { return w.ReplaceProposal(Proposal(3)) })
	wantCode(t, "replace of nothing", err, registry.CodeNotFound)
	err = s.Update(t.Context(), func(w registry.Writer) error {
		again := *p
		confirmed(&again, t)
		return errors.Join(w.ReplaceProposal(&again), errGaveUp)
	})
	if !errors.Is(err, errGaveUp) {
		t.Fatal(err)
	}
	view(t, s, func(r registry.Reader) error {
		if got, err := r.Proposal(p.ID); err != nil || got.Status != registry.ProposalRefused {
			t.Errorf("after a failed update: %+v, %v", got, err)
		}
		return nil
	})
}

func removeProposals(t *testing.T, s registry.Store) {
	open, decided, young := Proposal(1), Proposal(2), Proposal(3)
	refused(decided)
	young.ExpiresAt = young.ExpiresAt.Add(2 * time.Hour)
	insertProposals(t, s, open, decided, young)
	for _, c := range []struct {
		at    time.Time
		limit int
		want  []string
	}{
		{open.ExpiresAt.Add(-time.Millisecond), 10, nil},
		{open.ExpiresAt, 10, []string{open.ID}},
		{decided.KeptUntil(), 10, []string{open.ID, decided.ID}},
		{decided.KeptUntil(), 1, []string{open.ID}},
		{young.ExpiresAt, 10, []string{open.ID, decided.ID, young.ID}},
	} {
		view(t, s, func(r registry.Reader) error {
			found, err := r.ProposalsKeptUntil(c.at, c.limit)
			var ids []string
			for _, p := range found {
				ids = append(ids, p.ID)
			}
			if err != nil || !slices.Equal(ids, c.want) {
				t.Errorf("kept until %v: got %v, %v; want %v", c.at, ids, err, c.want)
			}
			return nil
		})
	}
	update(t, s, func(w registry.Writer) error {
		return errors.Join(w.RemoveProposal(open.ID), w.RemoveProposal(open.ID), w.RemoveProposal("nobody's"))
	})
	view(t, s, func(r registry.Reader) error {
		_, err := r.Proposal(open.ID)
		wantCode(t, "a removed proposal", err, registry.CodeNotFound)
		if _, err := r.Proposal(decided.ID); err != nil {
			t.Errorf("the other: %v", err)
		}
		return nil
	})
}

func purgeIdempotency(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	update(t, s, func(w registry.Writer) error {
		return errors.Join(w.PutIdempotency("a", [32]byte{}, code), w.PutIdempotency("b", [32]byte{}, code), w.PutIdempotency("c", [32]byte{}, code))
	})
	for _, c := range []struct {
		at          time.Time
		limit, want int
	}{{time.Now().Add(-time.Hour), 10, 0}, {time.Now().Add(time.Hour), 2, 2}, {time.Now().Add(time.Hour), 2, 1}, {time.Now().Add(time.Hour), 2, 0}} {
		update(t, s, func(w registry.Writer) error {
			if n, err := w.PurgeIdempotency(c.at, c.limit); err != nil || n != c.want {
				t.Errorf("purged %d, %v; want %d", n, err, c.want)
			}
			return nil
		})
	}
	view(t, s, func(r registry.Reader) error {
		_, _, err := r.Idempotency("a")
		wantCode(t, "a purged key", err, registry.CodeNotFound)
		return nil
	})
}
