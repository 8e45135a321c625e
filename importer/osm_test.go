package importer

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// pbf writes a small OpenStreetMap PBF file: plain nodes, ways and relations in one uncompressed block.
type pbf struct {
	strings [][]byte
	group   []byte
}

func (p *pbf) text(s string) uint64 {
	for i, have := range p.strings {
		if string(have) == s {
			return uint64(i)
		}
	}
	if len(p.strings) == 0 {
		p.strings = append(p.strings, nil) // index 0 is never used
	}
	p.strings = append(p.strings, []byte(s))
	return uint64(len(p.strings) - 1)
}

func message(field protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), content)
}

func varint(field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), v)
}

func packed(field protowire.Number, values ...uint64) []byte {
	var content []byte
	for _, v := range values {
		content = protowire.AppendVarint(content, v)
	}
	return message(field, content)
}

func (p *pbf) tags(tags []string) []byte {
	var keys, values []uint64
	for i := 0; i < len(tags); i += 2 {
		keys, values = append(keys, p.text(tags[i])), append(values, p.text(tags[i+1]))
	}
	return append(packed(2, keys...), packed(3, values...)...)
}

func deltas(ids []int64) []uint64 {
	var out []uint64
	last := int64(0)
	for _, id := range ids {
		out = append(out, protowire.EncodeZigZag(id-last))
		last = id
	}
	return out
}

func (p *pbf) node(id int64, lat, lon float64, tags ...string) {
	var keysValues []uint64
	for _, tag := range tags {
		keysValues = append(keysValues, p.text(tag))
	}
	keysValues = append(keysValues, 0)
	d := packed(1, protowire.EncodeZigZag(id))
	d = append(d, packed(8, protowire.EncodeZigZag(int64(math.Round(lat*1e7))))...)
	d = append(d, packed(9, protowire.EncodeZigZag(int64(math.Round(lon*1e7))))...)
	d = append(d, packed(10, keysValues...)...)
	p.group = append(p.group, message(2, d)...) // dense nodes are what real files have
}

func (p *pbf) way(id int64, nodes []int64, tags ...string) {
	w := varint(1, uint64(id))
	w = append(w, p.tags(tags)...)
	w = append(w, packed(8, deltas(nodes)...)...)
	p.group = append(p.group, message(3, w)...)
}

func (p *pbf) relation(id int64, ways []int64, roles []string, tags ...string) {
	var roleIDs []uint64
	for _, role := range roles {
		roleIDs = append(roleIDs, p.text(role))
	}
	r := varint(1, uint64(id))
	r = append(r, p.tags(tags)...)
	r = append(r, packed(8, roleIDs...)...)
	r = append(r, packed(9, deltas(ways)...)...)
	types := make([]uint64, len(ways))
	for i := range types {
		types[i] = 1 // way
	}
	r = append(r, packed(10, types...)...)
	p.group = append(p.group, message(4, r)...)
}

func (p *pbf) file(features ...string) []byte {
	var header []byte
	for _, feature := range append(features, "OsmSchema-V0.6") {
		header = append(header, message(4, []byte(feature))...)
	}
	var table []byte
	for _, s := range p.strings {
		table = append(table, message(1, s)...)
	}
	block := append(message(1, table), message(2, p.group)...)
	block = append(block, varint(17, 100)...) // granularity: 100 nano-degrees
	return append(fileBlock("OSMHeader", header), fileBlock("OSMData", block)...)
}

func fileBlock(kind string, content []byte) []byte {
	blob := append(message(1, content), varint(2, uint64(len(content)))...)
	head := append(message(1, []byte(kind)), varint(3, uint64(len(blob)))...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	return append(append(out, head...), blob...)
}

// town is a file with every kind of object that an address can hang on.
func town() []byte {
	p := &pbf{}
	p.node(1, 21.0001, 105.0001, "addr:housenumber", "1", "addr:street", "Phố Huế", "shop", "yes")
	p.node(2, 21.0002, 105.0002, "entrance", "yes", "addr:housenumber", "2", "addr:place", "Khu phố 3")
	p.node(3, 21.0003, 105.0003, "amenity", "bench")
	for i, at := range [][2]float64{{21, 105}, {21, 105.001}, {21.001, 105.001}, {21.001, 105}} {
		p.node(int64(10+i), at[0], at[1])
	}
	p.node(14, 21.0005, 105, "entrance", "main")
	p.node(15, 21.0004, 105, "entrance", "yes")
	for i, at := range [][2]float64{{21.0003, 105.0003}, {21.0003, 105.0007}, {21.0007, 105.0007}, {21.0007, 105.0003}} {
		p.node(int64(20+i), at[0], at[1])
	}
	p.way(100, []int64{10, 11, 12, 13, 10}, "building", "yes", "addr:housenumber", "3", "addr:street", "Phố Huế")
	p.way(101, []int64{10, 11, 12, 13, 15, 14, 10}, "building", "retail", "addr:housenumber", "4", "addr:housename", "Toà Sen", "addr:unit", "5", "addr:floor", "6", "addr:block", "B")
	p.way(102, []int64{10, 11, 99, 10}, "addr:housenumber", "5") // node 99 is not in the file
	p.way(103, []int64{10, 11, 12})
	p.way(104, []int64{12, 13, 10})
	p.way(105, []int64{20, 21, 22, 23, 20})
	p.way(106, []int64{10, 11}, "highway", "residential")
	p.relation(200, []int64{103, 104, 105}, []string{"outer", "outer", "inner"}, "type", "multipolygon", "addr:housenumber", "6", "amenity", "school")
	p.relation(201, []int64{103}, []string{"outer"}, "type", "multipolygon", "addr:housenumber", "7")
	return p.file("DenseNodes")
}

func openOSM(t *testing.T, data []byte) *OSM {
	t.Helper()
	r, err := NewOSM(context.Background(), bytes.NewReader(data), Source{Name: "town.osm.pbf", Dataset: "osm"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOSMObjects(t *testing.T) {
	type want struct {
		at         geo.Point
		ptype      registry.PositionType
		kind       registry.Kind
		components registry.Components
		footprint  int
		rejected   bool
	}
	center := geo.Point{LatE7: 210005000, LonE7: 1050005000}
	wants := map[string]want{
		"node/1":       {at: geo.Point{LatE7: 210001000, LonE7: 1050001000}, ptype: registry.PositionBuilding, kind: registry.KindBusiness, components: registry.Components{HouseNumber: "1", Street: "Phố Huế"}},
		"node/2":       {at: geo.Point{LatE7: 210002000, LonE7: 1050002000}, ptype: registry.PositionEntrance, kind: registry.KindDwelling, components: registry.Components{HouseNumber: "2", Quarter: "Khu phố 3"}},
		"way/100":      {at: center, ptype: registry.PositionBuilding, kind: registry.KindDwelling, components: registry.Components{HouseNumber: "3", Street: "Phố Huế"}, footprint: 4},
		"way/101":      {at: geo.Point{LatE7: 210005000, LonE7: 1050000000}, ptype: registry.PositionEntrance, kind: registry.KindBusiness, components: registry.Components{HouseNumber: "4", Building: "Toà Sen", Unit: "5", Floor: "6", Block: "B"}, footprint: 6},
		"way/102":      {rejected: true},
		"relation/200": {ptype: registry.PositionBuilding, kind: registry.KindPublic, components: registry.Components{HouseNumber: "6"}, footprint: 4},
		"relation/201": {rejected: true},
	}
	r := openOSM(t, town())
	recs := readAll(t, r)
	if len(recs) != len(wants) {
		t.Errorf("%d records, want %d", len(recs), len(wants))
	}
	if done, total := r.Progress(); done != total || done != int64(len(wants)) {
		t.Errorf("progress %d of %d", done, total)
	}
	for _, rec := range recs {
		w, ok := wants[rec.Ref]
		if !ok || w.rejected != (rec.Err != nil) {
			t.Errorf("%s: error %v", rec.Ref, rec.Err)
			continue
		}
		if w.rejected {
			continue
		}
		req := rec.Request
		if !reflect.DeepEqual(req.Components, w.components) || req.Kind != w.kind || len(req.Footprint) != w.footprint {
			t.Errorf("%s: %+v", rec.Ref, req)
		}
		if p := req.Positions[0]; p.Type != w.ptype || p.Source != geo.SourceImport || (w.at != geo.Point{} && p.Point != w.at) {
			t.Errorf("%s: position %+v, want %+v", rec.Ref, p, w.at)
		}
		if id := req.ExternalIDs; len(id) != 1 || id[0].Scheme != "osm" || id[0].Value != rec.Ref {
			t.Errorf("%s: external ids %+v", rec.Ref, id)
		}
		if rec.Ref == "relation/200" { // the courtyard is not part of the building
			lat, lon := req.Positions[0].Point.Lat(), req.Positions[0].Point.Lon()
			if lat > 21.0003 && lat < 21.0007 && lon > 105.0003 && lon < 105.0007 {
				t.Errorf("%s lies in its courtyard", rec.Ref)
			}
		}
	}
}

func TestOSMBrokenFiles(t *testing.T) {
	whole := town()
	for name, data := range map[string][]byte{
		"cut off":  whole[:len(whole)-10],
		"not PBF":  []byte("<?xml version='1.0'?><osm/>\n"),
		"CSV text": []byte("lat,lon,house_number\n21,105,1\n"),
		"empty":    {},
		"history":  (&pbf{}).file("DenseNodes", "HistoricalInformation"),
		"no dense": (&pbf{}).file(),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewOSM(context.Background(), bytes.NewReader(data), Source{})
			var fe *FileError
			if !errors.As(err, &fe) || fe.Hint == "" {
				t.Fatalf("error %v", err)
			}
		})
	}
}

func TestOSMStopsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := NewOSM(ctx, bytes.NewReader(town()), Source{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
}

// TestOSMExtract reads a real extract and finds every object that an independent extraction of it lists.
func TestOSMExtract(t *testing.T) {
	shared := sharedData(t)
	table, err := os.Open(filepath.Join(shared, "data/addresses/osm_addresses_hn_hcm.csv"))
	if err != nil {
		t.Skipf("source data not there: %v", err)
	}
	defer table.Close()
	lines, err := csv.NewReader(table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for extract, count := range map[string]int{"hanoi_quoctugiam_2023-12": 253, "hcmute_thuduc_2023-11": 58} {
		file, err := os.Open(filepath.Join(shared, "data/osm", extract+".osm.pbf"))
		if err != nil {
			t.Skipf("source data not there: %v", err)
		}
		defer file.Close()
		r, err := NewOSM(context.Background(), file, Source{Name: extract, Dataset: "osm"})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Record{}
		for _, rec := range readAll(t, r) {
			if rec.Err != nil {
				t.Logf("%s rejected: %v", rec.Ref, rec.Err)
			}
			got[rec.Ref] = rec
		}
		if len(got) != count {
			t.Errorf("%s: %d house numbers, want %d", extract, len(got), count)
		}
		listed := 0
		for _, line := range lines[1:] {
			if line[15] != extract {
				continue
			}
			listed++
			rec, ok := got[line[0]+"/"+line[1]]
			if !ok || rec.Err != nil {
				t.Errorf("%s/%s is missing: %v", line[0], line[1], rec.Err)
				continue
			}
			// The list puts a place in the column of the street.
			if c := rec.Request.Components; c.HouseNumber != line[4] || (c.Street != line[5] && c.Hamlet != line[5] && c.Quarter != line[5]) {
				t.Errorf("%s: %+v, want %s, %s", rec.Ref, c, line[4], line[5])
			}
		}
		if listed < count*9/10 {
			t.Errorf("%s: only %d of %d listed", extract, listed, count)
		}
	}
}

// sharedData is the folder of source data, which is not part of the project.
func sharedData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("DIACHISO_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("source data not there (set DIACHISO_SHARED): %v", err)
	}
	return dir
}

func BenchmarkOSM(b *testing.B) {
	data := town()
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewOSM(context.Background(), bytes.NewReader(data), Source{})
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := r.Next(context.Background()); errors.Is(err, io.EOF) {
				break
			}
		}
	}
}
