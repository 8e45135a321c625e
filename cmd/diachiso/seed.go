package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (m *Main) seedCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "seed",
		Short: "Nạp dữ liệu gốc – bring the database to the built-in data",
		Long: `Creates the database where it does not exist and brings it to the built-in communes, boundaries and postcodes.
A newer data set derives the communes of addresses anew; codes and positions never change. Repeating it does nothing.
"serve" and "import" do the same by themselves.`,
		Example: `  diachiso seed
  diachiso seed --db /var/lib/diachiso/diachiso.db --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, report, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			active, retired, err := db.svc.Count(cmd.Context())
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]any{"from": report.From, "to": report.To, "rederived": report.Rederived, "addresses": active + retired})
			}
			switch {
			case report.From == "":
				fmt.Fprintf(m.Stdout, "%s: đã nạp dữ liệu %s – data loaded\n", m.config.DB, report.To)
			case report.From != report.To:
				fmt.Fprintf(m.Stdout, "%s: dữ liệu %s → %s, %d địa chỉ thay đổi – data upgraded, addresses changed\n", m.config.DB, report.From, report.To, report.Rederived)
			default:
				fmt.Fprintf(m.Stdout, "%s: dữ liệu %s đã mới nhất – data is up to date\n", m.config.DB, report.To)
			}
			return nil
		},
	}
}
