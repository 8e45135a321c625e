package people

import (
	"context"
	"errors"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// settle opens the period of a new household at an address, with a key of its own, and ends the period of the one before:
// nothing of that one goes over. check runs first in the same transaction and may refuse. The token is returned once.
func (s *Service) settle(ctx context.Context, by registry.Actor, code addresscode.Code, check func(w Writer, h *Household) error) (h *Household, token string, err error) {
	now, id := s.now(), newID()
	h = &Household{ID: id, Code: code, From: now, Version: 1, UpdatedAt: now}
	if err := s.vault.NewKey(ctx, id); err != nil { // first: a key that opens nothing does no harm, a household without one would
		return nil, "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.vault.Destroy(context.WithoutCancel(ctx), id))
		}
	}()
	token, hash := newToken()
	err = s.store.UpdatePeople(ctx, func(w Writer) error {
		if err := check(w, h); err != nil {
			return err
		}
		before, err := w.CurrentHousehold(code)
		switch {
		case err == nil:
			if err := s.end(w, by, before); err != nil {
				return err
			}
		case !isNotFound(err):
			return err
		}
		if err := w.InsertHousehold(h, hash); err != nil {
			return err
		}
		return w.AppendEntry(entry(by, now, "household.created", h.ID))
	})
	if err != nil {
		return nil, "", err
	}
	return h, token, nil
}

// end ends the period of a household. It still reads and deletes what is its own, until Purge does.
func (s *Service) end(w Writer, by registry.Actor, h *Household) error {
	now := s.now()
	if err := endAliases(w, by, now, h.ID, nil); err != nil {
		return err
	}
	h.To, h.Version, h.UpdatedAt = now, h.Version+1, now
	if err := w.UpdateHousehold(h); err != nil {
		return err
	}
	return w.AppendEntry(entry(by, now, "household.ended", h.ID))
}
