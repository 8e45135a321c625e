package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// Verify checks a database file of this program's schema that nobody writes, beyond what sqlite.Inspect does: the chain of
// its journal.
type Verify func(ctx context.Context, path string) error

// inspect checks a database file that nobody writes.
func inspect(ctx context.Context, path string, verify Verify) (sqlite.Contents, error) {
	contents, err := sqlite.Inspect(ctx, path, true)
	if err == nil && contents.Schema == sqlite.SchemaVersion {
		err = verify(ctx, path)
	}
	return contents, err
}

// Request asks for a backup.
type Request struct {
	Database   string // path
	To         string // a file that does not exist, or a folder
	Recipients Recipients
	Keep       int // backups to keep in a folder, 0 for all
	Program    string
	By         string // who does it, for the journal
	Verify     Verify
	Now        func() time.Time
}

// Report tells of a backup that was made.
type Report struct {
	File     string   `json:"file"`
	Size     int64    `json:"size"` // bytes of the file
	Manifest Manifest `json:"manifest"`
	Removed  []string `json:"removed"` // older backups in the same folder
}

// Create makes a backup of a database that others may be writing. The file has its final name once it is whole, checked and
// on disk. A readable copy stands beside the database meanwhile, and needs as much room.
func Create(ctx context.Context, r Request) (report Report, err error) {
	folder, err := isFolder(r.To)
	if err != nil {
		return report, err
	}
	if there, err := exists(r.Database); err == nil && !there {
		return report, &registry.Error{Code: registry.CodeInvalid, Op: "backup", Message: "there is no database at " + r.Database, Hint: "name another with --db FILE"}
	}
	copied, err := openScratch(r.Database + ".backup" + partial)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, copied.discard()) }()
	m := Manifest{Created: r.Now().UTC().Truncate(time.Second), Program: r.Program}
	if err := sqlite.Copy(ctx, r.Database, copied.path); err != nil {
		return report, err
	}
	if m.Contents, err = inspect(ctx, copied.path, r.Verify); err != nil {
		return report, fmt.Errorf("check the copy: %w", err)
	}
	if m.Bytes, m.SHA256, err = digest(ctx, copied); err != nil {
		return report, err
	}
	if m.Schema == sqlite.SchemaVersion { // opening an older one for writing would bring it up to date
		if err := r.record(ctx, m); err != nil {
			return report, fmt.Errorf("note the backup in the journal: %w", err)
		}
	}
	final := r.To
	if folder {
		if err := clearPartial(r.To); err != nil {
			return report, fmt.Errorf("clear unfinished backups away: %w", err)
		}
		name, err := nextName(r.To, m.Created)
		if err != nil {
			return report, err
		}
		final = filepath.Join(r.To, name)
	}
	if report.Size, err = write(ctx, final, m, copied, r.Recipients); err != nil {
		return report, err
	}
	report.File, report.Manifest = final, m
	if folder && r.Keep > 0 {
		if report.Removed, err = prune(r.To, r.Keep); err != nil {
			return report, fmt.Errorf("remove old backups: %w", err)
		}
	}
	return report, nil
}

// record notes in the journal that somebody takes all there is.
func (r Request) record(ctx context.Context, m Manifest) error {
	store, err := sqlite.Open(ctx, r.Database, sqlite.Options{})
	if err != nil {
		return err
	}
	err = store.Update(ctx, func(w registry.Writer) error {
		return w.AppendEntry(registry.Entry{At: r.Now(), Actor: r.By, Action: "database.backed_up", Subject: m.SHA256,
			Detail: fmt.Sprintf(`{"line":%d}`, m.Journal.Line)})
	})
	return errors.Join(err, store.Close())
}

// isFolder reports whether to is a folder, and refuses a file that exists.
func isFolder(to string) (bool, error) {
	info, err := os.Stat(to)
	switch {
	case err == nil && info.IsDir():
		return true, nil
	case err == nil:
		return false, &registry.Error{Code: registry.CodeInvalid, Op: "backup", Message: "there is already a file " + to, Hint: "name a new file, or a folder: backups in a folder are named by their time"}
	case !errors.Is(err, os.ErrNotExist):
		return false, fmt.Errorf("look at the target: %w", err)
	}
	if info, err := os.Stat(filepath.Dir(to)); err != nil || !info.IsDir() {
		return false, &registry.Error{Code: registry.CodeInvalid, Op: "backup", Message: "there is no folder " + filepath.Dir(to), Hint: "create it first", Err: err}
	}
	return false, nil
}

func digest(ctx context.Context, file *scratch) (int64, string, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, "", err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, during{ctx, file})
	return n, hex.EncodeToString(sum.Sum(nil)), err
}

// write encrypts the copy into the file final and returns its size.
func write(ctx context.Context, final string, m Manifest, copied *scratch, recipients Recipients) (size int64, err error) {
	out, err := openScratch(final + partial)
	if err != nil {
		return 0, err
	}
	published := false
	defer func() {
		if published {
			err = errors.Join(err, out.Close())
		} else {
			err = errors.Join(err, out.discard())
		}
	}()
	if _, err := copied.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if err := encode(out, m, during{ctx, copied}, recipients); err != nil {
		return 0, fmt.Errorf("write the backup: %w", err)
	}
	if size, err = out.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	err = out.publish(final)
	published = err == nil
	return size, err
}

// during ends a long read with its context.
type during struct {
	ctx context.Context
	io.Reader
}

func (d during) Read(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	return d.Reader.Read(p)
}
