package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// envMasterKey holds the master key itself, so it is no setting that `config print` would show.
const envMasterKey = "DIACHISO_MASTER_KEY"

func (m *Main) peopleCommand() *cobra.Command {
	return group("people", "Dữ liệu về người – what is kept of people",
		`Names and phones of households are encrypted, each household with a key of its own. The keys are in a file of their own
(people_keys), wrapped by the master key (the file master_key_file, or DIACHISO_MASTER_KEY). docs/privacy.md says why.`,
		m.peopleRequestsCommand(), m.peopleKeysBackupCommand(), m.peopleRotateMasterCommand(), m.peopleDestroyCommand())
}

// keysFile is where the keys of households are.
func (m *Main) keysFile() string {
	if m.config.PeopleKeys != "" {
		return m.config.PeopleKeys
	}
	return filepath.Join(filepath.Dir(m.config.DB), "people-keys.db")
}

// masterSource is where the master key is.
func (m *Main) masterSource() vault.MasterSource {
	source := vault.MasterSource{Text: lookup(m.Env, envMasterKey), File: m.config.MasterKeyFile}
	if source.File == "" {
		source.File = filepath.Join(filepath.Dir(m.keysFile()), "master.key")
	}
	return source
}

func (m *Main) openVault(ctx context.Context) (*vault.Vault, error) {
	path := m.keysFile()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, failure("another place with people_keys", "create the folder of the keys: %w", err)
	}
	v, err := vault.Open(ctx, path, m.masterSource())
	if err != nil {
		return nil, vaultFailure(path, err)
	}
	return v, nil
}

func vaultFailure(path string, err error) error {
	switch {
	case errors.Is(err, vault.ErrMaster):
		return failure("the master key that belongs to it: master_key_file, or "+envMasterKey, "open the keys of households %s: %w", path, err)
	case errors.Is(err, vault.ErrForeign):
		return failure("another file with people_keys", "open the keys of households %s: %w", path, err)
	}
	return failure("check the files named by people_keys and master_key_file", "open the keys of households %s: %w", path, err)
}

// openPeople opens what is kept of people and carries out again what was deleted. The vault is the caller's to close.
func (m *Main) openPeople(ctx context.Context, db *database) (*people.Service, *vault.Vault, error) {
	v, err := m.openVault(ctx)
	if err != nil {
		return nil, nil, err
	}
	service := people.NewService(db.store, v, db.svc, time.Now)
	if _, err := service.Start(ctx); err != nil {
		return nil, nil, errors.Join(err, v.Close())
	}
	return service, v, nil
}

// withPeople opens the database, which must exist, and what is kept of people.
func (m *Main) withPeople(ctx context.Context, fn func(*people.Service, *vault.Vault, *database) error) error {
	if !m.hasDatabase() {
		return failure("name another with --db FILE", "there is no database %s", m.config.DB)
	}
	db, err := m.open(ctx, sqlite.Options{Logger: m.logger()})
	if err != nil {
		return err
	}
	service, v, err := m.openPeople(ctx, db)
	if err != nil {
		return errors.Join(err, db.store.Close())
	}
	return errors.Join(fn(service, v, db), v.Close(), db.store.Close())
}

func (m *Main) peopleKeysBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys-backup FOLDER",
		Short: "Sao lưu khoá của các hộ – copy the keys of households",
		Long: `Writes a consistent copy of the file of keys into a folder, while a server runs too. Copies older than 20 days are removed
by every copy and by the server each day: as long as a copy lives, what was deleted since could be read with it, by
whoever also has the master key and a backup of the registry. The master key is not in it. Keep all three apart.`,
		Example: "  diachiso people keys-backup /mnt/keys",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.withPeople(cmd.Context(), func(_ *people.Service, v *vault.Vault, db *database) error {
				path, err := v.Backup(cmd.Context(), args[0], time.Now())
				if err != nil {
					return failure("an existing folder that can be written", "%w", err)
				}
				if err := db.svc.Record(cmd.Context(), registry.Entry{Actor: actorCLI.Name, Action: "household_keys.copied"}); err != nil {
					return err
				}
				if wantsJSON(cmd) {
					return m.printJSON(map[string]any{"file": path, "expires_at": time.Now().Add(vault.BackupExpiry).UTC()})
				}
				fmt.Fprintln(m.Stdout, path)
				return nil
			})
		},
	}
}

func (m *Main) peopleRotateMasterCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "rotate-master",
		Short: "Đổi khoá chủ – make a new master key",
		Long: `Makes a new master key, wraps all keys anew with it and retires the old one. A running server goes on. Every earlier copy of
the file of keys is useless afterwards, so make a new copy; it is also how to make a deletion final in all copies at once.
Where DIACHISO_MASTER_KEY holds the master key, --out names the file for the new one: put its content into the variable,
restart the server and remove the file.`,
		Example: `  diachiso people rotate-master
  diachiso people rotate-master --out new-master.key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" && m.masterSource().Text != "" {
				return usage("--out FILE for the new one", "the master key is in %s, where this program cannot change it", envMasterKey)
			}
			return m.withPeople(cmd.Context(), func(_ *people.Service, v *vault.Vault, db *database) error {
				n, err := v.Rotate(cmd.Context(), out)
				if err != nil {
					return failure("run it again: nothing is lost, the files fit each other", "%w", err)
				}
				if err := db.svc.Record(cmd.Context(), registry.Entry{Actor: actorCLI.Name, Action: "master_key.rotated"}); err != nil {
					return err
				}
				if wantsJSON(cmd) {
					return m.printJSON(map[string]any{"keys": n})
				}
				fmt.Fprintf(m.Stdout, "%d keys wrapped by a new master key; earlier copies of the keys are useless: make a new one with `diachiso people keys-backup`\n", n)
				return nil
			})
		},
	}
	c.Flags().StringVar(&out, "out", "", "file for the new master key (default: where the old one is)")
	return c
}
