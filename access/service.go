package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"sync"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Service keeps keys and sessions and knows who holds them. Safe for concurrent use.
//
// Errors are *registry.Error: unauthorized for keys, secrets and tokens that cannot be used; invalid, not_found and
// version_conflict for the management of keys; those of the store otherwise.
type Service struct {
	store     Store
	divisions *geo.Divisions
	now       func() time.Time

	mu   sync.Mutex
	used map[string]geo.Date // by prefix: the day that this process has recorded, or tried to
}

// NewService joins the rules with a store, the divisions that areas of keys are checked against, and a clock.
func NewService(store Store, divisions *geo.Divisions, now func() time.Time) *Service {
	return &Service{store: store, divisions: divisions, now: now, used: map[string]geo.Date{}}
}

// clock is the time as it can be stored.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// CreateKey makes a key and returns its secret, which nobody can read again. by is the Actor.Name of whoever makes it.
func (s *Service) CreateKey(ctx context.Context, by string, n NewKey) (secret string, key Key, err error) {
	const op = "create key"
	now := s.clock()
	if err := n.validate(s.divisions, geo.DateOf(now)); err != nil {
		return "", Key{}, wrap(op, err)
	}
	secret = n.Secret
	if secret == "" {
		secret = NewSecret()
	}
	prefix, sum, ok := parseSecret(secret)
	if !ok {
		return "", Key{}, wrap(op, invalid("secret", "this is not the text of a key", "leave it out: one is made"))
	}
	record := n.key(by, prefix, sum, now)
	text, err := detail(struct {
		Role      Role     `json:"role"`
		Communes  []string `json:"communes,omitempty"`
		Provinces []string `json:"provinces,omitempty"`
		Expires   string   `json:"expires"`
	}{record.Role, record.Communes, record.Provinces, stamp(record.ExpiresAt)})
	if err != nil {
		return "", Key{}, wrap(op, err)
	}
	err = s.store.UpdateAccess(ctx, func(w Writer) error {
		if err := w.InsertAccessKey(record); err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{At: now, Actor: by, Action: "key.created", Subject: prefix, Detail: text})
	})
	if err != nil {
		return "", Key{}, wrap(op, err)
	}
	return secret, record.Key, nil
}

// Keys are all keys, revoked and expired ones too, in order of creation.
func (s *Service) Keys(ctx context.Context) ([]Key, error) {
	records, err := s.store.AccessKeys(ctx)
	if err != nil {
		return nil, wrap("list keys", err)
	}
	keys := make([]Key, len(records))
	for i := range records {
		keys[i] = records[i].Key
	}
	return keys, nil
}

// RevokeKey ends a key and the sessions made from it, from the next request on, in every process. Revoking it again
// changes nothing.
func (s *Service) RevokeKey(ctx context.Context, by, prefix string) (Key, error) {
	return s.change(ctx, "revoke key", prefix, func(w Writer, k *KeyRecord, now time.Time) error {
		if !k.RevokedAt.IsZero() {
			return nil
		}
		k.RevokedAt = now
		if err := w.ReplaceAccessKey(*k); err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{At: now, Actor: by, Action: "key.revoked", Subject: prefix})
	})
}

// RotateKey gives a key another secret, and as long a life from now as it had from the secret before. The secret before stays
// valid for the overlap, from 0 to 30 days, and never beyond its own end; one before that ends at once.
func (s *Service) RotateKey(ctx context.Context, by, prefix string, overlap time.Duration) (secret string, key Key, err error) {
	const op = "rotate key"
	if overlap < 0 || overlap > maxOverlap {
		return "", Key{}, wrap(op, invalid("overlap", "the old secret stays valid for 0 to 30 days", "24h is usual; 0 ends it at once"))
	}
	key, err = s.change(ctx, op, prefix, func(w Writer, k *KeyRecord, now time.Time) error {
		switch k.StateAt(now) {
		case StateRevoked:
			return invalid("prefix", "the key is revoked", "create another: diachiso key create")
		case StateExpired:
			return invalid("prefix", "the key has expired", "create another: diachiso key create")
		}
		secret = renewSecret(prefix)
		life := k.ExpiresAt.Sub(k.IssuedAt)
		k.OldHash, k.OldUntil = k.Hash, earlier(now.Add(overlap), k.ExpiresAt)
		_, k.Hash, _ = parseSecret(secret)
		k.IssuedAt, k.ExpiresAt = now, now.Add(life)
		text, err := detail(struct {
			OldUntil string `json:"old_until"`
			Expires  string `json:"expires"`
		}{stamp(k.OldUntil), stamp(k.ExpiresAt)})
		if err != nil {
			return err
		}
		if err := w.ReplaceAccessKey(*k); err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{At: now, Actor: by, Action: "key.rotated", Subject: prefix, Detail: text})
	})
	if err != nil {
		return "", Key{}, err
	}
	return secret, key, nil
}

// change lets fn change the key of a prefix, inside a transaction.
func (s *Service) change(ctx context.Context, op, prefix string, fn func(Writer, *KeyRecord, time.Time) error) (Key, error) {
	if !isPrefix(prefix) {
		return Key{}, wrap(op, invalid("prefix", "a key is named by the 8 symbols after dcs_", "diachiso key list shows them"))
	}
	var changed KeyRecord
	err := s.store.UpdateAccess(ctx, func(w Writer) error {
		k, err := w.AccessKey(prefix)
		if err != nil {
			return err
		}
		if err := fn(w, &k, s.clock()); err != nil {
			return err
		}
		changed = k
		return nil
	})
	if registry.CodeOf(err) == registry.CodeNotFound {
		err = &registry.Error{Code: registry.CodeNotFound, Message: "there is no key " + prefix, Hint: "diachiso key list shows them", Err: err}
	}
	if err != nil {
		return Key{}, wrap(op, err)
	}
	return changed.Key, nil
}

// Authenticate tells who holds a key. Of a wrong secret it says the same as of an unknown prefix, by the same path and the same
// comparisons; only who has the right secret learns that the key was revoked or has expired.
func (s *Service) Authenticate(ctx context.Context, secret string) (Principal, error) {
	const op = "authenticate"
	prefix, sum, ok := parseSecret(secret)
	if !ok {
		return Principal{}, unauthorized(op, "this is not the text of a key", "a key reads dcs_ and 41 symbols, as it was shown when it was made")
	}
	k, err := s.store.AccessKey(ctx, prefix)
	known := err == nil
	if err != nil && registry.CodeOf(err) != registry.CodeNotFound {
		return Principal{}, wrap(op, err)
	}
	newest := subtle.ConstantTimeCompare(sum[:], k.Hash[:])
	before := subtle.ConstantTimeCompare(sum[:], k.OldHash[:])
	if !known || newest|before == 0 {
		return Principal{}, unauthorized(op, "there is no such key", "compare it with what was shown when it was made")
	}
	now := s.clock()
	if err := refuseState(op, &k.Key, now); err != nil {
		return Principal{}, err
	}
	if newest == 0 && !now.Before(k.OldUntil) {
		return Principal{}, unauthorized(op, "the key was rotated and this is its old secret", "use the new one")
	}
	s.touch(ctx, &k.Key, geo.DateOf(now))
	return k.Principal(), nil
}

// Principal tells who a key makes one, for work that goes on after the request that showed it. A key that is revoked or has expired
// since does none.
func (s *Service) Principal(ctx context.Context, prefix string) (Principal, error) {
	const op = "read key"
	k, err := s.store.AccessKey(ctx, prefix)
	if registry.CodeOf(err) == registry.CodeNotFound {
		return Principal{}, unauthorized(op, "there is no such key", "ask the operator for another")
	}
	if err != nil {
		return Principal{}, wrap(op, err)
	}
	if err := refuseState(op, &k.Key, s.clock()); err != nil {
		return Principal{}, err
	}
	return k.Principal(), nil
}

func refuseState(op string, k *Key, now time.Time) error {
	switch k.StateAt(now) {
	case StateRevoked:
		return unauthorized(op, "the key was revoked", "ask the operator for another")
	case StateExpired:
		return unauthorized(op, "the key has expired", "ask the operator for another")
	}
	return nil
}

// touch records that a key was used that day, once, and from one of many requests that come together. A request is not refused
// because that could not be written (the disk is full, the writer overloaded): the day is a hint for the operator, not evidence.
func (s *Service) touch(ctx context.Context, k *Key, today geo.Date) {
	if k.LastUsed >= today {
		return
	}
	s.mu.Lock()
	mine := s.used[k.Prefix] < today
	if mine {
		s.used[k.Prefix] = today
	}
	s.mu.Unlock()
	if mine {
		_ = s.store.UpdateAccess(ctx, func(w Writer) error { return w.TouchAccessKey(k.Prefix, today) })
	}
}

func unauthorized(op, message, hint string) error {
	return &registry.Error{Code: registry.CodeUnauthorized, Op: op, Message: message, Hint: hint}
}

// wrap puts the operation in front of an error of the domain; others, such as those of a context, stay what they are.
func wrap(op string, err error) error {
	if e, ok := errors.AsType[*registry.Error](err); ok {
		named := *e
		named.Op = op
		return &named
	}
	return err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
