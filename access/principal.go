package access

import (
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// Role of a principal.
type Role string

// The roles. Everybody without a key is public. A household signs in with its own token (package people).
const (
	RolePublic    Role = "public"
	RoleMerchant  Role = "merchant"
	RoleCourier   Role = "courier"
	RoleRegistrar Role = "registrar"
	RoleAuditor   Role = "auditor"
	RoleAdmin     Role = "admin"
	RoleHousehold Role = "household"
)

// Roles are all roles, in order of the matrix.
func Roles() []Role {
	return []Role{RolePublic, RoleHousehold, RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}
}

// Principal is who makes a request. The zero Principal is nobody; Public is everybody.
type Principal struct {
	Role      Role
	ID        string   // prefix of the key, id of the household; "" for the public
	Communes  []string // a registrar's communes of today
	Provinces []string // and provinces of today, whole; neither means the whole country
}

// Public is a principal without a key.
var Public = Principal{Role: RolePublic}

// Name is how events and the journal call the principal: "key:7F2KQ9BX", "household:…", "public".
func (p Principal) Name() string {
	switch {
	case p.ID == "":
		return string(p.Role)
	case p.Role == RoleHousehold:
		return "household:" + p.ID
	}
	return "key:" + p.ID
}

// Actor is the principal as the registry knows it. province tells the province of a commune of today, "" for none.
func (p Principal) Actor(province func(commune string) string) registry.Actor {
	actor := registry.Actor{Name: p.Name()}
	if p.Role == RoleRegistrar && len(p.Communes)+len(p.Provinces) > 0 {
		actor.Area = area{p, province}
	}
	return actor
}

type area struct {
	of       Principal
	province func(commune string) string
}

func (a area) Holds(commune string) bool {
	return slices.Contains(a.of.Communes, commune) || slices.Contains(a.of.Provinces, a.province(commune))
}
