package importer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/diachiso/diachiso/registry"
)

// mapBatch is how many streets and outlines are kept in one transaction.
const mapBatch = 1000

// mapPart is a batch of the map on its way to the registry.
type mapPart struct {
	records     []registry.MapRecord
	done, total int64
	err         error // why reading ended behind these; io.EOF at the end
}

func (im *run) openMap(ctx context.Context) error {
	r, err := im.o.Map(ctx)
	if err != nil {
		return err
	}
	return errors.Join(im.loadMap(ctx, r), r.Close())
}

// loadMap keeps the streets and outlines of a map: one goroutine reads and finds their communes, this one writes.
func (im *run) loadMap(ctx context.Context, r MapReader) error {
	inner, cancel := context.WithCancel(ctx)
	parts := make(chan mapPart, 1)
	go func() {
		defer close(parts)
		skip := im.counts
		for {
			p := readMapPart(inner, r, &skip)
			im.reg.PrepareMap(p.records)
			select {
			case parts <- p:
			case <-inner.Done():
				return
			}
			if p.err != nil {
				return
			}
		}
	}()
	defer func() {
		cancel()
		for range parts { // until it has ended: it uses the reader
		}
	}()
	for p := range parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := im.writeMap(ctx, p); err != nil {
			return err
		}
		if errors.Is(p.err, io.EOF) {
			return nil
		}
		if p.err != nil {
			return p.err
		}
	}
	return ctx.Err()
}

// readMapPart reads what the import has not yet decided: its counts say how many streets and how many outlines to pass over.
func readMapPart(ctx context.Context, r MapReader, decided *registry.ImportCounts) (p mapPart) {
	for len(p.records) < mapBatch {
		var record registry.MapRecord
		if record, p.err = r.Next(ctx); p.err != nil {
			break
		}
		behind := &decided.Outlines
		if record.Street != nil {
			behind = &decided.Streets
		}
		if behind.Read() > 0 {
			passOver(behind)
			continue
		}
		p.records = append(p.records, record)
	}
	p.done, p.total = r.Progress()
	return p
}

// passOver takes one off the counts.
func passOver(c *registry.MapCounts) {
	for _, n := range [...]*int64{&c.Added, &c.Replaced, &c.Existing, &c.Rejected} {
		if *n > 0 {
			*n--
			return
		}
	}
}

func (im *run) writeMap(ctx context.Context, p mapPart) error {
	if len(p.records) > 0 {
		from := im.counts.Streets.Read() + im.counts.Outlines.Read()
		counts, err := im.reg.LoadMap(context.WithoutCancel(ctx), im.report.Import, from, p.records)
		if err != nil {
			return fmt.Errorf("keep %d streets and outlines from %s: %w", len(p.records), p.records[0].Ref, err)
		}
		im.counts = counts
		im.report.take(im.report.Import, im.position, counts)
	}
	if im.o.Progress != nil {
		im.o.Progress(im.report, p.done, p.total)
	}
	return nil
}
