package registry

import (
	"context"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// SKELETON: signatures that api, importer and cmd are written against.

// OnDuplicate says what to do with a likely duplicate (same normalised components within 30 m).
type OnDuplicate int

const (
	RefuseDuplicate OnDuplicate = iota // conflict with the existing address
	AllowDuplicate                     // the caller knows better: assign anyway
	MergeDuplicate                     // importer: add the external ids to the existing address
)

// AssignRequest asks for a code.
type AssignRequest struct {
	Positions      []TypedPosition // at least one entrance or building
	Kind           Kind            // "" means dwelling
	Components     Components
	CommuneCode    string // "" lets the position decide
	ExternalIDs    []ExternalID
	IdempotencyKey string
	OnDuplicate    OnDuplicate
	Footprint      []geo.Point // the building's outline where known: spilled codes stay inside it
	Provenance     Provenance
}

// Outcome of an assignment.
type Outcome string

const (
	OutcomeCreated  Outcome = "created"
	OutcomeExisting Outcome = "existing" // same external id or idempotency key
	OutcomeMerged   Outcome = "merged"   // external ids added to a likely duplicate
)

// Assignment is the answer to AssignRequest.
type Assignment struct {
	Address *Address
	Outcome Outcome
	Err     error // AssignMany only
}

// Actor is who makes a change: "cli", "api", later a key id.
type Actor string

// Service holds the rules of the registry. Safe for concurrent use.
type Service struct{ _ int }

func NewService(store Store, divisions *geo.Divisions, locator *geo.Locator) *Service {
	panic("skeleton")
}

func (s *Service) Divisions() *geo.Divisions { panic("skeleton") }
func (s *Service) Locator() *geo.Locator     { panic("skeleton") }

// Assign gives an address its code; durable when it returns.
func (s *Service) Assign(ctx context.Context, by Actor, r AssignRequest) (Assignment, error) {
	panic("skeleton")
}

// AssignMany assigns in one transaction; a refused request is answered in its place and stops nothing.
func (s *Service) AssignMany(ctx context.Context, by Actor, rs []AssignRequest) ([]Assignment, error) {
	panic("skeleton")
}

// Address returns the address of a code; *Error CodeNotRegistered when there is none.
func (s *Service) Address(ctx context.Context, code addresscode.Code) (*Address, error) {
	panic("skeleton")
}

// Label is the address in Vietnamese on a date, with commune and province.
func (s *Service) Label(a *Address, at geo.Date) string { panic("skeleton") }

// Place is what a position says by itself, without writing.
type Place struct {
	Point     geo.Point
	Cell      geo.Cell
	Zone      addresscode.Zone
	Location  *geo.Location // nil outside, then LocateErr says why
	LocateErr error
	Addresses []*Address // codes already given in this cell
}

func (s *Service) Place(ctx context.Context, p geo.Point) (*Place, error) { panic("skeleton") }

// Neighbour is an address near a point.
type Neighbour struct {
	Address   *Address
	DistanceM float64
}

// Reverse returns the nearest active addresses within radius metres (at most MaxReverseRadius), nearest first.
func (s *Service) Reverse(ctx context.Context, p geo.Point, radiusM float64, limit int) ([]Neighbour, error) {
	panic("skeleton")
}

const (
	MaxReverseRadius = 2000.0
	MaxReverseLimit  = 100
)

// QueryKind says how Resolve understood its input.
type QueryKind string

const (
	QueryCode       QueryKind = "code"
	QueryCorrection QueryKind = "correction" // a damaged code
	QueryShort      QueryKind = "short_code" // last seven symbols and a commune
	QueryExternalID QueryKind = "external_id"
	QueryPlusCode   QueryKind = "plus_code"
	QueryCell       QueryKind = "h3"
	QueryPosition   QueryKind = "position"
)

// Candidate is one reading of a query.
type Candidate struct {
	Code       addresscode.Code        // zero for a place without a code
	Address    *Address                // nil when not registered
	Suggestion *addresscode.Suggestion // for corrections
	Point      geo.Point
	Location   *geo.Location // nil outside
	DistanceM  float64       // from the asked place to Address, for places
}

// Resolution is the answer to anything.
type Resolution struct {
	Kind       QueryKind
	Candidates []Candidate // best first; registered ones before others; never silently decided
	Point      *geo.Point  // for plus_code, h3, position
}

// Resolve understands a code in any spelling, a damaged code, a short code with commune, scheme:value, a Plus Code, an H3 index, "lat,lon".
func (s *Service) Resolve(ctx context.Context, q string) (*Resolution, error) { panic("skeleton") }

// FindDivisions lists divisions by level, parent code and folded name prefix/substring at a date.
func (s *Service) FindDivisions(level geo.Level, parent, q string, at geo.Date) []*geo.Division {
	panic("skeleton")
}

// History returns the events of an address, oldest first.
func (s *Service) History(ctx context.Context, code addresscode.Code) ([]Event, error) {
	panic("skeleton")
}

// Rederive derives communes of all addresses anew after a change of data; with an event per changed address.
func (s *Service) Rederive(ctx context.Context, by Actor, progress func(done int64)) (changed int64, err error) {
	panic("skeleton")
}

// RemoveDataset removes every address of a removable dataset ("demo" only), with events.
func (s *Service) RemoveDataset(ctx context.Context, by Actor, dataset string) (removed int64, err error) {
	panic("skeleton")
}

// Count returns the number of active and retired addresses.
func (s *Service) Count(ctx context.Context) (active, retired int64, err error) { panic("skeleton") }

func (s *Service) Meta(ctx context.Context, key string) (string, error) { panic("skeleton") }
func (s *Service) SetMeta(ctx context.Context, key, value string) error { panic("skeleton") }
