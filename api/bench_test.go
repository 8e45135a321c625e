package api

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	_ "github.com/mattn/go-sqlite3"
	"golang.org/x/sync/errgroup"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// benchAddresses is how many addresses the benchmarks register: enough that a read is not always of the same page. The
// load command of the repository measures with 200,000.
const benchAddresses = 5000

// connections is the number of clients at once.
const connections = 16

// registered fills a registry with addresses along a grid in Hà Nội and returns their codes.
func registered(b *testing.B, service *registry.Service) []string {
	b.Helper()
	requests := make([]registry.AssignRequest, 0, benchAddresses)
	for i := range benchAddresses {
		p, err := geo.NewPoint(21.00+float64(i/100)*0.0005, 105.80+float64(i%100)*0.0005)
		if err != nil {
			b.Fatal(err)
		}
		requests = append(requests, registry.AssignRequest{
			Positions:  []registry.TypedPosition{{Type: registry.PositionEntrance, Position: geo.Position{Point: p, Source: geo.SourceSurvey, AccuracyM: 3}}},
			Components: registry.Components{HouseNumber: fmt.Sprint(i), Alley: []string{"12", "34"}, Street: "Đường Thử Nghiệm"},
		})
	}
	answers, err := service.AssignMany(b.Context(), registry.Actor{Name: "bench"}, requests)
	if err != nil {
		b.Fatal(err)
	}
	codes := make([]string, 0, len(answers))
	for _, a := range answers {
		if a.Err != nil {
			b.Fatal(a.Err)
		}
		codes = append(codes, a.Address.Code.String())
	}
	return codes
}

// BenchmarkResolve compares resolving a code with (a) a bare Echo handler that returns a JSON body of the same size and
// (b) the same after one primary-key read, over loopback connections. The three take turns, so that whatever else the
// machine does falls on all of them. The promise is ≥ 0.4 × (a) and ≥ 0.7 × (b).
func BenchmarkResolve(b *testing.B) {
	service := newService(b)
	codes := registered(b, service.Service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	body := sampleBody(b, server, codes[0])
	code := func(i int) string { return "/v1/addresses/" + codes[i*7919%len(codes)] }

	bare := echo.New()
	bare.GET("/v1/addresses/:code", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, body) })

	read, err := blobs(b, body).Prepare("SELECT body FROM blobs WHERE id = ?")
	if err != nil {
		b.Fatal(err)
	}
	reading := echo.New()
	reading.GET("/:id", func(c echo.Context) error {
		var text []byte
		if err := read.QueryRowContext(c.Request().Context(), c.Param("id")).Scan(&text); err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, text)
	})

	api := newLoad(b, server, code)
	one := newLoad(b, bare, code)
	two := newLoad(b, reading, func(i int) string { return fmt.Sprint("/", i*7919%benchAddresses) })
	for b.Loop() {
		api.burst(b)
		one.burst(b)
		two.burst(b)
	}
	b.ReportMetric(api.rate(), "req/s")
	b.ReportMetric(api.rate()/one.rate(), "×bare")
	b.ReportMetric(api.rate()/two.rate(), "×bare+read")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkResolveInProcess is the work of one request without the network.
func BenchmarkResolveInProcess(b *testing.B) {
	service := newService(b)
	codes := registered(b, service.Service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, request(http.MethodGet, "/v1/addresses/"+codes[i%len(codes)], nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// BenchmarkReverse asks for the addresses near random points of the registered grid. The promise is ≥ 8,000/s.
func BenchmarkReverse(b *testing.B) {
	service := newService(b)
	registered(b, service.Service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	l := newLoad(b, server, func(i int) string {
		return fmt.Sprintf("/v1/reverse?lat=%.6f&lon=%.6f", 21.00+float64(i*7919%25000)*1e-6, 105.80+float64(i*104729%50000)*1e-6)
	})
	for b.Loop() {
		l.burst(b)
	}
	b.ReportMetric(l.rate(), "req/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPublic is the work for everybody without a key, beside that for an administrator.
func BenchmarkPublic(b *testing.B) {
	service := newService(b)
	codes := registered(b, service.Service)
	for _, who := range []struct {
		name string
		dev  bool
	}{{"public", false}, {"admin", true}} {
		config := testConfig()
		config.Dev = who.dev
		server := newServer(b, service, config, io.Discard)
		server.log, server.quotas = slog.New(slog.NewJSONHandler(io.Discard, nil)), nil
		for name, target := range map[string]func(int) string{
			"get": func(i int) string { return "/v1/addresses/" + codes[i%len(codes)] },
			"reverse": func(i int) string {
				return fmt.Sprintf("/v1/reverse?lat=%.6f&lon=%.6f", 21.00+float64(i*7919%25000)*1e-6, 105.80+float64(i*104729%50000)*1e-6)
			},
		} {
			b.Run(name+"/"+who.name, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					w := httptest.NewRecorder()
					server.ServeHTTP(w, request(http.MethodGet, target(i), nil))
					if w.Code != http.StatusOK {
						b.Fatal(w.Code)
					}
				}
			})
		}
	}
}

func sampleBody(b *testing.B, s *Server, code string) []byte {
	b.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request(http.MethodGet, "/v1/addresses/"+code, nil))
	if w.Code != http.StatusOK {
		b.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// blobs is a database with nothing but bodies by primary key.
func blobs(b *testing.B, body []byte) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "blobs.db")+"?_journal_mode=WAL&_synchronous=OFF")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := db.Exec("CREATE TABLE blobs (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	for i := range benchAddresses {
		if _, err := db.Exec("INSERT INTO blobs VALUES (?, ?)", i, body); err != nil {
			b.Fatal(err)
		}
	}
	return db
}

// loader asks a handler over loopback from many connections at once.
type loader struct {
	client *http.Client
	target func(i int) string
	asked  int
	took   time.Duration
}

func newLoad(b *testing.B, handler http.Handler, target func(i int) string) *loader {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := NewHTTPServer(handler, "")
	go func() { _ = server.Serve(listener) }() // ends with Close below
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	b.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			b.Error(err)
		}
	})
	base := "http://" + listener.Addr().String()
	return &loader{client: &http.Client{Transport: transport}, target: func(i int) string { return base + target(i) }}
}

// burst sends some requests from every connection and waits for the answers.
func (l *loader) burst(b *testing.B) {
	b.Helper()
	const each = 50
	var group errgroup.Group
	start := time.Now()
	for connection := range connections {
		group.Go(func() error {
			for i := range each {
				if err := l.ask(l.asked + connection*each + i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	l.took += time.Since(start)
	l.asked += connections * each
}

func (l *loader) ask(i int) error {
	res, err := l.client.Get(l.target(i))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return errors.Join(err, res.Body.Close())
}

// rate is requests per second.
func (l *loader) rate() float64 { return float64(l.asked) / l.took.Seconds() }
