package registry

import (
	"hash/fnv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// LikenessRadiusM is how near two addresses with the same normalised components must be to count as likely the same.
const LikenessRadiusM = 30.0

// noLikeness is the likeness of an address that nothing but its place tells apart from its neighbours.
const noLikeness = 0

// likeKey is the normal form of components: two addresses are alike when their keys are equal. It is "" when the
// components have no number, unit, building or block: two unnumbered houses of one hamlet are neighbours, not duplicates.
//
// Case, diacritics, punctuation and spaces don't count, nor the words that only say which component it is ("số nhà",
// "đường", "tầng", "căn hộ"), nor whether an alley path is written as a path or with slashes.
func (c Components) likeKey() string {
	number, path, street := c.houseNumber()
	unit := vntext.DropWords(vntext.FoldCode(c.Unit), "can ho", "can", "phong", "ch", "so")
	building := vntext.DropWords(vntext.Fold(c.Building), "toa nha", "toa", "chung cu", "cc")
	block := vntext.DropWords(vntext.FoldCode(c.Block), "block", "toa nha", "toa", "khoi", "thap")
	if number == "" && unit == "" && building == "" && block == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(64)
	for _, part := range [...]string{
		number, strings.Join(path, "/"), street,
		vntext.Fold(c.Hamlet), expandQuarter(vntext.Fold(c.Quarter)),
		building, block, vntext.DropWords(vntext.FoldCode(c.Floor), "tang", "lau"), unit,
	} {
		b.WriteString(part)
		b.WriteByte('\n')
	}
	return b.String()
}

// houseNumber returns the number, the alley path from the street inwards, and the street, each in normal form.
// "12/34/5 Phố X", "5" in ngõ 12, ngách 34 of "Phố X", and "5" in "Ngách 12/34 Phố X" are the same.
func (c Components) houseNumber() (number string, path []string, street string) {
	lead, rest := vntext.SplitAlley(c.Street)
	if lead != "" || len(c.Alley) > 0 {
		path = vntext.AlleyPath(append([]string{lead}, c.Alley...)...)
	}
	if n, ok := vntext.HouseNumberAt(c.HouseNumber, path); ok {
		last := len(n.Path) - 1
		number, path = n.Path[last], n.Path[:last]
	} else {
		number = vntext.LevelKey(c.HouseNumber) // a lone letter or a name
	}
	return number, path, vntext.DropWords(vntext.Fold(rest), "duong pho", "duong", "pho", "dg", "d")
}

func expandQuarter(folded string) string {
	for _, abbreviation := range [...][2]string{{"tdp ", "to dan pho "}, {"kp ", "khu pho "}} {
		if rest, ok := strings.CutPrefix(folded, abbreviation[0]); ok {
			return abbreviation[1] + rest
		}
	}
	return folded
}

// likeness mixes the zone (high half, so that index entries stay near their neighbours) with a hash of the key (low half).
func likeness(zone addresscode.Zone, key string) uint64 {
	if key == "" {
		return noLikeness
	}
	h := fnv.New64a()
	h.Write([]byte(key)) // never fails
	sum := h.Sum64()
	low := uint32(sum>>32) ^ uint32(sum)
	if low == 0 {
		low = 1 // zone 0 with hash 0 would be noLikeness
	}
	return uint64(zone.Number())<<32 | uint64(low)
}

// likenessOf is the likeness an address is stored under.
func likenessOf(a *Address) (uint64, error) {
	key := a.Components.likeKey()
	if key == "" {
		return noLikeness, nil
	}
	zone, err := likenessZone(a.Point())
	if err != nil {
		return 0, err
	}
	return likeness(zone, key), nil
}

// likenessZone is the zone of the resolution-8 cell that holds p on the map. It can differ from the zone of p's code:
// at a border the fine cell's ancestor is another one.
func likenessZone(p geo.Point) (addresscode.Zone, error) {
	cell, err := geo.CellAt(p, zoneResolution)
	if err != nil {
		return addresscode.Zone{}, err
	}
	return addresscode.ZoneOf(uint64(cell))
}

const zoneResolution = 8

// zoneSafeM is a distance from the centre of a resolution-8 cell within which the cell holds the whole circle of
// LikenessRadiusM: its inner radius is at least 430 m in the area served.
const zoneSafeM = 390.0

func ownLikenessZone(p geo.Point) ([]addresscode.Zone, error) {
	zone, err := likenessZone(p)
	return []addresscode.Zone{zone}, err
}

// likenessZones are the zones that can hold an address within LikenessRadiusM of p, p's own first.
func likenessZones(p geo.Point) ([]addresscode.Zone, error) {
	own, err := geo.CellAt(p, zoneResolution)
	if err != nil {
		return nil, err
	}
	zone, err := addresscode.ZoneOf(uint64(own))
	if err != nil {
		return nil, err
	}
	zones := []addresscode.Zone{zone}
	if geo.Distance(p, own.Center()) <= zoneSafeM {
		return zones, nil
	}
	cells, err := geo.CellsWithin(p, LikenessRadiusM, zoneResolution)
	if err != nil {
		return nil, err
	}
	for _, cell := range cells {
		if cell == own {
			continue
		}
		if zone, err := addresscode.ZoneOf(uint64(cell)); err == nil { // beyond the area served there are no addresses
			zones = append(zones, zone)
		}
	}
	return zones, nil
}
