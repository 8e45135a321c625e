package faulttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a running `diachiso serve --dev`.
type server struct {
	t      testing.TB
	cmd    *exec.Cmd
	addr   string // host:port
	log    buffer
	output chan struct{} // closed when its standard output ends
	client *http.Client
}

// launch says how a server is started; the zero value is the usual way.
type launch struct {
	wrap []string // a command that executes the one appended to it
	env  []string
}

// startTimeout is how long a start may take on a machine that is busy with other tests.
const startTimeout = time.Minute

var servingURL = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// command is the program with settings from nowhere but here.
func (l launch) command(args ...string) *exec.Cmd {
	line := append(append([]string{}, l.wrap...), binary)
	line = append(line, args...)
	cmd := exec.Command(line[0], line[1:]...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "DIACHISO_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, l.env...)
	return cmd
}

// start serves the database db on a free port and waits until it is ready.
func (l launch) start(t testing.TB, db string) *server {
	t.Helper()
	s := &server{t: t, output: make(chan struct{})}
	s.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	s.cmd = l.command("serve", "--dev", "--db", db, "--listen", "127.0.0.1:0", "--log-level", "warn")
	s.cmd.Dir, s.cmd.Stderr = t.TempDir(), &s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	late := time.AfterFunc(startTimeout, func() { _ = s.cmd.Process.Signal(syscall.SIGQUIT) }) // it tells then where it stands
	defer late.Stop()
	lines := bufio.NewReader(stdout)
	for s.addr == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			close(s.output)
			t.Fatalf("the server ended before it was ready: %v\n%s", s.cmd.Wait(), s.log.String())
		}
		if found := servingURL.FindStringSubmatch(line); found != nil {
			s.addr = found[1]
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, lines) // ends with the process
		close(s.output)
	}()
	if a := s.get("/readyz"); a.status != http.StatusOK {
		t.Fatalf("/readyz answers %v", a)
	}
	return s
}

// kill ends the server as a crash does. Killing an ended one does nothing.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		<-s.output
		_ = s.cmd.Wait()
	}
	s.client.CloseIdleConnections()
}

// stop sends SIGTERM and wants a good end.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	<-s.output
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("stop: %v\n%s", err, s.log.String())
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

// memoryMB is a figure of the process that /proc knows: VmRSS is what it has resident now, VmHWM the most it ever had.
func (s *server) memoryMB(name string) int {
	s.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte(name+":"))
	var kB int
	if _, err := fmt.Sscan(string(rest), &kB); err != nil {
		s.t.Fatalf("%s of the server: %v", name, err)
	}
	return kB >> 10
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

// buffer is a bytes.Buffer for a writer and a reader at the same time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
