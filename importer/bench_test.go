//go:build unix

package importer

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/diachiso/diachiso/registry"
)

// streets is a table of n rows: streets of 60 houses on either side, all over the plain of Hà Nội.
func streets(from, n int) string {
	var b strings.Builder
	b.WriteString("id,lat,lon,house_number,street,quarter\n")
	for i := from; i < from+n; i++ {
		street, house := i/120, i%120
		lat := 20.96 + float64(street*7919%12_000)/100_000 + float64(house)*0.00004
		lon := 105.75 + float64(street*104_729%17_000)/100_000 + float64(house%2)*0.0001
		fmt.Fprintf(&b, "%d,%.7f,%.7f,%d,Phố số %d,Tổ %d\n", i, lat, lon, house+1, street, house/30+1)
	}
	return b.String()
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkImport loads into a registry that has addresses already, and beside it the same columns into a bare table through the
// same driver. Processor time does not depend on what else the machine does; wall time does.
func BenchmarkImport(b *testing.B) {
	const there, rows = 100_000, 50_000
	text := streets(there, rows)
	b.Run("living registry", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			r := openReal(b, filepath.Join(b.TempDir(), "r.db"))
			o := r.options("")
			o.Resume, o.Batch = false, 0
			for _, part := range []string{streets(0, there), text} {
				before, began := processorTime(), time.Now()
				if part == text {
					b.StartTimer()
				}
				report, err := Run(context.Background(), r, r.reader(b, part), o)
				if err != nil || report.Added < report.Read*9/10 {
					b.Fatalf("%+v, %v", report, err)
				}
				if part == text {
					b.ReportMetric(float64((processorTime()-before).Microseconds())/rows, "cpu-µs/row")
					b.ReportMetric(rows/time.Since(began).Seconds(), "rows/s")
				}
			}
			r.store.Close()
		}
	})
	b.Run("understand and prepare only", func(b *testing.B) {
		r := openReal(b, filepath.Join(b.TempDir(), "r.db"))
		for b.Loop() {
			before := processorTime()
			im := &run{reg: r, o: r.options("")}
			reader := r.reader(b, text)
			for {
				rec, err := reader.Next(context.Background())
				if err != nil {
					break
				}
				im.understand(&batch{records: []Record{rec}})
			}
			b.ReportMetric(float64((processorTime()-before).Microseconds())/rows, "cpu-µs/row")
		}
	})
	b.Run("bare table", func(b *testing.B) {
		for b.Loop() {
			before, began := processorTime(), time.Now()
			if err := bareTable(filepath.Join(b.TempDir(), "bare.db"), text); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64((processorTime()-before).Microseconds())/rows, "cpu-µs/row")
			b.ReportMetric(rows/time.Since(began).Seconds(), "rows/s")
		}
	})
}

// bareTable is what the .import of the sqlite3 shell does: texts into a table without any index.
func bareTable(path, text string) error {
	raw, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path + "?_journal_mode=WAL")
	if err != nil {
		return err
	}
	defer raw.Close()
	conn := raw.(*sqlite3.SQLiteConn)
	for _, statement := range []string{"CREATE TABLE t (id, lat, lon, house_number, street, quarter)", "BEGIN"} {
		if _, err := conn.Exec(statement, nil); err != nil {
			return err
		}
	}
	insert, err := conn.Prepare("INSERT INTO t VALUES (?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	reader, err := NewCSV(strings.NewReader(text), 0, Source{Scheme: "f"})
	if err != nil {
		return err
	}
	values := make([]driver.Value, 6)
	for {
		cells, err := reader.rows.Read()
		if err != nil {
			break
		}
		for i, cell := range cells {
			values[i] = cell
		}
		if _, err := insert.(driver.StmtExecContext).ExecContext(context.Background(), named(values)); err != nil {
			return err
		}
	}
	_, err = conn.Exec("COMMIT", nil)
	return err
}

func named(values []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(values))
	for i, v := range values {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}

var _ Registry = (*registry.Service)(nil)
