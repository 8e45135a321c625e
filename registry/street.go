package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// Streets and outlines come from a map (OpenStreetMap). They are reference data: what is drawn, and what searches know of streets on
// which no house is registered. They have no code, no history and no journal of their own; an import of them is one.

// StreetKind is what a way is for.
type StreetKind string

const (
	StreetMotorway    StreetKind = "motorway"
	StreetTrunk       StreetKind = "trunk"
	StreetPrimary     StreetKind = "primary"
	StreetSecondary   StreetKind = "secondary"
	StreetTertiary    StreetKind = "tertiary"
	StreetResidential StreetKind = "residential" // and all that lead through villages and quarters
	StreetService     StreetKind = "service"     // alleys, ways behind and between houses
	StreetPedestrian  StreetKind = "pedestrian"  // squares and streets for people on foot
	StreetPath        StreetKind = "path"        // footways, steps, tracks
)

// StreetKinds are all kinds, the largest first.
var StreetKinds = [...]StreetKind{StreetMotorway, StreetTrunk, StreetPrimary, StreetSecondary, StreetTertiary, StreetResidential, StreetService, StreetPedestrian, StreetPath}

// MaxStreetPoints bounds the corners of a street's lines, and of an outline's rings.
const MaxStreetPoints = 20_000

// Street is a way of a map that has a name. A street of a town is mostly several of them.
type Street struct {
	Dataset   string // where it comes from: "osm"
	Source    string // what it is there, unique in the data set: "way/123"
	Name      string
	Kind      StreetKind
	Lines     [][]geo.Point // of two points or more each
	Stretches []Stretch     // by commune, the longest first; none abroad
}

// Stretch is where a street runs in one commune: the houses on one of its sides are there.
type Stretch struct {
	Commune string    // code of today's commune
	Point   geo.Point // on the line
	Box     geo.Box   // around the stretch
	LengthM float64
}

// MapOutcome is what became of a street or outline that a map has.
type MapOutcome string

const (
	MapAdded    MapOutcome = "added"
	MapReplaced MapOutcome = "replaced" // it was there, and different
	MapExisting MapOutcome = "existing" // it was there, the same
)

// StreetKey tells streets of one commune apart, as PlaceRef.Key does for those with houses.
func StreetKey(name string) string { return streetKey(name) }

// JoinStretches is the stretch of a street that is several ways: its point is that of theirs nearest to the middle of all.
// There must be one at least, and all of one commune.
func JoinStretches(stretches []Stretch) Stretch {
	joined := Stretch{Commune: stretches[0].Commune, Box: geo.BoxAround()}
	for _, s := range stretches {
		joined.Box = joined.Box.With(s.Box.SouthWest).With(s.Box.NorthEast)
		joined.LengthM += s.LengthM
	}
	middle := joined.Box.Middle()
	joined.Point = slices.MinFunc(stretches, func(a, b Stretch) int {
		return cmp.Compare(geo.Distance(middle, a.Point), geo.Distance(middle, b.Point))
	}).Point
	return joined
}

// ReachM is how far the stretch lies from its point at most, in metres.
func (s *Stretch) ReachM() float64 {
	return max(geo.Distance(s.Point, s.Box.SouthWest), geo.Distance(s.Point, s.Box.NorthEast))
}

// Streets are the streets of the map in a box, of the kinds from the largest to upTo ("" for all), larger kinds first, at most limit.
// They come without their stretches. Errors are *Error: CodeInvalid for a kind that there is not; CodeInternal.
func (s *Service) Streets(ctx context.Context, box geo.Box, upTo StreetKind, limit int) ([]Street, error) {
	const op = "read streets"
	if upTo != "" && !slices.Contains(StreetKinds[:], upTo) {
		return nil, &Error{Code: CodeInvalid, Op: op, Field: "kind", Message: fmt.Sprintf("there is no kind of street %q", upTo), Hint: `take one of "motorway" to "path"`}
	}
	var streets []Street
	err := s.store.View(ctx, func(r Reader) (err error) {
		streets, err = r.Streets(box, upTo, limit)
		return err
	})
	return streets, domainError(op, err)
}

// Outlines are the outlines of buildings in a box, in no order, at most limit.
func (s *Service) Outlines(ctx context.Context, box geo.Box, limit int) ([]Outline, error) {
	var outlines []Outline
	err := s.store.View(ctx, func(r Reader) (err error) {
		outlines, err = r.Outlines(box, limit)
		return err
	})
	return outlines, domainError("read outlines", err)
}
