package vntext

import (
	"strings"
	"testing"
)

func TestTokenizeTellsTyposKeystrokesAndGluedWordsApart(t *testing.T) {
	for text, want := range map[string]string{
		"49 Nguyne Dinh Chieu":     "49|Nguyne|Dinh|Chieu", // a misspelt word is not two
		"8 Nguten Suy":             "8|Nguten|Suy",
		"3 Bà Trệiu":               "3|Bà|Trệiu",
		"12 lelai":                 "12|le|lai",
		"1 hanoi":                  "1|ha|noi",
		"5/24AMạcĐĩnhChi":          "5/24A|Mạc|Đĩnh|Chi",
		"8BDuongHaLong":            "8B|Duong|Ha|Long",
		"12NguyenTrai":             "12|Nguyen|Trai",
		"29/15APhố Quang":          "29/15A|Phố|Quang",
		"8/5BLe Huu Trac":          "8/5B|Le|Huu|Trac",
		"9/7/7Ama Khê":             "9/7/7|Ama|Khê",
		"12Bis Lê Lai":             "12Bis|Lê|Lai",
		"Đắk Lawsk":                "Đắk|Lắk",
		"Xã Phus Quowsi":           "Xã|Phú|Quới",
		"CH2303":                   "CH|2303",
		"Buôn Eas Kao":             "Buôn|Eas|Kao",
		"5 aHng Be":                "5|aHng|Be",
		"12ANH":                    "12|ANH",
		"25-2TranCaoVan":           "25-2|Tran|Cao|Van",
		"12-14 Lê Lai":             "12-14|Lê|Lai",
		"14 Pho61 Tô Ngo5c Va6n":   "14|Phố|Tô|Ngọc|Vân",
		"Thanh2 pho61 Hai3 Phong2": "Thành|phố|Hải|Phòng",
		"Phường Sài Gon2":          "Phường|Sài|Gòn",
		"Ấp Bình2":                 "Ấp|Bình|2",
		"quan1 phuong12":           "quan|1|phuong|12",
		"Phường An Phú, quan2":     "Phường|An|Phú|quan|2",
		"Thoon Xuaan Lowij":        "Thôn|Xuân|Lợi",
		"Taay Laam":                "Tây|Lâm",
		"thoon Hòa Thành":          "thôn|Hòa|Thành",
	} {
		var got []string
		for _, token := range Tokenize(text) {
			got = append(got, token.Text)
		}
		if joined := strings.Join(got, "|"); joined != want {
			t.Errorf("Tokenize(%q) = %s, want %s", text, joined, want)
		}
	}
}
