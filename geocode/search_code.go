package geocode

import (
	"context"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// searchCode answers texts that hold a code, an identifier or a position; nil for others. A code that no address has does not
// keep the rest of the text from being searched.
func (e *Engine) searchCode(ctx context.Context, q Query, hypotheses []Hypothesis) *Results {
	var first Hypothesis
	if len(hypotheses) > 0 {
		first = hypotheses[0]
	}
	words := soughtIn(&first.Components)
	bare := len(words) == 0 && first.Components.HouseNumber == ""
	text := ""
	switch {
	case len(first.Codes) > 0:
		text = first.Codes[0].String()
	case first.ExternalID != "":
		text = first.ExternalID
	case first.Point != nil:
		text = first.Point.String()
	case hasShortCode(q.Text):
		text = q.Text
	case !strings.Contains(strings.TrimSpace(q.Text), " ") && looksLikeIdentifier(q.Text):
		text = q.Text
	default:
		return nil
	}
	if len(text) > registry.MaxQuery {
		return nil
	}
	resolution, err := e.svc.ResolveFor(ctx, q.Sight, text)
	if err != nil {
		if first.ExternalID != "" && bare && registry.CodeOf(err) == registry.CodeNotFound {
			return &Results{Reason: ReasonUnknownCode, Hypotheses: hypotheses}
		}
		return nil
	}
	results := &Results{Hypotheses: hypotheses}
	for i, c := range resolution.Candidates {
		if c.Address == nil && !bare {
			continue
		}
		if len(results.Results) < q.Limit {
			if res, ok := e.codeResult(q, resolution, c, i); ok {
				results.Results = append(results.Results, res)
			}
		}
	}
	if len(results.Results) == 0 {
		if !bare {
			return nil
		}
		results.Reason = ReasonFiltered
	}
	return results
}

// codeResult turns a candidate of Resolve into a result. A correction is worth less than a code that was given.
func (e *Engine) codeResult(q Query, resolution *registry.Resolution, c registry.Candidate, place int) (Result, bool) {
	res := Result{Point: c.Point, Score: 1, Hypothesis: -1, MatchLevel: MatchCode, Type: TypeCode, CoordinateLevel: CoordinateCell, AccuracyM: 3}
	if c.Suggestion != nil {
		res.Score = 0.8
		if place > 0 {
			res.Score = 0.6
		}
	}
	if resolution.Point != nil { // something near a position
		res.Score = max(0.3, 0.95-c.DistanceM/200)
	}
	if c.Location != nil {
		res.Commune = c.Location.Commune
	}
	if !q.takes(res.Point, res.Commune) {
		return Result{}, false
	}
	if c.Address != nil && c.Address.Status != registry.StatusActive {
		return Result{}, false // retired, and nothing in use took its place
	}
	if c.Address == nil {
		if !c.Code.IsZero() {
			res.Label = c.Code.String()
			res.Score = min(res.Score, 0.5)
		} else {
			res.Label = c.Point.String()
			res.Score, res.AccuracyM = 0.25, 0
		}
		if c.Location != nil && c.Location.Commune != nil {
			res.Label += ", " + e.divisionLabel(c.Location.Commune, geo.Today())
		}
		return res, true
	}
	e.describeAddress(&res, c.Address, q.At)
	return res, true
}

// takes reports whether a place lies in what the query shuts out nothing of.
func (q *Query) takes(p geo.Point, commune *geo.Division) bool {
	if q.Box != nil && !q.Box.Contains(p) {
		return false
	}
	if q.Commune != "" && (commune == nil || commune.Code != q.Commune) {
		return false
	}
	return q.Province == "" || commune != nil && commune.Province == q.Province
}

// hasShortCode recognises the last seven symbols of a code as they are written, 2NJV-T33: four and three, with a letter.
func hasShortCode(text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		if len(word) != 8 || word[4] != '-' {
			continue
		}
		letters := 0
		for i := range len(word) {
			switch c := word[i] | 0x20; {
			case c >= 'a' && c <= 'z':
				letters++
			case i != 4 && !isDigit(word[i]):
				letters = -100
			}
		}
		if letters > 0 {
			return true
		}
	}
	return false
}

// looksLikeIdentifier recognises a word that is no word: scheme:value, an H3 cell, a Plus Code, a code with an error in it.
func looksLikeIdentifier(text string) bool {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "+:") {
		return true
	}
	digits, letters := 0, 0
	for i := range len(text) {
		switch c := text[i] | 0x20; {
		case isDigit(text[i]):
			digits++
		case c >= 'a' && c <= 'z':
			letters++
		case text[i] != '-' && text[i] != '.':
			return false
		}
	}
	return digits+letters >= 11 && digits+letters <= 15 && digits > 0 && letters > 0
}
