package geocode

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// Bounds on one keystroke.
const (
	maxCompletedPlaces    = 24
	maxRankedPlaces       = 4096 // of which those are the best
	maxCompletedDivisions = 12
	worthFormer           = 0.85 // a former name of a division
)

// Autocomplete completes a text that is being typed: the last word may be unfinished, words may be misspelt, diacritics may
// be missing. It suggests streets, hamlets and buildings with their commune, houses when there is a number in front, and
// divisions. Errors are those of Search.
func (e *Engine) Autocomplete(ctx context.Context, q Query) (*Results, error) {
	q = q.normal()
	if vntext.Fold(q.Text) == "" {
		return &Results{Reason: ReasonEmpty}, nil
	}
	results, err := e.search(ctx, q, asSpelt) // errors are for completions to find
	if err != nil {
		return nil, err
	}
	// What is complete is an answer already; what only came near is not what the next letters are for.
	results.Results = slices.DeleteFunc(results.Results, func(r Result) bool {
		return r.Score < 0.85 && r.Type != TypeCode || r.MatchLevel == MatchNearestNumber || r.MatchLevel == MatchAlley
	})
	if len(results.Results) > 0 && (results.Results[0].Type == TypeCode || results.Results[0].Hypothesis < 0) {
		return results, nil
	}
	typed := readTyped(q.Text)
	err = e.store.View(ctx, func(r registry.Reader) error {
		if err := e.index.refresh(r); err != nil {
			return err
		}
		e.index.mu.RLock()
		defer e.index.mu.RUnlock()
		s := e.newSearch(ctx, q, r, []Hypothesis{{Components: typed.components, Score: 1}})
		defer s.release()
		if err := s.complete(typed); err != nil {
			return err
		}
		var completed Results
		if err := s.finish(&completed); err != nil {
			return err
		}
		merge(results, completed.Results, q.Limit)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("complete: %w", err)
	}
	results.Reason = ""
	if len(results.Results) == 0 {
		results.Reason = ReasonNoMatch
	}
	if q.Sight.Doors {
		for i := range results.Results {
			results.Results[i].Score = results.Results[i].plain // whose order may tell which has more addresses, but not how many
		}
	}
	return results, nil
}

// merge adds completions to what a search found; what both have counts once, with the better score.
func merge(into *Results, more []Result, limit int) {
	for _, r := range more {
		r.Hypothesis, r.Unmatched = -1, nil
		same := slices.IndexFunc(into.Results, func(have Result) bool {
			switch a, b := r.Address, have.Address; {
			case a == nil && b == nil:
				return have.Type == r.Type && have.Label == r.Label
			case a == nil || b == nil:
				return false
			default:
				return a.Code == b.Code && (!a.Code.IsZero() || a.SameDoor(b))
			}
		})
		if same < 0 {
			into.Results = append(into.Results, r)
		} else if into.Results[same].Score < r.Score {
			into.Results[same].Score, into.Results[same].plain = r.Score, r.plain
		}
	}
	slices.SortStableFunc(into.Results, func(a, b Result) int { return cmp.Compare(b.Score, a.Score) })
	into.Results = into.Results[:min(len(into.Results), limit)]
}

// typed is an unfinished text: a number perhaps, the beginning of a name, and behind commas divisions, the last unfinished.
type typed struct {
	components registry.Components // the number
	name       string
	divisions  []string // folded
}

// numberWords stand in front of house numbers.
var numberWords = []string{"so nha", "nha so", "so", "sn"}

func readTyped(text string) typed {
	clean := vntext.Clean(text)
	parts := strings.Split(clean, ",")
	t := typed{name: strings.TrimSpace(parts[0])}
	for _, part := range parts[1:] {
		if folded := vntext.Fold(part); folded != "" {
			t.divisions = append(t.divisions, folded)
		}
	}
	words := strings.Fields(t.name)
	for n := min(2, len(words)-1); n > 0; n-- {
		if slices.Contains(numberWords, vntext.Fold(strings.Join(words[:n], " "))) && vntext.StartsWithDigit(words[n]) {
			words = words[n:]
			break
		}
	}
	if len(words) > 1 && vntext.StartsWithDigit(words[0]) && !isDateStart(words) {
		t.components.HouseNumber = words[0]
		t.name = strings.Join(words[1:], " ")
	}
	return t
}

// isDateStart recognises names that begin with a number: 3 tháng 2.
func isDateStart(words []string) bool {
	return len(words) > 1 && strings.HasPrefix("thang", vntext.Fold(words[1])) && isNumeral(words[0])
}

// complete finds places and divisions that the text can be the beginning of.
func (s *search) complete(t typed) error {
	h := &s.hypotheses[0]
	s.best = 1
	s.scope.fill(s.e.index.communes, &h.Reading, s.q.Commune, s.q.Province)
	s.narrow(t.divisions)
	w := sought{registry.PlaceStreet, t.name}
	type completed struct {
		slot       int32
		similarity float32
		many       float64
		score      float64
	}
	var places []completed
	rank := func(similarity float32, docs []int32) {
		for _, slot := range docs {
			d := &s.e.index.docs[slot]
			agrees := float64(s.scope.agrees(d.commune))
			if agrees == 0 || len(t.divisions) > 0 && agrees < agreesNamed {
				continue
			}
			if len(places) >= maxRankedPlaces {
				break
			}
			many := 0.95 + 0.05*(1-1/math.Log2(2+float64(d.count)))
			places = append(places, completed{slot, similarity, many, float64(similarity) * many * s.nearness(d.centre)})
		}
	}
	hits := s.e.index.completions(w.kind, w.text)
	for _, hit := range hits {
		rank(hit.similarity, s.e.index.names[hit.name].docs)
	}
	for _, hit := range hits {
		rank(hit.similarity, s.e.index.names[hit.name].bare)
	}
	slices.SortStableFunc(places, func(a, b completed) int { return cmp.Compare(b.score, a.score) })
	for _, p := range places[:min(len(places), maxCompletedPlaces)] {
		d := &s.e.index.docs[p.slot]
		c := candidate{sought: w, slot: p.slot, similarity: p.similarity, score: p.score * accentAgreement(w.text, d.name), many: p.many, match: placeMatch(d.kind)}
		if t.components.HouseNumber == "" {
			s.found = append(s.found, c)
			continue
		}
		if !d.bare {
			m, err := houseAt(s.r, d.id, registry.HousePathKey(t.components.HousePath()))
			if err != nil {
				return err
			}
			s.keepHouse(c, s.asSeen(m))
		}
		c.score *= 0.8 // the street, when the number is not in it
		s.found = append(s.found, c)
	}
	if t.components.HouseNumber == "" && len(t.divisions) == 0 {
		s.completeDivisions(vntext.Fold(t.name))
	}
	return nil
}

// narrow raises the communes whose names, or whose province's, begin as the text behind the commas does.
func (s *search) narrow(divisions []string) {
	if len(divisions) == 0 {
		return
	}
	t := s.e.index.communes
	named := make([]int, len(t.communes)) // how many of the parts a commune fits
	for _, part := range divisions {
		fits := map[int32]bool{}
		s.e.divisionsBeginning(part, func(n *divisionName) bool {
			if n.division.Level == geo.LevelCommune {
				fits[t.byCode[n.division.Code]] = true
			} else {
				for _, d := range t.divisions.Children(n.division) {
					fits[t.byCode[d.Code]] = true
				}
			}
			return true
		})
		for i := range fits {
			named[i]++
		}
	}
	for i, n := range named {
		if n == len(divisions) && s.scope.agrees(int32(i)) > 0 {
			s.scope.set(int32(i), agreesNamed)
		}
	}
}

// completeDivisions adds the divisions whose names begin with a text.
func (s *search) completeDivisions(folded string) {
	if folded == "" {
		return
	}
	var found []candidate
	s.e.divisionsBeginning(folded, func(n *divisionName) bool {
		d := n.division
		score := worthBegins
		if n.folded == folded {
			score = 1
		}
		if n.former {
			score *= worthFormer
		}
		if n.level > 0 {
			score *= 0.98
		}
		c := candidate{slot: -1, division: d, match: string(d.Level), score: score}
		if d.Level == geo.LevelCommune {
			if s.scope.agrees(s.e.index.communes.byCode[d.Code]) == 0 {
				return true
			}
		}
		found = append(found, c)
		return len(found) < 2000
	})
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range found[:min(len(found), maxCompletedDivisions)] {
		c.score *= s.nearness(s.e.index.communes.centre(c.division).point)
		s.found = append(s.found, c)
	}
}
