package registry

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// MaxFlats is how many flats one request may have.
const MaxFlats = 5000

// BuildingRequest asks for codes of all flats of a building.
type BuildingRequest struct {
	Entrance      *geo.Position // nil: the middle of the outline
	Outline       []geo.Point   // where known: codes stay inside it
	Floors        string        // "1-25", "G,1-3,5"
	UnitsPerFloor int
	UnitPattern   string // "" is DefaultUnitPattern
	SkipFloors    []int  // numbers that no floor has: 4 is called 3A instead, 13 is 12A
	SkipUnits     []int  // the same for the flats of a floor

	Kind        Kind
	Components  Components // without floor and unit
	CommuneCode string
	// ExternalID names the building: a flat is known by the value, #, its floor, / and its number. The same id again gives the flats that are
	// there, and codes to those that are not.
	ExternalID     *ExternalID
	IdempotencyKey string // the same request again gives the same flats
	AllowDuplicate bool
	Provenance     Provenance
}

// Flat is one flat of a building that was asked for.
type Flat struct {
	Floor, Unit string
	Code        addresscode.Code // what it has, or in a plan would get; zero when it is refused
	Address     *Address         // nil in a plan of a new one
	Outcome     Outcome
	Err         error // why it is refused
}

// FlatsRefused is the cause of an error of AssignBuilding: some flats cannot be assigned, so none is.
type FlatsRefused struct {
	Flats []Flat // all of them, in order
}

func (*FlatsRefused) Error() string { return "flats are refused" }

// AssignBuilding gives all flats of a building their codes, in one transaction or not at all: nearest cells first, inside the outline.
// The answer has the flats in order of floors and units.
//
// Errors are those of Assign; when single flats are the reason, the cause is *FlatsRefused.
func (s *Service) AssignBuilding(ctx context.Context, by Actor, r BuildingRequest) ([]Flat, error) {
	const op = "assign building"
	b, err := s.prepareBuilding(ctx, by, r)
	if err != nil {
		return nil, domainError(op, err)
	}
	var flats []Flat
	err = s.store.Update(ctx, func(w Writer) error {
		var decisions []decision
		if flats, decisions, err = s.decideBuilding(ctx, w, b); err != nil {
			return err
		}
		if err := refusedFlats(flats); err != nil {
			return err
		}
		for i, d := range decisions {
			answer, err := s.apply(w, by, b.flats[i], d)
			if err != nil {
				return err
			}
			flats[i].Address, flats[i].Code, flats[i].Outcome = answer.Address, answer.Address.Code, answer.Outcome
		}
		if b.idemName == "" || decisions[0].replay {
			return nil
		}
		return w.PutIdempotency(b.idemName, b.idemHash, flats[0].Code)
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return flats, nil
}

// PlanBuilding is AssignBuilding without doing it: which codes there would be now, and which flats would be refused.
func (s *Service) PlanBuilding(ctx context.Context, by Actor, r BuildingRequest) ([]Flat, error) {
	const op = "plan building"
	b, err := s.prepareBuilding(ctx, by, r)
	if err != nil {
		return nil, domainError(op, err)
	}
	var flats []Flat
	err = s.store.View(ctx, func(r Reader) error {
		flats, _, err = s.decideBuilding(ctx, r, b)
		return err
	})
	return flats, domainError(op, err)
}

// building is a request with everything done that needs no transaction.
type building struct {
	labels   []Flat      // floor and unit
	flats    []*prepared // as labels
	idemName string      // "" for none
	idemHash [sha256.Size]byte
}

func (s *Service) prepareBuilding(ctx context.Context, by Actor, r BuildingRequest) (*building, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	position, err := r.position()
	if err != nil {
		return nil, err
	}
	b := &building{}
	if b.labels, err = r.flats(); err != nil {
		return nil, err
	}
	if r.IdempotencyKey != "" {
		b.idemName = by.Name + "\n" + r.IdempotencyKey
		if b.idemHash, err = r.hash(); err != nil {
			return nil, err
		}
	}
	b.flats = make([]*prepared, len(b.labels))
	for i, flat := range b.labels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if b.flats[i], err = s.prepare(by, r.flat(flat, position)); err != nil {
			return nil, err // what is wrong with one is wrong with all
		}
		if b.idemName != "" {
			b.flats[i].idemName = fmt.Sprintf("%s\n%d", b.idemName, i) // no key holds a line break
			b.flats[i].idemHash = b.idemHash
		}
	}
	return b, nil
}

// decideBuilding makes every check of a building and writes nothing. Each flat is decided as if those before it were there.
func (s *Service) decideBuilding(ctx context.Context, r Reader, b *building) ([]Flat, []decision, error) {
	if b.idemName != "" {
		hash, _, err := r.Idempotency(b.idemName)
		if err == nil && hash != b.idemHash {
			return nil, nil, keyOfAnotherRequest()
		}
		if err != nil && !isNotFound(err) {
			return nil, nil, err
		}
	}
	planned := &plannedReader{Reader: r}
	var full fullCells // cells without room stay so until the end of the transaction
	flats, decisions := slices.Clone(b.labels), make([]decision, len(b.flats))
	for i, p := range b.flats {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		p.full = &full
		if i > 0 { // the rings around the entrance are the same for all
			p.search.rings, p.search.sorted = b.flats[i-1].search.rings, b.flats[i-1].search.sorted
		}
		d, err := s.decide(planned, p)
		full.learn(p.search.foundFull, full.now())
		switch {
		case isRefusal(err):
			flats[i].Err = domainError("assign", err)
			continue
		case err != nil:
			return nil, nil, err
		case d.existing != nil:
			flats[i].Address, flats[i].Code, flats[i].Outcome = d.existing, d.existing.Code, OutcomeExisting
			if len(d.newIDs) > 0 {
				flats[i].Outcome = OutcomeMerged
			}
		default:
			flats[i].Code, flats[i].Outcome = d.code, OutcomeCreated
			planned.give(d.code)
		}
		decisions[i] = d
	}
	return flats, decisions, nil
}

// plannedReader is a reader to which codes that are about to be given are given already.
type plannedReader struct {
	Reader
	given []uint64 // keys, ascending
}

func (r *plannedReader) give(code addresscode.Code) {
	i, _ := slices.BinarySearch(r.given, code.Key())
	r.given = slices.Insert(r.given, i, code.Key())
}

func (r *plannedReader) KeysInRange(lo, hi uint64) ([]uint64, error) {
	keys, err := r.Reader.KeysInRange(lo, hi)
	if err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearch(r.given, lo)
	to, _ := slices.BinarySearch(r.given, hi+1)
	if from < to {
		keys = append(keys, r.given[from:to]...)
		slices.Sort(keys)
	}
	return keys, nil
}

// refusedFlats is the error for a building of which some flats are refused: that of the first, with all of them as its cause.
func refusedFlats(flats []Flat) error {
	var first *Error
	n, room := 0, 0
	for _, f := range flats {
		if f.Err == nil {
			room++
			continue
		}
		if n++; first == nil {
			first, _ = errors.AsType[*Error](f.Err)
		}
	}
	if first == nil {
		return nil
	}
	e := &Error{Code: first.Code, Field: "floors", Err: &FlatsRefused{flats},
		Message: fmt.Sprintf("%d of %d flats cannot be assigned, so none was", n, len(flats)), Hint: first.Hint}
	if first.Code == CodeCellFull {
		e.Field = "outline"
		e.Message = fmt.Sprintf("there are codes left for %d of %d flats, so none was assigned", room, len(flats))
	}
	return e
}

func keyOfAnotherRequest() error {
	return &Error{Code: CodeIdempotency, Field: "idempotency_key", Message: "the key came with another request before",
		Hint: "take a new key for a new request, and send the same request again under an old key"}
}

// validate checks what is not checked with each flat.
func (r BuildingRequest) validate() error {
	switch {
	case r.Components.Floor != "":
		return invalid("components.floor", "is no part of a building", "floors says which there are")
	case r.Components.Unit != "":
		return invalid("components.unit", "is no part of a building", "unit_pattern says how flats are numbered")
	case r.UnitsPerFloor < 1 || r.UnitsPerFloor > maxFloorUnits:
		return invalid("units_per_floor", fmt.Sprintf("is %d", r.UnitsPerFloor), fmt.Sprintf("give 1 to %d", maxFloorUnits))
	}
	if err := checkSkip("skip_floors", r.SkipFloors); err != nil {
		return err
	}
	if err := checkSkip("skip_units", r.SkipUnits); err != nil {
		return err
	}
	if r.ExternalID != nil {
		if r.ExternalID.Scheme == SchemeQD392 {
			return invalid("external_id.scheme", "is the scheme of numbers that one address has", "name the building by another id, such as osm:way/1")
		}
		if err := validateText("external_id.value", r.ExternalID.Value, MaxExternalValue-maxLabel-MaxNumber-2); err != nil {
			return err
		}
	}
	if err := validateText("idempotency_key", r.IdempotencyKey, MaxIdempotencyKey); err != nil {
		return err
	}
	return validateOutline(r.Outline)
}

// flats are floor and number of all flats.
func (r BuildingRequest) flats() ([]Flat, error) {
	floors, err := parseFloors(r.Floors, r.SkipFloors)
	if err != nil {
		return nil, err
	}
	pattern, err := ParseUnitPattern(cmp.Or(r.UnitPattern, DefaultUnitPattern))
	if err != nil {
		return nil, err
	}
	if n := len(floors) * r.UnitsPerFloor; n > MaxFlats {
		return nil, invalid("floors", fmt.Sprintf("there are %d flats", n), fmt.Sprintf("give at most %d at once: each block for itself", MaxFlats))
	}
	flats := make([]Flat, 0, len(floors)*r.UnitsPerFloor)
	first := map[string]Flat{} // by number, where numbers tell the floor
	for _, floor := range floors {
		for n := 1; n <= r.UnitsPerFloor; n++ {
			f := Flat{Floor: floor, Unit: pattern.Format(floor, calledInstead(n, r.SkipUnits))}
			if err := validateText("unit_pattern", f.Unit, MaxNumber); err != nil {
				return nil, err
			}
			if other, twice := first[f.Unit]; twice && pattern.has("floor") {
				return nil, invalid("unit_pattern", fmt.Sprintf("flats on the floors %s and %s are both called %s", other.Floor, floor, f.Unit),
					"give the numbers a width: {floor:02}{unit:02}")
			}
			first[f.Unit] = f
			flats = append(flats, f)
		}
	}
	return flats, nil
}

// flat is the request for one flat.
func (r BuildingRequest) flat(f Flat, position TypedPosition) AssignRequest {
	out := AssignRequest{
		Positions: []TypedPosition{position}, Kind: r.Kind, Components: r.Components, CommuneCode: r.CommuneCode,
		Footprint: r.Outline, Provenance: r.Provenance,
	}
	out.Components.Floor, out.Components.Unit = f.Floor, f.Unit
	if r.ExternalID != nil {
		id := *r.ExternalID
		id.Value += "#" + f.Floor + "/" + f.Unit
		out.ExternalIDs = []ExternalID{id}
	}
	if r.AllowDuplicate {
		out.OnDuplicate = AllowDuplicate
	}
	return out
}

// hash tells requests apart that come under one idempotency key.
func (r BuildingRequest) hash() ([sha256.Size]byte, error) {
	r.IdempotencyKey, r.Provenance = "", Provenance{}
	text, err := json.Marshal(r)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash request: %w", err)
	}
	return sha256.Sum256(append([]byte("building\n"), text...)), nil
}
