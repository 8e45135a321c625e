package web

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
)

//go:embed templates
var templates embed.FS

// Site is the pages and what they load. It is safe for concurrent use.
type Site struct {
	assets  map[string]Asset
	static  map[string]Asset
	entries map[string]entry
	pages   map[string]*template.Template
	widget  *Widget
}

// Page is what a template is given.
type Page struct {
	English     bool       // Vietnamese otherwise
	Title       string     // of the page, without the name of the site
	Description string     // one sentence for search engines and previews
	Path        string     // of the page, from "/"
	Query       url.Values // that it was asked for with
	BaseMap     *BaseMap   // nil for none
	Data        any        // what else the template shows
}

// Lang is the page's language as HTML names it.
func (p Page) Lang() string { return p.Say("vi", "en") }

// Say is one of two texts, by the page's language.
func (p Page) Say(vietnamese, english string) string {
	if p.English {
		return english
	}
	return vietnamese
}

// InOtherLanguage is the page's address in the language that it is not in.
func (p Page) InOtherLanguage() string {
	query := url.Values{}
	for name, values := range p.Query {
		query[name] = values
	}
	query.Set("lang", p.Say("en", "vi"))
	return p.Path + "?" + query.Encode()
}

// pageNames are the templates that are pages; each stands inside layout.html.
var pageNames = []string{"home", "registrar", "code", "problem", "checkout", "widget"}

// New reads what was built. It fails only on a broken build.
func New() (*Site, error) {
	s := &Site{pages: map[string]*template.Template{}}
	var err error
	if s.assets, err = readAssets(built, "dist"); err != nil {
		return nil, err
	}
	if s.static, err = readAssets(static, "static"); err != nil {
		return nil, err
	}
	if s.entries, err = readManifest(); err != nil {
		return nil, err
	}
	if s.widget, err = readWidget(); err != nil {
		return nil, err
	}
	for _, name := range pageNames {
		t, err := template.New("layout.html").Funcs(template.FuncMap{"entry": s.entry}).
			ParseFS(templates, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		s.pages[name] = t
	}
	return s, nil
}

// Asset is a built file by its name.
func (s *Site) Asset(name string) (Asset, bool) {
	a, ok := s.assets[name]
	return a, ok
}

// Static is a file whose name stays the same when it changes: the icon, the manifest of the installed page.
func (s *Site) Static(name string) (Asset, bool) {
	a, ok := s.static[name]
	return a, ok
}

// Widget is the checkout field for shops.
func (s *Site) Widget() *Widget { return s.widget }

// Script is the script of an entry point that has one file only and no page.
func (s *Site) Script(name string) (Asset, error) {
	e, err := s.entry(name)
	if err != nil {
		return Asset{}, err
	}
	if len(e.Preload) > 0 {
		return Asset{}, fmt.Errorf("entry point %q imports %v", name, e.Preload)
	}
	a, ok := s.assets[e.Script]
	if !ok {
		return Asset{}, fmt.Errorf("no file %s in what was built", e.Script)
	}
	return a, nil
}

// Render writes a page.
func (s *Site) Render(w io.Writer, name string, p Page) error {
	t, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("no page %q", name)
	}
	return t.Execute(w, p)
}

func (s *Site) entry(name string) (entry, error) {
	e, ok := s.entries[name]
	if !ok {
		return e, fmt.Errorf("no entry point %q in what was built", name)
	}
	return e, nil
}
