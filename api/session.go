package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/diachiso/diachiso/access"
)

// Names of the cookie that holds the token of a session. Browsers take the first one only over TLS, for this host and every path.
const (
	secureCookie = "__Host-diachiso"
	plainCookie  = "diachiso"
)

func cookieName(secure bool) string {
	if secure {
		return secureCookie
	}
	return plainCookie
}

// sessionCookie gives a browser a session for as long as that may live. An empty token takes it away.
func sessionCookie(secure bool, token string, life time.Duration) *http.Cookie {
	age := int(life.Seconds())
	if token == "" {
		age = -1
	}
	return &http.Cookie{
		Name: cookieName(secure), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure,
	}
}

// StartSession makes a session from a key.
func (s *Server) StartSession(ctx context.Context, r StartSessionRequestObject) (StartSessionResponseObject, error) {
	if s.access == nil {
		return nil, unauthorized()
	}
	p, err := s.access.Authenticate(ctx, r.Body.Key)
	if err != nil {
		return nil, err
	}
	token, csrf, expires, err := s.access.StartSession(ctx, p)
	if err != nil {
		return nil, err
	}
	out := &sessionAnswer{status: http.StatusCreated, body: sessionOf(p), cookie: sessionCookie(callerOf(ctx).secure, token, time.Until(expires))}
	out.body.CsrfToken, out.body.ExpiresAt = csrf, expires.UTC()
	return out, nil
}

// GetSession tells who is asking.
func (s *Server) GetSession(ctx context.Context, _ GetSessionRequestObject) (GetSessionResponseObject, error) {
	by := callerOf(ctx)
	out := &sessionAnswer{status: http.StatusOK, body: sessionOf(by.Principal)}
	out.body.CsrfToken = by.csrf
	return out, nil
}

// EndSession signs out.
func (s *Server) EndSession(ctx context.Context, _ EndSessionRequestObject) (EndSessionResponseObject, error) {
	by := callerOf(ctx)
	if by.session != "" {
		if err := s.access.EndSession(ctx, by.session); err != nil {
			return nil, err
		}
	}
	return &sessionAnswer{status: http.StatusNoContent, cookie: sessionCookie(by.secure, "", 0)}, nil
}

func sessionOf(p access.Principal) Session {
	return Session{Role: Role(p.Role), ID: p.ID, Communes: p.Communes, Provinces: p.Provinces}
}

// sessionAnswer is the answer of the operations on sessions.
type sessionAnswer struct {
	status int
	body   Session
	cookie *http.Cookie // nil leaves the browser its own
}

// VisitStartSessionResponse makes sessionAnswer an answer of StartSession.
func (a *sessionAnswer) VisitStartSessionResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetSessionResponse makes sessionAnswer an answer of GetSession.
func (a *sessionAnswer) VisitGetSessionResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitEndSessionResponse makes sessionAnswer an answer of EndSession.
func (a *sessionAnswer) VisitEndSessionResponse(w http.ResponseWriter) error { return a.write(w) }

func (a *sessionAnswer) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if a.cookie != nil {
		http.SetCookie(w, a.cookie)
	}
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return nil
	}
	body, err := json.Marshal(a.body)
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	h["Content-Type"] = jsonType
	w.WriteHeader(a.status)
	_, err = w.Write(append(body, '\n'))
	return err
}
