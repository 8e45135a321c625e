package api

import (
	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// view is what a caller sees of addresses. Every answer that shows one is made by it: what the caller may not see is taken out of
// the address (registry.Sight) before anything is written from it.
type view struct {
	principal access.Principal
	area      registry.Area // of a registrar; nil is everywhere
	own       bool          // only what is the caller's own home is looked at
	sight     registry.Sight
}

// newView makes the view of a principal. area is a registrar's, nil for the whole country.
func newView(p access.Principal, area registry.Area) *view {
	v := &view{principal: p, area: area}
	v.look()
	return v
}

// viewsByRole are the views that do not depend on who it is: all but those of registrars with communes.
var viewsByRole = func() map[access.Role]*view {
	views := map[access.Role]*view{}
	for _, role := range access.Roles() {
		views[role] = newView(access.Principal{Role: role}, nil)
	}
	return views
}()

// atHome is the caller where only its own home is looked at, for a household that reads its own address.
func (c *caller) atHome() *caller {
	home := *c
	home.view = &view{principal: c.Principal, own: true}
	home.view.look()
	return &home
}

// look works out what the registry may tell.
func (v *view) look() {
	v.sight = registry.Sight{
		Doors:     !access.Sees(v.principal, access.FieldUnit, v.own),
		Positions: v.where(access.FieldPosition),
		Protected: v.where(access.FieldProtected),
		Scheme: func(scheme, commune string) bool {
			return v.sees(access.FieldExternalIDs, commune) && access.SeesScheme(v.principal, scheme, v.atHome(commune))
		},
	}
}

// atHome reports whether a commune is one of those that a registrar keeps. Of other roles none has a home among communes.
func (v *view) atHome(commune string) bool {
	return v.own || v.principal.Role == access.RoleRegistrar && (v.area == nil || v.area.Holds(commune))
}

// sees reports whether a field of the addresses in a commune is shown.
func (v *view) sees(f access.Field, commune string) bool {
	return access.Sees(v.principal, f, v.atHome(commune))
}

// where is the area in which a field is shown; nil is everywhere.
func (v *view) where(f access.Field) registry.Area {
	switch {
	case access.Sees(v.principal, f, false), v.area == nil && v.atHome("") && access.Sees(v.principal, f, true):
		return nil
	case v.principal.Role == access.RoleRegistrar && access.Sees(v.principal, f, true):
		return v.area
	}
	return registry.Nowhere{}
}

// tellsMore reports whether the view of addresses in a commune is more than the public one.
func (v *view) tellsMore(commune string) bool {
	for _, f := range [...]access.Field{access.FieldUnit, access.FieldPosition, access.FieldExternalIDs, access.FieldFlags, access.FieldHistory, access.FieldProtected} {
		if v.sees(f, commune) {
			return true
		}
	}
	return false
}

// address is an address as the caller sees it once its code is known, as it is on a date.
func (s *Server) address(c *caller, a *registry.Address, at geo.Date) Address {
	a = c.view.sight.Show(a)
	c.note(a)
	cell, zone := placeOf(a)
	out := Address{
		Code:       codeText(a.Code),
		Status:     Status(a.Status),
		Kind:       Kind(a.Kind),
		Cell:       cell.String(),
		Zone:       zone.String(),
		Components: components(a.Components),
		Label:      s.registry.Label(a, at),
		Division:   divisionOf(s.registry.DivisionOf(a, at)),
	}
	if len(a.Positions) > 0 {
		out.Position = position(a.Positions[0]) // the registry keeps the one that gives the code first
	}
	if len(a.Positions) > 1 {
		for _, p := range a.Positions {
			out.Positions = append(out.Positions, position(p))
		}
	}
	if c.view.sees(access.FieldExternalIDs, a.Commune) {
		out.ExternalIds = externalIDs(a.ExternalIDs)
	}
	out.Flags = c.view.flags(a)
	if c.view.sees(access.FieldHistory, a.Commune) {
		out.Provenance = Provenance{Dataset: a.Provenance.Dataset, Detail: a.Provenance.Detail}
		out.Version, out.CreatedAt, out.UpdatedAt = a.Version, a.CreatedAt.UTC(), a.UpdatedAt.UTC()
		if a.CommuneAtIssue != a.Commune {
			out.CommuneAtIssue = a.CommuneAtIssue
		}
	}
	return out
}

// flags are nil, not empty, for who does not see them.
func (v *view) flags(a *registry.Address) []Flag {
	if !v.sees(access.FieldFlags, a.Commune) {
		return nil
	}
	return flags(a.Flags)
}

// summary is an address in a list, which the registry has made for the caller's sight.
func (s *Server) summary(c *caller, a *registry.Address, at geo.Date) AddressSummary {
	a = c.view.sight.Show(a)
	c.note(a)
	return AddressSummary{Code: codeText(a.Code), Status: Status(a.Status), Kind: Kind(a.Kind), Label: s.registry.Label(a, at)}
}

// feature is an address near a point, which the registry has made for the caller's sight.
func (s *Server) feature(c *caller, n registry.Neighbour, today geo.Date) AddressFeature {
	a := c.view.sight.Show(n.Address)
	c.note(a)
	at, code := a.Point(), codeText(a.Code)
	return AddressFeature{
		Type:     AddressFeatureTypeFeature,
		ID:       code,
		Geometry: Point{Type: PointTypePoint, Coordinates: LonLat{at.Lon(), at.Lat()}},
		Properties: AddressProperties{
			Code: code, DistanceM: roundMetres(n.DistanceM), Label: s.registry.Label(a, today),
			Status: Status(a.Status), Kind: Kind(a.Kind), Components: components(a.Components),
			Division: divisionOf(s.registry.DivisionOf(a, today)), Flags: c.view.flags(a),
		},
	}
}

// codeText is "" for a door, which has no code.
func codeText(code addresscode.Code) string {
	if code.IsZero() {
		return ""
	}
	return code.String()
}

// placeOf are cell and zone of an address; of a door those of its place.
func placeOf(a *registry.Address) (geo.Cell, addresscode.Zone) {
	if !a.Code.IsZero() {
		return geo.Cell(a.Code.Cell()), a.Code.Zone()
	}
	cell, err := a.Point().Cell()
	if err != nil {
		return 0, addresscode.Zone{} // cannot happen: the centre of a cell lies in it
	}
	zone, _ := addresscode.ZoneOf(uint64(cell))
	return cell, zone
}
