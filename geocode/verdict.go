package geocode

import (
	"slices"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// ValidateRequest is an address to judge: text, or its parts, or only a code.
type ValidateRequest struct {
	Text string
	// The parts, where there is no text. The divisions by name, of any epoch.
	Components                  registry.Components
	Commune, District, Province string
	Postcode                    string
	Code                        string     // in any spelling; "" if none was given
	Position                    *geo.Point // nil if none was given
	// Sight is what may be told to whoever asks, as in Query. Of a flat that it may not be told of the verdict is the same whether there is one
	// or not: the unit is unconfirmed.
	Sight registry.Sight
}

// The granularities of verdicts, besides those of Result.MatchLevel that they share.
const (
	GranularityUnit = "unit"
	GranularityNone = "none"
)

// Verdict is what came of an address.
type Verdict struct {
	Granularity string // unit, house, building, alley, street, hamlet, commune, district, province or none
	Complete    bool   // nothing is missing for a delivery
	NextAction  NextAction
	Score       float64 // 1 less the penalties of the issues, 0..1
	Match, Next float64 // how well the text fits what was found, and the best other thing: Result.Score; 0 when there is none

	Address   *registry.Address // the registered address; nil when there is none or several fit
	From      *registry.Address // the address that point and components are of, even where several fit; nil when of none
	Current   string            // the address with the divisions of today; "" when nothing was understood
	Former    string            // with those before 2025-07-01; "" where they are not certain
	Point     *geo.Point        // nil when nothing was found
	AccuracyM float64           // of Point; 0 unknown
	Divisions registry.DivisionInfo
	Old       registry.DivisionInfo // before 2025-07-01, as far as certain

	Components []JudgedComponent
	Issues     []Issue
	Unmatched  []string
}

// JudgedComponent is a part of the address with how it came about.
type JudgedComponent struct {
	Name   string // as in the API: house_number, alley, street …
	Value  string // as it is today and in the data
	Status Status
	Given  string // what the text says, where that is something else
	Former string // the former name, "" if none
}

// Issue is something wrong with the address, or worth knowing.
type Issue struct {
	IssueKind
	Component  string // "" for the whole address
	Candidates []IssueCandidate
}

// IssueCandidate is something that may be meant.
type IssueCandidate struct {
	Label     string
	Address   *registry.Address // nil when it is no registered address
	Division  *geo.Division     // of today; nil when it is none
	Relation  geo.RelationKind  // how a former unit became Division
	DistanceM float64           // between the candidate and what it was held against; negative where that means nothing
}

func (v *Verdict) issue(code IssueCode, component string, candidates ...IssueCandidate) {
	if slices.ContainsFunc(v.Issues, func(i Issue) bool { return i.Code == code && i.Component == component }) {
		return
	}
	v.Issues = append(v.Issues, Issue{IssueKind: kindOfIssue(code), Component: component, Candidates: candidates})
}

func (v *Verdict) component(c JudgedComponent) {
	if c.Value == "" {
		c.Value = c.Given
	}
	if c.Given == c.Value {
		c.Given = ""
	}
	if c.Value != "" {
		v.Components = append(v.Components, c)
	}
}

// conclude draws action and score from the issues. Nothing but a registered house, or a flat in it, is ever accepted.
func (v *Verdict) conclude() {
	v.NextAction, v.Score = Accept, 1
	for _, i := range v.Issues {
		v.Score -= i.Penalty
		if i.Action.weight() > v.NextAction.weight() {
			v.NextAction = i.Action
		}
	}
	v.Score = max(0, float64(int(v.Score*100+0.5))/100)
	v.Complete = v.Address != nil && v.NextAction.weight() != AddUnit.weight() && !v.has(IssueUnitMissing)
	if v.Address == nil && v.NextAction.weight() < Confirm.weight() && v.NextAction != AddUnit {
		v.NextAction = Confirm
	}
}

func (v *Verdict) has(code IssueCode) bool {
	return slices.ContainsFunc(v.Issues, func(i Issue) bool { return i.Code == code })
}
