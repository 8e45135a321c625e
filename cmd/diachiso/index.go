package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (m *Main) indexCommand() *cobra.Command {
	rebuild := &cobra.Command{
		Use:   "rebuild",
		Short: "Dựng lại chỉ mục tìm kiếm – build the search index anew",
		Long: `Derives the streets, hamlets, quarters and buildings that searches look for anew from the addresses.
The index follows every change by itself, so this is for the day on which somebody doubts it. A server that runs
beside it goes on serving and finds less until it has ended.`,
		Example: "  diachiso index rebuild",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if !m.hasDatabase() {
				return failure("name another with --db FILE, or create it with: diachiso seed", "there is no database %s", m.config.DB)
			}
			db, _, err := m.openDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.store.Close()) }()
			start, log := time.Now(), m.logger()
			told := start
			err = db.svc.RebuildIndex(cmd.Context(), func(done int64) {
				if now := time.Now(); now.Sub(told) >= 5*time.Second {
					told = now
					log.Info("rebuilding the index", "addresses", done)
				}
			})
			if err != nil {
				return err
			}
			active, _, err := db.svc.Count(cmd.Context())
			if err != nil {
				return err
			}
			took := time.Since(start)
			if wantsJSON(cmd) {
				return m.printJSON(map[string]any{"addresses": active, "seconds": round3(took.Seconds())})
			}
			fmt.Fprintf(m.Stdout, "%s: index of %d addresses built in %.1f s\n", m.config.DB, active, took.Seconds())
			return nil
		},
	}
	return group("index", "Chỉ mục tìm kiếm – the search index", "The index of names by which addresses are found. It lives in the database.", rebuild)
}
