package importer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// quarter is a file with every kind of street and outline, in the middle of Hà Nội.
func quarter(change func(p *pbf)) []byte {
	p := &pbf{}
	for i, at := range [][2]float64{{21.0255, 105.8540}, {21.0255, 105.8550}, {21.0265, 105.8550}, {21.0265, 105.8540}, {21.0275, 105.8540}} {
		p.node(int64(10+i), at[0], at[1])
	}
	for i, at := range [][2]float64{{21.0258, 105.8543}, {21.0258, 105.8547}, {21.0262, 105.8547}, {21.0262, 105.8543}} {
		p.node(int64(20+i), at[0], at[1])
	}
	p.node(1, 21.0256, 105.8541, "addr:housenumber", "1", "addr:street", "Phố Thử")
	p.way(100, []int64{10, 11, 12}, "highway", "residential", "name", "Phố  Thử ")
	p.way(101, []int64{12, 13, 99, 13, 14}, "highway", "trunk_link", "ref", "QL1A;QL18") // node 99 is not in the file
	p.way(102, []int64{98, 99}, "highway", "path", "name", "Đường mất")
	p.way(103, []int64{10, 12}, "highway", "service")                           // without a name
	p.way(104, []int64{10, 12}, "highway", "construction", "name", "Đường mới") // not a street yet
	p.way(105, []int64{10, 12}, "waterway", "river", "name", "Sông")
	p.way(110, []int64{10, 11, 12, 13, 10}, "building", "yes", "name", "Nhà A", "addr:housenumber", "12A")
	p.way(111, []int64{13, 12, 11, 10, 13}, "building", "yes") // the other way round
	p.way(112, []int64{10, 11, 99, 10}, "building", "yes")
	p.way(113, []int64{10, 11, 12, 13, 10}, "building", "no")
	p.way(114, []int64{10, 11, 12}, "building", "yes") // open
	p.way(115, []int64{10, 11, 12})
	p.way(116, []int64{12, 13, 10})
	p.way(117, []int64{20, 21, 22, 23, 20})
	p.relation(200, []int64{115, 116, 117}, []string{"outer", "outer", "inner"}, "type", "multipolygon", "building", "school", "name", "Trường")
	p.relation(201, []int64{115}, []string{"outer"}, "type", "multipolygon", "building", "yes")
	p.relation(202, []int64{117}, []string{"outer"}, "type", "multipolygon", "landuse", "grass")
	if change != nil {
		change(p)
	}
	return p.file("DenseNodes")
}

var allLayers = Layers{Addresses: true, Streets: true, Outlines: true}

func openMap(t testing.TB, data []byte, layers Layers) *OSMMap {
	t.Helper()
	m, err := NewOSMMap(context.Background(), bytes.NewReader(data), Source{Name: "quarter.osm.pbf", Dataset: "osm"}, layers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func readMap(t testing.TB, m *OSMMap) map[string]registry.MapRecord {
	t.Helper()
	all := map[string]registry.MapRecord{}
	for {
		r, err := m.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[r.Ref] = r
	}
}

func e7(lat, lon int32) geo.Point {
	return geo.Point{LatE7: 21_000_0000 + lat, LonE7: 105_800_0000 + lon}
}

func TestOSMMapObjects(t *testing.T) {
	a, b, c, d, e := e7(255000, 540000), e7(255000, 550000), e7(265000, 550000), e7(265000, 540000), e7(275000, 540000)
	yard := []geo.Point{e7(262000, 543000), e7(262000, 547000), e7(258000, 547000), e7(258000, 543000)}
	street := func(source, name string, kind registry.StreetKind, lines ...[]geo.Point) registry.MapRecord {
		return registry.MapRecord{Ref: source, Street: &registry.Street{Dataset: "osm", Source: source, Name: name, Kind: kind, Lines: lines}}
	}
	outline := func(source, name, number string, rings ...[]geo.Point) registry.MapRecord {
		return registry.MapRecord{Ref: source, Outline: &registry.Outline{Dataset: "osm", Source: source, Name: name, Number: number, Rings: rings}}
	}
	want := map[string]registry.MapRecord{
		"way/100":      street("way/100", "Phố Thử", registry.StreetResidential, []geo.Point{a, b, c}),
		"way/101":      street("way/101", "QL1A", registry.StreetTrunk, []geo.Point{c, d}, []geo.Point{d, e}),
		"way/110":      outline("way/110", "Nhà A", "12A", []geo.Point{a, b, c, d}),
		"way/111":      outline("way/111", "", "", []geo.Point{d, a, b, c}),
		"relation/200": outline("relation/200", "Trường", "", []geo.Point{a, b, c, d}, yard),
	}
	refused := []string{"relation/201", "way/102", "way/112"}
	m := openMap(t, quarter(nil), allLayers)
	got := readMap(t, m)
	for _, ref := range refused {
		r, ok := got[ref]
		if !ok || registry.CodeOf(r.Err) != registry.CodeInvalid {
			t.Errorf("%s: %v", ref, r.Err)
		}
		delete(got, ref)
	}
	if len(got) != len(want) {
		t.Errorf("%d objects, want %d", len(got), len(want))
	}
	for ref, w := range want {
		g := got[ref]
		if w.Outline != nil && g.Outline != nil && len(g.Outline.Rings) == len(w.Outline.Rings) {
			for i := range g.Outline.Rings { // rings may begin anywhere
				g.Outline.Rings[i], w.Outline.Rings[i] = fromLeast(g.Outline.Rings[i]), fromLeast(w.Outline.Rings[i])
			}
		}
		if !reflect.DeepEqual(g, w) {
			t.Errorf("%s: %+v %+v %v", ref, g.Street, g.Outline, g.Err)
		}
	}
	if done, total := m.Progress(); done != total || done != int64(len(want)+len(refused)) {
		t.Errorf("progress %d of %d", done, total)
	}
}

func fromLeast(ring []geo.Point) []geo.Point {
	i := 0
	for n, p := range ring {
		if p.LatE7 < ring[i].LatE7 || p.LatE7 == ring[i].LatE7 && p.LonE7 < ring[i].LonE7 {
			i = n
		}
	}
	return slices.Concat(ring[i:], ring[:i])
}

func TestOSMMapLayers(t *testing.T) {
	for _, layers := range []Layers{{Streets: true}, {Outlines: true}} {
		m := openMap(t, quarter(nil), layers)
		got := readMap(t, m)
		for ref, r := range got {
			if (r.Street != nil) != layers.Streets {
				t.Errorf("%+v: %s", layers, ref)
			}
		}
		if done, total := m.Progress(); len(got) < 3 || done != total {
			t.Errorf("%+v: %d objects, %d of %d", layers, len(got), done, total)
		}
	}
}

func TestOSMMapBrokenFiles(t *testing.T) {
	whole := quarter(nil)
	for name, data := range map[string][]byte{"cut off": whole[:len(whole)-10], "not PBF": []byte("lat,lon\n"), "empty": {}} {
		_, err := NewOSMMap(t.Context(), bytes.NewReader(data), Source{}, allLayers)
		var fe *FileError
		if !errors.As(err, &fe) || fe.Hint == "" {
			t.Errorf("%s: error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	m, err := NewOSMMap(ctx, bytes.NewReader(whole), Source{}, allLayers)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	cancel()
	if _, err := m.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// importMap runs the import of a file with its map.
func (r *real) importMap(t *testing.T, ctx context.Context, data []byte, open func(context.Context) (MapReader, error)) (Report, error) {
	t.Helper()
	reader, err := NewOSM(ctx, bytes.NewReader(data), Source{Name: "quarter.osm.pbf", Dataset: "osm"})
	if err != nil {
		t.Fatal(err)
	}
	if open == nil {
		open = func(context.Context) (MapReader, error) { return openMap(t, data, allLayers), nil }
	}
	return Run(ctx, r, reader, Options{Actor: registry.Actor{Name: "import"}, OnDuplicate: registry.MergeDuplicate, Resume: true, Map: open,
		File: registry.Import{Name: "quarter.osm.pbf", Format: "osm", Dataset: "osm", Scheme: "quarter", Digest: sha256.Sum256(data)}})
}

var hanoi = geo.Box{SouthWest: geo.Point{LatE7: 210_000_000, LonE7: 1_057_000_000}, NorthEast: geo.Point{LatE7: 211_000_000, LonE7: 1_060_000_000}}

func (r *real) onMap(t *testing.T) (streets []registry.Street, outlines []registry.Outline) {
	t.Helper()
	streets, err := r.Streets(t.Context(), hanoi, "", 1000)
	if err == nil {
		outlines, err = r.Outlines(t.Context(), hanoi, 1000)
	}
	if err != nil {
		t.Fatal(err)
	}
	return streets, outlines
}

// TestImportMapAgainAndUndo: the same extract changes nothing, a newer one replaces, and undoing takes out what an import was the last
// to change.
func TestImportMapAgainAndUndo(t *testing.T) {
	r := openReal(t, filepath.Join(t.TempDir(), "map.db"))
	first, err := r.importMap(t, t.Context(), quarter(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (registry.MapCounts{Added: 2, Rejected: 1}); first.Streets != want || first.Added != 2 {
		t.Errorf("first: %+v", first)
	}
	if want := (registry.MapCounts{Added: 3, Rejected: 2}); first.Outlines != want {
		t.Errorf("first: %+v", first)
	}
	reasons := map[string]int64{}
	for _, reason := range first.Reasons {
		reasons[reason.Outcome+" "+reason.Reason] = reason.Count
	}
	if reasons["street_rejected invalid:lines"] != 1 || reasons["outline_rejected invalid:outline"] != 2 {
		t.Errorf("reasons %v", reasons)
	}
	again, err := r.importMap(t, t.Context(), quarter(nil), nil)
	if want := (registry.MapCounts{Existing: 2, Rejected: 1}); err != nil || again.Streets != want || again.Outlines.Existing != 3 || again.Import == first.Import {
		t.Errorf("again: %+v, %v", again, err)
	}
	newer, err := r.importMap(t, t.Context(), quarter(func(p *pbf) {
		p.way(120, []int64{13, 14}, "highway", "service", "name", "Ngõ Mới")
		p.way(110, []int64{10, 11, 12, 10}, "building", "yes") // stands twice in the file; the last one counts
	}), nil)
	if want := (registry.MapCounts{Added: 1, Existing: 2, Rejected: 1}); err != nil || newer.Streets != want || newer.Outlines.Replaced != 1 {
		t.Errorf("newer: %+v, %v", newer, err)
	}
	if streets, outlines := r.onMap(t); len(streets) != 3 || len(outlines) != 3 {
		t.Errorf("%d streets, %d outlines", len(streets), len(outlines))
	}
	for _, step := range []struct{ id, streets, outlines int64 }{{again.Import, 0, 0}, {newer.Import, 1, 1}, {first.Import, 2, 2}} {
		undone, err := r.UndoImport(t.Context(), registry.Actor{Name: "import"}, step.id, nil)
		if err != nil || undone.Streets != step.streets || undone.Outlines != step.outlines {
			t.Errorf("undo of import %d: %+v, %v", step.id, undone, err)
		}
	}
	if streets, outlines := r.onMap(t); len(streets)+len(outlines) != 0 {
		t.Errorf("left: %+v, %+v", streets, outlines)
	}
	if err := r.store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	var entries []string
	err = r.store.View(t.Context(), func(rd registry.Reader) error {
		return rd.Journal(0, func(l registry.JournalLine) bool {
			if l.Entry != nil && strings.HasPrefix(l.Entry.Action, "import.") {
				entries = append(entries, l.Entry.Action)
			}
			return true
		})
	})
	if err != nil || len(entries) != 12 { // each import has one where it starts and where it ends, and so has its undo
		t.Errorf("%v, %v", entries, err)
	}
}

// cutShort is a map reader that ends with an error after some objects.
type cutShort struct {
	MapReader
	left int
}

var errCut = errors.New("cut short")

func (c *cutShort) Next(ctx context.Context) (registry.MapRecord, error) {
	if c.left--; c.left < 0 {
		return registry.MapRecord{}, errCut
	}
	return c.MapReader.Next(ctx)
}

// TestImportMapGoesOn: what a run decided before it ended is not decided again, wherever it ended.
func TestImportMapGoesOn(t *testing.T) {
	for after := range 9 {
		r := openReal(t, filepath.Join(t.TempDir(), "map.db"))
		data := quarter(nil)
		_, err := r.importMap(t, t.Context(), data, func(context.Context) (MapReader, error) {
			return &cutShort{openMap(t, data, allLayers), after}, nil
		})
		if !errors.Is(err, errCut) {
			t.Fatalf("after %d: %v", after, err)
		}
		whole, err := r.importMap(t, t.Context(), data, nil)
		if err != nil || whole.Import != 1 {
			t.Fatalf("after %d: %+v, %v", after, whole, err)
		}
		if s, o := (registry.MapCounts{Added: 2, Rejected: 1}), (registry.MapCounts{Added: 3, Rejected: 2}); whole.Streets != s || whole.Outlines != o {
			t.Errorf("after %d: %+v", after, whole)
		}
		if streets, outlines := r.onMap(t); len(streets) != 2 || len(outlines) != 3 {
			t.Errorf("after %d: %d streets, %d outlines", after, len(streets), len(outlines))
		}
	}
}

// TestOSMMapExtract reads real extracts.
func TestOSMMapExtract(t *testing.T) {
	shared := sharedData(t)
	for extract, want := range map[string]struct {
		streets, outlines int
		street            string
	}{"hanoi_quoctugiam_2023-12": {202, 497, "Phố Giảng Võ"}, "hcmute_thuduc_2023-11": {32, 126, "Võ Văn Ngân"}} {
		file, err := os.Open(filepath.Join(shared, "data/osm", extract+".osm.pbf"))
		if err != nil {
			t.Skipf("source data not there: %v", err)
		}
		defer file.Close()
		m, err := NewOSMMap(t.Context(), file, Source{Dataset: "osm"}, allLayers)
		if err != nil {
			t.Fatal(err)
		}
		streets, outlines, found := 0, 0, false
		for ref, r := range readMap(t, m) {
			if r.Err != nil {
				t.Errorf("%s: %v", ref, r.Err)
			}
			if r.Street != nil {
				streets++
				found = found || r.Street.Name == want.street
			} else {
				outlines++
			}
		}
		if streets != want.streets || outlines != want.outlines || !found {
			t.Errorf("%s: %d streets, %d outlines, %s %v", extract, streets, outlines, want.street, found)
		}
	}
}
