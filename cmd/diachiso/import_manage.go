package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/registry"
)

func (m *Main) importListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Các lần nhập – the imports there were, newest first",
		Long: `Lists every import with its number, state and counts. An unfinished one goes on when the same file is imported again.
With --json: one line per import.`,
		Example: "  diachiso import list",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			t := m.table()
			if !wantsJSON(cmd) {
				t.row("SỐ", "TRẠNG THÁI", "BẮT ĐẦU", "TỆP", "ĐỌC", "MỚI", "CÓ", "GỘP", "ĐỂ RIÊNG", "TỪ CHỐI")
			}
			var printErr error
			err = db.svc.Imports(cmd.Context(), func(i *registry.Import) bool {
				c := i.Counts
				if wantsJSON(cmd) {
					printErr = m.printJSON(viewImport(i))
					return printErr == nil
				}
				t.row(fmt.Sprint(i.ID), string(i.Status), i.StartedAt.Local().Format("2006-01-02 15:04"), i.Name, fmt.Sprint(i.Position),
					fmt.Sprint(c.Added), fmt.Sprint(c.Existing), fmt.Sprint(c.Merged), fmt.Sprint(c.SetAside), fmt.Sprint(c.Rejected))
				return true
			})
			if err == nil {
				err = printErr
			}
			if err != nil || wantsJSON(cmd) {
				return err
			}
			return t.flush()
		},
	}
}

// importView is an import as programs read it.
type importView struct {
	Import     int64                 `json:"import"`
	Status     registry.ImportStatus `json:"status"`
	Name       string                `json:"name"`
	Format     string                `json:"format"`
	Dataset    string                `json:"dataset"`
	Size       int64                 `json:"size"`
	SHA256     string                `json:"sha256,omitempty"`
	Actor      string                `json:"actor"`
	StartedAt  time.Time             `json:"started_at"`
	FinishedAt *time.Time            `json:"finished_at,omitempty"`
	UndoneAt   *time.Time            `json:"undone_at,omitempty"`
	Read       int64                 `json:"read"`
	registry.ImportCounts
}

func viewImport(i *registry.Import) importView {
	v := importView{
		Import: i.ID, Status: i.Status, Name: i.Name, Format: i.Format, Dataset: i.Dataset, Size: i.Size, Actor: i.Actor,
		StartedAt: i.StartedAt, Read: i.Position, ImportCounts: i.Counts,
	}
	if i.Digest != [32]byte{} {
		v.SHA256 = fmt.Sprintf("%x", i.Digest)
	}
	if !i.FinishedAt.IsZero() {
		v.FinishedAt = &i.FinishedAt
	}
	if !i.UndoneAt.IsZero() {
		v.UndoneAt = &i.UndoneAt
	}
	return v
}

func importNumber(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usage("diachiso import list", "%q is no number of an import", text)
	}
	return id, nil
}

func (m *Main) importUndoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "undo NUMBER",
		Short: "Rút lại một lần nhập – take an import back",
		Long: `Retires what the import registered: a code that was given stays given and is never used again. External ids that it added to
other addresses are taken off. What anybody else changed since stays as it is, and is listed. Streets and outlines that the import
was the last to change are taken out. The corrected file can be imported afterwards. An undo that is interrupted goes on when it is run again.
With --json: {"import":…,"retired":…,"reverted":…,"left":…,"left_list":[…]}.`,
		Example: "  diachiso import undo 7",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			id, err := importNumber(args[0])
			if err != nil {
				return err
			}
			if !m.hasDatabase() {
				return failure("name another with --db FILE", "there is no database %s", m.config.DB)
			}
			db, _, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			report, err := db.svc.UndoImport(cmd.Context(), actorImport, id, nil)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(report)
			}
			t := m.table()
			t.row("Ngừng dùng (retired)", fmt.Sprint(report.Retired))
			t.row("Gỡ mã ngoài (reverted)", fmt.Sprint(report.Reverted))
			t.row("Giữ nguyên (left)", fmt.Sprint(report.Left))
			if report.Streets+report.Outlines > 0 {
				t.row("Bỏ đường phố (streets)", fmt.Sprint(report.Streets))
				t.row("Bỏ hình nhà (outlines)", fmt.Sprint(report.Outlines))
			}
			for _, left := range report.LeftList {
				t.row("  "+left.Code, left.Why, left.Actor)
			}
			return t.flush()
		},
	}
}

func (m *Main) importReviewsCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "reviews NUMBER",
		Short: "Bản ghi để riêng – what an import set aside",
		Long: `Prints the records whose position contradicts the commune that they name, with both, as CSV or GeoJSON. The CSV has the
columns of import csv: put lat and lon right, or the commune, and import it again; a row left as it is is set aside again.
reason: commune_mismatch, commune_unknown (no division is called so), address_unread.`,
		Example: `  diachiso import reviews 7 > review.csv
  diachiso import reviews 7 --format geojson > review.geojson`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := importNumber(args[0])
			if err != nil {
				return err
			}
			write := writeReviewsCSV
			switch {
			case format == "geojson" || format == "" && wantsJSON(cmd):
				write = writeReviewsGeoJSON
			case format != "csv" && format != "":
				return usage("--format csv or --format geojson", "there is no format %q", format)
			}
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			out := bufio.NewWriterSize(m.Stdout, 64<<10)
			if err := write(out, func(yield func(*registry.ImportReview) bool) error {
				return db.svc.ImportReviews(cmd.Context(), id, yield)
			}); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	c.Flags().StringVar(&format, "format", "", "csv or geojson (default: csv, with --json geojson)")
	return c
}

type reviews func(yield func(*registry.ImportReview) bool) error

var reviewColumns = []string{"ref", "reason", "position_commune", "distance_m", "lat", "lon", "commune", "house_number", "alley", "street",
	"hamlet", "quarter", "building", "block", "floor", "unit", "address", "kind", "id", "position_type", "position_source", "accuracy"}

func writeReviewsCSV(out io.Writer, all reviews) error {
	w := csv.NewWriter(out)
	if err := w.Write(reviewColumns); err != nil {
		return err
	}
	var writeErr error
	err := all(func(v *registry.ImportReview) bool {
		r := &v.Record
		c := r.Components
		id, address := "", ""
		if len(r.ExternalIDs) > 0 {
			id = r.ExternalIDs[0]
		}
		if v.Reason == "address_unread" {
			address = r.Text // of others the components say it
		}
		cells := []string{v.Ref, v.Reason, v.Commune, fmt.Sprintf("%.0f", v.DistanceM),
			strconv.FormatFloat(v.Point.Lat(), 'f', 7, 64), strconv.FormatFloat(v.Point.Lon(), 'f', 7, 64), v.Named,
			c.HouseNumber, strings.Join(c.Alley, "/"), c.Street, c.Hamlet, c.Quarter, c.Building, c.Block, c.Floor, c.Unit, address,
			string(r.Kind), id, string(r.Type), string(r.Source), strconv.FormatFloat(r.AccuracyM, 'f', -1, 64)}
		for i := range cells {
			cells[i] = inert(cells[i])
		}
		writeErr = w.Write(cells)
		return writeErr == nil
	})
	w.Flush()
	if err == nil {
		err = writeErr
	}
	if err == nil {
		err = w.Error()
	}
	return err
}

func writeReviewsGeoJSON(out io.Writer, all reviews) error {
	if _, err := io.WriteString(out, `{"type":"FeatureCollection","features":[`); err != nil {
		return err
	}
	separator := "\n"
	var writeErr error
	err := all(func(v *registry.ImportReview) bool {
		feature := map[string]any{
			"type":     "Feature",
			"geometry": map[string]any{"type": "Point", "coordinates": [2]float64{v.Point.Lon(), v.Point.Lat()}},
			"properties": map[string]any{"ref": v.Ref, "reason": v.Reason, "named": v.Named, "position_commune": v.Commune,
				"distance_m": int64(v.DistanceM), "record": v.Record},
		}
		var text []byte
		if text, writeErr = json.Marshal(feature); writeErr == nil {
			_, writeErr = io.WriteString(out, separator+string(text))
		}
		separator = ",\n"
		return writeErr == nil
	})
	if err == nil {
		err = writeErr
	}
	if err == nil {
		_, err = io.WriteString(out, "\n]}\n")
	}
	return err
}
