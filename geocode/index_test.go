package geocode

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/registry"
)

func TestCanonicalNames(t *testing.T) {
	for _, tt := range []struct {
		kind registry.PlaceKind
		same []string // all share a form
	}{
		{registry.PlaceStreet, []string{"Phố Khâm Thiên", "Khâm Thiên", "đường Khâm Thiên", "Đ. Khâm Thiên", "pho kham thien", "KHAM THIEN"}},
		{registry.PlaceStreet, []string{"Đường 3 Tháng 2", "3/2", "3-2", "đường 03/02", "3 tháng hai", "ba tháng hai"}},
		{registry.PlaceStreet, []string{"Cách Mạng Tháng Tám", "CMT8", "đường Cách Mạng Tháng 8", "cmt 8"}},
		{registry.PlaceStreet, []string{"Quốc lộ 1A", "QL1A", "QL 1A", "ql.1a", "đường Quốc lộ 1A"}},
		{registry.PlaceStreet, []string{"ĐT 743", "ĐT743", "Đường tỉnh 743", "duong tinh 743"}},
		{registry.PlaceStreet, []string{"Đường số 7", "Đường 7", "số 7", "duong so 7"}},
		{registry.PlaceStreet, []string{"Đại lộ Bình Dương", "Bình Dương"}},
		{registry.PlaceStreet, []string{"Phó Đức Chính", "Pho Duc Chinh"}},
		{registry.PlaceStreet, []string{"Dương Đình Nghệ", "duong dinh nghe"}},
		{registry.PlaceStreet, []string{"Hoà Bình", "Hòa Bình"}},
		{registry.PlaceQuarter, []string{"Tổ dân phố 5", "TDP 5", "tổ 5"}},
		{registry.PlaceQuarter, []string{"Khu phố 3", "KP3", "kp 3"}},
		{registry.PlaceHamlet, []string{"Thôn Đông", "thon dong", "Đông"}},
		{registry.PlaceBuilding, []string{"Chung cư Sky City", "CC Sky City", "sky city"}},
	} {
		first := canonicalNames(tt.kind, tt.same[0])
		for _, name := range tt.same[1:] {
			forms := canonicalNames(tt.kind, name)
			if !slices.ContainsFunc(forms, func(f string) bool { return slices.Contains(first, f) }) {
				t.Errorf("%s: %q has the forms %q, %q has %q", tt.kind, tt.same[0], first, name, forms)
			}
		}
	}
	for _, pair := range [][2]string{{"Đường số 7", "Đường số 17"}, {"Quốc lộ 1A", "Quốc lộ 10"}, {"Lê Lợi", "Lê Lai"}, {"Phó Đức Chính", "Đức Chính"}} {
		a, b := canonicalNames(registry.PlaceStreet, pair[0]), canonicalNames(registry.PlaceStreet, pair[1])
		if slices.ContainsFunc(a, func(f string) bool { return slices.Contains(b, f) }) {
			t.Errorf("%q and %q share a form: %q, %q", pair[0], pair[1], a, b)
		}
	}
	if forms := canonicalNames(registry.PlaceStreet, " -/ "); len(forms) != 0 {
		t.Errorf("punctuation has the forms %q", forms)
	}
}

// editDistance against the definition: the fewest single edits, exchanges of neighbours included.
func TestEditDistance(t *testing.T) {
	var plain func(a, b string) int
	plain = func(a, b string) int {
		switch {
		case a == "":
			return len(b)
		case b == "":
			return len(a)
		}
		cost := 1
		if a[0] == b[0] {
			cost = 0
		}
		least := min(plain(a[1:], b)+1, plain(a, b[1:])+1, plain(a[1:], b[1:])+cost)
		if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
			least = min(least, plain(a[2:], b[2:])+1)
		}
		return least
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, rnd.IntN(6))
		for i := range b {
			b[i] = "abc"[rnd.IntN(3)]
		}
		return string(b)
	}
	for range 2000 {
		a, b, most := word(), word(), rnd.IntN(4)
		want := min(plain(a, b), most+1)
		if got := editDistance(a, b, most); got != want {
			t.Fatalf("editDistance(%q, %q, %d) = %d, want %d", a, b, most, got, want)
		}
	}
	if got := editDistance(strings.Repeat("a", 100), strings.Repeat("a", 100), 2); got != 3 {
		t.Errorf("words beyond the bound: %d", got)
	}
}

// Whatever is within the edits allowed is found, and nothing further away.
func TestSimilarWords(t *testing.T) {
	s := newSyllables()
	words := strings.Fields("thien thuyen kham khoan nguyen nguyet trai tran truong chinh le loi lai an hu huu phu ql 1a 743 c4")
	for i, w := range words {
		s.enter(w, int32(i))
	}
	for _, asked := range append(strings.Fields("tihen thein nguyne truogn lee hu pu 734 kkham xxxxx thienn n"), words...) {
		var got []string
		for _, like := range s.similar(asked) {
			got = append(got, s.words[like.word].text)
		}
		for _, w := range words {
			_, want := typoCost(asked, w)
			if slices.Contains(got, w) != want {
				t.Errorf("%q: %q found: %v, want %v", asked, w, !want, want)
			}
		}
	}
}

func FuzzCanonicalNames(f *testing.F) {
	for _, s := range []string{"Phố Khâm Thiên", "3/2", "QL1A", "số 7", "đường", "\xff", "Ω 3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, kind := range []registry.PlaceKind{registry.PlaceStreet, registry.PlaceHamlet, registry.PlaceQuarter, registry.PlaceBuilding} {
			forms := canonicalNames(kind, name)
			if len(forms) > 6 {
				t.Errorf("%q has %d forms", name, len(forms))
			}
			for _, form := range forms {
				if form != strings.Join(strings.Fields(form), " ") || form == "" {
					t.Errorf("%q has the form %q", name, form)
				}
			}
		}
	})
}
