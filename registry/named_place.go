package registry

import (
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// PlaceKind is what a named place is.
type PlaceKind string

const (
	PlaceStreet   PlaceKind = "street"
	PlaceHamlet   PlaceKind = "hamlet"
	PlaceQuarter  PlaceKind = "quarter"
	PlaceBuilding PlaceKind = "building"
)

// NamedPlace is a street, hamlet, quarter or building in one commune: what people search for by name. It is derived from the components
// of the active addresses, and for streets from those of the map, and lives and dies with them.
type NamedPlace struct {
	ID      int64 // within one store; never shown
	Kind    PlaceKind
	Commune string // code of today's commune
	Name    string // as the first address with it has it
	Count   int64  // active addresses
	Centre  geo.Point
	// The corners around the addresses. They may be wider after addresses were taken out, until the index is rebuilt.
	SouthWest, NorthEast geo.Point
	// A street that the map has: a point on it, and how far it lies from there at most.
	OnMap     bool
	MapPoint  geo.Point
	MapReachM float64
	Version   int64 // number of the commit that changed it last
}

// PlaceRef says that an address is at a named place, and where in it.
type PlaceRef struct {
	Kind  PlaceKind
	Name  string // as written
	Key   string // tells places of one kind and commune apart: spelling with diacritics, without case, tone placement and type word
	House string // HouseKey within a street, hamlet or quarter, UnitKey within a building
}

// PlaceRefVersion changes whenever PlaceRefs would give something else for the same address; stores rebuild their tables then.
const PlaceRefVersion = "1"

// PlaceRefs are the named places of an address, none when it is retired or protected or has no commune. An address is at most
// once at each.
func PlaceRefs(a *Address) []PlaceRef {
	if a.Status != StatusActive || a.Commune == "" || a.HasFlag(FlagProtected) {
		return nil
	}
	c := &a.Components
	var refs []PlaceRef
	add := func(kind PlaceKind, name, house string, words []string) {
		if name == "" {
			return
		}
		if key := placeKey(name, words); key != "" {
			refs = append(refs, PlaceRef{kind, name, key, house})
		}
	}
	number := ""
	if c.Street != "" || c.Hamlet != "" || c.Quarter != "" {
		number = c.HouseKey()
	}
	_, street := vntext.SplitAlley(c.Street)
	add(PlaceStreet, street, number, typesOfStreet)
	add(PlaceHamlet, c.Hamlet, number, nil)
	add(PlaceQuarter, c.Quarter, number, nil)
	if c.Building != "" {
		add(PlaceBuilding, c.Building, c.UnitKey(), []string{"tòa nhà", "toà nhà", "tòa", "toà"})
	}
	return refs
}

func placeKey(name string, words []string) string {
	key := strings.ToLower(vntext.Normal(name))
	if vntext.Fold(key) == "" {
		return "" // nothing but punctuation
	}
	return vntext.DropWords(key, words...)
}

// HouseKey is where in its street, hamlet or quarter an address is: the alley path and the number in normal form, from the
// street inwards and joined by slashes, then the unit. Sorted as bytes, keys are in order of the numbers, a house is followed
// by its units and then by the houses of the alley of its number. "" is an address without number and alley.
//
//	12/34/5        → 212/234/15
//	12A, unit 1205 → 212a!41205
//
// In front of each run of digits stands their count (9 for more), so that 9 sorts before 10.
func (c *Components) HouseKey() string {
	key := HousePathKey(c.HousePath())
	if unit := c.UnitKey(); unit != "" {
		key += string(rune(unitMark)) + unit
	}
	return key
}

// HousePath is the alley path and the number in normal form, from the street inwards; the number is the last.
// An alley without a number is followed by an empty one.
func (c *Components) HousePath() []string {
	alley := c.Alley
	if lead, _ := vntext.SplitAlley(c.Street); lead != "" {
		alley = append([]string{lead}, alley...)
	}
	if n, ok := vntext.HouseNumberAt(c.HouseNumber, alley); ok {
		return n.Path
	}
	path, number := vntext.AlleyPath(alley...), vntext.LevelKey(c.HouseNumber)
	if len(path) == 0 && number == "" {
		return nil
	}
	return append(path, number)
}

// HousePathKey is the HouseKey of a path without a unit.
func HousePathKey(path []string) string {
	if len(path) == 0 {
		return ""
	}
	b := make([]byte, 0, 16)
	for i, level := range path {
		if i > 0 {
			b = append(b, alleyMark)
		}
		b = appendSortable(b, level)
	}
	return string(b)
}

// UnitKey is where in its building an address is: unit, block and floor in normal form, in the order in which people leave
// them out. "" is the building as a whole.
func (c *Components) UnitKey() string {
	unit, block, floor := c.unitParts()
	if unit == "" && block == "" && floor == "" {
		return ""
	}
	b := appendSortable(make([]byte, 0, 16), unit)
	if block != "" || floor != "" {
		b = appendSortable(append(b, partMark), block)
	}
	if floor != "" {
		b = appendSortable(append(b, partMark), floor)
	}
	return string(b)
}

func (c *Components) unitParts() (unit, block, floor string) {
	if c.Unit != "" {
		unit = vntext.DropWords(vntext.FoldCode(c.Unit), "can ho", "can", "phong", "ch", "so")
	}
	if c.Block != "" {
		block = vntext.DropWords(vntext.FoldCode(c.Block), "block", "toa nha", "toa", "khoi", "thap")
	}
	if c.Floor != "" {
		floor = vntext.DropWords(vntext.FoldCode(c.Floor), "tang", "lau")
	}
	return unit, block, floor
}

// Marks inside keys. All sort before digits and letters, the unit before the alley.
const (
	unitMark  = '!'
	partMark  = '+'
	alleyMark = '/'
)

// HouseKeyRange are the house keys with From ≤ key < To.
type HouseKeyRange struct{ From, To string }

// HouseAndUnits is the range of a house and its units.
func HouseAndUnits(key string) HouseKeyRange { return HouseKeyRange{key, key + string(unitMark+1)} }

// AlleyOf is the range of the houses in the alley of a number, without the number itself.
func AlleyOf(key string) HouseKeyRange {
	return HouseKeyRange{key + string(alleyMark), key + string(alleyMark+1)}
}

// appendSortable writes text so that it sorts by its numbers: the count of digits before each run, without leading zeros.
func appendSortable(b []byte, text string) []byte {
	for i := 0; i < len(text); {
		if text[i] < '0' || text[i] > '9' {
			c := text[i]
			if c == ' ' {
				c = '_' // a space would sort before the marks
			}
			b = append(b, c)
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		for i < end-1 && text[i] == '0' {
			i++
		}
		b = append(b, '0'+byte(min(end-i, 9)))
		b = append(b, text[i:end]...)
		i = end
	}
	return b
}
