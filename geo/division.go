package geo

import (
	"errors"
	"strings"
)

// ErrNoDivision says that no division has the level and code on the date asked.
var ErrNoDivision = errors.New("no such division")

// Level of a division.
type Level string

const (
	LevelProvince Level = "province"
	LevelDistrict Level = "district" // before 2025-07-01 only
	LevelCommune  Level = "commune"
)

// CodeDigits is the length of the official codes of a level (QĐ 19/2025/QĐ-TTg, QĐ 124/2004/QĐ-TTg): 2, 3 and 5
// digits; 0 for an unknown level. The lengths differ, so a code alone tells its level.
func (l Level) CodeDigits() int {
	switch l {
	case LevelProvince:
		return 2
	case LevelDistrict:
		return 3
	case LevelCommune:
		return 5
	}
	return 0
}

// LevelOf returns the level whose codes have the length of the given one.
func LevelOf(code string) (Level, bool) {
	for _, level := range [...]Level{LevelProvince, LevelDistrict, LevelCommune} {
		if len(code) == level.CodeDigits() {
			return level, true
		}
	}
	return "", false
}

// DatedName is a name and type that hold from a date on.
type DatedName struct {
	From Date
	Name string // without the type: "Hoàn Kiếm"
	Type string // one of Types
}

// Types are the types a division can have, longer ones before the ones they contain.
func Types() []string {
	return []string{"Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã"}
}

// ParseName splits a full name such as "Phường Hoàn Kiếm" into type and name. The type's case is ignored, for the
// official lists also write "Thị Trấn Ái Tử".
func ParseName(full string) (name DatedName, ok bool) {
	for _, t := range Types() {
		if len(full) > len(t)+1 && full[len(t)] == ' ' && strings.EqualFold(full[:len(t)], t) {
			return DatedName{Name: full[len(t)+1:], Type: t}, true
		}
	}
	return DatedName{}, false
}

// FullName is type and name: "Phường Hoàn Kiếm".
func (n DatedName) FullName() string { return n.Type + " " + n.Name }

// DatedText is a text that holds from a date on.
type DatedText struct {
	From Date
	Text string
}

// FormerUnit is a unit that went into a division before the data set begins, or an earlier name of the division
// itself, when the code is its own.
type FormerUnit struct {
	Code string
	Name string // as the official table writes it: without type, numbered wards with it ("Phường 12")
}

// Division is an administrative unit during one lifespan. The key is (Level, Code, date): the same code is a different
// unit before and after 2025-07-01. That rule knows no exception: a unit that the reorganisation left as it was has two
// lifespans as well, joined by a Relation of kind full.
type Division struct {
	Level     Level
	Code      string
	ValidFrom Date        // 0 unknown: before the data set begins
	ValidTo   Date        // exclusive; 0 while it exists
	Parent    string      // code of the next level up during the same lifespan; "" for provinces
	Province  string      // code of its province during the same lifespan; a province's own code
	Names     []DatedName // ascending by From, the first from ValidFrom on; never empty
	Postcodes []DatedText // ascending by From; communes since 2025
	// PostcodePrefixes are the first two digits reserved for a province since 2025, ascending.
	PostcodePrefixes []string
	// Aliases are other spellings in official lists and former names, in the form of FormerUnit.Name; a full name where
	// the type differs. Differences of tone placement only (Hoà, Hòa) are no aliases: compare texts in their normal form.
	Aliases []string
	Former  []FormerUnit // ascending by Code
}

// ExistsAt reports whether the division exists on a date.
func (d *Division) ExistsAt(at Date) bool {
	return d.ValidFrom <= at && (d.ValidTo == 0 || at < d.ValidTo)
}

// Name is the name and type on a date; before the first known one that one.
func (d *Division) Name(at Date) DatedName {
	for i := len(d.Names) - 1; i > 0; i-- {
		if d.Names[i].From <= at {
			return d.Names[i]
		}
	}
	return d.Names[0]
}

// Postcode is the national postcode on a date, "" when there was none.
func (d *Division) Postcode(at Date) string {
	for i := len(d.Postcodes) - 1; i >= 0; i-- {
		if d.Postcodes[i].From <= at {
			return d.Postcodes[i].Text
		}
	}
	return ""
}

// RelationKind says how much of the old unit went to the new one.
type RelationKind string

const (
	RelationFull          RelationKind = "full"
	RelationPart          RelationKind = "part"
	RelationAreaOnly      RelationKind = "part_area_only"           // land without inhabitants
	RelationAllPopulation RelationKind = "part_area_all_population" // part of the land, but everybody who lives there
)

// Relation joins a unit to its successor.
type Relation struct {
	From     *Division // nil where the official table gives a name without a code
	FromName string    // the old unit's full name
	To       *Division
	Kind     RelationKind
	Note     string // the official table's own word; "" for relations derived from those of the communes
}
