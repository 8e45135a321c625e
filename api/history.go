package api

import (
	"context"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// GetHistory lists every change of an address.
func (s *Server) GetHistory(ctx context.Context, r GetHistoryRequestObject) (GetHistoryResponseObject, error) {
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	c := callerOf(ctx)
	if a, err := s.registry.AddressFor(ctx, c.view.sight, code); err == nil && !c.view.sees(access.FieldHistory, a.Commune) {
		return nil, &problem{code: ProblemCodeForbidden}
	} else if err != nil && !c.view.sees(access.FieldHistory, "") { // of an address that is gone only who sees all histories is told
		return nil, s.withPlace(ctx, err, code)
	}
	events, err := s.registry.History(ctx, code)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	today := geo.Today()
	out := GetHistory200JSONResponse{Items: make([]HistoryEvent, len(events))}
	for i, e := range events {
		out.Items[i] = HistoryEvent{Seq: e.Seq, Version: e.Version, Action: e.Action, Actor: e.Actor, At: e.At.UTC(), Changeset: e.Changeset}
		if e.After != nil {
			out.Items[i].Address = s.address(c, e.After, today)
		}
	}
	return out, nil
}
