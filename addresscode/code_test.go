package addresscode

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2026)) }

// randomCode draws evenly from all codes.
func randomCode(rng *rand.Rand) Code {
	for {
		key := rng.Uint64N(zoneCount)*householdSpan + rng.Uint64N(households)
		if c, err := FromKey(key); err == nil {
			return c
		}
	}
}

// slowCell builds an H3 index digit by digit.
func slowCell(root int, digits ...int) uint64 {
	cell := uint64(1)<<59 | uint64(len(digits)+1)<<52 | uint64(roots[root])<<42
	for r := 2; r <= 15; r++ {
		d := 7
		if r-2 < len(digits) {
			d = digits[r-2]
		}
		cell |= uint64(d) << (3 * (15 - r))
	}
	return cell
}

func TestRoots(t *testing.T) {
	want := []uint64{
		0x81403ffffffffff, 0x81407ffffffffff, 0x81413ffffffffff, 0x81417ffffffffff, 0x8141bffffffffff,
		0x814bbffffffffff, 0x8164bffffffffff, 0x81653ffffffffff, 0x8165bffffffffff, 0x81683ffffffffff,
		0x81693ffffffffff, 0x81697ffffffffff, 0x8169bffffffffff,
	}
	if len(want) != rootCount {
		t.Fatalf("%d roots, want %d", rootCount, len(want))
	}
	for n, cell := range want {
		if got := slowCell(n); got != cell {
			t.Errorf("root %d is %x, want %x", n, got, cell)
		}
		lo, hi, err := KeyRange(cell)
		wantLo := uint64(n*zonesPerRoot) * householdSpan
		wantHi := uint64((n+1)*zonesPerRoot-1)*householdSpan + households - 1
		if err != nil || lo != wantLo || hi != wantHi {
			t.Errorf("root %d has the keys %d..%d (%v), want %d..%d", n, lo, hi, err, wantLo, wantHi)
		}
	}
}

// A code has two halves that know nothing of each other: all zones, and all households.

func TestEveryZoneRoundTrips(t *testing.T) {
	step := uint32(1)
	if testing.Short() {
		step = 101
	}
	for n := uint32(0); n < zoneCount; n += step {
		z := Zone{n}
		got, err := ZoneOf(z.Cell())
		if err != nil || got != z {
			t.Fatalf("zone %d: ZoneOf(%x) = %d, %v", n, z.Cell(), got.Number(), err)
		}
	}
	for n := uint32(0); n < zoneCount; n += 1009 {
		z := Zone{n}
		if got, err := ParseZone(z.String()); err != nil || got != z {
			t.Fatalf("zone %d: ParseZone(%s) = %d, %v", n, z, got.Number(), err)
		}
	}
}

func TestEveryHouseholdRoundTrips(t *testing.T) {
	rng := newRand(2)
	refused := 0
	for cell5 := range cellsPerZone {
		zone := Zone{rng.Uint32N(zoneCount)}
		for ordinal := range Ordinals {
			key := uint64(zone.n)*householdSpan + uint64(cell5*Ordinals+ordinal)
			c, err := FromKey(key)
			if errors.Is(err, ErrDigitsOnly) {
				refused++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			checkRoundTrip(t, c)
			if c.Zone() != zone || c.Ordinal() != ordinal {
				t.Fatalf("%s: zone %v ordinal %d, want %v %d", c, c.Zone(), c.Ordinal(), zone, ordinal)
			}
		}
	}
	if refused > 50 {
		t.Errorf("%d codes of digits only among %d", refused, households)
	}
}

func checkRoundTrip(t *testing.T, c Code) {
	t.Helper()
	made, err := New(c.Cell(), c.Ordinal())
	if err != nil || made != c {
		t.Fatalf("New(%x, %d) = %v, %v, want %v", c.Cell(), c.Ordinal(), made, err, c)
	}
	text := c.String()
	for _, f := range []func(string) (Code, error){Parse, ParseStrict} {
		if read, err := f(text); err != nil || read != c {
			t.Fatalf("reading %s gives %v, %v", text, read, err)
		}
	}
	if back, err := FromKey(c.Key()); err != nil || back != c {
		t.Fatalf("FromKey(%d) = %v, %v", c.Key(), back, err)
	}
}

func TestEdgeCellsRoundTrip(t *testing.T) {
	rng := newRand(3)
	for root := range rootCount {
		var cells []uint64
		for d := range 7 {
			same := slices.Repeat([]int{d}, 12)
			cells = append(cells, slowCell(root, same...))
			for place := range 12 {
				one := slices.Clone(same)
				one[place] = 6 - d
				cells = append(cells, slowCell(root, one...))
			}
		}
		for range 2000 {
			digits := make([]int, 12)
			for i := range digits {
				digits[i] = rng.IntN(7)
			}
			cells = append(cells, slowCell(root, digits...))
		}
		for _, cell := range cells {
			for _, ordinal := range []int{0, 1, 15, 29, 30, rng.IntN(Ordinals)} {
				c, err := New(cell, ordinal)
				if errors.Is(err, ErrDigitsOnly) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if c.Cell() != cell || c.Ordinal() != ordinal {
					t.Fatalf("%s: %x %d, want %x %d", c, c.Cell(), c.Ordinal(), cell, ordinal)
				}
				checkRoundTrip(t, c)
				if zone, err := ZoneOf(cell); err != nil || zone != c.Zone() {
					t.Fatalf("%s: ZoneOf %v, %v", c, zone, err)
				}
			}
		}
	}
}

func TestKeyRangeIsTheDescendants(t *testing.T) {
	rng := newRand(4)
	for range 3000 {
		c := randomCode(rng)
		cell := c.Cell()
		for res := 1; res <= codeRes; res++ {
			ancestor := cell&^(0xF<<52) | uint64(res)<<52 | (1<<(3*(15-res)) - 1)
			lo, hi, err := KeyRange(ancestor)
			if err != nil {
				t.Fatal(err)
			}
			if c.Key() < lo || c.Key() > hi {
				t.Fatalf("%s is outside the keys of its ancestor %x", c, ancestor)
			}
			// Neighbouring keys on both sides belong to other cells.
			for _, key := range []uint64{lo - 1, hi + 1} {
				other, err := FromKey(key)
				if err != nil {
					continue
				}
				if o := other.Cell()&^(0xF<<52) | uint64(res)<<52 | (1<<(3*(15-res)) - 1); o == ancestor {
					t.Fatalf("%s lies in %x, but outside its keys", other, ancestor)
				}
			}
			if res == zoneRes {
				if zlo, zhi := c.Zone().KeyRange(); zlo != lo || zhi != hi || c.Zone().Cell() != ancestor {
					t.Fatalf("%s: the zone's keys are %d..%d, those of its cell %d..%d", c, zlo, zhi, lo, hi)
				}
			}
		}
	}
}

func TestKeysSortByPlace(t *testing.T) {
	rng := newRand(5)
	codes := make([]Code, 2000)
	for i := range codes {
		codes[i] = randomCode(rng)
	}
	slices.SortFunc(codes, Code.Compare)
	for i := 1; i < len(codes); i++ {
		a, b := codes[i-1], codes[i]
		if a.Key() > b.Key() || a.String() > b.String() {
			t.Fatalf("%s sorts before %s", a, b)
		}
		// Among cells of one resolution the H3 index itself is in the order of place.
		if a.Cell() > b.Cell() || a.Zone().Compare(b.Zone()) > 0 {
			t.Fatalf("%s and %s sort against their cells", a, b)
		}
	}
}

// findDigitsOnly returns words of digits whose check holds.
func findDigitsOnly(rng *rand.Rand, n int) []string {
	var out []string
	for len(out) < n {
		var w word
		for i := range dataSymbols {
			w[i] = uint8(rng.IntN(10))
		}
		sum := check(w[:dataSymbols])
		copy(w[dataSymbols:], sum[:])
		if w.digitsOnly() {
			out = append(out, string(appendSymbols(nil, w[:])))
		}
	}
	return out
}

func TestDigitsOnlyIsNeverIssued(t *testing.T) {
	rng := newRand(6)
	texts := append(findDigitsOnly(rng, 200), "000000000000")
	for _, text := range texts {
		if c, err := Parse(text); !errors.Is(err, ErrDigitsOnly) || !c.IsZero() {
			t.Errorf("Parse(%s) = %v, %v", text, c, err)
		}
		if s, err := Correct(text); !errors.Is(err, ErrDigitsOnly) || s != nil {
			t.Errorf("Correct(%s) = %v, %v", text, s, err)
		}
		if f := Find("số " + text + " đây"); f != nil {
			t.Errorf("Find finds %v in %s", f, text)
		}
		var w word
		for i := range w {
			w[i] = text[i] - '0'
		}
		key := joinKey(w[:dataSymbols])
		if _, err := FromKey(key); !errors.Is(err, ErrDigitsOnly) {
			t.Errorf("FromKey(%d): %v", key, err)
		}
		// The cell and ordinal by the formula of the specification.
		cell := setDigits(zoneCell(key/householdSpan)&^unusedDigits(zoneRes)|unusedDigits(codeRes), key%householdSpan/Ordinals, 9, 13)
		cell += (codeRes - zoneRes) << resShift
		ordinal := int(key % householdSpan % Ordinals)
		if _, err := New(cell, ordinal); !errors.Is(err, ErrDigitsOnly) {
			t.Errorf("New(%x, %d) for %s: %v", cell, ordinal, text, err)
		}
		if Issuable(cell, ordinal) {
			t.Errorf("%s is issuable", text)
		}
		if !Issuable(cell, (ordinal+1)%Ordinals) && !Issuable(cell, (ordinal+2)%Ordinals) {
			t.Errorf("nor are the next two ordinals of %x", cell)
		}
	}
}

func TestZeroCode(t *testing.T) {
	var c Code
	if !c.IsZero() || c.String() != "" || c.Compact() != "" || c.Short() != "" || c.Cell() != 0 || c.Key() != 0 {
		t.Errorf("the zero code shows: %q %q %q %x %d", c.String(), c.Compact(), c.Short(), c.Cell(), c.Key())
	}
	if _, err := FromKey(0); !errors.Is(err, ErrDigitsOnly) {
		t.Errorf("FromKey(0): %v", err)
	}
}

func TestForms(t *testing.T) {
	c, err := Parse("5FJBC-2NJV-T33")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ name, got, want string }{
		{"String", c.String(), "5FJBC-2NJV-T33"},
		{"Compact", c.Compact(), "5FJBC2NJVT33"},
		{"Short", c.Short(), "2NJV-T33"},
		{"Zone", c.Zone().String(), "5FJBC-"},
		{"fmt", fmt.Sprintf("%v", c), "5FJBC-2NJV-T33"},
	} {
		if f.got != f.want {
			t.Errorf("%s is %q, want %q", f.name, f.got, f.want)
		}
	}
}

func TestCellErrors(t *testing.T) {
	const good = 0x8d415cb4e426bbf
	cases := []struct {
		name    string
		cell    uint64
		ordinal int
		want    ErrorKind
	}{
		{"zero", 0, 0, ErrCell},
		{"all ones", ^uint64(0), 0, ErrCell},
		{"highest bit", good | 1<<63, 0, ErrCell},
		{"an edge, not a cell", good ^ 3<<59, 0, ErrCell},
		{"reserved bits", good | 1<<56, 0, ErrCell},
		{"digit 7", good | 7<<9, 0, ErrCell},
		{"unused digit not 7", good &^ 1, 0, ErrCell},
		{"resolution 12", 0x8c415cb4e426bff, 0, ErrResolution},
		{"resolution 8", 0x88415cb4e5fffff, 0, ErrResolution},
		{"resolution 0", 0x8041fffffffffff, 0, ErrResolution},
		{"Paris", 0x8d1fb466518153f, 0, ErrRoot},
		{"ordinal −1", good, -1, ErrOrdinal},
		{"ordinal 31", good, 31, ErrOrdinal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, err := New(c.cell, c.ordinal)
			if !errors.Is(err, c.want) || !code.IsZero() {
				t.Errorf("New = %v, %v; want %v", code, err, c.want)
			}
			var e *Error
			if !errors.As(err, &e) || e.Message == "" || e.Hint == "" || e.Pos != 0 {
				t.Errorf("the error lacks words: %+v", err)
			}
			if Issuable(c.cell, c.ordinal) {
				t.Error("issuable")
			}
		})
	}
	for _, c := range []struct {
		name string
		cell uint64
		zone ErrorKind
		keys ErrorKind
	}{
		{"resolution 0", 0x8041fffffffffff, ErrResolution, ErrResolution},
		{"resolution 7", 0x87415cb4effffff, ErrResolution, ""},
		{"resolution 14", 0x8e415cb4e426b87, "", ErrResolution},
		{"garbage", 12345, ErrCell, ErrCell},
		{"Paris", 0x8d1fb466518153f, ErrRoot, ErrRoot},
	} {
		_, err := ZoneOf(c.cell)
		_, _, err2 := KeyRange(c.cell)
		if c.zone == "" && err != nil || c.zone != "" && !errors.Is(err, c.zone) {
			t.Errorf("%s: ZoneOf: %v, want %v", c.name, err, c.zone)
		}
		if c.keys == "" && err2 != nil || c.keys != "" && !errors.Is(err2, c.keys) {
			t.Errorf("%s: KeyRange: %v, want %v", c.name, err2, c.keys)
		}
	}
}

func TestReservedKeys(t *testing.T) {
	for _, key := range []uint64{
		zoneCount * householdSpan, households, householdSpan - 1, 27*27*27*27*27*householdSpan - 1, 27 * 27 * 27 * 27 * 27 * householdSpan, 1 << 43, ^uint64(0),
		17 * zonesPerRoot * householdSpan,
	} {
		if c, err := FromKey(key); !errors.Is(err, ErrReserved) || !c.IsZero() {
			t.Errorf("FromKey(%d) = %v, %v", key, c, err)
		}
	}
}
