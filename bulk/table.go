package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of one row. A quote that is left open would otherwise swallow the rest of the file.
const (
	maxRowBytes = 64 << 10
	maxRowLines = 40
)

// row is one row of a table as it stands in the file.
type row struct {
	line  int    // of its beginning, from 1
	raw   []byte // without its end
	end   []byte // "\n", "\r\n", or nothing on a last line that has none
	cells []string
	fault string // why the row cannot be read; cells are then of no use
}

// table reads the rows of a text of separated values. It keeps the bytes of each row, which encoding/csv does not.
type table struct {
	text  *bufio.Reader
	comma byte
	queue [][]byte // lines that were read ahead and given back
	line  int      // of the last line taken
}

// next returns io.EOF after the last row. Empty lines are rows too: they come back as they were.
func (t *table) next() (row, error) {
	first, err := t.take()
	if err != nil {
		return row{}, err
	}
	r := row{line: t.line}
	if fault := lineFault(first); fault != "" {
		r.raw, r.end = splitEnd(first)
		r.fault = fault
		return r, nil
	}
	text := first
	var more [][]byte
	for {
		raw, end := splitEnd(text)
		cells, open := splitCells(raw, t.comma)
		if !open {
			r.raw, r.end, r.cells = raw, end, cells
			return r, nil
		}
		if len(more) == maxRowLines || len(text) > maxRowBytes {
			break
		}
		line, err := t.take()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return row{}, err
		}
		more = append(more, line)
		text = append(text[:len(text):len(text)], line...)
	}
	// The quote was never closed: only its own line is lost.
	t.queue = append(more, t.queue...)
	t.line -= len(more)
	r.raw, r.end = splitEnd(first)
	r.fault = "a quote is left open"
	return r, nil
}

// take returns the next line with its end. Lines longer than a row may be come in pieces of which each is a fault.
func (t *table) take() ([]byte, error) {
	if len(t.queue) > 0 {
		line := t.queue[0]
		t.queue = t.queue[1:]
		t.line++
		return line, nil
	}
	var line []byte
	for {
		piece, err := t.text.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			t.line++
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxRowBytes:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			t.line++
			return line, nil
		}
		return nil, err
	}
}

func lineFault(line []byte) string {
	switch {
	case len(line) > maxRowBytes:
		return "the row is longer than 64 KiB"
	case bytes.IndexByte(line, 0) >= 0:
		return "the row holds binary data"
	case !utf8.Valid(line):
		return "the row is not UTF-8"
	}
	return ""
}

func splitEnd(line []byte) (raw, end []byte) {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
		if n > 0 && line[n-1] == '\r' {
			n--
		}
	}
	return line[:n], line[n:]
}

// splitCells splits a row at its separators (RFC 4180, with what people write beside it: quotes inside a cell that does not
// begin with one are text, and so is what follows a closing quote). open says that a quote is not closed.
func splitCells(raw []byte, comma byte) (cells []string, open bool) {
	for {
		var cell string
		var rest []byte
		var last bool
		if len(raw) > 0 && raw[0] == '"' {
			cell, rest, last, open = quotedCell(raw[1:], comma)
		} else if i := bytes.IndexByte(raw, comma); i >= 0 {
			cell, rest = string(raw[:i]), raw[i+1:]
		} else {
			cell, last = string(raw), true
		}
		cells = append(cells, cell)
		if last || open {
			return cells, open
		}
		raw = rest
	}
}

func quotedCell(raw []byte, comma byte) (cell string, rest []byte, last, open bool) {
	var b strings.Builder
	for {
		i := bytes.IndexByte(raw, '"')
		if i < 0 {
			return "", nil, false, true
		}
		b.Write(raw[:i])
		raw = raw[i+1:]
		if len(raw) > 0 && raw[0] == '"' {
			b.WriteByte('"')
			raw = raw[1:]
			continue
		}
		if i = bytes.IndexByte(raw, comma); i < 0 {
			b.Write(raw)
			return b.String(), nil, true, false
		}
		b.Write(raw[:i])
		return b.String(), raw[i+1:], false, false
	}
}

// separators that are looked for in the first line; the one that stands there most often is it.
const separators = ",;\t|"

// sniffSeparator reads the header line, which is left in the reader. A line "sep=;" before it, as spreadsheets write, decides.
func sniffSeparator(text *bufio.Reader) byte {
	head, _ := text.Peek(text.Buffered())
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if s, ok := bytes.CutPrefix(bytes.TrimRight(line, "\r"), []byte("sep=")); ok && len(s) == 1 {
		return s[0]
	}
	best := byte(',')
	for _, c := range []byte(separators) {
		if bytes.Count(line, []byte{c}) > bytes.Count(line, []byte{best}) {
			best = c
		}
	}
	return best
}
