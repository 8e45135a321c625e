package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

// actorPurge is who deletes what is past its time.
var actorPurge = registry.Actor{Name: "purge"}

// keepPeople opens what is kept of people and deletes daily what is past its time. stop ends that and closes the keys.
func (m *Main) keepPeople(ctx context.Context, db *database, log *slog.Logger) (service *people.Service, stop func() error, err error) {
	service, keys, err := m.openPeople(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	if keyless, err := service.Keyless(ctx); err != nil {
		return nil, nil, errors.Join(err, keys.Close())
	} else if len(keyless) > 0 {
		log.Warn("households without a key: a restored registry knows some that were deleted, or people_keys names the wrong file; see `diachiso people destroy --help`",
			"households", len(keyless))
	}
	running, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { purgePeople(running, service, log) })
	return service, func() error {
		cancel()
		wait.Wait()
		return keys.Close()
	}, nil
}

// purgePeople purges at once and then daily until ctx ends.
func purgePeople(ctx context.Context, service *people.Service, log *slog.Logger) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		deleted, expired, err := service.Purge(ctx, actorPurge)
		if err != nil && ctx.Err() == nil {
			log.Warn("what is kept of people and is past its time was not deleted", "error", err)
		}
		if deleted+expired > 0 {
			log.Info("deleted what is kept of people and was past its time", "households", deleted, "copies_of_keys", expired)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
