package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// problemKind is a row of the one table of errors: what a stable code means over HTTP and in words.
type problemKind struct {
	code   ProblemCode
	status int
	title  words
	hint   words // what to do, where the problem itself says nothing better
}

// problemKinds is the one table of errors. Codes of registry.Error and geo.PositionError are used as they are.
// 400: malformed. 404: nothing there. 409: conflicts with what is registered. 422: understood and refused by a rule.
var problemKinds = [...]problemKind{
	{ProblemCodeInvalid, http.StatusBadRequest,
		words{"Yêu cầu không hợp lệ", "The request is not valid"},
		words{"Sửa các trường nêu trong errors rồi gửi lại; /docs mô tả từng trường", "correct the fields that errors names; /docs describes each"}},
	{ProblemCodeInvalidBody, http.StatusBadRequest,
		words{"Nội dung gửi lên không phải JSON hợp lệ", "The body is not valid JSON"},
		words{"Gửi một giá trị JSON duy nhất, mã hoá UTF-8", "send one JSON value in UTF-8"}},
	{ProblemCodeInvalidFile, http.StatusBadRequest,
		words{"Không đọc được tệp này", "The file cannot be read"},
		words{"Gửi bảng CSV mã hoá UTF-8 có dòng đầu là tên cột (trong bảng tính: lưu dạng “CSV UTF-8”), hoặc NDJSON", "send a CSV in UTF-8 whose first line names the columns (in a spreadsheet: save as \"CSV UTF-8\"), or NDJSON"}},
	{ProblemCodeInvalidCode, http.StatusBadRequest,
		words{"Mã địa chỉ không hợp lệ", "This is not a valid address code"},
		words{"So lại với nơi đã cho mã, hoặc chọn trong suggestions nếu có", "compare the code with its source, or take one of the suggestions, if any"}},
	{ProblemCodePositionInvalid, http.StatusBadRequest,
		words{"Toạ độ không hợp lệ", "The position is not a place on Earth"},
		words{"Gửi vĩ độ rồi kinh độ, độ thập phân WGS84, ví dụ 21.0287 và 105.8524", "give latitude and longitude in decimal degrees on WGS84, such as 21.0287 and 105.8524"}},
	{ProblemCodeUnauthorized, http.StatusUnauthorized,
		words{"Cần khoá, hoặc khoá không dùng được", "A key is needed, or the one given cannot be used"},
		words{"Gửi Authorization: Bearer kèm khoá còn hiệu lực; xin khoá ở đơn vị quản lý", "send Authorization: Bearer with a key that is valid; ask the operator for one"}},
	{ProblemCodeForbidden, http.StatusForbidden,
		words{"Khoá này không được phép làm việc đó", "The key may not do that, or not there"},
		words{"Xem quyền của từng vai trò trong docs/access.md", "docs/access.md lists what each role may do"}},
	{ProblemCodeClaimRefused, http.StatusForbidden,
		words{"Không nhận được nhà với mã bí mật này", "The address cannot be claimed with this secret"},
		words{"So lại từng ký tự với thư; sau 5 lần sai hoặc 30 ngày, xin cán bộ xã, phường cấp mã bí mật mới", "compare each symbol with the letter; after 5 wrong tries, or 30 days, ask the registrar of the commune for a new one"}},
	{ProblemCodeNotFound, http.StatusNotFound,
		words{"Không tìm thấy", "Nothing found"},
		words{"Kiểm tra lại mã hoặc đường dẫn; tài liệu ở /docs", "check the code or the path; /docs describes them"}},
	{ProblemCodeNotRegistered, http.StatusNotFound,
		words{"Mã hợp lệ nhưng chưa được cấp cho địa chỉ nào", "The code is valid, but no address has it"},
		words{"So lại với nơi đã cho mã; place cho biết mã chỉ về đâu", "compare the code with its source; place says where it points to"}},
	{ProblemCodeGone, http.StatusGone,
		words{"Địa chỉ này không còn dùng", "The address is no longer in use"},
		words{"Dùng một địa chỉ trong successors nếu có", "use one of the successors, if any"}},
	{ProblemCodePreconditionFailed, http.StatusPreconditionFailed,
		words{"Địa chỉ đã thay đổi từ khi đọc", "The address was changed since it was read"},
		words{"Đọc lại địa chỉ, xem lại việc định sửa, rồi gửi lại với ETag mới", "read the address again, look at the change again, and send it with the new ETag"}},
	{ProblemCodePreconditionRequired, http.StatusPreconditionRequired,
		words{"Thiếu header If-Match", "The If-Match header is missing"},
		words{"Đọc địa chỉ rồi gửi If-Match với ETag nhận được", "read the address and send its ETag as If-Match"}},
	{ProblemCodeMethodNotAllowed, http.StatusMethodNotAllowed,
		words{"Đường dẫn này không nhận phương thức đó", "The method is not allowed here"},
		words{"Xem header Allow", "see the Allow header"}},
	{ProblemCodeDuplicate, http.StatusConflict,
		words{"Địa chỉ này có vẻ đã được cấp mã", "This address seems to have a code already"},
		words{"Dùng mã đã có trong address, ghi thêm phần phân biệt hai địa chỉ (căn hộ, toà nhà), hoặc gửi allow_duplicate: true", "use the code in address, give what tells the two apart (unit, building), or send allow_duplicate: true"}},
	{ProblemCodeExternalIDConflict, http.StatusConflict,
		words{"Các mã ngoài thuộc về những địa chỉ khác nhau", "The external ids belong to different addresses"},
		words{"Mỗi yêu cầu chỉ gửi mã ngoài của một địa chỉ, kèm đúng vị trí của địa chỉ đó", "send the external ids of one address only, with the position of that address"}},
	{ProblemCodeVersionConflict, http.StatusConflict,
		words{"Địa chỉ vừa được người khác thay đổi", "The address was changed meanwhile"},
		words{"Đọc lại địa chỉ rồi thử lại", "read the address again and repeat the change"}},
	{ProblemCodeTooEarly, http.StatusConflict,
		words{"Chưa đến lúc quyết định", "It is too early to decide"},
		words{"Chờ đến thời điểm nêu trong detail: người đang nhận nhà có 7 ngày để phản đối", "wait until the time in detail: the holder has 7 days to object"}},
	{ProblemCodeJobNotDone, http.StatusConflict,
		words{"Việc này chưa có kết quả", "The job has no result yet"},
		words{"Xem tình trạng ở GET /v1/jobs/{id}", "see how it stands: GET /v1/jobs/{id}"}},
	{ProblemCodeCellFull, http.StatusConflict,
		words{"Ô này và các ô lân cận đã hết mã", "This cell and its neighbours have no code left"},
		words{"Gửi vị trí của lối vào khác, hoặc của từng khối nhà, từng cầu thang", "give the place of another entrance, or of each block or staircase"}},
	{ProblemCodeTooLarge, http.StatusRequestEntityTooLarge,
		words{"Nội dung gửi lên quá lớn", "The body is too large"},
		words{"Gửi ít dữ liệu hơn trong một yêu cầu", "send less in one request"}},
	{ProblemCodeUnsupportedMediaType, http.StatusUnsupportedMediaType,
		words{"Không nhận kiểu nội dung này", "The media type is not accepted here"},
		words{"Gửi Content-Type: application/json, trừ nơi nhận tệp; xem /docs", "send Content-Type: application/json, but for files; see /docs"}},
	{ProblemCodePositionSwapped, http.StatusUnprocessableEntity,
		words{"Vĩ độ và kinh độ bị đảo chỗ", "Latitude and longitude are exchanged"},
		words{"Ghi vĩ độ trước, kinh độ sau", "give latitude first"}},
	{ProblemCodePositionOutside, http.StatusUnprocessableEntity,
		words{"Vị trí nằm ngoài vùng phục vụ", "The position is outside the area served"},
		words{"Chỉ phục vụ lãnh thổ Việt Nam: đất liền, đảo và trong vòng 1 km ngoài bờ biển đã vẽ; kiểm tra lại toạ độ, vĩ độ trước, kinh độ sau", "the area served is Vietnam: the land, the islands, and up to 1 km off the drawn coast; check the coordinates, latitude first"}},
	{ProblemCodeCommuneMismatch, http.StatusUnprocessableEntity,
		words{"Vị trí không thuộc xã, phường đã nêu", "The position is not in the commune given"},
		words{"Bỏ trống commune_code, hoặc sửa lại vị trí", "leave commune_code out, or correct the position"}},
	{ProblemCodeIdempotencyMismatch, http.StatusUnprocessableEntity,
		words{"Idempotency-Key đã dùng cho yêu cầu khác", "The Idempotency-Key was used for another request"},
		words{"Yêu cầu mới cần khoá mới; gửi lại yêu cầu cũ thì giữ nguyên nội dung", "take a new key for a new request; under an old key, send the same request again"}},
	{ProblemCodeAmbiguous, http.StatusUnprocessableEntity,
		words{"Có nhiều cách hiểu", "There are several readings"},
		words{"Ghi thêm huyện, quận cũ hoặc tỉnh, thành phố", "add the district or the province"}},
	{ProblemCodeTooManyRequests, http.StatusTooManyRequests,
		words{"Quá nhiều yêu cầu", "Too many requests"},
		words{"Chờ số giây trong header Retry-After", "wait for the seconds in the Retry-After header"}},
	{ProblemCodeInternal, http.StatusInternalServerError,
		words{"Lỗi hệ thống", "Something went wrong inside the system"},
		words{"Thử lại; nếu vẫn lỗi, xin báo kèm request_id", "try again; if it stays, report it with the request_id"}},
	{ProblemCodeBusy, http.StatusServiceUnavailable,
		words{"Hệ thống đang bận, xin thử lại", "The system is busy, try again"},
		words{"Chờ số giây trong header Retry-After", "wait for the seconds in the Retry-After header"}},
	{ProblemCodeReadOnly, http.StatusServiceUnavailable,
		words{"Tạm thời chưa ghi được dữ liệu, vẫn tra cứu được", "Nothing can be written now; reading goes on"},
		words{"Giữ lại yêu cầu và gửi lại sau với cùng Idempotency-Key", "keep the request and send it again later with the same Idempotency-Key"}},
	{ProblemCodeTimeout, http.StatusServiceUnavailable,
		words{"Xử lý quá lâu, xin thử lại", "It took too long, try again"},
		words{"Chờ số giây trong header Retry-After", "wait for the seconds in the Retry-After header"}},
	{ProblemCodeNotReady, http.StatusServiceUnavailable,
		words{"Hệ thống chưa sẵn sàng", "The system is not ready"},
		words{"Chờ số giây trong header Retry-After", "wait for the seconds in the Retry-After header"}},
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
	detail, hint words
	fields       []fieldFault
	suggestions  []Correction
	place        Place
	address      Address
	successors   []Address
	etag         string        // of what is gone; "" for none
	page         bool          // it is usually read as a page
	retryAfter   time.Duration // 0 for what a client is asked to wait usually
	cause        error
}

func (p *problem) Error() string {
	if p.detail.en == "" {
		return string(p.code)
	}
	return string(p.code) + ": " + p.detail.en
}

func (p *problem) Unwrap() error { return p.cause }

// fieldFault is a field at fault. A detail of its own goes before the one made from reason and limit.
type fieldFault struct {
	field  string
	reason FieldErrorCode
	limit  string // number or list that the reason speaks of, "" if none
	detail words
}

func invalidField(field string, reason FieldErrorCode, detail words) *problem {
	return &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: field, reason: reason, detail: detail}}}
}

// problemOf turns any error into a problem. What it does not know is internal and shows nothing.
func (s *Server) problemOf(ctx context.Context, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &problem{code: ProblemCodeTimeout, cause: err}
	}
	if e, ok := errors.AsType[*registry.Error](err); ok {
		return s.problemOfRegistry(ctx, e)
	}
	if e, ok := errors.AsType[*geo.PositionError](err); ok {
		detail, hint := wordsOf(e)
		return &problem{code: ProblemCode(e.Code), detail: detail, hint: hint, cause: err}
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(e.Limit)
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return problemOfEcho(e)
	}
	return &problem{code: ProblemCodeInternal, cause: err}
}

func (s *Server) problemOfRegistry(ctx context.Context, e *registry.Error) *problem {
	code := ProblemCode(e.Code)
	if _, known := kindOf(code); !known || code == ProblemCodeInternal {
		return &problem{code: ProblemCodeInternal, cause: causeOf(e)}
	}
	if code == ProblemCodeBusy || code == ProblemCodeReadOnly { // what the store says of them is for the log
		return &problem{code: code, cause: causeOf(e)}
	}
	detail, hint := wordsOf(e)
	p := &problem{code: code, detail: detail, hint: hint, cause: e}
	if e.Field != "" {
		p.fields = []fieldFault{{field: e.Field, reason: FieldErrorCodeRule, detail: detail}}
	}
	if e.Code == registry.CodeTooMany { // of a place and a day: the next minute changes nothing
		p.retryAfter = time.Hour
	}
	if c := callerOf(ctx); e.Address != nil {
		if c.view.sight.Doors || !c.view.sight.Sees(e.Address) {
			p.detail = words{} // it may name the address
		}
		if c.view.sight.Sees(e.Address) {
			p.address = s.address(c, c.view.sight.List(e.Address), geo.Today())
		}
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

var seeDocs = words{"Xem tài liệu ở /docs", "see /docs"}

// problemOfEcho translates what Echo and the generated binding refuse.
func problemOfEcho(e *echo.HTTPError) *problem {
	switch e.Code {
	case http.StatusNotFound:
		return &problem{code: ProblemCodeNotFound, detail: words{"Không có đường dẫn này", "there is no such path"}, hint: seeDocs, cause: e}
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
	return &problem{code: ProblemCodeTooLarge, detail: words{
		fmt.Sprintf("Nội dung chỉ được tối đa %d byte", limit),
		fmt.Sprintf("a body may have at most %d bytes", limit),
	}}
}

// challenge says how to sign in.
var challenge = []string{"Bearer"}

// usualRetry is what a client is asked to wait when the server cannot serve it now.
const usualRetry = time.Second

// seconds are the whole seconds after which a duration is over.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// writeProblem sends a problem document and returns its status.
func writeProblem(w http.ResponseWriter, r *http.Request, p *problem, requestID string) (status int, err error) {
	kind, ok := kindOf(p.code)
	if !ok {
		kind, _ = kindOf(ProblemCodeInternal)
	}
	lang := languageOf(r.Header)
	body := Problem{
		Type:        "/docs/errors#" + string(kind.code),
		Title:       kind.title.in(lang),
		Status:      kind.status,
		Code:        kind.code,
		Detail:      p.detail.in(lang),
		Hint:        p.hintIn(lang, kind),
		RequestID:   requestID,
		Suggestions: p.suggestions,
		Place:       p.place,
		Address:     p.address,
		Successors:  p.successors,
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
	h.Add("Vary", "Accept-Language")
	problemHeaders(h, p, kind)
	w.WriteHeader(kind.status)
	_, err = w.Write(text)
	return kind.status, err
}

// problemHeaders sets the headers that a problem has in any form.
func problemHeaders(h http.Header, p *problem, kind problemKind) {
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if p.etag != "" {
		h.Set("ETag", p.etag)
	}
	if kind.status == http.StatusUnauthorized {
		h["Www-Authenticate"] = challenge
	}
	if kind.status == http.StatusServiceUnavailable || kind.status == http.StatusTooManyRequests {
		h.Set("Retry-After", seconds(max(p.retryAfter, usualRetry)))
	}
}
