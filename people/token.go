package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/diachiso/diachiso/registry"
)

// TokenPrefix begins every token of a household, so that one can be told from a key and found where it leaked.
const TokenPrefix = "dch_"

const tokenBytes = 20 // 160 bits: out of reach of guessing, so a plain hash keeps them

// newID is 80 random bits: no two are equal, and none says anything.
func newID() string { return rand.Text()[:16] }

func newToken() (token string, hash [32]byte) {
	var secret [tokenBytes]byte
	_, _ = rand.Read(secret[:]) // never fails
	token = TokenPrefix + base32.StdEncoding.EncodeToString(secret[:])
	return token, sha256.Sum256([]byte(token))
}

// Authenticate returns the id of the household of a token; *registry.Error CodeUnauthorized for any other text.
func (s *Service) Authenticate(ctx context.Context, token string) (householdID string, err error) {
	if !strings.HasPrefix(token, TokenPrefix) || len(token) > 100 {
		return "", errToken()
	}
	hash := sha256.Sum256([]byte(token))
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		h, err := r.HouseholdByToken(hash)
		if err == nil {
			householdID = h.ID
		}
		return err
	})
	if err == nil {
		_, err = s.key(ctx, householdID) // a restored registry may know households that were deleted since
	}
	if isNotFound(err) {
		return "", errToken()
	}
	if err != nil {
		return "", err
	}
	return householdID, nil
}

func errToken() error {
	return &registry.Error{Code: registry.CodeUnauthorized, Message: "the token is of no household", Hint: "claim the address anew"}
}
