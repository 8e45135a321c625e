package geocode

import (
	"context"
	"math"
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Bounds on the work of one search. They count what is done and not how long it takes: a text has the same answer on a busy machine.
const (
	maxLooks           = 400 // houses looked for in places, in all; about 10 µs each
	maxPlacesLooked    = 32  // of one look at a list
	maxFuzzyTexts      = 4   // names that are looked for with typing errors
	maxMangledCommunes = 12
	goodEnough         = 0.93
)

// What a match is worth, as a share of the whole.
const (
	worthUnits   = 0.97 // only units of the house are registered
	worthOuter   = 0.82 // an outer level of the alley path
	worthAlley   = 0.80
	worthNearest = 0.66
	worthNumber  = 0.55 // the street, without any number like it
	worthCommune = 0.48 // the commune named, when more was asked for: more than a street of that name in the next one
	worthAbove   = 0.35 // the district or province, when more was asked for
	worthAstray  = 0.55 // none of the communes named, and not even the number
	worthBeside  = 0.80 // the hamlet, when a street was named too
	worthAround  = 0.50 // a house of a hamlet when no number is known
)

// candidate is something that a text may mean.
type candidate struct {
	hypothesis int
	sought     sought
	slot       int32  // index.docs; -1 for a division
	astray     bool   // in none of the communes named
	key        uint64 // of an address; 0 for none
	match      string
	similarity float32
	score      float64
	many       float64 // the part of score that tells of the number of addresses; 0 for none
	divided    bool    // a building that has flats
	alone      bool    // a house behind whose number no flats are registered

	division *geo.Division // when it is one
}

// sought is a named place that a hypothesis names.
type sought struct {
	kind registry.PlaceKind
	text string
}

// search is one search on its way. It belongs to one goroutine.
type search struct {
	ctx        context.Context
	e          *Engine
	q          Query
	r          registry.Reader
	hypotheses []Hypothesis
	best       float64 // score of the best hypothesis
	most       float64 // what a perfect match would score; 0 while not worked out
	looks      int     // places looked into, in all rounds
	filtered   bool    // something was found outside the box, commune or province
	*scratchpad
}

// run finds candidates for all hypotheses, in rounds until something good is found.
func (s *search) run(rounds []round) error {
	for _, h := range s.hypotheses {
		s.best = max(s.best, h.Score)
	}
	for _, r := range rounds {
		if err := s.round(r); err != nil {
			return err
		}
		if r == asSpelt && !s.good() {
			s.alleysOfMap()
		}
		if s.good() {
			break
		}
	}
	s.divisions()
	return nil
}

// round is how names are looked for.
type round int

const (
	asSpelt  round = iota
	misspelt       // words with typing errors, left out, abbreviated
	mangled        // a few letters away, wherever the spaces are; in the communes named only
)

// round looks for the named places of every hypothesis. As they are spelt it looks one hypothesis after the other and ends
// when the rest cannot be better; errors are looked for in all before any place is looked into.
func (s *search) round(how round) error {
	s.clearPending()
	texts := 0
	known := map[sought][]nameHit{}
	for i := range s.hypotheses {
		h := &s.hypotheses[i]
		if !namesPlace(&h.Components) {
			continue
		}
		if s.exhausted() || s.good() && s.hypothesisWorth(h) < 0.9*s.topScore() {
			break
		}
		wanted := soughtIn(&h.Components)
		s.scope.fill(s.e.index.communes, &h.Reading, s.q.Commune, s.q.Province)
		for _, w := range wanted {
			hits, seen := known[w]
			switch {
			case how == mangled:
				hits = s.mangledNames(w, h)
			case seen:
			case how == asSpelt:
				hits = s.e.index.exactNames(w.kind, w.text)
			case texts < maxFuzzyTexts:
				texts++
				hits = s.e.index.similarNames(w.kind, w.text)
			}
			known[w] = hits
			if how != asSpelt {
				s.places(withHouses, i, w, hits, false)
				s.places(onMapOnly, i, w, hits, false)
			}
		}
		if how == asSpelt {
			for _, which := range [...]placeList{withHouses, onMapOnly} {
				if err := s.lookFor(which, i, wanted, known); err != nil {
					return err
				}
			}
		}
	}
	for _, which := range [...]placeList{withHouses, onMapOnly} {
		s.looked = 0
		if _, err := s.look(which, -1); err != nil {
			return err
		}
	}
	return nil
}

// exhausted reports that a search has looked for enough, or that nobody waits for it any more.
func (s *search) exhausted() bool { return s.looks >= maxLooks || s.ctx.Err() != nil }

// lookFor looks into the places of one hypothesis: first those in communes that its reading speaks for, which mostly hold what is
// meant, so that the many others with a common name need not be gone through.
func (s *search) lookFor(which placeList, hypothesis int, wanted []sought, known map[sought][]nameHit) error {
	most := 0.0
	for _, w := range wanted {
		most = max(most, s.places(which, hypothesis, w, known[w], true))
	}
	s.looked = 0
	enough, err := s.look(which, most)
	s.pending[which] = s.pending[which][:0]
	if err == nil && !enough {
		for _, w := range wanted {
			s.places(which, hypothesis, w, known[w], false)
		}
		_, err = s.look(which, -1)
		s.pending[which] = s.pending[which][:0]
	}
	return err
}

// mangledNames are the names in the communes of a hypothesis that are like a text without its spaces.
func (s *search) mangledNames(w sought, h *Hypothesis) []nameHit {
	var hits []nameHit
	for i, c := range h.Reading.Communes {
		if i == maxMangledCommunes {
			break
		}
		if commune, ok := s.e.index.communes.byCode[c.Commune.Code]; ok {
			hits = append(hits, s.e.index.namesIn(commune, w.kind, w.text)...)
		}
	}
	return hits
}

// have reports a place that an earlier round has looked into for the same hypothesis.
func (s *search) have(slot int32, hypothesis int, w sought) bool {
	for i := range s.found {
		if f := &s.found[i]; f.slot == slot && f.hypothesis == hypothesis && f.sought == w {
			return true
		}
	}
	return false
}

// namesPlace reports components that have a named place.
func namesPlace(c *registry.Components) bool {
	return c.Street != "" || c.Building != "" || c.Hamlet != "" || c.Quarter != ""
}

// soughtIn are the named places of components, what houses are numbered by first.
func soughtIn(c *registry.Components) []sought {
	var all []sought
	if c.Street != "" {
		all = append(all, sought{registry.PlaceStreet, c.Street})
	}
	if c.Building != "" {
		all = append(all, sought{registry.PlaceBuilding, c.Building})
	}
	if c.Hamlet != "" {
		all = append(all, sought{registry.PlaceHamlet, c.Hamlet})
	}
	if c.Street == "" {
		if c.Quarter != "" {
			all = append(all, sought{registry.PlaceQuarter, c.Quarter})
		}
	}
	return all
}

// kindAgreement is how well a place of one kind answers a question for another: people and data sets differ about what is
// a hamlet, a quarter or a building.
func kindAgreement(asked, is registry.PlaceKind) float64 {
	area := func(k registry.PlaceKind) bool { return k == registry.PlaceHamlet || k == registry.PlaceQuarter }
	switch {
	case asked == is:
		return 1
	case area(asked) && area(is):
		return 0.97
	case asked == registry.PlaceStreet && is == registry.PlaceHamlet:
		return 0.9
	default:
		return 0.84
	}
}

// hypothesisWorth is how much a hypothesis can be worth beside the best one.
func (s *search) hypothesisWorth(h *Hypothesis) float64 {
	worth := 1.0
	if s.best > 0 {
		worth = max(0.5, h.Score/s.best)
	}
	for range min(len(h.Unmatched), 5) {
		worth *= 0.96
	}
	return worth
}

// nearness prefers what is close, by 4 % at most.
func (s *search) nearness(p geo.Point) float64 {
	if s.q.Near == nil {
		return 1
	}
	const reachM = 20_000
	return 0.96 + 0.04*math.Exp(-geo.Distance(*s.q.Near, p)/reachM)
}

// inside looks for the house inside a place and keeps what it finds.
func (s *search) inside(c candidate) error {
	d := &s.e.index.docs[c.slot]
	c.score *= accentAgreement(c.sought.text, d.name)
	asked := s.houseAsked(c.hypothesis)
	if d.kind == registry.PlaceBuilding && (c.sought.kind == registry.PlaceBuilding || len(asked.path) == 0) {
		return s.insideBuilding(c, asked.unit)
	}
	if len(asked.path) == 0 {
		return s.withoutNumber(c, d)
	}
	m, err := s.house(c.slot, asked)
	if err != nil {
		return err
	}
	s.keepHouse(c, m)
	if m.level != MatchHouse {
		c.match, c.score = placeMatch(d.kind), c.score*worthNumber
		if c.astray {
			c.score *= worthAstray
		}
		s.found = append(s.found, c)
	}
	return nil
}

// asSeen is a match as the sight sees it: by its door a house is found, whether it is registered itself or only its flats are.
func (s *search) asSeen(m houseMatch) houseMatch {
	if s.q.Sight.Doors && m.level == MatchBuilding {
		m.level = MatchHouse
	}
	return m
}

// keepHouse adds the addresses of a match.
func (s *search) keepHouse(c candidate, m houseMatch) {
	switch m.level {
	case MatchBuilding:
		c.score *= worthUnits
	case MatchAlley:
		if m.outer {
			c.score *= worthOuter
		} else {
			c.score *= worthAlley
		}
	case MatchNearestNumber:
		c.score *= worthNearest
	}
	if c.astray && m.level != MatchHouse && m.level != MatchBuilding {
		c.score *= worthAstray
	}
	for _, key := range m.keys {
		c.key, c.match, c.alone = key, m.level, m.alone
		s.found = append(s.found, c)
	}
}

// insideBuilding looks for the unit in a building.
func (s *search) insideBuilding(c candidate, unit string) error {
	d := &s.e.index.docs[c.slot]
	if s.q.Sight.Doors {
		if err := s.r.NamedPlaceKeys(d.id, "!", "", false, func(string, uint64) bool {
			c.divided = true
			return false
		}); err != nil {
			return err
		}
	}
	var keys []uint64
	if unit != "" {
		var err error
		if keys, err = unitsAt(s.r, d.id, unit); err != nil {
			return err
		}
		s.keepHouse(c, houseMatch{keys: keys, level: MatchHouse})
	}
	if len(keys) > 0 {
		return nil
	}
	whole := c
	if unit != "" {
		whole.score *= 0.9
	}
	whole.match = MatchBuilding
	s.found = append(s.found, whole)
	// the address of the building as a whole, when there is one
	return s.r.NamedPlaceKeys(d.id, "", "!", false, func(_ string, key uint64) bool {
		c.key, c.match, c.score = key, MatchBuilding, whole.score
		s.found = append(s.found, c)
		return false
	})
}

// withoutNumber answers with the place, and for a hamlet with houses in it, none of which is decided on.
func (s *search) withoutNumber(c candidate, d *doc) error {
	c.match = placeMatch(d.kind)
	if c.astray {
		c.score *= worthAstray
	}
	s.found = append(s.found, c)
	if d.kind != registry.PlaceHamlet && d.kind != registry.PlaceQuarter {
		return nil
	}
	c.score *= worthAround
	n := 0
	return s.r.NamedPlaceKeys(d.id, "", "", false, func(_ string, key uint64) bool {
		c.key, c.match = key, MatchHamlet
		s.found = append(s.found, c)
		n++
		return n < maxSameNumber
	})
}

func placeMatch(kind registry.PlaceKind) string {
	switch kind {
	case registry.PlaceStreet:
		return MatchStreet
	case registry.PlaceBuilding:
		return MatchBuilding
	}
	return MatchHamlet
}

func (s *search) topScore() float64 {
	top := 0.0
	for _, c := range s.found {
		top = max(top, c.score)
	}
	return top
}

// good reports that something was found that needs no search for typing errors.
func (s *search) good() bool {
	for _, c := range s.found {
		if c.similarity > 0.95 && c.score >= goodEnough*s.scale() {
			return true
		}
	}
	return false
}

// scale is what a perfect match would score.
func (s *search) scale() float64 {
	if s.most == 0 {
		for i := range s.hypotheses {
			s.most = max(s.most, s.hypothesisWorth(&s.hypotheses[i]))
		}
	}
	return s.most
}

// divisions adds the divisions that hypotheses name: as the answer when nothing else is asked for, else as what is known.
func (s *search) divisions() {
	top := s.topScore()
	for i := range s.hypotheses {
		h := &s.hypotheses[i]
		score := s.hypothesisWorth(h) * max(h.Reading.Score, 0.5)
		if namesPlace(&h.Components) || h.Components.HouseNumber != "" {
			if top >= 0.75*s.scale() {
				continue
			}
			if h.Reading.Commune != nil {
				score *= worthCommune
			} else {
				score *= worthAbove
			}
		}
		add := func(d *geo.Division, score float64) {
			c := candidate{hypothesis: i, slot: -1, division: d, match: string(d.Level), score: score}
			if !slices.ContainsFunc(s.found, func(f candidate) bool { return f.division == d && f.score >= score }) {
				s.found = append(s.found, c)
			}
		}
		r := &h.Reading
		switch {
		case r.Commune != nil && len(r.Communes) > 0:
			most := 0.0
			for _, c := range r.Communes {
				most = max(most, c.Weight)
			}
			for _, c := range r.Communes {
				weight := 1.0
				if most > 0 {
					weight = c.Weight / most
				}
				add(c.Commune, score*(0.7+0.3*weight))
			}
		case r.District != nil:
			add(r.District, score)
		case r.Province != nil:
			add(r.Province, score)
		}
	}
}
