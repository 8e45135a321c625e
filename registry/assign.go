package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// OnDuplicate says what to do with a likely duplicate (same normalised components within LikenessRadiusM).
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
	Components     Components      // may be empty: the position tells unnumbered houses apart
	CommuneCode    string          // "" lets the position decide
	ExternalIDs    []ExternalID
	IdempotencyKey string
	OnDuplicate    OnDuplicate
	Footprint      []geo.Point // the building's outline where known: spilled codes stay inside it
	Provenance     Provenance  // no dataset means "manual"
}

// Outcome of an assignment.
type Outcome string

const (
	OutcomeCreated  Outcome = "created"
	OutcomeExisting Outcome = "existing" // same external id or idempotency key, or a duplicate that has all external ids
	OutcomeMerged   Outcome = "merged"   // external ids added to the address that has one of them, or to a likely duplicate
)

// Assignment is the answer to AssignRequest.
type Assignment struct {
	Address *Address
	Outcome Outcome
	By      MatchedBy // AssignMany and LoadBatch only
	Err     error     // AssignMany and LoadBatch only
}

// MatchedBy says how the address of a request was found to be there already; "" for a new one.
type MatchedBy string

const (
	MatchedRecord     MatchedBy = "same_record" // the idempotency key
	MatchedExternalID MatchedBy = "external_id"
	MatchedLikeness   MatchedBy = "likeness"
)

// Assign gives an address its code; durable when it returns.
//
// Errors are *Error: CodeInvalid, CodePosition…, CodeCommuneMismatch, CodeCellFull, CodeDuplicate (with Address),
// CodeExternalIDConflict, CodeIdempotency, CodeBusy, CodeInternal; or the context's.
func (s *Service) Assign(ctx context.Context, by Actor, r AssignRequest) (Assignment, error) {
	p, err := s.prepare(by, r)
	if err != nil {
		return Assignment{}, domainError("assign", err)
	}
	answer, err := s.assignWithin(ctx, by, p, func(_ Writer, assign func() (*Address, error)) error {
		_, err := assign()
		return err
	})
	return answer, domainError("assign", err)
}

// assignWithin runs a transaction in which assign gives the prepared request its code, and whatever else within writes.
func (s *Service) assignWithin(ctx context.Context, by Actor, p *prepared, within func(w Writer, assign func() (*Address, error)) error) (Assignment, error) {
	seen := s.full.now()
	var answer Assignment
	err := s.store.Update(ctx, func(w Writer) error {
		return within(w, func() (*Address, error) {
			d, err := s.decide(w, p)
			if err != nil {
				return nil, err
			}
			if answer, err = s.apply(w, by, p, d); err != nil {
				return nil, err
			}
			return answer.Address, nil
		})
	})
	if err != nil {
		return Assignment{}, err
	}
	s.full.learn(p.search.foundFull, seen)
	return answer, nil
}

// AssignMany assigns in one transaction; a refused request is answered in its place and stops nothing. An error beside
// the answers means that nothing was assigned.
func (s *Service) AssignMany(ctx context.Context, by Actor, rs []AssignRequest) ([]Assignment, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.assignBatch(ctx, s.Prepare(by, rs), nil)
}

// isRefusal tells the refusals of decide from failures of the store.
func isRefusal(err error) bool {
	switch CodeOf(err) {
	case CodeDuplicate, CodeExternalIDConflict, CodeIdempotency, CodeCellFull, CodeForbidden:
		return true
	}
	return false
}

// decision is what is to be done for a request: a new address under code, or existing with newIDs added.
type decision struct {
	replay   bool // the idempotency key came before
	by       MatchedBy
	code     addresscode.Code
	spilled  bool
	existing *Address
	newIDs   []ExternalID
}

// decide makes every check of a request and writes nothing.
func (s *Service) decide(r Reader, p *prepared) (decision, error) {
	p.search.foundFull = p.search.foundFull[:0]
	if p.idemName != "" {
		hash, code, err := r.Idempotency(p.idemName)
		switch {
		case err == nil && hash != p.idemHash:
			return decision{}, &Error{Code: CodeIdempotency, Field: "idempotency_key", Message: "the key came with another request before",
				Hint: "take a new key for a new request, and send the same request again under an old key"}
		case err == nil:
			a, err := r.Address(code)
			return decision{replay: true, by: MatchedRecord, existing: a}, err
		case !isNotFound(err):
			return decision{}, err
		}
	}
	owner, unknown, err := byExternalIDs(r, p.ExternalIDs)
	switch {
	case err != nil:
		return decision{}, err
	case owner != nil && p.by.may(owner.Commune) != nil: // without saying which address: the actor may have no business with its ids
		return decision{}, &Error{Code: CodeExternalIDConflict, Field: "external_ids",
			Message: "they belong to an address outside the communes of this key", Hint: "ask the registrar of that commune, or leave them out"}
	}
	if err := refuseMinted(r, owner, unknown); err != nil {
		return decision{}, err
	}
	if owner != nil {
		return joinOwner(p, owner, unknown)
	}
	if p.OnDuplicate != AllowDuplicate && p.key != "" {
		twin, err := findDuplicate(r, p)
		switch {
		case err != nil:
			return decision{}, err
		case twin != nil && p.OnDuplicate == MergeDuplicate:
			return decision{by: MatchedLikeness, existing: twin, newIDs: p.ExternalIDs}, nil
		case twin != nil:
			return decision{}, duplicateOf(twin)
		}
	}
	known := &s.full
	if p.full != nil {
		known = p.full
	}
	var d decision
	d.code, d.spilled, err = p.search.take(r, known)
	return d, err
}

// apply writes what was decided.
func (s *Service) apply(w Writer, by Actor, p *prepared, d decision) (Assignment, error) {
	var answer Assignment
	var err error
	switch {
	case d.replay:
		return Assignment{Address: d.existing, Outcome: OutcomeExisting}, nil
	case d.existing == nil:
		answer, err = s.create(w, by, p, d)
	case len(d.newIDs) == 0:
		answer = Assignment{Address: d.existing, Outcome: OutcomeExisting}
	default:
		answer, err = s.addExternalIDs(w, by, d.existing, d.newIDs)
	}
	if err != nil || p.idemName == "" {
		return answer, err
	}
	return answer, w.PutIdempotency(p.idemName, p.idemHash, answer.Address.Code)
}

func (s *Service) create(w Writer, by Actor, p *prepared, d decision) (Assignment, error) {
	now := s.clock()
	a := &Address{
		Code: d.code, Status: StatusActive, Kind: p.Kind,
		Positions: p.Positions, Components: p.Components,
		CommuneAtIssue: p.commune, Commune: p.commune,
		ExternalIDs: p.ExternalIDs, Provenance: p.Provenance, Flags: p.flags,
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if d.spilled {
		a.Flags = append(slices.Clone(p.flags), FlagSpilled)
	}
	remark, err := s.mint(w, by, a)
	if err != nil {
		return Assignment{}, err
	}
	if err := w.Insert(a, p.likeness[0]); err != nil {
		return Assignment{}, err
	}
	event := Event{Code: a.Code, Version: 1, Action: ActionCreated, Actor: by.Name, At: now, After: a, Changeset: by.Changeset}
	if err := w.AppendEvent(event); err != nil {
		return Assignment{}, err
	}
	if remark != nil {
		err = w.AppendEntry(*remark)
	}
	return Assignment{Address: a, Outcome: OutcomeCreated}, err
}

// byExternalIDs returns the address that the ids name, nil when none is known, and the ids nobody has yet.
func byExternalIDs(r Reader, ids []ExternalID) (owner *Address, unknown []ExternalID, err error) {
	var code addresscode.Code
	for i, id := range ids {
		found, err := r.ByExternalID(id.Scheme, id.Value)
		switch {
		case isNotFound(err):
			unknown = append(unknown, id)
		case err != nil:
			return nil, nil, err
		case !code.IsZero() && found != code:
			return nil, nil, &Error{Code: CodeExternalIDConflict, Field: fmt.Sprintf("external_ids[%d]", i),
				Message: fmt.Sprintf("it names %s, another one of the request names %s", found, code),
				Hint:    "send external ids of one address only"}
		default:
			code = found
		}
	}
	if code.IsZero() {
		return nil, unknown, nil
	}
	owner, err = r.Address(code)
	return owner, unknown, err
}

// joinOwner decides on a request that names an address by one of its external ids. Ids that are new beside it are added
// when the request means the same place; from further away one of the ids must be wrong, and nobody can say which.
func joinOwner(p *prepared, owner *Address, unknown []ExternalID) (decision, error) {
	if len(unknown) == 0 || owner.Status != StatusActive {
		return decision{by: MatchedExternalID, existing: owner}, nil
	}
	if metres := geo.Distance(p.point, owner.Point()); metres > LikenessRadiusM {
		return decision{}, &Error{Code: CodeExternalIDConflict, Field: "external_ids", Address: owner,
			Message: fmt.Sprintf("some belong to %s, %s from the position, and some are new", owner.Code, roundMetres(metres)),
			Hint:    "send the new ones with the position of that address, or without the known ones"}
	}
	return decision{by: MatchedExternalID, existing: owner, newIDs: unknown}, nil
}

// addExternalIDs adds to an address the ids it doesn't have.
func (s *Service) addExternalIDs(w Writer, by Actor, a *Address, ids []ExternalID) (Assignment, error) {
	after := a.clone()
	for _, id := range ids {
		if !slices.ContainsFunc(after.ExternalIDs, func(have ExternalID) bool { return have.Scheme == id.Scheme && have.Value == id.Value }) {
			after.ExternalIDs = append(after.ExternalIDs, id)
		}
	}
	if len(after.ExternalIDs) == len(a.ExternalIDs) {
		return Assignment{Address: a, Outcome: OutcomeExisting}, nil
	}
	if err := s.replace(w, by, ActionMerged, a, after); err != nil {
		return Assignment{}, err
	}
	return Assignment{Address: after, Outcome: OutcomeMerged}, nil
}

// replace writes the next version of an address with its event.
func (s *Service) replace(w Writer, by Actor, action string, before, after *Address) error {
	if err := by.may(before.Commune, after.Commune); err != nil {
		return err
	}
	after.Version = before.Version + 1
	after.UpdatedAt = s.clock()
	like, err := likenessOf(after)
	if err != nil {
		return err
	}
	if err := w.Replace(after, like); err != nil {
		return err
	}
	return w.AppendEvent(Event{Code: after.Code, Version: after.Version, Action: action, Actor: by.Name, At: after.UpdatedAt, Before: before, After: after, Changeset: by.Changeset})
}

func duplicateOf(twin *Address) error {
	return &Error{Code: CodeDuplicate, Address: twin,
		Message: fmt.Sprintf("%s within %.0f m has the same components", twin.Code, LikenessRadiusM),
		Hint:    "use that code, give what tells the two apart (unit, building), or allow the duplicate explicitly"}
}

// refuseTwin is CodeDuplicate when there is a likely duplicate.
func (p *prepared) refuseTwin(r Reader) error {
	if p.key == "" {
		return nil
	}
	twin, err := findDuplicate(r, p)
	if err == nil && twin != nil {
		err = duplicateOf(twin)
	}
	return err
}

// findDuplicate returns the nearest active address with the same normalised components within LikenessRadiusM, or nil.
func findDuplicate(r Reader, p *prepared) (*Address, error) {
	var nearest *Address
	limit := LikenessRadiusM
	for _, like := range p.likeness {
		alike, err := r.ByLikeness(like)
		if err != nil {
			return nil, err
		}
		for _, a := range alike {
			if a.Status != StatusActive || a.HasFlag(FlagProtected) && p.by.may(a.Commune) != nil { // who may not know of it
				continue
			}
			if slices.Contains(p.except, a.Code) {
				continue
			}
			if metres := geo.Distance(p.point, a.Point()); metres <= limit && a.Components.likeKey() == p.key {
				if nearest == nil || metres < limit {
					nearest, limit = a, metres
				}
			}
		}
	}
	return nearest, nil
}
