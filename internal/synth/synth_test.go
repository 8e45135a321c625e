package synth

import (
	"reflect"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

func load(tb testing.TB) *seed.Data {
	tb.Helper()
	data, err := seed.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestHousesLieWhereTheySayAndAreCalledOnce(t *testing.T) {
	data := load(t)
	houses, err := Generate(data, 5000, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(houses) != 5000 {
		t.Fatalf("%d houses, want 5000", len(houses))
	}
	var alleys, units, hamlets, suffixes int
	var last uint64
	for _, h := range houses {
		loc, err := data.Locator.Locate(h.Point, geo.Today())
		if err != nil || loc.Commune != h.Commune {
			t.Fatalf("%+v: lies in %v (%v)", h, loc.Commune, err)
		}
		code, err := geo.EncodeFirst(h.Point)
		if err != nil || code.Key() < last {
			t.Fatalf("%+v: not in the order of codes (%v)", h, err)
		}
		last = code.Key()
		c := h.Components
		switch {
		case c.Unit != "":
			units++
		case c.HouseNumber == "":
			hamlets++
		case len(c.Alley) > 0:
			alleys++
		}
		if n := len(c.HouseNumber); n > 0 && c.HouseNumber[n-1] >= 'A' {
			suffixes++
		}
	}
	for name, n := range map[string]int{"alleys": alleys, "units": units, "hamlets": hamlets, "suffixes": suffixes} {
		if n < 40 {
			t.Errorf("%d %s of %d houses", n, name, len(houses))
		}
	}
}

func TestSameSeedSameHouses(t *testing.T) {
	data := load(t)
	a, err := Generate(data, 500, 7)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Generate(data, 500, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	if c, err := Generate(data, 500, 8); err != nil || reflect.DeepEqual(a, c) {
		t.Errorf("another seed makes the same houses (%v)", err)
	}
}

func BenchmarkGenerate(b *testing.B) {
	data := load(b)
	for b.Loop() {
		if _, err := Generate(data, 20_000, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "houses/s")
}
