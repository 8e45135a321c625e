package exporter

import (
	"fmt"
	"io"
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// Format of a file.
type Format string

const (
	FormatCSV     Format = "csv"
	FormatNDJSON  Format = "ndjson"
	FormatGeoJSON Format = "geojson"
)

// Formats are all formats.
func Formats() []Format { return []Format{FormatCSV, FormatNDJSON, FormatGeoJSON} }

// Writer writes addresses to a file; Close ends the file and does not close what it writes to.
type Writer interface {
	Write(a *registry.Address) error
	Close() error
}

// New begins a file. object makes one line of JSON of an address, for the formats that hold JSON.
func New(f Format, w io.Writer, object func(*registry.Address) ([]byte, error)) (Writer, error) {
	switch {
	case !slices.Contains(Formats(), f):
		return nil, &registry.Error{Code: registry.CodeInvalid, Op: "export", Field: "format", Message: fmt.Sprintf("there is no format %q", string(f)), Hint: "csv, ndjson or geojson"}
	case f == FormatNDJSON:
		return NewNDJSON(w, object), nil
	case f == FormatGeoJSON:
		return NewGeoJSON(w, object)
	}
	return NewCSV(w)
}
