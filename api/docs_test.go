package api

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/diachiso/diachiso"
)

func TestOpenAPIIsServed(t *testing.T) {
	c := newClient(t)
	a := c.get("/openapi.yaml").want(200)
	if a.Body.String() != diachiso.OpenAPI {
		t.Error("another text than openapi.yaml")
	}
	c.get("/openapi.yaml", "If-None-Match", a.Header().Get("ETag")).want(304)
	c.get("/openapi.yaml", "Range", "bytes=5-10").want(200)
}

var (
	loads    = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	external = regexp.MustCompile(`(?:https?:)?//[a-z0-9.-]+`)
)

func TestDocsNeedNoOtherHost(t *testing.T) {
	c := newClient(t)
	for _, path := range []string{"/docs", "/docs/errors", "/docs/docs.js", "/docs/docs.css"} {
		a := c.get(path).want(200)
		body := a.Body.String()
		if found := external.FindAllString(strings.ReplaceAll(body, "// ", ""), -1); len(found) > 0 {
			t.Errorf("%s names other hosts: %v", path, found)
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, "onload=") {
			t.Errorf("%s has an inline script, which the policy forbids", path)
		}
		for _, link := range loads.FindAllStringSubmatch(body, -1) {
			target, _, _ := strings.Cut(link[1], "#")
			if !strings.HasPrefix(target, "/") {
				t.Errorf("%s links to %s", path, target)
				continue
			}
			c.get(target).want(200)
		}
		policy := a.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "script-src 'self';") || external.MatchString(policy) {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	if body := c.get("/docs").Body.String(); !strings.Contains(body, `<html lang="vi">`) || !strings.Contains(body, "<title>Địa chỉ số – API</title>") {
		t.Error("the page says neither language nor title")
	}
}

func TestSwaggerUIInBothEncodings(t *testing.T) {
	c := newClient(t)
	plain := c.get("/docs/swagger-ui-bundle.js").want(200)
	zipped := c.get("/docs/swagger-ui-bundle.js", "Accept-Encoding", "gzip").want(200)
	if zipped.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" {
		t.Errorf("encodings %q and %q", zipped.Header().Get("Content-Encoding"), plain.Header().Get("Content-Encoding"))
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(text, plain.Body.Bytes()) || !bytes.Contains(text, []byte("SwaggerUIBundle")) {
		t.Errorf("unzipped to %d bytes, want %d: %v", len(text), plain.Body.Len(), err)
	}
	c.get("/docs/swagger-ui-bundle.js", "If-None-Match", zipped.Header().Get("ETag")).want(304)
}

func TestErrorsPageListsEveryCode(t *testing.T) {
	body := newClient(t).get("/docs/errors").want(200).Body.String()
	for _, k := range problemKinds {
		if !strings.Contains(body, `id="`+string(k.code)+`"`) || !strings.Contains(body, k.title.vi) {
			t.Errorf("%s is not listed", k.code)
		}
	}
}
