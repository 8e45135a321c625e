package geocode

import (
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Query asks for places by text.
type Query struct {
	Text  string
	Limit int // 0 means DefaultLimit; at most MaxLimit
	// Near prefers what is close, without shutting anything out. Nil is nowhere.
	Near *geo.Point
	// Box shuts out what lies outside. Nil is everywhere.
	Box *geo.Box
	// Commune and Province, codes of today's divisions, shut out what lies elsewhere; "" is everywhere.
	Commune, Province string
	// At is the date whose division names the labels show; 0 is today.
	At geo.Date
	// Sight is what may be told to whoever asks; the zero Sight is everything. What it may not be told of is not found, and neither
	// scores nor their order tell of it.
	Sight registry.Sight
}

// Limits of the number of results.
const (
	DefaultLimit = 10
	MaxLimit     = 50
)

// Reasons why a search found nothing.
const (
	ReasonEmpty       = "empty"        // the text holds nothing to search for
	ReasonNoMatch     = "no_match"     // nothing is called so
	ReasonFiltered    = "filtered"     // something is called so, but outside the box, commune or province asked for
	ReasonUnknownCode = "unknown_code" // a code or identifier that no address has
)

// Results answer a Query, best first. Equal scores are ties: nothing decides between them.
type Results struct {
	Results    []Result
	Reason     string       // one of the Reason constants; "" when there are results
	Hypotheses []Hypothesis // how the text was understood, best first
}

// The types of results.
const (
	TypeHouse    = "house"
	TypeStreet   = "street"
	TypeBuilding = "building"
	TypeHamlet   = "hamlet" // hamlets and quarters
	TypeCommune  = "commune"
	TypeDistrict = "district" // before 2025-07-01; the point is of its communes today
	TypeProvince = "province"
	TypeCode     = "code" // a valid code that no address has, or a position
)

// The match levels: how much of what was asked for the result is. A house can be found at any of the first three.
const (
	MatchHouse         = "house"          // the house asked for
	MatchAlley         = "alley"          // an address at an outer level of the alley path: 12/34 for 12/34/5
	MatchNearestNumber = "nearest_number" // the nearest number of the same street
	MatchBuilding      = "building"
	MatchStreet        = "street"
	MatchHamlet        = "hamlet"
	MatchCommune       = "commune"
	MatchDistrict      = "district"
	MatchProvince      = "province"
	MatchCode          = "code"
)

// The coordinate levels: what the point of a result is a point of.
const (
	CoordinateEntrance = "entrance" // a registered position of the address asked for
	CoordinateBuilding = "building"
	CoordinateDelivery = "delivery"
	CoordinateNearby   = "nearby" // the position of another number of the same street or alley
	CoordinateStreet   = "street" // a point of a street of the map, else the middle of its registered addresses
	CoordinateHamlet   = "hamlet" // the middle of the registered addresses of a hamlet or quarter
	CoordinateCommune  = "commune"
	CoordinateDistrict = "district"
	CoordinateProvince = "province"
	CoordinateCell     = "cell" // the cell of a code
)

// Result is a place found.
type Result struct {
	Address         *registry.Address // nil when it is no registered house; without a code when it is a door whose flats may not be told of
	Type            string            // one of the Type constants
	Label           string            // in Vietnamese, one line from small to large, at the date asked for
	Score           float64           // 0..1
	MatchLevel      string            // one of the Match constants
	Point           geo.Point
	CoordinateLevel string              // one of the Coordinate constants
	AccuracyM       float64             // metres within which the thing asked for is expected; 0 unknown
	Components      registry.Components // of the result, as registered
	Commune         *geo.Division       // today's; nil above commune level
	Division        *geo.Division       // the division itself when Type is a division
	Reading         Reading             // the reading of the divisions that led here
	Hypothesis      int                 // index into Results.Hypotheses; -1 when none led here
	// ComponentStatus says how each named or found component came about, by the names of components as in the API
	// (house_number, alley, street, hamlet, quarter, building, block, floor, unit, commune, district, province).
	ComponentStatus map[string]Status
	Unmatched       []Span // of the text: what the result does not explain
	Count           int64  // active addresses there, when it is a street, building, hamlet or quarter; 0 for a sight of doors
	Divided         bool   // a building that has flats; for a sight of doors only

	plain float64 // Score without what it owes to the number of addresses
	alone bool    // a house behind whose number no flats are registered
}
