package api

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/diachiso/diachiso"
)

// loadSpec reads and checks the embedded openapi.yaml.
func loadSpec() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(diachiso.OpenAPI))
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return doc, nil
}

// operation is what a request to one operation of the spec must look like.
type operation struct {
	params []param
	body   *openapi3.Schema // of application/json; nil when the operation takes none
	file   bool             // it takes a file, which the handler reads as it arrives
}

// param is one parameter of an operation.
type param struct {
	name     string
	in       string // path, query or header
	synonym  string // another name it is accepted by, "" if none
	required bool
	typ      string // string, number, integer or boolean; of a list, that of its items
	most     int    // how often it may be given
	schema   *openapi3.Schema
	plain    plainRule
}

// operations reads the operations of a spec by their id.
func operations(doc *openapi3.T) (map[string]*operation, error) {
	all := map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			op, err := newOperation(item.Parameters, o)
			if err != nil {
				return nil, fmt.Errorf("openapi.yaml: %s %s: %w", method, path, err)
			}
			all[o.OperationID] = op
		}
	}
	return all, nil
}

func newOperation(shared openapi3.Parameters, o *openapi3.Operation) (*operation, error) {
	op := &operation{}
	for _, list := range []openapi3.Parameters{shared, o.Parameters} {
		for _, ref := range list {
			p := ref.Value
			if p.Schema == nil || p.Schema.Value.Type == nil || len(*p.Schema.Value.Type) != 1 {
				return nil, fmt.Errorf("parameter %s needs a schema with one type", p.Name)
			}
			schema, most := p.Schema.Value, 1
			if schema.Type.Is("array") && schema.MaxItems != nil && schema.Items.Value.Type.Is("string") {
				schema, most = schema.Items.Value, int(*schema.MaxItems)
			}
			q := param{name: p.Name, in: p.In, required: p.Required, typ: (*schema.Type)[0], most: most, schema: schema, plain: newPlainRule(schema)}
			switch q.typ {
			case "string", "number", "integer", "boolean":
			default:
				return nil, fmt.Errorf("parameter %s has a type that is not checked: %s", p.Name, q.typ)
			}
			if s, ok := p.Extensions["x-synonym"].(string); ok {
				q.synonym = s
			}
			op.params = append(op.params, q)
		}
	}
	if o.RequestBody != nil {
		switch media := o.RequestBody.Value.Content.Get("application/json"); {
		case !o.RequestBody.Value.Required:
			return nil, fmt.Errorf("a body must be required")
		case media != nil:
			op.body = media.Schema.Value
		default:
			op.file = true
		}
	}
	return op, nil
}

// faultsOf translates errors of a schema into fields at fault. prefix is the name of the value that was checked.
func faultsOf(err error, prefix string) []fieldFault {
	switch e := err.(type) {
	case openapi3.MultiError:
		var all []fieldFault
		for _, one := range e {
			all = append(all, faultsOf(one, prefix)...)
		}
		return all
	case *openapi3.SchemaError:
		return []fieldFault{faultOf(e, prefix)}
	}
	return []fieldFault{{field: prefix, reason: FieldErrorCodeFormat}}
}

func faultOf(e *openapi3.SchemaError, prefix string) fieldFault {
	f := fieldFault{field: fieldPath(prefix, e.JSONPointer())}
	switch e.SchemaField {
	case "required":
		f.reason = FieldErrorCodeRequired
	case "properties":
		f.reason = FieldErrorCodeUnknownField
		f.field = fieldPath(f.field, []string{unknownProperty(e)})
	case "type", "nullable":
		f.reason = FieldErrorCodeType
		if e.Schema.Type != nil && len(*e.Schema.Type) > 0 {
			f.limit = (*e.Schema.Type)[0]
		}
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		f.reason, f.limit = FieldErrorCodeOutOfRange, between(e.Schema.Min, e.Schema.Max)
	case "minLength":
		f.reason, f.limit = FieldErrorCodeTooShort, fmt.Sprint(e.Schema.MinLength)
	case "minItems":
		f.reason, f.limit = FieldErrorCodeTooShort, fmt.Sprint(e.Schema.MinItems)
	case "maxLength":
		f.reason, f.limit = FieldErrorCodeTooLong, fmt.Sprint(*e.Schema.MaxLength)
	case "maxItems":
		f.reason, f.limit = FieldErrorCodeTooLong, fmt.Sprint(*e.Schema.MaxItems)
	case "enum":
		f.reason, f.limit = FieldErrorCodeNotAllowed, listed(e.Schema.Enum)
	default:
		f.reason = FieldErrorCodeFormat
	}
	return f
}

func listed(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// unknownProperty is the name in kin-openapi's reason, which is the only place where it stands.
func unknownProperty(e *openapi3.SchemaError) string {
	_, rest, _ := strings.Cut(e.Reason, `"`)
	name, _, _ := strings.Cut(rest, `"`)
	if len(name) > maxEchoedName {
		return name[:maxEchoedName] + "…"
	}
	return name
}

// fieldPath writes a path as position.lat or components.alley[0].
func fieldPath(prefix string, pointer []string) string {
	var b strings.Builder
	b.WriteString(prefix)
	for _, step := range pointer {
		if step == "" {
			continue
		}
		if step[0] >= '0' && step[0] <= '9' {
			b.WriteString("[" + step + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}
