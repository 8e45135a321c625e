package geo

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestNewPointRoundsHalfAwayFromZero(t *testing.T) {
	tests := []struct {
		lat, lon float64
		want     Point
	}{
		{21.0287, 105.8524, Point{210287000, 1058524000}},
		{0.00000005, -0.00000005, Point{1, -1}},
		{0.000000049, -0.000000049, Point{0, 0}},
		{90, 180, Point{900000000, 1800000000}},
		{-90, -180, Point{-900000000, -1800000000}},
	}
	for _, test := range tests {
		got, err := NewPoint(test.lat, test.lon)
		if err != nil || got != test.want {
			t.Errorf("NewPoint(%v, %v) = %v, %v; want %v", test.lat, test.lon, got, err, test.want)
		}
	}
}

func TestRefusedPositions(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name     string
		lat, lon float64
		code     string
		says     string
	}{
		{"NaN", nan, 105, CodePositionInvalid, "finite"},
		{"infinite", 21, inf, CodePositionInvalid, "finite"},
		{"latitude beyond the pole", 90.0000001, 0, CodePositionInvalid, "not a place on the globe"},
		{"longitude beyond the date line", 0, -180.0000001, CodePositionInvalid, "not a place on the globe"},
		{"exchanged", 105.8524, 21.0287, CodePositionSwapped, "21.0287,105.8524"},
		{"whole 1e-7 degrees", 210287000, 1058524000, CodePositionInvalid, "multiplied by 10000000"},
		{"micro-degrees", 21028700, 105852400, CodePositionInvalid, "multiplied by 1000000"},
		{"VN-2000", 2325000, 587000, CodePositionInvalid, "VN-2000"},
		{"VN-2000, easting first", 587000, 2325000, CodePositionInvalid, "VN-2000"},
		{"nowhere", 0, 0, CodePositionOutside, "no position was known"},
		{"Paris", 48.85, 2.35, CodePositionOutside, "The area served"},
		{"west", 21.0287, -105.8524, CodePositionOutside, "negative"},
		{"south", -21.0287, 105.8524, CodePositionOutside, "negative"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := NewPoint(test.lat, test.lon)
			if err == nil {
				_, err = p.Cell()
			}
			var refused *PositionError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a PositionError", err)
			}
			if refused.Code != test.code || !strings.Contains(refused.Message+" "+refused.Hint, test.says) {
				t.Errorf("got %s: %s %s", refused.Code, refused.Message, refused.Hint)
			}
		})
	}
}

// A Point literal can hold a latitude beyond the pole; Cell must not be fooled.
func TestCellOfSwappedLiteral(t *testing.T) {
	_, err := Point{1058524000, 210287000}.Cell()
	var refused *PositionError
	if !errors.As(err, &refused) || refused.Code != CodePositionSwapped {
		t.Errorf("got %v, want position_swapped", err)
	}
	_, err = Point{math.MaxInt32, math.MinInt32}.Cell()
	if !errors.As(err, &refused) || refused.Code != CodePositionInvalid {
		t.Errorf("got %v, want position_invalid", err)
	}
}

func TestParsePoint(t *testing.T) {
	hoGuom := Point{210287000, 1058524000}
	tests := []struct {
		text string
		want Point
	}{
		{"21.0287,105.8524", hoGuom},
		{"21.0287, 105.8524", hoGuom},
		{"21.0287 105.8524", hoGuom},
		{"  21.0287\t105.8524 ", hoGuom},
		{"21.0287;105.8524", hoGuom},
		{"(21.0287, 105.8524)", hoGuom},
		{"21.0287°, 105.8524°", hoGuom},
		{"21.0287° N, 105.8524° E", hoGuom},
		{"21.0287°N 105.8524°E", hoGuom},
		{"21.0287 N 105.8524 E", hoGuom},
		{"N21.0287 E105.8524", hoGuom},
		{"21.0287B, 105.8524Đ", hoGuom},
		{"105.8524E, 21.0287N", hoGuom},
		{"21,0287 105,8524", hoGuom},
		{"21,0287; 105,8524", hoGuom},
		{"21,0287, 105,8524", hoGuom},
		{"geo:21.0287,105.8524", hoGuom},
		{"geo:21.0287,105.8524;u=35?z=19", hoGuom},
		{`21°30'00"N 105°15'36"E`, Point{215000000, 1052600000}},
		{`21°30'N, 105°15'36.0"E`, Point{215000000, 1052600000}},
		{"-33.5,-70.25", Point{-335000000, -702500000}},
		{"33.5S 70.25W", Point{-335000000, -702500000}},
		{"-0°30', 10°", Point{-5000000, 100000000}},
		{"+21,+105", Point{210000000, 1050000000}},
	}
	for _, test := range tests {
		got, err := ParsePoint(test.text)
		if err != nil || got != test.want {
			t.Errorf("ParsePoint(%q) = %v, %v; want %v", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{
		"", ",", "21.0287", "21.0287,", "21,0287,105,8524", "21.0287,105.8524,3", "1e1,105", "0x15,105", "NaN,NaN", "Inf 1", "21 N,105",
		"N,E", "21 61' N, 105 E", "21°61', 105°", "số 5, ngõ 7", "5FJBC-2NJV-T33", "21.0287N,105.8524N", "-21S,105E", strings.Repeat("1", 200),
	} {
		if got, err := ParsePoint(text); err == nil {
			t.Errorf("ParsePoint(%q) = %v, want an error", text, got)
		}
	}
	var refused *PositionError
	if _, err := ParsePoint("105.8524,21.0287"); !errors.As(err, &refused) || refused.Code != CodePositionSwapped {
		t.Errorf("exchanged: got %v", err)
	}
}

func FuzzParsePoint(f *testing.F) {
	for _, text := range []string{"21.0287,105.8524", "21°30'00\"N 105°15'36\"E", "geo:1,2;u=3", "N1 E2", "1,5 2,5", "Đ B"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePoint(text)
		if err != nil {
			var refused *PositionError
			if !errors.As(err, &refused) || refused.Message == "" {
				t.Fatalf("%q: error %v is no PositionError", text, err)
			}
			return
		}
		if !p.valid() {
			t.Fatalf("%q: %v is not on the globe", text, p)
		}
		if again, err := ParsePoint(p.String()); err != nil || again != p {
			t.Fatalf("%q: %v prints as %s, read as %v, %v", text, p, p, again, err)
		}
	})
}
