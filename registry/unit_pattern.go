package registry

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DefaultUnitPattern numbers the fifth flat on the twelfth floor 1205.
const DefaultUnitPattern = "{floor:02}{unit:02}"

const maxUnitPattern = 60 // characters

// UnitPattern makes the number of a flat from its floor and its place on the floor: {floor} and {unit} stand for them, {floor:02} for
// at least two digits, everything else for itself.
type UnitPattern struct {
	parts []patternPart
}

type patternPart struct {
	text  string // of a literal part
	name  string // "floor" or "unit", "" for a literal
	width int    // least number of digits
}

// ParseUnitPattern reads a pattern; *Error CodeInvalid says what is wrong with it and where.
func ParseUnitPattern(text string) (UnitPattern, error) {
	const field, example = "unit_pattern", `write it like "{floor:02}{unit:02}"`
	var p UnitPattern
	fail := func(format string, args ...any) (UnitPattern, error) {
		return UnitPattern{}, invalid(field, fmt.Sprintf(format, args...), example)
	}
	if err := validateText(field, text, maxUnitPattern); err != nil {
		return UnitPattern{}, err
	}
	for rest := text; rest != ""; {
		at := utf8.RuneCountInString(text[:len(text)-len(rest)]) + 1
		i := strings.IndexAny(rest, "{}")
		if i != 0 {
			if i < 0 {
				i = len(rest)
			}
			p.parts = append(p.parts, patternPart{text: rest[:i]})
			rest = rest[i:]
			continue
		}
		if rest[0] == '}' {
			return fail("} at character %d closes nothing", at)
		}
		end := strings.IndexAny(rest[1:], "{}") + 1
		if end == 0 || rest[end] != '}' {
			return fail("{ at character %d is not closed", at)
		}
		name, width, padded := strings.Cut(rest[1:end], ":")
		part := patternPart{name: name}
		if name != "floor" && name != "unit" {
			return fail("the braces at character %d hold neither floor nor unit", at)
		}
		if padded {
			if len(width) != 2 || width[0] != '0' || width[1] < '1' || width[1] > '9' {
				return fail("the width at character %d is none of 01 to 09", at)
			}
			part.width = int(width[1] - '0')
		}
		p.parts = append(p.parts, part)
		rest = rest[end+1:]
	}
	if !p.has("unit") {
		return fail("{unit} is missing: all flats of a floor would be called the same")
	}
	return p, nil
}

func (p UnitPattern) has(name string) bool {
	return slices.ContainsFunc(p.parts, func(part patternPart) bool { return part.name == name })
}

// Format is the number of a flat from the labels of its floor and of its place there. Zeros go before the digits that a label begins
// with: 3A becomes 03A. A label without digits in front, such as G, stays as it is.
func (p UnitPattern) Format(floor, unit string) string {
	var b strings.Builder
	for _, part := range p.parts {
		label := part.text
		switch part.name {
		case "floor":
			label = floor
		case "unit":
			label = unit
		}
		if digits := leadingDigits(label); part.name != "" && digits > 0 {
			for range part.width - digits {
				b.WriteByte('0')
			}
		}
		b.WriteString(label)
	}
	return b.String()
}

func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// Limits of a building.
const (
	maxFloor      = 200
	maxFloors     = 200
	maxFloorUnits = 500
	maxFloorsText = 1000
	maxLabel      = 8
)

// parseFloors reads "1-25", "G,1-3,5" or "B1, G, 1-12, 12A, 14-25": numbers count the floors from the ground and take the names that the
// skips make of them, everything else is a floor's name as it is.
func parseFloors(text string, skip []int) ([]string, error) {
	const field, example = "floors", `write it like "1-25" or "G,1-3,5"`
	if err := validateText(field, text, maxFloorsText); err != nil {
		return nil, err
	}
	var labels []string
	seen := map[string]bool{}
	add := func(label string) error {
		if seen[strings.ToLower(label)] {
			return invalid(field, fmt.Sprintf("floor %s comes twice", label), "name each floor once")
		}
		seen[strings.ToLower(label)] = true
		labels = append(labels, label)
		return nil
	}
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		first, last, isRange := strings.Cut(item, "-")
		lo, loErr := floorNumber(first)
		switch {
		case isRange:
			hi, err := floorNumber(last)
			if loErr != nil || err != nil || lo > hi {
				return nil, invalid(field, "holds a range that does not go from one number up to another, within 0 to 200", example)
			}
			for n := lo; n <= hi; n++ {
				if err := add(calledInstead(n, skip)); err != nil {
					return nil, err
				}
			}
		case loErr == nil:
			if err := add(calledInstead(lo, skip)); err != nil {
				return nil, err
			}
		case isLabel(item):
			if err := add(item); err != nil {
				return nil, err
			}
		default:
			return nil, invalid(field, "holds a floor that is neither a number from 0 to 200, a range nor a short name of letters and digits", example)
		}
	}
	if len(labels) > maxFloors {
		return nil, invalid(field, fmt.Sprintf("there are %d floors", len(labels)), fmt.Sprintf("give at most %d", maxFloors))
	}
	return labels, nil
}

func floorNumber(text string) (int, error) {
	text = strings.TrimSpace(text)
	if !isDigits(text, len(text)) || len(text) > 3 {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.Atoi(text)
	if err == nil && n > maxFloor {
		return 0, strconv.ErrRange
	}
	return n, err
}

// isLabel reports a floor's name: one to eight letters and digits, not digits alone.
func isLabel(s string) bool {
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return s != "" && utf8.RuneCountInString(s) <= maxLabel && !strings.ContainsFunc(s, other) && strings.ContainsFunc(s, unicode.IsLetter)
}

// checkSkip refuses numbers that nothing could be called instead of.
func checkSkip(field string, skip []int) error {
	for _, n := range skip {
		if n < 2 || n > maxFloorUnits {
			return invalid(field, fmt.Sprintf("%d cannot be skipped", n), "give numbers from 2 on, such as 4 and 13")
		}
	}
	if len(skip) > 26 {
		return invalid(field, fmt.Sprintf("there are %d numbers to skip", len(skip)), "give at most 26, such as 4 and 13")
	}
	return nil
}

// calledInstead is what the custom makes of a number: one that is skipped is called after the one before it, with a letter behind.
// With 4 and 13 to skip, 4 is 3A and 13 is 12A; with 13 and 14, they are 12A and 12B. Nobody's number moves: 5 stays 5.
func calledInstead(n int, skip []int) string {
	before := n
	for slices.Contains(skip, before) {
		before--
	}
	if before == n {
		return strconv.Itoa(n)
	}
	return strconv.Itoa(before) + string(rune('A'+n-before-1))
}
