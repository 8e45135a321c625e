package geocode

import (
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// Gazetteer recognises the names of divisions of any epoch in text. It is immutable and safe for concurrent use.
//
// A name is looked up in its folded form without spaces, so that "Plei Ku", "pleiku" and "Pleiku" are one, and with one
// typing error in names of five letters and more. Diacritics that the text has are compared afterwards, type words and
// what stands around a name raise or lower the quality of the find. Finds are then joined to chains commune ⊂ district
// ⊂ province, and the chains ranked.
type Gazetteer struct {
	ds      *geo.Divisions
	names   *names
	deletes *deletes
	pool    sync.Pool // of *scratch
}

// NewGazetteer indexes the names of the divisions of 2025-06-30 and of today.
func NewGazetteer(ds *geo.Divisions) *Gazetteer {
	g := &Gazetteer{ds: ds, names: newNames(ds)}
	g.deletes = newDeletes(g.names.plain)
	g.pool.New = func() any { return new(scratch) }
	return g
}

// maxWords is how many words are read, the last ones of a text: divisions stand at its end, and the work grows faster than
// the number of words.
const maxWords = 100

// emptyBelow is the score under which no reading is compelling, so that "no division named" is one of the readings.
const emptyBelow = 0.6

// Read returns what the tokens of a text can name, best first, at most eight readings. The empty reading closes the list
// when nothing is compelling; it is the only one when nothing is named. The spans tell which tokens a reading takes.
//
// A current commune can stand beside the old district that it was made from, for that is how some write since 2025; its
// Relation is nil. An old province beside a current commune is read as the current one, replaced.
func (g *Gazetteer) Read(tokens []vntext.Token) []Reading {
	s := g.pool.Get().(*scratch)
	defer g.pool.Put(s)
	s.words = s.words[:0]
	for i := range tokens {
		s.words = appendToken(s.words, &tokens[i])
	}
	if len(s.words) > maxWords {
		s.words = s.words[len(s.words)-maxWords:]
	}
	words := s.words
	s.spans = s.spans[:0]
	defer func() { clear(s.spans) }() // texts are not held on to
	return g.readWords(s, func(from, to int) Span {
		start, end := words[from].start, words[to-1].end
		for _, span := range s.spans { // readings share what they name
			if span.Start == start && span.End == end {
				return span
			}
		}
		span := spanOf(tokens, start, end)
		s.spans = append(s.spans, span)
		return span
	})
}

// spanOf is the piece of text between two bytes, put together from the tokens: the text itself is not at hand.
func spanOf(tokens []vntext.Token, start, end int) Span {
	text := make([]byte, 0, end-start)
	at := start
	for i := range tokens {
		t := &tokens[i]
		if t.End <= start || t.Start >= end {
			continue
		}
		if t.Start > at {
			text = append(text, ' ')
		}
		piece := t.Text
		if len(piece) == t.End-t.Start {
			piece = piece[max(0, start-t.Start):min(len(piece), end-t.Start)]
		}
		text = append(text, piece...)
		at = t.End
	}
	return Span{Start: start, End: end, Text: string(text)}
}

// readWords is Read over words. span turns words into the piece of text they stand for.
func (g *Gazetteer) readWords(s *scratch, span func(from, to int) Span) []Reading {
	g.prepare(s)
	g.chains(s)
	readings := make([]Reading, 0, min(len(s.readings)+1, maxReadings))
	for _, r := range s.readings {
		if len(readings) == maxReadings {
			break
		}
		readings = append(readings, g.reading(s, span, r))
	}
	if len(readings) == 0 || readings[0].Score < emptyBelow {
		if len(readings) == maxReadings {
			readings = readings[:maxReadings-1]
		}
		readings = append(readings, Reading{})
	}
	return readings
}

// prepare finds the mentions in the words, the country and a postcode at the end aside.
func (g *Gazetteer) prepare(s *scratch) {
	s.marked, s.broken = false, false
	s.tail = len(s.words)
	for s.tail > 0 && isCountry(s.words[:s.tail]) > 0 {
		s.tail -= isCountry(s.words[:s.tail])
	}
	rest := s.words
	s.words = s.words[:s.tail]
	s.findPrefixes()
	g.findMentions(s)
	g.guess(s)
	s.weakenParts()
	s.words = rest
}

// isCountry returns how many words at the end name the country or are a postcode: 0 for none.
func isCountry(words []word) int {
	n := len(words)
	last := words[n-1]
	switch {
	case last.fold == "vn", last.fold == "vietnam", last.number && (len(last.fold) == 5 || len(last.fold) == 6):
		return 1
	case n > 1 && last.fold == "nam" && words[n-2].fold == "viet":
		return 2
	}
	return 0
}
