package geo

import (
	"fmt"
)

// calendar knows the divisions of the drawn communes, today and before.
type calendar struct {
	divisions *Divisions
	communes  []*Division // by number
	provinces []*Division
}

// newCalendar looks up the communes that are drawn: the latest lifespan of each code.
func newCalendar(codes []string, ds *Divisions) (*calendar, error) {
	c := &calendar{divisions: ds}
	for _, code := range codes {
		commune, err := ds.Get(LevelCommune, code, Today())
		if err != nil {
			return nil, fmt.Errorf("commune %s has a boundary: %w", code, err)
		}
		province, err := ds.Get(LevelProvince, commune.Province, commune.ValidFrom)
		if err != nil {
			return nil, fmt.Errorf("province of commune %s: %w", code, err)
		}
		c.communes = append(c.communes, commune)
		c.provinces = append(c.provinces, province)
	}
	return c, nil
}

// name is the full name of a commune and its province today.
func (c *calendar) name(commune uint32) string {
	today := Today()
	return c.communes[commune].Name(today).FullName() + ", " + c.provinces[commune].Name(today).FullName()
}

// fill sets the divisions of a location at a date.
func (c *calendar) fill(location *Location, commune uint32, at Date) error {
	now := c.communes[commune]
	if at == 0 || now.ExistsAt(at) {
		location.Commune, location.Province = now, c.provinces[commune]
		return nil
	}
	if at < now.ValidFrom {
		return c.fillBefore(location, now, at)
	}
	_, err := c.divisions.Get(LevelCommune, now.Code, at)
	return err
}

// fillBefore sets the divisions that a commune was made of. An island district without communes leaves Commune nil.
func (c *calendar) fillBefore(location *Location, now *Division, at Date) error {
	var candidates []Relation
	for _, relation := range c.divisions.Predecessors(now) {
		if relation.From == nil || relation.From.ExistsAt(at) {
			candidates = append(candidates, relation)
		}
	}
	if len(candidates) == 0 {
		return fmt.Errorf("%w: what became commune %s on %s is not known for %s", ErrNoDivision, now.Code, now.ValidFrom, at)
	}
	for i, candidate := range candidates {
		commune, district, province := c.before(candidate.From, at)
		if i == 0 {
			location.Commune, location.District, location.Province = commune, district, province
			continue
		}
		location.Commune = nil
		if district != location.District {
			location.District = nil
		}
		if province != location.Province {
			location.Province = nil
		}
	}
	if len(candidates) > 1 {
		location.Candidates = candidates
	}
	return nil
}

// before returns the commune, district and province that an old unit was or lay in; all nil for nil.
func (c *calendar) before(unit *Division, at Date) (commune, district, province *Division) {
	if unit == nil {
		return nil, nil, nil
	}
	// A unit whose parents are unknown on that date has none to tell: NewDivisions has checked those that are given.
	province, _ = c.divisions.Get(LevelProvince, unit.Province, at)
	switch unit.Level {
	case LevelDistrict:
		district = unit
	case LevelCommune:
		commune = unit
		district, _ = c.divisions.Get(LevelDistrict, unit.Parent, at)
	}
	return commune, district, province
}
