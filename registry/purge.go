package registry

import (
	"context"
	"time"
)

// IdempotencyLife is how long an idempotency key is remembered.
const IdempotencyLife = 30 * 24 * time.Hour

// purgeBatch is how many rows of a kind one transaction deletes.
const purgeBatch = 500

// Purged counts what Purge deleted.
type Purged struct {
	Proposals       int
	Observations    int
	Reviews         int
	IdempotencyKeys int
}

// Purge deletes, for good, what is past its time at now: proposals, observations, closed reviews, idempotency keys. Until it
// runs, the clock alone hides them. Each batch is a transaction of its own with its entries; a run that was cut short is completed by the
// next. It is to be called at start and daily.
func (s *Service) Purge(ctx context.Context, now time.Time) (Purged, error) {
	const op = "purge"
	var total Purged
	for {
		var batch Purged
		err := s.store.Update(ctx, func(w Writer) (err error) {
			batch, err = purgeSome(w, now)
			return err
		})
		if err != nil {
			return total, domainError(op, err)
		}
		total.Proposals += batch.Proposals
		total.Observations += batch.Observations
		total.Reviews += batch.Reviews
		total.IdempotencyKeys += batch.IdempotencyKeys
		if max(batch.Proposals, batch.Observations, batch.Reviews, batch.IdempotencyKeys) < purgeBatch {
			return total, nil
		}
	}
}

func purgeSome(w Writer, now time.Time) (Purged, error) {
	const actor = "purge"
	ended, err := w.ProposalsKeptUntil(now, purgeBatch)
	if err != nil {
		return Purged{}, err
	}
	for _, p := range ended {
		if p.Status == ProposalOpen {
			if err := w.AppendEntry(Entry{At: now, Actor: actor, Action: "proposal.expired", Subject: p.subject()}); err != nil {
				return Purged{}, err
			}
		}
		if err := w.RemoveProposal(p.ID); err != nil {
			return Purged{}, err
		}
	}
	done := Purged{Proposals: len(ended)}
	if done.Observations, err = w.PurgeObservations(now.Add(-ObservationLife), purgeBatch); err != nil {
		return Purged{}, err
	}
	if done.Reviews, err = w.PurgeReviews(now.Add(-ReviewLife), purgeBatch); err != nil {
		return Purged{}, err
	}
	if done.IdempotencyKeys, err = w.PurgeIdempotency(now.Add(-IdempotencyLife), purgeBatch); err != nil {
		return Purged{}, err
	}
	if done == (Purged{}) {
		return done, nil
	}
	return done, w.AppendEntry(Entry{At: now, Actor: actor, Action: "registry.purged", Subject: "registry", Detail: detail(
		"proposals", done.Proposals, "observations", done.Observations, "reviews", done.Reviews, "idempotency_keys", done.IdempotencyKeys)})
}
