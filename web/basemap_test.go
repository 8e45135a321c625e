package web

import "testing"

func TestBaseMap(t *testing.T) {
	for tiles, origin := range map[string]string{
		"":                                     "",
		"https://t.example.vn/{z}/{x}/{y}.png": "https://t.example.vn",
		"http://10.0.0.5:8081/{z}/{x}/{y}?k=1": "http://10.0.0.5:8081",
	} {
		b, err := ParseBaseMap(tiles, "© Ai đó")
		if err != nil || b.Origin() != origin {
			t.Errorf("%q: %q, %v", tiles, b.Origin(), err)
		}
		if (b == nil) != (tiles == "") {
			t.Errorf("%q: %v", tiles, b)
		}
	}
	for _, tiles := range []string{
		"t.example.vn/{z}/{x}/{y}", "ftp://t.example.vn/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://t.example.vn/{z}/{x}", "javascript:{z}{x}{y}",
		"https://u:p@t.example.vn/{z}/{x}/{y}", "https://{s}.example.vn/{z}/{x}/{y}", "https://a.vn;b/{z}/{x}/{y}", "https://a.vn *;/{z}/{x}/{y}",
	} {
		if b, err := ParseBaseMap(tiles, ""); err == nil {
			t.Errorf("%q is taken: %v", tiles, b)
		}
	}
}
