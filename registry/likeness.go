package registry

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

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
	unit := dropWords(foldCode(c.Unit), "can ho", "can", "phong", "ch", "so")
	building := dropWords(vntext.Fold(c.Building), "toa nha", "toa", "chung cu", "cc")
	block := dropWords(foldCode(c.Block), "block", "toa nha", "toa", "khoi", "thap")
	if number == "" && unit == "" && building == "" && block == "" {
		return ""
	}
	var b strings.Builder
	for _, part := range [...]string{
		number, strings.Join(path, "/"), street,
		vntext.Fold(c.Hamlet), expandQuarter(vntext.Fold(c.Quarter)),
		building, block, dropWords(foldCode(c.Floor), "tang", "lau"), unit,
	} {
		b.WriteString(part)
		b.WriteByte('\n')
	}
	return b.String()
}

// houseNumber returns the number, the alley path from the street inwards, and the street, each in normal form.
// "12/34/5 Phố X", "5" in ngõ 12, ngách 34 of "Phố X", and "5" in "Ngách 12/34 Phố X" are the same.
func (c Components) houseNumber() (number string, path []string, street string) {
	lead, rest := splitAlleyStreet(c.Street)
	path = appendPath(path, lead)
	for _, a := range c.Alley {
		path = appendPath(path, a)
	}
	var parts []string
	for part := range strings.SplitSeq(c.HouseNumber, "/") {
		if part = normalNumber(part); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) > 0 {
		number = parts[len(parts)-1]
		if inner := parts[:len(parts)-1]; !hasPrefix(inner, path) {
			path = append(path, inner...)
		} else {
			path = inner // the number repeats the path that is given beside it
		}
	}
	return number, path, dropWords(vntext.Fold(rest), "duong pho", "duong", "pho", "dg", "d")
}

func hasPrefix(s, prefix []string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range prefix {
		if s[i] != prefix[i] {
			return false
		}
	}
	return true
}

// splitAlleyStreet takes a numbered alley off the front of a street: "Ngõ 879 La Thành" is alley 879 of La Thành.
// An alley with a name is a street of its own.
func splitAlleyStreet(street string) (alley, rest string) {
	words := strings.Fields(street)
	if len(words) < 3 || !startsWithDigit(words[1]) {
		return "", street
	}
	switch vntext.Fold(words[0]) {
	case "ngo", "ngach", "hem", "kiet":
		return words[1], strings.Join(words[2:], " ")
	}
	return "", street
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// appendPath adds one level of an alley path, or several written with slashes.
func appendPath(path []string, text string) []string {
	for part := range strings.SplitSeq(text, "/") {
		part = dropWords(normalNumber(part), "ngo", "ngach", "hem", "kiet")
		if part = strings.TrimSpace(part); part != "" {
			path = append(path, part)
		}
	}
	return path
}

// normalNumber folds one number without the words in front of it: "Số nhà 12 Bis" → "12bis". Words with letters keep
// their spaces ("lo a5"), hyphens between digits stay (12-14 is not 1214).
func normalNumber(text string) string {
	folded := dropWords(foldCode(text), "so nha", "nha so", "so", "nha", "sn", "s")
	words := strings.Fields(folded)
	var b strings.Builder
	for i, w := range words {
		// "12 a" and "12 bis" are written together as often as apart
		if i > 0 && !(endsWithDigit(words[i-1]) && isSuffix(w)) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func endsWithDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

func isSuffix(word string) bool {
	return word == "bis" || word == "ter" || utf8.RuneCountInString(word) == 1 && !startsWithDigit(word)
}

// foldCode folds a short designation such as a number, a block or a flat. There đ is a letter of its own: block Đ
// stands beside block D. In words it folds to d as anywhere.
func foldCode(text string) string {
	if !strings.ContainsAny(text, "đĐ") {
		return vntext.Fold(text)
	}
	words := strings.Fields(text)
	for i, w := range words {
		folded := vntext.Fold(w)
		if strings.ContainsAny(w, "đĐ") && (len(folded) == 1 || strings.ContainsAny(folded, "0123456789")) {
			folded += "đ"
		}
		words[i] = folded
	}
	return strings.Join(words, " ")
}

func expandQuarter(folded string) string {
	for _, abbreviation := range [...][2]string{{"tdp ", "to dan pho "}, {"kp ", "khu pho "}} {
		if rest, ok := strings.CutPrefix(folded, abbreviation[0]); ok {
			return abbreviation[1] + rest
		}
	}
	return folded
}

// dropWords takes the first of the words that text begins with off it, unless nothing would be left.
func dropWords(text string, words ...string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(text, w); ok && len(rest) > 1 && rest[0] == ' ' {
			return rest[1:]
		}
	}
	return text
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
