package addresscode

import (
	"strings"
	"testing"
	"unicode"
)

// Vietnamese input methods change what was typed before: aa becomes â, dd becomes đ, a tone key puts a tone on the
// word's vowel. This is a model of the standard rules of Telex and VNI, at their most eager: a key applies to any
// fitting letter of the word typed so far, wherever it stands and whether or not the word can be Vietnamese.

// letter is one letter of a word with its marks.
type letter struct {
	base rune // small
	form rune // 0, or one of the forms below
	tone rune // 0 or a tone key of Telex: s f r x j
	caps bool
}

const (
	circumflex = '^' // â ê ô
	breve      = '(' // ă
	horn       = '+' // ơ ư
	stroke     = '-' // đ
)

var toneOrder = "sfrxj"

// vowels lists the vowels by base and form, each followed by its toned forms in toneOrder.
var vowels = map[string]string{
	"a": "aáàảãạ", "a(": "ăắằẳẵặ", "a^": "âấầẩẫậ", "e": "eéèẻẽẹ", "e^": "êếềểễệ", "i": "iíìỉĩị",
	"o": "oóòỏõọ", "o^": "ôốồổỗộ", "o+": "ơớờởỡợ", "u": "uúùủũụ", "u+": "ưứừửữự", "y": "yýỳỷỹỵ",
}

func (l letter) rune() rune {
	r := l.base
	if l.form == stroke {
		r = 'đ'
	}
	key := string(l.base)
	if l.form != 0 {
		key += string(l.form)
	}
	if row, ok := vowels[key]; ok {
		r = []rune(row)[strings.IndexRune(toneOrder, l.tone)+1]
		if l.tone == 0 {
			r = []rune(row)[0]
		}
	}
	if l.caps {
		r = unicode.ToUpper(r)
	}
	return r
}

func (l letter) vowel() bool { return strings.ContainsRune("aeiouy", l.base) }

// inputMethod types keys into words.
type inputMethod struct {
	out  strings.Builder
	word []letter
	// apply tries a key on the word and returns false when it is an ordinary key there.
	apply func(word []letter, key rune) ([]letter, bool)
	// wordKey reports whether a key belongs to a word.
	wordKey func(key rune) bool
}

func (m *inputMethod) typeText(keys string) string {
	for _, k := range keys {
		if !m.wordKey(k) {
			m.flush()
			m.out.WriteRune(k)
			continue
		}
		if word, ok := m.apply(m.word, unicode.ToLower(k)); ok {
			m.word = word
		} else {
			m.word = append(m.word, letter{base: unicode.ToLower(k), caps: unicode.IsUpper(k)})
		}
	}
	m.flush()
	return m.out.String()
}

func (m *inputMethod) flush() {
	for _, l := range m.word {
		m.out.WriteRune(l.rune())
	}
	m.word = nil
}

// setForm gives a form to the last letter that is among bases.
func setForm(word []letter, bases string, form rune) bool {
	for i := len(word) - 1; i >= 0; i-- {
		if strings.ContainsRune(bases, word[i].base) && word[i].form == 0 {
			word[i].form = form
			if form == horn && word[i].base == 'o' && i > 0 && word[i-1].base == 'u' {
				word[i-1].form = horn // uo + horn is ươ
			}
			return true
		}
	}
	return false
}

// setTone puts a tone on the word's main vowel, or takes it off (0).
func setTone(word []letter, tone rune) bool {
	main := -1
	for i, l := range word {
		switch {
		case !l.vowel():
		case l.base == 'u' && i > 0 && word[i-1].base == 'q', l.base == 'i' && i == 1 && word[0].base == 'g' && len(word) > 2 && word[2].vowel():
		case main < 0, l.form != 0, word[main].form == 0 && i == len(word)-2 && !word[i+1].vowel(), word[main].form == 0 && i < len(word)-1:
			main = i
		}
	}
	if main < 0 {
		return false
	}
	changed := tone != 0
	for i := range word {
		changed = changed || word[i].tone != 0
		word[i].tone = 0
	}
	word[main].tone = tone
	return changed
}

func telex(word []letter, key rune) ([]letter, bool) {
	switch key {
	case 's', 'f', 'r', 'x', 'j':
		return word, setTone(word, key)
	case 'z':
		return word, setTone(word, 0)
	case 'a', 'e', 'o':
		return word, setForm(word, string(key), circumflex)
	case 'd':
		return word, setForm(word, "d", stroke)
	case 'w':
		if setForm(word, "a", breve) || setForm(word, "ou", horn) {
			return word, true
		}
		return append(word, letter{base: 'u', form: horn}), true // w alone is ư
	}
	return word, false
}

func vni(word []letter, key rune) ([]letter, bool) {
	switch key {
	case '1', '2', '3', '4', '5':
		return word, setTone(word, rune(toneOrder[key-'1']))
	case '0':
		return word, setTone(word, 0)
	case '6':
		return word, setForm(word, "aeo", circumflex)
	case '7':
		return word, setForm(word, "ou", horn)
	case '8':
		return word, setForm(word, "a", breve)
	case '9':
		return word, setForm(word, "d", stroke)
	}
	return word, false
}

func typeTelex(keys string, digitsInWords bool) string {
	m := inputMethod{apply: telex, wordKey: func(k rune) bool { return unicode.IsLetter(k) || digitsInWords && unicode.IsDigit(k) }}
	return m.typeText(keys)
}

func typeVNI(keys string) string {
	m := inputMethod{apply: vni, wordKey: func(k rune) bool { return unicode.IsLetter(k) || unicode.IsDigit(k) }}
	return m.typeText(keys)
}

func TestInputMethodsTypeVietnamese(t *testing.T) {
	for _, c := range []struct{ telex, vni, want string }{
		{"tieengs Vieetj", "tie6ng1 Vie6t5", "tiếng Việt"},
		{"dduwowngf", "d9u7o7ng2", "đường"},
		{"dduwngs", "d9u7ng1", "đứng"},
		{"duongwdf", "duong792", "đường"},
		{"Hoaf Binhf", "Hoa2 Binh2", "Hòa Bình"},
		{"quaanj", "qua6n5", "quận"},
		{"phuwowngf", "phu7o7ng2", "phường"},
		{"nawm", "na8m", "năm"},
		{"tw", "tu7", "tư"},
		{"hoasz", "hoa10", "hoa"},
		{"hems 12B", "hem1 12B", "hém 12B"},
	} {
		if got := typeTelex(c.telex, false); got != c.want {
			t.Errorf("Telex %q gives %q, want %q", c.telex, got, c.want)
		}
		if got := typeVNI(c.vni); got != c.want {
			t.Errorf("VNI %q gives %q, want %q", c.vni, got, c.want)
		}
	}
}

func TestInputMethodsLeaveCodesAlone(t *testing.T) {
	rng := newRand(40)
	check := func(c Code, text string) {
		t.Helper()
		for method, got := range map[string]string{
			"Telex": typeTelex(text, false), "Telex with digits in words": typeTelex(text, true), "VNI": typeVNI(text),
		} {
			if got != text {
				t.Fatalf("%s turns %s into %s", method, text, got)
			}
			if p, err := Parse(got); err != nil || p != c {
				t.Fatalf("%s: %s reads as %v, %v", method, got, p, err)
			}
		}
	}
	for range 20_000 {
		c := randomCode(rng)
		for _, text := range []string{c.String(), c.Compact(), strings.ToLower(c.String()), strings.ToLower(c.Compact())} {
			check(c, text)
		}
	}
}

// The control: the same rules do mangle codes with vowels, D and W in them, so the test above can fail.
func TestInputMethodsMangleOtherAlphabets(t *testing.T) {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	rng := newRand(41)
	mangled := 0
	const codes = 5000
	for range codes {
		b := make([]byte, wordSymbols)
		for i := range b {
			b[i] = crockford[rng.IntN(len(crockford))]
		}
		if text := string(b); typeTelex(text, false) != text || typeVNI(text) != text {
			mangled++
		}
	}
	if mangled < codes/3 {
		t.Errorf("only %d of %d base-32 codes are changed", mangled, codes)
	}
}
