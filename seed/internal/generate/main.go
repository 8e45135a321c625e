// Command generate writes the built-in data set from its sources: seed/data/divisions.tsv and seed/data/boundaries.bin.
// The same sources give the same bytes. It is for the maintainers of the data; the program itself needs no source file.
//
//	go run ./seed/internal/generate -shared ../shared/data
//	go run ./seed/internal/generate -shared ../shared/data -check    # exit status 1 when the committed files are stale
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/seed"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "generate:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	shared := flags.String("shared", "../shared/data", "folder of the source data")
	out := flags.String("out", "seed/data", "folder of the data set")
	check := flags.Bool("check", false, "write nothing; fail when the data set is stale")
	if err := flags.Parse(args); err != nil {
		return err
	}
	files, err := generate(*shared)
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(*out, f.name)
		if *check {
			committed, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if !bytes.Equal(committed, f.data) {
				return fmt.Errorf("%s is stale: run make generate, look at the difference, commit it", path)
			}
			continue
		}
		if err := os.WriteFile(path, f.data, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s: %d bytes\n", path, len(f.data))
	}
	return nil
}

// file is one file of the data set.
type file struct {
	name string
	data []byte
}

func generate(shared string) ([]file, error) {
	t, err := readTables(shared)
	if err != nil {
		return nil, err
	}
	b, err := build(t)
	if err != nil {
		return nil, err
	}
	shapes, err := readShapes(shared)
	if err != nil {
		return nil, err
	}
	boundaries, err := geo.EncodeBoundaries(shapes, geo.VietnamLandBorder())
	if err != nil {
		return nil, fmt.Errorf("encode boundaries: %w", err)
	}
	return []file{
		{"divisions.tsv", seed.EncodeDivisions(seed.Version, b.divisions, b.relations)},
		{"boundaries.bin", boundaries},
	}, nil
}
