package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/internal/loadtest/load"
)

// speed registers the addresses, then measures search and completion over HTTP with a server in a process of its own.
func speed(ctx context.Context, o options) error {
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	dir, err := os.MkdirTemp("", "diachiso-eval-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "eval.db")
	began := time.Now()
	w, err := build(ctx, path, o.addresses, "", say)
	if err != nil {
		return err
	}
	took := time.Since(began)
	say("registered %d addresses in %s", w.synthetic, took.Round(time.Second))
	queries, keys := w.speedQueries(300_000, 3000)
	if err := w.close(); err != nil {
		return err
	}
	out := os.Stdout
	fmt.Fprintf(out, "%d registered addresses, written at %.0f/s with their index; %d cores, client and server on one machine, every query another one.\n\n", w.synthetic,
		float64(w.synthetic)/took.Seconds(), runtime.NumCPU())
	w = nil
	runtime.GC()
	base, index, err := diskSizes(ctx, path, filepath.Join(dir, "copy.db"))
	if err != nil {
		return fmt.Errorf("measure the disk: %w", err)
	}
	fmt.Fprintf(out, "Disk: %.0f MB, and %.0f MB more for the index of names.\n\n", base/1e6, index/1e6)
	without, err := startServer(ctx, path, false)
	if err != nil {
		return err
	}
	memoryBase, err := without.ResidentMB()
	if err = errors.Join(err, without.Stop()); err != nil {
		return err
	}
	with, err := startServer(ctx, path, true)
	if err != nil {
		return err
	}
	defer with.Kill()
	memoryStart, err := with.ResidentMB()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "| what | /s | p50 | p99 | max | promise |\n|---|---|---|---|---|---|\n")
	const connections = 4
	for _, part := range []struct {
		name        string
		connections int
		next        *sequence
		promise     string
	}{
		{"search, one connection", 1, &sequence{path: "/v1/search?q=", texts: queries}, "p50 ≤ 1 ms, p99 ≤ 5 ms"},
		{"search, 4 connections", connections, &sequence{path: "/v1/search?q=", texts: queries[len(queries)/3:]}, "≥ 3,000/s"},
		{"autocomplete, one connection, key by key", 1, &sequence{path: "/v1/autocomplete?q=", texts: keys}, "p99 ≤ 10 ms"},
		{"autocomplete, 4 connections, key by key", connections, &sequence{path: "/v1/autocomplete?q=", texts: keys[len(keys)/3:]}, ""},
	} {
		r, err := load.Run(ctx, with.Addr, part.connections, o.duration, part.next.request)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		repeated := ""
		if used := int(part.next.used.Load()); used > len(part.next.texts) {
			repeated = fmt.Sprintf(" (queries came %.1f times)", float64(used)/float64(len(part.next.texts)))
		}
		fmt.Fprintf(out, "| %s%s | %.0f | %s | %s | %s | %s |\n", part.name, repeated, r.PerSecond, r.P50.Round(time.Microsecond), r.P99.Round(time.Microsecond), r.Max.Round(time.Microsecond), part.promise)
	}
	memoryAfter, err := with.ResidentMB()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nResident memory: %.0f MB without the engine, %.0f MB with it at the start, %.0f MB after the load.\n", memoryBase, memoryStart, memoryAfter)
	return w.worst(ctx, path, out)
}

// speedQueries writes distinct queries of the common classes in random order, and completions key by key in theirs.
func (w *world) speedQueries(n, typed int) (queries, keys []string) {
	rng := rand.New(rand.NewPCG(5, 2026))
	var mix []class
	for _, c := range classes() {
		switch c.name {
		case "clean", "no diacritics", "old three-level names", "old three-level names, no diacritics", "alley spelled out", "abbreviations", "case and punctuation", "one typo", "ward missing":
			mix = append(mix, c)
		}
	}
	seen := make(map[string]bool, n)
	for tries := 0; len(queries) < n && tries < 20*n; tries++ {
		c := mix[rng.IntN(len(mix))]
		text, ok := c.write(w, w.truths[rng.IntN(len(w.truths))], rng)
		if ok && !seen[text] {
			seen[text] = true
			queries = append(queries, text)
		}
	}
	for _, text := range queries[:min(typed, len(queries))] {
		letters := []rune(text)
		for i := 2; i <= len(letters); i++ {
			keys = append(keys, string(letters[:i]))
		}
	}
	return queries, keys
}

// sequence hands out texts one after the other to all connections.
type sequence struct {
	path  string
	texts []string
	used  atomic.Int64
}

func (s *sequence) request(buf []byte, _ *rand.Rand) []byte {
	i := int(s.used.Add(1)-1) % len(s.texts)
	buf = append(buf, "GET "...)
	buf = append(buf, s.path...)
	buf = append(buf, url.QueryEscape(s.texts[i])...)
	return append(buf, " HTTP/1.1\r\nHost: localhost\r\n\r\n"...)
}

// hostile are texts that could keep an engine busy.
func hostile() map[string]string {
	return map[string]string{
		"10,000 letters in one word":     strings.Repeat("nguyenvan", 1111),
		"10,000 words":                   strings.Repeat("phường ", 10_000),
		"one letter, many times":         strings.Repeat("p ", 100),
		"ambiguous abbreviations":        strings.Repeat("d p q h t x tp tt tx ", 20),
		"unclosed brackets":              strings.Repeat("(", 200) + "12 Lê Lợi",
		"alleys without end":             strings.Repeat("1/", 150) + "1 Lê Lợi",
		"zero width and direction marks": strings.Repeat("\u200b\u202e\u200f", 300) + "12 Lê Lợi" + strings.Repeat("\u200d", 300),
		"control characters":             strings.Repeat("\x00\x1b\x07", 300),
		"commas":                         strings.Repeat(",", 500),
		"the commonest syllables":        strings.Repeat("tân phú an bình hòa long thạnh mỹ ", 8),
		"glued syllables":                strings.Repeat("tanphuanbinhhoalong", 10),
		"numbers":                        strings.Repeat("12 34 56 ", 25),
		"invalid UTF-8":                  strings.Repeat("\xff\xfe", 300),
		"typos everywhere":               "pgường tâm ohú quạn tna bình thnàh phố hồ chsi mihn đưởng nguễyn tharị minhh khaai hẻmm chug cưu",
	}
}

// worst asks the hostile texts, in process, and prints the longest time that one took.
func (*world) worst(ctx context.Context, path string, out io.Writer) (err error) {
	w, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.start(ctx); err != nil {
		return err
	}
	var slowest string
	var longest time.Duration
	texts := hostile()
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range texts {
			if !yield(name) {
				return
			}
		}
	}) {
		for _, ask := range []func(context.Context, geocode.Query) (*geocode.Results, error){w.engine.Search, w.engine.Autocomplete} {
			began := time.Now()
			if _, err := ask(ctx, geocode.Query{Text: texts[name]}); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if took := time.Since(began); took > longest {
				slowest, longest = name, took
			}
		}
	}
	fmt.Fprintf(out, "The slowest of %d hostile texts (%s) took %s; the promise is 250 ms.\n", len(texts), slowest, longest.Round(time.Microsecond))
	return nil
}
