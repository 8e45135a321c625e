package geo

import (
	"encoding/binary"
	"slices"
)

// setID names a set of communes: 0 the empty one, n the one of commune n-1 alone, and larger numbers sets of several.
type setID uint32

// communeSets keeps each set of communes once.
type communeSets struct {
	lists [][]uint32       // by setID, ascending each
	ids   map[string]setID // of the sets of several, by setKey
}

func newCommuneSets(communes int) *communeSets {
	all := make([]uint32, communes)
	lists := make([][]uint32, communes+1, communes*4)
	for i := range all {
		all[i] = uint32(i)
		lists[i+1] = all[i : i+1 : i+1]
	}
	return &communeSets{lists: lists, ids: map[string]setID{}}
}

// members returns the communes of a set, ascending. Callers must not change it.
func (s *communeSets) members(id setID) []uint32 { return s.lists[id] }

// id returns the number of a set, given ascending; it copies what it keeps.
func (s *communeSets) id(members []uint32) setID {
	switch len(members) {
	case 0:
		return 0
	case 1:
		return setID(members[0] + 1)
	}
	key := setKey(members)
	id, known := s.ids[key]
	if !known {
		id = setID(len(s.lists))
		s.lists = append(s.lists, slices.Clone(members))
		s.ids[key] = id
	}
	return id
}

// setKey makes a set usable as a map key.
func setKey(members []uint32) string {
	key := make([]byte, 0, 4*len(members))
	for _, m := range members {
		key = binary.LittleEndian.AppendUint32(key, m)
	}
	return string(key)
}

// toggle adds each commune of flip to a set, or takes it out when it is there. It changes and returns set, which stays ascending.
func toggle(set, flip []uint32) []uint32 {
	for _, commune := range flip {
		i := 0
		for i < len(set) && set[i] < commune {
			i++
		}
		if i < len(set) && set[i] == commune {
			set = append(set[:i], set[i+1:]...)
		} else {
			set = append(set, 0)
			copy(set[i+1:], set[i:])
			set[i] = commune
		}
	}
	return set
}
