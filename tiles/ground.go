package tiles

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const (
	// StreetsFrom is the zoom from which on streets are drawn.
	StreetsFrom   = 8
	buildingsFrom = 16

	maxStreets   = 4000   // ways read for a tile, the larger kinds first
	readOutlines = 12_000 // buildings read for a tile
	maxBuildings = 3000   // buildings drawn in a tile, the largest
)

// streetLadder says up to which kind streets are drawn, from a zoom on.
var streetLadder = [...]struct {
	from uint32
	upTo registry.StreetKind
}{
	{16, registry.StreetPath}, {15, registry.StreetPedestrian}, {14, registry.StreetResidential}, {12, registry.StreetTertiary},
	{11, registry.StreetSecondary}, {10, registry.StreetPrimary}, {StreetsFrom, registry.StreetTrunk},
}

// streets draws the streets that maps were imported with: the ways of one name and kind as one, the larger kinds first.
func (s *Service) streets(ctx context.Context, f frame) ([]*geojson.Feature, error) {
	for _, step := range streetLadder {
		if f.id.Z >= step.from {
			ways, err := s.source.Streets(ctx, f.box(), step.upTo, maxStreets)
			if err != nil {
				return nil, err
			}
			return drawStreets(f, ways), nil
		}
	}
	return nil, nil
}

func drawStreets(f frame, ways []registry.Street) []*geojson.Feature {
	type street struct {
		name string
		kind registry.StreetKind
	}
	lines := map[street]orb.MultiLineString{}
	var order []street
	for i := range ways {
		w := &ways[i]
		drawn := drawLines(f, w.Lines)
		if len(drawn) == 0 {
			continue
		}
		of := street{w.Name, w.Kind}
		if lines[of] == nil {
			order = append(order, of)
		}
		lines[of] = append(lines[of], drawn...)
	}
	features := make([]*geojson.Feature, len(order))
	for i, of := range order {
		features[i] = feature(lines[of], geojson.Properties{"name": of.name, "kind": string(of.kind)})
	}
	return features
}

// drawLines are lines as a tile shows them, without those of less than a point.
func drawLines(f frame, lines [][]geo.Point) (drawn orb.MultiLineString) {
	for _, line := range lines {
		path := make(orb.LineString, 0, len(line))
		for _, p := range line {
			if at := f.at(spotOf(p)); len(path) == 0 || path[len(path)-1] != at {
				path = append(path, at)
			}
		}
		if len(path) < 2 {
			continue
		}
		if f.id.Z < MaxZoom {
			path = simplify.DouglasPeucker(pixel / 2).LineString(path)
		}
		for _, part := range clip.LineString(bounds, path) {
			for i := range part {
				part[i] = rounded(part[i])
			}
			if part = slices.Compact(part); len(part) >= 2 && (f.id.Z == MaxZoom || planar.Length(part) >= pixel) {
				drawn = append(drawn, part)
			}
		}
	}
	return drawn
}

// buildings draws the outlines that maps were imported with, the largest first.
func (s *Service) buildings(ctx context.Context, f frame) ([]*geojson.Feature, error) {
	if f.id.Z < buildingsFrom {
		return nil, nil
	}
	outlines, err := s.source.Outlines(ctx, f.box(), readOutlines)
	if err != nil {
		return nil, err
	}
	type building struct {
		*geojson.Feature
		size float64
		of   string
	}
	var drawn []building
	for i := range outlines {
		o := &outlines[i]
		shape, size := drawOutline(f, o.Rings)
		if len(shape) == 0 || size < pixel*pixel {
			continue
		}
		properties := geojson.Properties{}
		if o.Name != "" {
			properties["name"] = o.Name
		}
		if o.Number != "" {
			properties["number"] = o.Number
		}
		drawn = append(drawn, building{feature(shape, properties), size, o.Dataset + " " + o.Source})
	}
	slices.SortFunc(drawn, func(a, b building) int { return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.of, b.of)) })
	features := make([]*geojson.Feature, min(len(drawn), maxBuildings))
	for i := range features {
		features[i] = drawn[i].Feature
	}
	return features, nil
}

// drawOutline is a building as a tile shows it, and its size before it was cut off at the tile's sides, in squared units.
func drawOutline(f frame, rings [][]geo.Point) (shape orb.MultiPolygon, size float64) {
	var courtyards []orb.Ring
	for _, corners := range rings {
		ring := make(orb.Ring, 0, len(corners)+1)
		for _, p := range slices.Backward(corners) { // rows of a tile run downwards
			ring = append(ring, f.at(spotOf(p)))
		}
		ring = append(ring, ring[0])
		area := planar.Area(ring)
		if ring = whole(clip.Ring(bounds, ring)); len(ring) == 0 {
			continue
		}
		if area > 0 {
			size += area
			shape = append(shape, orb.Polygon{ring})
		} else {
			courtyards = append(courtyards, ring)
		}
	}
	for _, ring := range courtyards {
		for i := range shape {
			if planar.RingContains(shape[i][0], ring[0]) {
				shape[i] = append(shape[i], ring)
				break
			}
		}
	}
	return shape, size
}
