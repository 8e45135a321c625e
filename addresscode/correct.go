package addresscode

import (
	"cmp"
	"fmt"
	"slices"
)

// Kind of a repair.
type Kind string

const (
	KindErasure      Kind = "erasure"      // an unreadable symbol was filled in
	KindSubstitution Kind = "substitution" // one symbol was read as another
	KindSwap         Kind = "swap"         // two neighbours were exchanged
	KindMissing      Kind = "missing"      // one symbol was left out
	KindExtra        Kind = "extra"        // one symbol too many was written
)

// Change says what a suggestion changed: at symbol At (0-based in the 12 symbols), From was read and To is suggested.
type Change struct {
	At int
	// From is one symbol, two for a swap, the character as it stands in the text for an erasure, and "" for a missing
	// symbol. To is one symbol, two for a swap, and "" for an extra symbol, which stood before symbol At.
	From, To string
	// Start and End are the bytes of the text where From stands, with what separates the two symbols of a swap. For a
	// missing symbol both are the place to insert To.
	Start, End int
}

// Suggestion is a repair of a damaged code.
type Suggestion struct {
	Code    Code
	Kinds   []Kind   // one for each change; an erasure may stand beside a substitution, a missing or an extra symbol
	Changes []Change // in the order of the text
	// Redundancy is what is left of the three check symbols: 3, less 1 for each erasure, less 2 for a substitution, a
	// swap or a missing symbol.
	Redundancy int
	// Verified is false when no redundancy is left. Then the repair fits because any would have been found to fit:
	// only a registry can tell whether it is the code that was meant.
	Verified bool
}

// cost is the redundancy that a repair uses up.
func (k Kind) cost() int {
	switch k {
	case KindErasure:
		return 1
	case KindExtra:
		return 0
	}
	return 2
}

// Correct returns the possible repairs of a damaged code, best first: most redundancy left first, so unverified ones
// last, and in the order of place among equals. It returns at least one suggestion or an error, except that for a text that is a valid code, which needs no
// repair, it returns neither.
//
// Twelve symbols: one to three erasures, one substitution, one substitution beside one erasure, or one swap of
// neighbours. Eleven: one missing. Thirteen: one too many. The latter two also beside one erasure.
// A suggestion is never to be applied unseen: show the text, the suggested code and what changed.
//
// Errors are *Error: ErrSymbol and ErrLength for a text that is not nearly a code; ErrReserved and ErrDigitsOnly when
// the check holds and yet it is no code; ErrUnreadable and ErrCheck when no repair is found.
func Correct(text string) ([]Suggestion, error) {
	var r reading
	if !r.read(text) {
		return nil, readError(text)
	}
	c := corrector{reading: &r, text: text}
	switch r.n {
	case wordSymbols - 1:
		c.missing()
	case wordSymbols:
		if r.erasures > 0 {
			c.erasures()
		} else {
			syn := r.word().syndromes()
			if syn.zero() {
				_, err := FromKey(joinKey(r.symbols[:dataSymbols]))
				return nil, err
			}
			c.substitution(syn)
			c.swaps()
		}
	case wordSymbols + 1:
		c.extra()
	default:
		return nil, lengthError(r.n, wordSymbols, "a code")
	}
	if len(c.found) == 0 {
		return nil, c.hopeless()
	}
	slices.SortFunc(c.found, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Redundancy, a.Redundancy), a.Code.Compare(b.Code))
	})
	return c.found, nil
}

// hopeless says what is known about a text for which no repair was found.
func (c *corrector) hopeless() error {
	if c.reading.erasures > 0 {
		return &Error{Kind: ErrUnreadable, Message: fmt.Sprintf("%d of %d symbols cannot be read and no code fits the others", c.reading.erasures, c.reading.n),
			Hint: "look again at the unreadable characters, or ask for the code anew"}
	}
	e := &Error{Kind: ErrCheck, Message: "at least two characters are wrong", Hint: "compare the code with its source, or ask for it anew"}
	if c.reading.n != wordSymbols {
		e.Message = fmt.Sprintf("the text has %d symbols instead of %d, and another fault", c.reading.n, wordSymbols)
	}
	return e
}

// corrector collects the repairs of one reading.
type corrector struct {
	reading *reading
	text    string
	found   []Suggestion
}

// propose adds the code of a word whose check holds, unless it can't be issued. Of two ways to the same code it keeps
// the one that changes less.
func (c *corrector) propose(w *word, edits ...edit) {
	code, fault := w.code()
	if fault != "" {
		return
	}
	s := Suggestion{Code: code, Redundancy: checkSymbols, Kinds: make([]Kind, len(edits)), Changes: make([]Change, len(edits))}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.read, b.read) })
	for i, e := range edits {
		s.Kinds[i] = e.kind
		s.Changes[i] = c.change(e, w)
		s.Redundancy -= e.kind.cost()
	}
	s.Verified = s.Redundancy > 0
	switch i := slices.IndexFunc(c.found, func(f Suggestion) bool { return f.Code == code }); {
	case i < 0:
		c.found = append(c.found, s)
	case s.Redundancy > c.found[i].Redundancy:
		c.found[i] = s
	}
}

// edit is a change before it is worded: symbol read of the reading became symbol at of the word.
type edit struct {
	kind     Kind
	read, at int
}
