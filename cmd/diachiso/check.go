package main

import (
	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/registry/sqlite"
)

func (m *Main) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Kiểm tra – check the integrity of the database",
		Long: `Reads the whole database: the file's integrity, the store's own rules, the chain of the journal. It takes minutes with
millions of addresses, and the server may go on meanwhile.`,
		Example: "  diachiso check --db data/diachiso.db",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			contents, err := sqlite.Inspect(cmd.Context(), m.config.DB, false)
			if err == nil && contents.Schema == sqlite.SchemaVersion {
				err = m.verifyChainOf(cmd.Context(), m.config.DB, sqlite.Options{ReadOnly: true, Logger: m.logger()})
			}
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(contents)
			}
			t := m.table()
			t.row("Không có lỗi (sound)", m.config.DB)
			printContents(t, contents)
			return t.flush()
		},
	}
}
