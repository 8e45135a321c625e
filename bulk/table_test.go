package bulk

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func rowsOf(t testing.TB, text string, comma byte) []row {
	t.Helper()
	tb := table{text: bufio.NewReaderSize(strings.NewReader(text), 16), comma: comma}
	var rows []row
	for {
		r, err := tb.next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		r.raw, r.end = bytes.Clone(r.raw), bytes.Clone(r.end)
		rows = append(rows, r)
	}
}

func TestRows(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		cells [][]string
		fault []int // indices of rows that can't be read
		lines []int
	}{
		"plain":              {"a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}, nil, []int{1, 2}},
		"no last line end":   {"a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}, nil, []int{1, 2}},
		"CRLF":               {"a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}, nil, []int{1, 2}},
		"quotes":             {"\"a,b\",\"c\"\"d\"\n", [][]string{{"a,b", `c"d`}}, nil, []int{1}},
		"line end in a cell": {"\"a\nb\",c\nd,e\n", [][]string{{"a\nb", "c"}, {"d", "e"}}, nil, []int{1, 3}},
		"quote inside":       {"a\"b,c\n", [][]string{{`a"b`, "c"}}, nil, []int{1}},
		"text behind quote":  {"\"a\"b,c\n", [][]string{{"ab", "c"}}, nil, []int{1}},
		"empty lines":        {"a\n\nb\n", [][]string{{"a"}, {""}, {"b"}}, nil, []int{1, 2, 3}},
		"open quote":         {"a,b\n\"c,d\ne,f\ng,h\n", [][]string{{"a", "b"}, nil, {"e", "f"}, {"g", "h"}}, []int{1}, []int{1, 2, 3, 4}},
		"binary":             {"a\n\x00\nb\n", [][]string{{"a"}, nil, {"b"}}, []int{1}, []int{1, 2, 3}},
		"not UTF-8":          {"a\n\xff\nb\n", [][]string{{"a"}, nil, {"b"}}, []int{1}, []int{1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := rowsOf(t, tt.text, ',')
			if len(rows) != len(tt.cells) {
				t.Fatalf("%d rows, want %d", len(rows), len(tt.cells))
			}
			var whole []byte
			for i, r := range rows {
				whole = append(append(whole, r.raw...), r.end...)
				if bad := slices.Contains(tt.fault, i); bad != (r.fault != "") || !bad && !slices.Equal(r.cells, tt.cells[i]) {
					t.Errorf("row %d is %q %q, want %q", i, r.cells, r.fault, tt.cells[i])
				}
				if r.line != tt.lines[i] {
					t.Errorf("row %d begins at line %d, want %d", i, r.line, tt.lines[i])
				}
			}
			if string(whole) != tt.text {
				t.Errorf("the bytes came back as %q", whole)
			}
		})
	}
}

// An open quote in a file of many lines must not make the reading quadratic, nor lose a row.
func TestManyOpenQuotes(t *testing.T) {
	text := strings.Repeat("\"open,1\n", 20_000)
	rows := rowsOf(t, text, ',')
	for _, r := range rows {
		if r.fault == "" && len(r.cells) == 0 {
			t.Fatal("a row without cells and without a fault")
		}
	}
	if len(rows) < 10_000 {
		t.Errorf("%d rows", len(rows))
	}
}

// Every byte of the input is in exactly one row, and rows that RFC 4180 allows read as encoding/csv reads them.
func FuzzRows(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\"a\nb\",c\r\n", "\"\"\"\"\n", "a\"b\n", "\"open\n\n\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows := rowsOf(t, text, ',')
		var whole []byte
		faulty := false
		for _, r := range rows {
			whole = append(append(whole, r.raw...), r.end...)
			faulty = faulty || r.fault != ""
		}
		if string(whole) != text {
			t.Fatalf("%q came back as %q", text, whole)
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = -1
		want, err := reader.ReadAll()
		if err != nil || faulty || strings.Contains(text, "\r") {
			return // not RFC 4180; a lone CR is text here and a line end there
		}
		var got [][]string
		for _, r := range rows {
			if len(r.raw) > 0 {
				got = append(got, r.cells)
			}
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q reads as %q, want %q", text, got, want)
		}
	})
}
