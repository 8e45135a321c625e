package registry

import (
	"slices"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Status of an address.
type Status string

const (
	StatusActive  Status = "active"
	StatusRetired Status = "retired"
)

// Kind of an address.
type Kind string

const (
	KindDwelling Kind = "dwelling"
	KindBusiness Kind = "business"
	KindPublic   Kind = "public"
	KindOther    Kind = "other"
)

// PositionType says what of the address is at a position.
type PositionType string

const (
	PositionEntrance PositionType = "entrance"
	PositionBuilding PositionType = "building"
	PositionDelivery PositionType = "delivery"
	PositionCell     PositionType = "cell" // the centre of the code's cell; only ever shown (Sight), never stored
)

// TypedPosition is an address position with its type (ISO 19160).
type TypedPosition struct {
	Type PositionType
	geo.Position
}

// Components are the parts of an address below the commune, verbatim.
type Components struct {
	HouseNumber string   `json:"house_number,omitempty"`
	Alley       []string `json:"alley,omitempty"` // alley path from the street inwards: ngõ 12, ngách 34 → ["12", "34"]
	Street      string   `json:"street,omitempty"`
	Hamlet      string   `json:"hamlet,omitempty"`  // thôn, ấp, xóm, bản …
	Quarter     string   `json:"quarter,omitempty"` // tổ dân phố, khu phố, tổ …
	Building    string   `json:"building,omitempty"`
	Block       string   `json:"block,omitempty"`
	Floor       string   `json:"floor,omitempty"`
	Unit        string   `json:"unit,omitempty"`
}

// ExternalID is another identifier of the same delivery point, e.g. {osm, node/1} or {qd392, 1151502853}.
type ExternalID struct {
	Scheme    string
	Value     string
	Source    string
	ValidFrom geo.Date // 0 unknown
	ValidTo   geo.Date // 0 open
}

// Provenance says where an address came from.
type Provenance struct {
	Dataset string // "manual", "demo", "osm", the name of an import …
	Detail  string
}

// Flag is a remark that stays with an address.
type Flag string

const (
	FlagCommuneGiven Flag = "commune_given"  // the caller's commune was taken although the point lies up to 100 m outside it
	FlagOffCoast     Flag = "off_coast"      // geo.MatchOffCoast
	FlagOffBorder    Flag = "off_border"     // geo.MatchOffBorder
	FlagSpecialWater Flag = "special_waters" // geo.MatchSpecialWater
	FlagSpilled      Flag = "spilled"        // its own cell was full: the code is of a cell nearby
	FlagProtected    Flag = "protected"      // for all but those who keep it the address is not there
)

// Address is a delivery point with its code. No person is in it.
type Address struct {
	Code           addresscode.Code
	Status         Status
	Kind           Kind
	Positions      []TypedPosition // the first one gave the code: the entrance where there is one, else the building
	Components     Components
	CommuneAtIssue string // code of the commune on the day of issue
	Commune        string // code of the commune now
	ExternalIDs    []ExternalID
	Provenance     Provenance
	Flags          []Flag
	Successors     []addresscode.Code // of a retired address: where its households went; none while it is active
	Version        int64              // 1 at issue
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// The actions of events.
const (
	ActionCreated   = "created"
	ActionMerged    = "merged" // external ids added
	ActionUpdated   = "updated"
	ActionRetired   = "retired"
	ActionRederived = "rederived" // commune or flags derived anew
	ActionRemoved   = "removed"   // demonstration data only
)

// Event is one change of one address, written in the same transaction.
type Event struct {
	Seq     int64
	Code    addresscode.Code
	Version int64  // the version the change made
	Action  string // one of the Action constants
	Actor   string
	At      time.Time
	Before  *Address // nil for created
	After   *Address // nil for removed
	// Changeset names the change of many addresses that this one is part of, "" for none.
	Changeset string
}

// Point is the position that the code was issued for.
func (a *Address) Point() geo.Point {
	if len(a.Positions) == 0 {
		return geo.CodeCenter(a.Code)
	}
	return a.Positions[0].Point
}

// HasFlag reports whether the remark stays with the address.
func (a *Address) HasFlag(f Flag) bool { return slices.Contains(a.Flags, f) }

// clone copies an address deeply enough to change the copy.
func (a *Address) clone() *Address {
	c := *a
	c.Positions = slices.Clone(a.Positions)
	c.Components.Alley = slices.Clone(a.Components.Alley)
	c.ExternalIDs = slices.Clone(a.ExternalIDs)
	c.Flags = slices.Clone(a.Flags)
	c.Successors = slices.Clone(a.Successors)
	return &c
}
