package api

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// FuzzRequests sends requests made from the spec, with some parts replaced by junk, and wants an answer that is no fault
// of ours and is as the spec says (client.send sees to the latter).
func FuzzRequests(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, "5FJBC-2NJV-T33", []byte(`{"position":{"lat":21.03,"lon":105.85}}`))
	}
	f.Add(uint64(1), "2NJV-T33, phường Hoàn Kiếm", []byte(`{"q":"\u0000"}`))
	f.Add(uint64(2), "\xff\x00%zz", []byte("{"))
	f.Add(uint64(3), "21.0287,105.8524", []byte(`[[[[[[[[[[[[[[[[[[[[`))

	doc, err := spec()
	if err != nil {
		f.Fatal(err)
	}
	server := newServer(f, newService(f), testConfig(), io.Discard)
	f.Fuzz(func(t *testing.T, seed uint64, text string, body []byte) {
		if r := newGenerator(seed, text).request(doc, body); r != nil { // nil: net/http itself would refuse it
			noFaultOfOurs(client{t, server}, r)
		}
	})
}

// TestRandomRequests sends what FuzzRequests sends, without a search for new paths: more of it in less time. Some of every
// kind of answer must be among them, or the requests are no test.
func TestRandomRequests(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t)
	statuses := map[int]int{}
	for seed := range uint64(4000) {
		r := newGenerator(seed, nasty[int(seed)%len(nasty)]).request(doc, []byte(nasty[int(seed)%len(nasty)]))
		if r != nil {
			statuses[noFaultOfOurs(c, r)]++
		}
	}
	for _, status := range []int{200, 201, 400, 404, 422} {
		if statuses[status] < 10 {
			t.Errorf("only %d answers with status %d: %v", statuses[status], status, statuses)
		}
	}
}

func noFaultOfOurs(c client, r *http.Request) int {
	c.t.Helper()
	a := c.send(r)
	if a.Code >= 500 {
		c.t.Fatalf("%s %s: %d %s", r.Method, r.URL, a.Code, a.Body)
	}
	return a.Code
}

// generator makes requests from the spec.
type generator struct {
	*rand.Rand
	text string // junk that the fuzzer gives
}

var nasty = []string{
	"", " ", "null", "NaN", "-0", "1e400", "0x10", "105.85", "21.03", "-180", "\x00", "\xff", "..", "%", "../..", "'--", "<script>",
	"5FJBC-2NJV-T33", "2NJV-T33, Hoàn Kiếm", "osm:node/1", "8d415cb4e426bbf", "7PH72VH2+FX", "00070", "2025-06-30", "9999-99-99",
}

func newGenerator(seed uint64, text string) generator {
	return generator{rand.New(rand.NewPCG(seed, 0)), text}
}

// request is nil when no such request could be sent.
func (g generator) request(doc *openapi3.T, body []byte) *http.Request {
	path, item := pick(g, doc.Paths.Map())
	method, operation := pick(g, item.Operations())
	query := url.Values{}
	header := http.Header{}
	for _, p := range operation.Parameters {
		value := g.param(p.Value.Name, p.Value.Schema.Value)
		switch p.Value.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(value))
		case "query":
			for range g.count() {
				query.Add(p.Value.Name, value)
			}
		case "header":
			if g.IntN(3) == 0 && !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7F }) {
				header.Set(p.Value.Name, value)
			}
		}
	}
	if g.IntN(20) == 0 {
		query.Add(g.text, g.text)
	}
	target := path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	if _, err := url.ParseRequestURI(target); err != nil {
		return nil
	}
	if operation.RequestBody == nil {
		body = nil
	} else if g.IntN(4) > 0 {
		value, err := json.Marshal(g.value("", operation.RequestBody.Value.Content.Get("application/json").Schema.Value))
		if err != nil {
			return nil
		}
		body = value
	}
	r := httptest.NewRequest(method, target, strings.NewReader(string(body)))
	r.Header = header
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// pick takes one of a map's entries, the same one for the same seed.
func pick[V any](g generator, m map[string]V) (string, V) {
	keys := slices.Sorted(maps.Keys(m))
	key := keys[g.IntN(len(keys))]
	return key, m[key]
}

// count is mostly one.
func (g generator) count() int {
	switch g.IntN(20) {
	case 0:
		return 0
	case 1:
		return 2
	}
	return 1
}

func (g generator) param(name string, s *openapi3.Schema) string {
	switch g.IntN(10) {
	case 0:
		return g.text
	case 1:
		return nasty[g.IntN(len(nasty))]
	}
	return fmt.Sprint(g.value(name, s))
}

// value is mostly one that the schema allows, and now and then junk.
func (g generator) value(name string, s *openapi3.Schema) any {
	if g.IntN(40) == 0 {
		return []any{nil, g.text, 1e300, true, []any{}, map[string]any{g.text: g.text}}[g.IntN(6)]
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[g.IntN(len(s.Enum))]
	case s.Type.Is("object"):
		object := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, name) || g.IntN(4) == 0 {
				object[name] = g.value(name, s.Properties[name].Value)
			}
		}
		return object
	case s.Type.Is("array"):
		list := make([]any, g.IntN(int(s.MinItems)+3))
		for i := range list {
			list[i] = g.value(name, s.Items.Value)
		}
		return list
	case s.Type.Is("integer"):
		return int(*s.Min) + g.IntN(int(*s.Max-*s.Min)+1)
	case s.Type.Is("number"):
		if hanoi, ok := map[string]float64{"lat": 21, "lon": 105.8}[name]; ok && g.IntN(10) > 0 {
			return hanoi + g.Float64()/10
		}
		return *s.Min + g.Float64()*(*s.Max-*s.Min)
	case s.Type.Is("boolean"):
		return g.IntN(2) == 0
	}
	if s.Example != nil && g.IntN(4) > 0 {
		return s.Example
	}
	return []any{g.text, nasty[g.IntN(len(nasty))], "Phố Huế", "12A", "Tổ 5"}[g.IntN(5)]
}
