package access

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Key is an API key as everybody may see it who manages keys: without its secret.
type Key struct {
	Prefix    string // what names it
	Name      string // whose it is, in the words of whoever made it
	Role      Role
	Communes  []string // as in Principal
	Provinces []string
	CreatedBy string // Actor.Name
	CreatedAt time.Time
	IssuedAt  time.Time // of its newest secret
	ExpiresAt time.Time
	OldUntil  time.Time // the secret before the newest is valid until then; zero when it was never rotated
	RevokedAt time.Time // zero while it is not revoked
	LastUsed  geo.Date  // 0 never
}

// Principal is who holds the key.
func (k *Key) Principal() Principal {
	return Principal{Role: k.Role, ID: k.Prefix, Communes: k.Communes, Provinces: k.Provinces}
}

// State of a key.
type State string

const (
	StateValid   State = "valid"
	StateExpired State = "expired"
	StateRevoked State = "revoked"
)

// StateAt is the state of the key at an instant.
func (k *Key) StateAt(now time.Time) State {
	switch {
	case !k.RevokedAt.IsZero():
		return StateRevoked
	case !now.Before(k.ExpiresAt):
		return StateExpired
	}
	return StateValid
}

// KeyRecord is a key as it is stored.
type KeyRecord struct {
	Key
	Hash    digest
	OldHash digest // of the secret before, until OldUntil; zero without one
}

// NewKey is what a key is made of.
type NewKey struct {
	Role      Role
	Name      string        // may be empty
	Communes  []string      // codes of today; only for registrars
	Provinces []string      // codes of today, whole; only for registrars, who write in the whole country without either
	Expires   time.Duration // from now; 0 is a year, and 90 days for an admin
	Secret    string        // of NewSecret, where the text has to exist before the key does; "" makes one
}

const (
	day            = 24 * time.Hour
	defaultExpiry  = 365 * day
	adminExpiry    = 90 * day
	maxExpiry      = 2 * 365 * day // a key that nobody renews in two years is a forgotten one
	maxName        = 100           // characters
	maxAreas       = 500           // communes and provinces of a key
	maxOverlap     = 30 * day
	DefaultOverlap = day // for how long RotateKey's callers usually keep the old secret
)

// KeyRoles are the roles that keys have.
func KeyRoles() []Role {
	return []Role{RoleMerchant, RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}
}

func (n *NewKey) validate(divisions *geo.Divisions, today geo.Date) error {
	if !slices.Contains(KeyRoles(), n.Role) {
		return invalid("role", fmt.Sprintf("there are no keys of the role %q", string(n.Role)), "one of "+joinRoles(KeyRoles()))
	}
	if err := validateName(n.Name); err != nil {
		return err
	}
	if n.Expires < 0 || n.Expires > maxExpiry {
		return invalid("expires", "a key lives from now to two years at most", "rotate it before it ends; that prolongs it")
	}
	if n.Role != RoleRegistrar && len(n.Communes)+len(n.Provinces) > 0 {
		return invalid("communes", "only the key of a registrar has communes or provinces", "leave them out, or make it a registrar's key")
	}
	if len(n.Communes)+len(n.Provinces) > maxAreas {
		return invalid("communes", fmt.Sprintf("a key has at most %d communes and provinces", maxAreas), "name whole provinces")
	}
	for _, list := range []struct {
		field string
		level geo.Level
		codes []string
	}{{"communes", geo.LevelCommune, n.Communes}, {"provinces", geo.LevelProvince, n.Provinces}} {
		for _, code := range list.codes {
			if len(code) != list.level.CodeDigits() {
				return invalid(list.field, fmt.Sprintf("the code of a %s has %d digits", list.level, list.level.CodeDigits()), "search for it with: diachiso locate LAT LON")
			}
			if _, err := divisions.Get(list.level, code, today); err != nil {
				return invalid(list.field, fmt.Sprintf("there is no %s %s today", list.level, code), "give the code that it has since 2025-07-01: diachiso convert")
			}
		}
	}
	return nil
}

// validateName keeps out what would break a line of a list or of a log.
func validateName(name string) error {
	unfit := func(r rune) bool { return !unicode.IsPrint(r) }
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unfit) {
		return invalid("name", fmt.Sprintf("a name is one line of at most %d printable characters", maxName), "shorten it")
	}
	return nil
}

// key is the record of a valid NewKey.
func (n *NewKey) key(by, prefix string, sum digest, now time.Time) KeyRecord {
	expires := n.Expires
	if expires == 0 {
		expires = defaultExpiry
		if n.Role == RoleAdmin {
			expires = adminExpiry
		}
	}
	return KeyRecord{Hash: sum, Key: Key{
		Prefix: prefix, Name: strings.TrimSpace(n.Name), Role: n.Role,
		Communes: distinct(n.Communes), Provinces: distinct(n.Provinces),
		CreatedBy: by, CreatedAt: now, IssuedAt: now, ExpiresAt: now.Add(expires),
	}}
}

func distinct(codes []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(codes)))
}

func joinRoles(roles []Role) string {
	texts := make([]string, len(roles))
	for i, r := range roles {
		texts[i] = string(r)
	}
	return strings.Join(texts, ", ")
}

func invalid(field, message, hint string) error {
	return &registry.Error{Code: registry.CodeInvalid, Field: field, Message: message, Hint: hint}
}

// detail is the Detail of an entry in the journal. The name of a key is left out: it may be a person's.
func detail(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write the detail of an entry: %w", err)
	}
	return string(text), nil
}
