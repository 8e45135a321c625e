package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"github.com/diachiso/diachiso/registry"
)

// failure turns an error of the driver into the domain's; it looks at error codes, never at texts.
// Errors that are already the domain's pass unchanged, and those of a context stay what they are.
func failure(op string, err error) error {
	if err == nil {
		return nil
	}
	var own *registry.Error
	if errors.As(err, &own) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	e := &registry.Error{Code: registry.CodeInternal, Op: op, Message: "the database failed", Err: err}
	var cause sqlite3.Error
	if !errors.As(err, &cause) {
		return e
	}
	switch cause.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		e.Code = registry.CodeBusy
		e.Message = "another process holds the database"
		e.Hint = "try again; only one process at a time should write to it"
	case sqlite3.ErrFull:
		e.Code = registry.CodeReadOnly
		e.Message = "no room left for the database"
		e.Hint = "free space on its disk; nothing that was acknowledged is lost"
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth:
		e.Code = registry.CodeReadOnly
		e.Message = "the database cannot be written"
		e.Hint = "check the owner and mode of the file, of its folder and of the -wal and -shm files beside it"
	case sqlite3.ErrCorrupt:
		e.Message = "the database is damaged"
		e.Hint = "stop, keep a copy of the files, and go back to the last good backup"
	case sqlite3.ErrNotADB:
		e.Message = "the file is not a database"
		e.Hint = "name the database of this program, or a new file"
	case sqlite3.ErrCantOpen:
		e.Message = "the database cannot be opened"
		e.Hint = "check that the folder exists and that the file, its folder and the -wal and -shm files beside it are accessible"
	case sqlite3.ErrIoErr:
		if failedToWrite(cause.ExtendedCode) {
			e.Code = registry.CodeReadOnly
		}
		e.Message = "the disk of the database failed to read or write"
		e.Hint = "check the disk; nothing that was acknowledged is lost unless the disk lost it"
	case sqlite3.ErrNomem:
		e.Message = "out of memory"
	}
	return e
}

func failedToWrite(code sqlite3.ErrNoExtended) bool {
	switch code {
	case sqlite3.ErrIoErrWrite, sqlite3.ErrIoErrFsync, sqlite3.ErrIoErrDirFsync, sqlite3.ErrIoErrTruncate, sqlite3.ErrIoErrSHMSize:
		return true
	}
	return false
}

// isUnique reports whether err says that a key is already taken.
func isUnique(err error) bool {
	var cause sqlite3.Error
	return errors.As(err, &cause) &&
		(cause.ExtendedCode == sqlite3.ErrConstraintPrimaryKey || cause.ExtendedCode == sqlite3.ErrConstraintUnique || cause.ExtendedCode == sqlite3.ErrConstraintRowID)
}

func notFound(op, message string) error {
	return &registry.Error{Code: registry.CodeNotFound, Op: op, Message: message}
}

func closedError(op string) error {
	return &registry.Error{Code: registry.CodeBusy, Op: op, Message: "the store is closed", Hint: "try again when the service is up"}
}

// damaged reports stored data that contradict themselves.
func damaged(op, message string) error {
	return &registry.Error{Code: registry.CodeInternal, Op: op, Message: message, Hint: "run the check of the database"}
}
