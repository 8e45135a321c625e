package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5/static"

	"github.com/diachiso/diachiso"
)

//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the documentation page load from this server only. Swagger UI styles elements directly, which needs
// unsafe-inline for styles; scripts are files.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page is a text that is served as it is and revalidated by its hash.
type page struct {
	contentType string
	text        []byte
	zipped      bool // text is in gzip
	etag        string
}

func newPage(contentType string, text []byte) page {
	sum := sha256.Sum256(text)
	return page{contentType: contentType, text: text, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

func newZippedPage(contentType string, text []byte) page {
	p := newPage(contentType, text)
	p.zipped, p.etag = true, "W/"+p.etag // the same meaning in two encodings
	return p
}

func (p page) serve(c echo.Context) error {
	h := c.Response().Header()
	h.Set("ETag", p.etag)
	h.Set("Cache-Control", "no-cache")
	if matches(c.Request().Header.Get("If-None-Match"), strings.TrimPrefix(p.etag, "W/")) {
		return c.NoContent(http.StatusNotModified)
	}
	text := p.text
	if p.zipped && takesGzip(c.Request().Header["Accept-Encoding"]) {
		h.Set("Content-Encoding", "gzip")
	} else if p.zipped {
		r, err := gzip.NewReader(bytes.NewReader(p.text))
		if err != nil {
			return err
		}
		if text, err = io.ReadAll(r); err != nil {
			return err
		}
	}
	return c.Blob(http.StatusOK, p.contentType, text)
}

// registerDocs adds openapi.yaml and the documentation page, which needs no other host.
func registerDocs(e *echo.Echo) error {
	e.GET("/openapi.yaml", newPage("application/yaml; charset=utf-8", []byte(diachiso.OpenAPI)).serve)

	files, err := docsPages()
	if err != nil {
		return err
	}
	e.GET("/docs", underPolicy(files["index.html"].serve))
	e.GET("/docs/:file", underPolicy(func(c echo.Context) error {
		file, ok := files[c.Param("file")]
		if !ok {
			return &problem{code: ProblemCodeNotFound, detail: words{"Tài liệu không có tệp này", "the documentation has no such file"}, hint: seeDocs}
		}
		return file.serve(c)
	}))
	return nil
}

// docsPages are the files of the documentation page: ours, and those of Swagger UI that it uses.
func docsPages() (map[string]page, error) {
	const html, script, style = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
	pages := map[string]page{}
	for name, contentType := range map[string]string{"index.html": html, "docs.js": script, "docs.css": style} {
		text, err := docsFiles.ReadFile("docs/" + name)
		if err != nil {
			return nil, err
		}
		pages[name] = newPage(contentType, text)
	}
	for name, contentType := range map[string]string{"swagger-ui.css": style, "swagger-ui-bundle.js": script} {
		text, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			return nil, err
		}
		pages[name] = newZippedPage(contentType, text)
	}
	icon, err := static.FS.ReadFile("favicon-32x32.png")
	if err != nil {
		return nil, err
	}
	pages["favicon-32x32.png"] = newPage("image/png", icon)
	pages["errors"], err = errorsPage()
	return pages, err
}

func underPolicy(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", docsPolicy)
		return next(c)
	}
}

// errorsPage lists the one table of errors for people; the type of every problem points to its row.
func errorsPage() (page, error) {
	t, err := template.ParseFS(docsFiles, "docs/errors.html")
	if err != nil {
		return page{}, err
	}
	type row struct {
		Code                              ProblemCode
		Status                            int
		Title, Hint, English, EnglishHint string
	}
	rows := make([]row, 0, len(problemKinds))
	for _, k := range problemKinds {
		rows = append(rows, row{k.code, k.status, k.title.vi, k.hint.vi, k.title.en, k.hint.en})
	}
	var text bytes.Buffer
	if err := t.Execute(&text, rows); err != nil {
		return page{}, fmt.Errorf("list of errors: %w", err)
	}
	return newPage("text/html; charset=utf-8", text.Bytes()), nil
}
