package registry_test

import (
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func TestCoverageCounts(t *testing.T) {
	svc := newService(t)
	add := func(north float64, source geo.Source, accuracyM float64, kind registry.Kind, c registry.Components) {
		t.Helper()
		mustAssign(t, svc, registry.AssignRequest{Kind: kind, Components: c, OnDuplicate: registry.AllowDuplicate, Positions: []registry.TypedPosition{{
			Type: registry.PositionEntrance, Position: geo.Position{Point: moved(hoGuom, north, 0), Source: source, AccuracyM: accuracyM}}}})
	}
	one := registry.Components{HouseNumber: "1", Street: "Phố Thử"}
	add(0, geo.SourceSurvey, 0, registry.KindDwelling, one)
	add(8, geo.SourceGPS, 10, registry.KindDwelling, registry.Components{HouseNumber: "2", Street: "Phố Thử"})
	add(16, geo.SourceGPS, 11, registry.KindDwelling, registry.Components{HouseNumber: "3", Street: "Phố Thử"}) // too coarse
	add(24, geo.SourceGPS, 0, registry.KindBusiness, registry.Components{Hamlet: "Thôn Một"})                   // unknown
	add(32, geo.SourceImport, 1, registry.KindDwelling, registry.Components{})
	add(12, geo.SourceImport, 1, registry.KindDwelling, one)  // 12 m from its twin
	add(100, geo.SourceImport, 1, registry.KindDwelling, one) // too far for one
	offCoast := mustAssign(t, svc, registry.AssignRequest{Positions: entrance(hoangSa)})

	commune := mustAssign(t, svc, house(moved(hoGuom, 50, 50), "77")).Commune
	figures := []registry.ExpectedHouseholds{{Commune: commune, Households: 20, Source: "test", On: geo.Date(20260401)}}
	if err := svc.SetExpected(t.Context(), registry.Actor{Name: "test"}, figures); err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"", "01", commune} {
		e, err := svc.Extent(area)
		if err != nil {
			t.Fatal(err)
		}
		c, err := svc.MeasureCoverage(t.Context(), &e)
		if err != nil {
			t.Fatal(err)
		}
		var unit *registry.UnitCoverage
		units := svc.Units(c, geo.LevelCommune, "", nil)
		for i := range units {
			switch units[i].Division.Code {
			case commune:
				unit = &units[i]
			case offCoast.Commune:
				if want := int64(0); area != "" && units[i].Addresses != want {
					t.Errorf("%s holds %d addresses of %s", area, units[i].Addresses, offCoast.Commune)
				}
			}
		}
		want := registry.Counts{Addresses: 8, Dwellings: 7, Surveyed: 3, Unidentified: 1, Duplicates: 1}
		if unit == nil || unit.Counts != want || unit.Expected != 20 || unit.Share() != 7.0/20 || unit.Source != "test" {
			t.Errorf("area %q: %+v, want %+v", area, unit, want)
		}
		next := registry.SurveyNext(units)
		if len(next) == 0 || next[0].Unit.Division.Code != commune || next[0].Reasons[0] != (registry.ReasonCount{Reason: registry.ReasonMissing, Count: 13}) || next[0].Score != 13+0.5+0.5+5*0.25 {
			t.Errorf("next %+v", next)
		}
	}
	provinces := svc.Units(&registry.Coverage{}, geo.LevelProvince, "", nil)
	if len(provinces) != 34 || provinces[0].Communes == 0 {
		t.Errorf("%d provinces", len(provinces))
	}
	for name, bad := range map[string]registry.ExpectedHouseholds{"no commune": {Commune: "99999"}, "below 0": {Commune: commune, Households: -1}} {
		if err := svc.SetExpected(t.Context(), registry.Actor{Name: "test"}, []registry.ExpectedHouseholds{bad}); registry.CodeOf(err) != registry.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
