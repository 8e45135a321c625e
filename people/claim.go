package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// The limits of claiming.
const (
	InvitationLife  = 30 * 24 * time.Hour
	InvitationTries = 5                  // wrong ones; then the secret is dead
	ClaimWait       = 7 * 24 * time.Hour // before a registrar may give a held address to another
	claimsKept      = 90 * 24 * time.Hour
)

// Invitation lets whoever has its secret claim an address. There is at most one for each address.
type Invitation struct {
	Code      addresscode.Code
	Hash      [32]byte // of the secret: see secretHash
	CreatedBy string   // Actor.Name
	CreatedAt time.Time
	ExpiresAt time.Time
	TriesLeft int
}

// ClaimStatus is what became of a claim.
type ClaimStatus string

// The states of a claim. One of an address that nobody holds succeeds at once and is not kept.
const (
	ClaimPending   ClaimStatus = "pending"   // waits for the registrar
	ClaimConfirmed ClaimStatus = "confirmed" // the token waits to be collected
	ClaimRefused   ClaimStatus = "refused"
	ClaimSucceeded ClaimStatus = "succeeded" // the token was handed out
)

// Claim is one of an address that another household holds, from its secret on.
type Claim struct {
	ID              string
	Code            addresscode.Code
	Status          ClaimStatus
	Holder          string // the household that held the address; "" when it is deleted since
	Mover           string // the household that wants to move there; "" for a new one
	Carry           Carry  // what goes along with it
	ReceiptHash     [32]byte
	Household       string    // that got the address; "" before
	ObjectedAt      time.Time // zero while the holder has not objected
	SealedObjection []byte    // its note, encrypted with its key; nil for none
	Reason          string    // of a refusal; "" for none
	CreatedAt       time.Time
	DecideAfter     time.Time
	DecidedAt       time.Time // zero while it is pending
}

// Carry is what a household ticked to take along to its new home. Everything else ends.
type Carry struct {
	Aliases  []string  `json:"aliases,omitempty"` // ids
	Consents []Purpose `json:"consents,omitempty"`
}

// ClaimOutcome is a claim as it is answered.
type ClaimOutcome struct {
	Claim
	Token     string // of the household; "" but the one time that it is handed out
	Receipt   string // "" but the one time that it is handed out
	Objection string // the note of the holder; "" unless a registrar asks
}

// ClaimReader reads invitations and claims. Not found is *registry.Error with CodeNotFound.
type ClaimReader interface {
	Invitation(code addresscode.Code) (*Invitation, error)
	Claim(id string) (*Claim, error)
	// PendingClaims returns those after a place in the order of creation and id.
	PendingClaims(afterAt time.Time, afterID string, limit int) ([]Claim, error)
	PendingClaimsOf(code addresscode.Code) ([]Claim, error)
	// ClaimsAgainst returns the claims of the address that a household holds or held, oldest first.
	ClaimsAgainst(holder string) ([]Claim, error)
}

// ClaimWriter writes them.
type ClaimWriter interface {
	PutInvitation(i *Invitation) error // in place of an earlier one
	DeleteInvitation(code addresscode.Code) error
	InsertClaim(c *Claim) error
	UpdateClaim(c *Claim) error
	// ForgetClaims removes claims that were decided, and invitations that expired, before a time.
	ForgetClaims(before time.Time) error
}

// Invite makes the secret with which the household at an address can claim it, in place of an earlier secret. It is
// returned once and kept as a hash. Errors: CodeNotRegistered, CodeForbidden outside the actor's area, CodeInvalid for an
// address that takes no household.
func (s *Service) Invite(ctx context.Context, by registry.Actor, code addresscode.Code) (addresscode.Secret, *Invitation, error) {
	a, err := s.addressFor(ctx, by, code)
	if err != nil {
		return addresscode.Secret{}, nil, err
	}
	if !claimable(a) {
		return addresscode.Secret{}, nil, &registry.Error{Code: registry.CodeInvalid, Field: "code",
			Message: "the address is retired or protected: no household can claim it", Hint: "invite to another address"}
	}
	secret, err := addresscode.NewSecret(rand.Reader)
	if err != nil {
		return addresscode.Secret{}, nil, err
	}
	now := s.now()
	i := &Invitation{
		Code: code, Hash: secretHash(code, secret), CreatedBy: by.Name, CreatedAt: now, ExpiresAt: now.Add(InvitationLife), TriesLeft: InvitationTries,
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if err := w.ForgetClaims(now.Add(-claimsKept)); err != nil {
			return err
		}
		if err := w.PutInvitation(i); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, now, "claim.invited", code.String()))
	})
	if err != nil {
		return addresscode.Secret{}, nil, err
	}
	return secret, i, nil
}

// secretHash binds a secret to its address. It needs no salt and no slow hash: 80 random bits are out of reach of guessing.
func secretHash(code addresscode.Code, secret addresscode.Secret) [32]byte {
	return sha256.Sum256([]byte("claim/" + code.Compact() + "/" + secret.Reveal()))
}

// addressFor reads an address in the area of an actor. A protected one outside of it is not registered.
func (s *Service) addressFor(ctx context.Context, by registry.Actor, code addresscode.Code) (*registry.Address, error) {
	a, err := s.addresses.AddressFor(ctx, registry.Sight{Protected: by.Area}, code)
	if err != nil {
		return nil, err
	}
	if by.Area != nil && !by.Area.Holds(a.Commune) {
		return nil, &registry.Error{Code: registry.CodeForbidden, Message: "the address lies outside the communes of this key",
			Hint: "ask the registrar of that commune, or a key for it"}
	}
	return a, nil
}

// claimable reports whether a household may hold an address.
func claimable(a *registry.Address) bool {
	return a.Status == registry.StatusActive && !a.HasFlag(registry.FlagProtected)
}

// entry is a line of the journal about a household or an address. detail is a name and a value, such as alias and its id, or
// nothing.
func entry(by registry.Actor, at time.Time, action, subject string, detail ...string) registry.Entry {
	e := registry.Entry{At: at, Actor: by.Name, Action: action, Subject: subject}
	if len(detail) == 2 {
		text, _ := json.Marshal(map[string]string{detail[0]: detail[1]}) // never fails for texts
		e.Detail = string(text)
	}
	return e
}

// errClaimRefused is one answer for a wrong secret, an expired, dead or used one, and an address that is unknown, retired or
// protected.
func errClaimRefused() error {
	return &registry.Error{Code: registry.CodeClaimRefused, Message: "the address cannot be claimed with this secret",
		Hint: fmt.Sprintf("compare each symbol with the letter; after %d wrong tries, or %d days, ask the registrar of the commune for a new one",
			InvitationTries, int(InvitationLife.Hours()/24))}
}

func errNoClaim() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "there is no such claim"}
}

func errDecided(c *Claim) error {
	return &registry.Error{Code: registry.CodeVersionConflict, Message: fmt.Sprintf("the claim is %s already", c.Status),
		Hint: "invite to the address anew if that was wrong"}
}
