package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Proposals is what the handlers of proposals need of the domain; *registry.Service has it.
type Proposals interface {
	Propose(ctx context.Context, by registry.Actor, r registry.ProposeRequest) (*registry.Proposal, error)
	Proposal(ctx context.Context, id string) (*registry.Proposal, error)
	Proposals(ctx context.Context, by registry.Actor, status registry.ProposalStatus, page registry.Page) (items []*registry.Proposal, next string, err error)
	ConfirmProposal(ctx context.Context, by registry.Actor, id string, c registry.Corrections) (*registry.Address, error)
	RefuseProposal(ctx context.Context, by registry.Actor, id, reason string) (*registry.Proposal, error)
}

// CreateProposal keeps what anybody asks for.
func (s *Server) CreateProposal(ctx context.Context, r CreateProposalRequestObject) (CreateProposalResponseObject, error) {
	position, err := entranceOf(r.Body.Position)
	if err != nil {
		return nil, err
	}
	p, err := s.registry.Propose(ctx, s.actorOf(ctx), registry.ProposeRequest{
		Point: position.Point, Source: position.Source, AccuracyM: position.AccuracyM,
		Kind: registry.Kind(r.Body.Kind), Components: givenComponents(r.Body.Components),
	})
	if err != nil {
		return nil, err
	}
	// it is told to whoever sent it just now
	return &proposalAnswer{status: http.StatusCreated, body: s.proposal(p, true), location: "/v1/proposals/" + p.ID}, nil
}

// proposalAnswer is the answer of the operations that return one proposal. What becomes of it is nothing for caches.
type proposalAnswer struct {
	status   int
	body     Proposal
	location string // "" for none
}

// VisitCreateProposalResponse makes proposalAnswer an answer of CreateProposal.
func (a *proposalAnswer) VisitCreateProposalResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetProposalResponse makes proposalAnswer an answer of GetProposal.
func (a *proposalAnswer) VisitGetProposalResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRefuseProposalResponse makes proposalAnswer an answer of RefuseProposal.
func (a *proposalAnswer) VisitRefuseProposalResponse(w http.ResponseWriter) error { return a.write(w) }

func (a *proposalAnswer) write(w http.ResponseWriter) error {
	text, err := json.Marshal(a.body)
	if err != nil {
		return fmt.Errorf("encode proposal: %w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if a.location != "" {
		w.Header().Set("Location", a.location)
	}
	return writeJSON(w, a.status, func(b []byte) []byte { return append(b, text...) })
}

// entranceOf is a position of a body that can be that of an entrance only.
func entranceOf(p PositionInput) (geo.Position, error) {
	if p.Type != "" && p.Type != PositionTypeEntrance {
		return geo.Position{}, invalidField("position.type", FieldErrorCodeRule, words{"Chỉ nhận vị trí lối vào", "give the place of the entrance"})
	}
	point, err := geo.NewPoint(p.Lat, p.Lon)
	if err != nil {
		return geo.Position{}, positionFault("position", err)
	}
	return geo.Position{Point: point, Source: geo.Source(p.Source), AccuracyM: p.AccuracyM}, nil
}

// GetProposal tells what became of a proposal. Position and components are for those who decide: an id can come into other hands.
func (s *Server) GetProposal(ctx context.Context, r GetProposalRequestObject) (GetProposalResponseObject, error) {
	p, err := s.registry.Proposal(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	return &proposalAnswer{status: http.StatusOK, body: s.proposal(p, false)}, nil
}

// ListProposals lists the proposals in the caller's communes.
func (s *Server) ListProposals(ctx context.Context, r ListProposalsRequestObject) (ListProposalsResponseObject, error) {
	items, next, err := s.registry.Proposals(ctx, s.actorOf(ctx), registry.ProposalStatus(r.Params.Status), registry.Page{After: r.Params.After, Limit: r.Params.Limit})
	if err != nil {
		return nil, err
	}
	out := ListProposals200JSONResponse{Items: make([]Proposal, len(items)), Next: next}
	for i, p := range items {
		out.Items[i] = s.proposal(p, viewOf(ctx).sees(access.FieldObservations, p.Commune))
	}
	return out, nil
}

// ConfirmProposal gives a code for a proposal.
func (s *Server) ConfirmProposal(ctx context.Context, r ConfirmProposalRequestObject) (ConfirmProposalResponseObject, error) {
	c, err := corrections(r.Body)
	if err != nil {
		return nil, err
	}
	a, err := s.registry.ConfirmProposal(ctx, s.actorOf(ctx), r.ID, c)
	if err != nil {
		return nil, err
	}
	return newAddressAnswer(s.address(callerOf(ctx), a, geo.Today())), nil
}

// corrections are what a registrar gives in place of what was proposed or imported.
func corrections(b *ProposalConfirmation) (c registry.Corrections, err error) {
	if b == nil {
		return c, nil
	}
	c.Kind, c.AllowDuplicate = registry.Kind(b.Kind), b.AllowDuplicate
	if b.Position != (PositionInput{}) {
		position, err := entranceOf(b.Position)
		if err != nil {
			return c, err
		}
		c.Position = &position
	}
	if !reflect.ValueOf(b.Components).IsZero() {
		components := givenComponents(b.Components)
		c.Components = &components
	}
	return c, nil
}

// VisitConfirmProposalResponse makes addressAnswer an answer of ConfirmProposal.
func (a *addressAnswer) VisitConfirmProposalResponse(w http.ResponseWriter) error { return a.write(w) }

// RefuseProposal refuses a proposal.
func (s *Server) RefuseProposal(ctx context.Context, r RefuseProposalRequestObject) (RefuseProposalResponseObject, error) {
	p, err := s.registry.RefuseProposal(ctx, s.actorOf(ctx), r.ID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &proposalAnswer{status: http.StatusOK, body: s.proposal(p, false)}, nil
}

// proposal is a proposal as it is told: in full what was asked for, else only what became of it.
func (s *Server) proposal(p *registry.Proposal, full bool) Proposal {
	today := geo.Today()
	out := Proposal{
		ID: p.ID, Status: ProposalStatus(p.Status), Reason: p.Reason,
		Division:  divisionOf(s.registry.DivisionOf(&registry.Address{Commune: p.Commune}, today)),
		CreatedAt: p.CreatedAt.UTC(), ExpiresAt: p.ExpiresAt.UTC(),
	}
	if !p.Code.IsZero() {
		out.Code = p.Code.String()
	}
	if full {
		out.Position = position(registry.TypedPosition{Type: registry.PositionEntrance, Position: p.Position})
		out.Kind, out.Components = Kind(p.Kind), components(p.Components)
	}
	return out
}
