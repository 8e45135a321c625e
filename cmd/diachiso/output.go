package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// printJSON writes one JSON document on one line.
func (m *Main) printJSON(v any) error {
	enc := json.NewEncoder(m.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// table is aligned text.
type table struct {
	w *tabwriter.Writer
}

func (m *Main) table() table { return newTable(m.Stdout) }

func newTable(w io.Writer) table { return table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)} }

// row writes one line; empty values are left out together with their label.
func (t table) row(label string, values ...string) {
	if len(values) > 0 && strings.Join(values, "") == "" {
		return
	}
	fmt.Fprintln(t.w, label+"\t"+strings.Join(values, "\t"))
}

func (t table) flush() error { return t.w.Flush() }

// nonNil makes an empty list print as [].
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
