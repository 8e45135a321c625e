package addresscode

import (
	"fmt"
	"unicode/utf8"
)

// MaxText is the length in bytes of the longest text that is read as one code. It leaves room for any spacing;
// running text is for Find.
const MaxText = 256

// keptSymbols is how many symbols are kept: those of a secret. A code needs one more than it has, for the repair of one
// too many.
const keptSymbols = secretSymbols

// erased stands for a symbol that could not be read.
const erased = classErased

// reading is what was understood of a text: its symbols, and where in the text each of them stands.
type reading struct {
	n        int // symbols in the text; only the first keptSymbols are kept
	erasures int // how many of those kept are erased
	symbols  [keptSymbols]uint8
	start    [keptSymbols]uint16 // bytes of the text
	end      [keptSymbols]uint16
}

// read understands a text as symbols, tolerantly. It returns false for a text that is too long or holds a character
// that has no place in a code; readError tells which.
func (r *reading) read(text string) bool {
	if len(text) > MaxText {
		return false
	}
	marked := false // the previous character is a symbol, to which a combining mark would belong
	for i := 0; i < len(text); {
		class, size := asciiClass[text[i]], 1
		if class == classWide {
			var c rune
			c, size = utf8.DecodeRuneInString(text[i:])
			class = classify(c)
		}
		switch {
		case class <= classErased:
			if r.n < keptSymbols {
				r.symbols[r.n] = class
				r.start[r.n], r.end[r.n] = uint16(i), uint16(i+size)
				if class == erased {
					r.erasures++
				}
			}
			r.n++
			marked = true
		case class == classMark:
			if marked && r.n <= keptSymbols {
				r.mark(r.n-1, i+size)
			}
		case class == classForeign:
			return false
		default:
			marked = false
		}
		i += size
	}
	return true
}

// mark adds a combining mark to symbol k. A letter with a mark is another letter, whether it was typed as one
// character or as two, so the symbol is erased.
func (r *reading) mark(k, end int) {
	if r.symbols[k] != erased {
		r.symbols[k] = erased
		r.erasures++
	}
	r.end[k] = uint16(end)
}

// readExactly reads a text that must have so many symbols, all readable. what names it in messages, as "a code".
func (r *reading) readExactly(text string, symbols int, what string) error {
	switch {
	case !r.read(text):
		return readError(text)
	case r.n != symbols:
		return lengthError(r.n, symbols, what)
	case r.erasures > 0:
		return r.unreadableError(text)
	}
	return nil
}

// Parse reads one code, tolerantly: case, spaces, hyphens, dots, dashes, invisible characters and full-width forms do
// not matter, O is read as 0, I and L as 1. It never repairs: that is Correct.
//
// Errors are *Error: ErrSymbol, ErrLength, ErrUnreadable, ErrCheck, ErrReserved, ErrDigitsOnly, looked for in this order.
func Parse(text string) (Code, error) {
	var r reading
	if err := r.readExactly(text, wordSymbols, "a code"); err != nil {
		return Code{}, err
	}
	return r.word().validCode()
}

// word is the first twelve symbols.
func (r *reading) word() *word { return (*word)(r.symbols[:wordSymbols]) }

// validCode returns the code of a word without erasures.
func (w *word) validCode() (Code, error) {
	if !w.syndromes().zero() {
		return Code{}, &Error{Kind: ErrCheck, Message: "the check symbols do not fit: at least one character is wrong",
			Hint: "compare the code with its source, or ask for corrections"}
	}
	return FromKey(joinKey(w[:dataSymbols]))
}

// ParseStrict accepts the canonical form only, for data that this software wrote. Errors are those of Parse, and
// ErrNotCanonical for a code in any other form.
func ParseStrict(text string) (Code, error) {
	code, err := Parse(text)
	if err != nil {
		return Code{}, err
	}
	var buf [wordSymbols + 2]byte
	if string(code.append(buf[:0])) != text {
		return Code{}, &Error{Kind: ErrNotCanonical, Message: "the code is valid but not in its canonical form",
			Hint: "write it in capitals as 5-4-3 symbols with hyphens, such as 5FJBC-2NJV-T33"}
	}
	return code, nil
}

// readError explains a text that reading.read refuses.
func readError(text string) error {
	if len(text) > MaxText {
		return &Error{Kind: ErrLength, Message: fmt.Sprintf("the text is %d bytes long; one code takes at most %d", len(text), MaxText),
			Hint: "give the code alone"}
	}
	pos, offset := 1, 0
	for i, c := range text {
		offset = i
		class := classify(c)
		if class == classForeign {
			break
		}
		if class != classMark {
			pos++
		}
	}
	message := fmt.Sprintf("character %d, %s, has no place in a code", pos, quoted(text[offset:]))
	return &Error{Kind: ErrSymbol, Pos: pos, Offset: offset, Message: message, Hint: "give the code alone, such as 5FJBC-2NJV-T33"}
}

func lengthError(got, want int, what string) error {
	e := &Error{Kind: ErrLength, Hint: fmt.Sprintf("give all %d", want)}
	switch {
	case got == 0:
		e.Message = fmt.Sprintf("there is no code in the text; %s has %d symbols", what, want)
	case got < want:
		e.Message = fmt.Sprintf("the text has %d symbols; %s has %d", got, what, want)
	default:
		e.Message = fmt.Sprintf("the text has %d symbols; %s has %d", got, what, want)
		e.Hint = fmt.Sprintf("give %s alone", what)
	}
	return e
}

// unreadableError names the first erased symbol.
func (r *reading) unreadableError(text string) error {
	k := 0
	for r.symbols[k] != erased {
		k++
	}
	offset := int(r.start[k])
	pos := 1
	for _, c := range text[:offset] {
		if classify(c) != classMark {
			pos++
		}
	}
	return &Error{Kind: ErrUnreadable, Pos: pos, Offset: offset,
		Message: fmt.Sprintf("character %d, %s, is none of the symbols %s", pos, quoted(text[offset:int(r.end[k])]), Alphabet),
		Hint:    "look again at this character, or ask for corrections"}
}

// quoted shows the first character of a text, with its combining marks.
func quoted(text string) string {
	_, end := utf8.DecodeRuneInString(text)
	for end < len(text) {
		c, size := utf8.DecodeRuneInString(text[end:])
		if classify(c) != classMark {
			break
		}
		end += size
	}
	return fmt.Sprintf("%q", text[:end])
}
