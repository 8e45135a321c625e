package api

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// minCompressed is the smallest body worth compressing, in bytes: below it, it would not save a packet.
const minCompressed = 1400

// compress answers in gzip where the client takes it and the body is worth it. Handlers write their body at once, so
// the first write tells its size and nothing needs to be held back.
func compress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		res := c.Response()
		varyOn(res.Header(), varyEncoding)
		if !takesGzip(c.Request().Header["Accept-Encoding"]) {
			return next(c)
		}
		w := &gzipWriter{ResponseWriter: res.Writer}
		res.Writer = w
		defer func() { // after a panic too: its answer is written without compression
			res.Writer = w.ResponseWriter
			w.finish()
		}()
		return next(c)
	}
}

var (
	varyEncoding = []string{"Accept-Encoding"}
	varyBoth     = []string{"Accept-Encoding, Authorization, Cookie"}
)

// varyOn adds to Vary; shared is never changed.
func varyOn(h http.Header, shared []string) {
	if have := h["Vary"]; len(have) == 1 && &have[0] == &varyEncoding[0] && &shared[0] == &varyCaller[0] {
		h["Vary"] = varyBoth // as nearly every answer has it
		return
	}
	if have, ok := h["Vary"]; ok {
		shared = append(have, shared...)
	}
	h["Vary"] = shared
}

// takesGzip reports whether Accept-Encoding allows gzip.
func takesGzip(accept []string) bool {
	for _, line := range accept {
		for coding := range strings.SplitSeq(line, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") {
				_, q, given := strings.Cut(weight, "=")
				quality, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
				return !given || err == nil && quality > 0
			}
		}
	}
	return false
}

var gzipPool = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// gzipWriter decides at the first write whether to compress.
type gzipWriter struct {
	http.ResponseWriter
	status int          // held back until the first write; 0 when sent or never set
	zip    *gzip.Writer // nil when not compressing
	passed bool         // decided against compressing
}

func (w *gzipWriter) WriteHeader(status int) {
	if status < http.StatusOK || status == http.StatusNoContent || status == http.StatusNotModified {
		w.passed = true
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.status = status
}

func (w *gzipWriter) Write(p []byte) (int, error) {
	if w.zip == nil && !w.passed {
		w.decide(p)
	}
	if w.zip != nil {
		return w.zip.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

func (w *gzipWriter) decide(first []byte) {
	h := w.Header()
	if len(first) >= minCompressed && h.Get("Content-Encoding") == "" && compressible(h.Get("Content-Type")) {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
			h.Set("ETag", "W/"+tag) // other bytes than the plain answer: only the meaning is the same
		}
		w.zip = gzipPool.Get().(*gzip.Writer)
		w.zip.Reset(w.ResponseWriter)
	} else {
		w.passed = true
	}
	w.sendStatus()
}

func (w *gzipWriter) sendStatus() {
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
		w.status = 0
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *gzipWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *gzipWriter) finish() {
	w.sendStatus()
	if w.zip != nil {
		_ = w.zip.Close() // fails only when the client is gone
		gzipPool.Put(w.zip)
		w.zip = nil
	}
}

func compressible(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	switch media {
	case "application/json", "application/problem+json", "application/yaml", "text/html", "text/css", "text/javascript", "text/plain":
		return true
	}
	return false
}
