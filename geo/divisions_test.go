package geo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const reform Date = 2025_07_01

// smallWorld is a country of two old provinces that merged: communes 00001 and 00002 in district 001 of 01, 00003 in
// district 002 of 02, and island district 003 of 02 without communes. Since the reform it is province 02 with 00002
// (of 00001, part of 00002 and an uncoded bank), 00003 (of 00003 and the rest of 00002) and 00004 (the island).
type smallWorld struct {
	divisions []*Division
	relations []Relation
}

func newSmallWorld() *smallWorld {
	w := &smallWorld{}
	add := func(from, to Date, code, parent, province, fullName string) *Division {
		level, _ := LevelOf(code)
		n, ok := ParseName(fullName)
		if !ok {
			panic(fullName)
		}
		n.From = from
		d := &Division{Level: level, Code: code, ValidFrom: from, ValidTo: to, Parent: parent, Province: province, Names: []DatedName{n}}
		w.divisions = append(w.divisions, d)
		return d
	}
	add(0, reform, "01", "", "01", "Tỉnh Một")
	add(0, reform, "02", "", "02", "Tỉnh Hai")
	add(0, reform, "001", "01", "01", "Huyện Đông")
	add(0, reform, "002", "02", "02", "Huyện Tây")
	island := add(0, reform, "003", "02", "02", "Huyện Đảo")
	one := add(0, reform, "00001", "001", "01", "Xã A")
	two := add(0, reform, "00002", "001", "01", "Xã B")
	three := add(0, reform, "00003", "002", "02", "Thị trấn C")
	add(reform, 0, "02", "", "02", "Tỉnh Hai")
	newTwo := add(reform, 0, "00002", "02", "02", "Xã D")
	newThree := add(reform, 0, "00003", "02", "02", "Phường C")
	zone := add(reform, 0, "00004", "02", "02", "Đặc khu Đảo")
	for _, r := range []Relation{
		{From: one, To: newTwo, Kind: RelationFull},
		{From: two, To: newTwo, Kind: RelationAllPopulation},
		{From: two, To: newThree, Kind: RelationAreaOnly},
		{From: three, To: newThree, Kind: RelationFull},
		{From: island, To: zone, Kind: RelationFull},
		{FromName: "Bãi bồi", To: newTwo, Kind: RelationFull},
	} {
		r.Note = "official"
		if r.From != nil {
			r.FromName = r.From.Names[0].FullName()
		}
		w.relations = append(w.relations, r)
	}
	return w
}

func (w *smallWorld) find(code string, from Date) *Division {
	for _, d := range w.divisions {
		if d.Code == code && d.ValidFrom == from {
			return d
		}
	}
	return nil
}

func (w *smallWorld) build(t testing.TB) *Divisions {
	t.Helper()
	ds, err := NewDivisions(w.divisions, w.relations)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

func TestGetTellsLifespansApart(t *testing.T) {
	w := newSmallWorld()
	ds := w.build(t)
	for _, c := range []struct {
		level Level
		code  string
		at    Date
		want  *Division
	}{
		{LevelCommune, "00002", 0, w.find("00002", 0)},
		{LevelCommune, "00002", 2025_06_30, w.find("00002", 0)},
		{LevelCommune, "00002", reform, w.find("00002", reform)},
		{LevelCommune, "00002", 9999_12_31, w.find("00002", reform)},
		{LevelCommune, "00001", reform, nil},
		{LevelCommune, "00004", 2025_06_30, nil},
		{LevelCommune, "99999", reform, nil},
		{LevelCommune, "02", reform, nil},
		{LevelCommune, "0000x", reform, nil},
		{LevelCommune, "-0001", reform, nil},
		{LevelCommune, "", reform, nil},
		{LevelDistrict, "003", 2025_06_30, w.find("003", 0)},
		{LevelDistrict, "003", reform, nil},
		{LevelProvince, "01", 2025_06_30, w.find("01", 0)},
		{LevelProvince, "01", reform, nil},
		{"country", "01", reform, nil},
	} {
		got, err := ds.Get(c.level, c.code, c.at)
		if got != c.want || (err == nil) != (c.want != nil) || (err != nil && !errors.Is(err, ErrNoDivision)) {
			t.Errorf("Get(%s, %q, %s) = %v, %v, want %v", c.level, c.code, c.at, got, err, c.want)
		}
	}
}

func TestAllAndChildren(t *testing.T) {
	ds := newSmallWorld().build(t)
	for _, c := range []struct {
		level Level
		at    Date
		want  string
	}{
		{LevelProvince, 2025_06_30, "01 02"},
		{LevelProvince, reform, "02"},
		{LevelDistrict, 2025_06_30, "001 002 003"},
		{LevelDistrict, reform, ""},
		{LevelCommune, 2025_06_30, "00001 00002 00003"},
		{LevelCommune, reform, "00002 00003 00004"},
		{"country", reform, ""},
	} {
		if got := codes(ds.All(c.level, c.at)); got != c.want {
			t.Errorf("All(%s, %s) = %q, want %q", c.level, c.at, got, c.want)
		}
	}
	for _, c := range []struct {
		level Level
		code  string
		at    Date
		want  string
	}{
		{LevelProvince, "02", 2025_06_30, "002 003"},
		{LevelProvince, "02", reform, "00002 00003 00004"},
		{LevelDistrict, "001", 2025_06_30, "00001 00002"},
		{LevelDistrict, "003", 2025_06_30, ""},
		{LevelCommune, "00001", 2025_06_30, ""},
	} {
		d, err := ds.Get(c.level, c.code, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(ds.Children(d)); got != c.want {
			t.Errorf("children of %s on %s are %q, want %q", c.code, c.at, got, c.want)
		}
	}
}

func codes(ds []*Division) string {
	var all []string
	for _, d := range ds {
		all = append(all, d.Code)
	}
	return strings.Join(all, " ")
}

func TestRelations(t *testing.T) {
	w := newSmallWorld()
	ds := w.build(t)
	show := func(rs []Relation, end func(Relation) string) string {
		var all []string
		for _, r := range rs {
			all = append(all, fmt.Sprintf("%s:%s", end(r), r.Kind))
		}
		return strings.Join(all, " ")
	}
	to := func(r Relation) string { return r.To.Code }
	from := func(r Relation) string { return r.FromName }
	for _, c := range []struct{ code, want string }{
		{"00001", "00002:full"},
		{"00002", "00002:part_area_all_population 00003:part_area_only"},
		{"001", "00002:part 00003:part_area_only"},
		{"002", "00003:full"},
		{"003", "00004:full"},
		{"01", "02:full"},
		{"02", "02:full"},
	} {
		if got := show(ds.Successors(w.find(c.code, 0)), to); got != c.want {
			t.Errorf("successors of %s are %q, want %q", c.code, got, c.want)
		}
		if rs := ds.Predecessors(w.find(c.code, 0)); len(rs) != 0 {
			t.Errorf("predecessors of old %s are %v, want none", c.code, rs)
		}
	}
	for _, c := range []struct{ code, want string }{
		{"00002", "Xã A:full Xã B:part_area_all_population Bãi bồi:full"},
		{"00003", "Xã B:part_area_only Thị trấn C:full"},
		{"00004", "Huyện Đảo:full"},
		{"02", "Tỉnh Một:full Tỉnh Hai:full"},
	} {
		if got := show(ds.Predecessors(w.find(c.code, reform)), from); got != c.want {
			t.Errorf("predecessors of %s are %q, want %q", c.code, got, c.want)
		}
	}
	// 02 → 02 is known only because its island district went there: a district counts like a commune.
	if rs := ds.Successors(w.find("02", 0)); len(rs) != 1 || rs[0].Note != "" {
		t.Errorf("relations of provinces are derived and carry no official note, got %+v", rs)
	}
}

func TestNewDivisionsRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(*smallWorld)
	}{
		{"unknown level", func(w *smallWorld) { w.find("00001", 0).Level = "hamlet" }},
		{"code of another length", func(w *smallWorld) { w.find("00001", 0).Code = "0001" }},
		{"code with a letter", func(w *smallWorld) { w.find("00001", 0).Code = "0000A" }},
		{"no name", func(w *smallWorld) { w.find("00001", 0).Names = nil }},
		{"name from a later day", func(w *smallWorld) { w.find("00001", 0).Names[0].From = 2020_01_01 }},
		{"unknown type", func(w *smallWorld) { w.find("00001", 0).Names[0].Type = "Làng" }},
		{"names out of order", func(w *smallWorld) {
			d := w.find("00003", reform)
			d.Names = append(d.Names, d.Names[0])
		}},
		{"postcodes out of order", func(w *smallWorld) {
			w.find("00003", reform).Postcodes = []DatedText{{2026_01_01, "12345"}, {2025_01_01, "12346"}}
		}},
		{"overlapping lifespans", func(w *smallWorld) { w.find("00002", 0).ValidTo = 2025_07_02 }},
		{"open lifespan before another", func(w *smallWorld) { w.find("00002", 0).ValidTo = 0 }},
		{"end before the beginning", func(w *smallWorld) { w.find("00004", reform).ValidTo = 2025_06_01 }},
		{"no such parent", func(w *smallWorld) { w.find("00001", 0).Parent = "999" }},
		{"parent of the same level", func(w *smallWorld) { w.find("00001", 0).Parent = "00002" }},
		{"parent that ends earlier", func(w *smallWorld) { w.find("002", 0).ValidTo = 2020_01_01 }},
		{"other province than the parent", func(w *smallWorld) { w.find("00001", 0).Province = "02" }},
		{"province with a parent", func(w *smallWorld) { w.find("01", 0).Parent = "02" }},
		{"relation of unknown kind", func(w *smallWorld) { w.relations[0].Kind = "some" }},
		{"relation without the official note", func(w *smallWorld) { w.relations[0].Note = "" }},
		{"relation without the old name", func(w *smallWorld) { w.relations[5].FromName = "" }},
		{"relation to nothing", func(w *smallWorld) { w.relations[0].To = nil }},
		{"relation to a stranger", func(w *smallWorld) { copied := *w.relations[0].To; w.relations[0].To = &copied }},
		{"relation from a stranger", func(w *smallWorld) { copied := *w.relations[0].From; w.relations[0].From = &copied }},
		{"relation back in time", func(w *smallWorld) { w.relations[0].From = w.find("00003", reform) }},
		{"relation to a province", func(w *smallWorld) { w.relations[0].To = w.find("02", reform) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newSmallWorld()
			c.damage(w)
			if _, err := NewDivisions(w.divisions, w.relations); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestGetAgreesWithBruteForce builds random histories of codes and asks for every code on random days.
func TestGetAgreesWithBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []*Division
	for n := range 100 {
		if rng.IntN(4) == 0 {
			continue
		}
		code := fmt.Sprintf("%02d", n)
		for from := Date(rng.IntN(50)); from < 1000 && rng.IntN(5) > 0; {
			to := from + 1 + Date(rng.IntN(300))
			all = append(all, &Division{Level: LevelProvince, Code: code, Province: code, ValidFrom: from, ValidTo: to,
				Names: []DatedName{{From: from, Type: "Tỉnh", Name: "P"}}})
			from = to + Date(rng.IntN(2)*rng.IntN(100))
		}
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	ds, err := NewDivisions(slices.Clone(all), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 20_000 {
		code, at := fmt.Sprintf("%02d", rng.IntN(100)), Date(rng.IntN(1200))
		var want *Division
		for _, d := range all {
			if d.Code == code && d.ValidFrom <= at && at < d.ValidTo {
				want = d
			}
		}
		if got, _ := ds.Get(LevelProvince, code, at); got != want {
			t.Fatalf("Get(%s, %d) = %v, want %v", code, at, got, want)
		}
	}
}

func BenchmarkDivisionsGet(b *testing.B) {
	ds := newSmallWorld().build(b)
	for b.Loop() {
		if _, err := ds.Get(LevelCommune, "00003", reform); err != nil {
			b.Fatal(err)
		}
	}
}
