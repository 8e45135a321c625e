package geocode

import (
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// houseMatch is what a number was found to be inside a place.
type houseMatch struct {
	keys  []uint64 // codes, one unless several addresses have the same number
	level string   // MatchHouse, MatchBuilding, MatchAlley or MatchNearestNumber; "" when there is no number near
	outer bool     // MatchAlley: the address is at an outer level of the path itself, not beside the house asked for
	alone bool     // MatchHouse: no flats are registered behind the number
}

// Bounds on what a house number may cost to look up.
const (
	maxSameNumber = 12 // addresses with one number
	maxStepsAside = 40 // addresses looked at on either side for the nearest number
)

// houseAsked is the house that a hypothesis names. Most hypotheses of a text differ in the divisions only and name the same one.
type houseAsked struct {
	path  []string
	unit  string // a UnitKey
	known bool
	first int // hypothesis that names the same
}

func (s *search) houseAsked(hypothesis int) *houseAsked {
	for len(s.asked) < len(s.hypotheses) {
		s.asked = append(s.asked, houseAsked{})
	}
	asked := &s.asked[hypothesis]
	if asked.known {
		return asked
	}
	components := &s.hypotheses[hypothesis].Components
	for i := range s.asked {
		if other := &s.hypotheses[i].Components; s.asked[i].known && sameHouseText(other, components) {
			*asked = s.asked[i]
			return asked
		}
	}
	*asked = houseAsked{path: components.HousePath(), unit: components.UnitKey(), known: true, first: hypothesis}
	if n := len(asked.path); n > 0 && asked.path[n-1] == "" { // an alley without a number
		asked.path = asked.path[:n-1]
	}
	if s.q.Sight.Doors {
		asked.unit = ""
	}
	for i := range s.asked {
		if other := &s.asked[i]; i != hypothesis && other.known && other.unit == asked.unit && slices.Equal(other.path, asked.path) {
			asked.first = other.first
			break
		}
	}
	return asked
}

// sameHouseText reports components that say word for word the same of the house and what is inside it.
func sameHouseText(a, b *registry.Components) bool {
	return a.HouseNumber == b.HouseNumber && a.Street == b.Street && a.Block == b.Block && a.Floor == b.Floor && a.Unit == b.Unit && slices.Equal(a.Alley, b.Alley)
}

// houseIn is a house in a place: search.hypotheses and index.docs.
type houseIn struct {
	asked int
	slot  int32
}

// house looks a house up in a place, once for all hypotheses that name it.
func (s *search) house(slot int32, asked *houseAsked) (houseMatch, error) {
	d := &s.e.index.docs[slot]
	if d.bare {
		return houseMatch{}, nil
	}
	at := houseIn{asked.first, slot}
	if m, ok := s.houses[at]; ok {
		return m, nil
	}
	m, err := findHouse(s.r, d.id, asked.path, asked.unit)
	if err != nil {
		return m, err
	}
	m = s.asSeen(m)
	if s.houses == nil {
		s.houses = map[houseIn]houseMatch{}
	}
	s.houses[at] = m
	return m, nil
}

// findHouse looks a number up inside a place: itself, then the nearest in its alley from the inside outwards, then the nearest
// number of the street. unit is a UnitKey, "" for none.
func findHouse(r registry.Reader, place int64, path []string, unit string) (houseMatch, error) {
	if len(path) == 0 {
		return houseMatch{}, nil
	}
	key := registry.HousePathKey(path)
	if unit != "" {
		if keys, err := unitsAt(r, place, registry.HouseAndUnits(key).From+"!"+unit); err != nil || len(keys) > 0 {
			return houseMatch{keys: keys, level: MatchHouse}, err
		}
	}
	if m, err := houseAt(r, place, key); err != nil || m.level != "" {
		return m, err
	}
	for levels := len(path) - 1; levels > 0; levels-- {
		outer := registry.HousePathKey(path[:levels])
		if m, err := nearestIn(r, place, key, registry.AlleyOf(outer), firstNumber(path[levels])); err != nil || m.level != "" {
			return m, err
		}
		if m, err := houseAt(r, place, outer); err != nil || m.level != "" {
			m.level, m.outer = MatchAlley, true
			return m, err
		}
	}
	if m, err := nearestIn(r, place, key, registry.AlleyOf(registry.HousePathKey(path[:1])), -1); err != nil || m.level != "" {
		return m, err
	}
	m, err := nearestIn(r, place, registry.HousePathKey(path[:1]), registry.HouseKeyRange{From: "0"}, firstNumber(path[0]))
	if m.level != "" {
		m.level = MatchNearestNumber
	}
	return m, err
}

// unitsAt are the addresses whose house key is key, or begins so and tells block or floor besides.
func unitsAt(r registry.Reader, place int64, key string) ([]uint64, error) {
	var keys []uint64
	err := r.NamedPlaceKeys(place, key, key+",", false, func(_ string, code uint64) bool { // a comma follows the mark of parts
		keys = append(keys, code)
		return len(keys) < maxSameNumber
	})
	return keys, err
}

// houseAt is the house of a key: itself, or its units when only they are registered.
func houseAt(r registry.Reader, place int64, key string) (houseMatch, error) {
	var m houseMatch
	within := registry.HouseAndUnits(key)
	err := r.NamedPlaceKeys(place, within.From, within.To, false, func(house string, code uint64) bool {
		level := MatchBuilding
		if house == key {
			level = MatchHouse
		} else if m.level == MatchHouse {
			m.alone = false // the units behind the house
			return false
		}
		m.level = level
		m.keys = append(m.keys, code)
		m.alone = level == MatchHouse && len(m.keys) < maxSameNumber
		return len(m.keys) < maxSameNumber
	})
	return m, err
}

// nearestIn is the address in a range of house keys nearest to key by its number there, the same side of the street (odd, even)
// preferred. number is that of the level that differs, negative when any will do.
func nearestIn(r registry.Reader, place int64, key string, within registry.HouseKeyRange, number int) (houseMatch, error) {
	var best uint64
	bestDistance := -1
	level := 0
	for i := range len(within.From) {
		if within.From[i] == '/' {
			level++
		}
	}
	look := func(from, to string, descending bool) error {
		steps := 0
		return r.NamedPlaceKeys(place, from, to, descending, func(house string, code uint64) bool {
			steps++
			n := numberAtLevel(house, level)
			distance := 1000
			if number >= 0 && n >= 0 {
				distance = 2 * max(n-number, number-n)
				if (n-number)%2 != 0 {
					distance += 20 // ten houses on one's own side are as near as the one across
				}
			}
			if bestDistance < 0 || distance < bestDistance {
				best, bestDistance = code, distance
			}
			// the numbers on that side only get further away
			return steps < maxStepsAside && number >= 0 && (n < 0 || 2*max(n-number, number-n) < bestDistance)
		})
	}
	from := max(key, within.From)
	if err := look(from, within.To, false); err != nil {
		return houseMatch{}, err
	}
	if from > within.From && (number >= 0 || bestDistance < 0) {
		if err := look(within.From, from, true); err != nil {
			return houseMatch{}, err
		}
	}
	if bestDistance < 0 {
		return houseMatch{}, nil
	}
	return houseMatch{keys: []uint64{best}, level: MatchAlley}, nil
}

// numberAtLevel reads the number of one level of a house key, counted from the street; -1 when it has none.
func numberAtLevel(house string, level int) int {
	start := 0
	for i := 0; i < len(house) && level > 0; i++ {
		if house[i] == '/' {
			level--
			start = i + 1
		}
	}
	if level > 0 {
		return -1
	}
	for i := start; i < len(house) && house[i] != '/' && house[i] != '!'; i++ {
		if isDigit(house[i]) { // the count of digits; the number follows
			return firstNumber(house[i+1 : min(i+1+int(house[i]-'0'), len(house))])
		}
	}
	return -1
}

// firstNumber reads the first run of digits in a level of a path, -1 when there is none.
func firstNumber(text string) int {
	n, found := 0, false
	for i := range len(text) {
		if isDigit(text[i]) {
			n, found = min(n*10+int(text[i]-'0'), 1_000_000), true
		} else if found {
			break
		}
	}
	if !found {
		return -1
	}
	return n
}
