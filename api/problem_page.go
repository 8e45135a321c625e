package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/web"
)

// problemView is what the page of a problem shows.
type problemView struct {
	Status                int
	Heading, Detail, Hint string
	Code                  string       // that is meant, "" for none
	Suggestions           []Correction // of a damaged code
	Successors            []Address    // of an address that is no longer in use
	Gone                  bool
	Place                 *placeView // where a code leads that nobody has; nil for none
	Outside               bool       // that place is not in Viet Nam
	RequestID             string     // for reports of our own faults
}

type placeView struct {
	Position, Commune, Province string
}

// takesPage reports whether a problem is answered with a page: only where pages are, and only to whoever takes one. Of what is said of a
// code the page is the usual form; everything else is a problem document unless a page is what is asked for.
func takesPage(c echo.Context, p *problem) bool {
	if path := c.Path(); path != codeRoute && path != "" {
		return false
	}
	accept := strings.Join(c.Request().Header.Values("Accept"), ",")
	page, document := quality(accept, "text/html"), max(quality(accept, "application/json"), quality(accept, "application/problem+json"))
	return page > document || p.page && page > 0 && page == document
}

// quality is how much an Accept header wants a media type, 0 to 1 (RFC 9110, 12.5.1).
func quality(accept, media string) float64 {
	if accept == "" {
		return 1
	}
	kind, _, _ := strings.Cut(media, "/")
	best, closest := 0.0, 0
	for item := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		near := 0
		switch name {
		case media:
			near = 3
		case kind + "/*":
			near = 2
		case "*/*":
			near = 1
		}
		if near == 0 || near < closest {
			continue
		}
		q := 1.0
		for parameter := range strings.SplitSeq(parameters, ";") {
			if value, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
				given, err := strconv.ParseFloat(value, 64)
				if err == nil && given >= 0 && given <= 1 {
					q = given
				}
			}
		}
		best, closest = q, near
	}
	return best
}

// writeProblemPage sends a problem as a page. What it says of an address that is protected is what it says of one that is not there.
func (s *Server) writeProblemPage(c echo.Context, p *problem, requestID string) error {
	r, h := c.Request(), c.Response().Header()
	l := pageLanguage(r)
	kind, _ := kindOf(p.code)
	v := problemView{
		Status: kind.status, Heading: kind.title.in(l), Detail: p.detail.in(l), Hint: p.hintIn(l, kind),
		Suggestions: p.suggestions, Successors: p.successors, Gone: p.code == ProblemCodeGone,
	}
	if kind.status >= http.StatusInternalServerError {
		v.RequestID = requestID
	}
	if p.code == ProblemCodeNotRegistered {
		v.Code = p.place.Code
		v.Outside = p.place.Division.Commune.Code == ""
		v.Place = &placeView{
			Position: degrees(p.place.Centre.Lat) + "," + degrees(p.place.Centre.Lon),
			Commune:  p.place.Division.Commune.FullName, Province: p.place.Division.Province.FullName,
		}
	}
	text, err := s.pageText("problem", web.Page{
		English: l == english, Title: v.Heading, Description: v.Heading + ".", Path: r.URL.Path, Query: c.QueryParams(), Data: &v,
	})
	if err != nil {
		return err
	}
	problemHeaders(h, p, kind)
	s.pageHeaders(h)
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Language", l.tag())
	return c.HTMLBlob(kind.status, text)
}
