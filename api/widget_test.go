package api

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// getFile asks for a page or a file of it, and returns the answer.
func getFile(c client, target string, headers ...string) *httptest.ResponseRecorder {
	r := request(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	return w
}

var embedded = regexp.MustCompile(`src="(?:http://[^/"]+)?(/widget/[0-9a-f]{16}/dia-chi-so\.js)"\s+integrity="(sha384-[^"]+)"`)

func TestWidgetIsEmbeddedByItsDigest(t *testing.T) {
	c := newClient(t)
	for _, page := range []string{"/widget", "/demo/checkout", "/widget?lang=en", "/demo/checkout?lang=en"} {
		w := getFile(c, page)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", page, w.Code, w.Body)
		}
		found := embedded.FindStringSubmatch(html.UnescapeString(w.Body.String()))
		if found == nil {
			t.Fatalf("%s embeds no script by its digest", page)
		}
		script := getFile(c, found[1])
		sum := sha512.Sum384(script.Body.Bytes())
		if got := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); script.Code != http.StatusOK || got != found[2] {
			t.Errorf("%s: %s is %d with the digest %s, announced as %s", page, found[1], script.Code, got, found[2])
		}
	}
}

func TestWidgetFilesForOtherOrigins(t *testing.T) {
	c := newClient(t)
	version := c.server.site.Widget().Version
	newest := getFile(c, "/widget/dia-chi-so.js")
	for _, test := range []struct {
		target, caching string
	}{
		{"/widget/dia-chi-so.js", "public, max-age=300"},
		{"/widget/dia-chi-so-map.js", "public, max-age=300"},
		{"/widget/" + version + "/dia-chi-so.js", "public, max-age=31536000, immutable"},
		{"/widget/" + version + "/dia-chi-so-map.js", "public, max-age=31536000, immutable"},
	} {
		w := getFile(c, test.target, "Origin", "https://shop.example")
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", test.target, w.Code)
		}
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": test.caching,
			"Content-Type": "text/javascript; charset=utf-8",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", test.target, name, got, want)
			}
		}
		again := getFile(c, test.target, "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 || again.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s again: %d with %d bytes", test.target, again.Code, again.Body.Len())
		}
	}
	zipped := getFile(c, "/widget/dia-chi-so.js", "Accept-Encoding", "gzip")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() > 30_000 || bytes.Equal(zipped.Body.Bytes(), newest.Body.Bytes()) {
		t.Errorf("in gzip the script has %d bytes, encoding %q", zipped.Body.Len(), zipped.Header().Get("Content-Encoding"))
	}
	for _, target := range []string{"/widget/0123456789abcdef/dia-chi-so.js", "/widget/other.js", "/widget/" + version + "/types.d.ts", "/widget/" + version + "/"} {
		if w := getFile(c, target); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", target, w.Code)
		}
	}
}

// The map's digest stands in the script, so that a digest on the script holds both.
func TestWidgetHoldsTheDigestOfItsMap(t *testing.T) {
	c := newClient(t)
	sum := sha512.Sum384(getFile(c, "/widget/dia-chi-so-map.js").Body.Bytes())
	if digest := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(getFile(c, "/widget/dia-chi-so.js").Body.String(), digest) {
		t.Errorf("the script does not have the map's digest %s", digest)
	}
}
