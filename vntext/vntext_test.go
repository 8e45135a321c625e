package vntext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"ascii in form", "ho guom 12", "ho guom 12"},
		{"case", "HO GUOM", "ho guom"},
		{"diacritics", "Phường Văn Miếu - Quốc Tử Giám", "phuong van mieu quoc tu giam"},
		{"every vowel", "ăâêôơưĂÂÊÔƠƯ", "aaeoouaaeoou"},
		{"d with stroke", "Đường Đại La", "duong dai la"},
		{"decomposed", norm.NFD.String("Thủy Đường, Hoàn Kiếm"), "thuy duong hoan kiem"},
		{"full width", "１２／３４　Ｌê　Lợi", "12 34 le loi"},
		{"punctuation", " ,,12/34-5A..  (sau) ", "12 34 5a sau"},
		{"leading space", " a", "a"},
		{"trailing space", "a ", "a"},
		{"only punctuation", " -/, ", ""},
		{"apostrophe", "Ea H'leo", "ea h leo"},
		{"invisible", "Hoàn\u200bKiếm\ufeff", "hoankiem"},
		{"no-break space", "Hoàn\u00a0Kiếm", "hoan kiem"},
		{"bad byte", "a\xffb", "a b"},
		{"other script", "Ω 北京", "ω 北京"},
		{"fraction", "½", "1 2"},
		{"nul", "\x00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestNormal(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"ascii", "12 Le Loi", "12 Le Loi"},
		{"oa", "Hoà Bình", "Hòa Bình"},
		{"oa kept", "Hòa Bình", "Hòa Bình"},
		{"oe", "khoẻ", "khỏe"},
		{"uy", "Thuỷ Nguyên", "Thủy Nguyên"},
		{"uy alone", "Uỷ ban", "Ủy ban"},
		{"upper", "THUỴ KHUÊ, HOÁ", "THỤY KHUÊ, HÓA"},
		{"upper with lower", "HOà", "HÒa"},
		{"qu is a consonant", "Quý Quỳ Quỷ", "Quý Quỳ Quỷ"},
		{"closed syllable", "hoàn thuyền toán loét", "hoàn thuyền toán loét"},
		{"ua is no such pair", "của, mùa", "của, mùa"},
		{"plain pairs", "hoa khoe huy", "hoa khoe huy"},
		{"decomposed", norm.NFD.String("Hoà"), "Hòa"},
		{"before punctuation", "(Hoá)-thuý.", "(Hóa)-thúy."},
		{"before digit", "Hoá2", "Hóa2"},
		{"spaces", "  a \t\n b ", "a b"},
		{"full width", "Ｈoà １２", "Hòa 12"},
		{"bad byte", "a\xffb", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Normal(tt.in); got != tt.want {
				t.Errorf("Normal(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"tone placement is kept", "Hoà", "Hoà"},
		{"composed", norm.NFD.String("Hoà"), "Hoà"},
		{"control characters", "a\x00\x07b\u0085c", "a b c"},
		{"invisible", "\ufeffa\u00adb", "ab"},
		{"spaces", " a  b ", "a b"},
		{"single spaces between letters", "Số 5 ngõ", "Số 5 ngõ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzForms(f *testing.F) {
	for _, s := range []string{"", " ", "Hoà Bình", "Thuỷ", norm.NFD.String("Đường Ở"), "ｆｕｌｌ", "a\xffb", "İI\u0307", "\u0301a", "ﬁ ㎏ ǆ", "a\u200b\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, form := range map[string]func(string) string{"Fold": Fold, "Normal": Normal, "Clean": Clean} {
			once := form(s)
			if twice := form(once); twice != once {
				t.Errorf("%s is not idempotent on %q: %q, then %q", name, s, once, twice)
			}
			if !utf8.ValidString(once) {
				t.Errorf("%s(%q) = %q is not valid UTF-8", name, s, once)
			}
			if strings.HasPrefix(once, " ") || strings.HasSuffix(once, " ") || strings.Contains(once, "  ") {
				t.Errorf("%s(%q) = %q has loose spaces", name, s, once)
			}
		}
		if c := Clean(s); !norm.NFC.IsNormalString(c) || strings.ContainsFunc(c, unicode.IsControl) {
			t.Errorf("Clean(%q) = %q is not NFC without control characters", s, c)
		}
		if got, want := Fold(Normal(s)), Fold(Clean(s)); got != want {
			t.Errorf("Fold(Normal(%q)) = %q, Fold(Clean) = %q", s, got, want)
		}
		if got, want := Fold(norm.NFD.String(s)), Fold(norm.NFC.String(s)); got != want {
			t.Errorf("Fold of NFD(%q) = %q, of NFC = %q", s, got, want)
		}
	})
}

func TestNoAllocationInForm(t *testing.T) {
	for _, form := range []func(string) string{Fold, Normal, Clean} {
		if n := testing.AllocsPerRun(100, func() { form("12 le loi") }); n != 0 {
			t.Errorf("ASCII text in form costs %v allocations", n)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"ascii": "12 le loi ben nghe", "vietnamese": "Phường Văn Miếu - Quốc Tử Giám"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}

func BenchmarkNormal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Normal("Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội")
	}
}

func TestVietnameseBase(t *testing.T) {
	const letters = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
	known := map[rune]bool{}
	for _, r := range letters + strings.ToUpper(letters) {
		known[r] = true
		want := strings.ToLower(string([]rune(norm.NFD.String(string(r)))[0]))
		if want == "đ" {
			want = "d"
		}
		if got := string(rune(vietnameseBase(r))); got != want {
			t.Errorf("vietnameseBase(%q) = %q, want %q", r, got, want)
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if vietnameseBase(r) != 0 && !known[r] {
			t.Errorf("vietnameseBase(%q) = %q, but it is no Vietnamese letter", r, vietnameseBase(r))
		}
	}
}
