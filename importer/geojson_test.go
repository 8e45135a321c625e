package importer

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func openGeoJSON(t *testing.T, text string) *GeoJSON {
	t.Helper()
	r, err := NewGeoJSON(strings.NewReader(text), int64(len(text)), Source{Name: "test.geojson", Dataset: "geojson", Scheme: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	pointFeature  = `{"type":"Feature","id":"osm:node/1","geometry":{"type":"Point","coordinates":[105.8524,21.0287]},"properties":{"house_number":12,"street":"Phố Đội Cấn","alley":["12","34"],"note":null,"colour":"red"}}`
	squareFeature = `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[105,21],[105.001,21],[105.001,21.001],[105,21.001],[105,21]]]},"properties":{"so_nha":"5"}}`
)

func TestGeoJSONForms(t *testing.T) {
	for name, text := range map[string]string{
		"collection":           `{"type":"FeatureCollection","features":[` + pointFeature + `,` + squareFeature + `]}`,
		"collection, type end": `{"name":"x","crs":null,"features":[` + pointFeature + `,` + squareFeature + `],"bbox":[1,2,3,4],"type":"FeatureCollection"}`,
		"newline-delimited":    pointFeature + "\n" + squareFeature + "\n",
		"byte order mark":      "\ufeff" + pointFeature + "\n\n" + squareFeature,
	} {
		t.Run(name, func(t *testing.T) {
			r := openGeoJSON(t, text)
			recs := readAll(t, r)
			if len(recs) != 2 || recs[0].Err != nil || recs[1].Err != nil {
				t.Fatalf("%+v", recs)
			}
			point, square := recs[0].Request, recs[1].Request
			if want := (registry.Components{HouseNumber: "12", Street: "Phố Đội Cấn", Alley: []string{"12", "34"}}); !reflect.DeepEqual(point.Components, want) {
				t.Errorf("components %+v", point.Components)
			}
			if point.Positions[0].Point != (geo.Point{LatE7: 210287000, LonE7: 1058524000}) || point.ExternalIDs[0].Value != "node/1" {
				t.Errorf("point %+v", point)
			}
			if square.Positions[0].Point != (geo.Point{LatE7: 210005000, LonE7: 1050005000}) || len(square.Footprint) != 4 {
				t.Errorf("square at %+v, footprint %v", square.Positions[0].Point, square.Footprint)
			}
			if got := strings.Join(r.Notes(), ""); !strings.Contains(got, "colour, note") {
				t.Errorf("notes %q", got)
			}
		})
	}
}

func TestGeoJSONRejects(t *testing.T) {
	for name, tt := range map[string]struct{ feature, field string }{
		"no geometry":     {`{"type":"Feature","geometry":null,"properties":{}}`, "geometry"},
		"a line":          {`{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]},"properties":{}}`, "geometry"},
		"empty polygon":   {`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":{}}`, "geometry"},
		"nested property": {`{"type":"Feature","geometry":{"type":"Point","coordinates":[105,21]},"properties":{"street":{"a":1}}}`, "properties"},
		"not a feature":   {`{"type":"Point","coordinates":[105,21]}`, ""},
		"a number":        {`5`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			recs := readAll(t, openGeoJSON(t, `{"features":[`+tt.feature+`,`+pointFeature+`]}`))
			if len(recs) != 2 || recs[1].Err != nil {
				t.Fatalf("%+v", recs)
			}
			var re *registry.Error
			if !errors.As(recs[0].Err, &re) || re.Field != tt.field || recs[0].Ref != "feature 1" {
				t.Errorf("%s: %v", recs[0].Ref, recs[0].Err)
			}
		})
	}
}

func TestGeoJSONBreaksOff(t *testing.T) {
	for name, text := range map[string]string{
		"inside a feature": `{"features":[` + pointFeature + `,{"type":"Fea`,
		"between features": `{"features":[` + pointFeature + `,`,
		"end missing":      `{"features":[` + pointFeature,
		"garbage":          `{"features":[` + pointFeature + `,]}`,
	} {
		t.Run(name, func(t *testing.T) {
			report, err := Run(context.Background(), &memory{}, openGeoJSON(t, text), Options{})
			var fe *FileError
			if !errors.As(err, &fe) || fe.Where != "after feature 1" {
				t.Fatalf("error %v", err)
			}
			if report.Added != 1 {
				t.Fatalf("%+v", report)
			}
		})
	}
}

func TestGeoJSONRefusesFiles(t *testing.T) {
	for name, tt := range map[string]struct{ text, what string }{
		"a list":      {`[1,2]`, "not GeoJSON"},
		"CSV":         {"lat,lon\n1,2\n", "not GeoJSON"},
		"no features": {`{"type":"Topology","arcs":[]}`, "neither"},
		"cut off":     {`{"type":"FeatureCollection"`, "broken"},
		"VN-2000":     {`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3405"}},"features":[]}`, "WGS 84"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewGeoJSON(strings.NewReader(tt.text), 0, Source{})
			var fe *FileError
			if !errors.As(err, &fe) || !strings.Contains(fe.What, tt.what) {
				t.Fatalf("error %v", err)
			}
		})
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(pointFeature)
	f.Add(`{"features":[` + squareFeature + `]}`)
	f.Add(`{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},"properties":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := NewGeoJSON(strings.NewReader(text), 0, Source{Name: "f", Dataset: "geojson", Scheme: "f"})
		if err != nil {
			return
		}
		for range len(text) + 2 {
			rec, err := r.Next(context.Background())
			if err != nil {
				var fe *FileError
				if !errors.Is(err, io.EOF) && !errors.As(err, &fe) {
					t.Fatalf("error %T %v", err, err)
				}
				return
			}
			if rec = rec.Understood(); rec.Err == nil && len(rec.Request.Positions) != 1 {
				t.Fatalf("%s: %d positions", rec.Ref, len(rec.Request.Positions))
			}
		}
		t.Fatal("the reader does not end")
	})
}
