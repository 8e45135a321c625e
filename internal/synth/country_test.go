package synth

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

// plan is one for all tests: finding the zones takes seconds.
var plan = sync.OnceValues(func() (*Country, error) {
	data, err := seed.Load()
	if err != nil {
		return nil, err
	}
	return NewCountry(data, 1, 1)
})

func planned(t testing.TB, n int, seedNumber uint64) *Country {
	t.Helper()
	shared, err := plan()
	if err != nil {
		t.Fatal(err)
	}
	c := *shared
	c.zones, c.seed = slices.Clone(shared.zones), seedNumber
	c.share(n)
	return &c
}

func country(t testing.TB, n int, seedNumber uint64) (houses []House) {
	t.Helper()
	c := planned(t, n, seedNumber)
	if err := c.Households(t.Context(), func(part []House) error {
		houses = append(houses, part...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return houses
}

func TestCountryHasItsHouseholdsInTheOrderOfCodes(t *testing.T) {
	data := load(t)
	for _, n := range []int{1, 60_000} {
		houses := country(t, n, 1)
		if len(houses) != n {
			t.Fatalf("%d households, want %d", len(houses), n)
		}
		var last uint64
		kinds := map[string]int{}
		provinces := map[string]bool{}
		for i, h := range houses {
			code, err := geo.EncodeFirst(h.Point)
			if err != nil || code.Key() < last {
				t.Fatalf("household %d: not in the order of codes (%v)", i, err)
			}
			last = code.Key()
			if loc, err := data.Locator.Locate(h.Point, geo.Today()); err != nil || loc.Commune.Code != h.Commune.Code {
				t.Fatalf("household %d lies in another commune than it says (%v)", i, err)
			}
			provinces[h.Commune.Province] = true
			switch p := h.Components; {
			case p.Unit != "":
				kinds["flat"]++
			case p.HouseNumber == "":
				kinds["hamlet without numbers"]++
			case len(p.Alley) > 0 || bytes.ContainsRune([]byte(p.HouseNumber), '/'):
				kinds["alley"]++
			default:
				kinds["street"]++
			}
		}
		if n < 60_000 {
			continue
		}
		if len(provinces) != 34 {
			t.Errorf("households in %d provinces, want 34", len(provinces))
		}
		for _, kind := range []string{"hamlet without numbers", "alley", "street"} {
			if kinds[kind] < n/50 {
				t.Errorf("%d of %d are of the kind %s", kinds[kind], n, kind)
			}
		}
	}
}

func TestCountryIsDeterministic(t *testing.T) {
	write := func(seedNumber uint64) []byte {
		var b bytes.Buffer
		w, err := NewCSV(&b)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range country(t, 3000, seedNumber) {
			if err := w.Write(&h); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := write(7)
	if !bytes.Equal(first, write(7)) {
		t.Error("the same count and seed give other households")
	}
	if bytes.Equal(first, write(8)) {
		t.Error("another seed gives the same households")
	}
}

func TestCountryStopsAtAnError(t *testing.T) {
	c := planned(t, 5000, 1)
	enough, parts := errors.New("enough"), 0
	if err := c.Households(t.Context(), func([]House) error { parts++; return enough }); !errors.Is(err, enough) || parts != 1 {
		t.Errorf("%d parts and %v after the error", parts, err)
	}
}

func TestDegrees(t *testing.T) {
	for e7, want := range map[int32]string{0: "0.0000000", 1: "0.0000001", 210287000: "21.0287000", 1058524001: "105.8524001"} {
		if got := degrees(e7); got != want {
			t.Errorf("%d: %s, want %s", e7, got, want)
		}
	}
}

func BenchmarkCountry(b *testing.B) {
	c, n := planned(b, 28_000_000, 1), 0
	for b.Loop() {
		_ = c.Households(b.Context(), func(houses []House) error {
			if n += len(houses); n > 300_000*b.N {
				return errors.New("enough")
			}
			return nil
		})
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "houses/s")
}
