package importer

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"

	"github.com/diachiso/diachiso/registry"
)

// batch is a run of records on its way from the reader through a worker to the registry.
type batch struct {
	records         []Record
	asked           []int // by record: place among the requests, or -1
	prepared        *registry.Batch
	progress, total int64 // of the reader, behind the batch
	done            chan struct{}
}

// answer is that of a record; nil when it was not sent to the registry.
func (b *batch) answer(i int, answers []registry.Assignment) *registry.Assignment {
	if at := b.asked[i]; at >= 0 && at < len(answers) {
		return &answers[at]
	}
	return nil
}

// pipeline reads ahead: one goroutine reads, workers understand and prepare, and the batches come out in the order of the file.
type pipeline struct {
	im      *run
	order   chan *batch
	work    chan *batch
	workers sync.WaitGroup
	err     error // why reading ended, nil at the end of the file; to be read when order is closed
}

func newPipeline(ctx context.Context, im *run, r Reader) *pipeline {
	workers := im.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &pipeline{im: im, order: make(chan *batch, workers), work: make(chan *batch, workers)}
	for range workers {
		p.workers.Go(func() {
			for b := range p.work {
				im.understand(b)
				close(b.done)
			}
		})
	}
	go func() {
		defer close(p.order)
		defer close(p.work)
		p.err = p.read(ctx, r)
	}()
	return p
}

// wait ends the reader and the workers.
func (p *pipeline) wait(cancel context.CancelFunc) {
	cancel()
	for range p.order {
	}
	p.workers.Wait()
}

// read hands out the records behind the import's position in batches.
func (p *pipeline) read(ctx context.Context, r Reader) error {
	for range p.im.report.Resumed {
		if _, err := r.Next(ctx); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
	for {
		b := &batch{done: make(chan struct{}), records: make([]Record, 0, p.im.o.Batch)}
		var end error
		for len(b.records) < p.im.o.Batch && end == nil {
			var rec Record
			if rec, end = r.Next(ctx); end == nil {
				b.records = append(b.records, rec)
			}
		}
		if len(b.records) > 0 {
			b.progress, b.total = r.Progress()
			p.work <- b // a worker takes it, whatever happens
			select {
			case p.order <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
		if end != nil {
			return end
		}
	}
}

// understand makes requests of the records of a batch.
func (im *run) understand(b *batch) {
	b.asked = make([]int, len(b.records))
	requests := make([]registry.AssignRequest, 0, len(b.records))
	for i := range b.records {
		b.records[i] = b.records[i].Understood()
		rec := &b.records[i]
		if rec.Err != nil || rec.Aside != nil {
			b.asked[i] = -1
			continue
		}
		req := rec.Request
		req.OnDuplicate = im.o.OnDuplicate
		if im.o.Distinct {
			req.OnDuplicate = registry.AllowDuplicate
		} else if len(req.ExternalIDs) == 0 && req.IdempotencyKey == "" {
			req.IdempotencyKey = contentKey(req)
		}
		b.asked[i] = len(requests)
		requests = append(requests, req)
	}
	b.prepared = im.reg.Prepare(im.o.Actor, requests)
}
