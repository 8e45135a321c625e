package main

import (
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// version is set by the linker (see Makefile); a plain `go build` leaves it empty.
var version string

// buildVersion is the version of this binary: the linker's, else what Go noted of the checkout.
func buildVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}

func (m *Main) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Phiên bản – version of the program and of its data",
		Example: "  diachiso version --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := struct { // the names of /v1/version
				Version     string `json:"version"`
				Go          string `json:"go"`
				DataVersion string `json:"data_version"`
				Schema      string `json:"schema"`
				Platform    string `json:"platform"`
			}{buildVersion(), runtime.Version(), seed.Version, strconv.Itoa(sqlite.SchemaVersion), runtime.GOOS + "/" + runtime.GOARCH}
			if wantsJSON(cmd) {
				return m.printJSON(v)
			}
			t := m.table()
			t.row("Chương trình (program)", v.Version)
			t.row("Dữ liệu (data)", v.DataVersion)
			t.row("Lược đồ (schema)", v.Schema)
			t.row("Go", v.Go, v.Platform)
			return t.flush()
		},
	}
}
