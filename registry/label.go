package registry

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// DivisionInfo is where an address lies on a date.
type DivisionInfo struct {
	At         geo.Date
	Commune    *geo.Division // nil when the date is before 2025-07-01 and the old commune is not certain
	District   *geo.Division // before 2025-07-01 only
	Province   *geo.Division
	PostalCode string // "" where none was given to the commune by then
}

// DivisionOf returns commune, province and postal code of an address on a date. Before 2025-07-01 that is the old commune
// when only one went into today's at that place; otherwise Commune is nil, and District and Province are what the
// candidates agree on. A zero date means today.
func (s *Service) DivisionOf(a *Address, at geo.Date) DivisionInfo {
	if at == 0 {
		at = geo.Today()
	}
	if at < reorganised {
		info := DivisionInfo{At: at}
		s.oldDivision(&info, a)
		return info
	}
	return s.communeAt(a.Commune, at).info
}

// communeDay is what every address in a commune says on one day.
type communeDay struct {
	info DivisionInfo
	tail string // of labels: commune and province by their full names
}

// day holds all communes of one day.
type day struct {
	at       geo.Date
	communes map[string]communeDay
}

// communeAt tells about a commune since reorganised. Today's communes are worked out once a day, for nearly all questions
// are about them.
func (s *Service) communeAt(code string, at geo.Date) communeDay {
	today := s.day.Load()
	if today == nil || today.at != at {
		if at != geo.Today() {
			return s.workOutCommune(code, at)
		}
		today = &day{at, map[string]communeDay{}}
		for _, commune := range s.divisions.All(geo.LevelCommune, at) {
			today.communes[commune.Code] = s.workOutCommune(commune.Code, at)
		}
		s.day.Store(today)
	}
	if known, ok := today.communes[code]; ok {
		return known
	}
	return communeDay{info: DivisionInfo{At: at}}
}

func (s *Service) workOutCommune(code string, at geo.Date) communeDay {
	c := communeDay{info: DivisionInfo{At: at}}
	commune, err := s.divisions.Get(geo.LevelCommune, code, at)
	if err != nil {
		return c
	}
	c.info.Commune, c.info.PostalCode = commune, commune.Postcode(at)
	c.tail = commune.Name(at).FullName()
	if province, err := s.divisions.Get(geo.LevelProvince, commune.Province, at); err == nil {
		c.info.Province = province
		c.tail += ", " + province.Name(at).FullName()
	}
	return c
}

func (s *Service) oldDivision(info *DivisionInfo, a *Address) {
	today, err := s.divisions.Get(geo.LevelCommune, a.Commune, geo.Today())
	if err != nil {
		return
	}
	for i, rel := range s.divisions.Predecessors(today) {
		old := rel.From
		if old == nil || !old.ExistsAt(info.At) {
			*info = DivisionInfo{At: info.At}
			return
		}
		district := old
		if old.Level == geo.LevelCommune {
			district, _ = s.divisions.Get(geo.LevelDistrict, old.Parent, info.At)
		}
		province, _ := s.divisions.Get(geo.LevelProvince, old.Province, info.At)
		if i == 0 {
			info.District, info.Province = district, province
			if old.Level == geo.LevelCommune {
				info.Commune = old
			}
			continue
		}
		info.Commune = nil
		if district != info.District {
			info.District = nil
		}
		if province != info.Province {
			info.Province = nil
		}
	}
	if info.Commune != nil {
		info.PostalCode = info.Commune.Postcode(info.At)
	}
}

// Label is the address in Vietnamese on a date, in one line from small to large, with commune and province:
//
//	Căn hộ 1205, Tầng 12, Tòa A, Chung cư X, Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội
//
// Components stand as they were given; the word that says what one is ("Số", "Tầng") is added where it is missing. A street
// gets one only when its name is a number ("3 Tháng 2"): whether a name is a đường or a phố is not ours to guess.
// A date before 2025-07-01 gives the old units where they are certain, and otherwise today's, after "nay thuộc" (now in).
// A zero date means today.
func (s *Service) Label(a *Address, at geo.Date) string {
	if at == 0 {
		at = geo.Today()
	}
	parts := a.Components.parts(a.Commune)
	if at >= reorganised {
		return joinLabel(parts, s.communeAt(a.Commune, at).tail)
	}
	info := s.DivisionOf(a, at)
	if info.Commune == nil {
		now := s.communeAt(a.Commune, geo.Today()).tail
		if now != "" {
			now = "nay thuộc " + now
		}
		return joinLabel(parts, now)
	}
	tail := info.Commune.Name(at).FullName()
	for _, d := range [...]*geo.Division{info.District, info.Province} {
		if d != nil {
			tail += ", " + d.Name(at).FullName()
		}
	}
	return joinLabel(parts, tail)
}

func joinLabel(parts []string, tail string) string {
	if tail != "" {
		parts = append(parts, tail)
	}
	return strings.Join(parts, ", ")
}

// parts are the components from small to large, each with its word. The commune tells the region's word for an alley.
func (c Components) parts(commune string) []string {
	parts := make([]string, 0, 10)
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	add(withWord("Căn hộ", c.Unit, unitWords))
	add(withWord("Tầng", c.Floor, floorWords))
	add(withWord("Tòa", c.Block, blockWords))
	building := c.Building
	if isDesignation(building) {
		building = "Tòa nhà " + building
	}
	add(building)
	add(c.streetLine(commune))
	add(withWordIfNumber("Thôn", c.Hamlet))
	add(withWordIfNumber("Tổ", c.Quarter))
	return parts
}

// streetLine is number, alleys and street. An alley path of numbers is written with slashes, as the number on the plate
// is; alleys with names are written out, the innermost first.
func (c Components) streetLine(commune string) string {
	number, line := c.way(commune)
	if number != "" {
		line = slices.Insert(line, 0, withNumberWord(number))
	}
	return strings.Join(line, " ")
}

// way is the number on the plate, and the alleys and the street that lead to it.
func (c Components) way(commune string) (number string, line []string) {
	street := c.Street
	if isDesignation(street) || vntext.StartsWithDigit(street) {
		street = withWord("Đường", street, streetWords)
	}
	number, alleys := c.numbered()
	if number == "" && len(alleys) > 0 && !slices.ContainsFunc(alleys, notPlainNumber) {
		alleys = []string{alleyWord(commune) + " " + strings.Join(alleys, "/")}
	}
	for _, alley := range slices.Backward(alleys) {
		line = append(line, withWord(alleyWord(commune), alley, alleyWords))
	}
	if street != "" {
		line = append(line, street)
	}
	return number, line
}

// PlateNumber is the number as it is on the plate at the house, with the path of its alleys where that is of numbers: "12/34/5".
func (c Components) PlateNumber() string {
	number, _ := c.numbered()
	return number
}

// PlateLines is what stands on the plate below the number: alleys and street, which the number belongs to, then block, building, hamlet and
// quarter. Without a number the building is first. Of a flat, whose number takes the place of the house's, that is in front of its street.
func (c Components) PlateLines(commune string) []string {
	parts := Components{Building: c.Building, Block: c.Block, HouseNumber: c.HouseNumber, Alley: c.Alley, Street: c.Street, Hamlet: c.Hamlet, Quarter: c.Quarter}
	if c.Unit != "" {
		return parts.parts(commune)
	}
	number, way := c.way(commune)
	parts.HouseNumber, parts.Alley, parts.Street = "", nil, ""
	street := strings.Join(way, " ")
	if number == "" || street == "" {
		parts.Street = street
		return parts.parts(commune)
	}
	return slices.Insert(parts.parts(commune), 0, street)
}

// numbered is the house number with the numbers of the alleys that lead to it, and the alleys that it does not tell.
func (c Components) numbered() (number string, alleys []string) {
	if c.HouseNumber == "" || len(c.Alley) == 0 || slices.ContainsFunc(c.Alley, notPlainNumber) {
		return c.HouseNumber, c.Alley
	}
	if path := strings.Join(c.Alley, "/") + "/"; !strings.HasPrefix(c.HouseNumber, path) {
		return path + c.HouseNumber, nil
	}
	return c.HouseNumber, nil
}

// Words that say themselves what a component is, lower case. One that ends in # may have a number glued to it (QL1A, P1205).
var (
	unitWords  = []string{"căn", "căn hộ", "phòng#", "p#", "ch", "ki ốt", "ki-ốt", "kiot", "shop", "shophouse", "penthouse", "duplex", "officetel", "văn phòng", "gian hàng", "quầy", "số"}
	floorWords = []string{"tầng#", "lầu#", "hầm#", "t#", "l#"}
	blockWords = []string{"tòa", "block", "khối", "tháp", "đơn nguyên", "lô", "khu", "dãy", "nhà", "cụm"}
	alleyWords = []string{"ngõ", "ngách", "hẻm", "kiệt", "xẹt", "số"}

	streetWords = []string{
		"đường", "phố", "ngõ", "ngách", "hẻm", "kiệt", "đại lộ", "quốc lộ", "tỉnh lộ", "hương lộ", "huyện lộ", "liên tỉnh lộ", "xa lộ", "cao tốc",
		"quảng trường", "công trường", "vòng xoay", "khu", "cư xá", "đ.", "đg", "đg.", "ql#", "tl#", "đt#", "hl#", "đl", "đh#", "street", "road",
	}
)

// alleyWord is what an alley is called where the commune lies: ngõ in the north, kiệt around Huế and Đà Nẵng, hẻm in the south.
func alleyWord(commune string) string {
	switch {
	case commune == "" || commune < "18850":
		return "Ngõ"
	case commune < "21550":
		return "Kiệt"
	}
	return "Hẻm"
}

// withNumberWord puts "Số" before a house number unless it has a word or a designation of its own (Lô A5, LK12-08, Km 12+300).
func withNumberWord(number string) string {
	letters := 0
	for _, r := range number {
		if !unicode.IsLetter(r) {
			break
		}
		letters++
	}
	if letters >= 2 {
		return number
	}
	return "Số " + number
}

// withWord puts word before text unless text begins with one of its own kind.
func withWord(word, text string, own []string) string {
	if text == "" || beginsWithWord(strings.ToLower(vntext.Normal(text)), own) {
		return text
	}
	return word + " " + text
}

// beginsWithWord matches with diacritics (Ngô Quyền is no ngõ, Phó Đức Chính no phố); text that has none at all is
// matched without, except that "ngo" must be followed by a number.
func beginsWithWord(lower string, words []string) bool {
	plain := lower != "" && isASCII(lower)
	for _, w := range words {
		w, glued := strings.CutSuffix(w, "#")
		rest, ok := strings.CutPrefix(lower, w)
		if !ok && plain && lower[0] == firstFolded(w) && !strings.HasSuffix(w, ".") { // D2 is the name of many a street, "đ." is none
			rest, ok = strings.CutPrefix(lower, vntext.Fold(w))
			ok = ok && (w != "ngõ" || vntext.StartsWithDigit(strings.TrimSpace(rest)))
		}
		if ok && (rest == "" || rest[0] == ' ' || rest[0] == '.' || strings.HasSuffix(w, ".") || glued && vntext.StartsWithDigit(rest)) {
			return true
		}
	}
	return false
}

// firstFolded is the first byte of a word's folded form: đ is the only letter with a mark that any of the words begins with.
func firstFolded(word string) byte {
	if strings.HasPrefix(word, "đ") {
		return 'd'
	}
	return word[0]
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withWordIfNumber puts word before a bare number; names stand by themselves.
func withWordIfNumber(word, text string) string {
	if vntext.StartsWithDigit(text) {
		return word + " " + text
	}
	return text
}

// isDesignation reports whether the name of a building or street is only a short designation such as A5 or CT2.
func isDesignation(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 4 && !strings.Contains(name, " ") &&
		(utf8.RuneCountInString(name) == 1 || strings.ContainsAny(name, "0123456789"))
}

// notPlainNumber reports an alley that is not just a number such as 12, 12A or 12/34.
func notPlainNumber(alley string) bool {
	return !vntext.StartsWithDigit(alley) || strings.Contains(alley, " ")
}
