package main

import (
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/exporter"
	"github.com/diachiso/diachiso/registry"
)

func (m *Main) exportCommand() *cobra.Command {
	var province, commune, format, out string
	c := &cobra.Command{
		Use:   "export [--province CODE | --commune CODE]",
		Short: "Xuất sổ ra tệp – write addresses to a file",
		Long: `Writes the addresses of a commune or a province of today, or all, with everything that is kept of them, retired ones too, in order of
place. csv can be read again by diachiso import csv: first position, components and ids come back the same (a registry gives codes
anew). It is read in batches of 500 while the registry goes on; each batch is one state of it.`,
		Example: `  diachiso export --commune 00070 -o hoan-kiem.csv
  diachiso export --province 01 --format geojson -o hanoi.geojson
  diachiso export --format ndjson | zstd > all.ndjson.zst`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if province != "" && commune != "" {
				return usage("give one of them", "--province and --commune exclude each other")
			}
			return m.export(cmd, province+commune, exporter.Format(format), out)
		},
	}
	fs := c.Flags()
	fs.StringVar(&province, "province", "", "code of the province of today")
	fs.StringVar(&commune, "commune", "", "code of the commune of today")
	fs.StringVar(&format, "format", "csv", "csv, ndjson or geojson")
	fs.StringVarP(&out, "output", "o", "", "file to write (default: standard output)")
	return c
}

func (m *Main) export(cmd *cobra.Command, area string, format exporter.Format, name string) (err error) {
	ctx := cmd.Context()
	db, err := m.readDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	extent, err := db.svc.Extent(area)
	if err != nil {
		return err
	}
	out, finish, err := m.geocodeOutput(name)
	if err != nil {
		return err
	}
	file, err := exporter.New(format, out, func(a *registry.Address) ([]byte, error) { return json.Marshal(viewOfAddress(db.svc, a)) })
	if err == nil {
		err = db.svc.Each(ctx, registry.Sight{}, &extent, file.Write)
	}
	if err == nil {
		err = file.Close()
	}
	return finish(err)
}
