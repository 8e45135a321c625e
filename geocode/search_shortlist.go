package geocode

import (
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// shortlist keeps the best of the places offered, equal ones in the order in which they came, as many as are looked into. A common
// name has thousands of places, most of which need not even be described.
type shortlist struct {
	best []candidate
}

// takes reports whether a place with that score would be kept.
func (l *shortlist) takes(score float64) bool {
	return len(l.best) < maxPlacesLooked || score > l.best[len(l.best)-1].score
}

func (l *shortlist) offer(c candidate) {
	if !l.takes(c.score) {
		return
	}
	if len(l.best) < maxPlacesLooked {
		l.best = append(l.best, candidate{})
	}
	at := len(l.best) - 1
	for ; at > 0 && l.best[at-1].score < c.score; at-- {
		l.best[at] = l.best[at-1]
	}
	l.best[at] = c
}

// places offers the places with the names found, scored by name, kind and commune.
func (s *search) places(hypothesis int, w sought, hits []nameHit) {
	ix, h := s.e.index, &s.hypotheses[hypothesis]
	whole := s.hypothesisWorth(h)
	scale := 1.0
	if w.kind == registry.PlaceHamlet && h.Components.Street != "" {
		scale = worthBeside
	}
	for _, hit := range hits {
		docs := ix.names[hit.name].docs
		worth := whole * float64(hit.similarity)
		most := worth * float64(s.scope.rest) * scale // of a place in a commune that agrees like the rest
		for at := 0; at < len(docs); at++ {
			if !s.pending.takes(most) {
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
			if !s.pending.takes(score) || s.have(slot, hypothesis, w) {
				continue
			}
			s.pending.offer(candidate{
				hypothesis: hypothesis, sought: w, slot: slot, similarity: hit.similarity, score: score,
				astray: s.scope.named && agrees < agreesNamed-0.05,
			})
		}
	}
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
