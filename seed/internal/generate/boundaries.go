package main

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/paulmach/orb"

	"github.com/diachiso/diachiso/geo"
)

// feature is the part of a GeoJSON feature that the generator reads.
type feature struct {
	Properties struct {
		Code string `json:"code"`
	} `json:"properties"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// readShapes reads the communes' boundaries, by code.
func readShapes(dir string) ([]geo.CommuneShape, error) {
	const name = "boundaries/wards_simpl20.geojson.gz"
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read source %s: %w", name, err)
	}
	var collection struct {
		Features []feature `json:"features"`
	}
	if err := json.NewDecoder(unzipped).Decode(&collection); err != nil {
		return nil, fmt.Errorf("read source %s: %w", name, err)
	}
	shapes := make([]geo.CommuneShape, 0, len(collection.Features))
	for _, f := range collection.Features {
		shape, err := f.shape()
		if err != nil {
			return nil, fmt.Errorf("read source %s: commune %s: %w", name, f.Properties.Code, err)
		}
		shapes = append(shapes, geo.CommuneShape{Code: f.Properties.Code, Shape: shape})
	}
	slices.SortFunc(shapes, func(a, b geo.CommuneShape) int { return cmp.Compare(a.Code, b.Code) })
	return shapes, nil
}

func (f feature) shape() (shape orb.MultiPolygon, err error) {
	switch f.Geometry.Type {
	case "MultiPolygon":
		err = json.Unmarshal(f.Geometry.Coordinates, &shape)
	case "Polygon":
		shape = make(orb.MultiPolygon, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &shape[0])
	default:
		err = fmt.Errorf("unexpected geometry %q", f.Geometry.Type)
	}
	return shape, err
}
