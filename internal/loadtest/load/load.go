// Package load keeps HTTP servers of our own busy and measures how they answer: just enough HTTP/1.1 that it is not the
// client that is measured. It is shared by the measuring tools; it is no general HTTP client.
package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// RequestFunc appends one HTTP request to buf. Each connection has a random source of its own.
type RequestFunc func(buf []byte, rng *rand.Rand) []byte

// Result is how fast answers came.
type Result struct {
	Answers       int
	PerSecond     float64
	P50, P99, Max time.Duration
}

// Run keeps connections busy, one request at a time each, for a while. It speaks just enough HTTP/1.1 for our own
// servers, so that it is not the client that is measured. Any status but 200 and 201 is an error.
func Run(ctx context.Context, addr string, connections int, duration time.Duration, request RequestFunc) (Result, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var wg sync.WaitGroup
	start := time.Now()
	deadline := start.Add(duration)
	for i := range connections {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(start.UnixNano()), uint64(i)))
			took, err := talk(ctx, addr, deadline, request, rng)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			failed = errors.Join(failed, err)
		})
	}
	wg.Wait()
	if failed == nil && len(all) == 0 {
		failed = errors.New("no answers")
	}
	if failed != nil {
		return Result{}, failed
	}
	slices.Sort(all)
	return Result{
		Answers:   len(all),
		PerSecond: float64(len(all)) / time.Since(start).Seconds(),
		P50:       all[len(all)/2],
		P99:       all[len(all)*99/100],
		Max:       all[len(all)-1],
	}, nil
}

// talk is one connection; it returns how long each answer took.
func talk(ctx context.Context, addr string, deadline time.Time, request RequestFunc, rng *rand.Rand) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline.Add(10 * time.Second)); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(conn, 16<<10)
	took := make([]time.Duration, 0, 1<<16)
	var buf []byte
	for now := time.Now(); now.Before(deadline) && ctx.Err() == nil; {
		buf = request(buf[:0], rng)
		if _, err := conn.Write(buf); err != nil {
			return nil, err
		}
		if status, _, err := readAnswer(r); err != nil || !good(status) {
			return nil, unexpected(status, err)
		}
		end := time.Now()
		took = append(took, end.Sub(now))
		now = end
	}
	return took, ctx.Err()
}

func good(status int) bool { return status == 200 || status == 201 }

func unexpected(status int, err error) error {
	if err == nil {
		err = fmt.Errorf("answer with status %d", status)
	}
	return err
}

// readAnswer reads one answer to its end and returns its status and the size of its body.
func readAnswer(r *bufio.Reader) (status, size int, err error) {
	first, err := r.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(first) < len("HTTP/1.1 200") {
		return 0, 0, fmt.Errorf("no answer: %q", first)
	}
	if status, err = strconv.Atoi(string(first[len("HTTP/1.1 "):len("HTTP/1.1 200")])); err != nil {
		return 0, 0, err
	}
	length, chunked := -1, false
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return status, 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(": ")); ok {
			switch {
			case bytes.EqualFold(name, []byte("Content-Length")):
				if length, err = strconv.Atoi(string(value)); err != nil {
					return status, 0, err
				}
			case bytes.EqualFold(name, []byte("Transfer-Encoding")):
				chunked = true
			}
		}
	}
	switch {
	case chunked:
		size, err = discardChunks(r)
	case length >= 0:
		size, err = r.Discard(length)
	default:
		err = errors.New("an answer without length")
	}
	return status, size, err
}

func discardChunks(r *bufio.Reader) (size int, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return size, err
		}
		if _, err := r.Discard(int(n) + 2); err != nil {
			return size, err
		}
		if n == 0 {
			return size, nil
		}
		size += int(n)
	}
}

// BodySize is the mean size of a few answers.
func BodySize(addr string, request RequestFunc) (int, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 100
	total := 0
	for range n {
		if _, err := io.Copy(conn, bytes.NewReader(request(nil, rng))); err != nil {
			return 0, err
		}
		status, size, err := readAnswer(r)
		if err != nil || !good(status) {
			return 0, unexpected(status, err)
		}
		total += size
	}
	return total / n, nil
}
