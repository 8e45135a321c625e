package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/seed"
)

func (m *Main) demoCommand() *cobra.Command {
	load := &cobra.Command{
		Use:     "load",
		Short:   "Nạp khu phố mẫu – load the demonstration quarter",
		Example: "  diachiso demo load",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			added, err := seed.LoadDemo(cmd.Context(), db.svc)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]any{"added": added})
			}
			fmt.Fprintf(m.Stdout, "Đã nạp %d địa chỉ mẫu – synthetic addresses added; diachiso demo remove takes them out again\n", added)
			return nil
		},
	}
	remove := &cobra.Command{
		Use:     "remove",
		Short:   "Xoá khu phố mẫu – remove the demonstration quarter",
		Example: "  diachiso demo remove",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			removed, err := seed.RemoveDemo(cmd.Context(), db.svc)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]any{"removed": removed})
			}
			fmt.Fprintf(m.Stdout, "Đã xoá %d địa chỉ mẫu – synthetic addresses removed\n", removed)
			return nil
		},
	}
	return group("demo", "Khu phố mẫu – the demonstration quarter",
		"About 300 synthetic households to try things with. They are marked as such and never loaded unasked.", load, remove)
}
