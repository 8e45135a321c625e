package api

import (
	"context"

	"github.com/diachiso/diachiso/registry"
)

// This file holds what is not made yet; whoever makes an operation takes it out of here.

var errPending = &registry.Error{Code: registry.CodeForbidden, Message: "not made yet"}

// GetCheckpoint is pending.
func (s *Server) GetCheckpoint(context.Context, GetCheckpointRequestObject) (GetCheckpointResponseObject, error) {
	return nil, errPending
}

// ListJournal is pending.
func (s *Server) ListJournal(context.Context, ListJournalRequestObject) (ListJournalResponseObject, error) {
	return nil, errPending
}

// ObjectToClaim is pending.
func (s *Server) ObjectToClaim(context.Context, ObjectToClaimRequestObject) (ObjectToClaimResponseObject, error) {
	return nil, errPending
}

