package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (m *Main) configCommand() *cobra.Command {
	show := &cobra.Command{
		Use:   "print",
		Short: "Xem cấu hình – show every setting and where it comes from",
		Long: `Shows every setting, its value and where it comes from.
Flags beat the environment, which beats the file, which beats the defaults. The file is the one named by --config or
DIACHISO_CONFIG, else ./diachiso.yaml or /etc/diachiso/diachiso.yaml if there is one.`,
		Example: `  diachiso config print
  DIACHISO_LISTEN=127.0.0.1:9000 diachiso config print --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if wantsJSON(cmd) {
				return m.printJSON(map[string]any{"settings": m.config.values, "unused_environment": nonNil(m.config.unused)})
			}
			t := m.table()
			for _, v := range m.config.values {
				t.row(v.Key, configText(v.Value), "("+v.Origin+")")
			}
			if err := t.flush(); err != nil {
				return err
			}
			for _, name := range m.config.unused {
				fmt.Fprintf(m.Stdout, "not a setting: %s in the environment\n", name)
			}
			return nil
		},
	}
	return group("config", "Cấu hình – configuration", "", show)
}

func configText(value any) string {
	switch v := value.(type) {
	case []string:
		return strings.Join(v, ",")
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = fmt.Sprint(v[i])
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(value)
}
