package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/diachiso/diachiso/geo"
)

// specified are the examples of the specification of the code.
var specified = []struct {
	lat, lon float64
	ordinal  int
	cell     string
	code     string
}{
	{21.0287, 105.8524, 0, "8d415cb4e426bbf", "5FJBC-2NJV-T33"},
	{21.0287, 105.8524, 30, "8d415cb4e426bbf", "5FJBC-2NM0-487"},
	{10.7725, 106.698, 0, "8d65b5662b5dd3f", "GV6PS-QZM2-KKP"},
	{16.5, 111.6, 0, "8d6921cb167307f", "KCXK3-76VH-K5B"},
	{8.65, 111.92, 0, "8d69a8ac100a73f", "PPM1Z-0PS1-ZFK"},
	{10.22, 103.96, 0, "8d65ae496b1447f", "GP0G3-KHHP-R2C"},
	{23.363, 105.316, 0, "8d415a22495887f", "5B7X6-QJG7-KBK"},
	{8.6, 104.72, 30, "8d65a1d49dabc3f", "G9882-XNKC-8TZ"},
}

func TestEncodeAndDecode(t *testing.T) {
	c := newCLI(t)
	for _, want := range specified {
		var got codeView
		c.json(&got, "encode", fmt.Sprint(want.lat), fmt.Sprint(want.lon), "--ordinal", fmt.Sprint(want.ordinal))
		if got.Code != want.code || got.Cell != want.cell || got.Ordinal != want.ordinal || got.Zone != want.code[:6] {
			t.Errorf("encode: %+v, want %+v", got, want)
		}
		if got.Position == nil || got.Position.Lat != want.lat || got.Position.Lon != want.lon || len(got.Outline) != 6 {
			t.Errorf("encode: position %+v, outline %v", got.Position, got.Outline)
		}
		var back codeView
		c.json(&back, "decode", want.code)
		if back.Code != want.code || back.Cell != want.cell || back.Ordinal != want.ordinal || back.Lat != got.Lat || back.Lon != got.Lon {
			t.Errorf("decode: %+v, want %+v", back, want)
		}
	}
}

func TestEncodeAnywhereServed(t *testing.T) {
	c := newCLI(t)
	rng := rand.New(rand.NewPCG(7, 7))
	for range 10 { // mainland, sea, islands
		lat, lon := 8.5+rng.Float64()*14, 104.5+rng.Float64()*11
		var got, back codeView
		c.json(&got, "encode", fmt.Sprintf("%.7f,%.7f", lat, lon))
		c.json(&back, "decode", got.Compact)
		if got.Code != back.Code || got.Cell != back.Cell {
			t.Errorf("%.7f,%.7f: %+v, back %+v", lat, lon, got, back)
		}
		p, err := geo.NewPoint(lat, lon)
		if err != nil {
			t.Fatal(err)
		}
		centre, err := geo.NewPoint(back.Lat, back.Lon)
		if err != nil {
			t.Fatal(err)
		}
		if d := geo.Distance(p, centre); d > 5 {
			t.Errorf("%.7f,%.7f: the code's centre is %.1f m away", lat, lon, d)
		}
	}
}

func TestCorrect(t *testing.T) {
	c := newCLI(t)
	for text, kind := range map[string]string{
		"5FJBC-2NJV-T35":  "substitution",
		"5FJBC 2NJV T?3":  "erasure",
		"5FJCB-2NJV-T33":  "swap",
		"5FJBC-2NJ-T33":   "missing",
		"5FJBCC-2NJV-T33": "extra",
	} {
		var got correctionsView
		c.json(&got, "correct", text)
		if got.Input != text || got.Valid || len(got.Suggestions) == 0 {
			t.Errorf("%s: %+v", text, got)
			continue
		}
		found := false
		for _, s := range got.Suggestions {
			found = found || s.Code == "5FJBC-2NJV-T33" && string(s.Kind) == kind && len(s.Changes) == 1
		}
		if !found {
			t.Errorf("%s: no %s to 5FJBC-2NJV-T33 in %+v", text, kind, got.Suggestions)
		}
	}
	var valid correctionsView
	c.json(&valid, "correct", "5fjbc2njvt33")
	if !valid.Valid || valid.Code != "5FJBC-2NJV-T33" || valid.Suggestions == nil || len(valid.Suggestions) != 0 {
		t.Errorf("%+v", valid)
	}
}

func TestLocate(t *testing.T) {
	c := newCLI(t)
	for _, tt := range []struct {
		args               []string
		commune, province  string
		match              geo.Match
		candidatesAtLeast  int
		postcode, fullName string
	}{
		{[]string{"21.0287", "105.8524"}, "00070", "01", geo.MatchInside, 0, "11024", "Phường Hoàn Kiếm"},
		{[]string{"10.7725,106.6980"}, "26743", "79", geo.MatchInside, 0, "", ""},
		{[]string{"8.65", "111.92"}, "22736", "56", geo.MatchInside, 0, "57906", "Đặc khu Trường Sa"},
		{[]string{"16.5", "111.6"}, "20333", "48", geo.MatchSpecialWater, 0, "", "Đặc khu Hoàng Sa"},
		{[]string{"21.0287", "105.8524", "--at", "2025-06-30"}, "", "01", geo.MatchInside, 2, "", ""},
	} {
		var got locationView
		c.json(&got, append([]string{"locate"}, tt.args...)...)
		commune, fullName := "", ""
		if got.Commune != nil {
			commune, fullName = got.Commune.Code, got.Commune.FullName
		}
		if commune != tt.commune || got.Province == nil || got.Province.Code != tt.province || len(got.Candidates) < tt.candidatesAtLeast {
			t.Errorf("%v: %+v", tt.args, got)
		}
		if got.Match != tt.match && !(tt.match == geo.MatchSpecialWater && got.Match == geo.MatchOffCoast) {
			t.Errorf("%v: match %s", tt.args, got.Match)
		}
		if tt.postcode != "" && got.PostalCode != tt.postcode || tt.fullName != "" && fullName != tt.fullName {
			t.Errorf("%v: postcode %s, %s", tt.args, got.PostalCode, fullName)
		}
	}
}
