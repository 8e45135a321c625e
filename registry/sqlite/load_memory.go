package sqlite

import (
	"hash/maphash"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// loadKeys finds numbers by a hash or a likeness. Nearly all have one, and a country has millions of them.
type loadKeys struct {
	first map[uint64]int64
	more  map[uint64][]int64
}

func newLoadKeys() loadKeys {
	return loadKeys{first: map[uint64]int64{}, more: map[uint64][]int64{}}
}

func (k *loadKeys) add(under uint64, n int64) {
	if _, taken := k.first[under]; taken {
		k.more[under] = append(k.more[under], n)
	} else {
		k.first[under] = n
	}
}

func (k *loadKeys) all(under uint64) []int64 {
	first, ok := k.first[under]
	if !ok {
		return nil
	}
	return append([]int64{first}, k.more[under]...)
}

// loadMemory answers what is asked for every address of a load, so that nothing has to be read for those that are new.
type loadMemory struct {
	issued   map[uint64]uint32 // by the first key of a cell: the ordinals issued, as bits
	like     loadKeys          // likeness → keys of addresses
	seed     maphash.Seed
	ids      loadKeys // hash of scheme and value → keys of addresses
	requests loadKeys // hash of an idempotency key → rows of temp.load_idempotency
	cell     []uint64 // reused
}

func newLoadMemory() loadMemory {
	return loadMemory{issued: map[uint64]uint32{}, like: newLoadKeys(), seed: maphash.MakeSeed(), ids: newLoadKeys(), requests: newLoadKeys()}
}

func (m *loadMemory) learn(code addresscode.Code, likeness uint64) {
	key := code.Key()
	ordinal := code.Ordinal()
	m.issued[key-uint64(ordinal)] |= 1 << ordinal
	if likeness != 0 {
		m.like.add(likeness, int64(key))
	}
}

func (m *loadMemory) idHash(scheme, value string) uint64 {
	return maphash.Comparable(m.seed, [2]string{scheme, value})
}

func (m *loadMemory) learnID(id registry.ExternalID, key int64) {
	m.ids.add(m.idHash(id.Scheme, id.Value), key)
}

// inCell knows the keys of a cell, ascending, until it is asked again.
func (m *loadMemory) inCell(lo uint64) []uint64 {
	m.cell = m.cell[:0]
	for ordinal, ordinals := uint64(0), m.issued[lo]; ordinals != 0; ordinal, ordinals = ordinal+1, ordinals>>1 {
		if ordinals&1 != 0 {
			m.cell = append(m.cell, lo+ordinal)
		}
	}
	return m.cell
}

// KeysInRange knows whole cells, which is what is asked for.
func (w *loader) KeysInRange(lo, hi uint64) ([]uint64, error) {
	if hi-lo == addresscode.Ordinals-1 {
		return w.memory.inCell(lo), nil
	}
	return w.writer.KeysInRange(lo, hi)
}

func (w *loader) ByLikeness(likeness uint64) (alike []*registry.Address, err error) {
	for _, key := range w.memory.like.all(likeness) {
		a, err := w.byKey(key)
		if err != nil {
			return nil, err
		}
		alike = append(alike, a)
	}
	return alike, nil
}

func (w *loader) byKey(key int64) (*registry.Address, error) {
	code, err := w.code(key)
	if err != nil {
		return nil, err
	}
	return w.Address(code)
}
