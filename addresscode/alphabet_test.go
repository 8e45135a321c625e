package addresscode

import (
	"strings"
	"testing"
	"unicode"
)

func TestAlphabet(t *testing.T) {
	if len(Alphabet) != fieldOrder {
		t.Fatalf("%d symbols", len(Alphabet))
	}
	for i := 1; i < len(Alphabet); i++ {
		if Alphabet[i-1] >= Alphabet[i] {
			t.Errorf("%c stands before %c, so texts would not sort by place", Alphabet[i-1], Alphabet[i])
		}
	}
	if strings.ContainsAny(Alphabet, "AEIOUYDWL") {
		t.Error("a letter that Telex or VNI uses, or that looks like a digit")
	}
}

func TestASCIIClasses(t *testing.T) {
	for b := range 256 {
		c := byte(b)
		upper := byte(unicode.ToUpper(rune(b)))
		want := uint8(classForeign)
		switch {
		case b >= 0x80:
			want = classWide
		case strings.IndexByte(Alphabet, upper) >= 0:
			want = uint8(strings.IndexByte(Alphabet, upper))
		case upper == 'O':
			want = 0
		case upper == 'I' || upper == 'L':
			want = 1
		case upper >= 'A' && upper <= 'Z' || c == '?' || c == '*':
			want = classErased
		case strings.IndexByte(" \t\n\v\f\r-.", c) >= 0:
			want = classSkipped
		}
		if asciiClass[c] != want {
			t.Errorf("%q has class %d, want %d", c, asciiClass[c], want)
		}
	}
}

func TestClassify(t *testing.T) {
	for class, text := range map[uint8]string{
		classErased:  "ĐđÂâẾếỌọŨũơƯưÑéЖ字ㅎ٣²½Ⅷ？＊",
		classSkipped: "\u00a0\u2003\u3000\u200b\u200d\ufeff\u00ad‐‑‒–—―−⁃﹣－．·•。｡・\ufe0f\u20e3",
		classMark:    "\u0300\u0301\u0302\u0303\u0309\u0323\u031b\u0306",
		classForeign: "/:,;#@!&()[]{}<>|\\\"'`~_+=%^$€→☎😀\ufffd",
	} {
		for _, r := range text {
			if got := classify(r); got != class {
				t.Errorf("%q (%U) has class %d, want %d", r, r, got, class)
			}
		}
	}
	for i, r := range "０１２３４５６７８９ＢＣＦＧＨＪＫＭＮＰＱＲＳＴＶＸＺ" {
		if got := classify(r); int(got) != i/3 {
			t.Errorf("%q has class %d, want %d", r, got, i/3)
		}
	}
	for text, want := range map[string]uint8{"Ｏｏ": 0, "ＩｉＬｌ": 1, "ｂ": 10} {
		for _, r := range text {
			if got := classify(r); got != want {
				t.Errorf("%q has class %d, want %d", r, got, want)
			}
		}
	}
}
