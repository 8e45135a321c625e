package geocode

import (
	"context"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

const (
	validateLimit = 10 // results looked at
	// tieMargin is how much less than the best a result may score and still be as good: what scores tell apart by less is no
	// knowledge but the order of tokens.
	tieMargin = 0.01
	// samePlaceM is how far a position may be from a house, in metres, and still be its own.
	samePlaceM = 100
)

// Validate judges an address. Only a registered house that the text names without contradiction is accepted; of several
// that fit equally well none is taken, unless the code or the position given with it settles which.
func (e *Engine) Validate(ctx context.Context, r ValidateRequest) (*Verdict, error) {
	v := &validation{svc: e.svc, search: e.Search, request: r, today: geo.Today(), Verdict: &Verdict{Granularity: GranularityNone}}
	if err := v.run(ctx); err != nil {
		return nil, err
	}
	v.conclude()
	return v.Verdict, nil
}

// validation is one verdict in the making.
type validation struct {
	*Verdict
	svc     *registry.Service
	search  func(context.Context, Query) (*Results, error)
	request ValidateRequest
	today   geo.Date

	results *Results
	best    *Result    // what the text means; nil when nothing
	said    Hypothesis // how the text was understood to mean best
	coded   *registry.Address
	heirs   []*registry.Address // where coded leads to when it is retired
	settled bool                // by code or position: no doubt about the commune remains
}

func (v *validation) run(ctx context.Context) error {
	text := v.request.Text
	if text == "" {
		text = v.request.partsText()
	}
	v.results = &Results{}
	if strings.TrimSpace(text) != "" {
		found, err := v.search(ctx, Query{Text: text, Limit: validateLimit, Sight: v.request.Sight})
		if err != nil {
			return err
		}
		v.results = found
	}
	if err := v.readCode(ctx); err != nil {
		return err
	}
	v.choose()
	v.judgeNames()
	if v.best == nil {
		return nil
	}
	v.judgeComponents()
	if err := v.judgeUnits(ctx); err != nil {
		return err
	}
	v.judgePosition()
	v.fill()
	v.compareScores()
	return nil
}

// compareScores tells how far what was found is ahead of the rest.
func (v *validation) compareScores() {
	v.Match = v.best.Score
	for i := range v.results.Results {
		if r := &v.results.Results[i]; r != v.best && !sameThing(r, v.best) {
			v.Next = max(v.Next, r.Score)
		}
	}
}

func sameThing(a, b *Result) bool {
	return a.Address != nil && b.Address != nil && a.Address.Code == b.Address.Code
}

// partsText writes the parts as one line that says of each what it is.
func (r *ValidateRequest) partsText() string {
	var parts []string
	add := func(word, text string) {
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		if word != "" && !strings.HasPrefix(vntext.Fold(text)+" ", vntext.Fold(word)+" ") {
			text = word + " " + text
		}
		parts = append(parts, text)
	}
	c := r.Components
	add("Căn hộ", c.Unit)
	add("Tầng", c.Floor)
	add("Block", c.Block)
	add("", c.Building)
	number := c.HouseNumber
	if len(c.Alley) > 0 {
		path := strings.Join(c.Alley, "/")
		switch {
		case number == "":
			number = "ngõ " + path
		case !strings.HasPrefix(number, path+"/"):
			number = path + "/" + number
		}
	}
	if number != "" && c.Street != "" {
		parts = append(parts, number+" "+c.Street)
	} else {
		add("Số", number)
		add("", c.Street)
	}
	add("", c.Quarter)
	add("", c.Hamlet)
	add("", r.Commune)
	add("", r.District)
	add("", r.Province)
	add("", r.Postcode)
	return strings.Join(parts, ", ")
}

// readCode looks up the code given, or the first one in the text.
func (v *validation) readCode(ctx context.Context) error {
	var code addresscode.Code
	switch {
	case v.request.Code != "":
		var err error
		if code, err = addresscode.Parse(v.request.Code); err != nil {
			v.codeInvalid()
			return nil
		}
	case len(v.results.Hypotheses) > 0 && len(v.results.Hypotheses[0].Codes) > 0:
		code = v.results.Hypotheses[0].Codes[0]
	default:
		return nil
	}
	a, err := v.svc.AddressFor(ctx, v.request.Sight, code)
	if registry.CodeOf(err) == registry.CodeNotRegistered {
		v.issue(IssueCodeUnregistered, "code")
		v.component(JudgedComponent{Name: "code", Value: code.String(), Status: Unconfirmed})
		return nil
	}
	if err != nil {
		return err
	}
	v.coded = a
	if a.Status != registry.StatusActive {
		v.heirs, err = v.svc.Successors(ctx, v.request.Sight, a)
	}
	return err
}

// codeInvalid names the registered spelling nearest to a damaged code as candidates; none is applied.
func (v *validation) codeInvalid() {
	var candidates []IssueCandidate
	if suggestions, err := addresscode.Correct(v.request.Code); err == nil {
		for _, s := range suggestions {
			candidates = append(candidates, IssueCandidate{Label: s.Code.String(), DistanceM: -1})
		}
	}
	v.issue(IssueCodeInvalid, "code", candidates...)
	v.component(JudgedComponent{Name: "code", Value: vntext.Clean(v.request.Code), Status: Unconfirmed})
}

// choose takes the result that the text means. Ties are settled by the code, then by the position, or stay ties.
func (v *validation) choose() {
	found := v.results.Results
	if len(found) > 0 && found[0].Type != TypeCode {
		v.best = &found[0]
	}
	if ties := v.ties(); len(ties) > 1 {
		v.settleTies(ties)
	}
	if v.coded != nil {
		v.compareCode()
	}
	if v.best != nil {
		v.said = v.hypothesis(v.best)
	}
}

func (v *validation) hypothesis(r *Result) Hypothesis {
	if r.Hypothesis >= 0 && r.Hypothesis < len(v.results.Hypotheses) {
		return v.results.Hypotheses[r.Hypothesis]
	}
	return Hypothesis{Reading: r.Reading}
}

// ties are the results as good as the best.
func (v *validation) ties() []*Result {
	if v.best == nil {
		return nil
	}
	ties := []*Result{v.best}
	for i := 1; i < len(v.results.Results); i++ {
		r := &v.results.Results[i]
		if r.Score < v.best.Score-tieMargin {
			break
		}
		if r.MatchLevel == v.best.MatchLevel {
			ties = append(ties, r)
		}
	}
	return ties
}

func (v *validation) settleTies(ties []*Result) {
	if v.coded != nil {
		for _, r := range ties {
			if v.isCoded(r.Address) {
				v.best, v.settled = r, true
				return
			}
		}
	}
	if p := v.request.Position; p != nil {
		var near *Result
		for _, r := range ties {
			if r.Address == nil || geo.Distance(*p, r.Point) > samePlaceM {
				continue
			}
			if near != nil {
				near = nil
				break
			}
			near = r
		}
		if near != nil {
			v.best, v.settled = near, true
			return
		}
	}
	if v.flatsOfOneHouse(ties) {
		return // judgeUnits asks for the flat
	}
	v.issue(tieIssue(ties), tieComponent(ties), v.candidates(ties)...)
}

// tieIssue says what of tied results is unclear: the division where they are divisions, else the address.
func tieIssue(ties []*Result) IssueCode {
	switch ties[0].Type {
	case TypeCommune:
		if divided(ties[0].Reading) {
			return IssueAdminDivided
		}
		return IssueWardAmbiguous
	case TypeDistrict, TypeProvince:
		return IssueAdminAmbiguous
	}
	return IssueAmbiguous
}

func tieComponent(ties []*Result) string {
	switch ties[0].Type {
	case TypeCommune, TypeDistrict, TypeProvince:
		return ties[0].Type
	}
	return ""
}

// divided reports whether a reading names one former commune that became several.
func divided(r Reading) bool {
	return r.Commune != nil && len(r.Communes) > 1 && r.Communes[0].Relation != nil
}

func (v *validation) candidates(results []*Result) []IssueCandidate {
	out := make([]IssueCandidate, len(results))
	for i, r := range results {
		out[i] = IssueCandidate{Label: r.Label, Address: r.Address, Division: r.Division, DistanceM: -1}
		if out[i].Division == nil && r.Address == nil {
			out[i].Division = r.Commune
		}
		for _, c := range r.Reading.Communes {
			if c.Commune == r.Commune && c.Relation != nil {
				out[i].Relation = c.Relation.Kind
			}
		}
	}
	return out
}

// isCoded reports whether an address found is that of the code. A door whose flats may not be told of is, for the code of any of them.
func (v *validation) isCoded(a *registry.Address) bool {
	return a != nil && (a.Code == v.coded.Code || a.Code.IsZero() && a.SameDoor(v.coded))
}

// compareCode holds the address of the code against what the text means.
func (v *validation) compareCode() {
	code := v.coded.Code.String()
	if v.coded.Status != registry.StatusActive { // the text is found where the household is now, if at all
		v.take(v.coded)
		v.component(JudgedComponent{Name: "code", Value: code, Status: Confirmed})
		return
	}
	if v.best == nil {
		if len(v.results.Results) == 0 && v.results.Reason != "" && v.results.Reason != ReasonEmpty && v.results.Reason != ReasonUnknownCode {
			v.issue(IssueUnmatched, "")
		}
		v.take(v.coded)
		v.component(JudgedComponent{Name: "code", Value: code, Status: Confirmed})
		return
	}
	if v.isCoded(v.best.Address) {
		v.best.Address, v.best.Components, v.best.MatchLevel, v.settled = v.coded, v.coded.Components, MatchHouse, true
		v.component(JudgedComponent{Name: "code", Value: code, Status: Confirmed})
		return
	}
	if v.best.MatchLevel != MatchHouse && v.agrees(v.coded, v.hypothesis(v.best)) {
		hypothesis := v.best.Hypothesis
		reading := v.best.Reading
		v.take(v.coded)
		v.best.Hypothesis, v.best.Reading = hypothesis, reading
		v.component(JudgedComponent{Name: "code", Value: code, Status: Confirmed})
		return
	}
	distance := geo.Distance(v.coded.Point(), v.best.Point)
	v.issue(IssueCodeMismatch, "code",
		IssueCandidate{Label: v.svc.Label(v.coded, v.today), Address: v.coded, DistanceM: distance},
		IssueCandidate{Label: v.best.Label, Address: v.best.Address, DistanceM: 0})
	v.component(JudgedComponent{Name: "code", Value: code, Status: Unexpected})
}

// heirCandidates are the addresses in use that the retired one leads to.
func (v *validation) heirCandidates() []IssueCandidate {
	candidates := make([]IssueCandidate, len(v.heirs))
	for i, heir := range v.heirs {
		candidates[i] = IssueCandidate{Label: v.svc.Label(heir, v.today), Address: heir, DistanceM: geo.Distance(v.coded.Point(), heir.Point())}
	}
	return candidates
}

// take makes the address of the code the answer.
func (v *validation) take(a *registry.Address) {
	commune, _ := v.svc.Divisions().Get(geo.LevelCommune, a.Commune, v.today)
	v.best = &Result{
		Address: a, Type: TypeHouse, MatchLevel: MatchHouse, Score: 1, Label: v.svc.Label(a, v.today), Point: a.Point(),
		CoordinateLevel: CoordinateEntrance, Components: a.Components, Commune: commune, Hypothesis: -1,
	}
	if len(a.Positions) > 0 {
		v.best.AccuracyM = a.Positions[0].AccuracyM
	}
	v.settled = true
}

// agrees reports whether everything that the text says is so at an address.
func (v *validation) agrees(a *registry.Address, said Hypothesis) bool {
	for _, f := range fields(&said.Components, &a.Components) {
		if f.said != "" && !f.same && !v.untold(f) {
			return false
		}
	}
	if r := said.Reading; len(r.Communes) > 0 {
		for _, c := range r.Communes {
			if c.Commune.Code == a.Commune {
				return true
			}
		}
		return false
	}
	return true
}

// judgePosition holds the position given against the place found.
func (v *validation) judgePosition() {
	p := v.request.Position
	if p == nil {
		p = v.said.Point
	}
	if p == nil {
		return
	}
	distance := geo.Distance(*p, v.best.Point)
	status := Confirmed
	switch {
	case v.best.Address != nil:
		if distance > samePlaceM+v.best.AccuracyM {
			status = Unexpected
		}
	case v.best.Commune != nil:
		l, err := v.svc.Locator().Locate(*p, v.today)
		if err != nil || l.Commune == nil || l.Commune.Code != v.best.Commune.Code {
			status = Unexpected
		}
	default:
		status = Unconfirmed
	}
	v.component(JudgedComponent{Name: "position", Value: p.String(), Status: status})
	if status == Unexpected {
		v.issue(IssuePositionMismatch, "position", IssueCandidate{Label: v.best.Label, Address: v.best.Address, DistanceM: distance})
	}
}
