package geo

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]Date{
		"2025-07-01": 2025_07_01,
		"2024-02-29": 2024_02_29,
		"0001-01-01": 1_01_01,
		"9999-12-31": 9999_12_31,
	} {
		got, err := ParseDate(text)
		if err != nil || got != want {
			t.Errorf("ParseDate(%q) = %d, %v, want %d", text, got, err, want)
		}
		if got.String() != text {
			t.Errorf("%d.String() = %q, want %q", got, got.String(), text)
		}
	}
	for _, text := range []string{"", "2025-02-29", "2025-13-01", "2025-7-1", "20250701", "01/07/2025", "2025-07-01T00:00:00Z", " 2025-07-01", "0000-01-01"} {
		if got, err := ParseDate(text); err == nil {
			t.Errorf("ParseDate(%q) = %d, want an error", text, got)
		}
	}
	if got := Date(0).String(); got != "" {
		t.Errorf("the unknown date is %q, want nothing", got)
	}
}

func TestDateOfIsTheDayInVietnam(t *testing.T) {
	for _, c := range []struct {
		instant string
		want    Date
	}{
		{"2025-06-30T16:59:59Z", 2025_06_30},
		{"2025-06-30T17:00:00Z", 2025_07_01},
		{"2025-12-31T20:00:00-05:00", 2026_01_01},
	} {
		instant, err := time.Parse(time.RFC3339, c.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(instant); got != c.want {
			t.Errorf("DateOf(%s) = %s, want %s", c.instant, got, c.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2025-07-01", "2024-02-29", "0000-00-00", "10000-01-01", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDate(text); err == nil && (d.String() != text || d <= 0) {
			t.Errorf("ParseDate(%q) = %d, which is written %q", text, d, d)
		}
	})
}
