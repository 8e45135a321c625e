package bulk

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/internal/textfile"
)

// format reads and writes one kind of file.
type format interface {
	// head is what stands before the first row of the answer.
	head() []byte
	next() (row, error)
	// read tells what a row says, or why it can't be read. It is safe for concurrent use.
	read(r row) (rec record, fault string)
	// append writes a row with its result. It is safe for concurrent use.
	append(b []byte, r row, res *Result) []byte
}

// csvFormat is a table of separated values with a header.
type csvFormat struct {
	table   table
	columns layout
	width   int // of the header
	header  []byte
	newline []byte
	safe    bool // rewrite the cells of the input too, so that no spreadsheet runs them
	links   bool
}

func newCSV(text *bufio.Reader, bom bool, o Options) (*csvFormat, error) {
	f := &csvFormat{table: table{text: text, comma: o.Separator}, safe: o.SafeCells, links: o.Links}
	if f.table.comma == 0 {
		f.table.comma = sniffSeparator(text)
	}
	var before []byte
	if bom {
		before = []byte("\xef\xbb\xbf")
	}
	header, err := f.table.next()
	if err == nil && len(header.cells) > 0 && strings.HasPrefix(header.cells[0], "sep=") {
		before = append(append(before, header.raw...), header.end...)
		header, err = f.table.next()
	}
	if err != nil {
		return nil, &textfile.Error{Where: "line 1", What: "there is no header line", Hint: "the first line must name the columns"}
	}
	if header.fault != "" {
		return nil, &textfile.Error{Where: "line 1", What: header.fault, Hint: "the first line must name the columns"}
	}
	if f.columns, err = newLayout(header.cells, o.Columns); err != nil {
		return nil, err
	}
	f.width, f.newline = len(header.cells), header.end
	if len(f.newline) == 0 {
		f.newline = []byte("\n")
	}
	names := ResultColumns()
	if f.links {
		names = append(names, linkColumns()...)
	}
	for _, name := range names {
		if slices.Contains(header.cells, name) {
			return nil, &textfile.Error{Where: "line 1", What: fmt.Sprintf("there is a column %q already", name),
				Hint: "the file seems to be an answer; take its result_ columns out first"}
		}
	}
	f.header = append(before, header.raw...)
	for _, name := range names {
		f.header = append(append(f.header, f.table.comma), name...)
	}
	f.header = append(f.header, f.newline...)
	return f, nil
}

func (f *csvFormat) head() []byte       { return f.header }
func (f *csvFormat) next() (row, error) { return f.table.next() }

func (f *csvFormat) read(r row) (record, string) {
	if len(r.cells) > f.width && strings.Join(r.cells[f.width:], "") != "" {
		return record{}, fmt.Sprintf("the row has %d columns, the header %d: a cell with the separator in it needs quotes", len(r.cells), f.width)
	}
	return f.columns.record(r.cells), ""
}

func (f *csvFormat) append(b []byte, r row, res *Result) []byte {
	if f.safe && r.fault == "" {
		for i, cell := range r.cells {
			if i > 0 {
				b = append(b, f.table.comma)
			}
			b = appendCell(b, safe(cell), f.table.comma)
		}
	} else {
		b = append(b, r.raw...)
	}
	// A row with fewer cells than the header is filled up, so that the results stand in their columns.
	for range max(f.width-max(len(r.cells), 1), 0) {
		b = append(b, f.table.comma)
	}
	cells := res.cells()
	if f.links {
		cells = append(cells, res.links()...)
	}
	for _, cell := range cells {
		b = append(b, f.table.comma)
		b = appendCell(b, safe(cell), f.table.comma)
	}
	if len(r.end) == 0 {
		return append(b, f.newline...)
	}
	return append(b, r.end...)
}

// jsonFormat is one JSON object per line. The members of the result are added behind those of the object, which stay as they
// were, byte for byte.
type jsonFormat struct {
	table table             // only its lines are used
	given map[string]Column // by the name of the member as it stands
	known map[string]Column // by folded name, those of given left out
	links bool
}

func newNDJSON(text *bufio.Reader, o Options) *jsonFormat {
	f := &jsonFormat{table: table{text: text}, given: map[string]Column{}, known: map[string]Column{}, links: o.Links}
	for column, name := range o.Columns {
		f.given[name] = column
	}
	for _, h := range headers {
		if _, named := o.Columns[h.column]; named {
			continue
		}
		for _, name := range h.names {
			f.known[name] = h.column
		}
	}
	return f
}

func (f *jsonFormat) head() []byte { return nil }

func (f *jsonFormat) next() (row, error) {
	line, err := f.table.take()
	if err != nil {
		return row{}, err
	}
	r := row{line: f.table.line, fault: lineFault(line)}
	r.raw, r.end = splitEnd(line)
	return r, nil
}

func (f *jsonFormat) read(r row) (record, string) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(r.raw, &members); err != nil || members == nil {
		return record{}, "the line is no JSON object"
	}
	columns, cells := layout{}, []string{}
	for name, value := range members {
		column, ok := f.given[name]
		if !ok {
			if column, ok = f.known[foldHeader(name)]; !ok {
				continue
			}
		}
		text, ok := scalar(value)
		if !ok {
			return record{}, fmt.Sprintf("the member %q is neither text nor a number", name)
		}
		if _, twice := columns[column]; twice {
			return record{}, fmt.Sprintf("two members look like %s", column)
		}
		columns[column] = len(cells)
		cells = append(cells, text)
	}
	return columns.record(cells), ""
}

func scalar(value json.RawMessage) (string, bool) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text, true
	}
	var number json.Number
	if json.Unmarshal(value, &number) == nil {
		return number.String(), true
	}
	return "", string(value) == "null"
}

func (f *jsonFormat) append(b []byte, r row, res *Result) []byte {
	object := bytes.TrimSpace(r.raw)
	if r.fault != "" || !json.Valid(object) || len(object) < 2 || object[0] != '{' {
		// What is no object can't be answered inside itself.
		b = append(b, `{"input_line":`...)
		b = fmt.Append(b, r.line)
	} else {
		b = append(b, object[:len(object)-1]...)
		if len(bytes.TrimSpace(object[1:len(object)-1])) == 0 {
			b = append(b, `"input_line":`...)
			b = fmt.Append(b, r.line)
		}
	}
	names, cells := ResultColumns(), res.cells()
	if f.links {
		names, cells = append(names, linkColumns()...), append(cells, res.links()...)
	}
	for i, name := range names {
		b = append(b, `,"`...)
		b = append(b, name...)
		b = append(b, `":`...)
		switch {
		case name == "result_issues":
			b = appendJSON(b, append([]string{}, res.Issues...))
		case isNumber(name) && cells[i] == "":
			b = append(b, "null"...)
		case isNumber(name):
			b = append(b, cells[i]...)
		default:
			b = appendJSON(b, cells[i])
		}
	}
	return append(b, "}\n"...)
}

func isNumber(column string) bool {
	switch column {
	case "result_score", "result_score_next", "result_lat", "result_lon", "result_accuracy_m":
		return true
	}
	return false
}

func appendJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...) // cannot happen: texts can be encoded
	}
	return append(b, text...)
}
