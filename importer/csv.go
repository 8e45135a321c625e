package importer

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/diachiso/diachiso/internal/textfile"
)

// CSV reads a table with a header line. Columns are known by English or Vietnamese names in any order; the
// separator (comma, semicolon, tab) is recognised from the header. lat and lon are required.
type CSV struct {
	src     Source
	size    int64
	count   *countingReader
	limit   *recordLimit
	rows    *csv.Reader
	columns []field
	line    int // of the last row
	notes   []string
}

// NewCSV reads the header. size is the file's size in bytes for progress, 0 when unknown.
// Errors: *FileError (encoding, no header, no position columns, a column named twice).
func NewCSV(r io.Reader, size int64, src Source) (*CSV, error) {
	c := &CSV{src: src, size: size, count: &countingReader{r: r}}
	c.limit = &recordLimit{r: c.count}
	c.limit.reset()
	text, _, err := textfile.Open(c.limit)
	if err != nil {
		return nil, err
	}
	head, err := text.Peek(text.Buffered())
	if err != nil {
		return nil, &FileError{What: "cannot read the header", Err: err}
	}
	c.rows = csv.NewReader(text)
	c.rows.Comma = separator(head)
	c.rows.FieldsPerRecord = -1 // ragged rows are told apart by line, not by the first one
	c.rows.ReuseRecord = true
	header, err := c.rows.Read()
	if err != nil {
		return nil, &FileError{Where: "line 1", What: "cannot read the header", Err: err}
	}
	return c, c.readHeader(header)
}

// separator is the candidate that stands most often in the header line.
func separator(head []byte) rune {
	line, _, _ := strings.Cut(string(head), "\n")
	best := ','
	for _, s := range []rune{';', '\t'} {
		if strings.Count(line, string(s)) > strings.Count(line, string(best)) {
			best = s
		}
	}
	return best
}

func (c *CSV) readHeader(header []string) error {
	seen := map[field]string{}
	var unknown []string
	for _, name := range header {
		f := fieldOf(name)
		if c.src.Names == nil && f.needsNames() {
			f = fieldUnknown
		}
		if f == fieldUnknown {
			unknown = append(unknown, strings.TrimSpace(name))
		} else if first, ok := seen[f]; ok {
			return &FileError{Where: "line 1", What: fmt.Sprintf("columns %q and %q mean the same", first, name), Hint: "keep one of them"}
		} else {
			seen[f] = name
		}
		c.columns = append(c.columns, f)
	}
	for _, need := range []struct {
		f    field
		name string
	}{{fieldLat, "lat"}, {fieldLon, "lon"}} {
		if _, ok := seen[need.f]; !ok {
			return &FileError{Where: "line 1", What: fmt.Sprintf("there is no column %q", need.name),
				Hint: "the first line must name the columns, lat and lon (vĩ độ, kinh độ) among them"}
		}
	}
	if len(unknown) > 0 {
		c.notes = append(c.notes, "columns not read: "+strings.Join(unknown, ", "))
	}
	if _, id := seen[fieldID]; id && c.src.Scheme != "" {
		if _, scheme := seen[fieldScheme]; !scheme {
			c.notes = append(c.notes, fmt.Sprintf("ids without a scheme are kept under %q", c.src.Scheme))
		}
	}
	return nil
}

// Next implements Reader.
func (c *CSV) Next(ctx context.Context) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	c.limit.reset()
	cells, err := c.rows.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		c.line = parse.Line
		return Record{Ref: fmt.Sprintf("line %d", parse.StartLine), Err: invalid("", "the row is no valid CSV: %v", parse.Err)}, nil
	case errors.Is(err, io.EOF):
		return Record{}, io.EOF
	case errors.Is(err, recordTooLongError{}):
		return Record{}, &FileError{Where: fmt.Sprintf("after line %d", c.line), What: err.Error(), Hint: "look for a quote that is left open"}
	case err != nil:
		return Record{}, &FileError{Where: fmt.Sprintf("after line %d", c.line), What: "cannot read on", Err: err}
	}
	c.line, _ = c.rows.FieldPos(0)
	rec := Record{Ref: fmt.Sprintf("line %d", c.line)}
	if len(cells) != len(c.columns) {
		rec.Err = invalid("", "the row has %d columns, the header %d", len(cells), len(c.columns))
		return rec, nil
	}
	var v row
	for i, f := range c.columns {
		if !utf8.ValidString(cells[i]) {
			rec.Err = invalid("", "the row is not UTF-8")
			return rec, nil
		}
		v[f] = cells[i]
	}
	rec.understand = func(r *Record) { v.record(r, c.src, nil) }
	return rec, nil
}

// Progress implements Reader, in bytes.
func (c *CSV) Progress() (done, total int64) { return c.count.n, c.size }

// Notes implements Reader.
func (c *CSV) Notes() []string { return c.notes }
