package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/web"
)

// stableCaching is for how long a shop may keep the script of the address that is always the newest one.
const stableCaching = "public, max-age=300"

// registerWidget adds the checkout field for shops: its files under a path that never changes what it holds, and under one that is always
// the newest; how to put it into a page; and a shop that has done so.
func (s *Server) registerWidget() {
	e := s.echo
	e.GET("/widget", s.widgetPage("widget", words{"Ô địa chỉ cho trang thanh toán", "The address field for checkouts"},
		words{"Một ô nhận địa chỉ cũ, địa chỉ mới và mã địa chỉ, cho mọi trang bán hàng.", "One field that takes old addresses, new ones and address codes, for every shop."}))
	e.GET("/demo/checkout", s.widgetPage("checkout", words{"Thanh toán (trang mẫu)", "Checkout (an example)"},
		words{"Trang thanh toán mẫu với ô địa chỉ.", "An example checkout with the address field."}))
	e.GET("/widget/:file", func(c echo.Context) error { return s.widgetFile(c, stableCaching) })
	e.GET("/widget/:version/:file", func(c echo.Context) error {
		if c.Param("version") != s.site.Widget().Version {
			return echo.ErrNotFound
		}
		return s.widgetFile(c, "public, max-age=31536000, immutable")
	})
}

// widgetFile serves a file to pages of every origin. What a browser has it need not get again.
func (s *Server) widgetFile(c echo.Context, caching string) error {
	a, ok := s.site.Widget().File(c.Param("file"))
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Timing-Allow-Origin", "*")
	tag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(a.Body)) // weak: it is the same for the body and the body in gzip
	h.Set("ETag", tag)
	if c.Request().Header.Get("If-None-Match") == tag {
		h.Set("Cache-Control", caching)
		h.Add("Vary", "Accept-Encoding")
		return c.NoContent(http.StatusNotModified)
	}
	return sendAsset(c, a, caching)
}

// embedding is what a page tells of putting the field into another one.
type embedding struct {
	*web.Widget
	Origin string // of this server, "https://…"
}

// widgetPage serves a page that shows the field.
func (s *Server) widgetPage(name string, title, description words) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		origin, err := s.origin(&caller{host: r.Host, secure: s.proxies.secure(r)})
		if err != nil {
			return err
		}
		l := pageLanguage(r)
		return s.render(c, http.StatusOK, name, web.Page{
			English: l == english, Title: title.in(l), Description: description.in(l), Path: r.URL.Path, Query: c.QueryParams(),
			Data: embedding{Widget: s.site.Widget(), Origin: origin},
		})
	}
}
