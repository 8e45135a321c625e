package geo_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

// Every place in a box lies in a cell that is found, and hardly a cell too many is.
func TestCellsMeeting(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 40 {
		at, err := geo.NewPoint(8.5+rng.Float64()*14, 103+rng.Float64()*8)
		if err != nil {
			t.Fatal(err)
		}
		size := int32(1 + rng.IntN(60_000))
		box := geo.BoxAround(at, geo.Point{LatE7: at.LatE7 + size, LonE7: at.LonE7 + 2*size})
		res := 9 + rng.IntN(3)
		cells, err := geo.CellsMeeting(box, res)
		if err != nil || !slices.IsSorted(cells) || len(slices.Compact(slices.Clone(cells))) != len(cells) {
			t.Fatalf("%v: %d cells, %v", box, len(cells), err)
		}
		met := map[geo.Cell]bool{}
		for range 3000 {
			p := geo.Point{LatE7: at.LatE7 + rng.Int32N(size+1), LonE7: at.LonE7 + rng.Int32N(2*size+1)}
			finest, err := geo.CellAt(p, geo.CodeResolution)
			if err != nil {
				t.Fatal(err)
			}
			parent, err := finest.Parent(res)
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range []geo.Cell{parent, cellAt(t, p, res)} {
				met[cell] = true
				if _, found := slices.BinarySearch(cells, cell); !found {
					t.Fatalf("%v at resolution %d: the cell of %s is missing", box, res, p)
				}
			}
		}
		if len(cells) > 2*len(met)+12 {
			t.Errorf("%v at resolution %d: %d cells, of which %d are needed", box, res, len(cells), len(met))
		}
	}
	far := geo.BoxAround(geo.Point{LatE7: 80_000_000, LonE7: 1_020_000_000}, geo.Point{LatE7: 230_000_000, LonE7: 1_170_000_000})
	if _, err := geo.CellsMeeting(far, 13); !errors.Is(err, geo.ErrCell) {
		t.Errorf("the whole country in cells of 50 m²: %v", err)
	}
}

func cellAt(t *testing.T, p geo.Point, res int) geo.Cell {
	t.Helper()
	cell, err := geo.CellAt(p, res)
	if err != nil {
		t.Fatal(err)
	}
	return cell
}
