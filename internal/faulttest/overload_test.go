package faulttest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
	"github.com/diachiso/diachiso/internal/loadtest/load"
)

var overloadFor = flag.Duration("overload", 10*time.Second, "how long TestOverload loads the server with twice of what it can bear")

const (
	registered = 20_000
	street     = "Phố Quá Tải"
)

// place is that of the registered address n.
func place(n int) (lat, lon float64) {
	return 20.95 + float64(n%200)*0.0005, 105.75 + float64(n/200)*0.0005
}

// register imports addresses into a database that nobody serves.
func register(t *testing.T, db string) {
	t.Helper()
	var table strings.Builder
	table.WriteString("lat,lon,so_nha,duong\n")
	for n := range registered {
		lat, lon := place(n)
		fmt.Fprintf(&table, "%.6f,%.6f,%d,%s %d\n", lat, lon, n, street, n%50)
	}
	file := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := launch{}.command("import", "csv", file, "--db", db)
	cmd.Dir = t.TempDir()
	if _, errs, err := child.Run(cmd); err != nil {
		t.Fatalf("import: %v\n%s", err, errs)
	}
}

// mix is what many users do at once: of eight requests two look around a place, two look where a place is, two search, one completes what is
// typed, and one registers a new address.
type mix struct{ serial atomic.Int64 }

func (m *mix) next(buf []byte, rng *rand.Rand) (request []byte, kind string) {
	n := rng.IntN(registered)
	lat, lon := place(n)
	lat, lon = lat+rng.Float64()*0.0004, lon+rng.Float64()*0.0004
	get := func(path string) []byte {
		return append(append(append(buf, "GET "...), path...), " HTTP/1.1\r\nHost: localhost\r\n\r\n"...)
	}
	switch rng.IntN(8) {
	case 0, 1:
		return get(fmt.Sprintf("/v1/reverse?lat=%.6f&lon=%.6f", lat, lon)), "read"
	case 2, 3:
		return get(fmt.Sprintf("/v1/divisions/locate?lat=%.6f&lon=%.6f", lat, lon)), "read"
	case 4, 5:
		return get(fmt.Sprintf("/v1/search?q=%d+Ph%%E1%%BB%%91+Qu%%C3%%A1+T%%E1%%BA%%A3i+%d", n, n%50)), "search"
	case 6:
		return get(fmt.Sprintf("/v1/autocomplete?q=%d+pho+qua+tai", n/10)), "search"
	}
	body := fmt.Sprintf(`{"position":{"lat":%.6f,"lon":%.6f},"components":{"house_number":"%dB","street":"%s mới"}}`, lat, lon, m.serial.Add(1), street)
	return append(buf, post("Content-Length: "+strconv.Itoa(len(body))+"\r\n", body)...), "write"
}

// The bars of what is answered under twice the load that can be borne, from the moment when a request was due.
const (
	overloadedReads = time.Second // 99th percentile
	heapGrowth      = 1.2         // of the last quarter over the second
	mostResident    = 400         // MB; of these, SQLite's caches of pages take 160 as the database grows
)

// TestOverload offers twice the requests that the server can answer, whether or not it keeps up: it must not break down, must go
// on answering about as many as it can, those in time, and refuse the others at once.
func TestOverload(t *testing.T) {
	db := filepath.Join(t.TempDir(), "diachiso.db")
	register(t, db)
	s := launch{}.start(t, db)
	m := &mix{}
	request := func(buf []byte, rng *rand.Rand) []byte {
		buf, _ = m.next(buf, rng)
		return buf
	}
	var bearable load.Result
	for _, seconds := range []time.Duration{1, 3} { // the first warms it up
		var err error
		if bearable, err = load.Run(t.Context(), s.addr, 24, seconds*time.Second, request); err != nil {
			t.Fatal(err)
		}
	}
	sampling, done := context.WithCancel(t.Context())
	sampled := make(chan []int)
	go func() {
		var megabytes []int
		each := time.NewTicker(*overloadFor / 40)
		defer each.Stop()
		for {
			select {
			case <-each.C:
				megabytes = append(megabytes, int(s.metric("go_memstats_heap_inuse_bytes"))>>20)
			case <-sampling.Done():
				sampled <- megabytes
				return
			}
		}
	}()
	offered, err := load.Offer(t.Context(), s.addr, 640, 2*bearable.PerSecond, *overloadFor, m.next)
	done()
	megabytes := <-sampled
	if err != nil {
		t.Fatal(err)
	}
	reads, searches, writes := offered.Answered["read"], offered.Answered["search"], offered.Answered["write"]
	answered := reads.PerSecond + searches.PerSecond + writes.PerSecond
	second, last, resident := mean(megabytes, 1), mean(megabytes, 3), s.peakMB()
	t.Logf("bears %.0f/s; offered %.0f/s for %s: %d sent, %d unsent, %d refused (p99 %s), %d failed; answered %.0f/s: reads p99 %s, searches p99 %s, writes p99 %s; heap %d MB, %d MB at the end, resident at most %d MB",
		bearable.PerSecond, 2*bearable.PerSecond, *overloadFor, offered.Sent, offered.Unsent, offered.Refused, ms(offered.Refusal.P99), offered.Failed,
		answered, ms(reads.P99), ms(searches.P99), ms(writes.P99), second, last, resident)
	if offered.Failed > 0 {
		t.Errorf("%d requests failed, such as %s", offered.Failed, offered.Failure)
	}
	if reads.P99 > overloadedReads || searches.P99 > overloadedReads {
		t.Errorf("reads that were answered waited %s, searches %s", reads.P99, searches.P99)
	}
	if offered.Refusal.P99 > overloadedReads {
		t.Errorf("refusals took %s", offered.Refusal.P99)
	}
	if answered < bearable.PerSecond/2 {
		t.Errorf("it answers %.0f/s when it could %.0f/s", answered, bearable.PerSecond)
	}
	if float64(last) > float64(second)*heapGrowth || resident > mostResident {
		t.Errorf("memory: %d MB resident, heap %v MB", resident, megabytes)
	}
	if a := s.get("/readyz"); a.status != http.StatusOK {
		t.Errorf("afterwards: %v", a)
	}
	s.served(400)
	s.stop()
	checkFile(t, db)
}

// TestReadsWhileWriting registers addresses as fast as it goes, as an import does, and reads meanwhile.
func TestReadsWhileWriting(t *testing.T) {
	db := filepath.Join(t.TempDir(), "diachiso.db")
	register(t, db)
	s := launch{}.start(t, db)
	s.served(400)
	alone := s.served(2000)
	m := &mix{}
	ctx, cancel := context.WithCancel(t.Context())
	write := func(buf []byte, rng *rand.Rand) []byte {
		for {
			if request, kind := m.next(buf, rng); kind == "write" {
				return request
			}
		}
	}
	count := func() float64 { return s.metric(`diachiso_addresses{status="active"}`) }
	before, began := count(), time.Now()
	ended := make(chan error)
	go func() {
		_, err := load.Run(ctx, s.addr, 64, time.Minute, write)
		ended <- err
	}()
	during := s.served(4000)
	rate := (count() - before) / time.Since(began).Seconds()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("writing: %v", err)
	}
	if during > goodClients {
		t.Errorf("reads waited %s (99th percentile) while others wrote", during)
	}
	s.stop()
	t.Logf("reads: p99 %s alone, %s while %.0f/s were written", ms(alone), ms(during), rate)
}

// mean of the samples of a quarter, counted from 0.
func mean(samples []int, quarter int) int {
	part := samples[len(samples)*quarter/4 : len(samples)*(quarter+1)/4]
	sum := 0
	for _, n := range part {
		sum += n
	}
	return sum / max(1, len(part))
}

func ms(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
