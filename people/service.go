package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
)

// Addresses is what people ask of the registry; *registry.Service has it.
type Addresses interface {
	Address(ctx context.Context, code addresscode.Code) (*registry.Address, error)
	AddressFor(ctx context.Context, sight registry.Sight, code addresscode.Code) (*registry.Address, error)
}

// Service holds the rules of what is kept of persons. Safe for concurrent use.
type Service struct {
	store     Store
	vault     *vault.Vault
	addresses Addresses
	now       func() time.Time
	changing  locks // of the people of households
}

// locks are taken by household; some share one.
type locks [64]sync.Mutex

func (l *locks) of(household string) *sync.Mutex {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(household)) // never fails
	return &l[hash.Sum32()%uint32(len(l))]
}

// NewService joins the rules with what they stand on.
func NewService(store Store, keys *vault.Vault, addresses Addresses, now func() time.Time) *Service {
	clock := func() time.Time { return now().UTC().Truncate(time.Millisecond) } // as times are stored
	return &Service{store: store, vault: keys, addresses: addresses, now: clock}
}

// The fields of a household that are encrypted, each bound to the household and to its own name.
const (
	fieldPeople = "people"
	fieldNote   = "request_note"
	fieldAnswer = "request_answer"
)

// seal encrypts a value as JSON with the key of a household.
func (s *Service) seal(ctx context.Context, household, field string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %s of a household: %w", field, err)
	}
	key, err := s.key(ctx, household)
	if err != nil {
		return nil, err
	}
	return key.Encrypt(text, sealedWith(household, field))
}

// unseal is the reverse of seal. Nothing sealed leaves the value as it is. *registry.Error CodeNotFound when the key was
// destroyed: then nothing can read it again.
func (s *Service) unseal(ctx context.Context, household, field string, sealed []byte, value any) error {
	if len(sealed) == 0 {
		return nil
	}
	key, err := s.key(ctx, household)
	if err != nil {
		return err
	}
	text, err := key.Decrypt(sealed, sealedWith(household, field))
	if err != nil {
		return &registry.Error{Code: registry.CodeInternal, Message: "what is kept of a household does not fit its key", Err: err,
			Hint: "the database and the file of keys are not of one time, or one was changed"}
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("decode %s of a household: %w", field, err)
	}
	return nil
}

func sealedWith(household, field string) []byte { return []byte(household + "/" + field) }

func (s *Service) key(ctx context.Context, household string) (tink.AEAD, error) {
	key, err := s.vault.Key(ctx, household)
	if errors.Is(err, vault.ErrNoKey) {
		return nil, errDeleted()
	}
	return key, err
}

// errNoHousehold is one answer for what never was, is not yours, and is deleted.
func errNoHousehold() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "there is no such household"}
}

func errDeleted() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "the household was deleted: its key is destroyed", Hint: "claim the address anew"}
}

func isNotFound(err error) bool { return registry.CodeOf(err) == registry.CodeNotFound }
