package main

import (
	"math/rand/v2"
	"testing"
)

func TestKeystrokes(t *testing.T) {
	for _, tt := range []struct {
		word          string
		vni, toneLast bool
		want          string
	}{
		{"đường", false, true, "dduwowngf"},
		{"Nguyễn", false, false, "Nguyeexn"},
		{"Nguyễn", false, true, "Nguyeenx"},
		{"Nguyễn", true, false, "Nguye64n"},
		{"Đường", true, true, "D9u7o7ng2"},
		{"Hồ", false, true, "Hoof"},
		{"Phú", false, true, "Phus"},
		{"Đắk", false, false, "DDawsk"},
		{"An", false, true, "An"},
	} {
		if got := keystrokes(tt.word, tt.vni, tt.toneLast); got != tt.want {
			t.Errorf("keystrokes(%q, vni %v, last %v) = %q, want %q", tt.word, tt.vni, tt.toneLast, got, tt.want)
		}
	}
}

func TestMistypeChangesOneLetter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	same := 0
	for range 1000 {
		got := mistype("Nguyễn", rng)
		if n := len([]rune(got)); n < 5 || n > 7 {
			t.Errorf("mistype gives %q", got)
		}
		if got == "Nguyễn" {
			same++
		}
	}
	if same > 0 {
		t.Errorf("%d of 1000 words are as they were", same)
	}
}
