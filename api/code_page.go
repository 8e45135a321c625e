package api

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/plate"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/web"
)

const (
	codeRoute   = "/:code"
	moveCaching = "public, max-age=3600"
)

// registerCodePage adds the page of a code. Its path is the last that is tried: whatever has a route of its own goes there.
func (s *Server) registerCodePage(checks map[string][]echo.MiddlewareFunc) {
	const id = "getAddressPage"
	worked := s.overload.admit(s.answer(func(c echo.Context, _ any) (any, error) { return s.codePage(c) }, id), id)
	s.echo.GET(codeRoute, func(c echo.Context) error {
		send, err := worked(c, nil)
		if err != nil {
			return err
		}
		return send.(func() error)()
	}, slices.Concat([]echo.MiddlewareFunc{s.onlyOneStep, onlyLanguage}, checks[id])...)
}

// onlyOneStep keeps what lies deeper from the page: a parameter that ends a path takes slashes as well. Such a path has no page, but may
// have other methods.
func (s *Server) onlyOneStep(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !strings.Contains(c.Param("code"), "/") {
			return next(c)
		}
		probe := s.echo.NewContext(c.Request(), c.Response())
		s.echo.Router().Find("", echo.GetPath(c.Request()), probe) // for a method that no route has, it tells those that there are
		c.SetPath("")
		if allow, _ := probe.Get(echo.ContextKeyHeaderAllow).(string); probe.Path() != codeRoute && allow != "" {
			c.Response().Header().Set(echo.HeaderAllow, allow)
			return echo.ErrMethodNotAllowed
		}
		return echo.ErrNotFound
	}
}

// onlyLanguage drops the rest of a query: links to a page get marks of those who pass them on (utm_source, fbclid …).
func onlyLanguage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		query := url.Values{}
		if chosen := u.Query().Get("lang"); chosen == "vi" || chosen == "en" {
			query.Set("lang", chosen)
		}
		u.RawQuery = query.Encode()
		return next(c)
	}
}

// codePage works out the page of a code. It is the same for everybody, whatever key they have: what is public.
func (s *Server) codePage(c echo.Context) (func() error, error) {
	r := c.Request()
	by := callerOf(r.Context())
	by.view = viewsByRole[access.RolePublic]
	text, err := pathValue(c, "code")
	if err != nil {
		return nil, err
	}
	code, err := addresscode.Parse(text)
	if err != nil {
		return nil, s.notACode(r.Context(), text, err)
	}
	if c.Param("code") != code.String() {
		return func() error { return moved(c, code) }, nil
	}
	a, err := s.registry.AddressFor(r.Context(), by.view.sight, code)
	if err != nil {
		return nil, asPage(s.withPlace(r.Context(), err, code))
	}
	if a.Status == registry.StatusRetired {
		return nil, asPage(s.gone(r.Context(), a))
	}
	origin, err := s.origin(by)
	if err != nil {
		return nil, err
	}
	a = by.view.sight.Show(a)
	by.note(a)
	page := s.addressPage(a, origin, pageLanguage(r))
	page.Path, page.Query = r.URL.Path, c.QueryParams()
	return func() error { return s.sendAddressPage(c, by, page) }, nil
}

// moved leads to the canonical spelling.
func moved(c echo.Context, code addresscode.Code) error {
	to := "/" + code.String()
	if query := c.Request().URL.RawQuery; query != "" {
		to += "?" + query
	}
	if h := c.Response().Header(); h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", moveCaching)
	}
	return c.Redirect(http.StatusPermanentRedirect, to)
}

// notACode tells a damaged code from what is no code at all.
func (s *Server) notACode(ctx context.Context, text string, cause error) error {
	err := s.invalidCode(ctx, text, cause)
	p, ok := errors.AsType[*problem](err)
	if !ok {
		return err
	}
	fault, _ := errors.AsType[*addresscode.Error](cause)
	if len(p.suggestions) == 0 && (fault == nil || fault.Kind == addresscode.ErrLength || fault.Kind == addresscode.ErrSymbol) {
		return echo.ErrNotFound
	}
	p.code = ProblemCodeNotFound
	return asPage(p)
}

// asPage makes a problem a page for whoever takes one.
func asPage(err error) error {
	if p, ok := errors.AsType[*problem](err); ok {
		p.page = true
	}
	return err
}

// addressView is what the page of an address shows.
type addressView struct {
	Code, Compact           string
	Groups                  []spokenGroup
	Line                    string   // number and street, or what else the house is called by; may be ""
	Label, Before           string   // the address today and on the last day before the reorganisation
	Former                  []string // the units it may have lain in then, where the place alone does not tell
	Kind                    string
	Commune, Province       string
	PostalCode, Zone        string
	Lat, Lon                string
	Outline                 string // of the cell, "lon,lat lon,lat …"
	Position                string // "21.0287, 105.8524"
	URL, Image              string // absolute
	Private                 bool   // search engines should leave it out
	Directions              []direction
	Sizes                   []plateSize
	Components              Components
	Alley, KindValue        string
	Linked                  map[string]any // JSON-LD
	ImageWidth, ImageHeight int
}

type direction struct {
	Name string
	URL  template.URL
}

type plateSize struct {
	Name, Text string
	Default    bool
}

var kindWords = map[registry.Kind]words{
	registry.KindDwelling: {"Nhà ở", "Home"},
	registry.KindBusiness: {"Cửa hàng, cơ quan", "Shop or office"},
	registry.KindPublic:   {"Nơi công cộng", "Public place"},
	registry.KindOther:    {"Khác", "Other"},
}

// addressPage is the page of an address as the public sees it.
func (s *Server) addressPage(a *registry.Address, origin string, l lang) web.Page {
	today := geo.Today()
	division := divisionOf(s.registry.DivisionOf(a, today))
	at := a.Point()
	cell, zone := placeOf(a)
	v := addressView{
		Code: a.Code.String(), Compact: a.Code.Compact(), Groups: spoken(a.Code, l),
		Label: s.registry.Label(a, today), Before: s.registry.Label(a, lastOldDay), Kind: kindWords[a.Kind].in(l),
		Commune: division.Commune.FullName, Province: division.Province.FullName, PostalCode: division.PostalCode, Zone: zone.String(),
		Lat: degrees(at.Lat()), Lon: degrees(at.Lon()), Outline: outlineText(cell),
		Private:    a.Kind != registry.KindBusiness && a.Kind != registry.KindPublic,
		Components: components(a.Components), Alley: strings.Join(a.Components.Alley, "/"), KindValue: string(a.Kind),
	}
	v.Position = v.Lat + ", " + v.Lon
	v.URL = origin + "/" + v.Code
	v.Image = origin + "/v1/addresses/" + v.Code + "/plate?format=png"
	if size, ok := plate.SizeOf(plate.DefaultSize); ok {
		v.ImageWidth, v.ImageHeight = int(size.Width*plate.PixelsPerMM), int(size.Height*plate.PixelsPerMM)
	}
	v.Line = strings.TrimSuffix(strings.TrimSuffix(v.Label, v.Commune+", "+v.Province), ", ")
	v.Directions = directions(v.Lat, v.Lon, v.Code, l)
	for _, size := range plate.Sizes() {
		v.Sizes = append(v.Sizes, plateSize{size.Name, fmt.Sprintf("%g × %g mm", size.Width, size.Height), size.Name == plate.DefaultSize})
	}
	v.Former = s.formerUnits(a.Commune, division.Commune.Code != "" && s.registry.DivisionOf(a, lastOldDay).Commune == nil)
	v.Linked = v.linked(at)
	title := v.Code
	if v.Line != "" {
		title += " – " + v.Line
	}
	return web.Page{
		English: l == english, Title: title, Data: &v,
		Description: words{
			"Mã địa chỉ " + v.Code + ": " + v.Label + ". Chỉ đường, cách đọc mã, biển số nhà.",
			"Address code " + v.Code + ": " + v.Label + ". Directions, how to read the code, house-number plate.",
		}.in(l),
	}
}

// formerUnits are the units that today's commune was made of, by district, where it is uncertain in which of them an address lay.
func (s *Server) formerUnits(commune string, uncertain bool) []string {
	all := s.registry.Divisions()
	now, err := all.Get(geo.LevelCommune, commune, geo.Today())
	if err != nil || !uncertain {
		return nil
	}
	var districts []string
	communes := map[string][]string{}
	for _, r := range all.Predecessors(now) {
		if r.From == nil || !r.From.ExistsAt(lastOldDay) {
			continue
		}
		district := ""
		if d, err := all.Get(geo.LevelDistrict, r.From.Parent, lastOldDay); err == nil {
			district = d.Name(lastOldDay).FullName()
		}
		if !slices.Contains(districts, district) {
			districts = append(districts, district)
		}
		communes[district] = append(communes[district], r.From.Name(lastOldDay).FullName())
	}
	for i, district := range districts {
		districts[i] = strings.Join(communes[district], ", ")
		if district != "" {
			districts[i] += " (" + district + ")"
		}
	}
	return districts
}

// outlineText is a cell's outline for the map of the page.
func outlineText(c geo.Cell) string {
	var corners []string
	for _, p := range c.Outline() {
		corners = append(corners, degrees(p.Lon())+","+degrees(p.Lat()))
	}
	return strings.Join(corners, " ")
}

// degrees keeps what positions are known to.
func degrees(d float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.7f", d), "0"), ".")
}

// directions are links to navigation: RFC 5870 for whatever app the device has, and the documented links of the usual ones.
func directions(lat, lon, code string, l lang) []direction {
	at := lat + "," + lon
	return []direction{
		{words{"Ứng dụng trên máy", "App on this device"}.in(l), template.URL("geo:" + at + "?q=" + at + "(" + code + ")")},
		{"Google Maps", template.URL("https://www.google.com/maps/dir/?api=1&destination=" + at)},
		{"Apple Maps", template.URL("https://maps.apple.com/?daddr=" + at)},
		{"OpenStreetMap", template.URL("https://www.openstreetmap.org/directions?to=" + url.QueryEscape(at))},
	}
}

// linked describes the address for machines that read pages (schema.org).
func (v *addressView) linked(at geo.Point) map[string]any {
	address := map[string]any{
		"@type": "PostalAddress", "addressLocality": v.Commune, "addressRegion": v.Province, "addressCountry": "VN",
	}
	if v.Line != "" {
		address["streetAddress"] = v.Line
	}
	if v.PostalCode != "" {
		address["postalCode"] = v.PostalCode
	}
	return map[string]any{
		"@context": "https://schema.org", "@type": "Place", "@id": v.URL, "url": v.URL, "name": v.Label,
		"identifier": map[string]any{"@type": "PropertyValue", "propertyID": "Mã địa chỉ số", "value": v.Code},
		"address":    address,
		"geo":        map[string]any{"@type": "GeoCoordinates", "latitude": at.Lat(), "longitude": at.Lon()},
	}
}

// sendAddressPage sends the page, or says that it is the same as before.
func (s *Server) sendAddressPage(c echo.Context, by *caller, page web.Page) error {
	text, err := s.pageText("code", page)
	if err != nil {
		return err
	}
	etag := etagOf(text)
	h := c.Response().Header()
	s.pageHeaders(h)
	h.Set("ETag", etag)
	if by.anonymous() {
		h["Cache-Control"] = noCache
	}
	if page.Data.(*addressView).Private {
		h.Set("X-Robots-Tag", "noindex")
	}
	if matches(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.HTMLBlob(http.StatusOK, text)
}
