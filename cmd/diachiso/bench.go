package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/internal/bench"
)

func (m *Main) benchCommand() *cobra.Command {
	return group("bench", "Đo tốc độ với dân số tổng hợp – measure with synthetic households",
		`Makes households that do not exist, over the real communes, and measures what this machine does with them. The configured
database is neither read nor written.`,
		m.benchGenerateCommand(), m.benchRunCommand())
}

func (m *Main) benchGenerateCommand() *cobra.Command {
	var households int
	var seedNumber uint64
	var out string
	c := &cobra.Command{
		Use: "generate", Short: "Tạo bảng hộ dân tổng hợp – write a table of synthetic households", Args: cobra.NoArgs,
		Long: `Writes a CSV table as diachiso import csv reads it: wards denser than rural communes, streets with alleys, hamlets without
numbers, towers, sorted by code. The same number and seed give the same table; it needs little memory for any number.`,
		Example: `  diachiso bench generate --households 200000 -o households.csv
  diachiso bench generate --households 28000000 --seed 7 | zstd > country.csv.zst`,
	}
	flags := c.Flags()
	flags.IntVar(&households, "households", 200_000, "how many")
	flags.Uint64Var(&seedNumber, "seed", 1, "another number makes another country")
	flags.StringVarP(&out, "output", "o", "-", "file to write; - is standard output")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkHouseholds(households); err != nil {
			return err
		}
		data, err := m.Data()
		if err != nil {
			return fmt.Errorf("load the built-in data: %w", err)
		}
		if out == "-" {
			return bench.Generate(cmd.Context(), data, households, seedNumber, m.Stdout)
		}
		file, err := os.Create(out)
		if err != nil {
			return failure("another file with -o", "write the table: %w", err)
		}
		return errors.Join(bench.Generate(cmd.Context(), data, households, seedNumber, file), file.Close())
	}
	return c
}

func (m *Main) benchRunCommand() *cobra.Command {
	o := bench.Options{}
	c := &cobra.Command{
		Use: "run", Short: "Nạp và đo tất cả – load them and measure everything", Args: cobra.NoArgs,
		Long: `Generates households, loads them into a new database and prints a table in Markdown: first load, the sqlite3 shell beside it,
size, start, resolve, reverse, search, an open load of reads and writes, geocoding of a file, and import into the loaded registry.
Servers are processes of this program on loopback. It needs about 0.7 GB of disk for each million of households, and takes
minutes for a million.`,
		Example: `  diachiso bench run --households 200000
  diachiso bench run --households 28000000 --dir /var/tmp > country.md`,
	}
	flags := c.Flags()
	flags.IntVar(&o.Households, "households", 200_000, "how many")
	flags.Uint64Var(&o.Seed, "seed", 1, "another number makes another country")
	flags.StringVar(&o.Dir, "dir", "", "folder for what is written (default: that for temporary files)")
	flags.DurationVar(&o.Each, "each", 5*time.Second, "length of one measurement over HTTP")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkHouseholds(o.Households); err != nil {
			return err
		}
		data, err := m.Data()
		if err != nil {
			return fmt.Errorf("load the built-in data: %w", err)
		}
		if o.Binary, err = os.Executable(); err != nil {
			return fmt.Errorf("find this program: %w", err)
		}
		o.Out = m.Stdout
		o.Say = func(format string, args ...any) { fmt.Fprintf(m.Stderr, format+"\n", args...) }
		return bench.Run(cmd.Context(), data, o)
	}
	return c
}

func checkHouseholds(n int) error {
	if n < 1 || n > 100_000_000 {
		return usage("--households 200000", "--households must be from 1 to 100,000,000")
	}
	return nil
}
