package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/registry"
)

// metaPlaces names the state of the named places in meta: the version of their rules, and while they are being built the
// key of the address up to which they are, as in "1@4398046511".
const metaPlaces = "named_places"

// placeBatch is how many addresses one transaction of a build takes in.
const placeBatch = 10_000

const allPlacesDone = math.MaxInt64

// loadPlaceProgress reads how far the named places are built.
func (c *conn) loadPlaceProgress(b *placeBook) error {
	state, err := (&reader{ctx: context.Background(), c: c}).Meta(metaPlaces)
	if err != nil {
		return err
	}
	b.done = placeProgress(state)
	return nil
}

// placeProgress is the key up to which the places are built; -1 when they have to be emptied first.
func placeProgress(state string) int64 {
	version, key, building := strings.Cut(state, "@")
	if version != registry.PlaceRefVersion {
		return -1
	}
	if !building {
		return allPlacesDone
	}
	done, err := strconv.ParseInt(key, 10, 64)
	if err != nil || done < 0 {
		return -1
	}
	return done
}

// RebuildNamedPlaces empties the named places and derives them anew, batch by batch. Searches find less until it has ended.
func (s *Store) RebuildNamedPlaces(ctx context.Context, progress func(done int64)) error {
	if err := s.emptyNamedPlaces(ctx); err != nil {
		return err
	}
	return s.buildNamedPlaces(ctx, 0, progress)
}

// completeNamedPlaces builds what is missing: a database that had addresses before there were named places, rules that have
// changed, a build that was cut short.
func (s *Store) completeNamedPlaces(ctx context.Context, progress func(done int64)) error {
	var state string
	if err := s.View(ctx, func(r registry.Reader) (err error) {
		state, err = r.Meta(metaPlaces)
		return err
	}); err != nil {
		return err
	}
	switch done := placeProgress(state); {
	case done == allPlacesDone:
		return nil
	case done >= 0:
		return s.buildNamedPlaces(ctx, done, progress)
	}
	return s.RebuildNamedPlaces(ctx, progress)
}

func (s *Store) emptyNamedPlaces(ctx context.Context) error {
	return s.Update(ctx, func(w registry.Writer) error {
		own := w.(*writer)
		for _, id := range [...]statement{stmtEmptyPlaceAddresses, stmtEmptyPlaces} {
			if err := own.c.exec(id); err != nil {
				return failure("empty named places", err)
			}
		}
		clear(own.places.update)
		own.places.emptied = true
		return own.setPlaceProgress(0)
	})
}

func (w *writer) setPlaceProgress(done int64) error {
	state := registry.PlaceRefVersion
	if done != allPlacesDone {
		state = fmt.Sprintf("%s@%d", registry.PlaceRefVersion, done)
	}
	if err := w.SetMeta(metaPlaces, state); err != nil {
		return err
	}
	w.places.done = done
	return nil
}

// buildNamedPlaces takes in the addresses after the key done.
func (s *Store) buildNamedPlaces(ctx context.Context, done int64, progress func(done int64)) error {
	total := int64(0)
	for done != allPlacesDone {
		var taken int64
		var reached int64
		err := s.Update(ctx, func(w registry.Writer) (err error) {
			taken, reached, err = w.(*writer).takeInPlaces(done)
			return err
		})
		if err != nil {
			return err
		}
		done = reached
		total += taken
		if progress != nil {
			progress(total)
		}
	}
	if total > 0 {
		s.log.Info("named places built", "addresses", total)
	}
	return nil
}

// takeInPlaces puts the next addresses after the key done into their places and says how far it came.
func (w *writer) takeInPlaces(done int64) (taken, reached int64, err error) {
	w.places.done = allPlacesDone // so that enterPlaces takes them
	reached = done
	var refused error
	err = w.AddressesInRange(uint64(done)+1, allPlacesDone, func(a *registry.Address) bool {
		reached = int64(a.Code.Key())
		refused = w.enterPlaces(a, reached)
		taken++
		return refused == nil && taken < placeBatch
	})
	if err = errors.Join(err, refused); err != nil {
		return 0, 0, failure("build named places", err)
	}
	if taken < placeBatch {
		reached = allPlacesDone
	}
	return taken, reached, w.setPlaceProgress(reached)
}
