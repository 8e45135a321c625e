package exporter

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Columns are the columns of a CSV: first those that the importer reads, then what only people and programs read.
func Columns() []string {
	return []string{"id", "lat", "lon", "position_type", "position_source", "accuracy", "kind", "house_number", "alley", "street", "hamlet",
		"quarter", "building", "block", "floor", "unit", "commune_code",
		"code", "status", "dataset", "flags", "version", "created_at", "updated_at"}
}

// CSV writes a table with a header line.
type CSV struct {
	rows *csv.Writer
	row  []string
}

// NewCSV writes the header.
func NewCSV(w io.Writer) (*CSV, error) {
	c := &CSV{rows: csv.NewWriter(w)}
	return c, c.rows.Write(Columns())
}

// Write writes an address. Of several positions it writes the first, which gave the code.
func (c *CSV) Write(a *registry.Address) error {
	p := a.Positions[0]
	accuracy := ""
	if p.AccuracyM > 0 {
		accuracy = strconv.FormatFloat(p.AccuracyM, 'g', -1, 64)
	}
	parts := &a.Components
	c.row = append(c.row[:0],
		joinIDs(a.ExternalIDs), degrees(p.Point.LatE7), degrees(p.Point.LonE7), string(p.Type), source(p), accuracy, string(a.Kind),
		parts.HouseNumber, strings.Join(parts.Alley, "/"), parts.Street, parts.Hamlet, parts.Quarter, parts.Building, parts.Block,
		parts.Floor, parts.Unit, a.Commune,
		a.Code.String(), string(a.Status), a.Provenance.Dataset, joinFlags(a.Flags), strconv.FormatInt(a.Version, 10), stamp(a.CreatedAt), stamp(a.UpdatedAt))
	for i, cell := range c.row {
		c.row[i] = safe(cell)
	}
	return c.rows.Write(c.row)
}

// Close writes what is still held back.
func (c *CSV) Close() error {
	c.rows.Flush()
	return c.rows.Error()
}

// IDSeparator stands between several ids in one cell; the importer splits there.
const IDSeparator = " | "

func joinIDs(ids []registry.ExternalID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.Scheme + ":" + id.Value
	}
	return strings.Join(texts, IDSeparator)
}

func joinFlags(flags []registry.Flag) string {
	texts := make([]string, len(flags))
	for i, f := range flags {
		texts[i] = string(f)
	}
	return strings.Join(texts, " ")
}

func source(p registry.TypedPosition) string {
	if p.Source == "" {
		return "unknown"
	}
	return string(p.Source)
}

// degrees writes whole 1e-7 degrees exactly.
func degrees(e7 int32) string {
	return strconv.FormatFloat(float64(e7)/1e7, 'f', 7, 64)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// safe keeps a spreadsheet from taking a cell for a formula. What begins with an apostrophe already gets one more, so that taking one
// off always gives the text back.
func safe(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r'", rune(text[0])) {
		return "'" + text
	}
	return text
}
