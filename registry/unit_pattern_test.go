package registry

import (
	"strings"
	"testing"
)

func TestUnitPattern(t *testing.T) {
	for _, c := range []struct{ pattern, floor, unit, want string }{
		{"{floor:02}{unit:02}", "12", "5", "1205"},
		{"{floor:02}{unit:02}", "3", "1", "0301"},
		{"{floor:02}{unit:02}", "3A", "1", "03A01"},
		{"{floor}{unit:02}", "3A", "3A", "3A03A"},
		{"{floor:02}{unit:02}", "G", "7", "G07"},
		{"{floor:02}{unit:02}", "100", "7", "10007"},
		{"A-{floor}.{unit:03}", "B1", "12", "A-B1.012"},
		{"Căn {unit}", "4", "9", "Căn 9"},
		{"{unit}{unit}", "", "1", "11"},
	} {
		p, err := ParseUnitPattern(c.pattern)
		if err != nil {
			t.Errorf("%q: %v", c.pattern, err)
			continue
		}
		if got := p.Format(c.floor, c.unit); got != c.want {
			t.Errorf("%q makes %q of floor %s, unit %s; want %q", c.pattern, got, c.floor, c.unit, c.want)
		}
	}
}

func TestBadUnitPatterns(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                      "{unit} is missing",
		"{floor}":               "{unit} is missing",
		"{unit":                 "{ at character 1 is not closed",
		"Đ{unit{floor}":         "{ at character 2 is not closed",
		"{unit}}":               "} at character 7 closes nothing",
		"{}":                    "neither floor nor unit",
		"{Unit}":                "neither floor nor unit",
		"{block}{unit}":         "character 1 hold neither",
		"{unit:}":               "none of 01 to 09",
		"{unit:2}":              "none of 01 to 09",
		"{unit:00}":             "none of 01 to 09",
		"{unit:10}":             "none of 01 to 09",
		"{unit:0٣}":             "none of 01 to 09",
		"{unit}\n":              "control characters",
		"\xff{unit}":            "not UTF-8",
		strings.Repeat("x", 61): "61 characters",
	} {
		_, err := ParseUnitPattern(pattern)
		if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), want) || err.(*Error).Field != "unit_pattern" {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

func FuzzUnitPattern(f *testing.F) {
	for _, s := range []string{"{floor:02}{unit:02}", "{unit}", "A{unit:09}-{floor}", "{{unit}}", "{unit:02}{", "căn {unit}"} {
		f.Add(s, "3A", "12")
	}
	f.Fuzz(func(t *testing.T, pattern, floor, unit string) {
		p, err := ParseUnitPattern(pattern)
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Code != CodeInvalid || e.Field != "unit_pattern" || e.Message == "" || e.Hint == "" {
				t.Fatalf("%q is refused by %#v", pattern, err)
			}
			return
		}
		got := p.Format(floor, unit)
		if p.Format(floor, unit) != got {
			t.Error("formatting is not repeatable")
		}
		if !strings.Contains(got, unit) || p.has("floor") && !strings.Contains(got, floor) {
			t.Errorf("%q makes %q of floor %q, unit %q", pattern, got, floor, unit)
		}
		if len(got) > len(pattern)*(len(floor)+len(unit)+9)+9 {
			t.Errorf("%q makes %d bytes", pattern, len(got))
		}
	})
}

func TestFloors(t *testing.T) {
	for _, c := range []struct {
		text string
		skip []int
		want string // joined, or part of the error
		ok   bool
	}{
		{"1-5", nil, "1 2 3 4 5", true},
		{"1-5", []int{4}, "1 2 3 3A 5", true},
		{"12-15", []int{4, 13}, "12 12A 14 15", true},
		{"12-15", []int{13, 14}, "12 12A 12B 15", true},
		{"2, 3", []int{2, 3}, "1A 1B", true},
		{"B2,B1,G,1-3,3A,5", nil, "B2 B1 G 1 2 3 3A 5", true},
		{" 7 , 9 - 10 ", nil, "7 9 10", true},
		{"0-1,Trệt,Lửng", nil, "0 1 Trệt Lửng", true},
		{"1-5,3A", []int{4}, "floor 3A comes twice", false},
		{"g,1,G", nil, "floor G comes twice", false},
		{"1-3,2", nil, "floor 2 comes twice", false},
		{"", nil, "neither a number", false},
		{"1,,2", nil, "neither a number", false},
		{"5-3", nil, "range", false},
		{"-1", nil, "range", false},
		{"1-2-3", nil, "range", false},
		{"B1-B3", nil, "range", false},
		{"201", nil, "neither a number", false},
		{"1-201", nil, "range", false},
		{"3/4", nil, "neither a number", false},
		{"0-200", nil, "201 floors", false},
		{"abcdefghi", nil, "neither a number", false},
	} {
		got, err := parseFloors(c.text, c.skip)
		switch {
		case c.ok && (err != nil || strings.Join(got, " ") != c.want):
			t.Errorf("%q without %v: %v, %v; want %s", c.text, c.skip, got, err, c.want)
		case !c.ok && (CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzFloors(f *testing.F) {
	for _, s := range []string{"1-25", "G,1-3,3A", "B1, 1", "9-1", "-", ",", "1-1-1"} {
		f.Add(s, byte(4), byte(13))
	}
	f.Fuzz(func(t *testing.T, text string, a, b byte) {
		skip := []int{2 + int(a)%50, 2 + int(b)%50}
		labels, err := parseFloors(text, skip)
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Code != CodeInvalid || e.Field != "floors" {
				t.Fatalf("%q is refused by %#v", text, err)
			}
			return
		}
		if len(labels) == 0 || len(labels) > maxFloors {
			t.Errorf("%q has %d floors", text, len(labels))
		}
		seen := map[string]bool{}
		for _, l := range labels {
			if l == "" || seen[l] {
				t.Errorf("%q: %q is empty or comes twice", text, l)
			}
			seen[l] = true
			if n, err := floorNumber(l); err == nil && (n == skip[0] || n == skip[1]) {
				t.Errorf("%q: floor %d is skipped and there", text, n)
			}
		}
	})
}
