package geocode

import (
	"cmp"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// lastOldDay is a day on which the divisions of three levels existed.
const lastOldDay geo.Date = 2025_06_30

// nameKind says what a name is to its unit.
type nameKind uint8

const (
	nameOwn      nameKind = iota
	nameAlias             // another spelling
	nameFormer            // a unit that went into it, or its earlier name
	nameHead              // the first of two names joined by a dash
	nameInitials          // "BT" for Bình Thạnh: only beside a type word or at the very end
	nameSpoken            // what people say: Sài Gòn, HCM
)

// unit is a division with what a chain needs to know of it.
type unit struct {
	*geo.Division
	parent   int32 // index of the district of an old commune, of the province of anything else; -1 for provinces
	province int32
	types    typeSet // all it has ever been
	old      bool    // ended with the reorganisation
	plain    string  // its own name as plainOf writes it
	related  []int32 // of an old unit, today's provinces that it went to; of a unit of today, the old provinces that it came from
}

// entry is one name of one unit.
type entry struct {
	marked string // letters with diacritics
	unit   int32
	types  typeSet // the type that the name was used with
	kind   nameKind
	dashed bool // a dash may stand inside it
}

// group are the entries of one key.
type group struct{ first, last int32 }

// names is the index of every name of every unit.
type names struct {
	units   []unit
	entries []entry
	keys    []string                // ascending
	plain   []string                // by key: the letters that typing errors are counted in
	groups  []group                 // by key
	at      map[*geo.Division]int32 // place in units
	byKey   map[string]int32
	longest int // letters of the longest key
	begins  beginnings
}

type namesBuilder struct {
	ds      *geo.Divisions
	names   *names
	at      map[*geo.Division]int32
	plain   map[string]string // of the keys collected
	collect map[string][]entry
}

func newNames(ds *geo.Divisions) *names {
	b := namesBuilder{ds: ds, names: &names{}, at: map[*geo.Division]int32{}, plain: map[string]string{}, collect: map[string][]entry{}}
	for _, level := range [...]geo.Level{geo.LevelProvince, geo.LevelDistrict, geo.LevelCommune} {
		for _, at := range [...]geo.Date{lastOldDay, geo.Today()} {
			for _, d := range ds.All(level, at) {
				b.addUnit(d)
			}
		}
	}
	b.addSpoken()
	b.relate()
	return b.finish()
}

// relate notes which provinces of the other epoch units have to do with.
func (b *namesBuilder) relate() {
	provinces := map[string][2]int32{} // by code: of the old epoch and of today, each with 1 added
	for n := range b.names.units {
		if u := &b.names.units[n]; u.Level == geo.LevelProvince {
			of := provinces[u.Code]
			if u.old {
				of[0] = int32(n) + 1
			} else {
				of[1] = int32(n) + 1
			}
			provinces[u.Code] = of
		}
	}
	for n := range b.names.units {
		u := &b.names.units[n]
		add := func(code string, epoch int) {
			if p := provinces[code][epoch] - 1; p >= 0 && !slices.Contains(u.related, p) {
				u.related = append(u.related, p)
			}
		}
		if u.old {
			for _, r := range b.ds.Successors(u.Division) {
				add(r.To.Province, 1)
			}
			continue
		}
		for _, r := range b.ds.Predecessors(u.Division) {
			if r.From != nil {
				add(r.From.Province, 0)
			}
		}
	}
}

func (b *namesBuilder) addUnit(d *geo.Division) {
	if _, seen := b.at[d]; seen {
		return
	}
	n := int32(len(b.names.units))
	b.at[d] = n
	u := unit{Division: d, parent: -1, province: n, old: d.ValidTo != 0}
	if d.Level != geo.LevelProvince {
		day := d.ValidFrom
		if d.ValidTo != 0 {
			day = max(day, lastOldDay)
		}
		level, _ := geo.LevelOf(d.Parent)
		if parent, err := b.ds.Get(level, d.Parent, day); err == nil {
			u.parent = b.at[parent]
		}
		if province, err := b.ds.Get(geo.LevelProvince, d.Province, day); err == nil {
			u.province = b.at[province]
		}
	}
	for _, name := range d.Names {
		u.types |= typeOf(name.Type)
	}
	u.plain = plainOf(d.Names[0].Name)
	b.names.units = append(b.names.units, u)
	for _, name := range d.Names {
		b.addName(n, name.Name, typeOf(name.Type), nameOwn)
		if head, _, ok := strings.Cut(name.Name, " - "); ok && d.Level != geo.LevelProvince {
			b.addName(n, head, typeOf(name.Type), nameHead)
		}
		if d.Level == geo.LevelDistrict || d.Level == geo.LevelProvince {
			b.addInitials(n, name)
		}
	}
	for _, former := range d.Former {
		b.addFull(n, former.Name, nameFormer)
	}
	for _, alias := range d.Aliases {
		b.addFull(n, alias, nameAlias)
	}
}

// addFull adds a name that may begin with its type.
func (b *namesBuilder) addFull(n int32, full string, kind nameKind) {
	if name, ok := geo.ParseName(full); ok {
		b.addName(n, name.Name, typeOf(name.Type), kind)
		return
	}
	b.addName(n, full, b.names.units[n].types, kind)
}

// addInitials adds "BT" for Bình Thạnh. Single letters are too few.
func (b *namesBuilder) addInitials(n int32, name geo.DatedName) {
	initials := ""
	for _, syllable := range strings.FieldsFunc(name.Name, func(r rune) bool { return r == ' ' || r == '-' }) {
		for _, r := range syllable {
			initials += string(r)
			break
		}
	}
	if len([]rune(initials)) > 1 {
		b.addName(n, initials, typeOf(name.Type), nameInitials)
	}
}

func (b *namesBuilder) addName(n int32, name string, types typeSet, kind nameKind) {
	key := keyOf(name)
	if key == "" {
		return
	}
	if b.plain[key] == "" {
		b.plain[key] = plainOf(name)
	}
	marked := markedOf(name)
	for i, e := range b.collect[key] {
		if e.unit == n && e.marked == marked {
			b.collect[key][i].types |= types
			if e.kind == nameInitials {
				b.collect[key][i].kind = kind // a name of its own after all
			}
			return
		}
	}
	b.collect[key] = append(b.collect[key], entry{marked: marked, unit: n, types: types, kind: kind, dashed: strings.Contains(name, "-")})
}

func (b *namesBuilder) addSpoken() {
	for _, spoken := range spokenProvinces {
		for n, u := range b.names.units {
			if u.Level != geo.LevelProvince || !slices.ContainsFunc(spoken.provinces, func(p string) bool { return keyOf(p) == keyOf(u.Names[0].Name) }) {
				continue
			}
			for _, name := range spoken.names {
				b.addName(int32(n), name, provinceTypes, nameSpoken)
			}
		}
	}
	for _, spoken := range spokenDistricts {
		d, err := b.ds.Get(geo.LevelDistrict, spoken.district, lastOldDay)
		if err != nil {
			continue // another data set
		}
		for _, name := range spoken.names {
			b.addFull(b.at[d], name, nameFormer)
		}
	}
}

func (b *namesBuilder) finish() *names {
	n := b.names
	n.at = b.at
	n.keys = make([]string, 0, len(b.collect))
	size := 0
	for key, entries := range b.collect {
		n.keys = append(n.keys, key)
		n.longest = max(n.longest, len(key))
		size += len(entries)
	}
	slices.Sort(n.keys)
	n.entries = make([]entry, 0, size)
	n.groups = make([]group, len(n.keys))
	n.plain = make([]string, len(n.keys))
	n.byKey = make(map[string]int32, len(n.keys))
	n.begins = newBeginnings()
	for i, key := range n.keys {
		entries := b.collect[key]
		slices.SortStableFunc(entries, func(x, y entry) int { return cmp.Compare(x.kind, y.kind) })
		n.groups[i] = group{int32(len(n.entries)), int32(len(n.entries) + len(entries))}
		n.entries = append(n.entries, entries...)
		n.byKey[key] = int32(i)
		n.plain[i] = b.plain[key]
		n.begins.enter(key)
	}
	return n
}

// of returns the entries of a key by its number.
func (n *names) of(key int32) []entry { return n.entries[n.groups[key].first:n.groups[key].last] }

// beginnings tells which texts begin no key, nearly always: it is a bit for the hash of each beginning there is. Words are looked up
// one after the other, and most of them go on as no name does.
type beginnings []uint64

const beginningBits = 19

func newBeginnings() beginnings { return make(beginnings, 1<<beginningBits/64) }

// beginningOf is the hash of what goes on with some letters; that of no letters is 0.
func beginningOf[T string | []byte](hash uint64, letters T) uint64 {
	for i := range len(letters) {
		hash = hash*hashBase + digit(letters[i])
	}
	return hash
}

func (b beginnings) enter(key string) {
	hash := uint64(0)
	for i := range len(key) {
		hash = beginningOf(hash, key[i:i+1])
		bit := mixed(hash) >> (32 - beginningBits)
		b[bit/64] |= 1 << (bit % 64)
	}
}

// mayBe reports whether a key can begin so.
func (b beginnings) mayBe(hash uint64) bool {
	bit := mixed(hash) >> (32 - beginningBits)
	return b[bit/64]&(1<<(bit%64)) != 0
}
