package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// scratch is a file that is being written, under a name of its own and locked by this process.
type scratch struct {
	*os.File
	path string
}

// openScratch creates a file, or takes over one that a crash has left. A file that another process is writing is "busy".
func openScratch(path string) (*scratch, error) {
	for {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
		if err != nil {
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
		if !lock(file) {
			return nil, errors.Join(&registry.Error{Code: registry.CodeBusy, Op: "backup", Message: "another backup or restore is writing " + path,
				Hint: "wait until it has ended"}, file.Close())
		}
		// Whoever held the lock before may have removed or renamed the file between our two steps.
		mine, err := file.Stat()
		there, lerr := os.Lstat(path)
		if err == nil && lerr == nil && os.SameFile(mine, there) {
			s := &scratch{File: file, path: path}
			// A log that a crash has left would be taken for that of the database to come.
			if err := errors.Join(s.removeBeside(), file.Truncate(0), file.Chmod(0o600)); err != nil {
				return nil, errors.Join(err, file.Close())
			}
			return s, nil
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
	}
}

// beside are the ends of the names of what SQLite may put beside a database.
var beside = []string{"-wal", "-shm", "-journal"}

func (s *scratch) removeBeside() error {
	var errs []error
	for _, suffix := range beside {
		errs = append(errs, removeIfThere(s.path+suffix))
	}
	return errors.Join(errs...)
}

// discard removes the file and what is beside it.
func (s *scratch) discard() error {
	return errors.Join(s.removeBeside(), removeIfThere(s.path), s.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// publish puts the file, synced, under its final name.
func (s *scratch) publish(final string) error {
	if err := s.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", s.path, err)
	}
	return durable.Rename(s.path, final)
}

func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
