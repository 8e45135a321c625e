package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

var numberTests = []test{
	{"numbers of external ids and minted ones stay issued", numbersStayIssued},
	{"a number that is rolled back is free", numbersRolledBack},
}

func numbersStayIssued(t *testing.T, s registry.Store) {
	codes := Codes(t, 3)
	imported, minted := registry.Number(1151502853), registry.Number(1151599999)
	a := Address(codes[0])
	a.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: imported.String()}, {Scheme: "shop", Value: "1151502854"}, {Scheme: "qd392", Value: "115150285X"}}
	update(t, s, func(w registry.Writer) error {
		if err := w.Insert(a, 1); err != nil {
			return err
		}
		return w.MintNumber(minted, codes[1])
	})
	check := func(when string) {
		t.Helper()
		view(t, s, func(r registry.Reader) error {
			for _, c := range []struct {
				n      registry.Number
				first  int
				minted bool
			}{{imported, 0, false}, {minted, 1, true}} {
				code, made, err := r.IssuedNumber(c.n)
				if err != nil || code != codes[c.first] || made != c.minted {
					t.Errorf("%s, %s: %s, minted %v, %v", when, c.n, code, made, err)
				}
			}
			for _, n := range []registry.Number{1151502854, 0, 9999999999} {
				_, _, err := r.IssuedNumber(n)
				wantCode(t, "a number that was never issued", err, registry.CodeNotFound)
			}
			blocks, err := r.NumberBlocks(11515)
			if err != nil || blocks[2] != 1 || blocks[99] != 1 || blocks[0]+blocks[98] != 0 {
				t.Errorf("%s: blocks %v, %v", when, blocks, err)
			}
			last, err := r.NumbersInBlock(11515, 99)
			if err != nil || !slices.Equal(last, []registry.Number{minted}) {
				t.Errorf("%s: the last block has %v, %v", when, last, err)
			}
			if other, err := r.NumberBlocks(11516); err != nil || other != [registry.NumberBlocks]int{} {
				t.Errorf("%s: the next area has %v, %v", when, other, err)
			}
			return nil
		})
	}
	check("at first")
	without := next(a, func(b *registry.Address) { b.ExternalIDs = nil })
	update(t, s, func(w registry.Writer) error { return w.Replace(without, 1) })
	check("without its id")
	update(t, s, func(w registry.Writer) error { return w.Remove(a.Code) })
	check("removed")
	for _, n := range []registry.Number{imported, minted} {
		err := s.Update(context.Background(), func(w registry.Writer) error { return w.MintNumber(n, codes[2]) })
		wantCode(t, "minted again", err, registry.CodeVersionConflict)
	}
	b := Address(codes[2]) // an imported number may come in again
	b.ExternalIDs = []registry.ExternalID{{Scheme: "qd392", Value: imported.String()}}
	update(t, s, func(w registry.Writer) error { return w.Insert(b, 2) })
	check("at another address")
}

func numbersRolledBack(t *testing.T, s registry.Store) {
	code := Codes(t, 1)[0]
	const n registry.Number = 123
	err := s.Update(context.Background(), func(w registry.Writer) error {
		if err := w.MintNumber(n, code); err != nil {
			return err
		}
		return &registry.Error{Code: registry.CodeInvalid}
	})
	wantCode(t, "rolled back", err, registry.CodeInvalid)
	view(t, s, func(r registry.Reader) error {
		_, _, err := r.IssuedNumber(n)
		wantCode(t, "a number that was never issued", err, registry.CodeNotFound)
		blocks, err := r.NumberBlocks(0)
		if blocks[0] != 0 {
			t.Errorf("%d are counted", blocks[0])
		}
		return err
	})
}
