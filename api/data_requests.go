package api

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/people"
)

// CreateDataRequest takes a request of a household under the data protection law.
func (s *Server) CreateDataRequest(ctx context.Context, r CreateDataRequestRequestObject) (CreateDataRequestResponseObject, error) {
	made, err := s.people.Ask(ctx, s.actorOf(ctx), own(ctx), people.RequestKind(r.Body.Kind), r.Body.Note)
	if err != nil {
		return nil, err
	}
	return CreateDataRequest201JSONResponse(dataRequest(made, time.Now(), true)), nil
}

// ListOwnRequests shows a household its requests.
func (s *Server) ListOwnRequests(ctx context.Context, _ ListOwnRequestsRequestObject) (ListOwnRequestsResponseObject, error) {
	requests, err := s.people.Requests(ctx, s.actorOf(ctx), own(ctx))
	if err != nil {
		return nil, err
	}
	return ListOwnRequests200JSONResponse{Items: dataRequests(requests, time.Now(), true)}, nil
}

// ListDataRequests shows a registrar what waits for an answer, by deadline.
func (s *Server) ListDataRequests(ctx context.Context, r ListDataRequestsRequestObject) (ListDataRequestsResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	requests, next, err := service.OpenRequests(ctx, s.actorOf(ctx), r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	return ListDataRequests200JSONResponse{Items: dataRequests(requests, time.Now(), false), Next: next}, nil
}

// AnswerDataRequest closes or extends a request.
func (s *Server) AnswerDataRequest(ctx context.Context, r AnswerDataRequestRequestObject) (AnswerDataRequestResponseObject, error) {
	service, err := s.peopleOf()
	if err != nil {
		return nil, err
	}
	answered, err := service.Answer(ctx, s.actorOf(ctx), r.ID, people.RequestStatus(r.Body.Outcome), r.Body.Note)
	if err != nil {
		return nil, err
	}
	return AnswerDataRequest200JSONResponse(dataRequest(answered, time.Now(), false)), nil
}

func dataRequests(requests []people.Request, now time.Time, own bool) []DataRequest {
	out := make([]DataRequest, len(requests))
	for i := range requests {
		out[i] = dataRequest(&requests[i], now, own)
	}
	return out
}

// dataRequest is a request as its own household sees it, or a registrar, who is told whose it is.
func dataRequest(r *people.Request, now time.Time, own bool) DataRequest {
	out := DataRequest{
		ID: r.ID, Kind: DataRequestKind(r.Kind), Status: DataRequestStatus(r.Status), Note: r.Note, Answer: r.Answer,
		ReceivedAt: r.ReceivedAt.UTC(), AcknowledgeBy: r.AcknowledgeBy.UTC(), DueAt: r.DueAt.UTC(), Overdue: r.IsOverdue(now), AnsweredAt: inUTC(r.AnsweredAt),
	}
	if !own {
		out.Household = r.Household
	}
	return out
}
