package sqlite

import (
	"context"
	"sync"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// loadStore is the registry that a load fills. Its updates are not undone one by one: one that fails fails the load.
type loadStore struct {
	mu     sync.Mutex
	w      *loader
	failed error
}

var _ registry.Store = (*loadStore)(nil)

func (s *loadStore) Update(_ context.Context, fn func(registry.Writer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = fn(s.w)
	}
	return s.failed
}

func (s *loadStore) View(_ context.Context, fn func(registry.Reader) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fn(s.w)
}

func (s *loadStore) Address(ctx context.Context, code addresscode.Code) (a *registry.Address, err error) {
	err = s.View(ctx, func(r registry.Reader) error {
		a, err = r.Address(code)
		return err
	})
	return a, err
}

func (s *loadStore) OpenAddress(ctx context.Context, code addresscode.Code) (a *registry.Address, err error) {
	err = s.View(ctx, func(r registry.Reader) error {
		a, err = r.OpenAddress(code)
		return err
	})
	return a, err
}

func (s *loadStore) RebuildNamedPlaces(context.Context, func(int64)) error {
	return refuse("", "a load makes the named places at its end")
}

func (s *loadStore) Close() error { return nil }
