package geocode

import (
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// judgeNames gives commune, district and province their status.
func (v *validation) judgeNames() {
	if v.best == nil {
		v.partsUnknown(Reading{})
		if v.coded == nil && !v.has(IssueAdminNotFound) {
			v.nothing()
		}
		return
	}
	reading := v.best.Reading
	if reading.Commune == nil && reading.District == nil && reading.Province == nil {
		reading = v.said.Reading
	}
	reading = v.asGiven(reading)
	v.partsUnknown(reading)
	v.judgeCommune(reading)
	v.judgeDistrict(reading)
	v.judgeProvince(reading)
	v.judgePostcode()
}

// nothing says which part of a text that means nothing is the likeliest cause.
func (v *validation) nothing() {
	if len(v.results.Hypotheses) > 0 {
		h := v.results.Hypotheses[0]
		v.Unmatched = spanTexts(h.Unmatched)
		switch {
		case h.Reading.Commune == nil && h.Reading.District == nil && h.Reading.Province == nil:
			v.issue(IssueAdminNotFound, "commune")
		case h.Components.Street != "":
			v.issue(IssueStreetNotFound, "street")
		}
	}
	if len(v.Issues) == 0 {
		v.issue(IssueAdminNotFound, "commune")
	}
	if len(v.Unmatched) > 0 {
		v.issue(IssueUnmatched, "")
	}
}

func spanTexts(spans []Span) []string {
	var texts []string
	for _, s := range spans {
		if vntext.Fold(s.Text) != "" {
			texts = append(texts, strings.TrimSpace(s.Text))
		}
	}
	return texts
}

// asGiven is the reading, or another one to the same place that has the commune where one was given by name: "Hai Bà Trưng"
// alone may be a commune or a district, given as the commune it is one.
func (v *validation) asGiven(reading Reading) Reading {
	if v.request.Text != "" || vntext.Fold(v.request.Commune) == "" || reading.Commune != nil {
		return reading
	}
	for _, h := range v.results.Hypotheses {
		if h.Reading.Commune != nil && v.best.Commune != nil && leadsTo(h.Reading, v.best.Commune) {
			return h.Reading
		}
	}
	return reading
}

// partsUnknown finds the divisions that were given by name and that no reading has.
func (v *validation) partsUnknown(reading Reading) {
	if v.best == nil && len(v.results.Hypotheses) > 0 {
		reading = v.results.Hypotheses[0].Reading
	}
	for _, part := range []struct {
		name, given string
		read        *geo.Division
	}{{"commune", v.request.Commune, reading.Commune}, {"district", v.request.District, reading.District}, {"province", v.request.Province, reading.Province}} {
		if vntext.Fold(part.given) != "" && v.request.Text == "" && part.read == nil {
			v.issue(IssueAdminNotFound, part.name)
			v.component(JudgedComponent{Name: part.name, Value: vntext.Clean(part.given), Status: Unconfirmed})
		}
	}
}

func (v *validation) judgeCommune(r Reading) {
	commune := v.best.Commune
	if v.best.Type == TypeCommune && v.best.Division != nil {
		commune = v.best.Division
	}
	if r.Commune == nil {
		if commune != nil {
			v.component(JudgedComponent{Name: "commune", Value: fullName(commune, v.today), Status: Inferred})
		}
		if !v.settled && !v.has(IssueAdminNotFound) {
			v.issue(IssueAdminMissing, "commune")
		}
		return
	}
	c := JudgedComponent{Name: "commune", Status: Confirmed}
	old := !r.Commune.ExistsAt(v.today)
	named := fullName(r.Commune, v.today)
	if commune != nil {
		c.Value = fullName(commune, v.today)
	}
	switch {
	case commune == nil:
		c.Value, c.Status = named, Unconfirmed
		v.dividedIssue(r)
	case !leadsTo(r, commune):
		c.Status, c.Given = Unexpected, named
		v.issue(IssueWardMismatch, "commune", v.communes(r)...)
	case old:
		c.Status, c.Former, c.Given = Replaced, named, r.CommuneSpan.Text
		v.issue(IssueAdminOldName, "commune")
		if v.best.Division != nil { // a registered street, building or house lies in one commune; ties are issues already
			v.dividedIssue(r)
		}
	case r.CommuneStatus == Replaced:
		c.Status, c.Given = Replaced, r.CommuneSpan.Text
		v.issue(IssueAdminOldName, "commune")
	}
	if c.Status != Unexpected && commune != nil && !v.settled {
		if others := v.namesakes(r, commune); len(others) > 0 {
			v.issue(IssueWardAmbiguous, "commune", others...)
		}
	}
	if r.CommuneStatus == SpellCorrected {
		if c.Status == Confirmed {
			c.Status, c.Given = SpellCorrected, r.CommuneSpan.Text
		}
		v.issue(IssueAdminSpelling, "commune")
	}
	v.component(c)
}

// asLikely is how much less than a reading another one may score and still be what people can mean.
const asLikely = 0.1

// namesakes are communes that the text names as well as the one it was taken for, and that lie elsewhere: an old unit whose
// name another new one bears, or wards of one number. Only the larger units tell them apart. What is called so today is meant
// before what was.
func (v *validation) namesakes(r Reading, commune *geo.Division) []IssueCandidate {
	var out []IssueCandidate
	for _, h := range v.results.Hypotheses {
		other := h.Reading
		if other.Commune == nil || other.Commune == r.Commune || r.Commune.ExistsAt(v.today) && !other.Commune.ExistsAt(v.today) || other.Score < r.Score-asLikely || leadsTo(other, commune) ||
			r.District != nil && other.District == nil || r.Province != nil && other.Province == nil ||
			other.CommuneSpan.Text != r.CommuneSpan.Text || other.CommuneStatus == SpellCorrected && r.CommuneStatus != SpellCorrected {
			continue
		}
		for _, c := range other.Communes {
			out = append(out, IssueCandidate{Label: v.divisionLabel(c.Commune), Division: c.Commune, DistanceM: -1})
		}
	}
	return out
}

// dividedIssue asks which successor of a divided unit is meant, unless everybody who lived there went to one.
func (v *validation) dividedIssue(r Reading) {
	if !divided(r) || v.settled || v.has(IssueAdminDivided) {
		return
	}
	for _, c := range r.Communes {
		if k := c.Relation; k != nil && (k.Kind == geo.RelationAllPopulation || k.Kind == geo.RelationFull) {
			return
		}
	}
	v.issue(IssueAdminDivided, "commune", v.communes(r)...)
}

// communes are the communes of today that a reading can mean.
func (v *validation) communes(r Reading) []IssueCandidate {
	out := make([]IssueCandidate, 0, len(r.Communes))
	for _, c := range r.Communes {
		candidate := IssueCandidate{Label: v.divisionLabel(c.Commune), Division: c.Commune, DistanceM: -1}
		if c.Relation != nil {
			candidate.Relation = c.Relation.Kind
		}
		out = append(out, candidate)
	}
	return out
}

func (v *validation) divisionLabel(d *geo.Division) string {
	label := fullName(d, v.today)
	if d.Level == geo.LevelProvince {
		return label
	}
	if p, err := v.svc.Divisions().Get(geo.LevelProvince, d.Province, v.today); err == nil {
		label += ", " + fullName(p, v.today)
	}
	return label
}

func leadsTo(r Reading, commune *geo.Division) bool {
	if r.Commune == commune {
		return true
	}
	for _, c := range r.Communes {
		if c.Commune == commune {
			return true
		}
	}
	return false
}

func (v *validation) judgeDistrict(r Reading) {
	if r.District == nil {
		return
	}
	name := fullName(r.District, v.today)
	status := Replaced
	if commune := v.best.Commune; commune != nil && !v.hasDistrict(commune, r.District) {
		status = Unexpected
		v.issue(IssueWardMismatch, "district")
	}
	v.component(JudgedComponent{Name: "district", Value: name, Status: status})
	v.issue(IssueDistrictAbolish, "district")
	if r.DistrictStatus == SpellCorrected {
		v.issue(IssueAdminSpelling, "district")
	}
}

// hasDistrict reports whether some of a former district went into a commune of today.
func (v *validation) hasDistrict(commune, district *geo.Division) bool {
	for _, rel := range v.svc.Divisions().Successors(district) {
		if rel.To == commune {
			return true
		}
	}
	return false
}

func (v *validation) judgeProvince(r Reading) {
	province := v.province()
	if province == nil && r.Province == nil {
		return
	}
	c := JudgedComponent{Name: "province", Status: Inferred}
	if province != nil {
		c.Value = fullName(province, v.today)
	}
	if p := r.Province; p != nil {
		c.Status = Confirmed
		named := fullName(p, v.today)
		switch {
		case p == province || province != nil && p.Code == province.Code && named == c.Value:
		case province != nil && !v.provinceLeadsTo(p, province):
			c.Status, c.Given = Unexpected, named
			v.issue(IssueWardMismatch, "province")
		case !p.ExistsAt(v.today):
			c.Status, c.Former, c.Given = Replaced, named, r.ProvinceSpan.Text
			v.issue(IssueAdminOldName, "province")
		}
		if r.ProvinceStatus == SpellCorrected {
			if c.Status == Confirmed {
				c.Status, c.Given = SpellCorrected, r.ProvinceSpan.Text
			}
			v.issue(IssueAdminSpelling, "province")
		}
		if c.Value == "" {
			c.Value = named
		}
	}
	v.component(c)
}

func (v *validation) provinceLeadsTo(old, now *geo.Division) bool {
	for _, rel := range v.svc.Divisions().Successors(old) {
		if rel.To == now {
			return true
		}
	}
	return false
}

// province is today's province of the place found.
func (v *validation) province() *geo.Division {
	switch {
	case v.best.Division != nil && v.best.Division.Level == geo.LevelProvince:
		return v.best.Division
	case v.best.Commune != nil:
		if p, err := v.svc.Divisions().Get(geo.LevelProvince, v.best.Commune.Province, v.today); err == nil {
			return p
		}
	}
	return nil
}

func (v *validation) judgePostcode() {
	given := v.request.Postcode
	if given == "" {
		given = v.said.Postcode
	}
	if given == "" || v.best.Commune == nil {
		return
	}
	have := v.best.Commune.Postcode(v.today)
	c := JudgedComponent{Name: "postal_code", Value: have, Status: Confirmed}
	if have != given {
		c.Status, c.Given = Replaced, given
		v.issue(IssuePostcodeMismatch, "postal_code")
	}
	v.component(c)
}

func fullName(d *geo.Division, at geo.Date) string { return d.Name(at).FullName() }

// fill sets what the verdict says of the place found.
func (v *validation) fill() {
	best := v.best
	v.Granularity = best.MatchLevel
	if best.MatchLevel == MatchCode { // found by what is no address: a position, a code or an external id among the parts
		v.Granularity = GranularityNone
		if best.Commune != nil {
			v.Granularity = MatchCommune
		}
	}
	shown := v.known()
	if best.MatchLevel == MatchBuilding && v.has(IssueUnitMissing) && v.said.Components.Unit == "" && shown.HouseNumber != "" && pathText(&v.said.Components) != "" {
		v.Granularity = MatchHouse
	}
	switch {
	case best.Address != nil && best.MatchLevel == MatchHouse:
		if !v.hasTie() {
			v.Address = best.Address
		}
		if best.Components.Unit != "" && v.said.Components.Unit != "" {
			v.Granularity = GranularityUnit
		}
		if best.Address.Status != registry.StatusActive {
			v.issue(IssueRetired, "", v.heirCandidates()...)
		}
	case best.MatchLevel == MatchNearestNumber || best.MatchLevel == MatchAlley:
		if best.MatchLevel == MatchNearestNumber {
			v.Granularity = MatchStreet
		}
		shown = v.said.Components // as it was asked for; only the street is known to be right
		shown.Street = best.Components.Street
	}
	point := best.Point
	v.Point, v.AccuracyM, v.From = &point, best.AccuracyM, best.Address
	commune := ""
	if best.Commune != nil {
		commune = best.Commune.Code
	}
	v.Divisions = v.svc.DivisionOf(&registry.Address{Commune: commune}, v.today)
	if v.Divisions.Province == nil {
		v.Divisions.Province = v.province()
	}
	if commune != "" {
		v.Current = v.svc.Label(&registry.Address{Components: shown, Commune: commune}, v.today)
	} else {
		v.Current = best.Label
	}
	v.fillFormer(shown, commune)
}

// fillFormer sets the form before 2025-07-01: with the former units that the text names, else with those that are certain.
func (v *validation) fillFormer(shown registry.Components, commune string) {
	v.Old = registry.DivisionInfo{At: lastOldDay}
	if commune != "" {
		v.Old = v.svc.DivisionOf(&registry.Address{Commune: commune}, lastOldDay)
	}
	ds := v.svc.Divisions()
	if r := v.best.Reading; r.Commune != nil && r.Commune.ExistsAt(lastOldDay) && leadsTo(r, v.best.Commune) {
		v.Old.Commune = r.Commune
		v.Old.District, _ = ds.Get(geo.LevelDistrict, r.Commune.Parent, lastOldDay)
		v.Old.Province, _ = ds.Get(geo.LevelProvince, r.Commune.Province, lastOldDay)
	} else if r.District != nil && v.Old.District == nil && r.District.ExistsAt(lastOldDay) {
		v.Old.District = r.District
		v.Old.Province, _ = ds.Get(geo.LevelProvince, r.District.Province, lastOldDay)
	}
	if v.Old.Commune == nil {
		return
	}
	parts := []string{}
	if below := v.svc.Label(&registry.Address{Components: shown}, v.today); below != "" {
		parts = append(parts, below)
	}
	for _, d := range []*geo.Division{v.Old.Commune, v.Old.District, v.Old.Province} {
		if d != nil {
			parts = append(parts, fullName(d, lastOldDay))
		}
	}
	v.Former = strings.Join(parts, ", ")
}

// hasTie reports whether it stayed open which of several addresses is meant.
func (v *validation) hasTie() bool {
	return v.has(IssueAmbiguous) || v.flatsOpen()
}

// flatsOpen reports whether the house is found but not which of its flats.
func (v *validation) flatsOpen() bool {
	return v.has(IssueUnitMissing) && v.best.Components.Unit != ""
}
