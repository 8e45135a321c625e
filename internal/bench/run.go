package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/diachiso/diachiso/internal/loadtest/load"
	"github.com/diachiso/diachiso/seed"
)

// Options of a run.
type Options struct {
	Households int
	Seed       uint64
	Dir        string        // for the database, about 600 bytes for each household, and the table, about 100; removed afterwards
	Binary     string        // the built program, that is started as server and for files
	Each       time.Duration // length of one measurement over HTTP
	Out        io.Writer     // the report, in Markdown
	Say        func(format string, args ...any)
}

const (
	connections = 16
	openRate    = 1000    // reads, and writes, per second of the open load
	livingRows  = 50_000  // of the import into the loaded registry
	geocodeRows = 100_000 // of the file that is geocoded
)

// Run measures everything and writes the report. What it creates in o.Dir is removed.
func Run(ctx context.Context, data *seed.Data, o Options) (err error) {
	dir, err := os.MkdirTemp(o.Dir, "diachiso-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &run{Options: o, data: data, dir: dir, db: filepath.Join(dir, "country.db"), table: filepath.Join(dir, "households.csv")}
	b.head()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"generating", b.generate}, {"importing with the sqlite3 shell", b.shell}, {"first load", b.load}, {"size", b.size},
		{"reading over HTTP", b.reads}, {"open load", b.open}, {"geocoding a file", b.geocode}, {"importing into the loaded registry", b.living},
	} {
		o.Say("%s …", step.name)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return b.report.err
}

type run struct {
	Options
	data           *seed.Data
	dir, db, table string
	set            *load.Requests
	report         report
}

func (b *run) generate(ctx context.Context) error {
	c, err := clocked(func() error { return generateFile(ctx, b.data, b.Households, b.Seed, b.table) })
	if err != nil {
		return err
	}
	b.rate("generate, as a CSV table", c, b.Households, "")
	return nil
}

func (b *run) load(ctx context.Context) error {
	var refused int
	c, err := clocked(func() (err error) {
		b.set, refused, err = firstLoad(ctx, b.data, b.table, b.db, b.Households)
		return err
	})
	if err != nil {
		return err
	}
	bar := 50_000
	if b.Households > 5_000_000 {
		bar = 30_000
	}
	b.bar("first load: codes, journal, search and all indexes", c, b.Households, bar)
	if refused > 0 {
		b.row("refused by the first load", fmt.Sprint(refused), "", "")
	}
	return nil
}

// reads starts the program on the loaded database and asks it.
func (b *run) reads(ctx context.Context) (err error) {
	server, err := load.StartBinary(ctx, b.Binary, b.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	b.row("ready after a restart", round(server.Ready), "≤ 15 s", kept(server.Ready <= 15*time.Second))
	for _, part := range []struct {
		name        string
		connections int
		request     load.RequestFunc
		promise     string
		keeps       func(load.Result) bool
	}{
		{"resolve", connections, b.set.Resolve, "p99 ≤ 2 × that at 1,000,000", nil},
		{"reverse", connections, b.set.Reverse, "≥ 8,000/s; p99 ≤ 2 × that at 1,000,000", func(r load.Result) bool { return r.PerSecond >= 8000 }},
		{"search", 1, b.set.Search, "p99 ≤ 20 ms", func(r load.Result) bool { return r.P99 <= 20*time.Millisecond }},
		{"search", 4, b.set.Search, "", nil},
	} {
		before, err := server.CPUTime()
		if err != nil {
			return err
		}
		r, err := load.Run(ctx, server.Addr, part.connections, b.Each, part.request)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		after, err := server.CPUTime()
		if err != nil {
			return err
		}
		verdict := ""
		if part.keeps != nil {
			verdict = kept(part.keeps(r))
		}
		b.row(fmt.Sprintf("%s, connections: %d", part.name, part.connections),
			fmt.Sprintf("%.0f/s, p50 %s, p99 %s, processor %s", r.PerSecond, round(r.P50), round(r.P99), round((after-before)/time.Duration(r.Answers))), part.promise, verdict)
	}
	resident, err := server.ResidentMB()
	if err != nil {
		return err
	}
	b.row("resident memory of the server after that", fmt.Sprintf("%.0f MB", resident), "≤ 4 GB", kept(resident <= 4096))
	return nil
}

// open offers reads at a fixed rate, alone and with as many writes.
func (b *run) open(ctx context.Context) (err error) {
	server, err := load.StartBinary(ctx, b.Binary, b.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	reading := func(buf []byte, rng *rand.Rand) ([]byte, string) {
		if rng.IntN(2) == 0 {
			return b.set.Resolve(buf, rng), "read"
		}
		return b.set.Reverse(buf, rng), "read"
	}
	alone, err := load.Offer(ctx, server.Addr, 64, openRate, 2*b.Each, reading)
	if err != nil {
		return err
	}
	both, err := load.Offer(ctx, server.Addr, 64, 2*openRate, 2*b.Each, func(buf []byte, rng *rand.Rand) ([]byte, string) {
		if rng.IntN(2) == 0 {
			return b.set.Assign(buf, rng), "write"
		}
		return reading(buf, rng)
	})
	if err != nil {
		return err
	}
	say := func(r load.Result) string {
		return fmt.Sprintf("%.0f/s, p50 %s, p99 %s", r.PerSecond, round(r.P50), round(r.P99))
	}
	b.row("1,000 reads/s offered, alone", say(alone.Answered["read"]), "", "")
	b.row("1,000 reads/s with 1,000 writes/s: reads", say(both.Answered["read"]), "p99 ≤ 3 × alone", kept(both.Answered["read"].P99 <= 3*alone.Answered["read"].P99))
	b.row("1,000 reads/s with 1,000 writes/s: writes", say(both.Answered["write"]), "", "")
	if bad := both.Failed + both.Refused + both.Unsent; bad > 0 {
		b.row("of these unsent, refused, failed", fmt.Sprintf("%d, %d, %d %s", both.Unsent, both.Refused, both.Failed, both.Failure), "", "")
	}
	return nil
}
