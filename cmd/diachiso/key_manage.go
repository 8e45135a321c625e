package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geo"
)

func (m *Main) keyListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Xem các khoá – list the keys, never their secrets",
		Long:  "Lists all keys in order of creation, revoked and expired ones too. Nobody can list their secrets: they are not kept.",
		Example: `  diachiso key list
  diachiso key list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			keys, err := db.keys().Keys(cmd.Context())
			if err = errors.Join(err, db.store.Close()); err != nil {
				return err
			}
			if wantsJSON(cmd) {
				views := make([]keyView, len(keys))
				for i, k := range keys {
					views[i] = viewKey(k, "")
				}
				return m.printJSON(map[string]any{"keys": views})
			}
			if len(keys) == 0 {
				fmt.Fprintln(m.Stdout, "Chưa có khoá nào – there are no keys yet: diachiso key create --role …")
				return nil
			}
			t := m.table()
			t.row("PREFIX", "ROLE", "STATE", "EXPIRES", "LAST USED", "WHERE", "NAME")
			for _, k := range keys {
				t.row(k.Prefix, string(k.Role), string(k.StateAt(time.Now())), geo.DateOf(k.ExpiresAt).String(),
					cmp.Or(k.LastUsed.String(), "never"), areaText(k), k.Name)
			}
			return t.flush()
		},
	}
}

func (m *Main) keyRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "revoke PREFIX",
		Short:   "Thu hồi khoá – revoke a key, at once and for good",
		Long:    "Ends a key and the sessions made from it: a running server refuses them from the next request on. Revoking it again is no error.",
		Example: "  diachiso key revoke 7F2KQ9BX",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			prefix, err := prefixArg(args[0])
			if err != nil {
				return err
			}
			key, err := m.changeKey(cmd.Context(), m.openExisting, audit.ActionKeyRevoked, func(keys *access.Service) (access.Key, error) {
				return keys.RevokeKey(cmd.Context(), actorCLI.Name, prefix)
			})
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(viewKey(key, ""))
			}
			fmt.Fprintf(m.Stdout, "Đã thu hồi khoá %s – revoked\n", prefix)
			return nil
		},
	}
}

func (m *Main) keyRotateCommand() *cobra.Command {
	var overlap string
	c := &cobra.Command{
		Use:   "rotate PREFIX",
		Short: "Đổi khoá – give a key another secret",
		Long: `Gives a key another secret and as long a life again, and prints it once. The old secret stays valid for --overlap, so that whoever
uses it has time to change; 0 ends it at once, which is for a secret that leaked.`,
		Example: `  diachiso key rotate 7F2KQ9BX
  diachiso key rotate 7F2KQ9BX --overlap 7d
  diachiso key rotate 7F2KQ9BX --overlap 0`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			prefix, err := prefixArg(args[0])
			if err != nil {
				return err
			}
			keep := access.DefaultOverlap
			if overlap != "" {
				if keep, err = parseLife(overlap); err != nil {
					return usage("--overlap 24h", "--overlap %s: write hours (24h), days (7d) or 0", overlap)
				}
			}
			var secret string
			key, err := m.changeKey(cmd.Context(), m.openExisting, audit.ActionKeyRotated, func(keys *access.Service) (key access.Key, err error) {
				secret, key, err = keys.RotateKey(cmd.Context(), actorCLI.Name, prefix, keep)
				return key, err
			})
			if err != nil {
				return err
			}
			return m.printSecret(cmd, secret, key)
		},
	}
	c.Flags().StringVar(&overlap, "overlap", "", "how long the old secret stays valid: 24h, 7d, 0 (default 24h, at most 30d)")
	return c
}

// prefixArg reads the name of a key. A whole key is refused: it would stay in the shell's history.
func prefixArg(text string) (string, error) {
	prefix := strings.ToUpper(strings.TrimSpace(text))
	if strings.HasPrefix(prefix, "DCS_") {
		return "", usage("the 8 symbols after dcs_ alone", "name the key by its prefix; a whole key on a command line stays in the shell's history")
	}
	return prefix, nil
}
