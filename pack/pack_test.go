package pack_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/pack"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

var builtIn = sync.OnceValues(seed.Load)

// start is in the future so that keys made now are valid in all tests.
var start = time.Now().UTC().Add(time.Hour).Truncate(time.Millisecond)

// office is a register that makes packs.
type office struct {
	t        *testing.T
	dir      string
	store    *sqlite.Store
	svc      *registry.Service
	maker    pack.Maker
	key      access.Key
	secretly *registry.Address // protected
}

func newOffice(t *testing.T) *office {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, dir: t.TempDir()}
	if o.store, err = sqlite.Open(t.Context(), filepath.Join(o.dir, "register.db"), sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
	o.svc = registry.NewService(o.store, data.Divisions, data.Locator)
	_, o.key, err = access.NewService(o.store, data.Divisions, time.Now).CreateKey(t.Context(), "test", access.NewKey{Role: access.RoleCourier})
	if err != nil {
		t.Fatal(err)
	}
	signer, _, err := audit.OpenKey(filepath.Join(o.dir, "audit.key"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := pack.OpenSecret(filepath.Join(o.dir, "canary.key"))
	if err != nil {
		t.Fatal(err)
	}
	o.maker = pack.Maker{Store: o.store, Service: o.svc, Signer: signer, Verifier: signer.Verifier, Secret: secret, DataVersion: data.Version, Now: func() time.Time { return start }}
	for n := range 60 { // two rows of houses, 20 m apart
		o.assign(21.0250+float64(n%2)*0.0002, 105.8500+float64(n)*0.0001, registry.Components{HouseNumber: fmt.Sprint(n + 1), Street: "Phố Thử"}, "")
	}
	for n := range 5 {
		o.assign(21.0262, 105.8520, registry.Components{Building: "Toà A", Floor: "3", Unit: fmt.Sprintf("30%d", n)}, "")
	}
	o.secretly = o.assign(21.0264, 105.8525, registry.Components{HouseNumber: "7", Street: "Phố Kín"}, "")
	if _, err := o.svc.Protect(t.Context(), registry.Actor{Name: "test"}, o.secretly.Code, true); err != nil {
		t.Fatal(err)
	}
	o.assign(21.0266, 105.8528, registry.Components{HouseNumber: "9", Street: "Phố Thử Hai"}, "customer-4711")
	return o
}

func (o *office) assign(lat, lon float64, c registry.Components, id string) *registry.Address {
	o.t.Helper()
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		o.t.Fatal(err)
	}
	r := registry.AssignRequest{Components: c, Positions: []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey, AccuracyM: 1}}}}
	if id != "" {
		r.ExternalIDs = []registry.ExternalID{{Scheme: "evn", Value: id}}
	}
	a, err := o.svc.Assign(o.t.Context(), registry.Actor{Name: "test"}, r)
	if err != nil {
		o.t.Fatal(err)
	}
	return a.Address
}

func (o *office) make(name string) (string, pack.Manifest) {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	m, err := o.maker.Make(o.t.Context(), path, pack.Request{By: registry.Actor{Name: "cli"}, Area: "01", Key: o.key})
	if err != nil {
		o.t.Fatal(err)
	}
	return path, m
}

// open opens a pack as a phone does.
func open(t *testing.T, path, pinned string, now time.Time) (*pack.Manifest, *sqlite.Store, error) {
	t.Helper()
	checked, err := pack.CheckFile(path, pinned)
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true, Still: true})
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(func() { _ = store.Close() })
	m, err := checked.Open(t.Context(), store, now)
	return m, store, err
}

func all(t *testing.T, store registry.Store) (as []*registry.Address) {
	t.Helper()
	if err := store.View(t.Context(), func(r registry.Reader) error {
		return r.AddressesInRange(0, 1<<63-1, func(a *registry.Address) bool {
			as = append(as, a)
			return true
		})
	}); err != nil {
		t.Fatal(err)
	}
	return as
}

func TestAPackHoldsWhatIsPublic(t *testing.T) {
	o := newOffice(t)
	path, made := o.make("a.pack.db")
	m, store, err := open(t, path, o.maker.Verifier, start.Add(29*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if m.Key != o.key.Prefix || m.Area != "01" || m.ExpiresAt.Sub(m.MadeAt) != pack.Life || m.Addresses != made.Addresses {
		t.Errorf("%+v", m)
	}
	doors := 0
	for _, a := range all(t, store) {
		if len(a.ExternalIDs)+len(a.Flags) > 0 || a.Provenance != (registry.Provenance{}) || a.Version != 1 || !a.CreatedAt.Equal(start) || a.Components.Unit+a.Components.Floor != "" {
			t.Errorf("it tells more than is public: %+v", a)
		}
		if a.Point() != geo.CodeCenter(a.Code) {
			t.Errorf("%s is at its exact position", a.Code)
		}
		if a.Code == o.secretly.Code || a.Components.Street == "Phố Kín" {
			t.Error("a protected address is in the pack")
		}
		if a.Components.Building != "" {
			doors++
		}
	}
	if doors != 1 {
		t.Errorf("five flats are %d doors", doors)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"customer-4711", "Phố Kín", "register.db"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the file holds %q", secret)
		}
	}
	journal := 0
	if err := store.View(t.Context(), func(r registry.Reader) error {
		return r.Journal(0, func(registry.JournalLine) bool { journal++; return true })
	}); err != nil || journal != 0 {
		t.Errorf("%d lines of a journal, %v", journal, err)
	}
	var entries []registry.Entry
	if err := o.store.Entries(t.Context(), 0, func(e registry.Entry) bool {
		if e.Action == "pack.made" {
			entries = append(entries, e)
		}
		return true
	}); err != nil || len(entries) != 1 || entries[0].Subject != o.key.Prefix {
		t.Errorf("the journal has %+v, %v", entries, err)
	}
	data, _ := builtIn()
	svc := registry.NewService(store, data.Divisions, data.Locator)
	real := all(t, o.store)[0]
	if r, err := svc.Resolve(t.Context(), real.Code.String()); err != nil || len(r.Candidates) != 1 || r.Candidates[0].Address == nil {
		t.Errorf("resolve in the pack: %+v, %v", r, err)
	}
	if near, err := svc.Reverse(t.Context(), real.Point(), 50, 1); err != nil || len(near) != 1 || near[0].Address.Code != real.Code {
		t.Errorf("reverse in the pack: %+v, %v", near, err)
	}
}

// TestCanariesNameTheirPack and lie where nobody delivers.
func TestCanariesNameTheirPack(t *testing.T) {
	o := newOffice(t)
	first, a := o.make("a.pack.db")
	_, b := o.make("b.pack.db")
	_, store, err := open(t, first, "", start)
	if err != nil {
		t.Fatal(err)
	}
	real := all(t, o.store)
	var text strings.Builder
	planted := 0
	for _, p := range all(t, store) {
		fmt.Fprintf(&text, "%s;%s\n", p.Code, p.Components.HouseNumber)
		registered := false
		nearest := 1e9
		for _, r := range real {
			registered = registered || r.Code == p.Code
			nearest = min(nearest, geo.Distance(r.Point(), p.Point()))
			if r.Code != p.Code && r.Components.HouseNumber == p.Components.HouseNumber && r.Components.Street == p.Components.Street && r.Components.Building == "" {
				t.Errorf("number %s of %s is there twice", p.Components.HouseNumber, p.Components.Street)
			}
		}
		if !registered {
			planted++
			if nearest < 25 || nearest > 130 {
				t.Errorf("a canary lies %.0f m from the nearest address", nearest)
			}
		}
	}
	if planted != 5 || int64(planted)+62 != a.Addresses {
		t.Errorf("%d canaries, %d addresses", planted, a.Addresses)
	}
	trace := func(what string) []pack.Match {
		tracer := pack.NewTracer(o.store, o.maker.Secret)
		if err := tracer.Text(t.Context(), strings.NewReader(what)); err != nil {
			t.Fatal(err)
		}
		return tracer.Matches()
	}
	if m := trace(text.String()); len(m) != 1 || m[0].ID != a.ID || m[0].Key != o.key.Prefix || m[0].Canaries != 5 || m[0].ID == b.ID {
		t.Errorf("traced to %+v", m)
	}
	var register strings.Builder
	for _, r := range real {
		fmt.Fprintln(&register, r.Code)
	}
	if m := trace(register.String()); len(m) != 0 {
		t.Errorf("the register itself is traced to %+v", m)
	}
	other := o.maker.Secret
	other[0]++
	tracer := pack.NewTracer(o.store, other)
	if err := tracer.Text(t.Context(), strings.NewReader(text.String())); err != nil || len(tracer.Matches()) != 0 {
		t.Error("canaries can be told without the secret")
	}
}

func TestAPackIsRefused(t *testing.T) {
	o := newOffice(t)
	path, _ := o.make("a.pack.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := audit.OpenKey(filepath.Join(t.TempDir(), "other.key"))
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(whole, []byte("\n-- diachiso-pack"))
	change := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	street := bytes.LastIndex(whole[:end], []byte("Phố Thử"))
	free := bytes.LastIndex(whole[:end], make([]byte, 200)) + 100 // in the room that a page has left
	for _, tt := range []struct {
		name, pinned, message string
		file                  []byte
		at                    time.Time
	}{
		{"whole", "", "", whole, start},
		{"whole, pinned", o.maker.Verifier, "", whole, start.Add(pack.Life - time.Millisecond)},
		{"expired", "", "expired on", whole, start.Add(pack.Life)},
		{"another key", stranger.Verifier, "not signed by the key", whole, start},
		{"no key", "nonsense", "no verifier key", whole, start},
		{"without its signature", "", "not signed", whole[:end], start},
		{"cut off", "", "not signed", whole[:len(whole)/2], start},
		{"an address changed", "", "changed after", change(street), start},
		{"a free byte changed", "", "changed after", change(free), start},
		{"the signature changed", "", "signature of the pack is wrong", change(len(whole) - 30), start},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := open(t, path, tt.pinned, tt.at)
			if tt.message == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if registry.CodeOf(err) != registry.CodeInvalid || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("%v; want … %s …", err, tt.message)
			}
		})
	}
}

func TestWhoGetsAPack(t *testing.T) {
	o := newOffice(t)
	revoked, merchant := o.key, o.key
	revoked.RevokedAt = start
	merchant.Role = access.RoleMerchant
	for name, q := range map[string]pack.Request{
		"revoked": {Area: "01", Key: revoked}, "merchant": {Area: "01", Key: merchant}, "no area": {Area: "77x", Key: o.key},
		"everything": {Key: o.key}, "empty": {Area: "79", Key: o.key},
	} {
		path := filepath.Join(o.dir, "refused.db")
		if _, err := o.maker.Make(t.Context(), path, q); err == nil {
			t.Errorf("%s: made", name)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: something is there: %v", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(o.dir, ".pack-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
