package people

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// Store keeps households and what belongs to them. A write and its journal line are one transaction.
type Store interface {
	ViewPeople(ctx context.Context, fn func(Reader) error) error
	UpdatePeople(ctx context.Context, fn func(Writer) error) error
}

// Reader reads one consistent state. Not found is *registry.Error with CodeNotFound.
type Reader interface {
	HouseholdReader
	ClaimReader
	AliasReader
}

// Writer also writes.
type Writer interface {
	Reader
	HouseholdWriter
	ClaimWriter
	AliasWriter
	AppendEntry(e registry.Entry) error
}

// HouseholdReader reads households, their consents and requests.
type HouseholdReader interface {
	Household(id string) (*Household, error)
	HouseholdByToken(hash [32]byte) (*Household, error)
	// CurrentHousehold is the one whose period is open.
	CurrentHousehold(code addresscode.Code) (*Household, error)
	// EndedBefore returns the ids of households whose period ended before a time.
	EndedBefore(at time.Time) ([]string, error)
	// Households returns the ids of all households.
	Households() ([]string, error)
	// Tombstones returns the ids of all households that were destroyed.
	Tombstones() ([]string, error)
	// Consents returns the changes of all consents of a household, oldest first.
	Consents(household string) ([]ConsentChange, error)
	Request(id string) (*Request, error)
	// Requests returns those of a household, newest first.
	Requests(household string) ([]Request, error)
	// OpenRequests returns those that are not closed in order of their due date and id, after a place in that order.
	OpenRequests(afterDue time.Time, afterID string, limit int) ([]Request, error)
	CountOpenRequests(now time.Time) (open, overdue int, err error)
	// Events are those of an address, oldest first.
	Events(code addresscode.Code) ([]registry.Event, error)
	// JournalOf returns the entries about a household with a number below the given one, newest first; 0 is from the end.
	JournalOf(household string, before int64, limit int) ([]registry.Entry, error)
}

// HouseholdWriter writes them.
type HouseholdWriter interface {
	// InsertHousehold also keeps the hash of its token. *registry.Error CodeDuplicate when another holds the address.
	InsertHousehold(h *Household, tokenHash [32]byte) error
	// UpdateHousehold is optimistic: the stored version must be h.Version-1.
	UpdateHousehold(h *Household) error
	SetToken(household string, hash [32]byte) error
	// DestroyHousehold removes every row of a household and leaves a tombstone. It is no error when nothing is left.
	DestroyHousehold(id string, at time.Time) error
	AppendConsent(household string, c ConsentChange) error
	InsertRequest(r *Request) error
	UpdateRequest(r *Request) error
}
