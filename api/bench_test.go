package api

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/labstack/echo/v4"
	_ "github.com/mattn/go-sqlite3"

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
	answers, err := service.AssignMany(b.Context(), "bench", requests)
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
// (b) the same after one primary-key read, all over loopback connections. The promise is ≥ 0.4 × (a) and ≥ 0.7 × (b).
func BenchmarkResolve(b *testing.B) {
	service := newService(b)
	codes := registered(b, service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	body := sampleBody(b, server, codes[0])

	b.Run("api", func(b *testing.B) {
		load(b, server, func(i int) string { return "/v1/addresses/" + codes[i%len(codes)] })
	})
	b.Run("bare_echo", func(b *testing.B) {
		e := echo.New()
		e.GET("/v1/addresses/:code", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, body) })
		load(b, e, func(i int) string { return "/v1/addresses/" + codes[i%len(codes)] })
	})
	b.Run("bare_echo_and_one_read", func(b *testing.B) {
		db := blobs(b, body)
		read, err := db.Prepare("SELECT body FROM blobs WHERE id = ?")
		if err != nil {
			b.Fatal(err)
		}
		e := echo.New()
		e.GET("/:id", func(c echo.Context) error {
			var text []byte
			if err := read.QueryRowContext(c.Request().Context(), c.Param("id")).Scan(&text); err != nil {
				return err
			}
			return c.JSONBlob(http.StatusOK, text)
		})
		load(b, e, func(i int) string { return fmt.Sprint("/", i%benchAddresses) })
	})
}

// BenchmarkResolveInProcess is the work of one request without the network.
func BenchmarkResolveInProcess(b *testing.B) {
	service := newService(b)
	codes := registered(b, service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/addresses/"+codes[i%len(codes)], nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkReverse(b *testing.B) {
	service := newService(b)
	registered(b, service)
	server := newServer(b, service, testConfig(), io.Discard)
	server.log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	load(b, server, func(i int) string {
		return fmt.Sprintf("/v1/reverse?lat=%.6f&lon=%.6f", 21.00+float64(i%25000)*1e-6, 105.80+float64(i*7%50000)*1e-6)
	})
}

func sampleBody(b *testing.B, s *Server, code string) []byte {
	b.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/addresses/"+code, nil))
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

// load asks a handler over loopback from many connections at once and reports requests per second.
func load(b *testing.B, handler http.Handler, target func(i int) string) {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := NewHTTPServer(handler, "")
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	base := "http://" + listener.Addr().String()
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}

	var n atomic.Int64
	b.SetParallelism((connections + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			res, err := client.Get(base + target(int(n.Add(1))))
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, res.Body)
			if closing := res.Body.Close(); err != nil || closing != nil || res.StatusCode != http.StatusOK {
				b.Errorf("status %d, %v, %v", res.StatusCode, err, closing)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
