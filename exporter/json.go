package exporter

import (
	"encoding/json"
	"io"

	"github.com/diachiso/diachiso/registry"
)

// NDJSON writes one JSON object a line.
type NDJSON struct {
	w      io.Writer
	object func(*registry.Address) ([]byte, error)
}

// NewNDJSON writes what object makes of each address; it must be one line.
func NewNDJSON(w io.Writer, object func(*registry.Address) ([]byte, error)) *NDJSON {
	return &NDJSON{w, object}
}

// Write writes an address.
func (n *NDJSON) Write(a *registry.Address) error {
	text, err := n.object(a)
	if err != nil {
		return err
	}
	_, err = n.w.Write(append(text, '\n'))
	return err
}

// Close ends the file, which needs nothing.
func (n *NDJSON) Close() error { return nil }

// GeoJSON writes a FeatureCollection of points with an object of each address as its properties, a feature a line.
type GeoJSON struct {
	w      io.Writer
	object func(*registry.Address) ([]byte, error)
	rows   int
}

// NewGeoJSON writes the beginning.
func NewGeoJSON(w io.Writer, object func(*registry.Address) ([]byte, error)) (*GeoJSON, error) {
	_, err := io.WriteString(w, `{"type":"FeatureCollection","features":[`)
	return &GeoJSON{w: w, object: object}, err
}

// Write writes an address.
func (g *GeoJSON) Write(a *registry.Address) error {
	properties, err := g.object(a)
	if err != nil {
		return err
	}
	id, err := json.Marshal(a.Code)
	if err != nil {
		return err
	}
	line := []byte(",\n")
	if g.rows == 0 {
		line = []byte("\n")
	}
	g.rows++
	line = append(append(line, `{"type":"Feature","id":`...), id...)
	p := a.Positions[0].Point
	line = append(append(append(line, `,"geometry":{"type":"Point","coordinates":[`...), degrees(p.LonE7)...), ',')
	line = append(append(append(line, degrees(p.LatE7)...), `]},"properties":`...), properties...)
	_, err = g.w.Write(append(line, '}'))
	return err
}

// Close writes the end.
func (g *GeoJSON) Close() error {
	_, err := io.WriteString(g.w, "\n]}\n")
	return err
}
