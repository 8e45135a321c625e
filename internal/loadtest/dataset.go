package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/loadtest/load"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// dataset is what is registered, and the requests that ask for it.
type dataset struct {
	load.Requests
	loadTime time.Duration
}

const (
	perTown   = 500 // addresses around each random land point
	townSigma = 0.004
	batchSize = 5000
)

// buildDataset registers addresses in towns at random land points, in the order of their codes.
func buildDataset(ctx context.Context, path string, n int) (set *dataset, err error) {
	data, err := seed.Load()
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	svc := registry.NewService(store, data.Divisions, data.Locator)
	if _, err := seed.Apply(ctx, svc, nil); err != nil {
		return nil, err
	}
	requests := townRequests(data.Locator, n)
	set = &dataset{}
	start := time.Now()
	for batch := range slices.Chunk(requests, batchSize) {
		answers, err := svc.AssignMany(ctx, registry.Actor{Name: "loadtest"}, batch)
		if err != nil {
			return nil, err
		}
		for i, a := range answers {
			if a.Err != nil {
				return nil, a.Err
			}
			set.Codes = append(set.Codes, a.Address.Code.String())
			set.Points = append(set.Points, batch[i].Positions[0].Point)
		}
	}
	set.loadTime = time.Since(start)
	return set, nil
}

func townRequests(locator *geo.Locator, n int) []registry.AssignRequest {
	rng := rand.New(rand.NewPCG(2026, 11))
	today := geo.Today()
	point := func(lat, lon float64) (geo.Point, bool) {
		p, err := geo.NewPoint(lat, lon)
		if err != nil {
			return p, false
		}
		loc, err := locator.Locate(p, today)
		return p, err == nil && loc.Match == geo.MatchInside
	}
	var requests []registry.AssignRequest
	for town := 0; len(requests) < n; town++ {
		lat, lon := 8.5+rng.Float64()*15, 102.2+rng.Float64()*7.3
		if _, land := point(lat, lon); !land {
			continue
		}
		for number := 1; number <= perTown && len(requests) < n; number++ {
			p, land := point(lat+rng.NormFloat64()*townSigma, lon+rng.NormFloat64()*townSigma)
			if !land {
				continue
			}
			requests = append(requests, registry.AssignRequest{
				Positions:   []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}},
				Components:  registry.Components{HouseNumber: strconv.Itoa(number), Street: fmt.Sprintf("Phố Thử Tải %d", town)},
				ExternalIDs: []registry.ExternalID{{Scheme: "loadtest", Value: fmt.Sprintf("%d/%d", town, number)}},
			})
		}
	}
	slices.SortFunc(requests, func(a, b registry.AssignRequest) int { return cmp.Compare(key(a), key(b)) })
	return requests
}

// key sorts by place. A point without a cell comes first and is refused later.
func key(r registry.AssignRequest) uint64 {
	code, err := geo.EncodeFirst(r.Positions[0].Point)
	if err != nil {
		return 0
	}
	return code.Key()
}

// buildKeyed writes the second baseline's table: key and a body of the given size.
func buildKeyed(ctx context.Context, path string, set *dataset, size int) (err error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=NORMAL")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE answers (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO answers VALUES (?, ?)")
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	body := jsonOfSize(size)
	for _, text := range set.Codes {
		code, err := addresscode.ParseStrict(text)
		if err == nil {
			_, err = insert.ExecContext(ctx, int64(code.Key()), body)
		}
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// jsonOfSize is a JSON document of n bytes, at least 8.
func jsonOfSize(n int) []byte {
	const frame = `{"a":""}`
	body := []byte(`{"a":"`)
	for range max(0, n-len(frame)) {
		body = append(body, 'x')
	}
	return append(body, `"}`...)
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
