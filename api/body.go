package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// maxDepth bounds how deep objects and arrays may nest; the deepest request of the spec has three levels.
const maxDepth = 16

// checkBody reads a JSON body of at most limit bytes, holds it against a schema and leaves it to be read again.
func checkBody(c echo.Context, schema *openapi3.Schema, limit int64) error {
	r := c.Request()
	if !isJSON(r.Header.Get("Content-Type")) {
		return &problem{code: ProblemCodeUnsupportedMediaType, hint: words{"Gửi Content-Type: application/json", "send Content-Type: application/json"}}
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return &problem{
			code:   ProblemCodeUnsupportedMediaType,
			detail: words{"Không nhận nội dung nén", "compressed bodies are not accepted"},
			hint:   words{"Gửi nội dung không nén", "send the body as it is"},
		}
	}
	if r.ContentLength > limit {
		return tooLarge(limit)
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, limit))
	if err != nil {
		if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return tooLarge(e.Limit)
		}
		if p, ok := errors.AsType[*problem](err); ok {
			return p
		}
		return &problem{code: ProblemCodeInvalidBody, detail: words{"Không đọc được hết nội dung gửi lên", "the body could not be read to its end"}, cause: err}
	}
	value, err := decodeStrict(data)
	if err != nil {
		return err
	}
	if err := schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest()); err != nil {
		return &problem{code: ProblemCodeInvalid, fields: faultsOf(err, "")}
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	r.ContentLength = int64(len(data))
	return nil
}

// decodeStrict reads one JSON value in UTF-8 as encoding/json does into an any, but refuses repeated keys, deep nesting
// and anything after the value. Errors are *problem.
func decodeStrict(data []byte) (any, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &problem{code: ProblemCodeInvalidBody, detail: words{"Nội dung gửi lên trống", "the body is empty"}}
	}
	if !utf8.Valid(data) {
		return nil, &problem{code: ProblemCodeInvalidBody, detail: words{"Nội dung gửi lên không phải UTF-8", "the body is not UTF-8"}}
	}
	d := strictDecoder{Decoder: json.NewDecoder(bytes.NewReader(data))}
	value, err := d.value()
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = errors.New("something follows the JSON value")
		}
	}
	if err == nil {
		return value, nil
	}
	if p, ok := errors.AsType[*problem](err); ok {
		return nil, p
	}
	fault, offset := jsonFault(err), d.InputOffset()
	return nil, &problem{
		code: ProblemCodeInvalidBody, cause: err,
		detail: words{fmt.Sprintf("Tại byte %d: %s", offset, fault.vi), fmt.Sprintf("at byte %d: %s", offset, fault.en)},
	}
}

// jsonFault is the reason of a JSON error in the words of JSON, not of Go.
func jsonFault(err error) words {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return words{"JSON bị cắt cụt", "the JSON value is cut off"}
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return words{"có số quá lớn", "a number is too large"}
	}
	return words{"JSON sai cú pháp", err.Error()}
}

// strictDecoder builds values token by token and knows where it is.
type strictDecoder struct {
	*json.Decoder
	path []string // keys and indexes from the top
}

func (d *strictDecoder) value() (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if len(d.path) >= maxDepth {
		return nil, fmt.Errorf("more than %d levels of nesting", maxDepth)
	}
	var value any
	d.path = append(d.path, "")
	if delim == '[' {
		value, err = d.list()
	} else {
		value, err = d.object()
	}
	if err != nil {
		return nil, err
	}
	d.path = d.path[:len(d.path)-1]
	_, err = d.Token() // the closing bracket
	return value, err
}

func (d *strictDecoder) list() ([]any, error) {
	list := []any{}
	for d.More() {
		d.path[len(d.path)-1] = strconv.Itoa(len(list))
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

func (d *strictDecoder) object() (map[string]any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, errors.New("an object's key must be a string")
		}
		d.path[len(d.path)-1] = key
		if _, twice := object[key]; twice {
			return nil, &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: fieldPath("", d.path), reason: FieldErrorCodeRepeated}}}
		}
		if object[key], err = d.value(); err != nil {
			return nil, err
		}
	}
	return object, nil
}
