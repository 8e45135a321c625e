package main

import (
	"encoding/json"
	"io"
	"os"

	"github.com/diachiso/diachiso/geo"
)

// maxOutlineFile bounds a file with one building, in bytes.
const maxOutlineFile = 1 << 20

// geoJSON is what is read of any GeoJSON object.
type geoJSON struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometry    *geoJSON        `json:"geometry"`
	Features    []geoJSON       `json:"features"`
}

// readOutline reads the outer ring of the one polygon in a GeoJSON file, without the corner that closes it.
func (m *Main) readOutline(name string) ([]geo.Point, error) {
	const try = "a file with one GeoJSON polygon"
	var in io.Reader = m.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, failure(try, "open the outline: %w", err)
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxOutlineFile+1))
	if err != nil {
		return nil, failure(try, "read the outline: %w", err)
	}
	if len(text) > maxOutlineFile {
		return nil, usage(try, "the outline has more than 1 MiB")
	}
	var object geoJSON
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, usage(try, "the outline is no JSON: %v", err)
	}
	ring, ok := object.ring()
	if !ok {
		return nil, usage(try, "the outline is not one polygon")
	}
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	outline := make([]geo.Point, len(ring))
	for i, p := range ring {
		if outline[i], err = geo.NewPoint(p[1], p[0]); err != nil {
			return nil, err
		}
	}
	return outline, nil
}

// ring is the outer ring of an object that holds one polygon, in lon, lat.
func (g *geoJSON) ring() ([][2]float64, bool) {
	var rings [][][2]float64
	switch {
	case g.Type == "Feature" && g.Geometry != nil:
		return g.Geometry.ring()
	case g.Type == "FeatureCollection" && len(g.Features) == 1:
		return g.Features[0].ring()
	case g.Type == "MultiPolygon":
		var parts [][][][2]float64
		if json.Unmarshal(g.Coordinates, &parts) != nil || len(parts) != 1 {
			return nil, false
		}
		rings = parts[0]
	case g.Type == "Polygon":
		if json.Unmarshal(g.Coordinates, &rings) != nil {
			return nil, false
		}
	}
	if len(rings) == 0 || len(rings[0]) < 4 {
		return nil, false
	}
	return rings[0], true
}
