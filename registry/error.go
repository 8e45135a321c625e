package registry

import (
	"context"
	"errors"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// ErrorCode is stable and part of the API.
type ErrorCode string

const (
	CodeInvalid            ErrorCode = "invalid"              // a field breaks a rule (Field says which)
	CodeInvalidCode        ErrorCode = "invalid_code"         // text is no valid address code
	CodeNotFound           ErrorCode = "not_found"            // nothing there
	CodeGone               ErrorCode = "gone"                 // the address is retired
	CodeNotRegistered      ErrorCode = "not_registered"       // valid code, no address has it
	CodePositionInvalid    ErrorCode = "position_invalid"     // not a place on the globe
	CodePositionSwapped    ErrorCode = "position_swapped"     // latitude and longitude exchanged
	CodePositionOutside    ErrorCode = "position_outside"     // outside the area where the question has an answer
	CodeCommuneMismatch    ErrorCode = "commune_mismatch"     // given commune is more than 100 m away; Hint names the right one
	CodeCellFull           ErrorCode = "cell_full"            // no code is left within eight rings, or inside the outline
	CodeDuplicate          ErrorCode = "duplicate"            // likely the same address as Error.Address
	CodeExternalIDConflict ErrorCode = "external_id_conflict" // external ids of one request name different addresses
	CodeIdempotency        ErrorCode = "idempotency_mismatch" // same Idempotency-Key, other request
	CodeVersionConflict    ErrorCode = "version_conflict"     // somebody else changed the address meanwhile
	CodeAmbiguous          ErrorCode = "ambiguous"            // several readings, see candidates
	CodeUnauthorized       ErrorCode = "unauthorized"         // a key, secret or token that cannot be used
	CodeForbidden          ErrorCode = "forbidden"            // the actor may not do that, or not there
	CodeClaimRefused       ErrorCode = "claim_refused"        // the address cannot be claimed with this secret, for whatever reason
	CodeTooEarly           ErrorCode = "too_early"            // a time that must pass first has not; Message says until when
	CodeTooMany            ErrorCode = "too_many_requests"    // a limit of a place or a day is reached
	CodeBusy               ErrorCode = "busy"                 // overloaded or shutting down: try again
	CodeReadOnly           ErrorCode = "read_only"            // nothing can be written now (disk full, failing or read-only); reading goes on
	CodeInternal           ErrorCode = "internal"             // a fault of the system; Err has the cause and is not for users
)

// Error is the domain's one error type.
type Error struct {
	Code    ErrorCode
	Op      string   // "assign", "resolve" …
	Field   string   // JSON path of the offending input, "" if none
	Message string   // what was wrong (English, no personal data)
	Hint    string   // what to do
	Address *Address // the existing address for duplicate
	// Location is where the position lies, for a commune_code that does not fit it.
	Location *geo.Location
	Err      error
}

// Error is "op: message (hint)". It leaves the cause in Err out: that may quote input.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op)
		b.WriteString(": ")
	}
	if e.Field != "" {
		b.WriteString(e.Field)
		b.WriteString(": ")
	}
	if e.Message != "" {
		b.WriteString(e.Message)
	} else {
		b.WriteString(string(e.Code))
	}
	if e.Hint != "" {
		b.WriteString(" (")
		b.WriteString(e.Hint)
		b.WriteByte(')')
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes an Error with nothing but a Code a sentinel: errors.Is(err, &registry.Error{Code: registry.CodeNotFound}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Op == "" && t.Field == "" && t.Message == "" && t.Err == nil
}

// CodeOf returns the code of an error: "" for nil, CodeInternal for an error that is not of the domain.
func CodeOf(err error) ErrorCode {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

func invalid(field, message, hint string) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: message, Hint: hint}
}

// domainError turns any error into one of the domain with the operation in front. Errors of geo and addresscode keep
// their meaning; a cancelled or expired context stays what it is; the rest is internal.
func domainError(op string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		if e.Op == op {
			return e
		}
		copied := *e
		copied.Op = op
		return &copied
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if p, ok := errors.AsType[*geo.PositionError](err); ok {
		code := ErrorCode(p.Code)
		switch code {
		case CodePositionInvalid, CodePositionSwapped, CodePositionOutside:
		default:
			code = CodePositionInvalid
		}
		return &Error{Code: code, Op: op, Field: "position", Message: p.Message, Hint: p.Hint, Err: err}
	}
	if c, ok := errors.AsType[*addresscode.Error](err); ok {
		return &Error{Code: CodeInvalidCode, Op: op, Message: c.Message, Hint: c.Hint, Err: err}
	}
	return &Error{Code: CodeInternal, Op: op, Message: "something went wrong inside the system", Hint: "try again; if it stays, report it with the time", Err: err}
}

func isNotFound(err error) bool {
	code := CodeOf(err)
	return code == CodeNotFound || code == CodeNotRegistered
}
