package api

import (
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
)

// plainRule accepts what a parameter nearly always is, printable ASCII or a number in range, without walking its schema.
// What it does not accept is not wrong yet: the schema decides.
type plainRule struct {
	usable           bool // the schema says nothing that the rule doesn't know
	minimum, maximum float64
	shortest         int
	longest          int
}

// noControl is the pattern in openapi.yaml of texts without control characters, which holds for all printable ASCII.
const noControl = `^[^\u0000-\u001F\u007F\uFFFD]*$`

func newPlainRule(schema *openapi3.Schema) plainRule {
	rest := *schema
	rest.Extensions, rest.Origin, rest.Title, rest.Description, rest.Default, rest.Example = nil, nil, "", "", nil, nil
	rest.Type, rest.Min, rest.Max, rest.MinLength, rest.MaxLength = nil, nil, nil, 0, nil
	if rest.Pattern == noControl {
		rest.Pattern = ""
	}
	if rest.Format == "double" {
		rest.Format = ""
	}
	bounded := schema.MaxLength != nil || schema.Min != nil && schema.Max != nil
	rule := plainRule{usable: bounded && reflect.ValueOf(rest).IsZero(), shortest: int(schema.MinLength)}
	if schema.MaxLength != nil {
		rule.longest = int(*schema.MaxLength)
	}
	if schema.Min != nil && schema.Max != nil {
		rule.minimum, rule.maximum = *schema.Min, *schema.Max
	}
	return rule
}

func (r *plainRule) acceptsText(text string) bool {
	if !r.usable || len(text) < r.shortest || len(text) > r.longest {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func (r *plainRule) acceptsNumber(n float64) bool {
	return r.usable && r.minimum <= n && n <= r.maximum
}
