package geo

import (
	"math"
	"strconv"
)

// Point is a place on WGS84 in whole 1e-7 degrees (about 1 cm), so that every implementation agrees on cell edges.
type Point struct{ LatE7, LonE7 int32 }

// Source says how a position was obtained (ISO 19160 address position provenance).
type Source string

const (
	SourceUnknown  Source = "unknown"
	SourceSurvey   Source = "survey"   // surveyed on site
	SourceGPS      Source = "gps"      // a phone or courier device
	SourceImagery  Source = "imagery"  // drawn on a map or aerial image
	SourceImport   Source = "import"   // taken from another data set
	SourceGeocoded Source = "geocoded" // derived from address text
	SourceDerived  Source = "derived"  // the centre of a cell, shown in place of the position; never stored
)

// Position is a point with its source and accuracy.
type Position struct {
	Point     Point
	Source    Source
	AccuracyM float64 // radius in metres; 0 means unknown
}

const (
	unitsPerDegree = 10_000_000
	maxLatE7       = 90 * unitsPerDegree
	maxLonE7       = 180 * unitsPerDegree
)

// NewPoint rounds degrees half away from zero to 1e-7. Errors: *PositionError, position_invalid for NaN, infinite, |lat| > 90 or
// |lon| > 180; position_swapped instead when lat and lon are merely exchanged (every latitude typed from a Vietnamese longitude is > 90).
func NewPoint(lat, lon float64) (Point, error) {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) { // written so that NaN fails
		return Point{}, explainDegrees(lat, lon)
	}
	return pointFromDegrees(lat, lon), nil
}

// pointFromDegrees rounds degrees that are known to be in range.
func pointFromDegrees(lat, lon float64) Point {
	return Point{roundE7(lat), roundE7(lon)}
}

// roundE7 rounds half away from zero. Truncating x + 0.5 would be faster and wrong: 0.49999999999999994 + 0.5 is 1.
func roundE7(degrees float64) int32 { return int32(math.Round(degrees * unitsPerDegree)) }

// Lat is the latitude in degrees, north positive.
func (p Point) Lat() float64 { return float64(p.LatE7) / unitsPerDegree }

// Lon is the longitude in degrees, east positive.
func (p Point) Lon() float64 { return float64(p.LonE7) / unitsPerDegree }

// String is "lat,lon" in degrees with as many decimals as needed, at most seven; ParsePoint reads it back exactly.
func (p Point) String() string {
	buf := make([]byte, 0, 24)
	buf = appendDegrees(buf, p.LatE7)
	buf = append(buf, ',')
	return string(appendDegrees(buf, p.LonE7))
}

// appendDegrees writes whole 1e-7 degrees as a plain decimal, without going through binary fractions.
func appendDegrees(buf []byte, e7 int32) []byte {
	v := int64(e7)
	if v < 0 {
		buf = append(buf, '-')
		v = -v
	}
	buf = strconv.AppendInt(buf, v/unitsPerDegree, 10)
	fraction := v % unitsPerDegree
	if fraction == 0 {
		return buf
	}
	buf = append(buf, '.')
	for unit := int64(unitsPerDegree / 10); fraction > 0; unit /= 10 {
		buf = append(buf, byte('0'+fraction/unit))
		fraction %= unit
	}
	return buf
}

// valid reports whether p is on the globe; a Point literal may not be.
func (p Point) valid() bool {
	return p.LatE7 >= -maxLatE7 && p.LatE7 <= maxLatE7 && p.LonE7 >= -maxLonE7 && p.LonE7 <= maxLonE7
}

// swapped is p with latitude and longitude exchanged.
func (p Point) swapped() Point { return Point{p.LonE7, p.LatE7} }
