package backup

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	nameTime = "20060102T150405Z"
	partial  = ".partial" // ends the name of a backup that is being written
)

// namePattern is a backup in a folder: diachiso-20261122T050000Z.db.age, with -2 before .db for the second of one second.
var namePattern = regexp.MustCompile(`^diachiso-(\d{8}T\d{6}Z)(?:-(\d+))?\.db\.age$`)

// named is a backup in a folder.
type named struct {
	name string
	at   string // nameTime
	n    int    // its place among those of one second, from 1
}

func (b named) compare(c named) int { return cmp.Or(cmp.Compare(b.at, c.at), cmp.Compare(b.n, c.n)) }

// list returns the backups of a folder, oldest first.
func list(folder string) (backups []named, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if m := namePattern.FindStringSubmatch(e.Name()); m != nil && e.Type().IsRegular() {
			n, _ := strconv.Atoi(cmp.Or(m[2], "1"))
			backups = append(backups, named{e.Name(), m[1], n})
		}
	}
	slices.SortFunc(backups, named.compare)
	return backups, nil
}

// nextName is the name of a backup of now in a folder.
func nextName(folder string, now time.Time) (string, error) {
	backups, err := list(folder)
	if err != nil {
		return "", err
	}
	at := now.UTC().Format(nameTime)
	for _, b := range slices.Backward(backups) {
		if b.at == at {
			return fmt.Sprintf("diachiso-%s-%d.db.age", at, b.n+1), nil
		}
	}
	return "diachiso-" + at + ".db.age", nil
}

// prune removes all but the newest keep backups of a folder and returns the names of those removed. Other files stay.
func prune(folder string, keep int) (removed []string, err error) {
	backups, err := list(folder)
	if err != nil {
		return nil, err
	}
	for _, b := range backups[:max(0, len(backups)-keep)] {
		if err := os.Remove(filepath.Join(folder, b.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, err
		}
		removed = append(removed, b.name)
	}
	return removed, nil
}

// clearPartial removes what crashed backups have left in a folder; those that are being written are locked and stay.
func clearPartial(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, found := strings.CutSuffix(e.Name(), partial)
		if !found || !namePattern.MatchString(name) || !e.Type().IsRegular() {
			continue
		}
		file, err := os.OpenFile(filepath.Join(folder, e.Name()), os.O_RDWR|noFollow, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if lock(file) {
			err = os.Remove(file.Name())
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}
