package geocode

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

var update = flag.Bool("update", false, "write testdata/parse.tsv anew")

// describeParse writes a hypothesis as one line: what was found, with the divisions last.
func describeParse(h *Hypothesis) string {
	var parts []string
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, key+"="+value)
		}
	}
	c := &h.Components
	add("number", c.HouseNumber)
	add("alley", strings.Join(c.Alley, "|"))
	add("street", c.Street)
	add("hamlet", c.Hamlet)
	add("quarter", c.Quarter)
	add("building", c.Building)
	add("block", c.Block)
	add("floor", c.Floor)
	add("unit", c.Unit)
	add("postcode", h.Postcode)
	add("external", h.ExternalID)
	for _, code := range h.Codes {
		add("code", code.String())
	}
	if h.Point != nil {
		add("point", fmt.Sprint(*h.Point))
	}
	for _, s := range h.Noise {
		add("noise", s.Text)
	}
	for _, s := range h.Unmatched {
		add("unmatched", s.Text)
	}
	r := &h.Reading
	for _, d := range []*geo.Division{r.Commune, r.District, r.Province} {
		if d != nil {
			add(string(d.Level), d.Names[len(d.Names)-1].FullName())
		}
	}
	return strings.Join(parts, "; ")
}

// The inputs that other geocoders read wrongly, as a person reads them.
func TestParseWhatBreaksOthers(t *testing.T) {
	p := NewParser(testGazetteer(t))
	tests := []struct{ text, want string }{
		{"1806/127/2/6/15/48/2A Huỳnh Tấn Phát", "number=1806/127/2/6/15/48/2A; street=Huỳnh Tấn Phát"},
		{"73B/563B bis Lạc Long Quân", "number=73B/563B bis; street=Lạc Long Quân"},
		{"40bis/1 Điện Biên Phủ", "number=40bis/1; street=Điện Biên Phủ"},
		{"35N/1C Lê Văn Sỹ", "number=35N/1C; street=Lê Văn Sỹ"},
		{"42/7bis Nguyễn Trãi, Quận 1", "number=42/7bis; street=Nguyễn Trãi; district=Quận 1"},
		{"L1004A chung cư Hoàng Anh", "building=chung cư Hoàng Anh; unit=L1004A"},
		{"Nhà số 25/77 ngõ Trại Cá", "number=25/77; street=ngõ Trại Cá"},
		{"Số 1, đường 25, P4, Q4, TP.HCM", "number=1; street=25; commune=Phường 4; district=Quận 4; province=Thành phố Hồ Chí Minh"},
		{"45/88/20P Bình Tiên, P7, Q6, TP HCM", "number=45/88/20P; street=Bình Tiên; commune=Phường 7; district=Quận 6; province=Thành phố Hồ Chí Minh"},
		{"169 Nguyễn Ngọc Vũ, Cau Giay, Ha Noi", "number=169; street=Nguyễn Ngọc Vũ; district=Quận Cầu Giấy; province=Thành phố Hà Nội"},
		{"14 LO 3A TRUNG YEN 6 KDT TRUNG YEN PHUONG TRUNG HOA CAU GIAY", "number=14; street=TRUNG YEN 6; building=KDT TRUNG YEN; block=LO 3A; commune=Phường Trung Hòa; district=Quận Cầu Giấy"},
		{"229/PTHO, ấp Phước Thới, xã Phước Ngãi, huyện Ba Tri, tỉnh Bến Tre", "number=229/PTHO; hamlet=ấp Phước Thới; commune=Xã Phước Ngãi; district=Huyện Ba Tri; province=Tỉnh Bến Tre"},
		{norm.NFD.String("12 Lê Lợi, Phường Bến Nghé"), "number=12; street=Lê Lợi; commune=Phường Bến Nghé"},
		{"12 ddwowngf Nguyeexn Traix, phuwowngf Bến Thành", "number=12; street=Nguyễn Trãi; commune=Phường Bến Thành"},
		{"12NguyenTrai p12q3", "number=12; street=Nguyen Trai; commune=Phường 12; district=Quận 3"},
		{"12 Nguyễn Trãi, gặp anh Nam 0912345678, Quận 1", "number=12; street=Nguyễn Trãi; noise=0912345678; noise=gặp anh Nam; district=Quận 1"},
		{"(12 Lê Lợi, Quận 1", "number=12; street=Lê Lợi; district=Quận 1"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := describeParse(&p.Parse(tt.text)[0]); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
	// The ward of 2025-06-30 that "P1, Q8" was by then is the gazetteer's matter.
	h := p.Parse("290A/47 Dương Bá Trạc, P1,Q8, TP HCM")[0]
	if c := h.Components; c.HouseNumber != "290A/47" || c.Street != "Dương Bá Trạc" || h.Reading.Commune == nil || len(h.Unmatched) > 0 {
		t.Errorf("290A/47 Dương Bá Trạc: %s", describeParse(&h))
	}
}

// testdata/parse.tsv holds texts with the components a person reads in them, reviewed line by line; -update writes it.
func TestParseGolden(t *testing.T) {
	p := NewParser(testGazetteer(t))
	path := filepath.Join("testdata", "parse.tsv")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	lines := 0
	for line := range strings.Lines(string(data)) {
		text, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		got := describeComponents(&p.Parse(strings.ReplaceAll(text, `\n`, "\n"))[0])
		if got != want && !*update {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		fmt.Fprintf(&out, "%s\t%s\n", text, got)
		lines++
	}
	if lines < 100 {
		t.Errorf("only %d texts", lines)
	}
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// describeComponents is describeParse without the divisions, which are the gazetteer's matter.
func describeComponents(h *Hypothesis) string {
	only := *h
	only.Reading = Reading{}
	return describeParse(&only)
}

// Every real address of a public office has sensible components: no word is left over that is not a division the data set
// lacks, the first number is the house number, and there is a place to look for the house in.
func TestParseRealOffices(t *testing.T) {
	p := NewParser(testGazetteer(t))
	leftOver, noPlace, wrongNumber := 0, 0, 0
	rows := readCSV(t, "addresses/telecom_offices.csv", ',')
	for _, row := range rows {
		text := row["address_old_style"]
		h := &p.Parse(text)[0]
		c := &h.Components
		for _, u := range h.Unmatched {
			if folded := vntext.Fold(u.Text); !saysDivisionText(folded) {
				leftOver++
				t.Logf("left over %q: %s", u.Text, text)
			}
		}
		if first := strings.Fields(text)[0]; vntext.StartsWithDigit(first) {
			if n, ok := vntext.ParseHouseNumber(strings.Trim(first, ",")); !ok || !strings.HasPrefix(vntext.Fold(c.HouseNumber), vntext.Fold(n.Verbatim)) {
				wrongNumber++
				t.Logf("number %q: %s", c.HouseNumber, text)
			}
		}
		if c.Street == "" && c.Hamlet == "" && c.Quarter == "" && c.Building == "" && c.HouseNumber == "" {
			noPlace++
			t.Logf("nothing: %s", text)
		}
	}
	if leftOver > 2 || noPlace > 0 || wrongNumber > 0 {
		t.Errorf("of %d: %d with words left over, %d without any component, %d with another house number", len(rows), leftOver, noPlace, wrongNumber)
	}
}

func saysDivisionText(folded string) bool {
	for _, word := range []string{"phuong ", "xa ", "thi tran ", "huyen ", "thi xa ", "p "} {
		if strings.HasPrefix(folded, word) {
			return true
		}
	}
	return false
}

func TestParseSpansLieInTheText(t *testing.T) {
	p := NewParser(testGazetteer(t))
	const text = "0912 345 678 chị Lan 12/5 Lê Lợi, zzz qqq kkk, P. Bến Nghé Q1 giao giờ hành chính"
	for _, h := range p.Parse(text) {
		checkSpans(t, &h, vntext.Clean(text))
	}
}

func checkSpans(t *testing.T, h *Hypothesis, clean string) {
	t.Helper()
	for _, s := range append(append([]Span{}, h.Noise...), h.Unmatched...) {
		if s.Start < 0 || s.End > len(clean) || s.Start >= s.End || clean[s.Start:s.End] != s.Text {
			t.Errorf("span %+v does not lie in %q", s, clean)
		}
	}
}

// longTexts are the worst that 10,000 characters can hold.
var longTexts = map[string]string{
	"letters":       strings.Repeat("a", 10_000),
	"digits":        strings.Repeat("1", 10_000),
	"slashes":       strings.Repeat("1/", 5_000),
	"brackets":      strings.Repeat("(", 10_000),
	"address":       strings.Repeat("12 Lê Lợi, P. Bến Nghé, Q1 ", 350),
	"notes":         strings.Repeat("gần chợ, ", 900),
	"bracketed":     strings.Repeat("(a) ", 2_500),
	"phones":        strings.Repeat("0912345678 ", 900),
	"labels":        strings.Repeat("mã số ", 1_000),
	"dots":          strings.Repeat("1.", 5_000),
	"combining":     "a" + strings.Repeat("\u0301", 5_000),
	"zero width":    strings.Repeat("\u200b", 3_000) + "12 Lê Lợi",
	"keystrokes":    strings.Repeat("ddwowngf ", 1_100),
	"glued":         strings.Repeat("nguyentrai", 1_000),
	"right to left": "\u202e12 Lê Lợi\u202c, Quận 1",
}

func TestParseLongTexts(t *testing.T) {
	p := NewParser(testGazetteer(t))
	for name, text := range longTexts {
		hypotheses := p.Parse(text)
		if n := len(hypotheses); n == 0 || n > maxHypotheses {
			t.Errorf("%s: %d hypotheses", name, n)
		}
		for i := range hypotheses {
			checkSpans(t, &hypotheses[i], vntext.Clean(cutBytes(text, maxTextBytes)))
		}
	}
	for _, name := range []string{"zero width", "right to left"} {
		if c := p.Parse(longTexts[name])[0].Components; c.HouseNumber != "12" || c.Street != "Lê Lợi" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// BenchmarkParseLong shows what the worst texts cost, beside BenchmarkParse for usual ones.
func BenchmarkParseLong(b *testing.B) {
	p := NewParser(testGazetteer(b))
	for name, text := range longTexts {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.Parse(text)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "12 Lê Lợi", "số 5 ngách 34 ngõ 12 khâm thiên, đống đa, hn", "P.1205 CC X", "(12", "1151502853", "21.0287,105.8524", "+84 912 345 678",
		"12 xẹt 34", "lô a5, số 12", "Km 12+300 QL1A", "gần chợ (", "tầng hầm b1", "ngõ số 5", "\n\t12\n", "70000", "K12/34 H5", "ddwowngf 3 tháng 2", "đ. 3/2", "kđt khu phố 3", "0 0\xe1X 0i"} {
		f.Add(s)
	}
	p := NewParser(testGazetteer(f))
	f.Fuzz(func(t *testing.T, text string) {
		clean := vntext.Clean(commasForLines(cutBytes(text, maxTextBytes)))
		hypotheses := p.Parse(text)
		if n := len(hypotheses); n == 0 || n > maxHypotheses {
			t.Fatalf("%d hypotheses", n)
		}
		for i := range hypotheses {
			h := &hypotheses[i]
			checkSpans(t, h, clean)
			if h.Score < 0 || h.Score > 1 {
				t.Errorf("score %v", h.Score)
			}
			c := &h.Components
			for _, part := range append([]string{c.HouseNumber, c.Street, c.Hamlet, c.Quarter, c.Building, c.Block, c.Floor, c.Unit}, c.Alley...) {
				if !utf8.ValidString(part) || len(part) > 2*len(clean)+40 {
					t.Errorf("component %q", part)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p := NewParser(testGazetteer(b))
	for name, text := range map[string]string{
		"typical": "Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội",
		"plain":   "so 5 ngach 34 ngo 12 kham thien, dong da, hn",
		"unit":    "Căn hộ 1205, Tầng 12, Tòa A, Chung cư X, Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu, Đống Đa, Hà Nội",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Parse(text)
			}
		})
	}
}

// BenchmarkParseBaseline is what cleaning and folding the same text costs.
func BenchmarkParseBaseline(b *testing.B) {
	for b.Loop() {
		vntext.Fold(vntext.Clean("Số 12/34/5 Phố Khâm Thiên, Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội"))
	}
}
