package main

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"os"
	"strconv"

	_ "github.com/mattn/go-sqlite3" // the driver, to measure what the index takes on disk

	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/internal/loadtest/load"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// startServer runs this program as a server over a database, with the engine or, to see what it costs, without.
func startServer(ctx context.Context, path string, engine bool) (*load.Self, error) {
	return load.StartSelf(ctx, "-serve", path, "-engine="+strconv.FormatBool(engine))
}

// open opens a registered world again, without its truths.
func open(ctx context.Context, path string) (*world, error) {
	data, err := seed.Load()
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	return &world{data: data, store: store, svc: registry.NewService(store, data.Divisions, data.Locator)}, nil
}

// serve is the server's side: it answers until its input ends.
func serve(ctx context.Context, path string, engine bool) (err error) {
	w, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	var geocoder *geocode.Engine
	if engine {
		if err := w.start(ctx); err != nil {
			return err
		}
		geocoder = w.engine
	}
	handler, err := api.New(api.Services{Registry: w.svc, Geocoder: geocoder}, api.Config{Version: "eval", Dev: true, DataVersion: seed.Version, Ready: w.store.Ping}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return err
	}
	return load.Serve(api.NewHTTPServer(handler, ""))
}

// diskSizes are the bytes of the database without the index of names and of the index, both packed.
func diskSizes(ctx context.Context, path, scratch string) (base, index float64, err error) {
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		return 0, 0, err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", scratch)
	if err = errors.Join(err, db.Close()); err != nil {
		return 0, 0, err
	}
	whole, err := os.Stat(scratch)
	if err != nil {
		return 0, 0, err
	}
	db, err = sql.Open("sqlite3", "file:"+scratch)
	if err != nil {
		return 0, 0, err
	}
	_, err = db.ExecContext(ctx, "DROP TABLE named_place_address; DROP TABLE named_place; VACUUM")
	if err = errors.Join(err, db.Close()); err != nil {
		return 0, 0, err
	}
	rest, err := os.Stat(scratch)
	if err != nil {
		return 0, 0, err
	}
	return float64(rest.Size()), float64(whole.Size() - rest.Size()), nil
}
