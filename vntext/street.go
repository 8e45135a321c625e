package vntext

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// StreetKey is the form to compare names of streets, quarters and hamlets by: folded, without the words that say that it is a
// street, and with numerals in one form: 3/2, "3 tháng 2" and "ba tháng hai" are "3 thang 2"; CMT8 and "Cách Mạng Tháng 8"
// "cach mang thang 8"; "Khu phố III" "khu pho 3"; "Đường số 05" "5". Idempotent.
func StreetKey(text string) string {
	words := numerals(strings.Fields(Fold(romanToDigits(text))))
	for len(words) > 1 {
		n := streetWords(words)
		if n == 0 || n == len(words) {
			break
		}
		words = words[n:]
	}
	words = expandInitials(words)
	return strings.Join(asDate(words), " ")
}

// streetWords returns how many leading words only say that it is a street. "so" says it before a number.
func streetWords(words []string) int {
	switch words[0] {
	case "duong":
		if words[1] == "pho" {
			return 2
		}
		return 1
	case "pho", "dg", "d":
		return 1
	case "so":
		if n, _ := numberWords(words[1:]); n > 0 || StartsWithDigit(words[1]) {
			return 1
		}
	}
	return 0
}

// expandInitials writes out the names that are mostly written as initials.
func expandInitials(words []string) []string {
	name := ""
	switch words := words; {
	case len(words) == 0:
		return words
	case words[0] == "cmt8", words[0] == "cmt" && len(words) > 1 && (words[1] == "8" || words[1] == "tam"), words[0] == "cmthang8":
		if words[0] == "cmt" {
			words = words[1:]
		}
		return append([]string{"cach", "mang", "thang", "8"}, words[1:]...)
	case len(words) > 1:
		return words
	case words[0] == "xvnt":
		name = "xo viet nghe tinh"
	case words[0] == "ntmk":
		name = "nguyen thi minh khai"
	case words[0] == "nkkn":
		name = "nam ky khoi nghia"
	case words[0] == "dbp":
		name = "dien bien phu"
	case words[0] == "hvt":
		name = "hoang van thu"
	case words[0] == "pvd":
		name = "pham van dong"
	case words[0] == "vngiap":
		name = "vo nguyen giap"
	case words[0] == "cmt":
		name = "cach mang thang 8"
	default:
		return words
	}
	return strings.Fields(name)
}

// numerals turns number words into digits where they stand for a number: behind "so" or "thang", or before "thang".
// Elsewhere they are names (Năm Căn, Bảy Hiền).
func numerals(words []string) []string {
	out := words[:0:0]
	for i := 0; i < len(words); {
		n, value := numberWords(words[i:])
		after := i > 0 && (words[i-1] == "thang" || words[i-1] == "so")
		before := i+n < len(words) && words[i+n] == "thang" && (i == 0 || words[i-1] == "duong" || words[i-1] == "pho")
		switch {
		case n > 0 && (after || before) && (len(words) > n):
			out = append(out, strconv.Itoa(value))
			i += n
		default:
			out = append(out, strings.TrimLeft(words[i][:len(words[i])-1], "0")+words[i][len(words[i])-1:])
			i++
		}
	}
	return out
}

// asDate writes a name that is a date as day, "thang", month.
func asDate(words []string) []string {
	if len(words) != 2 {
		return words
	}
	day, err1 := strconv.Atoi(words[0])
	month, err2 := strconv.Atoi(words[1])
	if err1 != nil || err2 != nil || day < 1 || day > 31 || month < 1 || month > 12 {
		return words
	}
	return []string{words[0], "thang", words[1]}
}

// numberWords reads a number below 100 written in words at the front: how many words and its value; 0 for none.
func numberWords(words []string) (n, value int) {
	if len(words) == 0 {
		return 0, 0
	}
	unit := func(w string) int {
		for i, name := range [...]string{"mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"} {
			if w == name {
				return i + 1
			}
		}
		switch w {
		case "tu":
			return 4
		case "lam":
			return 5
		case "nhat":
			return 1
		}
		return 0
	}
	first := unit(words[0])
	if words[0] == "muoi" {
		first = 10
	}
	if first == 0 {
		return 0, 0
	}
	if len(words) == 1 {
		return 1, first
	}
	switch {
	case first == 10:
		if u := unit(words[1]); u > 0 {
			return 2, 10 + u
		}
	case words[1] == "muoi":
		if len(words) > 2 {
			if u := unit(words[2]); u > 0 {
				return 3, first*10 + u
			}
		}
		return 2, first * 10
	}
	return 1, first
}

// romanToDigits replaces capital Roman numerals that end a name by digits: Khu phố IV, Nguyễn Trãi II.
func romanToDigits(text string) string {
	text = strings.TrimRightFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) })
	i := len(text)
	for i > 0 && strings.IndexByte("IVX", text[i-1]) >= 0 {
		i--
	}
	if i == len(text) || i == 0 {
		return text
	}
	if before, _ := utf8.DecodeLastRuneInString(text[:i]); before != ' ' && before != '-' && before != '.' {
		return text
	}
	if value := roman(text[i:]); value > 0 {
		return text[:i] + strconv.Itoa(value)
	}
	return text
}

// roman reads a Roman numeral below 40, 0 when it is none in its usual form.
func roman(s string) int {
	value := 0
	for strings.HasPrefix(s, "X") && value < 30 {
		s, value = s[1:], value+10
	}
	for i, unit := range [...]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"} {
		if s == unit {
			return value + i
		}
	}
	return 0
}
