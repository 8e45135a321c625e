package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	_ "github.com/mattn/go-sqlite3" // database/sql driver of the second baseline

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/internal/loadtest/load"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// startChild runs this program as a server: "bare", "keyed", "real", or "single" (real with a commit per request).
func startChild(ctx context.Context, o options, kind, db string, body int) (*load.Self, error) {
	return load.StartSelf(ctx, "-serve", kind, "-db", db, "-body", strconv.Itoa(body), "-profile", o.profile)
}

// serveUntilParentEnds is the child's side.
func serveUntilParentEnds(ctx context.Context, o options) (err error) {
	handler, closeStore, err := handlerOf(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	if o.profile != "" {
		// The real server is started twice: for reading and, on a copy of the database, for assigning.
		name := o.serve + "-" + strings.TrimSuffix(filepath.Base(o.db), ".db") + ".pprof"
		file, err := os.Create(filepath.Join(o.profile, name))
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return load.Serve(api.NewHTTPServer(handler, ""))
}

func handlerOf(ctx context.Context, o options) (http.Handler, func() error, error) {
	switch o.serve {
	case "bare":
		body := jsonOfSize(o.body)
		e := echo.New()
		e.GET("/v1/addresses/:code", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, body) })
		return e, func() error { return nil }, nil
	case "keyed":
		return keyedHandler(ctx, o.db)
	case "real", "single":
		return realHandler(ctx, o.db, sqlite.Options{CommitPerRequest: o.serve == "single"})
	}
	return nil, nil, fmt.Errorf("there is no server %q", o.serve)
}

func keyedHandler(ctx context.Context, path string) (http.Handler, func() error, error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_query_only=true")
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	read, err := db.PrepareContext(ctx, "SELECT body FROM answers WHERE key = ?")
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	e := echo.New()
	e.GET("/v1/addresses/:code", func(c echo.Context) error {
		code, err := addresscode.ParseStrict(c.Param("code"))
		if err != nil {
			return err
		}
		var body []byte
		if err := read.QueryRowContext(c.Request().Context(), int64(code.Key())).Scan(&body); err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, body)
	})
	return e, db.Close, nil
}

// realHandler is the product as `diachiso serve` runs it; its log is written and thrown away.
func realHandler(ctx context.Context, path string, o sqlite.Options) (http.Handler, func() error, error) {
	data, err := seed.Load()
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlite.Open(ctx, path, o)
	if err != nil {
		return nil, nil, err
	}
	svc := registry.NewService(store, data.Divisions, data.Locator)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	engine, err := geocode.NewEngine(ctx, svc, store)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	server, err := api.New(api.Services{Registry: svc, Geocoder: engine}, api.Config{Version: "loadtest", Dev: true, DataVersion: seed.Version, Ready: store.Ping}, log)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return server, store.Close, nil
}
