package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/registry"
)

// Exit statuses, as `diachiso --help` lists them.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitInvalid     = 4
	exitRefused     = 5
	exitBusy        = 6
	exitTampered    = 7
	exitInterrupted = 130 // as a shell reports SIGINT
)

const exitHelp = `Exit status:
  0  done
  1  failed (file, disk, network, internal)
  2  the command line or the configuration is wrong
  3  not found: nothing is registered there
  4  invalid input: not a code, not a position, a position outside
  5  refused by a rule of the registry: duplicate, cell full, wrong commune
  6  the database is busy: try again
  7  the journal does not verify: something was changed, removed or put in
130  interrupted; what was done is kept`

// statusOf maps the domain's error codes to exit statuses.
var statusOf = map[registry.ErrorCode]int{
	registry.CodeInvalid:            exitInvalid,
	registry.CodeInvalidCode:        exitInvalid,
	registry.CodePositionInvalid:    exitInvalid,
	registry.CodePositionSwapped:    exitInvalid,
	registry.CodePositionOutside:    exitInvalid,
	registry.CodeAmbiguous:          exitInvalid,
	registry.CodeNotFound:           exitNotFound,
	registry.CodeNotRegistered:      exitNotFound,
	registry.CodeCommuneMismatch:    exitRefused,
	registry.CodeCellFull:           exitRefused,
	registry.CodeDuplicate:          exitRefused,
	registry.CodeExternalIDConflict: exitRefused,
	registry.CodeIdempotency:        exitRefused,
	registry.CodeGone:               exitRefused,
	registry.CodeVersionConflict:    exitRefused,
	registry.CodeUnauthorized:       exitRefused,
	registry.CodeForbidden:          exitRefused,
	registry.CodeTooMany:            exitRefused,
	registry.CodeClaimRefused:       exitRefused,
	registry.CodeTooEarly:           exitRefused,
	registry.CodeBusy:               exitBusy,
	registry.CodeReadOnly:           exitFailure,
	registry.CodeInternal:           exitFailure,
}

// cliError is an error of a command itself, with the status it ends with.
type cliError struct {
	status  int
	message string
	try     string
	err     error // kept for errors.Is; not printed
}

func (e *cliError) Error() string { return e.message }
func (e *cliError) Unwrap() error { return e.err }

func failure(try, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &cliError{status: exitFailure, message: err.Error(), try: try, err: errors.Unwrap(err)}
}

func usage(try, format string, args ...any) error {
	return &cliError{status: exitUsage, message: fmt.Sprintf(format, args...), try: try}
}

// asUsageError is for what the parser of the command line refuses.
func asUsageError(err error, command string) error {
	if _, ok := errors.AsType[*cliError](err); ok {
		return err
	}
	message, rest, _ := strings.Cut(err.Error(), "\n")
	try := command + " --help"
	if rest = strings.TrimSpace(rest); rest != "" { // cobra's "Did you mean this?"
		try = strings.Join(strings.Fields(rest), " ")
	}
	return usage(try, "%s", message)
}

func exitStatus(err error) int {
	if e, ok := errors.AsType[*cliError](err); ok {
		return e.status
	}
	if e, ok := errors.AsType[*registry.Error](err); ok {
		if status, known := statusOf[e.Code]; known {
			return status
		}
		return exitFailure
	}
	if _, ok := errors.AsType[*geo.PositionError](err); ok {
		return exitInvalid
	}
	if _, ok := errors.AsType[*addresscode.Error](err); ok {
		return exitInvalid
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	return exitFailure
}

// printError writes what was wrong and what to do, one line each.
func printError(w io.Writer, err error) {
	message, try := err.Error(), ""
	if e, ok := errors.AsType[*cliError](err); ok {
		message, try = e.message, e.try
	} else if e, ok := errors.AsType[*registry.Error](err); ok {
		message, try = e.Message, e.Hint
		if e.Code == registry.CodeInternal && e.Err != nil { // the operator's own machine: the cause helps
			message = fmt.Sprintf("%s: %v", message, e.Err)
		}
	} else if e, ok := errors.AsType[*geo.PositionError](err); ok {
		message, try = e.Message, e.Hint
	} else if e, ok := errors.AsType[*addresscode.Error](err); ok {
		message, try = e.Message, e.Hint
	} else if e, ok := errors.AsType[*importer.FileError](err); ok {
		try = e.Hint
	} else if errors.Is(err, context.Canceled) {
		message = "interrupted"
	}
	fmt.Fprintln(w, "Error: "+message)
	if try != "" {
		fmt.Fprintln(w, "Try: "+try)
	}
}
