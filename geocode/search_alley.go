package geocode

import (
	"slices"
	"strings"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// The map has alleys under their whole names: Ngõ 35 Cát Linh. Texts are understood as an alley of a street, so such names are kept as
// their numbers, from the inside outwards, and the street, with one word for ngõ, ngách, hẻm and kiệt.

// splitAlleys takes the numbered alleys in front of the name of a street off it, from the street inwards.
func splitAlleys(name string) (path []string, street string) {
	street = name
	for {
		lead, rest := vntext.SplitAlley(street)
		if lead == "" {
			slices.Reverse(path)
			return path, street
		}
		path, street = append(path, strings.TrimRight(lead, ",.;")), rest
	}
}

// alleyForms are the canonical forms of a street whose name begins with the number of an alley; none for others.
func alleyForms(name string) []string {
	path, street := splitAlleys(name)
	if len(path) == 0 {
		return nil
	}
	forms := canonicalNames(registry.PlaceStreet, street)
	for i := range forms {
		forms[i] = alleyForm(path, forms[i])
	}
	return forms
}

// alleyForm is the form of a path of alleys, from the street inwards, of a street.
func alleyForm(path []string, street string) string {
	for _, level := range vntext.AlleyPath(path...) {
		street = "ngo " + level + " " + street
	}
	return street
}

// worthAlleyAlone is what the alley is worth without any number in it: more than its street.
const worthAlleyAlone = 0.60

// alleysOfMap finds the alleys asked for that the map knows by their numbers: they are nearer to what is asked for than the street.
func (s *search) alleysOfMap() {
	ix := s.e.index
	for i := range s.hypotheses {
		h := &s.hypotheses[i]
		path := h.Components.HousePath()
		if h.Components.Street == "" || len(path) < 2 || s.exhausted() {
			continue
		}
		numbered := path[len(path)-1] != ""
		filled := false
		_, street := splitAlleys(h.Components.Street)
		w := sought{registry.PlaceStreet, h.Components.Street}
		for _, form := range canonicalNames(registry.PlaceStreet, street) {
			name, ok := ix.nameOf[alleyForm(path[:len(path)-1], form)]
			if !ok {
				continue
			}
			if !filled {
				s.scope.fill(ix.communes, &h.Reading, s.q.Commune, s.q.Province)
				filled = true
			}
			for _, slot := range ix.names[name].bare {
				s.keepAlley(i, w, slot, numbered)
			}
		}
	}
}

func (s *search) keepAlley(hypothesis int, w sought, slot int32, numbered bool) {
	d := &s.e.index.docs[slot]
	agrees := s.scope.agrees(d.commune)
	if agrees == 0 {
		s.filtered = true
		return
	}
	c := candidate{hypothesis: hypothesis, sought: w, slot: slot, similarity: 1, match: MatchStreet, astray: s.scope.named && agrees < agreesNamed-0.05}
	c.score = s.hypothesisWorth(&s.hypotheses[hypothesis]) * float64(agrees) * s.nearness(d.centre) * accentAgreement(w.text, d.name)
	if numbered {
		c.score *= worthAlleyAlone
	}
	if c.astray {
		c.score *= worthAstray
	}
	s.found = append(s.found, c)
}

// sameAlley reports whether two alley paths lead to the same place.
func sameAlley(a, b string) bool {
	return slices.Equal(vntext.AlleyPath(a), vntext.AlleyPath(b))
}
