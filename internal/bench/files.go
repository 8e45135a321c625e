package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/diachiso/diachiso/internal/synth"
)

// shell is the baseline of the first load: the sqlite3 shell puts the same table into a bare one.
func (b *run) shell(ctx context.Context) error {
	const what = "baseline: .import of the same table by the sqlite3 shell, no index"
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.row(what, "no sqlite3 on this machine", "", "")
		return nil
	}
	bare := filepath.Join(b.dir, "bare.db")
	script := "CREATE TABLE t (" + strings.Join(synth.Columns, ", ") + ");\n.import --csv --skip 1 " + b.table + " t\n"
	c, err := clocked(func() error {
		cmd := exec.CommandContext(ctx, shell, bare)
		cmd.Stdin, cmd.Stderr = strings.NewReader(script), os.Stderr
		return cmd.Run()
	})
	if err != nil {
		return err
	}
	b.rate(what, c, b.Households, "")
	return os.Remove(bare)
}

// size tells how large the file is, and of what, which the sqlite3 shell knows.
func (b *run) size(ctx context.Context) error {
	info, err := os.Stat(b.db)
	if err != nil {
		return err
	}
	b.row("database", fmt.Sprintf("%.2f GB, %.0f bytes for each household", float64(info.Size())/1e9, float64(info.Size())/float64(b.Households)),
		"≤ 16 GB", kept(info.Size() <= 16e9))
	if err := os.Remove(b.table); err != nil {
		return err
	}
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		return nil
	}
	out, err := exec.CommandContext(ctx, shell, "-readonly", "-separator", " ", b.db,
		"SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 10").Output()
	if err != nil {
		return nil // a shell that was built without dbstat
	}
	for line := range strings.Lines(string(out)) {
		var name string
		var bytes int64
		if n, _ := fmt.Sscan(line, &name, &bytes); n == 2 {
			b.row("– of this "+name, fmt.Sprintf("%.1f bytes for each household", float64(bytes)/float64(b.Households)), "", "")
		}
	}
	return nil
}

// geocode geocodes a file; what starting costs is taken off.
func (b *run) geocode(ctx context.Context) error {
	write := func(name string, rows int) (string, error) {
		path := filepath.Join(b.dir, name)
		file, err := os.Create(path)
		if err != nil {
			return "", err
		}
		w := csv.NewWriter(file)
		err = w.Write([]string{"id", "address"})
		for i := range rows {
			err = errors.Join(err, w.Write([]string{fmt.Sprint(i), b.set.Texts[i%len(b.set.Texts)]}))
		}
		w.Flush()
		return path, errors.Join(err, w.Error(), file.Close())
	}
	c, err := b.perRow(ctx, geocodeRows, write, "geocode")
	if err != nil {
		return err
	}
	b.bar("geocode a CSV file of addresses", c, geocodeRows, 10_000)
	return nil
}

// living imports households into the registry that is there; what starting costs is taken off.
func (b *run) living(ctx context.Context) error {
	rows := min(livingRows, b.Households)
	write := func(name string, rows int) (string, error) {
		path := filepath.Join(b.dir, name)
		return path, generateFile(ctx, b.data, rows, b.Seed+uint64(rows), path)
	}
	c, err := b.perRow(ctx, rows, write, "import", "csv")
	if err != nil {
		return err
	}
	b.bar("import a CSV file into the living registry", c, rows, 10_000)
	return nil
}

// perRow is what the program takes for a file of so many rows beyond what it takes for one row.
func (b *run) perRow(ctx context.Context, rows int, write func(name string, rows int) (string, error), command ...string) (cost, error) {
	took := func(name string, rows int) (cost, error) {
		path, err := write(name, rows)
		if err != nil {
			return cost{}, err
		}
		return clocked(func() error {
			cmd := exec.CommandContext(ctx, b.Binary, append(command, path, "--db", b.db)...)
			cmd.Stderr = os.Stderr
			return cmd.Run()
		})
	}
	one, err := took("one.csv", 1)
	if err != nil {
		return cost{}, err
	}
	all, err := took("all.csv", rows)
	return cost{max(all.wall-one.wall, time.Millisecond), all.cpu - one.cpu}, err
}
