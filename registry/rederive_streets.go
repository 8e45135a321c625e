package registry

import (
	"context"
	"slices"
)

// rederiveStreets derives the communes of the map's streets anew. They are reference data: the journal is not told, and the import that
// brought a street still takes it away.
func (s *Service) rederiveStreets(ctx context.Context) error {
	var dataset, source string
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, stale := 0, false
		lastDataset, lastSource := dataset, source
		err := s.store.View(ctx, func(r Reader) error {
			n, stale = 0, false
			return r.StreetsAfter(dataset, source, func(_ int64, st *Street) bool {
				n++
				stale = stale || s.moved(st)
				lastDataset, lastSource = st.Dataset, st.Source
				return n < batchSize
			})
		})
		if err != nil {
			return err
		}
		if stale {
			if err := s.store.Update(ctx, func(w Writer) error { return s.moveStreets(w, dataset, source) }); err != nil {
				return err
			}
		}
		if n < batchSize {
			return nil
		}
		dataset, source = lastDataset, lastSource
	}
}

// moveStreets puts the next batch of streets where they belong.
func (s *Service) moveStreets(w Writer, dataset, source string) error {
	stale := map[int64][]Street{} // by import
	n := 0
	if err := w.StreetsAfter(dataset, source, func(importID int64, st *Street) bool {
		n++
		if s.moved(st) {
			stale[importID] = append(stale[importID], *st)
		}
		return n < batchSize
	}); err != nil {
		return err
	}
	for importID, streets := range stale {
		if _, err := w.PutStreets(importID, streets); err != nil {
			return err
		}
	}
	return nil
}

// moved gives a street the stretches it has by the boundaries of today, and reports whether its communes have changed. A street that no
// commune has any more keeps what it had.
func (s *Service) moved(st *Street) bool {
	now := s.stretchesOf(st.Lines)
	if len(now) == 0 || slices.EqualFunc(now, st.Stretches, func(a, b Stretch) bool { return a.Commune == b.Commune }) {
		return false
	}
	st.Stretches = now
	return true
}
