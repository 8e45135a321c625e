package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/backup"
)

func (m *Main) restoreCommand() *cobra.Command {
	var identity, passphrase, to string
	var force bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Khôi phục – restore the database from a backup",
		Long: `Opens a backup, checks it (every byte, integrity, rules, chain of the journal) and then puts the database in its place.
Nothing is written under its name before that. An existing database is refused; --force sets it aside, under a name that ends
in .replaced and the time, and never while a server has it open.

Restoring elsewhere (--to /tmp/drill.db) is how a backup is tried out.`,
		Example: `  diachiso restore diachiso-20261122T050000Z.db.age --identity backup-key.txt
  diachiso restore before-upgrade.db.age --passphrase-file /etc/diachiso/backup-passphrase --to /tmp/drill.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			identities, err := identitiesOf(identity, passphrase)
			if err != nil {
				return err
			}
			if to == "" {
				to = m.config.DB
			}
			r, err := backup.Restore(cmd.Context(), backup.Restoration{
				File: args[0], To: to, Identities: identities, Force: force, By: actorCLI.Name, Verify: m.verifyChain, Now: time.Now,
			})
			if err != nil {
				return err
			}
			r.Aside = nonNil(r.Aside)
			if wantsJSON(cmd) {
				return m.printJSON(r)
			}
			t := m.table()
			t.row("Đã khôi phục (restored)", r.Database)
			t.row("Sao lưu lúc (state of)", r.Manifest.Created.Format(time.RFC3339))
			printContents(t, r.Manifest.Contents)
			t.row("Bản cũ (set aside)", strings.Join(r.Aside, " "))
			return t.flush()
		},
	}
	fs := c.Flags()
	fs.StringVar(&identity, "identity", "", "file with the secret key")
	fs.StringVar(&passphrase, "passphrase-file", "", "file with the passphrase")
	fs.StringVar(&to, "to", "", "database file to write (default: the configured one)")
	fs.BoolVar(&force, "force", false, "set an existing database aside")
	return c
}

func identitiesOf(file, passphrase string) (backup.Identities, error) {
	switch {
	case file != "" && passphrase == "":
		return backup.ReadIdentities(file)
	case file == "" && passphrase != "":
		return backup.PassphraseIdentity(passphrase)
	}
	return nil, usage("--identity backup-key.txt", "name the key with either --identity or --passphrase-file")
}
