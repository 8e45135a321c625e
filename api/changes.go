package api

import (
	"cmp"
	"context"

	"github.com/diachiso/diachiso/geo"
)

const defaultChangesLimit = 100 // as in openapi.yaml

// ListChanges is a page of the feed of changes.
func (s *Server) ListChanges(ctx context.Context, r ListChangesRequestObject) (ListChangesResponseObject, error) {
	c := callerOf(ctx)
	changes, next, more, err := s.registry.ChangesFor(ctx, c.view.sight, r.Params.Since, cmp.Or(r.Params.Limit, defaultChangesLimit))
	if err != nil {
		return nil, err
	}
	today := geo.Today()
	out := ListChanges200JSONResponse{Items: make([]AddressChange, len(changes)), Next: next, More: more}
	for i, change := range changes {
		item := AddressChange{Seq: change.Seq, At: change.At.UTC(), Code: change.Code.String(), Action: change.Action, Version: change.Version}
		if change.Address != nil {
			item.Address = s.address(c, change.Address, today)
		}
		out.Items[i] = item
	}
	return out, nil
}
