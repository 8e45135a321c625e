package api

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/web"
)

// pagePolicy lets a page load from this server only, and nothing written into the page itself run. The map draws into images that it
// makes itself (blob:, data:). An outside base map adds its one origin, "" for none, to where images come from.
func pagePolicy(baseMap string) string {
	return strings.TrimSpace("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "+
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "+
		"connect-src 'self' "+baseMap) + strings.TrimRight("; img-src 'self' data: blob: "+baseMap, " ")
}

// workerPolicy is that of scripts: a worker runs under the policy that its own script came with, not under its page's. The map's workers
// fetch tiles and load scripts, the service worker asks for pages, all of this server only.
const workerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'"

// pagePermissions are what a page may ask its reader for: where they are, and a look at a code through the camera.
const pagePermissions = "camera=(self), geolocation=(self), display-capture=(), microphone=(), payment=(), usb=()"

// registerSite adds the pages for people and what they load. They are read by everybody, take nothing from a quota and show nothing
// of the registry; what they show they ask of the API as every client does.
func (s *Server) registerSite() {
	e := s.echo
	e.GET("/", s.page("home", words{"Bản đồ địa chỉ số Việt Nam", "Map of Viet Nam's digital addresses"},
		words{"Tìm mã địa chỉ của từng ngôi nhà ở Việt Nam trên bản đồ số.", "Find the address code of every home in Viet Nam on a digital map."}))
	e.GET("/registrar", s.page("registrar", words{"Bàn làm việc của cán bộ địa chỉ", "Registrar's desk"},
		words{"Duyệt đề nghị cấp mã, xem lại vị trí, đánh số toà nhà, theo dõi độ phủ.", "Decide on proposals, look at doubtful positions, number buildings, follow coverage."}))
	s.registerWidget()
	e.GET("/assets/:file", s.asset)
	e.GET("/favicon.svg", s.static("favicon.svg"))
	e.GET("/manifest.webmanifest", s.static("manifest.webmanifest"))
	e.GET("/sw.js", s.serviceWorker)
}

// page serves a page that is the same for everybody but for its language.
func (s *Server) page(name string, title, description words) echo.HandlerFunc {
	return func(c echo.Context) error {
		l := pageLanguage(c.Request())
		return s.render(c, http.StatusOK, name, web.Page{
			English: l == english, Title: title.in(l), Description: description.in(l), Path: c.Request().URL.Path, Query: c.QueryParams(),
		})
	}
}

// pageLanguage is the one that the reader chose (?lang=), else the browser's, else Vietnamese.
func pageLanguage(r *http.Request) lang {
	switch r.URL.Query().Get("lang") {
	case "en":
		return english
	case "vi":
		return vietnamese
	}
	return languageOf(r.Header)
}

func (s *Server) render(c echo.Context, status int, name string, p web.Page) error {
	text, err := s.pageText(name, p)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	s.pageHeaders(h)
	h.Set("Cache-Control", "no-cache")
	return c.HTMLBlob(status, text)
}

// pageText is a page, whole.
func (s *Server) pageText(name string, p web.Page) ([]byte, error) {
	var text bytes.Buffer
	p.BaseMap = s.config.BaseMap
	if err := s.site.Render(&text, name, p); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// pageHeaders sets the headers that every page has.
func (s *Server) pageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy(s.config.BaseMap.Origin()))
	h.Set("Permissions-Policy", pagePermissions)
	h.Add("Vary", "Accept-Language")
}

// asset serves a built file, which browsers may keep for ever.
func (s *Server) asset(c echo.Context) error {
	a, ok := s.site.Asset(c.Param("file"))
	if !ok {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Content-Security-Policy", workerPolicy)
	return sendAsset(c, a, "public, max-age=31536000, immutable")
}

// static serves a file that may be another one after the next start of a newer program.
func (s *Server) static(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, ok := s.site.Static(name)
		if !ok {
			return echo.ErrNotFound
		}
		return sendAsset(c, a, "public, max-age=3600")
	}
}

// serviceWorker serves the script that keeps pages for when there is no network. Its name stays the same, and it must lie at the top
// to be there for all pages.
func (s *Server) serviceWorker(c echo.Context) error {
	a, err := s.site.Script("sw")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", workerPolicy)
	return sendAsset(c, a, "no-cache")
}

func sendAsset(c echo.Context, a web.Asset, caching string) error {
	h := c.Response().Header()
	h.Set("Cache-Control", caching)
	h.Add("Vary", "Accept-Encoding")
	body := a.Body
	if zipped := a.Zipped(); zipped != nil && takesGzip(c.Request().Header["Accept-Encoding"]) {
		h.Set("Content-Encoding", "gzip")
		body = zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, a.ContentType, body)
}
