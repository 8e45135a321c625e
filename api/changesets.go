package api

import (
	"context"
	"maps"
	"slices"

	"github.com/diachiso/diachiso/registry"
)

// RenameStreet gives a street another name.
func (s *Server) RenameStreet(ctx context.Context, r RenameStreetRequestObject) (RenameStreetResponseObject, error) {
	set, err := s.registry.RenameStreet(ctx, s.actorOf(ctx), registry.RenameRequest{Communes: r.Body.Communes, From: r.Body.From, To: r.Body.To, DryRun: r.Body.DryRun}, nil)
	if err != nil {
		return nil, err
	}
	out := changesetOf(set)
	out.DryRun = r.Body.DryRun
	return RenameStreet200JSONResponse(out), nil
}

// GetChangeset tells of a change of many addresses.
func (s *Server) GetChangeset(ctx context.Context, r GetChangesetRequestObject) (GetChangesetResponseObject, error) {
	set, err := s.registry.Changeset(ctx, s.actorOf(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return GetChangeset200JSONResponse(changesetOf(set)), nil
}

// UndoChangeset puts back what nothing else has changed since.
func (s *Server) UndoChangeset(ctx context.Context, r UndoChangesetRequestObject) (UndoChangesetResponseObject, error) {
	set, err := s.registry.Undo(ctx, s.actorOf(ctx), r.ID, nil)
	if err != nil {
		return nil, err
	}
	return UndoChangeset200JSONResponse(changesetOf(set)), nil
}

func changesetOf(c *registry.Changeset) Changeset {
	r := &c.Report
	out := Changeset{
		ID: c.ID, Kind: ChangesetKind(c.Kind), Actor: c.Actor, StartedAt: c.StartedAt.UTC(), Done: c.Done,
		From: r.From, To: r.To, Communes: r.Communes, Undoes: r.Undoes, UndoneBy: r.UndoneBy,
		Looked: r.Looked, Changed: r.Changed, Skipped: r.Skipped,
	}
	for _, commune := range slices.Sorted(maps.Keys(r.ByPlace)) {
		out.ByCommune = append(out.ByCommune, CommuneCount{Commune: commune, Changed: r.ByPlace[commune]})
	}
	return out
}
