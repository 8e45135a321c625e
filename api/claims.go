package api

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/people"
)

// CreateInvitation makes the secret with which a household claims an address.
func (s *Server) CreateInvitation(ctx context.Context, r CreateInvitationRequestObject) (CreateInvitationResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	secret, i, err := service.Invite(ctx, s.actorOf(ctx), code)
	if err != nil {
		return nil, err
	}
	return CreateInvitation201JSONResponse{Code: code.String(), Secret: secret.Reveal(), ExpiresAt: i.ExpiresAt.UTC(), Tries: i.TriesLeft}, nil
}

// ClaimAddress claims an address with its secret.
func (s *Server) ClaimAddress(ctx context.Context, r ClaimAddressRequestObject) (ClaimAddressResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	code, err := addresscode.Parse(r.Body.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Body.Code, err)
	}
	c, err := service.Claim(ctx, s.actorOf(ctx), code, r.Body.Secret)
	if err != nil {
		return nil, err
	}
	if c.Status == people.ClaimPending {
		return ClaimAddress202JSONResponse(claim(c)), nil
	}
	return ClaimAddress201JSONResponse(claim(c)), nil
}

// MoveHousehold takes the household of the token to another address.
func (s *Server) MoveHousehold(ctx context.Context, r MoveHouseholdRequestObject) (MoveHouseholdResponseObject, error) {
	code, err := addresscode.Parse(r.Body.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Body.Code, err)
	}
	carry := people.Carry{Aliases: r.Body.Aliases}
	for _, purpose := range r.Body.Consents {
		carry.Consents = append(carry.Consents, people.Purpose(purpose))
	}
	c, err := s.people.Move(ctx, s.actorOf(ctx), own(ctx), code, r.Body.Secret, carry)
	if err != nil {
		return nil, err
	}
	if c.Status == people.ClaimPending {
		return MoveHousehold202JSONResponse(claim(c)), nil
	}
	return MoveHousehold201JSONResponse(claim(c)), nil
}

// CollectClaim tells what became of a claim to whoever has its receipt.
func (s *Server) CollectClaim(ctx context.Context, r CollectClaimRequestObject) (CollectClaimResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	c, err := service.CollectClaim(ctx, s.actorOf(ctx), r.ID, r.Body.Receipt)
	if err != nil {
		return nil, err
	}
	return CollectClaim200JSONResponse(claim(c)), nil
}

const defaultPageLimit = 50

// ListClaims lists the claims that wait in the registrar's communes.
func (s *Server) ListClaims(ctx context.Context, r ListClaimsRequestObject) (ListClaimsResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	limit := r.Params.Limit
	if limit == 0 {
		limit = defaultPageLimit
	}
	claims, next, err := service.Claims(ctx, s.actorOf(ctx), r.Params.After, limit)
	if err != nil {
		return nil, err
	}
	out := ListClaims200JSONResponse{Items: make([]Claim, len(claims)), Next: next}
	for i := range claims {
		out.Items[i] = claim(&claims[i])
	}
	return out, nil
}

// ConfirmClaim gives the address to the claimant.
func (s *Server) ConfirmClaim(ctx context.Context, r ConfirmClaimRequestObject) (ConfirmClaimResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	c, err := service.ConfirmClaim(ctx, s.actorOf(ctx), r.ID)
	if err != nil {
		if p := s.problemOf(ctx, err); c != nil && p.code == ProblemCodeTooEarly {
			p.detail.vi = "Hộ đang ở đó còn được phản đối đến " + onClock(c.DecideAfter)
			return nil, p
		}
		return nil, err
	}
	return ConfirmClaim200JSONResponse(claim(c)), nil
}

// RefuseClaim leaves the address with its holder.
func (s *Server) RefuseClaim(ctx context.Context, r RefuseClaimRequestObject) (RefuseClaimResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	c, err := service.RefuseClaim(ctx, s.actorOf(ctx), r.ID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return RefuseClaim200JSONResponse(claim(c)), nil
}

// ObjectToClaim says that the household of the token has not left.
func (s *Server) ObjectToClaim(ctx context.Context, r ObjectToClaimRequestObject) (ObjectToClaimResponseObject, error) {
	if err := s.people.Object(ctx, s.actorOf(ctx), own(ctx), r.Body.Note); err != nil {
		return nil, err
	}
	out, err := s.ownHousehold(ctx)
	if err != nil {
		return nil, err
	}
	return ObjectToClaim200JSONResponse(out), nil
}

func claim(c *people.ClaimOutcome) Claim {
	out := Claim{
		ID: c.ID, Status: ClaimStatus(c.Status), Code: c.Code.String(), Token: c.Token, Receipt: c.Receipt,
		Objected: !c.ObjectedAt.IsZero(), Objection: c.Objection, Reason: c.Reason, CreatedAt: c.CreatedAt.UTC(),
	}
	if c.Status == people.ClaimPending {
		out.DecideAfter = c.DecideAfter.UTC()
	}
	return out
}

// onClock is a time as the clocks of Viet Nam show it.
func onClock(t time.Time) string {
	return t.In(time.FixedZone("", 7*60*60)).Format("15:04 02/01/2006")
}

// reportClaim tells the monitoring centre of claims that went wrong or are contested.
func (s *Server) reportClaim(c echo.Context, by *caller, op access.Operation, response any, err error) {
	if p, ok := err.(*problem); ok && p.code == ProblemCodeClaimRefused {
		s.report(c, audit.Event{Action: audit.ActionClaimFailed, Failed: true}, by, op.ID)
	}
	switch response.(type) {
	case ClaimAddress202JSONResponse, MoveHousehold202JSONResponse:
		s.report(c, audit.Event{Action: audit.ActionClaimContested}, by, op.ID)
	}
}
