package registry

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// CommuneToleranceM is how far outside its commune's drawn border a position may lie when the caller names the commune:
// border lines are generalised, and people know where they live.
const CommuneToleranceM = 100.0

// prepared is a request with everything done that needs no transaction.
type prepared struct {
	AssignRequest
	by       Actor
	point    geo.Point
	search   codeRequest
	commune  string
	flags    []Flag
	key      string             // normal form of the components, "" for none
	likeness []uint64           // to look for duplicates under; the first one is stored
	except   []addresscode.Code // addresses that are no duplicates of it
	full     *fullCells         // full cells that its own transaction knows of; nil for those of the service
	idemName string             // "" for none
	idemHash [sha256.Size]byte
}

// prepare checks a request and works out where it lies.
func (s *Service) prepare(by Actor, r AssignRequest) (*prepared, error) {
	r = r.normalise()
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if err := s.checkNumbers(r.ExternalIDs); err != nil {
		return nil, err
	}
	p := &prepared{}
	if r.IdempotencyKey != "" {
		// the actor's name holds no line break, so that names cannot run into each other
		p.idemName = by.Name + "\n" + r.IdempotencyKey
		var err error
		if p.idemHash, err = r.hash(); err != nil {
			return nil, err
		}
	}
	r.Positions = codePositionFirst(r.Positions)
	p.AssignRequest, p.by = r, by
	p.point = r.Positions[0].Point
	cell, err := p.point.Cell()
	if err != nil {
		return nil, err
	}
	p.search = codeRequest{cell: cell, point: p.point, footprint: r.Footprint}
	if p.commune, p.flags, err = s.communeFor(p.point, r.CommuneCode, geo.Today()); err != nil {
		return nil, err
	}
	if err := by.may(p.commune); err != nil {
		return nil, err
	}
	if p.key = r.Components.likeKey(); p.key == "" {
		p.likeness = []uint64{noLikeness}
		return p, nil
	}
	zonesOf := likenessZones
	if r.OnDuplicate == AllowDuplicate { // nobody will look for duplicates
		zonesOf = ownLikenessZone
	}
	zones, err := zonesOf(p.point)
	if err != nil {
		return nil, err
	}
	for _, zone := range zones {
		p.likeness = append(p.likeness, likeness(zone, p.key))
	}
	return p, nil
}

// hash tells requests apart that come under one idempotency key. Where a request was read from is no part of what it
// asks for: the same row of a file with another name is the same request.
func (r AssignRequest) hash() ([sha256.Size]byte, error) {
	r.IdempotencyKey = ""
	r.Provenance = Provenance{}
	text, err := json.Marshal(r)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash request: %w", err)
	}
	return sha256.Sum256(text), nil
}

// communeFor returns the commune of a point and what there is to remark about it. A given commune is taken when the
// point lies at most CommuneToleranceM outside it.
func (s *Service) communeFor(p geo.Point, given string, at geo.Date) (string, []Flag, error) {
	at = max(at, reorganised)
	loc, err := s.locator.Locate(p, at)
	if err != nil {
		return "", nil, err
	}
	if loc.Commune == nil {
		return "", nil, fmt.Errorf("the divisions of %s hold no single commune for a point", at)
	}
	var flags []Flag
	if f := matchFlag(loc.Match); f != "" {
		flags = append(flags, f)
	}
	if given == "" || given == loc.Commune.Code {
		return loc.Commune.Code, flags, nil
	}
	named, err := s.divisions.Get(geo.LevelCommune, given, at)
	if err != nil {
		return "", nil, s.unknownCommune(given, loc, at)
	}
	metres, err := s.locator.CommuneDistance(p, given)
	if err != nil {
		return "", nil, err
	}
	if metres > CommuneToleranceM {
		return "", nil, &Error{Code: CodeCommuneMismatch, Field: "commune_code", Location: &loc,
			Message: fmt.Sprintf("%s %s is %s away from the position", given, named.Name(at).FullName(), roundMetres(metres)),
			Hint:    fmt.Sprintf("the position lies in %s; give that code, none, or another position", s.describeCommune(loc, at))}
	}
	return given, append([]Flag{FlagCommuneGiven}, flags...), nil
}

// Since reorganised, communes lie in provinces without districts between; addresses hold the codes since then.
const (
	lastOldDay  geo.Date = 2025_06_30
	reorganised geo.Date = 2025_07_01
)

func matchFlag(m geo.Match) Flag {
	switch m {
	case geo.MatchOffCoast:
		return FlagOffCoast
	case geo.MatchOffBorder:
		return FlagOffBorder
	case geo.MatchSpecialWater:
		return FlagSpecialWater
	}
	return ""
}

// unknownCommune explains a commune code that no commune has; often it is one from before 2025-07-01.
func (s *Service) unknownCommune(given string, loc geo.Location, at geo.Date) error {
	e := invalid("commune_code", "no commune has the code "+given, "the position lies in "+s.describeCommune(loc, at))
	e.Location = &loc
	old, err := s.divisions.Get(geo.LevelCommune, given, lastOldDay)
	if err != nil {
		return e
	}
	var now []string
	for _, rel := range s.divisions.Successors(old) {
		now = append(now, rel.To.Code+" "+rel.To.Name(at).FullName())
	}
	e.Message = fmt.Sprintf("%s was %s until 2025-06-30", given, old.Name(old.ValidFrom).FullName())
	if len(now) > 0 {
		e.Message += ", today " + strings.Join(now, ", ")
	}
	return e
}

func (s *Service) describeCommune(loc geo.Location, at geo.Date) string {
	text := loc.Commune.Code + " " + loc.Commune.Name(at).FullName()
	if loc.Province != nil {
		text += ", " + loc.Province.Name(at).FullName()
	}
	return text
}

func roundMetres(m float64) string {
	if m < 1000 {
		return fmt.Sprintf("%.0f m", m)
	}
	return fmt.Sprintf("%.1f km", m/1000)
}
