// Vectors writes the test vectors of the address code, addresscode/testdata/*.csv, which implementations in every
// language share. The same source always gives the same bytes.
//
//	go run ./internal/vectors          write the files
//	go run ./internal/vectors -check   write nothing; exit 1 when a file is not what would be written
//	go run ./internal/vectors -dir=tmp -draw=7   write files of other rows, drawn anew for each number
//
// Run it from the root of the repository, or name the folder with -dir.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", filepath.Join("addresscode", "testdata"), "folder of the vectors")
	check := flag.Bool("check", false, "write nothing; fail when a file is out of date")
	draw := flag.Uint64("draw", 0, "which rows to draw: 0 gives those of the repository, another number others of the same kinds")
	flag.Parse()
	if err := run(os.Stdout, *dir, *draw, *check); err != nil {
		fmt.Fprintf(os.Stderr, "vectors: %v\n", err)
		os.Exit(1)
	}
}

// run generates all files and writes them, or compares them with what is there.
func run(out io.Writer, dir string, draw uint64, check bool) error {
	total, stale := 0, 0
	for _, f := range files {
		content, rows, err := f.generate(draw)
		if err != nil {
			return fmt.Errorf("generate %s: %w", f.name, err)
		}
		total += rows
		path := filepath.Join(dir, f.name)
		if check {
			old, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("compare: %w", err)
			}
			if !bytes.Equal(old, content) {
				stale++
				fmt.Fprintf(out, "%s is out of date\n", path)
			}
			continue
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		fmt.Fprintf(out, "%s: %d rows\n", path, rows)
	}
	if stale > 0 {
		return fmt.Errorf("%d files are out of date; run `go run ./internal/vectors` and look at the difference", stale)
	}
	fmt.Fprintf(out, "%d vectors\n", total)
	return nil
}
