package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

var builtIn = sync.OnceValues(seed.Load)

// at is the one moment of a test's world.
func at() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC) }

func service(t *testing.T, store registry.Store) *registry.Service {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return registry.NewService(store, data.Divisions, data.Locator, registry.WithClock(at))
}

// households asks for n addresses in a few towns: streets, towers that overflow their cell, hamlets, likely duplicates, ids that
// come twice, and places in the sea.
func households(t *testing.T, n int) []registry.AssignRequest {
	t.Helper()
	var rs []registry.AssignRequest
	for i := range n {
		town := i % 20
		lat, lon := 21.0+float64(town)*0.003+float64(i/20%97)*1e-5, 105.80+float64(i/20/97)*2e-5
		c := registry.Components{HouseNumber: strconv.Itoa(i / 20), Street: fmt.Sprintf("Phố Thử %d", town)}
		r := registry.AssignRequest{OnDuplicate: registry.MergeDuplicate, Provenance: registry.Provenance{Dataset: "test"}}
		switch {
		case i%7 == 0:
			c = registry.Components{Hamlet: "Thôn Đông"}
		case i%11 == 0: // flats at one entrance
			lat, lon = 21.0+float64(town)*0.003, 105.80
			c = registry.Components{Building: "Tòa Thử", Floor: strconv.Itoa(i / 100), Unit: strconv.Itoa(i)}
		case i%13 == 0: // the same house again
			c.HouseNumber = strconv.Itoa(i/20 - i/20%4)
		case i%1001 == 0:
			lat, lon = 12, 112.9
		}
		if i%5 == 0 {
			r.ExternalIDs = []registry.ExternalID{{Scheme: "test", Value: strconv.Itoa(i / 10)}}
		}
		if i%17 == 0 {
			r.IdempotencyKey = strconv.Itoa(i / 34)
		}
		p, err := geo.NewPoint(lat, lon)
		if err != nil {
			t.Fatal(err)
		}
		r.Components = c
		r.Positions = []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey}}}
		rs = append(rs, r)
	}
	return rs
}

// assignAll asks for all of them, in parts.
func assignAll(ctx context.Context, svc *registry.Service, rs []registry.AssignRequest) (answers []registry.Assignment, err error) {
	for part := range slices.Chunk(rs, 1000) {
		some, err := svc.AssignMany(ctx, registry.Actor{Name: "test"}, part)
		if err != nil {
			return nil, err
		}
		answers = append(answers, some...)
	}
	return answers, nil
}

// everything is what a database holds, but for numbers that differ between two databases with the same content.
func everything(t *testing.T, s *sqlite.Store) (addresses []*registry.Address, lines []registry.JournalLine, places map[string]registry.NamedPlace) {
	t.Helper()
	places = map[string]registry.NamedPlace{}
	if err := s.View(t.Context(), func(r registry.Reader) error {
		err := r.AddressesInRange(0, 1<<63-1, func(a *registry.Address) bool { addresses = append(addresses, a); return true })
		if err != nil {
			return err
		}
		if err := r.Journal(0, func(l registry.JournalLine) bool { lines = append(lines, l); return true }); err != nil {
			return err
		}
		return r.NamedPlacesSince(-1, func(p *registry.NamedPlace) bool {
			own := *p
			own.ID, own.Version = 0, 0
			places[fmt.Sprint(p.Commune, p.Kind, p.Name)] = own
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return addresses, lines, places
}

func TestLoadMakesWhatAssigningMakes(t *testing.T) {
	rs := households(t, 20_000)
	by := registry.Actor{Name: "test"}
	assigned := open(t, filepath.Join(t.TempDir(), "assigned.db"), sqlite.Options{})
	svc := service(t, assigned)
	want, err := assignAll(t.Context(), svc, rs)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "loaded.db")
	var got []registry.Assignment
	if err := sqlite.Load(t.Context(), path, nil, func(store registry.Store) (err error) {
		got, err = assignAll(t.Context(), service(t, store), rs)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d answers, want %d", len(got), len(want))
	}
	outcomes := map[registry.Outcome]int{}
	for i := range want {
		outcomes[want[i].Outcome]++
		if got[i].Outcome != want[i].Outcome || registry.CodeOf(got[i].Err) != registry.CodeOf(want[i].Err) || !reflect.DeepEqual(got[i].Address, want[i].Address) {
			t.Fatalf("request %d: loaded %+v, assigned %+v", i, got[i], want[i])
		}
	}
	for _, o := range []registry.Outcome{registry.OutcomeCreated, registry.OutcomeExisting, registry.OutcomeMerged, ""} {
		if outcomes[o] == 0 {
			t.Errorf("the test has no outcome %q: %v", o, outcomes)
		}
	}
	loaded := open(t, path, sqlite.Options{})
	if err := loaded.Check(t.Context()); err != nil {
		t.Error(err)
	}
	addresses, lines, places := everything(t, assigned)
	gotAddresses, gotLines, gotPlaces := everything(t, loaded)
	if !reflect.DeepEqual(gotAddresses, addresses) {
		t.Error("the addresses differ")
	}
	if !reflect.DeepEqual(gotLines, lines) {
		t.Error("the journals differ, or their links do")
	}
	if !reflect.DeepEqual(gotPlaces, places) {
		t.Error("the named places differ")
	}
	spilled := 0
	for _, a := range addresses {
		if a.HasFlag(registry.FlagSpilled) {
			spilled++
		}
	}
	if spilled == 0 {
		t.Error("the test has no spilled address")
	}
	// The loaded database goes on as any other.
	again, err := service(t, loaded).AssignMany(t.Context(), by, rs[:200])
	if err != nil {
		t.Fatal(err)
	}
	wantAgain, err := svc.AssignMany(t.Context(), by, rs[:200])
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, wantAgain) {
		t.Error("the same requests once more are answered otherwise")
	}
}

func TestLoadKeepsWhatTheRegistryHad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(w registry.Writer) error {
		return errors.Join(w.SetMeta("kept", "yes"), w.AppendEntry(registry.Entry{At: at(), Actor: "cli", Action: "key.created", Subject: "x"}))
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	loadHouseholds(t, path, 500)
	loaded := open(t, path, sqlite.Options{})
	_, lines, _ := everything(t, loaded)
	if len(lines) < 2 || lines[0].Entry == nil || lines[1].Event == nil || lines[1].Seq != 2 {
		t.Fatal("the journal does not go on where it was")
	}
	if err := loaded.View(t.Context(), func(r registry.Reader) error {
		if v, err := r.Meta("kept"); err != nil || v != "yes" {
			t.Errorf("meta is %q (%v)", v, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func loadHouseholds(t *testing.T, path string, n int) {
	t.Helper()
	if err := sqlite.Load(t.Context(), path, nil, func(store registry.Store) error {
		_, err := assignAll(t.Context(), service(t, store), households(t, n))
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestLoadIsRefused(t *testing.T) {
	nothing := func(registry.Store) error { return nil }
	t.Run("with addresses", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		loadHouseholds(t, path, 50)
		if err := sqlite.Load(t.Context(), path, nil, nothing); registry.CodeOf(err) != registry.CodeInvalid {
			t.Errorf("%v, want invalid", err)
		}
		open(t, path, sqlite.Options{}) // it is not held any more
	})
	t.Run("in use", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		open(t, path, sqlite.Options{})
		if err := sqlite.Load(t.Context(), path, nil, nothing); registry.CodeOf(err) != registry.CodeBusy {
			t.Errorf("%v, want busy", err)
		}
	})
	t.Run("by another load", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		if err := sqlite.Load(t.Context(), path, nil, func(registry.Store) error {
			if err := sqlite.Load(t.Context(), path, nil, nothing); registry.CodeOf(err) != registry.CodeBusy {
				t.Errorf("%v, want busy", err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestLoadThatFailsLeavesNothing(t *testing.T) {
	stop := errors.New("stop")
	for name, fail := range map[string]func(ctx context.Context, s registry.Store, cancel func()) error{
		"an error of who loads": func(ctx context.Context, s registry.Store, _ func()) error {
			_, err := assignAll(ctx, service(t, s), households(t, 700))
			return errors.Join(err, stop)
		},
		"an error of an update that nobody minds": func(ctx context.Context, s registry.Store, _ func()) error {
			_, err := assignAll(ctx, service(t, s), households(t, 700))
			_ = s.Update(ctx, func(registry.Writer) error { return stop })
			return err
		},
		"the end of the context": func(ctx context.Context, s registry.Store, cancel func()) error {
			_, err := assignAll(ctx, service(t, s), households(t, 5000))
			cancel()
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := sqlite.Load(ctx, path, nil, func(s registry.Store) error { return fail(ctx, s, cancel) })
			if !errors.Is(err, stop) && !errors.Is(err, context.Canceled) {
				t.Fatalf("the load ended with %v", err)
			}
			if _, err := os.Stat(path + ".loading"); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the unfinished file is still there (%v)", err)
			}
			addresses, lines, _ := everything(t, open(t, path, sqlite.Options{}))
			if len(addresses) != 0 || len(lines) != 0 {
				t.Errorf("%d addresses and %d lines are left", len(addresses), len(lines))
			}
		})
	}
}

// A load that was killed leaves its file behind.
func TestLoadAfterOneThatWasKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path+".loading", []byte("half a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	loadHouseholds(t, path, 100)
	if err := open(t, path, sqlite.Options{}).Check(t.Context()); err != nil {
		t.Error(err)
	}
}
