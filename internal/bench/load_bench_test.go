package bench

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/diachiso/diachiso/seed"
)

// BenchmarkFirstLoad loads a table of 1,000,000 households; TABLE names one that is there already.
func BenchmarkFirstLoad(b *testing.B) {
	data, err := seed.Load()
	if err != nil {
		b.Fatal(err)
	}
	const households = 1_000_000
	table := os.Getenv("TABLE")
	if table == "" {
		table = filepath.Join(b.TempDir(), "t.csv")
		if err := generateFile(b.Context(), data, households, 1, table); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		c, err := clocked(func() error {
			_, _, err := firstLoad(b.Context(), data, table, filepath.Join(b.TempDir(), "t.db"), households)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(households/c.wall.Seconds(), "rows/s")
		b.ReportMetric(float64(c.cpu.Nanoseconds())/households, "cpu-ns/row")
	}
}
