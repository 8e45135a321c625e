package people_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is the built-in data set, decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// world is a registry with people in a folder of its own, and a clock that the test moves.
type world struct {
	t      testing.TB
	dir    string
	store  *sqlite.Store
	vault  *vault.Vault
	addr   *registry.Service
	people *people.Service

	mu  sync.Mutex
	now time.Time
}

// monday is a Monday morning in Viet Nam.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), now: monday}
	w.open()
	t.Cleanup(w.close)
	return w
}

func (w *world) registryFile() string { return filepath.Join(w.dir, "diachiso.db") }
func (w *world) keysFile() string     { return filepath.Join(w.dir, "people-keys.db") }

// open opens the files of the folder, as a start of the program does.
func (w *world) open() {
	w.t.Helper()
	data, err := builtIn()
	must(w.t, err)
	w.store, err = sqlite.Open(context.Background(), w.registryFile(), sqlite.Options{})
	must(w.t, err)
	w.vault, err = vault.Open(context.Background(), w.keysFile(), vault.MasterSource{File: filepath.Join(w.dir, "master.key")})
	must(w.t, err)
	w.addr = registry.NewService(w.store, data.Divisions, data.Locator)
	w.people = people.NewService(w.store, w.vault, w.addr, w.clock)
	_, err = w.people.Start(context.Background())
	must(w.t, err)
}

func (w *world) close() {
	must(w.t, errors.Join(w.store.Close(), w.vault.Close()))
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// The places of the tests: two communes of Hà Nội and one of Hồ Chí Minh City.
var (
	hoGuom    = [2]float64{21.0287, 105.8524}
	khamThien = [2]float64{21.0199, 105.8372}
	benThanh  = [2]float64{10.7725, 106.698}
)

// registrar is who may do everything of a registrar everywhere.
var registrar = registry.Actor{Name: "key:REGISTRR"}

// inCommunes is a registrar of some communes.
type inCommunes map[string]bool

func (c inCommunes) Holds(commune string) bool { return c[commune] }

func registrarOf(communes ...string) registry.Actor {
	area := inCommunes{}
	for _, c := range communes {
		area[c] = true
	}
	return registry.Actor{Name: "key:LOCALREG", Area: area}
}

// address registers one and returns it.
func (w *world) address(at [2]float64) *registry.Address {
	w.t.Helper()
	p, err := geo.NewPoint(at[0], at[1])
	must(w.t, err)
	a, err := w.addr.Assign(w.t.Context(), registrar, registry.AssignRequest{
		Positions: []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p}}},
	})
	must(w.t, err)
	return a.Address
}

// claim makes a household of an address that nobody holds, and returns its id and token.
func (w *world) claim(code addresscode.Code) (id, token string) {
	w.t.Helper()
	secret, _, err := w.people.Invite(w.t.Context(), registrar, code)
	must(w.t, err)
	claim, err := w.people.Claim(w.t.Context(), registry.Actor{Name: "public"}, code, secret.Reveal())
	must(w.t, err)
	if claim.Status != people.ClaimSucceeded || claim.Token == "" {
		w.t.Fatalf("the claim is %s", claim.Status)
	}
	return claim.Household, claim.Token
}

// household is a claimed address with one person in it.
func (w *world) household(at [2]float64, person people.Person) (id string) {
	w.t.Helper()
	id, _ = w.claim(w.address(at).Code)
	_, _, err := w.people.ChangePeople(w.t.Context(), self(id), id, []people.Person{person})
	must(w.t, err)
	return id
}

// self is a household as an actor.
func self(id string) registry.Actor { return registry.Actor{Name: "household:" + id} }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode checks the code of an error.
func wantCode(t testing.TB, err error, code registry.ErrorCode) {
	t.Helper()
	if registry.CodeOf(err) != code {
		t.Errorf("error %v, want code %q", err, code)
	}
}
