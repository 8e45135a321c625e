package importer

import (
	"fmt"
	"io"
)

const maxRecordBytes = 16 << 20 // one CSV row or GeoJSON feature; a large multipolygon has about 1 MB

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
