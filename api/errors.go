package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// problemKind is a row of the one table of errors: what a stable code means over HTTP and in words.
type problemKind struct {
	code   ProblemCode
	status int
	vi, en string // titles
}

// problemKinds is the one table of errors. Codes of registry.Error and geo.PositionError are used as they are.
// 400: malformed. 404: nothing there. 409: conflicts with what is registered. 422: understood and refused by a rule.
var problemKinds = [...]problemKind{
	{ProblemCodeInvalid, http.StatusBadRequest, "Yêu cầu không hợp lệ", "The request is not valid"},
	{ProblemCodeInvalidBody, http.StatusBadRequest, "Nội dung gửi lên không phải JSON hợp lệ", "The body is not valid JSON"},
	{ProblemCodeInvalidCode, http.StatusBadRequest, "Mã địa chỉ không hợp lệ", "This is not a valid address code"},
	{ProblemCodePositionInvalid, http.StatusBadRequest, "Toạ độ không hợp lệ", "The position is not a place on Earth"},
	{ProblemCodeNotFound, http.StatusNotFound, "Không tìm thấy", "Nothing found"},
	{ProblemCodeNotRegistered, http.StatusNotFound, "Mã hợp lệ nhưng chưa được cấp cho địa chỉ nào", "The code is valid, but no address has it"},
	{ProblemCodeMethodNotAllowed, http.StatusMethodNotAllowed, "Đường dẫn này không nhận phương thức đó", "The method is not allowed here"},
	{ProblemCodeDuplicate, http.StatusConflict, "Địa chỉ này có vẻ đã được cấp mã", "This address seems to have a code already"},
	{ProblemCodeExternalIDConflict, http.StatusConflict, "Các mã ngoài thuộc về những địa chỉ khác nhau", "The external ids belong to different addresses"},
	{ProblemCodeVersionConflict, http.StatusConflict, "Địa chỉ vừa được người khác thay đổi", "The address was changed meanwhile"},
	{ProblemCodeCellFull, http.StatusConflict, "Ô này và các ô lân cận đã hết mã", "This cell and its neighbours have no code left"},
	{ProblemCodeTooLarge, http.StatusRequestEntityTooLarge, "Nội dung gửi lên quá lớn", "The body is too large"},
	{ProblemCodeUnsupportedMediaType, http.StatusUnsupportedMediaType, "Chỉ nhận application/json", "Only application/json is accepted"},
	{ProblemCodePositionSwapped, http.StatusUnprocessableEntity, "Vĩ độ và kinh độ bị đảo chỗ", "Latitude and longitude are exchanged"},
	{ProblemCodePositionOutside, http.StatusUnprocessableEntity, "Vị trí nằm ngoài vùng phục vụ", "The position is outside the area served"},
	{ProblemCodeCommuneMismatch, http.StatusUnprocessableEntity, "Vị trí không thuộc xã, phường đã nêu", "The position is not in the commune given"},
	{ProblemCodeIdempotencyMismatch, http.StatusUnprocessableEntity, "Idempotency-Key đã dùng cho yêu cầu khác", "The Idempotency-Key was used for another request"},
	{ProblemCodeAmbiguous, http.StatusUnprocessableEntity, "Có nhiều cách hiểu", "There are several readings"},
	{ProblemCodeTooManyRequests, http.StatusTooManyRequests, "Quá nhiều yêu cầu", "Too many requests"},
	{ProblemCodeInternal, http.StatusInternalServerError, "Lỗi hệ thống", "Something went wrong inside the system"},
	{ProblemCodeBusy, http.StatusServiceUnavailable, "Hệ thống đang bận, xin thử lại", "The system is busy, try again"},
	{ProblemCodeTimeout, http.StatusServiceUnavailable, "Xử lý quá lâu, xin thử lại", "It took too long, try again"},
	{ProblemCodeNotReady, http.StatusServiceUnavailable, "Hệ thống chưa sẵn sàng", "The system is not ready"},
}

func kindOf(code ProblemCode) (problemKind, bool) {
	for _, k := range problemKinds {
		if k.code == code {
			return k, true
		}
	}
	return problemKind{}, false
}

// problem is an error on its way to the client. Everything in it is for the client but cause, which is for the log.
type problem struct {
	code         ProblemCode
	detail, hint string
	fields       []fieldFault
	suggestions  []Correction
	place        Place
	address      Address
	cause        error
}

func (p *problem) Error() string {
	if p.detail == "" {
		return string(p.code)
	}
	return string(p.code) + ": " + p.detail
}

func (p *problem) Unwrap() error { return p.cause }

// fieldFault is a field at fault. A detail of its own goes before the one made from reason and limit.
type fieldFault struct {
	field  string
	reason FieldErrorCode
	limit  string // number or list that the reason speaks of, "" if none
	detail string
}

func invalidField(field string, reason FieldErrorCode, detail string) *problem {
	return &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: field, reason: reason, detail: detail}}}
}

// problemOf turns any error into a problem. What it does not know is internal and shows nothing.
func (s *Server) problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &problem{code: ProblemCodeTimeout, cause: err}
	}
	if e, ok := errors.AsType[*registry.Error](err); ok {
		return s.problemOfRegistry(e)
	}
	if e, ok := errors.AsType[*geo.PositionError](err); ok {
		return &problem{code: ProblemCode(e.Code), detail: e.Message, hint: e.Hint, cause: err}
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(e.Limit)
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return problemOfEcho(e)
	}
	return &problem{code: ProblemCodeInternal, cause: err}
}

func (s *Server) problemOfRegistry(e *registry.Error) *problem {
	code := ProblemCode(e.Code)
	if _, known := kindOf(code); !known || code == ProblemCodeInternal {
		return &problem{code: ProblemCodeInternal, cause: causeOf(e)}
	}
	p := &problem{code: code, detail: e.Message, hint: e.Hint, cause: e}
	if e.Field != "" {
		p.fields = []fieldFault{{field: e.Field, reason: FieldErrorCodeRule, detail: e.Message}}
	}
	if e.Address != nil {
		p.address = s.address(e.Address, geo.Today())
	}
	return p
}

// causeOf is what the log should say of an internal error of the domain, whose own text leaves the cause out.
func causeOf(e *registry.Error) error {
	if e.Err == nil {
		return e
	}
	return fmt.Errorf("%s: %w", e.Op, e.Err)
}

// problemOfEcho translates what Echo and the generated binding refuse.
func problemOfEcho(e *echo.HTTPError) *problem {
	switch e.Code {
	case http.StatusNotFound:
		return &problem{code: ProblemCodeNotFound, detail: "there is no such path", hint: "see /docs", cause: e}
	case http.StatusMethodNotAllowed:
		return &problem{code: ProblemCodeMethodNotAllowed, cause: e}
	case http.StatusRequestEntityTooLarge:
		return &problem{code: ProblemCodeTooLarge, cause: e}
	case http.StatusUnsupportedMediaType:
		return &problem{code: ProblemCodeUnsupportedMediaType, cause: e}
	case http.StatusTooManyRequests:
		return &problem{code: ProblemCodeTooManyRequests, cause: e}
	}
	if e.Code >= 400 && e.Code < 500 {
		return &problem{code: ProblemCodeInvalid, cause: e}
	}
	return &problem{code: ProblemCodeInternal, cause: e}
}

func tooLarge(limit int64) *problem {
	return &problem{code: ProblemCodeTooLarge, detail: fmt.Sprintf("a body may have at most %d bytes", limit)}
}

// retryAfterSeconds is what a client is asked to wait when the server cannot serve it now.
const retryAfterSeconds = "1"

// writeProblem sends a problem document and returns its status.
func writeProblem(w http.ResponseWriter, r *http.Request, p *problem, requestID string) (status int, err error) {
	kind, ok := kindOf(p.code)
	if !ok {
		kind, _ = kindOf(ProblemCodeInternal)
	}
	lang := languageOf(r.Header)
	body := Problem{
		Type:        "/docs/errors#" + string(kind.code),
		Title:       kind.title(lang),
		Status:      kind.status,
		Code:        kind.code,
		Detail:      p.detail,
		Hint:        p.hint,
		RequestID:   requestID,
		Suggestions: p.suggestions,
		Place:       p.place,
		Address:     p.address,
	}
	for _, f := range p.fields {
		body.Errors = append(body.Errors, FieldError{Field: f.field, Code: f.reason, Detail: f.text(lang)})
	}
	text, err := json.Marshal(body)
	if err != nil {
		return http.StatusInternalServerError, fmt.Errorf("encode problem: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", lang.tag())
	h.Set("Content-Length", strconv.Itoa(len(text)))
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	h.Del("ETag")
	if kind.status == http.StatusServiceUnavailable || kind.status == http.StatusTooManyRequests {
		h.Set("Retry-After", retryAfterSeconds)
	}
	w.WriteHeader(kind.status)
	_, err = w.Write(text)
	return kind.status, err
}
