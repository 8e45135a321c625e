package geo

import (
	"fmt"
	"math"
)

// Codes of PositionError.
const (
	CodePositionInvalid = "position_invalid" // not a place on the globe
	CodePositionSwapped = "position_swapped" // latitude and longitude exchanged
	CodePositionOutside = "position_outside" // on the globe, but not where the question has an answer
)

// PositionError says why a position was refused: Code is one of position_invalid, position_swapped, position_outside.
// Message says what is wrong, Hint what to do; Hint may be empty.
type PositionError struct {
	Code    string
	Message string
	Hint    string
	Meant   Point // for position_swapped, the point with its coordinates in order
}

func (e *PositionError) Error() string { return e.Message }

const servedHint = "The area served is Vietnam with its islands and seas, about 6.0-23.6° N and 102-118° E. Give latitude first, in decimal degrees on WGS84."

// explainDegrees says what is wrong with degrees that are not a place on the globe.
func explainDegrees(lat, lon float64) *PositionError {
	e := &PositionError{Code: CodePositionInvalid, Hint: servedHint}
	switch {
	case math.IsNaN(lat) || math.IsNaN(lon) || math.IsInf(lat, 0) || math.IsInf(lon, 0):
		e.Message = "latitude and longitude must be finite numbers"
		return e
	case math.Abs(lat) <= 180 && math.Abs(lon) <= 90 && pointFromDegrees(lon, lat).served():
		return swappedError(pointFromDegrees(lon, lat))
	}
	e.Message = fmt.Sprintf("latitude %v, longitude %v is not a place on the globe: latitude lies within ±90 degrees, longitude within ±180", lat, lon)
	for _, scale := range []float64{1e7, 1e6, 1e5} {
		la, lo := lat/scale, lon/scale
		if math.Abs(la) <= 90 && math.Abs(lo) <= 180 && pointFromDegrees(la, lo).served() {
			e.Hint = fmt.Sprintf("The numbers look like degrees multiplied by %.0f. Give decimal degrees: %s.", scale, pointFromDegrees(la, lo))
			return e
		}
	}
	if isGridMetres(lat, lon) || isGridMetres(lon, lat) {
		e.Hint = "The numbers look like metres of a map grid (VN-2000 or UTM). Convert them to WGS84 and give decimal degrees."
	}
	return e
}

// isGridMetres recognises northing and easting of VN-2000 and UTM in Vietnam: the equator is 0 m north, the central meridian 500 km east.
func isGridMetres(northing, easting float64) bool {
	return northing > 600_000 && northing < 2_700_000 && easting > 100_000 && easting < 900_000
}

// explainUnserved says why a point outside the served roots was refused.
func explainUnserved(p Point) *PositionError {
	if s := p.swapped(); s.served() {
		return swappedError(s)
	}
	if !p.valid() {
		return explainDegrees(p.Lat(), p.Lon())
	}
	e := &PositionError{
		Code:    CodePositionOutside,
		Message: fmt.Sprintf("position %s lies outside the area served", p),
		Hint:    servedHint,
	}
	switch {
	case p == Point{}:
		e.Hint = "0,0 usually means that no position was known. Leave such a record without position until it has one."
	case Point{p.LatE7, -p.LonE7}.served():
		e.Hint = fmt.Sprintf("The longitude is negative, which means west. If the place is in Vietnam, give %s.", Point{p.LatE7, -p.LonE7})
	case Point{-p.LatE7, p.LonE7}.served():
		e.Hint = fmt.Sprintf("The latitude is negative, which means south. If the place is in Vietnam, give %s.", Point{-p.LatE7, p.LonE7})
	}
	return e
}

// swappedError is the error for coordinates that make sense as p once exchanged.
func swappedError(p Point) *PositionError {
	return &PositionError{
		Code:    CodePositionSwapped,
		Message: fmt.Sprintf("latitude and longitude look exchanged: %s lies outside the area served, %s inside", p.swapped(), p),
		Hint:    fmt.Sprintf("Give latitude first: %s.", p),
		Meant:   p,
	}
}
