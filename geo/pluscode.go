package geo

import (
	"errors"
	"fmt"
	"strings"
)

// ErrPlusCode is wrapped by the errors of ParsePlusCode.
var ErrPlusCode = errors.New("not a full Plus Code")

// A Plus Code (Open Location Code) has five pairs of digits, latitude then longitude, in base 20, a + after the eighth digit, then
// up to five digits that each cut the area in 5 rows and 4 columns.
const (
	plusAlphabet  = "23456789CFGHJMPQRVWX"
	plusSeparator = 8
	plusPairs     = 10
	plusMax       = 15
	plusRows      = 5
	plusColumns   = 4

	// Whole units in which every possible edge of an area is exact: 1/8000 degree is the size of five pairs, then five cuts.
	plusUnitsLat = 8000 * 5 * 5 * 5 * 5 * 5
	plusUnitsLon = 8000 * 4 * 4 * 4 * 4 * 4
)

// ParsePlusCode decodes a full Plus Code of ten or more digits, in either case, to the centre of its area and half the area's diagonal
// in metres. Digits after the fifteenth are checked and ignored. Errors wrap ErrPlusCode and say what is wrong.
func ParsePlusCode(text string) (p Point, accuracyM float64, err error) {
	fail := func(why string) (Point, float64, error) {
		return Point{}, 0, fmt.Errorf("parse Plus Code %.30q: %w: %s", text, ErrPlusCode, why)
	}
	code := strings.ToUpper(strings.TrimSpace(text))
	head, tail, found := strings.Cut(code, "+")
	switch {
	case !found:
		return fail("the + after the eighth digit is missing")
	case len(head) < plusSeparator:
		return fail("a short code needs its reference place; give the full code, such as 7PH72V22+22")
	case len(head) > plusSeparator:
		return fail("the + must follow the eighth digit")
	case strings.HasSuffix(head, "0") || len(tail) < plusPairs-plusSeparator:
		return fail("fewer than ten digits name an area of 270 m or more, not a place")
	}
	var lat, lon int64 // units north of the south pole, east of 180° W
	stepLat, stepLon := int64(20*20*plusUnitsLat), int64(20*20*plusUnitsLon)
	for i, r := range head + tail {
		digit := int64(strings.IndexRune(plusAlphabet, r))
		switch {
		case digit < 0:
			return fail(fmt.Sprintf("%q is not one of its digits %s", r, plusAlphabet))
		case i >= plusMax: // finer than a millimetre
		case i >= plusPairs:
			stepLat /= plusRows
			stepLon /= plusColumns
			lat += digit / plusColumns * stepLat
			lon += digit % plusColumns * stepLon
		case i%2 == 0:
			stepLat /= 20
			lat += digit * stepLat
		default:
			stepLon /= 20
			lon += digit * stepLon
		}
	}
	if lat >= 180*plusUnitsLat || lon >= 360*plusUnitsLon {
		return fail("its first digits lie beyond the pole or the date line")
	}
	degrees := func(units, perDegree int64) float64 { return float64(units) / float64(perDegree) }
	p = pointFromDegrees(degrees(lat, plusUnitsLat)+degrees(stepLat, 2*plusUnitsLat)-90, degrees(lon, plusUnitsLon)+degrees(stepLon, 2*plusUnitsLon)-180)
	s := scaleAt(p)
	return p, s.length(degrees(stepLon, 2*plusUnitsLon)*unitsPerDegree, degrees(stepLat, 2*plusUnitsLat)*unitsPerDegree), nil
}
