package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/internal/durable"
)

// anchor is where checkpoints are kept besides the database: a file, to which they are appended, or a folder with a file for
// each. It is worth something when whoever can change the database cannot change it: another machine, a medium that is only
// appended to.
type anchor struct {
	path   string
	newest int64 // lines of the newest checkpoint that is there
}

// openAnchor looks at what is there.
func openAnchor(path string) (*anchor, error) {
	a := &anchor{path: path}
	kept, err := ReadAnchor(path)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if len(kept) > 0 {
		a.newest = kept[len(kept)-1].Lines
	}
	return a, err
}

// add keeps a checkpoint that is newer than all others; it returns when it is on disk.
func (a *anchor) add(c Checkpoint) error {
	if c.Lines <= a.newest {
		return nil
	}
	if info, err := os.Stat(a.path); err == nil && info.IsDir() {
		if err := durable.WriteNew(filepath.Join(a.path, fmt.Sprintf("%020d.checkpoint", c.Lines)), c.Note); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	} else if err := appendTo(a.path, c.Note+"\n"); err != nil {
		return err
	}
	a.newest = c.Lines
	return nil
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadAnchor reads the checkpoints of a file or folder, in order of their lines, without looking at their signatures.
func ReadAnchor(path string) ([]Checkpoint, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read anchor: %w", err)
	}
	paths := []string{path}
	if info.IsDir() {
		if paths, err = filepath.Glob(filepath.Join(strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`).Replace(path), "*.checkpoint")); err != nil {
			return nil, fmt.Errorf("read anchor: %w", err)
		}
	}
	var kept []Checkpoint
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read anchor: %w", err)
		}
		for _, note := range cutNotes(string(text)) {
			c, err := ReadCheckpoint(note)
			if err != nil {
				return nil, fmt.Errorf("read anchor %s: %w", path, err)
			}
			kept = append(kept, c)
		}
	}
	slices.SortStableFunc(kept, func(a, b Checkpoint) int { return cmp.Compare(a.Lines, b.Lines) })
	return kept, nil
}
