package registry_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func TestResolve(t *testing.T) {
	svc := newService(t)
	r := house(hoGuom, "5")
	r.ExternalIDs = []registry.ExternalID{{Scheme: "osm", Value: "node/1"}, {Scheme: "qd392", Value: "1151502853"}, {Scheme: "shop", Value: "GV6PSQZM2KKP"}}
	a := mustAssign(t, svc, r)
	const code = "5FJBC-2NJV-T33"
	if a.Code.String() != code {
		t.Fatalf("Hồ Gươm has the code %s, want %s", a.Code, code)
	}
	const registered, free = code, "GV6PS-QZM2-KKP"
	tests := []struct {
		name, q string
		kind    registry.QueryKind
		first   string // the first candidate's code, "" for a place
		found   bool   // it is registered
	}{
		{"canonical", code, registry.QueryCode, registered, true},
		{"compact", "5FJBC2NJVT33", registry.QueryCode, registered, true},
		{"lower case", "5fjbc-2njv-t33", registry.QueryCode, registered, true},
		{"spaces", "  5FJBC 2NJV T33 ", registry.QueryCode, registered, true},
		{"full width", "５ＦＪＢＣ２ＮＪＶＴ３３", registry.QueryCode, registered, true},
		{"not registered", free, registry.QueryCode, free, false},
		{"link", "https://example.vn/a/5FJBC2NJVT33", registry.QueryCode, registered, true},
		{"link with query", "https://example.vn/?code=5FJBC-2NJV-T33&x=1", registry.QueryCode, registered, true},
		{"running text", "Giao tới 5FJBC-2NJV-T33, gọi trước", registry.QueryCode, registered, true},
		{"with its commune", "5FJBC-2NJV-T33, phường Hoàn Kiếm", registry.QueryCode, registered, true},
		{"label in front", "mã:5FJBC-2NJV-T33", registry.QueryCode, registered, true},
		{"ascii label in front", "code:5FJBC-2NJV-T33", registry.QueryCode, registered, true},
		{"two codes, registered first", "GV6PS-QZM2-KKP hay 5FJBC-2NJV-T33", registry.QueryCode, registered, true},
		{"one wrong", "5FJBC-2NJV-T34", registry.QueryCorrection, registered, true},
		{"swapped", "5FJCB-2NJV-T33", registry.QueryCorrection, registered, true},
		{"one missing", "5FJBC-2NJVT3", registry.QueryCorrection, registered, true},
		{"one doubled", "5FJJBC-2NJV-T33", registry.QueryCorrection, registered, true},
		{"three unreadable", "5FJBC-2NJV-???", registry.QueryCorrection, registered, true},
		{"damaged in a link", "https://example.vn/5FJBC2NJVT34", registry.QueryCorrection, registered, true},
		{"short", "2NJV-T33, phường Hoàn Kiếm", registry.QueryShort, registered, true},
		{"short with province", "2njv t33, P. Hoàn Kiếm, TP. Hà Nội", registry.QueryShort, registered, true},
		{"short without comma", "2NJVT33 hoan kiem", registry.QueryShort, registered, true},
		{"short with old commune", "2NJV-T33, phường Hàng Trống, quận Hoàn Kiếm", registry.QueryShort, registered, true},
		{"short, not registered", "QZM2-KKP, phường Bến Thành, TP.HCM", registry.QueryShort, free, false},
		{"external id", "osm:node/1", registry.QueryExternalID, registered, true},
		{"scheme in capitals", "OSM:node/1", registry.QueryExternalID, registered, true},
		{"qd392", "qd392:1151502853", registry.QueryExternalID, registered, true},
		{"ten digits", "1151502853", registry.QueryExternalID, registered, true},
		{"external id that looks like a code", "shop:GV6PSQZM2KKP", registry.QueryExternalID, registered, true},
		{"unknown external id that is a code", "parcel:5FJBC2NJVT33", registry.QueryCode, registered, true},
		{"Plus Code", "7PH72VH2+FX", registry.QueryPlusCode, registered, true},
		{"H3", "8d415cb4e426bbf", registry.QueryCell, registered, true},
		{"H3 in capitals", "8D415CB4E426BBF", registry.QueryCell, registered, true},
		{"position", "21.0287,105.8524", registry.QueryPosition, registered, true},
		{"position with space", "21.0287 105.8524", registry.QueryPosition, registered, true},
		{"geo uri", "geo:21.0287,105.8524", registry.QueryPosition, registered, true},
		{"position of nobody", "10.7725,106.698", registry.QueryPosition, "", false},
		{"position at sea", "12.0, 111.0", registry.QueryPosition, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := svc.Resolve(t.Context(), tt.q)
			if err != nil {
				t.Fatalf("Resolve(%q): %v", tt.q, err)
			}
			if res.Kind != tt.kind || len(res.Candidates) == 0 {
				t.Fatalf("Resolve(%q) is a %s with %d candidates, want a %s", tt.q, res.Kind, len(res.Candidates), tt.kind)
			}
			c := res.Candidates[0]
			text := ""
			if !c.Code.IsZero() {
				text = c.Code.String()
			}
			if text != tt.first || (c.Address != nil) != tt.found {
				t.Errorf("Resolve(%q) gives first %q, registered %v; want %q, %v", tt.q, text, c.Address != nil, tt.first, tt.found)
			}
			if (c.Suggestion != nil) != (tt.kind == registry.QueryCorrection) {
				t.Errorf("suggestion is %v", c.Suggestion)
			}
			place := tt.kind == registry.QueryPosition || tt.kind == registry.QueryCell || tt.kind == registry.QueryPlusCode
			if (res.Point != nil) != place {
				t.Errorf("point is %v", res.Point)
			}
			if last := res.Candidates[len(res.Candidates)-1]; place && (!last.Code.IsZero() || last.Point != *res.Point) {
				t.Errorf("the place itself is not the last candidate: %+v", last)
			}
			if tt.found && (c.Location == nil || c.Location.Commune.Code != "00070" || geo.Distance(c.Point, hoGuom) > 0.1) {
				t.Errorf("the candidate's place is %v, %+v", c.Point, c.Location)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	svc := newService(t)
	tests := []struct {
		name, q string
		code    registry.ErrorCode
	}{
		{"empty", "", registry.CodeInvalid},
		{"blank", " \t\u00a0", registry.CodeInvalid},
		{"words", "chào buổi sáng", registry.CodeInvalid},
		{"too long", strings.Repeat("x", registry.MaxQuery+1), registry.CodeInvalid},
		{"zone", "5FJBC-", registry.CodeInvalid},
		{"two wrong beyond repair", "5FJBC-2NJV-QQQ", registry.CodeInvalid},
		{"short code alone", "2NJV-T33", registry.CodeInvalid},
		{"short code, unknown commune", "2NJV-T33, phường Atlantis", registry.CodeInvalid},
		{"short code, commune of another province", "2NJV-T33, phường Hoàn Kiếm, TP.HCM", registry.CodeInvalid},
		{"short code that fits nowhere", "2NJV-T34, phường Hoàn Kiếm", registry.CodeInvalidCode},
		{"unknown external id", "osm:node/404", registry.CodeNotFound},
		{"unknown ten digits", "0000000000", registry.CodeNotFound},
		{"short Plus Code", "2VH2+FX", registry.CodeInvalid},
		{"bad Plus Code", "7PH72VH2+A", registry.CodeInvalid},
		{"bad H3", "8fffffffffffff0", registry.CodeInvalid},
		{"swapped position", "105.8524,21.0287", registry.CodePositionSwapped},
		{"position elsewhere", "48.85,2.35", registry.CodePositionOutside},
		{"H3 elsewhere", "8d1fb46741ae8bf", registry.CodePositionOutside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := svc.Resolve(t.Context(), tt.q)
			if code := registry.CodeOf(err); code != tt.code {
				t.Fatalf("Resolve(%q) = %+v, %v with code %q, want code %s", tt.q, res, err, code, tt.code)
			}
			if err.(*registry.Error).Op != "resolve" {
				t.Errorf("error %v has another operation", err)
			}
		})
	}
}

// Every registered code is found by its short form in its commune, also beside borders and where the commune was given.
func TestResolveShortOfEveryCommune(t *testing.T) {
	svc := newService(t)
	today := geo.Today()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range data.Divisions.All(geo.LevelCommune, today) {
		if i%40 != 0 {
			continue
		}
		shape, ok := data.Boundaries.MultiPolygon(d.Code)
		if !ok {
			t.Fatalf("%s has no boundary", d.Code)
		}
		corner := shape[0][0][0]
		p := point(corner[1], corner[0])
		if _, err := svc.Locator().Locate(p, today); err != nil {
			continue
		}
		r := house(p, "1")
		r.CommuneCode = d.Code
		a := mustAssign(t, svc, r)
		province, err := data.Divisions.Get(geo.LevelProvince, d.Province, today)
		if err != nil {
			t.Fatal(err)
		}
		q := a.Code.Short() + ", " + d.Name(today).FullName() + ", " + province.Name(today).FullName()
		res, err := svc.Resolve(t.Context(), q)
		if err != nil || res.Kind != registry.QueryShort || res.Candidates[0].Code != a.Code {
			t.Errorf("Resolve(%q) = %+v, %v; want %s", q, res, err, a.Code)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, q := range []string{"5FJBC-2NJV-T33", "2NJV-T33, phường Hoàn Kiếm", "osm:node/1", "1151502853", "7PH72VH2+FX", "8d415cb4e426bbf",
		"21.0287,105.8524", "https://example.vn/5FJBC2NJVT34", "5FJBC-2NJV-???", "phường 1", "a:b:c", "+", "://", "\x00", "２ＮＪＶ－Ｔ３３，Ｈ"} {
		f.Add(q)
	}
	data, err := builtIn()
	if err != nil {
		f.Fatal(err)
	}
	store, err := sqlite.Open(context.Background(), filepath.Join(f.TempDir(), "registry.db"), sqlite.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	svc := registry.NewService(store, data.Divisions, data.Locator)
	mustAssign(f, svc, house(hoGuom, "5"))
	f.Fuzz(func(t *testing.T, q string) {
		res, err := svc.Resolve(t.Context(), q)
		if err != nil {
			if res != nil {
				t.Errorf("Resolve(%q) gives an answer and the error %v", q, err)
			}
			if code := registry.CodeOf(err); code == registry.CodeInternal {
				t.Errorf("Resolve(%q): %v: %v", q, err, err.(*registry.Error).Err)
			}
			return
		}
		if len(res.Candidates) == 0 {
			t.Errorf("Resolve(%q) has no candidates", q)
		}
		known := true
		for _, c := range res.Candidates {
			if c.Address != nil && !known {
				t.Errorf("Resolve(%q) has a registered candidate after one that is not", q)
			}
			if c.Address != nil && c.Address.Code != c.Code {
				t.Errorf("Resolve(%q): candidate %s has the address %s", q, c.Code, c.Address.Code)
			}
			known = c.Address != nil
		}
	})
}

// Addresses at sea have short codes too: Đảo Hoàng Sa itself lies 4.4 km from the nearest drawn reef.
func TestResolveShortInSpecialWaters(t *testing.T) {
	svc := newService(t)
	for _, p := range []geo.Point{hoangSa, point(16.533, 111.608), point(16.65, 111.75), point(8.65, 111.92)} {
		a := mustAssign(t, svc, house(p, "1"))
		d, err := svc.Divisions().Get(geo.LevelCommune, a.Commune, geo.Today())
		if err != nil {
			t.Fatal(err)
		}
		q := a.Code.Short() + ", " + d.Name(geo.Today()).FullName()
		res, err := svc.Resolve(t.Context(), q)
		if err != nil || res.Candidates[0].Code != a.Code {
			t.Errorf("Resolve(%q) = %+v, %v; want %s", q, res, err, a.Code)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	svc := newService(b)
	mustAssign(b, svc, house(hoGuom, "5"))
	for name, q := range map[string]string{"code": "5FJBC-2NJV-T33", "damaged": "5FJBC-2NJV-T34", "short": "2NJV-T33, phường Hoàn Kiếm",
		"at sea": "2NJV-T33, đặc khu Trường Sa", "position": "21.0287,105.8524"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := svc.Resolve(context.Background(), q); err != nil && registry.CodeOf(err) == registry.CodeInternal {
					b.Fatal(err)
				}
			}
		})
	}
}
