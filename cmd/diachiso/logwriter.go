package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// logDelay is how long a line of a busy server's log may wait to be written together with others.
const logDelay = time.Second

// logWriter writes the first line at once and those that follow within logDelay together: a busy server would spend a
// system call on every request otherwise. A process that is killed loses the lines of the last second.
type logWriter struct {
	mu      sync.Mutex
	to      io.Writer
	lines   []byte // that wait
	flushed time.Time
	waiting *time.Timer // set while lines wait
}

// maxLogWait bounds the lines that wait, in bytes.
const maxLogWait = 64 << 10

func newLogWriter(to io.Writer) *logWriter { return &logWriter{to: to} }

func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line...)
	since := time.Since(w.flushed)
	if since >= logDelay || len(w.lines) >= maxLogWait {
		return len(line), w.flush()
	}
	if w.waiting == nil {
		w.waiting = time.AfterFunc(logDelay-since, func() { _ = w.Flush() }) // there is nowhere to tell
	}
	return len(line), nil
}

// Flush writes what waits.
func (w *logWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

func (w *logWriter) flush() error {
	if w.waiting != nil {
		w.waiting.Stop()
		w.waiting = nil
	}
	if len(w.lines) == 0 {
		return nil
	}
	w.flushed = time.Now()
	_, err := w.to.Write(w.lines) // lost when it fails, as without waiting
	w.lines = w.lines[:0]
	return err
}

// promptHandler writes warnings and errors at once, and what waits before them.
type promptHandler struct {
	slog.Handler
	writer *logWriter
}

func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if err == nil && r.Level >= slog.LevelWarn {
		err = h.writer.Flush()
	}
	return err
}

func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.writer}
}

func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.writer}
}
