package registry

// ErrorCode is stable and part of the API.
type ErrorCode string

const (
	CodeInvalid            ErrorCode = "invalid"              // a field breaks a rule (Field says which)
	CodeInvalidCode        ErrorCode = "invalid_code"         // text is no valid address code
	CodeNotFound           ErrorCode = "not_found"            // nothing there
	CodeNotRegistered      ErrorCode = "not_registered"       // valid code, no address has it
	CodePositionInvalid    ErrorCode = "position_invalid"     //
	CodePositionSwapped    ErrorCode = "position_swapped"     //
	CodePositionOutside    ErrorCode = "position_outside"     //
	CodeCommuneMismatch    ErrorCode = "commune_mismatch"     // given commune is more than 100 m away; Hint names the right one
	CodeCellFull           ErrorCode = "cell_full"            //
	CodeDuplicate          ErrorCode = "duplicate"            // likely the same address as Existing
	CodeExternalIDConflict ErrorCode = "external_id_conflict" // external ids of one request name different addresses
	CodeIdempotency        ErrorCode = "idempotency_mismatch" // same Idempotency-Key, other request
	CodeVersionConflict    ErrorCode = "version_conflict"     //
	CodeAmbiguous          ErrorCode = "ambiguous"            // several readings, see candidates
	CodeBusy               ErrorCode = "busy"                 // overloaded or shutting down: try again
	CodeInternal           ErrorCode = "internal"             //
)

// Error is the domain's one error type.
type Error struct {
	Code    ErrorCode
	Op      string   // "assign", "resolve" …
	Field   string   // JSON path of the offending input, "" if none
	Message string   // what was wrong (English, no personal data)
	Hint    string   // what to do
	Address *Address // the existing address for duplicate
	Err     error
}

func (e *Error) Error() string { panic("skeleton") }
func (e *Error) Unwrap() error { return e.Err }
