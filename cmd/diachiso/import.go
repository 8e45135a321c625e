package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
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

func (m *Main) importCommand() *cobra.Command {
	return group("import", "Nhập địa chỉ từ tệp – import addresses from files",
		`Gives every address of a file its code. Import is repeatable: a second run adds nothing, and a run that was interrupted, however
hard, goes on where it stopped when the same file is imported again. A record that cannot be registered is rejected with its
line and reason and stops nothing; a likely duplicate (same parts within 30 m) is merged; a record whose position lies more
than 100 m from the commune that it names is set aside for review with both. Every import has a number, by which it is undone.
With --json the last line is {"import":…,"read":…,"added":…,"existing":…,"merged":…,"set_aside":…,"rejected":…,"reasons":[…]}.`,
		m.importFormat("osm FILE.osm.pbf", "OpenStreetMap – house numbers, streets and buildings of a map extract",
			`Reads an OpenStreetMap extract in three layers. Addresses: the objects with addr:housenumber, nodes, building outlines and multipolygons.
Streets: ways with highway and a name. Outlines: buildings. Streets and outlines get no codes: the map shows them, and a search finds
a street on which no house is registered. The same extract again replaces what has changed; undoing the import takes them out.
With --json the counts of streets and outlines are "streets":{"added":…,"replaced":…,"existing":…,"rejected":…},"outlines":{…}.`,
			`  diachiso import osm hanoi.osm.pbf
  diachiso import osm vietnam.osm.pbf --layers streets,outlines
  diachiso import osm vietnam.osm.pbf --rejects rejected.csv --json`, openOSM),
		m.importFormat("csv FILE", "Bảng CSV – a table with a header line",
			`Reads a UTF-8 table whose first line names the columns, in English or Vietnamese, in any order:
  lat, lon (vi_do, kinh_do)             required; decimal degrees, WGS 84
  house_number (so_nha), alley (ngo, ngach, hem, kiet), street (duong, pho)
  hamlet (thon, ap, xom), quarter (khu_pho, to_dan_pho)
  building (toa_nha, chung_cu), block (khoi), floor (tang), unit (can_ho)
  address (dia_chi)                     all of it in one text, in place of these or beside them
  commune_code (ma_xa)                  a code of today or of before 2025-07-01
  ward (phuong, xa), district (quan, huyen), province (tinh, thanh_pho)   names, old or new
  kind (loai), position_type, position_source, accuracy
  id, scheme                            external identifier; or id as osm:node/1
Comma, semicolon or tab; gzip too; - reads standard input.
Rows without id are recognised by their content, so two identical ones are one address.
A country is loaded with --first, sorted by place (as bench generate does it), which is fastest.`,
			`  diachiso import csv households.csv
  diachiso import csv country.csv.gz --first --distinct
  diachiso import csv households.csv --dry-run --report report.json
  diachiso import csv survey.csv --dataset survey-2026 --scheme survey --rejects rejected.csv`, openCSV),
		m.importFormat("geojson FILE", "GeoJSON – points or building outlines",
			`Reads a FeatureCollection, or features one per line. Geometry is a point or a building's outline; properties are
named as the columns of CSV (see diachiso import csv --help). Gzip too; - reads standard input.`,
			`  diachiso import geojson buildings.geojson
  diachiso import geojson - < features.ndjson`, openGeoJSON),
		m.importListCommand(), m.importReviewsCommand(), m.importUndoCommand(),
	)
}

// input is an open file.
type input struct {
	io.ReadCloser
	file *os.File // nil for standard input
	size int64    // bytes to be read; 0 unknown
	src  importer.Source

	fileSize int64
	regular  bool // can be read twice
}

type openReader func(ctx context.Context, in *input) (importer.Reader, error)

func pipedMap() error {
	return usage("give the name of a file", "an OpenStreetMap extract is read several times, so standard input will not do")
}

func openOSM(ctx context.Context, in *input) (importer.Reader, error) {
	if in.file == nil {
		return nil, pipedMap()
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

// importFlags are those of import csv, geojson and osm.
type importFlags struct {
	dataset, scheme, rejects, report string
	dryRun, resume                   bool
	first, distinct                  bool
	layers                           importer.Layers // of a map
}

func (m *Main) importFormat(use, short, long, example string, open openReader) *cobra.Command {
	format, _, _ := strings.Cut(use, " ")
	c := &cobra.Command{Use: use, Short: short, Long: long, Example: example, Args: cobra.ExactArgs(1)}
	var f importFlags
	fs := c.Flags()
	fs.StringVar(&f.dataset, "dataset", format, "name of the data set, kept as provenance")
	fs.StringVar(&f.rejects, "rejects", "", "write every rejected record of this run to this CSV file")
	fs.StringVar(&f.report, "report", "", "write the report, with counts by reason and examples by line, to this JSON file")
	fs.BoolVar(&f.dryRun, "dry-run", false, "do everything on a copy of the database, and keep nothing")
	fs.BoolVar(&f.resume, "resume", true, "go on with the unfinished import of the same file, if there is one")
	layers := []string{"addresses", "streets", "outlines"}
	if format == "osm" {
		fs.StringSliceVar(&layers, "layers", layers, "what to read of the map")
	} else {
		fs.StringVar(&f.scheme, "scheme", "", "scheme of ids that name none (default: the file's name)")
		fs.BoolVar(&f.first, "first", false, "fill a database without addresses, several times as fast: all of the file or nothing, with the server stopped")
		fs.BoolVar(&f.distinct, "distinct", false, "the records are known to be different addresses: likely duplicates are not looked for, and a record without id is not recognised when it comes again")
	}
	c.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if f.layers, err = readLayers(layers); err != nil {
			return err
		}
		in, err := m.openInput(args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		if f.scheme == "" {
			f.scheme = schemeOf(in.src.Name)
		}
		in.src.Dataset, in.src.Scheme = f.dataset, f.scheme
		if !registry.ValidScheme(in.src.Scheme) {
			return usage("--scheme survey", "--scheme must be lower-case letters, digits, dots, hyphens or underscores, beginning with a letter")
		}
		data, err := m.Data()
		if err != nil {
			return fmt.Errorf("load the built-in data: %w", err)
		}
		in.src.Names = importer.NewNames(data.Divisions, data.Locator)
		digest, err := in.digest(cmd.Context())
		if err != nil {
			return err
		}
		var reader importer.Reader
		if f.layers.Addresses {
			if reader, err = open(cmd.Context(), in); err != nil {
				return errors.Join(inFile(in.src.Name, err), m.printReport(cmd, importer.Report{DryRun: f.dryRun}))
			}
		}
		record := registry.Import{Name: in.src.Name, Format: format, Dataset: f.dataset, Scheme: f.scheme, Digest: digest}
		if in.file != nil {
			record.Size = in.fileSize
		}
		return m.runImport(cmd, reader, in, record, &f)
	}
	return c
}

// readLayers understands --layers.
func readLayers(names []string) (l importer.Layers, err error) {
	for _, name := range names {
		switch strings.TrimSpace(name) {
		case "addresses":
			l.Addresses = true
		case "streets":
			l.Streets = true
		case "outlines":
			l.Outlines = true
		default:
			return l, usage("--layers addresses,streets,outlines", "there is no layer %q", name)
		}
	}
	if l == (importer.Layers{}) {
		return l, usage("--layers addresses,streets,outlines", "--layers names none")
	}
	return l, nil
}

// openMap reads the map layers of a file; nil when none of them is wanted.
func (in *input) openMap(format string, l importer.Layers) func(context.Context) (importer.MapReader, error) {
	if format != "osm" || !l.Streets && !l.Outlines {
		return nil
	}
	return func(ctx context.Context) (importer.MapReader, error) {
		if in.file == nil {
			return nil, pipedMap()
		}
		return importer.NewOSMMap(ctx, in.file, in.src, l)
	}
}

// digest is the SHA-256 of a file, which is then at its beginning again; zero for standard input.
func (in *input) digest(ctx context.Context) (sum [sha256.Size]byte, err error) {
	if in.file == nil || !in.regular {
		return sum, nil
	}
	h := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		_, err := io.CopyN(h, in.file, 16<<20)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sum, failure("check the file", "read %s: %w", in.src.Name, err)
		}
	}
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return sum, failure("check the file", "read %s: %w", in.src.Name, err)
	}
	h.Sum(sum[:0])
	return sum, nil
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
	return &input{ReadCloser: file, file: file, size: info.Size(), src: importer.Source{Name: filepath.Base(path)}, fileSize: info.Size(), regular: info.Mode().IsRegular()}, nil
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
