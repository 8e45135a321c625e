package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// actorCLI is who changes addresses from the command line.
var actorCLI = registry.Actor{Name: "cli"}

// database is an open registry with the built-in data.
type database struct {
	store *sqlite.Store
	svc   *registry.Service
	data  *seed.Data
}

// openDatabase opens the configured database for reading and writing, creating it where it does not exist, and brings
// it to the built-in data.
func (m *Main) openDatabase(ctx context.Context) (*database, seed.Report, error) {
	if dir := filepath.Dir(m.config.DB); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, seed.Report{}, failure("another place with --db FILE", "create the folder of the database: %w", err)
		}
	}
	db, err := m.open(ctx, sqlite.Options{Logger: m.logger()})
	if err != nil {
		return nil, seed.Report{}, err
	}
	report, err := seed.Apply(ctx, db.svc, nil)
	if err != nil {
		return nil, report, errors.Join(err, db.store.Close())
	}
	return db, report, nil
}

// readDatabase opens the configured database, which must exist, for reading only.
func (m *Main) readDatabase(ctx context.Context) (*database, error) {
	if !m.hasDatabase() {
		return nil, failure("name another with --db FILE, or create it with: diachiso seed", "there is no database %s", m.config.DB)
	}
	return m.open(ctx, sqlite.Options{ReadOnly: true, Logger: m.logger()})
}

func (m *Main) hasDatabase() bool {
	_, err := os.Stat(m.config.DB)
	return !errors.Is(err, fs.ErrNotExist)
}

func (m *Main) open(ctx context.Context, o sqlite.Options) (*database, error) {
	data, err := m.Data()
	if err != nil {
		return nil, fmt.Errorf("load the built-in data: %w", err)
	}
	store, err := m.openStore(ctx, o)
	if err != nil {
		return nil, err
	}
	return &database{store: store, svc: m.service(store, data), data: data}, nil
}

// service is the registry over a store, as the configuration wants it.
func (m *Main) service(store registry.Store, data *seed.Data) *registry.Service {
	var options []registry.Option
	if m.config.Numbers == "mint" {
		options = append(options, registry.WithMinting())
	}
	return registry.NewService(store, data.Divisions, data.Locator, options...)
}

func (m *Main) logger() *slog.Logger { return slog.New(m.logHandler(m.Stderr)) }

func (m *Main) logHandler(w io.Writer) slog.Handler {
	var level slog.Level
	if err := level.UnmarshalText([]byte(m.config.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if m.config.LogFormat == "json" {
		return slog.NewJSONHandler(w, o)
	}
	return slog.NewTextHandler(w, o)
}
