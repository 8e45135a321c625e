package registry

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// batchSize is how many addresses one transaction of a long run looks at.
const batchSize = 500

// DemoDataset is the dataset of the demonstration quarter: the only one that can be removed.
const DemoDataset = "demo"

// Rederive derives communes of all addresses, and of the map's streets, anew after a change of data; with an event per changed address, in one change set. Each
// batch is a transaction of its own; a run that was cut short is completed by the next, and one with nothing to do changes nothing and
// has no id. Codes and positions never change by it. progress may be nil; it is told how many addresses were looked at.
func (s *Service) Rederive(ctx context.Context, by Actor, progress func(done int64)) (*Changeset, error) {
	const op = "derive communes"
	today := geo.Today()
	set := s.newChangeset(by, ChangesetRederive, ChangesetReport{})
	err := s.inBatches(ctx, progress, func(batch []*Address) error {
		set.Report.Looked += int64(len(batch))
		var stale []addresscode.Code
		for _, a := range batch {
			if after, err := s.rederived(a, today); err != nil {
				return err
			} else if after != nil {
				stale = append(stale, a.Code)
			}
		}
		if len(stale) == 0 {
			return nil
		}
		return s.changeMany(ctx, by, set, stale, func(w Writer, by Actor, before *Address) (*Address, error) {
			after, err := s.rederived(before, today)
			if err != nil || after == nil {
				return nil, err
			}
			return after, s.replace(w, by, ActionRederived, before, after)
		})
	})
	if err == nil {
		err = s.rederiveStreets(ctx)
	}
	if err != nil {
		return nil, domainError(op, err)
	}
	return set, domainError(op, s.finish(ctx, by, set))
}

// rederived returns the address with its commune and remarks of a date, or nil when nothing changed. A commune that the
// caller gave stays while it exists and is near enough. A place that no commune has any more keeps what it had.
func (s *Service) rederived(a *Address, at geo.Date) (*Address, error) {
	given := ""
	if a.HasFlag(FlagCommuneGiven) {
		given = a.Commune
	}
	commune, flags, err := s.communeFor(a.Point(), given, at)
	if given != "" && err != nil {
		switch CodeOf(err) {
		case CodeCommuneMismatch, CodeInvalid:
			commune, flags, err = s.communeFor(a.Point(), "", at)
		}
	}
	if err != nil {
		if CodeOf(domainError("", err)) == CodeInternal {
			return nil, err
		}
		return nil, nil
	}
	if a.HasFlag(FlagSpilled) {
		flags = append(flags, FlagSpilled)
	}
	if a.HasFlag(FlagProtected) {
		flags = append(flags, FlagProtected)
	}
	if commune == a.Commune && slices.Equal(flags, a.Flags) {
		return nil, nil
	}
	after := a.clone()
	after.Commune, after.Flags = commune, flags
	return after, nil
}

// RemoveDataset removes every address of a removable dataset (DemoDataset only), with events. Their codes can be issued
// again, which is why no other dataset can be removed.
func (s *Service) RemoveDataset(ctx context.Context, by Actor, dataset string) (removed int64, err error) {
	const op = "remove dataset"
	if dataset != DemoDataset {
		return 0, &Error{Code: CodeInvalid, Op: op, Field: "dataset", Message: fmt.Sprintf("%q cannot be removed", dataset),
			Hint: "only the dataset " + DemoDataset + " can: a code that was given to a household stays given"}
	}
	s.full.forget()
	defer s.full.forget() // what was learned while codes were being freed
	err = s.inBatches(ctx, nil, func(batch []*Address) error {
		batch = slices.DeleteFunc(batch, func(a *Address) bool { return a.Provenance.Dataset != dataset })
		if len(batch) == 0 {
			return nil
		}
		var written int64
		err := s.store.Update(ctx, func(w Writer) error {
			written = 0
			for _, a := range batch {
				before, err := w.Address(a.Code)
				if isNotFound(err) {
					continue
				}
				if err != nil {
					return err
				}
				event := Event{Code: a.Code, Version: before.Version + 1, Action: ActionRemoved, Actor: by.Name, At: s.clock(), Before: before, Changeset: by.Changeset}
				if err := w.AppendEvent(event); err != nil {
					return err
				}
				if err := w.Remove(a.Code); err != nil {
					return err
				}
				written++
			}
			return nil
		})
		if err == nil {
			removed += written
		}
		return err
	})
	return removed, domainError(op, err)
}

// inBatches hands all addresses to fn in order of place, batchSize at a time, each batch read in a view of its own.
func (s *Service) inBatches(ctx context.Context, progress func(done int64), fn func([]*Address) error) error {
	var next uint64
	var done int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []*Address
		err := s.store.View(ctx, func(r Reader) error {
			batch = nil
			return r.AddressesInRange(next, maxKey, func(a *Address) bool {
				batch = append(batch, a)
				return len(batch) < batchSize
			})
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		next = batch[len(batch)-1].Code.Key() + 1
		done += int64(len(batch))
		last := len(batch) < batchSize
		if err := fn(batch); err != nil {
			return err
		}
		if progress != nil {
			progress(done)
		}
		if last {
			return nil
		}
	}
}

// maxKey is above every key and fits a signed integer of 64 bits.
const maxKey = math.MaxInt64
