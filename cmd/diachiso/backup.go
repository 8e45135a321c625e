package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/backup"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func (m *Main) backupCommand() *cobra.Command {
	var to, passphrase, recipientsFile string
	var recipients []string
	var keep int
	c := &cobra.Command{
		Use:   "backup",
		Short: "Sao lưu – back up the database, also while the server runs",
		Long: `Writes an encrypted copy of the database: one consistent state, checked (integrity, rules, chain of the journal),
compressed, and under its name only once it is whole and on disk. The server keeps writing meanwhile. A readable copy stands
beside the database while this runs, so its disk needs as much free room as the database takes.

In a folder, backups are named by their time (diachiso-20261122T050000Z.db.age), and --keep N removes the oldest of them
after success. The keys of households are never in it: they have a backup of their own.`,
		Example: `  diachiso backup keygen --to backup-key.txt        # once; keep the file away from this machine
  diachiso backup --to /mnt/backup --recipient age1… --keep 30
  diachiso backup --to before-upgrade.db.age --passphrase-file /etc/diachiso/backup-passphrase`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keys, err := recipientsOf(recipients, recipientsFile, passphrase)
			switch {
			case err != nil:
				return err
			case to == "":
				return usage("--to /mnt/backup", "name a file or a folder with --to")
			case keep < 0 || cmd.Flags().Changed("keep") && keep == 0:
				return usage("--keep 30", "--keep takes a number from 1")
			}
			m.signBeforeBackup(cmd.Context())
			report, err := backup.Create(cmd.Context(), backup.Request{
				Database: m.config.DB, To: to, Recipients: keys, Keep: keep,
				Program: buildVersion(), By: actorCLI.Name, Verify: m.verifyChain, Now: time.Now,
			})
			if err != nil {
				return err
			}
			return m.printBackup(cmd, report)
		},
	}
	fs := c.Flags()
	fs.StringVar(&to, "to", "", "file that does not exist yet, or folder")
	fs.StringSliceVar(&recipients, "recipient", nil, "public key of who may open it (age1…; may be given again)")
	fs.StringVar(&recipientsFile, "recipients-file", "", "file of public keys, one a line")
	fs.StringVar(&passphrase, "passphrase-file", "", "file with a passphrase, instead of keys")
	fs.IntVar(&keep, "keep", 0, "in a folder: how many backups to keep (default all)")
	c.AddCommand(m.backupKeygenCommand())
	return c
}

func (m *Main) backupKeygenCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "keygen",
		Short: "Tạo cặp khoá – make a pair of keys for backups",
		Long: `Writes a new secret key to a file and prints its public key, the recipient of backups. Backups need the public key only:
keep the secret key away from the machine that makes them, twice. Without it no backup can be opened.`,
		Example: "  diachiso backup keygen --to backup-key.txt",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usage("--to backup-key.txt", "name a new file with --to")
			}
			recipient, err := backup.NewKey(to, time.Now())
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]string{"recipient": recipient, "file": to})
			}
			t := m.table()
			t.row("Khoá công khai (recipient)", recipient)
			t.row("Khoá bí mật (secret key)", to)
			return t.flush()
		},
	}
	c.Flags().StringVar(&to, "to", "", "file for the secret key, which must not exist")
	return c
}

// recipientsOf reads the keys that exactly one kind of flag names.
func recipientsOf(keys []string, file, passphrase string) (backup.Recipients, error) {
	switch {
	case len(keys) > 0 && file == "" && passphrase == "":
		return backup.ParseRecipients(keys...)
	case len(keys) == 0 && file != "" && passphrase == "":
		return backup.ReadRecipients(file)
	case len(keys) == 0 && file == "" && passphrase != "":
		return backup.PassphraseRecipient(passphrase)
	}
	return nil, usage("diachiso backup keygen --to backup-key.txt prints a recipient for --recipient",
		"a backup is encrypted: say for whom with one of --recipient, --recipients-file, --passphrase-file")
}

func (m *Main) printBackup(cmd *cobra.Command, r backup.Report) error {
	r.Removed = nonNil(r.Removed)
	if wantsJSON(cmd) {
		return m.printJSON(r)
	}
	t := m.table()
	t.row("Bản sao lưu (backup)", r.File)
	t.row("Kích thước (size)", byteSize(r.Size)+" ← "+byteSize(r.Manifest.Bytes))
	printContents(t, r.Manifest.Contents)
	for _, name := range r.Removed {
		t.row("Đã xoá (removed)", filepath.Join(filepath.Dir(r.File), name))
	}
	return t.flush()
}

func printContents(t table, c sqlite.Contents) {
	t.row("Lược đồ (schema)", strconv.FormatInt(c.Schema, 10))
	t.row("Địa chỉ (addresses)", strconv.FormatInt(c.Rows["address"], 10))
	if c.Journal.Line > 0 {
		t.row("Nhật ký (journal)", strconv.FormatInt(c.Journal.Line, 10)+" "+c.Journal.Link)
	}
}

func byteSize(n int64) string {
	const mib = 1 << 20
	if n < mib {
		return fmt.Sprintf("%.1f KiB", float64(n)/1024)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/mib)
}
