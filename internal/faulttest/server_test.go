package faulttest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// server is a running `diachiso serve --dev`.
type server struct {
	t       testing.TB
	process *child.Process
	addr    string // host:port
	client  *http.Client
}

// launch says how a server is started; the zero value is the usual way.
type launch struct {
	wrap []string // a command that executes the one appended to it
	env  []string
}

// command is the program with settings from nowhere but here.
func (l launch) command(args ...string) *exec.Cmd {
	line := append(append([]string{}, l.wrap...), binary)
	line = append(line, args...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = child.Environment(l.env...)
	return cmd
}

// start serves the database db on a free port and waits until it is ready.
func (l launch) start(t testing.TB, db string) *server {
	t.Helper()
	s := &server{t: t}
	s.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	cmd := l.command("serve", "--dev", "--db", db, "--listen", "127.0.0.1:0", "--log-level", "warn")
	cmd.Dir = t.TempDir()
	var err error
	if s.process, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	url, err := s.process.URL()
	if err != nil {
		t.Fatal(err)
	}
	s.addr = strings.TrimPrefix(url, "http://")
	if a := s.get("/readyz"); a.status != http.StatusOK {
		t.Fatalf("/readyz answers %v", a)
	}
	return s
}

// kill ends the server as a crash does. Killing an ended one does nothing.
func (s *server) kill() {
	s.process.Kill()
	s.client.CloseIdleConnections()
}

// stop sends SIGTERM and wants a good end.
func (s *server) stop() {
	s.t.Helper()
	if err := s.process.Stop(); err != nil {
		s.t.Fatal(err)
	}
}

// answer is a whole answer, or the error in its place.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (a answer) String() string { return fmt.Sprintf("%d %.300s %v", a.status, a.body, a.err) }

// code is the "code" of the body: an address's, or a problem's. "" where there is none.
func (a answer) code() string {
	var v struct{ Code string }
	if a.err != nil || json.Unmarshal(a.body, &v) != nil {
		return ""
	}
	return v.Code
}

// refused reports whether the answer is one that asks to try again, as whoever is refused must be told.
func (a answer) refused(code string) bool {
	return a.status == http.StatusServiceUnavailable && a.code() == code && a.header.Get("Retry-After") != "" &&
		a.header.Get("Content-Type") == "application/problem+json"
}

// do is safe for many goroutines. headers are name, value pairs.
func (s *server) do(method, path, body string, headers ...string) answer {
	r, err := http.NewRequest(method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	a.body, a.err = io.ReadAll(resp.Body)
	return a
}

func (s *server) get(path string) answer { return s.do(http.MethodGet, path, "") }

// metric is a figure of /metrics by its name and labels, as they stand there.
func (s *server) metric(series string) float64 {
	s.t.Helper()
	a := s.get("/metrics")
	for line := range strings.Lines(string(a.body)) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				s.t.Fatal(err)
			}
			return f
		}
	}
	s.t.Fatalf("there is no metric %s: %v", series, a)
	return 0
}

// residentMB is what the server has resident now, peakMB the most it ever had.
func (s *server) residentMB() int { return s.megabytes(s.process.ResidentMB()) }
func (s *server) peakMB() int     { return s.megabytes(s.process.PeakMB()) }

func (s *server) megabytes(mb float64, err error) int {
	s.t.Helper()
	if err != nil || mb == 0 {
		s.t.Fatalf("memory of the server: %v MB, %v", mb, err)
	}
	return int(mb)
}

// eventually waits until what is true, looking now and then, and reports whether it became so.
func eventually(atMost time.Duration, what func() bool) bool {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(atMost); time.Now().Before(end); <-look.C {
		if what() {
			return true
		}
	}
	return what()
}
