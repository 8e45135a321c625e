package geocode

import (
	"testing"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// TestReadTraps: what must come first, as "code of commune/district/province", the epoch by + (today's) or - (ended).
func TestReadTraps(t *testing.T) {
	tests := []struct {
		name, text string
		commune    string // "" not named; the epoch in front
		district   string
		province   string
	}{
		// One name without diacritics in one province.
		{"Văn Lăng", "xã Văn Lăng, Thái Nguyên", "+05665", "", "+19"},
		// Today's name, another old unit.
		{"Chương Dương", "Phường Chương Dương, Hoàn Kiếm", "-00067", "-002", ""},
		{"Thanh Trì", "Phường Thanh Trì, Quận Hoàng Mai, Hà Nội", "-00301", "-008", "-01"},
		{"Trần Phú", "Phường Trần Phú, Hoàng Mai, HN", "-", "-008", "-01"},
		// Districts and towns of one name.
		{"huyện Kỳ Anh", "huyện Kỳ Anh, Hà Tĩnh", "", "-447", "-42"},
		{"thị xã Kỳ Anh", "thị xã Kỳ Anh, Hà Tĩnh", "", "-449", "-42"},
		{"TX Cai Lậy", "phường 4, TX. Cai Lậy, Tiền Giang", "-", "-817", "-82"},
		{"huyện Cai Lậy", "H. Cai Lậy, Tiền Giang", "", "-820", "-82"},
		// Both epochs together.
		{"old chain", "Thị trấn Cái Dầu, Huyện Châu Phú, An Giang", "-30463", "-889", "-89"},
		{"old with today's province", "Phường Dĩ An, TP Dĩ An, TP.HCM", "-25942", "-724", "+79"},
		{"today's", "phường Dĩ An, TP.HCM", "+25942", "", "+79"},
		{"today's beside the old province", "Phường Bà Rịa, Bà Rịa - Vũng Tàu", "+26560", "", "+79"},
		// Numbered wards.
		{"P4, Q4", "Số 1, đường 25, P4, Q4, TP.HCM", "-27283", "-773", "-79"},
		{"glued", "p12q3", "-27130", "-770", ""},
		{"zero in front", "P.04, Q.4", "-27283", "-773", ""},
		{"F", "F.12 Q.3", "-27130", "-770", ""},
		{"in words", "phuong 12 quan 3 hcm", "-27130", "-770", "-79"},
		// Names that people say.
		{"SG", "P. Tăng Nhơn Phú A, Q9, SG", "-26842", "-769", "-79"},
		{"Thủ Đức", "phường Linh Chiểu, Q. Thủ Đức, Sài Gòn", "-", "-769", "-79"},
		{"BRVT", "phường 3, TP Vũng Tàu, BRVT", "-", "-747", "-77"},
		{"DN is Đà Nẵng", "quận Hải Châu, DN", "", "-492", "-48"},
		{"DN is Đồng Nai", "huyện Trảng Bom, DN", "", "-737", "-75"},
		{"Huế", "Phường Phú Hội, TP Huế, Thừa Thiên Huế", "-19786", "-474", "-46"},
		{"Hà Tây", "Thị xã Sơn Tây, Hà Tây", "", "-269", "-01"},
		// Streets that bear a division's name.
		{"đường Hà Nội", "12 đường Hà Nội", "", "", ""},
		{"phố Huế", "45 phố Huế", "", "", ""},
		{"a street named as a ward", "12 Trần Hưng Đạo, Hoàn Kiếm, Hà Nội", "", "-002", "-01"},
		{"a district after the street", "169 Nguyễn Ngọc Vũ, Cau Giay, Ha Noi", "", "-005", "-01"},
		{"nothing but words", "14 LO 3A TRUNG YEN 6 KDT TRUNG YEN PHUONG TRUNG HOA CAU GIAY", "-00175", "-005", ""},
		// Spelling.
		{"Đăk", "Xã Cư M'gar, Đăk Lăk", "+24280", "", "+66"},
		{"Plei Kần", "Thị Trấn PleiKần, Huyện Ngọc Hồi, Kon Tum", "-", "-611", "-62"},
		{"Lagi", "Phường Tân Thiện, Thị xã Lagi, Tỉnh Bình Thuận", "-", "-594", "-60"},
		{"Qui Nhơn", "Thành phố Qui Nhơn, Bình Định", "", "-540", "-52"},
		{"two errors", "phường Dịch Vọng Hâụ, quận Cầu Gíay, Hà Nội", "-00167", "-005", "-01"},
		{"province first", "Hà Nội, Ba Đình, phường Ngọc Hà", "-00016", "-001", "-01"},
		{"country", "Phường Ngọc Hà, Ba Đình, Hà Nội 100000, Việt Nam", "-00016", "-001", "-01"},
		{"a province that a commune is named after", "Đồng Nai", "", "", "+75"},
		{"a province of before", "Hà Tây", "", "", "+01"},
		{"a town named as its province", "Hải Dương, Hải Dương", "", "-288", "-30"},
		{"empty", "", "", "", ""},
	}
	g := testGazetteer(t)
	says := func(d *geo.Division) string {
		switch {
		case d == nil:
			return ""
		case d.ValidTo != 0:
			return "-" + d.Code
		}
		return "+" + d.Code
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			readings := readText(g, tt.text)
			r := readings[0]
			fits := func(want string, d *geo.Division) bool { // "-" alone: any of that epoch
				got := says(d)
				return got == want || len(want) == 1 && len(got) > 1 && got[0] == want[0]
			}
			if !fits(tt.commune, r.Commune) || !fits(tt.district, r.District) || !fits(tt.province, r.Province) {
				t.Errorf("%q: want %q %q %q, read%s", tt.text, tt.commune, tt.district, tt.province, describeReadings(readings))
			}
		})
	}
}

// TestReadCollisions: names that are one without diacritics in one province of today. With them the right one comes
// first, without them both come and neither is preferred, unless the type word tells.
func TestReadCollisions(t *testing.T) {
	pairs := []struct{ a, b, province string }{
		{"Xã Văn Lăng", "Xã Văn Lang", "Thái Nguyên"},
		{"Xã Cẩm Giàng", "Xã Cẩm Giang", "Hải Phòng"},
		{"Xã Đồng Tiến", "Phường Đông Tiến", "Thanh Hóa"},
		{"Xã Sơn Hạ", "Xã Sơn Hà", "Quảng Ngãi"},
		{"Xã Ba Tơ", "Xã Ba Tô", "Quảng Ngãi"},
		{"Xã Lộc Thành", "Xã Lộc Thạnh", "Đồng Nai"},
		{"Xã Tân Thạnh", "Xã Tân Thành", "Tây Ninh"},
		{"Xã Thạnh An", "Xã Thanh An", "TP.HCM"},
		{"Xã Mỹ Thọ", "Phường Mỹ Tho", "Đồng Tháp"},
		{"Xã Tân Thạnh", "Xã Tân Thành", "Đồng Tháp"},
	}
	g := testGazetteer(t)
	for _, pair := range pairs {
		for _, name := range []string{pair.a, pair.b} {
			t.Run(name+" "+pair.province, func(t *testing.T) {
				text := name + ", " + pair.province
				got := readText(g, text)
				if got[0].Commune == nil || got[0].Commune.ValidTo != 0 || got[0].Commune.Name(geo.Today()).FullName() != name {
					t.Errorf("%q reads as%s", text, describeReadings(got))
				}
				bare, _ := geo.ParseName(name)
				got = readText(g, vntext.Fold(bare.Name)+", "+vntext.Fold(pair.province))
				seen := 0
				for _, r := range got {
					if c := r.Commune; c != nil && c.ValidTo == 0 && r.Score > got[0].Score-0.01 {
						if n := c.Name(geo.Today()).FullName(); n == pair.a || n == pair.b {
							seen++
						}
					}
				}
				if seen != 2 && got[0].District == nil {
					t.Errorf("%q without diacritics and type: %d of the two come first%s", name, seen, describeReadings(got))
				}
			})
		}
	}
}

func TestReadSpans(t *testing.T) {
	const text = "12 Trần Phú, P. Ngọc Hà, Q.Ba Đình, TP. Hà Nội"
	r := readText(testGazetteer(t), text)[0]
	for name, pair := range map[string][2]string{
		"commune": {r.CommuneSpan.Text, "P Ngọc Hà"}, "district": {r.DistrictSpan.Text, "Q Ba Đình"}, "province": {r.ProvinceSpan.Text, "TP Hà Nội"},
	} {
		if vntext.Fold(pair[0]) != vntext.Fold(pair[1]) {
			t.Errorf("%s span %q, want %q", name, pair[0], pair[1])
		}
	}
	for _, span := range []Span{r.CommuneSpan, r.DistrictSpan, r.ProvinceSpan} {
		if vntext.Fold(text[span.Start:span.End]) != vntext.Fold(span.Text) {
			t.Errorf("span %q stands for %q", span.Text, text[span.Start:span.End])
		}
	}
}

func TestLookup(t *testing.T) {
	tests := []struct {
		text  string
		level geo.Level
		want  []string // codes, the first ones
	}{
		{"79", geo.LevelProvince, []string{"79", "79"}},
		{"hcm", geo.LevelProvince, []string{"79", "79"}},
		{"Tỉnh Bình Dương", geo.LevelProvince, []string{"74"}},
		{"26743", geo.LevelCommune, []string{"26743", "26743"}},
		{"Phường Bến Thành", geo.LevelCommune, []string{"26743"}},
		{"phuong 4, quan 4", geo.LevelCommune, []string{"27283"}},
		{"Phường Dĩ An, TP.HCM", geo.LevelCommune, []string{"25942", "25942"}},
		{"Ba Dinh", geo.LevelDistrict, []string{"001"}},
		{"zzz", geo.LevelCommune, nil},
		{"", geo.LevelProvince, nil},
		{"Hà Nộii", geo.LevelProvince, []string{"01", "01"}},
	}
	g := testGazetteer(t)
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := g.Lookup(tt.text, tt.level)
			if len(got) < len(tt.want) || len(tt.want) == 0 && len(got) > 0 {
				t.Fatalf("found %d, want %v", len(got), tt.want)
			}
			for i, code := range tt.want {
				if got[i].Code != code {
					t.Errorf("find %d is %s %s, want %s", i, got[i].Code, got[i].Name(geo.Today()).FullName(), code)
				}
			}
		})
	}
}

// FuzzRead: never more than eight readings, in order, scores within 0 and 1, spans inside the text and apart.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "P4, Q4", "Phường Ngọc Hà, Ba Đình, HN", "p12q3", "Bà Rịa - Vũng Tàu", "quaanj 1 phuwowngf bees nghes", "(((", "M'Drắk", "12/34/5A", "t.p h q x"} {
		f.Add(s)
	}
	g := testGazetteer(f)
	f.Fuzz(func(t *testing.T, s string) {
		text := vntext.Clean(s)
		if len(text) > 600 {
			return
		}
		readings := g.Read(vntext.Tokenize(text))
		if len(readings) == 0 || len(readings) > maxReadings {
			t.Fatalf("%d readings", len(readings))
		}
		for i, r := range readings {
			if r.Score < 0 || r.Score > 1 || i > 0 && r.Score > readings[i-1].Score {
				t.Errorf("score %v of reading %d is out of order", r.Score, i)
			}
			spans := []Span{r.CommuneSpan, r.DistrictSpan, r.ProvinceSpan}
			for k, a := range spans {
				if a.Start < 0 || a.End > len(text) || a.Start > a.End {
					t.Errorf("span %v lies outside of %q", a, text)
				}
				for _, b := range spans[k+1:] {
					if a.End > a.Start && b.End > b.Start && a.Start < b.End && b.Start < a.End {
						t.Errorf("spans %v and %v overlap in %q", a, b, text)
					}
				}
			}
			weight := 0.0
			for _, c := range r.Communes {
				weight += c.Weight
			}
			if len(r.Communes) > 0 && (weight < 0.999 || weight > 1.001) {
				t.Errorf("weights sum to %v", weight)
			}
		}
	})
}

func FuzzOneError(f *testing.F) {
	f.Add("hoankiem", "hoankeim")
	f.Add("a", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 40 || len(b) > 40 || hasDigit(a) || hasDigit(b) {
			return
		}
		if got, want := oneError(a, b), typingErrors(a, b, 2) == 1; got != want {
			t.Errorf("oneError(%q, %q) = %v, the distance is %d", a, b, got, typingErrors(a, b, 2))
		}
	})
}
