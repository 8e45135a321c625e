package access

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Store keeps keys and sessions; registry/sqlite has one. Not found is *registry.Error with CodeNotFound.
type Store interface {
	// AccessKey is one read by primary key: it is made for every request, so that a key that another process revoked is
	// refused at once.
	AccessKey(ctx context.Context, prefix string) (KeyRecord, error)
	// AccessKeys are all keys, revoked and expired ones too, in order of creation.
	AccessKeys(ctx context.Context) ([]KeyRecord, error)
	// AccessSession is one read of a session together with its key.
	AccessSession(ctx context.Context, hash [32]byte) (SessionRecord, KeyRecord, error)
	// UpdateAccess runs fn in a transaction and returns once it is durable.
	UpdateAccess(ctx context.Context, fn func(Writer) error) error
}

// Writer changes keys and sessions in one transaction with the journal.
type Writer interface {
	AccessKey(prefix string) (KeyRecord, error)
	InsertAccessKey(k KeyRecord) error  // CodeVersionConflict where the prefix is taken
	ReplaceAccessKey(k KeyRecord) error // CodeNotFound
	// TouchAccessKey raises Key.LastUsed to the day; an earlier day changes nothing.
	TouchAccessKey(prefix string, day geo.Date) error

	InsertAccessSession(s SessionRecord) error
	// TouchAccessSession raises SessionRecord.SeenAt.
	TouchAccessSession(hash [32]byte, at time.Time) error
	// DeleteAccessSession answers the prefix of the session's key; CodeNotFound.
	DeleteAccessSession(hash [32]byte) (prefix string, err error)
	DeleteAccessSessionsBefore(expired time.Time) error

	AppendEntry(e registry.Entry) error
}

// SessionRecord is a browser's session as it is stored.
type SessionRecord struct {
	Hash      digest // of its token
	Key       string // prefix
	StartedAt time.Time
	SeenAt    time.Time // to about touchEvery
	ExpiresAt time.Time
}
