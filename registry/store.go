package registry

import (
	"context"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Store keeps addresses and their events. A write and its event are one transaction.
type Store interface {
	View(ctx context.Context, fn func(Reader) error) error
	// Address is View with Reader.Address and nothing else, which needs no transaction around it.
	Address(ctx context.Context, code addresscode.Code) (*Address, error)
	// Update runs fn in a transaction and returns once it is durable. Concurrent calls may share one commit.
	Update(ctx context.Context, fn func(Writer) error) error
	// RebuildNamedPlaces derives the named places of all addresses anew, in batches; a run that was cut short is completed
	// when the store is opened again. progress may be nil; it is told how many addresses are done.
	RebuildNamedPlaces(ctx context.Context, progress func(done int64)) error
	Close() error
}

// Reader reads one consistent state. Not found is *Error with CodeNotFound.
type Reader interface {
	Address(code addresscode.Code) (*Address, error)
	// AddressesInRange calls yield for the addresses with lo <= key <= hi in key order until it returns false.
	AddressesInRange(lo, hi uint64, yield func(*Address) bool) error
	// PositionsWithin calls yield with key and code position of the active addresses whose position lies between the
	// south-west and the north-east corner, both included, in no order, until it returns false.
	// It is for looking at many and reading few.
	PositionsWithin(southWest, northEast geo.Point, yield func(key uint64, p geo.Point) bool) error
	// KeysInRange returns the keys ever issued with lo <= key <= hi, retired ones too, ascending.
	KeysInRange(lo, hi uint64) ([]uint64, error)
	ByExternalID(scheme, value string) (addresscode.Code, error)
	ByLikeness(likeness uint64) ([]*Address, error)
	Idempotency(key string) (requestHash [32]byte, code addresscode.Code, err error)
	Events(code addresscode.Code) ([]Event, error)
	Count() (active, retired int64, err error)
	Meta(key string) (string, error) // "" when absent

	// JournalHead is the newest line of the journal: its number and its link; 0 when there is none.
	JournalHead() (seq int64, link Link, err error)
	// Journal calls yield for the lines after the given number, in order, until it returns false. Events come without the
	// state before them: that is the state after the address's previous event.
	Journal(after int64, yield func(JournalLine) bool) error
	// AddressesWithoutEvent calls yield for the addresses that the journal knows nothing of, in no order, until it returns
	// false. There are none in a register that nobody tampered with. It looks at every address.
	AddressesWithoutEvent(yield func(code addresscode.Code) bool) error

	// The named places (PlaceRefs) of the active addresses, as of the last commit, in a Writer too.
	//
	// NamedPlacesVersion is the number of the last commit that changed one, 0 when there is none yet. NamedPlacesSince calls
	// yield for the places that commits after the given one changed, those without addresses left included, until it
	// returns false.
	NamedPlacesVersion() (int64, error)
	NamedPlacesSince(version int64, yield func(*NamedPlace) bool) error
	// NamedPlaceKeys calls yield with house key and code key of the addresses of a place with from <= house key < to, in
	// order of house keys or against it, until it returns false. An empty to is no limit.
	NamedPlaceKeys(place int64, from, to string, descending bool, yield func(house string, key uint64) bool) error
}

// Writer also writes.
type Writer interface {
	Reader
	// Insert, Replace and Remove also keep the named places of the address.
	//
	// Insert and Replace keep what likeness says so that ByLikeness finds it; 0 is that of addresses without one.
	Insert(a *Address, likeness uint64) error
	Replace(a *Address, likeness uint64) error // optimistic: stored version must be a.Version-1
	Remove(code addresscode.Code) error        // only for demonstration data
	AppendEvent(e Event) error
	AppendEntry(e Entry) error // Seq is ignored; a zero At means now
	PutIdempotency(key string, requestHash [32]byte, code addresscode.Code) error
	SetMeta(key, value string) error
}
