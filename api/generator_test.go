package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// generator makes requests from the spec: mostly what it allows, with junk in some places.
type generator struct {
	*rand.Rand
	text string   // junk that the fuzzer gives
	seen *answers // what earlier answers told; nil for none
}

// answers remembers texts of earlier answers by the name of their property, such as "secret", and by that with the path's last
// collection in front, such as "claims.id".
type answers map[string][]string

const remembered = 32 // of each name

func (a answers) learn(route string, body []byte) {
	var v any
	if json.Unmarshal(body, &v) == nil {
		a.walk(collectionOf(route), "", v)
	}
}

func (a answers) walk(collection, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			a.walk(collection, key, value)
		}
	case []any:
		for _, value := range v {
			a.walk(collection, name, value)
		}
	case string:
		a.keep(name, v)
		a.keep(collection+"."+name, v)
	}
}

func (a answers) keep(name, text string) {
	a[name] = append(a[name], text)
	if n := len(a[name]); n > remembered {
		a[name] = a[name][n-remembered:]
	}
}

// collectionOf is the segment of a path before its first parameter, or the last one.
func collectionOf(path string) string {
	before, _, _ := strings.Cut(path, "/{")
	return before[strings.LastIndexByte(before, '/')+1:]
}

var nasty = []string{
	"", " ", "null", "NaN", "-0", "1e400", "0x10", "105.85", "21.03", "-180", "\x00", "\xff", "..", "%", "../..", "'--", "<script>",
	"5FJBC-2NJV-T33", "2NJV-T33, Hoàn Kiếm", "osm:node/1", "8d415cb4e426bbf", "7PH72VH2+FX", "00070", "2025-06-30", "9999-99-99",
	"=cmd|' /C calc'!A0", "\r\nX-Injected: yes", "%0d%0aX: y", "\u202e", "\ufeff", "e\u0301", "%2e%2e%2f", "{{7*7}}", "${jndi:x}",
	"9223372036854775808", "-9223372036854775809", strings.Repeat("a", 300), strings.Repeat("9", 400), strings.Repeat("Đ", 200), "\xed\xa0\x80", "12 ngõ 34/5",
}

// files are bodies of operations that take files.
var files = []string{
	"", "id,address\n1,12 Hàng Khay\n", "address;lat;lon\r\n=cmd;21;105.8\r\n", "{\"address\":\"Phố Huế\"}\n{}\nnull\n", "code\n5FJBC-2NJV-T33\n\"open\n",
	"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\naddress\nHuế\r\n--x--\r\n", "PK\x03\x04", "\xff\xfea\x00",
}

func newGenerator(seed uint64, text string) generator {
	return generator{Rand: rand.New(rand.NewPCG(seed, 0)), text: text}
}

// request is nil when no such request could be sent.
func (g generator) request(doc *openapi3.T, body []byte) *http.Request {
	route, item := pick(g, doc.Paths.Map())
	path := route
	method, operation := pick(g, item.Operations())
	query := url.Values{}
	header := http.Header{}
	for _, p := range append(slices.Clone(item.Parameters), operation.Parameters...) {
		name := p.Value.Name
		if p.Value.In == "path" {
			name = collectionOf(route) + "." + name
		}
		value := g.param(name, p.Value.Schema.Value)
		switch p.Value.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(value))
		case "query":
			if p.Value.Required || g.IntN(2) == 0 {
				for range g.count() {
					query.Add(p.Value.Name, value)
				}
			}
		case "header":
			if g.IntN(3) == 0 {
				g.setHeader(header, p.Value.Name, value)
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
	if g.IntN(50) == 0 {
		target = g.damaged(target)
	}
	if _, err := url.ParseRequestURI(target); err != nil || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7F }) {
		return nil
	}
	if g.IntN(50) == 0 {
		method = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}[g.IntN(9)]
	}
	kind := "application/json"
	if operation.RequestBody == nil {
		if g.IntN(10) > 0 {
			body = nil
		}
	} else if media := operation.RequestBody.Value.Content.Get("application/json"); media == nil {
		kind, _ = pick(g, operation.RequestBody.Value.Content)
		if kind == "multipart/form-data" {
			kind += "; boundary=x"
		}
		if g.IntN(10) > 0 {
			body = g.mutated([]byte(files[g.IntN(len(files))]))
		}
	} else if g.IntN(10) > 0 {
		value, err := json.Marshal(g.value("", media.Schema.Value))
		if err != nil {
			return nil
		}
		body = g.mutated(value)
	}
	r := request(method, target, bytes.NewReader(body))
	r.Header = header
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	g.oddHeaders(r)
	return r
}

func (g generator) setHeader(header http.Header, name, value string) {
	if !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7F }) { // net/http takes no others
		header.Set(name, value)
	}
}

// oddHeaders now and then sets what no parameter of the spec names.
func (g generator) oddHeaders(r *http.Request) {
	if g.IntN(10) > 0 {
		return
	}
	name, values := pick(g, map[string][]string{
		"Content-Type":      {"text/plain", "application/json; charset=utf-16", "application/json;charset=\"utf-8\"", "multipart/form-data; boundary=x", ";"},
		"Content-Encoding":  {"gzip", "identity", "br, gzip"},
		"Accept-Language":   {"en", "vi;q=0.1, en;q=0.9", "*", "x-klingon", strings.Repeat("a-", 200)},
		"Accept":            {"text/html", "application/xml", "*/*;q=0"},
		"Range":             {"bytes=0-1", "bytes=9-1", "bytes=-1,0-0,0-0"},
		"If-None-Match":     {"*", `"x"`, `W/"x", "y"`, `"`},
		"X-Request-Id":      {"mine-1", "<script>", strings.Repeat("a", 65)},
		"X-Forwarded-For":   {"203.0.113.7", "::1, 10.0.0.1", "unknown"},
		"X-Forwarded-Proto": {"https", "gopher"},
		"Authorization":     {"Bearer", "Bearer dcs_00000000_x", "Bearer dch_x", "Basic YTpi", "Bearer " + strings.Repeat("x", 4000)},
		"Cookie":            {"diachiso=x", "__Host-diachiso=x", "=; ="},
		"Origin":            {"https://example.com", "null", ":"},
		"Sec-Fetch-Site":    {"cross-site", "same-origin"},
		"Idempotency-Key":   {"again", strings.Repeat("k", 200)},
	})
	g.setHeader(r.Header, name, append(values, g.text)[g.IntN(len(values)+1)])
}

// damaged replaces a part of a target by something that means another path, or none.
func (g generator) damaged(target string) string {
	at := g.IntN(len(target))
	return target[:at] + []string{"/", "//", "/../", "%2F", "%00", "%ff", "%", ";", "?", "&&", "#", "\\"}[g.IntN(12)] + target[at:]
}

// mutated now and then breaks a JSON text.
func (g generator) mutated(text []byte) []byte {
	if g.IntN(15) > 0 {
		return text
	}
	at := g.IntN(len(text) + 1)
	switch g.IntN(8) {
	case 0:
		return text[:at]
	case 1:
		return append(slices.Clone(text), text...)
	case 2:
		return append([]byte("\xef\xbb\xbf"), text...)
	case 3:
		return slices.Concat(text[:at], []byte("\x00"), text[at:])
	case 4:
		return slices.Concat(text[:at], []byte("\xff\xfe"), text[at:])
	case 5:
		return slices.Concat([]byte(`{"position":1,`), text[min(1, len(text)):])
	case 6:
		return slices.Concat(bytes.Repeat([]byte("["), 40), text, bytes.Repeat([]byte("]"), 40))
	}
	return bytes.ReplaceAll(text, []byte(`"`), []byte(`'`))
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
	switch g.IntN(12) {
	case 0:
		return g.text
	case 1:
		return nasty[g.IntN(len(nasty))]
	}
	return fmt.Sprint(g.value(name, s))
}

// value is mostly one that the schema allows, and now and then junk.
func (g generator) value(name string, s *openapi3.Schema) any {
	if g.IntN(60) == 0 {
		return []any{nil, g.text, 1e300, true, []any{}, map[string]any{g.text: g.text}}[g.IntN(6)]
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[g.IntN(len(s.Enum))]
	case len(s.OneOf)+len(s.AnyOf) > 0:
		all := append(slices.Clone(s.OneOf), s.AnyOf...)
		return g.value(name, all[g.IntN(len(all))].Value)
	case len(s.AllOf) > 0:
		object := map[string]any{}
		for _, part := range s.AllOf {
			if more, ok := g.value(name, part.Value).(map[string]any); ok {
				maps.Copy(object, more)
			}
		}
		return object
	case s.Type.Is("object"):
		object := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, name) || g.IntN(4) == 0 {
				object[name] = g.value(name, s.Properties[name].Value)
			}
		}
		return object
	case s.Type.Is("array"):
		list := make([]any, int(s.MinItems)+g.IntN(3))
		for i := range list {
			list[i] = g.value(name, s.Items.Value)
		}
		return list
	case s.Type.Is("integer"):
		lo, hi := bounds(s, 0, 1000)
		return int(lo) + g.IntN(int(hi-lo)+1)
	case s.Type.Is("number"):
		if hanoi, ok := map[string]float64{"lat": 21, "lon": 105.8}[name]; ok && g.IntN(10) > 0 {
			return hanoi + g.Float64()/10
		}
		lo, hi := bounds(s, -1000, 1000)
		return lo + g.Float64()*(hi-lo)
	case s.Type.Is("boolean"):
		return g.IntN(2) == 0
	}
	return g.word(name, s)
}

func bounds(s *openapi3.Schema, lo, hi float64) (float64, float64) {
	if s.Min != nil {
		lo = *s.Min
	}
	if s.Max != nil {
		hi = math.Min(*s.Max, lo+1e9)
	}
	return lo, hi
}

// word is a text for a property: one that an earlier answer told under that name, an example, or any.
func (g generator) word(name string, s *openapi3.Schema) any {
	if g.seen != nil && g.IntN(3) > 0 {
		if known := (*g.seen)[name]; len(known) > 0 {
			return known[g.IntN(len(known))]
		}
	}
	if s.Example != nil && g.IntN(4) > 0 {
		return s.Example
	}
	return []any{g.text, nasty[g.IntN(len(nasty))], "Phố Huế", "12A", "Tổ 5", "00070", "01", "2026-11-22"}[g.IntN(8)]
}
