package importer

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func readAll(t *testing.T, r Reader) []Record {
	t.Helper()
	var out []Record
	for {
		rec, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec.Understood())
	}
}

func TestCSVColumns(t *testing.T) {
	want := registry.AssignRequest{
		Positions: []registry.TypedPosition{{Type: registry.PositionBuilding, Position: geo.Position{
			Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}, Source: geo.SourceImport}}},
		Kind:       registry.KindDwelling,
		Components: registry.Components{HouseNumber: "12/34/5A", Street: "Phố Đội Cấn", Alley: []string{"12", "34"}},
		Provenance: registry.Provenance{Dataset: "csv", Detail: "test.csv"},
	}
	for name, text := range map[string]string{
		"english":           "lat,lon,house_number,street,alley\n21.0287,105.8524,12/34/5A,Phố Đội Cấn,12/34\n",
		"byte order mark":   "\ufefflat,lon,house_number,street,alley\n21.0287,105.8524,12/34/5A,Phố Đội Cấn,12/34\n",
		"vietnamese":        "Vĩ độ,Kinh độ,Số nhà,Đường,Ngõ,Ngách\n21.0287,105.8524,12/34/5A,Phố Đội Cấn,12,34\n",
		"vietnamese folded": "vi_do,kinh_do,so_nha,duong,ngo\n21.0287,105.8524,12/34/5A,Phố Đội Cấn,12/34\n",
		"semicolon, comma":  "lat;lon;house_number;street;alley\n21,0287;105,8524;12/34/5A;Phố Đội Cấn;12/34\n",
		"tab, CRLF":         "lat\tlon\thouse_number\tstreet\talley\r\n21.0287\t105.8524\t12/34/5A\tPhố Đội Cấn\t12/34\r\n",
		"decomposed text":   "lat,lon,house_number,street,alley\n21.0287,105.8524,12/34/5A," + norm.NFD.String("Phố Đội Cấn") + ",12/34\n",
		"quoted, spaces":    "lat,lon,house_number,street,alley\n 21.0287 ,105.8524,\"12/34/5A\",\" Phố Đội Cấn \",12 / 34\n",
	} {
		t.Run(name, func(t *testing.T) {
			recs := readAll(t, openCSV(t, text))
			if len(recs) != 1 || recs[0].Err != nil {
				t.Fatalf("%+v", recs)
			}
			if recs[0].Ref != "line 2" || !reflect.DeepEqual(recs[0].Request, want) {
				t.Errorf("got %s %+v\nwant %+v", recs[0].Ref, recs[0].Request, want)
			}
		})
	}
}

func TestCSVAllFields(t *testing.T) {
	text := "id,scheme,kind,hamlet,quarter,building,block,floor,unit,commune_code,position_type,position_source,accuracy,lat,lon\n" +
		"7,qd392,public,Thôn 3,Tổ 5,Toà A,Khối 1,12,1203,70,entrance,gps,2.5,21.0287,105.8524\n"
	recs := readAll(t, openCSV(t, text))
	if len(recs) != 1 || recs[0].Err != nil {
		t.Fatalf("%+v", recs)
	}
	r := recs[0].Request
	if want := (registry.Components{Hamlet: "Thôn 3", Quarter: "Tổ 5", Building: "Toà A", Block: "Khối 1", Floor: "12", Unit: "1203"}); !reflect.DeepEqual(r.Components, want) {
		t.Errorf("components %+v", r.Components)
	}
	if r.Kind != registry.KindPublic || r.CommuneCode != "00070" {
		t.Errorf("kind %s, commune %s", r.Kind, r.CommuneCode)
	}
	p := r.Positions[0]
	if p.Type != registry.PositionEntrance || p.Source != geo.SourceGPS || p.AccuracyM != 2.5 {
		t.Errorf("position %+v", p)
	}
	if want := []registry.ExternalID{{Scheme: "qd392", Value: "7", Source: "csv"}}; !reflect.DeepEqual(r.ExternalIDs, want) {
		t.Errorf("external ids %+v", r.ExternalIDs)
	}
}

func TestCSVExternalIDs(t *testing.T) {
	for id, want := range map[string]registry.ExternalID{
		"osm:node/1": {Scheme: "osm", Value: "node/1", Source: "csv"},
		"17":         {Scheme: "test", Value: "17", Source: "csv"},
	} {
		recs := readAll(t, openCSV(t, "id,lat,lon\n"+id+",21,105\n"))
		if len(recs) != 1 || recs[0].Err != nil || len(recs[0].Request.ExternalIDs) != 1 || recs[0].Request.ExternalIDs[0] != want {
			t.Errorf("%s: %+v", id, recs)
		}
	}
}

func TestCSVRejectsRowsAndGoesOn(t *testing.T) {
	const good = "21.0287,105.8524,dwelling\n"
	for name, tt := range map[string]struct {
		row, field string
		code       registry.ErrorCode
	}{
		"too few columns":  {"21.0287,105.8524", "", registry.CodeInvalid},
		"too many columns": {"21.0287,105.8524,dwelling,1", "", registry.CodeInvalid},
		"bare quote":       {`21.0287,105.8524,dw"elling`, "", registry.CodeInvalid},
		"no latitude":      {",105.8524,dwelling", "lat", registry.CodeInvalid},
		"not a number":     {"21.0287,105.85.24,dwelling", "lon", registry.CodeInvalid},
		"NaN":              {"NaN,105.8524,dwelling", "", registry.CodePositionInvalid},
		"beyond the pole":  {"91,105.8524,dwelling", "", registry.CodePositionInvalid},
		"unknown kind":     {"21.0287,105.8524,palace", "kind", registry.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			report, err := Run(context.Background(), m, openCSV(t, "lat,lon,kind\n"+good+tt.row+"\n21.03,105.85,\n"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if report.Added != 2 || report.Rejected != 1 {
				t.Fatalf("%+v", report)
			}
			r := report.Rejections[0]
			if r.Ref != "line 3" || r.Code != tt.code || r.Field != tt.field {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestCSVRefusesFiles(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("lat,lon\n21,105\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, where, what string }{
		"empty":               {"", "", "empty"},
		"UTF-16":              {utf16, "", "UTF-16"},
		"UTF-16 without mark": {utf16[2:], "line 1", "UTF-16"},
		"windows-1258":        {"lat,lon,street\n21,105,Tr\xe2n Ph\xfa\n", "line 2", "not UTF-8"},
		"no position":         {"house_number,street\n1,A\n", "line 1", `no column "lat"`},
		"column twice":        {"lat,lon,Vĩ độ\n1,2,3\n", "line 1", "mean the same"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewCSV(strings.NewReader(tt.text), 0, Source{})
			var fe *FileError
			if !errors.As(err, &fe) || fe.Where != tt.where || !strings.Contains(fe.What, tt.what) {
				t.Fatalf("error %v", err)
			}
		})
	}
}

func TestCSVBoundsARecord(t *testing.T) {
	r := openCSV(t, "lat,lon,street\n21,105,A\n21,105,\""+strings.Repeat("never closed\n", maxRecordBytes/10))
	if _, err := r.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, err := r.Next(context.Background())
	var fe *FileError
	if !errors.As(err, &fe) || fe.Where != "after line 2" || !strings.Contains(fe.Hint, "quote") {
		t.Fatalf("error %v", err)
	}
}

func TestCSVNotes(t *testing.T) {
	r := openCSV(t, "lat,lon,id,phone,city\n")
	notes := strings.Join(r.Notes(), "; ")
	if !strings.Contains(notes, "phone, city") || !strings.Contains(notes, `"test"`) {
		t.Errorf("notes %q", notes)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("lat,lon,house_number\n21.0287,105.8524,12A\n")
	f.Add("Vĩ độ;Kinh độ;Ngõ\n21,0287;105,8524;\"12/34\"\n")
	f.Add("lat\tlon\r\n\"\t\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := NewCSV(strings.NewReader(text), 0, Source{Name: "f", Dataset: "csv", Scheme: "f"})
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for range lines + 1 {
			rec, err := r.Next(context.Background())
			if err != nil {
				return
			}
			if rec.Ref == "" {
				t.Fatal("a record without its place")
			}
			if rec = rec.Understood(); rec.Err == nil && len(rec.Request.Positions) != 1 {
				t.Fatalf("%s: %d positions", rec.Ref, len(rec.Request.Positions))
			}
		}
		t.Fatal("more records than lines")
	})
}
