package geocode

import (
	"strings"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// source is a clean text and what was found in it before its words are read: codes, positions, telephone numbers, notes.
type source struct {
	clean      string
	lone       bool // the text is nothing but a number of the scheme of 2022
	codes      []addresscode.Code
	externalID string
	point      *geo.Point
	postcode   string
	taken      []vntext.Stretch // tokens there are not read
	phones     []Span
	notes      []Span
}

// externalScheme names the ten-digit numbers of QĐ 392/QĐ-BTTTT.
const externalScheme = "qd392:"

func (s *source) base(score float64) Hypothesis {
	h := Hypothesis{Codes: s.codes, ExternalID: s.externalID, Point: s.point, Postcode: s.postcode, Score: min(1, score)}
	if len(s.phones)+len(s.notes) > 0 {
		h.Noise = append(append(h.Noise, s.phones...), s.notes...)
	}
	if score == 0 && (len(s.codes) > 0 || s.point != nil || s.externalID != "") {
		h.Score = 1
	}
	return h
}

func (s *source) span(start, end int) Span {
	return Span{Start: start, End: end, Text: s.clean[start:end]}
}

func extract(clean string) source {
	s := source{clean: clean}
	if digits := loneDigits(clean); len(digits) == 10 {
		s.lone, s.externalID = true, externalScheme+digits
		return s
	}
	s.findPoint()
	for _, found := range addresscode.Find(clean) {
		s.codes = append(s.codes, found.Code)
		s.taken = append(s.taken, vntext.Stretch{Start: labelBefore(clean, found.Start, codeLabels[:]), End: found.End})
	}
	s.findExternalID()
	for _, phone := range vntext.FindPhones(clean) {
		if s.isTaken(phone.Start, phone.End) {
			continue
		}
		s.phones = append(s.phones, s.span(phone.Start, phone.End))
		s.taken = append(s.taken, phone)
	}
	return s
}

func (s *source) isTaken(start, end int) bool {
	for _, t := range s.taken {
		if start < t.End && t.Start < end {
			return true
		}
	}
	return false
}

// loneDigits returns the digits of a text that has nothing else but what people put between groups of digits.
func loneDigits(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case c != ' ' && c != '-' && c != '.':
			return ""
		}
		if b.Len() > 10 {
			return ""
		}
	}
	return b.String()
}

// Words before a code or number that say what it is, longest first.
var (
	codeLabels     = [...]string{"mã địa chỉ số", "ma dia chi so", "mã địa chỉ", "ma dia chi", "địa chỉ số", "dia chi so", "mã số", "ma so", "mã", "address code", "code"}
	externalLabels = [...]string{"mã địa chỉ số", "ma dia chi so", "mã địa chỉ", "ma dia chi", "địa chỉ số", "dia chi so", "vpostcode", "mã số", "ma so", "mã đcs", "đcs", "dcs", "qd392", "mã", "ma"}
	postcodeLabels = [...]string{"mã bưu chính", "ma buu chinh", "mã bưu điện", "ma buu dien", "postal code", "zip code", "postcode", "zipcode", "mbc", "zip"}
)

// labelBefore returns where one of the labels begins that ends right before a byte, or that byte.
func labelBefore(text string, at int, labels []string) int {
	before := strings.TrimRight(text[:at], " .:#=-")
	for _, label := range labels {
		cut := len(before) - len(label)
		if cut >= 0 && utf8.RuneStart(before[cut]) && strings.EqualFold(before[cut:], label) && (cut == 0 || strings.IndexByte(" ,.;:(-", before[cut-1]) >= 0) {
			return cut
		}
	}
	return at
}

func (s *source) findExternalID() {
	text := s.clean
	for at := 0; at < len(text); at++ {
		if text[at] < '0' || text[at] > '9' {
			continue
		}
		end := at
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end-at == 10 && s.externalID == "" && !s.isTaken(at, end) {
			if start := labelBefore(text, at, externalLabels[:]); start < at {
				s.externalID = externalScheme + text[at:end]
				s.taken = append(s.taken, vntext.Stretch{Start: start, End: end})
			}
		}
		at = end
	}
}

// findPoint takes a latitude and longitude: the whole text in any form that geo.ParsePoint reads, or two decimal numbers
// with at least three decimals side by side inside it.
func (s *source) findPoint() {
	text := s.clean
	if !strings.ContainsAny(text, ".°") {
		return // no number in it has decimals
	}
	if p, err := geo.ParsePoint(text); err == nil {
		s.point = &p
		s.taken = append(s.taken, vntext.Stretch{Start: 0, End: len(text)})
		return
	}
	for at := 0; at < len(text); {
		first := decimalAt(text, at)
		if first < 0 {
			at = nextNumber(text, at)
			continue
		}
		second := first
		for second < len(text) && strings.IndexByte(" ,;", text[second]) >= 0 && second-first < 3 {
			second++
		}
		if second > first {
			if end := decimalAt(text, second); end > 0 {
				if p, err := geo.ParsePoint(text[at:end]); err == nil {
					s.point = &p
					s.taken = append(s.taken, vntext.Stretch{Start: at, End: end})
					return
				}
			}
		}
		at = first
	}
}

// decimalAt returns where a decimal number with three decimals or more ends that begins at a byte, or -1.
func decimalAt(text string, at int) int {
	i := at
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	if i == at || i-at > 3 || i >= len(text) || text[i] != '.' {
		return -1
	}
	point := i
	for i++; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
	}
	if i-point < 4 {
		return -1
	}
	return i
}

// nextNumber returns where the next number after the one at a byte begins.
func nextNumber(text string, at int) int {
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		at++
	}
	for at < len(text) && (text[at] < '0' || text[at] > '9') {
		at++
	}
	return at
}

// withoutTaken drops the tokens of codes, positions and telephone numbers.
func (s *source) withoutTaken(tokens []vntext.Token) []vntext.Token {
	if len(s.taken) == 0 {
		return tokens
	}
	kept := tokens[:0]
	gap := false
	for _, t := range tokens {
		if s.isTaken(t.Start, t.End) {
			gap = true
			continue
		}
		if gap {
			t.Break, t.Dash, gap = true, false, false
		}
		kept = append(kept, t)
	}
	return kept
}

// withoutPostcode takes the postcode out: five digits with a label, or five or six behind the address, alone between commas
// or at the end. Six-digit ones of before 2018 mean nothing now and are dropped.
func (s *source) withoutPostcode(tokens []vntext.Token) []vntext.Token {
	for i := len(tokens) - 1; i >= 0; i-- {
		t := &tokens[i]
		if t.Kind != vntext.Number || (len(t.Fold) != 5 && len(t.Fold) != 6) || strings.Trim(t.Fold, "0123456789") != "" {
			continue
		}
		from := labelBefore(s.clean, t.Start, postcodeLabels[:])
		last := i+1 == len(tokens) || tokens[i+1].Break || isCountryTokens(tokens[i+1:])
		if from == t.Start && (i == 0 && (len(tokens) == 1 || len(tokens) > 4) || i > 0 && !last) {
			continue
		}
		if len(t.Fold) == 5 && s.postcode == "" {
			s.postcode = t.Fold
		}
		kept := make([]vntext.Token, 0, len(tokens))
		for j := range tokens {
			if tokens[j].Start < from || tokens[j].Start > t.Start {
				kept = append(kept, tokens[j])
			}
		}
		return kept
	}
	return tokens
}

// withoutCountry drops the country's name at the end.
func withoutCountry(tokens []vntext.Token) []vntext.Token {
	for _, n := range [...]int{1, 2} {
		if len(tokens) > n && isCountryTokens(tokens[len(tokens)-n:]) {
			return tokens[:len(tokens)-n]
		}
	}
	return tokens
}

func isCountryTokens(tokens []vntext.Token) bool {
	switch {
	case len(tokens) == 1:
		return tokens[0].Fold == "vn" || tokens[0].Fold == "vietnam"
	case len(tokens) == 2:
		return tokens[0].Fold == "viet" && tokens[1].Fold == "nam"
	}
	return false
}
