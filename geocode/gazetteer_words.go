package geocode

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diachiso/diachiso/vntext"
)

// word is one piece of text as the gazetteer compares it: letters only or digits only.
type word struct {
	fold       string // folded letters or digits; numbers without leading zeros
	marked     string // the same letters in lower case with their diacritics; "" when there are none
	start, end int    // bytes of the text
	breakLeft  bool   // a comma, line end or the like stands before it
	dashLeft   bool   // it is a dash, as in Bà Rịa - Vũng Tàu
	number     bool
	house      bool // belongs to a token that is a number: "12", "A" and "5" of "12A/5"
}

// appendToken splits a token into words. Words of a token that was put right have its place in the text, each as a whole.
func appendToken(words []word, t *vntext.Token) []word {
	if t.Kind == vntext.Word && t.Fold != "" && strings.IndexByte(t.Fold, ' ') < 0 {
		w := wordOf(t.Text, t.Fold)
		w.start, w.end, w.breakLeft, w.dashLeft = t.Start, t.End, t.Break, t.Break && t.Dash
		return append(words, w)
	}
	first := len(words)
	words = appendWords(words, t.Text, t.Start, t.Break)
	for i := first; i < len(words); i++ {
		if len(t.Text) != t.End-t.Start {
			words[i].start, words[i].end = t.Start, t.End
		}
		words[i].house = t.Kind == vntext.Number
		words[i].dashLeft = words[i].breakLeft && t.Dash
	}
	return words
}

// appendWords splits one token's text into words. A letter beside a digit begins a new word: "q3" is "q" and "3".
func appendWords(words []word, text string, start int, breakLeft bool) []word {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		kind := runeKind(r)
		if kind == 0 {
			i += size
			continue
		}
		from := i
		for i < len(text) {
			r, size = utf8.DecodeRuneInString(text[i:])
			if next := runeKind(r); next != kind && !unicode.Is(unicode.Mn, r) {
				break
			}
			i += size
		}
		if w := newWord(text[from:i]); w.fold != "" {
			w.start, w.end, w.breakLeft, w.number = start+from, start+i, breakLeft, kind == 2
			words = append(words, w)
			breakLeft = false
		}
	}
	return words
}

func runeKind(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	}
	return 0
}

func newWord(text string) word { return wordOf(text, vntext.Fold(text)) }

func wordOf(text, fold string) word {
	w := word{fold: fold}
	if len(fold) != len(text) {
		w.marked = lower(vntext.Normal(text))
	}
	if n, ok := spelled[fold]; ok {
		w.fold, w.marked = n, ""
	}
	for len(w.fold) > 1 && w.fold[0] == '0' {
		w.fold = w.fold[1:]
	}
	return w
}

func lower(s string) string {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		out = utf8.AppendRune(out, unicode.ToLower(r))
	}
	return string(out)
}

// appendKey appends a word to the key under which names are kept: letters run together ("Plei Ku" is "Pleiku"), i for
// y after a consonant ("Lí" is "Lý", "Qui" is "Quy").
func appendKey(key []byte, fold string) []byte {
	for i := range len(fold) {
		c := fold[i]
		if c == 'y' && len(key) > 0 {
			switch last := key[len(key)-1]; last {
			case 'a', 'e', 'i', 'o', 'y':
			case 'u':
				if len(key) > 1 && key[len(key)-2] == 'q' {
					c = 'i'
				}
			default:
				c = 'i'
			}
		}
		key = append(key, c)
	}
	return key
}

// keyOf is the key of a name.
func keyOf(name string) string {
	var key []byte
	for _, w := range appendWords(nil, vntext.Normal(name), 0, false) {
		key = appendKey(key, w.fold)
	}
	return string(key)
}

// plainOf is a name's folded letters, run together: as keyOf without its leniency, for an error beside a y would undo that.
func plainOf(name string) string {
	out := ""
	for _, w := range appendWords(nil, vntext.Normal(name), 0, false) {
		out += w.fold
	}
	return out
}

// markedOf is a name's letters in lower case with their diacritics, run together.
func markedOf(name string) string {
	out := ""
	for _, w := range appendWords(nil, vntext.Normal(name), 0, false) {
		if w.marked != "" {
			out += w.marked
		} else {
			out += w.fold
		}
	}
	return out
}

// compareMarks compares the diacritics of some words with those of a name that has the same key. Letters without any
// are counted apart: they speak against a name only in a text that has some elsewhere.
func compareMarks(words []word, marked string) (conflicts, missing int) {
	for k := range words {
		text := words[k].marked
		if text == "" {
			text = words[k].fold
		}
		for _, q := range text {
			n, size := utf8.DecodeRuneInString(marked)
			if size == 0 {
				return conflicts, missing
			}
			marked = marked[size:]
			switch {
			case q == n || q == sameSound(n):
			case q < utf8.RuneSelf && foldOne(n) == q:
				missing++
			default:
				conflicts++
			}
		}
	}
	return conflicts, missing
}

// sameSound returns the i for a y and the reverse, with the same tone; other letters as they are.
func sameSound(r rune) rune {
	const ys, is = "yỳýỷỹỵ", "iìíỉĩị"
	if out, ok := across(r, ys, is); ok {
		return out
	}
	out, _ := across(r, is, ys)
	return out
}

func across(r rune, from, to string) (rune, bool) {
	n := 0
	for _, f := range from {
		if f == r {
			for _, t := range to {
				if n == 0 {
					return t, true
				}
				n--
			}
		}
		n++
	}
	return r, false
}

func foldOne(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	folded := vntext.Fold(string(r))
	if len(folded) != 1 {
		return r
	}
	return rune(folded[0])
}

// spelled are words that are written in several ways inside names.
var spelled = map[string]string{"dac": "dak", "dak": "dak", "lak": "lak", "ii": "2", "iii": "3", "iv": "4"}

// typeSet is a set of the types a division can have.
type typeSet uint16

const (
	typeTinh typeSet = 1 << iota
	typeThanhPho
	typeQuan
	typeHuyen
	typeThiXa
	typeThiTran
	typePhuong
	typeXa
	typeDacKhu

	provinceTypes = typeTinh | typeThanhPho
	districtTypes = typeQuan | typeHuyen | typeThiXa | typeThanhPho
	communeTypes  = typePhuong | typeXa | typeThiTran | typeDacKhu
)

// typeOf is the set of one type as divisions name it.
func typeOf(name string) typeSet {
	switch name {
	case "Tỉnh":
		return typeTinh
	case "Thành phố":
		return typeThanhPho
	case "Quận":
		return typeQuan
	case "Huyện":
		return typeHuyen
	case "Thị xã":
		return typeThiXa
	case "Thị trấn":
		return typeThiTran
	case "Phường":
		return typePhuong
	case "Xã":
		return typeXa
	case "Đặc khu":
		return typeDacKhu
	}
	return 0
}

// typeWords are the words that say what a division is, folded, with the diacritics that they must not contradict.
var typeWords = map[string]struct {
	types  typeSet
	marked string
}{
	"tinh": {typeTinh, "tỉnh"}, "t": {typeTinh, ""}, "province": {provinceTypes, ""},
	"tp": {typeThanhPho, ""}, "city": {typeThanhPho, ""}, "tpho": {typeThanhPho, ""},
	"quan": {typeQuan, "quận"}, "q": {typeQuan, ""}, "district": {districtTypes, ""}, "dist": {districtTypes, ""},
	"huyen": {typeHuyen, "huyện"}, "h": {typeHuyen, ""},
	"tx": {typeThiXa, ""}, "tt": {typeThiTran, ""}, "town": {typeThiTran | typeThiXa, ""},
	"phuong": {typePhuong, "phường"}, "p": {typePhuong, ""}, "ph": {typePhuong, ""}, "phg": {typePhuong, ""}, "f": {typePhuong, ""}, "ward": {typePhuong, ""},
	"xa": {typeXa, "xã"}, "x": {typeXa, ""}, "commune": {typeXa | typePhuong, ""}, "dk": {typeDacKhu, ""},
}

// typePairs are type words of two syllables, run together.
var typePairs = map[string]struct {
	types  typeSet
	marked string
}{
	"thanhpho": {typeThanhPho, "thànhphố"}, "thixa": {typeThiXa, "thịxã"}, "thitran": {typeThiTran, "thịtrấn"},
	"dakkhu": {typeDacKhu, ""}, "tp": {typeThanhPho, ""}, "tx": {typeThiXa, ""}, "tt": {typeThiTran, ""},
}

// otherParts are words in front of names of streets, hamlets, buildings and places: the name after them is theirs first.
var otherParts = map[string]string{
	"duong": "đường", "d": "", "dg": "", "pho": "phố", "ngo": "ngõ", "ngach": "ngách", "hem": "hẻm", "kiet": "kiệt",
	"lo": "lộ", "dl": "", "ql": "", "tl": "", "so": "số", "thon": "thôn", "ap": "ấp", "xom": "xóm", "to": "tổ", "khu": "khu", "kp": "", "tdp": "",
	"cho": "chợ", "kdt": "", "kdc": "", "kcn": "", "ccn": "", "cau": "cầu", "lang": "làng", "ban": "bản", "buon": "buôn", "khom": "khóm",
	"cu": "cư", "cc": "", "toa": "tòa", "truong": "trường", "vien": "viện", "street": "", "thi": "thị",
}

// prefixed reports whether a word is the given one, as far as its diacritics can tell.
func prefixed(w word, marked string) bool {
	if w.marked == "" {
		return true
	}
	conflicts, _ := compareMarks([]word{w}, marked)
	return conflicts == 0 && marked != ""
}
