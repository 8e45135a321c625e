package sqlite

import (
	"fmt"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// protectedBit is registry.FlagProtected as it is stored.
const protectedBit = 32

func (r *reader) MarksInRange(lo, hi uint64, below int64, protected bool, yield func(registry.MarkRow) bool) error {
	const op = "read marks"
	flags := int64(0)
	if protected {
		flags = protectedBit
	}
	var commune int64 // of the row before: neighbours mostly have the same
	var communeCode string
	return r.scan(stmtMarks, 14, func() (bool, error) {
		row := r.c.dest
		var n [7]int64
		for i := range n {
			n[i], _ = row[i].(int64)
		}
		if !within(statusNumbers, n[1]) {
			return false, damaged(op, fmt.Sprintf("the row of key %d has a number that this version does not know", n[0]))
		}
		if n[2] != commune {
			commune, communeCode = n[2], communeText(intOrNil(row[2]))
		}
		m := registry.MarkRow{
			Key: uint64(n[0]), Status: statusNumbers[n[1]], Commune: communeCode, Protected: n[3]&protectedBit != 0,
			Point: geo.Point{LatE7: int32(n[4]), LonE7: int32(n[5])}, Flat: n[6] != 0,
		}
		c := &m.Components
		for i, p := range [...]*string{&c.Street, &c.Hamlet, &c.Quarter, &c.Building, &c.Block} {
			*p, _ = row[9+i].(string)
		}
		c.HouseNumber, _ = row[7].(string)
		if text, _ := row[8].(string); text != "" {
			var err error
			if c.Alley, err = decodeAlley(text); err != nil {
				return false, damaged(op, fmt.Sprintf("alley of key %d: %v", n[0], err))
			}
		}
		return yield(m), nil
	}, keyBound(lo), keyBound(hi), below, flags)
}

func (r *reader) CountKeys(ranges [][2]uint64, most int) (n int, err error) {
	for _, keys := range ranges {
		if n >= most {
			break
		}
		if err := r.scan(stmtCountKeys, 1, func() (bool, error) {
			n += int(r.c.dest[0].(int64))
			return true, nil
		}, keyBound(keys[0]), keyBound(keys[1]), int64(most-n)); err != nil {
			return 0, err
		}
	}
	return n, nil
}
