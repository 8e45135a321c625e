package geocode

import (
	"context"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// field is one component as the text says it and as the data has it.
type field struct {
	name       string
	said, have string
	same       bool // equal but for spelling that means nothing
	contrary   bool // equal without diacritics, but both have some, and different ones
	notFound   IssueCode
	mismatch   IssueCode
}

// fields pairs the components of the text with those of an address, from the flat to the street. House number and alley are
// one field, for they are written together as often as apart.
func fields(said, have *registry.Components) []field {
	all := []field{
		{name: "house_number", said: pathText(said), have: pathText(have), notFound: IssueNumberNotFound, mismatch: IssueNumberNotFound},
		{name: "street", said: said.Street, have: have.Street, notFound: IssueStreetNotFound, mismatch: IssueStreetSpelling},
		{name: "hamlet", said: said.Hamlet, have: have.Hamlet, notFound: IssueHamletNotFound, mismatch: IssueHamletMismatch},
		{name: "quarter", said: said.Quarter, have: have.Quarter, notFound: IssueHamletNotFound, mismatch: IssueHamletMismatch},
		{name: "building", said: said.Building, have: have.Building, notFound: IssueBuildingNotFound, mismatch: IssueBuildingMismatch},
		{name: "block", said: said.Block, have: have.Block, notFound: IssueUnitNotFound, mismatch: IssueUnitMismatch},
		{name: "floor", said: said.Floor, have: have.Floor, notFound: IssueUnitNotFound, mismatch: IssueUnitMismatch},
		{name: "unit", said: said.Unit, have: have.Unit, notFound: IssueUnitNotFound, mismatch: IssueUnitNotFound},
	}
	for i := range all {
		f := &all[i]
		if f.said == "" || f.have == "" {
			continue
		}
		switch f.name {
		case "house_number":
			f.same = registry.HousePathKey(said.HousePath()) == registry.HousePathKey(have.HousePath())
		case "block":
			f.same = (&registry.Components{Block: f.said}).UnitKey() == (&registry.Components{Block: f.have}).UnitKey()
		case "floor":
			f.same = (&registry.Components{Floor: f.said}).UnitKey() == (&registry.Components{Floor: f.have}).UnitKey()
		case "unit":
			f.same = (&registry.Components{Unit: f.said}).UnitKey() == (&registry.Components{Unit: f.have}).UnitKey()
		default:
			f.same, f.contrary = sameName(f.said, f.have)
		}
	}
	return all
}

// pathText is number and alley as they are written on a plate: 12/34/5.
func pathText(c *registry.Components) string {
	path := strings.Join(c.Alley, "/")
	switch {
	case path == "" || strings.HasPrefix(c.HouseNumber, path+"/"):
		return c.HouseNumber
	case c.HouseNumber == "":
		return path
	}
	return path + "/" + c.HouseNumber
}

// nameWords may stand in front of a name or not: they say what it is. Before a number they are a part of the name: Tổ 5 is not
// Khu phố 5, unless they are of one kind.
var nameWords = [...]struct{ word, kind string }{
	{"duong pho", ""}, {"duong", ""}, {"pho", ""}, {"toa nha", "toa"}, {"toa", "toa"}, {"chung cu", "toa"}, {"cc", "toa"},
	{"thon", "thon"}, {"ap", "ap"}, {"xom", "xom"}, {"khom", "khom"}, {"to dan pho", "to"}, {"tdp", "to"}, {"to", "to"}, {"khu pho", "kp"}, {"kp", "kp"},
}

// sameName compares names of streets, hamlets and buildings, whether their words are glued or not. contrary says that
// diacritics on both sides differ. A remark in brackets that only one of them has is no part of the name.
func sameName(a, b string) (same, contrary bool) {
	if a == b {
		return true, false
	}
	if strings.Contains(a, "(") != strings.Contains(b, "(") {
		a, b = withoutRemark(a), withoutRemark(b)
	}
	bareA, kindA := bareName(vntext.Fold(a))
	bareB, kindB := bareName(vntext.Fold(b))
	if glued(bareA) != glued(bareB) || kindA != kindB && kindA != "" && kindB != "" && startsWithDigit(bareA) {
		return false, false
	}
	normalA, normalB := strings.ToLower(vntext.Normal(a)), strings.ToLower(vntext.Normal(b))
	if !hasMarks(normalA) || !hasMarks(normalB) {
		return true, false
	}
	words := strings.Fields(normalB)
	words = words[len(words)-min(len(words), len(strings.Fields(bareB))):]
	return true, !strings.HasSuffix(glued(normalA), strings.Join(words, ""))
}

func glued(s string) string { return strings.ReplaceAll(s, " ", "") }

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func withoutRemark(name string) string {
	before, _, _ := strings.Cut(name, "(")
	if before = strings.TrimSpace(before); before == "" {
		return name
	}
	return before
}

// bareName is a folded name without the word that says what it is, and the kind of that word.
func bareName(folded string) (bare, kind string) {
	for _, w := range nameWords {
		rest, ok := strings.CutPrefix(folded, w.word)
		if ok && (strings.HasPrefix(rest, " ") || startsWithDigit(rest)) {
			return strings.TrimSpace(rest), w.kind
		}
	}
	return folded, ""
}

// hasMarks reports whether a text is written with diacritics.
func hasMarks(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > 0x7F })
}

// judgeComponents gives every component below the commune its status.
func (v *validation) judgeComponents() {
	best, house := v.best, v.best.Address != nil && v.best.MatchLevel == MatchHouse
	have := v.known()
	v.said.Components = reassigned(v.said.Components, &have)
	for _, f := range fields(&v.said.Components, &have) {
		status, engine := Confirmed, best.ComponentStatus[f.name]
		switch {
		case f.said == "" && f.have == "":
			continue
		case f.said == "":
			v.component(JudgedComponent{Name: f.name, Value: f.have, Status: Inferred})
			continue
		case f.name == "house_number" && best.MatchLevel == MatchAlley:
			status = Unconfirmed
			v.issue(IssueNumberPartial, f.name, v.nearest()...)
		case v.untold(f):
			status = Unconfirmed
		case f.have == "":
			status = Unconfirmed
			v.missingField(f, house)
		case f.name == "house_number" && !f.same:
			status = Unexpected
			v.issue(IssueNumberNotFound, f.name, v.nearest()...)
		case f.same && !f.contrary:
		case f.same || engine == SpellCorrected || engine == Confirmed && f.name == "street":
			status = SpellCorrected
			if engine == Confirmed && !f.same {
				status = Replaced // another name or abbreviation of the same, which the engine knows
				break
			}
			v.issue(spelling(f), f.name)
		default:
			status = Unexpected
			v.issue(f.mismatch, f.name)
		}
		c := JudgedComponent{Name: f.name, Value: f.have, Status: status, Given: f.said}
		if f.same && status == Confirmed {
			c.Given = ""
		}
		v.component(c)
	}
	v.judgeMissing(house)
	for _, span := range best.Unmatched {
		if text := strings.TrimSpace(span.Text); text != "" && vntext.Fold(text) != "" {
			v.Unmatched = append(v.Unmatched, text)
		}
	}
	if len(v.Unmatched) > 0 {
		v.issue(IssueUnmatched, "")
	}
}

// untold reports a component of flats that may not be told of: nothing is said about whether there is one.
func (v *validation) untold(f field) bool {
	return v.request.Sight.Doors && (f.name == "unit" || f.name == "floor")
}

// reassigned moves a name that the text does not say the kind of to the component that is called so: "Eco Green" may be read as
// a street and be a building.
func reassigned(said registry.Components, have *registry.Components) registry.Components {
	for _, move := range [...]struct {
		from *string
		is   string // what the data has there
		to   *string
		name string // what the data has where it may belong
	}{
		{&said.Street, have.Street, &said.Building, have.Building},
		{&said.Street, have.Street, &said.Hamlet, have.Hamlet},
		{&said.Street, have.Street, &said.Quarter, have.Quarter},
		{&said.Hamlet, have.Hamlet, &said.Quarter, have.Quarter},
		{&said.Quarter, have.Quarter, &said.Hamlet, have.Hamlet},
		{&said.Building, have.Building, &said.Street, have.Street},
	} {
		if *move.from == "" || move.is != "" || *move.to != "" || move.name == "" {
			continue
		}
		if same, _ := sameName(*move.from, move.name); same {
			*move.to, *move.from = *move.from, ""
		}
	}
	return said
}

// known are the components of the place found that are those of the place asked for: without the flat where it stands for
// all flats of its house, and without the house where it is a neighbour.
func (v *validation) known() registry.Components {
	have := v.best.Components
	switch v.best.MatchLevel {
	case MatchBuilding:
		have.Block, have.Floor, have.Unit = "", "", ""
	case MatchAlley, MatchNearestNumber:
		return registry.Components{Street: have.Street, Hamlet: have.Hamlet, Quarter: have.Quarter}
	case MatchHamlet:
		return registry.Components{Hamlet: have.Hamlet, Quarter: have.Quarter}
	}
	return have
}

// spelling is the issue of a name that is right but for its spelling.
func spelling(f field) IssueCode {
	if f.name == "street" {
		return IssueStreetSpelling
	}
	return f.mismatch
}

// missingField judges a component that the text has and the place found has not.
func (v *validation) missingField(f field, house bool) {
	switch f.name {
	case "hamlet", "quarter", "floor", "block":
		// A house that street and number name already needs none of these; that the registry has none is no contradiction.
		if house && v.best.Components.Street != "" && v.best.Components.HouseNumber != "" {
			return
		}
	case "building":
		if house && v.best.Components.Street != "" && v.best.Components.HouseNumber != "" {
			return
		}
	case "house_number":
		if v.best.Type == TypeHamlet || v.best.Type == TypeBuilding {
			v.issue(IssueNumberNotFound, f.name, v.nearest()...)
			return
		}
		if v.said.Components.Street == "" {
			return // judgeMissing asks for the street
		}
		if v.best.Type != TypeStreet && v.best.Components.Street == "" {
			return // the street is what is not found
		}
	}
	v.issue(f.notFound, f.name, v.nearest()...)
}

// judgeMissing asks for what an address needs and the text does not say.
func (v *validation) judgeMissing(house bool) {
	said := &v.said.Components
	if house {
		return
	}
	switch {
	case v.best.MatchLevel == MatchBuilding:
	case v.best.MatchLevel == MatchHamlet && said.Street == "" && pathText(said) == "":
		v.issue(IssueHouseUndecided, "house_number", v.nearest()...)
	case pathText(said) == "" && said.Building == "":
		v.issue(IssueNumberMissing, "house_number", v.nearest()...)
	case said.Street == "" && said.Hamlet == "" && said.Building == "" && said.Quarter == "":
		v.issue(IssueStreetMissing, "street")
	}
}

// nearest are the registered addresses among the other results: the ones that may be meant.
func (v *validation) nearest() []IssueCandidate {
	var near []*Result
	for i := range v.results.Results {
		r := &v.results.Results[i]
		if r.Address != nil && len(near) < 5 {
			near = append(near, r)
		}
	}
	return v.candidates(near)
}

// flatsOfOneHouse reports whether results are flats at one place, told apart by nothing but unit, floor and block.
func (v *validation) flatsOfOneHouse(ties []*Result) bool {
	return !slices.ContainsFunc(ties, func(r *Result) bool { return r.Address == nil || !sameHouse(r.Address, ties[0].Address) }) &&
		slices.ContainsFunc(ties, func(r *Result) bool { return r.Components.UnitKey() != ties[0].Components.UnitKey() })
}

func sameHouse(a, b *registry.Address) bool {
	same := func(x, y string) bool { ok, _ := sameName(x, y); return ok }
	return a.Commune == b.Commune && geo.Distance(a.Point(), b.Point()) <= samePlaceM &&
		registry.HousePathKey(a.Components.HousePath()) == registry.HousePathKey(b.Components.HousePath()) &&
		same(a.Components.Street, b.Components.Street) && same(a.Components.Building, b.Components.Building)
}

// How far and among how many addresses other flats of a house are looked for.
const (
	flatsRadiusM = 30
	flatsLimit   = 20
)

// judgeUnits asks for the flat where the house found has several and the text names none.
func (v *validation) judgeUnits(ctx context.Context) error {
	said := &v.said.Components
	if v.coded != nil && v.best.Address == v.coded && said.Unit == "" {
		return nil // the code names the flat
	}
	if v.request.Sight.Doors {
		v.judgeDoor()
		return nil
	}
	if v.best.Type == TypeBuilding || v.best.Address != nil && v.best.MatchLevel == MatchBuilding {
		switch {
		case said.Unit != "":
			v.issue(IssueUnitNotFound, "unit", v.nearest()...)
		case v.best.Count > 1 || v.best.Components.Unit != "":
			v.issue(IssueUnitMissing, "unit", v.nearest()...)
		default:
			v.issue(IssueBuildingNotFound, "building", v.nearest()...)
		}
		return nil
	}
	if v.best.Address == nil || v.best.MatchLevel != MatchHouse || said.Unit != "" {
		return nil
	}
	if v.best.Components.Unit == "" {
		if v.best.alone {
			return nil
		}
		near, err := v.svc.Reverse(ctx, v.best.Point, flatsRadiusM, flatsLimit)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(near, func(n registry.Neighbour) bool {
			return n.Address.Components.Unit != "" && sameHouse(n.Address, v.best.Address)
		}) {
			return nil
		}
	}
	v.issue(IssueUnitMissing, "unit")
	return nil
}

// judgeDoor asks for the flat where there are flats, to those who are told no more of them than that.
func (v *validation) judgeDoor() {
	if v.said.Components.Unit != "" {
		return
	}
	building := v.best.Type == TypeBuilding || v.best.Address != nil && v.best.MatchLevel == MatchBuilding
	switch {
	case v.best.Divided || v.best.Address != nil && v.best.MatchLevel == MatchHouse && v.best.Address.Code.IsZero():
		v.issue(IssueUnitMissing, "unit")
	case building:
		v.issue(IssueBuildingNotFound, "building", v.nearest()...)
	}
}
