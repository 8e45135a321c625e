package api

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/registry"
)

const headerCSRF = "X-CSRF-Token"

// authenticate tells who makes a request: by a key or a household's token in Authorization, else by the session of the cookie, else
// nobody. What is shown and cannot be used is refused, never passed over.
func (s *Server) authenticate(ctx context.Context, c echo.Context, operation string) (*caller, error) {
	r := c.Request()
	by := &caller{Principal: access.Public, view: viewsByRole[access.RolePublic], secure: s.proxies.secure(r), host: r.Host, header: r.Header}
	by.client, _ = netip.ParseAddr(c.RealIP())
	if given, ok := r.Header["Authorization"]; ok {
		p, err := s.bearer(ctx, given)
		if err != nil {
			return by, err
		}
		by.Principal = p
	} else if token := sessionToken(r, by.secure); token != "" && operation != "startSession" {
		if s.access == nil {
			return by, unauthorized()
		}
		p, csrf, err := s.access.Session(ctx, token)
		if err != nil {
			return by, err
		}
		by.Principal, by.session, by.csrf = p, token, csrf
	} else if s.config.Dev && fromDeveloper(r) {
		by.Principal, by.developer = access.Principal{Role: access.RoleAdmin}, true
	}
	if by.anonymous() {
		by.who = access.ClientKey(by.client)
		return by, nil
	}
	by.who = by.Name()
	if area := by.Actor(s.provinceToday).Area; area != nil {
		by.view = newView(by.Principal, area)
	} else {
		by.view = viewsByRole[by.Role]
	}
	return by, nil
}

// fromDeveloper reports whether a request was meant for this machine by somebody on it. A page of another site that the developer
// looks at can make the browser send requests here too, under a name of that site's which leads to loopback or across sites.
func fromDeveloper(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return false
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// bearer tells who holds the key or token of an Authorization header.
func (s *Server) bearer(ctx context.Context, given []string) (access.Principal, error) {
	scheme, secret, ok := strings.Cut(given[0], " ")
	secret = strings.TrimSpace(secret)
	if len(given) != 1 || !ok || !strings.EqualFold(scheme, "Bearer") {
		return access.Principal{}, unauthorized()
	}
	switch {
	case strings.HasPrefix(secret, people.TokenPrefix) && s.people != nil:
		id, err := s.people.Authenticate(ctx, secret)
		if err != nil {
			return access.Principal{}, err
		}
		return access.Principal{Role: access.RoleHousehold, ID: id}, nil
	case s.access != nil:
		return s.access.Authenticate(ctx, secret)
	}
	return access.Principal{}, unauthorized()
}

func unauthorized() error {
	return &problem{code: ProblemCodeUnauthorized}
}

func isUnauthorized(err error) bool {
	p, ok := err.(*problem)
	return ok && p.code == ProblemCodeUnauthorized || registry.CodeOf(err) == registry.CodeUnauthorized
}

// sessionToken is the token in the cookie, "" for none. Over TLS only the cookie that was set over TLS counts.
func sessionToken(r *http.Request, secure bool) string {
	cookie, err := r.Cookie(cookieName(secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// checkForgery refuses what another site may have made a browser send: an unsafe request by a session needs the token that only a
// page of this server can read, and has to come from one.
//
// Nor may another site sign a browser in: it would be made to work under a key of that site's.
func checkForgery(by *caller, operation string, r *http.Request) error {
	var forged bool
	switch {
	case operation == "startSession":
		site := r.Header.Get("Sec-Fetch-Site")
		forged = site == "cross-site" || site == "same-site"
	case by.session != "" && r.Method != http.MethodGet:
		given := r.Header.Get(headerCSRF)
		forged = subtle.ConstantTimeCompare([]byte(given), []byte(by.csrf)) != 1 || by.csrf == "" || !fromHere(r, by.secure)
	}
	if forged {
		return &problem{code: ProblemCodeForbidden, detail: words{
			"Yêu cầu bằng phiên trình duyệt phải kèm X-CSRF-Token và gửi từ chính trang này",
			"a request by a session needs X-CSRF-Token and has to come from a page of this server",
		}, hint: words{"Lấy csrf_token bằng GET /v1/session, hoặc gửi khoá trong Authorization", "GET /v1/session tells csrf_token; or send a key in Authorization"}}
	}
	return nil
}

// fromHere reports whether a browser says that a page of this server made the request.
func fromHere(r *http.Request, secure bool) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || origin.Host == "" {
		return false
	}
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return origin.Scheme == scheme && strings.EqualFold(origin.Host, r.Host)
}
