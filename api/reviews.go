package api

import (
	"context"

	"github.com/diachiso/diachiso/registry"
)

// ListReviews lists what a registrar should look at in the caller's communes.
func (s *Server) ListReviews(ctx context.Context, r ListReviewsRequestObject) (ListReviewsResponseObject, error) {
	items, next, err := s.registry.Reviews(ctx, s.actorOf(ctx), registry.ReviewStatus(r.Params.Status), registry.Page{After: r.Params.After, Limit: r.Params.Limit})
	if err != nil {
		return nil, err
	}
	out := ListReviews200JSONResponse{Items: make([]Review, len(items)), Next: next}
	by := callerOf(ctx)
	for i, v := range items {
		out.Items[i] = review(v)
		by.told = append(by.told, v.Code)
	}
	return out, nil
}

// CloseReview ends a review.
func (s *Server) CloseReview(ctx context.Context, r CloseReviewRequestObject) (CloseReviewResponseObject, error) {
	v, err := s.registry.CloseReview(ctx, s.actorOf(ctx), r.ID, registry.ReviewOutcome(r.Body.Outcome), r.Body.Note)
	if err != nil {
		return nil, err
	}
	return CloseReview200JSONResponse(review(v)), nil
}

func review(v *registry.Review) Review {
	out := Review{
		ID: v.ID, Status: ReviewStatus(v.Status), Kind: ReviewKind(v.Kind), Code: v.Code.String(), Commune: v.Commune,
		Observers: v.Observers, Delivered: v.Delivered, NotFound: v.NotFound, WrongPlace: v.WrongPlace, MoveM: roundMetres(v.MoveM), Outcome: ReviewOutcome(v.Outcome), Note: v.Note, CreatedAt: v.CreatedAt.UTC(),
	}
	if v.Estimate != nil {
		out.Estimate = position(registry.TypedPosition{Type: registry.PositionEntrance, Position: *v.Estimate})
	}
	if !v.ClosedAt.IsZero() {
		out.ClosedAt = v.ClosedAt.UTC()
	}
	return out
}
