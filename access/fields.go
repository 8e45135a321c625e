package access

import "slices"

// Field is a part of what is kept of an address that has a visibility of its own.
type Field string

const (
	FieldLine         Field = "line"
	FieldUnit         Field = "unit"
	FieldPosition     Field = "position"
	FieldExternalIDs  Field = "external_ids"
	FieldHistory      Field = "history"
	FieldFlags        Field = "flags"
	FieldObservations Field = "observations"
	FieldProtected    Field = "protected"
	FieldNames        Field = "names"
)

// sight is who sees something: some everywhere, others at home. A registrar is at home in the communes of its key, a household
// at its own address.
type sight struct {
	everywhere []Role
	atHome     []Role
}

func (s sight) allows(r Role, inArea bool) bool {
	return slices.Contains(s.everywhere, r) || inArea && slices.Contains(s.atHome, r)
}

type fieldRule struct {
	field Field
	what  string // in words, for docs/access.md
	sight
}

var (
	whoDeliver  = []Role{RoleCourier, RoleAuditor, RoleAdmin}
	whoSell     = []Role{RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}
	whoOversee  = []Role{RoleAuditor, RoleAdmin}
	localPeople = []Role{RoleRegistrar, RoleHousehold}
	keepersOnly = []Role{RoleRegistrar}
)

// fieldRules is the one matrix of role × field. Public is what the wall of the house shows.
var fieldRules = [...]fieldRule{
	{FieldLine, "code, cell, zone, status, kind, commune, province, postcode, and the line of the address to the house number: house number, alley, street, hamlet, quarter, building, block", sight{everywhere: everyone}},
	{FieldUnit, "unit and floor, and how many units there are", sight{everywhere: whoSell, atHome: localPeople}},
	{FieldPosition, "positions finer than the cell, with source and accuracy", sight{everywhere: whoDeliver, atHome: localPeople}},
	{FieldExternalIDs, "external ids; which ones is decided by scheme, below", sight{everywhere: whoSell, atHome: localPeople}},
	{FieldFlags, "flags", sight{everywhere: whoDeliver, atHome: localPeople}},
	{FieldHistory, "version, times, provenance, commune at issue, and the history", sight{everywhere: whoOversee, atHome: keepersOnly}},
	{FieldObservations, "observations from the door, and reviews", sight{everywhere: whoOversee, atHome: keepersOnly}},
	{FieldProtected, "that a protected address exists at all", sight{everywhere: whoOversee, atHome: keepersOnly}},
	{FieldNames, "names and phones of a household; others only where the household consented, never through an address", sight{atHome: households}},
}

// Sees reports whether a principal sees a field of an address. inArea is whether the address lies in the communes of a
// registrar's key, or is the household's own; it means nothing for others.
func Sees(p Principal, f Field, inArea bool) bool {
	for i := range fieldRules {
		if fieldRules[i].field == f {
			return fieldRules[i].allows(p.Role, inArea)
		}
	}
	return false
}

// schemeRule is who sees the external ids of a scheme.
type schemeRule struct {
	scheme string
	sight
}

// schemeRules name the schemes that parcels are addressed by and that maps are drawn from. Others may be a utility's customer
// number or a tax record, which lead to people: they are for whoever keeps the register.
var schemeRules = [...]schemeRule{
	{"qd392", sight{everywhere: whoSell, atHome: localPeople}},
	{"osm", sight{everywhere: whoSell, atHome: localPeople}},
}

var otherSchemes = sight{everywhere: whoOversee, atHome: keepersOnly}

// SeesScheme reports whether a principal sees the external ids of a scheme of an address; inArea as for Sees.
func SeesScheme(p Principal, scheme string, inArea bool) bool {
	for i := range schemeRules {
		if schemeRules[i].scheme == scheme {
			return schemeRules[i].allows(p.Role, inArea)
		}
	}
	return otherSchemes.allows(p.Role, inArea)
}
