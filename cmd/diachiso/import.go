package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
)

// actorImport is who changes addresses in an import: idempotency keys belong to it.
var actorImport = registry.Actor{Name: "import"}

// listedRejections is how many rejections are shown without --rejects.
const listedRejections = 10

func (m *Main) importCommand() *cobra.Command {
	return group("import", "Nhập địa chỉ từ tệp – import addresses from files",
		`Gives every address of a file its code. Import is repeatable: a second run adds nothing. A record that cannot be
registered is rejected with its line and reason and stops nothing; a likely duplicate (same parts within 30 m) is merged.
With --json the last line is {"read":…,"added":…,"existing":…,"merged":…,"rejected":…}.`,
		m.importFormat("osm FILE.osm.pbf", "OpenStreetMap – house numbers of a map extract",
			`Reads the objects with addr:housenumber of an OpenStreetMap extract: nodes, building outlines and multipolygons.`,
			`  diachiso import osm hanoi.osm.pbf
  diachiso import osm vietnam.osm.pbf --rejects rejected.csv --json`, openOSM),
		m.importFormat("csv FILE", "Bảng CSV – a table with a header line",
			`Reads a UTF-8 table whose first line names the columns, in English or Vietnamese, in any order:
  lat, lon (vi_do, kinh_do)             required; decimal degrees, WGS 84
  house_number (so_nha), alley (ngo, ngach, hem, kiet), street (duong, pho)
  hamlet (thon, ap, xom), quarter (khu_pho, to_dan_pho)
  building (toa_nha, chung_cu), block (khoi), floor (tang), unit (can_ho)
  commune_code (ma_xa), kind (loai), position_type, position_source, accuracy
  id, scheme                            external identifier; or id as osm:node/1
Comma, semicolon or tab; gzip too; - reads standard input.
Rows without id are recognised by their content, so two identical ones are one address.`,
			`  diachiso import csv households.csv
  diachiso import csv survey.csv --dataset survey-2026 --scheme survey --rejects rejected.csv`, openCSV),
		m.importFormat("geojson FILE", "GeoJSON – points or building outlines",
			`Reads a FeatureCollection, or features one per line. Geometry is a point or a building's outline; properties are
named as the columns of CSV (see diachiso import csv --help). Gzip too; - reads standard input.`,
			`  diachiso import geojson buildings.geojson
  diachiso import geojson - < features.ndjson`, openGeoJSON),
	)
}

// input is an open file.
type input struct {
	io.ReadCloser
	file *os.File // nil for standard input
	size int64    // bytes to be read; 0 unknown
	src  importer.Source
}

type openReader func(ctx context.Context, in *input) (importer.Reader, error)

func openOSM(ctx context.Context, in *input) (importer.Reader, error) {
	if in.file == nil {
		return nil, usage("give the name of a file", "an OpenStreetMap extract is read several times, so standard input will not do")
	}
	return importer.NewOSM(ctx, in.file, in.src)
}

func openCSV(_ context.Context, in *input) (importer.Reader, error) {
	return unzipped(in, func(r io.Reader) (importer.Reader, error) { return importer.NewCSV(r, in.size, in.src) })
}

func openGeoJSON(_ context.Context, in *input) (importer.Reader, error) {
	return unzipped(in, func(r io.Reader) (importer.Reader, error) { return importer.NewGeoJSON(r, in.size, in.src) })
}

// unzipped looks whether the text is compressed.
func unzipped(in *input, open func(io.Reader) (importer.Reader, error)) (importer.Reader, error) {
	br := bufio.NewReader(in)
	magic, err := br.Peek(2)
	if err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		in.size = 0 // of the text, which counts for progress, it is not known
		zr, err := gzip.NewReader(br)
		if err != nil {
			return nil, &importer.FileError{What: "the gzip file is damaged", Err: err}
		}
		return open(zr)
	}
	return open(br)
}

func (m *Main) importFormat(use, short, long, example string, open openReader) *cobra.Command {
	name, _, _ := strings.Cut(use, " ")
	c := &cobra.Command{Use: use, Short: short, Long: long, Example: example, Args: cobra.ExactArgs(1)}
	dataset := c.Flags().String("dataset", name, "name of the data set, kept as provenance")
	rejects := c.Flags().String("rejects", "", "write every rejected record to this CSV file")
	scheme := new(string)
	if name != "osm" {
		scheme = c.Flags().String("scheme", "", "scheme of ids that name none (default: the file's name)")
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		in, err := m.openInput(args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		in.src.Dataset, in.src.Scheme = *dataset, *scheme
		if in.src.Scheme == "" {
			in.src.Scheme = schemeOf(in.src.Name)
		}
		if !registry.ValidScheme(in.src.Scheme) {
			return usage("--scheme survey", "--scheme must be lower-case letters, digits, dots, hyphens or underscores, beginning with a letter")
		}
		reader, err := open(cmd.Context(), in)
		if err != nil {
			return errors.Join(inFile(in.src.Name, err), m.printReport(cmd, importer.Report{}))
		}
		return m.runImport(cmd, reader, in.src.Name, *rejects)
	}
	return c
}

func (m *Main) openInput(path string) (*input, error) {
	if path == "-" {
		return &input{ReadCloser: io.NopCloser(m.Stdin), src: importer.Source{Name: "stdin"}}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, failure("check the name of the file", "%w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = failure("give a file", "%s is a folder", path)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &input{ReadCloser: file, file: file, size: info.Size(), src: importer.Source{Name: filepath.Base(path)}}, nil
}

// schemeOf makes a scheme of a file's name: "Hộ dân 2026.csv" → "h-d-n-2026". Ids of two files do not get mixed up then.
func schemeOf(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	scheme := strings.Trim(b.String(), "-_")
	if scheme == "" || scheme[0] < 'a' || scheme[0] > 'z' {
		scheme = "file-" + scheme
	}
	return strings.Trim(scheme[:min(len(scheme), registry.MaxExternalScheme)], "-_")
}

func inFile(name string, err error) error {
	if fe, ok := errors.AsType[*importer.FileError](err); ok {
		return &cliError{status: exitFailure, message: name + ": " + fe.Error(), try: fe.Hint, err: err}
	}
	return err
}

func (m *Main) runImport(cmd *cobra.Command, reader importer.Reader, name, rejectsPath string) (err error) {
	db, _, err := m.openDatabase(cmd.Context())
	if err != nil {
		return errors.Join(err, m.printReport(cmd, importer.Report{}))
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	rejects, err := newRejectsFile(rejectsPath)
	if err != nil {
		return err
	}
	bar := m.newProgress(name)
	report, runErr := importer.Run(cmd.Context(), db.svc, reader, importer.Options{
		Actor: actorImport, OnDuplicate: registry.MergeDuplicate, OnReject: rejects.write, Progress: bar.show,
	})
	bar.finish()
	closeErr := rejects.close()
	for _, note := range reader.Notes() {
		fmt.Fprintf(m.Stderr, "Note: %s\n", note)
	}
	m.listRejections(report, rejectsPath)
	if err := m.printReport(cmd, report); err != nil {
		return err
	}
	switch {
	case errors.Is(runErr, context.Canceled):
		return &cliError{status: exitInterrupted, message: fmt.Sprintf("interrupted after %d records; what was registered stays", report.Read),
			try: "run it again to go on", err: runErr}
	case runErr != nil:
		return inFile(fmt.Sprintf("%s: stopped after %d records", name, report.Read), runErr)
	case closeErr != nil:
		return closeErr
	case report.Read > 0 && report.Rejected == report.Read:
		return &cliError{status: exitInvalid, message: "every record was rejected", try: "see the reasons above"}
	}
	return nil
}

func (m *Main) printReport(cmd *cobra.Command, r importer.Report) error {
	if wantsJSON(cmd) {
		return m.printJSON(r)
	}
	t := m.table()
	for _, line := range []struct {
		label string
		n     int64
	}{{"Đã đọc (read)", r.Read}, {"Cấp mã mới (added)", r.Added}, {"Đã có (existing)", r.Existing}, {"Gộp (merged)", r.Merged}, {"Từ chối (rejected)", r.Rejected}} {
		t.row(line.label, fmt.Sprint(line.n))
	}
	return t.flush()
}

func (m *Main) listRejections(r importer.Report, rejectsPath string) {
	shown := r.Rejections[:min(len(r.Rejections), listedRejections)]
	for _, rej := range shown {
		fmt.Fprintf(m.Stderr, "Rejected: %s: %s (%s)\n", rej.Ref, rej.Message, rej.Code)
	}
	if rest := r.Rejected - int64(len(shown)); rest > 0 && rejectsPath == "" {
		fmt.Fprintf(m.Stderr, "Rejected: %d more; --rejects FILE lists all\n", rest)
	}
}
