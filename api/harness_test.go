package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/geocode"
	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
	"github.com/diachiso/diachiso/seed"
)

// builtIn is the built-in data set, decoded once for all tests.
var builtIn = sync.OnceValues(seed.Load)

// spec is openapi.yaml, read once for all tests.
var spec = sync.OnceValues(loadSpec)

// newService is a real registry over a new database file.
func newService(t testing.TB) service {
	t.Helper()
	data, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(t.Context(), filepath.Join(dir, "keys.db"), vault.MasterSource{File: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(keys.Close(), store.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	svc := registry.NewService(store, data.Divisions, data.Locator)
	ctx := t.Context() // a fuzz test has none later
	return service{svc, lazyGeocoder{sync.OnceValue(func() *geocode.Engine {
		engine, err := geocode.NewEngine(ctx, svc, store)
		if err != nil {
			panic(err)
		}
		return engine
	})}, people.NewService(store, keys, svc, time.Now), newJobs(t, store, dir)}
}

func newJobs(t testing.TB, store jobs.Store, dir string) *jobs.Service {
	t.Helper()
	s, err := jobs.Open(store, jobs.Options{Dir: filepath.Join(dir, "jobs")}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// service is a real registry with a real engine over it, and people.
type service struct {
	*registry.Service
	geocoder lazyGeocoder
	people   *people.Service
	jobs     *jobs.Service
}

// lazyGeocoder builds its engine when it is first asked: most tests never do.
type lazyGeocoder struct{ engine func() *geocode.Engine }

func (g lazyGeocoder) Search(ctx context.Context, q geocode.Query) (*geocode.Results, error) {
	return g.engine().Search(ctx, q)
}

func (g lazyGeocoder) Autocomplete(ctx context.Context, q geocode.Query) (*geocode.Results, error) {
	return g.engine().Autocomplete(ctx, q)
}

func (g lazyGeocoder) Validate(ctx context.Context, r geocode.ValidateRequest) (*geocode.Verdict, error) {
	return g.engine().Validate(ctx, r)
}

func (g lazyGeocoder) Convert(ctx context.Context, r geocode.ConvertRequest) (*geocode.Conversions, error) {
	return g.engine().Convert(ctx, r)
}

func testConfig() Config {
	return Config{Version: "test", DataVersion: "2026.11.22", SchemaVersion: "1", Dev: true} // callers are the administrator
}

func newServer(t testing.TB, r Registry, config Config, log io.Writer) *Server {
	t.Helper()
	services := Services{Registry: r}
	if known, ok := r.(service); ok {
		services.Geocoder, services.People, services.Jobs = known.geocoder, known.people, known.jobs
	}
	s, err := New(services, config, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// request is one of a developer to a server on the same machine.
func request(method, target string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, target, body)
	r.Host = "127.0.0.1"
	return r
}

// client calls a server in the test's own process. Every answer it gets is held against openapi.yaml, so no test can skip that.
type client struct {
	t      testing.TB
	server *Server
}

func newClient(t testing.TB) client {
	return client{t, newServer(t, newService(t), testConfig(), io.Discard)}
}

// answer is what came back.
type answer struct {
	t testing.TB
	*httptest.ResponseRecorder
}

// do sends a request and checks the answer against the spec. headers are name, value pairs.
func (c client) do(method, target, body string, headers ...string) answer {
	c.t.Helper()
	var r *http.Request
	if body == "" {
		r = request(method, target, nil)
	} else {
		r = request(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return c.send(r)
}

func (c client) send(r *http.Request) answer {
	c.t.Helper()
	sent := r.Clone(r.Context())
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	checkAnswer(c.t, c.server, sent, w)
	return answer{c.t, w}
}

func (c client) get(target string, headers ...string) answer {
	c.t.Helper()
	return c.do(http.MethodGet, target, "", headers...)
}

func (c client) post(target, body string, headers ...string) answer {
	c.t.Helper()
	return c.do(http.MethodPost, target, body, headers...)
}

// assign registers an address that must be new and returns it.
func (c client) assign(body string) map[string]any {
	c.t.Helper()
	return c.post("/v1/addresses", body).want(http.StatusCreated).object()
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	return a
}

// problem checks status and code of an error and returns its document.
func (a answer) problem(status int, code ProblemCode) map[string]any {
	a.t.Helper()
	a.want(status)
	p := a.object()
	if p["code"] != string(code) {
		a.t.Fatalf("code %v, want %s: %s", p["code"], code, a.Body)
	}
	return p
}

func (a answer) object() map[string]any {
	a.t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	return v
}

// at reads a value by a path such as division.commune.name or features[0].id; nil where there is none.
func at(v any, path string) any {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// wantAt checks values by path.
func wantAt(t testing.TB, v any, want map[string]any) {
	t.Helper()
	for path, value := range want {
		if n, ok := value.(int); ok {
			value = float64(n)
		}
		if got := at(v, path); got != value {
			t.Errorf("%s is %v, want %v", path, got, value)
		}
	}
}

var echoParam = regexp.MustCompile(`:([a-z]+)`)

// specPath turns Echo's /v1/codes/:text into the spec's /v1/codes/{text}.
func specPath(route string) string { return echoParam.ReplaceAllString(route, "{$1}") }

// checkAnswer holds an answer against the operation that the request was routed to, and what was routed nowhere
// against the schema of problems.
func checkAnswer(t testing.TB, s *Server, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range []string{headerRequestID, "X-Content-Type-Options", "Referrer-Policy"} {
		if w.Header().Get(name) == "" {
			t.Errorf("%s %s: no %s", r.Method, r.URL.Path, name)
		}
	}
	if w.Code == http.StatusNoContent && r.Method == http.MethodOptions {
		return
	}
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
	}
	c := s.echo.NewContext(r, httptest.NewRecorder())
	s.echo.Router().Find(r.Method, echo.GetPath(r), c)
	item := doc.Paths.Find(specPath(c.Path()))
	var operation *openapi3.Operation
	if item != nil && (c.Path() != codeRoute || !strings.Contains(c.Param("code"), "/")) { // a parameter is one step of a path
		operation = item.GetOperation(r.Method)
	}
	if operation == nil && w.Code < 400 && slices.Contains(pageRoutes, r.Method+" "+specPath(c.Path())) {
		return
	}
	if operation == nil {
		checkProblem(t, doc, w)
		return
	}
	body := w.Body.Bytes()
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	asked := r.Header.Get("Accept-Encoding") == ""
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r,
			Route:   &routers.Route{Spec: doc, Path: specPath(c.Path()), PathItem: item, Method: r.Method, Operation: operation},
		},
		Status: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true,
			ExcludeResponseBody:   len(body) == 0 || !asked || !strings.HasSuffix(media, "json"),
			MultiError:            true,
		},
	})
	if err != nil {
		t.Fatalf("%s %s: the answer is not as openapi.yaml says: %v\n%s", r.Method, c.Path(), err, body)
	}
}

func checkProblem(t testing.TB, doc *openapi3.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("an error outside the spec's operations is %q: %s", got, w.Body)
	}
	if w.Body.Len() == 0 {
		return // HEAD
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if err := doc.Components.Schemas["Problem"].Value.VisitJSON(v); err != nil {
		t.Fatalf("not a problem document: %v\n%s", err, w.Body)
	}
}
