// Package durable puts files under their names so that a crash, or the power going, leaves them whole or not there.
package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SyncFolder makes what was created, renamed or removed in a folder survive a power failure.
func SyncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("sync the folder %s: %w", path, err)
	}
	return nil
}

// Rename gives a file, which was synced, its name for good. It replaces what has that name.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// Write puts text in a file that only its owner can read, in place of what is there, and returns when it is on disk.
func Write(path, text string) error {
	return write(path, text, os.Rename)
}

// WriteNew is Write for a file that is not there yet; where it is, the error is fs.ErrExist.
func WriteNew(path, text string) error {
	return write(path, text, os.Link) // unlike Rename it fails when path exists
}

func write(path, text string, name func(from, to string) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if rerr := os.Remove(f.Name()); !errors.Is(rerr, os.ErrNotExist) { // renamed, it is gone
			err = errors.Join(err, rerr)
		}
	}()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := name(f.Name(), path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}
