package api

import (
	"cmp"
	"context"
	"encoding/hex"

	"github.com/diachiso/diachiso/registry"
)

const defaultJournalLimit = 100 // as in openapi.yaml

// GetCheckpoint serves the newest signed checkpoint to everybody: the more keep it, the less can be cut off.
func (s *Server) GetCheckpoint(ctx context.Context, _ GetCheckpointRequestObject) (GetCheckpointResponseObject, error) {
	if s.audit == nil {
		return nil, noJournal()
	}
	c, err := s.audit.Newest(ctx)
	if err != nil {
		return nil, err
	}
	return GetCheckpoint200TextResponse(c.Note), nil
}

// ListJournal lists lines of the journal without the states of addresses: the link covers their hashes.
func (s *Server) ListJournal(ctx context.Context, r ListJournalRequestObject) (ListJournalResponseObject, error) {
	if s.audit == nil {
		return nil, noJournal()
	}
	lines, head, err := s.audit.Lines(ctx, r.Params.After, cmp.Or(r.Params.Limit, defaultJournalLimit))
	if err != nil {
		return nil, err
	}
	out := ListJournal200JSONResponse{Items: make([]JournalLine, len(lines)), Head: head}
	for i := range lines {
		out.Items[i] = journalLine(&lines[i])
	}
	return out, nil
}

func journalLine(l *registry.JournalLine) JournalLine {
	line := JournalLine{Seq: l.Seq, Link: hex.EncodeToString(l.Link[:])}
	if e := l.Entry; e != nil {
		line.Kind, line.At, line.Actor, line.Action, line.Subject, line.Detail = JournalLineKindEntry, e.At.UTC(), e.Actor, e.Action, e.Subject, e.Detail
		return line
	}
	e := l.Event
	line.Kind, line.At, line.Actor, line.Action, line.Subject, line.Version = JournalLineKindEvent, e.At.UTC(), e.Actor, e.Action, e.Code.String(), e.Version
	line.State, line.Changeset = l.State(), e.Changeset
	return line
}

// noJournal is the answer of a server that is for reading what is public.
func noJournal() error {
	return &registry.Error{Code: registry.CodeNotFound, Message: "this server keeps no journal", Hint: "ask the one that writes"}
}
