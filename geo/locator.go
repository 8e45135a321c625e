package geo

import (
	"github.com/diachiso/diachiso/addresscode"
)

// SKELETON: signatures.

// Match says how a point relates to the drawn boundaries.
type Match string

const (
	MatchInside       Match = "inside"
	MatchOffCoast     Match = "off_coast"      // at most 1 km off the drawn coast: nearest commune
	MatchOffBorder    Match = "off_border"     // at most 100 m outside the drawn land border (generalised line)
	MatchSpecialWater Match = "special_waters" // within 22.2 km of the reefs and islands of Hoàng Sa or Trường Sa
)

// Location is the answer of Locate.
type Location struct {
	Commune  *Division // at the date asked; nil when the date is before 2025-07-01 and several candidates remain
	District *Division // before 2025-07-01 only
	Province *Division
	Match    Match
	OffsetM  float64 // metres outside the drawn boundary; 0 when inside
	BorderM  float64 // metres to the commune's border when under 100 m, else -1
	// Candidates are the old communes that went into today's commune, when the date asked is before 2025-07-01 and more than one remains.
	Candidates []Relation
}

// Locator finds the commune and province that contain a point. Safe for concurrent use.
type Locator struct{ _ int }

func NewLocator(b *Boundaries, ds *Divisions) (*Locator, error) { panic("skeleton") }

// Locate returns the divisions that contain a point at a date. Errors: *PositionError with code position_outside or position_swapped.
func (l *Locator) Locate(p Point, at Date) (Location, error) { panic("skeleton") }

// CommuneDistance returns how far outside today's commune a point lies, in metres; 0 inside. ErrNoDivision if unknown.
func (l *Locator) CommuneDistance(p Point, commune string) (float64, error) { panic("skeleton") }

// Zones returns the zones that meet a commune, and with border also their neighbours that meet its border ring, for short codes.
func (l *Locator) Zones(commune string, border bool) ([]addresscode.Zone, error) { panic("skeleton") }

// Boundaries returns the boundaries behind the index.
func (l *Locator) Boundaries() *Boundaries { panic("skeleton") }
