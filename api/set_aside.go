package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// SetAsides is what the handlers of records that imports set aside need of the domain; *registry.Service has it.
type SetAsides interface {
	SetAside(ctx context.Context, by registry.Actor, page registry.Page) (items []*registry.ImportReview, next string, err error)
	ConfirmSetAside(ctx context.Context, by registry.Actor, id string, c registry.Corrections) (*registry.Address, error)
	RefuseSetAside(ctx context.Context, by registry.Actor, id, reason string) (*registry.ImportReview, error)
}

// ListSetAside lists what imports set aside in the caller's communes.
func (s *Server) ListSetAside(ctx context.Context, r ListSetAsideRequestObject) (ListSetAsideResponseObject, error) {
	items, next, err := s.registry.SetAside(ctx, s.actorOf(ctx), registry.Page{After: r.Params.After, Limit: r.Params.Limit})
	if err != nil {
		return nil, err
	}
	out := ListSetAside200JSONResponse{Items: make([]SetAside, len(items)), Next: next}
	for i, v := range items {
		out.Items[i] = s.setAside(v)
	}
	return out, nil
}

// ConfirmSetAside gives a code for a record that was set aside.
func (s *Server) ConfirmSetAside(ctx context.Context, r ConfirmSetAsideRequestObject) (ConfirmSetAsideResponseObject, error) {
	c, err := corrections(r.Body)
	if err != nil {
		return nil, err
	}
	a, err := s.registry.ConfirmSetAside(ctx, s.actorOf(ctx), r.ID, c)
	if err != nil {
		return nil, err
	}
	return newAddressAnswer(s.address(callerOf(ctx), a, geo.Today())), nil
}

// VisitConfirmSetAsideResponse makes addressAnswer an answer of ConfirmSetAside.
func (a *addressAnswer) VisitConfirmSetAsideResponse(w http.ResponseWriter) error { return a.write(w) }

// RefuseSetAside decides that a record is not registered.
func (s *Server) RefuseSetAside(ctx context.Context, r RefuseSetAsideRequestObject) (RefuseSetAsideResponseObject, error) {
	v, err := s.registry.RefuseSetAside(ctx, s.actorOf(ctx), r.ID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return RefuseSetAside200JSONResponse(s.setAside(v)), nil
}

func (s *Server) setAside(v *registry.ImportReview) SetAside {
	p := registry.TypedPosition{Type: cmp.Or(v.Record.Type, registry.PositionEntrance), Position: geo.Position{
		Point: v.Point, Source: cmp.Or(v.Record.Source, geo.SourceImport), AccuracyM: v.Record.AccuracyM}}
	return SetAside{
		ID: v.ID(), Status: SetAsideStatus(v.Status), Reason: SetAsideReason(v.Reason), Import: v.Import, Ref: v.Ref, Named: v.Named,
		DistanceM: roundMetres(v.DistanceM), Text: v.Record.Text, Kind: Kind(v.Record.Kind), Components: components(v.Record.Components),
		Position: position(p), Remark: v.Remark,
		Division: divisionOf(s.registry.DivisionOf(&registry.Address{Commune: v.Commune}, geo.Today())),
	}
}
