package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	addresses int
	queries   int
	shared    string
	failures  string
	only      string
	check     bool
	speed     bool
	duration  time.Duration
	serve     string // child process: the database to serve
	engine    bool   // of the child
}

func main() {
	var o options
	flag.IntVar(&o.addresses, "n", 200_000, "synthetic addresses")
	flag.IntVar(&o.queries, "queries", 2000, "queries of each class")
	flag.StringVar(&o.shared, "shared", shared(), "folder of the source data with the real addresses")
	flag.StringVar(&o.failures, "failures", "", "file for the wrong answers")
	flag.StringVar(&o.only, "only", "", "measure only the classes whose names hold this")
	flag.BoolVar(&o.check, "check", false, "exit with 1 when something is below its target")
	flag.BoolVar(&o.speed, "speed", false, "measure speed, memory and disk instead of quality")
	flag.DurationVar(&o.duration, "duration", 20*time.Second, "length of each measurement of speed")
	flag.StringVar(&o.serve, "serve", "", "be a server over this database (used by the program itself)")
	flag.BoolVar(&o.engine, "engine", true, "of the server: with the engine")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var short []string
	var err error
	switch {
	case o.serve != "":
		err = serve(ctx, o.serve, o.engine)
	case o.speed:
		err = speed(ctx, o)
	default:
		short, err = measure(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(2)
	}
	if len(short) > 0 {
		fmt.Fprintf(os.Stderr, "below the target: %s\n", strings.Join(short, "; "))
		if o.check {
			os.Exit(1)
		}
	}
}

// shared is where the source data is expected: in the folder that DIACHISO_SHARED names, else beside the checkout.
func shared() string {
	if dir := os.Getenv("DIACHISO_SHARED"); dir != "" {
		return dir
	}
	return filepath.Join("..", "shared")
}

func measure(ctx context.Context, o options) (short []string, err error) {
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	dir, err := os.MkdirTemp("", "diachiso-eval-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	w, err := build(ctx, filepath.Join(dir, "eval.db"), o.addresses, o.shared, say)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	say("registered %d addresses in %s", w.synthetic+w.real, time.Since(began).Round(time.Second))
	began = time.Now()
	if err := w.start(ctx); err != nil {
		return nil, err
	}
	say("engine started in %s", time.Since(began).Round(time.Millisecond))
	r, err := w.quality(ctx, o, say)
	if err != nil {
		return nil, err
	}
	r.write(os.Stdout)
	if o.failures != "" {
		file, err := os.Create(o.failures)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(r.writeFailures(file), file.Close()); err != nil {
			return nil, err
		}
	}
	return r.short(), nil
}

// quality asks all classes.
func (w *world) quality(ctx context.Context, o options, say func(string, ...any)) (*report, error) {
	r := &report{world: w}
	wanted := func(name string) bool { return strings.Contains(name, o.only) }
	for _, c := range classes() {
		if !wanted(c.name) {
			continue
		}
		began := time.Now()
		t, err := w.run(ctx, c, o.queries, true)
		if err != nil {
			return nil, err
		}
		r.classes = append(r.classes, t)
		say("%-42s %6.2f %%  %s", c.name, share(t.right, t.n), time.Since(began).Round(time.Millisecond))
	}
	for _, k := range negatives() {
		if !wanted(k.name) {
			continue
		}
		t, err := w.runNegative(ctx, k, o.queries)
		if err != nil {
			return nil, err
		}
		r.negatives = append(r.negatives, t)
	}
	if o.only != "" && !wanted("divisions") {
		return r, nil
	}
	var err error
	every := 1
	if o.queries < 1000 { // a quick look
		every = 10
	}
	if r.divisions, err = w.runDivisions(ctx, every); err != nil {
		return nil, err
	}
	r.offices, err = w.runOffices(ctx, o.shared)
	return r, err
}
