package geocode

import (
	"slices"
	"strings"

	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/vntext"
)

// Names are compared in a canonical form: folded, without the word that only says what the place is (Đường, Phố), roads by
// class written one way (quốc lộ 1A, QL1A → ql 1a), dates and numerals one way (3/2, 3 tháng 2 → 3 thang 2).

// The words in front of names, with diacritics and without. Without, "pho" and "duong" can be a family name too
// (Phó Đức Chính, Dương Đình Nghệ), so both forms are kept.
var leadingWords = map[registry.PlaceKind][]string{
	registry.PlaceStreet:   {"đường phố", "đường", "phố", "đại lộ", "đ.", "đg.", "ph.", "duong", "pho", "dai lo"},
	registry.PlaceHamlet:   {"thôn", "ấp", "xóm", "bản", "buôn", "làng", "khóm", "phum", "sóc", "plei", "khối", "khu", "thon", "ap", "xom", "ban", "buon", "lang", "khom"},
	registry.PlaceQuarter:  {"khu phố", "tổ dân phố", "tổ", "khu", "khu pho", "to dan pho", "to"},
	registry.PlaceBuilding: {"tòa nhà", "tòa", "chung cư", "tháp", "cao ốc", "khu căn hộ", "toa nha", "toa", "chung cu", "cc", "thap", "cao oc"},
}

// canonicalNames are the forms under which a name is kept and looked for, the most certain one first; at most four.
func canonicalNames(kind registry.PlaceKind, name string) []string {
	lower := strings.ToLower(vntext.Normal(name))
	whole := canonical(vntext.Fold(lower))
	if whole == "" {
		return nil
	}
	stripped := stripLeading(lower, leadingWords[kind])
	short := canonical(vntext.Fold(stripped))
	var forms []string
	add := func(form string) {
		for _, have := range forms {
			if have == form {
				return
			}
		}
		if form != "" {
			forms = append(forms, form)
		}
	}
	switch {
	case kind == registry.PlaceStreet && isRoadClass(whole):
		add(whole)
	case kind == registry.PlaceStreet && stripped != lower && lower != vntext.Fold(lower):
		add(short) // written with its diacritics the word is certain
	case kind == registry.PlaceStreet:
		add(whole)
		add(short)
	default:
		add(whole)
		if !isNumeral(short) { // "3" alone is no name of a hamlet
			add(short)
		} else if kind == registry.PlaceQuarter {
			add("to " + short) // tổ dân phố 5 is called tổ 5
		}
	}
	if kind == registry.PlaceStreet {
		if rest, ok := strings.CutPrefix(short, "so "); ok {
			add(rest) // Đường số 7, Đường 7
		}
	}
	// numerals in words or Roman, well-known initials
	if key := vntext.StreetKey(name); !strings.HasSuffix(whole, key) {
		add(canonical(key))
	}
	return forms
}

func stripLeading(lower string, words []string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(lower, w); ok && (strings.HasSuffix(w, ".") || strings.HasPrefix(rest, " ")) {
			if rest = strings.TrimSpace(rest); rest != "" {
				return rest
			}
		}
	}
	return lower
}

func isNumeral(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// roadClasses are written out, short and glued to the number.
var roadClasses = []struct{ from, to string }{
	{"quoc lo", "ql"}, {"tinh lo", "tl"}, {"huong lo", "hl"}, {"lien tinh lo", "ltl"}, {"duong tinh", "dt"}, {"duong huyen", "dh"},
	{"tdp", "to dan pho"}, {"kp", "khu pho"}, {"kdt", "khu do thi"}, {"kcn", "khu cong nghiep"}, {"kdc", "khu dan cu"}, {"ktx", "ky tuc xa"},
}

// isRoadClass reports a canonical name such as dt 743 or ql 1a.
func isRoadClass(form string) bool {
	class, number, ok := strings.Cut(form, " ")
	return ok && isDigit(number[0]) && slices.Contains(roadShort, class)
}

var roadShort = []string{"ql", "tl", "hl", "dt", "dh", "ltl"}

// canonical brings a folded name into the form it is kept in.
func canonical(folded string) string {
	if folded == "" {
		return ""
	}
	for _, c := range roadClasses {
		if rest, ok := strings.CutPrefix(folded, c.from); ok && rest != "" && (rest[0] == ' ' || isDigit(rest[0])) {
			folded = c.to + " " + strings.TrimSpace(rest)
			break
		}
	}
	for _, short := range roadShort {
		if rest, ok := strings.CutPrefix(folded, short); ok && rest != "" && isDigit(rest[0]) {
			folded = short + " " + rest
			break
		}
	}
	words := strings.Fields(folded)
	words = revolution(words)
	return strings.Join(dates(words), " ")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// revolution writes Cách mạng tháng Tám, CMT8, CM tháng 8 one way.
func revolution(words []string) []string {
	text := strings.Join(words, " ")
	for _, form := range [...]string{"cach mang thang tam", "cmt8", "cmt 8", "cm t8", "cm thang 8", "cm thang tam", "cach mang t8", "cach mang thang8", "c m t 8"} {
		if text == form {
			return []string{"cach", "mang", "thang", "8"}
		}
	}
	return words
}

var monthWords = map[string]string{
	"gieng": "1", "mot": "1", "hai": "2", "ba": "3", "tu": "4", "nam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9", "muoi": "10",
}

// dates writes 3/2, 3-2, 03/02, 3 tháng 2, 3 tháng hai as 3 thang 2, when a name is nothing but the date.
func dates(words []string) []string {
	var day, month string
	switch {
	case len(words) == 2:
		day, month = words[0], words[1]
	case len(words) == 3 && words[1] == "thang":
		day, month = words[0], words[2]
		if n, ok := monthWords[month]; ok {
			month = n
		}
	case len(words) == 4 && words[0] == "ngay" && words[2] == "thang":
		day, month = words[1], words[3]
	default:
		return words
	}
	d, okDay := smallNumber(day, 31)
	m, okMonth := smallNumber(month, 12)
	if !okDay || !okMonth {
		return words
	}
	return []string{d, "thang", m}
}

// smallNumber reads a number from 1 to most and writes it without zeros in front.
func smallNumber(text string, most int) (string, bool) {
	if len(text) == 0 || len(text) > 2 || !isNumeral(text) {
		return "", false
	}
	n := 0
	for i := range len(text) {
		n = n*10 + int(text[i]-'0')
	}
	if n < 1 || n > most {
		return "", false
	}
	return strings.TrimLeft(text, "0"), true
}
