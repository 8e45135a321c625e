package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/registry"
)

// maxUnknown bounds the list of properties that are not read: keys may be data in a broken file.
const maxUnknown = 50

// GeoJSON reads a FeatureCollection, or features one after the other (newline-delimited). Geometry is a point, or a
// building's outline (polygon), which becomes a point inside it and the footprint. Properties are named as CSV columns.
type GeoJSON struct {
	src     Source
	size    int64
	count   *countingReader
	limit   *recordLimit
	dec     *json.Decoder
	first   json.RawMessage // a feature that was read while finding out the form of the file
	inArray bool            // inside "features" of a collection
	n       int64           // features so far

	mu      sync.Mutex // guards unknown
	unknown []string
}

// NewGeoJSON reads up to the first feature. size is the file's size in bytes for progress, 0 when unknown.
// Errors: *FileError (encoding, not GeoJSON, another coordinate system than WGS 84).
func NewGeoJSON(r io.Reader, size int64, src Source) (*GeoJSON, error) {
	g := &GeoJSON{src: src, size: size, count: &countingReader{r: r}}
	g.limit = &recordLimit{r: g.count}
	g.limit.reset()
	text, _, err := textfile.Open(g.limit)
	if err != nil {
		return nil, err
	}
	g.dec = json.NewDecoder(text)
	return g, g.open()
}

// open reads the members of the first object until "features" begins; an object without it must be a feature.
func (g *GeoJSON) open() error {
	if tok, err := g.dec.Token(); err != nil || tok != json.Delim('{') {
		return &FileError{What: "the file is not GeoJSON: it does not begin with an object", Err: notEOF(err)}
	}
	members := map[string]json.RawMessage{}
	for g.dec.More() {
		key, err := g.dec.Token()
		if err != nil {
			return g.broken(err)
		}
		if key == "features" {
			if tok, err := g.dec.Token(); err != nil || tok != json.Delim('[') {
				return &FileError{What: `"features" is not a list`, Err: notEOF(err)}
			}
			g.inArray = true
			return checkMembers(members)
		}
		var value json.RawMessage
		if err := g.dec.Decode(&value); err != nil {
			return g.broken(err)
		}
		if name, ok := key.(string); ok {
			members[name] = value
		}
	}
	if _, err := g.dec.Token(); err != nil {
		return g.broken(err)
	}
	if string(members["type"]) != `"Feature"` {
		return &FileError{What: "the file is neither a FeatureCollection nor a sequence of Features", Hint: `a FeatureCollection has a list "features"`}
	}
	if err := checkMembers(members); err != nil {
		return err
	}
	var err error
	g.first, err = json.Marshal(members)
	return err
}

// checkMembers refuses other coordinate systems, which the GeoJSON of before 2016 could name.
func checkMembers(members map[string]json.RawMessage) error {
	crs := members["crs"]
	if len(crs) == 0 || string(crs) == "null" || bytes.Contains(crs, []byte("CRS84")) || bytes.Contains(crs, []byte("4326")) {
		return nil
	}
	return &FileError{What: "the coordinates are not in WGS 84", Hint: "convert the file to WGS 84 (EPSG:4326) first, e.g. with ogr2ogr"}
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (g *GeoJSON) broken(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	where := ""
	if g.n > 0 {
		where = fmt.Sprintf("after feature %d", g.n)
	}
	return &FileError{Where: where, What: fmt.Sprintf("the JSON is broken at byte %d", g.dec.InputOffset()), Err: err}
}

// Next implements Reader.
func (g *GeoJSON) Next(ctx context.Context) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	raw := g.first
	g.first = nil
	if raw == nil {
		g.limit.reset()
		var err error
		if raw, err = g.nextRaw(); err != nil {
			return Record{}, err
		}
	}
	g.n++
	return Record{Ref: fmt.Sprintf("feature %d", g.n), understand: func(r *Record) { g.read(raw, r) }}, nil
}

func (g *GeoJSON) nextRaw() (json.RawMessage, error) {
	if g.inArray && !g.dec.More() {
		return nil, g.finish()
	}
	var raw json.RawMessage
	if err := g.dec.Decode(&raw); err != nil {
		if errors.Is(err, io.EOF) && !g.inArray {
			return nil, io.EOF
		}
		return nil, g.broken(err)
	}
	return raw, nil
}

// finish reads to the end of the collection, so that a file cut off there is noticed.
func (g *GeoJSON) finish() error {
	for {
		tok, err := g.dec.Token()
		if err != nil {
			return g.broken(err)
		}
		if tok == json.Delim('}') {
			return io.EOF
		}
		if _, isKey := tok.(string); isKey {
			var skip json.RawMessage
			if err := g.dec.Decode(&skip); err != nil {
				return g.broken(err)
			}
		}
	}
}

// read understands a feature; several goroutines do it at once.
func (g *GeoJSON) read(raw json.RawMessage, rec *Record) {
	var feature struct {
		Type       string          `json:"type"`
		ID         any             `json:"id"`
		Geometry   json.RawMessage `json:"geometry"`
		Properties map[string]any  `json:"properties"`
	}
	if err := json.Unmarshal(raw, &feature); err != nil || feature.Type != "Feature" {
		rec.Err = invalid("", "this is not a GeoJSON Feature")
		return
	}
	var v row
	if feature.ID != nil {
		id, ok := plain(feature.ID)
		if !ok {
			rec.Err = invalid("id", "the feature's id is neither text nor number")
			return
		}
		v[fieldID] = id
	}
	for name, value := range feature.Properties {
		f := fieldOf(name)
		if f == fieldUnknown || f == fieldLat || f == fieldLon || g.src.Names == nil && f.needsNames() {
			g.noteUnknown(name)
			continue
		}
		text, ok := plain(value)
		if !ok {
			rec.Err = invalid("properties", "property %q is not text or a number", name)
			return
		}
		if text != "" {
			v[f] = text
		}
	}
	place, err := geometryPlace(feature.Geometry)
	if err != nil {
		rec.Err = err
		return
	}
	v.record(rec, g.src, place)
}

// plain is a property as text; a list of texts is a path (alley).
func plain(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			part, ok := v[i].(string)
			if !ok {
				return "", false
			}
			parts[i] = part
		}
		return strings.Join(parts, "/"), true
	}
	return "", false
}

func geometryPlace(raw json.RawMessage) (*placed, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, invalid("geometry", "the feature has no geometry")
	}
	geometry, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		return nil, invalid("geometry", "the geometry is no valid GeoJSON")
	}
	switch shape := geometry.Geometry().(type) {
	case orb.Point:
		p, err := fromOrb(shape)
		if err != nil {
			return nil, err
		}
		return &placed{point: p, ptype: registry.PositionBuilding}, nil
	case orb.Polygon:
		return placeInside(orb.MultiPolygon{shape})
	case orb.MultiPolygon:
		return placeInside(shape)
	}
	return nil, invalid("geometry", "the geometry is neither a point nor a polygon")
}

func (g *GeoJSON) noteUnknown(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.unknown) < maxUnknown && !slices.Contains(g.unknown, name) {
		g.unknown = append(g.unknown, name)
	}
}

// Progress implements Reader, in bytes.
func (g *GeoJSON) Progress() (done, total int64) { return g.count.n, g.size }

// Notes implements Reader; properties become known while reading.
func (g *GeoJSON) Notes() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.unknown) == 0 {
		return nil
	}
	names := slices.Sorted(slices.Values(g.unknown))
	return []string{"properties not read: " + strings.Join(names, ", ")}
}
