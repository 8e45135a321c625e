package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/internal/textfile"
)

type geocodeFlags struct {
	out, format, separator, sort string
	columns                      []string
	safe, links                  bool
}

func (m *Main) geocodeCommand() *cobra.Command {
	var f geocodeFlags
	c := &cobra.Command{
		Use:   "geocode FILE",
		Short: "Định vị cả tệp – geocode a file of addresses",
		Long: `Reads a table (CSV: comma, semicolon, tab) or NDJSON and writes it with result columns behind its own, which stay as they
were and in their order: result_status, result_score, result_score_next, result_code, result_lat, result_lon,
result_accuracy_m, result_label, result_commune, result_province, result_postcode, result_zone, result_next_action,
result_issues. Columns are found by their usual names in Vietnamese and English (địa chỉ, mã địa chỉ, phường/xã, lat, …);
a row may hold a code, a 10-digit number, an address, a position, or several, which are held against each other.
A bad row is answered in its place. Memory does not grow with the file. - reads standard input.

result_status: matched, partial, ambiguous, not_found, empty, invalid.  result_next_action: accept, confirm, add_unit, fix.`,
		Example: `  diachiso geocode parcels.csv > out.csv
  diachiso geocode parcels.csv -o out.csv --sort zone --links
  diachiso geocode - --format ndjson < parcels.ndjson
  diachiso geocode orders.csv --column address="Nơi nhận hàng" --safe-cells`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return m.geocode(cmd, args[0], &f) },
	}
	fs := c.Flags()
	fs.StringVarP(&f.out, "output", "o", "", "write the answer to this file, which appears when it is complete (default: standard output)")
	fs.StringVar(&f.format, "format", "", "csv or ndjson (default: by the name of the file, else csv)")
	fs.StringVar(&f.separator, "separator", "", "separator of a CSV: one character, or tab (default: recognised)")
	fs.StringArrayVar(&f.columns, "column", nil, "MEANING=COLUMN, by its name or number from 1; may be repeated. Meanings: "+columnNames())
	fs.BoolVar(&f.safe, "safe-cells", false, "change cells of the input too where a spreadsheet would run them as formulas")
	fs.BoolVar(&f.links, "links", false, "append links for navigation (geo:, Google Maps, Apple Maps)")
	fs.StringVar(&f.sort, "sort", "", "zone: order the rows for delivery, neighbours together")
	return c
}

func columnNames() string {
	var names []string
	for _, c := range bulk.Columns() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func (f *geocodeFlags) options(name string) (bulk.Options, error) {
	o := bulk.Options{Format: f.format, SafeCells: f.safe, Links: f.links, Columns: map[bulk.Column]string{}}
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case f.format == "" && slices.Contains([]string{".ndjson", ".jsonl", ".geojsonl"}, ext):
		o.Format = bulk.FormatNDJSON
	case f.format != "" && f.format != bulk.FormatCSV && f.format != bulk.FormatNDJSON:
		return o, usage("--format csv or --format ndjson", "there is no format %q", f.format)
	}
	switch {
	case f.separator == "tab":
		o.Separator = '\t'
	case len(f.separator) == 1 && !strings.ContainsAny(f.separator, "\"\r\n"):
		o.Separator = f.separator[0]
	case f.separator != "":
		return o, usage(`--separator ";" or --separator tab`, "--separator must be one character")
	}
	if f.sort != "" && f.sort != "zone" {
		return o, usage("--sort zone", "there is no order %q", f.sort)
	}
	for _, given := range f.columns {
		meaning, column, ok := strings.Cut(given, "=")
		if !ok || !slices.Contains(bulk.Columns(), bulk.Column(meaning)) {
			return o, usage(`--column address="Nơi nhận"`, "--column must be MEANING=COLUMN with one of the meanings %s", columnNames())
		}
		o.Columns[bulk.Column(meaning)] = column
	}
	return o, nil
}

func (m *Main) geocode(cmd *cobra.Command, name string, f *geocodeFlags) (err error) {
	o, err := f.options(name)
	if err != nil {
		return err
	}
	in, err := m.openInput(name)
	if err != nil {
		return err
	}
	defer in.Close()
	db, engine, err := m.openEngine(cmd.Context())
	if err != nil {
		return err
	}
	defer db.store.Close()
	out, finish, err := m.geocodeOutput(f.out)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	var report bulk.Report
	var gain *bulk.Gain
	if f.sort == "" {
		report, err = bulk.Geocode(ctx, engine, db.svc, in, out, o)
	} else {
		gain = new(bulk.Gain)
		report, *gain, err = bulk.GeocodeSorted(ctx, engine, db.svc, in, out, o)
	}
	if err = finish(err); err != nil {
		if fault, ok := errors.AsType[*textfile.Error](err); ok {
			return &cliError{status: exitInvalid, message: name + ": " + fault.Error(), try: fault.Hint, err: err}
		}
		return err
	}
	return m.printGeocodeReport(report, gain)
}

// geocodeOutput is standard output, or a file that appears under its name only when all is in it.
func (m *Main) geocodeOutput(name string) (io.Writer, func(error) error, error) {
	if name == "" {
		out := bufio.NewWriterSize(m.Stdout, 1<<20)
		return out, func(err error) error { return errors.Join(err, out.Flush()) }, nil
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-*")
	if err != nil {
		return nil, nil, failure("another place with -o FILE", "create the answer: %w", err)
	}
	out := bufio.NewWriterSize(temporary, 1<<20)
	return out, func(err error) error {
		err = errors.Join(err, out.Flush(), temporary.Sync(), temporary.Close())
		if err == nil {
			err = durable.Rename(temporary.Name(), name)
		}
		if err != nil {
			_ = os.Remove(temporary.Name()) // nothing half-done is left
		}
		return err
	}, nil
}

func (m *Main) printGeocodeReport(r bulk.Report, gain *bulk.Gain) error {
	var parts []string
	for _, s := range []bulk.Status{bulk.StatusMatched, bulk.StatusPartial, bulk.StatusAmbiguous, bulk.StatusNotFound, bulk.StatusEmpty, bulk.StatusInvalid} {
		if n := r.Statuses[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, n))
		}
	}
	if _, err := fmt.Fprintf(m.Stderr, "%d dòng (rows): %s\n", r.Rows, strings.Join(parts, ", ")); err != nil {
		return err
	}
	if gain == nil || gain.SortedKm == 0 {
		return nil
	}
	_, err := fmt.Fprintf(m.Stderr, "đường chim bay giữa các điểm giao (between stops, as the crow flies): %.1f km → %.1f km (%.1f ×)\n",
		gain.InputKm, gain.SortedKm, gain.InputKm/gain.SortedKm)
	return err
}
