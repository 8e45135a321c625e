package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/addresscode"
)

// MaxParts is how many addresses one can be split into.
const MaxParts = MaxSuccessors

// Part is one of the addresses that one address becomes.
type Part struct {
	Components  Components      // all of them
	Kind        Kind            // "" means as before
	Positions   []TypedPosition // none means as before
	ExternalIDs []ExternalID    // those of the address that is split can be among them
	KeepsCode   bool            // it goes on under the code of the address that is split; at most one does
}

// Split makes several addresses of one: a door becomes units. The code goes on as that of the part that keeps it, or is retired
// with all parts as its successors: nobody but the registrar knows whether one of them is the household that was there. External
// ids that no part takes stay with the code. The answers are in the order of the parts; retired is nil when a part keeps the code.
//
// Errors are those of Retire and Assign; the field says which part.
func (s *Service) Split(ctx context.Context, by Actor, code addresscode.Code, version int64, parts []Part, allowDuplicate bool) (made []*Address, retired *Address, err error) {
	const op = "split address"
	if err := checkParts(parts); err != nil {
		return nil, nil, domainError(op, err)
	}
	seen := s.full.now()
	var full []*prepared
	err = s.store.Update(ctx, func(w Writer) error {
		before, err := inUse(w, by, op, code, version)
		if err != nil {
			return err
		}
		if full, err = s.prepareParts(w, by, before, parts, allowDuplicate); err != nil {
			return err
		}
		made, retired, err = s.split(w, by, before, parts, full)
		return err
	})
	if err != nil {
		return nil, nil, domainError(op, err)
	}
	for _, p := range full {
		s.full.learn(p.search.foundFull, seen)
	}
	return made, retired, nil
}

func checkParts(parts []Part) error {
	if len(parts) < 2 || len(parts) > MaxParts {
		return invalid("parts", "is no usable number of parts", fmt.Sprintf("give 2 to %d", MaxParts))
	}
	keeps := false
	seen := map[string]int{}
	for i, part := range parts {
		if part.KeepsCode && keeps {
			return invalid(fmt.Sprintf("parts[%d].keeps_code", i), "the code stays with another part already", "let one part keep it, or none")
		}
		keeps = keeps || part.KeepsCode
		clean := part.Components.clean()
		name := clean.likeKey()
		if name == "" {
			name = fmt.Sprint(clean.text(), clean.Alley)
		}
		if twin, twice := seen[name]; twice {
			return invalid(fmt.Sprintf("parts[%d].components", i), fmt.Sprintf("they are those of parts[%d]", twin), "give what tells the parts apart: unit, floor, house number")
		}
		seen[name] = i
	}
	return nil
}

// prepareParts makes a request for each part.
func (s *Service) prepareParts(r Reader, by Actor, before *Address, parts []Part, allowDuplicate bool) ([]*prepared, error) {
	made := make([]*prepared, len(parts))
	for i, part := range parts {
		p, err := s.prepareChange(by, before, ChangeRequest{Components: &part.Components, Kind: part.Kind, Positions: part.Positions, ExternalIDs: &part.ExternalIDs})
		if err == nil && part.KeepsCode && part.Positions != nil && (!stillMeant(before.Code, p.point) || p.commune != before.Commune) {
			err = invalid("position", "lies too far from the cell of the code", "let another part keep the code, or none")
		}
		if err == nil {
			err = refuseMinted(r, before, p.ExternalIDs)
		}
		if err == nil && !allowDuplicate {
			err = p.refuseTwin(r)
		}
		if err != nil {
			return nil, inPart(i, err)
		}
		made[i] = p
	}
	return made, nil
}

// inPart names the part in the field at fault.
func inPart(i int, err error) error {
	e, ok := domainError("", err).(*Error)
	if !ok {
		return err
	}
	copied := *e
	copied.Field = fmt.Sprintf("parts[%d]", i)
	if e.Field != "" {
		copied.Field += "." + e.Field
	}
	return &copied
}

func (s *Service) split(w Writer, by Actor, before *Address, parts []Part, full []*prepared) (made []*Address, retired *Address, err error) {
	made = make([]*Address, len(parts))
	places := make([]decision, len(parts))
	taken := &plannedReader{Reader: w}
	left := slices.Clone(before.ExternalIDs)
	keeper := -1
	for i, p := range full {
		left = slices.DeleteFunc(left, func(id ExternalID) bool {
			return slices.ContainsFunc(p.ExternalIDs, func(o ExternalID) bool { return o.Scheme == id.Scheme && o.Value == id.Value })
		})
		if parts[i].KeepsCode {
			keeper = i
			continue
		}
		if places[i].code, places[i].spilled, err = p.search.take(taken, &s.full); err != nil {
			return nil, nil, inPart(i, err)
		}
		taken.give(places[i].code)
	}
	after := before.clone()
	after.ExternalIDs = left
	if keeper >= 0 {
		p := full[keeper]
		after.Positions, after.Components, after.Kind = p.Positions, p.Components, p.Kind
		after.ExternalIDs = append(left, p.ExternalIDs...)
		made[keeper] = after
		err = s.replace(w, by, ActionUpdated, before, after)
	} else {
		codes := make([]addresscode.Code, len(parts))
		for i := range places {
			codes[i] = places[i].code
		}
		retired = after
		err = s.retire(w, by, before, after, codes, retireSplit)
	}
	if err != nil {
		return nil, nil, err
	}
	for i, p := range full {
		if i == keeper {
			continue
		}
		answer, err := s.create(w, by, p, places[i])
		if err != nil {
			return nil, nil, inPart(i, err)
		}
		made[i] = answer.Address
	}
	return made, retired, nil
}

// Merge makes one address of several that are the same door: the others are retired with it as their successor, and their external
// ids become its own. All must be in use and be kept by the actor; protected ones are merged with protected ones only, for what an
// open address has is told.
//
// Errors are those of Retire.
func (s *Service) Merge(ctx context.Context, by Actor, code addresscode.Code, version int64, others []addresscode.Code) (survivor *Address, retired []*Address, err error) {
	const op = "merge addresses"
	if len(others) == 0 {
		return nil, nil, domainError(op, invalid("codes", "no other address is named", "name those that are merged into this one"))
	}
	if err := checkCodes("codes", code, others); err != nil {
		return nil, nil, domainError(op, err)
	}
	err = s.store.Update(ctx, func(w Writer) error {
		before, err := inUse(w, by, op, code, version)
		if err != nil {
			return err
		}
		retired = make([]*Address, len(others))
		after := before.clone()
		for i, other := range others {
			old, err := inUse(w, by, op, other, AnyVersion)
			if err == nil && old.HasFlag(FlagProtected) != before.HasFlag(FlagProtected) {
				err = invalid("", "one of them is protected and the other is not", "protect both, or end the protection first")
			}
			if err != nil {
				return fieldOf(fmt.Sprintf("codes[%d]", i), err)
			}
			after.ExternalIDs = append(after.ExternalIDs, old.ExternalIDs...)
			retired[i] = old.clone()
			retired[i].ExternalIDs = nil // before the survivor has them
			if err := s.retire(w, by, old, retired[i], []addresscode.Code{code}, retireMerged); err != nil {
				return err
			}
		}
		survivor = before
		if len(after.ExternalIDs) == len(before.ExternalIDs) {
			return nil
		}
		survivor = after
		return s.replace(w, by, ActionMerged, before, after)
	})
	if err != nil {
		return nil, nil, domainError(op, err)
	}
	return survivor, retired, nil
}

// fieldOf names the field at fault in an error of the domain.
func fieldOf(field string, err error) error {
	e, ok := domainError("", err).(*Error)
	if !ok {
		return err
	}
	copied := *e
	copied.Field = field
	return &copied
}
