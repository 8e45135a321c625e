package api

import (
	"container/list"
	"net"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// openConnections bounds how many connections are open at a time. At the bound, a new one takes the place of the one that has
// been waiting longest without a request; where all are at work, the new one is closed at once.
// Accepting never blocks, so that whoever hoards idle connections keeps nobody out.
type openConnections struct {
	mu      sync.Mutex
	most    int // 0 is no bound
	open    int
	waiting list.List // of *connection without a request under way, the longest waiting first

	evicted, refused prometheus.Counter
}

// connection is one that was accepted.
type connection struct {
	net.Conn
	all    *openConnections
	place  *list.Element // in waiting; nil while a request is under way
	closed bool
}

func newOpenConnections() *openConnections {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	return &openConnections{
		evicted: counter("diachiso_http_connections_evicted_total", "Idle connections that were closed to make room for new ones."),
		refused: counter("diachiso_http_connections_refused_total", "Connections that were closed at once because all places were at work."),
	}
}

var connectionsDesc = prometheus.NewDesc("diachiso_http_connections", "Open connections.", nil, nil)

// Describe implements prometheus.Collector.
func (l *openConnections) Describe(descs chan<- *prometheus.Desc) {
	descs <- connectionsDesc
	l.evicted.Describe(descs)
	l.refused.Describe(descs)
}

// Collect implements prometheus.Collector.
func (l *openConnections) Collect(out chan<- prometheus.Metric) {
	l.mu.Lock()
	open := l.open
	l.mu.Unlock()
	out <- prometheus.MustNewConstMetric(connectionsDesc, prometheus.GaugeValue, float64(open))
	l.evicted.Collect(out)
	l.refused.Collect(out)
}

// LimitConnections bounds the connections of an HTTP server to most at a time, and counts them in the metrics. The server
// must serve the listener that is returned, itself or in TLS.
func (s *Server) LimitConnections(server *http.Server, listener net.Listener, most int) net.Listener {
	s.connections.mu.Lock()
	s.connections.most = most
	s.connections.mu.Unlock()
	server.ConnState = s.connections.track
	return limitedListener{listener, s.connections}
}

type limitedListener struct {
	net.Listener
	all *openConnections
}

// Accept implements net.Listener.
func (l limitedListener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := l.all.admit(accepted); c != nil {
			return c, nil
		}
		_ = accepted.Close() // there is nobody to tell
	}
}

// admit returns nil when there is no room.
func (l *openConnections) admit(accepted net.Conn) net.Conn {
	l.mu.Lock()
	var longest *connection
	if l.most > 0 && l.open >= l.most {
		first := l.waiting.Front()
		if first == nil {
			l.mu.Unlock()
			l.refused.Inc()
			return nil
		}
		longest = first.Value.(*connection)
		longest.leave()
	}
	c := &connection{Conn: accepted, all: l}
	c.place = l.waiting.PushBack(c)
	l.open++
	l.mu.Unlock()
	if longest != nil {
		l.evicted.Inc()
		_ = longest.Conn.Close() // its client finds out
	}
	return c
}

// track follows what net/http says of a connection.
func (l *openConnections) track(conn net.Conn, state http.ConnState) {
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(*connection)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case c.closed:
	case state == http.StateActive && c.place != nil:
		l.waiting.Remove(c.place)
		c.place = nil
	case state == http.StateIdle && c.place == nil:
		c.place = l.waiting.PushBack(c)
	}
}

// leave gives the place of a connection back, once. The caller holds the lock.
func (c *connection) leave() {
	if c.closed {
		return
	}
	c.closed = true
	c.all.open--
	if c.place != nil {
		c.all.waiting.Remove(c.place)
		c.place = nil
	}
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.all.mu.Lock()
	c.leave()
	c.all.mu.Unlock()
	return c.Conn.Close()
}

// CloseWrite lets net/http send an early refusal and still be heard while the client goes on sending.
func (c *connection) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
