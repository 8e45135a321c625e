package bulk_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

var builtIn = sync.OnceValues(seed.Load)

type world struct {
	svc    *registry.Service
	engine *geocode.Engine
	codes  []string
}

// newWorld registers houses 1 to 40 of Phố Hàng Khay and a tower with flats.
func newWorld(t testing.TB) *world {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{svc: registry.NewService(store, data.Divisions, data.Locator)}
	var requests []registry.AssignRequest
	for n := 1; n <= 40; n++ {
		p, err := geo.NewPoint(21.0250+float64(n)*0.0003, 105.8530)
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, registry.AssignRequest{
			Positions:   []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, AccuracyM: 3}}},
			Components:  registry.Components{HouseNumber: fmt.Sprint(n), Street: "Phố Hàng Khay"},
			ExternalIDs: []registry.ExternalID{{Scheme: "qd392", Value: fmt.Sprintf("10000%05d", n)}},
		})
	}
	answers, err := w.svc.AssignMany(t.Context(), registry.Actor{Name: "test"}, requests)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		w.codes = append(w.codes, a.Address.Code.String())
	}
	if w.engine, err = geocode.NewEngine(t.Context(), w.svc, store); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) run(t testing.TB, text string, o bulk.Options) (string, bulk.Report) {
	t.Helper()
	var out bytes.Buffer
	report, err := bulk.Geocode(t.Context(), w.engine, w.svc, strings.NewReader(text), &out, o)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), report
}

// answers reads a CSV answer as maps by column.
func answers(t testing.TB, text string, comma rune) []map[string]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, cells := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(cells) {
				m[name] = cells[i]
			}
		}
		out = append(out, m)
	}
	return out
}

func TestWhatARowMayHold(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct {
		header, row string
		status      string
		action      string
		code        string
		issue       string
	}{
		"address":                       {"Địa chỉ nhận", "12 Hàng Khay; Hoàn Kiếm; HN", "matched", "", w.codes[11], ""},
		"address and divisions apart":   {"address,ward,city", "12 Hàng Khay,Phường Hoàn Kiếm,Hà Nội", "matched", "accept", w.codes[11], ""},
		"parts":                         {"so_nha,duong,phuong_xa,tinh", "12,Phố Hàng Khay,Phường Hoàn Kiếm,Hà Nội", "matched", "accept", w.codes[11], ""},
		"code":                          {"Mã địa chỉ", w.codes[4], "matched", "accept", w.codes[4], ""},
		"code in another spelling":      {"ma_dia_chi", strings.ToLower(strings.ReplaceAll(w.codes[4], "-", "")), "matched", "accept", w.codes[4], ""},
		"10-digit number":               {"qd392", "1000000005", "matched", "accept", w.codes[4], ""},
		"unknown number":                {"qd392,address", "9999999999,12 Hàng Khay Hà Nội", "matched", "confirm", w.codes[11], "NUMBER392.unknown"},
		"position at a door":            {"vĩ độ,kinh độ", "21.0265,105.8530", "matched", "confirm", w.codes[4], ""},
		"position with a decimal comma": {"lat;lon", "21,0265;105,8530", "matched", "confirm", w.codes[4], ""},
		"position between doors":        {"lat,lon", "21.02665,105.8530", "partial", "confirm", "", ""},
		"swapped position":              {"lat,lon", "105.8530,21.0265", "invalid", "fix", "", "POSITION.swapped"},
		"position abroad":               {"lat,lon", "48.85,2.35", "invalid", "fix", "", "POSITION.outside"},
		"no position fix":               {"lat,lon", "0,0", "empty", "", "", ""},
		"code against address":          {"address,ma dia chi", "12 Hàng Khay Hà Nội," + w.codes[4], "matched", "confirm", w.codes[11], "CODE.mismatch"},
		"address against position":      {"address,lat,lon", "12 Hàng Khay Hà Nội,10.77,106.69", "matched", "", w.codes[11], "POSITION.mismatch"},
		"damaged code":                  {"ma dia chi", w.codes[4][:13] + "?", "invalid", "confirm", "", "CODE.invalid"},
		"nothing":                       {"address,phone", ",0912", "empty", "", "", ""},
		"nonsense":                      {"address", "xyzzy qwerty", "not_found", "fix", "", ""},
		"a cell too many":               {"address", "12, Hàng Khay", "invalid", "fix", "", "ROW: the row has 2 columns, the header 1: a cell with the separator in it needs quotes"},
		"a formula is just text":        {"address", "=1+1", "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			comma := ','
			if strings.Contains(tt.header, ";") {
				comma = ';'
			}
			out, report := w.run(t, tt.header+"\n"+tt.row+"\n", bulk.Options{})
			got := answers(t, out, comma)[0]
			if tt.status == "invalid" && strings.HasPrefix(tt.issue, "ROW") {
				if !strings.Contains(out, tt.issue) || report.Statuses[bulk.StatusInvalid] != 1 {
					t.Fatalf("%s", out)
				}
				return
			}
			if tt.status != "" && got["result_status"] != tt.status || tt.action != "" && got["result_next_action"] != tt.action {
				t.Errorf("status %s, action %s, want %s, %s\n%s", got["result_status"], got["result_next_action"], tt.status, tt.action, out)
			}
			if got["result_code"] != tt.code && tt.status != "" {
				t.Errorf("code %s, want %s", got["result_code"], tt.code)
			}
			if !strings.Contains(got["result_issues"], tt.issue) {
				t.Errorf("issues %q, want %s", got["result_issues"], tt.issue)
			}
			if tt.status == "matched" && (got["result_commune"] != "Phường Hoàn Kiếm" || got["result_province"] != "Thành phố Hà Nội" ||
				got["result_lat"] == "" || !strings.HasSuffix(got["result_zone"], "-") || got["result_postcode"] == "" || got["result_label"] == "") {
				t.Errorf("the result lacks something: %s", out)
			}
		})
	}
}

// Whatever a file holds, its rows come back byte for byte, in their order, with the results behind them.
func TestInputComesBack(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]string{
		"quotes and line ends": "id,address,note\r\n1,\"12 Hàng Khay, HN\",\"two\r\nlines\"\r\n2,  spaced ,\"say \"\"hi\"\"\"\r\n",
		"byte order mark":      "\ufeffid,address\n1,12 Hàng Khay\n",
		"sep line":             "sep=;\nid;address\n1;12 Hàng Khay\n",
		"short rows":           "id,address,a,b\n1,12 Hàng Khay\n\n2\n",
		"formulas":             "id,address\n=1+1,+84 12 Hàng Khay\n",
		"decomposed":           "id,địa chỉ\n1,12 Hàng Khay\n",
	} {
		t.Run(name, func(t *testing.T) {
			out, _ := w.run(t, text, bulk.Options{})
			in := strings.SplitAfter(text, "\n")
			lines := strings.SplitAfter(out, "\n")
			if len(in) != len(lines) {
				t.Fatalf("%d lines became %d:\n%s", len(in), len(lines), out)
			}
			for i := range in {
				if want := strings.TrimRight(in[i], "\r\n"); !strings.HasPrefix(lines[i], want) {
					t.Errorf("line %d is %q, want it to begin with %q", i+1, lines[i], want)
				}
			}
		})
	}
}

func TestFormulasAreNeutralised(t *testing.T) {
	w := newWorld(t)
	text := "id,address\n=HYPERLINK(1),12 Hàng Khay\n"
	out, _ := w.run(t, text, bulk.Options{SafeCells: true})
	if !strings.Contains(out, "\n'=HYPERLINK(1),12 Hàng Khay,") {
		t.Errorf("--safe-cells left a formula: %s", out)
	}
	for _, cell := range strings.Split(out, ",") {
		if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
			t.Errorf("the cell %q can be run", cell)
		}
	}
}

func TestNDJSON(t *testing.T) {
	w := newWorld(t)
	text := `{"id":1,"địa chỉ":"12 Hàng Khay, HN","extra":{"a":[1]}}` + "\n" + `{}` + "\n" + `[1]` + "\n" + `{"lat":21.0265,"lon":105.853}` + "\n" + `{"address":{"a":1}}` + "\n"
	out, report := w.run(t, text, bulk.Options{Format: bulk.FormatNDJSON})
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 5 || report.Rows != 5 {
		t.Fatalf("%d lines: %s", len(lines), out)
	}
	var got []map[string]any
	for _, line := range lines {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		got = append(got, m)
	}
	if !strings.HasPrefix(lines[0], `{"id":1,"địa chỉ":"12 Hàng Khay, HN","extra":{"a":[1]},"result_status":"matched"`) {
		t.Errorf("the object did not stay as it was: %s", lines[0])
	}
	for i, want := range []string{"matched", "empty", "invalid", "matched", "invalid"} {
		if got[i]["result_status"] != want {
			t.Errorf("line %d is %v, want %s", i+1, got[i]["result_status"], want)
		}
	}
	if got[0]["result_code"] != w.codes[11] || got[0]["result_lat"] == nil || got[2]["input_line"] != 3.0 {
		t.Errorf("answers: %s", out)
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct{ text, say string }{
		"empty":         {"", "the file is empty"},
		"xlsx":          {"PK\x03\x04rest", "spreadsheet"},
		"xls":           {"\xd0\xcf\x11\xe0rest", "Excel"},
		"gzip":          {"\x1f\x8brest", "gzip"},
		"utf-16":        {"\xff\xfea\x00", "UTF-16"},
		"windows-1258":  {"\xd0\xeca ch\xec\n1", "not UTF-8"},
		"binary":        {"a\x00b", "not text"},
		"no column":     {"id,name\n1,2\n", "no column of an address"},
		"two columns":   {"address,địa chỉ\n1,2\n", "both look like address"},
		"half position": {"lat\n1\n", "only one"},
		"an answer":     {"address,result_status\n1,2\n", "already"},
		"one long line": {strings.Repeat("a", 200_000), "longer than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bulk.Geocode(t.Context(), w.engine, w.svc, strings.NewReader(tt.text), io.Discard, bulk.Options{})
			fault, ok := errors.AsType[*textfile.Error](err)
			if !ok || !strings.Contains(fault.Error(), tt.say) {
				t.Fatalf("%v, want something about %q", err, tt.say)
			}
			if fault.Hint == "" && tt.text != "" {
				t.Error("it does not say what to do")
			}
		})
	}
}

func TestColumnsByName(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"Nơi đến", "noi den", "2"} {
		out, _ := w.run(t, "address,Nơi đến\nkhông phải,12 Hàng Khay HN\n", bulk.Options{Columns: map[bulk.Column]string{bulk.ColumnAddress: name}})
		if got := answers(t, out, ',')[0]; got["result_code"] != w.codes[11] {
			t.Errorf("--column address=%s: %s", name, out)
		}
	}
	_, err := bulk.Geocode(t.Context(), w.engine, w.svc, strings.NewReader("a,b\n1,2\n"), io.Discard, bulk.Options{Columns: map[bulk.Column]string{bulk.ColumnAddress: "c"}})
	if _, ok := errors.AsType[*textfile.Error](err); !ok {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestSorted(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	b.WriteString("id,address\n0,nowhere at all\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%d Hàng Khay HN\n", i+1, (i*17)%40+1)
	}
	var out bytes.Buffer
	report, gain, err := bulk.GeocodeSorted(t.Context(), w.engine, w.svc, strings.NewReader(b.String()), &out, bulk.Options{})
	if err != nil || report.Rows != 41 || gain.Placed != 40 {
		t.Fatalf("%+v %+v %v", report, gain, err)
	}
	rows := answers(t, out.String(), ',')
	if len(rows) != 41 || rows[40]["id"] != "0" {
		t.Fatalf("a row without a place must come last:\n%s", out.String())
	}
	var zones []string
	for _, r := range rows[:40] {
		if z := r["result_zone"]; len(zones) == 0 || zones[len(zones)-1] != z {
			if slices.Contains(zones, z) {
				t.Errorf("zone %s is visited twice", z)
			}
			zones = append(zones, z)
		}
	}
	if gain.SortedKm*3 > gain.InputKm {
		t.Errorf("the way is %.3f km, from %.3f km", gain.SortedKm, gain.InputKm)
	}
}

// failing is an engine whose store fails.
type failing struct{ err error }

func (f failing) Validate(context.Context, geocode.ValidateRequest) (*geocode.Verdict, error) {
	return nil, f.err
}

func TestFailuresOfTheStoreEndTheFile(t *testing.T) {
	w := newWorld(t)
	broken := errors.New("disk on fire")
	_, err := bulk.Geocode(t.Context(), failing{broken}, w.svc, strings.NewReader("address\n"+strings.Repeat("12 Hàng Khay\n", 5000)), io.Discard, bulk.Options{})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bulk.Geocode(ctx, w.engine, w.svc, strings.NewReader("address\n"+strings.Repeat("12 Hàng Khay\n", 5000)), io.Discard, bulk.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// repeated is a file of n rows that is in memory nowhere.
type repeated struct {
	head, row string
	n         int
	rest      []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.head != "" {
			r.rest, r.head = []byte(r.head), ""
		} else if r.n > 0 {
			r.rest = []byte(r.row)
			r.n--
		} else {
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// nothing is an engine that finds nothing: it leaves the memory of the file's own handling.
type nothing struct{}

func (nothing) Validate(context.Context, geocode.ValidateRequest) (*geocode.Verdict, error) {
	return &geocode.Verdict{Granularity: geocode.GranularityNone}, nil
}

func TestMemoryIsFlat(t *testing.T) {
	w := newWorld(t)
	used := func(rows int) uint64 {
		var peak uint64
		var m runtime.MemStats
		o := bulk.Options{Progress: func(n int64) {
			if n%(64*500) == 0 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}}
		report, err := bulk.Geocode(t.Context(), nothing{}, w.svc, &repeated{head: "address\n", row: "12 Hàng Khay, Hà Nội\n", n: rows}, io.Discard, o)
		if err != nil || report.Rows != int64(rows) {
			t.Fatalf("%+v %v", report, err)
		}
		return peak
	}
	small, large := used(64_000), used(1_000_000)
	if large > small+8<<20 {
		t.Errorf("%d bytes for 64,000 rows, %d for 1,000,000", small, large)
	}
}
