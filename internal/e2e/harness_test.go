package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "diachiso-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if binary, err = child.Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// run runs a command in dir and returns its exit status and streams.
func run(t *testing.T, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Env = dir, child.Environment()
	stdout, stderr, err := child.Run(cmd)
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout, stderr
}

// runJSON runs a command that must succeed and decodes the last line of its output.
func runJSON(t *testing.T, v any, dir string, args ...string) {
	t.Helper()
	status, out, errs := run(t, dir, append(args, "--json")...)
	if status != 0 {
		t.Fatalf("%v: exit status %d\n%s", args, status, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), v); err != nil {
		t.Fatalf("%v: %v in %q", args, err, out)
	}
}

// server is a running `diachiso serve`.
type server struct {
	t       *testing.T
	process *child.Process
	url     string
	client  *http.Client
}

// start serves the database db on a free port, to callers without keys unless --dev=false is among the args, and waits until it is
// ready.
func start(t *testing.T, db string, args ...string) *server {
	t.Helper()
	s := &server{t: t}
	s.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	cmd := exec.Command(binary, append([]string{"serve", "--db", db}, args...)...)
	cmd.Dir, cmd.Env = t.TempDir(), child.Environment("DIACHISO_LISTEN=127.0.0.1:0", "DIACHISO_LOG_LEVEL=warn", "DIACHISO_DEV=true")
	var err error
	if s.process, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	if s.url, err = s.process.URL(); err != nil {
		t.Fatal(err)
	}
	if status, _ := s.get("/readyz"); status != http.StatusOK {
		t.Fatalf("/readyz answers %d", status)
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

func (s *server) get(path string) (status int, body []byte) {
	s.t.Helper()
	resp, err := s.client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, body
}

func (s *server) getJSON(v any, path string) {
	s.t.Helper()
	status, body := s.get(path)
	if status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		s.t.Fatalf("%s: %v in %s", path, err, body)
	}
}

// post is safe for many goroutines; an error means that there was no whole answer.
func (s *server) post(path string, request any) (status int, body []byte, err error) {
	text, err := json.Marshal(request)
	if err != nil {
		return 0, nil, err
	}
	resp, err := s.client.Post(s.url+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// address is what the tests read of an address.
type address struct {
	Code       string
	Cell       string
	Status     string
	Label      string
	Components map[string]any
	Position   struct{ Lat, Lon float64 }
	Division   struct {
		Commune  struct{ Code, Name, Type string }
		Province struct{ Code, Name, Type string }
	}
	ExternalIDs []struct{ Scheme, Value string } `json:"external_ids"`
	Flags       []string
}

type object = map[string]any

func position(lat, lon float64) object { return object{"lat": lat, "lon": lon} }

// sharedData is the folder of source data, which is not part of the project.
func sharedData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("DIACHISO_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("source data not there (set DIACHISO_SHARED): %v", err)
	}
	return dir
}
