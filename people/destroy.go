package people

import (
	"context"
	"slices"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// EndedKept is how long a household whose period ended can still read and take along what is its own.
const EndedKept = 90 * 24 * time.Hour

// Delete destroys a household for ever: its key, the hashes it is found by, and all its rows. Backups keep only what
// nothing can read. The address and its code stay; no person is in them. by is the household itself, or an operator who
// carries out an order (which the reason names). *registry.Error CodeNotFound when nothing of it is left.
func (s *Service) Delete(ctx context.Context, by registry.Actor, id, reason string) (time.Time, error) {
	now := s.now()
	held, err := s.vault.Holds(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if _, err := w.Household(id); isNotFound(err) && len(held) == 0 {
			return errNoHousehold()
		}
		return destroy(w, by, now, id, reason)
	})
	if err != nil {
		return time.Time{}, err
	}
	// The tombstone is on disk: from here on, Start would carry it out after a crash. The caller's patience is no reason to stop.
	return now, s.vault.Destroy(context.WithoutCancel(ctx), id)
}

// destroy takes out the rows; the key has to follow.
func destroy(w Writer, by registry.Actor, now time.Time, id, reason string) error {
	if err := w.DestroyHousehold(id, now); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, "household.deleted", id, "reason", reason))
}

// Reasons of a deletion, as the journal has them.
const (
	ReasonOwnWish = "own_wish"
	ReasonRequest = "request" // answered by a registrar
	ReasonOrder   = "order"   // of an authority
	ReasonEnded   = "ended"   // EndedKept is over
)

// Start carries out again every deletion there ever was: a restored file of keys may have brought keys back, and a crash may
// have come between a tombstone and its key. It returns how many keys that destroyed. Call it before serving.
func (s *Service) Start(ctx context.Context) (destroyed int, err error) {
	var ids []string
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		ids, err = r.Tombstones()
		return err
	})
	if err != nil {
		return 0, err
	}
	held, err := s.vault.Holds(ctx, ids...)
	if err != nil {
		return 0, err
	}
	return len(held), s.vault.Destroy(ctx, held...)
}

// Keyless returns the households without a key: a restored registry brought back what was deleted since its backup, or the
// file of keys is not the one that belongs to the registry. Nothing reads them; they can only be deleted again.
func (s *Service) Keyless(ctx context.Context) (ids []string, err error) {
	err = s.store.ViewPeople(ctx, func(r Reader) error {
		ids, err = r.Households()
		return err
	})
	if err != nil {
		return nil, err
	}
	held, err := s.vault.Holds(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		_, found := slices.BinarySearch(held, id) // both are in order
		return found
	}), nil
}

// Purge deletes the households whose period ended EndedKept ago, and removes copies of the keys that expired. It is for
// once a day.
func (s *Service) Purge(ctx context.Context, by registry.Actor) (deleted, expired int, err error) {
	now := s.now()
	var ids []string
	err = s.store.ViewPeople(ctx, func(r Reader) (err error) {
		ids, err = r.EndedBefore(now.Add(-EndedKept))
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	for _, id := range ids {
		if _, err := s.Delete(ctx, by, id, ReasonEnded); err != nil {
			return deleted, 0, err
		}
		deleted++
	}
	expired, err = s.vault.Expire(ctx, now)
	return deleted, expired, err
}
