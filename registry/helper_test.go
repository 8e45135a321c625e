package registry_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is the built-in data set, decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// newService is a service over an empty database and the built-in divisions.
func newService(tb testing.TB) *registry.Service {
	tb.Helper()
	svc, _ := newServiceAndStore(tb)
	return svc
}

func newServiceAndStore(tb testing.TB) (*registry.Service, registry.Store) {
	tb.Helper()
	data, err := builtIn()
	if err != nil {
		tb.Fatalf("load built-in data: %v", err)
	}
	store, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "registry.db"), sqlite.Options{})
	if err != nil {
		tb.Fatalf("open store: %v", err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Errorf("close store: %v", err)
		}
	})
	return registry.NewService(store, data.Divisions, data.Locator), store
}

var (
	hoGuom     = point(21.0287, 105.8524)
	khamThien  = point(21.0199, 105.8372)
	benThanh   = point(10.7725, 106.698)
	hoangSa    = point(16.5, 111.6)
	openSea    = point(12.0, 111.0)
	outsideAll = point(48.85, 2.35)
)

func point(lat, lon float64) geo.Point {
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		panic(err)
	}
	return p
}

// moved is p moved by metres to the north and to the east.
func moved(p geo.Point, north, east float64) geo.Point {
	return geo.Point{LatE7: p.LatE7 + int32(north*90.2), LonE7: p.LonE7 + int32(east*96.5)}
}

func entrance(p geo.Point) []registry.TypedPosition {
	return []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey, AccuracyM: 3}}}
}

// house is a request for a house of a number in Phố Khâm Thiên.
func house(p geo.Point, number string) registry.AssignRequest {
	return registry.AssignRequest{Positions: entrance(p), Components: registry.Components{HouseNumber: number, Street: "Phố Khâm Thiên"}}
}

// flat is a request for the n-th flat of a tower.
func flat(p geo.Point, n int) registry.AssignRequest {
	return registry.AssignRequest{Positions: entrance(p), Components: registry.Components{Building: "Chung cư X", Unit: fmt.Sprint(n)}}
}

func mustAssign(tb testing.TB, svc *registry.Service, r registry.AssignRequest) *registry.Address {
	tb.Helper()
	answer, err := svc.Assign(context.Background(), registry.Actor{Name: "test"}, r)
	if err != nil {
		tb.Fatalf("Assign: %v", err)
	}
	return answer.Address
}

// wantError checks code and field of a domain error and returns it.
func wantError(tb testing.TB, err error, code registry.ErrorCode, field string) *registry.Error {
	tb.Helper()
	var e *registry.Error
	if !errors.As(err, &e) {
		tb.Fatalf("error = %v, want a *registry.Error with code %s", err, code)
	}
	if e.Code != code || e.Field != field {
		tb.Fatalf("error %q has code %s and field %q, want %s and %q", e, e.Code, e.Field, code, field)
	}
	if e.Message == "" || e.Op == "" {
		tb.Errorf("error %+v lacks message or operation", e)
	}
	return e
}

func contains(s, part string) bool { return strings.Contains(s, part) }
