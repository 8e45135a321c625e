package registry

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Service holds the rules of the registry. Safe for concurrent use.
type Service struct {
	store     Store
	divisions *geo.Divisions
	locator   *geo.Locator
	full      fullCells
	names     func() *nameIndex      // built on first use
	prefixes  func() map[string]bool // of postcodes; built on first use
	day       atomic.Pointer[day]    // today's communes; nil until asked for
	now       func() time.Time
	mints     bool // numbers (WithMinting)
}

// Option changes how a service is made.
type Option func(*Service)

// WithClock has the service take the time from now; without it the time is the system's.
func WithClock(now func() time.Time) Option { return func(s *Service) { s.now = now } }

// NewService joins the rules with what they stand on.
func NewService(store Store, divisions *geo.Divisions, locator *geo.Locator, options ...Option) *Service {
	s := &Service{
		store: store, divisions: divisions, locator: locator, now: time.Now,
		names: sync.OnceValue(func() *nameIndex { return newNameIndex(divisions) }),
	}
	s.prefixes = sync.OnceValue(s.knownPrefixes)
	for _, change := range options {
		change(s)
	}
	return s
}

// clock gives the times of what is written: milliseconds, which every store can keep.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// Divisions are the divisions the service was made with.
func (s *Service) Divisions() *geo.Divisions { return s.divisions }

// Locator is the locator the service was made with.
func (s *Service) Locator() *geo.Locator { return s.locator }

// Address returns the address of a code; *Error CodeNotRegistered when there is none.
func (s *Service) Address(ctx context.Context, code addresscode.Code) (*Address, error) {
	return s.AddressFor(ctx, Sight{}, code)
}

// AddressFor is Address for a sight (Sight.Show). What it may not be told of is not registered.
func (s *Service) AddressFor(ctx context.Context, sight Sight, code addresscode.Code) (*Address, error) {
	const op = "read address"
	if code.IsZero() {
		return nil, &Error{Code: CodeInvalidCode, Op: op, Message: "there is no code", Hint: "give one"}
	}
	read := s.store.Address
	if sight.blind() {
		read = s.store.OpenAddress
	}
	a, err := read(ctx, code)
	if isNotFound(err) || err == nil && !sight.Sees(a) {
		return nil, notRegistered(op, code)
	}
	if err != nil {
		return nil, domainError(op, err)
	}
	return sight.Show(a), nil
}

func notRegistered(op string, code addresscode.Code) error {
	return &Error{Code: CodeNotRegistered, Op: op,
		Message: fmt.Sprintf("%s is a valid code, but no address has it", code),
		Hint:    "compare it with its source; a new household gets its code by assigning one"}
}

// History returns the events of an address, oldest first; *Error CodeNotRegistered when the code never had one.
func (s *Service) History(ctx context.Context, code addresscode.Code) ([]Event, error) {
	const op = "read history"
	var events []Event
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		events, err = r.Events(code)
		return err
	})
	if isNotFound(err) || err == nil && len(events) == 0 {
		return nil, notRegistered(op, code)
	}
	if err != nil {
		return nil, domainError(op, err)
	}
	return events, nil
}

// Count returns the number of active and retired addresses.
func (s *Service) Count(ctx context.Context) (active, retired int64, err error) {
	err = s.store.View(ctx, func(r Reader) error {
		active, retired, err = r.Count()
		return err
	})
	return active, retired, domainError("count addresses", err)
}

// RebuildIndex derives anew what searching by name stands on: the streets, hamlets, quarters and buildings of the addresses.
// It is never needed in ordinary life. progress may be nil; it is told how many addresses are done.
func (s *Service) RebuildIndex(ctx context.Context, progress func(done int64)) error {
	return domainError("rebuild index", s.store.RebuildNamedPlaces(ctx, progress))
}

// Meta returns a value that belongs to the database as a whole, "" when there is none.
func (s *Service) Meta(ctx context.Context, key string) (string, error) {
	var value string
	err := s.store.View(ctx, func(r Reader) error {
		var err error
		value, err = r.Meta(key)
		return err
	})
	return value, domainError("read meta", err)
}

// SetMeta keeps a value that belongs to the database as a whole.
func (s *Service) SetMeta(ctx context.Context, key, value string) error {
	return domainError("set meta", s.store.Update(ctx, func(w Writer) error { return w.SetMeta(key, value) }))
}
