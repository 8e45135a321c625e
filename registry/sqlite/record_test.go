package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/storetest"
)

// FuzzRecord: what becomes a row, or the JSON of an event, comes back as it was.
func FuzzRecord(f *testing.F) {
	f.Add("12A", "Phố Hàng Bạc", "34/5", "osm", "node/1", int32(20250701), int32(210287000), int32(1058524000), 4.5, uint8(3))
	f.Add("", "", "", "", "", int32(0), int32(-900000000), int32(1800000000), 0.0, uint8(0))
	f.Add("\"", "\x00\n", "\u2028", "[]", ",", int32(-1), int32(0), int32(0), 1e300, uint8(255))
	f.Fuzz(func(t *testing.T, number, street, alley, scheme, value string, date, lat, lon int32, accuracy float64, choice uint8) {
		for _, s := range []string{number, street, alley, scheme, value} {
			if !utf8.ValidString(s) {
				t.Skip("JSON keeps valid UTF-8 only; the service refuses the rest")
			}
		}
		if math.IsNaN(accuracy) || math.IsInf(accuracy, 0) {
			t.Skip("the service refuses such an accuracy")
		}
		a := storetest.Address(storetest.Codes(t, 1)[0])
		a.Components = registry.Components{HouseNumber: number, Street: street, Unit: value}
		a.Positions[0].Point, a.Positions[0].AccuracyM = geo.Point{LatE7: lat, LonE7: lon}, accuracy
		for i := range choice % 4 {
			a.Components.Alley = append(a.Components.Alley, alley)
			more := a.Positions[0]
			more.Type = positionTypeNumbers[1+int(i)%3]
			more.Source = positionSourceNumbers[int(choice)%len(positionSourceNumbers)]
			a.Positions = append(a.Positions, more)
			a.ExternalIDs = append(a.ExternalIDs, registry.ExternalID{Scheme: scheme, Value: value})
		}
		for i := range a.ExternalIDs {
			if choice&4 != 0 {
				a.ExternalIDs[i].ValidFrom = geo.Date(date)
			}
			if choice&8 != 0 {
				a.ExternalIDs[i].ValidTo = geo.Date(date)
			}
			if choice&16 != 0 {
				a.ExternalIDs[i].Source = number
			}
		}
		rec, err := newRecord(a)
		if err != nil {
			t.Fatal(err)
		}
		values := rec.values(7)
		if len(values) != numRecordColumns+1 {
			t.Fatalf("%d values for %d columns and the likeness", len(values), numRecordColumns)
		}
		var fromRow, fromJSON record
		fromRow.scan(append([]driver.Value(nil), values...))
		text, err := encodeJSON(rec)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &fromJSON); err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*record{"row": &fromRow, "JSON": &fromJSON} {
			got, err := r.address()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !reflect.DeepEqual(got, a) {
				t.Errorf("%s:\n got %+v\nwant %+v", name, got, a)
			}
		}
	})
}

func TestDamagedRecords(t *testing.T) {
	for name, damage := range map[string]func(*record){
		"status":          func(r *record) { r.Status = 9 },
		"no status":       func(r *record) { r.Status = 0 },
		"kind":            func(r *record) { r.Kind = -1 },
		"position type":   func(r *record) { r.PositionType = 4 },
		"position source": func(r *record) { r.PositionSource = 6 },
		"key":             func(r *record) { r.Key = math.MaxInt64 },
		"positions":       func(r *record) { r.MorePositions = "{" },
		"type in a list":  func(r *record) { r.MorePositions = "[[0,1,2,3,4]]" },
		"alley":           func(r *record) { r.Alley = "12" },
		"external ids":    func(r *record) { r.ExternalIDs = "[[1,2]]" },
		"short id":        func(r *record) { r.ExternalIDs = `[["osm"]]` },
		"date":            func(r *record) { r.ExternalIDs = `[["osm","node/1","","soon"]]` },
		"too long an id":  func(r *record) { r.ExternalIDs = `[["a","b","c","1","2","3"]]` },
	} {
		rec, err := newRecord(storetest.Address(storetest.Codes(t, 1)[0]))
		if err != nil {
			t.Fatal(err)
		}
		damage(rec)
		if a, err := rec.address(); registry.CodeOf(err) != registry.CodeInternal {
			t.Errorf("%s: got %v, %v; want an internal error", name, a, err)
		}
	}
}

// Lists read by hand are read as encoding/json reads them, and nearly all that is stored is read by hand.
func FuzzPlainLists(f *testing.F) {
	for _, text := range []string{
		`[["osm","node/1"]]`, `[["osm","node/1"],["qd392","1151502853","",  "20250701"]]`, `[["a","b","c","d","e","f"]]`, `[]`, `[[]]`,
		`[["a\"","b"]]`, `[["a"],]`, `[["a",]]`, `[["a"]] `, `[["a"`, `[["a"]`, `[["a" "b"]]`, `[[""]]`, `[["Phố"]]`, `[["a"]]]`, `[["a\u0041"]]`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return // a text column holds UTF-8; control characters are refused or escaped
		}
		got, ok := plainLists(text)
		if !ok {
			return
		}
		var want [][]string
		if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: read %q, want %q (%v)", text, got, want, err)
		}
	})
}

func TestPlainListsReadsWhatIsWritten(t *testing.T) {
	want := [][]string{{"osm", "node/1"}, {"qd392", "1151502853", "", "20250701"}, {"cũ", "Số 12/34 ngõ"}}
	text, err := encodeJSON(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := plainLists(text); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: read %q, %v", text, got, ok)
	}
}
