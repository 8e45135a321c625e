package geocode

import (
	"context"
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// place is a named place that a hypothesis may mean, before it is looked into.
type place struct {
	score      float64
	slot       int32 // index.docs
	wanted     int32 // scratchpad.wanted
	hypothesis int32
	similarity float32
	astray     bool // in none of the communes named
}

// shortlist keeps the best of the places offered, equal ones in the order in which they came, as many as are looked into. A common
// name has thousands of places, most of which need not even be described.
type shortlist []place

// takes reports whether a place with that score would be kept.
func (l shortlist) takes(score float64) bool {
	return len(l) < maxPlacesLooked || score > l[len(l)-1].score
}

func (l *shortlist) offer(p place) {
	if !l.takes(p.score) {
		return
	}
	if len(*l) < maxPlacesLooked {
		*l = append(*l, place{})
	}
	at := len(*l) - 1
	for ; at > 0 && (*l)[at-1].score < p.score; at-- {
		(*l)[at] = (*l)[at-1]
	}
	(*l)[at] = p
}

// placeList is one of the lists of places that a name has.
type placeList int

const (
	withHouses placeList = iota
	onMapOnly            // streets that only the map has: there is nothing to look into
)

// scratchpad is the memory of a search, which the next one takes over.
type scratchpad struct {
	scope   scope
	pending [2]shortlist // by placeList
	looked  int          // how many places of the running look were looked into
	wanted  []sought
	asked   []houseAsked // by hypothesis
	houses  map[houseIn]houseMatch
	found   []candidate
}

func (e *Engine) newSearch(ctx context.Context, q Query, r registry.Reader, hypotheses []Hypothesis) *search {
	return &search{ctx: ctx, e: e, q: q, r: r, hypotheses: hypotheses, scratchpad: e.pool.Get().(*scratchpad)}
}

// release gives the memory of a search back. Results hold nothing of it.
func (s *search) release() {
	clear(s.found) // names and divisions are not held on to
	clear(s.wanted)
	clear(s.asked)
	clear(s.houses)
	s.found, s.wanted, s.asked = s.found[:0], s.wanted[:0], s.asked[:0]
	s.e.pool.Put(s.scratchpad)
}

func (s *search) clearPending() {
	for i := range s.pending {
		s.pending[i] = s.pending[i][:0]
	}
}

// places offers the places with the names found, scored by name, kind and commune. With raised it leaves out those in communes that
// agree like the rest, and returns the most that one of them could score.
func (s *search) places(which placeList, hypothesis int, w sought, hits []nameHit, raised bool) (most float64) {
	if len(hits) == 0 {
		return 0
	}
	ix, h := s.e.index, &s.hypotheses[hypothesis]
	list := &s.pending[which]
	whole := s.hypothesisWorth(h)
	scale := 1.0
	if w.kind == registry.PlaceHamlet && h.Components.Street != "" {
		scale = worthBeside
	}
	s.wanted = append(s.wanted, w)
	for _, hit := range hits {
		docs := ix.names[hit.name].docs
		if which == onMapOnly {
			docs = ix.names[hit.name].bare
		}
		worth := whole * float64(hit.similarity)
		rest := worth * float64(s.scope.rest) * scale
		if len(docs) > 0 {
			most = max(most, rest)
		}
		for at := 0; at < len(docs); at++ {
			if raised || !list.takes(rest) {
				if at = s.nextRaised(docs, at); at < 0 {
					break
				}
			}
			slot := docs[at]
			d := &ix.docs[slot]
			agrees := s.scope.agrees(d.commune)
			if agrees == 0 {
				s.filtered = true
				continue
			}
			score := worth * float64(agrees) * kindAgreement(w.kind, d.kind) * s.nearness(d.centre) * scale
			if !list.takes(score) || s.have(slot, hypothesis, w) {
				continue
			}
			list.offer(place{
				score: score, slot: slot, wanted: int32(len(s.wanted) - 1), hypothesis: int32(hypothesis), similarity: hit.similarity,
				astray: s.scope.named && agrees < agreesNamed-0.05,
			})
		}
	}
	return most
}

// nextRaised is the first of some places, which are in the order of their communes, from one on whose commune does not agree like
// the rest; -1 when there is none.
func (s *search) nextRaised(docs []int32, at int) int {
	for {
		here := s.e.index.docs[docs[at]].commune
		commune := s.scope.next(here)
		if commune <= here {
			if commune < 0 {
				return -1
			}
			return at
		}
		skip, found := slices.BinarySearchFunc(docs[at:], commune, func(slot, commune int32) int {
			return int(s.e.index.docs[slot].commune) - int(commune)
		})
		if at += skip; at == len(docs) {
			return -1
		}
		if found {
			return at
		}
	}
}

// look looks into pending places, the best first, as long as they score more than a bound. It reports whether what is left cannot be
// better than what is found.
func (s *search) look(which placeList, above float64) (enough bool, err error) {
	for _, p := range s.pending[which] {
		if p.score <= above || s.looked == maxPlacesLooked {
			break
		}
		// what is below cannot become better than what is found already, and a right house leaves nothing to look for next door
		top := s.topScore()
		if s.looked > 4 && p.score < 0.6*top || p.score < 0.9*top && s.good() || s.exhausted() {
			return true, nil
		}
		s.looked++
		s.looks++
		if err := s.inside(candidate{
			hypothesis: int(p.hypothesis), sought: s.wanted[p.wanted], slot: p.slot, similarity: p.similarity, score: p.score, astray: p.astray,
		}); err != nil {
			return false, err
		}
	}
	return s.looked == maxPlacesLooked || above < 0.9*s.topScore() && s.good(), nil
}
