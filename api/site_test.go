package api

import (
	"html"
	"io"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/web"
)

// loaded are what a page asks for when it is opened.
var loaded = regexp.MustCompile(`(?:href|src)="(/(?:assets/|favicon|manifest)[^"]*)"`)

func TestMapPage(t *testing.T) {
	c := newClient(t)
	a := c.open("/", asBrowser...)
	text := a.page(200, `<html lang="vi">`, "<title>Bản đồ địa chỉ số Việt Nam · Địa chỉ số</title>", `role="search"`, "Vị trí của tôi", "<noscript>")
	a.header("Cache-Control", "no-cache")
	a.header("Permissions-Policy", pagePermissions)
	if strings.Contains(text, `name="basemap"`) {
		t.Error("a base map that nobody set")
	}
	if inline := regexp.MustCompile(`(?i)<script(?:[^>]*[^s]|)>[^<]|<style| on[a-z]+="| style="`).FindString(text); inline != "" {
		t.Errorf("the policy forbids %q", inline)
	}
	files := loaded.FindAllStringSubmatch(text, -1)
	if len(files) < 4 {
		t.Fatalf("the page loads only %v", files)
	}
	for _, f := range files {
		file := c.open(f[1], "Accept-Encoding", "gzip")
		file.want(200)
		file.header("Content-Length", strconv.Itoa(file.Body.Len()))
		if strings.HasPrefix(f[1], "/assets/") {
			file.header("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			file.header("Cache-Control", "public, max-age=3600")
		}
	}
}

// open asks for what is no operation of the API, so that openapi.yaml does not say what comes back.
func (c client) open(target string, headers ...string) answer {
	c.t.Helper()
	r := request("GET", target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	return answer{c.t, w}
}

func (a answer) header(name, want string) {
	a.t.Helper()
	if got := a.Header().Get(name); got != want {
		a.t.Errorf("%s is %q, not %q", name, got, want)
	}
}

func TestLanguageOfPages(t *testing.T) {
	c := newClient(t)
	for _, ask := range []struct {
		path, accept, lang string
	}{
		{"/", "", "vi"}, {"/", "vi-VN,vi;q=0.9,en;q=0.8", "vi"}, {"/", "en-GB,en;q=0.9", "en"},
		{"/?lang=en", "vi", "en"}, {"/?lang=vi", "en", "vi"}, {"/?lang=xx", "", "vi"},
	} {
		a := c.open(ask.path, "Accept", "text/html", "Accept-Language", ask.accept)
		a.page(200, `<html lang="`+ask.lang+`">`)
		if !strings.Contains(strings.Join(a.Header().Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%s: Vary %q", ask.path, a.Header().Values("Vary"))
		}
	}
	other := c.open(`/?q=%22%3E%3Cscript%3E&lang=en`, "Accept", "text/html")
	if text := other.Body.String(); strings.Contains(text, "<script>") {
		t.Error("what was asked for is written into the page as it is")
	}
	if text := html.UnescapeString(other.Body.String()); !strings.Contains(text, `href="/?lang=vi&q=%22%3E%3Cscript%3E"`) {
		t.Errorf("the switch of languages loses the query:\n%s", text)
	}
}

func TestServiceWorkerAndIcon(t *testing.T) {
	c := newClient(t)
	worker := c.open("/sw.js")
	worker.want(200)
	worker.header("Content-Type", "text/javascript; charset=utf-8")
	worker.header("Cache-Control", "no-cache")
	worker.header("Content-Security-Policy", workerPolicy)
	if strings.Contains(worker.Body.String(), "import ") {
		t.Error("the service worker is more than one file")
	}
	for path, kind := range map[string]string{"/favicon.svg": "image/svg+xml", "/manifest.webmanifest": "application/manifest+json"} {
		a := c.open(path)
		a.want(200)
		a.header("Content-Type", kind)
	}
}

func TestFilesThatPagesDoNotHave(t *testing.T) {
	c := newClient(t)
	for _, path := range []string{"/assets/none.js", "/assets/manifest.json", "/assets/..%2Fsite.go", "/assets/"} {
		c.open(path).want(404)
	}
}

func TestBaseMapIsTheOnlyOtherHost(t *testing.T) {
	const tiles = "https://tiles.example.vn/{z}/{x}/{y}.png"
	base, err := web.ParseBaseMap(tiles, `© "Ai đó"`)
	if err != nil {
		t.Fatal(err)
	}
	config := testConfig()
	config.BaseMap = base
	w := client{t, newServer(t, newService(t), config, io.Discard)}.open("/", asBrowser...)
	if text := html.UnescapeString(w.Body.String()); !strings.Contains(text, `<meta name="basemap" content="`+tiles+`" data-attribution="© "Ai đó"">`) {
		t.Errorf("the page does not name it:\n%s", text)
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, part := range []string{"connect-src 'self' https://tiles.example.vn;", "img-src 'self' data: blob: https://tiles.example.vn"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q has no %q", policy, part)
		}
	}
	if strings.Count(policy, "https://") != 2 {
		t.Errorf("policy %q", policy)
	}
	if plain := pagePolicy(""); strings.Contains(plain, "http") || strings.HasSuffix(plain, " ") {
		t.Errorf("policy %q", plain)
	}
}
