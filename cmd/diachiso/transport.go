package main

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/registry"
)

const (
	mostConnections = 16384
	spareFiles      = 256 // for the database, logs, certificates
)

// certificate is nil where none is configured.
func (m *Main) certificate(log *slog.Logger) (*api.Certificate, error) {
	if m.config.TLSCert == "" {
		return nil, nil
	}
	c, err := api.LoadCertificate(m.config.TLSCert, m.config.TLSKey, time.Now, log)
	if e, ok := errors.AsType[*registry.Error](err); ok {
		return nil, usage(e.Hint, "%s", e.Message)
	}
	return c, err
}

// httpServer returns the server for a handler, and the listener that it must serve.
func (m *Main) httpServer(handler *api.Server, listener net.Listener, certificate *api.Certificate, log *slog.Logger) (*http.Server, net.Listener) {
	server := api.NewHTTPServer(handler, m.config.Listen)
	server.ErrorLog = serverLog(log)
	if certificate != nil {
		server.TLSConfig = certificate.TLSConfig()
	}
	most := mostConnections
	if files, known := openFileLimit(); known && files < mostConnections+spareFiles {
		most = max(int(files)-spareFiles, spareFiles)
		log.Warn("the limit of open files bounds the connections", "open_files", files, "connections", most)
	}
	return server, handler.LimitConnections(server, listener, most)
}

func serve(server *http.Server, listener net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

// serverLog takes what net/http has to say. A failed handshake, of which every scanner leaves some, and which names a client,
// is for debugging only, without the name.
func serverLog(to *slog.Logger) *log.Logger { return log.New(serverLines{to}, "", 0) }

type serverLines struct{ log *slog.Logger }

func (l serverLines) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if rest, handshake := strings.CutPrefix(text, "http: TLS handshake error from "); handshake {
		_, reason, _ := strings.Cut(rest, ": ")
		l.log.Debug("TLS handshake failed", "reason", reason)
	} else {
		l.log.Warn("connection", "error", text)
	}
	return len(line), nil
}

// baseURL is where a browser on this machine finds the server.
func baseURL(addr net.Addr, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, reachable(addr))
}
