package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/importer"
	"github.com/diachiso/diachiso/internal/synth"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// truth is a registered address: what a query derived from it should find.
type truth struct {
	code       addresscode.Code
	components registry.Components
	commune    *geo.Division // today's
	point      geo.Point
}

// world is a filled registry with the engine over it.
type world struct {
	data      *seed.Data
	store     *sqlite.Store
	svc       *registry.Service
	engine    *geocode.Engine
	truths    []truth
	synthetic int
	real      int
	names     map[string]bool // folded names of streets, hamlets, buildings and communes: a typo must not make another one
	called    map[string][]int32
}

const (
	batch   = 5000               // addresses of one transaction
	lastOld = geo.Date(20250630) // the last day of the old divisions
)

// build registers n synthetic addresses and the real ones of the folder shared ("" or absent: none) in a new database.
func build(ctx context.Context, path string, n int, shared string, say func(string, ...any)) (_ *world, err error) {
	w, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if _, err := seed.Apply(ctx, w.svc, nil); err != nil {
		return nil, err
	}
	if err := w.addReal(ctx, shared, say); err != nil {
		return nil, err
	}
	w.real = len(w.truths)
	if err := w.addSynthetic(ctx, n); err != nil {
		return nil, err
	}
	w.synthetic = len(w.truths) - w.real
	w.index()
	return w, nil
}

// start builds the engine over what is registered.
func (w *world) start(ctx context.Context) (err error) {
	w.engine, err = geocode.NewEngine(ctx, w.svc, w.store)
	return err
}

func (w *world) close() error { return w.store.Close() }

func (w *world) addSynthetic(ctx context.Context, n int) error {
	houses, err := synth.Generate(w.data, n, 2026)
	if err != nil {
		return err
	}
	requests := make([]registry.AssignRequest, 0, batch)
	for part := range slices.Chunk(houses, batch) {
		requests = requests[:0]
		for _, h := range part {
			requests = append(requests, registry.AssignRequest{
				Positions:   []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: h.Point, Source: geo.SourceSurvey}}},
				Components:  h.Components,
				OnDuplicate: registry.AllowDuplicate,
				Provenance:  registry.Provenance{Dataset: "eval"},
			})
		}
		answers, err := w.svc.AssignMany(ctx, registry.Actor{Name: "eval"}, requests)
		if err != nil {
			return err
		}
		for _, a := range answers {
			if a.Err == nil { // a full cell loses a house or two
				w.learn(a.Address)
			}
		}
	}
	return nil
}

// addReal imports the real addresses of the source data.
func (w *world) addReal(ctx context.Context, shared string, say func(string, ...any)) error {
	var files []string
	for _, pattern := range []string{"data/osm/*.osm.pbf", "data/addresses/osm_addresses_hn_hcm.csv"} {
		found, err := filepath.Glob(filepath.Join(shared, pattern))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	if shared == "" || len(files) == 0 {
		say("no source data in %q: synthetic addresses only", shared)
		return nil
	}
	for _, file := range files {
		if err := w.importFile(ctx, file); err != nil {
			return fmt.Errorf("import %s: %w", file, err)
		}
	}
	return nil
}

func (w *world) importFile(ctx context.Context, path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var reader importer.Reader
	source := importer.Source{Dataset: "osm", Name: filepath.Base(path)}
	if filepath.Ext(path) == ".pbf" {
		reader, err = importer.NewOSM(ctx, file, source)
	} else {
		reader, err = importer.NewCSV(file, info.Size(), source)
	}
	if err != nil {
		return err
	}
	_, err = importer.Run(ctx, w.svc, reader, importer.Options{Actor: registry.Actor{Name: "eval"}, OnDuplicate: registry.MergeDuplicate,
		OnAssigned: func(_ string, a registry.Assignment) {
			if a.Outcome == registry.OutcomeCreated {
				w.learn(a.Address)
			}
		}})
	return err
}

// learn keeps an address as a truth; one that has no name below its commune is only registered.
func (w *world) learn(a *registry.Address) {
	if streetOf(a.Components) == "" {
		return
	}
	commune, err := w.data.Divisions.Get(geo.LevelCommune, a.Commune, geo.Today())
	if err != nil {
		return
	}
	w.truths = append(w.truths, truth{code: a.Code, components: a.Components, commune: commune, point: a.Point()})
}
