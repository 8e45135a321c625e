package api

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestSpecIsValid(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

// pageRoutes are for people: what a browser opens, and what its pages load. The spec is for programs.
var pageRoutes = []string{
	"GET /", "GET /registrar", "GET /assets/{file}", "GET /favicon.svg", "GET /manifest.webmanifest", "GET /sw.js",
	"GET /widget", "GET /widget/{file}", "GET /widget/{version}/{file}", "GET /demo/checkout",
}

func TestRoutesAreTheOperationsOfTheSpec(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	var described, served []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	s := newServer(t, nil, testConfig(), io.Discard)
	for _, r := range s.echo.Routes() {
		if r.Method != echo.RouteNotFound {
			served = append(served, r.Method+" "+specPath(r.Path))
		}
	}
	described = append(described, pageRoutes...)
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("the spec describes\n%s\nand the server serves\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
}

// Every operation says in which language, with which examples and within which bounds: what a reader of the spec relies on.
func TestSpecIsComplete(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]bool{}
	for _, tag := range doc.Tags {
		tags[tag.Name] = true
	}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			name := method + " " + path
			if o.OperationID == "" || !strings.Contains(o.Summary, "–") {
				t.Errorf("%s: needs an operationId and a summary in Vietnamese – English", name)
			}
			if len(o.Tags) != 1 || !tags[o.Tags[0]] {
				t.Errorf("%s: needs one of the tags of the document", name)
			}
			for _, p := range o.Parameters {
				s := p.Value.Schema.Value
				if s.Type.Is("array") && s.MaxItems != nil {
					s = s.Items.Value
				}
				if s.Type.Is("boolean") {
					continue
				}
				if s.Type.Is("string") && s.MaxLength == nil && s.Pattern == "" && len(s.Enum) == 0 {
					t.Errorf("%s: the text %s has no bound", name, p.Value.Name)
				} else if !s.Type.Is("string") && (s.Min == nil || s.Max == nil) {
					t.Errorf("%s: the number %s has no bounds", name, p.Value.Name)
				}
			}
			if o.RequestBody != nil {
				if media := o.RequestBody.Value.Content.Get("application/json"); media != nil { // of files the handler bounds the bytes
					checkBounded(t, name, media.Schema.Value)
				}
			}
		}
	}
	for name, ref := range doc.Components.Schemas {
		if s := ref.Value; s.Type.Is("number") && s.Format != "double" {
			t.Errorf("%s: a number without format double becomes a float32", name)
		}
		for property, p := range ref.Value.Properties {
			if p.Value.Type.Is("number") && p.Value.Format != "double" {
				t.Errorf("%s.%s: a number without format double becomes a float32", name, property)
			}
		}
	}
}

// checkBounded wants every text, number and list of a request bounded, and every object closed.
func checkBounded(t *testing.T, at string, s *openapi3.Schema) {
	t.Helper()
	switch {
	case s.Type.Is("object"):
		if s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has {
			t.Errorf("%s: takes unknown fields", at)
		}
		for name, p := range s.Properties {
			checkBounded(t, at+"."+name, p.Value)
		}
	case s.Type.Is("array"):
		if s.MaxItems == nil {
			t.Errorf("%s: has no maxItems", at)
		}
		checkBounded(t, at+"[]", s.Items.Value)
	case s.Type.Is("string"):
		if s.MaxLength == nil && s.Pattern == "" && len(s.Enum) == 0 {
			t.Errorf("%s: has no maxLength", at)
		}
	case s.Type.Is("number"), s.Type.Is("integer"):
		if s.Min == nil || s.Max == nil {
			t.Errorf("%s: has no bounds", at)
		}
	}
}

func TestEveryErrorCodeHasARow(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	described := doc.Components.Schemas["Problem"].Value.Properties["code"].Value.Enum
	if len(described) != len(problemKinds) {
		t.Errorf("the spec names %d codes, the table %d", len(described), len(problemKinds))
	}
	for _, code := range described {
		k, ok := kindOf(ProblemCode(code.(string)))
		if !ok {
			t.Errorf("%v: no row in the table", code)
			continue
		}
		if k.title.vi == "" || k.title.en == "" || k.title.vi == k.title.en || k.status < 400 || http.StatusText(k.status) == "" {
			t.Errorf("%v: incomplete row %+v", code, k)
		}
		if k.hint.vi == "" || k.hint.en == "" || k.hint.vi == k.hint.en {
			t.Errorf("%v: no hint in both languages: %+v", code, k)
		}
	}
}
