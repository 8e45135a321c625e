package api

import (
	"context"

	"github.com/diachiso/diachiso/people"
)

// ListConsents shows a household the texts in force and what it said to them.
func (s *Server) ListConsents(ctx context.Context, _ ListConsentsRequestObject) (ListConsentsResponseObject, error) {
	all, err := s.people.Consents(ctx, s.actorOf(ctx), own(ctx))
	if err != nil {
		return nil, err
	}
	return ListConsents200JSONResponse{Items: consents(all)}, nil
}

// PutConsent gives or withdraws a consent.
func (s *Server) PutConsent(ctx context.Context, r PutConsentRequestObject) (PutConsentResponseObject, error) {
	c, err := s.people.SetConsent(ctx, s.actorOf(ctx), own(ctx), people.Purpose(r.Purpose), r.Body.Granted, r.Body.TextVersion)
	if err != nil {
		return nil, err
	}
	return PutConsent200JSONResponse(consent(c)), nil
}

func consents(all []people.Consent) []Consent {
	out := make([]Consent, len(all))
	for i, c := range all {
		out[i] = consent(c)
	}
	return out
}

func consent(c people.Consent) Consent {
	out := Consent{
		Purpose: ConsentPurpose(c.Purpose), Granted: c.Granted, Data: c.Text.Data,
		Text: ConsentText{Version: c.Text.Version, Vi: c.Text.Vi, En: c.Text.En}, History: []ConsentChange{},
	}
	for _, h := range c.History {
		out.History = append(out.History, ConsentChange{Granted: h.Granted, TextVersion: h.TextVersion, At: h.At.UTC(), By: h.By})
	}
	return out
}
