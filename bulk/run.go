package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/registry"
)

// The formats of files.
const (
	FormatCSV    = "csv"
	FormatNDJSON = "ndjson"
)

// Options of Geocode; the zero value reads a CSV as it comes.
type Options struct {
	Format    string            // FormatCSV, which is the default, or FormatNDJSON
	Columns   map[Column]string // columns named outright, by header text or number from 1; the rest is found by usual names
	Separator byte              // of a CSV; 0 recognises it
	SafeCells bool              // no cell of the answer can be run as a formula, those of the input included
	Links     bool              // append links for navigation
	Workers   int               // 0 is one per CPU
	Places    chan struct{}     // a batch of rows is worked on while it holds a place in it, so that several files share it; nil is no bound
	Sight     registry.Sight    // what may be told to whoever gets the answer
	Progress  func(rows int64)  // may be nil; called now and then
	// placed is told of each row of the answer, in order: where it went, and the place found, nil for none.
	placed func(text []byte, p *geo.Point)
}

// Report counts what became of the rows.
type Report struct {
	Rows     int64            `json:"rows"`
	Statuses map[Status]int64 `json:"statuses"`
}

// batchRows is how many rows a worker takes at a time.
const batchRows = 64

// batch is a run of rows on its way from the reader through a worker to the writer.
type batch struct {
	rows     []row
	answers  [][]byte
	points   []*geo.Point
	statuses []Status
	err      error
	done     chan struct{}
}

// Geocode reads a file from in and writes it with results to out, in the order and with the columns of the input. Memory does
// not grow with the file. An error is *textfile.Error where the file as a whole can't be read, else one of the store, the
// context, or out.
func Geocode(ctx context.Context, engine Engine, reg Registry, in io.Reader, out io.Writer, o Options) (Report, error) {
	report := Report{Statuses: map[Status]int64{}}
	text, bom, err := textfile.Open(in)
	if err != nil {
		return report, err
	}
	var f format
	switch o.Format {
	case "", FormatCSV:
		if f, err = newCSV(text, bom, o); err != nil {
			return report, err
		}
	case FormatNDJSON:
		f = newNDJSON(text, o)
	default:
		return report, &registry.Error{Code: registry.CodeInvalid, Op: "geocode", Field: "format", Message: fmt.Sprintf("%q is no format", o.Format), Hint: "csv or ndjson"}
	}
	if _, err := out.Write(f.head()); err != nil {
		return report, fmt.Errorf("write answer: %w", err)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, order := make(chan *batch), make(chan *batch, 2*o.Workers)
	var workers sync.WaitGroup
	g := &geocoder{engine: engine, registry: reg, sight: o.Sight}
	for range o.Workers {
		workers.Go(func() {
			for b := range work {
				if b.err = enter(ctx, o.Places); b.err == nil {
					b.err = g.batch(ctx, f, b)
					leave(o.Places)
				}
				close(b.done)
			}
		})
	}
	var readErr error
	go func() {
		defer close(order)
		defer close(work)
		readErr = produce(ctx, f, work, order)
	}()
	err = report.consume(order, out, o)
	cancel()
	for range order { // let the reader end
	}
	workers.Wait()
	if err == nil && readErr != nil {
		err = readErr
	}
	return report, err
}

func enter(ctx context.Context, places chan struct{}) error {
	if places == nil {
		return nil
	}
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leave(places chan struct{}) {
	if places != nil {
		<-places
	}
}

// produce hands out the rows in batches.
func produce(ctx context.Context, f format, work, order chan<- *batch) error {
	for {
		b := &batch{done: make(chan struct{})}
		var end error
		for len(b.rows) < batchRows && end == nil {
			var r row
			if r, end = f.next(); end == nil {
				b.rows = append(b.rows, r)
			}
		}
		if len(b.rows) > 0 {
			select {
			case order <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case work <- b:
			case <-ctx.Done():
				b.err = ctx.Err()
				close(b.done)
				return ctx.Err()
			}
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
		if end != nil {
			return &textfile.Error{What: "cannot read on", Err: end}
		}
	}
}

// consume writes the batches in their order.
func (report *Report) consume(order <-chan *batch, out io.Writer, o Options) error {
	for b := range order {
		<-b.done
		if b.err != nil {
			return b.err
		}
		for i, text := range b.answers {
			if o.placed != nil {
				o.placed(text, b.points[i])
			}
			if _, err := out.Write(text); err != nil {
				return fmt.Errorf("write answer: %w", err)
			}
			report.Rows++
			report.Statuses[b.statuses[i]]++
		}
		if o.Progress != nil {
			o.Progress(report.Rows)
		}
	}
	return nil
}

func (g *geocoder) batch(ctx context.Context, f format, b *batch) error {
	b.answers, b.points, b.statuses = make([][]byte, len(b.rows)), make([]*geo.Point, len(b.rows)), make([]Status, len(b.rows))
	for i, r := range b.rows {
		res, err := g.row(ctx, f, r)
		if err != nil {
			return err
		}
		b.answers[i] = f.append(make([]byte, 0, len(r.raw)+256), r, &res)
		b.points[i], b.statuses[i] = res.Point, res.Status
	}
	return nil
}

func (g *geocoder) row(ctx context.Context, f format, r row) (Result, error) {
	fault := r.fault
	if fault == "" && len(r.raw) == 0 {
		return Result{Status: StatusEmpty}, nil
	}
	if fault == "" {
		var rec record
		if rec, fault = f.read(r); fault == "" {
			return g.answer(ctx, rec)
		}
	}
	return Result{Status: StatusInvalid, NextAction: "fix", Issues: []string{"ROW: " + fault}}, nil
}
