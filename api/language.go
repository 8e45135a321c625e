package api

import (
	"fmt"
	"net/http"

	"golang.org/x/text/language"
)

// lang is the language of what errors say.
type lang int

const (
	vietnamese lang = iota // the default
	english
)

func (l lang) tag() string {
	if l == english {
		return "en"
	}
	return "vi"
}

// maxAcceptLanguage bounds what is read of the header, in bytes.
const maxAcceptLanguage = 200

var languages = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// languageOf is English where Accept-Language prefers it to Vietnamese.
func languageOf(h http.Header) lang {
	accept := h.Get("Accept-Language")
	if accept == "" || len(accept) > maxAcceptLanguage {
		return vietnamese
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return vietnamese
	}
	_, index, confidence := languages.Match(tags...)
	if confidence == language.No {
		return vietnamese
	}
	return lang(index)
}

// text says in words what is wrong with a field.
func (f fieldFault) text(l lang) string {
	if f.detail != (words{}) {
		return f.detail.in(l)
	}
	vi, en := "", ""
	switch f.reason {
	case FieldErrorCodeRequired:
		vi, en = "bắt buộc phải có", "is required"
	case FieldErrorCodeUnknownField:
		vi, en = "không có trường hay tham số này", "is unknown here"
	case FieldErrorCodeRepeated:
		vi, en = "xuất hiện nhiều lần", "is given more than once"
	case FieldErrorCodeType:
		vi, en = "sai kiểu, cần "+typeNames[f.limit].vi, "must be "+typeNames[f.limit].en
	case FieldErrorCodeOutOfRange:
		vi, en = "ngoài khoảng cho phép: "+f.limit, "is out of range: "+f.limit
	case FieldErrorCodeTooShort:
		vi, en = "quá ngắn, ít nhất "+f.limit, "is too short: at least "+f.limit
	case FieldErrorCodeTooLong:
		vi, en = "quá dài, nhiều nhất "+f.limit, "is too long: at most "+f.limit
	case FieldErrorCodeFormat:
		vi, en = "sai dạng", "has the wrong form"
	case FieldErrorCodeNotAllowed:
		vi, en = "chỉ nhận: "+f.limit, "must be one of: "+f.limit
	default:
		vi, en = "không hợp lệ", "is not valid"
	}
	if l == english {
		return en
	}
	return vi
}

var typeNames = map[string]struct{ vi, en string }{
	"":        {"kiểu khác", "of another type"},
	"string":  {"chuỗi ký tự", "a string"},
	"number":  {"số thập phân hữu hạn", "a finite decimal number"},
	"integer": {"số nguyên", "an integer"},
	"boolean": {"true hoặc false", "true or false"},
	"object":  {"đối tượng", "an object"},
	"array":   {"danh sách", "an array"},
}

func between(least, most *float64) string {
	switch {
	case least != nil && most != nil:
		return fmt.Sprintf("%g … %g", *least, *most)
	case least != nil:
		return fmt.Sprintf("≥ %g", *least)
	case most != nil:
		return fmt.Sprintf("≤ %g", *most)
	}
	return ""
}
