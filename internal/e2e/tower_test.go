package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

const (
	towerLat, towerLon = 10.7725, 106.698
	spillRings         = 8
	perCell            = 31
	capacity           = (1 + 3*spillRings*(spillRings+1)) * perCell // 6,727
)

// TestTower gives one tower more flats than its cells can hold: 5,000 from 64 clients at once, then the rest.
func TestTower(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "diachiso.db"))
	codes := map[string]int{} // code → flat
	flats := func(from, to int) {
		next := make(chan int)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for flat := range next {
					status, body, err := assignFlat(s, flat)
					var a address
					if err != nil || status != http.StatusCreated || json.Unmarshal(body, &a) != nil {
						t.Errorf("flat %d: %d %s %v", flat, status, body, err)
						continue
					}
					mu.Lock()
					if other, twice := codes[a.Code]; twice {
						t.Errorf("%s was given to flats %d and %d", a.Code, other, flat)
					}
					codes[a.Code] = flat
					mu.Unlock()
				}
			})
		}
		for flat := from; flat < to && !t.Failed(); flat++ {
			next <- flat
		}
		close(next)
		wg.Wait()
	}
	flats(0, 5000)
	if len(codes) != 5000 {
		t.Fatalf("%d codes", len(codes))
	}
	checkSpill(t, codes)
	flats(5000, capacity)
	if len(codes) != capacity {
		t.Fatalf("%d codes", len(codes))
	}
	checkSpill(t, codes)
	for range 2 { // the answer stays the same
		status, body, err := assignFlat(s, capacity)
		var problem struct{ Code, Detail, Hint string }
		if err != nil || json.Unmarshal(body, &problem) != nil {
			t.Fatal(err)
		}
		if status != http.StatusConflict || problem.Code != "cell_full" || problem.Detail == "" || problem.Hint == "" {
			t.Errorf("the flat too many: %d %s", status, body)
		}
	}
	for code, flat := range codes {
		var a address
		s.getJSON(&a, "/v1/addresses/"+code)
		if a.Components["unit"] != fmt.Sprint(flat) {
			t.Errorf("%s belongs to flat %v, not %d", code, a.Components["unit"], flat)
		}
		if spilled := strings.Contains(fmt.Sprint(a.Flags), "spilled"); spilled == (a.Cell == towerCell(t).String()) {
			t.Errorf("%s in cell %s: flags %v", code, a.Cell, a.Flags)
		}
	}
}

func assignFlat(s *server, flat int) (status int, body []byte, err error) {
	return s.post("/v1/addresses", object{
		"position":   position(towerLat, towerLon),
		"components": object{"building": "Toà nhà Thử Nghiệm", "unit": fmt.Sprint(flat)},
	})
}

func towerCell(t *testing.T) geo.Cell {
	t.Helper()
	p, err := geo.NewPoint(towerLat, towerLon)
	if err != nil {
		t.Fatal(err)
	}
	cell, err := p.Cell()
	if err != nil {
		t.Fatal(err)
	}
	return cell
}

// checkSpill looks whether the codes are where the specification puts them: ordinals from 0 without gaps in every cell,
// and no cell of a ring in use before all nearer rings are full.
func checkSpill(t *testing.T, codes map[string]int) {
	t.Helper()
	ordinals := map[geo.Cell][]bool{}
	for text := range codes {
		code, err := addresscode.ParseStrict(text)
		if err != nil {
			t.Fatal(err)
		}
		cell := geo.Cell(code.Cell())
		if ordinals[cell] == nil {
			ordinals[cell] = make([]bool, perCell)
		}
		ordinals[cell][code.Ordinal()] = true
	}
	rings, err := towerCell(t).Rings(spillRings)
	if err != nil {
		t.Fatal(err)
	}
	used, outerInUse := 0, false
	for k := len(rings) - 1; k >= 0; k-- {
		inUse, full := false, true
		for _, cell := range rings[k] {
			n := 0
			for i, taken := range ordinals[cell] {
				if !taken {
					break
				}
				n = i + 1
			}
			for _, taken := range ordinals[cell][min(n, len(ordinals[cell])):] {
				if taken {
					t.Errorf("ring %d, cell %s: ordinals have a gap at %d", k, cell, n)
				}
			}
			used += n
			inUse = inUse || n > 0
			full = full && n == perCell
		}
		if outerInUse && !full {
			t.Errorf("ring %d is in use while ring %d has room", k+1, k)
		}
		outerInUse = outerInUse || inUse
	}
	if used != len(codes) {
		t.Errorf("%d of %d codes lie within %d rings", used, len(codes), spillRings)
	}
}
