package geocode

import "github.com/diachiso/diachiso/geo"

// minGuessLetters is the shortest name in which two typing errors are forgiven.
const minGuessLetters = 8

// guess looks again at places where a type word announces a name that was not found: two typing errors are forgiven when
// the unit lies in one that the text names. Larger levels come first, for they tell where to look for the smaller.
func (g *Gazetteer) guess(s *scratch) {
	for i := range s.words {
		p := s.prefixes[i]
		if p.types == 0 || p.abbr && len(s.words[i].fold) < 2 || s.words[i].number || g.isNamed(s, i) {
			continue
		}
		j := i + 1
		s.plain = append(s.plain[:0], s.words[i].fold...)
		for j < len(s.words) && !s.ends[j] && j < i+maxNameWords {
			s.plain = append(s.plain, s.words[j].fold...)
			j++
		}
		if len(s.plain) < minGuessLetters || hasDigit(s.plain) {
			continue
		}
		if p.types&provinceTypes != 0 {
			for n := range g.names.units {
				if g.names.units[n].Level != geo.LevelProvince {
					break // provinces come first
				}
				g.tryGuess(s, int32(n), i, j)
			}
		}
		if p.types&(districtTypes|communeTypes) != 0 {
			g.guessInside(s, i, j)
		}
	}
}

// isNamed reports whether the words from i on were found to be a name, with one error at most.
func (g *Gazetteer) isNamed(s *scratch, i int) bool {
	for rank := range s.mentions {
		for k := range s.mentions[rank] {
			if m := &s.mentions[rank][k]; m.name == i && m.types != 0 && s.ends[m.to] {
				return true
			}
		}
	}
	return false
}

// guessInside tries the units below the districts named, or else below the provinces.
func (g *Gazetteer) guessInside(s *scratch, i, j int) {
	tried := false
	for k := range s.mentions[rankDistrict] {
		if m := s.mentions[rankDistrict][k]; m.quality >= oneTypingError && m.from >= j {
			tried = true
			for _, child := range g.ds.Children(g.names.units[m.unit].Division) {
				g.tryGuess(s, g.names.at[child], i, j)
			}
		}
	}
	for k := range s.mentions[rankProvince] {
		if m := s.mentions[rankProvince][k]; m.quality >= oneTypingError && m.from >= j {
			for _, child := range g.ds.Children(g.names.units[m.unit].Division) {
				g.tryGuess(s, g.names.at[child], i, j)
				if tried || child.Level != geo.LevelDistrict {
					continue
				}
				for _, grandchild := range g.ds.Children(child) {
					g.tryGuess(s, g.names.at[grandchild], i, j)
				}
			}
		}
	}
}

func (g *Gazetteer) tryGuess(s *scratch, n int32, i, j int) {
	u := &g.names.units[n]
	if len(u.plain) < minGuessLetters || typingErrors(u.plain, s.plain, 2) > 2 {
		return
	}
	g.mention(s, entry{marked: u.plain, unit: n, types: u.types}, i, j, 2, false)
}
