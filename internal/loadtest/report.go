package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

type report struct {
	addresses int
	loadTime  time.Duration
	bodyBytes int

	bare, keyed, resolve, reverse, assign, single measured

	first, existing start
}

func newReport(set *dataset) *report {
	return &report{addresses: len(set.Codes), loadTime: set.loadTime}
}

func (r *report) write(w io.Writer) error {
	fmt.Fprintf(w, "## Load test, %s\n\n", time.Now().Format("2006-01-02"))
	fmt.Fprintf(w, "%s, %d cores, %s, %s/%s. Client and servers share the machine; servers are processes of their own; CPU is the server's for one request.\n", cpu(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "%d registered addresses, loaded at %.0f/s; a resolved address has %d bytes.\n\n", r.addresses, float64(r.addresses)/r.loadTime.Seconds(), r.bodyBytes)

	var table bytes.Buffer
	t := tabwriter.NewWriter(&table, 0, 0, 1, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, "| "+strings.Join(cells, "\t| ")+"\t|") }
	row("what", "measured", "baseline in the same run", "ratio", "promise", "kept")
	row("---", "---", "---", "---", "---", "---")
	rate := func(x measured) string {
		return fmt.Sprintf("%.0f/s (p50 %s, p99 %s, CPU %s)", x.PerSecond, short(x.P50), short(x.P99), short(x.cpu))
	}
	against := func(what string, x, base measured, name string, promise float64) {
		ratio := x.PerSecond / base.PerSecond
		row(what, rate(x), rate(base)+", "+name, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≥ %.1f ×", promise), kept(ratio >= promise))
	}
	against("resolve, 16 connections", r.resolve, r.bare, "(a) bare Echo, same size", 0.4)
	against("resolve, 16 connections", r.resolve, r.keyed, "(b) and one primary-key read", 0.7)
	row("resolve, p99", short(r.resolve.P99), "", "", "≤ 5 ms", kept(r.resolve.P99 <= 5*time.Millisecond))
	row("reverse, 16 connections", rate(r.reverse), "", "", "≥ 8,000/s", kept(r.reverse.PerSecond >= 8000))
	row("assign, 64 connections, durable", rate(r.assign), "", "", "≥ 5,000/s", kept(r.assign.PerSecond >= 5000))
	against("assign, 64 connections, durable", r.assign, r.single, "one commit per request", 2)
	row("start to ready, first start", short(r.first.ready), "", "", "≤ 10 s", kept(r.first.ready <= 10*time.Second))
	row("start to ready, existing database", short(r.existing.ready), "", "", "≤ 1.5 s", kept(r.existing.ready <= 1500*time.Millisecond))
	memory := max(r.first.rssMB, r.existing.rssMB)
	row("resident memory after start", fmt.Sprintf("%.0f MB", memory), "", "", "≤ 200 MB", kept(memory <= 200))
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := w.Write(table.Bytes())
	return err
}

func kept(ok bool) string {
	if ok {
		return "yes"
	}
	return "**no**"
}

func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// cpu is the processor's name where the system tells it.
func cpu() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return "unknown processor"
}
