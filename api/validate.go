package api

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// maxEchoedName bounds how much of an unknown name is sent back, in bytes.
const maxEchoedName = 64

// validation returns, per operation id, the middleware that refuses requests which do not match the spec. The generated
// strict server that follows only binds what has passed here.
func validation(ops map[string]*operation, bodyLimit int64) map[string][]echo.MiddlewareFunc {
	all := make(map[string][]echo.MiddlewareFunc, len(ops))
	for id, op := range ops {
		all[id] = []echo.MiddlewareFunc{func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if err := op.check(c, bodyLimit); err != nil {
					return err
				}
				return next(c)
			}
		}}
	}
	return all
}

// check refuses a request that does not match the operation, with every field at fault.
func (op *operation) check(c echo.Context, bodyLimit int64) error {
	faults, err := op.checkParams(c)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return &problem{code: ProblemCodeInvalid, fields: faults}
	}
	if op.body != nil {
		return checkBody(c, op.body, bodyLimit)
	}
	return nil
}

func (op *operation) checkParams(c echo.Context) ([]fieldFault, error) {
	r := c.Request()
	var query url.Values
	if r.URL.RawQuery != "" {
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			return nil, &problem{code: ProblemCodeInvalid, detail: words{"Phần truy vấn mã hoá % không đúng", "the query is not correctly percent-encoded"}, cause: err}
		}
		query = c.QueryParams() // Echo parses once and keeps the map, so that a change here is seen by the binding
	}
	var faults []fieldFault
	known := 0
	for i := range op.params {
		p := &op.params[i]
		var values []string
		switch p.in {
		case "path":
			value, err := pathValue(c, p.name)
			if err != nil {
				return nil, &problem{code: ProblemCodeInvalid, detail: words{"Đường dẫn mã hoá % không đúng", "the path is not correctly percent-encoded"}, cause: err}
			}
			values = []string{value}
		case "query":
			values = p.take(query)
			if values != nil {
				known++
			}
		case "header":
			values = r.Header.Values(p.name)
		}
		if f, ok := p.check(values); !ok {
			faults = append(faults, f...)
		}
	}
	if known < len(query) {
		faults = append(faults, op.unknown(query)...)
	}
	return faults, nil
}

// pathValue is a path parameter without percent-encoding.
func pathValue(c echo.Context, name string) (string, error) {
	if c.Request().URL.RawPath == "" {
		return c.Param(name), nil
	}
	return url.PathUnescape(c.Param(name))
}

// take returns the values of a query parameter; one given by its synonym is moved to its own name.
func (p *param) take(query url.Values) []string {
	if p.synonym != "" {
		if values, ok := query[p.synonym]; ok {
			query[p.name] = append(query[p.name], values...)
			delete(query, p.synonym)
		}
	}
	return query[p.name]
}

// unknown lists the query parameters that the operation does not have, by name.
func (op *operation) unknown(query url.Values) []fieldFault {
	var faults []fieldFault
	for name := range query {
		if slices.ContainsFunc(op.params, func(p param) bool { return p.in == "query" && p.name == name }) {
			continue
		}
		if !utf8.ValidString(name) {
			name = strings.ToValidUTF8(name, "\uFFFD")
		}
		if len(name) > maxEchoedName {
			name = strings.ToValidUTF8(name[:maxEchoedName], "") + "…"
		}
		faults = append(faults, fieldFault{field: name, reason: FieldErrorCodeUnknownField})
	}
	slices.SortFunc(faults, func(a, b fieldFault) int { return cmp.Compare(a.field, b.field) })
	return faults
}

// check holds the values of a parameter against its schema.
func (p *param) check(values []string) ([]fieldFault, bool) {
	switch {
	case len(values) == 0 && p.required:
		return []fieldFault{{field: p.name, reason: FieldErrorCodeRequired}}, false
	case len(values) > p.most && p.most > 1:
		return []fieldFault{{field: p.name, reason: FieldErrorCodeTooLong, limit: strconv.Itoa(p.most)}}, false
	case len(values) > p.most:
		return []fieldFault{{field: p.name, reason: FieldErrorCodeRepeated}}, false
	}
	for _, text := range values {
		if faults, ok := p.checkOne(text); !ok {
			return faults, false
		}
	}
	return nil, true
}

func (p *param) checkOne(text string) ([]fieldFault, bool) {
	var value any
	switch p.typ {
	case "string":
		if p.plain.acceptsText(text) {
			return nil, true
		}
		if !utf8.ValidString(text) {
			return []fieldFault{{field: p.name, reason: FieldErrorCodeFormat, detail: words{"không phải UTF-8", "is not UTF-8"}}}, false
		}
		value = text
	case "boolean":
		if text != "true" && text != "false" {
			return []fieldFault{{field: p.name, reason: FieldErrorCodeType, limit: p.typ}}, false
		}
		return nil, true
	default:
		number, ok := parseNumber(text, p.typ == "integer")
		if !ok {
			return []fieldFault{{field: p.name, reason: FieldErrorCodeType, limit: p.typ}}, false
		}
		if p.plain.acceptsNumber(number) {
			return nil, true
		}
		value = number
	}
	if err := p.schema.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		return faultsOf(err, p.name), false
	}
	return nil, true
}

// parseNumber reads a finite decimal number. Go's own reading also takes hexadecimal, "Inf" and "NaN".
func parseNumber(text string, integer bool) (float64, bool) {
	if integer {
		n, err := strconv.Atoi(text)
		return float64(n), err == nil
	}
	if strings.Trim(text, "0123456789+-.eE") != "" || strings.ContainsAny(text, "xXpP_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// isJSON reports whether a Content-Type names JSON in UTF-8.
func isJSON(contentType string) bool {
	media, params, _ := strings.Cut(contentType, ";")
	if !strings.EqualFold(strings.TrimSpace(media), "application/json") {
		return false
	}
	name, value, found := strings.Cut(strings.TrimSpace(params), "=")
	return !found || !strings.EqualFold(name, "charset") || strings.EqualFold(strings.Trim(value, `"`), "utf-8")
}
