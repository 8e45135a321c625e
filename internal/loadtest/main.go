package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/diachiso/diachiso/internal/loadtest/load"
)

type options struct {
	addresses int
	rounds    int
	duration  time.Duration
	serve     string // child process: which server
	db        string
	body      int
	profile   string
}

func main() {
	var o options
	flag.IntVar(&o.addresses, "addresses", 200_000, "registered addresses")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each measurement")
	flag.DurationVar(&o.duration, "duration", 2*time.Second, "length of one round")
	flag.StringVar(&o.serve, "serve", "", "be a server (used by the program itself)")
	flag.StringVar(&o.db, "db", "", "database of the server")
	flag.IntVar(&o.body, "body", 0, "size of the baseline's body in bytes")
	flag.StringVar(&o.profile, "profile", "", "folder for a CPU profile of each server")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if o.serve != "" {
		err = serveUntilParentEnds(ctx, o)
	} else {
		err = measure(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

// measure does the whole run in a temporary folder.
func measure(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "diachiso-loadtest-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

	say("registering %d addresses …", o.addresses)
	db := filepath.Join(dir, "full.db")
	set, err := buildDataset(ctx, db, o.addresses)
	if err != nil {
		return fmt.Errorf("build data set: %w", err)
	}
	report := newReport(set)
	if err := measureReads(ctx, o, dir, db, set, report, say); err != nil {
		return err
	}
	if err := measureAssign(ctx, o, dir, db, set, report, say); err != nil {
		return err
	}
	say("starting the built binary …")
	if err := measureStart(ctx, dir, db, report); err != nil {
		return err
	}
	return report.write(os.Stdout)
}

// contest runs each contender in turn, o.rounds times, and returns their results.
func contest(ctx context.Context, o options, connections int, contenders []contender) ([][]measured, error) {
	results := make([][]measured, len(contenders))
	for round := range o.rounds {
		for i := range contenders {
			// Every other round goes backwards, so that nobody always runs after the same one.
			if round%2 == 1 {
				i = len(contenders) - 1 - i
			}
			c := contenders[i]
			before, err := c.server.CPUTime()
			if err != nil {
				return nil, err
			}
			r, err := load.Run(ctx, c.server.Addr, connections, o.duration, c.request)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			after, err := c.server.CPUTime()
			if err != nil {
				return nil, err
			}
			results[i] = append(results[i], measured{r, (after - before) / time.Duration(r.Answers)})
		}
	}
	return results, nil
}

// measured is a load and what it cost the server.
type measured struct {
	load.Result
	cpu time.Duration // of the server for one request
}

type contender struct {
	name    string
	server  *load.Self
	request load.RequestFunc
}

func measureReads(ctx context.Context, o options, dir, db string, set *dataset, rep *report, say func(string, ...any)) error {
	const connections = 16
	real, err := startChild(ctx, o, "real", db, 0)
	if err != nil {
		return err
	}
	defer real.Stop()
	size, err := load.BodySize(real.Addr, set.Resolve)
	if err != nil {
		return err
	}
	keyed := filepath.Join(dir, "keyed.db")
	if err := buildKeyed(ctx, keyed, set, size); err != nil {
		return fmt.Errorf("build baseline: %w", err)
	}
	bare, err := startChild(ctx, o, "bare", "", size)
	if err != nil {
		return err
	}
	defer bare.Stop()
	read, err := startChild(ctx, o, "keyed", keyed, size)
	if err != nil {
		return err
	}
	defer read.Stop()

	say("resolve, %d connections, %d rounds of %s …", connections, o.rounds, o.duration)
	results, err := contest(ctx, o, connections, []contender{
		{"bare Echo", bare, set.Resolve}, {"Echo and one read", read, set.Resolve}, {"resolve", real, set.Resolve}})
	if err != nil {
		return err
	}
	rep.bodyBytes = size
	rep.bare, rep.keyed, rep.resolve = median(results[0]), median(results[1]), median(results[2])

	say("reverse …")
	results, err = contest(ctx, o, connections, []contender{{"reverse", real, set.Reverse}})
	if err != nil {
		return err
	}
	rep.reverse = median(results[0])
	return nil
}

func measureAssign(ctx context.Context, o options, dir, db string, set *dataset, rep *report, say func(string, ...any)) error {
	const connections = 64
	var contenders []contender
	for _, kind := range []string{"real", "single"} {
		copied := filepath.Join(dir, kind+".db")
		if err := copyFile(copied, db); err != nil {
			return err
		}
		server, err := startChild(ctx, o, kind, copied, 0)
		if err != nil {
			return err
		}
		defer server.Stop()
		contenders = append(contenders, contender{kind, server, set.Assign})
	}
	say("assign, %d connections …", connections)
	results, err := contest(ctx, o, connections, contenders)
	if err != nil {
		return err
	}
	rep.assign, rep.single = median(results[0]), median(results[1])
	return nil
}

// median of every figure by itself.
func median(results []measured) measured {
	pick := func(figure func(measured) float64) float64 {
		values := make([]float64, len(results))
		for i, r := range results {
			values[i] = figure(r)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return measured{
		Result: load.Result{
			PerSecond: pick(func(r measured) float64 { return r.PerSecond }),
			P50:       time.Duration(pick(func(r measured) float64 { return float64(r.P50) })),
			P99:       time.Duration(pick(func(r measured) float64 { return float64(r.P99) })),
		},
		cpu: time.Duration(pick(func(r measured) float64 { return float64(r.cpu) })),
	}
}
