package vntext

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// describe writes tokens with | for breaks, and what was put right in brackets.
func describe(tokens []Token) string {
	var b strings.Builder
	for i := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		if tokens[i].Break {
			b.WriteString("| ")
		}
		if tokens[i].Recovered {
			b.WriteString("[" + tokens[i].Text + "]")
		} else {
			b.WriteString(tokens[i].Text)
		}
	}
	return b.String()
}

func TestTokenize(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "12 Lê Lợi, Quận 1", "12 Lê Lợi | Quận 1"},
		{"camel case", "12NguyenTrai", "12 Nguyen Trai"},
		{"suffix before a name", "12ANguyenTrai 4/4/10YNgông 6AYNgông 4Y Ngông", "12A Nguyen Trai 4/4/10 Y Ngông 6A Y Ngông 4 Y Ngông"},
		{"dots for commas", "căn hộ 0703 . tầng 7 . block c", "căn hộ 0703 | tầng 7 | block c"},
		{"lower case", "12nguyentrai,phuong5", "12 nguyen trai | phuong 5"},
		{"capitals", "NGUYENTRAI", "NGUYEN TRAI"},
		{"with diacritics", "5/8ThíchQuảngĐức p5", "5/8 Thích Quảng Đức p 5"},
		{"consonant goes with the vowel behind it", "hanoi", "ha noi"},
		{"foreign words stay", "Vincom Pasteur Keangnam pleiku", "Vincom Pasteur Keangnam pleiku"},
		{"ward and district", "p12q3", "p 12 q 3"},
		{"with dots", "P.12Q.3", "P 12 Q 3"},
		{"district and city", "quan1tphcm", "quan 1 tphcm"},
		{"letter behind a number", "12A 340E-340F 9AB", "12A 340E-340F 9AB"},
		{"number with slashes", "1806/127/2/6/15/48/2A", "1806/127/2/6/15/48/2A"},
		{"spaces at the slash", "12 / 34 Lê Lợi", "12 / 34 Lê Lợi"},
		{"letters behind the slash", "229/PTHO", "229/PTHO"},
		{"words at a slash", "Lê Lợi/Pasteur", "Lê Lợi Pasteur"},
		{"plots", "LK12-08 BT3-05 A12-05 12A05 L1004A S1.02 TT6.2C-84", "LK12-08 BT3-05 A12-05 12A05 L1004A S1.02 TT6.2C-84"},
		{"roads", "QL1A TL743 ĐT.745 Km12+300", "QL1A TL743 ĐT 745 Km 12+300"},
		{"dash with spaces", "Bà Rịa - Vũng Tàu", "Bà Rịa | Vũng Tàu"},
		{"full stop", "khu 2. thị trấn Hậu Lộc", "khu 2 | thị trấn Hậu Lộc"},
		{"dot of an abbreviation", "TP. Huế, KDC. Chánh Nghĩa", "TP Huế | KDC Chánh Nghĩa"},
		{"telex", "ddwowngf Nguyeexn Traix", "[đường] [Nguyễn] [Trãi]"},
		{"telex with the keys in another order", "dduwowngf dduongwf Phuwowngf", "[đường] [đường] [Phường]"},
		{"telex in capitals", "DDUWOWNGF HOOF CHIS MINH", "[ĐƯỜNG] [HỒ] [CHÍ] MINH"},
		{"vni", "Nguye64n D9u7o7ng2 Le6 Lo7i5", "[Nguyễn] [Đường] [Lê] [Lợi]"},
		{"foreign words are no telex", "Times City Royal Park Tower Bar Box", "Times City Royal Park Tower Bar Box"},
		{"highland names are no telex", "Ia Der Ea Tir", "Ia Der Ea Tir"},
		{"a district is no vni", "quan1 phuong2 to5", "quan 1 phuong 2 to 5"},
		{"numbers in words", "số mười hai, quận Nhất, phường chín", "số [12] | quận [1] | phường [9]"},
		{"names that are numbers", "quận Ba Đình, phường Hai Bà Trưng, phuong nam", "quận Ba Đình | phường Hai Bà Trưng | phuong nam"},
		{"brackets", "12 (gần chợ", "12 | gần chợ"},
		{"apostrophe", "Ea H'leo", "Ea H leo"},
		{"hyphen in a name", "V-City", "V City"},
		{"nothing", " ,.-", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := describe(Tokenize(Clean(tt.text))); got != tt.want {
				t.Errorf("Tokenize(%q)\n got %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

// typeTelex writes a syllable in the keys of Telex, the tone last.
func typeTelex(word string) string {
	var b strings.Builder
	tone := ""
	for _, r := range norm.NFD.String(word) {
		switch r {
		case '\u0300':
			tone = "f"
		case '\u0301':
			tone = "s"
		case '\u0309':
			tone = "r"
		case '\u0303':
			tone = "x"
		case '\u0323':
			tone = "j"
		case '\u0302':
			s := b.String()
			b.WriteByte(s[len(s)-1])
		case '\u0306', '\u031b':
			b.WriteByte('w')
		case 'đ':
			b.WriteString("dd")
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + tone
}

// typeVNI writes a syllable in the keys of VNI, the tone last.
func typeVNI(word string) string {
	var b strings.Builder
	tone := ""
	for _, r := range norm.NFD.String(word) {
		switch r {
		case '\u0300':
			tone = "2"
		case '\u0301':
			tone = "1"
		case '\u0309':
			tone = "3"
		case '\u0303':
			tone = "4"
		case '\u0323':
			tone = "5"
		case '\u0302':
			b.WriteByte('6')
		case '\u031b':
			b.WriteByte('7')
		case '\u0306':
			b.WriteByte('8')
		case 'đ':
			b.WriteString("d9")
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + tone
}

// Whatever an input method makes of a syllable is what its keys are read as.
func TestKeystrokesReadBack(t *testing.T) {
	for word := range strings.FieldsSeq("đường phường nguyễn trãi hồ chí thị trấn huyện thành phố quận điện biên phủ cách mạng tám lê lợi trần hưng đạo lý thường kiệt " +
		"võ văn kiệt phạm ngũ lão tôn đức thắng quốc tỉnh khuất tiến yên bái quảng ngãi đắk lắk thừa thiên huế cửu bưởi khương đình gò vấp hòa thủy quý giáp nghĩa") {
		for name, typed := range map[string]string{"telex": typeTelex(word), "vni": typeVNI(word)} {
			decode := fromTelex
			if name == "vni" {
				decode = fromVNI
			}
			if got, how := decode(typed); how == noKeys || got != Normal(word) {
				t.Errorf("%s %q: %q, want %q", name, typed, got, word)
			}
		}
	}
}

func TestParseHouseNumber(t *testing.T) {
	tests := []struct{ text, key string }{
		{"12", "12"}, {"12A", "12a"}, {"12 a", "12a"}, {"08", "8"}, {"Số 5", "5"}, {"Số nhà 5", "5"}, {"Nhà số 5", "5"}, {"SN 5", "5"}, {"S.5", "5"}, {"No. 5", "5"},
		{"12/34/5A", "12/34/5a"}, {"12 / 34", "12/34"}, {"1806/127/2/6/15/48/2A", "1806/127/2/6/15/48/2a"},
		{"73B/563B bis", "73b/563bbis"}, {"40bis/1", "40bis/1"}, {"40 Bis/1", "40bis/1"}, {"35N/1C", "35n/1c"}, {"42/7bis", "42/7bis"}, {"L1004A", "l1004a"},
		{"12-14", "12-14"}, {"12 - 14", "12-14"}, {"12–14", "12-14"}, {"20-1", "20-1"}, {"25-06", "25-6"}, {"340E-340F", "340e-340f"},
		{"Lô A5", "lo a5"}, {"lô a 5", "lo a5"}, {"LK 12-08", "lk12-8"}, {"LK12-08", "lk12-8"}, {"BT3-05", "bt3-5"}, {"Km 12+300", "km 12-300"},
		{"5 ngách 34 ngõ 12", "12/34/5"}, {"số 5 ngách 34 ngõ 12", "12/34/5"}, {"ngõ 12 ngách 34 số 5", "12/34/5"}, {"5 hẻm 12/34", "12/34/5"},
		{"12 xẹt 34 xẹt 5", "12/34/5"}, {"12 xuyệt 34", "12/34"}, {"12 trên 34", "12/34"}, {"K12/34", "12/34"}, {"229/PTHO", "229/ptho"},
		{"", ""}, {"Lê Lợi", ""}, {"/", ""}, {"-", ""},
	}
	for _, tt := range tests {
		n, ok := ParseHouseNumber(tt.text)
		if n.Key != tt.key || ok != (tt.key != "") {
			t.Errorf("ParseHouseNumber(%q) = %q, %v, want %q", tt.text, n.Key, ok, tt.key)
		}
	}
	if n, _ := ParseHouseNumber("12/73B-75"); n.Number != 73 || n.Suffix != "b" || n.To != 75 || n.Prefix != "" {
		t.Errorf("12/73B-75: %+v", n)
	}
	if n, _ := ParseHouseNumber("Lô A5"); n.Number != 5 || n.Prefix != "lo a" {
		t.Errorf("Lô A5: %+v", n)
	}
	if n, ok := HouseNumberAt("5", []string{"ngõ 12", "34"}); !ok || n.Key != "12/34/5" {
		t.Errorf("5 in ngõ 12, 34: %+v", n)
	}
	if n, ok := HouseNumberAt("12/34/5", []string{"12", "34"}); !ok || n.Key != "12/34/5" {
		t.Errorf("12/34/5 in ngõ 12, 34: %+v", n)
	}
}

func TestStreetKey(t *testing.T) {
	for _, same := range [][]string{
		{"Lê Lợi", "đường Lê Lợi", "Phố Lê Lợi", "Đường phố Lê Lợi", "duong le loi", "LÊ LỢI"},
		{"3/2", "3 tháng 2", "đường 3-2", "Ba Tháng Hai", "đường 03/02"},
		{"30-4", "30/4", "30 tháng 4", "Đường 30 Tháng 4"},
		{"CMT8", "CMT 8", "Cách Mạng Tháng 8", "Cách Mạng Tháng Tám", "đường cach mang thang tam"},
		{"XVNT", "Xô Viết Nghệ Tĩnh"},
		{"Khu phố IV", "Khu phố 4", "khu pho 04"},
		{"Đường số 10", "đường 10", "số 10", "đường số mười"},
		{"Nguyễn Trãi II", "Nguyễn Trãi 2"},
	} {
		for _, text := range same[1:] {
			if got, want := StreetKey(text), StreetKey(same[0]); got != want {
				t.Errorf("StreetKey(%q) = %q, of %q %q", text, got, same[0], want)
			}
		}
	}
	for _, apart := range [][2]string{{"Năm Căn", "5 Căn"}, {"Bảy Hiền", "7 Hiền"}, {"Lê Lợi", "Lê Lai"}, {"Hai Bà Trưng", "2 Bà Trưng"}, {"Ngô Quyền", "Quyền"}} {
		if StreetKey(apart[0]) == StreetKey(apart[1]) {
			t.Errorf("%q and %q have one key", apart[0], apart[1])
		}
	}
}

func TestFindPhones(t *testing.T) {
	tests := []struct{ text, want string }{
		{"12 Lê Lợi 0912345678", "0912345678"},
		{"12 Lê Lợi, 0912 345 678 giao", "0912 345 678"},
		{"0912.345.678", "0912.345.678"},
		{"SĐT: 0912-345-678", "SĐT: 0912-345-678"},
		{"gọi +84 912 345 678", "gọi +84 912 345 678"},
		{"84912345678", "84912345678"},
		{"(+84) 912345678", "(+84) 912345678"},
		{"024 3825 1234", "024 3825 1234"},
		{"1151502853", ""}, {"0112345678", ""}, {"12/0912345678", ""}, {"09123456789", ""}, {"0912345678/5", ""}, {"12 34 56 78", ""}, {"08 Kim Đồng", ""},
	}
	for _, tt := range tests {
		got := ""
		if found := FindPhones(tt.text); len(found) > 0 {
			got = tt.text[found[0].Start:found[0].End]
		}
		if got != tt.want {
			t.Errorf("FindPhones(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"12NguyenTrai", "p12q3", "ddwowngf", "Nguye64n", "P.12Q.3", "12 / 34", "LK- GA05", "a-1", "1.", "số mười hai", "quận Nhất", "\u0301a", "đĐ9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := Clean(s)
		end := 0
		for _, token := range Tokenize(clean) {
			if token.Start < end || token.End <= token.Start || token.End > len(clean) {
				t.Fatalf("token %+v does not lie in %q behind %d", token, clean, end)
			}
			end = token.End
			if token.Fold == "" || !utf8.ValidString(token.Text) || token.Kind == Word && Fold(token.Text) != token.Fold {
				t.Errorf("token %+v", token)
			}
			if !token.Recovered && clean[token.Start:token.End] != token.Text {
				t.Errorf("token %+v has another text than %q", token, clean[token.Start:token.End])
			}
		}
		for _, p := range FindPhones(clean) {
			if p.Start >= p.End || p.End > len(clean) {
				t.Errorf("phone %+v in %q", p, clean)
			}
		}
	})
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"Số 5 ngách 34 ngõ 12", "Lô A5", "lô số 05", "12-A", "0-0", "số số 5", "K012/3", "Đường số 05", "CMT8", "d d d", "IV", "thang thang 3", "so so ba", "\x00\u0300", "000000 ngõ!0", "ĐƝA!0000", "a\u0301", "o o 5", "so nha s 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if key := StreetKey(s); StreetKey(key) != key {
			t.Errorf("StreetKey(%q) = %q, then %q", s, key, StreetKey(key))
		}
		n, ok := ParseHouseNumber(s)
		if !ok {
			return
		}
		if again, ok := ParseHouseNumber(n.Key); !ok || again.Key != n.Key {
			t.Errorf("ParseHouseNumber(%q).Key = %q, then %q, %v", s, n.Key, again.Key, ok)
		}
		if strings.Join(n.Path, "/") != n.Key || len(n.Key) > 4*len(s)+8 {
			t.Errorf("ParseHouseNumber(%q) = %+v", s, n)
		}
	})
}

func BenchmarkTokenize(b *testing.B) {
	text := Clean("Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội")
	b.ReportAllocs()
	for b.Loop() {
		Tokenize(text)
	}
}

// BenchmarkTokenizeLong shows that ten times the text costs ten times as much, whatever it is made of.
func BenchmarkTokenizeLong(b *testing.B) {
	for name, piece := range map[string]string{"letters": "a", "slashes": "1/", "hyphens": "a-", "dots": "1.", "glued": "nguyen", "camel": "Ab", "mixed": "q3p", "phones": "091"} {
		for _, size := range []int{1_000, 10_000} {
			text := strings.Repeat(piece, size/len(piece))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					Tokenize(text)
					FindPhones(text)
				}
			})
		}
	}
}
