package registry

import (
	"cmp"
	"slices"
)

// Reason is why a place should be surveyed.
type Reason string

const (
	ReasonMissing      Reason = "missing_households" // fewer dwellings than households are expected
	ReasonUnsurveyed   Reason = "unsurveyed"         // positions that nobody measured on the spot
	ReasonUnidentified Reason = "unidentified"       // neither number nor name
	ReasonDuplicates   Reason = "duplicates"         // likely registered twice
	ReasonOutside      Reason = "outside"            // positions outside their commune
)

// ReasonCount is a reason with the number of households or addresses that it concerns.
type ReasonCount struct {
	Reason Reason
	Count  int64
}

// NextSurvey is a commune or a province that should be surveyed, with why.
type NextSurvey struct {
	Unit    *UnitCoverage
	Score   float64       // of what a visit settles, in households
	Reasons []ReasonCount // those that weigh most first
}

// The weight of one address by reason: a household without an address counts whole, one whose address works but was never measured a
// quarter.
var surveyWeights = [...]struct {
	reason Reason
	weight float64
	count  func(*UnitCoverage) int64
}{
	{ReasonMissing, 1, func(u *UnitCoverage) int64 { return max(0, u.Expected-u.CountedDwellings) }},
	{ReasonOutside, 1, func(u *UnitCoverage) int64 { return u.Outside }},
	{ReasonDuplicates, 0.5, func(u *UnitCoverage) int64 { return u.Duplicates }},
	{ReasonUnidentified, 0.5, func(u *UnitCoverage) int64 { return u.Unidentified }},
	{ReasonUnsurveyed, 0.25, func(u *UnitCoverage) int64 { return u.Addresses - u.Surveyed }},
}

// SurveyNext ranks units by how much a survey would settle there, the most first, equal ones by code; those with nothing to do are left out.
func SurveyNext(units []UnitCoverage) []NextSurvey {
	var next []NextSurvey
	for i := range units {
		n := NextSurvey{Unit: &units[i]}
		weighed := map[Reason]float64{}
		for _, w := range surveyWeights {
			if count := w.count(n.Unit); count > 0 {
				n.Reasons = append(n.Reasons, ReasonCount{w.reason, count})
				weighed[w.reason] = w.weight * float64(count)
				n.Score += weighed[w.reason]
			}
		}
		slices.SortStableFunc(n.Reasons, func(a, b ReasonCount) int { return cmp.Compare(weighed[b.Reason], weighed[a.Reason]) })
		if n.Score > 0 {
			next = append(next, n)
		}
	}
	slices.SortStableFunc(next, func(a, b NextSurvey) int { return cmp.Compare(b.Score, a.Score) })
	return next
}
