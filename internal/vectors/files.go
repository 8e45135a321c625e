package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
)

// file is one file of vectors.
type file struct {
	name    string
	seed    uint64
	comment string // lines, without #
	columns []string
	rows    func(g *generator) error
}

var files = []file{
	{
		name: "encode.csv", seed: 1, columns: []string{"lat", "lon", "ordinal", "cell", "code"}, rows: encodeRows,
		comment: "Position and ordinal to cell and code. Positions with more than 7 decimals are to be rounded first.",
	},
	{
		name: "decode.csv", seed: 2, columns: []string{"text", "code", "cell", "ordinal", "zone", "short", "key", "lat", "lon"}, rows: decodeRows,
		comment: "Tolerated spellings to what the code says. lat and lon are the centre of the cell in degrees, rounded to 7 decimals.",
	},
	{
		name: "correct.csv", seed: 3, columns: []string{"text", "suggestions"}, rows: correctRows,
		comment: "Damaged codes to all suggestions in order, separated by spaces: code/kinds/redundancy/changes.\n" +
			"Kinds and changes are joined by +; a change is place:read>suggested. No suggestions: none is possible, or none is needed.",
	},
	{
		name: "reject.csv", seed: 4, columns: []string{"text", "kind", "character"}, rows: rejectRows,
		comment: "Texts that are no code to the kind of the error and the character at fault, counted from 1; 0: none in particular.",
	},
	{
		name: "short.csv", seed: 5, columns: []string{"short", "zones", "codes"}, rows: shortRows,
		comment: "Short forms and the zones to try, separated by spaces, to the codes that fit.",
	},
	{
		name: "find.csv", seed: 6, columns: []string{"text", "codes"}, rows: findRows,
		comment: "Running text to the codes in it, separated by spaces.",
	},
	{
		name: "random.csv", seed: 7, columns: []string{"kind", "text", "word", "error"}, rows: randomRows,
		comment: "Texts that shall be an alias or a secret to the canonical form, or to the kind of the error.",
	},
}

// generator collects the rows of one file.
type generator struct {
	rng  *rand.Rand
	out  *csv.Writer
	rows int
}

func (g *generator) row(fields ...string) error {
	if strings.HasPrefix(fields[0], "#") {
		return fmt.Errorf("the row %q would be read as a comment", fields)
	}
	g.rows++
	return g.out.Write(fields)
}

// generate returns the bytes of a file and its number of rows.
func (f file) generate(draw uint64) ([]byte, int, error) {
	var b bytes.Buffer
	for line := range strings.SplitSeq(f.comment, "\n") {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintln(&b, "# Written by internal/vectors; do not edit. README.md in this folder explains the columns.")
	g := &generator{rng: rand.New(rand.NewPCG(f.seed, 0xd1ac1+draw)), out: csv.NewWriter(&b)}
	if err := g.out.Write(f.columns); err != nil {
		return nil, 0, err
	}
	if err := f.rows(g); err != nil {
		return nil, 0, err
	}
	g.out.Flush()
	return b.Bytes(), g.rows, g.out.Error()
}
