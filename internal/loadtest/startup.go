package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/diachiso/diachiso/internal/child"
	"github.com/diachiso/diachiso/internal/loadtest/load"
)

// start is how the built binary comes up.
type start struct {
	ready time.Duration // from exec to the first good /readyz
	rssMB float64       // resident memory then
}

const startRounds = 3

func measureStart(ctx context.Context, dir, fullDB string, rep *report) error {
	binary, err := child.Build(dir)
	if err != nil {
		return err
	}
	var first, existing []start
	for round := range startRounds {
		s, err := startOnce(ctx, binary, filepath.Join(dir, fmt.Sprintf("new%d.db", round)))
		if err != nil {
			return err
		}
		first = append(first, s)
		if s, err = startOnce(ctx, binary, fullDB); err != nil {
			return err
		}
		existing = append(existing, s)
	}
	rep.first, rep.existing = worst(first), worst(existing)
	return nil
}

func worst(starts []start) start {
	var w start
	for _, s := range starts {
		w.ready, w.rssMB = max(w.ready, s.ready), max(w.rssMB, s.rssMB)
	}
	return w
}

func startOnce(ctx context.Context, binary, db string) (s start, err error) {
	b, err := load.StartBinary(ctx, binary, db)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, b.Stop()) }()
	s.ready = b.Ready
	s.rssMB, err = b.ResidentMB()
	return s, err
}
