package geocode

import (
	"slices"
	"strings"
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// index holds the named places of the registry and finds them by name. Houses are not in it: they are looked up in the store,
// inside the place. Safe for concurrent use: searches hold mu for reading, refresh for writing.
type index struct {
	mu       sync.RWMutex
	version  int64 // of the named places, up to which the index is
	communes *communeTable

	docs  []doc
	slots map[int64]int32 // id of a named place → docs

	inCommune [][]int32 // names by commune; those that lost their last place there stay

	names     []placeName
	spelt     map[writtenAs]spelt
	nameOf    map[string]int32   // canonical form → names
	squashed  map[string][]int32 // without spaces, where that is not the form itself
	initials  map[string][]int32 // of names of two words or more
	syllables syllables
	weights   sync.Pool // of *weights

	sortMu      sync.Mutex // orders are made by searches, which hold mu for reading only
	sortedNames []int32    // names by form, for completing; nil when names came in since
}

// doc is a named place: a street, hamlet, quarter or building in one commune.
type doc struct {
	id      int64
	name    string // as written
	kind    registry.PlaceKind
	commune int32 // communeTable
	count   int32
	radius  float32 // metres from centre to the corner of the box around the addresses
	centre  geo.Point
	bare    bool // a street of the map without addresses
}

// placeName is a name in canonical form with the places that have it.
type placeName struct {
	form  string
	glued string  // without spaces
	words []int32 // syllables
	docs  []int32 // those with addresses, by commune
	bare  []int32 // those that only the map has, by commune
	total int64   // addresses of all of them
}

func newIndex(communes *communeTable) *index {
	ix := &index{
		communes: communes, inCommune: make([][]int32, len(communes.communes)),
		slots: map[int64]int32{}, spelt: map[writtenAs]spelt{}, nameOf: map[string]int32{}, squashed: map[string][]int32{}, initials: map[string][]int32{},
		syllables: newSyllables(),
	}
	ix.weights.New = func() any { return new(weights) }
	return ix
}

// refresh takes in what commits changed since the last time, whoever made them.
func (ix *index) refresh(r registry.Reader) error {
	version, err := r.NamedPlacesVersion()
	if err != nil {
		return err
	}
	ix.mu.RLock()
	current := version == ix.version
	ix.mu.RUnlock()
	if current {
		return nil
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if version <= ix.version {
		return nil // another search was faster, and saw more
	}
	each := func(yield func(*registry.NamedPlace) bool) error { return r.NamedPlacesSince(ix.version, yield) }
	if len(ix.docs) == 0 {
		err = ix.fill(each)
	} else {
		err = each(func(p *registry.NamedPlace) bool {
			ix.enter(p, spotOf(p), false)
			return true
		})
	}
	if err != nil {
		return err
	}
	ix.version = version
	return nil
}

// enter enters a place or brings it up to date. filling says that the names of a commune may be listed twice for now.
func (ix *index) enter(p *registry.NamedPlace, at spot, filling bool) {
	slot, known := ix.slots[p.ID]
	if !known {
		commune, ok := ix.communes.byCode[p.Commune]
		if !ok || p.Count == 0 && !p.OnMap {
			return // of a commune that is no more, until communes are derived anew
		}
		slot = int32(len(ix.docs))
		ix.docs = append(ix.docs, doc{id: p.ID, name: ix.spell(p.Kind, p.Name).name, kind: p.Kind, commune: commune})
		ix.slots[p.ID] = slot
	}
	d := &ix.docs[slot]
	was := *d
	d.count, d.bare = int32(p.Count), p.Count == 0 && p.OnMap
	d.centre, d.radius = at.centre, at.radius
	for _, name := range ix.spell(d.kind, d.name).names {
		n := &ix.names[name]
		ix.list(&n.docs, slot, was.count > 0, d.count > 0)
		ix.list(&n.bare, slot, was.bare, d.bare)
		n.total += int64(d.count - was.count)
		if in := &ix.inCommune[d.commune]; was.count == 0 && !was.bare && (filling || !slices.Contains(*in, name)) {
			*in = append(*in, name)
		}
	}
}

// list puts a place into one of a name's lists or takes it out.
func (ix *index) list(list *[]int32, slot int32, was, is bool) {
	switch {
	case is && !was:
		at, _ := slices.BinarySearchFunc(*list, slot, func(have, slot int32) int {
			if c := int(ix.docs[have].commune) - int(ix.docs[slot].commune); c != 0 {
				return c
			}
			return int(have) - int(slot)
		})
		*list = slices.Insert(*list, at, slot)
	case was && !is:
		*list = slices.DeleteFunc(*list, func(s int32) bool { return s == slot })
	}
}

// cellCentre is the centre of the cell of a point: the middle of a street with one house would tell its position.
func cellCentre(p geo.Point) geo.Point {
	cell, err := p.Cell()
	if err != nil {
		return p
	}
	return cell.Center()
}

// name returns the number of a canonical form, entering it when it is new. Names without places stay: they come back.
func (ix *index) name(form string) int32 {
	if n, ok := ix.nameOf[form]; ok {
		return n
	}
	n := int32(len(ix.names))
	words := strings.Fields(form)
	name := placeName{form: form, glued: form, words: make([]int32, len(words))}
	for i, w := range words {
		name.words[i] = ix.syllables.enter(w, n)
	}
	if len(words) > 1 {
		name.glued = strings.Join(words, "")
		ix.squashed[name.glued] = append(ix.squashed[name.glued], n)
		first := make([]byte, len(words))
		for i, w := range words {
			first[i] = w[0]
		}
		ix.initials[string(first)] = append(ix.initials[string(first)], n)
	}
	ix.names = append(ix.names, name)
	ix.nameOf[form] = n
	ix.sortedNames = nil
	return n
}
