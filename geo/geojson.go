package geo

import (
	"encoding/json"
)

// OutlineGeoJSON is a cell's outline as a GeoJSON Polygon; null for a Cell that is not valid.
func OutlineGeoJSON(c Cell) json.RawMessage {
	outline := c.Outline()
	if len(outline) == 0 {
		return json.RawMessage("null")
	}
	out := []byte(`{"type":"Polygon","coordinates":[[`)
	for _, p := range append(outline, outline[0]) {
		out = appendGeoJSON(out, p)
		out = append(out, ',')
	}
	return append(out[:len(out)-1], "]]}"...)
}

// GeoJSON is the boundary of a commune, or of several taken together, as a GeoJSON MultiPolygon.
func (b *Boundaries) GeoJSON(codes ...string) (json.RawMessage, bool) {
	shape, ok := b.Union(codes...)
	if len(codes) == 1 {
		shape, ok = b.MultiPolygon(codes[0])
	}
	if !ok {
		return nil, false
	}
	out := []byte(`{"type":"MultiPolygon","coordinates":[`)
	for i, polygon := range shape {
		out = appendComma(out, i)
		out = append(out, '[')
		for j, ring := range polygon {
			out = appendComma(out, j)
			out = append(out, '[')
			for k, at := range ring {
				out = appendComma(out, k)
				out = appendGeoJSON(out, pointFromDegrees(at.Lat(), at.Lon()))
			}
			out = append(out, ']')
		}
		out = append(out, ']')
	}
	return append(out, "]}"...), true
}

// appendGeoJSON writes a position in GeoJSON's order, longitude first.
func appendGeoJSON(out []byte, p Point) []byte {
	out = append(out, '[')
	out = appendDegrees(out, p.LonE7)
	out = append(out, ',')
	out = appendDegrees(out, p.LatE7)
	return append(out, ']')
}

func appendComma(out []byte, i int) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	return out
}
