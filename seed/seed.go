package seed

import (
	"context"

	"github.com/diachiso/diachiso/registry"
)

// SKELETON: signatures.

// Report says what Apply did.
type Report struct {
	From, To  string // data versions; equal when nothing was to do
	Rederived int64
}

// Apply brings a database to the built-in data version: idempotent, forward only.
func Apply(ctx context.Context, svc *registry.Service, progress func(done int64)) (Report, error) {
	panic("skeleton")
}

// LoadDemo registers the synthetic demonstration quarter once; provenance dataset "demo".
func LoadDemo(ctx context.Context, svc *registry.Service) (added int, err error) { panic("skeleton") }

// RemoveDemo takes it out again.
func RemoveDemo(ctx context.Context, svc *registry.Service) (removed int64, err error) {
	panic("skeleton")
}
