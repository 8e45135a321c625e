package main

import (
	"encoding/csv"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/diachiso/diachiso/importer"
)

// rejectsFile lists every rejected record of an import; the nil file lists none.
type rejectsFile struct {
	path string
	file *os.File
	w    *csv.Writer
}

func newRejectsFile(path string) (*rejectsFile, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, failure("another file with --rejects", "write the rejected records: %w", err)
	}
	f := &rejectsFile{path: path, file: file, w: csv.NewWriter(file)}
	return f, f.w.Write([]string{"ref", "code", "field", "message", "hint"})
}

func (f *rejectsFile) write(r importer.Rejection) error {
	if f == nil {
		return nil
	}
	cells := []string{r.Ref, string(r.Code), r.Field, r.Message, r.Hint}
	for i, cell := range cells {
		cells[i] = inert(cell)
	}
	return f.w.Write(cells)
}

// inert puts an apostrophe before text that a spreadsheet would run as a formula: what was rejected came from a stranger.
func inert(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

func (f *rejectsFile) close() error {
	if f == nil {
		return nil
	}
	f.w.Flush()
	err := f.w.Error()
	if cerr := f.file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return failure("another file with --rejects", "write the rejected records to %s: %w", f.path, err)
	}
	return nil
}
