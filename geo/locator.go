package geo

import (
	"fmt"
	"math"
)

// Match says how a point relates to the drawn boundaries.
type Match string

const (
	MatchInside       Match = "inside"
	MatchOffCoast     Match = "off_coast"      // at most 1 km off the drawn coast: nearest commune
	MatchOffBorder    Match = "off_border"     // at most 100 m outside the drawn land border, or in a gap between communes (generalised lines): nearest commune
	MatchSpecialWater Match = "special_waters" // within 22.2 km of the reefs and islands of Hoàng Sa or Trường Sa: the nearer of the two
)

// How far outside the drawn boundaries a point still belongs to a commune, in metres.
const (
	coastReachM   = 1_000
	borderReachM  = 100
	specialReachM = 22_200 // 12 nautical miles
	hintReachM    = 22_200 // how far a refusal looks for a commune to name
)

// borderShownM is the distance under which a location tells how far the border is, in metres.
const borderShownM = 100

// isSpecialZone recognises Hoàng Sa and Trường Sa: they are drawn as reefs and islands only, and hold the sea around them.
func isSpecialZone(code string) bool { return code == "20333" || code == "22736" }

// Location is the answer of Locate.
type Location struct {
	Commune  *Division // at the date asked; nil when the date is before 2025-07-01 and several candidates remain
	District *Division // before 2025-07-01 only; nil when the candidates differ
	Province *Division // nil when the candidates differ
	Match    Match
	OffsetM  float64 // metres outside the drawn boundary; 0 when inside
	BorderM  float64 // metres to the commune's border when under 100 m, else -1
	// Candidates are the old communes that went into today's commune, when the date asked is before 2025-07-01 and more than one remains.
	Candidates []Relation
}

// Locator finds the commune and province that contain a point. It is safe for concurrent use.
type Locator struct {
	boundaries *Boundaries
	grid       *grid
	calendar   *calendar
	zones      []communeZones // by commune, filled when asked
}

// NewLocator indexes the boundaries. Errors: boundaries that span more than 40 degrees, and communes that ds does not know.
func NewLocator(b *Boundaries, ds *Divisions) (*Locator, error) {
	g, err := newGrid(b)
	if err != nil {
		return nil, fmt.Errorf("index boundaries: %w", err)
	}
	c, err := newCalendar(b.codes, ds)
	if err != nil {
		return nil, fmt.Errorf("index boundaries: %w", err)
	}
	return &Locator{boundaries: b, grid: g, calendar: c, zones: make([]communeZones, len(b.codes))}, nil
}

// Boundaries returns the boundaries behind the index.
func (l *Locator) Boundaries() *Boundaries { return l.boundaries }

// Locate returns the divisions that contain a point at a date (0 means today).
//
// A point on a border belongs to one of the communes that share it, always the same one; where communes overlap, to the one with the
// lowest code. Before 2025-07-01 the boundaries are today's: the answer is what became today's commune. Errors: *PositionError with
// code position_outside or position_swapped; ErrNoDivision for a date without divisions.
func (l *Locator) Locate(p Point, at Date) (Location, error) {
	hit, err := l.find(p)
	if err != nil {
		return Location{}, err
	}
	location := Location{Match: hit.match, OffsetM: hit.offsetM, BorderM: -1}
	if hit.borderM < borderShownM {
		location.BorderM = hit.borderM
	}
	if err := l.calendar.fill(&location, hit.commune, at); err != nil {
		return Location{}, fmt.Errorf("locate: %w", err)
	}
	return location, nil
}

// hit is the commune of a point.
type hit struct {
	commune uint32
	match   Match
	offsetM float64
	borderM float64 // at least borderShownM when further than that
}

func (l *Locator) find(p Point) (hit, error) {
	if commune, borderM, ok := l.grid.locate(p); ok {
		return hit{commune: commune, match: MatchInside, borderM: borderM}, nil
	}
	if !p.valid() {
		return hit{}, explainUnserved(p)
	}
	near, ok := l.grid.nearest(p, hintReachM, nil)
	if ok && near.metres == 0 { // on the coast line itself
		return hit{commune: near.commune, match: MatchInside}, nil
	}
	if ok && !isSpecialZone(l.boundaries.codes[near.commune]) {
		switch {
		case !near.land && near.metres <= coastReachM:
			return hit{near.commune, MatchOffCoast, near.metres, near.metres}, nil
		case near.land && near.metres <= borderReachM:
			return hit{near.commune, MatchOffBorder, near.metres, near.metres}, nil
		}
	}
	special, found := l.grid.nearest(p, specialReachM, func(commune uint32) bool { return isSpecialZone(l.boundaries.codes[commune]) })
	if found {
		return hit{special.commune, MatchSpecialWater, special.metres, special.metres}, nil
	}
	return hit{}, l.explainOutside(p, near, ok)
}

// explainOutside says why a point belongs to no commune.
func (l *Locator) explainOutside(p Point, near proximity, found bool) *PositionError {
	if !p.served() {
		return explainUnserved(p)
	}
	e := &PositionError{
		Code:    CodePositionOutside,
		Message: fmt.Sprintf("position %s lies in no commune of Vietnam", p),
		Hint:    "It lies more than 1 km off the coast or 100 m across the land border. Check the coordinates.",
	}
	if found {
		where := "off the coast of"
		if near.land {
			where = "across the land border from"
		}
		e.Hint = fmt.Sprintf("It lies %.1f km %s %s. Check the coordinates, or give a point inside that commune.",
			near.metres/1000, where, l.calendar.name(near.commune))
	}
	return e
}

// CommuneDistance returns how far outside today's commune a point lies, in metres; 0 inside. ErrNoDivision if unknown.
// It is good to 0.1 % within 25 km.
func (l *Locator) CommuneDistance(p Point, commune string) (float64, error) {
	index, ok := l.boundaries.commune(commune)
	if !ok {
		return 0, fmt.Errorf("distance to commune: %w: %q has no boundary", ErrNoDivision, commune)
	}
	return l.communeDistance(p, index), nil
}

func (l *Locator) communeDistance(p Point, commune uint32) float64 {
	if l.grid.contains(p, commune) {
		return 0
	}
	b, s, least := l.boundaries, scaleAt(p), math.Inf(1)
	for _, w := range b.communeWalks(commune) {
		least = min(least, s.squareToChain(p, b.arcVertices(w.arc)))
	}
	return math.Sqrt(least)
}
