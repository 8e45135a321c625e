package geocode

import (
	"slices"
	"strings"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// head is the part of an address below the divisions while it is parsed.
//
// The words are walked once. A word with a role (số, ngõ, đường, thôn …) takes what follows it up to the next comma or the
// next such word. A number without a word is the house, a name right behind it the street. Names that are left over are
// settled at the end, when it is known what else there is.
type head struct {
	clean  string
	tokens []vntext.Token // those that no division takes
	leads  []lead         // role of the phrase that begins at a token
	sizes  []int          // tokens of that phrase
	r      *Reading
	urban  bool // the commune is a ward or town
	at     int

	c         registry.Components
	unmatched []Span

	alleys    []alley
	inwards   bool // the alleys stand before the number
	names     []name
	estate    string
	plot      bool    // the house number is that of a plot: lô A5
	flat      bool    // the number stands right before a building with flats
	after     int     // index behind the number or alley that was read last: a name there is the street
	numberCut bool    // a division without its type follows a number
	doubt     float64 // about the divisions
}

type alley struct {
	text string
	rank int
}

// name is a run of words without a role.
type name struct {
	from, to int
	early    bool // it stands before the house number
}

// parse reads the components out of the tokens that a reading leaves. A head can parse again, for the next reading.
func (h *head) parse(clean string, words *words, r *Reading) {
	*h = head{
		clean: clean, r: r, urban: r.urban(), after: -1,
		tokens: h.tokens[:0], leads: h.leads[:0], sizes: h.sizes[:0], alleys: h.alleys[:0], names: h.names[:0],
	}
	h.take(words)
	for h.at < len(h.tokens) {
		before := h.at
		h.step()
		if h.at == before { // what no rule moves past is left over
			h.leave(h.at, h.at+1)
			h.at++
		}
	}
	h.settle()
}

// take keeps the tokens that the divisions leave, and notes where a division without its type was taken out of the middle of
// a part.
func (h *head) take(words *words) {
	tokens := words.tokens
	h.tokens = slices.Grow(h.tokens, len(tokens))
	h.leads = slices.Grow(h.leads, len(tokens))
	h.sizes = slices.Grow(h.sizes, len(tokens))
	gap := false
	for i := range tokens {
		t := &tokens[i]
		if !h.r.takes(t) {
			h.keep(words, i)
			if gap {
				last := &h.tokens[len(h.tokens)-1]
				if !t.Break && t.Kind == vntext.Word && h.r.corrects(&tokens[i-1]) {
					h.doubt += doubtGuess
				}
				last.Break, last.Dash, gap = true, false, false
			}
			continue
		}
		if n := len(h.tokens); n > 0 && !gap && !t.Break && !saysDivision(tokens, i) {
			switch before := &h.tokens[n-1]; {
			case words.announced(i):
				h.doubt += doubtAnnounced
			case before.Kind == vntext.Number:
				h.numberCut = true
			case h.r.corrects(t), before.Fold == "mang" && t.Fold == "thang": // Cách Mạng Tháng Tám
				h.doubt += doubtGuess
			case n == 1 || before.Break || h.tokens[n-2].Kind != vntext.Word || isInitials(h.tokens[n-2].Fold):
				h.doubt += doubtOneWord
			}
		}
		gap = true
	}
}

// keep adds a token, with its role if the words that the role needs are left as well.
func (h *head) keep(words *words, i int) {
	l, n := words.leads[i], words.sizes[i]
	last := i + n - 1
	if l.need != needNothing {
		last++
	}
	for j := i; j <= last && l.role != noRole; j++ {
		if j < len(words.tokens) && h.r.takes(&words.tokens[j]) {
			l, n = lead{}, 0
		}
	}
	h.tokens = append(h.tokens, words.tokens[i])
	h.leads = append(h.leads, l)
	h.sizes = append(h.sizes, n)
}

// Doubts about a division that was taken out of the middle of a part.
const (
	doubtAnnounced = 0.4  // the word before it announces something else: đường Láng Hạ, chợ Bến Thành
	doubtGuess     = 0.55 // it is only similar to what is written
	doubtOneWord   = 0.35 // one word is left of a name: "35 Lê | Văn Sỹ"
	doubtNumber    = 0.25 // it stands behind a house number without a street: "12 Lê Lợi"
)

// text joins tokens as written, words that were glued apart.
func (h *head) text(from, to int) string {
	if from >= to {
		return ""
	}
	asWritten := true
	for i := from; i < to; i++ {
		t := &h.tokens[i]
		asWritten = asWritten && !t.Recovered && (i == from || h.tokens[i-1].End < t.Start)
	}
	if asWritten {
		return h.clean[h.tokens[from].Start:h.tokens[to-1].End]
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		if i > from {
			gap := h.clean[h.tokens[i-1].End:h.tokens[i].Start]
			if gap == "" && h.tokens[i-1].Kind == vntext.Word && h.tokens[i].Kind == vntext.Word {
				gap = " "
			}
			b.WriteString(gap)
		}
		b.WriteString(h.tokens[i].Text)
	}
	return b.String()
}

func (h *head) leave(from, to int) {
	if from < to {
		start, end := h.tokens[from].Start, h.tokens[to-1].End
		h.unmatched = append(h.unmatched, Span{Start: start, End: end, Text: h.clean[start:end]})
	}
}

// step reads one component.
func (h *head) step() {
	i := h.at
	l, n := h.leads[i], h.sizes[i]
	value := i + n
	switch l.role {
	case noRole:
		h.bareWords()
	case roleLabel:
		h.at = value
	case roleNumber:
		if n := len(h.names); n > 0 && h.names[n-1].to == i && !h.tokens[i].Break && h.c.Street == "" {
			h.c.Street = h.text(h.names[n-1].from, i) // Lê Lợi số 12
			h.names = h.names[:n-1]
		}
		h.at = h.numberEnd(value)
		h.setNumber(value, h.at)
	case roleAlley:
		h.alley(i, value, l)
	case roleStreet, roleRoad:
		h.street(i, value, l)
	case roleHamlet:
		h.hamlet(i, value, l)
	case roleQuarter:
		h.at = h.groupEnd(value)
		h.c.Quarter = joined(h.c.Quarter, h.text(i, h.at))
	case roleUnit:
		h.at = h.numberEnd(value)
		h.set(&h.c.Unit, i, value, h.at)
	case roleFloor:
		h.at = h.numberEnd(value)
		if t := &h.tokens[value]; t.Fold == "ham" && value+1 < len(h.tokens) && h.tokens[value+1].Kind != vntext.Word && !h.tokens[value+1].Break {
			h.at = value + 2
		}
		h.set(&h.c.Floor, i, value, h.at)
	case roleBlock:
		h.markFlat()
		h.at = h.numberEnd(value)
		h.set(&h.c.Block, i, value, h.at)
	case rolePlot:
		h.plotNumber(i, value)
	case roleKm:
		h.at = h.numberEnd(value)
		h.set(&h.c.HouseNumber, i, i, h.at)
		h.after = h.at
	case roleFlats, roleBuilding:
		h.building(i, value, l)
	case roleEstate:
		h.at = h.valueEnd(value)
		if h.estate == "" {
			h.estate = h.text(i, h.at)
		} else {
			h.leave(i, h.at)
		}
	case roleDivision:
		h.at = h.groupEnd(value)
		if l.text == "xa" && h.after == i && !h.tokens[i].Break && h.c.Street == "" {
			h.c.Street = h.text(i, h.at) // 402 Xã Đàn
			break
		}
		h.leave(i, h.at)
	}
}

// set gives a component its text unless it has one; then all of it is left over.
func (h *head) set(component *string, lead, from, to int) {
	if *component != "" {
		h.leave(lead, to)
		return
	}
	*component = h.text(from, to)
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// street reads what follows đường, phố (without the word) or quốc lộ, đại lộ (with it).
func (h *head) street(i, value int, l lead) {
	h.at = h.streetEnd(value)
	from := value
	if l.role == roleRoad || keepsStreetWord(h.tokens[i:h.at]) {
		from = i
	}
	switch {
	case h.c.Street == "":
		h.c.Street = h.text(from, h.at)
	case l.text == "pho" && h.c.Quarter == "": // a quarter in towns of the north
		h.c.Quarter = h.text(i, h.at)
	default:
		h.leave(i, h.at)
	}
}

// keepsStreetWord lists names that begin with a family name that is spelled as a street word where diacritics are missing.
func keepsStreetWord(tokens []vntext.Token) bool {
	if len(tokens) < 3 || !isASCII(tokens[0].Text) {
		return false
	}
	switch tokens[0].Fold + " " + tokens[1].Fold {
	case "pho quang", "pho duc", "pho co", "duong ba", "duong dinh", "duong khue", "duong thi":
		return tokens[2].Fold != "ngoc"
	case "duong quang":
		return tokens[2].Fold == "ham"
	case "duong tu":
		return tokens[2].Fold == "giang" || tokens[2].Fold == "minh"
	case "duong van":
		return tokens[2].Fold == "an" || tokens[2].Fold == "cam"
	}
	return false
}

// alley reads a numbered alley, or one with a name, which is a street of its own.
func (h *head) alley(i, value int, l lead) {
	if h.tokens[value].Fold == "so" && value+1 < len(h.tokens) {
		value++
	}
	if h.tokens[value].Kind == vntext.Word {
		h.at = h.nameEnd(value)
		h.set(&h.c.Street, i, i, h.at)
		return
	}
	h.at = h.numberEnd(value)
	if len(h.alleys) == 0 {
		h.inwards = h.c.HouseNumber == ""
	}
	h.alleys = append(h.alleys, alley{h.text(value, h.at), l.rank})
	h.after = h.at
}

// hamlet reads a hamlet with its word. Xóm and ấp right behind a number in a town begin the name of a street (12 Xóm Chiếu).
func (h *head) hamlet(i, value int, l lead) {
	h.at = h.groupEnd(value)
	named := h.tokens[value].Kind == vntext.Word
	if named && h.urban && h.after == i && !h.tokens[i].Break && h.c.Street == "" && (l.text == "xom" || l.text == "ap") {
		h.c.Street = h.text(i, h.at)
		return
	}
	if h.c.Hamlet != "" {
		h.c.Quarter = joined(h.c.Quarter, h.text(i, h.at))
		return
	}
	h.c.Hamlet = h.text(i, h.at)
}

// plotNumber reads the number of a plot. Beside a house number it is the block of plots.
func (h *head) plotNumber(i, value int) {
	h.at = value
	if value < len(h.tokens) && (!h.tokens[value].Break || h.tokens[value].Dash) && (h.tokens[value].Kind != vntext.Word || isLetterDesignation(&h.tokens[value])) {
		h.at = h.numberEnd(value)
	}
	switch text := h.text(i, h.at); {
	case h.c.HouseNumber == "":
		h.c.HouseNumber, h.plot = text, true
	case h.at == value: // "38 liền kề"
		if h.after != i {
			h.leave(i, h.at)
			break
		}
		h.c.HouseNumber += " " + text
	case h.c.Block == "":
		h.c.Block = text
	default:
		h.leave(i, h.at)
	}
	h.after = h.at
}

// building reads a named building with its kind.
func (h *head) building(i, value int, l lead) {
	if l.role == roleFlats {
		h.markFlat()
	} else if h.after == i && !h.tokens[i].Break && h.c.Street == "" && isCapital(h.tokens[i].Text) && l.text == "cho" {
		h.c.Street = h.text(i, h.nameEnd(value)) // 12 Chợ Lớn
		h.at = h.nameEnd(value)
		return
	}
	h.at = h.valueEnd(value)
	if h.at == value && value < len(h.tokens) && !h.tokens[value].Break && h.tokens[value].Kind != vntext.Word && h.leads[value].role == noRole {
		h.at = value + 1 // chung cư 1050
		if h.at < len(h.tokens) && !h.tokens[h.at].Break && h.leads[h.at].role == noRole && h.tokens[h.at].Kind == vntext.Word {
			h.at = h.nameEnd(h.at)
		}
	}
	h.set(&h.c.Building, i, i, h.at)
	if h.at < len(h.tokens) && !h.tokens[h.at].Break && h.tokens[h.at].Kind == vntext.Designation && h.c.Block == "" {
		h.c.Block = h.tokens[h.at].Text
		h.at++
	}
}

// markFlat notes that the number just read may be a flat's.
func (h *head) markFlat() {
	h.flat = h.flat || h.after == h.at && h.c.HouseNumber != "" && h.c.Street == "" && h.c.Unit == "" && !h.plot && len(h.alleys) == 0
}

func isCapital(text string) bool {
	return text != "" && strings.ToUpper(text[:1]) == text[:1] || strings.HasPrefix(text, "Đ")
}

// setNumber takes tokens for the house number. A plot's number read before is the block then, a flat's the unit.
func (h *head) setNumber(from, to int) {
	switch {
	case h.c.HouseNumber == "":
		h.c.HouseNumber = h.text(from, to)
		h.plot = false
	case h.plot && h.c.Block == "":
		h.c.Block, h.c.HouseNumber, h.plot = h.c.HouseNumber, h.text(from, to), false
	case h.flat && isBlockName(h.c.HouseNumber) && h.c.Block == "" && h.c.Street == "":
		h.c.Block, h.c.HouseNumber, h.flat = h.c.HouseNumber, h.text(from, to), false
	case (h.flat || isFlatNumber(h.c.HouseNumber)) && h.c.Unit == "" && h.c.Street == "":
		h.c.Unit, h.c.HouseNumber, h.flat = h.c.HouseNumber, h.text(from, to), false
	default:
		h.leave(from, to)
		return
	}
	h.after = to
}

// isFlatNumber reports numbers that flats have and houses rarely: A12-05, 12-08, 12A05, 1205.
func isFlatNumber(number string) bool {
	if strings.Contains(number, "/") {
		return false
	}
	digits := leadingDigits(number)
	return digits == "" || len(digits) >= 4 || strings.Contains(number, "-")
}

// isBlockName reports designations that blocks of flats have: S1.02, CT2A, T18, A5; flats have more digits.
func isBlockName(number string) bool {
	digits := 0
	for i := range len(number) {
		if number[i] >= '0' && number[i] <= '9' {
			digits++
		}
	}
	return leadingDigits(number) == "" && !strings.ContainsAny(number, "/-") && (strings.Contains(number, ".") || digits <= 2)
}

// settle gives the words left over their place, now that everything is known.
func (h *head) settle() {
	c := &h.c
	for _, n := range h.names {
		text := h.text(n.from, n.to)
		switch {
		case h.r.repeats(text), vntext.Fold(text) == "nha":
		case c.Street == "":
			c.Street = text
		case n.early && c.HouseNumber != "" && c.Building == "" && h.estate == "":
			c.Building = text
		default:
			h.leave(n.from, n.to)
		}
	}
	h.unmatched = slices.DeleteFunc(h.unmatched, func(u Span) bool { return h.r.repeats(u.Text) })
	if h.estate != "" {
		switch {
		case c.Building == "":
			c.Building = h.estate
		default:
			c.Quarter = joined(c.Quarter, h.estate)
		}
	}
	if h.flat && c.Street == "" {
		switch {
		case c.Block == "" && isBlockName(c.HouseNumber):
			c.Block, c.HouseNumber = c.HouseNumber, ""
		case c.Unit == "" && isFlatNumber(c.HouseNumber):
			c.Unit, c.HouseNumber = c.HouseNumber, ""
		}
	}
	if c.Street == "" && c.Hamlet == "" && c.Building == "" && c.Quarter == "" && len(h.alleys) == 0 && isDateName(c.HouseNumber) {
		c.Street, c.HouseNumber = c.HouseNumber, ""
	}
	if len(h.alleys) > 0 {
		if !h.inwards {
			slices.Reverse(h.alleys)
		}
		slices.SortStableFunc(h.alleys, func(a, b alley) int { return a.rank - b.rank })
		for _, a := range h.alleys {
			for level := range strings.SplitSeq(a.text, "/") {
				if level = strings.TrimSpace(level); level != "" {
					c.Alley = append(c.Alley, level)
				}
			}
		}
	}
	slices.SortFunc(h.unmatched, func(a, b Span) int { return a.Start - b.Start })
}

// score says how well the components explain the words, 0 to 1.
func (h *head) score() float64 {
	score := 1.0
	for _, u := range h.unmatched {
		score -= 0.08 * float64(1+strings.Count(u.Text, " "))
	}
	c := &h.c
	if c.HouseNumber != "" && c.Street == "" && c.Hamlet == "" && c.Quarter == "" && c.Building == "" && len(c.Alley) == 0 {
		score -= 0.05
	}
	if h.numberCut && c.Street == "" {
		score -= doubtNumber
	}
	score -= h.doubt
	if n := strings.Count(c.Street, " "); n > 5 {
		score -= 0.04 * float64(n-5)
	}
	return max(score, 0.1)
}
