package addresscode

// Code is an address code: a resolution-13 H3 cell and an ordinal in it, held as its nine data symbols
// packed in one 43-bit integer in order of place. A Code other than the zero value is always valid and issuable;
// the zero value means "no code".
type Code struct{ key uint64 }

// Zone is the place named by the first five symbols of a code: a resolution-8 H3 cell.
type Zone struct{ n uint32 }

// SKELETON: signatures that the other packages are written against. The codec's author replaces this file.

// New returns the code of a resolution-13 H3 cell and an ordinal 0..30.
func New(cell uint64, ordinal int) (Code, error) { panic("skeleton") }

// FirstOrdinal and NextOrdinal walk the ordinals that can be issued in a cell (an all-digit code is skipped).

// Issuable reports whether (cell, ordinal) has a code that the registry may issue.
func Issuable(cell uint64, ordinal int) bool { panic("skeleton") }

// FromKey is the inverse of Code.Key; it refuses reserved values.
func FromKey(key uint64) (Code, error) { panic("skeleton") }

// Parse reads one code, tolerantly. Errors are *Error.
func Parse(text string) (Code, error) { panic("skeleton") }

// ParseStrict accepts the canonical form only.
func ParseStrict(text string) (Code, error) { panic("skeleton") }

// Key is the 43-bit integer of the nine data symbols; keys sort by place.
func (c Code) Key() uint64 { return c.key }

// IsZero reports whether c is "no code".
func (c Code) IsZero() bool { return c.key == 0 }

// String is the canonical form 5FJBC-2NJV-T33.
func (c Code) String() string { panic("skeleton") }

// Compact is the form without hyphens.
func (c Code) Compact() string { panic("skeleton") }

// Short is the last seven symbols: 2NJV-T33.
func (c Code) Short() string { panic("skeleton") }

// Zone is the code's zone.
func (c Code) Zone() Zone { panic("skeleton") }

// Cell is the H3 index of the code's resolution-13 cell.
func (c Code) Cell() uint64 { panic("skeleton") }

// Ordinal is the code's number in its cell, 0..30.
func (c Code) Ordinal() int { panic("skeleton") }

// KeyRange returns the smallest and the largest key (inclusive) that any code inside the H3 cell can have,
// for cells of resolution 1 to 13 inside the served roots.
func KeyRange(cell uint64) (lo, hi uint64, err error) { panic("skeleton") }

// ZoneOf returns the zone of an H3 cell of resolution 8 or finer.
func ZoneOf(cell uint64) (Zone, error) { panic("skeleton") }

// ParseZone reads "5FJBC-" or "5FJBC".
func ParseZone(text string) (Zone, error) { panic("skeleton") }

// String is the zone with its hyphen: "5FJBC-".
func (z Zone) String() string { panic("skeleton") }

// Cell is the H3 index of the zone's resolution-8 cell.
func (z Zone) Cell() uint64 { panic("skeleton") }

// Number is the zone's value, 0..14,000,230; zones sort by place.
func (z Zone) Number() uint32 { return z.n }

// Found is a code inside running text.
type Found struct {
	Code       Code
	Start, End int // byte offsets in the text
}

// Find returns the codes inside running text.
func Find(text string) []Found { panic("skeleton") }

// Kind of a repair.
type Kind string

const (
	KindErasure      Kind = "erasure"
	KindSubstitution Kind = "substitution"
	KindSwap         Kind = "swap"
	KindMissing      Kind = "missing"
	KindExtra        Kind = "extra"
)

// Change says what a suggestion changed: at symbol At (0-based in the 12 symbols), From was read and To is suggested.
type Change struct {
	At       int
	From, To string
}

// Suggestion is a repair of a damaged code.
type Suggestion struct {
	Code       Code
	Kinds      []Kind // e.g. erasure beside a substitution
	Changes    []Change
	Redundancy int // what is left of the three check symbols
	Verified   bool
}

// Correct returns the possible repairs of a damaged code, best first.
func Correct(text string) ([]Suggestion, error) { panic("skeleton") }

// ExpandShort returns the codes that the short form can mean in the given zones.
func ExpandShort(short string, zones []Zone) ([]Code, error) { panic("skeleton") }
