package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Layers are what is read of a map.
type Layers struct{ Addresses, Streets, Outlines bool }

// MapReader yields the streets and outlines of a map. It is used by one goroutine.
type MapReader interface {
	// Next returns the next one, io.EOF after the last, or *FileError when the file cannot be read any further.
	Next(ctx context.Context) (registry.MapRecord, error)
	// Progress says how many are done, of how many.
	Progress() (done, total int64)
	// Close ends reading.
	Close() error
}

// OSMMap reads the streets (ways with highway and a name or a number) and the outlines of buildings (closed ways and multipolygons)
// of an OpenStreetMap extract in PBF.
//
// The file is read four times: for the buildings that are relations, for the corners of all that is wanted, for their positions, and
// for the ways themselves, which are handed on one by one. Memory is 16 bytes a corner: about 0.7 GB for all buildings of the country.
type OSMMap struct {
	src    Source
	layers Layers
	file   io.ReadSeeker

	relations map[osm.RelationID]bool // buildings
	members   map[osm.WayID]*osm.Way  // that they are drawn with; nil until found
	ids       []osm.NodeID            // corners, ascending; not changed while scanning
	positions []geo.Point             // theirs
	missing   geo.Point               // marks a corner that the file has not shown
	scan      *osmpbf.Scanner         // over ways and relations

	done  int64
	total int64
}

// NewOSMMap reads what is needed before the first street. Errors: *FileError (not PBF, broken).
func NewOSMMap(ctx context.Context, file io.ReadSeeker, src Source, layers Layers) (*OSMMap, error) {
	m := &OSMMap{
		src: src, layers: layers, file: file, missing: geo.Point{LatE7: math.MinInt32},
		relations: map[osm.RelationID]bool{}, members: map[osm.WayID]*osm.Way{},
	}
	if err := checkOSMHeader(ctx, file); err != nil {
		return nil, err
	}
	for _, pass := range []func(context.Context, *osmpbf.Scanner) error{m.readRelations, m.readCorners, m.readPositions} {
		scan, err := rewindOSM(ctx, file)
		if err != nil {
			return nil, err
		}
		err = pass(ctx, scan)
		if cerr := scan.Close(); err == nil && cerr != nil {
			err = cerr
		}
		if err != nil {
			return nil, err
		}
	}
	var err error
	if m.scan, err = rewindOSM(ctx, file); err != nil {
		return nil, err
	}
	m.scan.SkipNodes = true
	m.scan.FilterWay = func(w *osm.Way) bool { return m.wanted(w) }
	m.scan.FilterRelation = func(r *osm.Relation) bool { return m.relations[r.ID] }
	return m, nil
}

func rewindOSM(ctx context.Context, file io.ReadSeeker) (*osmpbf.Scanner, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, &FileError{What: "cannot read the file from its start", Err: err, Hint: "give a file, not a pipe"}
	}
	return osmpbf.New(ctx, file, runtime.GOMAXPROCS(0)), nil
}

func (m *OSMMap) wanted(w *osm.Way) bool {
	return m.layers.Streets && isStreet(w.Tags) || m.layers.Outlines && isOutline(w)
}

func (m *OSMMap) readRelations(ctx context.Context, scan *osmpbf.Scanner) error {
	if !m.layers.Outlines {
		return nil
	}
	scan.SkipNodes, scan.SkipWays = true, true
	scan.FilterRelation = func(r *osm.Relation) bool { return r.Tags.Find("type") == "multipolygon" && isBuilding(r.Tags) }
	for scan.Scan() {
		r, ok := scan.Object().(*osm.Relation)
		if !ok {
			continue
		}
		m.relations[r.ID] = true
		m.total++
		for _, member := range r.Members {
			if member.Type == osm.TypeWay {
				m.members[osm.WayID(member.Ref)] = nil
			}
		}
	}
	return scanError(ctx, scan, "the file is damaged")
}

func (m *OSMMap) readCorners(ctx context.Context, scan *osmpbf.Scanner) error {
	scan.SkipNodes, scan.SkipRelations = true, true
	scan.FilterWay = func(w *osm.Way) bool {
		if m.wanted(w) {
			return true
		}
		_, member := m.members[w.ID]
		return member
	}
	kept := map[osm.WayID]*osm.Way{} // members is being read by the filter
	for scan.Scan() {
		w, ok := scan.Object().(*osm.Way)
		if !ok {
			continue
		}
		if m.wanted(w) {
			m.total++
		}
		if _, member := m.members[w.ID]; member {
			kept[w.ID] = w
		}
		for _, n := range w.Nodes {
			m.ids = append(m.ids, n.ID)
		}
	}
	if err := scanError(ctx, scan, "the file is damaged"); err != nil {
		return err
	}
	m.members = kept
	slices.Sort(m.ids)
	m.ids = slices.Clip(slices.Compact(m.ids))
	m.positions = slices.Repeat([]geo.Point{m.missing}, len(m.ids))
	return nil
}

func (m *OSMMap) readPositions(ctx context.Context, scan *osmpbf.Scanner) error {
	scan.SkipWays, scan.SkipRelations = true, true
	scan.FilterNode = func(n *osm.Node) bool {
		_, wanted := slices.BinarySearch(m.ids, n.ID)
		return wanted
	}
	for scan.Scan() {
		n, ok := scan.Object().(*osm.Node)
		if !ok {
			continue
		}
		at, err := geo.NewPoint(n.Lat, n.Lon)
		if err != nil {
			continue // counts as missing
		}
		if i, wanted := slices.BinarySearch(m.ids, n.ID); wanted {
			m.positions[i] = at
		}
	}
	return scanError(ctx, scan, "the file is damaged")
}

// Next implements MapReader: ways in the file's order, then relations.
func (m *OSMMap) Next(ctx context.Context) (registry.MapRecord, error) {
	for {
		if err := ctx.Err(); err != nil {
			return registry.MapRecord{}, err
		}
		if m.scan == nil {
			return registry.MapRecord{}, io.EOF
		}
		if !m.scan.Scan() {
			err := scanError(ctx, m.scan, "the file is damaged")
			if cerr := m.scan.Close(); err == nil {
				err = cerr
			}
			m.scan = nil
			if err == nil {
				err = io.EOF
			}
			return registry.MapRecord{}, err
		}
		switch object := m.scan.Object().(type) {
		case *osm.Way:
			m.done++
			if m.layers.Streets && isStreet(object.Tags) {
				return m.street(object), nil
			}
			return m.outline(object), nil
		case *osm.Relation:
			m.done++
			return m.relation(object), nil
		}
	}
}

// Close implements MapReader.
func (m *OSMMap) Close() error {
	if m.scan == nil {
		return nil
	}
	err := m.scan.Close()
	m.scan = nil
	return err
}

// Progress implements MapReader.
func (m *OSMMap) Progress() (done, total int64) { return m.done, m.total }

// at is the position of a node; false when the file has none.
func (m *OSMMap) at(id osm.NodeID) (geo.Point, bool) {
	i, ok := slices.BinarySearch(m.ids, id)
	if !ok || m.positions[i] == m.missing {
		return geo.Point{}, false
	}
	return m.positions[i], true
}

func refOf(id osm.FeatureID) string { return fmt.Sprintf("%s/%d", id.Type(), id.Ref()) }

// street is a named way. At the edge of an extract parts of it may be missing.
func (m *OSMMap) street(w *osm.Way) registry.MapRecord {
	s := &registry.Street{Dataset: m.src.Dataset, Source: refOf(w.FeatureID()), Name: streetName(w.Tags), Kind: streetKind(w.Tags)}
	var line []geo.Point
	end := func() {
		if len(line) > 1 {
			s.Lines = append(s.Lines, line)
		}
		line = nil
	}
	for _, n := range w.Nodes {
		p, ok := m.at(n.ID)
		switch {
		case !ok:
			end()
		case len(line) == 0 || line[len(line)-1] != p:
			line = append(line, p)
		}
	}
	end()
	r := registry.MapRecord{Ref: s.Source, Street: s}
	if len(s.Lines) == 0 {
		r.Err = invalid("lines", "points of the street are missing in the file")
	}
	return r
}

func (m *OSMMap) outline(w *osm.Way) registry.MapRecord {
	r := m.building(w.FeatureID(), w.Tags)
	line, err := m.line(w)
	if err != nil {
		r.Err = invalid("outline", "corners of the outline are missing in the file")
		return r
	}
	r.Err = addRing(r.Outline, orb.Ring(line), orb.CCW)
	return r
}

func (m *OSMMap) building(id osm.FeatureID, tags osm.Tags) registry.MapRecord {
	o := &registry.Outline{Dataset: m.src.Dataset, Source: refOf(id), Name: firstTag(tags, "name", "addr:housename"), Number: tags.Find(tagHouseNumber)}
	return registry.MapRecord{Ref: o.Source, Outline: o}
}

func (m *OSMMap) relation(r *osm.Relation) registry.MapRecord {
	record := m.building(r.FeatureID(), r.Tags)
	outer, inner := ringLines(r.Members, func(id osm.WayID, _ bool) (orb.LineString, error) {
		w := m.members[id]
		if w == nil {
			return nil, errIncomplete
		}
		return m.line(w)
	})
	for _, ring := range joinRings(outer) {
		record.Err = errors.Join(record.Err, addRing(record.Outline, ring, orb.CCW))
	}
	if len(record.Outline.Rings) == 0 {
		record.Err = invalid("outline", "the relation has no closed outline in the file")
		return record
	}
	for _, ring := range joinRings(inner) {
		record.Err = errors.Join(record.Err, addRing(record.Outline, ring, orb.CW))
	}
	return record
}

// line is a way as positions; errIncomplete when one is not in the file.
func (m *OSMMap) line(w *osm.Way) (orb.LineString, error) {
	line := make(orb.LineString, 0, len(w.Nodes))
	for _, n := range w.Nodes {
		p, ok := m.at(n.ID)
		if !ok {
			return nil, errIncomplete
		}
		line = append(line, orb.Point{p.Lon(), p.Lat()})
	}
	return line, nil
}

// addRing adds a closed ring to an outline, run in a direction.
func addRing(o *registry.Outline, ring orb.Ring, direction orb.Orientation) error {
	if ring.Orientation() != direction {
		ring = slices.Clone(ring)
		slices.Reverse(ring)
	}
	open := make([]geo.Point, 0, len(ring))
	for _, corner := range ring {
		p, err := fromOrb(corner)
		if err != nil {
			return err
		}
		if len(open) == 0 || open[len(open)-1] != p {
			open = append(open, p)
		}
	}
	if len(open) > 1 && open[0] == open[len(open)-1] {
		open = open[:len(open)-1]
	}
	if len(open) < 3 {
		return invalid("outline", "has fewer than three corners")
	}
	o.Rings = append(o.Rings, open)
	return nil
}
