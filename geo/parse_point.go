package geo

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ParsePoint reads a latitude and a longitude as people and programs write them:
//
//	21.0287,105.8524   21.0287 105.8524   21.0287; 105.8524   (21.0287, 105.8524)   geo:21.0287,105.8524
//	21,0287 105,8524   21,0287; 105,8524  decimal commas, when something else separates the two
//	21.0287° N, 105.8524° E   105.8524E 21.0287N   21°01'43.3"N 105°51'08.6"E
//
// Hemispheres are N, S, E, W or Vietnamese B (Bắc) and Đ (Đông). Without letters latitude comes first. Errors: *PositionError.
func ParsePoint(text string) (Point, error) {
	lat, lon, err := splitDegrees(text)
	if err != nil {
		return Point{}, err
	}
	return NewPoint(lat, lon)
}

// maxPointText bounds the text that ParsePoint looks at, in bytes.
const maxPointText = 100

func splitDegrees(text string) (lat, lon float64, err error) {
	if len(text) > maxPointText {
		return 0, 0, pointTextError(text[:20]+"…", "it is too long")
	}
	body := strings.TrimSpace(text)
	if len(body) >= 4 && strings.EqualFold(body[:4], "geo:") {
		body, _, _ = strings.Cut(body[4:], "?")
		body, _, _ = strings.Cut(body, ";")
	}
	body = strings.Trim(body, "()[] \t")
	first, second, ok := halves(body)
	if !ok {
		return 0, 0, pointTextError(text, "it does not hold exactly two numbers")
	}
	a, axisA, okA := parseAngle(first)
	b, axisB, okB := parseAngle(second)
	switch {
	case !okA:
		return 0, 0, pointTextError(text, fmt.Sprintf("%q is not an angle in degrees", first))
	case !okB:
		return 0, 0, pointTextError(text, fmt.Sprintf("%q is not an angle in degrees", second))
	case axisA == 'x' && axisB == 'y':
		return b, a, nil
	case axisA == 0 && axisB == 0 || axisA == 'y' && axisB == 'x':
		return a, b, nil
	}
	return 0, 0, pointTextError(text, "give hemisphere letters to both numbers or to none")
}

func pointTextError(text, why string) *PositionError {
	return &PositionError{
		Code:    CodePositionInvalid,
		Message: fmt.Sprintf("%q is not a position: %s", text, why),
		Hint:    "Give latitude and longitude in decimal degrees, such as 21.0287,105.8524.",
	}
}

// halves cuts the text between its two angles: at the only semicolon, else at the only comma, else after the hemisphere letter or at
// the white space that leaves two angles.
func halves(body string) (first, second string, ok bool) {
	if strings.Count(body, ";") == 1 {
		first, second, _ = strings.Cut(body, ";")
		return first, second, true
	}
	if strings.Count(body, ",") == 1 {
		first, second, _ = strings.Cut(body, ",")
		return first, second, true
	}
	fields := strings.Fields(body)
	switch n := strings.Count(body, ","); {
	case n == 0 && len(fields) == 2, n == 2 && len(fields) == 2 && !strings.HasSuffix(fields[0], ","):
		return fields[0], fields[1], true // 21.0287 105.8524, 21,0287 105,8524
	case n == 3 && len(fields) == 2 && strings.HasSuffix(fields[0], ","):
		return strings.TrimSuffix(fields[0], ","), fields[1], true // 21,0287, 105,8524
	case n > 0:
		return "", "", false
	}
	for i, r := range body { // 21.0287° N 105.8524° E
		if axis, _ := hemisphere(r); axis != 0 && i > 0 {
			end := i + len(string(r))
			return body[:end], body[end:], true
		}
	}
	return "", "", false
}

// hemisphere returns the axis of a hemisphere letter, y (north-south) or x (east-west), and its sign; 0 for other characters.
func hemisphere(r rune) (axis byte, sign float64) {
	switch unicode.ToUpper(r) {
	case 'N', 'B':
		return 'y', 1
	case 'S':
		return 'y', -1
	case 'E', 'Đ':
		return 'x', 1
	case 'W':
		return 'x', -1
	}
	return 0, 0
}

// parseAngle reads decimal degrees, or degrees, minutes and seconds, with at most one hemisphere letter in front or behind.
func parseAngle(text string) (degrees float64, axis byte, ok bool) {
	sign := 1.0
	text = strings.TrimSpace(text)
	runes := []rune(text)
	if len(runes) == 0 {
		return 0, 0, false
	}
	first, last := runes[0], runes[len(runes)-1]
	if a, s := hemisphere(last); a != 0 {
		axis, sign, runes = a, s, runes[:len(runes)-1]
	} else if a, s := hemisphere(first); a != 0 {
		axis, sign, runes = a, s, runes[1:]
	}
	parts := strings.FieldsFunc(string(runes), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("°º'′’\"″”", r)
	})
	if len(parts) == 0 || len(parts) > 3 || len(parts) > 1 && !strings.ContainsAny(text, "°º") {
		return 0, 0, false
	}
	unit, south := 1.0, strings.HasPrefix(parts[0], "-")
	for i, part := range parts {
		value, ok := parseDecimal(part)
		if !ok || axis != 0 && value < 0 || i > 0 && (value < 0 || value >= 60) {
			return 0, 0, false
		}
		if i > 0 && south {
			value = -value
		}
		degrees += value * unit
		unit /= 60
	}
	return sign * degrees, axis, true
}

// parseDecimal reads a plain decimal number with a point or a comma; no exponent, no NaN.
func parseDecimal(text string) (float64, bool) {
	text = strings.Replace(text, ",", ".", 1)
	if strings.Trim(text, "+-.0123456789") != "" {
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
