package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

func TestOperation(t *testing.T) {
	c := newClient(t)
	wantAt(t, c.get("/healthz").want(200).object(), map[string]any{"status": "ok"})
	wantAt(t, c.get("/readyz").want(200).object(), map[string]any{"status": "ok"})
	wantAt(t, c.get("/v1/version").want(200).object(), map[string]any{"version": "test", "data_version": "2026.11.22", "schema": "1"})
	c.assign(hoGuom)
	c.get("/v1/addresses/5FJBC-2NJV-T33").want(200)
	c.get("/nowhere/at/all").want(404)
	c.do("BREW", "/v1/addresses", "").problem(405, ProblemCodeMethodNotAllowed)
	metrics := c.get("/metrics").want(200).Body.String()
	for _, line := range []string{
		`diachiso_http_request_duration_seconds_count{method="GET",route="/v1/addresses/:code",status="200"} 1`,
		`diachiso_http_request_duration_seconds_count{method="POST",route="/v1/addresses",status="201"} 1`,
		`diachiso_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1`,
		`diachiso_addresses{status="active"} 1`,
		`method="other"`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no line %s", line)
		}
	}
}

func TestNoSuchPathOrMethod(t *testing.T) {
	c := newClient(t)
	for _, path := range []string{"/v1", "/v1/", "/v1/nothing", "/v2/addresses", "/v1/addresses/", "/v1/divisions/01/a", "/docs/nothing", "//", "/%2e%2e/etc/passwd"} {
		c.get(path).problem(404, ProblemCodeNotFound)
	}
	a := c.do(http.MethodDelete, "/v1/addresses/5FJBC-2NJV-T33", "")
	a.problem(405, ProblemCodeMethodNotAllowed)
	if allow := a.Header().Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "HEAD") {
		t.Errorf("Allow %q", allow)
	}
	a = c.get("/v1/addresses")
	a.problem(405, ProblemCodeMethodNotAllowed)
	if allow := a.Header().Get("Allow"); !strings.Contains(allow, "POST") || strings.Contains(allow, "HEAD") {
		t.Errorf("Allow %q", allow)
	}
}

func TestHead(t *testing.T) {
	c := newClient(t)
	c.assign(hoGuom)
	server := httptest.NewServer(c.server)
	defer server.Close()
	for path, status := range map[string]int{"/v1/addresses/5FJBC-2NJV-T33": 200, "/v1/addresses/x": 400, "/openapi.yaml": 200, "/docs": 200, "/v1/addresses": 405} {
		res, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || len(body) > 0 || res.StatusCode != status {
			t.Errorf("HEAD %s: status %d, want %d; %d bytes, %v", path, res.StatusCode, status, len(body), err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestLanguage(t *testing.T) {
	c := newClient(t)
	for accept, want := range map[string]string{
		"": "vi", "vi": "vi", "en": "en", "en-GB,en;q=0.9": "en", "vi,en;q=0.8": "vi", "en;q=0.5,vi;q=0.9": "vi",
		"fr": "vi", "*": "vi", "x-nonsense": "vi", ";;;": "vi", strings.Repeat("en,", 999): "vi",
	} {
		a := c.get("/v1/codes", "Accept-Language", accept)
		p := a.problem(400, ProblemCodeInvalid)
		title, detail := "Yêu cầu không hợp lệ", "bắt buộc phải có"
		if want == "en" {
			title, detail = "The request is not valid", "is required"
		}
		wantAt(t, p, map[string]any{"title": title, "errors[0].detail": detail})
		if got := a.Header().Get("Content-Language"); got != want {
			t.Errorf("%q: Content-Language %s, want %s", accept, got, want)
		}
	}
}

func TestRequestID(t *testing.T) {
	c := newClient(t)
	if got := c.get("/healthz", headerRequestID, "my-id.1").Header().Get(headerRequestID); got != "my-id.1" {
		t.Errorf("a sane id became %q", got)
	}
	for _, id := range []string{"", "a b", "a\tb", "ế", strings.Repeat("a", 65)} {
		if got := c.get("/healthz", headerRequestID, id).Header().Get(headerRequestID); got == id || len(got) < 10 {
			t.Errorf("%q became %q", id, got)
		}
	}
	p := c.get("/nowhere", headerRequestID, "my-id.2").problem(404, ProblemCodeNotFound)
	wantAt(t, p, map[string]any{"request_id": "my-id.2"})
}

func TestGzip(t *testing.T) {
	c := newClient(t)
	plain := c.get("/v1/divisions/31078/boundary").want(200)
	zipped := c.get("/v1/divisions/31078/boundary", "Accept-Encoding", "br, gzip").want(200)
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Header().Get("ETag") != "W/"+plain.Header().Get("ETag") {
		t.Errorf("headers %v", zipped.Header())
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(text, plain.Body.Bytes()) {
		t.Errorf("unzipped to %d bytes, want %d: %v", len(text), plain.Body.Len(), err)
	}
	c.get("/v1/divisions/31078/boundary", "Accept-Encoding", "gzip", "If-None-Match", zipped.Header().Get("ETag")).want(304)
	for accept, path := range map[string]string{"gzip": "/healthz", "gzip;q=0": "/v1/divisions", "br": "/v1/divisions", "identity": "/v1/divisions"} {
		if got := c.get(path, "Accept-Encoding", accept).want(200).Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s, accepting %s: Content-Encoding %s", path, accept, got)
		}
	}
	for _, path := range []string{"/healthz", "/v1/divisions", "/nowhere"} {
		if got := c.get(path).Header().Values("Vary"); !strings.Contains(strings.Join(got, ","), "Accept-Encoding") {
			t.Errorf("%s: Vary %v", path, got)
		}
	}
}

func TestCORS(t *testing.T) {
	closed := newClient(t)
	if got := closed.get("/healthz", "Origin", "https://shop.example").Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("without configuration, Access-Control-Allow-Origin %q", got)
	}
	config := testConfig()
	config.CORSOrigins = []string{"https://shop.example"}
	open := client{t, newServer(t, newService(t), config, io.Discard)}
	if got := open.get("/healthz", "Origin", "https://shop.example").Header().Get("Access-Control-Allow-Origin"); got != "https://shop.example" {
		t.Errorf("Access-Control-Allow-Origin %q", got)
	}
	if got := open.get("/healthz", "Origin", "https://other.example").Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("another origin: Access-Control-Allow-Origin %q", got)
	}
	a := open.do(http.MethodOptions, "/v1/addresses", "", "Origin", "https://shop.example", "Access-Control-Request-Method", "POST").want(http.StatusNoContent)
	if got := a.Header().Get("Access-Control-Allow-Headers"); !strings.Contains(got, "Idempotency-Key") {
		t.Errorf("Access-Control-Allow-Headers %q", got)
	}
}

// broken is a registry in which one thing goes wrong.
type broken struct {
	Registry
	address func(context.Context) (*registry.Address, error)
}

func (b broken) AddressFor(ctx context.Context, _ registry.Sight, _ addresscode.Code) (*registry.Address, error) {
	return b.address(ctx)
}

func TestOurOwnFaults(t *testing.T) {
	secret := errors.New("disk /secret/path is on fire")
	tests := []struct {
		name   string
		fault  func(context.Context) (*registry.Address, error)
		status int
		code   ProblemCode
		logged bool
	}{
		{"unknown error", func(context.Context) (*registry.Address, error) { return nil, secret }, 500, ProblemCodeInternal, true},
		{"internal error of the domain", func(context.Context) (*registry.Address, error) {
			return nil, &registry.Error{Code: registry.CodeInternal, Op: "read address", Message: "oops", Err: secret}
		}, 500, ProblemCodeInternal, true},
		{"error of an unknown code", func(context.Context) (*registry.Address, error) {
			return nil, &registry.Error{Code: "new_code", Err: secret}
		}, 500, ProblemCodeInternal, true},
		{"panic", func(context.Context) (*registry.Address, error) { panic(secret) }, 500, ProblemCodeInternal, true},
		{"busy", func(context.Context) (*registry.Address, error) {
			return nil, &registry.Error{Code: registry.CodeBusy, Message: "busy", Err: secret}
		}, 503, ProblemCodeBusy, false},
		{"too slow", func(ctx context.Context) (*registry.Address, error) { return nil, context.DeadlineExceeded }, 503, ProblemCodeTimeout, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			c := client{t, newServer(t, broken{address: test.fault}, testConfig(), &log)}
			a := c.get("/v1/addresses/5FJBC-2NJV-T33", headerRequestID, "id-1", "Accept-Encoding", "gzip")
			a.problem(test.status, test.code)
			if strings.Contains(a.Body.String(), "secret") {
				t.Errorf("the cause is shown: %s", a.Body)
			}
			if a.Code == 503 && a.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if got := strings.Count(log.String(), "secret"); test.logged && got == 0 || !test.logged && got > 0 {
				t.Errorf("the cause is logged %d times: %s", got, log.String())
			}
			if strings.Count(log.String(), `"request failed"`) > 1 {
				t.Errorf("logged more than once: %s", log.String())
			}
		})
	}
}

func TestRequestTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig()
		config.RequestTimeout = 3 * time.Second
		wait := func(ctx context.Context) (*registry.Address, error) { <-ctx.Done(); return nil, ctx.Err() }
		c := client{t, newServer(t, broken{address: wait}, config, io.Discard)}
		start := time.Now()
		c.get("/v1/addresses/5FJBC-2NJV-T33").problem(503, ProblemCodeTimeout)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("answered after %v", took)
		}
	})
}

func TestClientGone(t *testing.T) {
	var log bytes.Buffer
	ctx, leave := context.WithCancel(t.Context())
	wait := func(ctx context.Context) (*registry.Address, error) { leave(); <-ctx.Done(); return nil, ctx.Err() }
	s := newServer(t, broken{address: wait}, testConfig(), &log)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/addresses/5FJBC-2NJV-T33", nil))
	if w.Body.Len() > 0 || !strings.Contains(log.String(), `"status":499`) || strings.Contains(log.String(), "failed") {
		t.Errorf("%d bytes sent, logged %s", w.Body.Len(), log.String())
	}
}

func TestNotReady(t *testing.T) {
	config := testConfig()
	config.Ready = func(context.Context) error { return errors.New("secret reason") }
	var log bytes.Buffer
	c := client{t, newServer(t, broken{}, config, &log)}
	a := c.get("/readyz")
	a.problem(503, ProblemCodeNotReady)
	if strings.Contains(a.Body.String(), "secret") || !strings.Contains(log.String(), "secret reason") {
		t.Errorf("the reason belongs in the log only: %s, %s", a.Body, log.String())
	}
	c.get("/healthz").want(200)
}

// The log says which route answered how, and nothing about places, people or codes.
func TestLogKeepsPrivate(t *testing.T) {
	var log bytes.Buffer
	c := client{t, newServer(t, newService(t), testConfig(), &log)}
	c.assign(hoGuom)
	c.get("/v1/addresses/5FJBC-2NJV-T33", "User-Agent", "agent").want(200)
	c.get("/v1/resolve?q=Hoan+Kiem+5FJBC-2NJV-T33").want(200)
	c.get("/v1/reverse?lat=21.0287&lon=105.8524").want(200)
	c.get("/v1/addresses/5FJBC-2NJV-T3X").want(400)
	c.get("/secret-path").want(404)
	for _, private := range []string{"5FJBC", "2NJV", "21.02", "105.8", "Hàng", "Hoan", "Hoàn", "node/1", "secret-path", "agent", "192.0.2"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log holds %q: %s", private, log.String())
		}
	}
	var line map[string]any
	if err := json.Unmarshal(bytes.SplitN(log.Bytes(), []byte("\n"), 2)[0], &line); err != nil {
		t.Fatal(err)
	}
	wantAt(t, line, map[string]any{"msg": "request", "method": "POST", "route": "/v1/addresses", "status": 201})
	if line["request_id"] == nil || line["took"] == nil {
		t.Errorf("log line %v", line)
	}
}

func TestHTTPServerHasLimits(t *testing.T) {
	s := NewHTTPServer(http.NotFoundHandler(), "127.0.0.1:0")
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is missing: %+v", s)
	}
}

// TestErrorsSpeakVietnamese provokes what clients provoke: title, detail and hint are Vietnamese unless English is preferred.
func TestErrorsSpeakVietnamese(t *testing.T) {
	c := newClient(t)
	c.assign(hoGuom)
	const position = `"position": {"lat": 21.0287, "lon": 105.8524}`
	for name, ask := range map[string]func(headers ...string) answer{
		"damaged":        func(h ...string) answer { return c.get("/v1/addresses/5FJBC-2NJV-T35", h...) },
		"too short":      func(h ...string) answer { return c.get("/v1/addresses/5FJBC", h...) },
		"not registered": func(h ...string) answer { return c.get("/v1/addresses/GV6PS-QZM2-KKP", h...) },
		"swapped":        func(h ...string) answer { return c.get("/v1/codes?lat=105.8524&lon=21.0287", h...) },
		"far away":       func(h ...string) answer { return c.get("/v1/divisions/locate?lat=17.5&lon=109.5", h...) },
		"not on Earth":   func(h ...string) answer { return c.get("/v1/divisions/locate?lat=150&lon=150", h...) },
		"no id":          func(h ...string) answer { return c.get("/v1/resolve?q=osm:node/77", h...) },
		"no division":    func(h ...string) answer { return c.get("/v1/divisions/99999", h...) },
		"old division":   func(h ...string) answer { return c.get("/v1/divisions/001", h...) },
		"no boundary":    func(h ...string) answer { return c.get("/v1/divisions/001/boundary", h...) },
		"no path":        func(h ...string) answer { return c.get("/v2", h...) },
		"cut off":        func(h ...string) answer { return c.post("/v1/addresses", `{"position"`, h...) },
		"not JSON":       func(h ...string) answer { return c.post("/v1/addresses", `{position}`, h...) },
		"duplicate": func(h ...string) answer {
			return c.post("/v1/addresses", `{`+position+`, "components": {"house_number": "12A", "alley": ["34", "5"], "street": "Phố Hàng Khay"}}`, h...)
		},
		"another commune": func(h ...string) answer {
			return c.post("/v1/addresses", `{`+position+`, "commune_code": "26743"}`, h...)
		},
		"unknown commune": func(h ...string) answer {
			return c.post("/v1/addresses", `{`+position+`, "commune_code": "99999"}`, h...)
		},
	} {
		vi, en := ask().object(), ask("Accept-Language", "en").object()
		for _, member := range []string{"title", "detail", "hint"} {
			v, _ := vi[member].(string)
			e, _ := en[member].(string)
			if v == "" || e == "" || v == e || !strings.ContainsAny(v, "ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ") {
				t.Errorf("%s: %s is %q in Vietnamese and %q in English", name, member, v, e)
			}
		}
	}
}
