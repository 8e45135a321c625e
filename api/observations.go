package api

import (
	"context"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

// Quality is what the handlers of observations and reviews need of the domain; *registry.Service has it.
type Quality interface {
	Observe(ctx context.Context, by registry.Actor, sight registry.Sight, r registry.ObserveRequest) (*registry.Observation, error)
	Observations(ctx context.Context, by registry.Actor, code addresscode.Code, page registry.Page) (items []*registry.Observation, next string, err error)
	Reviews(ctx context.Context, by registry.Actor, status registry.ReviewStatus, page registry.Page) (items []*registry.Review, next string, err error)
	CloseReview(ctx context.Context, by registry.Actor, id string, outcome registry.ReviewOutcome, note string) (*registry.Review, error)
}

// Observe keeps what a courier met with at an address.
func (s *Server) Observe(ctx context.Context, r ObserveRequestObject) (ObserveResponseObject, error) {
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	request := registry.ObserveRequest{
		Code: code, Outcome: registry.ObservationOutcome(r.Body.Outcome),
		AccuracyM: r.Body.AccuracyM, ObservedAt: r.Body.ObservedAt,
	}
	if r.Body.Position != (LatLon{}) {
		point, err := geo.NewPoint(r.Body.Position.Lat, r.Body.Position.Lon)
		if err != nil {
			return nil, positionFault("position", err)
		}
		request.Point = &point
	}
	o, err := s.registry.Observe(ctx, s.actorOf(ctx), viewOf(ctx).sight, request)
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	return Observe202JSONResponse{Code: o.Code.String(), Outcome: ObservationOutcome(o.Outcome), RecordedAt: o.RecordedAt.UTC()}, nil
}

// ListObservations lists what couriers met with at an address.
func (s *Server) ListObservations(ctx context.Context, r ListObservationsRequestObject) (ListObservationsResponseObject, error) {
	code, err := addresscode.Parse(r.Code)
	if err != nil {
		return nil, s.invalidCode(ctx, r.Code, err)
	}
	items, next, err := s.registry.Observations(ctx, s.actorOf(ctx), code, registry.Page{After: r.Params.After, Limit: r.Params.Limit})
	if err != nil {
		return nil, s.withPlace(ctx, err, code)
	}
	by := callerOf(ctx)
	by.told = append(by.told, code)
	out := ListObservations200JSONResponse{Items: make([]Observation, len(items)), Next: next}
	for i, o := range items {
		out.Items[i] = Observation{
			Observer: strings.TrimPrefix(o.Observer, "key:"), Outcome: ObservationOutcome(o.Outcome), ObservedAt: o.ObservedAt.UTC(),
		}
		if o.Position != nil {
			out.Items[i].Position, out.Items[i].AccuracyM = latLon(o.Position.Point), o.Position.AccuracyM
		}
	}
	return out, nil
}
