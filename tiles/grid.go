package tiles

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

const (
	zonesFrom      = 11 // about 450 zones a tile, and a quarter of it at each zoom more
	cellsFrom      = 18 // about 500 cells a tile
	zoneResolution = 8

	// clipFrom is the zoom from which on zones are so large that only what the tile shows of one is drawn. Before, they are drawn whole, so
	// that their names stand in the middle.
	clipFrom = 14
)

// zones draws the zones in which codes can be given.
func (s *Service) zones(f frame) ([]*geojson.Feature, error) {
	return s.hexagons(f, zoneResolution, func(c geo.Cell) (string, string, bool) {
		zone, err := addresscode.ZoneOf(uint64(c))
		return "zone", zone.String(), err == nil
	})
}

// cells draws the cells in which codes can be given.
func (s *Service) cells(f frame) ([]*geojson.Feature, error) {
	return s.hexagons(f, geo.CodeResolution, func(c geo.Cell) (string, string, bool) { return "cell", c.String(), true })
}

// hexagons draws the cells of a resolution of which the centre or a corner is in a commune.
func (s *Service) hexagons(f frame, resolution int, name func(geo.Cell) (key, value string, ok bool)) ([]*geojson.Feature, error) {
	cells, err := geo.CellsMeeting(f.box(), resolution)
	if err != nil {
		return nil, err
	}
	var features []*geojson.Feature
	for _, cell := range cells {
		outline := cell.Outline()
		key, value, ok := name(cell)
		if !ok || !s.inUse(cell, outline) {
			continue
		}
		around, line := nothing, make(orb.Ring, 0, len(outline)+1)
		for i := range outline { // counter-clockwise on the globe: backwards in a tile
			at := spotOf(outline[len(outline)-1-i])
			around = around.with(at)
			line = append(line, f.at(at))
		}
		if !around.meets(f.shown) {
			continue
		}
		line = append(line, line[0])
		if f.id.Z >= clipFrom {
			line = clip.Ring(bounds, line)
		}
		if line = whole(line); len(line) > 0 {
			features = append(features, feature(orb.Polygon{line}, geojson.Properties{key: value}))
		}
	}
	return features, nil
}

// inUse reports whether codes can be given in the middle of a cell or at one of its corners.
func (s *Service) inUse(c geo.Cell, outline []geo.Point) bool {
	locator := s.source.Locator()
	if _, err := locator.Locate(c.Center(), 0); err == nil {
		return true
	}
	for _, p := range outline {
		if _, err := locator.Locate(p, 0); err == nil {
			return true
		}
	}
	return false
}
