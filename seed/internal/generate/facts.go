package main

import "github.com/diachiso/diachiso/geo"

// Days on which the lists took effect.
const (
	dayReform   geo.Date = 2025_07_01 // QĐ 19/2025/QĐ-TTg, Nghị quyết 202/2025/QH15: two levels, new units
	dayPostcode geo.Date = 2025_08_24 // QĐ 2334/QĐ-BKHCN: one postcode per commune
	daySecond   geo.Date = 2026_04_30 // second column of the list of communes: Đồng Nai becomes a city
)

// datedName is a name of a unit since 2025-07-01 that no source file holds.
type datedName struct {
	code string
	geo.DatedName
}

// laterNames are kept by hand. Say for each where it was read.
var laterNames = []datedName{
	// The statistics office's own list of provinces (web service danhmuchanhchinh.nso.gov.vn, DanhMucTinh, as of
	// 2026-10-08) shows both as "Thành phố Trung ương". That is the day they were first observed so; the resolution
	// and its date are not known. Đồng Nai, in the same list, is in the column of 2026-04-30 already.
	{"22", geo.DatedName{From: 2026_10_08, Type: "Thành phố", Name: "Quảng Ninh"}},
	{"24", geo.DatedName{From: 2026_10_08, Type: "Thành phố", Name: "Bắc Ninh"}},
}

// misprints are names of old communes that the list writes with a small first letter or beside their type,
// by code: what it says and what is meant.
var misprints = map[string][2]string{
	"00679": {"Xã Đại áng", "Xã Đại Áng"},
	"03442": {"Xã Pa ủ", "Xã Pa Ủ"},
	"03712": {"Xã Nậm ét", "Xã Nậm Ét"},
	"03727": {"Xã Mường é", "Xã Mường É"},
	"06337": {"Xã Đồng ý", "Xã Đồng Ý"},
	"23554": {"Xã Ya ly", "Xã Ya Ly"},
}
