package registry

import (
	"context"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
)

// ChangeRequest says what becomes of an address; what is zero stays as it is.
type ChangeRequest struct {
	Positions      []TypedPosition // all of them anew
	Components     *Components     // all of them anew
	Kind           Kind
	CommuneCode    string        // as in AssignRequest
	ExternalIDs    *[]ExternalID // all of them anew
	AllowDuplicate bool
}

// Changed is what became of an address.
type Changed struct {
	Address *Address
	Retired *Address // the one that Address succeeds, with the code of before; nil when the code stayed
}

// Change corrects an address. A position that is given anew within 60 m of the centre of the code's cell, and in the same commune,
// keeps the code. Beyond that the code is retired, and the address gets a new one as its successor, with all external ids; the
// household of the old code is left where it is. What changes nothing is no new version.
//
// Errors are those of Retire and Assign.
func (s *Service) Change(ctx context.Context, by Actor, code addresscode.Code, version int64, r ChangeRequest) (Changed, error) {
	const op = "change address"
	seen := s.full.now()
	var answer Changed
	var p *prepared
	err := s.store.Update(ctx, func(w Writer) error {
		before, err := inUse(w, by, op, code, version)
		if err != nil {
			return err
		}
		if p, err = s.prepareChange(by, before, r); err != nil {
			return err
		}
		answer, err = s.change(w, by, before, p, r)
		return err
	})
	if err != nil {
		return Changed{}, domainError(op, err)
	}
	s.full.learn(p.search.foundFull, seen)
	return answer, nil
}

// prepareChange makes a request for the address as it shall be. Its external ids are only those that were given anew: the others may be
// more than a request may have.
func (s *Service) prepareChange(by Actor, before *Address, r ChangeRequest) (*prepared, error) {
	request := AssignRequest{Positions: before.Positions, Kind: before.Kind, Components: before.Components, CommuneCode: r.CommuneCode}
	if r.Positions != nil {
		request.Positions = r.Positions
	}
	if r.Kind != "" {
		request.Kind = r.Kind
	}
	if r.Components != nil {
		request.Components = *r.Components
	}
	if r.ExternalIDs != nil {
		request.ExternalIDs = *r.ExternalIDs
	}
	given := request.CommuneCode == "" && before.HasFlag(FlagCommuneGiven)
	if given {
		request.CommuneCode = before.Commune
	}
	p, err := s.prepare(by, request)
	if given && (CodeOf(err) == CodeCommuneMismatch || CodeOf(err) == CodeInvalid) { // too far away now, or no more: the position decides
		request.CommuneCode = ""
		p, err = s.prepare(by, request)
	}
	if err != nil {
		return nil, err
	}
	p.except = []addresscode.Code{before.Code}
	p.Provenance = before.Provenance
	if r.ExternalIDs == nil {
		p.ExternalIDs = slices.Clone(before.ExternalIDs)
	}
	if before.HasFlag(FlagProtected) {
		p.flags = append(slices.Clone(p.flags), FlagProtected)
	}
	return p, nil
}

func (s *Service) change(w Writer, by Actor, before *Address, p *prepared, r ChangeRequest) (Changed, error) {
	after := before.clone()
	after.Positions, after.Components, after.Kind = p.Positions, p.Components, p.Kind
	after.Commune, after.ExternalIDs, after.Flags = p.commune, p.ExternalIDs, slices.Clone(p.flags)
	if before.HasFlag(FlagSpilled) {
		after.Flags = append(after.Flags, FlagSpilled)
	}
	if before.same(after) {
		return Changed{Address: before}, nil
	}
	if err := refuseMinted(w, before, p.ExternalIDs); err != nil {
		return Changed{}, err
	}
	elsewhere := p.point != before.Point()
	if !r.AllowDuplicate && (elsewhere || p.key != before.Components.likeKey()) {
		if err := p.refuseTwin(w); err != nil {
			return Changed{}, err
		}
	}
	if !elsewhere || stillMeant(before.Code, p.point) && p.commune == before.Commune {
		return Changed{Address: after}, s.replace(w, by, ActionUpdated, before, after)
	}
	return s.move(w, by, before, p)
}

// move retires an address and gives it a new code at the place of p.
func (s *Service) move(w Writer, by Actor, before *Address, p *prepared) (Changed, error) {
	code, spilled, err := p.search.take(w, &s.full)
	if err != nil {
		return Changed{}, err
	}
	old := before.clone()
	old.ExternalIDs = nil // before the successor has them
	if err := s.retire(w, by, before, old, []addresscode.Code{code}, retireMoved); err != nil {
		return Changed{}, err
	}
	answer, err := s.create(w, by, p, decision{code: code, spilled: spilled})
	return Changed{Address: answer.Address, Retired: old}, err
}

// same reports whether two states of an address tell the same.
func (a *Address) same(b *Address) bool {
	flags := func(a *Address) []Flag { f := slices.Clone(a.Flags); slices.Sort(f); return f }
	return a.Kind == b.Kind && a.Commune == b.Commune && slices.Equal(a.Positions, b.Positions) && slices.Equal(a.ExternalIDs, b.ExternalIDs) &&
		a.Components.equal(b.Components) && slices.Equal(flags(a), flags(b))
}

func (c Components) equal(d Components) bool {
	if !slices.Equal(c.Alley, d.Alley) {
		return false
	}
	c.Alley, d.Alley = nil, nil
	return c.text() == d.text()
}

// text is all of the components but the alley, with a mark between them.
func (c Components) text() [8]string {
	return [8]string{c.HouseNumber, c.Street, c.Hamlet, c.Quarter, c.Building, c.Block, c.Floor, c.Unit}
}
