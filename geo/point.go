package geo

import "github.com/diachiso/diachiso/addresscode"

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
)

// Position is a point with its source and accuracy.
type Position struct {
	Point     Point
	Source    Source
	AccuracyM float64 // radius in metres; 0 means unknown
}

// PositionError says why a position was refused: Code is one of position_invalid, position_swapped, position_outside.
type PositionError struct {
	Code    string
	Message string
	Hint    string
}

func (e *PositionError) Error() string { return e.Message }

// SKELETON below: signatures that other packages are written against.

// NewPoint rounds half away from zero to 1e-7 degrees. Errors: *PositionError (position_invalid: NaN, infinite, |lat| > 90, |lon| > 180).
func NewPoint(lat, lon float64) (Point, error) { panic("skeleton") }

// ParsePoint reads "lat,lon" (also "lat lon", "lat;lon").
func ParsePoint(text string) (Point, error) { panic("skeleton") }

func (p Point) Lat() float64   { return float64(p.LatE7) / 1e7 }
func (p Point) Lon() float64   { return float64(p.LonE7) / 1e7 }
func (p Point) String() string { panic("skeleton") }

// Cell returns the resolution-13 cell. Errors: *PositionError (position_swapped when lat and lon look exchanged, else position_outside) outside the served roots.
func (p Point) Cell() (Cell, error) { panic("skeleton") }

// Distance returns metres between two points.
func Distance(a, b Point) float64 { panic("skeleton") }

// Encode returns the code of a point and ordinal; EncodeFirst takes the lowest ordinal that can be issued.
func Encode(p Point, ordinal int) (addresscode.Code, error) { panic("skeleton") }
func EncodeFirst(p Point) (addresscode.Code, error)         { panic("skeleton") }

// CodeCenter is the centre of a code's cell.
func CodeCenter(c addresscode.Code) Point { panic("skeleton") }

// Cell is an H3 index. Only geo imports h3.
type Cell uint64

func ParseCell(text string) (Cell, error)                          { panic("skeleton") }
func (c Cell) String() string                                      { panic("skeleton") } // H3 index in lower-case hex
func (c Cell) Resolution() int                                     { panic("skeleton") }
func (c Cell) Center() Point                                       { panic("skeleton") }
func (c Cell) Outline() []Point                                    { panic("skeleton") } // open ring, counter-clockwise
func (c Cell) Parent(res int) (Cell, error)                        { panic("skeleton") }
func (c Cell) Rings(k int) ([][]Cell, error)                       { panic("skeleton") } // Rings(k)[i] is the ring at grid distance i
func CellAt(p Point, res int) (Cell, error)                        { panic("skeleton") }
func CellsWithin(p Point, metres float64, res int) ([]Cell, error) { panic("skeleton") } // every cell of res that can hold a point within metres of p

// ParsePlusCode decodes a full (10+ digit) Plus Code to the centre of its area and its half diagonal in metres.
func ParsePlusCode(text string) (p Point, accuracyM float64, err error) { panic("skeleton") }
