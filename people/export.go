package people

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// Export is everything that is kept of a household.
type Export struct {
	Household *Household
	People    []Person
	Consents  []Consent
	Aliases   []ShownAlias
	Requests  []Request
	Journal   []JournalLine // newest first, to the first
	At        time.Time
}

// Export returns everything that is kept of a household. by is the household itself. *registry.Error CodeNotFound.
func (s *Service) Export(ctx context.Context, by registry.Actor, id string) (*Export, error) {
	x := &Export{At: s.now()}
	var err error
	if x.Household, x.People, err = s.readHousehold(ctx, id); err != nil {
		return nil, err
	}
	if x.Consents, err = s.consents(ctx, id); err != nil {
		return nil, err
	}
	if x.Requests, err = s.requests(ctx, id); err != nil {
		return nil, err
	}
	if x.Aliases, err = s.Aliases(ctx, by, id); err != nil {
		return nil, err
	}
	if err := s.record(ctx, entry(by, x.At, "household.exported", id)); err != nil {
		return nil, err
	}
	for before := int64(0); ; {
		page, err := s.journal(ctx, id, before, maxPage)
		if err != nil {
			return nil, err
		}
		x.Journal = append(x.Journal, page...)
		if len(page) < maxPage {
			return x, nil
		}
		before = page[len(page)-1].Seq
	}
}
