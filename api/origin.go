package api

import (
	"net/url"
	"regexp"
	"strings"
)

// maxHost bounds the host of a link, in bytes: the QR code of a label has room for no more.
const maxHost = 100

var plainHost = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// IsOrigin reports whether a text is the scheme and host of a web site and nothing else, as links are made of: https://diachi.example.vn.
func IsOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isHost(u.Host) && text == u.Scheme+"://"+u.Host
}

func isHost(host string) bool { return len(host) <= maxHost && plainHost.MatchString(host) }

// origin is the scheme and host of links to this server: as configured, else where the caller's request went.
func (s *Server) origin(by *caller) (string, error) {
	if s.config.PublicURL != "" {
		return s.config.PublicURL, nil
	}
	if !isHost(by.host) {
		return "", invalidField("Host", FieldErrorCodeFormat, words{"không phải tên máy chủ", "is no name of a host"})
	}
	if by.secure {
		return "https://" + strings.ToLower(by.host), nil
	}
	return "http://" + strings.ToLower(by.host), nil
}
