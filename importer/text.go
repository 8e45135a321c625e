package importer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	sniffBytes     = 64 << 10
	maxRecordBytes = 16 << 20 // one CSV row or GeoJSON feature; a large multipolygon has about 1 MB
)

// countingReader counts what was read, for progress.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// recordLimit ends a file whose record at hand never ends (an open quote, a missing bracket),
// so that memory stays bounded. The reader above it calls reset after each record.
type recordLimit struct {
	r    io.Reader
	left int
}

type recordTooLongError struct{}

func (recordTooLongError) Error() string {
	return fmt.Sprintf("a record is longer than %d MB", maxRecordBytes>>20)
}

func (l *recordLimit) reset() { l.left = maxRecordBytes }

func (l *recordLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, recordTooLongError{}
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// openText checks the first 64 KB of a text file for its encoding and skips a UTF-8 byte order mark.
// Text in another encoding is refused: guessing between the Vietnamese legacy encodings would corrupt names.
func openText(r io.Reader) (*bufio.Reader, error) {
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(sniffBytes)
	if err != nil && err != io.EOF {
		return nil, &FileError{What: "cannot read the file", Err: err}
	}
	if len(head) == 0 {
		return nil, &FileError{What: "the file is empty"}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, encodingError("", "the file is UTF-16")
	}
	if i := bytes.IndexByte(head, 0); i >= 0 {
		return nil, encodingError(lineAt(head, i), "the file is not text, or UTF-16")
	}
	if i := invalidUTF8(head, err == nil); i >= 0 {
		return nil, encodingError(lineAt(head, i), "the file is not UTF-8 (perhaps windows-1258, TCVN3 or VNI)")
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		if _, err := br.Discard(3); err != nil {
			return nil, &FileError{What: "cannot read the file", Err: err}
		}
	}
	return br, nil
}

func encodingError(where, what string) error {
	return &FileError{Where: where, What: what, Hint: `save it as UTF-8 (in a spreadsheet: "CSV UTF-8")`}
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1. A character cut off at the end of the
// data is no fault when there is more.
func invalidUTF8(data []byte, more bool) int {
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
