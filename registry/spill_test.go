package registry_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// 217 cells within eight rings, 31 ordinals each; no code of digits only lies around this place.
const towerCodes = 6727

func TestTowerFillsEightRingsAndNoMore(t *testing.T) {
	svc := newService(t)
	ctx := context.Background()
	cell, err := khamThien.Cell()
	if err != nil {
		t.Fatal(err)
	}
	rings, err := cell.Rings(registry.MaxRings)
	if err != nil {
		t.Fatal(err)
	}
	ringOf := map[uint64]int{}
	for k, ring := range rings {
		for _, c := range ring {
			ringOf[uint64(c)] = k
		}
	}

	var codes []addresscode.Code
	for n := 0; n < towerCodes; {
		batch := make([]registry.AssignRequest, 0, 500)
		for len(batch) < cap(batch) && n+len(batch) < towerCodes {
			batch = append(batch, flat(khamThien, n+len(batch)))
		}
		answers, err := svc.AssignMany(ctx, registry.Actor{Name: "test"}, batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range answers {
			if a.Err != nil {
				t.Fatalf("flat %d: %v", n+i, a.Err)
			}
			codes = append(codes, a.Address.Code)
			if spilled := n+i >= addresscode.Ordinals; a.Address.HasFlag(registry.FlagSpilled) != spilled {
				t.Fatalf("flat %d: spilled flag is %v", n+i, !spilled)
			}
		}
		n += len(batch)
	}

	seen := map[addresscode.Code]bool{}
	ring, farthest, metres := 0, 0.0, 0.0
	for i, code := range codes {
		if seen[code] {
			t.Fatalf("%s was given twice", code)
		}
		seen[code] = true
		if want := i % addresscode.Ordinals; code.Ordinal() != want {
			t.Fatalf("flat %d has ordinal %d, want the lowest free, %d", i, code.Ordinal(), want)
		}
		d := geo.Distance(khamThien, geo.CodeCenter(code))
		switch k := ringOf[code.Cell()]; {
		case k < ring:
			t.Fatalf("flat %d lies in ring %d after one in ring %d", i, k, ring)
		case k > ring:
			ring, metres = k, 0
		}
		if d < metres-1e-6 {
			t.Fatalf("flat %d lies %.2f m away after one %.2f m away in ring %d", i, d, metres, ring)
		}
		metres, farthest = d, max(farthest, d)
	}
	t.Logf("farthest code centre: %.1f m", farthest)
	if farthest > 67 {
		t.Errorf("a code's centre lies %.1f m from its address", farthest)
	}

	_, err = svc.Assign(ctx, registry.Actor{Name: "test"}, flat(khamThien, towerCodes))
	if e := wantError(t, err, registry.CodeCellFull, "position"); e.Hint == "" {
		t.Error("cell_full does not say what to do")
	}
	// the refused one changed nothing, and another position goes on
	if active, _, _ := svc.Count(ctx); active != towerCodes {
		t.Errorf("%d addresses are registered, want %d", active, towerCodes)
	}
	mustAssign(t, svc, flat(moved(khamThien, 200, 0), towerCodes))
}

func TestSpillStaysInsideTheOutline(t *testing.T) {
	svc := newService(t)
	// a building of 12 m by 30 m with its entrance in the south-west corner
	outline := []geo.Point{khamThien, moved(khamThien, 0, 12), moved(khamThien, 30, 12), moved(khamThien, 30, 0)}
	room := addresscode.Ordinals
	cell, _ := khamThien.Cell()
	rings, err := cell.Rings(registry.MaxRings)
	if err != nil {
		t.Fatal(err)
	}
	inside := func(p geo.Point) bool {
		return p.LatE7 >= outline[0].LatE7 && p.LatE7 <= outline[2].LatE7 && p.LonE7 >= outline[0].LonE7 && p.LonE7 <= outline[2].LonE7
	}
	for _, ring := range rings[1:] {
		for _, c := range ring {
			if inside(c.Center()) {
				room += addresscode.Ordinals
			}
		}
	}
	if room < 3*addresscode.Ordinals {
		t.Fatalf("the outline holds only %d codes", room)
	}
	for n := range room {
		r := flat(khamThien, n)
		r.Footprint = outline
		a := mustAssign(t, svc, r)
		if center := geo.CodeCenter(a.Code); n >= addresscode.Ordinals && !inside(center) {
			t.Fatalf("flat %d spilled to %v, outside the outline", n, center)
		}
	}
	r := flat(khamThien, room)
	r.Footprint = outline
	_, err = svc.Assign(context.Background(), registry.Actor{Name: "test"}, r)
	wantError(t, err, registry.CodeCellFull, "position")
	// without the outline there is room
	mustAssign(t, svc, flat(khamThien, room))
}

func TestOrdinalsOfDigitsOnlyAreSkipped(t *testing.T) {
	svc := newService(t)
	// a cell in the served area with an ordinal that is never issued
	p, skipped := digitsOnlyPlace(t)
	for n := range addresscode.Ordinals - 1 {
		a := mustAssign(t, svc, flat(p, n))
		want := n
		if n >= skipped {
			want++
		}
		if a.Code.Ordinal() != want || a.HasFlag(registry.FlagSpilled) {
			t.Fatalf("flat %d got ordinal %d, want %d", n, a.Code.Ordinal(), want)
		}
	}
	if a := mustAssign(t, svc, flat(p, 99)); !a.HasFlag(registry.FlagSpilled) {
		t.Errorf("%s was given in a full cell", a.Code)
	}
}

// digitsOnlyPlace looks for a place on land whose cell has an ordinal that cannot be issued.
func digitsOnlyPlace(t *testing.T) (geo.Point, int) {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	for zone := range 100_000 {
		// the zones whose five symbols are digits: base 27
		number := uint64(0)
		for n, digit := zone, 0; digit < 5; digit++ {
			number += uint64(n%10) * pow(27, digit)
			n /= 10
		}
		const householdSpan = 27 * 27 * 27 * 27
		code, err := addresscode.FromKey(number * householdSpan)
		if err != nil {
			continue
		}
		if _, err := data.Locator.Locate(geo.CodeCenter(code), geo.Today()); err != nil {
			continue
		}
		for household := range uint64(householdSpan) {
			if !digitsOnly(household) {
				continue
			}
			key := number*householdSpan + household
			if _, err := addresscode.FromKey(key); err == nil {
				continue
			}
			// its neighbours in the cell tell the cell
			for _, near := range []uint64{key - 1, key + 1} {
				code, err := addresscode.FromKey(near)
				if err != nil {
					continue
				}
				p := geo.CodeCenter(code)
				if _, err := data.Locator.Locate(p, geo.Today()); err != nil {
					continue
				}
				for ordinal := range addresscode.Ordinals {
					if !addresscode.Issuable(code.Cell(), ordinal) {
						return p, ordinal
					}
				}
			}
		}
	}
	t.Fatal("no such place")
	return geo.Point{}, 0
}

func digitsOnly(household uint64) bool {
	for range 4 {
		if household%27 > 9 {
			return false
		}
		household /= 27
	}
	return true
}

func pow(base uint64, n int) uint64 {
	p := uint64(1)
	for range n {
		p *= base
	}
	return p
}

func TestTowerUnderConcurrency(t *testing.T) {
	svc := newService(t)
	ctx := context.Background()
	const clients, flats = 64, 1500
	codes := make([]addresscode.Code, flats)
	next := make(chan int)
	go func() {
		defer close(next)
		for n := range flats {
			next <- n
		}
	}()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := range next {
				answer, err := svc.Assign(ctx, registry.Actor{Name: "test"}, flat(khamThien, n))
				if err != nil {
					t.Errorf("flat %d: %v", n, err)
					continue
				}
				codes[n] = answer.Address.Code
			}
		})
	}
	wg.Wait()
	seen := map[addresscode.Code]int{}
	for n, code := range codes {
		if before, ok := seen[code]; ok {
			t.Fatalf("flats %d and %d both have %s", before, n, code)
		}
		seen[code] = n
		a, err := svc.Address(ctx, code)
		if err != nil || a.Components.Unit != flat(khamThien, n).Components.Unit {
			t.Fatalf("Address(%s) = %v, %v, want flat %d", code, a, err, n)
		}
	}
	// lowest first and ring by ring: the cells used are full but for the last
	perCell := map[uint64]int{}
	for code := range seen {
		perCell[code.Cell()]++
	}
	short := 0
	for _, n := range perCell {
		if n < addresscode.Ordinals {
			short++
		}
	}
	if want := (flats + addresscode.Ordinals - 1) / addresscode.Ordinals; len(perCell) != want || short > 1 {
		t.Errorf("%d cells were used, %d of them not full; want %d cells, at most one not full", len(perCell), short, want)
	}
}

// A code's centre lies at most 67 m from its address, wherever the address lies in its cell, as the specification says.
func TestSpillDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	farthest := 0.0
	for n := 0; n < 400; {
		p := point(6+17.6*rng.Float64(), 102+16*rng.Float64())
		cell, err := p.Cell()
		if err != nil {
			continue
		}
		n++
		rings, err := cell.Rings(registry.MaxRings)
		if err != nil {
			t.Fatal(err)
		}
		for _, corner := range cell.Outline() {
			for _, c := range rings[registry.MaxRings] {
				farthest = max(farthest, geo.Distance(corner, c.Center()))
			}
		}
	}
	t.Logf("farthest: %.1f m", farthest)
	if farthest > 67 {
		t.Errorf("a code's centre can lie %.1f m from its address", farthest)
	}
}
