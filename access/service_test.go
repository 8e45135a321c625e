package access_test

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/registry"
)

func TestKeyLetsItsHolderIn(t *testing.T) {
	b := newBench(t)
	secret, key := b.create(t, access.NewKey{Role: access.RoleRegistrar, Name: " UBND phường ", Communes: []string{"00082", "00070", "00082"}, Provinces: []string{"01"}})
	p, err := b.Authenticate(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	want := access.Principal{Role: access.RoleRegistrar, ID: key.Prefix, Communes: []string{"00070", "00082"}, Provinces: []string{"01"}}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v, want %+v", p, want)
	}
	if key.Name != "UBND phường" || key.CreatedBy != "cli" || !key.CreatedAt.Equal(morning) || !key.ExpiresAt.Equal(morning.Add(365*24*time.Hour)) {
		t.Errorf("%+v", key)
	}
	if !strings.HasPrefix(secret, "dcs_"+key.Prefix+"_") || len(secret) != 45 {
		t.Errorf("secret %q of %q", secret, key.Prefix)
	}
}

func TestExpiry(t *testing.T) {
	const day = 24 * time.Hour
	for name, tt := range map[string]struct {
		key  access.NewKey
		want time.Duration
	}{
		"merchant":     {access.NewKey{Role: access.RoleMerchant}, 365 * day},
		"admin":        {access.NewKey{Role: access.RoleAdmin}, 90 * day},
		"admin, asked": {access.NewKey{Role: access.RoleAdmin, Expires: 7 * day}, 7 * day},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			secret, key := b.create(t, tt.key)
			if got := key.ExpiresAt.Sub(morning); got != tt.want {
				t.Fatalf("expires after %s, want %s", got, tt.want)
			}
			b.clock.move(tt.want - time.Millisecond)
			if _, err := b.Authenticate(t.Context(), secret); err != nil {
				t.Errorf("just before: %v", err)
			}
			b.clock.move(time.Millisecond)
			_, err := b.Authenticate(t.Context(), secret)
			wantCode(t, err, registry.CodeUnauthorized, "")
		})
	}
}

func TestCreateKeyRefuses(t *testing.T) {
	b := newBench(t)
	registrar := func(communes, provinces []string) access.NewKey {
		return access.NewKey{Role: access.RoleRegistrar, Communes: communes, Provinces: provinces}
	}
	for name, tt := range map[string]struct {
		key   access.NewKey
		field string
	}{
		"no role":             {access.NewKey{}, "role"},
		"public":              {access.NewKey{Role: access.RolePublic}, "role"},
		"household":           {access.NewKey{Role: access.RoleHousehold}, "role"},
		"invented role":       {access.NewKey{Role: "king"}, "role"},
		"commune of the past": {registrar([]string{"00001"}, nil), "communes"},
		"unknown commune":     {registrar([]string{"99999"}, nil), "communes"},
		"commune, short":      {registrar([]string{"70"}, nil), "communes"},
		"commune with comma":  {registrar([]string{"0,070"}, nil), "communes"},
		"unknown province":    {registrar(nil, []string{"99"}), "provinces"},
		"district":            {registrar(nil, []string{"001"}), "provinces"},
		"too many":            {registrar(make([]string, 501), nil), "communes"},
		"area of a courier":   {access.NewKey{Role: access.RoleCourier, Communes: []string{"00070"}}, "communes"},
		"past":                {access.NewKey{Role: access.RoleMerchant, Expires: -time.Hour}, "expires"},
		"for ever":            {access.NewKey{Role: access.RoleMerchant, Expires: 3 * 365 * 24 * time.Hour}, "expires"},
		"two lines":           {access.NewKey{Role: access.RoleMerchant, Name: "a\nb"}, "name"},
		"escape":              {access.NewKey{Role: access.RoleMerchant, Name: "a\x1b[2J"}, "name"},
		"no text":             {access.NewKey{Role: access.RoleMerchant, Name: "\xff"}, "name"},
		"long name":           {access.NewKey{Role: access.RoleMerchant, Name: strings.Repeat("ư", 101)}, "name"},
		"no secret":           {access.NewKey{Role: access.RoleAdmin, Secret: "password"}, "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := b.CreateKey(t.Context(), "cli", tt.key)
			wantCode(t, err, registry.CodeInvalid, tt.field)
		})
	}
	if keys, err := b.Keys(t.Context()); err != nil || len(keys) != 0 || len(b.entries(t)) != 0 {
		t.Errorf("%d keys and %d entries of refused keys, %v", len(keys), len(b.entries(t)), err)
	}
}

func TestWrongSecretsAnswerAlike(t *testing.T) {
	b := newBench(t)
	secret, key := b.create(t, access.NewKey{Role: access.RoleMerchant})
	other, _ := b.create(t, access.NewKey{Role: access.RoleMerchant})
	_, tail, _ := strings.Cut(strings.TrimPrefix(other, "dcs_"), "_")
	_, unknown := b.Authenticate(t.Context(), access.NewSecret())
	_, wrong := b.Authenticate(t.Context(), "dcs_"+key.Prefix+"_"+tail)
	_, changed := b.Authenticate(t.Context(), secret[:44]+map[bool]string{true: "0", false: "1"}[secret[44] != '0'])
	wantCode(t, unknown, registry.CodeUnauthorized, "")
	if !reflect.DeepEqual(unknown, wrong) || !reflect.DeepEqual(unknown, changed) {
		t.Errorf("unknown: %v\nwrong: %v\nchanged: %v", unknown, wrong, changed)
	}
	if _, err := b.RevokeKey(t.Context(), "cli", key.Prefix); err != nil {
		t.Fatal(err)
	}
	if _, wrong = b.Authenticate(t.Context(), "dcs_"+key.Prefix+"_"+tail); !reflect.DeepEqual(unknown, wrong) {
		t.Errorf("a wrong secret tells that the key is revoked: %v", wrong)
	}
	for _, text := range []string{"", "dcs_", "dch_" + secret[4:], strings.ToLower(secret), " " + secret, secret + "\n", secret[:44], secret + "0", "dcs__", strings.Replace(secret, "_", "-", 2)} {
		_, err := b.Authenticate(t.Context(), text)
		wantCode(t, err, registry.CodeUnauthorized, "")
	}
}

func TestRevocationIsSeenByEveryService(t *testing.T) {
	b := newBench(t)
	running := access.NewService(b.store, someDivisions(t), b.clock.Now) // as in another process
	secret, key := b.create(t, access.NewKey{Role: access.RoleCourier})
	if _, err := running.Authenticate(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	revoked, err := b.RevokeKey(t.Context(), "cli", key.Prefix)
	if err != nil || !revoked.RevokedAt.Equal(morning) || revoked.StateAt(morning) != access.StateRevoked {
		t.Fatalf("%+v %v", revoked, err)
	}
	_, err = running.Authenticate(t.Context(), secret)
	wantCode(t, err, registry.CodeUnauthorized, "")
	b.clock.move(time.Hour)
	if again, err := b.RevokeKey(t.Context(), "cli", key.Prefix); err != nil || !again.RevokedAt.Equal(morning) {
		t.Errorf("revoked again: %+v %v", again, err)
	}
	_, err = b.RevokeKey(t.Context(), "cli", "00000000")
	wantCode(t, err, registry.CodeNotFound, "")
	_, err = b.RevokeKey(t.Context(), "cli", "; DROP")
	wantCode(t, err, registry.CodeInvalid, "prefix")
	if got := b.actions(t); !reflect.DeepEqual(got, []string{"key.created", "key.revoked"}) {
		t.Errorf("journal: %v", got)
	}
}

func TestRotation(t *testing.T) {
	b := newBench(t)
	const day = 24 * time.Hour
	first, key := b.create(t, access.NewKey{Role: access.RoleMerchant, Expires: 30 * day})
	holds := func(secret string, want bool) {
		t.Helper()
		if _, err := b.Authenticate(t.Context(), secret); (err == nil) != want {
			t.Errorf("authenticate: %v, want %t", err, want)
		}
	}
	rotate := func(overlap time.Duration) (string, access.Key) {
		t.Helper()
		secret, rotated, err := b.RotateKey(t.Context(), "cli", key.Prefix, overlap)
		if err != nil {
			t.Fatal(err)
		}
		return secret, rotated
	}
	b.clock.move(20 * day)
	second, rotated := rotate(access.DefaultOverlap)
	if rotated.Prefix != key.Prefix || !rotated.OldUntil.Equal(morning.Add(21*day)) || !rotated.ExpiresAt.Equal(morning.Add(50*day)) {
		t.Errorf("%+v", rotated)
	}
	holds(first, true)
	holds(second, true)
	b.clock.move(day)
	holds(first, false)
	holds(second, true)

	third, _ := rotate(7 * day)
	holds(second, true)
	fourth, _ := rotate(0) // the one before the last ends at once, whatever its overlap was
	holds(second, false)
	holds(third, false)
	holds(fourth, true)

	b.clock.move(29 * day)
	_, rotated = rotate(7 * day)
	if want := morning.Add(51 * day); !rotated.OldUntil.Equal(want) {
		t.Errorf("rotation prolongs the old secret to %s, want %s", rotated.OldUntil, want)
	}
	b.clock.move(2 * day)
	holds(fourth, false)

	for _, overlap := range []time.Duration{-1, 31 * day} {
		_, _, err := b.RotateKey(t.Context(), "cli", key.Prefix, overlap)
		wantCode(t, err, registry.CodeInvalid, "overlap")
	}
	b.clock.move(60 * day)
	_, _, err := b.RotateKey(t.Context(), "cli", key.Prefix, 0)
	wantCode(t, err, registry.CodeInvalid, "prefix")
	_, _, err = b.RotateKey(t.Context(), "cli", "00000000", 0)
	wantCode(t, err, registry.CodeNotFound, "")
	if _, err := b.RevokeKey(t.Context(), "cli", key.Prefix); err != nil {
		t.Fatal(err)
	}
	_, _, err = b.RotateKey(t.Context(), "cli", key.Prefix, 0)
	wantCode(t, err, registry.CodeInvalid, "prefix")
}

func TestNoSecretIsKept(t *testing.T) {
	b := newBench(t)
	secret, key := b.create(t, access.NewKey{Role: access.RoleMerchant, Name: "Nguyễn Văn An"})
	rotated, _, err := b.RotateKey(t.Context(), "cli", key.Prefix, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Authenticate(t.Context(), rotated)
	if err != nil {
		t.Fatal(err)
	}
	token, csrf, _, err := b.StartSession(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var database []byte
	for _, path := range []string{b.path, b.path + "-wal"} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		database = append(database, content...)
	}
	if !strings.Contains(string(database), key.Prefix) {
		t.Fatal("the files have no key: this test sees nothing")
	}
	for what, text := range map[string]string{"secret": secret[13:], "new secret": rotated[13:], "token": token, "csrf": csrf} {
		if strings.Contains(string(database), text) {
			t.Errorf("the database holds the %s", what)
		}
	}
	for _, e := range b.entries(t) {
		if strings.Contains(e.Detail+e.Subject, "Nguyễn") {
			t.Errorf("the journal holds the name of a key: %+v", e)
		}
	}
}

func TestLastUsedIsWrittenOnceADay(t *testing.T) {
	b := newBench(t)
	secret, key := b.create(t, access.NewKey{Role: access.RoleMerchant})
	if key.LastUsed != 0 {
		t.Errorf("used on %s before it was", key.LastUsed)
	}
	before := b.store.Stats().Updates
	var together sync.WaitGroup
	for range 20 {
		together.Go(func() {
			if _, err := b.Authenticate(t.Context(), secret); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	b.clock.move(-48 * time.Hour) // a clock that jumps back
	if _, err := b.Authenticate(t.Context(), secret); err != nil {
		t.Error(err)
	}
	if n := b.store.Stats().Updates - before; n != 1 {
		t.Errorf("%d writes for a day's requests", n)
	}
	keys, err := b.Keys(t.Context())
	if err != nil || len(keys) != 1 || keys[0].LastUsed.String() != "2026-11-22" {
		t.Errorf("%+v %v", keys, err)
	}
	b.clock.move(72 * time.Hour)
	if _, err := b.Authenticate(t.Context(), secret); err != nil {
		t.Error(err)
	}
	if keys, err = b.Keys(t.Context()); err != nil || keys[0].LastUsed.String() != "2026-11-23" {
		t.Errorf("%+v %v", keys, err)
	}
}

// readOnly is a store whose disk is full.
type readOnly struct{ access.Store }

func (readOnly) UpdateAccess(context.Context, func(access.Writer) error) error {
	return &registry.Error{Code: registry.CodeInternal, Message: "no room left for the database"}
}

func TestFullDiskRefusesNoReader(t *testing.T) {
	b := newBench(t)
	secret, _ := b.create(t, access.NewKey{Role: access.RoleMerchant})
	p, err := b.Authenticate(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	token, _, _, err := b.StartSession(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	b.clock.move(24 * time.Hour)
	full := access.NewService(readOnly{b.store}, someDivisions(t), b.clock.Now)
	if _, err := full.Authenticate(t.Context(), secret); err != nil {
		t.Error(err)
	}
	b.clock.move(-24*time.Hour + 30*time.Minute)
	if _, _, err := full.Session(t.Context(), token); err != nil {
		t.Error(err)
	}
}

// noJournal is a store whose journal refuses.
type noJournal struct{ access.Store }

func (s noJournal) UpdateAccess(ctx context.Context, fn func(access.Writer) error) error {
	return s.Store.UpdateAccess(ctx, func(w access.Writer) error { return fn(refusingWriter{w}) })
}

type refusingWriter struct{ access.Writer }

var errJournal = errors.New("journal")

func (refusingWriter) AppendEntry(registry.Entry) error { return errJournal }

func TestNothingChangesWithoutItsEntry(t *testing.T) {
	b := newBench(t)
	secret, key := b.create(t, access.NewKey{Role: access.RoleMerchant})
	token, _, _, err := b.StartSession(t.Context(), key.Principal())
	if err != nil {
		t.Fatal(err)
	}
	silent := access.NewService(noJournal{b.store}, someDivisions(t), b.clock.Now)
	_, _, created := silent.CreateKey(t.Context(), "cli", access.NewKey{Role: access.RoleMerchant})
	_, _, rotated := silent.RotateKey(t.Context(), "cli", key.Prefix, 0)
	_, revoked := silent.RevokeKey(t.Context(), "cli", key.Prefix)
	_, _, _, started := silent.StartSession(t.Context(), key.Principal())
	ended := silent.EndSession(t.Context(), token)
	for what, err := range map[string]error{"create": created, "rotate": rotated, "revoke": revoked, "start": started, "end": ended} {
		if !errors.Is(err, errJournal) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if keys, err := b.Keys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("%+v %v", keys, err)
	}
	if _, err := b.Authenticate(t.Context(), secret); err != nil {
		t.Error(err)
	}
	if _, _, err := b.Session(t.Context(), token); err != nil {
		t.Error(err)
	}
}

func TestTheSameSecretMakesOneKey(t *testing.T) {
	b := newBench(t)
	n := access.NewKey{Role: access.RoleAdmin, Secret: access.NewSecret()}
	if secret, _ := b.create(t, n); secret != n.Secret {
		t.Error("another secret than the given one")
	}
	_, _, err := b.CreateKey(t.Context(), "cli", n)
	wantCode(t, err, registry.CodeVersionConflict, "")
}
