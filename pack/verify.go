package pack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
)

// CheckFile looks whether every byte of a pack is as it was signed, before anything of it is read. pinned is the verifier key that the reader
// got elsewhere; "" trusts the key that the pack names, which proves no more than that the file is whole.
func CheckFile(path, pinned string) (Checked, error) {
	pages, signed, err := split(path)
	if errors.Is(err, errUnsigned) {
		return Checked{}, refuse("the pack is not signed, or cut off", "get it again, and copy it as a file")
	}
	if err != nil {
		return Checked{}, fmt.Errorf("read pack: %w", err)
	}
	sum, err := digest(path, pages)
	if err != nil {
		return Checked{}, fmt.Errorf("read pack: %w", err)
	}
	return Checked{signed: signed, digest: sum, pinned: pinned}, nil
}

// Checked is a file whose bytes were counted; Open says whether it may be used.
type Checked struct{ signed, digest, pinned string }

// Open reads the manifest of the database in the file, and refuses a pack that nobody signed, that was changed, that another key than the
// pinned one signed, or that is expired. *registry.Error CodeInvalid.
func (c Checked) Open(ctx context.Context, store registry.Store, now time.Time) (*Manifest, error) {
	var text string
	if err := store.View(ctx, func(r registry.Reader) (err error) {
		text, err = r.Meta(MetaKey)
		return err
	}); err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Format != 1 {
		return nil, refuse("the file is no pack of a form that this program knows", "get it again, or use a newer program")
	}
	verifier := m.Verifier
	if c.pinned != "" {
		verifier = c.pinned
	}
	said, err := audit.OpenNote(c.signed, verifier)
	switch {
	case err != nil && registry.CodeOf(err) == registry.CodeInvalid:
		return nil, err
	case err != nil && c.pinned != "":
		return nil, refuse("the pack was not signed by the key that is expected", "get it from where it was made, or give that one's verifier key with --pack-key")
	case err != nil:
		return nil, refuse("the signature of the pack is wrong", "get it again")
	}
	if said != strings.Join([]string{origin, m.ID, c.digest, ""}, "\n") {
		return nil, refuse("the pack was changed after it was signed", "get it again")
	}
	if !now.Before(m.ExpiresAt) {
		return nil, refuse("the pack expired on "+m.ExpiresAt.UTC().Format(time.DateOnly), "make a new one: diachiso pack")
	}
	return &m, nil
}
