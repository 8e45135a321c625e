package registry

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
)

// fakeNumbers is a Reader that knows numbers only, and counts what it is asked.
type fakeNumbers struct {
	Reader
	area   NumberArea
	issued [NumbersPerArea]bool
	looks  int // rows that were read
}

func (f *fakeNumbers) IssuedNumber(n Number) (addresscode.Code, bool, error) {
	f.looks++
	if n.Area() != f.area || !f.issued[n%NumbersPerArea] {
		return addresscode.Code{}, false, &Error{Code: CodeNotFound}
	}
	return addresscode.Code{}, false, nil
}

func (f *fakeNumbers) NumberBlocks(NumberArea) (issued [NumberBlocks]int, err error) {
	f.looks += NumberBlocks
	for own, is := range f.issued {
		if is {
			issued[own*NumberBlocks/NumbersPerArea]++
		}
	}
	return issued, nil
}

func (f *fakeNumbers) NumbersInBlock(area NumberArea, block int) (numbers []Number, err error) {
	const size = NumbersPerArea / NumberBlocks
	for own := block * size; own < (block+1)*size; own++ {
		if f.issued[own] {
			f.looks++
			numbers = append(numbers, area.number(own))
		}
	}
	return numbers, nil
}

// Every free number answers to exactly one of the equally likely draws, so all are equally likely, however full the area is.
func TestEachFreeNumberIsDrawnOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 92))
	for _, free := range []int{1, 2, 100, 1000, 40_000} {
		f := &fakeNumbers{area: 11515}
		own := rng.Perm(NumbersPerArea)
		for _, i := range own[free:] {
			f.issued[i] = true
		}
		var want, got []int
		for i, is := range f.issued {
			if !is {
				want = append(want, i)
			}
		}
		step := max(1, free/500) // some hundred draws of each area
		for chosen := 0; chosen < free; chosen += step {
			f.looks = 0
			n, ok, err := freeNumber(f, f.area, func(bound int) (int, error) {
				if bound == NumbersPerArea {
					return own[free], nil // an issued one: the quick draws miss
				}
				if bound != free {
					t.Fatalf("drawn among %d, want %d", bound, free)
				}
				return chosen, nil
			})
			if err != nil || !ok || n.Area() != f.area {
				t.Fatalf("free number %d of %d: %s, %v, %v", chosen, free, n, ok, err)
			}
			if most := quickDraws + NumberBlocks + NumbersPerArea/NumberBlocks; f.looks > most {
				t.Errorf("%d rows were read with %d numbers free, at most %d are expected", f.looks, free, most)
			}
			got = append(got, int(n%NumbersPerArea))
		}
		for i, own := range got {
			if own != want[i*step] {
				t.Fatalf("draw %d of %d gave %05d, want %05d", i*step, free, own, want[i*step])
			}
		}
	}
}

func TestNoNumberIsFree(t *testing.T) {
	f := &fakeNumbers{area: 1}
	for i := range f.issued {
		f.issued[i] = true
	}
	if n, ok, err := freeNumber(f, 1, randomBelow); ok || err != nil {
		t.Errorf("a full area gave %s, %v", n, err)
	}
	f.issued[99_999] = false
	if n, ok, err := freeNumber(f, 1, randomBelow); !ok || err != nil || n.String() != "0000199999" {
		t.Errorf("the last free number is %s, %v, %v", n, ok, err)
	}
}

// A fresh area is drawn from as a whole: each tenth of it gets about as many of 5,000 draws as any other.
func TestNumbersAreSpread(t *testing.T) {
	f := &fakeNumbers{area: 99999}
	var tenths [10]int
	for range 5000 {
		n, ok, err := freeNumber(f, f.area, randomBelow)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		f.issued[n%NumbersPerArea] = true
		tenths[n%NumbersPerArea/(NumbersPerArea/10)]++
	}
	if lo, hi := slices.Min(tenths[:]), slices.Max(tenths[:]); lo < 350 || hi > 650 { // seven standard deviations
		t.Errorf("draws by tenth of the area: %v", tenths)
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, text := range []string{"1151502853", "0000000000", "9999999999", "115150285", "11515-02853", "", "+151502853"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := ParseNumber(text)
		if ok != isDigits(text, 10) {
			t.Fatalf("ParseNumber(%q) = %v", text, ok)
		}
		if ok && (n.String() != text || n.Area().String() != text[:5]) {
			t.Errorf("%q became %s in area %s", text, n, n.Area())
		}
	})
}
