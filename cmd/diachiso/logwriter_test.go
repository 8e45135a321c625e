package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLogWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		w := newLogWriter(&out)
		log := slog.New(promptHandler{slog.NewTextHandler(w, nil), w})
		lines := func(name string, want int) {
			t.Helper()
			w.mu.Lock()
			defer w.mu.Unlock()
			if got := strings.Count(out.String(), "\n"); got != want || want > 0 && !strings.HasSuffix(out.String(), "\n") {
				t.Errorf("%s: %d lines are written, want %d:\n%s", name, got, want, &out)
			}
		}
		log.Info("first")
		lines("a quiet server", 1)
		log.Info("second")
		log.With("a", 1).WithGroup("g").Info("third")
		lines("soon after", 1)
		time.Sleep(logDelay + 1)
		lines("a second later", 3)
		log.Info("fourth")
		log.With("a", 1).Warn("fifth")
		lines("a warning", 5)
		log.Info("sixth")
		if err := w.Flush(); err != nil {
			t.Error(err)
		}
		lines("the end", 6)
		time.Sleep(10 * logDelay)
		log.Info("seventh")
		lines("quiet again", 7)
		for range 5000 {
			log.Info("many")
		}
		if len(w.lines) >= maxLogWait || out.Len() < maxLogWait {
			t.Errorf("%d bytes wait, %d are written", len(w.lines), out.Len())
		}
		if err := w.Flush(); err != nil {
			t.Error(err)
		}
		lines("many", 5007)
	})
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestLogWriterTellsFailures(t *testing.T) {
	w := newLogWriter(brokenWriter{})
	if _, err := fmt.Fprintln(w, "line"); err == nil {
		t.Error("a line that could not be written is no error")
	}
	var out bytes.Buffer
	w.to = &out
	if _, err := fmt.Fprintln(w, "line"); err != nil || w.Flush() != nil || out.String() != "line\n" {
		t.Errorf("a failure lasts: %v, %q", err, out.String())
	}
}
