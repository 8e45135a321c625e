package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/diachiso/diachiso/importer"
)

// progress shows how far an import is, its rate and the time left; on a terminal only.
type progress struct {
	m     *Main
	name  string
	start time.Time
	bar   *progressbar.ProgressBar // nil until something is known, or without a terminal
}

func (m *Main) newProgress(name string) *progress {
	return &progress{m: m, name: name, start: time.Now()}
}

func (p *progress) show(r importer.Report, done, total int64) {
	file, ok := p.m.Stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return
	}
	if p.bar == nil {
		if total <= 0 {
			total = -1 // a spinner
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(file), progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(true),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	rate := float64(r.Read) / max(time.Since(p.start).Seconds(), 0.001)
	p.bar.Describe(fmt.Sprintf("%s: %d read, %d rejected, %.0f/s", p.name, r.Read, r.Rejected, rate))
	// A bar that cannot be drawn is no reason to stop an import.
	_ = p.bar.Set64(done)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
