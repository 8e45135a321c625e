// Package textfile opens text that people send: it tells UTF-8 from everything else and refuses the rest with words that
// say what the file is and what to do. Guessing between the Vietnamese legacy encodings would corrupt names.
package textfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// sniffBytes is how much of a file is looked at before the first byte of it is used.
const sniffBytes = 64 << 10

// Error is a fault of a whole file.
type Error struct {
	Where string // "line 12", "" when the whole file is meant
	What  string
	Hint  string // what to do
	Err   error
}

func (e *Error) Error() string {
	msg := e.What
	if e.Where != "" {
		msg = e.Where + ": " + msg
	}
	if e.Err != nil {
		msg = fmt.Sprintf("%s: %v", msg, e.Err)
	}
	return msg
}

func (e *Error) Unwrap() error { return e.Err }

// signatures are the beginnings of files that are often sent in place of text.
var signatures = []struct{ head, what, hint string }{
	{"PK\x03\x04", "the file is a spreadsheet or a zip archive", `open it and save it as "CSV UTF-8"`},
	{"\xd0\xcf\x11\xe0", "the file is an old Excel spreadsheet", `open it and save it as "CSV UTF-8"`},
	{"\x1f\x8b", "the file is compressed (gzip)", "unpack it first"},
	{"%PDF-", "the file is a PDF", "send the table that it was made from"},
}

// Open checks the first 64 KB of a text and skips a UTF-8 byte order mark; bom says whether there was one.
func Open(r io.Reader) (text *bufio.Reader, bom bool, err error) {
	text = bufio.NewReaderSize(r, sniffBytes)
	head, err := text.Peek(sniffBytes)
	if err != nil && err != io.EOF {
		return nil, false, &Error{What: "cannot read the file", Err: err}
	}
	if len(head) == 0 {
		return nil, false, &Error{What: "the file is empty"}
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.head)) {
			return nil, false, &Error{What: s.what, Hint: s.hint}
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, false, encodingError("", "the file is UTF-16")
	}
	if i := bytes.IndexByte(head, 0); i >= 0 {
		return nil, false, encodingError(lineAt(head, i), "the file is not text, or UTF-16")
	}
	if i := InvalidUTF8(head, err == nil); i >= 0 {
		return nil, false, encodingError(lineAt(head, i), "the file is not UTF-8 (perhaps windows-1258, TCVN3 or VNI)")
	}
	if bom = bytes.HasPrefix(head, []byte("\xef\xbb\xbf")); bom {
		if _, err := text.Discard(3); err != nil {
			return nil, false, &Error{What: "cannot read the file", Err: err}
		}
	}
	return text, bom, nil
}

func encodingError(where, what string) error {
	return &Error{Where: where, What: what, Hint: `save it as UTF-8 (in a spreadsheet: "CSV UTF-8")`}
}

// InvalidUTF8 returns the offset of the first byte that is not UTF-8, or -1. A character cut off at the end of the data is no
// fault when there is more.
func InvalidUTF8(data []byte, more bool) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			if more && !utf8.FullRune(data[i:]) {
				return -1
			}
			return i
		}
		i += size
	}
	return -1
}

func lineAt(data []byte, offset int) string {
	return fmt.Sprintf("line %d", 1+bytes.Count(data[:offset], []byte{'\n'}))
}
