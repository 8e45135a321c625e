package api

import "net/http"

// Values of headers, shared by all answers and never changed.
var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	noFrame    = []string{"DENY"}
	sameOrigin = []string{"same-origin"}
	// Nothing but a page loads anything; the pages have policies of their own.
	nothingLoads  = []string{"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
	noPermissions = []string{"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"}
	onlyTLS       = []string{"max-age=31536000"} // for a year, of this host
)

// secureHeaders sets the headers that keep browsers from doing with an answer what it is not for.
func (s *Server) secureHeaders(h http.Header, r *http.Request) {
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	h["X-Frame-Options"] = noFrame
	h["Content-Security-Policy"] = nothingLoads
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Permissions-Policy"] = noPermissions
	if s.proxies.secure(r) {
		h["Strict-Transport-Security"] = onlyTLS
	}
}
