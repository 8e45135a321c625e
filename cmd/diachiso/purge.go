package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// purgeEvery is how often a server deletes what is past its time.
const purgeEvery = 24 * time.Hour

// purging deletes what is past its time, at once and then daily. stop ends it and waits until it has ended.
func (db *database) purging(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(purgeEvery)
		defer ticker.Stop()
		for {
			db.purge(ctx, log)
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

func (db *database) purge(ctx context.Context, log *slog.Logger) {
	purged, err := db.svc.Purge(ctx, time.Now())
	if err != nil && ctx.Err() == nil {
		log.Warn("what is past its time was not deleted", "error", err)
	}
	if purged != (registry.Purged{}) {
		log.Info("deleted what was past its time", "proposals", purged.Proposals, "observations", purged.Observations,
			"reviews", purged.Reviews, "idempotency_keys", purged.IdempotencyKeys)
	}
}
