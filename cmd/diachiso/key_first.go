package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

// adminKeyFile lies beside the database.
const adminKeyFile = "admin.key"

// actorFirstStart is who makes the first admin key, as the journal names it.
const actorFirstStart = "first-start"

// ensureAdminKey makes the first admin key of a database and returns the path of the file that it is in, "" where there was
// one already. The file comes first: a start that is cut off leaves a file whose key the next start takes, never a key that
// nobody has.
func (m *Main) ensureAdminKey(ctx context.Context, keys *access.Service, security audit.Security, log *slog.Logger) (path string, err error) {
	all, err := keys.Keys(ctx)
	if err != nil {
		return "", err
	}
	isAdmin := func(k access.Key) bool { return k.Role == access.RoleAdmin }
	if slices.ContainsFunc(all, isAdmin) {
		if !slices.ContainsFunc(all, func(k access.Key) bool { return isAdmin(k) && k.StateAt(time.Now()) == access.StateValid }) {
			log.Warn("every admin key is revoked or expired", "try", "diachiso key create --role admin")
		}
		return "", nil
	}
	path = filepath.Join(filepath.Dir(m.config.DB), adminKeyFile)
	secret, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret = access.NewSecret()
		err = writeKeyFile(path, secret)
	}
	if err != nil {
		return "", err
	}
	_, key, err := keys.CreateKey(ctx, actorFirstStart, access.NewKey{Role: access.RoleAdmin, Name: "admin", Secret: secret})
	if registry.CodeOf(err) == registry.CodeInvalid {
		return "", failure("delete it, for a new one", "%s should hold the admin key: %w", path, err)
	}
	if err != nil {
		return "", fmt.Errorf("make the first admin key: %w", err)
	}
	reportKey(ctx, security, audit.ActionKeyCreated, key, "serve")
	log.Info("first admin key made", "file", path, "key", key.Prefix, "expires", key.ExpiresAt)
	return path, nil
}

// readKeyFile reads a key that others cannot read.
func readKeyFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", failure("delete it for a new key, or chmod 600 if nobody has read it", "others may read %s, which is to hold the admin key", path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", failure("check its owner", "read the admin key: %w", err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" { // which would stand for a key yet to be made
		return "", failure("delete it, for a new one", "%s should hold the admin key and is empty", path)
	}
	return text, nil
}

// writeKeyFile leaves the whole file or none, readable by its owner only, and returns when it is on disk.
func writeKeyFile(path, secret string) error {
	if err := durable.Write(path, secret+"\n"); err != nil {
		return failure("check the folder of the database", "write the admin key: %w", err)
	}
	return nil
}
