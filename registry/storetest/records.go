package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

var recordTests = []test{
	{"every field survives insert and replace", everyField},
	{"what cannot be kept is refused", unkeepable},
	{"nothing is found in an empty store", emptyStore},
}

// successor is some code.
var successor = func() addresscode.Code {
	code, _ := addresscode.Parse("5FJBC-2NJV-T33")
	return code
}()

// variants are changes to a small address, each of which must come back as it went in.
var variants = []struct {
	name   string
	change func(*registry.Address)
}{
	{"small", func(*registry.Address) {}},
	{"no components", func(a *registry.Address) { a.Components = registry.Components{} }},
	{"all components", func(a *registry.Address) {
		a.Components = registry.Components{
			HouseNumber: "12A/3 bis", Alley: []string{"12", "34/5", "ngõ Trạm"}, Street: "Đường Điện Biên Phủ", Hamlet: "Thôn Đoài",
			Quarter: "Tổ 7", Building: "Tòa S1.02", Block: "B", Floor: "12A", Unit: "1205",
		}
	}},
	{"composed and decomposed Vietnamese", func(a *registry.Address) {
		a.Components.Street, a.Components.Hamlet = "Nguyễn Huệ", "Nguyê\u0303n Huê\u0323"
	}},
	{"text that needs quoting", func(a *registry.Address) {
		a.Components.Street = "'; DROP TABLE address; -- \"<&>\\\t\n\u2028 😀"
		a.Components.Alley = []string{"", "\"", "<12>", ",", "[]", "\\u0041"}
	}},
	{"long text", func(a *registry.Address) {
		a.Components.Street = strings.Repeat("ữ", 10_000)
		a.Provenance.Detail = strings.Repeat("x", 70_000)
	}},
	{"every type of position", func(a *registry.Address) {
		a.Positions = []registry.TypedPosition{
			position(registry.PositionBuilding, 210287001, 1058524001, geo.SourceImagery, 0),
			position(registry.PositionEntrance, 210287002, 1058524002, geo.SourceSurvey, 0.02),
			position(registry.PositionDelivery, 210287003, 1058524003, geo.SourceGeocoded, 1234.5),
			position(registry.PositionDelivery, 210287004, 1058524004, geo.SourceImport, 1.0/3),
		}
	}},
	{"extreme positions", func(a *registry.Address) {
		a.Positions = []registry.TypedPosition{
			position(registry.PositionEntrance, -900000000, -1800000000, geo.SourceUnknown, 1e9),
			position(registry.PositionBuilding, 900000000, 1800000000, geo.SourceUnknown, 5e-324),
			position(registry.PositionDelivery, 0, 0, geo.SourceUnknown, 0),
		}
	}},
	{"one external id", func(a *registry.Address) {
		a.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}}
	}},
	{"external ids with source and dates", func(a *registry.Address) {
		a.ExternalIDs = []registry.ExternalID{
			{Scheme: "qd392", Value: "1151502853", Source: "Bộ", ValidFrom: 20210101, ValidTo: 20250701},
			{Scheme: "a", Value: "from", ValidFrom: 20210101},
			{Scheme: "a", Value: "to", ValidTo: 20250701},
			{Scheme: "a", Value: "source", Source: "cơ quan"},
			{Scheme: "", Value: ""},
			{Scheme: "a", Value: "from", ValidFrom: 20260101},
		}
	}},
	{"many external ids", func(a *registry.Address) {
		for i := range 200 {
			a.ExternalIDs = append(a.ExternalIDs, registry.ExternalID{Scheme: "shop", Value: fmt.Sprintf("số %d", i)})
		}
	}},
	{"retired business", func(a *registry.Address) { a.Status, a.Kind = registry.StatusRetired, registry.KindBusiness }},
	{"retired with successors", func(a *registry.Address) {
		a.Status, a.Successors = registry.StatusRetired, []addresscode.Code{a.Code, successor}
	}},
	{"public", func(a *registry.Address) { a.Kind = registry.KindPublic }},
	{"other", func(a *registry.Address) { a.Kind = registry.KindOther }},
	{"communes", func(a *registry.Address) { a.CommuneAtIssue, a.Commune = "00004", "32248" }},
	{"lowest and highest commune", func(a *registry.Address) { a.CommuneAtIssue, a.Commune = "00000", "99999" }},
	{"no commune", func(a *registry.Address) { a.CommuneAtIssue, a.Commune = "", "" }},
	{"no provenance", func(a *registry.Address) { a.Provenance = registry.Provenance{} }},
	{"all flags", func(a *registry.Address) {
		a.Flags = []registry.Flag{registry.FlagCommuneGiven, registry.FlagOffCoast, registry.FlagOffBorder, registry.FlagSpecialWater, registry.FlagSpilled}
	}},
	{"one flag", func(a *registry.Address) { a.Flags = []registry.Flag{registry.FlagSpilled} }},
	{"times", func(a *registry.Address) {
		a.CreatedAt, a.UpdatedAt = time.UnixMilli(-1).UTC(), time.Date(2199, 12, 31, 23, 59, 59, 999e6, time.UTC)
	}},
}

func everyField(t *testing.T, s registry.Store) {
	codes := Codes(t, len(variants)+1)
	for i, v := range variants {
		a := Address(codes[i])
		v.change(a)
		insert(t, s, 1, a)
		wantAddress(t, v.name+" inserted", get(t, s, a.Code), a)
		update(t, s, func(w registry.Writer) error { return w.Remove(a.Code) })
	}
	// One address goes through all of them, so that each field is also taken away again.
	last := Address(codes[len(variants)])
	insert(t, s, 1, last)
	for _, v := range variants {
		a := Address(last.Code)
		v.change(a)
		a.Version = last.Version + 1
		update(t, s, func(w registry.Writer) error { return w.Replace(a, 1) })
		wantAddress(t, v.name+" replaced", get(t, s, a.Code), a)
		last = a
	}
}

func unkeepable(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	for _, c := range []struct {
		name   string
		change func(*registry.Address)
	}{
		{"no code", func(a *registry.Address) { a.Code = addresscode.Code{} }},
		{"no position", func(a *registry.Address) { a.Positions = nil }},
		{"status", func(a *registry.Address) { a.Status = "lost" }},
		{"no status", func(a *registry.Address) { a.Status = "" }},
		{"kind", func(a *registry.Address) { a.Kind = "castle" }},
		{"position type", func(a *registry.Address) { a.Positions[0].Type = "roof" }},
		{"second position's type", func(a *registry.Address) { a.Positions = append(a.Positions, registry.TypedPosition{}) }},
		{"position source", func(a *registry.Address) { a.Positions[0].Source = "dream" }},
		{"commune", func(a *registry.Address) { a.Commune = "4" }},
		{"commune at issue", func(a *registry.Address) { a.CommuneAtIssue = "abcde" }},
		{"signed commune", func(a *registry.Address) { a.CommuneAtIssue = "+1234" }},
		{"flag", func(a *registry.Address) { a.Flags = []registry.Flag{"haunted"} }},
	} {
		a := Address(code)
		c.change(a)
		update(t, s, func(w registry.Writer) error {
			wantCode(t, c.name, w.Insert(a, 1), registry.CodeInvalid)
			return nil
		})
	}
	view(t, s, func(r registry.Reader) error {
		wantCount(t, r, 0, 0)
		return nil
	})
}

func emptyStore(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	a := Address(code)
	read := func(r registry.Reader) error {
		_, err := r.Address(code)
		wantCode(t, "Address", err, registry.CodeNotFound)
		_, err = r.ByExternalID("osm", "node/1")
		wantCode(t, "ByExternalID", err, registry.CodeNotFound)
		_, _, err = r.Idempotency("k")
		wantCode(t, "Idempotency", err, registry.CodeNotFound)
		if found, err := r.ByLikeness(7); err != nil || len(found) != 0 {
			t.Errorf("ByLikeness: got %v, %v; want none", found, err)
		}
		if events, err := r.Events(code); err != nil || len(events) != 0 {
			t.Errorf("Events: got %v, %v; want none", events, err)
		}
		if keys, err := r.KeysInRange(0, 1<<43); err != nil || len(keys) != 0 {
			t.Errorf("KeysInRange: got %v, %v; want none", keys, err)
		}
		if v, err := r.Meta("k"); err != nil || v != "" {
			t.Errorf("Meta: got %q, %v; want nothing", v, err)
		}
		wantCount(t, r, 0, 0)
		return nil
	}
	view(t, s, read)
	update(t, s, func(w registry.Writer) error {
		wantCode(t, "Replace", w.Replace(a, 1), registry.CodeNotFound)
		wantCode(t, "Remove", w.Remove(code), registry.CodeNotFound)
		return read(w)
	})
}
