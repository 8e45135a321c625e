package geocode

import (
	"sync"

	"github.com/diachiso/diachiso/geo"
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
	g.deletes = newDeletes(g.names.keys)
	g.pool.New = func() any { return new(scratch) }
	return g
}

// emptyBelow is the score under which no reading is compelling, so that "no division named" is one of the readings.
const emptyBelow = 0.6

// readWords is Read over words. span turns words into the piece of text they stand for.
func (g *Gazetteer) readWords(s *scratch, span func(from, to int) Span) []Reading {
	s.marked = false
	s.tail = len(s.words)
	for s.tail > 0 && isCountry(s.words[:s.tail]) > 0 {
		s.tail -= isCountry(s.words[:s.tail])
	}
	rest := s.words
	s.words = s.words[:s.tail]
	s.findPrefixes()
	g.findMentions(s)
	g.chains(s)
	s.words = rest
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
