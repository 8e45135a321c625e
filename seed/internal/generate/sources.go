package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// row is one line of a table, by column name.
type row map[string]string

// table reads a CSV or TSV file with a header. Fields lose blanks at their ends and double blanks inside.
func table(dir, name string) ([]row, error) {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if filepath.Ext(name) == ".tsv" {
		r.Comma, r.LazyQuotes = '\t', true
	}
	records, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read source %s: %w", name, err)
	}
	if len(records) < 2 {
		return nil, fmt.Errorf("read source %s: no rows", name)
	}
	rows := make([]row, 0, len(records)-1)
	for _, record := range records[1:] {
		fields := row{}
		for i, column := range records[0] {
			fields[column] = strings.Join(strings.Fields(record[i]), " ")
		}
		rows = append(rows, fields)
	}
	return rows, nil
}

// tables are the source files of divisions and postcodes.
type tables struct {
	provinces, communes              []row // since 2025-07-01
	oldDistricts, oldCommunes        []row // until then
	relations, variants, formerNames []row
	postcodes, postcodePrefixes      []row
}

func readTables(dir string) (t tables, err error) {
	for name, into := range map[string]*[]row{
		"divisions/provinces_34.csv":                             &t.provinces,
		"divisions/wards_3321.csv":                               &t.communes,
		"divisions/old_districts_gso.csv":                        &t.oldDistricts,
		"divisions/old_wards_10035_gso_2025-06-30.csv":           &t.oldCommunes,
		"divisions/old_to_new_official.tsv":                      &t.relations,
		"divisions/old_ward_name_variants.csv":                   &t.variants,
		"divisions/old_ward_former_names_2024-09_to_2025-07.csv": &t.formerNames,
		"postal/postal_2025_qd2334_by_ward.tsv":                  &t.postcodes,
		"postal/postal_2025_province_prefixes.tsv":               &t.postcodePrefixes,
	} {
		if *into, err = table(dir, name); err != nil {
			return tables{}, err
		}
	}
	return t, nil
}
