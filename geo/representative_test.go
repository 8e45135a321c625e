package geo_test

import (
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

func TestRepresentativeLiesInside(t *testing.T) {
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range data.Boundaries.Codes() {
		p, radius, ok := data.Boundaries.Representative(code)
		if !ok {
			t.Errorf("%s has none", code)
			continue
		}
		loc, err := data.Locator.Locate(p, geo.Today())
		if err != nil || loc.Match != geo.MatchInside {
			t.Errorf("%s: %v: %v, %v", code, p, loc.Match, err)
			continue
		}
		// where two are drawn over each other the other one may be found
		if far, err := data.Locator.CommuneDistance(p, code); err != nil || far != 0 {
			t.Errorf("%s: %v lies %v m outside: %v", code, p, far, err)
		}
		if radius <= 0 || radius > 900_000 {
			t.Errorf("%s reaches %v m", code, radius) // the reefs of Trường Sa lie 750 km apart
		}
	}
	if _, _, ok := data.Boundaries.Representative("99999"); ok {
		t.Error("a commune that is not drawn has a point")
	}
}

func TestNeighboursAreMutual(t *testing.T) {
	data, err := seed.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := data.Boundaries.Neighbours()
	for code, others := range all {
		for _, other := range others {
			if !slices.Contains(all[other], code) {
				t.Errorf("%s borders on %s, not the other way round", code, other)
			}
		}
	}
	// the wards around Hồ Gươm
	if got := all["00070"]; len(got) < 3 || !slices.IsSorted(got) {
		t.Errorf("phường Hoàn Kiếm borders on %v", got)
	}
}
