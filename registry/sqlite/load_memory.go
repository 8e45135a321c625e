package sqlite

import (
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// loadMemory answers what is asked for every address of a load, so that nothing has to be read for those that are new.
type loadMemory struct {
	issued map[uint64]uint32   // by the first key of a cell: the ordinals issued, as bits
	like   map[uint64]uint64   // likeness → key
	alike  map[uint64][]uint64 // likeness → further keys
	keys   []uint64            // reused
}

func newLoadMemory() loadMemory {
	return loadMemory{issued: map[uint64]uint32{}, like: map[uint64]uint64{}, alike: map[uint64][]uint64{}}
}

func (m *loadMemory) learn(code addresscode.Code, likeness uint64) {
	key := code.Key()
	ordinal := code.Ordinal()
	m.issued[key-uint64(ordinal)] |= 1 << ordinal
	if likeness == 0 {
		return
	}
	if _, taken := m.like[likeness]; taken {
		m.alike[likeness] = append(m.alike[likeness], key)
	} else {
		m.like[likeness] = key
	}
}

// inCell knows the keys of a cell, ascending, until it is asked again.
func (m *loadMemory) inCell(lo uint64) []uint64 {
	m.keys = m.keys[:0]
	for ordinal, ordinals := uint64(0), m.issued[lo]; ordinals != 0; ordinal, ordinals = ordinal+1, ordinals>>1 {
		if ordinals&1 != 0 {
			m.keys = append(m.keys, lo+ordinal)
		}
	}
	return m.keys
}

// KeysInRange knows whole cells, which is what is asked for.
func (w *loader) KeysInRange(lo, hi uint64) ([]uint64, error) {
	if hi-lo == addresscode.Ordinals-1 {
		return w.memory.inCell(lo), nil
	}
	return w.writer.KeysInRange(lo, hi)
}

func (w *loader) ByLikeness(likeness uint64) ([]*registry.Address, error) {
	first, ok := w.memory.like[likeness]
	if !ok {
		return nil, nil
	}
	var alike []*registry.Address
	for _, key := range append([]uint64{first}, w.memory.alike[likeness]...) {
		code, err := w.code(int64(key))
		if err != nil {
			return nil, err
		}
		a, err := w.Address(code)
		if err != nil {
			return nil, err
		}
		alike = append(alike, a)
	}
	return alike, nil
}
