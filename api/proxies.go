package api

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// proxies are the machines in front of the server whose word about their clients is taken. Nobody else's is.
type proxies []netip.Prefix

// clientAddress is how a client's address is found: the peer's own, or, behind trusted proxies, the last one in X-Forwarded-For that is
// no trusted proxy. What stands before that anybody can write.
func (p proxies) clientAddress() echo.IPExtractor {
	if len(p) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range p {
		prefix = prefix.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// secure reports whether the client speaks TLS: to this server, or to a trusted proxy that says so.
func (p proxies) secure(r *http.Request) bool {
	return r.TLS != nil || len(p) > 0 && r.Header.Get("X-Forwarded-Proto") == "https" && p.trusts(r.RemoteAddr)
}

func (p proxies) trusts(remote string) bool {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	for _, prefix := range p {
		if prefix.Contains(at.Addr().Unmap().WithZone("")) {
			return true
		}
	}
	return false
}
