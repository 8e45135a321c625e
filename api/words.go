package api

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// words is a text in both languages. The domain speaks English only, for logs and the command line: without a Vietnamese
// text, a detail is told in English, and a hint gives way to the one of its code in the table of errors.
type words struct{ vi, en string }

func (w words) in(l lang) string {
	if l == english {
		return w.en
	}
	return cmp.Or(w.vi, w.en)
}

// hintIn is what to do about a problem: its own words in the language asked for, else those of its code.
func (p *problem) hintIn(l lang, kind problemKind) string {
	if l == english {
		return cmp.Or(p.hint.en, kind.hint.en)
	}
	return cmp.Or(p.hint.vi, kind.hint.vi)
}

// vietnameseDetails are details of domain errors that one code always means.
var vietnameseDetails = map[registry.ErrorCode]string{
	registry.CodePositionInvalid:    "Hai số đã gửi không phải vĩ độ, kinh độ của một nơi trên Trái Đất",
	registry.CodePositionOutside:    "Vị trí không thuộc xã, phường, đặc khu nào của Việt Nam",
	registry.CodeNotRegistered:      "Mã đúng quy cách, nhưng chưa địa chỉ nào mang mã này",
	registry.CodeCellFull:           "Mọi mã quanh vị trí này, hoặc trong đường bao của toà nhà, đã được cấp",
	registry.CodeExternalIDConflict: "Các mã ngoài đã gửi thuộc về hơn một địa chỉ, hoặc về một địa chỉ ở nơi khác",
	registry.CodeIdempotency:        "Khoá này đã đi cùng một yêu cầu khác",
	registry.CodeAmbiguous:          "Quá nhiều xã, phường đang có hoặc từng có tên đó",
}

// wordsOf is what a domain error says of itself.
func wordsOf(err error) (detail, hint words) {
	if e, ok := errors.AsType[*registry.Error](err); ok {
		detail, hint.en = words{vietnameseDetails[e.Code], e.Message}, e.Hint
		told, known := toldVietnamese[e.Message]
		switch {
		case known:
			detail.vi, hint.vi = told.detail, told.hint
			return detail, hint
		case e.Location != nil && e.Location.Commune != nil:
			detail.vi = "Vị trí nằm ở " + communeName(e.Location)
			hint.vi = "Gửi mã của xã, phường đó, bỏ trống commune_code, hoặc sửa lại vị trí"
			return detail, hint
		case e.Code == registry.CodeDuplicate && e.Address != nil:
			detail.vi = fmt.Sprintf("Địa chỉ mang mã %s, cách không quá %.0f m, có cùng các thành phần", e.Address.Code, registry.LikenessRadiusM)
			return detail, hint
		case e.Code == registry.CodeNotFound && e.Field == "q":
			detail.vi = "Không có địa chỉ nào mang mã ngoài này"
			return detail, hint
		case e.Code == registry.CodeInvalid && e.Field == "q":
			hint.vi = "Gửi mã 12 ký tự; 7 ký tự cuối kèm tên xã, phường (2NJV-T33, phường Hoàn Kiếm); mã ngoài (osm:node/1); Plus Code; ô H3; hoặc vĩ độ,kinh độ"
			return detail, hint
		}
	}
	if e, ok := errors.AsType[*geo.PositionError](err); ok {
		detail, hint.en = words{vietnameseDetails[registry.ErrorCode(e.Code)], e.Message}, e.Hint
		if e.Meant != (geo.Point{}) {
			detail.vi = "Vĩ độ và kinh độ có vẻ bị đảo chỗ: đổi lại thì vị trí nằm trong vùng phục vụ"
			hint.vi = fmt.Sprintf("Ghi vĩ độ trước, kinh độ sau: %s", e.Meant)
		}
	}
	if e, ok := errors.AsType[*addresscode.Error](err); ok {
		detail = words{codeFault(e), e.Message}
		hint.en = e.Hint
	}
	return detail, hint
}

func communeName(l *geo.Location) string {
	today := geo.Today()
	text := l.Commune.Code + " " + l.Commune.Name(today).FullName()
	if l.Province != nil {
		text += ", " + l.Province.Name(today).FullName()
	}
	return text
}

// codeFault says in Vietnamese why a text is no address code.
func codeFault(e *addresscode.Error) string {
	switch e.Kind {
	case addresscode.ErrLength:
		return "Không đủ hoặc thừa ký tự: mã địa chỉ có đúng 12 ký tự"
	case addresscode.ErrSymbol:
		return fmt.Sprintf("Ký tự thứ %d không thể có trong mã địa chỉ", e.Pos)
	case addresscode.ErrUnreadable:
		return fmt.Sprintf("Ký tự thứ %d không thuộc bộ ký tự của mã: %s", e.Pos, addresscode.Alphabet)
	case addresscode.ErrCheck:
		return "Ký tự kiểm tra không khớp: ít nhất một ký tự bị sai"
	case addresscode.ErrReserved:
		return "Mã đúng dạng nhưng có giá trị để dành cho phiên bản sau"
	case addresscode.ErrDigitsOnly:
		return "Mã địa chỉ không bao giờ chỉ gồm chữ số; đây có thể là một số khác"
	}
	return ""
}
