package registry

import (
	"cmp"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// FindDivisions lists the divisions that exist at a date: of one level or of all (""), below a parent (code of the province,
// or of the district before 2025-07-01) or anywhere (""), whose name, full name or alias begins with or holds q, or whose
// code is q, or all (""). Exact names come first, then prefixes, then the rest; each by code.
func (s *Service) FindDivisions(level geo.Level, parent, q string, at geo.Date) []*geo.Division {
	levels := []geo.Level{level}
	if level == "" {
		levels = []geo.Level{geo.LevelProvince, geo.LevelDistrict, geo.LevelCommune}
	}
	type hit struct {
		division *geo.Division
		rank     int
	}
	var hits []hit
	wanted := newNameQuery(q)
	for _, level := range levels {
		for _, d := range s.divisions.All(level, at) {
			if parent != "" && d.Parent != parent && d.Province != parent {
				continue
			}
			if rank := wanted.rank(s.names().of(d), d.Code); rank != noMatch {
				hits = append(hits, hit{d, rank})
			}
		}
	}
	// stable: by level from large to small and by code within one rank
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	divisions := make([]*geo.Division, len(hits))
	for i, h := range hits {
		divisions[i] = h.division
	}
	return divisions
}

const (
	rankSame   = iota // the same with diacritics, or the code
	rankExact         // the same without
	rankPrefix        // begins so
	rankWithin        // holds it
	noMatch
)

// nameQuery is a query in the forms it is compared in.
type nameQuery struct {
	normal, folded string
	all            bool
}

func newNameQuery(q string) nameQuery {
	return nameQuery{normal: strings.ToLower(vntext.Normal(q)), folded: vntext.Fold(q), all: strings.TrimSpace(q) == ""}
}

func (q nameQuery) rank(names []divisionName, code string) int {
	if q.all || q.normal == code {
		return rankSame
	}
	if q.folded == "" {
		return noMatch // nothing but punctuation
	}
	best := noMatch
	for _, n := range names {
		switch {
		case n.normal == q.normal:
			return rankSame
		case n.folded == q.folded:
			best = min(best, rankExact)
		case strings.HasPrefix(n.folded, q.folded):
			best = min(best, rankPrefix)
		case strings.Contains(n.folded, q.folded):
			best = min(best, rankWithin)
		}
	}
	return best
}

// divisionName is one spelling of a division's name.
type divisionName struct{ normal, folded string }

// nameIndex holds the spellings of all divisions, today's and those up to 2025-06-30. Read-only after newNameIndex.
type nameIndex struct {
	names    map[*geo.Division][]divisionName
	communes map[string][]*geo.Division // by folded name, full name or alias; today's before older ones
}

func newNameIndex(ds *geo.Divisions) *nameIndex {
	ix := &nameIndex{names: map[*geo.Division][]divisionName{}, communes: map[string][]*geo.Division{}}
	for _, at := range [...]geo.Date{geo.Today(), lastOldDay} {
		for _, level := range [...]geo.Level{geo.LevelProvince, geo.LevelDistrict, geo.LevelCommune} {
			for _, d := range ds.All(level, at) {
				if _, done := ix.names[d]; done {
					continue
				}
				names := divisionNames(d)
				ix.names[d] = names
				if level != geo.LevelCommune {
					continue
				}
				for _, n := range names {
					if have := ix.communes[n.folded]; !slices.Contains(have, d) {
						ix.communes[n.folded] = append(have, d)
					}
				}
			}
		}
	}
	return ix
}

// of returns the spellings of a division; one from other dates than the index's is worked out.
func (ix *nameIndex) of(d *geo.Division) []divisionName {
	if names, ok := ix.names[d]; ok {
		return names
	}
	return divisionNames(d)
}

func divisionNames(d *geo.Division) []divisionName {
	var names []divisionName
	add := func(text string) {
		n := divisionName{strings.ToLower(vntext.Normal(text)), vntext.Fold(text)}
		if n.folded != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	for _, n := range d.Names {
		add(n.Name)
		add(n.FullName())
	}
	for _, alias := range d.Aliases {
		add(alias)
	}
	return names
}

// matches reports whether a division is called so, exactly, with or without diacritics and type.
func (ix *nameIndex) matches(d *geo.Division, folded string) bool {
	return slices.ContainsFunc(ix.of(d), func(n divisionName) bool { return n.folded == folded })
}
