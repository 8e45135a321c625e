package people

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// The kinds of keyed hashes.
const (
	hashPhone = "phone"
	hashName  = "name"
)

const (
	maxHits   = 20  // of a search: whoever has more of a name should ask for a phone
	maxLooked = 200 // of one hash in the whole country
)

// index makes a household found by these people and nobody else. The hashes are beside the keys, not in the registry:
// no backup of the registry has them, and they go with the key.
func (s *Service) index(ctx context.Context, id string, people []Person) error {
	var hashes [][]byte
	for _, p := range people {
		for kind, text := range map[string]string{hashPhone: p.Phone, hashName: vntext.Fold(p.Name)} {
			if text == "" {
				continue
			}
			hash, err := s.vault.Hash(kind, text)
			if err != nil {
				return err
			}
			hashes = append(hashes, hash)
		}
	}
	err := s.vault.SetHashes(ctx, id, hashes)
	if errors.Is(err, vault.ErrNoKey) {
		return errDeleted()
	}
	return err
}

// Search returns the households in the actor's area that have exactly this phone, or this name without regard to case
// and diacritics, and hold their address now. Give one of the two. The journal has each search and each household found;
// no household outside of the area is told of. Those who restricted the use of their data are not found.
func (s *Service) Search(ctx context.Context, by registry.Actor, phone, name string) ([]Household, error) {
	kind, text := hashName, vntext.Fold(name)
	switch {
	case (phone == "") == (text == ""):
		return nil, invalid("phone", "a search is for a phone or for a name", "give one of the two")
	case phone != "":
		national, ok := plainPhone(phone)
		if !ok {
			return nil, invalid("phone", "this is no telephone number", "give 8 to 15 digits, such as 0912 345 678")
		}
		kind, text = hashPhone, national
	}
	hash, err := s.vault.Hash(kind, text)
	if err != nil {
		return nil, err
	}
	ids, err := s.vault.Find(ctx, hash, maxLooked)
	if err != nil {
		return nil, err
	}
	var hits []Household
	for _, id := range ids {
		h, err := s.hit(ctx, by, id, kind, text)
		if err != nil {
			return nil, err
		}
		if h != nil && len(hits) < maxHits {
			hits = append(hits, *h)
		}
	}
	now := s.now()
	lines := []registry.Entry{entry(by, now, "household.searched", "", "hits", strconv.Itoa(len(hits)))}
	for _, h := range hits {
		lines = append(lines, entry(by, now, "household.found", h.ID, "purpose", "search by "+kind))
	}
	return hits, s.record(ctx, lines...)
}

// hit is the household if the actor may know of it and it still is as the hash says, nil otherwise.
func (s *Service) hit(ctx context.Context, by registry.Actor, id, kind, text string) (*Household, error) {
	h, people, err := s.readHousehold(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil || !h.IsCurrent() || !h.Restricted.IsZero() {
		return nil, err
	}
	a, err := s.addresses.Address(ctx, h.Code)
	if err != nil {
		return nil, err
	}
	if by.Area != nil && !by.Area.Holds(a.Commune) {
		return nil, nil
	}
	if !slices.ContainsFunc(people, func(p Person) bool {
		return kind == hashPhone && p.Phone == text || kind == hashName && vntext.Fold(p.Name) == text
	}) {
		return nil, nil
	}
	return h, nil
}
