package geocode

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// Limits of a text and of what is made of it. A longer text is cut, never refused.
const (
	maxTextBytes  = 10_000 // read at all
	maxTextRunes  = 200    // parsed, after noise was set aside
	maxHypotheses = 8
)

// Parser turns address text into hypotheses about its meaning. Safe for concurrent use.
type Parser struct {
	read func([]vntext.Token) []Reading
}

// NewParser makes a parser that knows the divisions of a gazetteer.
func NewParser(g *Gazetteer) *Parser { return &Parser{read: g.Read} }

// Parse returns the ways to understand a text, best first, at least one and at most eight. It never fails: what nothing
// explains is in Unmatched. Spans are bytes of the text's clean form, in which line ends stand as commas.
func (p *Parser) Parse(text string) []Hypothesis {
	clean := vntext.Clean(commasForLines(cutBytes(text, maxTextBytes)))
	s := extract(clean)
	if s.lone {
		return []Hypothesis{s.base(1)}
	}
	tokens := s.withoutTaken(vntext.Tokenize(clean))
	kept := s.withoutNotes(tokens)
	hypotheses := p.hypotheses(&s, kept)
	if len(s.notes) > 0 && !namesDivision(hypotheses) {
		// A note that runs to the end of the text may have the divisions in it: "gần chợ Hà Đông Hà Nội".
		if short := s.withoutShortNotes(tokens); len(short) > len(kept) {
			if again := p.hypotheses(&s, short); namesDivision(again) {
				hypotheses = again
			}
		}
	}
	return hypotheses
}

func namesDivision(hypotheses []Hypothesis) bool {
	for i := range hypotheses {
		if r := &hypotheses[i].Reading; r.Commune != nil || r.District != nil || r.Province != nil {
			return true
		}
	}
	return false
}

// hypotheses reads the divisions that tokens can name and, for each reading, the components in the rest.
func (p *Parser) hypotheses(s *source, tokens []vntext.Token) []Hypothesis {
	tokens = withoutCountry(s.withoutPostcode(withoutCountry(cutRunes(tokens, maxTextRunes))))
	if len(tokens) == 0 {
		return []Hypothesis{s.base(0)}
	}
	readings := p.read(tokens)
	if len(readings) == 0 {
		readings = []Reading{{}}
	}
	words := rolesOf(tokens)
	hypotheses := s.compose(nil, words, readings)
	if !namesDivision(hypotheses[:1]) && len(hypotheses[0].Unmatched) > 0 {
		// What is left over behind the street may name divisions once it stands for itself: "đường 30-4 Ninh Kiều".
		if rest := from(tokens, hypotheses[0].Unmatched[0].Start); len(rest) < len(tokens) {
			hypotheses = s.compose(hypotheses, words, p.read(rest))
		}
	}
	return hypotheses
}

// compose adds the hypotheses for some readings and ranks them all.
func (s *source) compose(hypotheses []Hypothesis, words *words, readings []Reading) []Hypothesis {
	hypotheses = slices.Grow(hypotheses, len(readings))
	var h head
	for i := range readings {
		h.parse(s.clean, words, &readings[i])
		out := s.base(h.score() * (headShare + (1-headShare)*readings[i].Score))
		out.Reading, out.Components, out.Unmatched = readings[i], h.c, h.unmatched
		hypotheses = append(hypotheses, out)
	}
	slices.SortStableFunc(hypotheses, func(a, b Hypothesis) int { return cmp.Compare(b.Score, a.Score) })
	return hypotheses[:min(len(hypotheses), maxHypotheses)]
}

// from returns the tokens from a byte on, as a text of their own.
func from(tokens []vntext.Token, start int) []vntext.Token {
	for i := range tokens {
		if tokens[i].Start >= start {
			rest := slices.Clone(tokens[i:])
			rest[0].Break, rest[0].Dash = true, false
			return rest
		}
	}
	return nil
}

// headShare is the part of the score that the components have by themselves; the rest comes with the divisions.
const headShare = 0.3

// cutBytes cuts text to at most n bytes at a character's beginning.
func cutBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// cutRunes keeps the tokens in front that make up at most n characters.
func cutRunes(tokens []vntext.Token, n int) []vntext.Token {
	for i := range tokens {
		n -= utf8.RuneCountInString(tokens[i].Text) + 1
		if n < -1 {
			return tokens[:i]
		}
	}
	return tokens
}

// commasForLines writes a comma for each run of white space that holds a line end or tab: they separate parts, and
// cleaning would make them spaces.
func commasForLines(text string) string {
	if !strings.ContainsAny(text, "\n\r\t\v\f\u0085\u2028\u2029") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsSpace(r) {
			b.WriteString(text[i : i+size])
			i += size
			continue
		}
		end, line := i, false
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsSpace(r) {
				break
			}
			line = line || r != ' ' && r != '\u00a0'
			end += size
		}
		switch {
		case line && i > 0 && end < len(text):
			b.WriteByte(',')
		default:
			b.WriteByte(' ')
		}
		i = end
	}
	return b.String()
}

// takes reports whether a division of the reading takes a token.
func (r *Reading) takes(t *vntext.Token) bool {
	for _, span := range [...]struct {
		d *geo.Division
		s Span
	}{{r.Commune, r.CommuneSpan}, {r.District, r.DistrictSpan}, {r.Province, r.ProvinceSpan}} {
		if span.d != nil && t.Start < span.s.End && span.s.Start < t.End {
			return true
		}
	}
	return false
}
