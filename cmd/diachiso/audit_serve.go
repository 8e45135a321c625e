package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/diachiso/diachiso/audit"
)

// lastCheckpointTimeout is how long the checkpoint at a clean stop may take.
const lastCheckpointTimeout = 10 * time.Second

// auditing starts what signs the journal while the server runs. stop ends it with a last checkpoint; it comes after the last
// request and before the store is closed.
func (m *Main) auditing(ctx context.Context, db *database, security audit.Security, log *slog.Logger) (service *audit.Service, stop func(), err error) {
	key, err := m.openAuditKey(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	service = audit.NewService(db.store, audit.Options{Key: key, Anchor: m.config.Anchor, Log: log, Security: security})
	running, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { service.Run(running) })
	return service, func() {
		cancel()
		wait.Wait()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCheckpointTimeout)
		defer cancel()
		if _, err := service.Checkpoint(last); err != nil {
			log.Error("no checkpoint of the journal was made at the end", "error", err)
		}
	}, nil
}

// securityLog opens where security events go: the file that is configured, or a group of the ordinary log.
func (m *Main) securityLog(log *slog.Logger) (security *audit.SecurityLog, end func() error, err error) {
	path := m.config.SecurityLog
	if path == "" {
		return audit.NewSecurityLog(log.WithGroup("security"), time.Now), func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if err != nil {
		return nil, nil, failure("another file with security_log, or none", "open the log of security events: %w", errors.Unwrap(err))
	}
	return audit.NewSecurityLog(slog.New(audit.NewLineHandler(file)), time.Now), file.Close, nil
}
