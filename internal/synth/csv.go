package synth

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// Columns are the columns of a CSV file of houses, as `diachiso import csv` reads them.
var Columns = []string{"lat", "lon", "position_type", "position_source", "house_number", "alley", "street", "hamlet", "quarter", "building", "block", "floor", "unit", "commune_code"}

// CSV writes houses as a table; Flush ends it.
type CSV struct {
	w   *csv.Writer
	row []string
}

// NewCSV writes the header.
func NewCSV(w io.Writer) (*CSV, error) {
	c := &CSV{w: csv.NewWriter(w), row: make([]string, len(Columns))}
	return c, c.w.Write(Columns)
}

// Write adds one row.
func (c *CSV) Write(h *House) error {
	p := &h.Components
	c.row = append(c.row[:0], degrees(h.Point.LatE7), degrees(h.Point.LonE7), "entrance", "survey",
		p.HouseNumber, strings.Join(p.Alley, "/"), p.Street, p.Hamlet, p.Quarter, p.Building, p.Block, p.Floor, p.Unit, h.Commune.Code)
	return c.w.Write(c.row)
}

// Flush writes what is still in the buffer, and tells of the first error.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// degrees writes whole 1e-7 degrees, positive ones, exactly.
func degrees(e7 int32) string {
	b := strconv.AppendInt(make([]byte, 0, 12), int64(e7/1e7), 10)
	b = append(b, '.')
	fraction := strconv.Itoa(int(e7%1e7) + 1e7)
	return string(append(b, fraction[1:]...))
}
