package tiles

import "github.com/diachiso/diachiso/geo"

// The layers of a tile.
const (
	LayerDivision = "division"
	LayerLabel    = "division_label"
	LayerZone     = "zone"
	LayerCell     = "cell"
	LayerBuilding = "building"
	LayerStreet   = "street"
	LayerAddress  = "address"
)

// Layer tells of a layer what a map needs to know to draw it.
type Layer struct {
	Name   string
	What   string
	From   int               // zoom
	Fields map[string]string // name → what it is
}

// Layers are all layers, from below to above.
func Layers() []Layer {
	division := map[string]string{
		"code": "Official code: two digits of a province, five of a commune", "name": "Name in Vietnamese, without its type",
		"level": "province or commune (from zoom 7)",
	}
	return []Layer{
		{LayerDivision, "Provinces and communes since 2025-07-01", 0, division},
		{LayerZone, "Zones in which codes can be given", zonesFrom, map[string]string{"zone": "The five symbols that its codes begin with"}},
		{LayerCell, "Cells of codes", cellsFrom, map[string]string{"cell": "H3 index of resolution 13"}},
		{LayerBuilding, "Outlines of buildings, as far as a map was imported", buildingsFrom, map[string]string{
			"number": "House number that the map has; it need not be registered", "name": "Name",
		}},
		{LayerStreet, "Streets, as far as a map was imported", StreetsFrom, map[string]string{
			"name": "Name", "kind": "motorway, trunk, primary, secondary, tertiary, residential, service, pedestrian or path",
		}},
		{LayerAddress, "Addresses, as far as whoever asks may see them", AddressesFrom, map[string]string{
			"code": "Code; left out for a door of flats", "number": "House number as on its plate", "status": "active or retired",
		}},
		{LayerLabel, "Names of provinces, communes and archipelagos", 0, map[string]string{
			"code": division["code"], "name": division["name"], "type": "Type in Vietnamese", "level": "province or commune",
			"rank": "1 for the name to draw first",
		}},
	}
}

// Bounds is the box that holds the country.
func (s *Service) Bounds() (geo.Box, error) {
	country, err := s.country()
	if err != nil {
		return geo.Box{}, err
	}
	a := country.around
	return geo.BoxAround(spot{uint32(a.west), uint32(a.south)}.point(), spot{uint32(a.east), uint32(a.north)}.point()), nil
}
