package vntext

import "strings"

// Stretch is a piece of a text, in bytes.
type Stretch struct{ Start, End int }

// FindPhones returns the telephone numbers in a text: ten digits that begin with 03, 05, 07, 08 or 09, eleven that begin
// with 02, or either with +84 or 84 in place of the 0; in one piece or in groups apart by single spaces, dots or hyphens.
// A label such as "SĐT:" in front belongs to it. The caller decides about a text that is nothing but ten digits.
func FindPhones(text string) []Stretch {
	var found []Stretch
	for at := 0; at < len(text); {
		c := text[at]
		if !isDigit(c) && c != '+' && c != '(' {
			at++
			continue
		}
		if at > 0 && (isDigit(text[at-1]) || isLetterByte(text[at-1]) || text[at-1] == '/' || text[at-1] == '+') {
			at = skipDigits(text, at)
			continue
		}
		end := phoneAt(text, at)
		if end < 0 {
			at = skipDigits(text, at)
			continue
		}
		found = append(found, Stretch{phoneLabel(text, at), end})
		at = end
	}
	return found
}

func isLetterByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// skipDigits goes on behind the digits at a byte, at least by one.
func skipDigits(text string, at int) int {
	at++
	for at < len(text) && isDigit(text[at]) {
		at++
	}
	return at
}

// maxPhone bounds the digits read for one number: 84 and eleven more.
const maxPhone = 13

// phoneAt returns where the number that begins at a byte ends, or -1.
func phoneAt(text string, at int) int {
	var digits [maxPhone + 1]byte
	n, end := 0, at
	country := text[at] == '+' || strings.HasPrefix(text[at:], "(+")
	for i := at; i < len(text) && n <= maxPhone; i++ {
		c := text[i]
		switch {
		case isDigit(c):
			digits[n] = c
			n++
			end = i + 1
			if isPhone(digits[:n], country) && !digitFollows(text, end) {
				return end
			}
			continue
		case c == '+' && i <= at+1, c == '(' && i == at, c == ')' && n > 0 && n <= 4:
			continue
		case (c == ' ' || c == '.' || c == '-') && n > 1 && i == end:
			continue
		case (c == ' ' || c == '.') && n > 1 && text[i-1] == ')':
			continue
		}
		break
	}
	return -1
}

// digitFollows reports whether the digits go on, or a slash or letter makes them part of something else.
func digitFollows(text string, end int) bool {
	return end < len(text) && (isDigit(text[end]) || text[end] == '/')
}

func isPhone(digits []byte, country bool) bool {
	if len(digits) > 2 && digits[0] == '8' && digits[1] == '4' && (country || len(digits) >= 11) {
		digits = digits[2:]
		if digits[0] != '0' {
			return isNational(digits)
		}
	}
	return digits[0] == '0' && isNational(digits[1:])
}

// isNational takes the number without its 0.
func isNational(digits []byte) bool {
	if len(digits) == 0 {
		return false
	}
	switch digits[0] {
	case '3', '5', '7', '8', '9':
		return len(digits) == 9
	case '2':
		return len(digits) == 10
	}
	return false
}

// phoneLabel returns where the label of the number at a byte begins, or that byte.
func phoneLabel(text string, at int) int {
	before := strings.TrimRight(text[:at], " .:")
	for _, label := range [...]string{"số điện thoại", "điện thoại", "so dien thoai", "dien thoai", "hotline", "liên hệ", "lien he", "phone", "mobile",
		"zalo", "sđt", "sdt", "đthoại", "tel", "call", "gọi số", "goi so", "gọi", "goi", "đt", "dt", "lh", "ph"} {
		if cut := len(before) - len(label); cut >= 0 && strings.EqualFold(before[cut:], label) && (cut == 0 || !isLetterByte(before[cut-1]) && !isDigit(before[cut-1])) {
			return cut
		}
	}
	return at
}
