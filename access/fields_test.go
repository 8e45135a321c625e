package access

import (
	"slices"
	"strings"
	"testing"
)

// TestFields spells the whole matrix out: for each role what it sees elsewhere, and then what it sees at home.
func TestFields(t *testing.T) {
	const all = "line unit position external_ids flags history observations protected"
	for role, want := range map[Role][2]string{
		RolePublic:    {"line", "line"},
		RoleHousehold: {"line", "line unit position external_ids flags names"},
		RoleMerchant:  {"line unit external_ids", "line unit external_ids"},
		RoleCourier:   {"line unit position external_ids flags", "line unit position external_ids flags"},
		RoleRegistrar: {"line unit external_ids", all},
		RoleAuditor:   {all, all},
		RoleAdmin:     {all, all},
		"":            {"", ""},
	} {
		for i, inArea := range []bool{false, true} {
			var sees []string
			for _, rule := range fieldRules {
				if Sees(Principal{Role: role}, rule.field, inArea) {
					sees = append(sees, string(rule.field))
				}
			}
			if got := strings.Join(sees, " "); got != want[i] {
				t.Errorf("%s, in area %t: sees %q, want %q", role, inArea, got, want[i])
			}
		}
	}
	if Sees(Principal{Role: RoleAdmin}, "salary", true) {
		t.Error("a field that is none is seen")
	}
}

func TestSchemes(t *testing.T) {
	for scheme, want := range map[string]map[bool][]Role{
		"osm":       {false: {RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}, true: {RoleHousehold, RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}},
		"qd392":     {false: {RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}, true: {RoleHousehold, RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}},
		"evn-meter": {false: {RoleAuditor, RoleAdmin}, true: {RoleRegistrar, RoleAuditor, RoleAdmin}},
		"":          {false: {RoleAuditor, RoleAdmin}, true: {RoleRegistrar, RoleAuditor, RoleAdmin}},
	} {
		for inArea, roles := range want {
			for _, r := range Roles() {
				p := Principal{Role: r}
				if got := SeesScheme(p, scheme, inArea); got != slices.Contains(roles, r) {
					t.Errorf("%s sees ids of %q, in area %t: %t", r, scheme, inArea, got)
				}
				if SeesScheme(p, scheme, inArea) && !Sees(p, FieldExternalIDs, inArea) {
					t.Errorf("%s sees ids of %q, but no external ids", r, scheme)
				}
			}
		}
	}
}
