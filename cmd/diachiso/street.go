package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/registry"
)

func (m *Main) streetCommand() *cobra.Command {
	return group("street", "Đổi tên đường – streets",
		"Gives a street another name in all its addresses at once.", m.streetRenameCommand())
}

func (m *Main) streetRenameCommand() *cobra.Command {
	var r registry.RenameRequest
	c := &cobra.Command{
		Use:   "rename FROM TO --commune CODE",
		Short: "Đổi tên một đường – rename a street in the addresses of communes",
		Long: `Renames a street in the addresses of communes, in transactions of at most 500; one that was interrupted is completed by running it
again. The report counts by commune; what was done is taken back with diachiso changeset undo and the number that is printed.
Households are told on their page.`,
		Example: `  diachiso street rename "Phố Hàng Khay" "Phố Tràng Thi" --commune 00070 --dry-run
  diachiso street rename "Phố Hàng Khay" "Phố Tràng Thi" --commune 00070,00082`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(r.Communes) == 0 {
				return usage("--commune 00070", "say in which communes")
			}
			r.From, r.To = args[0], args[1]
			db, err := m.changeDatabase(cmd)
			if err != nil {
				return err
			}
			defer db.store.Close()
			set, err := db.svc.RenameStreet(cmd.Context(), actorCLI, r, nil)
			if err != nil {
				return err
			}
			return m.printChangeset(cmd, set, r.DryRun)
		},
	}
	c.Flags().StringSliceVar(&r.Communes, "commune", nil, "code of a commune of today; may be repeated")
	c.Flags().BoolVar(&r.DryRun, "dry-run", false, "count, change nothing")
	return c
}

func (m *Main) changesetCommand() *cobra.Command {
	return group("changeset", "Sửa hàng loạt – changes of many addresses at once",
		"Shows what a change of many addresses did, and takes it back.", m.changesetShowCommand(), m.changesetUndoCommand())
}

func (m *Main) changesetShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Một lần sửa hàng loạt – what a change of many addresses did",
		Example: "  diachiso changeset show 4ZKX2N7QJ5W3C6R8T0V1M9P2YA",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			set, err := db.svc.Changeset(cmd.Context(), actorCLI, args[0])
			if err != nil {
				return err
			}
			return m.printChangeset(cmd, set, false)
		},
	}
}

func (m *Main) changesetUndoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "undo ID",
		Short: "Hoàn tác một lần sửa hàng loạt – take it back",
		Long: `Puts back every address that nothing else has changed since; the others are counted as skipped. The undoing is a change set itself
and can be undone. One that was interrupted is completed by undoing again.`,
		Example: "  diachiso changeset undo 4ZKX2N7QJ5W3C6R8T0V1M9P2YA",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := m.changeDatabase(cmd)
			if err != nil {
				return err
			}
			defer db.store.Close()
			set, err := db.svc.Undo(cmd.Context(), actorCLI, args[0], nil)
			if err != nil {
				return err
			}
			return m.printChangeset(cmd, set, false)
		},
	}
}

// changesetView is a change of many addresses as programs read it.
type changesetView struct {
	ID     string                 `json:"id,omitempty"` // none for a dry run, and for one that changed nothing
	Kind   registry.ChangesetKind `json:"kind"`
	Actor  string                 `json:"actor"`
	Done   bool                   `json:"done"`
	DryRun bool                   `json:"dry_run,omitempty"`
	registry.ChangesetReport
}

func (m *Main) printChangeset(cmd *cobra.Command, set *registry.Changeset, dry bool) error {
	if wantsJSON(cmd) {
		return m.printJSON(changesetView{set.ID, set.Kind, set.Actor, set.Done, dry, set.Report})
	}
	t := m.table()
	t.row("Lần sửa (change set)", set.ID)
	t.row("Đã xem (looked at)", fmt.Sprint(set.Report.Looked))
	if dry {
		t.row("Sẽ đổi (would change)", fmt.Sprint(set.Report.Changed))
	} else {
		t.row("Đã đổi (changed)", fmt.Sprint(set.Report.Changed))
		t.row("Bỏ qua (skipped)", fmt.Sprint(set.Report.Skipped))
	}
	for _, commune := range slices.Sorted(maps.Keys(set.Report.ByPlace)) {
		t.row("  "+commune, fmt.Sprint(set.Report.ByPlace[commune]))
	}
	return t.flush()
}
