package addresscode

import "strings"

// ErrorKind says what is wrong. The kinds are stable and serve as sentinels: errors.Is(err, addresscode.ErrCheck).
type ErrorKind string

// The closed set of kinds.
const (
	ErrLength       ErrorKind = "length"        // not the number of symbols that was asked for, or no code at all
	ErrSymbol       ErrorKind = "symbol"        // a character that has no place in a code
	ErrUnreadable   ErrorKind = "unreadable"    // a letter or digit outside the alphabet, ? or *
	ErrCheck        ErrorKind = "check"         // the check symbols do not fit the rest
	ErrReserved     ErrorKind = "reserved"      // a value kept for a later version of the scheme
	ErrDigitsOnly   ErrorKind = "digits_only"   // codes of digits only are never issued
	ErrNotCanonical ErrorKind = "not_canonical" // a code, but not in the form 5FJBC-2NJV-T33
	ErrCell         ErrorKind = "cell"          // not the index of an H3 cell
	ErrResolution   ErrorKind = "resolution"    // an H3 cell of a resolution that does not fit
	ErrRoot         ErrorKind = "root"          // an H3 cell outside the area served
	ErrOrdinal      ErrorKind = "ordinal"       // an ordinal outside 0..30
)

// Error makes a kind usable as a sentinel.
func (k ErrorKind) Error() string { return "address code: " + strings.ReplaceAll(string(k), "_", " ") }

// Error is every error of this package. It never quotes the input, beyond one character:
// a code or a cell tells where somebody lives, and errors end up in logs.
type Error struct {
	Kind ErrorKind
	// Pos is the character of the text at fault, as a reader counts: from 1, and a letter with its combining marks
	// is one. It is 0 when the error is not about one character.
	Pos int
	// Offset is the byte at which that character starts; it means nothing when Pos is 0.
	Offset  int
	Message string // what is wrong, and where
	Hint    string // what to do
}

// Error gives message and hint in one line.
func (e *Error) Error() string { return "address code: " + e.Message + "; " + e.Hint }

// Unwrap gives the kind, for errors.Is.
func (e *Error) Unwrap() error { return e.Kind }
