package jobs

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// Ends of the names of files; before them stands the id of the job.
const (
	partSuffix    = ".part"     // a file that is still arriving
	inSuffix      = ".in"       // the file handed in, until the job is done
	outPartSuffix = ".out.part" // a result in the making
	outSuffix     = ".out"      // the result
)

// folder is where the files of jobs are.
type folder string

func (d folder) path(name string) string { return filepath.Join(string(d), name) }

func (d folder) create(name string) (*os.File, error) {
	f, err := os.OpenFile(d.path(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	return f, diskError("create file", err)
}

// rename gives a file its name, for good: a crash afterwards finds it there.
func (d folder) rename(from, to string) error {
	return diskError("name file", durable.Rename(d.path(from), d.path(to)))
}

// remove takes away what there is of a job. What cannot be removed the next start sweeps away.
func (d folder) remove(id string) {
	for _, suffix := range []string{partSuffix, inSuffix, outPartSuffix, outSuffix} {
		_ = os.Remove(d.path(id + suffix))
	}
}

// sweep removes the files that belong to none of these jobs, and unfinished results.
func (d folder) sweep(ids []string) error {
	files, err := os.ReadDir(string(d))
	if err != nil {
		return diskError("list files", err)
	}
	for _, f := range files {
		id, suffix, _ := strings.Cut(f.Name(), ".")
		if kept := "." + suffix; slices.Contains(ids, id) && (kept == inSuffix || kept == outSuffix) {
			continue
		}
		switch "." + suffix { // nothing that is not ours is touched
		case partSuffix, inSuffix, outPartSuffix, outSuffix:
			if err := os.Remove(d.path(f.Name())); err != nil {
				return diskError("remove file", err)
			}
		}
	}
	return nil
}

// diskError says of a fault of the disk whether room is what is missing.
func diskError(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &registry.Error{Code: registry.CodeReadOnly, Op: op, Message: "no room left for files", Hint: "free space on the disk of the jobs", Err: err}
	}
	return &registry.Error{Code: registry.CodeInternal, Op: op, Message: "the files of jobs cannot be read or written", Hint: "check the folder jobs_dir", Err: err}
}
