package api

import (
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func components(c registry.Components) Components {
	return Components{
		HouseNumber: c.HouseNumber, Alley: c.Alley, Street: c.Street, Hamlet: c.Hamlet, Quarter: c.Quarter,
		Building: c.Building, Block: c.Block, Floor: c.Floor, Unit: c.Unit,
	}
}

func givenComponents(c ComponentsInput) registry.Components {
	return registry.Components{
		HouseNumber: c.HouseNumber, Alley: c.Alley, Street: c.Street, Hamlet: c.Hamlet, Quarter: c.Quarter,
		Building: c.Building, Block: c.Block, Floor: c.Floor, Unit: c.Unit,
	}
}

func position(p registry.TypedPosition) Position {
	return Position{
		Lat: p.Point.Lat(), Lon: p.Point.Lon(),
		Type: ShownPositionType(p.Type), Source: ShownPositionSource(p.Source), AccuracyM: p.AccuracyM,
	}
}

func externalIDs(ids []registry.ExternalID) []ExternalID {
	out := make([]ExternalID, len(ids))
	for i, id := range ids {
		out[i] = ExternalID{
			Scheme: id.Scheme, Value: id.Value, Source: id.Source,
			ValidFrom: id.ValidFrom.String(), ValidTo: id.ValidTo.String(),
		}
	}
	return out
}

func flags(fs []registry.Flag) []Flag {
	out := make([]Flag, len(fs))
	for i, f := range fs {
		out[i] = Flag(f)
	}
	return out
}

func latLon(p geo.Point) LatLon { return LatLon{Lat: p.Lat(), Lon: p.Lon()} }

// divisionRef is a division by its name on a date; zero for nil.
func divisionRef(d *geo.Division, at geo.Date) DivisionRef {
	if d == nil {
		return DivisionRef{}
	}
	name := d.Name(at)
	return DivisionRef{Code: d.Code, Name: name.Name, Type: name.Type, FullName: name.FullName()}
}

func divisionOf(info registry.DivisionInfo) Division {
	return Division{
		Commune:    divisionRef(info.Commune, info.At),
		District:   divisionRef(info.District, info.At),
		Province:   divisionRef(info.Province, info.At),
		PostalCode: info.PostalCode,
	}
}

// divisionAt is the division of a located point; zero for nil.
func divisionAt(l *geo.Location, at geo.Date) Division {
	if l == nil {
		return Division{}
	}
	return Division{
		Commune:    divisionRef(l.Commune, at),
		District:   divisionRef(l.District, at),
		Province:   divisionRef(l.Province, at),
		PostalCode: postcode(l.Commune, at),
	}
}

func postcode(d *geo.Division, at geo.Date) string {
	if d == nil {
		return ""
	}
	return d.Postcode(at)
}

func matchOf(l *geo.Location) Match {
	if l == nil {
		return ""
	}
	return Match(l.Match)
}

// codePlace is where a code points to.
func codePlace(c addresscode.Code, l *geo.Location, at geo.Date) Place {
	return Place{
		Code: c.String(), Cell: geo.Cell(c.Cell()).String(), Zone: c.Zone().String(),
		Centre: latLon(geo.CodeCenter(c)), Division: divisionAt(l, at), Match: matchOf(l),
	}
}

// pointPlace is where a point lies; zero outside the area served.
func pointPlace(p geo.Point, l *geo.Location, at geo.Date) Place {
	cell, err := p.Cell()
	if err != nil {
		return Place{}
	}
	zone, err := addresscode.ZoneOf(uint64(cell))
	if err != nil {
		return Place{}
	}
	return Place{
		Cell: cell.String(), Zone: zone.String(), Centre: latLon(cell.Center()),
		Division: divisionAt(l, at), Match: matchOf(l),
	}
}

func correction(s addresscode.Suggestion) Correction {
	out := Correction{
		Code: s.Code.String(), Kind: mainKind(s.Kinds),
		Kinds: make([]RepairKind, len(s.Kinds)), Changes: make([]Change, len(s.Changes)),
		Redundancy: s.Redundancy, Verified: s.Verified,
	}
	for i, k := range s.Kinds {
		out.Kinds[i] = RepairKind(k)
	}
	for i, c := range s.Changes {
		out.Changes[i] = Change{At: c.At, From: c.From, To: c.To}
	}
	return out
}

// mainKind is the repair that says most: any other one before the filling in of unreadable symbols.
func mainKind(kinds []addresscode.Kind) RepairKind {
	for _, k := range kinds {
		if k != addresscode.KindErasure {
			return RepairKind(k)
		}
	}
	return RepairKindErasure
}

func (s *Server) divisionItem(d *geo.Division, at geo.Date) DivisionItem {
	name := d.Name(at)
	return DivisionItem{
		Level: Level(d.Level), Code: d.Code,
		Name: name.Name, Type: name.Type, FullName: name.FullName(),
		ValidFrom: d.ValidFrom.String(), ValidTo: d.ValidTo.String(),
		Parent: d.Parent, Province: s.provinceOf(d, at),
		PostalCode: d.Postcode(at), PostalPrefixes: d.PostcodePrefixes,
		Aliases: d.Aliases,
	}
}

// provinceOf is the province of a division below it; zero for a province.
func (s *Server) provinceOf(d *geo.Division, at geo.Date) DivisionRef {
	if d.Level == geo.LevelProvince {
		return DivisionRef{}
	}
	p, err := s.registry.Divisions().Get(geo.LevelProvince, d.Province, at)
	if err != nil {
		return DivisionRef{}
	}
	return divisionRef(p, at)
}

// predecessors and successors name the other unit as it was last, and as it is first.
func (s *Server) predecessors(relations []geo.Relation) []DivisionRelation {
	out := make([]DivisionRelation, len(relations))
	for i, r := range relations {
		out[i] = DivisionRelation{Kind: RelationKind(r.Kind), FullName: r.FromName, Note: r.Note}
		if r.From != nil {
			s.nameRelation(&out[i], r.From, r.From.Names[len(r.From.Names)-1].From)
		}
	}
	return out
}

func (s *Server) successors(relations []geo.Relation) []DivisionRelation {
	out := make([]DivisionRelation, len(relations))
	for i, r := range relations {
		out[i] = DivisionRelation{Kind: RelationKind(r.Kind), Note: r.Note}
		s.nameRelation(&out[i], r.To, r.To.ValidFrom)
	}
	return out
}

func (s *Server) nameRelation(out *DivisionRelation, d *geo.Division, at geo.Date) {
	out.Level, out.Code, out.FullName = Level(d.Level), d.Code, d.Name(at).FullName()
	out.Province = s.provinceOf(d, at)
}
