package geocode

import (
	"context"
	"fmt"
	"sync"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// Viewer is what the engine asks of a store: one consistent state to read.
type Viewer interface {
	View(ctx context.Context, fn func(registry.Reader) error) error
}

// Engine searches the registered addresses and the divisions. Safe for concurrent use.
type Engine struct {
	svc    *registry.Service
	store  Viewer
	parser textParser
	index  *index

	gazetteer *Gazetteer
	divisions []divisionName // by name
	pool      sync.Pool      // of *scratchpad
}

// textParser is what the engine asks of a Parser.
type textParser interface {
	Parse(text string) []Hypothesis
}

// NewEngine reads the names of the registered streets, hamlets, quarters and buildings into memory. What commits change from
// then on, the next search sees; those of other processes too.
func NewEngine(ctx context.Context, svc *registry.Service, store Viewer) (*Engine, error) {
	gazetteer := NewGazetteer(svc.Divisions())
	e := &Engine{
		svc: svc, store: store, gazetteer: gazetteer, parser: NewParser(gazetteer),
		index: newIndex(newCommuneTable(svc.Divisions(), svc.Locator().Boundaries())),
	}
	e.pool.New = func() any { return new(scratchpad) }
	e.divisions = divisionNames(e.index.communes)
	if err := store.View(ctx, e.index.refresh); err != nil {
		return nil, fmt.Errorf("read the named places: %w", err)
	}
	e.index.communes.neighbours() // else the first search would wait for them
	return e, nil
}

// Search finds what a text means, best first. A text that holds a code, an identifier or a position is answered as
// registry.Service.Resolve does. Errors are those of the store and of the context; text that means nothing is no error.
func (e *Engine) Search(ctx context.Context, q Query) (*Results, error) {
	return e.search(ctx, q.normal(), asSpelt, misspelt, mangled)
}

func (e *Engine) search(ctx context.Context, q Query, rounds ...round) (*Results, error) {
	if isBlank(q.Text) {
		return &Results{Reason: ReasonEmpty}, nil
	}
	hypotheses := e.parser.Parse(q.Text)
	if found := e.searchCode(ctx, q, hypotheses); found != nil {
		return found, nil
	}
	results := &Results{Hypotheses: hypotheses}
	err := e.store.View(ctx, func(r registry.Reader) error {
		if err := e.index.refresh(r); err != nil {
			return err
		}
		e.index.mu.RLock()
		defer e.index.mu.RUnlock()
		s := e.newSearch(ctx, q, r, hypotheses)
		defer s.release()
		if err := s.run(rounds); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err // what was not looked up any more is missing
		}
		return s.finish(results)
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return results, nil
}

func (q Query) normal() Query {
	if q.Limit <= 0 {
		q.Limit = DefaultLimit
	}
	q.Limit = min(q.Limit, MaxLimit)
	if q.At == 0 {
		q.At = geo.Today()
	}
	return q
}

// isBlank reports a text without a letter or digit.
func isBlank(text string) bool {
	for i := range len(text) {
		if c := text[i]; isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return vntext.Fold(text) == ""
}
