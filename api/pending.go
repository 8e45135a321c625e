package api

import (
	"context"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/registry"
)

// This file holds what is not made yet; whoever makes an operation takes it out of here.

func principalOf(context.Context) access.Principal { return access.Principal{Role: access.RoleAdmin} }

func (s *Server) actorOf(context.Context) registry.Actor { return actor }

var errPending = &registry.Error{Code: registry.CodeForbidden, Message: "not made yet"}

// CreateInvitation is pending.
func (s *Server) CreateInvitation(context.Context, CreateInvitationRequestObject) (CreateInvitationResponseObject, error) {
	return nil, errPending
}

// ListObservations is pending.
func (s *Server) ListObservations(context.Context, ListObservationsRequestObject) (ListObservationsResponseObject, error) {
	return nil, errPending
}

// Observe is pending.
func (s *Server) Observe(context.Context, ObserveRequestObject) (ObserveResponseObject, error) {
	return nil, errPending
}

// UnprotectAddress is pending.
func (s *Server) UnprotectAddress(context.Context, UnprotectAddressRequestObject) (UnprotectAddressResponseObject, error) {
	return nil, errPending
}

// ProtectAddress is pending.
func (s *Server) ProtectAddress(context.Context, ProtectAddressRequestObject) (ProtectAddressResponseObject, error) {
	return nil, errPending
}

// CheckAlias is pending.
func (s *Server) CheckAlias(context.Context, CheckAliasRequestObject) (CheckAliasResponseObject, error) {
	return nil, errPending
}

// ResolveAlias is pending.
func (s *Server) ResolveAlias(context.Context, ResolveAliasRequestObject) (ResolveAliasResponseObject, error) {
	return nil, errPending
}

// GetCheckpoint is pending.
func (s *Server) GetCheckpoint(context.Context, GetCheckpointRequestObject) (GetCheckpointResponseObject, error) {
	return nil, errPending
}

// ListJournal is pending.
func (s *Server) ListJournal(context.Context, ListJournalRequestObject) (ListJournalResponseObject, error) {
	return nil, errPending
}

// ListClaims is pending.
func (s *Server) ListClaims(context.Context, ListClaimsRequestObject) (ListClaimsResponseObject, error) {
	return nil, errPending
}

// ClaimAddress is pending.
func (s *Server) ClaimAddress(context.Context, ClaimAddressRequestObject) (ClaimAddressResponseObject, error) {
	return nil, errPending
}

// CollectClaim is pending.
func (s *Server) CollectClaim(context.Context, CollectClaimRequestObject) (CollectClaimResponseObject, error) {
	return nil, errPending
}

// ConfirmClaim is pending.
func (s *Server) ConfirmClaim(context.Context, ConfirmClaimRequestObject) (ConfirmClaimResponseObject, error) {
	return nil, errPending
}

// RefuseClaim is pending.
func (s *Server) RefuseClaim(context.Context, RefuseClaimRequestObject) (RefuseClaimResponseObject, error) {
	return nil, errPending
}

// ListDataRequests is pending.
func (s *Server) ListDataRequests(context.Context, ListDataRequestsRequestObject) (ListDataRequestsResponseObject, error) {
	return nil, errPending
}

// AnswerDataRequest is pending.
func (s *Server) AnswerDataRequest(context.Context, AnswerDataRequestRequestObject) (AnswerDataRequestResponseObject, error) {
	return nil, errPending
}

// GetHousehold is pending.
func (s *Server) GetHousehold(context.Context, GetHouseholdRequestObject) (GetHouseholdResponseObject, error) {
	return nil, errPending
}

// UpdateHousehold is pending.
func (s *Server) UpdateHousehold(context.Context, UpdateHouseholdRequestObject) (UpdateHouseholdResponseObject, error) {
	return nil, errPending
}

// ListAliases is pending.
func (s *Server) ListAliases(context.Context, ListAliasesRequestObject) (ListAliasesResponseObject, error) {
	return nil, errPending
}

// CreateAlias is pending.
func (s *Server) CreateAlias(context.Context, CreateAliasRequestObject) (CreateAliasResponseObject, error) {
	return nil, errPending
}

// RevokeAlias is pending.
func (s *Server) RevokeAlias(context.Context, RevokeAliasRequestObject) (RevokeAliasResponseObject, error) {
	return nil, errPending
}

// ListConsents is pending.
func (s *Server) ListConsents(context.Context, ListConsentsRequestObject) (ListConsentsResponseObject, error) {
	return nil, errPending
}

// PutConsent is pending.
func (s *Server) PutConsent(context.Context, PutConsentRequestObject) (PutConsentResponseObject, error) {
	return nil, errPending
}

// DeleteHousehold is pending.
func (s *Server) DeleteHousehold(context.Context, DeleteHouseholdRequestObject) (DeleteHouseholdResponseObject, error) {
	return nil, errPending
}

// ExportHousehold is pending.
func (s *Server) ExportHousehold(context.Context, ExportHouseholdRequestObject) (ExportHouseholdResponseObject, error) {
	return nil, errPending
}

// ListHouseholdJournal is pending.
func (s *Server) ListHouseholdJournal(context.Context, ListHouseholdJournalRequestObject) (ListHouseholdJournalResponseObject, error) {
	return nil, errPending
}

// MoveHousehold is pending.
func (s *Server) MoveHousehold(context.Context, MoveHouseholdRequestObject) (MoveHouseholdResponseObject, error) {
	return nil, errPending
}

// ObjectToClaim is pending.
func (s *Server) ObjectToClaim(context.Context, ObjectToClaimRequestObject) (ObjectToClaimResponseObject, error) {
	return nil, errPending
}

// ListOwnRequests is pending.
func (s *Server) ListOwnRequests(context.Context, ListOwnRequestsRequestObject) (ListOwnRequestsResponseObject, error) {
	return nil, errPending
}

// CreateDataRequest is pending.
func (s *Server) CreateDataRequest(context.Context, CreateDataRequestRequestObject) (CreateDataRequestResponseObject, error) {
	return nil, errPending
}

// SearchHouseholds is pending.
func (s *Server) SearchHouseholds(context.Context, SearchHouseholdsRequestObject) (SearchHouseholdsResponseObject, error) {
	return nil, errPending
}

// ListProposals is pending.
func (s *Server) ListProposals(context.Context, ListProposalsRequestObject) (ListProposalsResponseObject, error) {
	return nil, errPending
}

// CreateProposal is pending.
func (s *Server) CreateProposal(context.Context, CreateProposalRequestObject) (CreateProposalResponseObject, error) {
	return nil, errPending
}

// GetProposal is pending.
func (s *Server) GetProposal(context.Context, GetProposalRequestObject) (GetProposalResponseObject, error) {
	return nil, errPending
}

// ConfirmProposal is pending.
func (s *Server) ConfirmProposal(context.Context, ConfirmProposalRequestObject) (ConfirmProposalResponseObject, error) {
	return nil, errPending
}

// RefuseProposal is pending.
func (s *Server) RefuseProposal(context.Context, RefuseProposalRequestObject) (RefuseProposalResponseObject, error) {
	return nil, errPending
}

// ListReviews is pending.
func (s *Server) ListReviews(context.Context, ListReviewsRequestObject) (ListReviewsResponseObject, error) {
	return nil, errPending
}

// CloseReview is pending.
func (s *Server) CloseReview(context.Context, CloseReviewRequestObject) (CloseReviewResponseObject, error) {
	return nil, errPending
}

// EndSession is pending.
func (s *Server) EndSession(context.Context, EndSessionRequestObject) (EndSessionResponseObject, error) {
	return nil, errPending
}

// GetSession is pending.
func (s *Server) GetSession(context.Context, GetSessionRequestObject) (GetSessionResponseObject, error) {
	return nil, errPending
}

// StartSession is pending.
func (s *Server) StartSession(context.Context, StartSessionRequestObject) (StartSessionResponseObject, error) {
	return nil, errPending
}
