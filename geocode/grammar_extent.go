package geocode

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// urban reports whether a reading lies in a town: there xóm and ấp begin names of streets.
func (r *Reading) urban() bool {
	d := r.Commune
	if d == nil {
		d = r.District
	}
	if d == nil {
		return false
	}
	switch d.Names[len(d.Names)-1].Type {
	case "Xã", "Huyện":
		return false
	}
	return true
}

// repeats reports whether a text is the name of a division that the reading has already: "TP Đà Nẵng, Đà Nẵng".
func (r *Reading) repeats(text string) bool {
	length := utf8.RuneCountInString(text)
	for _, d := range [...]*geo.Division{r.Province, r.District, r.Commune} {
		if d == nil {
			continue
		}
		// Texts of other lengths are told apart without folding them.
		name := &d.Names[len(d.Names)-1]
		switch more := length - utf8.RuneCountInString(name.Name); {
		case more == 0 && vntext.Fold(text) == vntext.Fold(name.Name):
			return true
		case more > 0 && more == utf8.RuneCountInString(name.Type)+1 && vntext.Fold(text) == vntext.Fold(name.FullName()):
			return true
		}
	}
	return false
}

// corrects reports whether a token was read as a division that is spelled differently.
func (r *Reading) corrects(t *vntext.Token) bool {
	return r.CommuneStatus == SpellCorrected && t.Start < r.CommuneSpan.End && r.CommuneSpan.Start < t.End ||
		r.DistrictStatus == SpellCorrected && t.Start < r.DistrictSpan.End && r.DistrictSpan.Start < t.End
}

// bareWords reads what stands without a word that says what it is.
func (h *head) bareWords() {
	i := h.at
	t := &h.tokens[i]
	follows := h.after == i // right behind a number or alley
	switch {
	case t.Kind == vntext.Word:
		h.at = h.nameEnd(i)
		if h.at == i {
			h.at++
		}
		h.bareName(i, h.at, follows)
	case follows && h.c.Street == "" && isAlleyNumber(t) && i+1 < len(h.tokens) && !h.tokens[i+1].Break && h.tokens[i+1].Kind == vntext.Word:
		h.at = i + 1
		h.alleys = append(h.alleys, alley{t.Text[1:], 0})
		h.after = h.at
	case h.dateEnd(i) > i+1 || isRoad(t) || follows && h.c.Street == "" && isStreetNumber(t):
		h.at = max(h.dateEnd(i), i+1)
		if isRoad(t) {
			h.at = h.roadEnd(i)
		}
		h.set(&h.c.Street, i, i, h.at)
	case h.isFloorOfUnit(t):
		h.at = i + 1
		h.c.Floor = t.Text[1:]
	case t.Kind == vntext.Designation && h.c.HouseNumber != "" && h.c.Building != "" && h.c.Block == "" && !h.flat:
		h.at = i + 1
		h.c.Block = t.Text
	default:
		h.at = h.numberEnd(i)
		h.setNumber(i, h.at)
	}
}

// isFloorOfUnit reports T16 behind a flat's number that begins with the floor: "CH 1601, T16".
func (h *head) isFloorOfUnit(t *vntext.Token) bool {
	if t.Kind != vntext.Designation || t.Fold[0] != 't' || h.c.Unit == "" || h.c.Floor != "" || !vntext.StartsWithDigit(t.Fold[1:]) {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(strings.ToLower(h.c.Unit), "0"), strings.TrimLeft(t.Fold[1:], "0"))
}

func (h *head) bareName(from, to int, follows bool) {
	if h.c.Street == "" && follows {
		h.c.Street = h.text(from, to)
		return
	}
	h.names = append(h.names, name{from, to, h.c.HouseNumber == "" && len(h.alleys) == 0})
}

// isStreetNumber reports a number or designation that can name a street behind a house number: D9, N3, CMT8, 3/2, 30-4.
func isStreetNumber(t *vntext.Token) bool {
	if t.Kind == vntext.Number {
		return isDateName(t.Fold)
	}
	letters := strings.TrimRight(t.Fold, "0123456789abcdefghijklmnopqrstuvwxyz")
	return letters == "" && len(t.Fold) <= 4
}

// isAlleyNumber reports K30 or H12: kiệt 30, hẻm 12.
func isAlleyNumber(t *vntext.Token) bool {
	return t.Kind == vntext.Designation && (t.Fold[0] == 'k' || t.Fold[0] == 'h') && strings.Trim(t.Fold[1:], "0123456789/") == ""
}

// isRoad reports a road's number written in one piece: QL1A, TL743, DT743C.
func isRoad(t *vntext.Token) bool {
	if t.Kind != vntext.Designation || len(t.Fold) < 3 {
		return false
	}
	switch t.Fold[:2] {
	case "ql", "tl", "dt", "hl", "dh":
		return vntext.StartsWithDigit(t.Fold[2:])
	}
	return false
}

func (h *head) roadEnd(i int) int {
	i++
	if i < len(h.tokens) && h.isSuffix(i) {
		i++
	}
	return i
}

// isDateName reports the days of the year that streets are named after, written as numbers.
func isDateName(text string) bool {
	switch strings.NewReplacer("-", "/", ".", "/", " ", "").Replace(text) {
	case "3/2", "03/2", "03/02", "8/3", "10/3", "16/4", "23/3", "24/3", "26/3", "28/3", "29/3", "2/4", "02/4", "3/4", "03/4", "9/4", "19/4", "27/4", "30/4",
		"1/5", "7/5", "19/5", "1/6", "27/7", "19/8", "2/9", "02/9", "02/09", "23/9", "10/10", "20/10", "20/11", "23/11", "22/12", "23/10", "13/3", "17/3", "25/4", "21/8", "6/1", "9/1":
		return true
	}
	return false
}

// dateEnd returns the end of "3 tháng 2" or of a date of numbers at i; i when there is none.
func (h *head) dateEnd(i int) int {
	t := &h.tokens[i]
	if t.Kind != vntext.Number || len(t.Fold) > 2 {
		return i
	}
	if i+2 < len(h.tokens) && !h.tokens[i+1].Break && !h.tokens[i+2].Break && (h.tokens[i+1].Fold == "thang" || h.tokens[i+1].Fold == "th") && h.tokens[i+2].Kind == vntext.Number && len(h.tokens[i+2].Fold) <= 2 {
		return i + 3
	}
	return i
}

// numberEnd returns the end of the number that begins at i, with its suffix, the range it opens and levels written in words.
func (h *head) numberEnd(i int) int {
	if i >= len(h.tokens) {
		return i
	}
	i++
	for i < len(h.tokens) {
		t := &h.tokens[i]
		next := i + 1
		switch {
		case h.isSuffix(i):
			i = next
		case !t.Break && next < len(h.tokens) && isSlash(t.Fold) && h.tokens[next].Kind == vntext.Number && !h.tokens[next].Break:
			i = next + 1
		case t.Break && t.Kind == vntext.Number && h.tokens[i-1].Kind == vntext.Number && h.continues(i):
			i = next
		default:
			return i
		}
	}
	return i
}

func isSlash(folded string) bool {
	switch folded {
	case "xet", "xuyet", "tren", "suyet", "xec", "sec":
		return true
	}
	return false
}

// isSuffix reports a word that belongs to the number before it: bis, ter, and a capital letter that no name begins with.
func (h *head) isSuffix(i int) bool {
	t := &h.tokens[i]
	if t.Break || t.Kind != vntext.Word {
		return false
	}
	if len(t.Text) == 1 && !t.Dot && isCapital(t.Text) && i+1 < len(h.tokens) && h.sizes[i+1] > 0 && len(h.tokens[i+1].Fold) > 2 {
		switch h.leads[i+1].role {
		case roleStreet, roleRoad, roleAlley:
			return h.tokens[i-1].Kind == vntext.Number // 73 P Phố Cầu Gỗ
		}
	}
	if h.leads[i].role != noRole {
		return false
	}
	if t.Fold == "bis" || t.Fold == "ter" {
		return true
	}
	if len(t.Fold) != 1 || len(t.Text) != 1 || t.Dot || t.Fold > "h" || t.Fold == "d" {
		return false
	}
	return h.tokens[i-1].Kind == vntext.Number && (strings.ToUpper(t.Text) == t.Text || t.Fold <= "c")
}

// continues reports whether the number at i goes on with the one before it: "12 - 14", "9,10".
func (h *head) continues(i int) bool {
	a, b := h.tokens[i-1].Fold, h.tokens[i].Fold
	if len(a) > 4 || len(b) > 4 || leadingDigits(a) != a || leadingDigits(b) != b {
		return false
	}
	gap := h.clean[h.tokens[i-1].End:h.tokens[i].Start]
	from, _ := strconv.Atoi(a)
	to, _ := strconv.Atoi(b)
	switch {
	case h.tokens[i].Dash || gap == ",":
		return from < to
	case gap == ", ":
		return from < to && to <= from+4
	}
	return false
}

// valueEnd is nameEnd for the name that a word with a role announces: nothing when a comma follows the word.
func (h *head) valueEnd(i int) int {
	if i < len(h.tokens) && h.tokens[i].Break {
		return i
	}
	return h.nameEnd(i)
}

// nameEnd returns the end of the name that begins at i: the next comma, word with a role or number. The first word is part of
// it whatever its role. A short number at the end belongs to the name (Trung Yên 6, Landmark 81).
func (h *head) nameEnd(i int) int {
	for from := i; i < len(h.tokens); i++ {
		t := &h.tokens[i]
		switch {
		case i > from && (t.Break || h.stops(i) && !h.isSunInName(from, i)):
			return i
		case t.Kind == vntext.Word:
			if i > from {
				break
			}
			if isInitials(t.Fold) {
				return i + 1
			}
			i += max(0, h.sizes[i]-1)
		case i > from && h.endsName(i):
			return i + 1
		default:
			return i
		}
	}
	return i
}

// isSunInName reports the syllable Dương without its diacritics inside a name: An Duong Vuong.
func (h *head) isSunInName(from, i int) bool {
	if i != from+1 || h.tokens[i].Fold != "duong" || !isASCII(h.tokens[i].Text) {
		return false
	}
	switch h.tokens[from].Fold {
	case "an", "kinh", "au", "thai", "hai", "binh", "huong", "dai", "trieu", "xa", "tay", "dong":
		return i+1 == len(h.tokens) || h.tokens[i+1].Break || h.tokens[i+1].Kind == vntext.Word
	}
	return false
}

// isInitials reports a street in initials, which is complete: XVNT, NTMK.
func isInitials(folded string) bool {
	switch folded {
	case "xvnt", "ntmk", "nkkn", "dbp", "hvt", "pvd":
		return true
	}
	return false
}

// stops reports whether the word at i begins another component in the middle of a part.
func (h *head) stops(i int) bool {
	switch l := h.leads[i]; l.role {
	case noRole:
		return false
	case roleStreet:
		return !isASCII(h.tokens[i].Text) || l.text == "duong" || h.tokens[i].Dot
	case roleBuilding:
		return !isASCII(h.tokens[i].Text) || h.sizes[i] > 1
	}
	return true
}

// endsName reports whether the number at i is the end of the name before it rather than a house number.
func (h *head) endsName(i int) bool {
	t := &h.tokens[i]
	if h.tokens[i-1].Fold == "thang" {
		return true
	}
	digits := leadingDigits(t.Fold)
	if t.Kind != vntext.Number || len(t.Fold) > 3 || len(digits) > 2 || strings.ContainsAny(t.Fold, "/-+.") {
		return false
	}
	if i+1 < len(h.tokens) && !h.tokens[i+1].Break && h.leads[i+1].role == noRole {
		return false // more follows: it is the number of what follows
	}
	return h.c.HouseNumber != "" || digits == t.Fold && len(digits) == 1
}

// streetEnd returns the end of a street's name behind its word. It may be a number: 25, số 25, 3/2, 2 tháng 4, D9.
func (h *head) streetEnd(i int) int {
	if i >= len(h.tokens) {
		return i
	}
	if d := h.dateEnd(i); d > i {
		return d
	}
	t := &h.tokens[i]
	if t.Kind != vntext.Word {
		return h.roadEnd(i)
	}
	switch l := h.leads[i]; {
	case l.role == roleNumber && h.sizes[i] == 1, l.role == roleRoad:
		value := i + h.sizes[i]
		if value < len(h.tokens) && h.tokens[value].Kind != vntext.Word {
			return h.roadEnd(value)
		}
	}
	return h.nameEnd(i)
}

// groupEnd returns the end of the name or number of a hamlet or quarter: "tổ 5", "khu phố Thạnh Lộc", "xóm 8 Trại E".
func (h *head) groupEnd(i int) int {
	if i < len(h.tokens) && h.tokens[i].Fold == "so" && i+1 < len(h.tokens) && h.tokens[i+1].Kind != vntext.Word {
		i++
	}
	if i >= len(h.tokens) || h.tokens[i].Kind == vntext.Word {
		end := h.valueEnd(i)
		if end < len(h.tokens) && end > i && !h.tokens[end].Break && h.tokens[end].Kind == vntext.Number && len(h.tokens[end].Fold) <= 3 &&
			(end+1 == len(h.tokens) || h.tokens[end+1].Break || h.leads[end+1].role != noRole) {
			end++ // Thôn Tiến Phan 2
		}
		return end
	}
	end := h.roadEnd(i)
	if h.leads[i-1].role == roleHamlet && h.c.Street != "" && end < len(h.tokens) && !h.tokens[end].Break && h.leads[end].role == noRole && h.tokens[end].Kind == vntext.Word {
		if rest := h.nameEnd(end); rest-end <= 2 {
			return rest
		}
	}
	return end
}
