package registry_test

import (
	"fmt"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestCommuneCode(t *testing.T) {
	svc := newService(t)
	// walk from Hồ Gươm (Hoàn Kiếm) to the south until the commune is Cửa Nam: the border lies between
	var north, south geo.Point
	for metres := 0.0; ; metres++ {
		p := moved(hoGuom, -metres, -300)
		loc, err := svc.Locator().Locate(p, geo.Today())
		if err != nil {
			t.Fatal(err)
		}
		if loc.Commune.Code == "00082" {
			south = moved(p, -40, 0)
			north = moved(p, -300, 0)
			break
		}
		if metres > 3000 {
			t.Fatal("no border found")
		}
	}
	metresTo := func(p geo.Point, commune string) float64 {
		d, err := svc.Locator().CommuneDistance(p, commune)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := metresTo(south, "00070"); d <= 0 || d > registry.CommuneToleranceM {
		t.Fatalf("the near point lies %.0f m from Hoàn Kiếm", d)
	}
	if d := metresTo(north, "00070"); d <= registry.CommuneToleranceM {
		t.Fatalf("the far point lies %.0f m from Hoàn Kiếm", d)
	}

	t.Run("the one that contains the point", func(t *testing.T) {
		r := house(south, "1")
		r.CommuneCode = "00082"
		if a := mustAssign(t, svc, r); a.Commune != "00082" || len(a.Flags) != 0 {
			t.Errorf("commune %s, flags %v", a.Commune, a.Flags)
		}
	})
	t.Run("a neighbour within 100 m", func(t *testing.T) {
		r := house(south, "2")
		r.CommuneCode = "00070"
		if a := mustAssign(t, svc, r); a.Commune != "00070" || !a.HasFlag(registry.FlagCommuneGiven) {
			t.Errorf("commune %s, flags %v", a.Commune, a.Flags)
		}
	})
	t.Run("a neighbour further away", func(t *testing.T) {
		r := house(north, "3")
		r.CommuneCode = "00070"
		_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
		e := wantError(t, err, registry.CodeCommuneMismatch, "commune_code")
		if want := "00082 Phường Cửa Nam"; !contains(e.Hint, want) {
			t.Errorf("hint %q does not name %s", e.Hint, want)
		}
	})
	t.Run("an old one", func(t *testing.T) {
		r := house(south, "4")
		r.CommuneCode = "00073"
		_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
		e := wantError(t, err, registry.CodeInvalid, "commune_code")
		if want := "Phường Cửa Nam"; !contains(e.Message, want) {
			t.Errorf("message %q does not say that it was %s", e.Message, want)
		}
	})
	t.Run("none at all", func(t *testing.T) {
		r := house(south, "5")
		r.CommuneCode = "99999"
		_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
		wantError(t, err, registry.CodeInvalid, "commune_code")
	})
	t.Run("in special waters", func(t *testing.T) {
		if a := mustAssign(t, svc, house(hoangSa, "1")); a.Commune != "20333" || !(a.HasFlag(registry.FlagSpecialWater) || a.HasFlag(registry.FlagOffCoast)) {
			t.Errorf("commune %s, flags %v", a.Commune, a.Flags)
		}
	})
}

func TestLikeness(t *testing.T) {
	type c = registry.Components
	tests := []struct {
		name   string
		a, b   c
		metres float64
		alike  bool
	}{
		{"the same", c{HouseNumber: "5", Street: "Phố Huế"}, c{HouseNumber: "5", Street: "Phố Huế"}, 0, true},
		{"29 m away", c{HouseNumber: "5", Street: "Phố Huế"}, c{HouseNumber: "5", Street: "Phố Huế"}, 29, true},
		{"31 m away", c{HouseNumber: "5", Street: "Phố Huế"}, c{HouseNumber: "5", Street: "Phố Huế"}, 31, false},
		{"other number", c{HouseNumber: "5", Street: "Phố Huế"}, c{HouseNumber: "7", Street: "Phố Huế"}, 0, false},
		{"other street", c{HouseNumber: "5", Street: "Phố Huế"}, c{HouseNumber: "5", Street: "Hàng Bài"}, 0, false},
		{"case and diacritics", c{HouseNumber: "5a", Street: "Phố Huế"}, c{HouseNumber: "5A", Street: "PHO HUE"}, 0, true},
		{"tone placement", c{HouseNumber: "5", Street: "Hoà Mã"}, c{HouseNumber: "5", Street: "Hòa Mã"}, 0, true},
		{"words in front", c{HouseNumber: "Số nhà 5", Street: "Đường Lê Lợi"}, c{HouseNumber: "5", Street: "Lê Lợi"}, 0, true},
		{"suffix apart", c{HouseNumber: "12 Bis", Street: "X"}, c{HouseNumber: "12bis", Street: "X"}, 0, true},
		{"suffix or not", c{HouseNumber: "12A", Street: "X"}, c{HouseNumber: "12", Street: "X"}, 0, false},
		{"hyphen", c{HouseNumber: "12-14", Street: "X"}, c{HouseNumber: "1214", Street: "X"}, 0, false},
		{"slash is an alley path", c{HouseNumber: "12/34/5", Street: "X"}, c{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "X"}, 0, true},
		{"slash in the alley", c{HouseNumber: "12/34/5", Street: "X"}, c{HouseNumber: "5", Alley: []string{"Ngách 12/34"}, Street: "X"}, 0, true},
		{"path given twice", c{HouseNumber: "12/34/5", Alley: []string{"12", "34"}, Street: "X"}, c{HouseNumber: "5", Alley: []string{"12", "34"}, Street: "X"}, 0, true},
		{"alley in the street", c{HouseNumber: "18", Street: "Ngõ 879 La Thành"}, c{HouseNumber: "879/18", Street: "La Thành"}, 0, true},
		{"named alley", c{HouseNumber: "18", Street: "Ngõ Thông Phong"}, c{HouseNumber: "18", Street: "Thông Phong"}, 0, false},
		{"path is not a number", c{HouseNumber: "12/5", Street: "X"}, c{HouseNumber: "125", Street: "X"}, 0, false},
		{"the street's own house", c{HouseNumber: "5", Street: "X"}, c{HouseNumber: "12/5", Street: "X"}, 0, false},
		{"flats of one tower", c{Building: "Chung cư X", Unit: "1205"}, c{Building: "Chung cư X", Unit: "1206"}, 0, false},
		{"floors of one tower", c{Building: "Chung cư X", Floor: "12", Unit: "5"}, c{Building: "Chung cư X", Floor: "Tầng 12", Unit: "Căn hộ 5"}, 0, true},
		{"tower without its word", c{Building: "Chung cư X", Unit: "5"}, c{Building: "X", Unit: "5"}, 0, true},
		{"block D and block Đ", c{Building: "Y", Block: "D", Unit: "5"}, c{Building: "Y", Block: "Đ", Unit: "5"}, 0, false},
		{"unnumbered neighbours", c{Hamlet: "Thôn 3"}, c{Hamlet: "Thôn 3"}, 5, false},
		{"nothing known", c{}, c{}, 0, false},
		{"street only", c{Street: "X"}, c{Street: "X"}, 0, false},
		{"number in a hamlet", c{HouseNumber: "5", Hamlet: "Ấp 1"}, c{HouseNumber: "5", Hamlet: "Ấp 2"}, 0, false},
		{"abbreviated quarter", c{HouseNumber: "5", Quarter: "TDP 7"}, c{HouseNumber: "5", Quarter: "Tổ dân phố 7"}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			svc := newService(t)
			first := mustAssign(t, svc, registry.AssignRequest{Positions: entrance(khamThien), Components: tt.a})
			second := registry.AssignRequest{Positions: entrance(moved(khamThien, tt.metres, 0)), Components: tt.b}
			answer, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, second)
			if !tt.alike {
				if err != nil {
					t.Fatalf("Assign: %v", err)
				}
				if answer.Address.Code == first.Code {
					t.Error("both have one code")
				}
				return
			}
			e := wantError(t, err, registry.CodeDuplicate, "")
			if e.Address == nil || e.Address.Code != first.Code {
				t.Errorf("the conflict names %v, want %s", e.Address, first.Code)
			}
			second.OnDuplicate = registry.AllowDuplicate
			if a := mustAssign(t, svc, second); a.Code == first.Code {
				t.Error("the override gave the same code")
			}
		})
	}
}

// Likeness is asked under zones; around a zone's border both sides are asked.
func TestLikenessAcrossZones(t *testing.T) {
	svc := newService(t)
	zone, err := geo.CellAt(khamThien, 8)
	if err != nil {
		t.Fatal(err)
	}
	for i, corner := range zone.Outline() {
		a := mustAssign(t, svc, house(moved(corner, 9, 9), fmt.Sprint(i)))
		for j, at := range []geo.Point{moved(corner, -9, -9), moved(corner, 9, -9), moved(corner, -9, 9)} {
			_, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, house(at, fmt.Sprint(i)))
			if e := wantError(t, err, registry.CodeDuplicate, ""); e.Address.Code != a.Code {
				t.Errorf("corner %d, point %d: duplicate of %s, want %s", i, j, e.Address.Code, a.Code)
			}
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	svc := newService(t)
	r := house(khamThien, "5")
	r.IdempotencyKey = "key-1"
	first := mustAssign(t, svc, r)
	again, err := svc.Assign(t.Context(), registry.Actor{Name: "test"}, r)
	if err != nil || again.Outcome != registry.OutcomeExisting || again.Address.Code != first.Code {
		t.Fatalf("the same request again: %+v, %v", again, err)
	}
	elsewhere := r
	elsewhere.Provenance.Detail = "a copy of the file"
	again, err = svc.Assign(t.Context(), registry.Actor{Name: "test"}, elsewhere)
	if err != nil || again.Outcome != registry.OutcomeExisting || again.Address.Provenance != first.Provenance {
		t.Fatalf("the same request from another file: %+v, %v", again, err)
	}
	other := house(khamThien, "7")
	other.IdempotencyKey = r.IdempotencyKey
	_, err = svc.Assign(t.Context(), registry.Actor{Name: "test"}, other)
	wantError(t, err, registry.CodeIdempotency, "idempotency_key")
	if answer, err := svc.Assign(t.Context(), registry.Actor{Name: "somebody else"}, other); err != nil || answer.Outcome != registry.OutcomeCreated {
		t.Errorf("the same key of another actor: %+v, %v", answer, err)
	}
	// a refused request does not use its key up
	refused := house(khamThien, "5")
	refused.IdempotencyKey = "key-2"
	_, err = svc.Assign(t.Context(), registry.Actor{Name: "test"}, refused)
	wantError(t, err, registry.CodeDuplicate, "")
	free := house(khamThien, "9")
	free.IdempotencyKey = "key-2"
	mustAssign(t, svc, free)
}

func TestExternalIDs(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	osm, shop, qd := registry.ExternalID{Scheme: "osm", Value: "node/1"}, registry.ExternalID{Scheme: "shop", Value: "77", Source: "a shop"}, registry.ExternalID{Scheme: "qd392", Value: "1151502853"}
	r := house(khamThien, "5")
	r.ExternalIDs = []registry.ExternalID{osm}
	first := mustAssign(t, svc, r)

	t.Run("known, wherever it is now", func(t *testing.T) {
		moved := house(moved(khamThien, 500, 0), "99")
		moved.ExternalIDs = []registry.ExternalID{osm}
		answer, err := svc.Assign(ctx, registry.Actor{Name: "test"}, moved)
		if err != nil || answer.Outcome != registry.OutcomeExisting || answer.Address.Code != first.Code || answer.Address.Version != 1 {
			t.Errorf("answer %+v, %v", answer, err)
		}
	})
	t.Run("known and new, at the place", func(t *testing.T) {
		r := house(khamThien, "5")
		r.ExternalIDs = []registry.ExternalID{shop, osm}
		answer, err := svc.Assign(ctx, registry.Actor{Name: "importer"}, r)
		if err != nil || answer.Outcome != registry.OutcomeMerged || answer.Address.Code != first.Code || answer.Address.Version != 2 {
			t.Fatalf("answer %+v, %v", answer, err)
		}
		if ids := answer.Address.ExternalIDs; len(ids) != 2 || ids[1] != shop {
			t.Errorf("external ids %+v", ids)
		}
		events, err := svc.History(ctx, first.Code)
		if err != nil || len(events) != 2 {
			t.Fatalf("history %+v, %v", events, err)
		}
		if e := events[1]; e.Action != registry.ActionMerged || e.Actor != "importer" || e.Version != 2 || len(e.Before.ExternalIDs) != 1 || len(e.After.ExternalIDs) != 2 {
			t.Errorf("event %+v", e)
		}
		if e := events[0]; e.Action != registry.ActionCreated || e.Actor != "test" || e.Before != nil || e.After == nil || e.After.Version != 1 {
			t.Errorf("event %+v", e)
		}
	})
	t.Run("known and new, elsewhere", func(t *testing.T) {
		r := house(moved(khamThien, 500, 0), "5")
		r.ExternalIDs = []registry.ExternalID{osm, qd}
		_, err := svc.Assign(ctx, registry.Actor{Name: "test"}, r)
		wantError(t, err, registry.CodeExternalIDConflict, "external_ids")
	})
	t.Run("of two addresses", func(t *testing.T) {
		second := house(khamThien, "7")
		second.ExternalIDs = []registry.ExternalID{qd}
		mustAssign(t, svc, second)
		r := house(khamThien, "9")
		r.ExternalIDs = []registry.ExternalID{osm, qd}
		_, err := svc.Assign(ctx, registry.Actor{Name: "test"}, r)
		wantError(t, err, registry.CodeExternalIDConflict, "external_ids[1]")
	})
}

func TestMergeDuplicate(t *testing.T) {
	svc := newService(t)
	ctx := t.Context()
	r := house(khamThien, "5")
	r.OnDuplicate = registry.MergeDuplicate
	r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	first := mustAssign(t, svc, r)

	twin := house(moved(khamThien, 10, 0), "Số 5")
	twin.OnDuplicate = registry.MergeDuplicate
	twin.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "way/2"}}
	far := house(moved(khamThien, 100, 0), "5")
	far.OnDuplicate = registry.MergeDuplicate
	far.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "way/3"}}
	bare := house(moved(khamThien, 10, 0), "5")
	bare.OnDuplicate = registry.MergeDuplicate
	wrong := house(outsideAll, "5")
	full := house(khamThien, "5")
	conflict := house(khamThien, "11")
	conflict.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "way/2"}, {Scheme: "osm", Value: "way/3"}}

	answers, err := svc.AssignMany(ctx, registry.Actor{Name: "importer"}, []registry.AssignRequest{twin, wrong, far, bare, full, conflict, house(khamThien, "13")})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		outcome registry.Outcome
		code    registry.ErrorCode
	}{
		{registry.OutcomeMerged, ""}, {"", registry.CodePositionOutside}, {registry.OutcomeCreated, ""}, {registry.OutcomeExisting, ""},
		{"", registry.CodeDuplicate}, {"", registry.CodeExternalIDConflict}, {registry.OutcomeCreated, ""},
	}
	for i, a := range answers {
		if a.Outcome != want[i].outcome || registry.CodeOf(a.Err) != want[i].code {
			t.Errorf("request %d: outcome %q, error %v, want %+v", i, a.Outcome, a.Err, want[i])
		}
	}
	if answers[0].Address.Code != first.Code || len(answers[0].Address.ExternalIDs) != 2 {
		t.Errorf("the twin was not merged: %+v", answers[0].Address)
	}
	// all of it again changes nothing
	again, err := svc.AssignMany(ctx, registry.Actor{Name: "importer"}, []registry.AssignRequest{twin, far})
	if err != nil || again[0].Outcome != registry.OutcomeExisting || again[1].Outcome != registry.OutcomeExisting {
		t.Errorf("the second run: %+v, %v", again, err)
	}
	if active, _, err := svc.Count(ctx); active != 3 || err != nil {
		t.Errorf("%d addresses, %v; want 3", active, err)
	}
}
