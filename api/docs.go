package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui/v5emb"

	"github.com/diachiso/diachiso"
)

//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the documentation page load from this server only. Swagger UI styles elements directly, which needs
// unsafe-inline for styles; scripts are files.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// swaggerFiles are the files of the embedded Swagger UI that the page uses.
var swaggerFiles = []string{"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}

// page is a text that is served as it is and revalidated by its hash.
type page struct {
	contentType string
	text        []byte
	etag        string
}

func newPage(contentType string, text []byte) page {
	sum := sha256.Sum256(text)
	return page{contentType: contentType, text: text, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

func (p page) serve(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Type", p.contentType)
	h.Set("ETag", p.etag)
	h.Set("Cache-Control", "no-cache")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(p.text))
	return nil
}

// registerDocs adds openapi.yaml and the documentation page, which needs no other host.
func registerDocs(e *echo.Echo) error {
	e.GET("/openapi.yaml", newPage("application/yaml; charset=utf-8", []byte(diachiso.OpenAPI)).serve)

	files := map[string]echo.HandlerFunc{}
	for name, contentType := range map[string]string{
		"index.html": "text/html; charset=utf-8",
		"docs.js":    "text/javascript; charset=utf-8",
		"docs.css":   "text/css; charset=utf-8",
	} {
		text, err := docsFiles.ReadFile("docs/" + name)
		if err != nil {
			return err
		}
		files[name] = newPage(contentType, text).serve
	}
	errorList, err := errorsPage()
	if err != nil {
		return err
	}
	files["errors"] = errorList.serve
	swagger := echo.WrapHandler(v5emb.New("", "/openapi.yaml", "/docs"))
	for _, name := range swaggerFiles {
		files[name] = swagger
	}

	e.GET("/docs", underPolicy(files["index.html"]))
	e.GET("/docs/:file", underPolicy(func(c echo.Context) error {
		serve, ok := files[c.Param("file")]
		if !ok {
			return &problem{code: ProblemCodeNotFound, detail: "the documentation has no such file", hint: "see /docs"}
		}
		return serve(c)
	}))
	return nil
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
		Code                ProblemCode
		Status              int
		Vietnamese, English string
	}
	rows := make([]row, 0, len(problemKinds))
	for _, k := range problemKinds {
		rows = append(rows, row{k.code, k.status, k.vi, k.en})
	}
	var text bytes.Buffer
	if err := t.Execute(&text, rows); err != nil {
		return page{}, fmt.Errorf("list of errors: %w", err)
	}
	return newPage("text/html; charset=utf-8", text.Bytes()), nil
}
