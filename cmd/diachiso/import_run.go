package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// listedRejections is how many rejections are shown without --rejects.
const listedRejections = 10

func (m *Main) runImport(cmd *cobra.Command, reader importer.Reader, in *input, record registry.Import, f *importFlags) (err error) {
	ctx := cmd.Context()
	if f.dryRun {
		remove, err := m.useCopy(ctx)
		if err != nil {
			return err
		}
		defer remove()
	}
	db, _, err := m.openDatabase(ctx)
	if err != nil {
		return errors.Join(err, m.printReport(cmd, importer.Report{DryRun: f.dryRun}))
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	rejects, err := newRejectsFile(f.rejects)
	if err != nil {
		return err
	}
	bar := m.newProgress(record.Name)
	started := time.Now()
	var report importer.Report
	run := func(svc *registry.Service) (err error) {
		report, err = importer.Run(ctx, svc, reader, importer.Options{
			Actor: actorImport, File: record, Resume: f.resume, OnDuplicate: registry.MergeDuplicate, Distinct: f.distinct, Names: in.src.Names,
			OnReject: rejects.write, Progress: bar.show, Map: in.openMap(record.Format, f.layers),
		})
		return err
	}
	var runErr error
	if f.first {
		runErr = m.loadFirst(ctx, db, run)
	} else {
		runErr = run(db.svc)
	}
	bar.finish()
	if f.dryRun || f.first && runErr != nil {
		report.DryRun, report.Import = f.dryRun, 0 // the number was that of a copy
	}
	closeErr := rejects.close()
	if report.Resumed > 0 {
		fmt.Fprintf(m.Stderr, "Note: import %d goes on behind record %d; --resume=false begins anew\n", report.Import, report.Resumed)
	}
	if reader != nil {
		for _, note := range reader.Notes() {
			fmt.Fprintf(m.Stderr, "Note: %s\n", note)
		}
	}
	m.listRejections(report, f.rejects)
	if report.SetAside > 0 && !f.dryRun {
		fmt.Fprintf(m.Stderr, "Set aside: %d; list them with: diachiso import reviews %d\n", report.SetAside, report.Import)
	}
	if f.report != "" {
		closeErr = errors.Join(closeErr, writeImportReport(f.report, record, report, started, runErr))
	}
	if err := m.printReport(cmd, report); err != nil {
		return err
	}
	switch {
	case f.first && runErr != nil:
		return nothingKept(record.Name, report, runErr)
	case errors.Is(runErr, context.Canceled):
		return &cliError{status: exitInterrupted, message: fmt.Sprintf("interrupted after %d records; what was registered stays", report.Read),
			try: "run it again to go on", err: runErr}
	case runErr != nil:
		return inFile(fmt.Sprintf("%s: stopped after %d records", record.Name, report.Read), runErr)
	case closeErr != nil:
		return closeErr
	case report.Read > 0 && report.Rejected == report.Read:
		return &cliError{status: exitInvalid, message: "every record was rejected", try: "see the reasons above"}
	}
	return nil
}

// loadFirst has run fill a copy of the database, which takes its place when all is in it.
func (m *Main) loadFirst(ctx context.Context, db *database, run func(*registry.Service) error) error {
	if err := db.store.Close(); err != nil {
		return err
	}
	return sqlite.Load(ctx, m.config.DB, m.logger(), func(store registry.Store) error { return run(m.service(store, db.data)) })
}

// nothingKept explains why a first load came to nothing.
func nothingKept(name string, report importer.Report, err error) error {
	if errors.Is(err, context.Canceled) {
		return &cliError{status: exitInterrupted, message: fmt.Sprintf("interrupted after %d records; the database is as it was", report.Read),
			try: "run it again to begin anew", err: err}
	}
	if report.Read == 0 {
		return inFile(name, err)
	}
	return inFile(fmt.Sprintf("%s: given up after %d records, the database is as it was", name, report.Read), err)
}

// useCopy has the command work on a copy of the database, in a folder beside it that remove takes away.
func (m *Main) useCopy(ctx context.Context) (remove func(), err error) {
	folder := filepath.Dir(m.config.DB)
	if _, err := os.Stat(folder); err != nil {
		folder = "" // there is no database yet: anywhere will do
	}
	dir, err := os.MkdirTemp(folder, ".diachiso-dry-run-")
	if err != nil {
		return nil, failure("a folder that can be written", "make a copy for the dry run: %w", err)
	}
	remove = func() { _ = os.RemoveAll(dir) }
	copied := filepath.Join(dir, "copy.db")
	if m.hasDatabase() {
		if err := sqlite.Copy(ctx, m.config.DB, copied); err != nil {
			remove()
			return nil, err
		}
	}
	m.config.DB = copied
	return remove, nil
}

// importReport is what --report writes.
type importReport struct {
	importer.Report
	File struct {
		Name    string `json:"name"`
		Format  string `json:"format"`
		Dataset string `json:"dataset"`
		Size    int64  `json:"size,omitempty"`
		SHA256  string `json:"sha256,omitempty"`
	} `json:"file"`
	Status     string               `json:"status"` // finished, interrupted or failed
	Error      string               `json:"error,omitempty"`
	StartedAt  time.Time            `json:"started_at"` // of this run
	Seconds    float64              `json:"seconds"`
	Rejections []importer.Rejection `json:"rejections"` // the first ones of this run
}

func writeImportReport(path string, record registry.Import, report importer.Report, started time.Time, runErr error) error {
	r := importReport{Report: report, Status: "finished", StartedAt: started.UTC(), Seconds: time.Since(started).Seconds(), Rejections: nonNil(report.Rejections)}
	r.Reasons = nonNil(r.Reasons)
	r.File.Name, r.File.Format, r.File.Dataset, r.File.Size = record.Name, record.Format, record.Dataset, record.Size
	if record.Digest != [32]byte{} {
		r.File.SHA256 = hex.EncodeToString(record.Digest[:])
	}
	switch {
	case errors.Is(runErr, context.Canceled):
		r.Status = "interrupted"
	case runErr != nil:
		r.Status, r.Error = "failed", runErr.Error()
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return failure("another file with --report", "write the report: %w", err)
	}
	return nil
}

func (m *Main) printReport(cmd *cobra.Command, r importer.Report) error {
	if wantsJSON(cmd) {
		return m.printJSON(r)
	}
	t := m.table()
	if r.DryRun {
		t.row("Chạy thử (dry run)", "không ghi gì (nothing was written)")
	} else if r.Import > 0 {
		t.row("Lần nhập (import)", fmt.Sprint(r.Import))
	}
	for _, line := range []struct {
		label string
		n     int64
	}{{"Đã đọc (read)", r.Read}, {"Cấp mã mới (added)", r.Added}, {"Đã có (existing)", r.Existing}, {"Gộp (merged)", r.Merged},
		{"Để riêng (set aside)", r.SetAside}, {"Từ chối (rejected)", r.Rejected}} {
		t.row(line.label, fmt.Sprint(line.n))
	}
	for _, line := range []struct {
		label string
		c     registry.MapCounts
	}{{"Đường phố (streets)", r.Streets}, {"Hình nhà (outlines)", r.Outlines}} {
		if c := line.c; c.Read() > 0 {
			t.row(line.label, fmt.Sprint(c.Read()), fmt.Sprintf("mới (added) %d, đổi (replaced) %d, đã có (existing) %d, từ chối (rejected) %d", c.Added, c.Replaced, c.Existing, c.Rejected))
		}
	}
	for _, reason := range r.Reasons {
		t.row("  "+reason.Outcome+" "+reason.Reason, fmt.Sprint(reason.Count), examplesText(reason))
	}
	return t.flush()
}

// examplesText names the first places: "line 3, line 9, …".
func examplesText(r registry.ImportReason) string {
	const shown = 3
	text := strings.Join(r.Examples[:min(len(r.Examples), shown)], ", ")
	if r.Count > shown {
		text += ", …"
	}
	return text
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
