package bench

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// report is the table being written.
type report struct{ err error }

func (b *run) print(format string, args ...any) {
	_, err := fmt.Fprintf(b.Out, format, args...)
	b.report.err = errors.Join(b.report.err, err)
}

func (b *run) head() {
	b.print("%d households, seed %d; %s, %d cores, %s/%s, %s. Client and server share the machine; processor time is of both cores together.\n\n",
		b.Households, b.Seed, time.Now().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	b.print("| what | measured | promise | kept |\n|---|---|---|---|\n")
}

func (b *run) row(what, measured, promise, verdict string) {
	b.print("| %s | %s | %s | %s |\n", what, measured, promise, verdict)
}

// rate is a row of a step that did so many rows.
func (b *run) rate(what string, c cost, rows int, verdict string) {
	b.row(what, describe(c, rows), "", verdict)
}

// bar is a rate that was promised.
func (b *run) bar(what string, c cost, rows, perSecond int) {
	b.row(what, describe(c, rows), fmt.Sprintf("≥ %d/s", perSecond), kept(float64(rows)/c.wall.Seconds() >= float64(perSecond)))
}

func describe(c cost, rows int) string {
	return fmt.Sprintf("%.0f/s (%s; processor %.1f µs a row)", float64(rows)/c.wall.Seconds(), c.wall.Round(100*time.Millisecond),
		float64(c.cpu.Nanoseconds())/1000/float64(rows))
}

func round(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

func kept(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}
