package addresscode

import (
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // the codes as they stand in the text
	}{
		{"nothing", "", nil},
		{"alone", "5FJBC-2NJV-T33", []string{"5FJBC-2NJV-T33"}},
		{"in a sentence", "Giao tới nhà em, mã 5FJBC-2NJV-T33, ngõ 12 Quốc Tử Giám nhé", []string{"5FJBC-2NJV-T33"}},
		{"end of a sentence", "Mã của tôi là 5FJBC-2NJV-T33. Gọi trước ạ", []string{"5FJBC-2NJV-T33"}},
		{"a question", "Có phải 5FJBC-2NJV-T33?", []string{"5FJBC-2NJV-T33"}},
		{"compact and small", "ma:5fjbc2njvt33;goi 0912345678", []string{"5fjbc2njvt33"}},
		{"spaced", "mã 5FJBC 2NJV T33 sđt 0912 345 678", []string{"5FJBC 2NJV T33"}},
		{"spaced hyphens", "5FJBC - 2NJV - T33", []string{"5FJBC - 2NJV - T33"}},
		{"dots", "x 5FJBC.2NJV.T33.", []string{"5FJBC.2NJV.T33"}},
		{"half compact", "5FJBC-2NJVT33 5FJBC2NJV-T33", []string{"5FJBC-2NJVT33", "5FJBC2NJV-T33"}},
		{"in fours", "5FJB C2NJ VT33", []string{"5FJB C2NJ VT33"}},
		{"in threes", "5FJ.BC2.NJV.T33", []string{"5FJ.BC2.NJV.T33"}},
		{"spelled out", "là 5 F J B C 2 N J V T 3 3 nhé", []string{"5 F J B C 2 N J V T 3 3"}},
		{"uneven groups", "5FJ BC2N JV T33", nil},
		{"O for 0, l for 1", "gpog3-khhp-r2c và PPMlZ-OPSl-ZFK", []string{"gpog3-khhp-r2c", "PPMlZ-OPSl-ZFK"}},
		{"full width", "住所５ＦＪＢＣ－２ＮＪＶ－Ｔ３３", nil}, // part of a longer run of letters
		{"full width apart", "住所：５ＦＪＢＣ－２ＮＪＶ－Ｔ３３。", []string{"５ＦＪＢＣ－２ＮＪＶ－Ｔ３３"}},
		{"dashes", "(5FJBC–2NJV–T33)", []string{"5FJBC–2NJV–T33"}},
		{"link", "xem https://diachi.so/5FJBC-2NJV-T33?x=1#y", []string{"5FJBC-2NJV-T33"}},
		{"compact link", "https://diachi.so/c/5FJBC2NJVT33/vi", []string{"5FJBC2NJVT33"}},
		{"behind other groups", "DH-77-5FJBC-2NJV-T33", []string{"5FJBC-2NJV-T33"}},
		{"behind words of symbols", "TP HCM Q 1 P 5 5FJBC-2NJV-T33 KP 3", []string{"5FJBC-2NJV-T33"}},
		{"twice", "5FJBC-2NJV-T33 GV6PS-QZM2-KKP", []string{"5FJBC-2NJV-T33", "GV6PS-QZM2-KKP"}},
		{"back to back", "5FJBC2NJVT33GV6PSQZM2KKP", nil},
		{"inside a longer run", "X5FJBC2NJVT33 5FJBC2NJVT33X A5FJBC2NJVT33", nil},
		{"a letter stuck to it", "5FJBC-2NJV-T33ạ và đ5FJBC-2NJV-T33", nil},
		{"a mark stuck to it", "5FJBC-2NJV-T33\u0301", nil},
		{"wrong check", "5FJBC-2NJV-T34", nil},
		{"unreadable", "5FJBC-2N?V-T33", nil},
		{"over a line break", "5FJBC-2NJV-\nT33", nil},
		{"lines", "5FJBC-2NJV-T33\nGV6PS-QZM2-KKP\r\n", []string{"5FJBC-2NJV-T33", "GV6PS-QZM2-KKP"}},
		{"too far apart", "5FJBC    2NJV-T33", nil},
		{"comma between", "5FJBC,2NJV,T33", nil},
		{"telephone numbers", "0912345678 +84 912 345 678 098-765-4321 1900 1234", nil},
		{"invalid UTF-8", "\xff5FJBC-2NJV-T33\xff", []string{"5FJBC-2NJV-T33"}},
		{"zero-width", "5FJBC\u200b-\u200b2NJV-T33", []string{"5FJBC\u200b-\u200b2NJV-T33"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range Find(c.text) {
				got = append(got, c.text[f.Start:f.End])
				if p, err := Parse(c.text[f.Start:f.End]); err != nil || p != f.Code {
					t.Errorf("%q is found as %v, but read as %v, %v", c.text[f.Start:f.End], f.Code, p, err)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Find(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestFindInMessyText(t *testing.T) {
	rng := newRand(20)
	words := strings.Fields(`giao cho chị Hương số 12B ngách 34/56 ngõ 78 phố Khâm Thiên P. Ô Chợ Dừa Q. Đống Đa
		TP HN sđt 0912345678 (gọi trước 30p) kp5 tổ 3 ấp BT QL1A KM 27 hẻm 212/9 CC HH2C T12 P1205 GH nhanh COD 350k 10h30 11-12h
		mã VN123456789 SPXVN0123456789 LEX-GHTK/77 5FJBC 2NJV T34 x2 50% @home #7`)
	separators := []string{" ", ", ", "\n", "; ", " / ", ":"}
	for range 3000 {
		var b strings.Builder
		var want []Found
		for range rng.IntN(40) {
			if rng.IntN(8) == 0 {
				c := randomCode(rng)
				form := c.String()
				switch rng.IntN(4) {
				case 0:
					form = c.Compact()
				case 1:
					form = strings.ToLower(form)
				case 2:
					form = strings.ReplaceAll(form, "-", " ")
				}
				want = append(want, Found{c, b.Len(), b.Len() + len(form)})
				b.WriteString(form)
			} else {
				b.WriteString(words[rng.IntN(len(words))])
			}
			b.WriteString(separators[rng.IntN(len(separators))])
		}
		if got := Find(b.String()); !slices.Equal(got, want) {
			t.Fatalf("Find(%q) = %v, want %v", b.String(), got, want)
		}
	}
}

// Twice the text takes twice the steps: the group before a byte is never read again.
func TestFindReadsEachGroupOnce(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("B ", 50_000), strings.Repeat("5", 100_000), strings.Repeat("5FJBC-2NJV-", 10_000), strings.Repeat(" ", 100_000),
	} {
		at := 0
		for {
			g, ok := nextGroup(text, at)
			if !ok {
				break
			}
			if g.end <= at {
				t.Fatalf("at byte %d the group ends at %d", at, g.end)
			}
			at = g.end
		}
		if f := Find(text); f != nil {
			t.Errorf("found %v", f)
		}
	}
}
