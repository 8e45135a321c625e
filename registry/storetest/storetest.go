package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

type test struct {
	name string
	run  func(t *testing.T, s registry.Store)
}

// Run runs the suite. open returns a new, empty store; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) registry.Store) {
	var all []test
	for _, group := range [][]test{recordTests, rangeTests, writeTests, historyTests, transactionTests, concurrencyTests, placeTests, protectedTests, journalTests, changesetTests, feedTests, proposalTests, observationTests, importTests, streetTests, numberTests, modelTests} {
		all = append(all, group...)
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.run(t, s)
		})
	}
}

// Codes returns the first n codes at and after Hồ Gươm, in order. Not every key is a code, so they are not all neighbours.
func Codes(t testing.TB, n int) []addresscode.Code {
	t.Helper()
	first, err := addresscode.ParseStrict("5FJBC-2NJV-T33")
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]addresscode.Code, 0, n)
	for key := first.Key(); len(codes) < n; key++ {
		if c, err := addresscode.FromKey(key); err == nil {
			codes = append(codes, c)
		}
	}
	return codes
}

var issued = time.Date(2026, 11, 22, 8, 30, 15, 123e6, time.UTC)

// Address returns a small valid address at version 1.
func Address(code addresscode.Code) *registry.Address {
	a := &registry.Address{
		Code: code, Status: registry.StatusActive, Kind: registry.KindDwelling, Version: 1,
		Components:     registry.Components{HouseNumber: "12A", Street: "Phố Hàng Bạc"},
		CommuneAtIssue: "00070", Commune: "00070",
		Provenance: registry.Provenance{Dataset: "test"},
		CreatedAt:  issued, UpdatedAt: issued,
	}
	a.Positions = []registry.TypedPosition{position(registry.PositionEntrance, 210287000, 1058524000, geo.SourceGPS, 5)}
	return a
}

func position(t registry.PositionType, lat, lon int32, source geo.Source, accuracy float64) registry.TypedPosition {
	return registry.TypedPosition{Type: t, Position: geo.Position{Point: geo.Point{LatE7: lat, LonE7: lon}, Source: source, AccuracyM: accuracy}}
}

// next returns a changed copy at the next version.
func next(a *registry.Address, change func(*registry.Address)) *registry.Address {
	b := *a
	b.Version++
	b.UpdatedAt = a.UpdatedAt.Add(time.Hour)
	change(&b)
	return &b
}

func created(a *registry.Address) registry.Event {
	return registry.Event{Code: a.Code, Version: a.Version, Action: "created", Actor: "test", At: a.CreatedAt, After: a}
}

func changed(action string, before, after *registry.Address) registry.Event {
	return registry.Event{Code: after.Code, Version: after.Version, Action: action, Actor: "test", At: after.UpdatedAt, Before: before, After: after}
}

func update(t testing.TB, s registry.Store, fn func(w registry.Writer) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t testing.TB, s registry.Store, fn func(r registry.Reader) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// insert adds addresses with their events in one transaction, all with the same likeness.
func insert(t testing.TB, s registry.Store, likeness uint64, as ...*registry.Address) {
	t.Helper()
	update(t, s, func(w registry.Writer) error {
		for _, a := range as {
			if err := w.Insert(a, likeness); err != nil {
				return err
			}
			if err := w.AppendEvent(created(a)); err != nil {
				return err
			}
		}
		return nil
	})
}

func get(t testing.TB, s registry.Store, code addresscode.Code) *registry.Address {
	t.Helper()
	var a *registry.Address
	view(t, s, func(r registry.Reader) (err error) {
		a, err = r.Address(code)
		return err
	})
	return a
}

func wantCode(t testing.TB, what string, err error, code registry.ErrorCode) {
	t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: got %v, want a registry.Error with code %s", what, err, code)
		return
	}
	if e.Code != code {
		t.Errorf("%s: got code %s (%v), want %s", what, e.Code, err, code)
	}
}

func wantAddress(t testing.TB, what string, got, want *registry.Address) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func wantCount(t testing.TB, r registry.Reader, active, retired int64) {
	t.Helper()
	a, b, err := r.Count()
	if err != nil || a != active || b != retired {
		t.Errorf("count: got %d active, %d retired, %v; want %d, %d", a, b, err, active, retired)
	}
}
