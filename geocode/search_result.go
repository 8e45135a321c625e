package geocode

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// finish ranks what was found, reads the addresses of the best and describes them.
func (s *search) finish(results *Results) error {
	best := s.distinct()
	results.Results = make([]Result, 0, len(best))
	for _, c := range best {
		res, ok, err := s.result(c)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if !s.q.takes(res.Point, res.Commune) && !(res.Commune == nil && res.Division != nil && s.q.takesDivision(res)) {
			s.filtered = true
			continue
		}
		if s.q.Sight.Doors && slices.ContainsFunc(results.Results, func(have Result) bool { return sameDoor(&res, &have) }) {
			continue
		}
		res.plain = res.Score
		if c.many != 0 {
			res.plain /= c.many
		}
		res.Score, res.plain = math.Round(min(res.Score, 1)*1e4)/1e4, math.Round(min(res.plain, 1)*1e4)/1e4
		results.Results = append(results.Results, res)
	}
	slices.SortStableFunc(results.Results, func(a, b Result) int { return s.order(&a, &b) })
	if len(results.Results) > s.q.Limit {
		results.Results = results.Results[:s.q.Limit]
	}
	if len(results.Results) == 0 {
		results.Reason = ReasonNoMatch
		if s.filtered {
			results.Reason = ReasonFiltered
		}
	}
	return nil
}

// sameDoor reports a door of flats that is there already, as such or as an address of its own.
func sameDoor(res, have *Result) bool {
	return res.Address != nil && res.Address.Code.IsZero() && have.Address != nil && have.Address.SameDoor(res.Address)
}

// order sorts by score. What scores the same keeps an order that says nothing: near first, then many addresses, then by code.
func (s *search) order(a, b *Result) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c
	}
	if s.q.Near != nil {
		if c := cmp.Compare(geo.Distance(*s.q.Near, a.Point), geo.Distance(*s.q.Near, b.Point)); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(b.Count, a.Count); c != 0 {
		return c
	}
	if a.Address != nil && b.Address != nil {
		return cmp.Compare(a.Address.Code.Key(), b.Address.Code.Key())
	}
	return 0
}

// takesDivision lets a province or district through when the filter lies in it or is it.
func (q *Query) takesDivision(res Result) bool {
	if q.Box != nil && !q.Box.Contains(res.Point) || q.Commune != "" {
		return false
	}
	return q.Province == "" || res.Division.Code == q.Province
}

// distinct returns the best candidate for each address, place and division, best first, a few more than asked for: the last
// evidence can change their order.
func (s *search) distinct() []candidate {
	slices.SortStableFunc(s.found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	type identity struct {
		slot     int32
		key      uint64
		division *geo.Division
	}
	seen := map[identity]bool{}
	var best []candidate
	for _, c := range s.found {
		if c.score < worthShowing*s.found[0].score {
			break
		}
		id := identity{c.slot, c.key, c.division}
		if c.key != 0 {
			id.slot = 0
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		best = append(best, c)
		if len(best) >= s.q.Limit+10 {
			break
		}
	}
	return best
}

// result describes a candidate; false when its address is gone.
func (s *search) result(c candidate) (Result, bool, error) {
	h := &s.hypotheses[c.hypothesis]
	res := Result{
		Score: c.score, MatchLevel: c.match, Hypothesis: c.hypothesis, Reading: h.Reading, Unmatched: h.Unmatched,
		ComponentStatus: map[string]Status{},
	}
	switch {
	case c.division != nil:
		s.describeDivision(&res, c)
		return res, true, nil
	case c.key == 0:
		s.describePlace(&res, c)
	default:
		code, err := addresscode.FromKey(c.key)
		if err != nil {
			return res, false, nil
		}
		a, err := s.q.Sight.Read(s.r, code)
		if registry.CodeOf(err) == registry.CodeNotFound {
			return res, false, nil
		}
		if err != nil {
			return res, false, err
		}
		s.e.describeAddress(&res, s.q.Sight.List(a), s.q.At)
		res.alone = c.alone
		if c.match != MatchHouse {
			res.CoordinateLevel = CoordinateNearby
		}
	}
	s.compare(&res, c, h)
	return res, true, nil
}

// describeAddress fills in what an address says of itself.
func (e *Engine) describeAddress(res *Result, a *registry.Address, at geo.Date) {
	res.Address, res.Type = a, TypeHouse
	res.Point, res.Components = a.Point(), a.Components
	res.Label = e.svc.Label(a, at)
	res.CoordinateLevel = CoordinateEntrance
	if len(a.Positions) > 0 {
		res.CoordinateLevel, res.AccuracyM = string(a.Positions[0].Type), a.Positions[0].AccuracyM
	}
	if d, err := e.svc.Divisions().Get(geo.LevelCommune, a.Commune, geo.Today()); err == nil {
		res.Commune = d
	}
}

func (s *search) describePlace(res *Result, c candidate) {
	d := &s.e.index.docs[c.slot]
	commune := s.e.index.communes.communes[d.commune]
	res.Commune, res.Point, res.AccuracyM, res.Count, res.Divided = commune, d.centre, math.Ceil(float64(d.radius)), int64(d.count), c.divided
	if s.q.Sight.Doors {
		res.Count = 0
	}
	if s.q.Sight.Positions != nil { // to the metre it would tell where a lone house stands in its cell
		res.AccuracyM = 10 * math.Ceil((float64(d.radius)+registry.CellAccuracyM)/10)
	}
	switch d.kind {
	case registry.PlaceStreet:
		res.Type, res.CoordinateLevel = TypeStreet, CoordinateStreet
		res.Components.Alley, res.Components.Street = splitAlleys(d.name)
	case registry.PlaceBuilding:
		res.Type, res.CoordinateLevel, res.Components.Building = TypeBuilding, CoordinateBuilding, d.name
	case registry.PlaceHamlet:
		res.Type, res.CoordinateLevel, res.Components.Hamlet = TypeHamlet, CoordinateHamlet, d.name
	case registry.PlaceQuarter:
		res.Type, res.CoordinateLevel, res.Components.Quarter = TypeHamlet, CoordinateHamlet, d.name
	}
	like := registry.Address{Components: res.Components, Commune: commune.Code}
	res.Label = s.e.svc.Label(&like, s.q.At)
}

func (s *search) describeDivision(res *Result, c candidate) {
	t := s.e.index.communes
	res.Division = c.division
	at := t.centre(c.division)
	res.Point, res.AccuracyM = at.point, math.Ceil(at.radiusM)
	res.CoordinateLevel = string(c.division.Level)
	res.Label = s.e.divisionLabel(c.division, s.q.At)
	switch c.division.Level {
	case geo.LevelCommune:
		res.Type, res.Commune = TypeCommune, c.division
	case geo.LevelDistrict:
		res.Type = TypeDistrict
	case geo.LevelProvince:
		res.Type = TypeProvince
	}
	s.divisionStatus(res, &s.hypotheses[c.hypothesis].Reading)
	components := &s.hypotheses[c.hypothesis].Components
	for i, text := range textsOf(components) {
		if text != "" {
			res.ComponentStatus[componentNames[i]] = Unconfirmed
		}
	}
}

// divisionLabel is a division with those above it.
func (e *Engine) divisionLabel(d *geo.Division, at geo.Date) string {
	if !d.ExistsAt(at) {
		at = geo.Today()
		if !d.ExistsAt(at) {
			at = d.ValidTo - 1
		}
	}
	label := d.Name(at).FullName()
	for d.Level != geo.LevelProvince {
		level, _ := geo.LevelOf(d.Parent)
		parent, err := e.svc.Divisions().Get(level, d.Parent, at)
		if err != nil {
			break
		}
		d = parent
		label += ", " + d.Name(at).FullName()
	}
	return label
}

// componentNames are the names of components that ComponentStatus uses, in the order of textsOf.
var componentNames = [...]string{"house_number", "alley", "street", "hamlet", "quarter", "building", "block", "floor", "unit"}

func textsOf(c *registry.Components) [len(componentNames)]string {
	return [...]string{c.HouseNumber, strings.Join(c.Alley, "/"), c.Street, c.Hamlet, c.Quarter, c.Building, c.Block, c.Floor, c.Unit}
}

// Contradictions and their price.
const (
	worthContradicted = 0.93 // a component below the street says something else
	worthTypo         = 0.05 // of a name, at most
	worthShowing      = 0.40 // of the best result's score: what is less says nothing beside it
)

// compare says of every component how it came about, and lowers the score of what contradicts the text.
func (s *search) compare(res *Result, c candidate, h *Hypothesis) {
	s.divisionStatus(res, &h.Reading)
	asked, has := textsOf(&h.Components), textsOf(&res.Components)
	for i, name := range componentNames {
		text, registered := asked[i], has[i]
		switch {
		case text == "" && registered == "":
		case text == "":
			res.ComponentStatus[name] = Inferred
		case name == "house_number" || name == "alley":
			res.ComponentStatus[name] = Unconfirmed
			if c.match == MatchHouse || name == "alley" && c.match == MatchStreet && sameAlley(text, registered) {
				res.ComponentStatus[name] = Confirmed
			}
		case name == string(c.sought.kind):
			res.ComponentStatus[name] = Confirmed
			if c.similarity < 0.99 {
				res.ComponentStatus[name] = SpellCorrected
			}
		case registered == "":
			res.ComponentStatus[name] = Unconfirmed
		case sameComponent(name, text, registered):
			res.ComponentStatus[name] = Confirmed
		case name == "street" || name == "hamlet" || name == "quarter" || name == "building":
			res.ComponentStatus[name] = Unexpected
			res.Score *= worthContradicted
		case name == "unit" || name == "floor" || name == "block":
			res.ComponentStatus[name] = Unexpected
			res.Score *= worthContradicted * worthContradicted
		}
	}
}

func sameComponent(name, a, b string) bool {
	switch name {
	case "unit":
		x, y := registry.Components{Unit: a}, registry.Components{Unit: b}
		return x.UnitKey() == y.UnitKey()
	case "floor":
		x, y := registry.Components{Floor: a}, registry.Components{Floor: b}
		return x.UnitKey() == y.UnitKey()
	case "block":
		x, y := registry.Components{Block: a}, registry.Components{Block: b}
		return x.UnitKey() == y.UnitKey()
	}
	kind := registry.PlaceKind(name)
	for _, x := range canonicalNames(kind, a) {
		if slices.Contains(canonicalNames(kind, b), x) {
			return true
		}
	}
	return false
}

// divisionStatus says how commune, district and province of a result stand to what the text names.
func (s *search) divisionStatus(res *Result, r *Reading) {
	set := func(level string, named *geo.Division, status Status, holds bool) {
		switch {
		case named == nil:
			if level != "district" {
				res.ComponentStatus[level] = Inferred
			}
		case !holds:
			res.ComponentStatus[level] = Unexpected
		case status == "":
			res.ComponentStatus[level] = Confirmed
		default:
			res.ComponentStatus[level] = status
		}
	}
	if res.Commune == nil {
		set("commune", r.Commune, r.CommuneStatus, true)
		set("district", r.District, r.DistrictStatus, true)
		set("province", r.Province, r.ProvinceStatus, true)
		return
	}
	among := false
	status := r.CommuneStatus
	for _, c := range r.Communes {
		if c.Commune == res.Commune {
			among = true
			if c.Relation != nil || r.Commune != nil && r.Commune != res.Commune {
				status = Replaced
			}
		}
	}
	set("commune", r.Commune, status, among)
	t := s.e.index.communes
	if d := r.District; d != nil {
		set("district", d, cmp.Or(r.DistrictStatus, Replaced), slices.Contains(t.communesOf(d), res.Commune))
	}
	if p := r.Province; p != nil {
		holds, status := p.Code == res.Commune.Province && p.ExistsAt(geo.Today()), r.ProvinceStatus
		if !p.ExistsAt(geo.Today()) {
			for _, rel := range t.divisions.Successors(p) {
				holds = holds || rel.To.Code == res.Commune.Province
			}
			if now, err := t.divisions.Get(geo.LevelProvince, res.Commune.Province, geo.Today()); err == nil && now.Name(geo.Today()).Name != p.Name(p.ValidTo-1).Name {
				status = Replaced
			}
		}
		set("province", p, status, holds)
	} else {
		set("province", nil, "", true)
	}
}

// accentAgreement lowers the score of a name whose diacritics contradict those of the text. Text without any says nothing.
func accentAgreement(text, name string) float64 {
	if text == name {
		return 1
	}
	asked, has := strings.Fields(strings.ToLower(vntext.Normal(text))), strings.Fields(strings.ToLower(vntext.Normal(name)))
	wrong := 0
	for i := 1; i <= min(len(asked), len(has)); i++ { // from the end: the word in front may be missing
		a, b := asked[len(asked)-i], has[len(has)-i]
		if a != b && vntext.Fold(a) != a && vntext.Fold(a) == vntext.Fold(b) {
			wrong++
		}
	}
	return 1 - worthTypo*float64(min(wrong, 2))/2
}
