package registry

import (
	"cmp"
	"context"
	"fmt"

	"github.com/diachiso/diachiso/geo"
)

// Corrections replace what was proposed when a registrar confirms; the zero value takes it as it is.
type Corrections struct {
	Position       *geo.Position // nil: as proposed
	Components     *Components   // nil: as proposed
	Kind           Kind          // "": as proposed
	CommuneCode    string        // "" lets the position decide
	AllowDuplicate bool          // assign although a likely duplicate is registered
}

// ConfirmProposal assigns a code for a proposal, by the rules of Assign and in one transaction with the decision: however
// many confirm it at once, one code is given. The proposal's commune and that of the address must be in the actor's area.
//
// Errors are those of Assign, CodeNotFound, CodeForbidden, and CodeVersionConflict when it is decided or expired already.
func (s *Service) ConfirmProposal(ctx context.Context, by Actor, id string, c Corrections) (*Address, error) {
	const op = "confirm proposal"
	proposed, err := s.Proposal(ctx, id)
	if err != nil {
		return nil, domainError(op, err)
	}
	if err := proposed.decidable(by); err != nil {
		return nil, domainError(op, err)
	}
	request, err := s.prepare(by, proposed.request(c)) // a proposal's place and components never change
	if err != nil {
		return nil, domainError(op, proposedField(err))
	}
	answer, err := s.assignWithin(ctx, by, request, func(w Writer, assign func() (*Address, error)) error {
		return s.decideProposal(w, by, id, func(p *Proposal) (Entry, error) {
			a, err := assign()
			if err != nil {
				return Entry{}, err
			}
			p.Status, p.Code = ProposalConfirmed, a.Code
			return Entry{Action: "proposal.confirmed", Detail: detail("code", a.Code.String())}, nil
		})
	})
	return answer.Address, domainError(op, err)
}

// RefuseProposal refuses a proposal with a reason for who made it, 1 to 500 characters. Errors: CodeInvalid, CodeNotFound,
// CodeForbidden, and CodeVersionConflict when it is decided or expired already.
func (s *Service) RefuseProposal(ctx context.Context, by Actor, id, reason string) (*Proposal, error) {
	const op = "refuse proposal"
	reason, err := checkRemark("reason", reason, true)
	if err != nil {
		return nil, domainError(op, err)
	}
	var refused *Proposal
	err = s.store.Update(ctx, func(w Writer) error {
		return s.decideProposal(w, by, id, func(p *Proposal) (Entry, error) {
			p.Status, p.Reason = ProposalRefused, reason
			refused = p
			return Entry{Action: "proposal.refused"}, nil
		})
	})
	if err != nil {
		return nil, domainError(op, err)
	}
	return refused, nil
}

// decideProposal has decide settle an open proposal of the actor's area, and writes it with its entry.
func (s *Service) decideProposal(w Writer, by Actor, id string, decide func(p *Proposal) (Entry, error)) error {
	p, err := s.proposal(w, id)
	if err != nil {
		return err
	}
	if err := p.decidable(by); err != nil {
		return err
	}
	entry, err := decide(p)
	if err != nil {
		return err
	}
	p.DecidedAt = s.clock()
	if err := w.ReplaceProposal(p); err != nil {
		return err
	}
	entry.At, entry.Actor, entry.Subject = p.DecidedAt, by.Name, p.subject()
	return w.AppendEntry(entry)
}

// decidable refuses whoever may not decide, and a second decision.
func (p *Proposal) decidable(by Actor) error {
	if err := by.may(p.Commune); err != nil {
		return err
	}
	switch p.Status {
	case ProposalOpen:
		return nil
	case ProposalConfirmed:
		return &Error{Code: CodeVersionConflict, Message: "the proposal is confirmed already", Hint: fmt.Sprintf("its code is %s", p.Code)}
	case ProposalExpired:
		return &Error{Code: CodeVersionConflict, Message: "the proposal has expired", Hint: "assign a code without it, or have it made again"}
	}
	return &Error{Code: CodeVersionConflict, Message: "the proposal is refused already", Hint: "have it made again if that was wrong"}
}

// request is the assignment that a proposal asks for.
func (p *Proposal) request(c Corrections) AssignRequest {
	position, components := p.Position, p.Components
	if c.Position != nil {
		position = *c.Position
	}
	if c.Components != nil {
		components = *c.Components
	}
	r := AssignRequest{
		Positions:   []TypedPosition{{Type: PositionEntrance, Position: position}},
		Kind:        cmp.Or(c.Kind, p.Kind),
		Components:  components,
		CommuneCode: c.CommuneCode,
		Provenance:  Provenance{Dataset: "proposal"},
	}
	if c.AllowDuplicate {
		r.OnDuplicate = AllowDuplicate
	}
	return r
}

// Proposals lists the proposals of a status ("" means open) in the actor's area, commune by commune, oldest first.
// Expired ones are those not yet purged.
func (s *Service) Proposals(ctx context.Context, by Actor, status ProposalStatus, page Page) (items []*Proposal, next string, err error) {
	const op = "list proposals"
	status = cmp.Or(status, ProposalOpen)
	stored := status
	switch status {
	case ProposalOpen, ProposalConfirmed, ProposalRefused:
	case ProposalExpired:
		stored = ProposalOpen
	default:
		return nil, "", domainError(op, invalid("status", "is no known status", "give open, confirmed, refused or expired"))
	}
	now := s.clock()
	err = s.store.View(ctx, func(r Reader) error {
		items, next, err = listInArea(s, by, page, list[*Proposal]{
			rows:   func(after Cursor, yield func(*Proposal) bool) error { return r.Proposals(stored, after, yield) },
			cursor: func(p *Proposal) Cursor { return Cursor{p.Commune, p.CreatedAt, p.ID} },
			pick: func(p *Proposal) (*Proposal, bool) {
				p = p.at(now)
				return p, p != nil && p.Status == status
			},
		})
		return err
	})
	return items, next, domainError(op, err)
}
