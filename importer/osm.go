package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"github.com/diachiso/diachiso/registry"
)

const tagHouseNumber = "addr:housenumber"

// OSM reads the objects with a house number (addr:housenumber) of an OpenStreetMap extract in PBF: nodes, building
// outlines (ways) and multipolygon relations. An outline becomes a point inside it, or its entrance where one is
// drawn on it, and the footprint.
//
// The file is read two or three times: first the ways and relations with house numbers and a count of the nodes, then
// the members of those relations if there are any, then all positions. Memory grows with the number of *addressed*
// buildings (about 150 bytes a corner), not with the file.
type OSM struct {
	src  Source
	file io.ReadSeeker

	total     int64 // objects with a house number
	done      int64
	ways      []*osm.Way                     // with house numbers, or members of such relations
	own       int                            // how many of ways, from the first, have a house number themselves
	wayIndex  map[osm.WayID]int              // into ways
	relations []*osm.Relation                // with house numbers
	cornerIDs []osm.NodeID                   // nodes that ways are drawn with, ascending; not changed while scanning
	corners   []orb.Point                    // their positions
	entrances map[osm.NodeID]entranceQuality // corners that are entrances

	scan    *osmpbf.Scanner // over nodes; nil once they are through
	nextWay int
	nextRel int
}

type entranceQuality int

const (
	plainEntrance entranceQuality = iota + 1
	mainEntrance
)

// NewOSM reads the file's ways and relations. Errors: *FileError (not PBF, broken).
func NewOSM(ctx context.Context, file io.ReadSeeker, src Source) (*OSM, error) {
	o := &OSM{src: src, file: file, wayIndex: map[osm.WayID]int{}, entrances: map[osm.NodeID]entranceQuality{}}
	if err := checkOSMHeader(ctx, file); err != nil {
		return nil, err
	}
	if err := o.readAddressed(ctx); err != nil {
		return nil, err
	}
	if err := o.readMembers(ctx); err != nil {
		return nil, err
	}
	for _, w := range o.ways {
		for _, n := range w.Nodes {
			o.cornerIDs = append(o.cornerIDs, n.ID)
		}
	}
	slices.Sort(o.cornerIDs)
	o.cornerIDs = slices.Compact(o.cornerIDs)
	o.corners = slices.Repeat([]orb.Point{noPosition}, len(o.cornerIDs))
	var err error
	o.scan, err = o.rewind(ctx)
	if err != nil {
		return nil, err
	}
	o.scan.SkipWays, o.scan.SkipRelations = true, true
	o.scan.FilterNode = func(n *osm.Node) bool {
		_, corner := slices.BinarySearch(o.cornerIDs, n.ID)
		return corner || n.Tags.HasTag(tagHouseNumber)
	}
	return o, nil
}

// noPosition marks a corner that the file has not shown yet; it lies outside the Earth.
var noPosition = orb.Point{999, 999}

func (o *OSM) rewind(ctx context.Context) (*osmpbf.Scanner, error) {
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return nil, &FileError{What: "cannot read the file from its start", Err: err, Hint: "give a file, not a pipe"}
	}
	return osmpbf.New(ctx, o.file, runtime.GOMAXPROCS(0)), nil
}

// readAddressed collects the ways and relations with house numbers and counts everything that has one.
func (o *OSM) readAddressed(ctx context.Context) error {
	scan, err := o.rewind(ctx)
	if err != nil {
		return err
	}
	defer scan.Close()
	scan.FilterNode = func(n *osm.Node) bool { return n.Tags.HasTag(tagHouseNumber) }
	scan.FilterWay = func(w *osm.Way) bool { return w.Tags.HasTag(tagHouseNumber) }
	scan.FilterRelation = func(r *osm.Relation) bool { return r.Tags.HasTag(tagHouseNumber) }
	for scan.Scan() {
		o.total++
		switch object := scan.Object().(type) {
		case *osm.Way:
			o.addWay(object)
		case *osm.Relation:
			o.relations = append(o.relations, object)
		}
	}
	o.own = len(o.ways)
	return scanError(ctx, scan, "the file is damaged")
}

func (o *OSM) addWay(w *osm.Way) {
	if _, seen := o.wayIndex[w.ID]; !seen {
		o.wayIndex[w.ID] = len(o.ways)
		o.ways = append(o.ways, w)
	}
}

// readMembers collects the ways that the relations are drawn with.
func (o *OSM) readMembers(ctx context.Context) error {
	wanted := map[osm.WayID]bool{}
	for _, r := range o.relations {
		for _, m := range r.Members {
			if m.Type == osm.TypeWay {
				wanted[osm.WayID(m.Ref)] = true
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	scan, err := o.rewind(ctx)
	if err != nil {
		return err
	}
	defer scan.Close()
	scan.SkipNodes, scan.SkipRelations = true, true
	scan.FilterWay = func(w *osm.Way) bool { return wanted[w.ID] }
	for scan.Scan() {
		if w, ok := scan.Object().(*osm.Way); ok {
			o.addWay(w)
		}
	}
	return scanError(ctx, scan, "the file is damaged")
}

func scanError(ctx context.Context, scan *osmpbf.Scanner, what string) error {
	err := scan.Err()
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return &FileError{Where: fmt.Sprintf("after byte %d", scan.FullyScannedBytes()), What: what, Err: err, Hint: "download it again; only the .osm.pbf form is read"}
}

// Next implements Reader: nodes in the file's order, then ways, then relations.
func (o *OSM) Next(ctx context.Context) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	for o.scan != nil {
		if !o.scan.Scan() {
			err := scanError(ctx, o.scan, "the file is damaged")
			if cerr := o.scan.Close(); err == nil && cerr != nil {
				err = cerr
			}
			o.scan = nil
			if err != nil {
				return Record{}, err
			}
			break
		}
		n, ok := o.scan.Object().(*osm.Node)
		if !ok {
			continue
		}
		o.keepCorner(n)
		if n.Tags.HasTag(tagHouseNumber) {
			return o.record(n.FeatureID(), n.Tags, func() (*placed, error) { return nodePlace(n) }), nil
		}
	}
	if o.nextWay < o.own {
		w := o.ways[o.nextWay]
		o.nextWay++
		return o.record(w.FeatureID(), w.Tags, func() (*placed, error) { return o.wayPlace(w) }), nil
	}
	if o.nextRel < len(o.relations) {
		r := o.relations[o.nextRel]
		o.nextRel++
		return o.record(r.FeatureID(), r.Tags, func() (*placed, error) { return o.relationPlace(r) }), nil
	}
	return Record{}, io.EOF
}

func (o *OSM) record(id osm.FeatureID, tags osm.Tags, place func() (*placed, error)) Record {
	o.done++
	ref := fmt.Sprintf("%s/%d", id.Type(), id.Ref())
	at, err := place() // the corners are this goroutine's
	if err != nil {
		return Record{Ref: ref, Err: err}
	}
	return Record{Ref: ref, understand: func(r *Record) {
		v := rowOfTags(tags)
		v[fieldScheme], v[fieldID] = "osm", ref
		v.record(r, o.src, at)
	}}
}

func nodePlace(n *osm.Node) (*placed, error) {
	p, err := fromOrb(n.Point())
	if err != nil {
		return nil, err
	}
	if entranceOf(n) != 0 {
		return &placed{point: p, ptype: registry.PositionEntrance}, nil
	}
	return &placed{point: p, ptype: registry.PositionBuilding}, nil
}

// errIncomplete is for an extract whose edge cuts a building.
var errIncomplete = errors.New("incomplete")

func (o *OSM) wayPlace(w *osm.Way) (*placed, error) {
	line, err := o.line(w)
	if err != nil {
		return nil, invalid("position", "corners of the outline are missing in the file")
	}
	if len(line) == 1 || (len(line) > 1 && line[0] != line[len(line)-1]) {
		p, err := fromOrb(line[len(line)/2])
		if err != nil {
			return nil, err
		}
		return &placed{point: p, ptype: registry.PositionBuilding}, nil
	}
	at, err := placeInside(orb.MultiPolygon{{orb.Ring(line)}})
	if err != nil {
		return nil, err
	}
	return at, o.moveToEntrance(at, w)
}

func (o *OSM) relationPlace(r *osm.Relation) (*placed, error) {
	var outlines []*osm.Way
	outer, inner := ringLines(r.Members, func(id osm.WayID, outer bool) (orb.LineString, error) {
		i, ok := o.wayIndex[id]
		if !ok {
			return nil, errIncomplete
		}
		line, err := o.line(o.ways[i])
		if err == nil && outer {
			outlines = append(outlines, o.ways[i])
		}
		return line, err
	})
	var parts orb.MultiPolygon
	for _, ring := range joinRings(outer) {
		parts = append(parts, orb.Polygon{ring})
	}
	if len(parts) == 0 {
		return nil, invalid("position", "the relation has no closed outline in the file")
	}
	for _, hole := range joinRings(inner) {
		i := slices.IndexFunc(parts, func(p orb.Polygon) bool { return p[0].Bound().Contains(hole[0]) })
		if i >= 0 {
			parts[i] = append(parts[i], hole)
		}
	}
	at, err := placeInside(parts)
	if err != nil {
		return nil, err
	}
	return at, o.moveToEntrance(at, outlines...)
}

// ringLines are the ways of a relation that make its outer and inner rings, as line gives them; those that it cannot give are left out.
func ringLines(members osm.Members, line func(id osm.WayID, outer bool) (orb.LineString, error)) (outer, inner []orb.LineString) {
	for _, m := range members {
		isOuter := m.Role == "outer" || m.Role == "outline" || m.Role == ""
		if m.Type != osm.TypeWay || !isOuter && m.Role != "inner" {
			continue
		}
		l, err := line(osm.WayID(m.Ref), isOuter)
		switch {
		case err != nil:
		case isOuter:
			outer = append(outer, l)
		default:
			inner = append(inner, l)
		}
	}
	return outer, inner
}

// line is a way as positions; errIncomplete when a corner is not in the file.
func (o *OSM) line(w *osm.Way) (orb.LineString, error) {
	line := make(orb.LineString, 0, len(w.Nodes))
	for _, n := range w.Nodes {
		p, ok := o.corner(n.ID)
		if !ok {
			return nil, errIncomplete
		}
		line = append(line, p)
	}
	if len(line) == 0 {
		return nil, errIncomplete
	}
	return line, nil
}

// corner is the position of a node of a way; false when the file has not shown it.
func (o *OSM) corner(id osm.NodeID) (orb.Point, bool) {
	i, ok := slices.BinarySearch(o.cornerIDs, id)
	if !ok || o.corners[i] == noPosition {
		return orb.Point{}, false
	}
	return o.corners[i], true
}

// keepCorner remembers a node that a wanted way is drawn with.
func (o *OSM) keepCorner(n *osm.Node) {
	i, wanted := slices.BinarySearch(o.cornerIDs, n.ID)
	if !wanted {
		return
	}
	o.corners[i] = n.Point()
	if q := entranceOf(n); q != 0 {
		o.entrances[n.ID] = q
	}
}

// moveToEntrance takes the main entrance drawn on an outline, or its only one.
func (o *OSM) moveToEntrance(at *placed, outlines ...*osm.Way) error {
	var found [mainEntrance + 1]map[osm.NodeID]bool
	for _, w := range outlines {
		for _, n := range w.Nodes {
			if q := o.entrances[n.ID]; q != 0 {
				if found[q] == nil {
					found[q] = map[osm.NodeID]bool{}
				}
				found[q][n.ID] = true
			}
		}
	}
	choice := found[mainEntrance]
	if len(choice) == 0 {
		choice = found[plainEntrance]
	}
	if len(choice) != 1 {
		return nil
	}
	for id := range choice {
		corner, _ := o.corner(id)
		p, err := fromOrb(corner)
		if err != nil {
			return err
		}
		at.point, at.ptype = p, registry.PositionEntrance
	}
	return nil
}

// Progress implements Reader, in objects with a house number.
func (o *OSM) Progress() (done, total int64) { return o.done, o.total }

// Notes implements Reader.
func (o *OSM) Notes() []string { return nil }
