package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

// lockedLog collects what a server logs.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// raw sends bytes as they are, which Go's own client would not, and returns the status and the body of the answer.
func raw(t *testing.T, addr, request string) (status int, body string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	return resp.StatusCode, string(text)
}

// No path reaches a file: what is served is embedded, and nothing takes a name from a path.
func TestPathsReachNoFiles(t *testing.T) {
	server := httptest.NewServer(newClient(t).server)
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	for _, start := range []string{"/", "/docs/", "/docs", "/v1/", "/v1/addresses/", "/openapi.yaml/", "/metrics/", "//", "http://elsewhere.example/docs/", "\\"} {
		for _, way := range []string{"../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "..;/", "%c0%ae%c0%ae/", "./../", "%252e%252e%252f"} {
			for _, file := range []string{"etc/passwd", "go.mod", "api/server.go", "etc/passwd%00.html", "proc/self/environ"} {
				target := start + strings.Repeat(way, 6) + file
				status, body := raw(t, addr, "GET "+target+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
				if status < 300 || status >= 500 || strings.Contains(body, "root:") || strings.Contains(body, "module github.com") || strings.Contains(body, "PATH=") {
					t.Fatalf("%s: %d %s", target, status, body)
				}
			}
		}
	}
}

// What a client sends never gets into the log as it is: no line break that would begin a line of its own, no terminal
// command, no text at all.
func TestLogsTakeNothingFromClients(t *testing.T) {
	var log lockedLog
	server := httptest.NewServer(newServer(t, newService(t), testConfig(), &log))
	defer server.Close()
	addr := strings.TrimPrefix(server.URL, "http://")
	const mark = "mark7f3a"
	poison := []string{mark, mark + "%0d%0alevel=INFO", mark + "%1b[31m", mark + "%00", mark + "%e2%80%a8", mark + "%22,%22role%22:%22admin"}
	for _, p := range poison {
		for _, target := range []string{"/" + p, "/v1/addresses/" + p, "/v1/codes/" + p, "/v1/resolve?q=" + p, "/v1/reverse?lat=" + p + "&lon=1", "/v1/search?q=" + p + "&" + p + "=1"} {
			raw(t, addr, "GET "+target+" HTTP/1.1\r\nHost: "+mark+"\r\nConnection: close\r\n\r\n")
		}
	}
	for _, header := range []string{"X-Request-Id", "Accept-Language", "Accept-Encoding", "User-Agent", "Referer", "X-Forwarded-For", "Forwarded", "Idempotency-Key", "If-None-Match", "Authorization", "Cookie", "Origin", "Content-Type"} {
		for _, value := range []string{mark + "\t" + mark, mark + "\x1b[2J", "\"" + mark, mark + "ế", strings.Repeat(mark, 100)} {
			raw(t, addr, fmt.Sprintf("POST /v1/addresses HTTP/1.1\r\nHost: a\r\n%s: %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", header, value))
		}
	}
	raw(t, addr, mark+" /v1/addresses HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	raw(t, addr, "POST /v1/addresses HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 26\r\nConnection: close\r\n\r\n{\"position\": \""+mark+"\"}  ")
	text := log.String()
	if strings.Contains(text, mark) {
		at := strings.Index(text, mark)
		t.Errorf("the log has text of a client: %s", text[max(0, at-200):min(len(text), at+50)])
	}
	for i, r := range text {
		if r != '\n' && (unicode.IsControl(r) || r == '\u2028') {
			t.Fatalf("the log has %U: %q", r, text[max(0, i-100):min(len(text), i+50)])
		}
	}
	if lines := strings.Count(text, `"msg":"request"`); lines < 90 {
		t.Errorf("only %d requests were logged", lines)
	}
}

// A client that sends its header, or its body, too slowly is cut off; one with a header that is too large is told so.
func TestTransportLimits(t *testing.T) {
	server := NewHTTPServer(newClient(t).server, "")
	for name, limit := range map[string]time.Duration{"read header": server.ReadHeaderTimeout, "read": server.ReadTimeout, "write": server.WriteTimeout, "idle": server.IdleTimeout,
		"ping": server.HTTP2.PingTimeout, "silence before a ping": server.HTTP2.SendPingTimeout, "write a byte": server.HTTP2.WriteByteTimeout} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("%s: %s", name, limit)
		}
	}
	server.ReadHeaderTimeout, server.ReadTimeout = 30*time.Millisecond, 60*time.Millisecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	for name, half := range map[string]string{
		"nothing":       "",
		"half a line":   "GET /v1/addre",
		"half a header": "GET / HTTP/1.1\r\nHost: a\r\nX-",
		"half a body":   "POST /v1/addresses HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
		"half a chunk":  "POST /v1/addresses HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
	} {
		c := dial(t, listener.Addr().String())
		if _, err := io.WriteString(c, half); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") { // ends when the server closes
			t.Errorf("%s: the server waits: %v", name, err)
		}
	}
	status, _ := raw(t, listener.Addr().String(), "GET / HTTP/1.1\r\nHost: a\r\nX-Long: "+strings.Repeat("a", 64<<10)+"\r\n\r\n")
	if status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 64 KiB: %d", status)
	}
}
