package sqlite

import (
	"context"
	"strconv"

	"github.com/diachiso/diachiso/registry"
)

// metaChain names in meta the last event that was given its link by completeJournal.
const metaChain = "journal_chain"

// chainBatch is how many events one transaction of completeJournal links.
const chainBatch = 10_000

// completeJournal gives the events their links that were there before the journal had a chain. A run that was cut short is
// completed when the store is opened again. What they tell is taken as it stands: the chain protects it from now on.
func (s *Store) completeJournal(ctx context.Context) error {
	linked := true
	if err := s.View(ctx, func(r registry.Reader) error {
		c := r.(*reader).c
		ok, err := c.one(stmtLastEvent, 2)
		linked = !ok || c.dest[1] != nil
		return failure("open database", err)
	}); err != nil || linked {
		return err
	}
	total := int64(0)
	for {
		var done int64
		err := s.Update(ctx, func(w registry.Writer) (err error) {
			done, err = w.(*writer).linkEvents(chainBatch)
			return err
		})
		if err != nil {
			return err
		}
		total += done
		if done < chainBatch {
			break
		}
		s.log.Info("chaining the journal", "lines", total)
	}
	s.log.Info("journal chained", "lines", total)
	return nil
}

// linkEvents goes over the next lines, at most so many, links the events without a link and says how many lines there were.
func (w *writer) linkEvents(most int) (done int64, err error) {
	const op = "chain the journal"
	state, err := w.Meta(metaChain)
	if err != nil {
		return 0, err
	}
	var chain registry.Chain
	if state != "" {
		if chain.Seq, err = strconv.ParseInt(state, 10, 64); err != nil {
			return 0, damaged(op, "meta "+metaChain+" is no number")
		}
		// The line before the first that is still to do has its link.
		if err := w.Journal(chain.Seq-1, func(l registry.JournalLine) bool {
			chain.Link = l.Link
			return false
		}); err != nil {
			return 0, err
		}
	}
	type linked struct {
		seq  int64
		link registry.Link
	}
	var batch []linked
	if err := w.Journal(chain.Seq, func(l registry.JournalLine) bool {
		done++
		if l.Link == (registry.Link{}) && l.Event != nil {
			chain.Seq = l.Seq - 1
			chain.AddEvent(l.Event)
			batch = append(batch, linked{chain.Seq, chain.Link})
		} else {
			chain.Seq, chain.Link = l.Seq, l.Link
		}
		return done < int64(most)
	}); err != nil || done == 0 {
		return 0, err
	}
	for _, l := range batch {
		if err := w.c.exec(stmtSetEventLink, l.link[:], l.seq); err != nil {
			return 0, failure(op, err)
		}
	}
	return done, w.SetMeta(metaChain, strconv.FormatInt(chain.Seq, 10))
}
