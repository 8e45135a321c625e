package main

import (
	"math/rand/v2"
	"strings"

	"github.com/diachiso/diachiso/geo"
)

// abbreviated writes the short forms that real address lists have.
func abbreviated(old bool) func(*world, truth, *rand.Rand) (string, bool) {
	return func(w *world, t truth, rng *rand.Rand) (string, bool) {
		d := newDraft(t, w.data.Divisions, rng)
		if old {
			if _, ok := d.makeOld(t, w.data.Divisions, rng, false); !ok {
				return "", false
			}
		}
		tight := rng.IntN(2) == 0
		d.commune = shortDivision(d.commune, tight, rng)
		d.district = shortDivision(d.district, tight, rng)
		d.province = shortProvince(d.province, w.provinceName(t, old, d.province), rng)
		d.street = shorten(d.street, []pair{{"Đường tỉnh ", []string{"ĐT.", "ĐT ", "Đường tỉnh "}}, {"Đường ", []string{"Đ. ", "đg ", "Đg. ", "đ. "}}, {"Quốc lộ ", []string{"QL", "QL ", "QL."}},
			{"Tỉnh lộ ", []string{"TL", "TL ", "TL."}}, {"Hương lộ ", []string{"HL", "HL "}}}, rng)
		if strings.HasSuffix(d.street, "Cách Mạng Tháng Tám") {
			d.street = []string{"CMT8", "CMT 8", "Cách Mạng Tháng 8"}[rng.IntN(3)]
		}
		d.quarter = shorten(d.quarter, []pair{{"Khu phố ", []string{"KP ", "KP", "KP."}}, {"Tổ dân phố ", []string{"TDP ", "TDP", "Tổ DP "}}}, rng)
		d.building = shorten(d.building, []pair{{"Chung cư ", []string{"CC ", "C/c ", "cc "}}}, rng)
		d.unit = shorten(d.unit, []pair{{"Căn hộ ", []string{"CH ", "CH"}}, {"Phòng ", []string{"P.", "P"}}}, rng)
		d.floor = shorten(d.floor, []pair{{"Tầng ", []string{"T.", "T"}}}, rng)
		return d.String(), true
	}
}

type pair struct {
	word  string
	short []string
}

func shorten(text string, pairs []pair, rng *rand.Rand) string {
	for _, p := range pairs {
		if rest, ok := strings.CutPrefix(text, p.word); ok {
			return p.short[rng.IntN(len(p.short))] + rest
		}
	}
	return text
}

// shortDivision is "P. Hoàn Kiếm", "P.12", "Q3" for a full name.
func shortDivision(full string, tight bool, rng *rand.Rand) string {
	name, ok := geo.ParseName(full)
	if !ok {
		return full
	}
	short := map[string][]string{"Phường": {"P.", "P", "Ph."}, "Xã": {"X.", "X"}, "Thị trấn": {"TT.", "TT"}, "Đặc khu": {"ĐK", "Đặc khu"},
		"Quận": {"Q.", "Q"}, "Huyện": {"H.", "H"}, "Thị xã": {"TX.", "TX"}, "Thành phố": {"TP.", "TP", "Tp."}, "Tỉnh": {"T.", "tỉnh"}}[name.Type]
	word := short[rng.IntN(len(short))]
	numbered := name.Name[0] >= '0' && name.Name[0] <= '9'
	if tight && (numbered || strings.HasSuffix(word, ".")) {
		return word + name.Name
	}
	return word + " " + name.Name
}

// shortProvince is the short form that people use for a province.
func shortProvince(text, name string, rng *rand.Rand) string {
	known := map[string][]string{"Hồ Chí Minh": {"TP.HCM", "TPHCM", "HCM", "SG", "Sài Gòn", "TP. HCM", "Tp Hồ Chí Minh"},
		"Hà Nội": {"HN", "TP. Hà Nội", "TP.HN", "Hn"}, "Đà Nẵng": {"TP. Đà Nẵng", "Tp Đà Nẵng", "TP.ĐN"}, "Hải Phòng": {"HP", "TP. Hải Phòng"},
		"Cần Thơ": {"TP. Cần Thơ", "TPCT"}, "Huế": {"TP. Huế", "Tp Huế"}, "Bà Rịa - Vũng Tàu": {"BRVT", "BR-VT"}, "Thừa Thiên Huế": {"TT Huế", "TT. Huế"}}[name]
	if len(known) > 0 {
		return known[rng.IntN(len(known))]
	}
	if strings.HasPrefix(text, "Tỉnh ") && rng.IntN(2) == 0 {
		return "T. " + name
	}
	return name
}

// provinceName is the bare name of the province that a draft names.
func (w *world) provinceName(t truth, old bool, text string) string {
	if !old {
		return w.provinceOf(t)
	}
	if name, ok := geo.ParseName(text); ok {
		return name.Name
	}
	return text
}

// otherNames writes numbered roads and dates as somebody else would: Quốc lộ 1A as QL 1, 3/2 as 3 tháng 2.
func otherNames(w *world, t truth, rng *rand.Rand) (string, bool) {
	d := newDraft(t, w.data.Divisions, rng)
	bare := strings.TrimPrefix(d.street, "Đường ")
	day, month, date := strings.Cut(strings.Replace(bare, " Tháng ", "/", 1), "/")
	switch {
	case date && len(day) <= 2 && len(month) <= 2:
		d.street = []string{"đường " + day + "/" + month, "đường " + day + " tháng " + month, day + " Tháng " + month, "Đ. " + day + "-" + month}[rng.IntN(4)]
	case bare == "Cách Mạng Tháng Tám":
		d.street = []string{"Cách Mạng Tháng 8", "CMT8", "cach mang thang 8"}[rng.IntN(3)]
	case strings.HasPrefix(bare, "QL"):
		d.street = []string{"Quốc lộ ", "quoc lo ", "QL "}[rng.IntN(3)] + bare[2:]
	case strings.HasPrefix(bare, "Quốc lộ "):
		d.street = []string{"QL", "QL.", "QL ", "quốc lộ "}[rng.IntN(4)] + strings.TrimPrefix(bare, "Quốc lộ ")
	case strings.HasPrefix(bare, "ĐT"):
		d.street = []string{"ĐT ", "DT", "Đường tỉnh ", "ĐT."}[rng.IntN(4)] + strings.TrimLeft(strings.TrimPrefix(bare, "ĐT"), ". ")
	case strings.HasPrefix(bare, "Tỉnh lộ "):
		d.street = []string{"TL", "TL.", "TL "}[rng.IntN(3)] + strings.TrimPrefix(bare, "Tỉnh lộ ")
	case strings.HasPrefix(bare, "số "):
		d.street = []string{"Đ. số ", "đường số ", "Đường Số "}[rng.IntN(3)] + strings.TrimPrefix(bare, "số ")
	default:
		return "", false
	}
	return d.String(), true
}
