package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/diachiso/diachiso/registry"
)

// A session of a browser ends after sessionLife, after sessionIdle without a request, when it is ended, and with its key.
const (
	sessionLife = 12 * time.Hour // a working day
	sessionIdle = time.Hour
	touchEvery  = 5 * time.Minute // how exactly the last request is known: a write for each would be dear
)

// StartSession makes a session of whoever has just shown a key. The token belongs into a cookie that scripts cannot read; the
// browser proves with csrf that a request comes from a page that was allowed to read it.
func (s *Service) StartSession(ctx context.Context, p Principal) (token, csrf string, expires time.Time, err error) {
	const op = "start session"
	now := s.clock()
	token = rand.Text() // 130 bits
	session := SessionRecord{Hash: sha256.Sum256([]byte(token)), Key: p.ID, StartedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife)}
	err = s.store.UpdateAccess(ctx, func(w Writer) error {
		k, err := w.AccessKey(p.ID)
		if registry.CodeOf(err) == registry.CodeNotFound || err == nil && k.Role != p.Role {
			return unauthorized(op, "a session is made from a key", "send one")
		}
		if err != nil {
			return err
		}
		if err := refuseState(op, &k.Key, now); err != nil {
			return err
		}
		session.ExpiresAt = earlier(session.ExpiresAt, k.ExpiresAt)
		if err := w.DeleteAccessSessionsBefore(now); err != nil {
			return err
		}
		if err := w.InsertAccessSession(session); err != nil {
			return err
		}
		text, err := detail(struct {
			Expires string `json:"expires"`
		}{stamp(session.ExpiresAt)})
		if err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{At: now, Actor: p.Name(), Action: "session.started", Subject: p.ID, Detail: text})
	})
	if err != nil {
		return "", "", time.Time{}, wrap(op, err)
	}
	return token, csrfOf(token), session.ExpiresAt, nil
}

// Session tells whose session a token is, and its csrf token.
func (s *Service) Session(ctx context.Context, token string) (p Principal, csrf string, err error) {
	const op = "read session"
	ended := unauthorized(op, "the session has ended", "sign in again")
	hash := sha256.Sum256([]byte(token))
	session, k, err := s.store.AccessSession(ctx, hash)
	if registry.CodeOf(err) == registry.CodeNotFound {
		return Principal{}, "", ended
	}
	if err != nil {
		return Principal{}, "", wrap(op, err)
	}
	now := s.clock()
	if !now.Before(session.ExpiresAt) || now.Sub(session.SeenAt) >= sessionIdle || k.StateAt(now) != StateValid {
		return Principal{}, "", ended
	}
	// Sessions do not say which secret they were made from. Those that began while the old one was valid end with it.
	if session.StartedAt.Before(k.OldUntil) && !now.Before(k.OldUntil) {
		return Principal{}, "", ended
	}
	if now.Sub(session.SeenAt) >= touchEvery {
		// A request is not refused because this could not be written; the session then only ends earlier.
		_ = s.store.UpdateAccess(ctx, func(w Writer) error { return w.TouchAccessSession(hash, now) })
	}
	return k.Principal(), csrfOf(token), nil
}

// EndSession ends a session; one that has ended already is no error.
func (s *Service) EndSession(ctx context.Context, token string) error {
	now := s.clock()
	err := s.store.UpdateAccess(ctx, func(w Writer) error {
		prefix, err := w.DeleteAccessSession(sha256.Sum256([]byte(token)))
		if registry.CodeOf(err) == registry.CodeNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return w.AppendEntry(registry.Entry{At: now, Actor: Principal{ID: prefix}.Name(), Action: "session.ended", Subject: prefix})
	})
	return wrap("end session", err)
}

// csrfOf derives what the page is told from what it cannot read: there is nothing to store, and no way back.
func csrfOf(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("csrf"))
	return encoding.EncodeToString(mac.Sum(nil))
}
