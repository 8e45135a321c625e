package geocode

import (
	"cmp"
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// Lookup returns the divisions of a level that a filter text means: an official code, or a name with or without its type and
// the larger units ("79", "hcm", "Phường Bến Thành", "Phường 4, Quận 8"). Today's come before those that ended, better
// names before worse; nil when there is none. One typing error is forgiven when nothing fits without.
func (g *Gazetteer) Lookup(text string, level geo.Level) []*geo.Division {
	text = vntext.Clean(text)
	if l, ok := geo.LevelOf(text); ok && l == level {
		var found []*geo.Division
		for _, at := range [...]geo.Date{geo.Today(), lastOldDay} {
			if d, err := g.ds.Get(level, text, at); err == nil {
				found = append(found, d)
			}
		}
		return found
	}
	s := g.pool.Get().(*scratch)
	defer g.pool.Put(s)
	s.words = s.words[:0]
	for _, t := range vntext.Tokenize(text) {
		s.words = appendToken(s.words, &t)
	}
	if len(s.words) == 0 {
		return nil
	}
	g.prepare(s)
	rank := rankOf(level)
	type find struct {
		*geo.Division
		quality float64
		whole   bool
	}
	var finds []find
	for i := range s.mentions[rank] {
		m := &s.mentions[rank][i]
		f := find{g.names.units[m.unit].Division, m.quality, m.from == 0 && m.to == s.tail}
		if !f.whole && (m.from != 0 || !g.inNamed(s, m)) {
			continue
		}
		finds = append(finds, f)
	}
	if slices.ContainsFunc(finds, func(f find) bool { return f.quality > noCommuneWord*oneTypingError }) {
		finds = slices.DeleteFunc(finds, func(f find) bool { return f.quality <= noCommuneWord*oneTypingError })
	}
	slices.SortStableFunc(finds, func(a, b find) int {
		if (a.ValidTo == 0) != (b.ValidTo == 0) {
			if a.ValidTo == 0 {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.quality, a.quality)
	})
	var found []*geo.Division
	for _, f := range finds {
		if !slices.Contains(found, f.Division) {
			found = append(found, f.Division)
		}
	}
	return found
}

// inNamed reports whether a unit lies in one that the words after it name.
func (g *Gazetteer) inNamed(s *scratch, m *mention) bool {
	u := &g.names.units[m.unit]
	for rank := range rankCommune {
		for i := range s.mentions[rank] {
			above := &s.mentions[rank][i]
			if above.from < m.to || above.to != s.tail {
				continue
			}
			if above.unit == u.parent || above.unit == u.province || g.provinceFit(m, nil, above) > 0 {
				return true
			}
		}
	}
	return false
}
