// Package czlib stands in for the cgo library of that name, which the OSM PBF reader imports when cgo is on.
// The original needs pkg-config and zlib's headers at build time; this project promises to build with Go, gcc and
// make alone. Only what the reader calls is here, over the standard library.
package czlib

import (
	"compress/zlib"
	"io"
)

// NewReader returns a reader that inflates r.
func NewReader(r io.Reader) (io.ReadCloser, error) { return zlib.NewReader(r) }
