package api

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// servedWithin serves a handler with at most so many connections.
func servedWithin(t *testing.T, most int, handler http.HandlerFunc) (addr string, l *openConnections) {
	t.Helper()
	s := &Server{connections: newOpenConnections()}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := NewHTTPServer(handler, "")
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)
	bounded := s.LimitConnections(server, listener, most)
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(bounded) }()
	t.Cleanup(func() { server.Close(); <-done })
	return listener.Addr().String(), s.connections
}

type rawClient struct {
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *rawClient {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &rawClient{c, bufio.NewReader(c)}
}

func (c *rawClient) ask(path string) error {
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// gone waits until the server has closed the connection.
func (c *rawClient) gone() bool {
	_, err := c.r.ReadByte()
	return err != nil
}

// counted reads a counter of the connections.
func counted(t *testing.T, l *openConnections, name string) float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(l)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// Whoever hoards idle connections loses the oldest to those who come anew; nobody is kept out.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	addr, l := servedWithin(t, 4, func(http.ResponseWriter, *http.Request) {})
	var hoard []*rawClient
	for range 4 {
		c := dial(t, addr)
		if err := c.ask("/"); err != nil {
			t.Fatal(err)
		}
		hoard = append(hoard, c)
	}
	if err := hoard[0].ask("/"); err != nil { // now the one that has been idle for the shortest time
		t.Fatal(err)
	}
	for i := range 20 {
		if err := dial(t, addr).ask("/"); err != nil {
			t.Fatalf("newcomer %d: %v", i, err)
		}
	}
	for i, c := range hoard {
		if !c.gone() {
			t.Errorf("hoarded connection %d is still there", i)
		}
	}
	if n := counted(t, l, "diachiso_http_connections_evicted_total"); n != 20 {
		t.Errorf("%v evicted", n)
	}
	if n := counted(t, l, "diachiso_http_connections_refused_total"); n != 0 {
		t.Errorf("%v refused", n)
	}
}

// Connections with a request under way are never closed for others.
func TestWorkingConnectionsStay(t *testing.T) {
	const most = 3
	working, finish := make(chan struct{}, most), make(chan struct{})
	addr, l := servedWithin(t, most, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			working <- struct{}{}
			<-finish
		}
	})
	answers := make(chan error, most)
	for range most {
		c := dial(t, addr)
		go func() { answers <- c.ask("/slow") }()
		<-working
	}
	if c := dial(t, addr); !c.gone() {
		t.Error("a connection over the bound was kept")
	}
	if n := counted(t, l, "diachiso_http_connections_refused_total"); n != 1 {
		t.Errorf("%v refused", n)
	}
	close(finish)
	for range most {
		if err := <-answers; err != nil {
			t.Errorf("a request under way was cut off: %v", err)
		}
	}
	if err := dial(t, addr).ask("/"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Every connection gives its place back exactly once, however it ends.
func TestConnectionsAreCounted(t *testing.T) {
	addr, l := servedWithin(t, 50, func(http.ResponseWriter, *http.Request) {})
	for i := range 300 {
		c := dial(t, addr)
		if i%3 == 0 {
			fmt.Fprint(c, "no HTTP\r\n\r\n")
		} else if i%3 == 1 {
			if err := c.ask("/"); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
	}
	last := dial(t, addr)
	for range 1000 { // the server learns of the ends in its own time
		if err := last.ask("/"); err != nil {
			t.Fatal(err)
		}
		l.mu.Lock()
		open, waiting := l.open, l.waiting.Len()
		l.mu.Unlock()
		if open < 0 || open > 50 || waiting > open {
			t.Fatalf("%d open, %d waiting", open, waiting)
		}
		if open == 1 {
			return
		}
	}
	t.Error("places were not given back")
}
