package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// Restoration asks for a database out of a backup.
type Restoration struct {
	File       string // the backup
	To         string // the database
	Identities Identities
	Force      bool   // set an existing database aside
	By         string // who does it, for the journal
	Verify     Verify
	Now        func() time.Time
}

// Restored tells of a database that was restored.
type Restored struct {
	Database string   `json:"database"`
	Manifest Manifest `json:"manifest"`
	Aside    []string `json:"aside"` // where the files of the database before are now
}

// Restore writes the database of a backup. It has its name once it is whole, checked, brought up to this program's schema, and
// on disk; until then nothing of what was there is touched. The restored journal ends with a line that says so.
func Restore(ctx context.Context, r Restoration) (restored Restored, err error) {
	if err := r.mayWrite(); err != nil {
		return restored, err
	}
	file, err := os.Open(r.File)
	if err != nil {
		return restored, invalid("the backup "+r.File+" cannot be read", "check its name and permissions", err)
	}
	defer file.Close()
	d, err := decode(file, r.Identities)
	if err != nil {
		return restored, err
	}
	defer d.close()
	if d.Manifest.Schema > sqlite.SchemaVersion {
		return restored, invalid(fmt.Sprintf("the backup has schema version %d, this program knows versions up to %d", d.Manifest.Schema, sqlite.SchemaVersion),
			"restore it with the newer program that wrote it ("+d.Manifest.Program+")", nil)
	}
	if err := os.MkdirAll(filepath.Dir(r.To), 0o700); err != nil {
		return restored, fmt.Errorf("create the folder of the database: %w", err)
	}
	out, err := openScratch(r.To + ".restore" + partial)
	if err != nil {
		return restored, err
	}
	published := false
	defer func() {
		if published {
			err = errors.Join(err, out.Close())
		} else {
			err = errors.Join(err, out.discard())
		}
	}()
	if _, err := io.Copy(out, during{ctx, d}); err != nil {
		return restored, fmt.Errorf("restore: %w", err)
	}
	if err := r.check(ctx, out.path, d.Manifest); err != nil {
		return restored, err
	}
	if err := r.record(ctx, out.path, d.Manifest); err != nil {
		return restored, fmt.Errorf("note the restoration in the journal: %w", err)
	}
	if restored.Aside, err = r.setAside(); err != nil {
		return restored, err
	}
	if err := out.publish(r.To); err != nil {
		return restored, err
	}
	published = true
	restored.Database, restored.Manifest = r.To, d.Manifest
	return restored, nil
}

func (r Restoration) mayWrite() error {
	there, err := exists(r.To)
	if err != nil {
		return fmt.Errorf("look at the target: %w", err)
	}
	if !there {
		return nil
	}
	if !r.Force {
		return invalid("there is already a database "+r.To, "name another with --to, or use --force to set it aside", nil)
	}
	if sqlite.InUse(r.To) {
		return &registry.Error{Code: registry.CodeBusy, Op: "restore", Message: r.To + " is in use", Hint: "stop the server first"}
	}
	return nil
}

// check holds the written file against the manifest, and against itself.
func (r Restoration) check(ctx context.Context, path string, m Manifest) error {
	contents, err := inspect(ctx, path, r.Verify)
	if err != nil {
		return fmt.Errorf("check the restored database: %w", err)
	}
	if contents.Schema != m.Schema || contents.Journal != m.Journal || !maps.Equal(contents.Rows, m.Rows) {
		return damaged(errors.New("other rows than the manifest names"))
	}
	return nil
}

// record opens the database as a server would, and notes in its journal where it came from.
func (r Restoration) record(ctx context.Context, path string, m Manifest) error {
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	err = store.Update(ctx, func(w registry.Writer) error {
		return w.AppendEntry(registry.Entry{At: r.Now(), Actor: r.By, Action: "database.restored", Subject: m.SHA256,
			Detail: fmt.Sprintf(`{"state_of":%q,"line":%d}`, m.Created.Format(time.RFC3339), m.Journal.Line)})
	})
	return errors.Join(err, store.Close())
}

// setAside renames the files of the database that is there. A write-ahead log without its database goes too: with another
// database it would be taken for that one's.
func (r Restoration) setAside() (aside []string, err error) {
	stamp := ".replaced-" + r.Now().UTC().Format(nameTime)
	for _, suffix := range append([]string{""}, beside...) {
		there, err := exists(r.To + suffix)
		if err != nil {
			return aside, err
		}
		if !there {
			continue
		}
		name := r.To + stamp + suffix
		if taken, err := exists(name); err != nil || taken {
			return aside, errors.Join(err, fmt.Errorf("%s is in the way", name))
		}
		if err := os.Rename(r.To+suffix, name); err != nil {
			return aside, fmt.Errorf("set the database aside: %w", err)
		}
		aside = append(aside, name)
	}
	return aside, nil
}
