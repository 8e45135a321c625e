package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// caller is who made a request, and what is remembered of its answer until it is sent.
type caller struct {
	access.Principal
	developer bool   // without a key, in Config.Dev: neither quotas nor journal
	session   string // token of a browser's session; "" for none
	csrf      string
	who       string // whose quota it is
	client    netip.Addr
	secure    bool   // it speaks TLS, to this server or to a trusted proxy
	host      string // that it called the server by
	view      *view
	header    http.Header // of the request; nil for who is no client

	subject string             // what the answer is about, for the journal; "" for the operation
	told    []addresscode.Code // addresses that the answer tells more of than is public
	zones   []uint64           // that the answer tells of
	room    [4]uint64          // for the first of them
}

type callerKey struct{}

// callerOf is the caller of a request; the public where nobody was asked for.
func callerOf(ctx context.Context) *caller {
	if c, ok := ctx.Value(callerKey{}).(*caller); ok && c != nil {
		return c
	}
	return &caller{Principal: access.Public, view: viewsByRole[access.RolePublic]}
}

// principalOf is who makes the request.
func principalOf(ctx context.Context) access.Principal { return callerOf(ctx).Principal }

// actorOf is who the registry records as the author of a change, and where that is allowed.
func (s *Server) actorOf(ctx context.Context) registry.Actor {
	c := callerOf(ctx)
	if c.developer {
		return registry.Actor{Name: "api"}
	}
	return c.Actor(s.provinceToday)
}

// viewOf is what the caller may see.
func viewOf(ctx context.Context) *view { return callerOf(ctx).view }

// language is the one of what the caller reads.
func (c *caller) language() lang { return languageOf(c.header) }

// anonymous reports a caller who showed neither key nor token.
func (c *caller) anonymous() bool { return c.Role == access.RolePublic }

// journalled reports a caller of whom the journal keeps what it was shown.
func (c *caller) journalled() bool { return !c.developer && !c.anonymous() }

// note remembers that an address is in the answer.
func (c *caller) note(a *registry.Address) {
	if c.developer {
		return
	}
	_, zone := placeOf(a)
	if c.zones == nil {
		c.zones = c.room[:0]
	}
	c.zones = append(c.zones, uint64(zone.Number()))
	if c.journalled() && c.view.tellsMore(a.Commune) && !a.Code.IsZero() && !slices.Contains(c.told, a.Code) {
		c.told = append(c.told, a.Code)
	}
}
