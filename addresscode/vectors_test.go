package addresscode

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readVectors calls check for each row of a file of vectors and returns their number.
func readVectors(t *testing.T, name string, columns []string, check func(row []string) error) int {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	header, err := r.Read()
	if err != nil || !slices.Equal(header, columns) {
		t.Fatalf("%s has the columns %v (%v), want %v", name, header, err, columns)
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, row := range rows {
		if err := check(row); err != nil {
			t.Errorf("%s: %q: %v", name, row, err)
		}
	}
	return len(rows)
}

func joined[T fmt.Stringer](items []T) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = item.String()
	}
	return strings.Join(words, " ")
}

func want(what, got, want string) error {
	if got != want {
		return fmt.Errorf("%s is %q, want %q", what, got, want)
	}
	return nil
}

func TestVectors(t *testing.T) {
	total := 0
	total += readVectors(t, "encode.csv", []string{"lat", "lon", "ordinal", "cell", "code"}, func(row []string) error {
		cell, err := strconv.ParseUint(row[3], 16, 64)
		if err != nil {
			return err
		}
		ordinal, err := strconv.Atoi(row[2])
		if err != nil {
			return err
		}
		code, err := New(cell, ordinal)
		if err != nil {
			return err
		}
		return want("the code", code.String(), row[4])
	})
	total += readVectors(t, "decode.csv", []string{"text", "code", "cell", "ordinal", "zone", "short", "key", "lat", "lon"}, func(row []string) error {
		code, err := Parse(row[0])
		if err != nil {
			return err
		}
		return errors.Join(
			want("the code", code.String(), row[1]),
			want("the cell", strconv.FormatUint(code.Cell(), 16), row[2]),
			want("the ordinal", strconv.Itoa(code.Ordinal()), row[3]),
			want("the zone", code.Zone().String(), row[4]),
			want("the short form", code.Short(), row[5]),
			want("the key", strconv.FormatUint(code.Key(), 10), row[6]),
		)
	})
	total += readVectors(t, "correct.csv", []string{"text", "suggestions"}, func(row []string) error {
		suggestions, err := Correct(row[0])
		if (err == nil && len(suggestions) == 0) != valid(row[0]) {
			return fmt.Errorf("%d suggestions, %w", len(suggestions), err)
		}
		var words []string
		for _, s := range suggestions {
			var kinds, changes []string
			for i, c := range s.Changes {
				kinds = append(kinds, string(s.Kinds[i]))
				changes = append(changes, fmt.Sprintf("%d:%s>%s", c.At, c.From, c.To))
			}
			words = append(words, fmt.Sprintf("%s/%s/%d/%s", s.Code, strings.Join(kinds, "+"), s.Redundancy, strings.Join(changes, "+")))
		}
		return want("the suggestions", strings.Join(words, " "), row[1])
	})
	total += readVectors(t, "reject.csv", []string{"text", "kind", "character"}, func(row []string) error {
		_, err := Parse(row[0])
		var e *Error
		if !errors.As(err, &e) {
			return fmt.Errorf("not rejected: %v", err)
		}
		return errors.Join(want("the kind", string(e.Kind), row[1]), want("the character", strconv.Itoa(e.Pos), row[2]))
	})
	total += readVectors(t, "short.csv", []string{"short", "zones", "codes"}, func(row []string) error {
		var zones []Zone
		for _, text := range strings.Fields(row[1]) {
			z, err := ParseZone(text)
			if err != nil {
				return err
			}
			zones = append(zones, z)
		}
		codes, err := ExpandShort(row[0], zones)
		if err != nil {
			return err
		}
		return want("the codes", joined(codes), row[2])
	})
	total += readVectors(t, "find.csv", []string{"text", "codes"}, func(row []string) error {
		var codes []Code
		for _, f := range Find(row[0]) {
			codes = append(codes, f.Code)
		}
		return want("the codes", joined(codes), row[1])
	})
	total += readVectors(t, "random.csv", []string{"kind", "text", "word", "error"}, func(row []string) error {
		for _, w := range randomWords {
			if w.name != row[0] {
				continue
			}
			text, err := w.parse(row[1])
			var e *Error
			if errors.As(err, &e) {
				return errors.Join(want("the word", text, row[2]), want("the error", string(e.Kind), row[3]))
			}
			return errors.Join(err, want("the word", text, row[2]), want("the error", "", row[3]))
		}
		return fmt.Errorf("there are no random words called %s", row[0])
	})
	if total < 10_000 {
		t.Errorf("%d vectors, want at least 10,000", total)
	}
}

func valid(text string) bool {
	_, err := Parse(text)
	return err == nil
}
