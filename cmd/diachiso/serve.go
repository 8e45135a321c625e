package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// stopTimeout is how long running requests may take to finish after a signal.
const stopTimeout = 10 * time.Second

func (m *Main) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Chạy máy chủ – serve the API",
		Long: `Creates or opens the database, brings it to the built-in data and serves the API with its documentation.
The first start makes an admin key and writes it to admin.key beside the database; see diachiso key --help.
With --dev nobody needs a key: it listens on loopback only, has no quotas, and whoever reaches it is an admin.
SIGINT or SIGTERM stops it: running requests finish, at most 10 s; a second signal ends at once.`,
		Example: `  diachiso serve
  diachiso serve --demo --dev --listen 127.0.0.1:9000
  diachiso serve --listen 0.0.0.0:443 --tls-cert /etc/diachiso/cert.pem --tls-key /etc/diachiso/key.pem
  DIACHISO_DB=/var/lib/diachiso/diachiso.db diachiso serve --log-format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.serve(cmd.Context()) },
	}
	fs := c.Flags()
	fs.String("listen", "", "host and port (DIACHISO_LISTEN; default 127.0.0.1:8080)")
	fs.StringSlice("cors-origins", nil, "web origins that may call the API from a browser (DIACHISO_CORS_ORIGINS)")
	fs.String("tls-cert", "", "certificate with its chain, PEM: serve HTTPS (DIACHISO_TLS_CERT)")
	fs.String("tls-key", "", "its key, PEM (DIACHISO_TLS_KEY)")
	fs.StringSlice("trusted-proxies", nil, "addresses or networks of reverse proxies whose X-Forwarded-For is believed (DIACHISO_TRUSTED_PROXIES)")
	fs.String("public-url", "", "scheme and host that QR codes and links lead to, such as https://diachi.example.vn (DIACHISO_PUBLIC_URL; default: where the request went)")
	fs.Bool("dev", false, "development server: no keys, no quotas, everybody is an admin; on loopback only (DIACHISO_DEV)")
	fs.Bool("demo", false, "load the demonstration quarter if it is not there (DIACHISO_DEMO)")
	return c
}

func (m *Main) serve(ctx context.Context) (err error) {
	logs := newLogWriter(m.Stderr)
	defer func() { _ = logs.Flush() }() // there is nowhere to tell
	log := slog.New(promptHandler{m.logHandler(logs), logs})
	// The port first: a server that cannot listen should not touch the database.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", m.config.Listen)
	if err != nil {
		return listenError(m.config.Listen, err)
	}
	defer listener.Close()
	certificate, err := m.certificate(log)
	if err != nil {
		return err
	}
	db, report, err := m.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	if report.From != "" && report.From != report.To {
		log.Info("data upgraded", "from", report.From, "to", report.To, "rederived", report.Rederived)
	}
	if m.config.Demo {
		added, err := seed.LoadDemo(ctx, db.svc)
		if err != nil {
			return fmt.Errorf("load the demonstration quarter: %w", err)
		}
		if added > 0 {
			log.Info("demonstration quarter loaded", "addresses", added)
		}
	}
	security, closeSecurityLog, err := m.securityLog(log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeSecurityLog()) }()
	auditor, stopAuditing, err := m.auditing(ctx, db, security, log)
	if err != nil {
		return err
	}
	defer stopAuditing()
	defer db.purging(ctx, log)()
	keys, adminKey := db.keys(), ""
	if !m.config.Dev {
		if adminKey, err = m.ensureAdminKey(ctx, keys, security, log); err != nil {
			return err
		}
	}
	households, closePeople, err := m.keepPeople(ctx, db, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closePeople()) }()
	engine, err := geocode.NewEngine(ctx, db.svc, db.store)
	if err != nil {
		return fmt.Errorf("build the search index: %w", err)
	}
	files, err := m.openJobs(db, log)
	if err != nil {
		return err
	}
	handler, err := api.New(api.Services{Registry: db.svc, Geocoder: engine, Access: keys, People: households, Audit: auditor, Jobs: files}, api.Config{
		Version: buildVersion(), DataVersion: seed.Version, SchemaVersion: strconv.Itoa(sqlite.SchemaVersion),
		CORSOrigins: m.config.CORSOrigins, PublicURL: m.config.PublicURL, BaseMap: m.config.BaseMap, Certificate: certificate, Ready: db.store.Ping,
		Dev: m.config.Dev, TrustedProxies: m.config.Proxies, Security: security,
		GeocodeLimit: m.config.GeocodeLimit, JobLimit: m.config.JobLimit,
	}, log)
	if err != nil {
		return err
	}
	defer runJobs(ctx, handler, files, log)()
	go func() {
		if err := handler.PrepareMap(); err != nil {
			log.Error("the map cannot be drawn", "error", err)
		}
	}()
	debug.FreeOSMemory() // decoding the built-in data leaves garbage of about its own size
	server, bounded := m.httpServer(handler, listener, certificate, log)
	return m.serveUntilStopped(ctx, db, adminKey, bounded, server, log)
}

func (m *Main) serveUntilStopped(ctx context.Context, db *database, adminKey string, listener net.Listener, server *http.Server, log *slog.Logger) error {
	failed := make(chan error, 1)
	secure := server.TLSConfig != nil // asked first: serving sets it, without TLS too
	go func() { failed <- serve(server, listener) }()
	m.welcome(ctx, db, adminKey, listener.Addr(), secure, log)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		log.Warn("requests were cut off", "after", stopTimeout)
		return errors.Join(server.Close(), fmt.Errorf("stop within %s: %w", stopTimeout, err))
	}
	log.Info("stopped")
	return nil
}

// welcome prints what to open, and where the admin key is that this start made, if it did.
func (m *Main) welcome(ctx context.Context, db *database, adminKey string, addr net.Addr, secure bool, log *slog.Logger) {
	base := baseURL(addr, secure)
	host, _, err := net.SplitHostPort(addr.String())
	if err == nil && !isLoopback(host) && !secure && len(m.config.Proxies) == 0 {
		log.Warn("keys and people's data would cross the network unencrypted: set tls_cert and tls_key, or put a proxy with a certificate in front and name it in trusted_proxies",
			"listen", addr.String())
	}
	log.Info("listening", "url", base)
	t := m.table()
	t.row("Máy chủ (serving)", base)
	t.row("Tài liệu (documentation)", base+"/docs")
	t.row("Khoá quản trị (admin key)", adminKey)
	if code := exampleCode(ctx, db); code != "" {
		t.row("Thử tra mã (try a code)", base+"/v1/addresses/"+code)
		t.row("Mã gõ nhầm (a damaged one)", base+"/v1/resolve?q="+damage(code))
	} else {
		t.row("Thử một vị trí (try a place)", base+"/v1/divisions/locate?lat=21.0287&lon=105.8524")
	}
	if err := t.flush(); err != nil {
		log.Warn("cannot write to standard output", "error", err)
	}
}

// reachable is the address for a browser on this machine: 0.0.0.0 and [::] are no addresses to open.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// exampleCode is an address near the demonstration quarter's centre, "" when there is none.
func exampleCode(ctx context.Context, db *database) string {
	centre, err := geo.NewPoint(21.0287, 105.8524)
	if err != nil {
		return ""
	}
	near, err := db.svc.Reverse(ctx, centre, 2000, 1)
	if err != nil || len(near) == 0 {
		return ""
	}
	return near[0].Address.Code.String()
}

// damage makes the kind of slip that correction puts right: the last symbol misread.
func damage(code string) string {
	last := "X"
	if strings.HasSuffix(code, last) {
		last = "Z"
	}
	return code[:len(code)-1] + last
}

func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return failure("another port with --listen, or stop what runs there", "%s is in use by another program", addr)
	case errors.Is(err, syscall.EACCES):
		return failure("a port above 1023 with --listen", "this user may not listen on %s", addr)
	}
	return failure("--listen 127.0.0.1:8080", "cannot listen on %s: %w", addr, err)
}
