package main

import (
	"github.com/spf13/cobra"
)

// rootCommand builds the tree of commands.
func (m *Main) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "diachiso",
		Short: "Địa chỉ số: một mã địa chỉ cho mỗi hộ – digital addresses of Viet Nam",
		Long: `Địa chỉ số: một mã địa chỉ cho mỗi hộ.
Digital addresses of Viet Nam: every household gets a code such as 5FJBC-2NJV-T33 that says
where it is, repairs itself when mistyped, and outlives every change of communes and streets.

` + exitHelp,
		Example: `  diachiso serve --demo                        # server with a demonstration quarter, http://127.0.0.1:8080/docs
  diachiso encode 21.0287 105.8524             # the code of a place; no database needed
  diachiso correct 5FJBC-2NJV-T35              # repair a mistyped code
  diachiso import osm hanoi.osm.pbf            # give the house numbers of a map extract their codes
  diachiso resolve 5FJBC-2NJV-T33              # who is where: the registered address of a code
  source <(diachiso completion bash)           # completion in your shell`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			config, err := loadConfig(cmd.Flags(), m.Env)
			if err != nil {
				return err
			}
			if cmd.Name() != "serve" && config.isDefault("log_level") {
				config.LogLevel = "warn" // a command that prints its result has nothing to add in a log
			}
			m.config = config
			m.started = true
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.Bool("json", false, "print JSON for programs")
	flags.String("config", "", "configuration file (YAML; DIACHISO_CONFIG)")
	flags.String("db", "", "database file (DIACHISO_DB; default "+defaultDB+")")
	flags.String("pack-key", "", "verifier key that the pack opened with --db must be signed with (DIACHISO_PACK_KEY)")
	flags.String("log-level", "", "debug, info, warn or error (DIACHISO_LOG_LEVEL; default info when serving, else warn)")
	flags.String("log-format", "", "text or json (DIACHISO_LOG_FORMAT; default text)")
	root.AddGroup(
		&cobra.Group{ID: "codes", Title: "Mã và vị trí – Codes and places (no database needed):"},
		&cobra.Group{ID: "registry", Title: "Sổ địa chỉ – The registry:"},
		&cobra.Group{ID: "search", Title: "Địa chỉ viết bằng chữ – Address text:"},
		&cobra.Group{ID: "system", Title: "Vận hành – Operation:"},
	)
	root.SetHelpCommandGroupID("system")
	root.SetCompletionCommandGroupID("system")
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("codes", m.encodeCommand(), m.decodeCommand(), m.correctCommand(), m.locateCommand())
	add("registry", m.assignCommand(), m.resolveCommand(), m.addressCommand(), m.streetCommand(), m.changesetCommand(), m.importCommand(), m.exportCommand(), m.coverageCommand(), m.packCommand(), m.demoCommand())
	add("search", m.geocodeCommand(), m.searchCommand(), m.validateCommand(), m.convertCommand())
	add("system", m.serveCommand(), m.keyCommand(), m.peopleCommand(), m.seedCommand(), m.indexCommand(),
		m.backupCommand(), m.restoreCommand(), m.checkCommand(), m.auditCommand(), m.benchCommand(), m.configCommand(), m.versionCommand())
	return root
}

// group is a command that only holds others.
func group(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage(cmd.CommandPath()+" --help", "%s needs a subcommand", cmd.CommandPath())
		},
	}
	c.AddCommand(commands...)
	return c
}

func wantsJSON(cmd *cobra.Command) bool {
	asked, err := cmd.Flags().GetBool("json")
	return err == nil && asked
}
