package access_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/registry"
)

// start makes a session of a new key.
func (b *bench) start(t *testing.T, n access.NewKey) (token string, key access.Key) {
	t.Helper()
	_, key = b.create(t, n)
	token, _, _, err := b.StartSession(t.Context(), key.Principal())
	if err != nil {
		t.Fatal(err)
	}
	return token, key
}

func (b *bench) lives(t *testing.T, token string, want bool) {
	t.Helper()
	_, _, err := b.Session(t.Context(), token)
	if want && err != nil {
		t.Errorf("the session ended: %v", err)
	}
	if !want {
		wantCode(t, err, registry.CodeUnauthorized, "")
	}
}

func TestSessionIsItsKey(t *testing.T) {
	b := newBench(t)
	_, key := b.create(t, access.NewKey{Role: access.RoleRegistrar, Communes: []string{"00070"}})
	token, csrf, expires, err := b.StartSession(t.Context(), key.Principal())
	if err != nil || !expires.Equal(morning.Add(12*time.Hour)) {
		t.Fatal(expires, err)
	}
	p, again, err := b.Session(t.Context(), token)
	if err != nil || !reflect.DeepEqual(p, key.Principal()) {
		t.Errorf("%+v %v", p, err)
	}
	if csrf != again || len(csrf) < 26 || strings.Contains(token, csrf) || strings.Contains(csrf, token) {
		t.Errorf("token %s, csrf %s, then %s", token, csrf, again)
	}
	other, otherCSRF, _, err := b.StartSession(t.Context(), key.Principal())
	if err != nil || other == token || otherCSRF == csrf {
		t.Errorf("two sessions share something: %s %s %v", other, otherCSRF, err)
	}
	if err := b.EndSession(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	b.lives(t, token, false)
	b.lives(t, other, true)
	if err := b.EndSession(t.Context(), token); err != nil {
		t.Errorf("ended twice: %v", err)
	}
	b.lives(t, "", false)
	want := []string{"key.created", "session.started", "session.started", "session.ended"}
	if got := b.actions(t); !reflect.DeepEqual(got, want) {
		t.Errorf("journal: %v, want %v", got, want)
	}
	for _, e := range b.entries(t)[1:] {
		if e.Actor != "key:"+key.Prefix || e.Subject != key.Prefix {
			t.Errorf("%+v", e)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		key  access.NewKey
		live func(*testing.T, *bench, string, access.Key)
	}{
		"idle for an hour": {access.NewKey{Role: access.RoleMerchant}, func(t *testing.T, b *bench, token string, _ access.Key) {
			b.clock.move(59 * time.Minute)
			b.lives(t, token, true)
			b.clock.move(59 * time.Minute)
			b.lives(t, token, true)
			b.clock.move(time.Hour)
		}},
		"after twelve hours": {access.NewKey{Role: access.RoleMerchant}, func(t *testing.T, b *bench, token string, _ access.Key) {
			for range 23 {
				b.clock.move(30 * time.Minute)
				b.lives(t, token, true)
			}
			b.clock.move(30 * time.Minute)
		}},
		"with its key": {access.NewKey{Role: access.RoleMerchant, Expires: 20 * time.Minute}, func(t *testing.T, b *bench, token string, _ access.Key) {
			b.clock.move(19 * time.Minute)
			b.lives(t, token, true)
			b.clock.move(time.Minute)
		}},
		"revoked": {access.NewKey{Role: access.RoleMerchant}, func(t *testing.T, b *bench, _ string, key access.Key) {
			if _, err := b.RevokeKey(t.Context(), "cli", key.Prefix); err != nil {
				t.Fatal(err)
			}
		}},
		"rotated at once": {access.NewKey{Role: access.RoleMerchant}, func(t *testing.T, b *bench, _ string, key access.Key) {
			b.clock.move(time.Minute)
			if _, _, err := b.RotateKey(t.Context(), "cli", key.Prefix, 0); err != nil {
				t.Fatal(err)
			}
		}},
		"rotated with overlap": {access.NewKey{Role: access.RoleMerchant}, func(t *testing.T, b *bench, token string, key access.Key) {
			if _, _, err := b.RotateKey(t.Context(), "cli", key.Prefix, 20*time.Minute); err != nil {
				t.Fatal(err)
			}
			b.clock.move(19 * time.Minute)
			b.lives(t, token, true)
			b.clock.move(time.Minute)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			token, key := b.start(t, tt.key)
			b.lives(t, token, true)
			tt.live(t, b, token, key)
			b.lives(t, token, false)
		})
	}
}

func TestSessionSurvivesAClockThatJumpsBack(t *testing.T) {
	b := newBench(t)
	token, _ := b.start(t, access.NewKey{Role: access.RoleMerchant})
	b.clock.move(-48 * time.Hour)
	b.lives(t, token, true)
}

func TestSessionsAreMadeFromKeysOnly(t *testing.T) {
	b := newBench(t)
	_, key := b.create(t, access.NewKey{Role: access.RoleMerchant})
	_, gone := b.create(t, access.NewKey{Role: access.RoleMerchant})
	if _, err := b.RevokeKey(t.Context(), "cli", gone.Prefix); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]access.Principal{
		"public":           access.Public,
		"nobody":           {},
		"household":        {Role: access.RoleHousehold, ID: key.Prefix},
		"dev":              {Role: access.RoleAdmin},
		"another role":     {Role: access.RoleAdmin, ID: key.Prefix},
		"revoked meantime": gone.Principal(),
	} {
		_, _, _, err := b.StartSession(t.Context(), p)
		if registry.CodeOf(err) != registry.CodeUnauthorized {
			t.Errorf("%s: %v", name, err)
		}
	}
}
