package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/diachiso/diachiso/internal/durable"
)

// BackupExpiry is how long a copy of the keys may live: within it a destroyed key is still in one.
const BackupExpiry = 20 * 24 * time.Hour

const (
	backupPrefix = "people-keys-"
	backupTime   = "20060102T150405Z"
	backupSuffix = ".db"
)

// Backup writes a consistent copy into a folder, removes expired ones from it, and remembers the folder for Expire. The copy
// needs the master key, which is not in it: keep that elsewhere.
func (v *Vault) Backup(ctx context.Context, folder string, now time.Time) (path string, err error) {
	if folder, err = filepath.Abs(folder); err != nil {
		return "", err
	}
	path = filepath.Join(folder, backupPrefix+now.UTC().Format(backupTime)+backupSuffix)
	partial := path + ".partial"
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up the keys: %w", err)
			if rerr := os.Remove(partial); !errors.Is(rerr, fs.ErrNotExist) {
				err = errors.Join(err, rerr)
			}
		}
	}()
	if _, err := v.db.ExecContext(ctx, "INSERT OR IGNORE INTO backup_folder (path) VALUES (?)", folder); err != nil {
		return "", err
	}
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600) // SQLite fills an empty file and keeps its mode
	if err != nil {
		return "", err
	}
	_, err = v.db.ExecContext(ctx, "VACUUM INTO ?", partial)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err := durable.Rename(partial, path); err != nil {
		return "", err
	}
	_, err = expire(folder, now)
	return path, err
}

// Expire removes the copies older than BackupExpiry from all folders that Backup was ever told. A folder that is not there
// now is left for another day.
func (v *Vault) Expire(ctx context.Context, now time.Time) (removed int, err error) {
	folders, err := texts(ctx, v.db, "SELECT path FROM backup_folder ORDER BY path")
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, folder := range folders {
		n, err := expire(folder, now)
		removed += n
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return removed, errors.Join(errs...)
}

// expire goes by the time in the name: copying files about changes the others.
func expire(folder string, now time.Time) (removed int, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		text, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".partial"), backupPrefix)
		text, isCopy := strings.CutSuffix(text, backupSuffix)
		made, err := time.Parse(backupTime, text)
		if !ok || !isCopy || err != nil || now.Sub(made) <= BackupExpiry {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
